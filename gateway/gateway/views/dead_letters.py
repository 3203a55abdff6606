"""Pesan gagal: events that a service could not handle. Each service's part loads and fails by itself."""

from typing import Any

from flask import Blueprint, abort, request, url_for

from gateway import clients
from gateway.views import operators, page, pieces

bp = Blueprint("dead_letters", __name__, url_prefix="/pesan-gagal")

STATES = {"open": "Menunggu keputusan", "replayed": "Diulang", "discarded": "Dibuang"}
DONE = {"replay": "Pesan diulang. Muat ulang halaman ini untuk melihat hasilnya.", "discard": "Pesan dibuang."}
PATHS = {"ulangi": "replay", "buang": "discard"}


@bp.get("")
@operators.administrators
def show() -> Any:
    return page.render(
        "dead_letters.html", heading="Pesan gagal", services=operators.services(), states=STATES, state=_state()
    )


@bp.get("/<service>")
@operators.administrators
def part(service: str) -> Any:
    label = _label(service)
    back = {"href": url_for("dead_letters.show"), "label": "Semua pesan gagal"}
    params = {"state": _state(), "cursor": request.args.get("cursor")}
    return pieces.show("dead_letters_part.html", f"Pesan gagal {label}", back, service, "dead-letters", **params)


@bp.get("/<service>/<uuid:letter_id>")
@operators.administrators
def inspect(service: str, letter_id: Any) -> Any:
    return _render(service, clients.fetch(_known(service), f"dead-letters/{letter_id}"))


@bp.post("/<service>/<uuid:letter_id>/<any(ulangi, buang):act>")
@operators.administrators
def resolve(service: str, letter_id: Any, act: str) -> Any:
    answer = clients.call(
        _known(service),
        "POST",
        f"dead-letters/{letter_id}/{PATHS[act]}",
        json={"reason": request.form.get("reason", "").strip()},
        headers=page.once(),
    )
    here = url_for("dead_letters.inspect", service=service, letter_id=letter_id)
    if answer.ok:
        return page.go(here, DONE[PATHS[act]])
    if answer.status == 422:
        letter = clients.fetch(service, f"dead-letters/{letter_id}")
        return _render(service, letter, status=422, errors=answer.errors.get("reason") or [answer.detail])
    if answer.status == 409:
        return page.go(here, answer.detail, "danger")
    raise clients.Refused(answer)


def _render(service: str, letter: dict[str, Any], status: int = 200, errors: list[str] | None = None) -> Any:
    return page.render(
        "dead_letter.html",
        heading=letter["type"] or "Pesan tanpa jenis",
        status=status,
        letter=letter,
        service=service,
        service_label=_label(service),
        order_id=_order_of(letter),
        errors=errors or [],
        typed=request.form.get("reason", ""),
        back={"href": url_for("dead_letters.show"), "label": "Semua pesan gagal"},
    )


def _order_of(letter: dict[str, Any]) -> str | None:
    facts = (letter.get("payload") or {}).get("data") or {}
    return facts["order_id"] if isinstance(facts.get("order_id"), str) and len(facts["order_id"]) == 36 else None


def _state() -> str:
    wanted = request.args.get("state", "open")
    return wanted if wanted in STATES else "open"


def _known(service: str) -> str:
    if service not in operators.services():
        abort(404)
    return service


def _label(service: str) -> str:
    return operators.service_label(_known(service))

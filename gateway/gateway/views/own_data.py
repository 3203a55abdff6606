"""Everything the services keep about a person and the company, to read and for machines (UU 27/2022: a copy of one's own data)."""

import io
import json
import zipfile
from typing import Any

from flask import Blueprint, Response, render_template

from gateway import clients, own_copy, session
from gateway.views import words

bp = Blueprint("own_data", __name__, url_prefix="/profil/data")

PAGE = 100
MOST_PAGES = 200
LISTS = {
    "orders": ("testing", "orders"),
    "samples": ("testing", "samples"),
    "reports": ("testing", "reports"),
    "invoices": ("billing", "invoices"),
    "notifications": ("notify", "notifications"),
}
OF_THE_PAGE = frozenset({"actions", "links"})  # what may be done now and where: no data


@bp.get("")
@session.signed_in
def download() -> Any:
    """For machines."""
    return _attached(_as_json(_everything()), "data-saya.json", "application/json")


@bp.get("/data-saya.zip")
@session.signed_in
def download_readable() -> Any:
    """A page to read without this system, and the same for machines beside it."""
    found = _everything()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data-saya.html", _as_page(found))
        archive.writestr("data-saya.json", _as_json(found))
    return _attached(packed.getvalue(), "data-saya.zip", "application/zip")


def _everything() -> dict[str, Any]:
    person = session.current()
    found: dict[str, Any] = clients.fetch("identity", "me/data")
    lists = LISTS if person and person.has("customer") else {"notifications": LISTS["notifications"]}
    return found | {name: _whole(*where) for name, where in lists.items()}


def _as_json(found: dict[str, Any]) -> str:
    return json.dumps(found, ensure_ascii=False, indent=1)


def _as_page(found: dict[str, Any]) -> str:
    person = session.current()
    history = (found.get("company") or {}).get("history") or []
    return render_template(
        "own_copy.html",
        parts=own_copy.parts(found, frozenset(person.roles) if person else frozenset()),
        history=[words.told("identity", row) for row in history],
        made_at=found.get("made_at"),
        name=person.name if person else "",
    )


def _attached(content: str | bytes, name: str, content_type: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, content_type=content_type, headers=headers)


def _whole(service: str, things: str) -> list[dict[str, Any]]:
    """Every page of a list."""
    rows: list[dict[str, Any]] = []
    place: dict[str, str] = {}
    for _ in range(MOST_PAGES):
        turn = clients.fetch(service, things, limit=PAGE, **place)
        rows += [{name: value for name, value in row.items() if name not in OF_THE_PAGE} for row in turn["items"]]
        if not turn.get("next"):
            break
        place = {"cursor": turn["next"]}
    return rows

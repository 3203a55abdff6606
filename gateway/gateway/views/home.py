"""Home: what waits for this person, soonest promise first, what is new, and where the rest lies."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, url_for

from gateway import clients, first_steps, navigation, queue, session, together, working_days
from gateway.formatters import as_day, office_zone
from gateway.upstreams import Unavailable
from gateway.views import offers, page

bp = Blueprint("home", __name__)

NEWS_READ, NEWS_SHOWN = 60, 6
NAMES = {"testing": "Antrean pengujian", "billing": "Antrean penagihan", "identity": "Antrean pendaftaran"}
FIGURES = {
    "testing": frozenset({"lab_coordinator", "head_of_office"}) | navigation.ADMINS,
    "billing": frozenset({"treasurer", "head_of_office"}) | navigation.ADMINS,
    "identity": frozenset({"head_of_office"}) | navigation.ADMINS,
}


@bp.get("/beranda")
@session.signed_in
def show() -> Any:
    person = session.current()
    assert person is not None
    services = queue.services_for(person)
    since = working_days.last_before(working_days.today(), working_days.closed_days())
    answers = together.ask(
        queue.questions(person)
        | {f"boxes {name}": (name, "worklists", {}) for name in services}
        | {
            "news": ("notify", "notifications", {"from": since.isoformat(), "limit": NEWS_READ}),
            "kept": ("identity", "me/preferences", {}),
        }
    )
    queues = [answers[name] for name in services if answers[name]]
    queue.COUNTS.keep(person, queue.lanes(queues))
    return page.render(
        "home.html",
        heading=greeting(person.name),
        entries=[with_offer(entry) for entry in queue.merged(queues)],
        more=_more(queues),
        boxes=[box for name in services for box in _boxes(answers[f"boxes {name}"])],
        missing=[NAMES[name] for name in services if answers[name] is None],
        news=threads(answers["news"]),
        since=since,
        first_steps=first_steps.left_for(person.roles, answers["kept"] or {}),
        has_figures=any(roles & set(person.roles) for roles in FIGURES.values()),
    )


@bp.get("/beranda/ringkasan")
@session.signed_in
def figures() -> Any:
    """The numbers and charts for those who lead; loaded by itself, so that the queue never waits for it."""
    person = session.current()
    assert person is not None
    asked: dict[str, together.Question] = {
        name: (name, "figures", {}) for name, roles in FIGURES.items() if roles & set(person.roles)
    }
    answers = together.ask(asked, patience=4.0)
    groups = [group for name in asked for group in (answers[name] or {}).get("groups", [])]
    charts = [chart for name in asked for chart in (answers[name] or {}).get("charts", [])]
    missing = [name for name in asked if answers[name] is None]
    return page.render(
        "figures.html" if page.is_partial() else "figures_page.html",
        heading="Ringkasan",
        groups=groups,
        charts=charts,
        missing=missing,
        back={"href": url_for("home.show"), "label": "Beranda"},
    )


def worklists(service: str) -> list[dict[str, Any]]:
    answer = clients.call(service, "GET", "worklists")
    if answer.status >= 500:
        raise Unavailable(service)
    return _boxes(answer.body if answer.ok else [])


def greeting(name: str) -> str:
    return f"Selamat datang, {name}"


def with_offer(entry: dict[str, Any]) -> dict[str, Any]:
    """The next act as a button; an act this gateway has no page for is opened on the thing itself."""
    offered = offers.of({"actions": [entry["act"]]}) if entry["act"] else []
    return {**entry, "offer": offered[0] if offered else None}


def threads(news: dict[str, Any] | None) -> list[dict[str, Any]] | None:
    """The last word about each order, and how often it was spoken of before; None while nobody can say."""
    if news is None:
        return None
    kept: dict[str, dict[str, Any]] = {}
    for note in news.get("items", []):
        about = note.get("order_id") or note["id"]
        first = kept.setdefault(about, {**note, "times": 0, "when": _when(note["created_at"])})
        first["times"] += 1
    return list(kept.values())[:NEWS_SHOWN]


def _when(moment: str) -> str:
    day = as_day(moment)
    return "hari ini" if day == datetime.now(office_zone()).date() else "kemarin" if _is_yesterday(day) else ""


def _is_yesterday(day: Any) -> bool:
    return bool(day and (working_days.today() - day).days == 1)


def _boxes(found: Any) -> list[dict[str, Any]]:
    rows = found.get("items", []) if isinstance(found, dict) else found or []
    return [{**box, "page": at} for box in rows if (at := navigation.page_of(box.get("href")))]


def _more(queues: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Lanes of which not everything is shown."""
    shown = [entry["box"] for entry in queue.merged(queues)]
    return [lane for lane in queue.lanes(queues) if lane["count"] > shown.count(lane["box"])]

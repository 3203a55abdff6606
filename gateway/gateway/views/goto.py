"""From a number, scanned or typed, to its page; without an answer, to the lists that can be searched."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, request

from gateway import lists, navigation, session, together
from gateway.views import page

bp = Blueprint("goto", __name__)

SOURCES = ("testing", "billing")
LONGEST, PLACES = 80, 6


@bp.get("/cari")
@session.signed_in
def show() -> Any:
    """One thing with this number is opened at once; else everything that may be meant."""
    typed = _typed()
    found, missing = things(typed)
    meant = [thing for thing in found if thing["number"].upper() == typed.upper()] or found
    if len(meant) == 1 and not missing:
        return page.go(meant[0]["page"])
    return page.render(
        "find.html",
        heading="Cari",
        typed=typed,
        found=found,
        places=places(typed),
        searches=searches(typed),
        missing=missing,
    )


@bp.get("/cari/saran")
@session.signed_in
def suggest() -> Any:
    """The same while somebody types in the box of Ctrl+K."""
    typed = _typed()
    found, missing = things(typed)
    return page.render(
        "find_part.html",
        heading="",
        typed=typed,
        found=found,
        places=places(typed),
        searches=searches(typed),
        missing=missing,
    )


@bp.get("/bantuan/papan-ketik")
def keyboard() -> Any:
    return page.render("keyboard.html", heading="Papan ketik dan pemindai")


def things(typed: str) -> tuple[list[dict[str, Any]], bool]:
    """What carries this number and may be seen by this person; and whether a service was away."""
    if not typed:
        return [], False
    answers = together.ask({name: (name, "find", {"number": typed}) for name in SOURCES}, patience=2.0)
    rows = [row for name in SOURCES for row in (answers[name] or {}).get("items", [])]
    found = [{**row, "page": at} for row in rows if (at := navigation.page_of(row["links"]["self"]))]
    return found, None in answers.values()


def places(typed: str) -> list[dict[str, Any]]:
    """Entries of the menu and common acts whose name has this in it."""
    person = session.current()
    assert person is not None
    mine = [*navigation.menu_for(person.roles, ""), *navigation.acts_for(person.roles)]
    return [entry for entry in mine if typed.lower() in entry["label"].lower()][:PLACES]


def searches(typed: str) -> list[dict[str, str]]:
    """The lists of this person, searched for what was typed."""
    person = session.current()
    assert person is not None
    if not typed:
        return []
    mine = {entry["href"] for entry in navigation.menu_for(person.roles, "")}
    return [
        {"label": declared.heading, "href": f"{path}?{urlencode({'q': typed})}"}
        for path, declared in lists.LISTS.items()
        if path in mine
    ]


def _typed() -> str:
    return " ".join(request.args.get("q", "").split())[:LONGEST]

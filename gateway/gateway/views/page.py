"""What every page is rendered with: person, office, menu, messages, macros."""

import json
import time
import uuid
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, flash, get_flashed_messages, make_response, redirect, render_template, request

from gateway import calls, charts, formatters, forms, navigation, queue, session, themes, unsent
from gateway.upstreams import Unavailable
from gateway.views import histories, offers, operators

HTMX = json.dumps(
    {
        "includeIndicatorStyles": False,
        "allowEval": False,
        "historyCacheSize": 0,
        "refreshOnHistoryMiss": True,
        "responseHandling": [
            {"code": "204", "swap": False},
            {"code": "[23]..", "swap": True},
            {"code": "403|404|409|412|422", "swap": True},
            {"code": "[45]..", "swap": False, "error": True},
        ],
    },
    separators=(",", ":"),
)
OFFICE_SECONDS = 60
OFFICE_PATIENCE = 1.0  # every page waits for this; what is known will do

TONES = {"done": "good", "waits": "wait", "stopped": "alert"}
# what lives without a declared workflow: files, letters, messages
TONES_OF_CODES = {"finished": "good", "sent": "good", "read": "good", "unverified": "wait", "failed": "alert"}


class OfficeFacts:
    """Name and address of the office, asked from identity once a minute; the last known survives an outage."""

    def __init__(self) -> None:
        self.known: dict[str, Any] = {"name": "Balai Standardisasi dan Pelayanan Jasa Industri"}
        self.asked_at = float("-inf")

    def read(self) -> dict[str, Any]:
        if time.monotonic() - self.asked_at > OFFICE_SECONDS:
            self.asked_at = time.monotonic()
            try:
                answer = calls.send("identity", "GET", "office", claims=None, read_timeout=OFFICE_PATIENCE)
            except Unavailable:
                return self._shown()
            if answer.ok and isinstance(answer.body, dict) and answer.body.get("name"):
                self.known = answer.body
        return self._shown()

    def _shown(self) -> dict[str, Any]:
        return {**self.known, "unit_name": self.known.get("short_name") or self.known["name"]}


def render(template: str, heading: str, status: int = 200, **context: Any) -> Response:
    return make_response(render_template(template, heading=heading, **context), status)


def is_partial() -> bool:
    """Is htmx asking for a piece of a page?"""
    return request.headers.get("HX-Request") == "true" and request.headers.get("HX-History-Restore-Request") != "true"


def go(target: str, message: str = "", kind: str = "success") -> Response:
    """Leave for another page, also when htmx posted the form."""
    if message:
        flash(message, kind)
    if is_partial():
        response = make_response("", 204)
        response.headers["HX-Redirect"] = target
        return response
    return make_response(redirect(target, 303))


def own_path(candidate: str | None, otherwise: str) -> str:
    return candidate if candidate and session.is_own_address(candidate) else otherwise


def here() -> str:
    """The page a person looks at, also when htmx asks for a piece of it."""
    if current := request.headers.get("HX-Current-URL"):
        parts = urlsplit(current)
        return f"{parts.path}?{parts.query}" if parts.query else parts.path
    return request.full_path.rstrip("?")


def once() -> dict[str, str]:
    """Headers of a call that is made once, however often its form is sent: `ui.keys` gave the form its key."""
    key = request.form.get("_key", "")
    return {"Idempotency-Key": key} if key else {}


def fresh_key() -> str:
    return str(uuid.uuid4())


def person_key() -> str:
    """Under whose name a browser keeps what is typed; "" for a stranger."""
    person = _person_if_known()
    return person.id if person else ""


def field_id(name: str) -> str:
    return "f-" + "".join(letter if letter.isalnum() else "-" for letter in name)


def tone(status: Any) -> str:
    """The colour of a state: as its workflow declares it."""
    known = status if isinstance(status, dict) else {"code": status}
    if declared := known.get("tone"):
        return TONES.get(declared, "plain")
    return TONES_OF_CODES.get(known.get("code", ""), "plain")


def tracking(status: dict[str, Any] | None) -> list[dict[str, str]]:
    """The eight public steps with what is done, what is now, what is to come; empty for a cancelled order."""
    current = (status or {}).get("public_step")
    if not isinstance(current, int):
        return []
    finished = current == len(navigation.PUBLIC_STEPS)
    return [
        {"label": label, "state": _step_state(index, current, finished)}
        for index, label in enumerate(navigation.PUBLIC_STEPS, start=1)
    ]


def _step_state(index: int, current: int, finished: bool) -> str:
    if index < current or finished:
        return "done"
    return "current" if index == current else "ahead"


def register(app: Flask) -> None:
    charts.register(app)
    office = OfficeFacts()
    environment = app.jinja_env
    environment.filters.update(
        field_id=field_id,
        in_words=histories.in_words,
        tone=tone,
        role_label=navigation.role_label,
        page_of=navigation.page_of,
        rows_to_show=forms.rows_to_show,
        service_label=operators.service_label,
    )
    environment.globals.update(
        fresh_key=fresh_key,
        now=lambda: datetime.now(formatters.office_zone()),
        here=here,
        unsent=unsent.shown,
        person_key=person_key,
        csrf_value=session.csrf_token,
        offers=offers.of,
        tracking=tracking,
        htmx_config=HTMX,
        flashes=lambda: get_flashed_messages(with_categories=True),
    )
    environment.globals["ui"] = environment.get_template("ui.html").module

    @app.context_processor
    def surroundings() -> dict[str, Any]:
        person = _person_if_known()
        return {
            "office": office.read(),
            "person": person,
            "has": lambda *roles: bool(person and person.has(*roles)),
            "menu": navigation.menu_for(person.roles, request.path) if person else [],
            "waiting": queue.COUNTS.known(person) if person else {},
            "theme": themes.chosen(),
            "themes": themes.THEMES,
            "is_partial": is_partial(),
            "csrf_header": json.dumps({"X-CSRF-Token": session.csrf_token()}),
        }


def _person_if_known() -> session.Person | None:
    try:
        return session.current()
    except Unavailable:
        return None

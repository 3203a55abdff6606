"""What a person typed survives what stood between: a session that ended, a service that is down, a thing that is gone.

Small forms wait in the encrypted session cookie until the same person has signed in again; what is larger waits in the
browser (`forms.js`), or, without scripts, stands on the error page to be sent again or copied.
"""

from __future__ import annotations

import json
import re
from typing import Any

from flask import g, request
from flask import session as cookie
from joserfc import jws
from joserfc.errors import JoseError
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import RequestEntityTooLarge

KEPT = "unsent"
MOST = 1200  # letters of JSON: with both tokens a cookie of 4096 bytes holds no more
SECRET = re.compile("password|token", re.IGNORECASE)
NOT_TYPED = re.compile(r"^_|-rows$|-id$")
NOT_TEXT = re.compile(r"^(true|false|[0-9a-f]{8}-[0-9a-f-]{27})?$")

AGAIN = (429, 500, 502, 503, 504)

Pairs = list[tuple[str, str]]


def posted() -> Pairs:
    """What this request brought, without secrets."""
    if request.method != "POST" or g.get("is_forged"):
        return []
    try:
        return [(name, value) for name, value in request.form.items(multi=True) if not SECRET.search(name)]
    except RequestEntityTooLarge:
        return []


def typed() -> list[str]:
    """The same as a person would recognise it: the texts, to be read and copied."""
    return [text for name, text in posted() if not NOT_TYPED.search(name) and not NOT_TEXT.match(text)]


def has_files() -> bool:
    return bool(posted()) and any(file.filename for file in request.files.values())


def shown(status: int = 0) -> dict[str, Any]:
    """For an error page: the texts, and where to send the same again when that may well help."""
    pairs = posted()
    again = request.path if status in AGAIN and pairs else ""
    return {"typed": typed(), "pairs": pairs, "again": again, "has_files": has_files()}


def form_page() -> str:
    """The address under which the form that was sent can be opened again; "" when it has none of its own."""
    rule = request.url_rule
    return request.path if rule and "GET" in (rule.methods or ()) else ""


def keep(access_token: str | None) -> None:
    """Let a small form wait in the cookie for the person to whom this token was given."""
    owner, form = _subject(access_token), posted()
    content = {"path": request.path, "owner": owner, "form": form}
    if owner and form and form_page() and len(json.dumps(content)) <= MOST:
        cookie[KEPT] = content


def hand_over(content: dict[str, Any] | None, access_token: str) -> None:
    """After signing in: the form goes on waiting, for the same person only."""
    if content and content["owner"] == _subject(access_token):
        cookie[KEPT] = content


def take() -> MultiDict[str, str] | None:
    """What waits for the form of this page, once."""
    content = cookie.get(KEPT)
    if not content or content["path"] != request.path or request.method != "GET":
        return None
    del cookie[KEPT]
    return MultiDict([(name, value) for name, value in content["form"]])


def _subject(token: str | None) -> str | None:
    """Whose token it is. It came out of our own encrypted cookie or from identity, and may have run out."""
    try:
        return str(json.loads(jws.extract_compact((token or "").encode()).payload)["sub"])
    except (JoseError, ValueError, KeyError):
        return None

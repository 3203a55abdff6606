"""A client that never gives up: after a cut connection or a 5xx it asks again, with the same Idempotency-Key."""

import hashlib
import json
import time
import uuid
from collections import Counter
from typing import Any

import requests
from urllib3.filepost import encode_multipart_formdata

from bench.chaos.journal import Journal
from deploy.client import Person, WrongAnswer

ANSWER_WITHIN = 15.0
LONGEST_PAUSE = 2.0


class Refused(WrongAnswer):
    """A final answer that is not the expected one."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


class OutOfTime(WrongAnswer):
    """Nobody answered until the run was over."""


class Stubborn(Person):
    """Writes what it is about to do, and what was answered, to its own file."""

    def __init__(
        self, base: str, username: str, password: str, *, journal: Journal, until: "Deadline", seen: Counter[str]
    ) -> None:
        self.journal, self.until, self.seen = journal, until, seen
        super().__init__(base, username, password)

    def sign_in(self) -> dict[str, Any]:
        self._http.headers.pop("Authorization", None)
        return super().sign_in()

    def ask(self, method: str, path: str, *, expect: int = 200, **more: Any) -> requests.Response:
        is_journaled = method == "POST" and not path.endswith("/sessions")
        key = ""
        if is_journaled:
            key, more = _frozen(more)
            self.journal.write(
                "intent", key=key, actor=self.username, path=path, sha256=_digest(more), form=_small(more.get("data"))
            )
        answer = self._answer(method, path, **more)
        if is_journaled:
            self.journal.write("answer", key=key, path=path, status=answer.status_code, body=_facts(answer))
        if answer.status_code != expect:
            raise Refused(
                answer.status_code, f"{method} {path}: {answer.status_code}, not {expect}: {answer.text[:400]}"
            )
        return answer

    def _answer(self, method: str, path: str, **more: Any) -> requests.Response:
        url, pause = path if path.startswith("http") else self.base + path, 0.1
        while not self.until.is_over:
            try:
                answer = self._http.request(method, url, timeout=ANSWER_WITHIN, **more)
            except requests.RequestException as cut:
                self.seen[type(cut).__name__] += 1
            else:
                if answer.status_code == 401 and not path.endswith("/sessions"):
                    self.sign_in()
                elif not _is_passing(answer):
                    return answer
                self.seen[str(answer.status_code)] += 1
            time.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)
        raise OutOfTime(f"{method} {path}")

    def act(self, thing: dict[str, Any], name: str, **form: Any) -> Any:
        """Somebody or something changed it meanwhile: look again, decide again."""
        while True:
            try:
                return super().act(thing, name, **form)
            except Refused as refusal:
                if refusal.status != 412:
                    raise
                self.seen["412"] += 1
                thing = self.get(thing["links"]["self"])


class Deadline:
    """The moment after which nobody waits any more: so many seconds after the last fault."""

    def __init__(self) -> None:
        self.at = float("inf")

    @property
    def is_over(self) -> bool:
        return time.monotonic() > self.at


def _is_passing(answer: requests.Response) -> bool:
    """The server says: not now."""
    in_flight = answer.status_code == 409 and "Retry-After" in answer.headers
    return answer.status_code >= 500 or answer.status_code == 429 or in_flight


def _frozen(more: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Key and bytes that every repetition has in common."""
    headers = dict(more.pop("headers", {}))
    key = headers.setdefault("Idempotency-Key", uuid.uuid4().hex)
    if files := more.pop("files", None):
        body, headers["Content-Type"] = encode_multipart_formdata(files)
    else:
        body, headers["Content-Type"] = json.dumps(more.pop("json", None) or {}).encode(), "application/json"
    return key, {**more, "headers": headers, "data": body}


def _digest(more: dict[str, Any]) -> str:
    return hashlib.sha256(more["data"]).hexdigest()


def _small(body: bytes | None) -> str:
    return body.decode() if body and len(body) < 500 and body.startswith(b"{") else ""


def _facts(answer: requests.Response) -> dict[str, Any]:
    """What the checker compares: ids, numbers, versions, sums."""
    if not 200 <= answer.status_code < 300:
        return {"detail": answer.text[:300]}
    names = ("id", "number", "pre_number", "version", "sha256", "name")
    body = answer.json()
    return {name: body[name] for name in names if name in body}

"""A plain client of the public API: what `docs` and `http.md` promise is all it knows."""

import json
import struct
import time
import uuid
import zlib
from collections.abc import Callable
from typing import Any

import requests

PATIENCE = 20.0


class WrongAnswer(Exception):
    """The answer is not the promised one."""


def picture(shade: int = 200) -> bytes:
    """A small PNG: stands for a scan where the demonstration needs one."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    width, height = 240, 160
    row = b"\0" + bytes((shade, shade, 255)) * width
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(row * height)) + chunk(b"IEND", b"")


class Person:
    """Somebody signed in, or nobody yet."""

    def __init__(self, base: str, username: str = "", password: str = "") -> None:
        self.base, self.username = base, username
        self._password = password
        self._http = requests.Session()
        self._http.trust_env = False
        if username:
            self.sign_in()

    def sign_in(self) -> dict[str, Any]:
        form = {"username": self.username, "password": self._password}
        tokens: dict[str, Any] = self.post("/api/v1/identity/sessions", form, expect=201)
        self._http.headers["Authorization"] = f"Bearer {tokens['access_token']}"
        return tokens

    def ask(self, method: str, path: str, *, expect: int = 200, **more: Any) -> requests.Response:
        url = path if path.startswith("http") else self.base + path
        answer = self._http.request(method, url, timeout=30, **more)
        if answer.status_code == 401 and self._password and expect != 401:
            self.sign_in()
            answer = self._http.request(method, url, timeout=30, **more)
        if answer.status_code != expect:
            raise WrongAnswer(f"{method} {path}: {answer.status_code}, not {expect}: {answer.text[:600]}")
        return answer

    def get(self, path: str, **params: Any) -> Any:
        return self.ask("GET", path, params=params).json()

    def post(self, path: str, form: Any = None, *, expect: int = 201, key: str | None = None) -> Any:
        headers = {} if path.endswith("/sessions") else {"Idempotency-Key": key or uuid.uuid4().hex}
        return self.ask("POST", path, json=form or {}, headers=headers, expect=expect).json()

    def act(self, thing: dict[str, Any], name: str, **form: Any) -> Any:
        """Do one of the offered acts; one that is not offered is a wrong answer."""
        offer = next((action for action in thing["actions"] if action["name"] == name), None)
        if offer is None:
            offered = [action["name"] for action in thing["actions"]]
            raise WrongAnswer(f"{self.username} is not offered {name} at {thing['status']['code']}: {offered}")
        return self.ask(
            offer["method"],
            offer["href"],
            json=form,
            headers={"If-Match": f'"{thing["version"]}"', "Idempotency-Key": uuid.uuid4().hex},
        ).json()

    def upload(self, name: str, content: bytes, media_type: str = "image/png") -> str:
        files = {"file": (name, content, media_type)}
        answer = self.ask("POST", "/api/v1/documents/files", files=files, expect=201)
        return str(answer.json()["id"])


def wait_for(look: Callable[[], Any], what: str, patience: float = PATIENCE) -> Any:
    """The first true answer of `look`."""
    until = time.monotonic() + patience
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() > until:
            raise WrongAnswer(f"{what} did not come within {patience:.0f} s")
        time.sleep(0.15)


def pretty(body: Any) -> str:
    return json.dumps(body, indent=1, ensure_ascii=False)[:2_000]

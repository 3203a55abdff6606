"""Somebody at a browser: signed in at the gateway, with the cookies that requests does not send without TLS."""

from __future__ import annotations

import re
from typing import Any

import requests

PASSWORD = "zerocalls-demo"
CSRF = re.compile(r'name="csrf_token" value="([^"]+)"')


class Visitor:
    def __init__(self, base: str, username: str) -> None:
        self.base, self.username = base, username
        self._http = requests.Session()
        self._http.trust_env = False
        self._kept: dict[str, str] = {}
        form = {"csrf_token": self._token("/masuk"), "username": username, "password": PASSWORD, "next": ""}
        if self.ask("POST", "/masuk", data=form).status_code != 303:
            raise RuntimeError(f"{username} cannot sign in")

    def _token(self, path: str) -> str:
        found = CSRF.search(self.ask("GET", path).text)
        if found is None:
            raise RuntimeError(f"no form at {path}")
        return found[1]

    def ask(self, method: str, path: str, **more: Any) -> requests.Response:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._kept.items())}
        answer = self._http.request(
            method, self.base + path, headers=headers, allow_redirects=False, timeout=60, **more
        )
        self._kept |= answer.cookies.get_dict()
        return answer

    def open(self, path: str) -> requests.Response:
        answer = self.ask("GET", path)
        if answer.status_code != 200:
            raise RuntimeError(f"{self.username} {path}: {answer.status_code}")
        return answer

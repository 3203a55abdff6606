"""One installation with demo orders, of which parts are taken away; and people who were signed in before."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import pytest
import requests

from deploy.client import Person, WrongAnswer
from deploy.running import System
from deploy.smoke import SAMPLES
from deploy.walk import PASSWORD, Walk

PATIENCE = 2.0


class Visitor:
    """A person at a browser, without scripts."""

    def __init__(self, base: str, username: str = "") -> None:
        self.base = base
        self.http = requests.Session()
        self.http.trust_env = False
        self.http.hooks["response"].append(self._keep_cookie)
        if username:
            answer = self.sign_in(username)
            assert answer.status_code == 303, answer.text[:500]

    def _keep_cookie(self, answer: requests.Response, **_: object) -> None:
        """Browsers send Secure cookies to this very machine without TLS too."""
        for cookie in answer.cookies:
            self.http.headers["Cookie"] = f"{cookie.name}={cookie.value}"

    def sign_in(self, username: str, password: str = PASSWORD) -> requests.Response:
        return self.post("/masuk", "/masuk", username=username, password=password)

    def post(self, form_page: str, path: str, **form: str) -> requests.Response:
        text = self.http.get(self.base + form_page, timeout=20).text
        found = re.search(r'name="csrf_token" value="([^"]+)"', text)
        assert found, text[:500]
        return self.http.post(
            self.base + path, data={**form, "csrf_token": found[1]}, timeout=20, allow_redirects=False
        )

    def get(self, path: str, *, within: float = PATIENCE, is_piece: bool = False) -> requests.Response:
        """The answer, which must come in time."""
        headers = {"HX-Request": "true"} if is_piece else {}
        started = time.monotonic()
        answer = self.http.get(self.base + path, headers=headers, timeout=20, allow_redirects=False)
        took = time.monotonic() - started
        assert took < within, f"{path} took {took:.1f} s"
        return answer


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with System(tmp_path_factory.mktemp("house")) as system:
        yield House(system)


class House:
    def __init__(self, system: System) -> None:
        self.system = system
        self.customer = Person(system.base_url, "pelanggan", PASSWORD)
        self.staff: dict[str, Person] = {}
        self.order = self.walk("billed")
        self.invoice = self.person("bendahara").get("/api/v1/billing/invoices", order_id=self.order)["items"][0]["id"]
        self.at_browser = {name: Visitor(system.base_url, name) for name in ("cs", "bendahara", "pelanggan")}

    @property
    def base(self) -> str:
        return self.system.base_url

    def walk(self, state: str) -> str:
        walk = Walk(self.base, self.customer, lambda *_: None, staff=self.staff, patience=90)
        for attempt in range(40):  # the laboratory learns of the customer by an event
            try:
                walk.draft(SAMPLES)
                break
            except WrongAnswer:
                time.sleep(0.5)
                assert attempt < 39
        walk.to(state)
        return walk.order_id

    def person(self, username: str) -> Person:
        if username not in self.staff:
            self.staff[username] = Person(self.base, username, PASSWORD)
        return self.staff[username]

    def recovers(self) -> None:
        """All parts answer again, and no breaker is open."""
        paths = ("testing/orders", "billing/invoices", "notify/notifications", "identity/me", "documents/verify/X")
        until = time.monotonic() + 60
        while True:
            states = [self.status(f"/api/v1/{path}") for path in paths]
            if all(state in (200, 403, 404) for state in states):
                return
            assert time.monotonic() < until, dict(zip(paths, states, strict=True))
            time.sleep(0.5)

    def status(self, path: str) -> int:
        person = self.person("cs")
        return person._http.get(self.base + path, timeout=20).status_code

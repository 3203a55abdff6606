"""Idempotency-Key on every POST (quality R5), on a running installation."""

import re
import sqlite3
import uuid
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import pytest

from deploy.client import Person
from deploy.running import System
from deploy.walk import PASSWORD, Walk
from tests.reliability.repeating import Repeating

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

WITHOUT_KEY = {
    "/api/v1/identity/sessions",
    "/api/v1/identity/sessions/refresh",
    "/api/v1/identity/tokens",
    "/api/v1/identity/clients",  # the answer holds a secret, which is kept nowhere
    "/api/v1/identity/clients/{client_id}/secrets",
    "/api/v1/documents/verify",  # reads only
}
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b550000000a49444154789c63600000000200015e"
    "f32a9c0000000049454e44ae426082"
)
NEW_PASSWORD = "payung lampu kaktus"
BODIES: dict[str, dict[str, Any]] = {
    "discard": {"reason": "sudah dibereskan dengan cara lain"},
    "replay": {"reason": "penyebabnya sudah diperbaiki"},
    "block": {"note": "alat rusak"},
    "accept": {"token": "x", "password": NEW_PASSWORD, "username": "siapasaja", "name": "Siapa Saja"},
    "redeem": {"token": "x", "password": NEW_PASSWORD},
    "password-resets": {"email": "siapa@contoh.test"},
    "password": {"current_password": PASSWORD, "password": NEW_PASSWORD},
    "samples": {
        "sample_type": "Air",
        "code_location": "A",
        "standard_id": str(uuid.uuid4()),
        "parameters": [str(uuid.uuid4())],
    },
    "customers": {
        "name": "PT Contoh Ulang",
        "customer_type": "industry",
        "customer_group": "medium",
        "npwp": "012345674701000",
        "kbli": "-",
        "address": "Jalan Contoh Raya Nomor 12",
        "city": "Kota Pontianak",
        "phone": "0812 0000 1111",
        "email": "ulang@contoh.test",
        "username": "ulang",
        "password": "kereta kabut jembatan",
    },
}


def test_every_post_route_looks_at_its_key_before_anything_else(system: System) -> None:
    """A key under which something else was answered is refused, whatever the thing, its state or the body."""
    people = [Person(system.base_url, name, PASSWORD) for name in ("superadmin", "pelanggan", "cs")]
    callers = [(person, person.get("/api/v1/identity/me")["id"]) for person in people]
    callers.append((Person(system.base_url), "anonymous"))

    routes = post_routes(system)
    deaf = {
        path: answers
        for path in routes
        if not any(map(is_refused, answers := [used(system, *who, path) for who in callers]))
    }

    assert len(routes) > 100
    assert deaf == {}


def post_routes(system: System) -> list[str]:
    paths = Person(system.base_url).get("/api/v1/openapi.json")["paths"]
    return sorted(path for path, verbs in paths.items() if "post" in verbs and path not in WITHOUT_KEY)


def is_refused(answer: str) -> bool:
    return answer.startswith("422") and "Idempotency-Key ini sudah dipakai untuk permintaan lain" in answer


def used(system: System, person: Person, subject: str, path: str) -> str:
    """What is said to a key under which another request was answered before."""
    key, service = uuid.uuid4().hex, path.split("/")[3]
    earlier = (subject, key, "0" * 64, 200, "", "{}", datetime.now(UTC).replace(tzinfo=None).isoformat(" "))
    with closing(sqlite3.connect(system.var / f"{service}.db", timeout=30)) as connection, connection:
        connection.execute("INSERT INTO idempotency VALUES (?, ?, ?, ?, ?, ?, ?)", earlier)
    address = re.sub(r"\{[^}]*\}", lambda _: str(uuid.uuid4()), path)
    sent: dict[str, Any] = {"json": BODIES.get(path.rsplit("/", 1)[-1], {})}
    if path.endswith("/files"):
        sent = {"files": {"file": ("a.png", PNG, "image/png")}}
    answer = person._http.post(system.base_url + address, headers={"Idempotency-Key": key}, timeout=30, **sent)
    return f"{answer.status_code} {answer.text[:200]}"


@pytest.fixture(params=["system", pytest.param("real_system", marks=pytest.mark.real)])
def either(request: pytest.FixtureRequest) -> System:
    found: System = request.getfixturevalue(request.param)
    return found


class RepeatingWalk(Walk):
    def __init__(self, customer: Repeating) -> None:
        super().__init__(customer.base, customer, lambda *told: None, patience=120)
        self._like = customer

    def staff(self, username: str) -> Person:
        if username not in self._staff:
            like = self._like
            self._staff[username] = Repeating(self.base, username, PASSWORD, odd=like.odd, sent=like.sent)
        return self._staff[username]


def test_every_act_of_an_order_sent_many_times_and_cut_is_done_once(either: System) -> None:
    odd: list[str] = []
    sent: list[tuple[str, int]] = []
    customer = Repeating(either.base_url, "pelanggan", PASSWORD, odd=odd, sent=sent)
    walk = RepeatingWalk(customer)
    sample = {"sample_type": "Air", "code_location": "Titik 1", "standard": "P.68/2016", "parameters": ["pH"]}

    walk.draft([sample, sample])
    order = walk.to("archived")

    assert odd == []
    assert len(sent) > 25
    assert sum(copies for _, copies in sent) > 2 * len(sent)
    assert (len(order["samples"]), len(order["reports"])) == (2, 2)
    meant, done = acts_sent(sent), acts_in_history(walk)
    assert {act: done[act] for act in meant} == dict(meant)


def acts_in_history(walk: Walk) -> Counter[tuple[str, str]]:
    """(thing, act) → rows; what settled by itself is among them."""
    cs = walk.staff("cs")
    rows = cs.get(f"/api/v1/testing/orders/{walk.order_id}/history", limit=500)["items"]
    return Counter((row["thing_id"], row["transition"]) for row in rows)


def acts_sent(sent: list[tuple[str, int]]) -> Counter[tuple[str, str]]:
    acts = (path.split("/") for path, _ in sent if "/testing/" in path and "/actions/" in path)
    return Counter((parts[-3], parts[-1]) for parts in acts)

"""Idempotency-Key on every POST (quality R5), on a running installation."""

import hmac
import json
import re
import sqlite3
import sys
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
import requests

from chassis.keys import Signer
from deploy.client import Person, WrongAnswer
from deploy.running import System
from deploy.walk import PASSWORD, Walk
from tests.reliability.repeating import Repeating

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]

WITHOUT_KEY = {
    "/api/v1/identity/sessions",
    "/api/v1/identity/sessions/refresh",
    "/api/v1/identity/tokens",
    "/api/v1/identity/clients",  # the answer holds a secret, which is kept nowhere
    "/api/v1/identity/clients/{client_id}/secrets",
    "/api/v1/documents/verify",  # reads only, as these below
    "/api/v1/testing/trackings",
    "/api/v1/testing/series/{series_id}/preview",
    "/api/v1/testing/analyses/actions/{name}/preview",
    "/api/v1/testing/reports/actions/{name}/preview",
    "/api/v1/testing/samples/actions/{name}/preview",
    "/api/v1/testing/analyses/actions/{name}",  # many at once: shown by chassis test_bulk
    "/api/v1/testing/reports/actions/{name}",
    "/api/v1/testing/samples/actions/{name}",
}
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b550000000a49444154789c63600000000200015e"
    "f32a9c0000000049454e44ae426082"
)
REPEATED = '207 "tadi"'
TIMES, AT_ONCE = 20, 3
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
NEW_PASSWORD = "payung lampu kaktus"
BODIES: dict[str, dict[str, Any]] = {
    "exports": {"list": "orders", "format": "xlsx"},
    "views": {"list": "testing/orders", "name": "Milik saya", "query": "q=air"},
    "baskets": {
        "samples": [
            {
                "sample_type": "Air",
                "code_location": "A",
                "standard_id": str(uuid.uuid4()),
                "parameters": [str(uuid.uuid4())],
            }
        ]
    },
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
        if not any(map(is_heeded, answers := [used(system, *who, path) for who in callers]))
    }

    assert len(routes) > 100
    assert deaf == {}


def post_routes(system: System) -> list[str]:
    paths = Person(system.base_url).get("/api/v1/openapi.json")["paths"]
    return sorted(path for path, verbs in paths.items() if "post" in verbs and path not in WITHOUT_KEY)


def is_heeded(answer: str) -> bool:
    """Refused to the one who has used the key for something else; to a stranger who repeats himself the first answer again."""
    refused = answer.startswith("422") and "Idempotency-Key ini sudah dipakai untuk permintaan lain" in answer
    return refused or answer == REPEATED


def used(system: System, person: Person, subject: str, path: str) -> str:
    """What is said to a key under which somebody signed in has sent another request before, or a stranger the same."""
    key, service = uuid.uuid4().hex, path.split("/")[3]
    address = re.sub(r"\{[^}]*\}", lambda _: str(uuid.uuid4()), path)
    body = json.dumps(BODIES.get(path.rsplit("/", 1)[-1], {})).encode()
    sent: dict[str, Any] = {"data": body, "headers": {"Content-Type": "application/json"}}
    if path.endswith(("/files", "/imports")):  # known by the content of the file, so there must be one
        sent = {"files": {"file": ("a.png", PNG, "image/png")}, "headers": {}}
    fingerprint = "0" * 64
    if subject == "anonymous":
        subject = fingerprint = fingerprint_of(system, service, address, body)
    earlier = (subject, key, fingerprint, 207, "", '"tadi"', datetime.now(UTC).replace(tzinfo=None).isoformat(" "))
    with closing(sqlite3.connect(system.var / f"{service}.db", timeout=30)) as connection, connection:
        connection.execute("INSERT INTO idempotency VALUES (?, ?, ?, ?, ?, ?, ?)", earlier)
    sent["headers"]["Idempotency-Key"] = key
    answer = person._http.post(system.base_url + address, timeout=30, **sent)
    return f"{answer.status_code} {answer.text[:200]}"


def fingerprint_of(system: System, service: str, path: str, body: bytes) -> str:
    """As the service makes it, with the key that only it has."""
    signer = Signer.from_file(f"svc-{service}", system.var / "keys" / f"svc-{service}.json")
    return hmac.digest(signer.derive("idempotency"), f"POST\n{path}?\n".encode() + body, "sha256").hex()


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


def test_every_act_of_twenty_orders_sent_many_times_and_cut_is_done_once(either: System) -> None:
    odd: list[str] = []
    sent: list[tuple[str, int]] = []
    customers = [Repeating(either.base_url, "pelanggan", PASSWORD, odd=odd, sent=sent) for _ in range(AT_ONCE)]

    def carry(number: int) -> Walk:
        walk = RepeatingWalk(customers[number % AT_ONCE])
        drafted(walk)
        order = walk.to("archived")
        assert (len(order["samples"]), len(order["reports"])) == (1, 1)
        return walk

    with ThreadPoolExecutor(AT_ONCE) as pool:
        walks = list(pool.map(carry, range(TIMES)))

    routes = Counter(ID.sub("{id}", path) for path, _ in sent)
    copies = sum(copies for _, copies in sent)
    told = (
        f"{len(sent)} requests to {len(routes)} routes, sent {copies} times; each route at least {min(routes.values())}"
    )
    sys.stdout.write(told + "\n")
    assert odd == []
    assert len(routes) >= 20
    assert min(routes.values()) >= TIMES, routes
    assert copies > 2 * len(sent)
    meant, done = acts_sent(sent), sum(map(acts_in_history, walks), Counter())
    assert {act: done[act] for act in meant} == dict(meant)


def drafted(walk: Walk) -> None:
    """Just after the start the laboratory has not heard of the customer yet."""
    sample = {"sample_type": "Air", "code_location": "Titik 1", "standard": "P.68/2016", "parameters": ["pH"]}
    for attempt in range(40):
        try:
            walk.draft([sample])
            return
        except WrongAnswer:
            time.sleep(0.5)
            assert attempt < 39


def test_while_the_first_is_in_flight_another_waits_or_is_told_so(either: System) -> None:
    """The first is held inside its transaction: PostgreSQL's second is told to ask again, SQLite's waits for the first."""
    customer = Person(either.base_url, "pelanggan", PASSWORD)
    walk = Walk(either.base_url, customer, lambda *told: None)
    drafted(walk)
    path = f"/api/v1/testing/orders/{walk.order_id}/actions/submit"
    key = {"Idempotency-Key": uuid.uuid4().hex}

    def submit() -> requests.Response:
        return customer._http.post(either.base_url + path, json={"agreed": True}, headers=key, timeout=30)

    with ThreadPoolExecutor(2) as pool, held(either, walk.order_id) as is_waiting:
        first = pool.submit(submit)
        while not is_waiting():
            assert not first.done(), first.result().text
            time.sleep(0.05)
        second = pool.submit(submit)
        if either.state["engines"]:
            told = second.result(20)
            assert (told.status_code, told.headers["Retry-After"]) == (409, "1")
            assert "sedang diproses" in told.json()["detail"]
        assert not first.done()
    answers = [first.result(), *([] if either.state["engines"] else [second.result()]), submit()]

    assert {(answer.status_code, answer.content) for answer in answers} == {(200, answers[0].content)}
    assert sum("Idempotent-Replayed" not in answer.headers for answer in answers) == 1
    assert acts_in_history(walk)[(walk.order_id, "submit")] == 1


@contextmanager
def held(system: System, order_id: str) -> Iterator[Callable[[], bool]]:
    """Nobody can change the order until the end; yields whether somebody wants to."""
    if database := system.state["engines"].get("database"):
        address = database.replace("{service}", "testing")
        with psycopg.connect(address) as holder, psycopg.connect(address, autocommit=True) as looker:
            holder.execute("SELECT id FROM test_order WHERE id = %s FOR UPDATE", (order_id,))
            waiting = (
                "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
            )
            yield lambda: bool(looker.execute(waiting).fetchone()[0])  # type: ignore[index]
            holder.rollback()
        return
    began = time.monotonic()
    with closing(sqlite3.connect(system.var / "testing.db", isolation_level=None, timeout=30)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        yield lambda: time.monotonic() > began + 1
        time.sleep(1)
        holder.execute("ROLLBACK")


def acts_in_history(walk: Walk) -> Counter[tuple[str, str]]:
    """(thing, act) → rows; what settled by itself is among them."""
    cs = walk.staff("cs")
    rows = cs.get(f"/api/v1/testing/orders/{walk.order_id}/history", limit=500)["items"]
    return Counter((row["thing_id"], row["transition"]) for row in rows)


def acts_sent(sent: list[tuple[str, int]]) -> Counter[tuple[str, str]]:
    acts = (path.split("/") for path, _ in sent if "/testing/" in path and "/actions/" in path)
    return Counter((parts[-3], parts[-1]) for parts in acts)

"""With PostgreSQL or Redis away: who does not need them works, the others say so in two seconds, limits stay (R13)."""

from __future__ import annotations

import time
from contextlib import ExitStack

import psycopg
import pytest
import requests

from deploy.engines import EngineMissing, Engines, install
from deploy.processes import PEERS
from deploy.running import System
from tests.conftest import open_folder
from tests.degradation.conftest import House
from tests.degradation.doors import Door
from tests.degradation.test_parts_down import AWAY, PAGES, SERVICES, wait_for

pytestmark = [pytest.mark.slow, pytest.mark.real, pytest.mark.timeout(900)]

REGISTRATIONS = 5
API = {
    "identity": "me",
    "testing": "orders",
    "billing": "invoices",
    "documents": "verify/BCDFGHJKLMNPQRSTVWXZ",
    "notify": "notifications",
}


class RealHouse(House):
    """The house on engines of its own; each service reaches PostgreSQL through its own door."""

    def __init__(self, folder, stack):
        self.engines = stack.enter_context(Engines(folder / "engines"))
        self.doors = {name: Door(folder / "doors" / name, self.engines.postgresql.port) for name in PEERS}
        addresses = self.engines.addresses(PEERS)
        self.database = addresses["database"]
        addresses["database"] = f"postgresql://svc_{{service}}@/svc_{{service}}?host={folder}/doors/{{service}}"
        limits = {"LIMITS_URL": self.engines.redis.url(5), "LIMIT_REGISTRATION": f"{REGISTRATIONS}/hour"}
        system = System(folder / "var", engines="real", addresses=addresses, **limits)
        super().__init__(stack.enter_context(system))

    def ask(self, service):
        """The service's answer to a clerk, and the seconds it took."""
        started = time.monotonic()
        answer = self.person("cs")._http.get(f"{self.base}/api/v1/{service}/{API[service]}", timeout=20)
        return answer, time.monotonic() - started

    def rows(self, service, query, *values):
        with psycopg.connect(self.database.replace("{service}", service)) as connection:
            return connection.execute(query, values).fetchall()


@pytest.fixture(scope="module")
def real_house():
    with ExitStack() as stack:
        try:
            install()
        except EngineMissing as missing:
            pytest.skip(str(missing))
        yield RealHouse(stack.enter_context(open_folder()), stack)


@pytest.mark.parametrize("service", SERVICES)
def test_with_one_database_away_only_its_own_pages_say_so(real_house, service):
    house = real_house
    with house.doors[service].closed():
        for (username, path), needed in PAGES.items():
            address = path.format(order=house.order, invoice=house.invoice)
            answer = house.at_browser[username].get(address)
            if service not in needed:
                assert answer.status_code in (200, 404), (address, answer.status_code)
                assert AWAY not in answer.text, address
            elif answer.status_code == 503:
                assert AWAY in answer.text, address
                assert int(answer.headers["Retry-After"]) > 0
            else:
                assert answer.status_code == 200, (address, answer.status_code)
                assert AWAY in answer.text or path.endswith("lonceng"), address
        for name in SERVICES:
            answer, took = house.ask(name)
            assert took < 2, (name, took)
            if name == service:
                assert (answer.status_code, "Retry-After" in answer.headers) == (503, True), answer.text
            else:
                assert answer.status_code in (200, 403, 404), (name, answer.text)
    house.recovers()


def test_with_postgresql_away_everything_says_so_and_comes_back_by_itself(real_house):
    house = real_house
    house.engines.postgresql.kill()
    try:
        for (username, path), needed in PAGES.items():
            answer = house.at_browser[username].get(path.format(order=house.order, invoice=house.invoice))
            if needed and answer.status_code != 200:
                assert (answer.status_code, AWAY in answer.text) == (503, True), path
            else:
                assert answer.status_code == 200, (path, answer.status_code)
        for service in SERVICES:
            answer, took = house.ask(service)
            assert took < 2, (service, took)
            assert (answer.status_code, "Retry-After" in answer.headers) == (503, True), (service, answer.text)
    finally:
        house.engines.postgresql.start()
    house.recovers()
    assert house.walk("invoiced")


def register(house):
    """An empty form: refused, and counted all the same."""
    return requests.post(f"{house.base}/api/v1/identity/customers", json={}, timeout=10).status_code


def test_with_redis_away_limits_are_kept_here_and_documents_wait(real_house):
    house = real_house
    assert [register(house) for _ in range(REGISTRATIONS + 1)] == [422] * REGISTRATIONS + [429], "counted in Redis"
    house.engines.redis.kill()
    try:
        tried = [register(house) for _ in range(2 * REGISTRATIONS)]
        assert tried == [422] * REGISTRATIONS + [429] * REGISTRATIONS, "counted here, from the beginning"
        for service in SERVICES:
            answer, took = house.ask(service)
            assert (answer.status_code in (200, 403, 404), took < 2) == (True, True), (service, took, answer.text)

        order = house.walk("billed")
        asked_for = "SELECT status, sha256 FROM documents WHERE order_id = %s"
        wait_for(lambda: house.rows("documents", asked_for, order))
        time.sleep(2)
        assert all(status == "requested" and not sha256 for status, sha256 in house.rows("documents", asked_for, order))
    finally:
        house.engines.redis.start()

    wait_for(lambda: all(sha256 for _, sha256 in house.rows("documents", asked_for, order)), 120)

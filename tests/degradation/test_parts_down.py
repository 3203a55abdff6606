"""With each part away in turn, the pages that do not need it answer in two seconds, the others say so; nothing opens (R13)."""

from __future__ import annotations

import os
import signal
import sqlite3
import time
import uuid
from contextlib import contextmanager

import pytest
import requests

from deploy.client import picture
from deploy.walk import PASSWORD

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

AWAY = "sementara tidak tersedia"
SERVICES = ("identity", "testing", "billing", "documents", "notify")


@pytest.fixture(params=["dead", "hanging"])
def away(house, request):
    """`with away("billing"):` its web process is gone, or is there and never answers."""

    @contextmanager
    def take(service):
        name = f"{service}.web"
        if request.param == "dead":
            with house.system.without(name):
                yield
        else:
            group = house.system.pid_of(name)
            os.killpg(group, signal.SIGSTOP)
            try:
                yield
            finally:
                os.killpg(group, signal.SIGCONT)
        house.recovers()

    take.kind = request.param
    return take


PAGES = {  # what a clerk, the treasurer and a customer look at, and whom each page needs
    ("cs", "/"): set(),
    ("cs", "/beranda"): {"testing", "identity", "notify"},
    ("cs", "/pengujian/order"): {"testing"},
    ("cs", "/pengujian/order/{order}"): {"testing"},
    ("cs", "/pengujian/order/{order}/riwayat"): {"testing"},
    ("cs", "/pengujian/order/{order}/invoice"): {"billing"},
    ("cs", "/pengujian/order/{order}/pesan"): {"notify"},
    ("bendahara", "/invoice/{invoice}"): {"billing"},
    ("pelanggan", "/notifikasi"): {"notify"},
    ("pelanggan", "/notifikasi/lonceng"): {"notify"},
    ("pelanggan", "/verifikasi"): set(),
    ("pelanggan", "/verifikasi/BCDFGHJKLMNPQRSTVWXZ"): {"documents"},
}


@pytest.mark.parametrize("service", SERVICES)
def test_pages_that_do_not_need_it_answer_and_the_others_say_so(house, away, service):
    with away(service):
        for (username, path), needed in PAGES.items():
            address = path.format(order=house.order, invoice=house.invoice)
            is_needed = service in needed
            answer = house.at_browser[username].get(
                address, within=2.0 if not is_needed or away.kind == "dead" else 12.0
            )
            if not is_needed:
                assert answer.status_code in (200, 404), (address, answer.status_code)
                assert AWAY not in answer.text, address
            elif answer.status_code in (503, 504):
                assert AWAY in answer.text, address
                assert int(answer.headers["Retry-After"]) > 0
            else:
                assert answer.status_code == 200, (address, answer.status_code)
                assert AWAY in answer.text or path.endswith("lonceng"), address


@pytest.mark.parametrize("service", SERVICES)
def test_the_api_says_who_is_away_and_when_to_ask_again(house, service):
    paths = {
        "identity": "me",
        "testing": "orders",
        "billing": "invoices",
        "documents": "verify/BCDFGHJKLMNPQRSTVWXZ",
        "notify": "notifications",
    }
    with house.system.without(f"{service}.web"):
        for name, path in paths.items():
            started = time.monotonic()
            answer = house.person("cs")._http.get(f"{house.base}/api/v1/{name}/{path}", timeout=20)
            assert time.monotonic() - started < 2
            if name == service:
                assert (answer.status_code, answer.headers["Content-Type"]) == (503, "application/problem+json")
                assert int(answer.headers["Retry-After"]) > 0
                assert "tidak dapat dihubungi" in answer.json()["detail"]
            else:
                assert answer.status_code in (200, 403, 404), (name, answer.text)
        state = requests.get(f"{house.base}/readyz", timeout=5).json()
        assert state["status"] in ("ok", "degraded")
    house.recovers()


def test_without_identity_who_is_signed_in_works_and_nobody_else_gets_in(house):
    cs = house.person("cs")
    token = cs._http.headers["Authorization"]
    with house.system.without("identity.web"):
        order = cs.get(f"/api/v1/testing/orders/{house.order}")
        assert order["id"] == house.order
        drafted = house.customer.post("/api/v1/testing/orders", {"contact": "Rina Contoh"})
        assert drafted["status"]["code"] == "drafted"

        signing_in = requests.post(
            f"{house.base}/api/v1/identity/sessions", json={"username": "cs", "password": PASSWORD}, timeout=10
        )
        assert (signing_in.status_code, "Retry-After" in signing_in.headers) == (503, True)
        head, body, signature = token.removeprefix("Bearer ").split(".")
        forged = f"{head}.{body}.{signature[:-6]}AAAAAA"
        for bad in ("", "Bearer x", f"Bearer {forged}", f"Bearer {head}.{body}."):
            refused = requests.get(
                f"{house.base}/api/v1/testing/orders/{house.order}", headers={"Authorization": bad}, timeout=10
            )
            assert refused.status_code == 401, bad
    house.recovers()


def test_a_gateway_that_never_heard_of_revocations_lets_nobody_in(house):
    """It was started while identity was away: it cannot know who was put out."""
    cs = house.person("cs")
    with house.system.without("identity.web"):
        old = house.system.kill("gateway.web")
        wait_for(lambda: house.system.pid_of("gateway.web") != old and _answers(house.base))
        answer = cs._http.get(f"{house.base}/api/v1/testing/orders/{house.order}", timeout=10)
        assert (answer.status_code, "Retry-After" in answer.headers) == (503, True)
        assert requests.get(house.base + "/", timeout=5).status_code == 200
    house.recovers()


def test_without_documents_no_file_is_taken_and_orders_go_on(house):
    with house.system.without("documents.web"):
        upload = house.person("bendahara")._http.post(
            f"{house.base}/api/v1/documents/files", files={"file": ("a.png", picture(), "image/png")}, timeout=10
        )
        assert upload.status_code in (502, 503), "502 where the kept connection breaks: it might have arrived"
        assert "id" not in upload.json()
        assert house.walk("invoiced")
    house.recovers()


def test_without_billing_orders_are_forwarded_and_invoiced_later(house):
    with house.system.without("billing.web", "billing.worker"):
        order = house.walk("invoiced")
        page = house.at_browser["cs"].get(f"/pengujian/order/{order}")
        assert page.status_code == 200
    house.recovers()

    wait_for(lambda: house.person("bendahara").get("/api/v1/billing/invoices", order_id=order)["items"])


def test_without_the_bus_commands_commit_and_are_told_later(house):
    bus = sqlite3.connect(house.system.var / "bus.db", isolation_level=None, timeout=30)
    bus.execute("BEGIN EXCLUSIVE")  # nobody publishes, nobody receives
    try:
        order = house.walk("invoiced")
        time.sleep(2)
        assert house.person("bendahara").get("/api/v1/billing/invoices", order_id=order)["items"] == []
        assert house.at_browser["cs"].get(f"/pengujian/order/{order}").status_code == 200
    finally:
        bus.execute("ROLLBACK")
        bus.close()

    wait_for(lambda: house.person("bendahara").get("/api/v1/billing/invoices", order_id=order)["items"])


def test_a_database_that_nobody_can_write_to_is_said_and_reading_goes_on(house):
    """Another process holds svc-testing's database for good."""
    database = sqlite3.connect(house.system.var / "testing.db", isolation_level=None, timeout=30)
    database.execute("BEGIN IMMEDIATE")
    try:
        assert house.at_browser["cs"].get(f"/pengujian/order/{house.order}").status_code == 200
        started = time.monotonic()
        refused = house.customer._http.post(
            f"{house.base}/api/v1/testing/orders",
            json={"contact": "Rina Contoh"},
            headers={"Idempotency-Key": uuid.uuid4().hex},
            timeout=30,
        )
        assert (refused.status_code, "Retry-After" in refused.headers) in ((503, True), (504, True))
        assert time.monotonic() - started < 12
    finally:
        database.execute("ROLLBACK")
        database.close()
    house.recovers()


def wait_for(condition, seconds=40.0):
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.2)


def _answers(base):
    try:
        return requests.get(base + "/readyz", timeout=2).status_code == 200
    except requests.RequestException:
        return False

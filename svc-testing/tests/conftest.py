from __future__ import annotations

import itertools
import json
import uuid
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from chassis import numbering
from chassis.db import atomic, db
from svc_testing.commands import SEED, load_catalogue

pytest_plugins = ["chassis.testing"]

CUSTOMER = "0199d000-0000-7000-8000-000000000001"
OTHER_CUSTOMER = "0199d000-0000-7000-8000-000000000002"
STAFF = {
    "customer_service": ("0199d000-0000-7000-8000-0000000000c5", "Petugas Loket", None),
    "treasurer": ("0199d000-0000-7000-8000-0000000000be", "Bendahara", None),
    "lab_coordinator": ("0199d000-0000-7000-8000-00000000001a", "Koordinator Satu", None),
    "supervisor": ("0199d000-0000-7000-8000-000000000051", "Penyelia Satu", "kimia"),
    "supervisor2": ("0199d000-0000-7000-8000-000000000052", "Penyelia Dua", "mikrobiologi"),
    "analyst": ("0199d000-0000-7000-8000-0000000000a1", "Analis Satu", "kimia"),
    "analyst2": ("0199d000-0000-7000-8000-0000000000a2", "Analis Dua", "mikrobiologi"),
    "report_typist": ("0199d000-0000-7000-8000-000000000099", "Pengetik Satu", None),
    "super_admin": ("0199d000-0000-7000-8000-0000000000ad", "Admin Utama", None),
    "head_of_office": ("0199d000-0000-7000-8000-000000000011", "Kepala Balai", None),
    "sampling_officer": ("0199d000-0000-7000-8000-000000000012", "Petugas Contoh", None),
}
CHECKLIST = [{"item": "Label sesuai order", "result": "ok", "note": ""}]
API = "/api/v1/testing"
STATES = (
    "drafted submitted invoiced billed paid numbered distributed assigned started finished checked typed approved issued sent"
).split()


class Office:
    """The people of one office, and the acts that carry an order from one desk to the next."""

    STAFF, CUSTOMER, OTHER_CUSTOMER, CHECKLIST, API = STAFF, CUSTOMER, OTHER_CUSTOMER, CHECKLIST, API

    def __init__(self, app: Flask, as_: Callable[..., Any], deliver: Callable[..., None]) -> None:
        self.app, self._as, self.deliver = app, as_, deliver
        self._count = itertools.count(1)
        self.customer = as_("customer", customer_id=CUSTOMER, name="Pemesan")
        self.other_customer = as_("customer", customer_id=OTHER_CUSTOMER, id=str(uuid.uuid4()))

    def __getattr__(self, role: str) -> Any:
        if role not in STAFF:
            raise AttributeError(role)
        key, name, _ = STAFF[role]
        return self._as(role.rstrip("2"), id=key, name=name)

    @property
    def YEAR(self) -> int:
        return datetime.now(ZoneInfo("Asia/Pontianak")).year

    def open(self) -> None:
        """Series, catalogue and the copies of people."""
        with self.app.app_context(), atomic():
            for series in json.loads((SEED / "series.json").read_text()):
                numbering.define(series["code"], series["template"], resets_yearly=series["resets_yearly"])
            load_catalogue()
        for key, name in ((CUSTOMER, "PT Contoh Tirta"), (OTHER_CUSTOMER, "CV Contoh Lain")):
            facts = {"address": "Jalan Contoh 1", "city": "Pontianak", "phone": "0561700123", "email": "a@contoh.test"}
            self.deliver(
                "identity.customer.verified", {"customer_id": key, "name": name, "status": "verified", **facts}
            )
        for role, (key, name, scope) in STAFF.items():
            roles = [{"role": role.rstrip("2"), "scope": scope}]
            facts = {"user_id": key, "username": role, "name": name, "email": "s@contoh.test", "phone": ""}
            self.deliver("identity.staff.changed", {**facts, "roles": roles, "is_active": True})

    def standard(self, code: str = "P.68/2016") -> dict[str, Any]:
        items = self.customer.get(f"{API}/standards?all=true").json["items"]
        found = next(item for item in items if item["code"] == code)
        shown: dict[str, Any] = self.customer.get(f"{API}/standards/{found['id']}").json
        return shown

    def act(self, who: Any, thing: dict[str, Any] | str, name: str, kind: str = "orders", **form: Any) -> Any:
        key = thing if isinstance(thing, str) else thing["id"]
        answer = who.post(f"{API}/{kind}/{key}/actions/{name}", json=form)
        assert answer.status_code == 200, (name, answer.status_code, answer.json)
        return answer.json

    def draft(
        self, *, samples: int = 1, parameters: tuple[str, ...] = ("pH", "BOD"), standard_code: str = "P.68/2016"
    ) -> dict[str, Any]:
        order = self.customer.post(f"{API}/orders", json={"contact": "Rina"}).json
        standard = self.standard(standard_code)
        chosen = [p["id"] for p in standard["parameters"] if p["parameter"] in parameters]
        for n in range(samples):
            form = {"sample_type": "Air limbah", "code_location": f"AL-{n + 1}", "standard_id": standard["id"]}
            answer = self.customer.post(f"{API}/orders/{order['id']}/samples", json={**form, "parameters": chosen})
            assert answer.status_code == 201, answer.json
        return self.order(order["id"])

    def order(self, key: str) -> dict[str, Any]:
        found: dict[str, Any] = self.customer.get(f"{API}/orders/{key}").json
        return found

    def seen_by(self, who: Any, order_id: str) -> dict[str, Any]:
        found: dict[str, Any] = who.get(f"{API}/orders/{order_id}").json
        return found

    def invoice(self, order: dict[str, Any], participle: str, **facts: Any) -> None:
        """What billing says about the order's invoice."""
        data = {
            "invoice_id": str(uuid.uuid5(uuid.NAMESPACE_OID, order["id"])),
            "order_id": order["id"],
            "service": "testing",
            "revision": facts.pop("revision", 1),
            "pre_number": order["pre_number"],
            "customer_id": CUSTOMER,
            "total_amount": 105_000,
            "status": participle,
            **facts,
        }
        self.deliver(f"billing.invoice.{participle}", data, times=facts.pop("times", 1))

    def make(self, state: str = "sent", **more: Any) -> dict[str, Any]:
        """An order in `state`, made by the acts that lead there."""
        order = self.draft(**more)
        for step in STATES[1 : STATES.index(state) + 1]:
            getattr(self, f"_to_{step}")(order)
        return self.order(order["id"])

    def through(self, **more: Any) -> Iterator[tuple[str, dict[str, Any]]]:
        """One order at each state on its way."""
        order = self.draft(**more)
        yield STATES[0], order
        for step in STATES[1:]:
            getattr(self, f"_to_{step}")(order)
            yield step, self.order(order["id"])

    def _to_submitted(self, order: dict[str, Any]) -> None:
        self.act(self.customer, order, "submit", agreed=True)

    def _to_invoiced(self, order: dict[str, Any]) -> None:
        self.act(self.customer_service, order, "forward", capability_confirmed=True)

    def _to_billed(self, order: dict[str, Any]) -> None:
        self.invoice(order, "billed", expires_at="2030-01-01T00:00:00Z", issued_at="2029-12-25T00:00:00Z")

    def _to_paid(self, order: dict[str, Any]) -> None:
        self.invoice(order, "paid", paid_at="2026-08-18T03:00:00Z")

    def _to_numbered(self, order: dict[str, Any]) -> None:
        for sample in self.order(order["id"])["samples"]:
            self.accept(sample)
        self.act(self.customer_service, order, "number")

    def accept(self, sample: dict[str, Any]) -> Any:
        form = {"received_at": "2026-08-18T02:00:00Z", "checklist": CHECKLIST, "conclusion": "diterima"}
        return self.act(self.customer_service, sample, "accept", "samples", **form)

    def _to_distributed(self, order: dict[str, Any]) -> None:
        self.act(self.customer_service, order, "distribute")

    def _to_assigned(self, order: dict[str, Any]) -> None:
        for sample in self.order(order["id"])["samples"]:
            self.act(self.lab_coordinator, sample, "assign", "samples", supervisor=STAFF["supervisor"][0])

    def _to_started(self, order: dict[str, Any]) -> None:
        for sample in self.seen_by(self.lab_coordinator, order["id"])["samples"]:
            for analysis in sample["analyses"]:
                analyst = "analyst2" if analysis["lab_group"] == "mikrobiologi" else "analyst"
                form = {"analyst": STAFF[analyst][0], "target_on": "2026-09-10"}
                self.act(self.supervisor, analysis, "assign", "analyses", **form)

    def _to_finished(self, order: dict[str, Any]) -> None:
        self.measure(order)
        for sample in self.order(order["id"])["samples"]:
            self.act(self.supervisor, sample, "finish", "samples")

    def measure(self, order: dict[str, Any], result: str = "7,0") -> None:
        for sample in self.seen_by(self.lab_coordinator, order["id"])["samples"]:
            for analysis in sample["analyses"]:
                self.act(self.analyst, analysis, "submit", "analyses", result=result, tested_on="2026-08-20")
                self.act(self.supervisor, analysis, "verify", "analyses")

    def _to_checked(self, order: dict[str, Any]) -> None:
        for sample in self.order(order["id"])["samples"]:
            self.act(self.lab_coordinator, sample, "check", "samples")

    def reports(self, order: dict[str, Any]) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.seen_by(self.report_typist, order["id"])["reports"]
        return found

    def _to_typed(self, order: dict[str, Any]) -> None:
        for report in self.reports(order):
            self.act(self.report_typist, report, "number", "reports")
            self.act(self.report_typist, report, "send_to_lab", "reports")

    def _to_approved(self, order: dict[str, Any]) -> None:
        for report in self.reports(order):
            self.act(self.lab_coordinator, report, "approve", "reports")

    def _to_issued(self, order: dict[str, Any]) -> None:
        for report in self.reports(order):
            self.render(report)

    def render(self, report: dict[str, Any], render_id: str | None = None, times: int = 1) -> None:
        self.deliver("documents.document.rendered", self.rendered(report, render_id), times=times)

    def rendered(self, report: dict[str, Any], render_id: str | None = None) -> dict[str, Any]:
        return {
            "document_id": str(uuid.uuid4()),
            "kind": "test_report",
            "subject_id": report["id"],
            "render_id": render_id or self.render_id(report),
            "order_id": report["order_id"],
            "file_id": str(uuid.uuid4()),
            "sha256": "0" * 64,
            "code": f"kode-{next(self._count)}",
            "rendered_at": "2026-08-30T02:00:00Z",
        }

    def render_id(self, report: dict[str, Any]) -> str:
        from svc_testing.reports.models import Report

        with self.app.app_context():
            found = db.session.get(Report, uuid.UUID(report["id"]))
            assert found is not None
            return str(found.render_id)

    def _to_sent(self, order: dict[str, Any]) -> None:
        for report in self.reports(order):
            self.act(self.customer_service, report, "send", "reports")


@pytest.fixture
def office(
    app: Flask,
    as_: Callable[..., Any],
    deliver: Callable[..., None],
    prepared: Callable[[str, Callable[[], None]], None],
) -> Office:
    desk = Office(app, as_, deliver)
    prepared("office", desk.open)
    return desk

"""What is offered is what is accepted, for every state, thing, role and person."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
import sqlalchemy as sa

from chassis.auth import Principal
from chassis.db import atomic, db, now
from chassis.problems import BadForm, Conflict, NotAllowed
from svc_testing.analyses.models import Analysis
from svc_testing.analyses.workflow import ANALYSIS
from svc_testing.orders.models import Order
from svc_testing.orders.workflow import LAB, ORDER
from svc_testing.reports.models import Report
from svc_testing.reports.workflow import REPORT
from svc_testing.samples.models import Sample
from svc_testing.samples.workflow import SAMPLE

FLOWS = ((ORDER, Order), (SAMPLE, Sample), (ANALYSIS, Analysis), (REPORT, Report))
STATES = ("drafted", "submitted", "invoiced", "billed", "paid", "numbered", *LAB)
ROLES = (
    "customer super_admin admin customer_service treasurer lab_coordinator supervisor analyst report_typist "
    "sampling_supervisor sampling_officer calibration_officer partnership_officer certification_head evaluator reviewer "
    "certification_admin training_admin instructor administration head_of_office"
).split()


class Undone(Exception):
    """Rolls a trial back."""


def people(office: Any) -> list[Principal]:
    """Everybody who could try: one per role, a second supervisor and analyst, and the other company."""
    ids = {role: key for role, (key, _, _) in office.STAFF.items()}
    staff = [
        Principal(id=ids.get(role, str(uuid.uuid4())), name=role, roles=frozenset({role}))
        for role in (*ROLES, "supervisor2", "analyst2")
    ]
    named = [
        Principal(id=p.id, name=p.name, roles=frozenset({p.name.rstrip("2")})) for p in staff if p.name != "customer"
    ]
    customers = [
        Principal(id=str(uuid.uuid4()), roles=frozenset({"customer"}), customer_id=key)
        for key in (office.CUSTOMER, office.OTHER_CUSTOMER)
    ]
    return [*named, *customers]


def filled(fields: list[dict[str, Any]], office: Any) -> dict[str, Any]:
    """A form that answers every field properly."""
    return {field["name"]: value_of(field, office) for field in fields}


def value_of(field: dict[str, Any], office: Any) -> Any:
    if field["kind"] == "choice":
        return chosen(field, office)
    if field["kind"] == "list":
        return [filled(field["fields"], office)] if field["required"] else []
    if field["name"] == "result":
        return "7,0"
    day = "2026-09-09" if field["name"] == "target_on" else "2026-08-20"
    simple = {"boolean": True, "file": str(uuid.uuid4()), "date": day, "datetime": now().isoformat()}
    return (simple | {"integer": 1, "money": 1, "decimal": "1"}).get(field["kind"], "Contoh")


def chosen(field: dict[str, Any], office: Any) -> str:
    for role in ("supervisor", "analyst"):
        if f"role={role}" in field.get("options_href", ""):
            return str(office.STAFF[role][0])
    if "options_href" in field:
        return str(office.super_admin.get(field["options_href"]).json["items"][0]["value"])
    return str(field["options"][0]["value"]) if field["options"] else ""


def accepted_by(person: Principal, flow: Any, thing: Any, forms: dict[str, dict[str, Any]]) -> set[str]:
    """The acts that are done when tried, each taken back before the next."""
    found = set()
    try:
        with atomic():
            for name, form in forms.items():
                savepoint = db.session.begin_nested()
                if accepts(person, flow, thing, name, form):
                    found.add(name)
                savepoint.rollback()
            raise Undone
    except Undone:
        return found


def accepts(person: Principal, flow: Any, thing: Any, name: str, form: dict[str, Any]) -> bool:
    if person.has(*flow.transitions[name].deputies):
        form = form | {"requested_by": "Rina", "proof_file": None}
    try:
        flow.act(thing, name, person, form=form)
    except (NotAllowed, Conflict):
        return False
    except BadForm as refused:
        if name not in ("accredit",):  # there the form is refused, not the act
            raise AssertionError(f"{flow.name} {name}: {refused.errors}") from refused
    return True


@pytest.mark.slow
@pytest.mark.parametrize("state", STATES)
def test_what_is_offered_is_accepted_and_all_else_refused(office: Any, state: str) -> None:
    order = office.make(state, samples=2)
    with office.app.app_context():
        for flow, model in FLOWS:
            for thing_id in things(model, order["id"]):
                thing = db.session.get(model, thing_id)
                tried = {name: row.form for name, row in flow.transitions.items() if not row.is_system}
                filled_in = {
                    name: filled([field.describe(thing) for field in form], office) for name, form in tried.items()
                }
                for person in people(office):
                    offered = {action["name"] for action in flow.actions(thing, person)}
                    assert accepted_by(person, flow, thing, filled_in) == offered, (flow.name, person.name)


def things(model: Any, order_id: str) -> list[uuid.UUID]:
    """The first thing of each kind on the order."""
    key = uuid.UUID(order_id)
    query = sa.select(model.id).order_by(model.id).limit(1)
    if model is Order:
        query = query.where(Order.id == key)
    elif model is Analysis:
        query = query.where(Analysis.sample_id.in_(sa.select(Sample.id).filter_by(order_id=key)))
    else:
        query = query.where(model.order_id == key)
    return list(db.session.scalars(query))


@pytest.mark.parametrize("flow", [flow for flow, _ in FLOWS], ids=lambda flow: flow.name)
def test_a_declaration_has_no_faults(app: Any, flow: Any) -> None:
    assert flow.faults() == []


COLOURS = {
    "testing.order": {"done": "sent archived", "stopped": "expired cancelled discarded"},
    "testing.sample": {"done": "reported", "stopped": "refused withdrawn"},
    "testing.analysis": {"done": "verified", "stopped": "cancelled", "plain": "repeated"},
    "testing.report": {"done": "sent collected", "stopped": "refused withdrawn voided", "plain": "replaced"},
}


@pytest.mark.parametrize("flow", [flow for flow, _ in FLOWS], ids=lambda flow: flow.name)
def test_only_what_waits_for_nobody_is_shown_as_done(flow: Any) -> None:
    expected = {code: tone for tone, codes in COLOURS[flow.name].items() for code in codes.split()}

    assert {code: state.tone for code, state in flow.states.items() if state.tone != "waits"} == expected
    early = [code for code, state in flow.states.items() if state.step and state.step < 8 and state.tone == "done"]
    assert early in ([], ["verified"])


def test_the_colour_of_a_status_travels_with_it(office: Any) -> None:
    order = office.make("paid")

    assert order["status"]["tone"] == "waits"
    [row] = office.customer_service.get(f"{office.API}/orders?status=paid").json["items"]
    assert row["status"] == order["status"]


@pytest.mark.parametrize("flow", [flow for flow, _ in FLOWS], ids=lambda flow: flow.name)
def test_every_act_of_a_person_has_a_button_text(flow: Any) -> None:
    assert [row.name for row in flow.transitions.values() if not row.is_system and not row.label] == []


@pytest.mark.parametrize("flow", [flow for flow, _ in FLOWS], ids=lambda flow: flow.name)
def test_super_admin_acts_in_none_of_the_tables(flow: Any) -> None:
    assert [row.name for row in flow.transitions.values() if {"super_admin", "admin"} & row.roles] == []

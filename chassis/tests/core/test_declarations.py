"""Declarations: their faults are named, and what is offered is what is accepted, whatever is declared."""

from __future__ import annotations

import contextlib
import uuid
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chassis.auth import Principal
from chassis.db import atomic, db
from chassis.problems import BadForm, NotAllowed, Refused, WrongState
from chassis.workflow import (
    Act,
    State,
    Transition,
    Workflow,
    boolean,
    choice,
    date,
    decimal,
    file,
    integer,
    list_of,
    money,
    text,
)
from tests.core.conftest import CUSTOMER, STRANGER
from tests.core.library.models import Piece

ROLES = ("customer", "clerk", "head")
CODES = ("one", "two", "three", "four")
FORMS = (
    (),
    (text("word", "Kata", required=True),),
    (integer("count", "Jumlah", required=True, min=2, max=3), money("price", "Harga")),
    (choice("colour", "Warna", required=True, options=lambda piece: [("a", "A"), (piece.status, "Status")]),),
    (date("day", "Hari", required=True), decimal("share", "Bagian", required=True, min=0, max=1)),
    (boolean("agreed", "Setuju", required=True, accept=True), file("proof_file", "Bukti", required=True)),
    (list_of("rows", "Baris", required=True, fields=(text("label", "Label", required=True),)),),
)
VERDICTS = {"holds": None, "refuses": "Tidak.", "person": "Bukan Anda.", "field": "Salah."}


class Undo(Exception):
    """Leaves a transaction on purpose."""


def machine(
    states: Any = None, transitions: Any = (), *, initial: tuple[str, ...] = ("one",), settles: tuple[str, ...] = ()
) -> Workflow:
    flow = Workflow(
        "library.piece",
        model=Piece,
        prefix="pieces",
        key="piece_id",
        states=states or [State(code, code.upper()) for code in CODES],
        transitions=list(transitions),
        initial=initial,
        settles=settles,
        owner=lambda piece: piece.customer_id,
    )
    for name, refusal in VERDICTS.items():
        verdict = flow.guard(name, person=name == "person", field="word" if name == "field" else None)
        verdict(lambda act, refusal=refusal: refusal)
    return flow


def states(*final: str, codes: tuple[str, ...] = ("one", "two")) -> list[State]:
    return [
        State(code, code.upper(), final=code in final, tone="plain" if code in final else "waits") for code in codes
    ]


def test_a_whole_declaration_has_no_faults() -> None:
    go = Transition("go", "one", "two", "clerk", tone="forward", guard="holds")
    assert machine(states("two"), [go, Transition("stay", "two", "=", "clerk", tone="aside")]).faults() == []


@pytest.mark.parametrize(
    ("shape", "transitions", "fault"),
    [
        (states("two", "three", codes=CODES[:3]), [("go", "one", "two")], "three is never reached"),
        (states("two"), [("go", "one", "two"), ("slip", "one", "cellar")], "slip: unknown state cellar"),
        (states("two"), [("go", "one", "two"), ("slip", "attic", "two")], "slip: unknown state attic"),
        (states(), [("go", "one", "two")], "two has no exit"),
        (states(), [("go", "one", "two"), ("stay", "two", "=")], "two has no exit"),
        (states(), [("go", "one", "two"), ("turn", "two", "two")], "two has no exit"),
        (states("two"), [("go", "one", "two"), ("back", "two", "one")], "two is final but has an exit"),
    ],
)
def test_a_fault_of_the_states_is_named(
    shape: list[State], transitions: list[tuple[str, str, str]], fault: str
) -> None:
    assert machine(shape, [Transition(*row, by="clerk", tone="forward") for row in transitions]).faults() == [fault]


def test_a_guard_nobody_defined_is_named() -> None:
    go = Transition("go", "one", "two", "clerk", tone="forward", guard="holds & is_dry & is_warm")
    assert machine(states("two"), [go]).faults() == [
        "go: guard is_dry is not defined",
        "go: guard is_warm is not defined",
    ]


def test_a_first_state_and_a_settling_nobody_declared_are_named() -> None:
    go = Transition("go", "one", "two", "clerk", tone="forward")
    flow = machine(states("two"), [go], initial=("one", "zero"), settles=("go", "gone"))

    assert flow.faults() == [
        "unknown initial state zero",
        "settles go, which is no system row",
        "settles gone, which is no system row",
    ]


@pytest.mark.parametrize("tone", ["", "sideways"])
def test_what_a_person_does_without_saying_where_it_leads_is_named(tone: str) -> None:
    rows = [Transition("go", "one", "two", "clerk", tone=tone), Transition("fall", "one", "two", "system")]

    assert machine(states("two"), rows).faults() == ["go: tone is none of forward, aside, back, end"]


@pytest.mark.parametrize(
    ("first", "second", "last", "fault"),
    [
        ("waits", "done", "stopped", []),
        ("plain", "done", "stopped", []),
        ("waits", "done", "done", ["three: an end, but not shown as stopped"]),
        ("waits", "waits", "stopped", ["two: is final but shown as waiting"]),
        ("waits", "green", "stopped", ["two: tone is none of waits, done, stopped, plain"]),
        ("done", "plain", "stopped", ["go: moves one on, which is shown as done"]),
    ],
)
def test_a_colour_that_says_what_is_not_so_is_named(first: str, second: str, last: str, fault: list[str]) -> None:
    shape = [
        State("one", "ONE", tone=first),
        State("two", "TWO", final=True, tone=second),
        State("three", "THREE", final=True, tone=last),
    ]
    go = Transition("go", "one", "two", "clerk", tone="forward")

    assert machine(shape, [go, Transition("drop", "one", "three", "clerk", tone="end")]).faults() == fault


@pytest.mark.parametrize(
    ("undo", "fault"),
    [
        ("return", []),
        ("stay", ["go: stay, which takes it back, starts elsewhere"]),
        ("fall", ["go: fall, which takes it back, is no row of a person"]),
        ("vanish", ["go: vanish, which takes it back, is no row of a person"]),
    ],
)
def test_what_takes_an_act_back_starts_where_the_act_ends(undo: str, fault: list[str]) -> None:
    rows = [
        Transition("go", "one", "two", "clerk", tone="forward", undo=undo),
        Transition("return", "two", "one", "clerk", tone="back"),
        Transition("stay", "one", "=", "clerk", tone="aside"),
        Transition("fall", "two", "one", "system"),
    ]

    assert machine(states(), rows).faults() == fault


def test_two_transitions_of_one_name_are_a_mistake() -> None:
    with pytest.raises(AssertionError, match="two transitions have one name"):
        machine(states("two"), [Transition("go", "one", "two", "clerk"), Transition("go", "one", "two", "head")])


def test_an_effect_belongs_to_one_declared_transition() -> None:
    flow = machine(states("two"), [Transition("go", "one", "two", "clerk")])
    flow.effect("go")(print)

    for name in ("go", "gone"):
        with pytest.raises(AssertionError):
            flow.effect(name)(print)


def test_every_change_of_a_declaration_changes_its_version() -> None:
    rows = [
        {},
        {"by": "head"},
        {"label": "Pergi"},
        {"guard": "holds"},
        {"event": "piece.gone"},
        {"form": FORMS[1]},
        {"for_customer": "head"},
        {"tone": "forward"},
        {"undo": "return"},
    ]
    digests = {
        machine(
            states("two"), [Transition(**{"name": "go", "source": "one", "target": "two", "by": "clerk", **row})]
        ).digest
        for row in rows
    }

    assert len(digests) == len(rows)


def test_a_machine_that_never_rests_is_stopped(context: Flask) -> None:
    spin = Transition("spin", "one", "=", "system")
    flow = machine(states("two"), [spin, Transition("go", "one", "two", "clerk")], settles=("spin",))

    with pytest.raises(AssertionError, match="does not settle"), atomic():
        piece = Piece(status="one")
        db.session.add(piece)
        db.session.flush()
        flow.settle(piece)


# offered = accepted


@st.composite
def transitions(draw: st.DrawFn) -> list[Transition]:
    codes, roles = st.sampled_from(CODES), st.sampled_from((*ROLES, "system"))
    return [
        Transition(
            f"t{number}",
            tuple(draw(st.sets(codes, min_size=1, max_size=3))),
            draw(st.sampled_from((*CODES, "="))),
            tuple(draw(st.sets(roles, min_size=1, max_size=2))),
            guard=" & ".join(
                draw(st.lists(st.sampled_from(["holds", "holds", "refuses", "person", "field"]), max_size=2))
            ),
            for_customer=tuple(draw(st.sets(st.sampled_from(("clerk", "head")), max_size=1))),
            form=draw(st.sampled_from(FORMS)),
        )
        for number in range(draw(st.integers(1, 5)))
    ]


PEOPLE = st.builds(
    lambda roles, customer_id: Principal(id="u1", roles=frozenset(roles), customer_id=customer_id),
    st.sets(st.sampled_from(ROLES), max_size=3),
    st.sampled_from([str(CUSTOMER), str(STRANGER), None]),
)
FILLED = {
    "text": lambda field: "kata",
    "integer": lambda field: field["max"],
    "money": lambda field: 5,
    "decimal": lambda field: "0.5",
    "date": lambda field: "2026-09-01",
    "boolean": lambda field: True,
    "choice": lambda field: field["options"][-1]["value"],
    "file": lambda field: str(uuid.UUID(int=7)),
    "list": lambda field: [filled(field["fields"])],
}


def filled(fields: list[dict[str, Any]]) -> dict[str, Any]:
    """A form filled in by somebody who knows no more than its description."""
    return {field["name"]: FILLED[field["kind"]](field) for field in fields}


def tried(flow: Workflow, status: str, name: str, who: Principal) -> tuple[bool, str]:
    """Whether the act was offered, and what came of it; nothing is left behind."""
    outcome: list[tuple[bool, str]] = []
    with contextlib.suppress(Undo), atomic():
        piece = Piece(status=status, customer_id=CUSTOMER)
        db.session.add(piece)
        db.session.flush()
        offers = {offer["name"]: offer for offer in flow.actions(piece, who)}
        described = flow.form_of(Act(flow, piece, flow.transitions[name], who))
        form = filled(offers[name]["fields"] if name in offers else [field.describe(piece) for field in described])
        try:
            flow.act(piece, name, who, form=form)
            verdict = "accepted"
        except (BadForm, NotAllowed, Refused, WrongState) as refusal:
            verdict = type(refusal).__name__
        outcome.append((name in offers, verdict))
        raise Undo
    return outcome[0]


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=transitions(), status=st.sampled_from(CODES), who=PEOPLE)
def test_what_is_offered_is_accepted_and_nothing_else_is(
    context: Flask, rows: list[Transition], status: str, who: Principal
) -> None:
    flow = machine(transitions=rows)
    for row in rows:
        offered, verdict = tried(flow, status, row.name, who)
        stopped_by_field = "field" in row.guards
        if offered:
            assert verdict == ("BadForm" if stopped_by_field else "accepted"), row
        else:
            assert verdict in ("NotAllowed", "Refused", "WrongState"), row

"""One declared machine: who may do what when, and that it happens as a whole or not at all."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from chassis import history
from chassis.auth import SYSTEM, Principal
from chassis.db import atomic, db
from chassis.events import Outbox
from chassis.problems import BadForm, NotAllowed, NotFound, Refused, StaleVersion, WrongState
from tests.core.conftest import CUSTOMER, STRANGER
from tests.core.engines import BOTH
from tests.core.library.models import Copy, Loan
from tests.core.library.workflow import COPY, LOAN, BindingTorn

API = "/api/v1/library"
OWNER = Principal(
    id="u1", name="Rina", roles=frozenset({"customer"}), customer_id=str(CUSTOMER), ip="10.0.0.9", request_id="r1"
)
OTHER = Principal(id="u2", roles=frozenset({"customer"}), customer_id=str(STRANGER))
CLERK = Principal(id="u3", name="Budi", roles=frozenset({"clerk"}))
HEAD = Principal(id="u4", roles=frozenset({"head"}))
NOBODY = Principal(id="u5")
AGREED = {"agreed": True}
FOR_OWNER = {**AGREED, "requested_by": "Rina lewat telepon"}
DUE = {"due_on": "2026-09-01"}


@atomic
def act(thing: Any, name: str, who: Principal, form: Any = None, if_match: str | None = None) -> None:
    flow = LOAN if isinstance(thing, Loan) else COPY
    flow.act(thing, name, who, form=form, if_match=if_match)


def names(thing: Any, who: Principal) -> set[str]:
    flow = LOAN if isinstance(thing, Loan) else COPY
    return {offer["name"] for offer in flow.actions(thing, who)}


def events() -> list[tuple[str, str, str]]:
    return [(row.type, row.actor, row.audience) for row in db.session.scalars(sa.select(Outbox).order_by(Outbox.seq))]


def steps(loan: Loan) -> list[str]:
    return [row.transition for row in history.of(loan.id)]


@BOTH
def test_an_act_sets_state_raises_the_version_and_leaves_history_and_event(loan: Callable[..., Loan]) -> None:
    asked = loan()
    before = asked.version

    act(asked, "ask", OWNER, {**AGREED, "note": "segera"})

    assert (asked.status, asked.version, asked.workflow_version) == ("asked", before + 1, LOAN.digest)
    row = history.of(asked.id)[-1]
    assert (row.transition, row.from_status, row.to_status, row.version) == ("ask", "drafted", "asked", asked.version)
    assert (row.actor_id, row.actor_roles, row.request_id, row.on_behalf_of) == ("u1", "customer", "r1", None)
    assert row.private is not None
    assert (row.private["actor_name"], row.private["ip"], row.private["note"]) == ("Rina", "10.0.0.9", "segera")
    assert events()[-1] == ("library.loan.asked", "u1", "public")
    said = db.session.scalars(sa.select(Outbox).order_by(Outbox.seq.desc())).first()
    assert said is not None
    assert said.data == {"loan_id": str(asked.id), "status": "asked"}
    assert (said.subject, said.partition_key) == (str(asked.id), str(asked.id))


@BOTH
def test_history_says_what_an_act_changed(loan: Callable[..., Loan]) -> None:
    asked = loan("asked")

    act(asked, "lend", CLERK, {**DUE, "shelf": "A1"})

    row = history.of(asked.id)[-1]
    assert row.private is not None
    assert row.private["changes"] == {"due_on": [None, "2026-09-01"], "shelf": ["", "A1"]}
    assert history.verify(asked.id) == []


@BOTH
def test_history_is_silent_about_columns_that_are_not_to_be_told(
    loan: Callable[..., Loan], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Loan, "untold", frozenset({"shelf"}))
    asked = loan("asked")

    act(asked, "lend", CLERK, {**DUE, "shelf": "A1"})

    row = history.of(asked.id)[-1]
    assert row.private is not None
    assert row.private["changes"] == {"due_on": [None, "2026-09-01"]}
    assert asked.shelf == "A1"


@BOTH
def test_when_the_effect_fails_nothing_of_the_act_is_left(loan: Callable[..., Loan]) -> None:
    asked = loan("asked")
    version, known, said = asked.version, steps(asked), events()

    with pytest.raises(BindingTorn):
        act(asked, "lend", CLERK, {**DUE, "shelf": "rusak"})

    assert (asked.status, asked.version, asked.due_on, asked.shelf) == ("asked", version, None, "")
    assert (steps(asked), events()) == (known, said)
    act(asked, "lend", CLERK, DUE)
    assert asked.status == "lent"


@BOTH
def test_a_later_failure_in_the_same_transaction_undoes_the_act_too(loan: Callable[..., Loan]) -> None:
    made = loan()
    known, said = steps(made), events()

    with pytest.raises(ZeroDivisionError), atomic():
        LOAN.act(made, "ask", OWNER, form=AGREED)
        raise ZeroDivisionError

    assert (made.status, steps(made), events()) == ("drafted", known, said)


def test_an_act_outside_a_transaction_is_a_mistake(loan: Callable[..., Loan]) -> None:
    made = loan()
    with pytest.raises(AssertionError):
        LOAN.act(made, "ask", OWNER, form=AGREED)


@pytest.mark.parametrize("who", [OTHER, HEAD, NOBODY, SYSTEM, Principal(id="u", roles=frozenset({"customer"}))])
def test_who_has_no_part_in_it_is_refused_and_offered_nothing(loan: Callable[..., Loan], who: Principal) -> None:
    made = loan()

    assert names(made, who) == set()
    with pytest.raises(NotAllowed):
        act(made, "ask", who, AGREED)
    assert made.status == "drafted"


def test_a_customer_without_an_organisation_owns_nothing_not_even_what_nobody_owns(loan: Callable[..., Loan]) -> None:
    orphan = loan(customer_id=None)
    homeless = Principal(id="u", roles=frozenset({"customer"}))

    assert names(orphan, homeless) == set()
    with pytest.raises(NotAllowed):
        act(orphan, "ask", homeless, AGREED)


def test_an_act_from_another_state_is_refused_in_words(loan: Callable[..., Loan]) -> None:
    made = loan("lent")
    with pytest.raises(WrongState, match="Minta tidak dapat dilakukan saat DIPINJAM"):
        act(made, "ask", OWNER, AGREED)


def test_an_act_nobody_declared_is_not_found(loan: Callable[..., Loan]) -> None:
    made = loan()
    for name in ("burn", "", "__init__", "create"):
        with pytest.raises(NotFound):
            act(made, name, OWNER)


@BOTH
def test_a_guard_that_does_not_hold_refuses_and_hides_the_act(loan: Callable[..., Loan]) -> None:
    empty = loan(titles=())

    assert "ask" not in names(empty, OWNER)
    with pytest.raises(Refused, match="Belum ada buku"):
        act(empty, "ask", OWNER, AGREED)


def test_a_guard_about_the_person_refuses_that_person_alone(loan: Callable[..., Loan]) -> None:
    asked = loan("asked")
    reader = Principal(id="u6", roles=frozenset({"clerk"}), customer_id=str(CUSTOMER))

    assert "lend" not in names(asked, reader)
    with pytest.raises(NotAllowed, match="Pinjaman sendiri"):
        act(asked, "lend", reader, DUE)
    assert "lend" in names(asked, CLERK)


def test_a_guard_about_a_field_never_hides_the_act_and_refuses_beside_the_field(loan: Callable[..., Loan]) -> None:
    asked = loan("asked")

    assert "lend" in names(asked, CLERK)
    with pytest.raises(BadForm) as caught:
        act(asked, "lend", CLERK, {**DUE, "shelf": "penuh"})
    assert caught.value.errors == {"shelf": ["Rak penuh."]}
    assert asked.status == "asked"


def test_a_bad_form_changes_nothing(loan: Callable[..., Loan]) -> None:
    asked = loan("asked")

    with pytest.raises(BadForm) as caught:
        act(asked, "lend", CLERK, {"due_on": "besok", "status": "closed"})
    assert set(caught.value.errors) == {"due_on", "status"}
    assert (asked.status, asked.due_on) == ("asked", None)


@pytest.mark.parametrize("tag", ['"{}"', 'W/"{}"', "*", '"0", "{}"', "{}", None])
def test_an_act_on_the_version_one_has_seen_is_accepted(loan: Callable[..., Loan], tag: str | None) -> None:
    made = loan()
    act(made, "ask", OWNER, AGREED, if_match=tag.format(made.version) if tag else None)
    assert made.status == "asked"


@pytest.mark.parametrize("tag", ['"0"', '"999"', '""', "", '"x"', '"1" "2"'])
def test_an_act_on_another_version_is_refused(loan: Callable[..., Loan], tag: str) -> None:
    made = loan()
    with pytest.raises(StaleVersion):
        act(made, "ask", OWNER, AGREED, if_match=tag)
    assert made.status == "drafted"


def test_an_act_that_stays_keeps_the_state_and_its_time_but_raises_the_version(loan: Callable[..., Loan]) -> None:
    lent = loan("lent", due_on=date(2026, 9, 1))
    since, version = lent.status_since, lent.version

    act(lent, "renew", OWNER, {"weeks": 2})

    assert (lent.status, lent.status_since, lent.version) == ("lent", since, version + 1)
    assert (lent.renewals, lent.due_on) == (1, date(2026, 9, 15))


def test_an_offer_says_where_its_act_leads_and_what_takes_it_back(loan: Callable[..., Loan]) -> None:
    offers = {offer["name"]: offer for offer in LOAN.actions(loan(), OWNER)}

    assert (offers["ask"]["tone"], offers["ask"]["undo"]) == ("forward", "cancel")
    assert offers["cancel"]["tone"] == "end"
    assert "undo" not in offers["cancel"]


# acting for a customer


def test_a_deputy_is_asked_on_whose_word_and_the_customer_is_not(loan: Callable[..., Loan]) -> None:
    made = loan()
    fields = {
        who: {offer["name"]: [field["name"] for field in offer["fields"]] for offer in LOAN.actions(made, who)}
        for who in (OWNER, CLERK)
    }

    assert fields[OWNER]["ask"] == ["agreed", "note"]
    assert fields[CLERK]["ask"] == ["agreed", "note", "requested_by", "proof_file"]
    assert fields[CLERK]["cancel"] == ["proof_file", "requested_by"]


@BOTH
def test_what_a_deputy_does_is_kept_as_done_for_the_customer(loan: Callable[..., Loan]) -> None:
    made = loan()
    proof = str(uuid.uuid4())

    act(made, "ask", CLERK, {**FOR_OWNER, "proof_file": proof})

    row = history.of(made.id)[-1]
    assert (row.actor_id, row.on_behalf_of) == ("u3", str(CUSTOMER))
    assert row.private is not None
    assert (row.private["form"]["requested_by"], row.private["form"]["proof_file"]) == ("Rina lewat telepon", proof)


def test_a_deputy_who_does_not_say_on_whose_word_is_refused(loan: Callable[..., Loan]) -> None:
    made = loan()
    with pytest.raises(BadForm) as caught:
        act(made, "ask", CLERK, AGREED)
    assert set(caught.value.errors) == {"requested_by"}


def test_a_customer_cannot_claim_to_act_for_somebody(loan: Callable[..., Loan]) -> None:
    made = loan()
    with pytest.raises(BadForm) as caught:
        act(made, "ask", OWNER, FOR_OWNER)
    assert set(caught.value.errors) == {"requested_by"}


@pytest.mark.parametrize("customer_id", [str(STRANGER), None])
def test_a_clerk_who_is_a_customer_elsewhere_acts_as_a_deputy_here(
    loan: Callable[..., Loan], customer_id: str | None
) -> None:
    both = Principal(id="u7", roles=frozenset({"customer", "clerk"}), customer_id=customer_id)
    made = loan()

    with pytest.raises(BadForm):
        act(made, "ask", both, AGREED)
    act(made, "ask", both, FOR_OWNER)
    assert history.of(made.id)[-1].on_behalf_of == str(CUSTOMER)


# what follows by itself


@BOTH
def test_the_last_child_settles_its_parent_in_the_same_transaction(loan: Callable[..., Loan]) -> None:
    lent = loan("lent")
    first, last = lent.copies

    act(first, "hand_back", CLERK)
    assert lent.status == "lent"
    act(last, "hand_back", CLERK)

    assert (lent.status, first.status, last.status) == ("closed", "back", "back")
    closing = history.of(lent.id)[-1]
    assert (closing.transition, closing.actor_id) == ("close", "u3")
    assert [event[0] for event in events()[-3:]] == [
        "library.copy.returned",
        "library.copy.returned",
        "library.loan.closed",
    ]
    assert history.verify(lent.id) == []


@BOTH
def test_settling_again_changes_nothing(loan: Callable[..., Loan]) -> None:
    lent = loan("lent")
    for copy in list(lent.copies):
        act(copy, "hand_back", CLERK)
    version, known, said = lent.version, steps(lent), events()

    for _ in range(3):
        with atomic():
            LOAN.settle(lent)

    assert (lent.version, steps(lent), events()) == (version, known, said)


def test_children_do_not_raise_the_version_of_their_parent(loan: Callable[..., Loan]) -> None:
    lent = loan("lent")
    version = lent.version

    act(lent.copies[0], "hand_back", CLERK)

    assert lent.version == version


def test_children_share_the_history_of_their_root(loan: Callable[..., Loan]) -> None:
    lent = loan("lent")
    copy = lent.copies[0]
    act(copy, "hand_back", CLERK)

    assert [row.seq for row in history.of(lent.id)] == list(range(1, len(history.of(lent.id)) + 1))
    assert [row.transition for row in history.of(lent.id, copy.id)] == ["create", "hand_back"]


def test_what_the_system_does_is_offered_to_nobody_and_no_person_may_do_it(loan: Callable[..., Loan]) -> None:
    lent = loan("lent", titles=())
    for who in (OWNER, CLERK, HEAD, NOBODY):
        assert "close" not in names(lent, who)
        with pytest.raises(NotAllowed):
            act(lent, "close", who)


def test_the_system_does_only_what_is_the_systems(loan: Callable[..., Loan]) -> None:
    made = loan()
    with atomic(), pytest.raises(AssertionError):
        LOAN.fire(made, "ask", form=AGREED)
    with atomic(), pytest.raises(WrongState):
        LOAN.fire(made, "close")
    lent = loan("lent")
    with atomic(), pytest.raises(Refused):
        LOAN.fire(lent, "close")


# over HTTP


def test_an_act_over_http_answers_with_the_thing_and_its_version(loan: Callable[..., Loan], as_: Any) -> None:
    made = loan()
    path, customer = f"{API}/loans/{made.id}/actions/ask", as_("customer", customer_id=CUSTOMER)

    stale = customer.post(path, json=AGREED, headers={"If-Match": '"0"'})
    answer = customer.post(path, json=AGREED, headers={"If-Match": f'"{made.version}"'})
    again = customer.post(path, json=AGREED)

    assert (stale.status_code, answer.status_code, again.status_code) == (412, 200, 409)
    assert (answer.json["status"], answer.headers["ETag"]) == ("asked", f'"{answer.json["version"]}"')
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "body", [b"{", b"[]", b'"x"', b"null", b"[" * 5_000, b'{"agreed": "\\ud800"}', b"\xff\xfe", b'{"note": 1e999}']
)
def test_a_body_that_is_no_form_is_refused(loan: Callable[..., Loan], as_: Any, body: bytes) -> None:
    made = loan()
    answer = as_("customer", customer_id=CUSTOMER).post(f"{API}/loans/{made.id}/actions/ask", data=body)

    assert answer.status_code == 422
    assert answer.json["status"] == 422


def test_there_is_no_route_for_what_the_system_does(loan: Callable[..., Loan], as_: Any) -> None:
    made = loan("lent")
    assert as_("head").post(f"{API}/loans/{made.id}/actions/close", json={}).status_code == 404


def test_what_is_not_there_is_not_found_whoever_asks(app: Flask, as_: Any) -> None:
    for key in (uuid.uuid4(), "x", "../loans"):
        assert as_("clerk").post(f"{API}/loans/{key}/actions/ask", json={}).status_code == 404


def test_history_over_http_is_what_happened(loan: Callable[..., Loan], as_: Any) -> None:
    made = loan()
    customer = as_("customer", customer_id=CUSTOMER, name="Rina")
    customer.post(f"{API}/loans/{made.id}/actions/ask", json={**AGREED, "note": "segera"})

    items = customer.get(f"{API}/loans/{made.id}/history").json["items"]

    assert [item["transition"] for item in items] == ["create", "create", "create", "ask"]
    assert (items[-1]["from"], items[-1]["to"], items[-1]["note"]) == ("drafted", "asked", "segera")
    assert items[-1]["actor"]["name"] == "Rina"


def test_the_declarations_are_published_as_data_and_as_pictures(app: Flask) -> None:
    client = app.test_client()
    flows = {flow["name"]: flow for flow in client.get(f"{API}/workflows").json["items"]}

    lend = next(row for row in flows["library.loan"]["transitions"] if row["name"] == "lend")
    assert (lend["from"], lend["to"], lend["by"], lend["event"]) == (
        ["asked"],
        "lent",
        ["clerk", "head"],
        "library.loan.lent",
    )
    assert "asked --> lent: lend (clerk, head)" in client.get(f"{API}/workflows?format=mermaid").text
    assert client.get(f"{API}/workflows?format=svg&name=library.copy").text.startswith("<svg")
    assert client.get(f"{API}/workflows?format=svg&name=nothing").status_code == 422


@BOTH
def test_only_one_of_two_acts_from_one_state_succeeds(app: Flask, loan: Callable[..., Loan], as_: Any) -> None:
    import threading

    made = loan("asked")
    path, barrier = f"{API}/loans/{made.id}/actions", threading.Barrier(2)
    db.session.remove()
    statuses: list[int] = []

    def call(who: Any, name: str, form: dict[str, Any]) -> None:
        barrier.wait()
        statuses.append(who.post(f"{path}/{name}", json=form).status_code)

    lending = threading.Thread(target=call, args=(as_("clerk"), "lend", DUE))
    form = {"proof_file": str(uuid.uuid4())}
    cancelling = threading.Thread(target=call, args=(as_("customer", customer_id=CUSTOMER), "cancel", form))
    for thread in (lending, cancelling):
        thread.start()
    for thread in (lending, cancelling):
        thread.join()

    assert sorted(statuses) == [200, 409]
    assert history.verify(made.id) == []
    assert db.session.scalars(sa.select(Copy)).first() is not None

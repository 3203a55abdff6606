"""One act on many things: a look first, then each by itself."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from chassis.bulk import AT_ONCE, GONE, MOST
from chassis.db import db
from chassis.history import History
from tests.core.conftest import CUSTOMER
from tests.core.engines import BOTH
from tests.core.library.models import Loan

API = "/api/v1/library/loans/actions"
FORM = {"due_on": "2026-12-01"}


@pytest.fixture
def states(app: Flask) -> Callable[[], list[str]]:
    def look() -> list[str]:
        with app.app_context():
            return sorted(db.session.scalars(sa.select(Loan.status)))

    return look


def look(who: Any, *loans: Loan, name: str = "lend") -> Any:
    return who.post(f"{API}/{name}/preview", json={"ids": [str(loan.id) for loan in loans]})


def lend(who: Any, preview: Any, key: str = "", form: dict[str, Any] = FORM, **changes: Any) -> Any:
    items = [{"id": item["id"], "version": item["version"]} for item in preview.json["items"] if item["ok"]]
    headers = {"Idempotency-Key": key} if key else {}
    return who.post(f"{API}/lend", json={"items": items, "form": form, **changes}, headers=headers)


@BOTH
def test_a_preview_says_of_each_whether_it_can_be_done_and_why_not(as_: Any, loan: Any, states: Any) -> None:
    asked, drafted, own = loan("asked"), loan("drafted"), loan("asked", customer_id=uuid.uuid4())
    clerk = as_("clerk", customer_id=own.customer_id)

    answer = look(clerk, asked, drafted, own)

    assert [(item["ok"], item["refusal"]) for item in answer.json["items"]] == [
        (True, None),
        (False, "Pinjamkan tidak dapat dilakukan saat DRAF."),
        (False, "Pinjaman sendiri."),
    ]
    assert [field["name"] for field in answer.json["fields"]] == ["due_on", "shelf"]
    assert states() == ["asked", "asked", "drafted"]


def test_who_may_not_do_it_is_told_so_for_each(as_: Any, loan: Any) -> None:
    answer = look(as_("customer", customer_id=CUSTOMER), loan("asked"))

    assert [item["refusal"] for item in answer.json["items"]] == ["Tindakan ini bukan bagian tugas Anda."]
    assert answer.json["fields"] == []


def test_what_is_not_there_and_what_one_may_not_see_look_alike(as_: Any, loan: Any) -> None:
    nothing = uuid.uuid4()

    [item] = as_("clerk").post(f"{API}/lend/preview", json={"ids": [str(nothing)]}).json["items"]

    assert item == {"id": str(nothing), "name": "", "ok": False, "refusal": GONE, "version": None}


@BOTH
def test_each_is_done_by_itself_and_one_that_refuses_holds_up_nobody(as_: Any, loan: Any, states: Any) -> None:
    loans = [loan("asked") for _ in range(3)]
    preview = look(as_("clerk"), *loans)
    as_("head").post(f"/api/v1/library/loans/{loans[1].id}/actions/lend", json=FORM)

    answer = lend(as_("clerk"), preview)

    assert [item["ok"] for item in answer.json["items"]] == [True, False, True]
    assert answer.json["items"][1]["status"] == 412
    assert states() == ["lent"] * 3


def test_a_form_that_is_wrong_changes_nothing_and_says_what(as_: Any, loan: Any, states: Any) -> None:
    preview = look(as_("clerk"), loan("asked"), loan("asked"))

    answer = lend(as_("clerk"), preview, form={})

    assert {item["status"] for item in answer.json["items"]} == {422}
    assert answer.json["items"][0]["errors"] == {"due_on": ["Wajib diisi."]}
    assert states() == ["asked", "asked"]


@BOTH
def test_sent_again_with_its_key_it_gets_the_first_answer(as_: Any, loan: Any, app: Flask) -> None:
    preview = look(as_("clerk"), loan("asked"), loan("asked"))

    first, second = (lend(as_("clerk"), preview, key="satu") for _ in range(2))

    assert first.json == second.json
    assert all(item["ok"] for item in second.json["items"])
    with app.app_context():
        lent = sa.select(sa.func.count()).select_from(History).where(History.transition == "lend")
        assert db.session.scalar(lent) == 2


def test_cut_off_and_sent_again_it_does_the_rest_and_nothing_twice(as_: Any, loan: Any, app: Flask) -> None:
    preview = look(as_("clerk"), loan("asked"), loan("asked"))
    first = preview.json["items"][0]
    as_("clerk").post(f"{API}/lend", json={"items": [{"id": first["id"], "version": first["version"]}], "form": FORM})

    answer = lend(as_("clerk"), preview, key="ulang")

    assert [(item["ok"], item["status"]) for item in answer.json["items"]] == [(False, 412), (True, 200)]


@pytest.mark.parametrize("name", ["renew", "close", "nothing"])
def test_only_acts_marked_for_it_are_done_to_many(as_: Any, loan: Any, name: str) -> None:
    assert look(as_("clerk"), loan("asked"), name=name).status_code == 404


def test_there_is_an_end_to_many(as_: Any) -> None:
    ids = [str(uuid.uuid4()) for _ in range(MOST + 1)]
    items = [{"id": key, "version": 1} for key in ids[: AT_ONCE + 1]]

    assert as_("clerk").post(f"{API}/lend/preview", json={"ids": ids}).status_code == 422
    assert as_("clerk").post(f"{API}/lend", json={"items": items, "form": {}}).status_code == 422

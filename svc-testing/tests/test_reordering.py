"""Ordering again and ordering a basket: the same samples under what is in force today."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from chassis.db import atomic, db

API = "/api/v1/testing"


def again(office: Any, order: dict[str, Any], **headers: str) -> Any:
    return office.customer.post(f"{API}/orders/{order['id']}/reorders", json={}, headers=headers)


def block(office: Any, parameter: dict[str, Any], note: str = "alat rusak") -> None:
    answer = office.super_admin.post(f"{API}/parameters/{parameter['id']}/actions/block", json={"note": note})
    assert answer.status_code == 200


def renew(office: Any, code: str, *, without: str) -> None:
    """A new edition from today on, lacking one parameter."""
    from svc_testing.catalogue.models import FROZEN, Parameter, Standard
    from svc_testing.people.rules import today

    with office.app.app_context(), atomic():
        old = db.session.query(Standard).filter_by(code=code).one()
        old.valid_to, old.superseded_by = today() - timedelta(days=1), "P.99/2026"
        edition = Standard(
            code="P.99/2026", title=old.title, matrix=old.matrix, status="current", version=1, workflow_version=""
        )
        for parameter in old.parameters:
            if parameter.name != without:
                facts = {name: getattr(parameter, name) for name in FROZEN}
                edition.parameters.append(
                    Parameter(position=parameter.position, status="offered", version=1, workflow_version="", **facts)
                )
        db.session.add(edition)


def basket(office: Any, *names: str, who: Any = None, **changes: Any) -> Any:
    standard = office.standard()
    chosen = [each["id"] for each in standard["parameters"] if each["parameter"] in names]
    row = {"sample_type": "Air limbah", "code_location": "Outlet", "standard_id": standard["id"], "parameters": chosen}
    return (who or office.customer).post(f"{API}/baskets", json={"contact": "Rina", "samples": [{**row, **changes}]})


def test_an_order_is_ordered_again_as_a_new_draft(office: Any) -> None:
    order = office.make("sent", samples=2)

    made = again(office, order)

    assert made.status_code == 201, made.json
    assert made.json["status"]["code"] == "drafted"
    assert made.json["pre_number"] != order["pre_number"]
    assert (made.json["contact"], made.json["contact_phone"]) == (order["contact"], order["contact_phone"])
    assert [sample["label"] for sample in made.json["samples"]] == ["AL-1", "AL-2"]
    assert [len(sample["parameters"]) for sample in made.json["samples"]] == [2, 2]
    assert made.json["notes"] == []
    assert office.order(order["id"])["version"] == order["version"]


def test_the_draft_can_be_sent_and_is_the_customers_own(office: Any) -> None:
    made = again(office, office.make("submitted")).json

    assert office.act(office.customer, made, "submit", agreed=True)["status"]["code"] == "submitted"
    assert office.other_customer.get(f"{API}/orders/{made['id']}").status_code == 404


def test_asked_twice_under_one_key_one_draft_is_made(office: Any) -> None:
    order = office.make("submitted")
    first, second = (again(office, order, **{"Idempotency-Key": "lagi"}) for _ in range(2))

    assert first.json["id"] == second.json["id"]
    assert office.customer.get(f"{API}/orders").json["count"] == 2


def test_another_company_cannot_order_it_again(office: Any) -> None:
    order = office.make("submitted")
    path = f"{API}/orders/{order['id']}/reorders"

    assert [office.other_customer.get(path).status_code, office.other_customer.post(path).status_code] == [404, 404]
    assert office.analyst.post(path).status_code == 403
    assert office.customer.get(f"{API}/orders").json["count"] == 1


def test_a_draft_is_continued_and_not_ordered_again(office: Any) -> None:
    assert again(office, office.make("drafted")).status_code == 409


def test_a_blocked_parameter_stays_out_and_is_told(office: Any) -> None:
    order = office.make("submitted")
    blocked, kept = order["samples"][0]["parameters"]
    block(office, blocked)

    plan = office.customer.get(f"{API}/orders/{order['id']}/reorders").json
    made = again(office, order).json

    assert [each["parameter"] for each in made["samples"][0]["parameters"]] == [kept["parameter"]]
    assert any(blocked["parameter"] in note and "alat rusak" in note for note in made["notes"])
    assert plan["samples"][0]["notes"] == made["notes"]
    assert plan["amount"] == kept["price_amount"]


def test_an_order_of_blocked_parameters_only_makes_no_draft(office: Any) -> None:
    order = office.make("submitted")
    for parameter in order["samples"][0]["parameters"]:
        block(office, parameter)

    answer = again(office, order)

    assert answer.status_code == 409
    assert "alat rusak" in answer.json["detail"]
    assert office.customer.get(f"{API}/orders").json["count"] == 1


def test_a_superseded_edition_gives_way_to_the_one_in_force(office: Any) -> None:
    order = office.make("submitted")
    renew(office, "P.68/2016", without="BOD")

    made = again(office, order).json

    assert made["samples"][0]["standard"]["name"] == "P.99/2026"
    assert [each["parameter"] for each in made["samples"][0]["parameters"]] == ["pH"]
    assert made["notes"][0] == "P.68/2016 sudah digantikan P.99/2026; dipakai edisi yang berlaku."
    assert made["notes"][1] == "BOD tidak ada pada edisi yang berlaku dan tidak ikut."
    assert office.act(office.customer, made, "submit", agreed=True)["status"]["code"] == "submitted"


def test_an_edition_nothing_took_the_place_of_cannot_be_ordered_again(office: Any) -> None:
    order = office.make("submitted")
    renew(office, "P.68/2016", without="BOD")
    with office.app.app_context(), atomic():
        from svc_testing.catalogue.models import Standard

        db.session.query(Standard).filter_by(code="P.68/2016").one().superseded_by = "P.68/2016"  # a ring ends too

    answer = again(office, order)

    assert answer.status_code == 409
    assert "belum ada gantinya" in answer.json["detail"]


def test_a_changed_price_is_told(office: Any) -> None:
    from svc_testing.catalogue.models import Parameter

    order = office.make("submitted")
    with office.app.app_context(), atomic():
        for parameter in Parameter.query.all():
            parameter.price_amount = 1_000_000

    assert "menjadi Rp 2.000.000" in again(office, order).json["notes"][0]


def test_a_basket_becomes_a_draft(office: Any) -> None:
    made = basket(office, "pH", "BOD")

    assert made.status_code == 201, made.json
    assert made.json["status"]["code"] == "drafted"
    assert [each["parameter"] for each in made.json["samples"][0]["parameters"]] == ["pH", "BOD"]
    assert made.json["samples"][0]["label"] == "Outlet"


def test_a_blocked_parameter_of_a_basket_is_told_and_left_out(office: Any) -> None:
    block(office, next(each for each in office.standard()["parameters"] if each["parameter"] == "BOD"))

    made = basket(office, "pH", "BOD").json

    assert [each["parameter"] for each in made["samples"][0]["parameters"]] == ["pH"]
    assert made["notes"] == ["BOD sedang tidak dapat dipesan (alat rusak) dan tidak ikut."]


def test_a_basket_with_a_stranger_in_it_makes_nothing(office: Any) -> None:
    wrong = (
        basket(office, parameters=[str(uuid.uuid4())]),
        basket(office, "pH", standard_id=str(uuid.uuid4())),
        basket(office, "pH", code_location=""),
    )

    assert [answer.status_code for answer in wrong] == [422, 422, 422]
    assert office.customer.get(f"{API}/orders").json["count"] == 0


def test_a_basket_is_not_for_the_laboratory_nor_for_strangers(office: Any) -> None:
    assert basket(office, "pH", who=office.analyst).status_code == 403
    assert office.app.test_client().post(f"{API}/baskets", json={"samples": []}).status_code == 401

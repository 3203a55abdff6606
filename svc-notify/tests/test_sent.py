"""What was sent about an order: staff see all of it, a customer what went to its own people."""

from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook

API = "/api/v1/notify/messages"


@pytest.fixture
def about_an_order(cast, deliver):
    deliver("testing.order.submitted", cast.order())
    deliver("testing.order.submitted", cast.order(order_id=cast.id("lain")))
    return f"{API}?order_id={cast.id('order')}"


@pytest.mark.parametrize("role", ["customer_service", "admin", "super_admin"])
def test_staff_see_who_was_told_and_whether_it_arrived(about_an_order, as_, role, send):
    send()
    page = as_(role).get(about_an_order).get_json()

    shown = {
        (one["recipient_name"], one["channel"], one["status"]["code"], one["status"]["label"]) for one in page["items"]
    }
    assert shown == {
        (name, channel, "sent", "Terkirim") for name in ("Rina", "Customer_Service") for channel in ("bell", "email")
    }
    assert {one["address"] for one in page["items"] if one["channel"] == "email"} == {
        "rina@tirta.test",
        "customer_service@balai.test",
    }


def test_a_customer_sees_what_went_to_its_own_people(about_an_order, cast, as_):
    own = as_("customer", customer_id=cast.customer_id).get(about_an_order).get_json()["items"]
    assert {one["recipient_name"] for one in own} == {"Rina"}
    assert not {"address", "error", "attempts"} & set(own[0])


def test_another_customer_and_one_without_a_company_see_nothing(about_an_order, cast, as_):
    assert as_("customer", customer_id=cast.other_customer_id).get(about_an_order).get_json()["count"] == 0
    assert as_("customer").get(about_an_order).get_json()["count"] == 0


@pytest.mark.parametrize(
    "role", ["treasurer", "lab_coordinator", "supervisor", "analyst", "report_typist", "head_of_office"]
)
def test_other_roles_may_not_look(about_an_order, as_, role):
    assert as_(role).get(about_an_order).status_code == 403


def test_one_channel_one_status_and_the_whole_list_as_xlsx(about_an_order, as_):
    cs = as_("customer_service")
    assert cs.get(f"{about_an_order}&channel=bell").get_json()["count"] == 2
    assert cs.get(f"{about_an_order}&status=queued").get_json()["count"] == 2
    sheet = load_workbook(io.BytesIO(cs.get(f"{about_an_order}&format=xlsx").data)).active
    assert [cell.value for cell in sheet[1]] == ["No", "Waktu", "Penerima", "Saluran", "Judul", "Status", "Terkirim"]
    assert sheet.max_row == 5


def test_metrics_count_what_waits_and_what_was_given_up(about_an_order, app):
    text = app.test_client().get("/metrics").get_data(as_text=True)
    assert 'messages{status="queued"} 4.0' in text
    assert 'messages{status="exhausted"} 0.0' in text
    assert "messages_doubtful_attempts 0.0" in text

"""The way of the money: billed, paid, expired, asked for again, paid late, corrected, reversed."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from svc_billing import tasks
from svc_billing.models import VALIDITY
from svc_billing.money import add_up

WIB = ZoneInfo("Asia/Jakarta")


@pytest.mark.parametrize("state", ["opened", "billed", "expired", "paid", "waived", "deferred", "returned", "voided"])
def test_every_state_is_reached_by_real_acts(desk, state):
    assert desk.state_of(desk.make(state)) == state


def test_a_forwarded_order_becomes_an_invoice_with_frozen_lines(desk):
    invoice = desk.see(desk.make())

    assert invoice["status"] == {"code": "opened", "label": "INVOICE BARU", "tone": "waits"}
    assert invoice["payment_status"] == "BELUM LUNAS"
    assert [line["amount"] for line in invoice["lines"]] == [1_450_000, 620_000]
    assert (invoice["lines_amount"], invoice["sub_total_amount"], invoice["total_amount"]) == (
        2_070_000,
        2_120_000,
        2_120_000,
    )


def test_the_way_from_code_to_receipt(desk, published):
    invoice_id = desk.make()

    billed = desk.done(invoice_id, "bill", **desk.bill_form(billing_code="820260818000001"))
    paid = desk.done(invoice_id, "confirm", **desk.receipt(billing_code="820260818000001", ntpn="a1b2c3d4e5f6g7h8"))

    assert billed["status"]["code"] == "billed"
    assert billed["ebilling"]["billing_code"] == "820260818000001"
    assert paid["status"] == {"code": "paid", "label": "LUNAS", "tone": "done"}
    assert paid["payment"]["ntpn"] == "A1B2C3D4E5F6G7H8"
    assert published() == ["billing.invoice.opened", "billing.invoice.billed", "billing.invoice.paid"]


def test_expiry_is_exactly_seven_times_24_hours_after_the_billing_date(desk):
    issued = datetime(2022, 9, 22, 7, 21, 16, tzinfo=WIB)
    desk.clock.move_to(issued.replace(hour=8))
    invoice_id = desk.make()

    attempt = desk.done(invoice_id, "bill", **desk.bill_form(issued_at=issued.isoformat()))["ebilling"]

    assert datetime.fromisoformat(attempt["expires_at"]).astimezone(WIB) == datetime(2022, 9, 29, 7, 21, 16, tzinfo=WIB)
    assert datetime.fromisoformat(attempt["expires_at"]) - issued == VALIDITY


@pytest.mark.parametrize(("second", "answer"), [(15, 200), (16, 422), (17, 422)])
def test_a_payment_counts_until_the_second_before_expiry(desk, second, answer):
    issued = datetime(2022, 9, 22, 7, 21, 16, tzinfo=WIB)
    desk.clock.move_to(issued.replace(hour=8))
    invoice_id = desk.make()
    desk.done(invoice_id, "bill", **desk.bill_form(issued_at=issued.isoformat()))
    desk.clock.move_to(datetime(2022, 9, 29, 9, 0, 0, tzinfo=WIB))

    paid_at = datetime(2022, 9, 29, 7, 21, second, tzinfo=WIB)
    given = desk.do(invoice_id, "confirm", **desk.receipt(paid_at=paid_at.isoformat()))

    assert given.status_code == answer
    if answer == 422:
        assert given.json["errors"]["paid_at"] == [
            "Pembayaran setelah kedaluwarsa tidak sah; terbitkan e-billing baru."
        ]
        assert desk.state_of(invoice_id) == "billed"


@pytest.mark.parametrize(("second", "state"), [(15, "billed"), (16, "expired")])
def test_an_ebilling_expires_by_itself_at_that_second(desk, published, second, state):
    issued = datetime(2022, 9, 22, 7, 21, 16, tzinfo=WIB)
    desk.clock.move_to(issued)
    invoice_id = desk.make()
    desk.done(invoice_id, "bill", **desk.bill_form(issued_at=issued.isoformat()))

    desk.clock.move_to(datetime(2022, 9, 29, 7, 21, second, tzinfo=WIB))
    desk.run(tasks.expire_due)
    desk.run(tasks.expire_due)

    invoice = desk.see(invoice_id)
    assert invoice["status"]["code"] == state
    assert invoice["attempts"][0]["status"]["code"] == ("issued" if state == "billed" else "expired")
    assert published().count("billing.invoice.expired") == (state == "expired")


def test_the_customer_is_reminded_once_a_day_before(desk, published):
    invoice_id = desk.make("billed")

    for hours in (143, 0, 2, 10):
        desk.wait(hours=hours)
        desk.run(tasks.remind_expiring)

    reminders = [facts for kind, facts in published(full=True) if kind == "billing.invoice.expiring"]
    assert [facts["invoice_id"] for facts in reminders] == [invoice_id]
    assert desk.state_of(invoice_id) == "billed"


def test_an_expired_one_is_asked_for_again_and_the_old_attempt_stays(desk):
    invoice_id = desk.make("expired")

    again = desk.done(invoice_id, "request_again", by=desk.customer, note="Mohon kode baru")
    billed = desk.done(invoice_id, "bill", **desk.bill_form())

    assert again["status"]["code"] == "opened"
    assert [attempt["status"]["label"] for attempt in billed["attempts"]] == ["KEDALUWARSA", "AKTIF"]


def test_paid_in_time_but_recorded_late_is_accepted(desk):
    invoice_id = desk.make("billed")
    desk.wait(days=6)
    in_time = desk.receipt()
    desk.wait(days=2)
    desk.run(tasks.expire_due)

    offered = {action["name"]: action for action in desk.see(invoice_id)["actions"]}
    earlier = desk.see(invoice_id)["attempts"][0]["id"]
    paid = desk.done(invoice_id, "confirm_earlier", attempt=earlier, **in_time)

    assert "confirm" not in offered
    options = next(field["options"] for field in offered["confirm_earlier"]["fields"] if field["name"] == "attempt")
    assert [option["value"] for option in options] == [earlier]
    assert paid["status"]["code"] == "paid"
    assert paid["attempts"][0]["status"]["code"] == "paid"


def test_recording_an_earlier_payment_cancels_the_newer_attempt(desk):
    invoice_id = desk.make("billed")
    in_time = desk.receipt()
    desk.wait(days=8)
    desk.run(tasks.expire_due)
    desk.done(invoice_id, "request_again", by=desk.customer)
    desk.done(invoice_id, "bill", **desk.bill_form())

    earlier = desk.see(invoice_id)["attempts"][0]["id"]
    late = desk.do(invoice_id, "confirm_earlier", attempt=earlier, **desk.receipt())
    paid = desk.done(invoice_id, "confirm_earlier", attempt=earlier, **in_time)

    assert late.status_code == 422
    assert "paid_at" in late.json["errors"]
    assert [attempt["status"]["code"] for attempt in paid["attempts"]] == ["paid", "cancelled"]


def test_only_the_active_code_is_confirmed(desk):
    invoice_id = desk.make("billed")

    wrong = desk.do(invoice_id, "confirm", **desk.receipt(billing_code="720260818999999"))

    assert wrong.status_code == 422
    assert "billing_code" in wrong.json["errors"]


def test_a_billing_code_serves_once_in_the_whole_system(desk):
    first, second = desk.make(), desk.make()
    used = desk.bill_form()
    number = desk.done(first, "bill", **used)["pre_number"]
    desk.done(first, "cancel_ebilling", reason="Salah jumlah")

    for invoice_id in (first, second):
        refused = desk.do(invoice_id, "bill", **desk.bill_form(billing_code=used["billing_code"]))
        assert refused.status_code == 422
        assert refused.json["errors"]["billing_code"] == [f"Kode billing sudah dipakai pada {number}."]


def test_an_ntpn_serves_once_in_the_whole_system(desk):
    first, second = desk.make("billed"), desk.make("billed")
    number = desk.done(first, "confirm", **desk.receipt(ntpn="A1B2C3D4E5F6G7H8"))["pre_number"]

    refused = desk.do(second, "confirm", **desk.receipt(ntpn="a1b2c3d4e5f6g7h8"))

    assert refused.status_code == 422
    assert refused.json["errors"]["ntpn"] == [f"NTPN sudah dipakai pada {number}."]


@pytest.mark.parametrize("ntpn", ["A1B2C3D4E5F6G7H", "A1B2C3D4E5F6G7H89", "A1B2C3D4E5F6G7H-", "", "Á1B2C3D4E5F6G7H8"])
def test_an_ntpn_is_sixteen_letters_or_digits(desk, ntpn):
    refused = desk.do(desk.make("billed"), "confirm", **desk.receipt(ntpn=ntpn))

    assert refused.status_code == 422
    assert "ntpn" in refused.json["errors"]


@pytest.mark.parametrize("code", ["82026081800001", "8202608180000011", "82026081800000A", "８20260818000001"])
def test_a_billing_code_is_fifteen_digits(desk, code):
    refused = desk.do(desk.make(), "bill", **desk.bill_form(billing_code=code))

    assert refused.status_code == 422
    assert "billing_code" in refused.json["errors"]


@pytest.mark.parametrize(("code", "warnings"), [("820260818000001", 0), ("120260818000001", 1)])
def test_an_unusual_first_digit_is_a_warning_only(desk, code, warnings):
    billed = desk.done(desk.make(), "bill", **desk.bill_form(billing_code=code))

    assert len(billed["warnings"]) == warnings


def test_the_amount_has_to_be_the_total(desk):
    refused = desk.do(desk.make("billed"), "confirm", **desk.receipt(amount=2_119_999))

    assert refused.json["errors"]["amount"] == ["Jumlah tidak sama dengan tagihan Rp 2.120.000."]


@pytest.mark.parametrize(
    ("shift", "text"), [(-8, "Kode billing ini sudah kedaluwarsa."), (1, "Tanggal Bukti belum tiba.")]
)
def test_a_code_is_neither_expired_nor_of_tomorrow(desk, shift, text):
    invoice_id = desk.make()
    issued = datetime(2026, 8, 18 + shift, 3, tzinfo=UTC)

    assert desk.do(invoice_id, "bill", **desk.bill_form(issued_at=issued.isoformat())).json["errors"]["issued_at"] == [
        text
    ]


def test_who_forwarded_the_order_does_not_confirm_its_payment(desk):
    invoice_id = desk.make("billed")
    both = desk.as_("customer_service", "treasurer", id=desk.FORWARDER)

    refused = desk.do(invoice_id, "confirm", by=both, **desk.receipt())

    assert refused.status_code == 403
    assert refused.json["detail"] == "Yang meneruskan order tidak boleh mengesahkan pembayaran."
    assert "confirm" not in [action["name"] for action in desk.see(invoice_id, by=both)["actions"]]


def test_a_discount_needs_its_basis(desk):
    invoice_id = desk.make()

    refused = desk.do(invoice_id, "adjust", discount_percent="10")
    adjusted = desk.done(invoice_id, "adjust", discount_percent="12.5", discount_basis="Keputusan contoh")

    assert refused.json["errors"]["discount_basis"] == ["Isi dasar hukum potongan."]
    assert adjusted["discount_amount"] == 265_000
    assert adjusted["total_amount"] == 1_855_000


@pytest.mark.parametrize(
    ("lines", "certificate", "percent", "deposit", "total"),
    [
        ([20_000], 0, "0", 0, 20_000),
        ([2_070_000], 50_000, "10", 0, 1_908_000),
        ([1], 0, "50", 0, 0),  # 0.5 rounds up
        ([33_333], 0, "33.33", 0, 22_223),
        ([100_000], 0, "100", 0, 0),
        ([100_000], 25_000, "0", 125_000, 0),
        ([9_999_999_999_999], 0, "0.01", 0, 9_998_999_999_999),
    ],
)
def test_totals_are_whole_rupiah(lines, certificate, percent, deposit, total):
    sums = add_up(lines, certificate_amount=certificate, discount_percent=Decimal(percent), deposit_amount=deposit)

    assert sums.total_amount == total
    assert isinstance(sums.total_amount, int)


def test_a_free_invoice_is_waived_not_billed(desk):
    invoice_id = desk.make()
    assert desk.do(invoice_id, "waive", basis="Keputusan").json["detail"] == "Total tagihan bukan Rp 0."
    desk.done(invoice_id, "adjust", discount_percent="100", discount_basis="Keputusan contoh")

    assert desk.do(invoice_id, "bill", **desk.bill_form()).json["detail"] == "Total Rp 0; gunakan Tetapkan Tanpa Biaya."
    assert desk.done(invoice_id, "waive", basis="Keputusan contoh")["payment_status"] == "TANPA BIAYA"


def test_a_wrong_receipt_is_corrected_in_place(desk):
    invoice_id = desk.make("paid")
    right = desk.receipt(ntpn="Z9Y8X7W6V5U4T3S2")
    del right["amount"], right["channel"]

    corrected = desk.done(invoice_id, "correct_payment", reason="Salah ketik", **right)

    assert corrected["payment"]["ntpn"] == "Z9Y8X7W6V5U4T3S2"
    assert corrected["status"]["code"] == "paid"
    assert (
        desk.done(invoice_id, "correct_payment", reason="Jam bayar", **right)["payment"]["ntpn"] == "Z9Y8X7W6V5U4T3S2"
    )


def test_a_reversed_payment_frees_its_ntpn_for_the_right_invoice(desk, published):
    wrong, right = desk.make("billed"), desk.make("billed")
    receipt = desk.receipt()
    desk.done(wrong, "confirm", **receipt)

    assert desk.done(wrong, "reverse", reason="Bukti milik order lain")["status"]["code"] == "billed"
    assert desk.done(right, "confirm", **receipt)["status"]["code"] == "paid"
    assert "billing.invoice.payment_reversed" in published()


def test_a_reversal_past_the_expiry_expires_at_once(desk, published):
    invoice_id = desk.make("paid")
    desk.wait(days=8)

    reversed_ = desk.done(invoice_id, "reverse", reason="Bukti milik order lain")

    assert reversed_["status"]["code"] == "expired"
    assert reversed_["attempts"][0]["status"]["code"] == "expired"
    assert published()[-2:] == ["billing.invoice.payment_reversed", "billing.invoice.expired"]


def test_a_deferred_invoice_needs_a_valid_contract_with_room(desk):
    invoice_id = desk.make()
    assert desk.do(invoice_id, "defer", contract_no="K-01", due_on="2026-09-30").status_code == 409
    desk.add_contract(desk.OTHER, number="K-02")
    desk.add_contract(ceiling=3_000_000)

    foreign = desk.do(invoice_id, "defer", contract_no="K-02", due_on="2026-09-30")
    deferred = desk.done(invoice_id, "defer", contract_no="K-01", due_on="2026-09-30")
    second = desk.do(desk.make(), "defer", contract_no="K-01", due_on="2026-09-30")

    assert foreign.status_code == 422
    assert deferred["payment_status"] == "KONTRAK"
    assert deferred["clearance"]["due_on"] == "2026-09-30"
    assert second.json["detail"] == "Pelanggan tidak mempunyai kontrak yang berlaku."


def test_a_cleared_invoice_is_no_longer_returned_to_the_desk(desk):
    invoice_id = desk.make("deferred")
    desk.done(invoice_id, "withdraw_clearance", reason="Keliru")

    assert (
        desk.do(invoice_id, "return", reason="x").json["detail"] == "Order sudah diteruskan; perbaiki tagihan di sini."
    )


def test_forms_show_what_is_there(desk):
    opened, billed, paid = (desk.see(desk.make(state)) for state in ("opened", "billed", "paid"))

    assert values(opened, "adjust") == {"certificate_amount": 50_000, "discount_percent": "0", "deposit_amount": 0}
    assert values(billed, "confirm") == {"billing_code": billed["ebilling"]["billing_code"]}
    assert values(paid, "correct_payment") == {"ntpn": paid["payment"]["ntpn"], "paid_at": paid["payment"]["paid_at"]}


def values(invoice, name):
    action = next(action for action in invoice["actions"] if action["name"] == name)
    return {field["name"]: field["value"] for field in action["fields"] if "value" in field}


def test_an_old_version_is_refused_and_a_repeated_key_answers_the_same(desk):
    invoice_id = desk.make()
    form = desk.bill_form()

    stale = desk.do(invoice_id, "bill", headers={"If-Match": '"99"'}, **form)
    once = desk.do(invoice_id, "bill", headers={"Idempotency-Key": "k-1"}, **form)
    again = desk.do(invoice_id, "bill", headers={"Idempotency-Key": "k-1"}, **form)

    assert (stale.status_code, once.status_code, again.status_code) == (412, 200, 200)
    assert once.json["version"] == again.json["version"] == 2

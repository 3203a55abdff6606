from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask import Flask

from gateway import formatters, listing, lists, navigation, views
from gateway.views import page

MOMENT = "2026-08-17T07:30:00+00:00"


def test_dates_and_times_are_written_as_here() -> None:
    assert formatters.short_date("2026-08-17") == "17-08-2026"
    assert formatters.long_date("2026-08-17") == "17 Agustus 2026"
    assert formatters.clock(MOMENT) == "14.30 WIB"
    assert formatters.long_moment(MOMENT) == "17 Agustus 2026 pukul 14.30 WIB"


def test_a_day_is_the_offices_day() -> None:
    assert formatters.short_date("2026-08-17T18:00:00+00:00") == "18-08-2026"


@pytest.mark.parametrize(
    ("amount", "shown"), [(0, "Rp 0"), (1_500_000, "Rp 1.500.000"), (-200, "-Rp 200"), (None, "–")]
)
def test_money(amount: int | None, shown: str) -> None:
    assert formatters.rupiah(amount) == shown


@pytest.mark.parametrize(
    ("value", "shown"), [("6.80", "6,80"), (1234, "1.234"), ("0.0449", "0,0449"), (None, "–"), ("x", "x")]
)
def test_numbers_keep_the_digits_they_were_given(value: object, shown: str) -> None:
    assert formatters.number(value) == shown


@pytest.mark.parametrize(
    ("hours", "shown"),
    [(7 * 24, "7 hari lagi"), (27, "1 hari 3 jam lagi"), (0.5, "30 menit lagi"), (-1, "sudah lewat")],
)
def test_a_countdown_says_two_units(hours: float, shown: str) -> None:
    now = datetime(2026, 8, 17, 7, 30, tzinfo=UTC)
    until = datetime.fromtimestamp(now.timestamp() + hours * 3600, UTC)

    assert formatters.remaining(until, now) == shown


def test_a_number_not_yet_issued_is_never_a_zero() -> None:
    assert formatters.human_number({"number": None, "pre_number": "POP-180"}) == "POP-180"
    assert formatters.human_number({"number": None}) == "belum terbit"


def test_addresses_of_the_api_lead_to_their_pages() -> None:
    thing = "0192a000-0000-7000-8000-000000000001"

    assert navigation.page_of("/api/v1/testing/orders?box=cs-new") == "/pengujian/order?box=cs-new"
    assert navigation.page_of(f"/api/v1/billing/invoices/{thing}") == f"/invoice/{thing}"
    assert navigation.page_of(f"/api/v1/testing/orders/{thing}/history") is None
    assert navigation.page_of("https://jahat.test/") is None


def test_every_role_has_a_menu_and_every_entry_a_page() -> None:
    for role in navigation.ROLES:
        assert navigation.menu_for([role], "/beranda")[0]["is_current"]
    app = Flask("pages")
    for area in views.AREAS:
        app.register_blueprint(area.bp)
    places = {rule.rule for rule in app.url_map.iter_rules()}
    assert {entry.href for entry in navigation.MENU} <= places


def test_columns_of_the_laboratory_hide_the_customer_and_those_with_two_roles_see_it() -> None:
    def labels(*roles: str) -> list[str]:
        return [column.label for column in lists.ORDERS.columns_for(frozenset(roles))]

    assert "Nama pelanggan" not in labels("lab_coordinator")
    assert "Nama pelanggan" in labels("customer_service")
    assert "Nama pelanggan" in labels("lab_coordinator", "customer_service")


@pytest.mark.parametrize(
    ("status", "colour"),
    [
        ({"code": "paid", "label": "PERSYARATAN SAMPEL", "tone": "waits"}, "wait"),
        ({"code": "issued", "label": "SERTIFIKAT BARU", "tone": "waits"}, "wait"),
        ({"code": "paid", "label": "LUNAS", "tone": "done"}, "good"),
        ({"code": "cancelled", "label": "DIBATALKAN", "tone": "stopped"}, "alert"),
        ({"code": "replaced", "label": "DIGANTIKAN", "tone": "plain"}, "plain"),
        ({"code": "finished", "label": "SIAP DIUNDUH"}, "good"),
        ({"code": "paid", "label": "?"}, "plain"),
        (None, "plain"),
    ],
)
def test_a_status_has_the_colour_that_its_workflow_declares(status: dict[str, str] | None, colour: str) -> None:
    assert page.tone(status) == colour


def test_a_heading_sorts_one_way_and_then_the_other() -> None:
    column = next(column for column in lists.ORDERS.columns if column.sort == "created_at")

    assert lists.sort_link(lists.ORDERS, {}, column) == ("/pengujian/order?sort=created_at", "none")
    assert lists.sort_link(lists.ORDERS, {"sort": "created_at", "q": "a"}, column) == (
        "/pengujian/order?sort=-created_at&q=a",
        "ascending",
    )


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("+6281200001111", "+62 812 0000 1111"),
        ("+62561700123", "+62 561 700123"),
        ("+62215550123", "+62 21 5550123"),
        ("+6281200001111; +62561700123", "+62 812 0000 1111; +62 561 700123"),
        ("(0561) 700123", "(0561) 700123"),
        (None, ""),
    ],
)
def test_a_telephone_number_is_shown_in_groups_that_can_be_read_aloud(stored: str | None, shown: str) -> None:
    assert formatters.phone(stored).replace("\N{NO-BREAK SPACE}", " ") == shown


def test_amounts_and_numbers_of_analyses_never_break_at_the_end_of_a_line() -> None:
    words = formatters.unbroken("PT Contoh · Rp 195.000 · sampel P.00009 - 2026")

    assert words.split(" ") == [
        "PT", "Contoh", "·", "Rp\N{NO-BREAK SPACE}195.000", "·", "sampel", "P.00009\N{NO-BREAK SPACE}-\N{NO-BREAK SPACE}2026",
    ]  # fmt: skip


def test_a_cell_is_blank_only_where_the_list_would_show_a_dash() -> None:
    note, number = listing.Column("Catatan", "note"), listing.Column("Nomor", "number", "number")

    assert note.is_blank({"note": None})
    assert not note.is_blank({"note": "x"})
    assert not number.is_blank({"number": None})

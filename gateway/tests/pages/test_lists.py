"""Lists: filters that can be taken away, columns, saved views, many rows at once, files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from reader import Reader
from shelf import Shelf

Client = Callable[[str], Reader]
ORDERS = "/pengujian/order"
VIEW = {"id": "0199d000-0000-7000-8000-00000000aaaa", "list": "testing/orders", "name": "Belum lunas", "role": None}
SAVED = {**VIEW, "query": "payment=unpaid&columns=pre_number%2Cstatus", "is_mine": True, "is_default": False}


def headings(page: Any) -> list[str]:
    return [" ".join("".join(cell.itertext()).split()) for cell in page.all("th")]


def asked(shelf: Shelf, path: str) -> dict[str, list[str]]:
    """The query of the last question for this list."""
    found = [sent.path for sent in shelf.sent if sent.path.partition("?")[0] == f"/api/v1/{path}"]
    return parse_qs(urlsplit(found[-1]).query)


def posted(shelf: Shelf, path: str) -> Any:
    return next(sent.json for sent in reversed(shelf.sent) if sent.path == f"/api/v1/{path}")


def views(shelf: Shelf, *items: dict[str, Any]) -> None:
    shelf.replies["GET identity/me/views"] = (200, {"items": list(items)})


def test_what_is_filtered_is_asked_for_and_can_be_taken_away(client: Client, shelf: Shelf) -> None:
    page = client("cs").get(f"{ORDERS}?payment=paid&stage=5&from=2026-08-01&q=POP&limit=50")

    given = asked(shelf, "testing/orders")
    assert {name: given[name] for name in ("payment", "stage", "from", "q", "limit")} == {
        "payment": ["paid"], "stage": ["5"], "from": ["2026-08-01"], "q": ["POP"], "limit": ["50"],
    }  # fmt: skip
    for text in ("Pembayaran: Lunas", "Tahap: Pengujian", "Tanggal order dari 1 Agustus 2026", "Cari: POP"):
        assert text in page.text
    without = [link for link in page.links if "stage=5" in link and "payment" not in link and "q=POP" in link]
    assert without


def test_somebody_who_left_can_still_be_chosen_in_the_filter(client: Client, shelf: Shelf) -> None:
    left = {"value": "0199d0", "label": "Puspa Lama (tidak aktif)"}
    shelf.replies["GET testing/people"] = (200, {"items": [left]})
    page = client("pjlab").get("/pengujian/sampel?supervisor_id=0199d0")

    assert asked(shelf, "testing/people")["all"] == ["true"]
    assert "Penyelia: Puspa Lama (tidak aktif)" in page.text
    chosen = [option for option in page.all("option") if option.get("selected") is not None]
    assert left["value"] in [option.get("value") for option in chosen]


def test_unknown_parameters_go_nowhere(client: Client, shelf: Shelf) -> None:
    client("cs").get(f"{ORDERS}?evil=1&payment=paid")

    assert "evil" not in asked(shelf, "testing/orders")


def test_chosen_columns_are_shown_in_their_order_and_others_not(client: Client) -> None:
    reader = client("cs")

    assert headings(reader.get(f"{ORDERS}?columns=status&columns=pre_number&columns=target"))[-4:-1] == [
        "Pre-order", "Status", "Target",
    ]  # fmt: skip
    assert "Target" not in headings(reader.get(f"{ORDERS}?tampilan=semua"))


def test_a_column_that_is_not_for_a_role_cannot_be_chosen(client: Client) -> None:
    page = client("pelanggan").get(f"{ORDERS}?columns=customer,contact,status")

    assert "Nama pelanggan" not in headings(page)
    assert "Kontak" not in headings(page)


def test_nothing_found_offers_a_way_on(client: Client, shelf: Shelf) -> None:
    shelf.replies["GET testing/orders"] = (200, {"items": [], "next": None, "previous": None, "count": 0})

    page = client("cs").get(f"{ORDERS}?q=zzz&box=cs-new")

    assert "Tidak ada yang cocok dengan saringan ini." in page.text
    assert f"{ORDERS}?box=cs-new" in page.links


def test_pages_lead_forth_and_back_and_keep_the_filter(client: Client, shelf: Shelf) -> None:
    listing = shelf.example("cs", "testing/orders")
    shelf.replies["GET testing/orders"] = (200, {**listing, "next": "abc", "previous": "~xyz"})

    links = client("cs").get(f"{ORDERS}?payment=paid&cursor=k").links

    assert f"{ORDERS}?cursor=abc&payment=paid" in links
    assert f"{ORDERS}?cursor=~xyz&payment=paid" in links


def test_a_list_opens_with_the_view_one_chose_and_with_all_when_asked(client: Client, shelf: Shelf) -> None:
    views(shelf, {**SAVED, "is_default": True})
    reader = client("cs")

    opened = reader.get(ORDERS, expect=302)

    assert opened.headers["Location"].endswith(f"{ORDERS}?{SAVED['query']}")
    reader.get(f"{ORDERS}?tampilan=semua")


def test_a_saved_view_is_marked_where_one_is(client: Client, shelf: Shelf) -> None:
    views(shelf, SAVED)

    page = client("cs").get(f"{ORDERS}?{SAVED['query']}&cursor=x")

    [current] = [link for link in page.all("a") if link.get("class") == "view-link" and link.get("aria-current")]
    assert "Belum lunas" in "".join(current.itertext())


def test_without_identity_a_list_is_there_all_the_same(client: Client, shelf: Shelf) -> None:
    reader = client("cs")
    shelf.down.add("identity")

    assert "Simpan tampilan" in reader.get(ORDERS).text


def test_saving_a_view_keeps_what_is_looked_at_and_not_the_place(client: Client, shelf: Shelf) -> None:
    shelf.replies["POST identity/me/views"] = (201, SAVED)
    form = {"daftar": ORDERS, "nama": "Belum lunas", "payment": "unpaid", "cursor": "k", "evil": "1", "_back": ORDERS}

    client("cs").post("/tampilan-daftar", form, expect=303)

    assert posted(shelf, "identity/me/views") == {
        "list": "testing/orders", "name": "Belum lunas", "query": "payment=unpaid", "role": "",
    }  # fmt: skip


def test_only_admins_are_offered_to_share(client: Client) -> None:
    assert "Semua Customer Service" in client("admin").get("/pelanggan").text
    assert "Semua Customer Service" not in client("cs").get("/pelanggan").text


def test_views_are_renamed_removed_and_chosen_on_a_page_of_their_own(client: Client, shelf: Shelf) -> None:
    views(
        shelf,
        SAVED,
        {**SAVED, "id": SAVED["id"][:-1] + "b", "name": "Bersama", "role": "customer_service", "is_mine": False},
    )

    page = client("cs").get(f"/tampilan-daftar?daftar={ORDERS}")

    actions = [form.get("action") for form in page.all("form")]
    assert f"/tampilan-daftar/{SAVED['id']}/hapus" in actions
    assert f"/tampilan-daftar/{SAVED['id'][:-1]}b/hapus" not in actions
    client("cs").get("/tampilan-daftar?daftar=/etc/passwd", expect=404)


def preview(shelf: Shelf, *items: tuple[str, str, str | None]) -> None:
    told = [
        {"id": key, "name": name, "ok": reason is None, "refusal": reason, "version": 3} for key, name, reason in items
    ]
    body = {"name": "check", "label": "KIRIM KE PENGETIK", "confirm": "", "fields": [], "items": told}
    shelf.replies["POST testing/samples/actions/check/preview"] = (200, body)


def some_samples(shelf: Shelf) -> tuple[str, str]:
    [first, second, *_] = shelf.example("pjlab", "testing/samples")["items"]
    return first["id"], second["id"]


def test_before_many_are_done_one_sees_which_and_why_not(client: Client, shelf: Shelf) -> None:
    first, second = some_samples(shelf)
    preview(shelf, (first, "P.1", None), (second, "P.2", "Masih diuji."))
    form = {"chosen": [first, second], "_look": "1", "_back": "/pengujian/sampel"}

    page = client("pjlab").post("/tindakan-massal/testing/samples/check", form, expect=200)

    assert "1 boleh, 1 tidak karena: Masih diuji." in page.text
    assert not [sent for sent in shelf.posts() if not sent.path.endswith("/preview")]


def test_those_that_were_refused_are_told_with_a_way_on(client: Client, shelf: Shelf) -> None:
    first, second = some_samples(shelf)
    preview(shelf, (first, "P.1", None), (second, "P.2", None))
    refused = {"id": second, "ok": False, "status": 409, "refusal": "Masih diuji.", "errors": {}}
    done = {"id": first, "ok": True, "status": 200, "refusal": None, "errors": {}}
    shelf.replies["POST testing/samples/actions/check"] = (200, {"items": [done, refused]})
    form = {"chosen": [first, second], "_do": "1", "_key": "k", "seen": [f"{first}:2", f"{second}:3"]}

    page = client("pjlab").post("/tindakan-massal/testing/samples/check", form, expect=200)

    assert "1 berhasil, 1 ditolak" in page.text
    assert f"/pengujian/sampel/{second}" in page.links
    assert [field.get("value") for field in page.all("input") if field.get("name") == "chosen"] == [second]
    assert posted(shelf, "testing/samples/actions/check")["items"][0] == {"id": first, "version": 2}


def test_all_of_a_filter_are_asked_for_by_the_filter(client: Client, shelf: Shelf) -> None:
    first, second = some_samples(shelf)
    shelf.replies["GET testing/samples"] = (200, {"ids": [first, second], "has_more": True})
    preview(shelf, (first, "P.1", None), (second, "P.2", None))
    form = {"all": "1", "box": "lab-new", "_look": "1", "cursor": "x"}

    page = client("pjlab").post("/tindakan-massal/testing/samples/check", form, expect=200)

    assert asked(shelf, "testing/samples") == {"box": ["lab-new"], "format": ["ids"]}
    assert "Hanya 500 pertama" in page.text
    assert posted(shelf, "testing/samples/actions/check/preview") == {"ids": [first, second]}


def test_nothing_ticked_is_said_and_nothing_is_done(client: Client, shelf: Shelf) -> None:
    client("pjlab").post("/tindakan-massal/testing/samples/check", {"_look": "1"}, expect=303)

    assert shelf.posts() == []


def test_a_short_list_is_loaded_at_once_and_a_long_one_is_waited_for(client: Client, shelf: Shelf) -> None:
    form = {"format": "xlsx", "payment": "paid", "cursor": "k", "_back": ORDERS}
    shelf.replies["POST testing/exports"] = (200, {"links": {"file": "/api/v1/testing/orders?format=xlsx"}})
    short = client("cs").post("/unduhan/testing/orders", form, expect=303)
    waiting = {"id": VIEW["id"], "status": {"code": "waiting"}, "links": {}}
    shelf.replies["POST testing/exports"] = (201, waiting)
    long = client("cs").post("/unduhan/testing/orders", form, expect=303)

    assert short.headers["Location"] == f"{ORDERS}?payment=paid&format=xlsx"
    assert long.headers["Location"] == "/unduhan/testing"
    assert posted(shelf, "testing/exports") == {"list": "orders", "format": "xlsx", "query": {"payment": "paid"}}


def test_another_format_from_the_same_page_is_another_wish(client: Client, shelf: Shelf) -> None:
    shelf.replies["POST testing/exports"] = (200, {"links": {"file": "/x"}})
    for format in ("xlsx", "pdf", "xlsx"):
        client("cs").post("/unduhan/testing/orders", {"format": format, "_key": "k"}, expect=303)

    keys = [sent.headers["Idempotency-Key"] for sent in shelf.sent if sent.path == "/api/v1/testing/exports"]
    assert keys[0] == keys[2] != keys[1]


@pytest.mark.parametrize("path", ["/unduhan/testing/passwords", "/unduhan/notify/mailbox"])
def test_only_lists_are_loaded(client: Client, shelf: Shelf, path: str) -> None:
    client("cs").post(path, {"format": "xlsx"}, expect=303)

    assert not [sent for sent in shelf.sent if sent.path.endswith("/exports")]


def test_one_sees_what_one_has_asked_for(client: Client, shelf: Shelf) -> None:
    item = {
        "id": VIEW["id"], "heading": "Order pengujian", "words": ["Pembayaran: Lunas"], "format": "xlsx", "rows": 12345,
        "size": 812345, "status": {"code": "finished", "label": "SIAP DIUNDUH"}, "links": {"file": "/x"},
        "created_at": "2026-08-17T02:20:00Z", "expires_at": "2026-08-24T02:20:00Z",
    }  # fmt: skip
    shelf.replies["GET testing/exports"] = (
        200,
        {"items": [item, {**item, "status": {"code": "waiting", "label": "SEDANG"}, "links": {}}]},
    )

    page = client("cs").get("/unduhan/testing")

    assert "12.345" in page.text
    assert page.links.count(f"/unduhan/testing/{VIEW['id']}") == 1


def test_a_print_shows_every_row_and_what_was_filtered(client: Client, shelf: Shelf) -> None:
    rows = [["POP-1", {"at": "2026-08-17T02:20:00Z"}, 1500000], ["<b>x</b>", None, True]]
    body = {
        "heading": "Order pengujian",
        "words": ["Tahap: Pengujian"],
        "columns": ["Pre", "Tanggal", "Total"],
        "rows": rows,
    }
    shelf.replies["GET testing/orders"] = (200, body)

    page = client("cs").get(f"{ORDERS}?stage=5&format=print&cursor=x")

    assert asked(shelf, "testing/orders") == {"stage": ["5"], "format": ["rows"]}
    for text in ("Tahap: Pengujian", "17 Agu 2026", "1.500.000", "<b>x</b>"):
        assert text in page.text


def test_a_print_groups_telephones_as_the_list_does(client: Client, shelf: Shelf) -> None:
    rows = [["POP-1", "+6281234567890"], ["POP-2", "(0561) 700123"]]
    body = {"heading": "Order pengujian", "words": [], "columns": ["Pre", "Kontak"], "rows": rows}
    shelf.replies["GET testing/orders"] = (200, body)

    page = client("cs").get(f"{ORDERS}?format=print")

    assert "+62 812 3456 7890" in page.text
    assert "(0561) 700123" in page.text
    assert "+6281234567890" not in page.text


def test_what_is_too_long_to_print_says_so(client: Client, shelf: Shelf) -> None:
    shelf.replies["GET testing/orders"] = (409, {"detail": "Lebih dari 2.000 baris.", "status": 409})

    cs = client("cs")
    cs.get(f"{ORDERS}?format=print", expect=303)

    assert "Lebih dari 2.000 baris." in cs.get("/beranda").text


def test_every_list_says_the_columns_and_filters_its_service_knows(shelf: Shelf) -> None:
    """The words of a file come from the service: the same codes name the same columns."""
    from gateway import listing, lists

    assert all(column.code for declared in lists.LISTS.values() for column in declared.columns)
    named = {each.name for declared in lists.LISTS.values() for each in declared.filters} - {"status"}
    assert named <= set(listing.FILTERED_BY)

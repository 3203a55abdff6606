"""Home: the queue with words for its deadlines, what is new, first steps, numbers; and the way to any number."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from reader import Page, Reader
from shelf import Shelf

Client = Callable[[str], Reader]
EVERYBODY = ("pelanggan", "cs", "bendahara", "pjlab", "penyelia", "analis", "pengetik", "admin", "kepala")
TODAY = datetime.now(ZoneInfo("Asia/Pontianak")).date()
THING = "0192a000-0000-7000-8000-0000000000{:02d}"


def entry(n: int, due_on: date | None, **more: Any) -> dict[str, Any]:
    at = f"/api/v1/testing/samples/{THING.format(n)}"
    act = {"name": "assign", "label": "KIRIM KE PENYELIA", "method": "POST", "href": f"{at}/actions/assign"}
    return {
        "id": THING.format(n),
        "box": "lab-new",
        "kind": "Sampel",
        "number": f"P.{n:05d} - 2026",
        "title": "Air limbah",
        "about": "AL-1",
        "status": {"code": "distributed", "label": "CEK SAMPEL BARU"},
        "due_on": due_on.isoformat() if due_on else None,
        "since": "2026-01-05T01:00:00+00:00",
        "open_label": "Buka",
        "act": act,
        "links": {"self": at},
        **more,
    }


def queue(*entries: dict[str, Any], count: int | None = None) -> tuple[int, dict[str, Any]]:
    lane = {"box": "lab-new", "label": "Order Baru", "href": "/api/v1/testing/samples?status=distributed"}
    return 200, {
        "items": list(entries),
        "lanes": [{**lane, "count": len(entries) if count is None else count, "count_is_exact": True}],
    }


def rows(page: Page) -> list[str]:
    found = [item for item in page.all("li") if "queue-row" in item.get("class", "")]
    return [" ".join("".join(item.itertext()).split()) for item in found]


@pytest.mark.parametrize("username", EVERYBODY)
def test_everybody_s_queue_leads_to_things_and_acts_that_can_be_opened(
    client: Client, shelf: Shelf, username: str
) -> None:
    reader = client(username)
    page = reader.get("/beranda")
    waiting = [
        row
        for service in ("testing", "billing", "identity")
        for row in shelf.answers[username].get(f"{service}/queue", {}).get("items", [])
    ]

    assert len(rows(page)) == len(waiting)
    for link in {link for item in page.all("li") if "queue-row" in item.get("class", "") for link in _links(item)}:
        reader.get(link)


def _links(item: Any) -> list[str]:
    return [link.get("href") for link in item.iter("a")]


def test_deadlines_are_told_in_words_in_the_order_of_what_was_promised(client: Client, shelf: Shelf) -> None:
    shelf.replies["GET testing/queue"] = queue(
        entry(1, TODAY + timedelta(days=30)),
        entry(2, None),
        entry(3, TODAY),
        entry(4, TODAY - timedelta(days=14)),
    )

    shown = rows(client("pjlab").get("/beranda"))

    assert [row[row.index("P.") :][:7] for row in shown] == ["P.00004", "P.00003", "P.00002", "P.00001"]
    assert shown[0].startswith("lewat ")
    assert "hari kerja" in shown[0]
    assert shown[1].startswith("hari ini")
    assert "menunggu" in shown[2]
    assert "hari kerja lagi" in shown[3]
    assert all("KIRIM KE PENYELIA" in row for row in shown)


def test_what_is_not_shown_is_counted_and_linked(client: Client, shelf: Shelf) -> None:
    shelf.replies["GET testing/queue"] = queue(entry(1, TODAY), count=41)

    page = client("pjlab").get("/beranda")

    assert "Masih ada lagi: Order Baru (41)" in page.text
    assert "/pengujian/sampel?status=distributed" in page.links
    assert "Sampel41 menunggu" in page.text


def test_a_service_that_is_away_leaves_a_line_and_the_rest(client: Client, shelf: Shelf) -> None:
    shelf.down |= {"testing", "notify"}

    page = client("cs").get("/beranda")

    assert "Antrean pengujian sementara tidak tersedia." in page.text
    assert "Kabar sementara tidak tersedia." in page.text
    assert "Pendaftaran Baru" in page.text


def test_the_counts_of_the_menu_come_with_the_bell(client: Client, shelf: Shelf) -> None:
    shelf.replies["GET testing/queue"] = queue(entry(1, TODAY), count=7)
    reader = client("pjlab")
    reader.get("/beranda")

    piece = reader.get("/notifikasi/lonceng", is_piece=True)

    [count] = [part for part in piece.all("span") if part.get("id") == "f--pengujian-sampel-menunggu"]
    assert count.get("hx-swap-oob") == "true"
    assert "7 menunggu" in "".join(count.itertext())


def test_the_last_word_about_an_order_stands_for_all_of_them(client: Client, shelf: Shelf) -> None:
    about = {"order_id": THING.format(1), "link": "/pengujian/order/x", "body": "", "is_read": False}
    notes = [
        {**about, "id": THING.format(n), "title": f"Kabar {n}", "created_at": datetime.now(ZoneInfo("UTC")).isoformat()}
        for n in (9, 8, 7)
    ]
    shelf.replies["GET notify/notifications"] = (200, {"items": notes, "unread": 3, "next": None, "count": 3})

    text = client("cs").get("/beranda").text

    assert "Kabar 9" in text
    assert "3 kabar order ini" in text
    assert "Kabar 8" not in text


def test_first_steps_are_ticked_and_closed_where_identity_keeps_them(client: Client, shelf: Shelf) -> None:
    shelf.replies["GET identity/me/preferences"] = (200, {"first_steps_done": ["analyst.profile"]})
    shelf.replies["PATCH identity/me/preferences"] = (200, {})
    reader = client("analis")
    assert "Langkah awal Analis" in reader.get("/beranda").text

    reader.post("/langkah-awal/analyst", {"step": "results"}, expect=303)
    reader.post("/langkah-awal/analyst", {"step": "nothing-of-ours"}, expect=303)
    reader.post("/langkah-awal/analyst", {"step": "tutup"}, expect=303)

    changes = [sent.json for sent in shelf.sent if sent.method == "PATCH"]
    assert changes == [
        {"first_steps_done": ["analyst.profile", "analyst.results"]},
        {"first_steps_closed": ["analyst"]},
    ]


def test_a_closed_list_of_first_steps_stays_away(client: Client, shelf: Shelf) -> None:
    shelf.replies["GET identity/me/preferences"] = (200, {"first_steps_closed": ["analyst"]})

    assert "Langkah awal" not in client("analis").get("/beranda").text


@pytest.mark.parametrize("username", ["kepala", "admin", "pjlab", "bendahara"])
def test_numbers_link_to_their_lists_and_every_chart_has_its_table(client: Client, username: str) -> None:
    page = client(username).get("/beranda/ringkasan")

    assert page.html.count('<svg viewBox="') == len(page.all("table")) >= 1
    assert page.html.count(", 12 bulan; ") == len(page.all("table"))
    assert any(link.startswith(("/pengujian/", "/invoice", "/pelanggan")) for link in page.links)


def test_a_number_opens_its_thing_at_once(client: Client, shelf: Shelf) -> None:
    thing = {"id": THING.format(1), "kind": "Sampel", "number": "P.00521 - 2026", "title": "", "about": ""}
    found = {**thing, "links": {"self": f"/api/v1/testing/samples/{THING.format(1)}"}}
    shelf.replies["GET testing/find"] = (200, {"items": [found]})

    answer = client("analis").get("/cari?q=p.00521 - 2026", expect=303)

    assert answer.headers["Location"] == f"/pengujian/sampel/{THING.format(1)}"


def test_a_number_that_may_mean_several_is_asked_about(client: Client, shelf: Shelf) -> None:
    things = [
        {"id": THING.format(n), "kind": kind, "number": number, "title": "", "about": ""}
        | {"links": {"self": f"/api/v1/testing/{things}/{THING.format(n)}"}}
        for n, kind, number, things in ((1, "Order", "POP-1", "orders"), (2, "Sampel", "P.00001 - 2026", "samples"))
    ]
    shelf.replies["GET testing/find"] = (200, {"items": things})
    reader = client("cs")

    page = reader.get("/cari?q=1")

    assert f"/pengujian/order/{THING.format(1)}" in page.links
    assert f"/pengujian/sampel/{THING.format(2)}" in page.links
    assert "/pengujian/order?q=1" in page.links
    assert f"/pengujian/sampel/{THING.format(2)}" in reader.get("/cari/saran?q=1", is_piece=True).links
    assert reader.get("/cari?q=pop-1", expect=303).headers["Location"] == f"/pengujian/order/{THING.format(1)}"


def test_words_lead_to_entries_of_one_s_own_menu_only(client: Client) -> None:
    assert "/akun" in client("admin").get("/cari?q=akun").links
    assert "/akun" not in client("analis").get("/cari?q=akun").links


def test_nothing_found_says_so_and_an_absent_service_is_not_taken_for_nothing(client: Client, shelf: Shelf) -> None:
    reader = client("cs")
    assert "Tidak ada order, sampel, laporan, atau invoice bernomor “ABC-9”" in reader.get("/cari?q=ABC-9").text

    shelf.down.add("testing")
    text = reader.get("/cari?q=ABC-9").text
    assert "Sebagian pencarian sementara tidak tersedia." in text
    assert "Tidak ada order" not in text


def test_strangers_search_nothing(client: Client) -> None:
    assert client("").get("/cari?q=POP-1", expect=303).headers["Location"].startswith("/masuk")
    assert client("").get("/cari/saran?q=POP-1", expect=303).headers["Location"].startswith("/masuk")


def test_dark_pages_are_chosen_with_a_form_and_kept_by_the_browser(client: Client) -> None:
    reader = client("")
    answer = reader.post("/tampilan", {"tema": "gelap", "_back": "/tarif"}, expect=303)

    assert answer.headers["Location"] == "/tarif"
    assert "tema=gelap" in answer.headers["Set-Cookie"]
    assert reader.get("/tarif").root.get("data-tema") == "gelap"
    reader.post("/tampilan", {"tema": "<b>", "_back": "//jahat.test"}, expect=303)
    assert reader.get("/tarif").root.get("data-tema") == "gelap"
    reader.post("/tampilan", {"tema": "otomatis", "_back": "/"}, expect=303)


def test_only_a_demonstration_has_cards_that_sign_in(client: Client) -> None:
    """The gateway of these tests is none; the cards themselves are clicked in `tests/journeys`."""
    page = client("").get("/masuk")

    assert "Coba sebagai" not in page.text
    assert "zerocalls-demo" not in page.html


@pytest.mark.parametrize("path", ["/pengujian/order/0192a000-0000-7000-8000-00000000dead", "/tidak-ada"])
def test_an_error_page_says_what_to_do_next(client: Client, path: str) -> None:
    page = client("cs").get(path, expect=404)

    assert "Cari nomor" in page.text
    assert {"/cari", "/beranda"} <= set(page.links)


@pytest.mark.parametrize("status", [403, 409, 410, 412, 413, 422, 429, 500, 503])
def test_every_refusal_of_a_service_becomes_a_sentence_with_a_way_on(client: Client, shelf: Shelf, status: int) -> None:
    order = shelf.example("cs", "testing/orders")["items"][0]["id"]
    shelf.replies[f"GET testing/orders/{order}"] = (status, {"status": status, "title": "x", "detail": ""})

    page = client("cs").get(f"/pengujian/order/{order}", expect=status)

    assert len(page.text.split(".")) > 2
    assert "/beranda" in page.links

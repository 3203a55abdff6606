"""Each piece of a page fails alone and says so."""

from __future__ import annotations

from collections.abc import Callable

from reader import Reader
from shelf import HANGS_UP, Shelf

Client = Callable[[str], Reader]


def first_order(shelf: Shelf) -> str:
    return f"/pengujian/order/{shelf.example('cs', 'testing/orders')['items'][0]['id']}"


def test_an_order_is_shown_while_billing_is_away(client: Client, shelf: Shelf) -> None:
    shelf.down.add("billing")
    reader = client("cs")

    reader.get(first_order(shelf))
    piece = reader.get(f"{first_order(shelf)}/invoice", is_piece=True)

    assert "Invoice sementara tidak tersedia." in piece.text


def test_the_work_queue_shows_what_it_can(client: Client, shelf: Shelf) -> None:
    shelf.down.add("identity")

    page = client("cs").get("/beranda")

    assert "Order Baru" in page.text
    assert "Antrean pendaftaran sementara tidak tersedia." in page.text


def test_the_bell_is_silent_while_notify_is_away(client: Client, shelf: Shelf) -> None:
    shelf.down.add("notify")

    piece = client("cs").get("/notifikasi/lonceng", is_piece=True)

    assert [link.get("href") for link in piece.all("a")] == ["/notifikasi"]
    assert "belum dibaca" not in piece.text


def test_a_page_whose_own_service_is_away_says_when_to_come_back(client: Client, shelf: Shelf) -> None:
    shelf.down.add("testing")

    page = client("cs").get(first_order(shelf), expect=503)

    assert "Layanan sementara tidak tersedia" in page.text
    assert int(page.headers["Retry-After"]) > 0


def test_a_page_that_could_not_be_made_says_once_what_to_do(client: Client, shelf: Shelf) -> None:
    shelf.replies["GET billing/invoices"] = (HANGS_UP, None)

    page = client("bendahara").get("/invoice", expect=502)

    assert "Layanan sementara tidak tersedia" in page.text
    assert "Periksa dahulu hasilnya sebelum mengulangi." in page.text
    assert "Coba lagi beberapa saat lagi" not in page.text


def test_what_one_may_not_see_is_not_found(client: Client, shelf: Shelf) -> None:
    page = client("cs").get("/pengujian/order/0192a000-0000-7000-8000-00000000dead", expect=404)

    assert "Halaman tidak ditemukan" in page.text

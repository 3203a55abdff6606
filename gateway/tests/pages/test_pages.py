"""Every kind of page for every role is valid, named and labelled."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from reader import Reader
from shelf import Shelf

Client = Callable[[str], Reader]

PUBLIC = [
    "/",
    "/masuk",
    "/daftar",
    "/daftar/menunggu",
    "/verifikasi",
    "/tarif",
    "/lacak",
    "/lupa-sandi",
    "/atur-ulang-sandi?token=t",
    "/undangan?token=t",
]
LISTS = {
    "pelanggan": ("/pengujian/order",),
    "cs": ("/pengujian/order", "/pengujian/order?box=cs-new", "/pengujian/laporan", "/pelanggan"),
    "bendahara": ("/invoice", "/invoice?box=process", "/pengembalian"),
    "pjlab": ("/pengujian/sampel", "/pengujian/laporan"),
    "penyelia": ("/pengujian/sampel", "/pengujian/analisis"),
    "analis": ("/pengujian/analisis?box=analyst-mine",),
    "pengetik": ("/pengujian/laporan?box=typist-new",),
    "admin": ("/akun", "/pelanggan"),
}


@pytest.mark.parametrize("path", PUBLIC)
def test_a_stranger_reads_the_public_pages(client: Client, path: str) -> None:
    client("").get(path)


@pytest.mark.parametrize("path", ["/beranda", "/pengujian/order", "/invoice", "/kotak-surat", "/alur-kerja"])
def test_a_stranger_is_sent_to_the_login_page_and_back(client: Client, path: str) -> None:
    page = client("").get(path, expect=303)

    assert page.headers["Location"].startswith("/masuk?next=%2F")


@pytest.mark.parametrize("username", LISTS)
def test_the_work_queue_counts_each_box_and_links_to_its_list(client: Client, shelf: Shelf, username: str) -> None:
    page = client(username).get("/beranda")

    for service in ("testing", "billing", "identity"):
        boxes = shelf.answers[username].get(f"{service}/worklists", [])
        for box in boxes["items"] if isinstance(boxes, dict) else boxes:
            assert box["label"] in page.text
            assert any(link.endswith(f"?box={box['box']}") for link in page.links)


@pytest.mark.parametrize(("username", "path"), [(name, path) for name, paths in LISTS.items() for path in paths])
def test_a_list_and_everything_it_leads_to_can_be_read(client: Client, username: str, path: str) -> None:
    reader = client(username)
    page = reader.get(path)
    rows = page.all("tr")[1:]

    for link in {row.find(".//a").get("href") for row in rows}:
        reader.get(link)


@pytest.mark.parametrize(("username", "path"), [(name, paths[0]) for name, paths in LISTS.items()])
def test_every_act_offered_on_a_page_has_a_form(client: Client, username: str, path: str) -> None:
    reader = client(username)
    first = reader.get(path).all("tr")[1].find(".//a").get("href")
    acts = [link for link in reader.get(first).links if link.startswith("/tindakan/")]

    for act in acts:
        assert reader.get(act).form_of("/tindakan/").get("method") == "post"
        reader.get(act, is_piece=True)


@pytest.mark.parametrize("username", LISTS)
def test_menu_marks_where_one_is(client: Client, username: str) -> None:
    page = client(username).get(LISTS[username][0])

    [menu] = [nav for nav in page.all("nav") if nav.get("id") == "menu"]
    [current] = [link for link in menu.iter("a") if link.get("aria-current") == "page"]
    assert current.get("href") == LISTS[username][0].partition("?")[0]


@pytest.mark.parametrize(
    ("username", "path"),
    [
        ("pelanggan", "/pengujian/order/baru"),
        ("cs", "/pengujian/order/baru"),
        ("admin", "/akun/tambah"),
        ("admin", "/alur-kerja?nama=testing.order"),
        ("cs", "/pelanggan/tambah"),
        ("cs", "/profil"),
        ("pelanggan", "/profil"),
        ("cs", "/notifikasi"),
        ("cs", "/kotak-surat"),
        ("cs", "/tidak-ada"),
    ],
)
def test_other_pages(client: Client, username: str, path: str) -> None:
    client(username).get(path, expect=404 if path == "/tidak-ada" else 200)


def test_the_laboratory_never_reads_the_customers_name(client: Client, shelf: Shelf) -> None:
    names = {order["customer"]["name"] for order in shelf.example("cs", "testing/orders")["items"]}
    lists = {
        "pjlab": "/pengujian/sampel",
        "penyelia": "/pengujian/sampel",
        "analis": "/pengujian/analisis?box=analyst-mine",
    }
    for username, path in lists.items():
        reader = client(username)
        page = reader.get(path)
        first = page.all("tr")[1].find(".//a").get("href")
        for read in (page, reader.get(first), reader.get(f"{first}/riwayat", is_piece=True)):
            assert not [name for name in names if name in read.html]

"""The customer's side: tracking without login, the basket of Cek Tarif, ordering again."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import html5lib
import pytest
from reader import Reader
from shelf import Shelf

from gateway import baskets

Client = Callable[[str], Reader]

FOUND = {
    "number": "00152",
    "step": 5,
    "now": "Contoh sedang diuji.",
    "next": "Hasil diperiksa sebelum laporan dibuat.",
    "waits_for": "Laboratorium",
    "due": "2026-12-04",
    "since": "2026-11-20T03:00:00+00:00",
}
ASKED = {"number": "00152", "digits": "0123"}


def parameters_of(shelf: Shelf, at: int = 0) -> list[dict[str, Any]]:
    standard = shelf.example("anyone", "testing/standards")["items"][at]
    found: list[dict[str, Any]] = shelf.example("anyone", f"testing/standards/{standard['id']}")["parameters"]
    return found


def basket_of(parameters: list[dict[str, Any]]) -> str:
    return "&".join(f"p={baskets.short(each['id'])}" for each in parameters)


def draft(shelf: Shelf, *notes: str) -> dict[str, Any]:
    order: dict[str, Any] = shelf.example("pelanggan", "testing/orders")["items"][0]
    return {**order, "notes": list(notes)}


def earlier_order(shelf: Shelf) -> dict[str, Any]:
    found = (thing for path, thing in shelf.answers["pelanggan"].items() if path.startswith("testing/orders/"))
    return next(order for order in found if order.get("status", {}).get("code") not in (None, "drafted"))


def test_a_stranger_reads_where_an_order_is(client: Client, shelf: Shelf) -> None:
    shelf.replies["POST testing/trackings"] = (200, FOUND)

    page = client("").post("/lacak", ASKED, expect=200)

    for words in ("Order 00152", "Contoh sedang diuji.", "Laboratorium", "4 Desember 2026"):
        assert words in page.text
    assert page.html.count('aria-current="step"') == 1


def test_neither_number_nor_digits_stand_in_an_address(client: Client, shelf: Shelf) -> None:
    shelf.replies["POST testing/trackings"] = (200, FOUND)
    client("").post("/lacak", ASKED, expect=200)

    [sent] = [each for each in shelf.sent if "trackings" in each.path]
    assert sent.path == "/api/v1/testing/trackings"
    assert sent.json == ASKED


def test_who_is_signed_in_tracks_as_a_stranger(client: Client, shelf: Shelf) -> None:
    shelf.replies["POST testing/trackings"] = (200, FOUND)
    client("pelanggan").post("/lacak", ASKED, expect=200)

    [sent] = [each for each in shelf.sent if "trackings" in each.path]
    assert shelf.example("pelanggan", "identity/me")["id"] not in str(sent.headers)


def test_what_does_not_match_is_told_and_may_be_tried_again(client: Client, shelf: Shelf) -> None:
    shelf.replies["POST testing/trackings"] = (404, {"status": 404, "detail": "Nomor dan angka tidak cocok."})

    page = client("").post("/lacak", ASKED, expect=404)

    assert "Nomor dan angka tidak cocok." in page.text
    assert page.form_of("/lacak") is not None


def test_an_empty_tracking_form_asks_nobody(client: Client, shelf: Shelf) -> None:
    client("").post("/lacak", {"number": "", "digits": ""}, expect=422)

    assert not [each for each in shelf.sent if "trackings" in each.path]


def test_a_link_with_a_number_fills_the_form(client: Client) -> None:
    page = client("").get("/lacak?nomor=POP-180")

    assert "POP-180" in [field.get("value") for field in page.all("input")]


def test_the_landing_page_and_the_footer_lead_to_tracking(client: Client) -> None:
    assert client("").get("/").links.count("/lacak") == 2


def test_a_basket_lives_in_the_address_and_adds_up(client: Client, shelf: Shelf) -> None:
    chosen = [each for each in parameters_of(shelf) if not each["is_blocked"]][:2]
    total = sum(each["price_amount"] for each in chosen)

    page = client("").get(f"/tarif?{basket_of(chosen)}")

    ticked = [field for field in page.all("input") if field.get("name") == "p" and "checked" in field.attrib]
    assert [field.get("value") for field in ticked] == [baskets.short(each["id"]) for each in chosen]
    assert f"Rp {total:,}".replace(",", ".") in page.text


def test_a_search_keeps_what_was_chosen_before(client: Client, shelf: Shelf) -> None:
    chosen = parameters_of(shelf)[:1]

    page = client("").get(f"/tarif?q=tidakadayangbegini&{basket_of(chosen)}")

    assert "Tidak ada yang cocok" in page.text
    [kept] = [field for field in page.all("input") if field.get("name") == "p"]
    assert kept.get("value") == baskets.short(chosen[0]["id"])
    assert "checked" in kept.attrib


def test_a_search_finds_parameters_by_name(client: Client, shelf: Shelf) -> None:
    name = parameters_of(shelf)[0]["parameter"]

    page = client("").get("/tarif", follow=False)
    found = client("").get(f"/tarif?q={name}")

    assert any(each.get("name") == "p" for each in found.all("input"))
    assert len(found.all("input")) < len(page.all("input"))


@pytest.mark.parametrize("nonsense", ["x", "", "%21", "a" * 22, "../../etc", "%F0%9F%92%A9"])
def test_nonsense_in_a_basket_is_passed_over(client: Client, nonsense: str) -> None:
    page = client("").get(f"/tarif?p={nonsense}")

    [empty] = [each for each in page.all("p") if "data-basket-none" in each.attrib]
    assert "hidden" not in empty.attrib


def test_a_stranger_signs_in_and_comes_back_with_the_basket(client: Client, shelf: Shelf) -> None:
    basket = basket_of(parameters_of(shelf)[:1])

    page = client("").get(f"/tarif/order?{basket}", expect=303)

    assert page.headers["Location"] == f"/masuk?next=%2Ftarif%2Forder%3F{basket.replace('=', '%3D')}"


def test_a_basket_becomes_a_draft_and_what_is_left_out_is_told(client: Client, shelf: Shelf) -> None:
    chosen = parameters_of(shelf)[:2]
    made = draft(shelf, "BOD sedang tidak dapat dipesan (alat rusak) dan tidak ikut.")
    shelf.replies["POST testing/baskets"] = (201, made)
    reader = client("pelanggan")
    place = f"/tarif/order?{basket_of(chosen)}"
    asked = reader.get(place)
    form = {"csrf_token": asked.hidden("csrf_token"), "_key": asked.hidden("_key")}
    shorts = [baskets.short(each["id"]) for each in chosen]
    form |= {"p": shorts, "sample_type_0": "Air", "code_location_0": "Outlet", "contact": "Rina"}

    answer = reader.post("/tarif/order", form, expect=303)

    [sent] = [each for each in shelf.sent if each.path.endswith("/baskets")]
    assert sent.headers["Idempotency-Key"] == form["_key"]
    assert [row["parameters"] for row in sent.json["samples"]] == [[each["id"] for each in chosen]]
    assert sent.json["contact"] == "Rina"
    assert answer.headers["Location"] == f"/pengujian/order/{made['id']}"
    assert "alat rusak" in reader.get(answer.headers["Location"]).text


def test_a_sample_without_a_place_is_asked_for_again(client: Client, shelf: Shelf) -> None:
    basket = [baskets.short(each["id"]) for each in parameters_of(shelf)[:1]]
    form = {"p": basket, "_key": "k", "sample_type_0": "Air", "code_location_0": ""}

    page = client("pelanggan").post("/tarif/order", form, expect=422)

    assert [field.get("value") for field in page.all("input") if field.get("name") == "p"] == basket
    assert not [each for each in shelf.sent if each.path.endswith("/baskets")]


@pytest.mark.parametrize(("username", "query"), [("analis", ""), ("pelanggan", "none")])
def test_an_empty_basket_or_the_wrong_person_goes_back(client: Client, shelf: Shelf, username: str, query: str) -> None:
    basket = "" if query else basket_of(parameters_of(shelf)[:1])

    page = client(username).get(f"/tarif/order?{basket}", expect=303)

    assert page.headers["Location"].startswith("/tarif")


def test_ordering_again_shows_what_changed_before_anything_is_made(client: Client, shelf: Shelf) -> None:
    order, reader = earlier_order(shelf), client("pelanggan")
    place = f"/pengujian/order/{order['id']}/pesan-lagi"
    sample = {"sample_type": "Air", "code_location": "Outlet", "standard": {"id": "x", "name": "P.99/2026 Air"}}
    priced = {**parameters_of(shelf)[0], "price_amount": 75_000}
    sample |= {"parameters": [priced], "amount": 75_000, "notes": ["BOD tidak ikut."]}
    shelf.replies[f"GET testing/orders/{order['id']}/reorders"] = (200, {"samples": [sample], "amount": 75_000})
    shelf.replies[f"POST testing/orders/{order['id']}/reorders"] = (201, draft(shelf))

    assert place in reader.get(f"/pengujian/order/{order['id']}").links
    page = reader.get(place)
    assert "BOD tidak ikut." in page.text
    assert "Rp 75.000" in page.text
    assert not [each for each in shelf.sent if each.method == "POST" and "reorders" in each.path]

    reader.post(place, {"_key": "kunci", "csrf_token": page.hidden("csrf_token")}, expect=303)
    [sent] = [each for each in shelf.sent if each.method == "POST" and "reorders" in each.path]
    assert sent.headers["Idempotency-Key"] == "kunci"


def test_what_cannot_be_ordered_again_has_no_button(client: Client, shelf: Shelf) -> None:
    order = earlier_order(shelf)
    sample = {"sample_type": "Air", "code_location": "A", "standard": None, "parameters": [], "amount": 0, "notes": []}
    shelf.replies[f"GET testing/orders/{order['id']}/reorders"] = (200, {"samples": [sample], "amount": 0})

    page = client("pelanggan").get(f"/pengujian/order/{order['id']}/pesan-lagi")

    assert "Tidak ada yang dapat dipesan sekarang." in page.text
    assert "Buat draf" not in [" ".join("".join(button.itertext()).split()) for button in page.all("button")]


PAPER = {
    "id": "0193a5c8-0000-7000-8000-000000000001",
    "version": 1,
    "status": {"code": "current", "label": "DISIMPAN"},
    "customer_id": "",
    "kind": "certificate",
    "kind_label": "Sertifikat (SNI, halal, ISO)",
    "number": "SNI-0001",
    "note": "Air mineral",
    "expires_on": "2026-12-22",
    "expires_soon": True,
    "replaces_id": None,
    "created_at": "2026-11-20T03:00:00+00:00",
    "actions": [],
    "links": {"self": "/api/v1/identity/customer-documents/0193a5c8-0000-7000-8000-000000000001"},
}
PAPER_FORM = [
    {
        "name": "kind",
        "label": "Jenis",
        "kind": "choice",
        "required": True,
        "options": [{"value": "nib", "label": "NIB"}],
    },
    {"name": "number", "label": "Nomor", "kind": "text"},
    {"name": "expires_on", "label": "Berlaku sampai", "kind": "date"},
    {"name": "file", "label": "Berkas", "kind": "file", "required": True},
]


@pytest.fixture
def papers(shelf: Shelf) -> str:
    """A company with one paper and one that was replaced; answers with its id."""
    company = str(shelf.example("pelanggan", "identity/me")["customer_id"])
    earlier = PAPER | {"id": PAPER["id"].replace("1", "2"), "status": {"code": "replaced", "label": "DIGANTIKAN"}}
    kept = [PAPER | {"customer_id": company}, earlier]
    shelf.replies["GET identity/customer-documents/form"] = (200, {"fields": PAPER_FORM})
    shelf.replies[f"GET identity/customers/{company}/documents"] = (200, {"items": kept})
    shelf.replies[f"GET identity/customer-documents/{PAPER['id']}"] = (200, kept[0])
    return company


@pytest.mark.usefixtures("papers")
def test_a_company_sees_its_papers_and_those_that_end_soon(client: Client) -> None:
    page = client("pelanggan").get("/profil/dokumen")

    assert "Berlaku sampai 22 Desember 2026" in page.text
    assert "Versi sebelumnya (1)" in page.text
    assert [each for each in page.all("div") if each.get("class") == "attention"]
    assert client("pelanggan").get(f"/profil/dokumen/{PAPER['id']}").status == 200


def test_a_paper_is_uploaded_and_kept(client: Client, shelf: Shelf, papers: str) -> None:
    shelf.replies["POST documents/files"] = (201, {"id": "0193a5c8-0000-7000-8000-0000000000f1", "name": "nib.pdf"})
    shelf.replies[f"POST identity/customers/{papers}/documents"] = (201, {"kind_label": "NIB"})
    form = {"kind": "nib", "number": "912", "expires_on": "", "_key": "kunci"}
    files = {"file": ("nib.pdf", b"%PDF-1.7", "application/pdf")}

    answer = client("pelanggan").post("/profil/dokumen", form, files=files, expect=303)

    assert answer.headers["Location"] == "/profil/dokumen"
    [sent] = [each for each in shelf.sent if each.path.endswith("/documents") and each.method == "POST"]
    assert sent.json["file"] == "0193a5c8-0000-7000-8000-0000000000f1"
    assert sent.headers["Idempotency-Key"] == "kunci"


def test_a_paper_without_a_file_is_asked_for_again(client: Client, shelf: Shelf, papers: str) -> None:
    page = client("pelanggan").post("/profil/dokumen", {"kind": "nib", "_key": "k"}, expect=422)

    assert "#f-file" in page.links
    assert not [each for each in shelf.sent if each.path.endswith("/documents") and each.method == "POST"]


def test_the_desk_opens_the_papers_of_a_company(client: Client, shelf: Shelf, papers: str) -> None:
    company = shelf.example("cs", "identity/customers")["items"][0]
    shelf.replies[f"GET identity/customers/{company['id']}/documents"] = (200, {"items": []})
    place = f"/pelanggan/{company['id']}/dokumen"

    assert f"{place}/ringkas" in client("cs").get(f"/pelanggan/{company['id']}").links
    assert place in client("cs").get(f"{place}/ringkas", is_piece=True).links
    assert "Belum ada dokumen." in client("cs").get(place).text


def test_somebody_of_no_company_is_sent_to_the_customers(client: Client) -> None:
    assert client("cs").get("/profil/dokumen", expect=303).headers["Location"] == "/pelanggan"


def test_one_s_own_data_come_as_one_file_with_every_page(client: Client, shelf: Shelf) -> None:
    shelf.replies["GET identity/me/data"] = (200, {"person": {"name": "Rina"}, "company": {"name": "PT Contoh"}})
    for path in ("testing/orders", "testing/samples", "testing/reports", "billing/invoices", "notify/notifications"):
        shelf.replies[f"GET {path}"] = (200, {"items": [{"id": "x", "links": {"document": "rahasia"}}], "next": None})
    reader = client("pelanggan")

    assert "/profil/data" in reader.get("/profil").links
    answer = reader.session.get(reader.base + "/profil/data", headers=reader._headers(False), timeout=20)
    found = answer.json()

    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert found["company"] == {"name": "PT Contoh"}
    assert {"orders", "samples", "reports", "invoices", "notifications"} <= set(found)
    assert found["orders"] == [{"id": "x"}]
    assert "rahasia" not in answer.text


def own_copy(client: Client, shelf: Shelf, username: str) -> zipfile.ZipFile:
    reader = client(username)
    answer = reader.session.get(f"{reader.base}/profil/data/data-saya.zip", headers=reader._headers(False), timeout=20)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    return zipfile.ZipFile(io.BytesIO(answer.content))


def test_one_s_own_data_come_as_a_page_to_read_beside_the_file_for_machines(client: Client, shelf: Shelf) -> None:
    me = {"name": "Rina <b>", "roles": ["customer"], "created_at": "2026-11-20T02:00:00+00:00", "sessions": []}
    company = {"name": "PT Contoh", "npwp": "0123", "members": [{"name": "Budi"}], "documents": [], "history": []}
    shelf.replies["GET identity/me/data"] = (200, {"person": me, "company": company})
    for path in ("testing/samples", "testing/reports", "billing/invoices", "notify/notifications"):
        shelf.replies[f"GET {path}"] = (200, {"items": [], "next": None})
    order = earlier_order(shelf)
    shelf.replies["GET testing/orders"] = (200, {"items": [order], "next": None})

    archive = own_copy(client, shelf, "pelanggan")

    page = archive.read("data-saya.html").decode()
    html5lib.HTMLParser(strict=True).parse(page)
    for text in (
        "Rina &lt;b&gt;",
        "Pelanggan",
        "NPWP",
        "0123",
        "Budi",
        "Order (1)",
        order["pre_number"],
        "Invoice (0)",
    ):
        assert text in page
    assert "http" not in page
    assert json.loads(archive.read("data-saya.json"))["company"]["npwp"] == "0123"


def test_a_colleague_s_copy_holds_no_company(client: Client, shelf: Shelf) -> None:
    shelf.replies["GET identity/me/data"] = (200, {"person": {"name": "Citra", "sessions": []}, "company": None})
    shelf.replies["GET notify/notifications"] = (200, {"items": [], "next": None})

    page = own_copy(client, shelf, "cs").read("data-saya.html").decode()

    assert "Citra" in page
    assert "Perusahaan" not in page
    assert "Order (" not in page


def test_a_stranger_gets_no_data(client: Client) -> None:
    client("").get("/profil/data", expect=303)
    client("").get("/profil/data/data-saya.zip", expect=303)


def test_the_list_of_orders_offers_to_order_again_and_to_take_files_along(client: Client, shelf: Shelf) -> None:
    order = earlier_order(shelf)
    place = f"/pengujian/order/{order['id']}"
    row = order | {"progress": {"sent": 1, "total": 1}}
    shelf.replies["GET testing/orders"] = (200, {"items": [row], "next": None, "count": 1, "count_is_exact": True})

    links = client("pelanggan").get("/pengujian/order?box=customer-old").links

    assert {f"{place}/pesan-lagi", f"{place}/unduhan"} <= set(links)


def test_files_of_an_order_stand_on_one_page(client: Client, shelf: Shelf) -> None:
    order = earlier_order(shelf)
    report = {
        "id": "0193a5c8-0000-7000-8000-0000000000f2",
        "number": "1/LP",
        "version_no": 1,
        "links": {"document": "x"},
    }
    shelf.replies[f"GET testing/orders/{order['id']}"] = (200, order | {"reports": [report]})

    page = client("pelanggan").get(f"/pengujian/order/{order['id']}/unduhan")

    assert f"/unduh/testing/reports/{report['id']}/document" in page.links


def test_a_customer_who_must_pay_reads_the_invoice_first(client: Client, shelf: Shelf) -> None:
    orders = [thing for path, thing in shelf.answers["pelanggan"].items() if path.startswith("testing/orders/")]
    to_pay = next(order for order in orders if order.get("status", {}).get("code") == "billed")

    page = client("pelanggan").get(f"/pengujian/order/{to_pay['id']}")

    assert "Giliran Anda." in page.text
    assert "#bagian-invoice" in page.links
    assert page.html.index('id="bagian-invoice"') < page.html.index('id="sampel"')

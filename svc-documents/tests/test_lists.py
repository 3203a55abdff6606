"""Lists are printed for the person who asked, with letterhead, filters and page numbers."""

import json
import uuid

import pytest

from chassis import keys
from chassis.testing import CONTRACTS

CONTENT = json.loads((CONTRACTS / "calls" / "lists.content.json").read_text())
ME = str(uuid.uuid4())

pytestmark = pytest.mark.usefixtures("office")


@pytest.fixture
def load(trusted, as_, owners):
    def ask(content=CONTENT, issuer="svc-testing", reader=ME, **changes):
        export_id = str(uuid.uuid4())
        if content:
            owners.contents[export_id] = content
        claims = {"kind": "grant", "file": export_id, "by": ME, **changes}
        signer = keys.Signer.from_file(issuer, trusted / f"{issuer}.json")
        grant = signer.sign("svc-documents", lifetime=300, **claims)
        return as_("customer_service", id=reader).get(f"/api/v1/documents/lists/{export_id}?grant={grant}")

    return ask


@pytest.fixture
def text(load, tool, tmp_path):
    def read(content=CONTENT):
        (tmp_path / "daftar.pdf").write_bytes(load(content).data)
        tool("qpdf", "--check", tmp_path / "daftar.pdf")
        return tool("pdftotext", "-layout", tmp_path / "daftar.pdf", "-")

    return read


def test_a_list_has_letterhead_filters_and_all_its_rows(text):
    shown = text()

    for part in ("ORDER PENGUJIAN", "Status: PROSES PEMBAYARAN", "2 baris", "POP-180", "17-08-2026", "1.908.000"):
        assert part in shown
    assert "BALAI" in shown
    assert "Dicetak 20 Agustus 2026 pukul 08.15 WIB oleh Petugas Loket" in shown
    assert "Halaman 1 dari 1" in shown


def test_a_long_list_repeats_its_head_and_counts_its_pages(text):
    shown = text({**CONTENT, "rows": CONTENT["rows"] * 100})

    pages = shown.count("Halaman 1 dari") and shown.split("Halaman 1 dari ")[1].split()[0]
    assert int(pages) > 3
    assert shown.count("Nama Pelanggan") == int(pages)
    assert f"Halaman {pages} dari {pages}" in shown


def test_markup_in_a_cell_is_only_text(text):
    shown = text({**CONTENT, "rows": [["<b>tebal</b> & =1+1", None, None, "", None, True]]})

    assert "<b>tebal</b>" in shown.replace("\n", "")


def test_telephones_are_grouped_as_on_the_screen(text):
    shown = text({**CONTENT, "columns": ["Pre Order", "Kontak"], "rows": [["POP-1", "+6281234567890; (0561) 700123"]]})

    assert "+62 812 3456 7890;" in " ".join(shown.split())
    assert "(0561) 700123" in shown
    assert "+6281234567890" not in shown


def test_an_empty_list_is_printed_too(text):
    assert "0 baris" in text({**CONTENT, "rows": []})


@pytest.mark.parametrize(
    "changes",
    [
        {"reader": str(uuid.uuid4())},
        {"by": "svc-testing"},
        {"file": str(uuid.uuid4())},
        {"kind": "user"},
        {"content": None},
    ],
)
def test_nobody_else_reads_it(load, changes):
    assert load(**changes).status_code == 404


def test_while_its_owner_is_away_it_is_not_there_for_now(load, owners):
    owners.is_down = True

    assert load().status_code == 503

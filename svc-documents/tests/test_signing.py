"""The office's seal, looked at with tools of two other makers; and what happens while nobody can sign."""

import io
import re
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from asn1crypto import pem, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from chassis.config import BadSettings
from chassis.db import db, now
from deploy import seals
from svc_documents.documents import rendering
from svc_documents.models import File
from svc_documents.signing import providers
from svc_documents.signing.seal import Seal
from svc_documents.storage import storage

pytestmark = pytest.mark.usefixtures("office")
VERIFY = "/api/v1/documents/verify"


@pytest.fixture
def sealed(app, make_report):
    """A report that was sent, and its bytes."""
    report = make_report()
    report.tell("approved")
    document = report.print()
    report.tell("sent")
    with app.app_context():
        return document, b"".join(storage().read(db.session.get(File, document.file_id).storage_key))


def changed(content):
    """One byte of the first page's stream is another."""
    position = content.index(b"stream\n") + 20
    return content[:position] + bytes([content[position] ^ 1]) + content[position + 1 :]


def says_pyhanko(app, content):
    parts = pem.unarmor(Path(app.config["SEAL_FILE"]).read_bytes(), multiple=True)
    roots = [x509.Certificate.load(der) for kind, _, der in parts if kind == "CERTIFICATE"]
    (signature,) = PdfFileReader(io.BytesIO(content)).embedded_signatures
    return validate_pdf_signature(signature, ValidationContext(trust_roots=roots))


def says_pdfsig(tool, tmp_path, content):
    (tmp_path / "sealed.pdf").write_bytes(content)
    return tool("pdfsig", tmp_path / "sealed.pdf")


def send(app, content):
    return app.test_client().post(VERIFY, data={"file": (io.BytesIO(content), "a.pdf")}).json


def choose(app, kind, provider):
    done = app.test_cli_runner().invoke(args=["signing", "choose", kind, provider])
    assert done.exit_code == 0, done.output


def test_both_judges_find_the_seal_good(app, sealed, tool, tmp_path):
    _, content = sealed

    status = says_pyhanko(app, content)

    assert (status.bottom_line, status.coverage.name, status.md_algorithm) == (True, "ENTIRE_FILE", "sha256")
    said = says_pdfsig(tool, tmp_path, content)
    assert "Signature is Valid." in said
    assert "Total document signed" in said
    assert "ETSI.CAdES.detached" in said


def test_both_judges_notice_a_changed_byte(app, sealed, tool, tmp_path):
    content = changed(sealed[1])

    assert says_pyhanko(app, content).intact is False
    assert "Digest Mismatch" in says_pdfsig(tool, tmp_path, content)


def test_both_judges_notice_what_is_added_afterwards(app, sealed, tool, tmp_path):
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer, target = IncrementalPdfFileWriter(io.BytesIO(sealed[1])), io.BytesIO()
    writer.root["/Lang"] = writer.root.raw_get("/Lang").__class__("en")
    writer.update_root()
    writer.write(target)

    assert says_pyhanko(app, target.getvalue()).bottom_line is False
    assert "Not total document signed" in says_pdfsig(tool, tmp_path, target.getvalue())
    assert send(app, target.getvalue())["seal"]["status"] == "broken"


def test_a_sealed_pdf_is_sound_and_looks_the_same(sealed, tool, tmp_path):
    path = tmp_path / "sealed.pdf"
    path.write_bytes(sealed[1])

    assert "No syntax or stream encoding errors" in tool("qpdf", "--check", path)
    assert "Disegel secara elektronik dengan sertifikat kantor" in " ".join(tool("pdftotext", path, "-").split())
    tool("pdftoppm", "-r", "110", "-png", path, tmp_path / "page")
    last = sorted(tmp_path.glob("page*.png"))[-1]
    assert sealed[0].code in tool("zbarimg", "-q", "--raw", "--nodbus", last)


def test_the_recorded_hash_is_that_of_the_sealed_bytes(app, sealed):
    document, content = sealed

    answer = send(app, content)

    assert answer["sha256"] == document.sha256
    assert answer["is_issued"] is True
    assert answer["seal"] == {"status": "valid", "label": "Segel elektronik kantor: sah"}
    assert answer["document"]["signature"]["provider"] == "office"


def test_a_tampered_copy_is_told_from_a_strangers_file(app, sealed, pdf, tmp_path):
    stranger = Seal(seals.make(demo=True).encode())

    assert send(app, changed(sealed[1]))["seal"]["label"].startswith("Segel elektronik kantor: tidak sah")
    assert send(app, pdf())["seal"]["status"] == "absent"
    assert send(app, stranger.sign(pdf()))["seal"]["status"] == "foreign"
    assert send(app, b"%PDF-1.7 x")["seal"]["status"] == "unreadable"


def test_a_seal_of_an_earlier_year_still_counts(app, pdf, monkeypatch, tmp_path):
    old, new = seals.make(demo=True), seals.make(demo=True, algorithm="rsa")
    both = tmp_path / "seal.pem"
    both.write_text(new + old[old.index("-----BEGIN CERT") :])
    monkeypatch.setitem(app.config, "SEAL_FILE", str(both))

    assert send(app, Seal(old.encode()).sign(pdf()))["seal"]["status"] == "valid"
    assert send(app, Seal.from_file(both).sign(pdf()))["seal"]["status"] == "valid"


def test_invoices_carry_no_seal_unless_the_office_says_so(app):
    with app.app_context():
        assert (providers.of_kind("invoice"), providers.of_kind("test_report")) == ("qr", "office")

    choose(app, "invoice", "office")

    with app.app_context():
        assert providers.of_kind("invoice") == "office"
    listed = app.test_cli_runner().invoke(args=["signing", "list"]).output
    assert re.search(r"invoice +office +Segel elektronik kantor", listed)


def test_a_report_without_a_signature_is_rendered_and_says_nothing_of_a_seal(app, make_report):
    choose(app, "test_report", "qr")
    report = make_report()
    report.tell("approved")

    assert (report.print().status, report.document().signature) == ("rendered", "qr")


def test_without_a_seal_a_report_waits_and_nothing_unsigned_goes_out(app, make_report, monkeypatch, published):
    monkeypatch.setitem(app.config, "SEAL_FILE", "")
    monkeypatch.setitem(app.extensions, "signature_providers", {})
    report = make_report()
    report.tell("approved")

    document = report.print()

    assert (document.status, document.attempts, document.file_id) == ("unsigned", 0, None)
    assert "belum terpasang" in document.error
    assert published(prefix="documents.") == []
    report.tell("sent")
    assert report.document().status == "unsigned"


def test_what_waits_follows_a_new_choice(app, make_report, monkeypatch, published):
    monkeypatch.setitem(app.config, "SEAL_FILE", "")
    monkeypatch.setitem(app.extensions, "signature_providers", {})
    report = make_report()
    report.tell("approved")
    report.print()

    choose(app, "test_report", "qr")

    with time_machine.travel(now() + timedelta(minutes=1), tick=True):
        with app.app_context():
            assert rendering.due() == [report.document().id]
        assert report.print().status == "rendered"
    assert published(prefix="documents.") == ["documents.document.rendered"]


def test_a_report_taken_back_while_it_waits_is_never_signed(app, make_report, monkeypatch):
    report = make_report()
    report.tell("approved")
    asked, fetch = [], rendering.fetch

    def fetch_slowly(job):
        content = fetch(job)
        report.tell("unapproved")
        return content

    monkeypatch.setattr(rendering, "fetch", fetch_slowly)
    monkeypatch.setattr(providers, "sign", lambda *given: asked.append(given))

    assert report.print().status == "voided"
    assert asked == []


def test_production_refuses_the_seal_of_the_demonstration(app, tmp_path, monkeypatch):
    demo, real = tmp_path / "demo.pem", tmp_path / "real.pem"
    seals.keep(demo, demo=True)
    seals.keep(real, demo=False)
    monkeypatch.setitem(app.config, "ENVIRONMENT", "production")

    monkeypatch.setitem(app.config, "SEAL_FILE", str(demo))
    with pytest.raises(BadSettings, match="seal of the demonstration"):
        providers.refuse_demo_seal(app)
    monkeypatch.setitem(app.config, "SEAL_FILE", str(real))
    providers.refuse_demo_seal(app)


def test_a_seal_is_made_once_and_for_its_owner_only(tmp_path):
    path = tmp_path / "seal.pem"
    seals.keep(path, demo=True)
    first = path.read_bytes()

    seals.keep(path, demo=True)

    assert path.read_bytes() == first
    assert path.stat().st_mode & 0o077 == 0
    assert list(tmp_path.iterdir()) == [path]

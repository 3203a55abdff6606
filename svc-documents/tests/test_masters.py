"""Who signs, how a report is dressed, and labels a reader scans."""

import copy
import io
import json
import shutil
import subprocess
import uuid
from pathlib import Path

import pytest
from PIL import Image

from chassis.db import db
from svc_documents.documents.labels import ACROSS, DOWN, Labels, print_labels
from svc_documents.documents.workflow import DOCUMENT
from svc_documents.masters.workflow import FORMAT, SIGNATORY
from svc_documents.models import File
from svc_documents.storage import storage

API = "/api/v1/documents"
CONTRACTS = Path(__file__).resolve().parents[2] / "contracts"
PERSON = {
    "name": "Budi Contoh",
    "position": "Koordinator",
    "service": "testing",
    "valid_from": "2026-01-01",
    "nip": "1234",
}


@pytest.fixture
def admin(as_):
    return as_("super_admin")


def format_of_reports(admin):
    return next(row for row in admin.get(f"{API}/formats").json["items"] if row["kind"] == "test_report")


@pytest.fixture
def words_of(app, text_of, tmp_path):
    """What can be read on bytes of a PDF, or on a printed document."""

    def read(printed):
        path = tmp_path / "dokumen.pdf"
        if not isinstance(printed, bytes):
            with app.app_context():
                printed = b"".join(storage().read(db.session.get(File, printed.file_id).storage_key))
        path.write_bytes(printed)
        return text_of(path)

    return read


def test_a_signatory_is_added_edited_and_remembered(admin):
    added = admin.post(f"{API}/signatories", json=PERSON)
    assert added.status_code == 201, added.json
    href = f"{API}/signatories/{added.json['id']}"

    edited = admin.post(f"{href}/actions/edit", json={**PERSON, "position": "Kepala"}, headers={"If-Match": '"1"'})
    stale = admin.post(f"{href}/actions/edit", json=PERSON, headers={"If-Match": '"1"'})

    assert edited.json["position"] == "Kepala"
    assert stale.status_code == 412
    rows = admin.get(f"{href}/history").json["items"]
    assert rows[-1]["changes"] == {"position": ["Koordinator", "Kepala"]}


def test_days_of_a_signatory_stand_in_order(admin):
    answer = admin.post(f"{API}/signatories", json={**PERSON, "valid_to": "2025-01-01"})

    assert answer.json["errors"] == {"valid_to": ["Tidak boleh sebelum tanggal mulai berlaku."]}


def test_a_signatory_never_used_is_deleted_and_listed_no_more(admin):
    one = admin.post(f"{API}/signatories", json=PERSON).json

    assert admin.post(f"{API}/signatories/{one['id']}/actions/delete", json={}).status_code == 200
    assert admin.get(f"{API}/signatories").json["items"] == []


@pytest.mark.usefixtures("office")
def test_a_signatory_of_days_with_issued_documents_stays(admin, make_report, owners):
    report = make_report()
    day = owners.contents[report.id]["issued_on"]
    one = admin.post(f"{API}/signatories", json={**PERSON, "valid_from": day, "valid_to": day}).json
    report.tell("approved")
    report.print()

    answer = admin.post(f"{API}/signatories/{one['id']}/actions/delete", json={})

    assert answer.status_code == 409
    assert "isi tanggal akhirnya" in answer.json["detail"]


@pytest.mark.usefixtures("office")
def test_a_report_is_printed_with_its_signatory_and_format(admin, make_report, owners, words_of):
    report = make_report()
    person = owners.contents[report.id]["authoriser"]["name"]
    admin.post(f"{API}/signatories", json={**PERSON, "name": person, "position": "Ketua Laboratorium", "nip": "987654"})
    chosen = format_of_reports(admin)
    form = {
        "header_text": "Dicetak menurut format baru",
        "footer_text": "Kaki laporan contoh",
        "notes": ["Catatan khusus kantor."],
        "hidden_columns": [{"column": "method"}],
    }
    assert admin.post(f"{API}/formats/{chosen['id']}/actions/edit", json=form).status_code == 200
    report.tell("approved")

    text = words_of(report.print())

    for words in (
        "Ketua Laboratorium",
        "987654",
        "Dicetak menurut format baru",
        "Kaki laporan contoh",
        "Catatan khusus kantor.",
    ):
        assert words in text
    assert "Metode" not in text


@pytest.mark.usefixtures("office")
def test_somebody_elses_position_is_not_put_under_a_name(admin, make_report, owners, words_of):
    report = make_report()
    admin.post(f"{API}/signatories", json={**PERSON, "position": "Bukan jabatan orang ini"})
    report.tell("approved")

    assert "Bukan jabatan orang ini" not in words_of(report.print())


def contents():
    return json.loads((CONTRACTS / "calls" / "testing.sample_labels.json").read_text())


def scanned(pdf, tmp_path):
    """What a reader says that is held over one label after the other."""
    path = tmp_path / "label.pdf"
    path.write_bytes(pdf)
    subprocess.run(["pdftoppm", "-r", "150", "-png", path, tmp_path / "label"], check=True)
    return [text for page in sorted(tmp_path.glob("label-*.png")) for text in _one_by_one(Image.open(page), tmp_path)]


def _one_by_one(page, tmp_path):
    width, height = page.width / ACROSS, page.width / 210 * 37
    top = (page.height - DOWN * height) / 2
    for place in range(ACROSS * DOWN):
        x, y = place % ACROSS * width, top + place // ACROSS * height
        page.crop((int(x), int(y), int(x + width), int(y + height))).save(tmp_path / "satu.png")
        read = subprocess.run(
            ["zbarimg", "-q", "--raw", tmp_path / "satu.png"], capture_output=True, text=True, check=False
        )
        yield from filter(None, read.stdout.split("\n"))


@pytest.mark.skipif(shutil.which("zbarimg") is None, reason="no reader of codes here")
@pytest.mark.parametrize("count", [1, 24, 25])
def test_each_label_is_scanned_as_its_number(tmp_path, count):
    example = contents()
    example["samples"] = [{**example["samples"][0], "number": f"P.{n:05d} - 2026"} for n in range(count)]

    pdf = print_labels(Labels().load(example))

    assert scanned(pdf, tmp_path) == [sample["number"] for sample in example["samples"]]


def test_a_label_names_number_kind_and_code(words_of):
    text = words_of(print_labels(Labels().load(contents())))

    for words in ("P.00521 - 2026", "Air limbah", "Outlet IPAL", "2 November 2026", "Belum diterima"):
        assert words in text


def test_labels_need_a_grant_of_the_service_that_owns_the_samples(app, admin, owners):
    order = str(uuid.uuid4())
    owners.contents[order] = copy.deepcopy(contents())

    assert admin.get(f"{API}/labels/{order}?grant=x").status_code == 404


@pytest.mark.parametrize("flow", [SIGNATORY, FORMAT, DOCUMENT], ids=lambda flow: flow.name)
def test_a_declaration_has_no_faults(app, flow):
    assert flow.faults() == []


def drawn(admin, colour=(20, 20, 120), size=(3000, 900)):
    picture = io.BytesIO()
    Image.new("RGB", size, colour).save(picture, "PNG")
    picture.seek(0)
    answer = admin.post(f"{API}/files", data={"file": (picture, "paraf.png")})
    assert answer.status_code == 201, answer.json
    return answer.json["id"]


@pytest.fixture
def images_of(app, tool, tmp_path):
    """Width and height in points of every image on the PDF."""

    def read(document):
        path = tmp_path / "laporan.pdf"
        with app.app_context():
            path.write_bytes(b"".join(storage().read(db.session.get(File, document.file_id).storage_key)))
        rows = tool("pdfimages", "-list", path).splitlines()[2:]
        found = [row.split() for row in rows]
        return [
            (int(row[3]) / int(row[12]) * 72, int(row[4]) / int(row[13]) * 72) for row in found if row[2] == "image"
        ]

    return read


@pytest.mark.usefixtures("office")
def test_the_picture_of_the_signatory_is_printed_within_its_bounds(admin, app, make_report, owners, images_of):
    report = make_report()
    person = owners.contents[report.id]["authoriser"]["name"]
    admin.post(f"{API}/signatories", json={**PERSON, "name": person, "picture_file": drawn(admin)})
    report.tell("approved")

    document = report.print()

    [(wide, high)] = images_of(document)
    assert wide == pytest.approx(50 * 72 / 25.4, abs=2)
    assert high == pytest.approx(15 * 72 / 25.4, abs=2)
    report.tell("sent")
    assert app.test_client().get(f"{API}/verify/{document.code}").json["sha256"] == document.sha256


@pytest.mark.usefixtures("office")
def test_without_a_picture_of_its_own_keeper_none_is_printed(admin, as_, make_report, owners, images_of):
    report, other = make_report(), as_("super_admin", id=str(uuid.uuid4()))
    person = owners.contents[report.id]["authoriser"]["name"]
    admin.post(f"{API}/signatories", json={**PERSON, "name": person, "picture_file": drawn(other)})
    admin.post(f"{API}/signatories", json={**PERSON, "picture_file": drawn(admin)})
    report.tell("approved")

    assert images_of(report.print()) == []

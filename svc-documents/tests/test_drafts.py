"""A look before the issue, for whom the owner lets look."""

import io
import uuid

import pytest
from PIL import Image

from chassis import keys

pytestmark = pytest.mark.usefixtures("office")


@pytest.fixture
def typist(as_):
    return as_("report_typist")


@pytest.fixture
def look(trusted, typist):
    def ask(report, issuer="svc-testing", kinds="test-reports", **changes):
        claims = {"kind": "grant", "file": report.id, "by": "svc-testing", **changes}
        signer = keys.Signer.from_file(issuer, trusted / f"{issuer}.json")
        grant = signer.sign("svc-documents", lifetime=300, **claims)
        return typist.get(f"/api/v1/documents/drafts/{kinds}/{report.id}?grant={grant}")

    return ask


def test_a_draft_is_printed_at_once_and_kept_nowhere(look, make_report, published, tool, tmp_path):
    report = make_report()

    answer = look(report)

    assert answer.status_code == 200
    (tmp_path / "draf.pdf").write_bytes(answer.data)
    assert "Belum diterbitkan" in tool("pdftotext", tmp_path / "draf.pdf", "-")
    assert published() == []


def test_a_draft_bears_no_signature(look, make_report, as_, owners, tool, tmp_path):
    report, keeper, picture = make_report(), as_("super_admin"), io.BytesIO()
    Image.new("RGB", (300, 100), (20, 20, 120)).save(picture, "PNG")
    picture.seek(0)
    file = keeper.post("/api/v1/documents/files", data={"file": (picture, "paraf.png")}).json["id"]
    person = owners.contents[report.id]["authoriser"]
    form = {"name": person["name"], "position": "Ketua", "service": "testing", "valid_from": "2026-01-01"}
    assert keeper.post("/api/v1/documents/signatories", json={**form, "picture_file": file}).status_code == 201

    (tmp_path / "draf.pdf").write_bytes(look(report).data)

    assert "Ketua" in tool("pdftotext", tmp_path / "draf.pdf", "-")
    assert len(tool("pdfimages", "-list", tmp_path / "draf.pdf").splitlines()) == 2


def test_it_asks_for_the_unfrozen_content(look, make_report, owners):
    report = make_report()
    look(report)

    assert owners.asked[-1][0] == f"/internal/reports/{report.id}/content"


@pytest.mark.parametrize(
    "changes",
    [
        {"issuer": "svc-billing"},
        {"by": str(uuid.uuid4())},
        {"file": str(uuid.uuid4())},
        {"kinds": "invoices"},
        {"kind": "user"},
    ],
)
def test_without_leave_of_the_owner_there_is_nothing_to_see(look, make_report, changes):
    assert look(make_report(), **changes).status_code == 404


def test_an_unknown_kind_is_not_found(look, make_report):
    assert look(make_report(), kinds="sertifikat").status_code == 404


def test_an_owner_who_does_not_answer_is_said_so(look, make_report, owners):
    report = make_report()
    owners.is_down = True

    assert look(report).status_code == 503

import io
import re

import pytest

from svc_documents.documents import rules

VERIFY = "/api/v1/documents/verify"
pytestmark = pytest.mark.usefixtures("office")


@pytest.fixture
def issued(make_report):
    report = make_report()
    report.tell("approved")
    report.print()
    report.tell("sent")
    return report.document()


@pytest.fixture
def bytes_of(app):
    from chassis.db import db
    from svc_documents.models import File
    from svc_documents.storage import storage

    def read(document):
        with app.app_context():
            return b"".join(storage().read(db.session.get(File, document.file_id).storage_key))

    return read


def send(app, content):
    return app.test_client().post(VERIFY, data={"file": (io.BytesIO(content), "a.pdf")}).json


def test_the_issued_file_itself_is_recognised(app, issued, bytes_of):
    answer = send(app, bytes_of(issued))

    assert answer["is_issued"] is True
    assert answer["document"]["number"] == issued.number
    assert answer["document"]["status"] == "valid"
    assert answer["sha256"] == issued.sha256


def test_one_changed_byte_is_noticed(app, issued, bytes_of):
    changed = bytearray(bytes_of(issued))
    changed[-10] ^= 1

    answer = send(app, bytes(changed))

    assert answer["is_issued"] is False
    assert answer["document"] is None
    assert "bukan dokumen yang kami terbitkan" in answer["detail"]


def test_a_withdrawn_report_is_recognised_as_ours_and_as_withdrawn(app, make_report, bytes_of):
    report = make_report()
    report.tell("approved")
    report.print()
    report.tell("sent")
    report.tell("withdrawn")

    answer = send(app, bytes_of(report.document()))

    assert (answer["is_issued"], answer["document"]["status_label"]) == (True, "Ditarik")


def test_a_report_that_is_not_sent_yet_is_nobodys_business(app, make_report, bytes_of):
    report = make_report()
    report.tell("approved")
    report.print()

    assert send(app, bytes_of(report.document()))["is_issued"] is False


def test_a_code_is_found_however_it_is_typed(app, issued):
    spaced = "-".join(re.findall("....", issued.code.lower()))

    assert app.test_client().get(f"{VERIFY}/{spaced}").json["code"] == issued.code


@pytest.mark.parametrize("code", ["A", "0" * 20, "B" * 20, "%27%20OR%201=1", "B" * 500])
def test_an_unknown_code_is_not_found(app, code):
    answer = app.test_client().get(f"{VERIFY}/{code}")

    assert answer.status_code == 404
    assert "Kode verifikasi tidak dikenal" in answer.json["detail"]


def test_codes_cannot_be_guessed():
    codes = {rules.new_code() for _ in range(2_000)}

    assert len(codes) == 2_000
    assert len(rules.ALPHABET) ** rules.CODE_LENGTH > 2**95


def test_the_page_tells_strangers_nothing_but_what_it_must(app, issued):
    answer = app.test_client().get(f"{VERIFY}/{issued.code}").json

    assert answer.keys() == {
        *("code", "kind", "kind_label", "number", "holder", "issued_on"),
        *("status", "status_label", "sha256", "signature", "replaced_by"),
    }

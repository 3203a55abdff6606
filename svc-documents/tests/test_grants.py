"""Who may read a file: its uploader, and whoever brings a grant of the service that shows it."""

import io
import uuid

import pikepdf
import pytest

from chassis import keys

FILES = "/api/v1/documents/files"


@pytest.fixture
def uploader(as_):
    return as_("customer", name="Pelanggan")


@pytest.fixture
def stranger(as_):
    return as_("analyst")


@pytest.fixture
def file_id(uploader):
    with pikepdf.new() as document:
        document.add_blank_page()
        content = io.BytesIO()
        document.save(content)
    content.seek(0)
    return uploader.post(FILES, data={"file": (content, "a.pdf")}).json["id"]


@pytest.fixture
def signed(trusted, file_id, uploader):
    """A grant as another service signs it; changes show what must not work."""

    def sign(issuer="svc-testing", audience="svc-documents", lifetime=300, **changes):
        claims = {"kind": "grant", "file": file_id, "by": uploader.person.id, **changes}
        return keys.Signer.from_file(issuer, trusted / f"{issuer}.json").sign(audience, lifetime=lifetime, **claims)

    return sign


def read(person, file_id, grant=None):
    return person.get(f"{FILES}/{file_id}" + (f"?grant={grant}" if grant else "")).status_code


def test_the_uploader_needs_no_grant(uploader, file_id):
    assert read(uploader, file_id) == 200


def test_another_person_sees_nothing_without_a_grant(stranger, as_, file_id):
    assert read(stranger, file_id) == 404
    assert read(as_("super_admin"), file_id) == 404


def test_a_grant_of_a_service_opens_the_file(stranger, file_id, signed):
    assert read(stranger, file_id, signed()) == 200


def test_nobody_reads_without_being_signed_in(app, file_id, signed):
    assert app.test_client().get(f"{FILES}/{file_id}?grant={signed()}").status_code == 401


@pytest.mark.parametrize(
    "changes",
    [
        {"file": str(uuid.uuid4())},
        {"by": str(uuid.uuid4())},
        {"by": ""},
        {"kind": "user"},
        {"kind": "service"},
        {"lifetime": -60},
        {"audience": "svc-testing"},
        {"issuer": "gateway"},
    ],
)
def test_a_grant_that_says_anything_else_opens_nothing(stranger, file_id, signed, changes):
    assert read(stranger, file_id, signed(**changes)) == 404


@pytest.mark.parametrize("grant", ["x", "a.b.c", "eyJhbGciOiJub25lIn0.e30."])
def test_a_forged_grant_opens_nothing(stranger, file_id, grant):
    assert read(stranger, file_id, grant) == 404


def test_a_grant_signed_by_a_key_nobody_knows_opens_nothing(stranger, file_id, uploader, tmp_path):
    keys.generate("svc-testing", tmp_path)
    forged = keys.Signer.from_file("svc-testing", tmp_path / "svc-testing.json").sign(
        "svc-documents", lifetime=300, kind="grant", file=file_id, by=uploader.person.id
    )

    assert read(stranger, file_id, forged) == 404


def test_an_unknown_file_is_not_found(uploader):
    assert read(uploader, uuid.uuid4()) == 404


@pytest.mark.usefixtures("office")
def test_an_issued_document_opens_only_for_the_service_it_was_made_for(stranger, signed, make_report):
    report = make_report()
    report.tell("approved")
    document = report.print()
    mine = {"file": str(document.file_id), "by": "svc-testing"}

    assert read(stranger, document.file_id, signed(**mine)) == 200
    assert read(stranger, document.file_id, signed(issuer="svc-billing", **mine)) == 404
    assert read(stranger, document.file_id, signed(issuer="svc-billing", **{**mine, "by": "svc-billing"})) == 404
    assert read(stranger, document.file_id) == 404


def test_the_service_name_is_no_way_into_an_upload(stranger, file_id, signed):
    assert read(stranger, file_id, signed(by="svc-testing")) == 404

"""Rows 1–7, 12 and 16 of upload abuse; the README lists them all."""

import gc
import io
import json
import re
import warnings
import zipfile
from pathlib import Path

import pytest

from svc_documents.files import inspection
from svc_documents.files.names import display_name

FILES = "/api/v1/documents/files"


ALLOWED = {
    "laporan.pdf": ("pdf", {}, "application/pdf"),
    "foto.png": ("picture", {}, "image/png"),
    "foto.jpg": ("picture", {"form": "JPEG"}, "image/jpeg"),
    "foto.webp": ("picture", {"form": "WEBP"}, "image/webp"),
    "daftar.xlsx": ("workbook", {}, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


@pytest.mark.parametrize("name", ALLOWED)
def test_a_plain_file_is_kept_and_can_be_read_again(customer, name, request, send, bytes_of):
    maker, options, media_type = ALLOWED[name]

    answer = send(customer, request.getfixturevalue(maker)(**options), name)

    assert answer.status_code == 201
    assert answer.json.keys() == {"id", "name", "media_type", "size", "sha256"}
    assert (answer.json["name"], answer.json["media_type"]) == (name, media_type)
    assert len(bytes_of(customer, answer)) == answer.json["size"]


def test_a_word_document_is_kept(customer, send):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<w:document/>")

    assert send(customer, target.getvalue(), "surat.docx").json["media_type"].endswith("wordprocessingml.document")


def test_a_file_is_served_as_an_attachment_that_runs_nothing(customer, send, pdf):
    answer = customer.get(f"{FILES}/{send(customer, pdf()).json['id']}")

    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "no-store" in answer.headers["Cache-Control"]


# row 1
def test_an_announced_giant_is_refused_before_its_body(customer):
    announced = {"CONTENT_LENGTH": str(10 * 1024**3), "CONTENT_TYPE": "multipart/form-data; boundary=x"}

    answer = customer.post(FILES, data=b"--x", environ_overrides=announced)

    assert answer.status_code == 413


# row 2 (the server in front tells chunked bodies from closed ones by `wsgi.input_terminated`)
def test_an_endless_body_without_length_is_cut_at_the_limit(customer):
    class Endless(io.RawIOBase):
        read_bytes = 0

        def readable(self):
            return True

        def readinto(self, buffer):
            head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'
            piece = head if self.read_bytes == 0 else b"A" * len(buffer)
            piece = piece[: len(buffer)]
            buffer[: len(piece)] = piece
            self.read_bytes += len(piece)
            return len(piece)

    stream = Endless()
    environ = {
        "wsgi.input": stream,
        "wsgi.input_terminated": True,
        "CONTENT_LENGTH": "",
        "CONTENT_TYPE": "multipart/form-data; boundary=x",
    }
    with warnings.catch_warnings():
        # the parser leaves its nameless spool file to the garbage collector when it is cut short
        warnings.simplefilter("ignore", ResourceWarning)
        status = customer.post(FILES, environ_overrides=environ).status_code
        gc.collect()

    assert status == 413
    assert stream.read_bytes < 22 * 1024 * 1024


# row 3
def test_thousands_of_parts_are_refused(customer):
    parts = b"".join(b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n' for _ in range(10_001))

    answer = customer.post(
        FILES, data=parts + b"--x--\r\n", headers={"Content-Type": "multipart/form-data; boundary=x"}
    )

    assert answer.status_code == 413


def test_a_header_of_two_megabytes_is_refused(customer):
    part = b'--x\r\nContent-Disposition: form-data; name="' + b"a" * 2_000_000 + b'"\r\n\r\n1\r\n--x--\r\n'

    answer = customer.post(FILES, data=part, headers={"Content-Type": "multipart/form-data; boundary=x"})

    assert answer.status_code in (400, 413, 422)


# row 5
def test_an_empty_file_is_named_so(customer, send, reason):
    answer = send(customer, b"")

    assert answer.status_code == 422
    assert reason(answer) == "Berkas kosong. Periksa berkas lalu unggah kembali."


def test_a_missing_file_is_asked_for(customer):
    answer = customer.post(FILES, data={})

    assert answer.status_code == 422
    assert "file" in answer.json["errors"]


def test_more_than_twenty_mebibytes_is_too_large(customer, send, reason):
    answer = send(customer, b"%PDF-1.4\n" + b"0" * (20 * 1024 * 1024))

    assert answer.status_code == 413
    assert "20 MiB" in reason(answer)


# row 6
def test_a_crowd_of_uploads_waits_or_is_asked_to_come_again(customer, monkeypatch, send, pdf):
    monkeypatch.setattr(inspection, "PATIENCE", 0.1)
    for _ in range(inspection.AT_ONCE):
        inspection._places.acquire()

    busy = send(customer, pdf())
    for _ in range(inspection.AT_ONCE):
        inspection._places.release()

    assert (busy.status_code, busy.headers["Retry-After"]) == (429, "5")
    assert send(customer, pdf()).status_code == 201


# row 7
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("laporan.pdf", b"MZ\x90\x00" + b"\0" * 200),
        ("laporan.pdf", b"\x7fELF\x02\x01\x01" + b"\0" * 200),
        ("foto.jpg", b"<!doctype html><script>alert(1)</script>"),
        ("foto.png", b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>'),
        ("foto.png", b"GIF89a" + b"\0" * 40),
        ("arsip.xlsx", b"Rar!\x1a\x07\x00" + b"\0" * 40),
        ("teks.docx", b"hanya teks biasa"),
    ],
)
def test_what_it_is_not_by_content_is_unsupported(customer, name, content, send, reason):
    answer = send(customer, content, name)

    assert answer.status_code == 415
    assert "PDF, PNG, JPEG, WebP, XLSX, atau DOCX" in reason(answer)


def test_a_plain_zip_is_no_office_file(customer, send):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("catatan.txt", "isi")

    assert send(customer, target.getvalue(), "daftar.xlsx").status_code == 415


# row 12
@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("..%2f..%2fa.pdf", "%2f..%2fa.pdf"),
        ("C:\\Windows\\CON", "CON.pdf"),
        ("a\x00b.pdf", "ab.pdf"),
        ("baris\r\nSet-Cookie: a", "barisSet-Cookie: a.pdf"),
        ("-rf", "-rf.pdf"),
        (".htaccess", "htaccess.pdf"),
        ("hasil\u202efdp.exe", "hasilfdp.exe.pdf"),
        ("Laporan uji – éé.PDF", "Laporan uji – éé.PDF"),
        ("", "berkas.pdf"),
    ],
)
def test_of_a_name_only_its_visible_last_part_is_shown(sent, shown):
    assert display_name(sent, "pdf") == shown


def test_files_are_stored_under_random_keys_whatever_their_names(app, customer, send, pdf):
    for name in ("../../x.pdf", "..\\x.pdf", "CON", "-rf"):
        assert send(customer, pdf(), name).status_code == 201

    stored = [path for path in Path(app.config["FILES_DIR"]).rglob("*") if path.is_file()]
    assert all(re.fullmatch("[0-9a-f]{32}", path.name) for path in stored)


def test_a_name_of_five_thousand_signs_is_shortened(customer, send, pdf):
    name = send(customer, pdf(), "a" * 5000 + ".pdf").json["name"]

    assert len(name) <= 120
    assert name.endswith(".pdf")


def test_line_breaks_in_a_name_reach_no_header(customer, pdf):
    body = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a%0d%0aSet-Cookie: b.pdf"\r\n\r\n' + pdf()
    answer = customer.post(
        FILES, data=body + b"\r\n--x--\r\n", headers={"Content-Type": "multipart/form-data; boundary=x"}
    )

    served = customer.get(f"{FILES}/{answer.json['id']}")
    assert "Set-Cookie" not in served.headers


# row 16
def test_the_same_file_is_kept_once_for_each_person(customer, as_, send, pdf):
    first, second = send(customer, pdf()), send(customer, pdf())

    assert first.json == second.json
    assert send(as_("analyst"), pdf()).json["id"] != first.json["id"]


def test_a_repeated_key_gives_the_first_answer_and_refuses_other_content(customer, send, pdf, picture):
    key = {"Idempotency-Key": "unggah-1"}
    first = send(customer, pdf(), headers=key)

    assert send(customer, pdf(), headers=key).json == first.json
    assert send(customer, picture(), "b.png", headers=key).status_code == 422


def test_no_temporary_file_is_left(customer, tmp_path, monkeypatch, send, pdf):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    send(customer, pdf())
    send(customer, b"bukan apa-apa")

    assert list(tmp_path.iterdir()) == []


def test_the_parser_sees_none_of_our_settings(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://rahasia")

    assert "rahasia" not in json.dumps(inspection._environment())

"""The sixteen rows of upload abuse; the README names the row of each test."""

import gc
import io
import json
import re
import struct
import time
import warnings
import zipfile
import zlib
from pathlib import Path

import openpyxl
import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name
from PIL import Image

from svc_documents.files import inspection
from svc_documents.files.names import display_name

FILES = "/api/v1/documents/files"
PDF = "application/pdf"


def send(person, content, name="berkas.pdf", **more):
    head = f'--x\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode()
    headers = {"Content-Type": "multipart/form-data; boundary=x", **more.pop("headers", {})}
    return person.post(FILES, data=head + content + b"\r\n--x--\r\n", headers=headers, **more)


def reason(answer):
    assert answer.content_type == "application/problem+json"
    return answer.json["errors"]["file"][0]


def bytes_of(person, answer):
    assert answer.status_code == 201, answer.json
    return person.get(f"{FILES}/{answer.json['id']}").data


def picture(form="PNG", size=(40, 30), **options):
    target = io.BytesIO()
    Image.new("RGB", size, "teal").save(target, format=form, **options)
    return target.getvalue()


def pdf(change=lambda document: None, pages=1, **saving):
    with pikepdf.new() as document:
        for _ in range(pages):
            document.add_blank_page()
        change(document)
        target = io.BytesIO()
        document.save(target, **(saving or {"deterministic_id": True}))
        return target.getvalue()


def workbook(extra=(), content=None):
    target = io.BytesIO()
    book = openpyxl.Workbook()
    book.active["A1"] = content or "satu"
    book.save(target)
    with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, part in extra:
            archive.writestr(name, part)
    return target.getvalue()


@pytest.fixture
def customer(as_):
    return as_("customer")


ALLOWED = {
    "laporan.pdf": (pdf, PDF),
    "foto.png": (picture, "image/png"),
    "foto.jpg": (lambda: picture("JPEG"), "image/jpeg"),
    "foto.webp": (lambda: picture("WEBP"), "image/webp"),
    "daftar.xlsx": (workbook, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


@pytest.mark.parametrize("name", ALLOWED)
def test_a_plain_file_is_kept_and_can_be_read_again(customer, name):
    make, media_type = ALLOWED[name]

    answer = send(customer, make(), name)

    assert answer.status_code == 201
    assert answer.json.keys() == {"id", "name", "media_type", "size", "sha256"}
    assert (answer.json["name"], answer.json["media_type"]) == (name, media_type)
    assert len(bytes_of(customer, answer)) == answer.json["size"]


def test_a_word_document_is_kept(customer):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<w:document/>")

    assert send(customer, target.getvalue(), "surat.docx").json["media_type"].endswith("wordprocessingml.document")


def test_a_file_is_served_as_an_attachment_that_runs_nothing(customer):
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
def test_an_empty_file_is_named_so(customer):
    answer = send(customer, b"")

    assert answer.status_code == 422
    assert reason(answer) == "Berkas kosong. Periksa berkas lalu unggah kembali."


def test_a_missing_file_is_asked_for(customer):
    answer = customer.post(FILES, data={})

    assert answer.status_code == 422
    assert "file" in answer.json["errors"]


def test_more_than_twenty_mebibytes_is_too_large(customer):
    answer = send(customer, b"%PDF-1.4\n" + b"0" * (20 * 1024 * 1024))

    assert answer.status_code == 413
    assert "20 MiB" in reason(answer)


# row 6
def test_a_crowd_of_uploads_waits_or_is_asked_to_come_again(customer, monkeypatch):
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
def test_what_it_is_not_by_content_is_unsupported(customer, name, content):
    answer = send(customer, content, name)

    assert answer.status_code == 415
    assert "PDF, PNG, JPEG, WebP, XLSX, atau DOCX" in reason(answer)


def test_a_plain_zip_is_no_office_file(customer):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("catatan.txt", "isi")

    assert send(customer, target.getvalue(), "daftar.xlsx").status_code == 415


# row 8
def active(document):
    script = Dictionary(S=Name.JavaScript, JS="app.alert(1)")
    document.Root.OpenAction = script
    document.Root.AA = Dictionary(WC=script)
    document.Root.Names = Dictionary(
        JavaScript=Dictionary(Names=Array(["a", document.make_indirect(script)])),
        EmbeddedFiles=Dictionary(Names=Array([])),
    )
    page = document.pages[0].obj
    page.AA = Dictionary(O=script)
    launch = Dictionary(S=Name.Launch, F="calc.exe")
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9], A=launch)
    chained = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9])
    chained.A = Dictionary(S=Name.URI, URI="https://example.test", Next=launch)
    attached = Dictionary(Type=Name.Annot, Subtype=Name.FileAttachment, Rect=[0, 0, 9, 9])
    page.Annots = document.make_indirect(Array([document.make_indirect(x) for x in (link, chained, attached)]))


def test_active_content_does_not_survive(customer):
    kept = bytes_of(customer, send(customer, pdf(active)))

    with pikepdf.open(io.BytesIO(kept)) as document:
        for thing in document.objects:
            text = repr(thing) if isinstance(thing, pikepdf.Dictionary) else ""
            for word in ("JavaScript", "Launch", "OpenAction", "EmbeddedFiles", "FileAttachment", "/AA"):
                assert word not in text


def test_a_harmless_link_survives(customer):
    def link(document):
        note = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9])
        note.A = Dictionary(S=Name.URI, URI="https://example.test")
        document.pages[0].obj.Annots = Array([note])

    assert b"example.test" in pikepdf_text(bytes_of(customer, send(customer, pdf(link))))


def pikepdf_text(content):
    with pikepdf.open(io.BytesIO(content)) as document:
        target = io.BytesIO()
        document.save(target, qdf=True)
        return target.getvalue()


@pytest.mark.parametrize(
    "tail", [b"\n<script>alert(1)</script>", b"\n<?php system($_GET[0]); ?>", b"PK\x03\x04" + b"jahat" * 50]
)
@pytest.mark.parametrize(("name", "make"), [("a.pdf", pdf), ("a.jpg", lambda: picture("JPEG")), ("a.png", picture)])
def test_a_second_face_behind_the_file_is_cut_off(customer, name, make, tail):
    kept = bytes_of(customer, send(customer, make() + tail, name))

    assert tail.strip() not in kept


def test_a_pdf_that_is_also_an_archive_keeps_only_the_pdf(customer):
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("jahat.html", "<script>")

    kept = bytes_of(customer, send(customer, pdf() + inner.getvalue()))

    assert not zipfile.is_zipfile(io.BytesIO(kept))


# row 9
def test_an_encrypted_pdf_is_named_so(customer):
    locked = pdf(encryption=pikepdf.Encryption(owner="a", user="b"))

    assert "kata sandi" in reason(send(customer, locked))


def test_a_pdf_of_ten_thousand_pages_is_refused_in_words(customer):
    assert "2.000 halaman" in reason(send(customer, pdf(pages=10_000)))


def test_a_pdf_whose_tables_point_at_themselves_ends(customer):
    body = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[2 0 R]/Count 1>>endobj\n"
    start = len(body)
    body += b"xref\n0 1\n0000000000 65535 f \ntrailer<</Size 3/Root 1 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF" % (
        start,
        start,
    )

    began = time.monotonic()
    answer = send(customer, body)

    assert answer.status_code == 422
    assert time.monotonic() - began < 15


def test_a_gigabyte_behind_a_small_stream_does_not_reach_our_memory(customer):
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(b"\0" * 16_000_000) for _ in range(64)) + packer.flush()

    def bomb(document):
        stream = pikepdf.Stream(document, packed)
        stream.Filter = Name.FlateDecode
        document.pages[0].obj.Contents = document.make_indirect(stream)

    answer = send(customer, pdf(bomb))

    assert answer.status_code in (201, 422)
    if answer.status_code == 201:
        assert answer.json["size"] < 4_000_000


def test_a_torn_pdf_is_answered_in_words(customer):
    assert "rusak" in reason(send(customer, b"%PDF-1.7\n" + b"\xff" * 3000))


# row 10
def png_of(width, height):
    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    )


def test_an_image_bomb_is_refused_before_it_is_decoded(customer):
    began = time.monotonic()

    assert "megapiksel" in reason(send(customer, png_of(50_000, 50_000), "foto.png"))
    assert time.monotonic() - began < 5


# row 11
def test_a_bomb_by_declared_size_is_refused(customer):
    assert "tidak wajar" in reason(send(customer, workbook([("xl/media/a.txt", b"\0" * 40_000_000)]), "a.xlsx"))


def test_a_bomb_that_lies_about_its_size_is_counted(customer):
    content = bytearray(workbook([("xl/lama.txt", bytes(range(256)) * 4000)]))
    entry = content.rfind(b"PK\x01\x02", 0, content.rfind(b"xl/lama.txt"))
    content[entry + 24 : entry + 28] = struct.pack("<I", 100)

    assert send(customer, bytes(content), "a.xlsx").status_code == 422


def test_an_archive_of_too_many_parts_is_refused(customer):
    assert "bagian" in reason(send(customer, workbook([(f"xl/p{n}.xml", b"") for n in range(2_100)]), "a.xlsx"))


def test_an_archive_inside_the_archive_is_refused(customer):
    assert "arsip" in reason(send(customer, workbook([("xl/lagi.zip", b"PK\x03\x04")]), "a.xlsx"))
    assert "arsip" in reason(send(customer, workbook([("xl/gambar.png", b"PK\x03\x04" + b"0" * 90)]), "a.xlsx"))


def test_parts_that_overlap_are_refused(customer):
    content = bytearray(workbook([("xl/a.txt", b"x" * 500), ("xl/b.txt", b"y" * 500)]))
    entries = [place for place in range(len(content)) if content[place : place + 4] == b"PK\x01\x02"]
    content[entries[-1] + 42 : entries[-1] + 46] = content[entries[-2] + 42 : entries[-2] + 46]

    assert send(customer, bytes(content), "a.xlsx").status_code == 422


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


def test_files_are_stored_under_random_keys_whatever_their_names(app, customer):
    for name in ("../../x.pdf", "..\\x.pdf", "CON", "-rf"):
        assert send(customer, pdf(), name).status_code == 201

    stored = [path for path in Path(app.config["FILES_DIR"]).rglob("*") if path.is_file()]
    assert all(re.fullmatch("[0-9a-f]{32}", path.name) for path in stored)


def test_a_name_of_five_thousand_signs_is_shortened(customer):
    name = send(customer, pdf(), "a" * 5000 + ".pdf").json["name"]

    assert len(name) <= 120
    assert name.endswith(".pdf")


def test_line_breaks_in_a_name_reach_no_header(customer):
    body = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a%0d%0aSet-Cookie: b.pdf"\r\n\r\n' + pdf()
    answer = customer.post(
        FILES, data=body + b"\r\n--x--\r\n", headers={"Content-Type": "multipart/form-data; boundary=x"}
    )

    served = customer.get(f"{FILES}/{answer.json['id']}")
    assert "Set-Cookie" not in served.headers


# row 14: a kept workbook is only handed back; what could act when it is opened is refused
@pytest.mark.parametrize(
    "part", ["xl/vbaProject.bin", "xl/externalLinks/externalLink1.xml", "xl/embeddings/oleObject1.bin"]
)
def test_macros_links_and_embedded_objects_are_refused(customer, part):
    assert "makro" in reason(send(customer, workbook([(part, b"isi")]), "a.xlsx"))


# row 15
def test_where_a_photo_was_taken_is_stripped(customer):
    exif = Image.Exif()
    exif[0x010E] = "rahasia"
    exif.get_ifd(0x8825)[2] = (0.0, 1.0, 2.0)
    content = picture("JPEG", exif=exif, comment=b"catatan rahasia")

    kept = bytes_of(customer, send(customer, content, "foto.jpg"))

    assert b"rahasia" in content
    assert b"rahasia" not in kept
    with Image.open(io.BytesIO(kept)) as image:
        assert not image.getexif()


def test_a_photo_stands_upright_without_its_exif(customer):
    exif = Image.Exif()
    exif[0x0112] = 6

    kept = bytes_of(customer, send(customer, picture("JPEG", size=(40, 20), exif=exif), "foto.jpg"))

    with Image.open(io.BytesIO(kept)) as image:
        assert image.size == (20, 40)


# row 16
def test_the_same_file_is_kept_once_for_each_person(customer, as_):
    first, second = send(customer, pdf()), send(customer, pdf())

    assert first.json == second.json
    assert send(as_("analyst"), pdf()).json["id"] != first.json["id"]


def test_a_repeated_key_gives_the_first_answer_and_refuses_other_content(customer):
    key = {"Idempotency-Key": "unggah-1"}
    first = send(customer, pdf(), headers=key)

    assert send(customer, pdf(), headers=key).json == first.json
    assert send(customer, picture(), "b.png", headers=key).status_code == 422


def test_no_temporary_file_is_left(customer, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    send(customer, pdf())
    send(customer, b"bukan apa-apa")

    assert list(tmp_path.iterdir()) == []


def test_the_parser_sees_none_of_our_settings(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://rahasia")

    assert "rahasia" not in json.dumps(inspection._environment())

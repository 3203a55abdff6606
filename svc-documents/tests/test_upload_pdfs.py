"""Rows 8 and 9: PDFs and files with a second face."""

import io
import time
import zipfile
import zlib

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name


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


def test_active_content_does_not_survive(customer, send, bytes_of, pdf):
    kept = bytes_of(customer, send(customer, pdf(active)))

    with pikepdf.open(io.BytesIO(kept)) as document:
        for thing in document.objects:
            text = repr(thing) if isinstance(thing, pikepdf.Dictionary) else ""
            for word in ("JavaScript", "Launch", "OpenAction", "EmbeddedFiles", "FileAttachment", "/AA"):
                assert word not in text


def test_a_harmless_link_survives(customer, send, bytes_of, pdf):
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
@pytest.mark.parametrize(
    ("name", "maker", "form"), [("a.pdf", "pdf", None), ("a.jpg", "picture", "JPEG"), ("a.png", "picture", "PNG")]
)
def test_a_second_face_behind_the_file_is_cut_off(customer, request, name, maker, form, tail, send, bytes_of):
    make = request.getfixturevalue(maker)
    kept = bytes_of(customer, send(customer, (make(form) if form else make()) + tail, name))

    assert tail.strip() not in kept


def test_a_pdf_that_is_also_an_archive_keeps_only_the_pdf(customer, send, bytes_of, pdf):
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("jahat.html", "<script>")

    kept = bytes_of(customer, send(customer, pdf() + inner.getvalue()))

    assert not zipfile.is_zipfile(io.BytesIO(kept))


# row 9
def test_an_encrypted_pdf_is_named_so(customer, send, reason, pdf):
    locked = pdf(encryption=pikepdf.Encryption(owner="a", user="b"))

    assert "kata sandi" in reason(send(customer, locked))


def test_a_pdf_of_ten_thousand_pages_is_refused_in_words(customer, send, reason, pdf):
    assert "2.000 halaman" in reason(send(customer, pdf(pages=10_000)))


def test_a_pdf_whose_tables_point_at_themselves_ends(customer, send):
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


def test_a_gigabyte_behind_a_small_stream_does_not_reach_our_memory(customer, send, pdf):
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


def test_a_torn_pdf_is_answered_in_words(customer, send, reason):
    assert "rusak" in reason(send(customer, b"%PDF-1.7\n" + b"\xff" * 3000))

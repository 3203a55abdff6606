"""Rows 10, 11, 14 and 15: pictures and archives."""

import io
import struct
import time
import zlib

import pytest
from PIL import Image


# row 10
def png_of(width, height):
    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    )


def test_an_image_bomb_is_refused_before_it_is_decoded(customer, send, reason):
    began = time.monotonic()

    assert "megapiksel" in reason(send(customer, png_of(50_000, 50_000), "foto.png"))
    assert time.monotonic() - began < 5


# row 11
def test_a_bomb_by_declared_size_is_refused(customer, send, reason, workbook):
    assert "tidak wajar" in reason(send(customer, workbook([("xl/media/a.txt", b"\0" * 40_000_000)]), "a.xlsx"))


def test_a_bomb_that_lies_about_its_size_is_counted(customer, send, workbook):
    content = bytearray(workbook([("xl/lama.txt", bytes(range(256)) * 4000)]))
    entry = content.rfind(b"PK\x01\x02", 0, content.rfind(b"xl/lama.txt"))
    content[entry + 24 : entry + 28] = struct.pack("<I", 100)

    assert send(customer, bytes(content), "a.xlsx").status_code == 422


def test_an_archive_of_too_many_parts_is_refused(customer, send, reason, workbook):
    assert "bagian" in reason(send(customer, workbook([(f"xl/p{n}.xml", b"") for n in range(2_100)]), "a.xlsx"))


def test_an_archive_inside_the_archive_is_refused(customer, send, reason, workbook):
    assert "arsip" in reason(send(customer, workbook([("xl/lagi.zip", b"PK\x03\x04")]), "a.xlsx"))
    assert "arsip" in reason(send(customer, workbook([("xl/gambar.png", b"PK\x03\x04" + b"0" * 90)]), "a.xlsx"))


def test_parts_that_overlap_are_refused(customer, send, workbook):
    content = bytearray(workbook([("xl/a.txt", b"x" * 500), ("xl/b.txt", b"y" * 500)]))
    entries = [place for place in range(len(content)) if content[place : place + 4] == b"PK\x01\x02"]
    content[entries[-1] + 42 : entries[-1] + 46] = content[entries[-2] + 42 : entries[-2] + 46]

    assert send(customer, bytes(content), "a.xlsx").status_code == 422


# row 14: a kept workbook is only handed back; what could act when it is opened is refused
@pytest.mark.parametrize(
    "part", ["xl/vbaProject.bin", "xl/externalLinks/externalLink1.xml", "xl/embeddings/oleObject1.bin"]
)
def test_macros_links_and_embedded_objects_are_refused(customer, part, send, reason, workbook):
    assert "makro" in reason(send(customer, workbook([(part, b"isi")]), "a.xlsx"))


# row 15
def test_where_a_photo_was_taken_is_stripped(customer, send, bytes_of, picture):
    exif = Image.Exif()
    exif[0x010E] = "rahasia"
    exif.get_ifd(0x8825)[2] = (0.0, 1.0, 2.0)
    content = picture("JPEG", exif=exif, comment=b"catatan rahasia")

    kept = bytes_of(customer, send(customer, content, "foto.jpg"))

    assert b"rahasia" in content
    assert b"rahasia" not in kept
    with Image.open(io.BytesIO(kept)) as image:
        assert not image.getexif()


def test_a_photo_stands_upright_without_its_exif(customer, send, bytes_of, picture):
    exif = Image.Exif()
    exif[0x0112] = 6

    kept = bytes_of(customer, send(customer, picture("JPEG", size=(40, 20), exif=exif), "foto.jpg"))

    with Image.open(io.BytesIO(kept)) as image:
        assert image.size == (20, 40)

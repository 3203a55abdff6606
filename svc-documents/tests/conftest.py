"""Uploads to send, and what is said of them."""

import io
import zipfile

import openpyxl
import pikepdf
import pytest
from PIL import Image

FILES = "/api/v1/documents/files"


def _send(person, content, name="berkas.pdf", **more):
    head = f'--x\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode()
    headers = {"Content-Type": "multipart/form-data; boundary=x", **more.pop("headers", {})}
    return person.post(FILES, data=head + content + b"\r\n--x--\r\n", headers=headers, **more)


@pytest.fixture
def send():
    return _send


def _reason(answer):
    assert answer.content_type == "application/problem+json"
    return answer.json["errors"]["file"][0]


@pytest.fixture
def reason():
    return _reason


def _bytes_of(person, answer):
    assert answer.status_code == 201, answer.json
    return person.get(f"{FILES}/{answer.json['id']}").data


@pytest.fixture
def bytes_of():
    return _bytes_of


def _picture(form="PNG", size=(40, 30), **options):
    target = io.BytesIO()
    Image.new("RGB", size, "teal").save(target, format=form, **options)
    return target.getvalue()


@pytest.fixture
def picture():
    return _picture


def _pdf(change=lambda document: None, pages=1, **saving):
    with pikepdf.new() as document:
        for _ in range(pages):
            document.add_blank_page()
        change(document)
        target = io.BytesIO()
        document.save(target, **(saving or {"deterministic_id": True}))
        return target.getvalue()


@pytest.fixture
def pdf():
    return _pdf


def _workbook(extra=(), content=None):
    target = io.BytesIO()
    book = openpyxl.Workbook()
    book.active["A1"] = content or "satu"
    book.save(target)
    with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, part in extra:
            archive.writestr(name, part)
    return target.getvalue()


@pytest.fixture
def workbook():
    return _workbook


@pytest.fixture
def customer(as_):
    return as_("customer")

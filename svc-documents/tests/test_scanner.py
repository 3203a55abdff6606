"""Uploads and a virus scanner that speaks clamd's protocol: here a small server that knows one bad word."""

import io
import socketserver
import struct
import threading
import uuid

import pikepdf
import pytest

from chassis import keys
from svc_documents.files import rules

FILES = "/api/v1/documents/files"
BAD = b"jahat-jahat-jahat"


class Clamd(socketserver.StreamRequestHandler):
    def handle(self):
        assert self.rfile.read(10) == b"zINSTREAM\0"
        content = b""
        while size := struct.unpack(">I", self.rfile.read(4))[0]:
            content += self.rfile.read(size)
        self.wfile.write(b"stream: Uji.Coba FOUND\0" if BAD in unpacked(content) else b"stream: OK\0")


def unpacked(content):
    """A scanner looks inside PDFs, too."""
    with pikepdf.open(io.BytesIO(content)) as document:
        return str(document.docinfo.get("/Title", "")).encode()


@pytest.fixture
def clamd(app, monkeypatch):
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Clamd) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setitem(app.config, "CLAMD_ADDRESS", f"127.0.0.1:{server.server_address[1]}")
        yield app.config["CLAMD_ADDRESS"]
        server.shutdown()


@pytest.fixture
def no_clamd(app, monkeypatch):
    monkeypatch.setitem(app.config, "CLAMD_ADDRESS", "127.0.0.1:9")


def pdf(word):
    with pikepdf.new() as document:
        document.add_blank_page()
        document.docinfo["/Title"] = word.decode()
        target = io.BytesIO()
        document.save(target)
        return target.getvalue()


@pytest.fixture
def uploader(as_):
    return as_("customer")


def send(person, word=b"baik"):
    return person.post(FILES, data={"file": (io.BytesIO(pdf(word)), "a.pdf")})


@pytest.fixture
def read_as_another(as_, trusted, uploader):
    def read(file_id):
        signer = keys.Signer.from_file("svc-testing", trusted / "svc-testing.json")
        grant = signer.sign("svc-documents", lifetime=300, kind="grant", file=file_id, by=uploader.person.id)
        return as_("analyst", id=str(uuid.uuid4())).get(f"{FILES}/{file_id}?grant={grant}")

    return read


def scan_waiting(app):
    with app.app_context():
        rules.scan_waiting()


def test_what_the_scanner_finds_is_refused(clamd, uploader):
    answer = send(uploader, BAD)

    assert answer.status_code == 422
    assert "virus" in answer.json["errors"]["file"][0]


def test_a_scanned_file_is_open_to_others_at_once(clamd, uploader, read_as_another):
    assert read_as_another(send(uploader).json["id"]).status_code == 200


def test_while_the_scanner_is_away_only_the_uploader_opens_the_file(no_clamd, uploader, read_as_another):
    file_id = send(uploader).json["id"]

    assert uploader.get(f"{FILES}/{file_id}").status_code == 200
    waiting = read_as_another(file_id)
    assert waiting.status_code == 409
    assert "menunggu pemindaian" in waiting.json["detail"]


def test_the_scanner_comes_back_and_the_file_opens(app, no_clamd, uploader, read_as_another, request):
    file_id = send(uploader).json["id"]
    scan_waiting(app)
    assert read_as_another(file_id).status_code == 409

    request.getfixturevalue("clamd")
    scan_waiting(app)

    assert read_as_another(file_id).status_code == 200


def test_a_virus_found_late_opens_for_nobody(app, no_clamd, uploader, read_as_another, request):
    file_id = send(uploader, BAD).json["id"]
    request.getfixturevalue("clamd")

    scan_waiting(app)

    assert read_as_another(file_id).status_code == 410
    assert uploader.get(f"{FILES}/{file_id}").status_code == 410


def test_without_a_scanner_nothing_waits(app, uploader, read_as_another):
    assert app.config["CLAMD_ADDRESS"] == ""
    assert read_as_another(send(uploader).json["id"]).status_code == 200

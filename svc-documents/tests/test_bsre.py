"""BSrE's eSign client service stands in as a real HTTP server that speaks as it does, and signs."""

import email
import json
import threading
from base64 import b64decode
from datetime import timedelta
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import time_machine

from chassis.db import db, now
from chassis.problems import Unavailable
from deploy import seals
from svc_documents.models import File
from svc_documents.signing import bsre, providers
from svc_documents.signing.seal import Seal
from svc_documents.storage import storage

pytestmark = pytest.mark.usefixtures("office")
ACCOUNT = {"username": "balai", "password": "sandi-layanan", "nik": "3171010101010001", "passphrase": "frasa-rahasia"}


class Service:
    """`says`: what it answers instead of a signature; `delay`: how long it thinks."""

    def __init__(self):
        service, person = self, Seal(seals.make(demo=True, name="Kepala Balai Contoh").encode())
        self.asked, self.says, self.delay = [], None, threading.Event()
        self.delay.set()

        class Answer(BaseHTTPRequestHandler):
            def do_POST(self):
                form = service.read(self)
                service.asked.append({"path": self.path, **{k: v for k, v in form.items() if k != "file"}})
                service.delay.wait(10)
                if service.says:
                    status, body = service.says
                elif form["authorization"] != "balai:sandi-layanan":
                    status, body = 401, b'{"error": "Unauthorized"}'
                elif form["passphrase"] != ACCOUNT["passphrase"]:
                    status, body = 400, json.dumps({"status_code": 2031, "error": "Passphrase anda salah"}).encode()
                else:
                    status, body = 200, person.sign(form["file"])
                self.send_response(status)
                self.send_header("id_dokumen", "a1b2")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @staticmethod
    def read(request):
        body = request.rfile.read(int(request.headers["Content-Length"]))
        head = f"Content-Type: {request.headers['Content-Type']}\r\n\r\n".encode()
        parts = email.message_from_bytes(head + body, policy=HTTP).iter_parts()
        form = {part.get_param("name", header="content-disposition"): part.get_payload(decode=True) for part in parts}
        known = {name: value if name == "file" else value.decode() for name, value in form.items()}
        scheme, _, secret = request.headers["Authorization"].partition(" ")
        return {**known, "authorization": b64decode(secret).decode() if scheme == "Basic" else ""}

    def close(self):
        self.delay.set()
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def service():
    service = Service()
    yield service
    service.close()


@pytest.fixture
def account(app, service, tmp_path, monkeypatch):
    """`account(passphrase="salah")`: reports go to BSrE, with this account."""

    def use(**changes):
        path = tmp_path / "bsre.json"
        path.write_text(json.dumps({**ACCOUNT, "url": service.url, **changes}))
        monkeypatch.setitem(app.config, "BSRE_FILE", str(path))
        monkeypatch.setitem(app.extensions, "signature_providers", {})
        assert app.test_cli_runner().invoke(args=["signing", "choose", "test_report", "bsre"]).exit_code == 0

    return use


def test_a_report_is_signed_by_bsre_and_says_so(app, account, service, make_report, tool, tmp_path, published):
    account()
    report = make_report()
    report.tell("approved")

    document = report.print()

    assert (document.status, document.signature) == ("signed", "bsre")
    assert published(prefix="documents.") == ["documents.document.rendered"]
    (asked,) = service.asked
    assert asked == {
        "path": "/api/sign/pdf",
        "authorization": "balai:sandi-layanan",
        "nik": ACCOUNT["nik"],
        "passphrase": ACCOUNT["passphrase"],
        "tampilan": "invisible",
    }
    with app.app_context():
        key = db.session.get(File, document.file_id).storage_key
        (tmp_path / "signed.pdf").write_bytes(b"".join(storage().read(key)))
    said = tool("pdfsig", tmp_path / "signed.pdf")
    assert "Kepala Balai Contoh" in said
    assert "Signature is Valid." in said
    assert "diterbitkan BSrE, BSSN" in " ".join(tool("pdftotext", tmp_path / "signed.pdf", "-").split())


def test_while_bsre_is_down_a_report_waits_and_costs_no_attempt(account, service, make_report, published):
    account()
    service.says = (503, b"")
    report = make_report()
    report.tell("approved")

    for minute in range(4):
        with time_machine.travel(now() + timedelta(minutes=minute), tick=True):
            document = report.print()
            assert (document.status, document.attempts, document.file_id) == ("unsigned", 0, None)
    assert "tidak menjawab" in document.error
    assert published(prefix="documents.") == []

    service.says = None
    with time_machine.travel(now() + timedelta(minutes=9), tick=True):
        assert report.print().status == "signed"
    assert published(prefix="documents.") == ["documents.document.rendered"]


def test_nobody_there_and_no_answer_are_the_same(account, service, monkeypatch):
    slow = bsre.Bsre(bsre.Account(**{**ACCOUNT, "url": service.url}))
    monkeypatch.setattr(bsre, "TIMEOUT", (1, 0.2))
    service.delay.clear()
    with pytest.raises(Unavailable):
        slow.sign(b"%PDF-1.4")

    gone = bsre.Bsre(bsre.Account(**{**ACCOUNT, "url": "http://127.0.0.1:9"}))
    with pytest.raises(Unavailable):
        gone.sign(b"%PDF-1.4")


def test_a_refusal_is_told_after_three_attempts_without_the_passphrase(app, account, make_report, published, caplog):
    from svc_documents.documents import rendering

    account(passphrase="frasa-keliru")
    report = make_report()
    report.tell("approved")

    for minute in range(4):
        with time_machine.travel(now() + timedelta(minutes=minute), tick=True):
            report.print()
            with app.app_context():
                rendering.bury_exhausted()

    kind, facts = published(full=True)[-1]
    assert (report.document().status, kind) == ("failed", "documents.document.failed")
    assert "Passphrase anda salah" in facts["error"]
    assert "frasa-keliru" not in caplog.text + json.dumps(facts, default=str)
    assert ACCOUNT["nik"] not in caplog.text


@pytest.mark.parametrize("body", [b"<html>masuk dahulu</html>", b"%PDF-1.4 tanpa tanda tangan"])
def test_what_is_no_signed_pdf_is_not_kept(service, body):
    service.says = (200, body)

    with pytest.raises(bsre.NotSigned):
        bsre.Bsre(bsre.Account(**{**ACCOUNT, "url": service.url})).sign(b"%PDF-1.4")


def test_an_account_is_never_shown(service):
    shown = repr(bsre.Account(**{**ACCOUNT, "url": service.url}))

    assert all(ACCOUNT[name] not in shown for name in ("password", "nik", "passphrase"))


def test_without_an_account_a_report_waits(app, make_report):
    assert app.test_cli_runner().invoke(args=["signing", "choose", "test_report", "bsre"]).exit_code == 0
    report = make_report()
    report.tell("approved")

    document = report.print()

    assert (document.status, document.error) == ("unsigned", providers.NO_ACCOUNT)

"""The owners of printed things stand in as small HTTP servers that answer with the example contents of `contracts/calls`."""

import copy
import json
import shutil
import subprocess
import threading
import uuid
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from chassis.db import db
from chassis.http import Peer
from deploy import seals
from svc_documents.documents import rendering
from svc_documents.documents.printer import print_document
from svc_documents.documents.registry import KINDS
from svc_documents.models import Document
from svc_documents.office import Office

pytest_plugins = ["chassis.testing"]

CONTRACTS = Path(__file__).resolve().parents[1] / "contracts"
CALLS = {"test_report": "testing.report_content", "invoice": "billing.invoice_content"}
URL = "http://127.0.0.1:8080/verifikasi/7KQ2M9XH4TCW3PZB8RVD"


def contract(path: str) -> dict[str, Any]:
    example: dict[str, Any] = json.loads((CONTRACTS / path).read_text())
    return example


def example_content(kind: str) -> dict[str, Any]:
    return contract(f"calls/{CALLS[kind]}.json")


def example_facts(event: str) -> dict[str, Any]:
    return contract(f"events/{event}.json")["data"]


class Owners:
    """What svc-testing and svc-billing answer: `contents[subject id]`; nothing for an unknown one, 503 while `is_down`."""

    def __init__(self) -> None:
        owners = self

        class Answer(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                owners.asked.append((self.path, self.headers["Authorization"]))
                content = owners.contents.get(self.path.split("/")[3])
                self._send(503 if owners.is_down else 200 if content else 404, content)

            def _send(self, status: int, content: Any) -> None:
                body = json.dumps(content).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.forget()

    def forget(self) -> None:
        self.contents: dict[str, Any] = {}
        self.asked: list[tuple[str, str]] = []
        self.is_down = False
        Peer._breakers.clear()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture(scope="session")
def _owners() -> Iterator[Owners]:
    owners = Owners()
    yield owners
    owners.close()


@pytest.fixture
def owners(_owners: Owners) -> Owners:
    _owners.forget()
    return _owners


@pytest.fixture(scope="session")
def app_settings(_owners: Owners, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    seal = tmp_path_factory.mktemp("seal") / "seal.pem"
    seals.keep(seal, demo=True)
    return {
        "seal_file": str(seal),
        "files_dir": str(tmp_path_factory.mktemp("files")),
        "peers": f"testing={_owners.address},billing={_owners.address}",
    }


@pytest.fixture
def office(deliver: Callable[..., None]) -> None:
    """The office has described itself."""
    deliver("identity.office.changed", example_facts("identity.office.changed"))


class Report:
    """A report of svc-testing on its way through this service."""

    def __init__(self, app: Flask, owners: Owners, deliver: Callable[..., None]) -> None:
        self._app, self._owners, self._deliver = app, owners, deliver
        self.id, self.order_id, self.render_id = (str(uuid.uuid4()) for _ in range(3))
        self.number = f"{self.id[:4]}/LP-BSPJI/PTK/XI/2026"
        self.says(number=self.number)

    def says(self, **changes: Any) -> None:
        self._owners.contents[self.id] = {**example_content("test_report"), **changes}

    def tell(self, event: str, **more: Any) -> None:
        ids = {"order_id": self.order_id, "report_id": self.id, "render_id": self.render_id, "number": self.number}
        self._deliver(f"testing.report.{event}", {**example_facts(f"testing.report.{event}"), **ids}, **more)

    def document(self) -> Document:
        with self._app.app_context():
            return db.session.scalars(sa.select(Document).filter_by(render_id=self.render_id)).one()

    def print(self) -> Document:
        with self._app.app_context():
            rendering.render(self.document().id)
        return self.document()


@pytest.fixture
def make_report(app: Flask, owners: Owners, deliver: Callable[..., None]) -> Callable[[], Report]:
    return lambda: Report(app, owners, deliver)


@pytest.fixture
def pdf_of(tmp_path: Path) -> Callable[..., Path]:
    """`pdf_of("invoice", {"order_number": "00152"})`: the example content with changes, printed."""

    def make(kind: str, changes: dict[str, Any] | None = None, *, url: str = URL) -> Path:
        content = copy.deepcopy(example_content(kind)) | (changes or {})
        office = Office.of(example_facts("identity.office.changed")["office"])
        loaded = KINDS[kind].content().load(content)
        path = tmp_path / f"{kind}-{uuid.uuid4().hex}.pdf"
        path.write_bytes(print_document(KINDS[kind], loaded, office=office, verify_url=url, zone="Asia/Pontianak"))
        return path

    return make


@pytest.fixture(scope="session")
def tool() -> Callable[..., str]:
    """`tool("pdftotext", path, "-")`: what a program of another maker says about our PDF."""

    def run(name: str, *args: object) -> str:
        if shutil.which(name) is None:
            pytest.skip(f"{name} is not installed")
        done = subprocess.run([name, *map(str, args)], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


@pytest.fixture(scope="session")
def text_of(tool: Callable[..., str]) -> Callable[[Path], str]:
    return lambda path: tool("pdftotext", "-layout", path, "-")

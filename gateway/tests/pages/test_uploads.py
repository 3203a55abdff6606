"""A file goes ahead of its form; what is wrong with it is told beside its field, and nothing else is lost."""

from __future__ import annotations

import ast
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest
from reader import Reader
from shelf import Shelf
from test_acts import keys, order_that_offers, page_of_act

Client = Callable[[str], Reader]
FILE = "0192a000-0000-7000-8000-000000000001"
WORDS = Path(__file__).parents[3] / "svc-documents/svc_documents/files/sandbox/sentences.py"
SENTENCES = {
    str(row.targets[0].id): str(row.value.value)  # type: ignore[attr-defined]  # a file of nothing but NAME = "text"
    for row in ast.parse(WORDS.read_text("utf-8")).body
    if isinstance(row, ast.Assign)
}
STATUS = {"TOO_LARGE": 413, "UNSUPPORTED": 415, "BUSY": 429, "WAITING": 409}
each_refusal = pytest.mark.parametrize(
    ("status", "sentence"), [(STATUS.get(name, 422), text) for name, text in SENTENCES.items()], ids=list(SENTENCES)
)


@pytest.fixture
def place(shelf: Shelf) -> str:
    return page_of_act(order_that_offers(shelf, "cs", "cancel_paid"), "cancel_paid")


@each_refusal
def test_what_is_wrong_with_a_file_stands_beside_its_field_and_the_rest_stays(
    client: Client, shelf: Shelf, place: str, status: int, sentence: str
) -> None:
    shelf.replies["POST documents/files"] = (status, {"status": status, "errors": {"file": [sentence]}})
    reader = client("cs")
    form = {**keys(reader.get(place)), "reason": "Salah pesan", "requested_by": "Bu Rina"}

    page = reader.post(place, form, expect=422, files={"proof_file": ("bukti.pdf", b"x", "application/pdf")})

    [beside] = [part for part in page.all("p") if part.get("id") == "f-proof-file-error"]
    assert sentence in "".join(beside.itertext())
    [chooser] = [field for field in page.all("input") if field.get("type") == "file"]
    assert chooser.get("aria-invalid") == "true"
    assert page.all("textarea")[0].text == "Salah pesan"
    assert "Bu Rina" in [field.get("value") for field in page.all("input")]
    assert shelf.posts() == []


@each_refusal
def test_a_file_sent_ahead_is_refused_in_the_same_words(
    client: Client, shelf: Shelf, status: int, sentence: str
) -> None:
    shelf.replies["POST documents/files"] = (status, {"status": status, "errors": {"file": [sentence]}})

    answer = client("cs").post("/unggah", {}, expect=422, is_piece=True, files={"file": ("a.pdf", b"x")})

    assert sentence in unescape(answer.html)


def test_a_file_sent_ahead_is_named_by_its_id(client: Client, shelf: Shelf) -> None:
    shelf.replies["POST documents/files"] = (201, {"id": FILE, "name": "bukti.pdf"})

    answer = client("cs").post("/unggah", {}, expect=201, is_piece=True, files={"file": ("bukti.pdf", b"%PDF-")})

    assert FILE in answer.html


def test_a_stranger_stores_nothing(client: Client, shelf: Shelf) -> None:
    client("").post("/unggah", {}, expect=303, files={"file": ("bukti.pdf", b"%PDF-")})

    assert [sent for sent in shelf.sent if "documents" in sent.path] == []


def test_a_store_that_is_down_costs_no_other_field(client: Client, shelf: Shelf, place: str) -> None:
    reader = client("cs")
    form = {**keys(reader.get(place)), "reason": "Salah pesan"}
    shelf.down.add("documents")

    page = reader.post(place, form, expect=422, files={"proof_file": ("bukti.pdf", b"x", "application/pdf")})

    assert page.all("textarea")[0].text == "Salah pesan"
    assert "tersimpan" in page.text


def test_what_the_browser_refuses_by_itself_it_says_in_the_same_words() -> None:
    script = (Path(__file__).parents[2] / "gateway/static/forms.js").read_text("utf-8")

    assert SENTENCES["EMPTY"] in script
    assert SENTENCES["TOO_LARGE"] in script

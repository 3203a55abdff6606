"""A checklist is answered with one tick and its exceptions, row by row when somebody wants to, and never by itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from reader import Page, Reader
from shelf import Shelf

Client = Callable[[str], Reader]

FACTS = {"received_at": "2026-11-20T09:00", "conclusion": "diterima"}
ROWS = 8


@pytest.fixture
def sample(shelf: Shelf) -> dict[str, Any]:
    """One that waits for its acceptance."""
    known = shelf.answers["cs"]
    found: dict[str, Any] = next(
        thing
        for path, thing in known.items()
        if path.startswith("testing/samples/") and "accept" in {each["name"] for each in thing.get("actions") or []}
    )
    shelf.replies[f"POST testing/samples/{found['id']}/actions/accept"] = (200, found)
    return found


def send(client: Client, sample: dict[str, Any], expect: int, **given: str) -> Page:
    reader, place = client("cs"), f"/tindakan/testing/samples/{sample['id']}/accept"
    form = {each.get("name", ""): each.get("value", "") for each in reader.get(place).all("input") if hidden(each)}
    return reader.post(place, {**form, **FACTS, **given}, expect=expect)


def hidden(field: Any) -> bool:
    return field.get("type") == "hidden" and (field.get("name") or "").startswith(("checklist", "_version"))


def test_nothing_is_answered_before_somebody_answers(client: Client, shelf: Shelf, sample: dict[str, Any]) -> None:
    form = client("cs").get(f"/tindakan/testing/samples/{sample['id']}/accept")

    assert [
        each for each in form.all("input") if each.get("type") in ("radio", "checkbox") and "checked" in each.attrib
    ] == []
    page = send(client, sample, 422)
    assert f"Baris {ROWS}: Pilih Hasil." in page.text
    assert shelf.posts() == []


def test_one_tick_answers_every_row(client: Client, shelf: Shelf, sample: dict[str, Any]) -> None:
    send(client, sample, 303, **{"checklist-fill": "true"})

    [sent] = shelf.posts()
    assert [row["result"] for row in sent.json["checklist"]] == ["ok"] * ROWS


def test_a_row_answered_by_itself_is_an_exception_of_the_tick(
    client: Client, shelf: Shelf, sample: dict[str, Any]
) -> None:
    exception = {"checklist-5-result": "tidak", "checklist-5-note": "31 derajat"}
    send(client, sample, 303, **{"checklist-fill": "true", **exception})

    rows = shelf.posts()[0].json["checklist"]
    assert [row["result"] for row in rows] == ["ok"] * 5 + ["tidak"] + ["ok"] * 2
    assert (rows[5]["item"], rows[5]["note"]) == ("Suhu saat diterima", "31 derajat")


def test_a_form_shown_again_shows_what_the_tick_answered(client: Client, sample: dict[str, Any]) -> None:
    page = send(client, sample, 422, **{"checklist-fill": "true", "conclusion": ""})

    chosen = [
        each.get("value") for each in page.all("input") if each.get("type") == "radio" and "checked" in each.attrib
    ]
    assert chosen == ["ok"] * ROWS

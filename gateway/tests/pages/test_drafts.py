"""A draft saves itself field by field; what another window wrote is never overwritten unseen."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from reader import Reader
from shelf import Shelf

Client = Callable[[str], Reader]


@pytest.fixture
def order(shelf: Shelf) -> dict[str, object]:
    return next(
        thing
        for path, thing in shelf.answers["pelanggan"].items()
        if path.startswith("testing/orders/") and "samples" in thing
    )


def patches(shelf: Shelf) -> list[tuple[object, str]]:
    return [(sent.json, sent.headers["If-Match"]) for sent in shelf.sent if sent.method == "PATCH"]


def test_one_field_is_saved_under_the_version_that_was_seen(
    client: Client, shelf: Shelf, order: dict[str, object]
) -> None:
    shelf.replies[f"PATCH testing/orders/{order['id']}"] = (200, {**order, "version": 8})

    form = {"name": "remark", "value": " dua jeriken ", "_version": "7"}
    answer = client("pelanggan").post(f"/pengujian/order/{order['id']}/simpan", form, expect=200, is_piece=True)

    assert patches(shelf) == [({"remark": "dua jeriken"}, '"7"')]
    assert json.loads(answer.html)["version"] == 8


def test_when_another_window_was_faster_its_text_comes_back(
    client: Client, shelf: Shelf, order: dict[str, object]
) -> None:
    shelf.replies[f"PATCH testing/orders/{order['id']}"] = (412, {"status": 412, "detail": "berubah"})
    shelf.replies[f"GET testing/orders/{order['id']}"] = (200, {**order, "remark": "dari tab lain", "version": 9})

    form = {"name": "remark", "value": "dari sini", "_version": "7"}
    answer = client("pelanggan").post(f"/pengujian/order/{order['id']}/simpan", form, expect=412, is_piece=True)

    told = json.loads(answer.html)
    assert (told["version"], told["theirs"]["remark"]) == (9, "dari tab lain")


def test_without_scripts_both_texts_stand_beside_each_other(
    client: Client, shelf: Shelf, order: dict[str, object]
) -> None:
    shelf.replies[f"PATCH testing/orders/{order['id']}"] = (412, {"status": 412, "detail": "berubah"})
    now = {**order, "remark": "dari tab lain", "version": 9}
    shelf.replies[f"GET testing/orders/{order['id']}"] = (200, now)
    form = {"origin": "bring_in", "report_name": "PT Contoh", "remark": "dari sini", "_version": "7"}

    page = client("pelanggan").post(f"/pengujian/order/{order['id']}/ubah", form, expect=412)

    assert "Di jendela lain: “dari tab lain”" in page.text
    assert "dari sini" in [area.text for area in page.all("textarea")]
    assert page.hidden("_version") == "9"


def test_what_does_not_save_itself_is_not_saved(client: Client, shelf: Shelf, order: dict[str, object]) -> None:
    for name in ("standard_id", "status", "customer_id", ""):
        form = {"name": name, "value": "x", "_version": "1"}
        client("pelanggan").post(f"/pengujian/sampel/{order['id']}/simpan", form, expect=404, is_piece=True)

    assert patches(shelf) == []


def test_a_field_that_cannot_be_saved_says_why(client: Client, shelf: Shelf, order: dict[str, object]) -> None:
    refusal = {"status": 422, "errors": {"contact": ["Paling panjang 200 huruf."]}}
    shelf.replies[f"PATCH testing/orders/{order['id']}"] = (422, refusal)
    form = {"name": "contact", "value": "x" * 201, "_version": "7"}

    answer = client("pelanggan").post(f"/pengujian/order/{order['id']}/simpan", form, expect=422, is_piece=True)

    assert json.loads(answer.html) == {"reason": "Paling panjang 200 huruf."}


def test_a_text_that_was_emptied_is_emptied(client: Client, shelf: Shelf, order: dict[str, object]) -> None:
    shelf.replies[f"PATCH testing/orders/{order['id']}"] = (200, order)
    form = {"origin": "bring_in", "report_name": "PT Contoh", "remark": "", "_version": "7"}

    client("pelanggan").post(f"/pengujian/order/{order['id']}/ubah", form, expect=303)

    [(sent, _)] = patches(shelf)
    assert isinstance(sent, dict)
    assert sent["remark"] == ""

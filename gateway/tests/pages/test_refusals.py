"""A refusal keeps its status, stands beside its field, and a form that is sent twice counts once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from reader import Page, Reader
from shelf import Shelf

from gateway.views.page import field_id

Client = Callable[[str], Reader]

NAMED = {"fields": [{"name": "name", "label": "Nama", "kind": "text", "required": True}]}
STAFF = {
    "fields": [
        *NAMED["fields"],
        {
            "name": "roles",
            "label": "Tugas",
            "kind": "list",
            "fields": [
                {
                    "name": "role",
                    "label": "Tugas",
                    "kind": "choice",
                    "options": [{"value": "analyst", "label": "Analis"}],
                }
            ],
        },
    ]
}
TAKEN = "Nama ini sudah dipakai."
ADDING = (("/master/parameter/tambah", "testing/parameters"), ("/akun/tambah", "identity/staff"))
LINKS = (
    ("/lupa-sandi", "identity/password-resets", {"email": "budi@contoh.id"}),
    ("/atur-ulang-sandi", "identity/password-resets/redeem", {"password": "sandi yang panjang"}),
    ("/undangan", "identity/invitations/accept", {"name": "B", "username": "b", "password": "sandi yang panjang"}),
)


def refused(shelf: Shelf, path: str, status: int, **said: Any) -> None:
    shelf.replies[f"GET {path}/form"] = (200, NAMED)
    shelf.replies[f"POST {path}"] = (status, {"title": "Tidak dapat", "status": status, **said})


def beside(page: Page, name: str) -> str:
    return next(("".join(each.itertext()) for each in page.all("p") if each.get("id") == f"{field_id(name)}-error"), "")


@pytest.mark.parametrize(("page", "path"), ADDING)
@pytest.mark.parametrize(("status", "shown"), [(403, 403), (409, 409), (412, 412), (422, 422), (429, 429), (503, 503)])
def test_what_may_not_be_added_is_answered_with_the_status_of_the_refusal(
    client: Client, shelf: Shelf, page: str, path: str, status: int, shown: int
) -> None:
    refused(shelf, path, status, detail="Belum dapat ditambahkan.")

    again = client("admin").post(page, {"name": "Besi"}, expect=shown)

    assert "Belum dapat ditambahkan." in again.text
    assert again.hidden("name") == "Besi"


@pytest.mark.parametrize(("page", "path"), ADDING)
@pytest.mark.parametrize("status", [409, 422])
def test_the_message_of_a_refusal_stands_beside_its_field(
    client: Client, shelf: Shelf, page: str, path: str, status: int
) -> None:
    refused(shelf, path, status, errors={"name": [TAKEN]})

    assert TAKEN in beside(client("admin").post(page, {"name": "Besi"}, expect=status), "name")


@pytest.mark.parametrize(("status", "shown"), [(403, 403), (404, 404), (409, 409), (412, 412), (422, 422), (500, 503)])
def test_the_picker_keeps_the_status_of_a_refusal_and_what_was_picked(
    client: Client, shelf: Shelf, status: int, shown: int
) -> None:
    known = shelf.answers["pelanggan"]
    sample = next(thing for path, thing in known.items() if path.startswith("testing/samples/") and thing["parameters"])
    picked = sample["parameters"][0]["id"]
    said = {"title": "Tidak dapat", "status": status, "detail": "Sampel ini sudah dikirim."}
    shelf.replies[f"PUT testing/samples/{sample['id']}/parameters"] = (status, said)

    page = client("pelanggan").post(f"/pengujian/sampel/{sample['id']}/parameter", {"parameters": picked}, expect=shown)

    assert ("Draf ini diubah di jendela lain" if status == 412 else "Sampel ini sudah dikirim.") in page.text
    assert [each.get("value") for each in page.all("input") if "checked" in each.attrib] == [picked]


def test_a_message_about_one_tick_stands_beside_the_ticks(client: Client, shelf: Shelf) -> None:
    refused(shelf, "identity/staff", 422, errors={"roles.0.role": ["Tugas ini tidak dikenal."]})
    shelf.replies["GET identity/staff/form"] = (200, STAFF)

    page = client("admin").post("/akun/tambah", {"name": "Budi", "roles": "analyst"}, expect=422)

    assert "Tugas ini tidak dikenal." in beside(page, "roles")


@pytest.mark.parametrize(("page", "path", "typed"), LINKS)
def test_a_link_form_sent_twice_is_one_act(
    client: Client, shelf: Shelf, page: str, path: str, typed: dict[str, str]
) -> None:
    shelf.replies[f"POST {path}"] = (410, {"detail": "Tautan ini sudah dipakai.", "status": 410})
    visitor = client("")
    form = {"_key": visitor.get(f"{page}?token=abc").hidden("_key"), "token": "abc", **typed}

    for _ in range(2):
        assert "Tautan ini sudah dipakai." in visitor.post(page, form, expect=410).text

    keys = [sent.headers["Idempotency-Key"] for sent in shelf.sent if sent.path.endswith(path)]
    assert keys == [form["_key"]] * 2
    assert form["_key"]

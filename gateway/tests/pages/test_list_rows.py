"""What stands in front of each row: its number, going on from page to page, and the face of a colleague."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
from reader import Page, Reader
from shelf import Shelf

Client = Callable[[str], Reader]
LISTS = [("cs", "/pengujian/order", "testing/orders"), ("admin", "/akun", "identity/staff")]


def headings(page: Page) -> list[str]:
    return [" ".join("".join(cell.itertext()).split()) for cell in page.all("th")]


def numbers(page: Page) -> list[str]:
    return ["".join(cell.itertext()) for cell in page.all("td") if cell.get("data-label") == "No"]


def listed(shelf: Shelf, username: str, path: str, **more: Any) -> dict[str, Any]:
    found = copy.deepcopy(shelf.example(username, path)) | more
    shelf.replies[f"GET {path}"] = (200, found)
    return found


@pytest.mark.parametrize(("username", "page", "path"), LISTS)
def test_rows_are_numbered_on_from_the_page_before(
    client: Client, shelf: Shelf, username: str, page: str, path: str
) -> None:
    found = listed(shelf, username, path, start=41, count=57)
    last = 40 + len(found["items"])

    shown = client(username).get(f"{page}?cursor=x")

    assert "No" in headings(shown)
    assert numbers(shown) == [str(number) for number in range(41, last + 1)]
    assert f"41–{last} dari 57" in shown.text


def test_masters_are_numbered_too(client: Client, shelf: Shelf) -> None:
    row = {"id": "0199d000-0000-7000-8000-0000000000aa", "name": "BOD", "status": None, "links": {}, "actions": []}
    shelf.replies["GET testing/parameters"] = (200, {"items": [row, row], "next": None, "count": 22, "start": 21})

    assert numbers(client("admin").get("/master/parameter")) == ["21", "22"]


def test_accounts_stand_as_in_the_manual_with_their_pictures(client: Client, shelf: Shelf) -> None:
    found = listed(shelf, "admin", "identity/staff")
    first, second = found["items"][:2]
    first["links"]["photo"] = "/api/v1/documents/files/0199d000-0000-7000-8000-0000000000aa?grant=contoh"

    page = client("admin").get("/akun")

    assert headings(page)[:5] == ["No", "Foto", "NIP", "Nama", "Username"]
    [picture] = [each for each in page.all("img") if "/staff/" in each.get("src", "")]
    assert picture.get("src") == f"/unduh/identity/staff/{first['id']}/photo"
    assert picture.get("alt") == f"Foto {first['name']}"
    assert "belum ada foto" in page.text
    assert second["name"] in page.text


def test_accounts_can_be_taken_along_as_a_sheet_with_the_filter_and_the_columns(client: Client, shelf: Shelf) -> None:
    shelf.replies["POST identity/exports"] = (200, {"links": {"file": "/api/v1/identity/staff?format=xlsx"}})
    admin = client("admin")
    page = admin.get("/akun?role=analyst&columns=nip&columns=name")
    form = page.form_of("/unduhan/identity/staff")
    given = {each.get("name", ""): each.get("value", "") for each in form.iter("input")}

    answer = admin.post("/unduhan/identity/staff", {**given, "format": "xlsx"}, expect=303)

    target = answer.headers["Location"]
    assert target.startswith("/akun?")
    assert all(part in target for part in ("role=analyst", "columns=nip%2Cname", "format=xlsx"))

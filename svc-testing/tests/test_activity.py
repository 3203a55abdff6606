"""History Pelanggan and History Admin: who did what, for admins, searchable."""

from __future__ import annotations

from typing import Any

import pytest

URL = "/api/v1/testing/activity"


@pytest.mark.parametrize("role", ["customer", "customer_service", "lab_coordinator", "analyst"])
def test_only_admins_read_what_everybody_did(office: Any, role: str) -> None:
    assert getattr(office, role).get(URL).status_code == 403


def test_customers_and_staff_are_told_apart(office: Any) -> None:
    office.make("invoiced")

    def acts(who: str) -> set[str]:
        return {row["transition"] for row in office.super_admin.get(f"{URL}?who={who}&limit=200").json["items"]}

    assert acts("customers") == {"create", "submit"}
    assert acts("staff") == {"forward"}
    assert "forward" not in acts("system")


def test_what_was_done_is_found_by_name_note_and_thing(office: Any) -> None:
    office.make("invoiced")
    parameter = office.super_admin.get("/api/v1/testing/parameters?q=BOD").json["items"][0]
    office.super_admin.post(
        f"/api/v1/testing/parameters/{parameter['id']}/actions/block", json={"note": "Alat 100% rusak"}
    )

    def found(text: str) -> list[str]:
        items = office.super_admin.get(URL, query_string={"q": text}).json["items"]
        return [row["transition"] for row in items]

    assert found("admin utama") == ["block"]
    assert found("100% rusak") == ["block"]
    assert found(parameter["id"]) == ["block"]
    assert found("petugas loket") == ["forward"]
    assert found("100_ rusak") == []


def test_pages_of_activity_follow_one_another(office: Any) -> None:
    office.make("billed")
    every = office.super_admin.get(f"{URL}?who=system&limit=200").json["items"]
    first = office.super_admin.get(f"{URL}?who=system&limit=3").json
    second = office.super_admin.get(f"{URL}?who=system&limit=3&before={first['next']}").json

    assert [row["id"] for row in first["items"] + second["items"]] == [row["id"] for row in every[:6]]


def test_a_period_without_acts_is_empty(office: Any) -> None:
    office.make("invoiced")

    assert office.super_admin.get(f"{URL}?from=2020-01-01&to=2020-12-31").json == {"items": [], "next": None}

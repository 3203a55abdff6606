"""The numbers that the office gives: shown before they are given, and changed by admins only."""

from __future__ import annotations

from typing import Any

import pytest

API = "/api/v1/testing"


def change(office: Any, series: dict[str, Any], version: Any = None, **form: Any) -> Any:
    headers = {"If-Match": f'"{version}"'} if version else {}
    return office.super_admin.post(f"{API}/series/{series['id']}/actions/edit", json=form, headers=headers)


def series(office: Any, label: str) -> dict[str, Any]:
    rows = office.super_admin.get(f"{API}/series").json["items"]
    found: dict[str, Any] = next(row for row in rows if row["number"] == label)
    return found


def test_the_next_number_is_shown_as_it_will_be(office: Any) -> None:
    office.make("numbered")
    analysis = series(office, "Nomor analisis")
    form = {"template": "LAB-{n:04d}/{roman}/{year}"}
    preview = office.super_admin.post(f"{API}/series/{analysis['id']}/preview", json=form).json["next"]

    change(office, analysis, **form)

    assert analysis["last"] == 1
    assert preview.startswith("LAB-0002/")
    order = office.make("numbered")
    assert order["samples"][0]["number"] == preview
    [row] = office.super_admin.get(f"{API}/series/{analysis['id']}/history").json["items"]
    assert row["changes"] == {"template": ["P.{n:05d} - {year}", form["template"]]}


@pytest.mark.parametrize(
    "template", ["", "P.{year}", "P.{n.__class__}-{year}", "{n:09999d}{year}", "{code}-{n}-{year}", "P.{n}", "{n"]
)
def test_a_number_that_is_unsafe_or_comes_twice_is_refused(office: Any, template: str) -> None:
    analysis = series(office, "Nomor analisis")

    answers = [
        change(office, analysis, template=template),
        office.super_admin.post(f"{API}/series/{analysis['id']}/preview", json={"template": template}),
    ]

    assert [answer.status_code for answer in answers] == [422, 422]
    assert series(office, "Nomor analisis")["template"] == analysis["template"]


def test_numbers_are_changed_by_admins_on_the_version_they_saw(office: Any) -> None:
    analysis = series(office, "Nomor analisis")
    form = {"template": "A{n}-{year}"}

    assert office.lab_coordinator.post(f"{API}/series/{analysis['id']}/actions/edit", json=form).status_code == 403
    assert change(office, analysis, version=1, **form).status_code == 200
    assert change(office, analysis, version=1, **form).status_code == 412

"""What happened is told newest first, day by day, and what belongs together once."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from gateway.views import activity, histories, words


def _row(at: str, act: str, actor: str = "cs", note: str = "", **changed: Any) -> dict[str, Any]:
    changes = [{"label": name, "before": None, "after": value} for name, value in changed.items()]
    return {
        "at": at,
        "thing": "analysis",
        "act": act,
        "to": "x",
        "actor": {"id": actor},
        "note": note,
        "changed": changes,
    }


def test_the_same_act_on_many_things_is_told_once_with_all_that_changed() -> None:
    rows = [
        _row("2026-11-20T03:00:00+00:00", "Verifikasi", target=1),
        _row("2026-11-20T02:59:00+00:00", "Verifikasi", target=2),
    ]

    (day,) = histories.by_day(rows)

    (entry,) = day["entries"]
    assert entry["times"] == 2
    assert [change["after"] for change in entry["changed"]] == ["2", "1"]


def test_acts_of_two_people_or_with_two_notes_stay_apart() -> None:
    rows = [
        _row("2026-11-20T03:00:00+00:00", "Verifikasi"),
        _row("2026-11-20T02:00:00+00:00", "Verifikasi", actor="other"),
        _row("2026-11-20T01:00:00+00:00", "Verifikasi", actor="other", note="ulang"),
    ]

    assert [entry["times"] for entry in histories.by_day(rows)[0]["entries"]] == [1, 1, 1]


def test_only_the_newest_day_is_open_and_a_long_day_is_folded() -> None:
    rows = [_row(f"2026-11-20T03:00:{59 - n:02d}+00:00", f"Langkah {n}") for n in range(12)]
    rows.append(_row("2026-11-18T03:00:00+00:00", "Dibuat"))

    newest, older = histories.by_day(rows)

    assert (newest["is_open"], older["is_open"]) == (True, False)
    assert [len(newest["entries"]), len(newest["rest"])] == [histories.SHOWN_AT_ONCE, 4]


def test_a_message_to_several_people_is_one_entry_that_names_failures_first() -> None:
    sent = {
        "title": "Laporan terbit",
        "created_at": "2026-11-20T03:00:00+00:00",
        "status": {"code": "sent"},
        "channel": "bell",
    }
    failed = {**sent, "created_at": "2026-11-20T03:00:02+00:00", "status": {"code": "failed"}, "channel": "email"}

    (note,) = histories.told_once([sent, failed])

    assert [way["status"]["code"] for way in note["ways"]] == ["failed", "sent"]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, ""),
        (True, "ya"),
        (15000, "15.000"),
        ("2026-12-14", "14-12-2026"),
        ("2026-11-22T19:49:45+00:00", "23-11-2026 02.49 WIB"),
        ("01a204ce-3dca-76cf-ac98-9394115a2188", ""),
        ({"by": "01a204ce-3dca-76cf-ac98-9394115a2188", "collector_name": "Rina", "copies": 1}, "Rina, 1"),
        (["a", "b"], "2 baris"),
    ],
)
def test_a_changed_value_is_told_in_words_and_ids_are_not(value: Any, words: str) -> None:
    assert histories.in_words(value) == words


def test_everything_that_has_a_life_has_a_name_in_the_histories() -> None:
    """A new workflow needs a word for its thing: the generated page of workflows names them all."""
    pages = (Path(__file__).parents[3] / "docs" / "workflows.md").read_text("utf-8")
    flows = re.findall(r"^## ([a-z]+\.[a-z_]+)$", pages, re.MULTILINE)

    assert len(flows) > 15
    assert [flow for flow in flows if flow not in activity.THINGS and flow.partition(".")[2] not in words.THINGS] == []

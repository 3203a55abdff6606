"""Cek Organisme: who counts, what is refused, what is made of it, and what the report says."""

from __future__ import annotations

import contextlib
import json
import uuid
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from chassis.db import atomic, db
from chassis.problems import BadForm
from chassis.testing import CONTRACTS, same_shape
from svc_testing.analyses import rules
from svc_testing.analyses.counts import KINDS, PLANKTON, figures, read
from svc_testing.analyses.models import Analysis

API = "/api/v1/testing"
AMOUNT, SHANNON, EVENNESS = (
    "Plankton: kelimpahan",
    "Plankton: indeks keanekaragaman Shannon–Wiener (H′)",
    "Plankton: indeks keseragaman (E)",
)
DENSITY = "Bentos: kepadatan"
ROWS = [
    {"taxon": "Nitzschia", "count": 12},
    {"taxon": "navicula", "count": 8},
    {"taxon": "Brachionus", "count": 5},
    {"taxon": "Chaetoceros sp.", "group": "fitoplankton", "count": 3},
    {"taxon": "Keratella", "group": "zooplankton", "count": 2},
]
SHEET = {
    "filtered_litres": "20",
    "concentrate_ml": "50",
    "chamber_ml": "1",
    "chamber_mm2": "1000",
    "observed_mm2": "200",
    "rows": ROWS,
}
BENTOS = {"grab_cm2": "225", "grabs": 3, "rows": [{"taxon": "Tubifex", "count": 27}]}


def counted(office: Any, *parameters: str) -> dict[str, dict[str, Any]]:
    """Analyses of one sample by their name, given to analyst2."""
    order = office.make("started", parameters=parameters or (AMOUNT, SHANNON, EVENNESS), standard_code="Biota perairan")
    sample = office.seen_by(office.lab_coordinator, order["id"])["samples"][0]
    return {analysis["parameter"]: analysis for analysis in sample["analyses"]}


def of(analysis: dict[str, Any], rest: str = "/counts") -> str:
    return f"{API}/analyses/{analysis['id']}{rest}"


def save(office: Any, analysis: dict[str, Any], sheet: dict[str, Any] | None = None, **changes: Any) -> Any:
    return office.analyst2.put(of(analysis), json=(sheet or SHEET) | changes)


def test_an_analyst_counts_and_reads_the_figures(office: Any) -> None:
    analysis = counted(office)[AMOUNT]

    made = save(office, analysis).json["figures"]

    assert (made["individuals"], made["taxa"], made["abundance"], made["unit"]) == (30, 5, "375", "ind/L")
    assert [row["abundance"] for row in made["rows"]] == ["150", "100", "62.5", "37.5", "25.0"]
    assert {index["code"]: index["value"] for index in made["indices"]} == {
        "shannon": "1.428",
        "evenness": "0.888",
        "dominance": "0.273",
        "diversity": "0.752",
        "margalef": "1.176",
    }
    assert [index["criterion"] for index in made["indices"]] == ["sedang", "stabil", "tidak ada dominansi", "", ""]


def test_a_known_taxon_brings_its_spelling_and_its_group(office: Any) -> None:
    analysis = counted(office)[AMOUNT]

    rows = save(office, analysis).json["sheet"]["rows"]

    assert rows[1] == {"taxon": "Navicula", "group": "fitoplankton", "count": 8}
    assert rows[3] == {"taxon": "Chaetoceros sp.", "group": "fitoplankton", "count": 3}


def test_the_taxa_of_the_kind_are_offered(office: Any) -> None:
    analyses = counted(office, AMOUNT, DENSITY)

    plankton = office.analyst2.get(of(analyses[AMOUNT])).json
    bentos = office.analyst2.get(of(analyses[DENSITY])).json

    assert {"taxon": "Nitzschia", "group": "fitoplankton"} in plankton["taxa"]
    assert len(plankton["taxa"]) == 14
    assert {row["group"] for row in bentos["taxa"]} == {"bentos"}
    assert len(bentos["taxa"]) == 6
    assert [field["name"] for field in bentos["fields"]] == ["grab_cm2", "grabs", "rows", "nothing_found"]


def test_bentos_is_counted_by_area(office: Any) -> None:
    analysis = counted(office, DENSITY)[DENSITY]

    saved = save(office, analysis, BENTOS).json

    assert (saved["figures"]["abundance"], saved["figures"]["unit"]) == ("400", "ind/m²")
    assert saved["figures"]["rows"][0]["group"] == "bentos"
    assert saved["figures"]["indices"][1]["value"] is None


def test_one_sheet_answers_every_parameter_of_its_kind(office: Any) -> None:
    analyses = counted(office, AMOUNT, SHANNON, EVENNESS, DENSITY)

    saved = save(office, analyses[AMOUNT]).json

    shown = {name: office.analyst2.get(of(each, "")).json for name, each in analyses.items()}
    assert saved["shared_with"] == [SHANNON, EVENNESS]
    assert {name: each["draft_result"]["result"] for name, each in shown.items()} == {
        AMOUNT: "375",
        SHANNON: "1,428",
        EVENNESS: "0,888",
        DENSITY: "",
    }
    assert shown[SHANNON]["counts"] == {"taxa": 5, "individuals": 30, "offered": "1,428"}
    assert shown[DENSITY]["counts"] is None


def test_a_sheet_saved_again_offers_the_new_figure(office: Any) -> None:
    analysis = counted(office, EVENNESS)[EVENNESS]
    save(office, analysis)

    save(office, analysis, rows=[{"taxon": "Nitzschia", "count": 4}])

    assert office.analyst2.get(of(analysis, "")).json["draft_result"]["result"] == ""


def test_a_number_is_not_offered_in_another_unit(office: Any) -> None:
    analysis = counted(office, AMOUNT)[AMOUNT]
    office.act(office.supervisor, analysis, "revise", "analyses", unit="sel/mL", reason="Permintaan pelanggan")

    assert save(office, analysis).json["offered"] == ""


def test_a_sample_without_organisms_is_said_to_have_none(office: Any) -> None:
    analysis = counted(office, AMOUNT)[AMOUNT]

    saved = save(office, analysis, rows=[], nothing_found=True).json

    assert (saved["figures"]["abundance"], saved["figures"]["taxa"], saved["offered"]) == ("0", 0, "0")
    assert {index["value"] for index in saved["figures"]["indices"]} == {None}


@pytest.mark.parametrize(
    ("changes", "field", "word"),
    [
        ({"filtered_litres": None}, "filtered_litres", "kosong"),
        ({"filtered_litres": "0"}, "filtered_litres", "mulai dari 0,001"),
        ({"filtered_litres": "-20"}, "filtered_litres", "mulai dari 0,001"),
        ({"filtered_litres": "1000001"}, "filtered_litres", "antara"),
        ({"observed_mm2": "1001"}, "observed_mm2", "melebihi"),
        ({"concentrate_ml": "banyak"}, "concentrate_ml", "angka"),
        ({"rows": []}, "rows", "sekurang-kurangnya satu"),
        ({"nothing_found": True}, "nothing_found", "Tidak dapat dicentang"),
        ({"rows": [{"taxon": "Nitzschia", "count": 0}]}, "rows.0.count", "1 atau lebih"),
        ({"rows": [{"taxon": "Nitzschia", "count": -3}]}, "rows.0.count", "1 atau lebih"),
        ({"rows": [{"taxon": "Nitzschia", "count": 2.5}]}, "rows.0.count", "bulat"),
        ({"rows": [{"taxon": "", "count": 3}]}, "rows.0.taxon", "Wajib"),
        ({"rows": [{"taxon": "Chaetoceros", "count": 3}]}, "rows.0.group", "Pilih kelompok"),
        ({"rows": [{"taxon": "Keratella", "group": "fitoplankton", "count": 3}]}, "rows.0.group", "adalah zooplankton"),
        ({"rows": [{"taxon": "Tubifex", "count": 3}]}, "rows.0.group", "Pilih kelompok"),
        ({"rows": [{"taxon": "Tubifex", "group": "bentos", "count": 3}]}, "rows.0.group", "tidak dikenal"),
        ({"rows": [*ROWS, {"taxon": " NITZSCHIA ", "count": 1}]}, "rows.5.taxon", "sudah ada pada baris 1"),
        ({"grabs": 3}, "grabs", "tidak dikenal"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_nothing_is_kept(
    office: Any, changes: dict[str, Any], field: str, word: str
) -> None:
    analysis = counted(office, AMOUNT)[AMOUNT]

    answer = save(office, analysis, **changes)

    assert answer.status_code == 422
    assert word in answer.json["errors"][field][0]
    assert office.analyst2.get(of(analysis)).json["sheet"] is None


def test_no_result_is_sent_before_organisms_are_counted(office: Any) -> None:
    analysis = counted(office, AMOUNT)[AMOUNT]
    form = {"result": "375", "tested_on": "2026-08-20"}

    early = office.analyst2.post(of(analysis, "/actions/submit"), json=form)
    save(office, analysis)
    late = office.analyst2.post(of(analysis, "/actions/submit"), json=form)

    assert (early.status_code, early.json["detail"]) == (409, "Isi Cek Organisme lebih dahulu.")
    assert late.json["status"]["code"] == "submitted"


def test_only_the_assigned_analyst_counts(office: Any) -> None:
    analysis = counted(office, AMOUNT)[AMOUNT]
    others = ("analyst", "supervisor", "lab_coordinator", "report_typist", "customer", "other_customer", "super_admin")

    answers = {who: getattr(office, who).put(of(analysis), json=SHEET).status_code for who in others}

    assert answers == dict.fromkeys(others, 403) | {"analyst": 404}
    assert office.supervisor.get(of(analysis)).json["sheet"] is None


def test_the_laboratory_and_the_typist_read_a_sheet_that_they_cannot_change(office: Any) -> None:
    analysis = counted(office, AMOUNT)[AMOUNT]
    save(office, analysis)

    for who in ("supervisor", "lab_coordinator", "report_typist"):
        shown = getattr(office, who).get(of(analysis)).json
        assert (shown["figures"]["individuals"], shown["fields"]) == (30, []), who
        assert shown["figures"]["measures"][0] == {"label": "Volume air tersaring Vd (L)", "value": "20"}
        assert shown["refusal"], who
        assert shown["saved"]["by"]["name"] == "Analis Dua"


@pytest.mark.parametrize("who", ["customer", "other_customer", "customer_service", "treasurer", "analyst"])
def test_nobody_else_reads_a_sheet(office: Any, who: str) -> None:
    analysis = counted(office, AMOUNT)[AMOUNT]
    save(office, analysis)

    assert getattr(office, who).get(of(analysis)).status_code == 404


def test_a_customer_learns_no_figure_while_the_order_runs(office: Any) -> None:
    analyses = counted(office)
    save(office, analyses[AMOUNT])
    order = analyses[AMOUNT]["links"]["self"]
    found = office.lab_coordinator.get(order).json["sample"]["order_id"]

    office.act(office.analyst2, analyses[AMOUNT], "submit", "analyses", result="375", tested_on="2026-08-20")
    told = json.dumps([office.order(found), office.customer.get(f"{API}/orders/{found}/history").json])

    assert "Nitzschia" not in told
    assert '"375"' not in told
    assert "1,428" not in told


def test_a_sheet_is_closed_once_its_result_is_sent_and_open_again_when_it_is_recalled(office: Any) -> None:
    analysis = counted(office, AMOUNT)[AMOUNT]
    save(office, analysis)
    office.act(office.analyst2, analysis, "submit", "analyses", result="375", tested_on="2026-08-20")

    closed = save(office, analysis, rows=ROWS[:2])
    office.act(office.analyst2, analysis, "recall", "analyses", reason="Salah hitung")
    opened = save(office, analysis, rows=ROWS[:2])

    assert (closed.status_code, opened.status_code) == (409, 200)
    assert "tarik hasilnya" in closed.json["detail"]
    assert opened.json["figures"]["individuals"] == 20


def test_a_sheet_read_before_it_was_changed_is_not_saved_over(office: Any) -> None:
    analysis = counted(office, AMOUNT)[AMOUNT]
    version = office.analyst2.get(of(analysis)).json["version"]
    save(office, analysis)

    stale = office.analyst2.put(of(analysis), json=SHEET | {"rows": ROWS[:1]}, headers={"If-Match": f'"{version}"'})

    assert stale.status_code == 412
    assert office.analyst2.get(of(analysis)).json["figures"]["individuals"] == 30


def test_a_result_sent_while_a_sheet_is_saved_keeps_its_own_sheet(office: Any) -> None:
    """The other parameter was read before the order was locked, and sent in between."""
    analyses = counted(office)
    mine, other = (uuid.UUID(analyses[name]["id"]) for name in (AMOUNT, SHANNON))
    with office.app.test_request_context(), atomic():
        sheet_of, sent = db.session.get_one(Analysis, mine), db.session.get_one(Analysis, other)
        assert [each.status for each in sheet_of.sample.live_analyses] == ["assigned"] * 3
        behind = sa.update(Analysis).where(Analysis.id == other).values(status="submitted")
        db.session.execute(behind.execution_options(synchronize_session=False))

        rules.save_counts(rules.open_counts(sheet_of, office.analyst2.person), office.analyst2.person, SHEET)

        assert (sent.status, sent.counts, sent.draft_result) == ("submitted", None, "")
        assert sheet_of.draft_result == "375"


def test_parameters_without_organisms_have_no_sheet(office: Any) -> None:
    order = office.make("started")
    analysis = office.seen_by(office.lab_coordinator, order["id"])["samples"][0]["analyses"][0]

    assert office.analyst.get(of(analysis)).status_code == 404
    assert office.analyst.put(of(analysis), json=SHEET).status_code == 404
    assert "counts" not in analysis["links"]


def test_saving_is_in_the_history_without_figures(office: Any) -> None:
    analysis = counted(office, AMOUNT)[AMOUNT]
    save(office, analysis)

    rows = office.lab_coordinator.get(of(analysis, "/history")).json["items"]

    assert [row["transition"] for row in rows] == ["create", "assign", "count"]
    assert rows[-1]["actor"]["name"] == "Analis Dua"
    assert rows[-1]["changes"] == {}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)
AMOUNTS = st.decimals(Decimal("0.001"), Decimal(100), places=3).map(str)
TAXA = st.lists(st.text("abcdefgh", min_size=1, max_size=8), max_size=30, unique=True)


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from([*SHEET, *BENTOS, "nothing_found"]), JSON))
def test_any_sheet_is_read_or_refused_in_words(given_sheet: dict[str, Any]) -> None:
    for kind in KINDS.values():
        with contextlib.suppress(BadForm):
            figures(read(kind, given_sheet))


@settings(deadline=None)
@given(AMOUNTS, AMOUNTS, TAXA, st.integers(1, 1_000_000))
def test_every_sheet_that_is_taken_has_its_figures(litres: str, observed: str, taxa: list[str], count: int) -> None:
    rows = [{"taxon": name, "group": "zooplankton", "count": count} for name in taxa]

    made = figures(
        read(
            PLANKTON,
            SHEET | {"filtered_litres": litres, "observed_mm2": observed, "rows": rows, "nothing_found": not rows},
        )
    )

    assert made["individuals"] == count * len(taxa)
    assert len(made["rows"]) == made["taxa"] == len(taxa)
    assert Decimal(made["abundance"]) >= 0


def test_the_largest_and_the_smallest_sheet_have_figures() -> None:
    """The edges of every measure at once, so that no rounding runs out of digits."""
    many = [{"taxon": f"takson {n}", "group": "zooplankton", "count": 1_000_000} for n in range(500)]
    dense = {"filtered_litres": "0.001", "concentrate_ml": "10000", "chamber_ml": "0.001", "observed_mm2": "0.001"}
    sparse = {"filtered_litres": "1000000", "concentrate_ml": "0.001", "chamber_ml": "1000", "observed_mm2": "100000"}

    most = figures(read(PLANKTON, SHEET | dense | {"chamber_mm2": "100000", "rows": many}))
    least = figures(read(PLANKTON, SHEET | sparse | {"chamber_mm2": "100000", "rows": many[:1]}))

    assert Decimal(most["abundance"]) == Decimal("5e26")
    assert Decimal(least["abundance"]) == Decimal("0.000001")


def _finish(office: Any, analyses: dict[str, dict[str, Any]], results: dict[str, str]) -> dict[str, Any]:
    for name, result in results.items():
        office.act(office.analyst2, analyses[name], "submit", "analyses", result=result, tested_on="2026-08-20")
        office.act(office.supervisor, analyses[name], "verify", "analyses")
    found = next(iter(analyses.values()))
    order = office.order(office.lab_coordinator.get(of(found, "")).json["sample"]["order_id"])
    sample = order["samples"][0]
    office.act(office.supervisor, sample, "finish", "samples")
    office._to_checked(order)
    office._to_typed(order)
    office._to_approved(order)
    return order


def _content(office: Any, as_service: Any, order: dict[str, Any]) -> dict[str, Any]:
    report = office.reports(order)[0]
    path = f"/internal/reports/{report['id']}/content?render_id={office.render_id(report)}"
    content: dict[str, Any] = as_service("svc-documents").get(path).json
    return content


def test_the_report_lists_the_organisms_once_for_all_parameters_of_a_sheet(office: Any, as_service: Any) -> None:
    analyses = counted(office, AMOUNT, SHANNON, DENSITY)
    save(office, analyses[AMOUNT])
    save(office, analyses[DENSITY], BENTOS)

    order = _finish(office, analyses, {AMOUNT: "375", SHANNON: "1,428", DENSITY: "400"})

    plankton, bentos = _content(office, as_service, order)["samples"][0]["organisms"]
    wanted = json.loads((CONTRACTS / "calls" / "testing.report_organisms.json").read_text())
    assert same_shape([plankton, bentos], [wanted]) == []
    assert plankton == wanted
    assert [index["value"] for index in bentos["indices"]] == ["0,000", "–", "1,000"]


def test_the_report_keeps_the_sheet_that_stood_behind_the_result(office: Any, as_service: Any) -> None:
    """A sheet counted again after a return belongs to the result that was sent then."""
    analysis = counted(office, AMOUNT)
    save(office, analysis[AMOUNT])
    office.act(office.analyst2, analysis[AMOUNT], "submit", "analyses", result="375", tested_on="2026-08-20")
    office.act(office.supervisor, analysis[AMOUNT], "return", "analyses", note="Hitung ulang")
    save(office, analysis[AMOUNT], rows=ROWS[:1])

    order = _finish(office, analysis, {AMOUNT: "150"})

    (annex,) = _content(office, as_service, order)["samples"][0]["organisms"]
    assert (annex["individuals"], annex["abundance"]) == ("12", "150")


def test_a_report_without_biota_has_no_organisms(office: Any, as_service: Any) -> None:
    order = office.make("approved")

    assert _content(office, as_service, order)["samples"][0]["organisms"] == []

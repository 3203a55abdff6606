"""Cek Organisme: the sheet on which an analyst counts organisms, what it asks, and what is made of it.

A sheet belongs to the analysis it was counted for. It is kept as JSON: `kind`, `rows` of `taxon`, `group` and `count`, the measures of its
kind as decimal text, `nothing_found`, and who saved it when.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from chassis.problems import BadForm
from chassis.workflow import Field, boolean, choice, decimal, integer, list_of, text
from chassis.workflow.forms import read as read_form
from svc_testing.analyses import organisms
from svc_testing.analyses.models import Analysis

TAXA = Path(__file__).parents[1] / "seed" / "taxa.csv"
GROUPS = {"fitoplankton": "Fitoplankton", "zooplankton": "Zooplankton", "bentos": "Bentos"}
LEAST, MOST_INDIVIDUALS = Decimal("0.001"), 1_000_000
TOO_SMALL = "Tulis angka mulai dari 0,001."


def _measure(name: str, label: str, most: int, **more: Any) -> Field:
    return decimal(name, label, required=True, max=Decimal(most), **more)


@dataclass(frozen=True)
class Kind:
    code: str
    label: str
    unit: str
    amount: str
    groups: tuple[str, ...]
    measures: tuple[Field, ...]

    @property
    def fields(self) -> tuple[Field, ...]:
        groups = tuple((code, GROUPS[code]) for code in self.groups)
        row = (
            text("taxon", "Takson", required=True, max=80),
            choice("group", "Kelompok", options=groups),
            integer("count", "Jumlah", required=True, max=MOST_INDIVIDUALS),
        )
        return (
            *self.measures,
            list_of("rows", "Takson dan jumlah", fields=row),
            boolean("nothing_found", "Tidak ada organisme yang ditemukan"),
        )


PLANKTON = Kind(
    code="plankton",
    label="Plankton",
    unit="ind/L",
    amount="Kelimpahan",
    groups=("fitoplankton", "zooplankton"),
    measures=(
        _measure("filtered_litres", "Volume air tersaring Vd (L)", 1_000_000),
        _measure("concentrate_ml", "Volume konsentrat Vt (mL)", 10_000),
        _measure("chamber_ml", "Volume bilik Vcg (mL)", 1_000, initial="1", hint="Sedgwick-Rafter: 1 mL."),
        _measure("chamber_mm2", "Luas bilik Acg (mm²)", 100_000, initial="1000", hint="Sedgwick-Rafter: 1000 mm²."),
        _measure("observed_mm2", "Luas yang diamati Aa (mm²)", 100_000, hint="Jumlah lajur atau bidang × luasnya."),
    ),
)
BENTOS = Kind(
    code="bentos",
    label="Bentos",
    unit="ind/m²",
    amount="Kepadatan",
    groups=("bentos",),
    measures=(
        _measure("grab_cm2", "Luas bukaan alat A (cm²)", 100_000, hint="Ekman 15 × 15 cm: 225 cm²."),
        integer("grabs", "Jumlah cuplikan", required=True, min=1, max=1_000),
    ),
)
KINDS = {kind.code: kind for kind in (PLANKTON, BENTOS)}
# what OpenAPI says of a body: all that either kind asks
FIELDS = (
    *(decimal(each.name, each.label) for each in (*PLANKTON.measures, BENTOS.measures[0])),
    integer("grabs", "Jumlah cuplikan"),
    *(each for each in PLANKTON.fields if each.kind in ("list", "boolean")),
)

# which figure answers a parameter, by a word in its name; the number of individuals answers all others
FIGURES = (
    ("shannon", ("shannon", "keanekaragaman")),
    ("evenness", ("keseragaman", "pielou")),
    ("dominance", ("dominansi",)),
    ("diversity", ("diversitas", "1 − d")),
    ("margalef", ("margalef", "kekayaan")),
)
INDICES = {
    "shannon": ("Indeks keanekaragaman Shannon–Wiener (H′)", organisms.shannon_criterion),
    "evenness": ("Indeks keseragaman (E)", organisms.evenness_criterion),
    "dominance": ("Indeks dominansi (C)", organisms.dominance_criterion),
    "diversity": ("Indeks diversitas (1 − D)", None),
    "margalef": ("Indeks kekayaan Margalef", None),
}
PRINTED = ("shannon", "evenness", "dominance")


def kind_of(analysis: Analysis) -> Kind:
    return BENTOS if "bent" in analysis.name.casefold() else PLANKTON


@cache
def taxa() -> dict[str, tuple[str, str]]:
    """Folded name → name and group, of the common taxa that are offered."""
    with TAXA.open(encoding="utf-8", newline="") as file:
        return {row["Takson"].casefold(): (row["Takson"], row["Kelompok"]) for row in csv.DictReader(file)}


def offered_taxa(kind: Kind) -> list[dict[str, str]]:
    return [{"taxon": name, "group": group} for name, group in taxa().values() if group in kind.groups]


# reading


def read(kind: Kind, given: Any) -> dict[str, Any]:
    """The sheet as it is kept. Raises BadForm with what is wrong beside its field."""
    form = read_form(kind.fields, given)
    rows, errors = _rows(kind, form["rows"])
    errors |= {each.name: [TOO_SMALL] for each in kind.measures if form[each.name] < LEAST}
    if not rows and not form["nothing_found"]:
        errors["rows"] = ["Isi sekurang-kurangnya satu takson, atau centang bahwa tidak ada organisme yang ditemukan."]
    if rows and form["nothing_found"]:
        errors["nothing_found"] = ["Tidak dapat dicentang bila ada takson yang diisi."]
    if kind is PLANKTON and form["observed_mm2"] > form["chamber_mm2"]:
        errors["observed_mm2"] = ["Luas yang diamati tidak boleh melebihi luas bilik."]
    if errors:
        raise BadForm("Periksa kembali isian Anda.", errors=errors)
    kept = {each.name: _kept(form[each.name]) for each in kind.measures}
    return {"kind": kind.code, "rows": rows, "nothing_found": form["nothing_found"], **kept}


def _kept(value: Decimal | int) -> str | int:
    return value if isinstance(value, int) else format(value, "f")


def _rows(kind: Kind, given: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], dict[str, list[str]]]:
    rows: list[dict[str, Any]] = []
    errors: dict[str, list[str]] = {}
    places: dict[str, int] = {}
    for place, row in enumerate(given):
        name = " ".join(row["taxon"].split())
        name, listed = taxa().get(name.casefold(), (name, ""))
        group = row.get("group") or (kind.groups[0] if len(kind.groups) == 1 else listed)
        is_listed_elsewhere = listed in kind.groups and group != listed
        if (before := places.setdefault(name.casefold(), place)) != place:
            errors[f"rows.{place}.taxon"] = [f"{name} sudah ada pada baris {before + 1}."]
        if group not in kind.groups:
            errors[f"rows.{place}.group"] = [f"Pilih kelompok takson pada baris {place + 1}."]
        elif is_listed_elsewhere:
            errors[f"rows.{place}.group"] = [f"Menurut daftar, kelompok {name} adalah {listed}."]
        if row["count"] < 1:
            errors[f"rows.{place}.count"] = ["Tulis 1 atau lebih; takson yang tidak ditemukan tidak ditulis."]
        rows.append({"taxon": name, "group": group, "count": row["count"]})
    return rows, errors


# what is made of it


def abundance(sheet: dict[str, Any], count: int) -> Decimal:
    """Unrounded, in the unit of the sheet's kind."""
    if sheet["kind"] == BENTOS.code:
        return organisms.bentos_per_square_metre(count, grab_cm2=Decimal(sheet["grab_cm2"]), grabs=sheet["grabs"])
    return organisms.plankton_per_litre(count, **{each.name: Decimal(sheet[each.name]) for each in PLANKTON.measures})


def figures(sheet: dict[str, Any]) -> dict[str, Any]:
    """Everything that is said of a sheet; numbers as decimal text, None where an index is not defined."""
    found = organisms.indices([row["count"] for row in sheet["rows"]])
    return {
        "rows": [
            {**row, "group_label": GROUPS[row["group"]], "abundance": _amount(sheet, row["count"])}
            for row in sheet["rows"]
        ],
        "individuals": found.individuals,
        "taxa": found.taxa,
        "abundance": _amount(sheet, found.individuals),
        "unit": KINDS[sheet["kind"]].unit,
        "measures": measures(sheet),
        "indices": [_index(code, getattr(found, code)) for code in INDICES],
    }


def measures(sheet: dict[str, Any]) -> list[dict[str, str]]:
    return [{"label": each.label, "value": str(sheet[each.name])} for each in KINDS[sheet["kind"]].measures]


def _amount(sheet: dict[str, Any], count: int) -> str:
    return format(organisms.rounded_abundance(abundance(sheet, count)), "f")


def _index(code: str, value: float | None) -> dict[str, Any]:
    label, criterion = INDICES[code]
    rounded = None if value is None else organisms.rounded_index(value)
    return {
        "code": code,
        "label": label,
        "value": None if rounded is None else format(rounded, "f"),
        "criterion": criterion(rounded) if criterion and rounded is not None else "",
    }


def offered(analysis: Analysis) -> str:
    """The result that the sheet gives this parameter, as an analyst would type it; "" where there is none.

    A number of individuals is offered only in the unit that it was computed in.
    """
    if not analysis.counts:
        return ""
    name, made = analysis.name.casefold(), figures(analysis.counts)
    wanted = next((code for code, words in FIGURES if any(word in name for word in words)), None)
    if wanted is None:
        value = made["abundance"] if _is_in(analysis.unit, made["unit"]) else None
    else:
        value = next(index["value"] for index in made["indices"] if index["code"] == wanted)
    return (value or "").replace(".", ",")


def _is_in(unit: str, wanted: str) -> bool:
    plain = unit.casefold().replace(" ", "").replace("m2", "m²")
    return plain in ("", "-", "–", wanted.casefold())


def in_short(analysis: Analysis) -> dict[str, Any] | None:
    """How many were counted, where somebody has counted."""
    if not analysis.counts:
        return None
    rows = analysis.counts["rows"]
    return {"taxa": len(rows), "individuals": sum(row["count"] for row in rows), "offered": offered(analysis)}


# the annex of a report


def annex(analyses: Iterable[Analysis]) -> list[dict[str, Any]]:
    """One table for each sheet that stands behind the results; parameters of one sheet share it."""
    sheets: dict[str, tuple[dict[str, Any], list[str]]] = {}
    for analysis in analyses:
        sheet = analysis.result.counts if analysis.result else None
        if sheet:
            same = str({name: value for name, value in sheet.items() if not name.startswith("saved")})
            sheets.setdefault(same, (sheet, []))[1].append(analysis.name)
    return [_printed(sheet, names) for sheet, names in sheets.values()]


def _printed(sheet: dict[str, Any], parameters: list[str]) -> dict[str, Any]:
    kind, made = KINDS[sheet["kind"]], figures(sheet)
    return {
        "kind": kind.label,
        "amount": kind.amount,
        "unit": kind.unit,
        "parameters": parameters,
        "conditions": "; ".join(f"{each['label']}: {_comma(each['value'])}" for each in made["measures"]),
        "rows": [
            {
                "taxon": row["taxon"],
                "group": row["group_label"],
                "count": str(row["count"]),
                "abundance": _comma(row["abundance"]),
            }
            for row in made["rows"]
        ],
        "individuals": str(made["individuals"]),
        "taxa": str(made["taxa"]),
        "abundance": _comma(made["abundance"]),
        "indices": [
            {"label": index["label"], "value": _comma(index["value"]), "criterion": index["criterion"]}
            for index in made["indices"]
            if index["code"] in PRINTED
        ],
    }


def _comma(value: Any) -> str:
    return "–" if value is None else str(value).replace(".", ",")

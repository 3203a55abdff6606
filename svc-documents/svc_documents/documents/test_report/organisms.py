"""The annex of a sample whose organisms were counted: one table of taxa and one of indices for each count sheet."""

from reportlab.lib.units import mm
from reportlab.platypus import CondPageBreak, Flowable, KeepTogether

from ...printing.parts import grid
from ...printing.pieces import Piece, Space
from ...printing.styles import CELL, CELL_CENTRED, HEAD, HEAD_CENTRED, NOTE, STRONG, paragraph
from ...printing.tables import Grid
from ..kinds import Content

NONE_FOUND = "Tidak ada organisme yang ditemukan."
_TAXA = [9 * mm, 66 * mm, 37 * mm, 27 * mm, 35 * mm]
_INDICES = [75 * mm, 27 * mm, 72 * mm]


def annex(sheet: Content) -> list[Flowable]:
    return [*taxa(sheet), KeepTogether([indices(sheet), *notes(sheet)])]


def taxa(sheet: Content) -> list[Flowable]:
    return [
        Space(4 * mm),
        CondPageBreak(60 * mm),
        paragraph(f"Organisme: {sheet['kind']}", STRONG),
        Space(1.5 * mm),
        _taxa(sheet) if sheet["rows"] else paragraph(NONE_FOUND),
        Space(3 * mm),
    ]


def notes(sheet: Content) -> list[Piece]:
    told = (f"Dasar hasil: {'; '.join(sheet['parameters'])}.", f"{sheet['conditions']}.")
    return [Space(1.5 * mm), *(paragraph(note, NOTE) for note in told)]


def _taxa(sheet: Content) -> Piece:
    head = [
        paragraph("No.", HEAD_CENTRED),
        paragraph("Takson", HEAD),
        paragraph("Kelompok", HEAD),
        paragraph("Jumlah individu", HEAD_CENTRED),
        paragraph(f"{sheet['amount']} ({sheet['unit']})", HEAD_CENTRED),
    ]
    rows = [
        [
            paragraph(position, CELL_CENTRED),
            paragraph(row["taxon"], CELL),
            paragraph(row["group"], CELL),
            paragraph(row["count"], CELL_CENTRED),
            paragraph(row["abundance"], CELL_CENTRED),
        ]
        for position, row in enumerate(sheet["rows"], start=1)
    ]
    return grid(head, rows, _TAXA)


def indices(sheet: Content) -> Grid:
    head = [paragraph("Besaran", HEAD), paragraph("Nilai", HEAD_CENTRED), paragraph("Kriteria", HEAD)]
    said = [
        ("Jumlah takson (S)", sheet["taxa"], ""),
        ("Jumlah individu (N)", sheet["individuals"], ""),
        (f"{sheet['amount']} total ({sheet['unit']})", sheet["abundance"], ""),
        *((index["label"], index["value"], index["criterion"]) for index in sheet["indices"]),
    ]
    rows = [
        [paragraph(label, CELL), paragraph(value, CELL_CENTRED), paragraph(criterion or "–", CELL)]
        for label, value, criterion in said
    ]
    return grid(head, rows, _INDICES)

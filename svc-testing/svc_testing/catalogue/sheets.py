"""The catalogue as two sheets, Standar and Parameter: one row of a table here is one column of a sheet."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell

from svc_testing.catalogue.cells import YES_NO, BadCell, day, exact, one_of, whole, words, yes_no
from svc_testing.catalogue.limits import KINDS

MOST_ROWS = 10_000
MOST_BYTES = 64 * 1024 * 1024
MOST_COLUMNS = 40
KIND_OF = {word: kind for kind, word in KINDS.items()}


class BadSheet(ValueError):
    """The file is no sheet of ours; `complaints` say where and why."""

    def __init__(self, *complaints: str) -> None:
        super().__init__("; ".join(complaints))
        self.complaints = complaints


@dataclass(frozen=True)
class Column:
    heading: str
    name: str
    read: Callable[[Any], Any]
    is_required: bool = False
    empty: Any = ""
    show: Callable[[Any], Any] = lambda value: value


@dataclass(frozen=True)
class Table:
    title: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]

    @property
    def headings(self) -> list[str]:
        return [column.heading for column in self.columns]


@dataclass
class Reading:
    """Rows of one table, each with the number it has in the sheet, and every complaint with row and column."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


STANDARDS = Table(
    "Standar",
    key=("code",),
    columns=(
        Column("Kode", "code", words(60), is_required=True),
        Column("Judul", "title", words(200), is_required=True),
        Column("Matriks", "matrix", words(80), is_required=True),
        Column("Edisi", "edition", words(20)),
        Column("Kelas", "class_name", words(20)),
        Column("Metode acuan", "methods", words(120)),
        Column("Berlaku mulai", "valid_from", day, empty=None),
        Column("Berlaku sampai", "valid_to", day, empty=None),
        Column("Digantikan oleh", "superseded_by", words(120)),
        Column("Catatan", "note", words(2000)),
        Column("Sumber", "source", words(200)),
    ),
)
PARAMETERS = Table(
    "Parameter",
    key=("standard", "name"),
    columns=(
        Column("Kode standar", "standard", words(60), is_required=True),
        Column("Urutan", "position", whole(1, 9999), is_required=True),
        Column("Parameter", "name", words(160), is_required=True),
        Column("Satuan", "unit", words(60), is_required=True),
        Column("Jenis batas", "limit_kind", one_of(KIND_OF), is_required=True, show=KINDS.__getitem__),
        Column("Batas bawah", "limit_low", exact, empty=None),
        Column("Batas atas", "limit_high", exact, empty=None),
        Column("Batas tertulis", "limit_text", words(120)),
        Column("Kata yang memenuhi", "limit_words", words(200)),
        Column("Dasar", "limit_basis", one_of({"adbk": "adbk", "adbb": "adbb"})),
        Column("Catatan", "limit_note", words(300)),
        Column("Metode", "method", words(160), is_required=True),
        Column("Harga", "price_amount", whole(0, 999_999_999), is_required=True),
        Column("Terakreditasi", "is_accredited", one_of(YES_NO), is_required=True, show=yes_no),
        Column("Hari kerja", "lead_days", whole(0, 250), is_required=True),
        Column(
            "Kelompok lab",
            "lab_group",
            one_of({"kimia": "kimia", "mikrobiologi": "mikrobiologi"}),
            is_required=True,
        ),
        Column("Jumlah verifikasi", "required_verifiers", whole(1, 2), is_required=True),
        Column("Poin beban", "workload_points", exact, is_required=True),
        Column("Biota", "is_biota", one_of(YES_NO), is_required=True, show=yes_no),
        Column("Sumber", "source_note", words(120)),
        Column("Diblokir", "blocked_note", words(300)),
    ),
)
TABLES = (STANDARDS, PARAMETERS)


def read_rows(table: Table, lines: Iterable[Sequence[Any]]) -> Reading:
    """The first line names the columns, in any order; empty lines are passed over."""
    reading, places = Reading(), None
    for number, cells in enumerate(lines, start=1):
        if all(cell in (None, "") for cell in cells):
            continue
        if places is None:
            places = _places(table, cells)
        elif number > MOST_ROWS + 1:
            raise BadSheet(f"Lembar {table.title}: lebih dari {MOST_ROWS} baris. Bagi menjadi beberapa berkas.")
        else:
            _read_row(table, places, number, cells, reading)
    if places is None:
        raise BadSheet(f"Lembar {table.title} kosong.")
    _complain_of_twins(table, reading)
    return reading


def _places(table: Table, cells: Sequence[Any]) -> dict[str, int]:
    found = {str(cell).strip(): place for place, cell in enumerate(cells) if cell not in (None, "")}
    if absent := [heading for heading in table.headings if heading not in found]:
        raise BadSheet(f"Lembar {table.title}: kolom {', '.join(absent)} tidak ada.")
    return {heading: found[heading] for heading in table.headings}


def _read_row(table: Table, places: dict[str, int], number: int, cells: Sequence[Any], reading: Reading) -> None:
    row: dict[str, Any] = {"row": number}
    clean = True
    for column in table.columns:
        place = places[column.heading]
        try:
            row[column.name] = _read_cell(column, cells[place] if place < len(cells) else None)
        except BadCell as error:
            reading.complaints.append(complaint(table, number, column.heading, str(error)))
            clean = False
    if clean:
        reading.rows.append(row)


def _read_cell(column: Column, value: Any) -> Any:
    if isinstance(value, str) and value.lstrip().startswith("="):
        raise BadCell("berisi rumus; tulis nilainya")
    if value is None or (isinstance(value, str) and not value.strip()):
        if column.is_required:
            raise BadCell("wajib diisi")
        return column.empty
    return column.read(value)


def _complain_of_twins(table: Table, reading: Reading) -> None:
    first: dict[tuple[Any, ...], int] = {}
    for row in reading.rows:
        key = tuple(row[name] for name in table.key)
        if key in first:
            heading = next(column.heading for column in table.columns if column.name == table.key[-1])
            reading.complaints.append(
                complaint(table, row["row"], heading, f"“{key[-1]}” sudah ada pada baris {first[key]}")
            )
        first.setdefault(key, row["row"])


def complaint(table: Table, number: int, heading: str, reason: str) -> str:
    return f"Lembar {table.title}, baris {number}, kolom {heading}: {reason}."


def read_csv(table: Table, path: Path) -> Reading:
    with path.open(newline="", encoding="utf-8") as lines:
        return read_rows(table, csv.reader(lines))


def read_workbook(content: bytes) -> dict[str, Reading]:
    """The tables of an xlsx file by title. Raises BadSheet for what is none, is too big or lacks a sheet."""
    _check_archive(content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
        return {table.title: read_rows(table, _lines(book, table)) for table in TABLES}
    except BadSheet:
        raise
    except Exception as error:  # openpyxl fails in many ways on what is no workbook
        raise BadSheet("Berkas tidak dapat dibaca sebagai buku kerja Excel (.xlsx).") from error


def _check_archive(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except zipfile.BadZipFile as error:
        raise BadSheet("Berkas bukan buku kerja Excel (.xlsx).") from error
    if len(parts) > 200 or sum(part.file_size for part in parts) > MOST_BYTES:
        raise BadSheet("Isi berkas terlalu besar. Bagi menjadi beberapa berkas.")


def _lines(book: Any, table: Table) -> Iterator[tuple[Any, ...]]:
    if table.title not in book.sheetnames:
        raise BadSheet(f"Lembar {table.title} tidak ada. Unduh katalog, ubah, lalu unggah kembali.")
    rows: Iterator[tuple[Any, ...]] = book[table.title].iter_rows(values_only=True, max_col=MOST_COLUMNS)
    return rows


def write_workbook(contents: dict[str, Iterable[dict[str, Any]]]) -> bytes:
    """Both tables with typed cells; text is always text."""
    book = Workbook(write_only=True)
    for table in TABLES:
        sheet = book.create_sheet(table.title)
        sheet.freeze_panes = "A2"
        sheet.append([_cell(sheet, heading) for heading in table.headings])
        for row in contents[table.title]:
            sheet.append([_cell(sheet, _shown(column, row[column.name])) for column in table.columns])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _shown(column: Column, value: Any) -> Any:
    value = None if value in (None, "") else column.show(value)
    return float(value) if isinstance(value, Decimal) else value


def _cell(sheet: Any, value: Any) -> Any:
    cell = WriteOnlyCell(sheet, value=value)
    if isinstance(value, str):
        cell.data_type = "s"
    elif isinstance(value, date):
        cell.number_format = "dd-mm-yyyy"
    return cell

"""Workbooks of lists: typed cells; text from users is always text, never a formula."""

from __future__ import annotations

import io
import re
import uuid
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

NO_XML = re.compile("[^\\t\\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # what XML 1.0 cannot say
LONGEST = 32_000
NARROW, WIDE = 12, 32
FORMATS = {datetime: "dd-mm-yyyy hh:mm", date: "dd-mm-yyyy", int: "#,##0"}


def write(headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """One sheet "Data": a bold head that stays while one scrolls, then the rows as they come."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Data")
    sheet.freeze_panes = "A2"
    for place, heading in enumerate(headings, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = min(max(NARROW, 2 * len(heading)), WIDE)
    zone = ZoneInfo(current_app.config["OFFICE_TIMEZONE"])
    head = [_cell(sheet, heading, zone) for heading in headings]
    for cell in head:
        cell.font = Font(bold=True)
    sheet.append(head)
    for row in rows:
        sheet.append([_cell(sheet, value, zone) for value in row])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def write_list(headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """The same with the running number in front, as on the pages and prints of a list."""
    return write(["No", *headings], ([number, *row] for number, row in enumerate(rows, start=1)))


def _cell(sheet: Any, value: Any, zone: ZoneInfo) -> Any:
    cell = WriteOnlyCell(sheet, value=_plain(value, zone))
    if isinstance(cell.value, str):
        cell.data_type = "s"
    if type(value) in FORMATS:
        cell.number_format = FORMATS[type(value)]
    return cell


def _plain(value: Any, zone: ZoneInfo) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(zone).replace(tzinfo=None)
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, Decimal):
        return float(value)
    return NO_XML.sub("", value)[:LONGEST] if isinstance(value, str) else value

"""A list as its reader asked for it, printed at once from the rows its owner kept; never stored.

Example of what an owner hands over: contracts/calls/lists.content.json.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app
from marshmallow import fields, validate
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from chassis import phones
from chassis.auth import Principal
from chassis.db import db
from chassis.http import Peer
from chassis.problems import NotFound, Unavailable

from .. import letterheads
from ..files import grants
from ..office import Office
from ..printing import parts
from ..printing.fonts import BODY
from ..printing.pieces import Piece, Space
from ..printing.sheet import MARGIN, TEXT_WIDTH, WIDTH, Sheet
from ..printing.styles import (
    CELL,
    CELL_CENTRED,
    CELL_RIGHT,
    HEAD,
    HEAD_CENTRED,
    HEAD_RIGHT,
    MUTED,
    RULE,
    SMALL,
    TITLE,
    paragraph,
)
from ..printing.texts import date_time
from .invoice.content import Known

PLACE_WIDTH = 10 * mm
SHORTEST, LONGEST = 5, 34  # letters of the narrowest and of the widest column
LETTER, PADDING, SMALLEST = 1.8 * mm, 3 * mm, 0.68


class ListContent(Known):
    heading = fields.String(required=True, validate=validate.Length(min=1))
    words = fields.List(fields.String(), required=True)
    columns = fields.List(fields.String(), required=True, validate=validate.Length(min=1, max=30))
    rows = fields.List(fields.List(fields.Raw(allow_none=True)), required=True)
    asked_by = fields.String(required=True)
    asked_at = fields.AwareDateTime(required=True)


@dataclass(frozen=True)
class ListSheet(Sheet):
    """No document of the office: it says who asked when, and how many pages there are."""

    def draw_foot(self, canvas: Canvas, page: int, pages: int) -> None:
        y = 10.5 * mm
        canvas.setStrokeColor(RULE)
        canvas.setLineWidth(0.6)
        canvas.line(MARGIN, y + 3.6 * mm, WIDTH - MARGIN, y + 3.6 * mm)
        canvas.setFillColor(MUTED)
        canvas.setFont(BODY, 8)
        canvas.drawString(MARGIN, y, self.subject)
        canvas.drawRightString(WIDTH - MARGIN, y, f"Halaman {page} dari {pages}")


def render(export_id: uuid.UUID, *, grant: str, reader: Principal) -> bytes:
    """The PDF of what `grant` leaves to this reader and nobody else."""
    claims = grants.read(grant)
    if claims is None or not grants.covers(claims, file_id=export_id, attached_by=reader.id, source=None):
        raise NotFound()
    office = letterheads.find()
    db.session.rollback()
    if office is None:
        raise Unavailable("Kop surat belum tersedia. Coba beberapa saat lagi.")
    try:
        given = Peer(claims["iss"].removeprefix("svc-")).get(f"/internal/exports/{export_id}/content")
    except LookupError as error:
        raise NotFound() from error
    return print_list(ListContent().load(given), Office.of(office), current_app.config["OFFICE_TIMEZONE"])


def print_list(content: dict[str, Any], office: Office, zone: str) -> bytes:
    asked = date_time(content["asked_at"], zone)
    sheet = ListSheet(
        office=office,
        title=content["heading"],
        number="",
        subject=f"Dicetak {asked} oleh {content['asked_by']}",
        dated_on=content["asked_at"].date(),
        verify_url=None,
    )
    words = " · ".join(content["words"]) or "Tanpa saringan"
    count = f"{len(content['rows']):,} baris".replace(",", ".")
    head = [paragraph(content["heading"].upper(), TITLE), Space(2 * mm), paragraph(f"{words} — {count}", SMALL)]
    return sheet.print([*head, Space(3 * mm), _table(content["columns"], content["rows"], zone)])


def _table(columns: Sequence[str], rows: Sequence[Sequence[Any]], zone: str) -> Piece:
    texts = [[_text(value, zone) for value in row] for row in rows]
    is_number = [_is_number([row[place] for row in rows]) for place in range(len(columns))]
    words = _words(columns, texts)
    shrink = _shrink(words)
    cell, right, centred, head, head_right = (
        replace(style, size=style.size * shrink, leading=style.leading * shrink)
        for style in (CELL, CELL_RIGHT, CELL_CENTRED, HEAD, HEAD_RIGHT)
    )
    titles = [
        paragraph(title, head_right if number else head) for title, number in zip(columns, is_number, strict=True)
    ]
    styles = [right if number else cell for number in is_number]
    lines = [
        [paragraph(n, centred), *(paragraph(text, style) for text, style in zip(line, styles, strict=True))]
        for n, line in enumerate(texts, start=1)
    ]
    return parts.grid([paragraph("No.", HEAD_CENTRED), *titles], lines, [PLACE_WIDTH, *_widths(words, texts, shrink)])


def _is_number(values: Sequence[Any]) -> bool:
    given = [value for value in values if value is not None]
    return bool(given) and all(isinstance(value, int | float) or _kind(value) == "number" for value in given)


def _kind(value: Any) -> str:
    return next(iter(value)) if isinstance(value, dict) else ""


def _text(value: Any, zone: str) -> str:
    match _kind(value):
        case "on":
            return f"{date.fromisoformat(value['on']):%d-%m-%Y}"
        case "at":
            return f"{_local(value['at'], zone):%d-%m-%Y}"
        case "number":
            return f"{Decimal(value['number']):f}".replace(".", ",")
    if isinstance(value, bool):
        return "ya" if value else "tidak"
    if isinstance(value, int):
        return f"{value:,}".replace(",", ".")
    return "–" if value in (None, "") else phones.grouped(str(value))


def _local(moment: str, zone: str) -> datetime:
    return datetime.fromisoformat(moment).astimezone(ZoneInfo(zone))


def _words(columns: Sequence[str], texts: Sequence[Sequence[str]]) -> list[int]:
    """Letters of the longest usual word of each column, its title included."""
    found = []
    for place, title in enumerate(columns):
        words = sorted(max(map(len, row[place].split(" ")), default=0) for row in texts) or [0]
        found.append(min(max(words[len(words) * 95 // 100 - 1], *map(len, title.split()), SHORTEST), LONGEST))
    return found


def _shrink(words: Sequence[int]) -> float:
    """How much smaller the letters must be for the longest words to stand whole."""
    room = TEXT_WIDTH - PLACE_WIDTH - PADDING * len(words)
    return max(SMALLEST, min(1, room / (LETTER * sum(words))))


def _widths(words: Sequence[int], texts: Sequence[Sequence[str]], shrink: float) -> list[float]:
    """Room for the longest word; what is left goes to the columns with long texts."""
    least = [PADDING + LETTER * shrink * letters for letters in words]
    usual = [sorted(len(row[n]) for row in texts)[len(texts) * 9 // 10] if texts else 0 for n in range(len(words))]
    more = [max(min(length, LONGEST) - letters, 0) for length, letters in zip(usual, words, strict=True)]
    spare = TEXT_WIDTH - PLACE_WIDTH - sum(least)
    shares = more if any(more) else words
    return [base + spare * share / sum(shares) for base, share in zip(least, shares, strict=True)]

"""Labels of samples: the analysis number and a code a reader scans, 24 on a sheet of 70 × 37 mm; printed at once, never stored.

Example of what svc-testing hands over: contracts/calls/testing.sample_labels.json.
"""

import uuid
from io import BytesIO
from typing import Any

from marshmallow import fields, validate
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from chassis.http import Peer
from chassis.problems import NotFound

from ..files import grants
from ..printing.fonts import BODY, BOLD
from ..printing.parts import QrCode
from ..printing.styles import CELL, SMALL, paragraph
from ..printing.texts import long_date
from .invoice.content import Known

OWNER = "svc-testing"
ACROSS, DOWN = 3, 8
WIDTH, HEIGHT = 70 * mm, 37 * mm
PAPER_TOP = A4[1] - (A4[1] - DOWN * HEIGHT) / 2
EDGE = 4 * mm
CODE = 25 * mm


class Label(Known):
    number = fields.String(required=True, validate=validate.Length(min=1, max=60))
    kind = fields.String(required=True)
    code = fields.String(required=True)
    received_on = fields.Date(required=True, allow_none=True)


class Labels(Known):
    order_number = fields.String(required=True)
    samples = fields.List(fields.Nested(Label), required=True, validate=validate.Length(min=1))


def render(order_id: uuid.UUID, *, grant: str) -> bytes:
    claims = grants.read(grant)
    if claims is None or not grants.covers(claims, file_id=order_id, attached_by=OWNER, source=OWNER):
        raise NotFound()
    try:
        given = Peer("testing").get(f"/internal/orders/{order_id}/labels")
    except LookupError as error:
        raise NotFound() from error
    return print_labels(Labels().load(given))


def print_labels(content: dict[str, Any]) -> bytes:
    target = BytesIO()
    canvas = Canvas(target, pagesize=A4, invariant=1, initialFontName=BODY)
    canvas.setTitle(f"Label contoh uji order {content['order_number']}")
    for position, sample in enumerate(content["samples"]):
        place = position % (ACROSS * DOWN)
        if position and not place:
            canvas.showPage()
        _draw(canvas, sample, x=(place % ACROSS) * WIDTH, top=PAPER_TOP - (place // ACROSS) * HEIGHT)
    canvas.save()
    return target.getvalue()


def _draw(canvas: Canvas, sample: dict[str, Any], *, x: float, top: float) -> None:
    code = QrCode(sample["number"], CODE)
    code.measure(CODE)
    code.paint(canvas, x + EDGE, top - (HEIGHT - CODE) / 2)
    left, room = x + EDGE + CODE + 3 * mm, WIDTH - 2 * EDGE - CODE - 3 * mm
    canvas.setFillGray(0)
    size = min(13.0, 13.0 * room / canvas.stringWidth(sample["number"], BOLD, 13))
    canvas.setFont(BOLD, size)
    canvas.drawString(left, top - 10 * mm, sample["number"])
    y = top - 12 * mm
    for text, style in _lines(sample):
        piece = paragraph(text, style)
        height = piece.measure(room)
        if y - height < top - HEIGHT + 3 * mm:
            return
        piece.paint(canvas, left, y)
        y -= height


def _lines(sample: dict[str, Any]) -> list[tuple[str, Any]]:
    received = sample["received_on"]
    return [
        (_cut(sample["kind"]), CELL),
        (_cut(sample["code"]), CELL),
        (f"Diterima {long_date(received)}" if received else "Belum diterima", SMALL),
    ]


def _cut(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}…"

"""An A4 document of the office: letterhead, running number, page n of m, verification mark."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from io import BytesIO

from reportlab import rl_config
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, NextPageTemplate, PageTemplate

from ..office import Office
from .fonts import BODY, BOLD
from .styles import ACCENT, INK, MUTED, RULE

# ASCII armour makes streams a quarter longer, and no way a PDF takes today needs it
rl_config.useA85 = 0

WIDTH, HEIGHT = A4
MARGIN = 18 * mm
TEXT_WIDTH = WIDTH - 2 * MARGIN
HEAD_HEIGHT = 34 * mm
FOOT_HEIGHT = 17 * mm
LATER_HEIGHT = HEIGHT - 22 * mm - FOOT_HEIGHT
PAGE_ROOM = LATER_HEIGHT - 12  # a frame keeps 6 points free above and below


@dataclass(frozen=True)
class Sheet:
    office: Office
    title: str
    number: str
    subject: str
    dated_on: date
    verify_url: str | None
    watermark: str | None = None

    def print(self, story: list[Flowable]) -> bytes:
        """The finished PDF; the same sheet and story give the same bytes."""
        target = BytesIO()
        frame = {"x1": MARGIN, "y1": FOOT_HEIGHT, "width": TEXT_WIDTH, "leftPadding": 0, "rightPadding": 0}
        first = Frame(height=HEIGHT - HEAD_HEIGHT - FOOT_HEIGHT - 4 * mm, id="first", **frame)
        later = Frame(height=LATER_HEIGHT, id="later", **frame)
        template = BaseDocTemplate(target, pagesize=A4, invariant=1, title=self.title)
        template.addPageTemplates(
            [
                PageTemplate("first", [first], onPage=self._draw_letterhead),
                PageTemplate("later", [later], onPage=self._draw_running_head),
            ]
        )
        template.build([NextPageTemplate("later"), *story], canvasmaker=lambda *a, **k: _CountedCanvas(self, *a, **k))
        return target.getvalue()

    def describe(self, canvas: Canvas) -> None:
        canvas.setTitle(f"{self.title} {self.number}")
        canvas.setAuthor(self.office.name)
        canvas.setSubject(self.subject)
        canvas.setCreator("ZEROCALLS")
        canvas.setCatalogEntry("Lang", "id-ID")
        canvas.setViewerPreference("DisplayDocTitle", "true")
        stamp = canvas._doc._timeStamp
        moment = datetime.combine(self.dated_on, time(), UTC)
        stamp.t, stamp.lt, stamp.YMDhms = moment.timestamp(), moment.timetuple(), tuple(moment.timetuple())[:6]

    def _draw_letterhead(self, canvas: Canvas, _template: BaseDocTemplate) -> None:
        lines = [
            (self.office.unit.upper(), BODY, 9.2, INK),
            (self.office.agency.upper(), BODY, 9.2, INK),
            (self.office.name.upper(), BOLD, 13.4, ACCENT),
            (self.office.address_line, BODY, 8.4, MUTED),
            (self.office.contact_line, BODY, 8.4, MUTED),
        ]
        y = HEIGHT - 9 * mm
        for text, font, size, colour in lines:
            if not text:
                continue
            y -= size * 1.32
            canvas.setFont(font, _fitting(canvas, text, font, size))
            canvas.setFillColor(colour)
            canvas.drawCentredString(WIDTH / 2, y, text)
        canvas.setStrokeColor(ACCENT)
        for offset, width in ((0, 1.6), (0.9 * mm, 0.4)):
            canvas.setLineWidth(width)
            canvas.line(MARGIN, HEIGHT - HEAD_HEIGHT - offset, WIDTH - MARGIN, HEIGHT - HEAD_HEIGHT - offset)

    def _draw_running_head(self, canvas: Canvas, _template: BaseDocTemplate) -> None:
        y = HEIGHT - 13 * mm
        canvas.setFillColor(MUTED)
        canvas.setFont(BODY, 8.2)
        canvas.drawString(MARGIN, y, self.office.name)
        canvas.setFont(BOLD, 8.2)
        canvas.drawRightString(WIDTH - MARGIN, y, f"{self.title} {self.number}")
        canvas.setStrokeColor(RULE)
        canvas.setLineWidth(0.6)
        canvas.line(MARGIN, y - 2 * mm, WIDTH - MARGIN, y - 2 * mm)

    def draw_foot(self, canvas: Canvas, page: int, pages: int) -> None:
        y = 10.5 * mm
        canvas.setStrokeColor(RULE)
        canvas.setLineWidth(0.6)
        canvas.line(MARGIN, y + 3.6 * mm, WIDTH - MARGIN, y + 3.6 * mm)
        canvas.setFillColor(MUTED)
        canvas.setFont(BODY, 8)
        canvas.drawString(MARGIN, y, f"No. {self.number}")
        canvas.drawCentredString(WIDTH / 2, y, self._origin)
        canvas.drawRightString(WIDTH - MARGIN, y, f"Halaman {page} dari {pages}")

    @property
    def _origin(self) -> str:
        return self.verify_url or "Belum diterbitkan, tidak berlaku sebagai dokumen resmi"

    def draw_watermark(self, canvas: Canvas) -> None:
        if self.watermark is None:
            return
        canvas.saveState()
        canvas.setFillColor(INK)
        canvas.setFillAlpha(0.09)
        canvas.translate(WIDTH / 2, HEIGHT / 2)
        canvas.rotate(52)
        canvas.setFont(BOLD, 150)
        canvas.drawCentredString(0, -45, self.watermark)
        canvas.restoreState()


class _CountedCanvas(Canvas):
    """Holds finished pages back until their number is known."""

    def __init__(self, sheet: Sheet, *args: object, **settings: object) -> None:
        super().__init__(*args, **{**settings, "initialFontName": BODY})
        self._sheet = sheet
        self._pages: list[dict[str, object]] = []

    def showPage(self) -> None:
        self._pages.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        for page in self._pages:
            self.__dict__.update(page)
            self._sheet.draw_foot(self, self._pageNumber, len(self._pages))
            self._sheet.draw_watermark(self)
            super().showPage()
        self._sheet.describe(self)
        super().save()


def _fitting(canvas: Canvas, text: str, font: str, size: float) -> float:
    """The size at which the line stays inside the margins."""
    return min(size, size * TEXT_WIDTH / max(canvas.stringWidth(text, font, size), 1))

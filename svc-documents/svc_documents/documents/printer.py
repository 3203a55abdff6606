"""From content to bytes; knows no database and no network."""

from ..office import Office
from ..printing.sheet import Sheet
from .kinds import Content, Kind, Print


def print_document(
    kind: Kind, content: Content, *, office: Office, verify_url: str | None, zone: str, signature: str = "qr"
) -> bytes:
    """The PDF of validated content; the same arguments give the same bytes."""
    facts = kind.facts(content)
    sheet = Sheet(
        office=office,
        title=kind.title(content),
        number=facts.number,
        subject=f"{kind.label} untuk {facts.holder}",
        dated_on=facts.issued_on,
        verify_url=None if facts.is_draft else verify_url,
        watermark="DRAF" if facts.is_draft else None,
    )
    page = Print(content, verify_url=sheet.verify_url, zone=zone, report_notes=office.report_notes, signature=signature)
    return sheet.print(kind.layout(page))

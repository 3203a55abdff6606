"""Invoice of an order: lines, totals, billing code while it can be paid, proof of payment afterwards."""

from ..kinds import Content, Facts, Kind
from .content import InvoiceContent
from .layout import lay_out


def _facts(content: Content) -> Facts:
    number = f"{content['pre_number']} revisi {content['revision']}"
    return Facts(number=number, holder=content["customer"]["name"], issued_on=content["issued_on"])


KIND = Kind(
    code="invoice",
    label="Invoice",
    service="billing",
    content_path="/internal/invoices/{subject_id}/content?render_id={render_id}",
    plural="invoices",
    draft_path="/internal/invoices/{subject_id}/content",
    content=InvoiceContent,
    facts=_facts,
    title=lambda content: "INVOICE",
    layout=lay_out,
    is_issued_at_once=True,
)

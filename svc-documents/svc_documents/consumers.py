from chassis.events import Event, on

from . import letterheads, tasks
from .documents import rules
from .schemas import InvoiceNamed, InvoiceToPrint, OfficeChanged, ReportNamed, ReportToPrint


@on("identity.office.changed", OfficeChanged)
def copy_letterhead(event: Event) -> None:
    letterheads.copy(event["office"], as_of=event.time)


@on("testing.report.approved", ReportToPrint)
@on("testing.report.render_requested", ReportToPrint)
def print_report(event: Event) -> None:
    _print("test_report", event, subject="report_id")


@on("testing.report.unapproved", ReportNamed)
@on("testing.report.voided", ReportNamed)
def void_report(event: Event) -> None:
    rules.void(kind="test_report", subject_id=event["report_id"])


@on("testing.report.sent", ReportToPrint)
def issue_report(event: Event) -> None:
    rules.issue(kind="test_report", subject_id=event["report_id"], render_id=event["render_id"])


@on("testing.report.replaced", ReportNamed)
def replace_report(event: Event) -> None:
    rules.replace(kind="test_report", subject_id=event["report_id"])


@on("testing.report.withdrawn", ReportNamed)
def withdraw_report(event: Event) -> None:
    rules.withdraw(kind="test_report", subject_id=event["report_id"])


@on("billing.invoice.billed", InvoiceToPrint)
@on("billing.invoice.paid", InvoiceToPrint)
@on("billing.invoice.corrected", InvoiceToPrint)
@on("billing.invoice.waived", InvoiceToPrint)
@on("billing.invoice.deferred", InvoiceToPrint)
def print_invoice(event: Event) -> None:
    _print("invoice", event, subject="invoice_id")


@on("billing.invoice.expired", InvoiceNamed)
@on("billing.invoice.reopened", InvoiceNamed)
@on("billing.invoice.payment_reversed", InvoiceNamed)
@on("billing.invoice.clearance_withdrawn", InvoiceNamed)
def expire_invoice(event: Event) -> None:
    rules.expire(kind="invoice", subject_id=event["invoice_id"])


@on("billing.invoice.returned", InvoiceNamed)
@on("billing.invoice.voided", InvoiceNamed)
def void_invoice(event: Event) -> None:
    rules.void(kind="invoice", subject_id=event["invoice_id"])


def _print(kind: str, event: Event, *, subject: str) -> None:
    document = rules.request(
        kind=kind, subject_id=event[subject], order_id=event["order_id"], render_id=event["render_id"]
    )
    if document is not None:
        tasks.enqueue_after_commit(document.id)

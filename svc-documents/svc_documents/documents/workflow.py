"""The life of a printed document. Everything is caused by events; no person acts on it here."""

from typing import Any

from chassis.workflow import Act, State, Transition, Workflow

from ..models import Document
from .registry import KINDS

WAITING = ("requested", "unsigned")
READY = ("rendered", "signed")
UNISSUED = (*WAITING, "failed", *READY)
LIVE = (*UNISSUED, "issued", "expired")

DOCUMENT = Workflow(
    "documents.document",
    model=Document,
    prefix="documents",
    key="document_id",
    initial=("requested",),
    settles=("issue_at_once",),
    states=[
        State("requested", "SEDANG DIBUAT"),
        State("failed", "GAGAL DIBUAT", tone="stopped"),
        State("unsigned", "MENUNGGU TANDA TANGAN"),
        State("rendered", "BELUM DITERBITKAN"),
        State("signed", "SUDAH DITANDATANGANI"),
        State("issued", "BERLAKU", tone="done"),
        State("expired", "TIDAK BERLAKU LAGI", tone="stopped"),
        State("withdrawn", "DITARIK", tone="stopped"),
        State("replaced", "DIGANTIKAN", final=True, tone="plain"),
        State("voided", "DIBATALKAN", final=True, tone="stopped"),
    ],
    transitions=[
        Transition("render", WAITING, "rendered", by="system", event="document.rendered"),
        Transition("await_signature", "requested", "unsigned", by="system"),
        Transition("sign", "unsigned", "signed", by="system", event="document.rendered"),
        Transition("fail", WAITING, "failed", by="system", event="document.failed"),
        Transition("retry", "failed", "requested", by="system"),
        Transition("issue_at_once", READY, "issued", by="system", guard="needs_no_release"),
        Transition("issue", READY, "issued", by="system"),
        Transition("expire", "issued", "expired", by="system"),
        Transition("withdraw", ("issued", "expired"), "withdrawn", by="system"),
        Transition("replace", ("issued", "expired", "withdrawn"), "replaced", by="system"),
        Transition("void", LIVE, "voided", by="system"),
    ],
)


@DOCUMENT.guard("needs_no_release")
def needs_no_release(act: Act) -> str | None:
    return None if KINDS[act.thing.kind].is_issued_at_once else "Diterbitkan oleh layanan pemiliknya."


@DOCUMENT.payload()
def what_was_printed(act: Act) -> dict[str, Any]:
    document: Document = act.thing
    names = ("kind", "subject_id", "render_id", "order_id")
    return {"document_id": document.id, **{name: getattr(document, name) for name in names}}


@DOCUMENT.payload("render")
@DOCUMENT.payload("sign")
def where_it_lies(act: Act) -> dict[str, Any]:
    return {name: getattr(act.thing, name) for name in ("file_id", "sha256", "code", "rendered_at")}


@DOCUMENT.payload("fail")
def what_went_wrong(act: Act) -> dict[str, Any]:
    return {"error": act.thing.error}


@DOCUMENT.effect("retry")
def start_afresh(act: Act) -> None:
    document: Document = act.thing
    document.attempts, document.lease_id, document.lease_until, document.error = 0, None, None, None

"""The papers of a company: kept, replaced, removed, and remembered before they end."""

import uuid
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from chassis import numbering
from chassis.auth import SYSTEM, Principal
from chassis.db import db, lock, now
from chassis.problems import BadForm, NotAllowed, NotFound
from chassis.workflow import Act
from svc_identity.customers.models import Customer
from svc_identity.members import rules as members
from svc_identity.roles import VERIFIERS
from svc_identity.vault.kinds import LABELS, SINGLE
from svc_identity.vault.models import CustomerDocument
from svc_identity.workflow import CUSTOMER_DOCUMENT

NOTICE = timedelta(days=30)
BATCH = 200


def today() -> date:
    return numbering.local(now()).date()


def get(document_id: uuid.UUID, seen_by: Principal) -> CustomerDocument:
    document = db.session.get(CustomerDocument, document_id)
    if document is None or not (seen_by.has(*VERIFIERS) or seen_by.customer_uuid == document.customer_id):
        raise NotFound()
    return document


def list_of(customer: Customer) -> list[CustomerDocument]:
    """The newest first; those replaced stay, those removed are gone from sight."""
    query = sa.select(CustomerDocument).filter_by(customer_id=customer.id).where(CustomerDocument.status != "removed")
    return list(db.session.scalars(query.order_by(CustomerDocument.created_at.desc(), CustomerDocument.id.desc())))


def add(customer: Customer, form: dict[str, Any], principal: Principal) -> CustomerDocument:
    """Keep a paper. One of a kind there is only one of takes the place of the one before."""
    if not (principal.has(*VERIFIERS) or members.is_owner(principal)):
        raise NotAllowed(members.ONLY_OWNERS)
    if form["expires_on"] and form["expires_on"] < today():
        raise BadForm(
            "Dokumen ini sudah tidak berlaku.", errors={"expires_on": ["Tanggal ini sudah lewat; unggah yang berlaku."]}
        )
    lock(customer)
    before = _current(customer, form["kind"]) if form["kind"] in SINGLE else None
    if before is not None:
        CUSTOMER_DOCUMENT.fire(before, "replace", actor=principal)
        db.session.flush()
    facts = {name: form[name] or "" for name in ("number", "note")}
    document = CustomerDocument(
        customer=customer,
        customer_id=customer.id,
        kind=form["kind"],
        expires_on=form["expires_on"],
        file_id=form["file"],
        file_by=principal.id,
        replaces_id=before.id if before else None,
        status="current",
        **facts,
    )
    kept: CustomerDocument = CUSTOMER_DOCUMENT.created(document, principal)
    return kept


def remind(document: CustomerDocument) -> None:
    """Tell its company that it ends soon; once for each paper, also when asked twice."""
    if document.status == "current" and document.reminded_on is None:
        CUSTOMER_DOCUMENT.fire(document, "remind", actor=SYSTEM)


def expiring() -> list[uuid.UUID]:
    soon = sa.select(CustomerDocument.id).filter_by(status="current", reminded_on=None)
    return list(db.session.scalars(soon.where(CustomerDocument.expires_on <= today() + NOTICE).limit(BATCH)))


def _current(customer: Customer, kind: str) -> CustomerDocument | None:
    return db.session.scalar(
        sa.select(CustomerDocument).filter_by(customer_id=customer.id, kind=kind, status="current")
    )


@CUSTOMER_DOCUMENT.guard("speaks_for_customer", person=True)
def speaks_for_customer(act: Act) -> str | None:
    return members.speaks_for_customer(act)


@CUSTOMER_DOCUMENT.payload()
def facts(act: Act) -> dict[str, Any]:
    document = act.thing
    return {
        "document_id": str(document.id),
        "customer_id": str(document.customer_id),
        "kind": document.kind,
        "kind_label": LABELS[document.kind],
        "number": document.number,
        "expires_on": document.expires_on.isoformat() if document.expires_on else None,
    }


@CUSTOMER_DOCUMENT.effect("remind")
def reminded(act: Act) -> None:
    act.thing.reminded_on = numbering.local(act.now).date()

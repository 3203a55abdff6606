import uuid
from typing import Any

from flask import g

from chassis.auth import Principal, file_link, requires
from chassis.db import atomic
from chassis.web import Blueprint, json_body, represent
from chassis.workflow import forms
from svc_identity.customers import rules as customers
from svc_identity.roles import VERIFIERS
from svc_identity.vault import rules
from svc_identity.vault.kinds import FORM, LABELS
from svc_identity.vault.models import CustomerDocument
from svc_identity.workflow import CUSTOMER_DOCUMENT

bp = Blueprint("vault", __name__, description="Dokumen perusahaan")


def present_document(document: CustomerDocument, principal: Principal) -> dict[str, Any]:
    href = f"/api/v1/identity/customer-documents/{document.id}"
    return {
        "id": str(document.id),
        "version": document.version,
        "status": CUSTOMER_DOCUMENT.present_status(document),
        "customer_id": str(document.customer_id),
        "kind": document.kind,
        "kind_label": LABELS[document.kind],
        "number": document.number,
        "note": document.note,
        "expires_on": document.expires_on.isoformat() if document.expires_on else None,
        "expires_soon": bool(document.expires_on and document.expires_on <= rules.today() + rules.NOTICE),
        "replaces_id": str(document.replaces_id) if document.replaces_id else None,
        "created_at": document.created_at.isoformat(),
        "actions": CUSTOMER_DOCUMENT.actions(document, principal),
        "links": {
            "self": href,
            "history": f"{href}/history",
            "file": file_link(document.file_id, document.file_by),
        },
    }


@bp.get("/customer-documents/form")
@bp.response(200)
@requires("customer", *VERIFIERS)
def show_form() -> Any:
    """Isian dokumen perusahaan"""
    return {"fields": [field.describe() for field in FORM]}


@bp.get("/customers/<uuid:customer_id>/documents")
@bp.response(200)
@requires("customer", *VERIFIERS)
def list_documents(customer_id: uuid.UUID) -> Any:
    """Dokumen satu pelanggan, juga yang sudah digantikan"""
    found = rules.list_of(customers.get(customer_id, g.principal))
    return {"items": [present_document(document, g.principal) for document in found]}


@bp.post("/customers/<uuid:customer_id>/documents")
@bp.doc(requestBody={"content": {"application/json": {"schema": forms.schema(FORM, name="CustomerDocumentForm")}}})
@bp.response(201)
@requires("customer", *VERIFIERS)
@atomic
def add_document(customer_id: uuid.UUID) -> Any:
    """Simpan dokumen perusahaan"""
    customer = customers.get(customer_id, g.principal)
    document = rules.add(customer, forms.read(FORM, json_body()), g.principal)
    return represent(present_document(document, g.principal), 201)


@bp.get("/customer-documents/<uuid:document_id>")
@bp.response(200)
@requires("customer", *VERIFIERS)
def show_document(document_id: uuid.UUID) -> Any:
    """Satu dokumen perusahaan"""
    return represent(present_document(rules.get(document_id, g.principal), g.principal))


bp.actions(CUSTOMER_DOCUMENT, load=rules.get, dump=present_document)

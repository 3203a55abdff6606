"""Standards, parameters and imports for one principal."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal
from typing import Any

from chassis.auth import Principal
from svc_testing.catalogue import cells, forms, sheets
from svc_testing.catalogue.models import CatalogueImport, Parameter, Standard
from svc_testing.catalogue.workflow import IMPORT, PARAMETER, STANDARD

API = "/api/v1/testing"
MOST_SHOWN = 500
KIND_LABELS = dict(forms.KINDS)
CHANGES = {"added": "Ditambahkan", "changed": "Diubah", "blocked": "Diblokir", "unblocked": "Dibuka blokirnya"}
COLUMNS = {table.title: {column.name: column for column in table.columns} for table in sheets.TABLES}
KEYS = {table.title: table.key for table in sheets.TABLES}


def parameter_row(parameter: Parameter, principal: Principal) -> dict[str, Any]:
    href = f"{API}/parameters/{parameter.id}"
    return {
        "id": str(parameter.id),
        "version": parameter.version,
        "status": PARAMETER.present_status(parameter),
        "number": parameter.name,
        "standard": {"id": str(parameter.standard_id), "code": parameter.standard.code},
        "position": parameter.position,
        **{field.name: _plain(getattr(parameter, field.name)) for field in forms.PARAMETER},
        "limit_kind_label": KIND_LABELS[parameter.limit_kind],
        "blocked_note": parameter.blocked_note,
        "blocked_at": parameter.blocked_at.isoformat() if parameter.blocked_at else None,
        "actions": PARAMETER.actions(parameter, principal),
        "links": {"self": href, "history": f"{href}/history"},
    }


def standard_row(standard: Standard, principal: Principal) -> dict[str, Any]:
    href = f"{API}/standards/{standard.id}"
    return {
        "id": str(standard.id),
        "version": standard.version,
        "status": STANDARD.present_status(standard),
        "number": standard.code,
        **{field.name: _plain(getattr(standard, field.name)) for field in forms.STANDARD},
        "is_price_example": standard.is_price_example,
        "parameter_count": len(standard.parameters),
        "amount": sum(parameter.price_amount for parameter in standard.parameters if not parameter.is_blocked),
        "actions": STANDARD.actions(standard, principal),
        "links": {"self": href, "history": f"{href}/history"},
    }


def import_row(proposal: CatalogueImport, principal: Principal) -> dict[str, Any]:
    href = f"{API}/imports/{proposal.id}"
    return {
        "id": str(proposal.id),
        "version": proposal.version,
        "status": IMPORT.present_status(proposal),
        "number": proposal.file_name,
        "file_name": proposal.file_name,
        "sha256": proposal.sha256,
        "brought_by": proposal.brought_by,
        "created_at": proposal.created_at.isoformat(),
        "counts": dict(Counter(change["kind"] for change in proposal.changes)),
        "change_count": len(proposal.changes),
        "actions": IMPORT.actions(proposal, principal),
        "links": {"self": href, "history": f"{href}/history"},
    }


def import_detail(proposal: CatalogueImport, principal: Principal) -> dict[str, Any]:
    brought = {(title, row["row"]): row for title, found in proposal.rows.items() for row in found}
    shown = [_change(change, brought) for change in proposal.changes[:MOST_SHOWN]]
    return import_row(proposal, principal) | {"changes": shown, "is_cut": len(proposal.changes) > MOST_SHOWN}


def _change(change: dict[str, Any], brought: dict[tuple[str, int], dict[str, Any]]) -> dict[str, Any]:
    """With every field in words; of a new row everything it brings."""
    table, changes = change["table"], change["changes"]
    if change["kind"] == "added":
        row = brought[(table, change["row"])]
        changes = {name: [None, row[name]] for name in COLUMNS[table] if name not in KEYS[table] and row[name]}
    fields = [_field(COLUMNS[table][name], before, after) for name, (before, after) in changes.items()]
    return {**change, "kind_label": CHANGES[change["kind"]], "fields": fields}


def _field(column: sheets.Column, before: Any, after: Any) -> dict[str, Any]:
    texts = {"before_text": _said(column, before), "after_text": _said(column, after)}
    return {"name": column.name, "label": column.heading, "before": before, "after": after, **texts}


def _said(column: sheets.Column, value: Any) -> str:
    """A kept value as it is read on pages."""
    if value in (None, ""):
        return ""
    if column.name == "price_amount":
        return f"Rp {value:,}".replace(",", ".")
    if column.read is cells.exact:
        return str(value).replace(".", ",")
    if column.read is cells.day:
        return f"{date.fromisoformat(value):%d-%m-%Y}"
    return str(column.show(value))


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value, "f")
    return value.isoformat() if hasattr(value, "isoformat") else value

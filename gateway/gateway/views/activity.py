"""History Pelanggan and History Admin: who did what in one service, newest first."""

import re
from typing import Any

from flask import Blueprint, request

from gateway import clients, lists
from gateway.views import operators, page, words

bp = Blueprint("activity", __name__, url_prefix="/riwayat")

PEOPLE = {"customers": "History Pelanggan", "staff": "History Admin", "system": "Riwayat sistem"}
ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
PASSED_ON = ("q", "from", "to", "before")
NAMES = {
    "import": "Diubah lewat impor",
    "put": "Hari libur ditetapkan",
    "remove": "Dihapus",
    "edit": "Diubah",
    "change": "Diubah",
    "count": "Cek Organisme disimpan",
}
SPOKEN = frozenset({"identity.calendar", "identity.office", "testing.series"})  # things without a declared form
THINGS = {
    "testing.parameter": "Parameter",
    "testing.standard": "Standar",
    "testing.import": "Impor katalog",
    "testing.series": "Deret nomor",
    "identity.calendar": "Kalender Kerja",
    "identity.office": "Data kantor",
    "identity.staff": "Akun pegawai",
    "identity.absence": "Pegawai tidak masuk",
    "identity.member": "Pengguna pelanggan",
    "identity.customer_document": "Dokumen perusahaan",
    "identity.client": "Sistem lain",
    "documents.signatory": "Tanda Tangan",
    "documents.format": "Format sertifikat",
    "documents.document": "Dokumen",
    "billing.ebilling": "E-billing",
    "billing.refund": "Pengembalian dana",
}


@bp.get("")
@operators.administrators
def show() -> Any:
    who, service = _choice("siapa", PEOPLE, "staff"), _choice("layanan", operators.services(), "testing")
    query = {name: request.args[name] for name in PASSED_ON if request.args.get(name)}
    found = clients.fetch(service, "activity", who=who, **query)
    asked = {"siapa": who, "layanan": service, **query}
    return page.render(
        "masters/activity.html",
        heading=PEOPLE[who],
        people=PEOPLE,
        who=who,
        services=operators.services(),
        service=service,
        query=query,
        rows=[_told(service, row) for row in found["items"]],
        following=found["next"] and lists.with_query("/riwayat", asked, before=found["next"]),
        first=lists.with_query("/riwayat", asked, before=None),
        back={"href": "/master", "label": "Master"},
    )


def _choice(name: str, known: dict[str, str], otherwise: str) -> str:
    wanted = request.args.get(name, otherwise)
    return wanted if wanted in known else otherwise


def _told(service: str, row: dict[str, Any]) -> dict[str, Any]:
    told = words.told(service, row)
    return {
        **told,
        "act": told["act"] or NAMES.get(row["transition"], row["transition"]),
        "thing_label": told["thing_label"] or THINGS.get(row["thing"], row["thing"]),
        "changed": [change for change in _changed(told, row) if not _is_id(change["after"])],
        "trace_id": row["root_id"]
        if row["thing"].rpartition(".")[2] in words.THINGS and service == "testing"
        else None,
    }


def _changed(told: dict[str, Any], row: dict[str, Any]) -> list[dict[str, Any]]:
    return told.get("changed") or (_plain(row.get("changes") or {}) if row["thing"] in SPOKEN else [])


def _is_id(value: Any) -> bool:
    """Ids of people and things say nothing to a reader; the trace leads to them."""
    return isinstance(value, str) and ID.fullmatch(value) is not None


def _plain(changes: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"label": name, "before": before, "after": after} for name, (before, after) in changes.items()]

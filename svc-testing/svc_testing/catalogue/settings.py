"""Switches of the office: rows with a default, changed by an admin."""

from __future__ import annotations

import sqlalchemy as sa

from chassis.db import db
from svc_testing.catalogue.models import Setting
from svc_testing.remembered import once

DEFAULTS = {
    "report_needs_lab_approval": ("yes", "Laporan harus disetujui PJ Lab (yes/no)"),
    "report_signature": ("none", "Tanda tangan laporan: none, lab"),
    "release_on_contract": ("no", "Laporan order kontrak boleh dikirim sebelum lunas (yes/no)"),
    "decision_rule": (
        "Pernyataan kesesuaian dibuat dengan membandingkan hasil terhadap batas tanpa memperhitungkan ketidakpastian "
        "(penerimaan sederhana).",
        "Aturan keputusan pada laporan",
    ),
    "retention_note": ("Sisa contoh disimpan 14 hari setelah laporan diterbitkan.", "Catatan penyimpanan sisa contoh"),
    "issued_place": ("Pontianak", "Tempat penerbitan laporan"),
    "performed_at": ("Laboratorium penguji balai", "Lokasi pengujian"),
    "accreditation_number": ("LP-000-IDN", "Nomor akreditasi laboratorium penguji"),
    "authoriser_position": ("Koordinator Laboratorium Penguji", "Jabatan pengesah laporan"),
}


def setting(code: str) -> str:
    return settings()[code]


def settings() -> dict[str, str]:
    """Every switch in one query."""
    return once("settings", _read)


def _read() -> dict[str, str]:
    rows = db.session.execute(sa.select(Setting.code, Setting.value))
    stored: dict[str, str] = dict(rows.all())
    return {code: stored.get(code, default) for code, (default, _) in DEFAULTS.items()}

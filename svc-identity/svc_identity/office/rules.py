"""Who the office is: what stands on its letterhead is data, so that another office installs the same software."""

import json
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from chassis import history
from chassis.auth import Principal
from chassis.db import db, lock
from chassis.problems import BadForm
from chassis.workflow import Field, list_of, longtext, text
from svc_identity.checks.accounts import email_problem
from svc_identity.checks.phones import first_phone, phone_problem
from svc_identity.events import tell_office
from svc_identity.office.models import Office

SEED = Path(__file__).parent.parent / "seed" / "office.json"

FORM: tuple[Field, ...] = (
    text("name", "Nama kantor", required=True, max=200),
    text("short_name", "Nama singkat", required=True, max=60),
    text("unit", "Kementerian", max=200),
    text("agency", "Badan", max=200),
    longtext("address", "Alamat", required=True, max=300),
    text("city", "Kota", required=True, max=100),
    text("postal_code", "Kode pos", max=10),
    text("phone", "Telepon", required=True, max=100),
    text("whatsapp", "WhatsApp", max=30),
    text("email", "Email", required=True, max=254),
    text("website", "Laman", max=200),
    text("accreditation_number", "Nomor akreditasi laboratorium", max=60),
    text("code", "Kode unit pada nomor laporan", max=60),
    list_of("report_notes", "Catatan pada laporan"),
)
EMPTY: dict[str, Any] = {field.name: [] if field.kind == "list" else "" for field in FORM}


def find() -> Office | None:
    return db.session.scalar(sa.select(Office))


def facts() -> dict[str, Any]:
    office = find()
    return EMPTY | (office.facts if office else {})


def change(changes: dict[str, Any], principal: Principal) -> Office:
    """Only what is named changes. Raises BadForm when a number or address is none."""
    changes = _checked(changes)
    office = find()
    if office is None:
        office = Office(facts=EMPTY | changes, version=0)
        db.session.add(office)
        db.session.flush()
    before = lock(office).facts
    office.facts = EMPTY | before | changes
    office.version += 1
    db.session.flush()
    history.record(
        office.id,
        "identity.office",
        office.id,
        "edit",
        principal,
        version=office.version,
        changes=_differences(before, changes),
    )
    tell_office(office)
    return office


def seed(principal: Principal) -> bool:
    if find() is not None:
        return False
    change(json.loads(SEED.read_text(encoding="utf-8")), principal)
    return True


def _checked(changes: dict[str, Any]) -> dict[str, Any]:
    checks = {"phone": phone_problem, "whatsapp": phone_problem, "email": email_problem}
    found = {name: check(changes[name]) for name, check in checks.items() if changes.get(name)}
    if errors := {name: [problem] for name, problem in found.items() if problem}:
        raise BadForm("Periksa kembali isian Anda.", errors=errors)
    return {name: first_phone(value) if name == "whatsapp" and value else value for name, value in changes.items()}


def _differences(before: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    return {name: [before.get(name), value] for name, value in changes.items() if before.get(name) != value}

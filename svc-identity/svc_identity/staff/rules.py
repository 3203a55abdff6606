"""The office's own accounts."""

import uuid
from typing import Any

import sqlalchemy as sa

from chassis.auth import Principal
from chassis.db import db, now
from chassis.problems import BadForm, NotFound
from chassis.workflow import Act
from svc_identity import events
from svc_identity.accounts import rules as accounts
from svc_identity.accounts.models import Grant, User
from svc_identity.checks.accounts import email_problem, normalise_email
from svc_identity.checks.civil_numbers import nip_problem, normalise_nip
from svc_identity.checks.phones import normalise_phones, phone_problem
from svc_identity.links import rules as links
from svc_identity.roles import ADMINS, BY_CODE
from svc_identity.sessions.revocations import revoke_user
from svc_identity.staff.models import Staff
from svc_identity.workflow import STAFF

PERSONAL = ("name", "email", "phone")


def seen_by(principal: Principal) -> sa.Select[Any]:
    return sa.select(Staff).join(User, User.id == Staff.id).where(sa.true() if principal.has(*ADMINS) else sa.false())


def get(staff_id: uuid.UUID, seen: Principal) -> Staff:
    staff = db.session.scalar(seen_by(seen).where(Staff.id == staff_id))
    if staff is None:
        raise NotFound()
    return staff


def add(form: dict[str, Any], principal: Principal, *, password: str = "", by_link: bool = True) -> Staff:
    """Without a first password the person gets a mailed link to choose one; then nobody else ever knows it."""
    answers = checked(form)
    accounts.check_username(answers["username"])
    if password:
        accounts.check_password(password, personal=(answers["name"], answers["username"], answers["email"]))
    _check_grants(answers["roles"], principal)
    user = accounts.add("staff", **{name: answers.pop(name) for name in PERSONAL})
    accounts.set_username(user, answers.pop("username"))
    set_grants(user, answers.pop("roles"))
    if password:
        accounts.set_password(user, password)
    photo = answers.pop("photo_file", None)
    staff = Staff(id=user.id, user=user, status="active", **answers)
    _set_photo(staff, photo, principal)
    STAFF.created(staff, principal, event="staff.changed")
    if by_link and not password:
        events.tell_reset_requested(links.offer("first_password", user))
    return staff


def _set_photo(staff: Staff, photo: uuid.UUID | None, principal: Principal) -> None:
    if photo:
        staff.photo_file_id, staff.photo_by = photo, principal.id


def checked(form: dict[str, Any]) -> dict[str, Any]:
    """The answers as they are kept. Raises BadForm with every problem beside its field."""
    found = {
        "nip": nip_problem(form["nip"], form["employment"], today=now().date()),
        "email": email_problem(form["email"]),
        "phone": phone_problem(form["phone"]) if form["phone"] else None,
    }
    if errors := {name: [problem] for name, problem in found.items() if problem}:
        raise BadForm("Periksa kembali isian Anda.", errors=errors)
    kept = {"nip": normalise_nip(form["nip"]), "email": normalise_email(form["email"])}
    return form | kept | {"phone": normalise_phones(form["phone"]), "employment": form["employment"] or "other"}


def set_grants(user: User, rows: list[dict[str, Any]]) -> None:
    wanted = {(row["role"], (row.get("scope") or "").strip().lower()) for row in rows}
    kept = [grant for grant in user.grants if (grant.role, grant.scope) in wanted]
    known = {(grant.role, grant.scope) for grant in kept}
    user.grants = kept + [Grant(role=role, scope=scope) for role, scope in sorted(wanted - known)]
    db.session.flush()


def _check_grants(rows: list[dict[str, Any]], principal: Principal) -> None:
    for row in rows:
        if row.get("scope") and not BY_CODE[row["role"]].has_scope:
            limited = f"Tugas {BY_CODE[row['role']].label} tidak dibatasi kelompok laboratorium."
            raise BadForm(limited, errors={"roles": [limited]})
        if row["role"] == "super_admin" and not principal.has("super_admin", "system"):
            reserved = "Hanya Super Admin yang dapat memberi tugas Super Admin."
            raise BadForm(reserved, errors={"roles": [reserved]})


@STAFF.payload()
def facts(act: Act) -> dict[str, Any]:
    return events.staff_facts(act.thing)


@STAFF.guard("outranks", person=True)
def outranks(act: Act) -> str | None:
    if "super_admin" in act.thing.user.roles and not act.principal.has("super_admin"):
        return "Akun Super Admin hanya diubah oleh Super Admin."
    return None


@STAFF.guard("is_somebody_else", person=True)
def is_somebody_else(act: Act) -> str | None:
    return "Anda tidak dapat menonaktifkan akun sendiri." if str(act.thing.id) == act.principal.id else None


@STAFF.guard("has_email")
def has_email(act: Act) -> str | None:
    return None if act.thing.user.email else "Akun ini tidak punya alamat e-mail."


@STAFF.guard("may_grant", field="roles")
def may_grant(act: Act) -> str | None:
    try:
        _check_grants(act.form["roles"], act.principal)
    except BadForm as problem:
        return problem.detail
    return None


@STAFF.guard("keeps_a_super_admin", field="roles")
def keeps_a_super_admin(act: Act) -> str | None:
    keeps = any(row["role"] == "super_admin" for row in act.form["roles"])
    return None if keeps else leaves_a_super_admin(act)


@STAFF.guard("leaves_a_super_admin")
def leaves_a_super_admin(act: Act) -> str | None:
    if "super_admin" not in act.thing.user.roles:
        return None
    others = sa.select(Grant.id).join(User).where(Grant.role == "super_admin", User.is_active, User.id != act.thing.id)
    return None if db.session.scalar(others.limit(1)) else "Super Admin terakhir harus tetap ada."


@STAFF.effect("edit")
def edit(act: Act) -> None:
    answers = checked(act.form)
    accounts.update(act.thing.user, **{name: answers.pop(name) for name in PERSONAL})
    _set_photo(act.thing, answers.pop("photo_file", None), act.principal)
    for name, value in answers.items():
        setattr(act.thing, name, value)


@STAFF.effect("set_roles")
def set_roles(act: Act) -> None:
    set_grants(act.thing.user, act.form["roles"])
    revoke_user(act.thing.id, "roles_changed", end_sessions=False)


@STAFF.effect("send_password_link")
def send_password_link(act: Act) -> None:
    events.tell_reset_requested(links.offer("first_password", act.thing.user))


@STAFF.effect("disable")
def disable(act: Act) -> None:
    act.thing.user.is_active = False
    links.close_all(act.thing.id)
    revoke_user(act.thing.id, "disabled")


@STAFF.effect("enable")
def enable(act: Act) -> None:
    act.thing.user.is_active = True

"""What this service tells the others; the examples stand in contracts/events/identity.*.json."""

from typing import Any

from chassis.events import emit
from svc_identity.absences.models import Absence
from svc_identity.calendar.models import CalendarDay
from svc_identity.checks.phones import first_phone
from svc_identity.customers.models import Customer
from svc_identity.links.models import Link
from svc_identity.members.models import Member
from svc_identity.office.models import Office
from svc_identity.staff.models import Staff


def customer_named(customer: Customer) -> dict[str, Any]:
    return {"customer_id": str(customer.id), "name": customer.name}


def customer_facts(customer: Customer) -> dict[str, Any]:
    return {
        **customer_named(customer),
        "address": customer.address,
        "city": customer.city,
        "phone": first_phone(customer.phone),
        "email": customer.email,
        "status": customer.status,
    }


def member_facts(member: Member) -> dict[str, Any]:
    return {
        "user_id": str(member.id),
        "customer_id": str(member.customer_id),
        "name": member.user.name,
        "email": member.user.email,
        "phone": first_phone(member.user.phone),
        "is_active": member.status == "active",
    }


def staff_facts(staff: Staff) -> dict[str, Any]:
    user = staff.user
    return {
        "user_id": str(staff.id),
        "username": user.username,
        "name": user.name,
        "email": user.email,
        "phone": first_phone(user.phone),
        "roles": [{"role": grant.role, "scope": grant.scope or None} for grant in user.grants],
        "is_active": staff.status == "active",
    }


def absence_facts(absence: Absence) -> dict[str, Any]:
    return {
        "absence_id": str(absence.id),
        "user_id": str(absence.user_id),
        "from_on": absence.from_on.isoformat(),
        "until_on": absence.until_on.isoformat(),
        "stand_in_id": str(absence.stand_in_id) if absence.stand_in_id else None,
        "is_cancelled": absence.status == "cancelled",
    }


def tell_member_invited(link: Link, member: Member) -> None:
    facts = {"user_id": str(member.id), "customer_id": str(member.customer_id), "link_id": str(link.id)}
    emit("identity.member.invited", facts, partition_key=str(member.customer_id))


def tell_reset_requested(link: Link) -> None:
    facts = {"user_id": str(link.user_id), "link_id": str(link.id)}
    emit("identity.password_reset.requested", facts, partition_key=str(link.user_id))


def tell_calendar(year: int, days: list[CalendarDay]) -> None:
    shown = [{"date": day.falls_on.isoformat(), "kind": day.kind, "note": day.note} for day in days]
    emit("identity.calendar.changed", {"year": year, "days": shown}, partition_key=str(year))


def tell_office(office: Office) -> None:
    emit("identity.office.changed", {"office": office.facts}, partition_key=str(office.id))

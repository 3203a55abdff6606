from typing import Any

from chassis.auth import Principal
from svc_identity.customers.forms import GROUPS, TYPES
from svc_identity.customers.models import Customer
from svc_identity.customers.rules import PROFILE_FIELDS, warnings_of
from svc_identity.members.present import present_member
from svc_identity.members.rules import list_of
from svc_identity.roles import VERIFIERS
from svc_identity.workflow import CUSTOMER

LABELS = {"customer_type": dict(TYPES), "customer_group": dict(GROUPS)}


def present_customer(customer: Customer, principal: Principal) -> dict[str, Any]:
    """One row of a list."""
    href = f"/api/v1/identity/customers/{customer.id}"
    return {
        "id": str(customer.id),
        "version": customer.version,
        "status": CUSTOMER.present_status(customer),
        **{name: getattr(customer, name) for name in PROFILE_FIELDS},
        **{f"{name}_label": labels[getattr(customer, name)] for name, labels in LABELS.items()},
        "is_claimed": customer.is_claimed,
        "refusal": customer.refusal or None,
        "created_at": customer.created_at.isoformat(),
        "verified_at": customer.verified_at.isoformat() if customer.verified_at else None,
        "actions": CUSTOMER.actions(customer, principal),
        "links": {"self": href, "history": f"{href}/history", "members": f"{href}/members"},
    }


def present_in_full(customer: Customer, principal: Principal) -> dict[str, Any]:
    """The page of one customer: with its users, and for officials with what to look at before verifying."""
    shown = present_customer(customer, principal)
    may_see_people = principal.has(*VERIFIERS) or principal.customer_uuid == customer.id
    shown["members"] = [present_member(member, principal) for member in list_of(customer)] if may_see_people else []
    if principal.has(*VERIFIERS):
        shown["warnings"] = warnings_of(customer)
        if not customer.is_claimed:
            shown["links"]["claim"] = f"{shown['links']['self']}/claim"
    return shown

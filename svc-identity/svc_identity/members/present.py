from typing import Any

from chassis.auth import Principal
from svc_identity.members.models import Member
from svc_identity.workflow import MEMBER


def present_member(member: Member, principal: Principal) -> dict[str, Any]:
    href = f"/api/v1/identity/members/{member.id}"
    return {
        "id": str(member.id),
        "version": member.version,
        "status": MEMBER.present_status(member),
        "customer_id": str(member.customer_id),
        "name": member.user.name,
        "username": member.user.username,
        "email": member.user.email,
        "phone": member.user.phone,
        "is_owner": member.is_owner,
        "actions": MEMBER.actions(member, principal),
        "links": {"self": href, "history": f"{href}/history"},
    }

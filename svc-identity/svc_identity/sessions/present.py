from typing import Any

from chassis.auth import Principal
from chassis.db import db
from svc_identity.members.models import Member
from svc_identity.sessions.rules import get_user


def me(principal: Principal) -> dict[str, Any]:
    if principal.kind != "user":
        return {"id": principal.id, "username": None, "name": principal.name, "roles": [], "customer_id": None}
    user = get_user(principal)
    member = None if user.is_staff else db.session.get(Member, user.id)
    return {
        "id": str(user.id),
        "username": user.username,
        "name": user.name,
        "email": user.email,
        "phone": user.phone,
        "roles": user.roles,
        "scope": user.scope,
        "customer_id": str(member.customer_id) if member else None,
        "customer_name": member.customer.name if member else None,
        "is_owner": bool(member and member.is_owner),
    }

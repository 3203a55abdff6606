from typing import Any

from chassis.auth import Principal, file_link
from svc_identity.roles import BY_CODE
from svc_identity.staff.models import Staff
from svc_identity.workflow import STAFF

FIELDS = "nip gender section structural_level employment".split()


def present_staff(staff: Staff, principal: Principal) -> dict[str, Any]:
    href = f"/api/v1/identity/staff/{staff.id}"
    user = staff.user
    links = {"self": href, "history": f"{href}/history"}
    if staff.photo_file_id:
        links["photo"] = file_link(staff.photo_file_id, staff.photo_by)
    return {
        "id": str(staff.id),
        "version": staff.version,
        "status": STAFF.present_status(staff),
        "username": user.username,
        "name": user.name,
        "email": user.email,
        "phone": user.phone,
        **{name: getattr(staff, name) for name in FIELDS},
        "roles": [
            {"role": grant.role, "label": BY_CODE[grant.role].label, "scope": grant.scope or None}
            for grant in user.grants
        ],
        "is_active": user.is_active,
        "has_password": user.password_hash is not None,
        "last_login_at": user.last_login_at.isoformat() if user.last_login_at else None,
        "actions": STAFF.actions(staff, principal),
        "links": links,
    }


def tasks_of(staff: Staff) -> str:
    named = (f"{BY_CODE[g.role].label} ({g.scope})" if g.scope else BY_CODE[g.role].label for g in staff.user.grants)
    return ", ".join(named)

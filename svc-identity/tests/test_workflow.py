import pytest

from svc_identity.workflow import ABSENCE, ALL, CLIENT, CUSTOMER, MEMBER, STAFF

pytestmark = pytest.mark.usefixtures("cheap_hashing")

ROLES = ["customer", "customer_service", "admin", "super_admin", "analyst", "head_of_office", "lab_coordinator"]
FORMS = {
    "refuse": {"reason": "x"},
    "disable": {"reason": "x"},
    "block": {"reason": "x"},
    "invite": {"name": "Dua", "email": "dua@contoh.test"},
    "set_roles": {"roles": [{"role": "analyst", "scope": ""}]},
}
STAFF_PROFILE = {"name": "Pegawai", "email": "pegawai@kantor.test"}


@pytest.mark.parametrize("flow", ALL, ids=lambda flow: flow.name)
def test_every_state_is_reached_and_left(flow):
    assert flow.faults() == []


def a_customer(office, state):
    made = office.register() if state in ("unverified", "refused") else office.customer()
    if act := {"refused": "refuse", "blocked": "block"}.get(state):
        office.done("customers", made["id"], act, reason="x")
    member = office.see(f"customers/{made['id']}/members")["items"][0]["id"]
    return made["id"], office.speaker(made["id"], member)


def a_member(office, state):
    customer = office.customer()
    office.done("customers", customer["id"], "invite", name="Dua", email="dua@contoh.test")
    first, second = (member["id"] for member in office.see(f"customers/{customer['id']}/members")["items"])
    if state == "removed":
        office.done("members", second, "remove")
    return (first if state == "active" else second), customer["owner"]


def a_clerk(office, state):
    made = office.staff()
    if state == "disabled":
        office.done("staff", made, "disable", by=office.admin, reason="x")
    return made, None


def an_absence(office, state):
    form = {"user_id": office.staff(), "from_on": "2099-01-01", "until_on": "2099-01-02"}
    made = office.admin.post(f"{office.API}/absences", json=form).json["id"]
    if state == "cancelled":
        office.done("absences", made, "cancel", by=office.admin)
    return made, None


def a_client(office, state):
    made = office.admin.post(f"{office.API}/clients", json={"name": "x", "scopes": ["events:read"]}).json["id"]
    if state == "disabled":
        office.done("clients", made, "disable", by=office.admin)
    return made, None


MAKERS = {CUSTOMER: a_customer, MEMBER: a_member, STAFF: a_clerk, ABSENCE: an_absence, CLIENT: a_client}
CELLS = [(flow, state, role) for flow in MAKERS for state in flow.states for role in ROLES]


@pytest.mark.slow
@pytest.mark.parametrize(("flow", "state", "role"), CELLS, ids=lambda cell: getattr(cell, "name", cell))
def test_what_is_offered_is_what_is_accepted(office, flow, state, role):
    """Every transition is tried on a fresh thing in that state, by the person who was shown the offers."""
    for name, transition in flow.transitions.items():
        if transition.is_system:
            continue
        thing_id, owner = MAKERS[flow](office, state)
        person = (owner or office.as_("customer")) if role == "customer" else office.as_(role)
        seen = person.get(f"{office.API}/{flow.prefix}/{thing_id}")
        offered = {action["name"] for action in seen.json["actions"]} if seen.status_code == 200 else set()
        form = (
            (office.COMPANY if flow is CUSTOMER else STAFF_PROFILE)
            if name == "edit"
            else (FORMS.get(name, {}) if transition.form else {})
        )
        answer = office.do(flow.prefix, thing_id, name, by=person, **form)

        assert (answer.status_code == 200) == (name in offered), (name, answer.status_code, answer.json)

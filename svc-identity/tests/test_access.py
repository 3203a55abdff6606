"""Who may call what: the table is the document, and each of its cells is tried."""

import pytest

from chassis.db import db
from chassis.events import dead_letters, inbox
from svc_identity.roles import ROLES

pytestmark = pytest.mark.usefixtures("cheap_hashing")

API = "/api/v1/identity"
EVERYBODY = ["anonymous", "customer", *(role.code for role in ROLES)]
GROUPS = {
    "anybody": EVERYBODY,
    "signed-in": EVERYBODY[1:],
    "admins": ["admin", "super_admin"],
    "verifiers": ["customer_service", "admin", "super_admin"],
    "readers": "customer_service admin super_admin treasurer partnership_officer administration head_of_office".split(),
    "planners": ["admin", "super_admin", "head_of_office", "lab_coordinator"],
    "head": ["head_of_office"],
    "owner": ["customer"],
    "me": EVERYBODY[2:],
}
TABLE = """
GET    workflows                                    anybody
GET    worklists                                    signed-in
GET    queue                                        signed-in
GET    figures                                      admins head
POST   sessions                                     anybody
POST   sessions/refresh                             anybody
DELETE sessions/current                             signed-in
GET    me                                           signed-in
POST   me/password                                  signed-in
GET    me/data                                      signed-in
GET    me/preferences                               signed-in
PATCH  me/preferences                               signed-in
GET    me/views                                     signed-in
POST   me/views                                     signed-in
PUT    me/views/default                             signed-in
PATCH  me/views/<view_id>                           me
DELETE me/views/<view_id>                           me
GET    exports                                      signed-in
POST   exports                                      signed-in
GET    exports/<export_id>                          me
GET    exports/<export_id>/file                     me
GET    jwks                                         anybody
GET    customers/form                               anybody
POST   customers                                    anybody
GET    customers                                    owner readers
POST   customers/walk-ins                           verifiers
GET    customers/<customer_id>                      owner readers
GET    customers/<customer_id>/claim                verifiers
GET    customers/<customer_id>/history              owner readers
GET    customers/<customer_id>/members              owner verifiers
POST   customers/<customer_id>/actions/verify       verifiers
POST   customers/<customer_id>/actions/refuse       verifiers
POST   customers/<customer_id>/actions/edit         owner verifiers
POST   customers/<customer_id>/actions/invite       owner verifiers
POST   customers/<customer_id>/actions/offer_claim  verifiers
POST   customers/<customer_id>/actions/block        verifiers
POST   customers/<customer_id>/actions/unblock      verifiers
GET    customers/<customer_id>/documents            owner verifiers
POST   customers/<customer_id>/documents            owner verifiers
GET    customer-documents/form                      owner verifiers
GET    customer-documents/<document_id>             owner verifiers
GET    customer-documents/<document_id>/history     owner verifiers
POST   customer-documents/<document_id>/actions/remove owner verifiers
GET    members/<member_id>                          owner verifiers
GET    members/<member_id>/history                  owner verifiers
POST   members/<member_id>/actions/resend           owner verifiers
POST   members/<member_id>/actions/make_owner       owner verifiers
POST   members/<member_id>/actions/remove           owner verifiers
POST   invitations/accept                           anybody
POST   password-resets                              anybody
POST   password-resets/redeem                       anybody
GET    staff/form                                   admins
GET    staff                                        admins
POST   staff                                        admins
GET    staff/<staff_id>                             admins
GET    staff/<staff_id>/history                     admins
POST   staff/<staff_id>/actions/edit                admins
POST   staff/<staff_id>/actions/set_roles           admins
POST   staff/<staff_id>/actions/send_password_link  admins
POST   staff/<staff_id>/actions/disable             admins
POST   staff/<staff_id>/actions/enable              admins
GET    absences/form                                planners
GET    absences/people                              planners
GET    absences                                     planners
POST   absences                                     planners
GET    absences/<absence_id>                        planners
GET    absences/<absence_id>/history                planners
POST   absences/<absence_id>/actions/cancel         planners
GET    calendar                                     signed-in
GET    calendar/history                             admins
PUT    calendar/days/<falls_on>                     admins
DELETE calendar/days/<falls_on>                     admins
GET    office                                       anybody
GET    office/form                                  admins
PATCH  office                                       admins
POST   tokens                                       anybody
GET    activity                                     admins
GET    dead-letters                                 admins
GET    dead-letters/<letter_id>                     admins
POST   dead-letters/<letter_id>/replay              admins
POST   dead-letters/<letter_id>/discard             admins
GET    trace                                        admins
GET    clients                                      admins
POST   clients                                      admins
GET    clients/<client_id>                          admins
GET    clients/<client_id>/history                  admins
POST   clients/<client_id>/secrets                  admins
POST   clients/<client_id>/actions/disable          admins
POST   clients/<client_id>/actions/enable           admins
"""
ROWS = [tuple(line.split(maxsplit=2)) for line in TABLE.strip().splitlines()]
CELLS = [(method, path, [role for name in groups.split() for role in GROUPS[name]]) for method, path, groups in ROWS]
# allowed, but there is no link and no finished file in this world
SECRETS = {"customers/<customer_id>/claim": 404, "exports/<export_id>/file": 404}
LETTER = b"{no event"


@pytest.fixture
def world(office):
    """One of everything, and the ids the paths name."""
    customer = office.customer()
    clerk = office.staff("pegawai", roles=["analyst"])
    form = {"user_id": clerk, "from_on": "2099-01-01", "until_on": "2099-01-02"}
    absence = office.admin.post(f"{API}/absences", json=form).json["id"]
    client = office.admin.post(f"{API}/clients", json={"name": "Sistem", "scopes": ["events:read"]}).json["id"]
    office.admin.put(f"{API}/calendar/days/2026-10-23", json={"kind": "local_closure", "note": "x"})
    ids = {"customer_id": customer["id"], "member_id": customer["members"][0]["id"], "staff_id": clerk}
    me = office.staff("saya", roles=["analyst"])
    mine = office.as_("admin", id=me)
    view = {"list": "identity/customers", "name": "Baru", "query": "box=new"}
    ids["view_id"] = mine.post(f"{API}/me/views", json=view).json["id"]
    paper = {"kind": "nib", "file": "0193a5c0-1000-7000-8000-0000000000f1"}
    kept = customer["owner"].post(f"{API}/customers/{customer['id']}/documents", json=paper)
    ids["document_id"] = kept.json["id"]
    wish = {"list": "customers", "format": "pdf", "query": {}}
    ids["export_id"] = mine.post(f"{API}/exports", json=wish).json["id"]
    with office.app.app_context():
        inbox.store([LETTER])
        letter = dead_letters.list_open()[0]
        ids["letter_id"] = str(letter.id)
    ids |= {"absence_id": absence, "client_id": client, "falls_on": "2026-10-23"}
    return {"office": office, "owner": customer["owner"], "me": me, "ids": ids}


def rules_of(app):
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith(f"{API}/"):
            path = rule.rule.removeprefix(f"{API}/").replace("<uuid:", "<")
            yield from ((method, path) for method in rule.methods - {"HEAD", "OPTIONS"})


def test_every_route_stands_in_the_table_and_every_row_is_a_route(app):
    assert set(rules_of(app)) == {(method, path) for method, path, _ in CELLS}


def filled(path, ids):
    for name, value in ids.items():
        path = path.replace(f"<{name}>", value)
    return f"{API}/{path}"


def speak(world, role):
    if role == "anonymous":
        return world["office"].anybody
    return world["owner"] if role == "customer" else world["office"].as_(role, id=world["me"])


def snapshot(app):
    with app.app_context():
        tables = [table for table in db.metadata.sorted_tables if table.name != "throttles"]
        return {table.name: sorted(map(str, db.session.execute(table.select()))) for table in tables}


def send(person, method, path):
    return getattr(person, method.lower())(path, **({} if method == "GET" else {"json": {}}))


@pytest.mark.parametrize("role", EVERYBODY)
def test_what_is_not_one_s_own_is_refused_and_nothing_changes(app, world, role):
    before, person = snapshot(app), speak(world, role)
    refusals = {401} if role == "anonymous" else {403, 404}
    passed = [
        (method, path)
        for method, path, allowed in CELLS
        if role not in allowed and send(person, method, filled(path, world["ids"])).status_code not in refusals
    ]

    assert passed == []
    assert snapshot(app) == before


@pytest.mark.parametrize(("method", "path", "allowed"), CELLS, ids=[f"{method} {path}" for method, path, _ in CELLS])
def test_those_who_may_are_let_through(world, method, path, allowed):
    for role in allowed:
        answer = send(speak(world, role), method, filled(path, world["ids"]))
        gone = method == "DELETE" and answer.status_code == 404 and role != allowed[0]
        wrong_password = path in ("sessions", "sessions/refresh", "tokens") and answer.status_code == 401
        known = gone or wrong_password or answer.status_code == SECRETS.get(path)
        assert known or answer.status_code not in (401, 403, 404, 405), (role, answer.status_code, answer.json)


def test_another_company_s_things_are_as_if_they_were_not_there(app, world):
    stranger = world["office"].customer()["owner"]
    before = snapshot(app)
    nothing = dict.fromkeys(world["ids"], "0193a5c0-1000-7000-8000-00000000dead")
    for method, path in [(method, path) for method, path, allowed in CELLS if "customer" in allowed and "<" in path]:
        other, missing = (send(stranger, method, filled(path, ids)) for ids in (world["ids"], nothing))
        assert other.status_code == missing.status_code == 404, path
        assert body(other) == body(missing)

    assert snapshot(app) == before


def body(answer):
    return {name: value for name, value in answer.json.items() if name not in ("request_id", "instance", "trace")}


def test_a_company_lists_itself_alone(world):
    stranger = world["office"].customer()

    listed = stranger["owner"].get(f"{API}/customers").json["items"]
    assert [row["id"] for row in listed] == [stranger["id"]]


@pytest.mark.parametrize(
    ("path", "service"), [("revocations", "gateway"), ("links/0193a5c0-1000-7000-8000-00000000dead", "svc-notify")]
)
def test_what_is_internal_is_for_one_caller_each(office, as_service, path, service):
    for caller in ("gateway", "svc-notify", "svc-testing", "svc-billing"):
        status = as_service(caller).get(f"/internal/{path}").status_code
        assert (status in (200, 404)) == (caller == service), caller
    assert office.super_admin.get(f"/internal/{path}").status_code == 403
    assert office.anybody.get(f"/internal/{path}").status_code == 401


def test_services_do_not_speak_for_people(world, as_service):
    for method, path, allowed in CELLS:
        if "anonymous" not in allowed:
            answer = as_service("svc-testing").open(
                method, filled(path, world["ids"]), json={} if method != "GET" else None
            )
            assert answer.status_code == 403, path


def test_laboratory_roles_never_see_a_customer(world):
    for role in ("lab_coordinator", "supervisor", "analyst", "calibration_officer", "sampling_officer"):
        answer = world["office"].as_(role).get(f"{API}/customers/{world['ids']['customer_id']}")
        assert answer.status_code == 403

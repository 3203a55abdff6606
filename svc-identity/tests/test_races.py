"""Several at once, each on its own connection."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import sqlalchemy as sa

from chassis.db import atomic, db
from svc_identity.customers.models import Customer
from svc_identity.members.models import Member
from svc_identity.sessions.models import RefreshToken
from svc_identity.workflow import MEMBER

AT_ONCE = 8


def at_once(call: Callable[[int], Any], times: int = AT_ONCE) -> list[Any]:
    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(call, range(times)))


def test_of_many_wrong_passwords_at_once_ten_are_looked_at(app, office):
    office.staff("ada")
    body = {"username": "ada", "password": "salah sama sekali"}
    answers = at_once(lambda _: app.test_client().post(f"{office.API}/sessions", json=body).status_code, times=16)

    assert sorted(answers) == [401] * 10 + [429] * 6


def test_a_refresh_token_sent_at_once_has_one_successor(app, office):
    office.staff("ada")
    token = office.sign_in("ada").json["refresh_token"]
    body = {"refresh_token": token}
    answers = at_once(
        lambda _: app.test_client().post(f"{office.API}/sessions/refresh", json=body).json["refresh_token"]
    )

    assert len(set(answers)) == 1
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(RefreshToken)) == 2


def test_a_username_taken_at_once_is_had_by_one(app, office):
    forms = [office.registration(username="rebutan") for _ in range(AT_ONCE)]
    answers = at_once(lambda n: app.test_client().post(f"{office.API}/customers", json=forms[n]).status_code)

    assert sorted(answers) == [201] + [422] * (AT_ONCE - 1)
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Customer)) == 1


def test_a_link_used_at_once_works_for_one(app, office):
    made = office.cs.post(f"{office.API}/customers/walk-ins", json=office.COMPANY).json
    office.done("customers", made["id"], "offer_claim")
    token = parse_qs(urlsplit(office.see(f"customers/{made['id']}/claim")["url"]).query)["token"][0]

    def claim(number: int) -> int:
        form = {"token": token, "username": f"rebut{number}", "password": "payung lampu kaktus"}
        return app.test_client().post(f"{office.API}/invitations/accept", json=form).status_code

    assert sorted(at_once(claim)) == [201] + [410] * (AT_ONCE - 1)


def test_a_registration_verified_and_refused_at_once_ends_one_way(office):
    made = office.register()
    acts = [("verify", {}), ("refuse", {"reason": "x"})] * 3
    answers = at_once(lambda n: office.do("customers", made["id"], acts[n][0], **acts[n][1]).status_code, times=6)

    assert sorted(answers) == [200] + [409] * 5


def test_one_of_two_owners_stays_when_both_remove_each_other(app, office):
    customer = office.customer()
    office.done("customers", customer["id"], "invite", name="Dua", email="dua@contoh.test")
    first, second = (member["id"] for member in office.see(f"customers/{customer['id']}/members")["items"])
    with app.app_context(), atomic():
        member = db.session.get_one(Member, UUID(second))
        MEMBER.fire(member, "accept")
        member.is_owner = True
    ids = [(first, second), (second, first)]

    def remove(number: int) -> int:
        who, whom = ids[number]
        return office.do("members", whom, "remove", by=office.speaker(customer["id"], who)).status_code

    assert sorted(at_once(remove, times=2))[0] == 200
    owners = [member for member in office.see(f"customers/{customer['id']}/members")["items"] if member["is_owner"]]
    assert len(owners) == 1

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine

from chassis.db import now
from chassis.testing import CONTRACTS, example, same_shape

DUA = {"name": "Dua Contoh", "email": "dua@contoh.test", "phone": ""}
OTHER_PASSWORD = "payung lampu kaktus"


@pytest.fixture
def mail(published, as_service):
    """What svc-notify would put into the newest mail; None when there is nothing to send any more."""

    def read():
        facts = [told for _, told in published(full=True) if "link_id" in told][-1]
        answer = as_service("svc-notify").get(f"/internal/links/{facts['link_id']}")
        return answer.json if answer.status_code == 200 else None

    return read


def token_of(url):
    return parse_qs(urlsplit(url).query)["token"][0]


def accept(office, url, username="dua", **more):
    form = {"token": token_of(url), "username": username, "password": OTHER_PASSWORD} | more
    return office.anybody.post(f"{office.API}/invitations/accept", json=form)


def invite(office, customer, mail):
    office.done("customers", customer["id"], "invite", by=customer["owner"], **DUA)
    return mail()


def names(thing):
    return {action["name"] for action in thing["actions"]}


def test_the_owner_invites_a_colleague_who_chooses_a_password(office, mail):
    customer = office.customer()
    letter = invite(office, customer, mail)
    assert (letter["purpose"], letter["email"], letter["name"]) == ("invitation", "dua@contoh.test", "Dua Contoh")
    assert letter["url"].startswith("http://127.0.0.1:8080/undangan?token=")

    answer = accept(office, letter["url"])
    assert answer.status_code == 201
    assert answer.json["customer_id"] == customer["id"]
    assert office.sign_in("dua", OTHER_PASSWORD).status_code == 201
    members = office.see(f"customers/{customer['id']}/members")["items"]
    assert [(m["username"], m["status"]["code"], m["is_owner"]) for m in members][-1] == ("dua", "active", False)


def test_an_invitation_works_once(office, mail):
    letter = invite(office, office.customer(), mail)
    accept(office, letter["url"])

    assert accept(office, letter["url"], username="tiga").status_code == 410
    assert mail() is None


def test_an_invitation_runs_out_after_a_week(office, mail):
    letter = invite(office, office.customer(), mail)

    with time_machine.travel(now() + timedelta(days=7, seconds=1)):
        assert accept(office, letter["url"]).status_code == 410


def test_a_second_invitation_replaces_the_first(office, mail):
    customer = office.customer()
    first = invite(office, customer, mail)
    member = office.see(f"customers/{customer['id']}/members")["items"][-1]
    office.done("members", member["id"], "resend", by=customer["owner"])

    assert accept(office, first["url"]).status_code == 410
    assert accept(office, mail()["url"]).status_code == 201


@pytest.mark.parametrize("token", ["", "x", "A" * 64])
def test_a_made_up_link_opens_nothing(office, token):
    form = {"token": token, "username": "dua", "password": OTHER_PASSWORD}

    assert office.anybody.post(f"{office.API}/invitations/accept", json=form).status_code == 410


def test_a_link_taken_up_badly_can_be_taken_up_again(office, mail):
    letter = invite(office, office.customer(username="kembar"), mail)

    assert accept(office, letter["url"], username="kembar").status_code == 422
    assert accept(office, letter["url"], password="pendek").status_code == 422
    assert accept(office, letter["url"]).status_code == 201


def test_a_plain_member_neither_invites_nor_edits_nor_removes(office, mail):
    customer = office.customer()
    dua = office.speaker(customer["id"], accept(office, invite(office, customer, mail)["url"]).json["id"])

    seen = office.see(f"customers/{customer['id']}", by=dua)
    assert names(seen) == set()
    assert [names(member) for member in seen["members"]] == [set(), set()]
    assert office.do("customers", customer["id"], "invite", by=dua, **DUA).status_code == 403
    assert office.do("members", seen["members"][0]["id"], "remove", by=dua).status_code == 403


def test_a_removed_member_is_out_at_once(office, mail, as_service):
    customer = office.customer()
    user_id = accept(office, invite(office, customer, mail)["url"]).json["id"]
    token = office.sign_in("dua", OTHER_PASSWORD).json["refresh_token"]
    office.done("members", user_id, "remove", by=customer["owner"])

    assert office.refresh(token).status_code == 401
    assert office.sign_in("dua", OTHER_PASSWORD).status_code == 403
    assert user_id in {item["sub"] for item in as_service("gateway").get("/internal/revocations").json["items"]}
    assert len(office.see(f"customers/{customer['id']}/members")["items"]) == 1


def test_the_last_owner_stays(office, mail):
    customer = office.customer()
    owner_id = customer["members"][0]["id"]
    refused = office.do("members", owner_id, "remove", by=customer["owner"])
    assert refused.status_code == 409
    assert "Pemilik terakhir" in refused.json["detail"]

    dua = accept(office, invite(office, customer, mail)["url"]).json["id"]
    assert office.done("members", dua, "make_owner", by=customer["owner"])["is_owner"] is True
    assert office.do("members", owner_id, "remove", by=office.speaker(customer["id"], dua)).status_code == 200


def test_a_walk_in_is_claimed_with_the_link_from_the_counter(office, published):
    made = office.cs.post(f"{office.API}/customers/walk-ins", json=office.COMPANY | {"email": ""}).json
    assert office.cs.get(f"{office.API}/customers/{made['id']}/claim").status_code == 404
    office.done("customers", made["id"], "offer_claim")
    assert "identity.member.invited" not in published()

    link = office.see(f"customers/{made['id']}/claim")
    answer = accept(office, link["url"], username="akhirnya", name="Pak Akhir")
    assert answer.status_code == 201
    assert office.sign_in("akhirnya", OTHER_PASSWORD).status_code == 201
    seen = office.see(f"customers/{made['id']}")
    assert seen["is_claimed"] is True
    assert [(m["name"], m["is_owner"]) for m in seen["members"]] == [("Pak Akhir", True)]
    assert "offer_claim" not in names(seen)
    assert office.cs.get(f"{office.API}/customers/{made['id']}/claim").status_code == 404


def test_a_new_claim_link_replaces_the_one_that_was_lost(office):
    made = office.cs.post(f"{office.API}/customers/walk-ins", json=office.COMPANY).json
    office.done("customers", made["id"], "offer_claim")
    first = office.see(f"customers/{made['id']}/claim")["url"]
    office.done("customers", made["id"], "offer_claim")

    assert accept(office, first).status_code == 410
    assert accept(office, office.see(f"customers/{made['id']}/claim")["url"]).status_code == 201
    assert len(office.see(f"customers/{made['id']}/members")["items"]) == 1


def test_a_forgotten_password_is_replaced_by_a_mailed_link(office, mail):
    customer = office.customer()
    session = office.sign_in(customer["username"]).json["refresh_token"]
    asked = office.anybody.post(f"{office.API}/password-resets", json={"email": "Satu@contoh.test"})
    assert asked.status_code == 202

    letter = mail()
    assert letter["purpose"] == "password_reset"
    form = {"token": token_of(letter["url"]), "password": OTHER_PASSWORD}
    path = f"{office.API}/password-resets/redeem"
    assert office.anybody.post(path, json=form | {"password": "pendek"}).status_code == 422
    assert office.anybody.post(path, json=form).status_code == 204
    assert office.anybody.post(path, json=form).status_code == 410
    assert office.refresh(session).status_code == 401
    assert office.sign_in(customer["username"]).status_code == 401
    assert office.sign_in(customer["username"], OTHER_PASSWORD).status_code == 201


def test_a_reset_link_runs_out_after_half_an_hour(office, mail):
    office.customer()
    office.anybody.post(f"{office.API}/password-resets", json={"email": "satu@contoh.test"})
    letter = mail()

    with time_machine.travel(now() + timedelta(minutes=30, seconds=1)):
        form = {"token": token_of(letter["url"]), "password": OTHER_PASSWORD}
        assert office.anybody.post(f"{office.API}/password-resets/redeem", json=form).status_code == 410


def test_an_unknown_address_gets_the_same_answer_and_no_mail(office, published):
    office.customer()
    before = published()
    unknown = office.anybody.post(f"{office.API}/password-resets", json={"email": "tiada@contoh.test"})
    assert published() == before
    known = office.anybody.post(f"{office.API}/password-resets", json={"email": "satu@contoh.test"})

    assert (unknown.status_code, unknown.json) == (known.status_code, known.json) == (202, known.json)


def test_everybody_at_a_shared_address_gets_a_link(office, published):
    office.customer()
    office.customer()
    office.anybody.post(f"{office.API}/password-resets", json={"email": "satu@contoh.test"})

    asked = published(full=True, prefix="identity.password_reset")
    assert [kind for kind, _ in asked] == ["identity.password_reset.requested"] * 2
    assert [same_shape(facts, example(kind)["data"]) for kind, facts in asked] == [[], []]


def test_resets_are_limited_per_address_known_or_not(office):
    answers = [
        office.anybody.post(f"{office.API}/password-resets", json={"email": "tiada@contoh.test"}).status_code
        for _ in range(4)
    ]

    assert answers == [202, 202, 202, 429]


def test_an_invitation_is_no_password_link(office, mail):
    letter = invite(office, office.customer(), mail)
    form = {"token": token_of(letter["url"]), "password": OTHER_PASSWORD}

    assert office.anybody.post(f"{office.API}/password-resets/redeem", json=form).status_code == 410


def test_the_letter_looks_as_the_contract_says(office, mail):
    import json

    contract = json.loads((CONTRACTS / "calls" / "identity.link.json").read_text())
    assert same_shape(invite(office, office.customer(), mail), contract["response"]["body"]) == []


def test_a_link_s_secret_is_in_no_event_and_no_table(app, office, mail, published):
    from chassis.db import db

    token = token_of(invite(office, office.customer(), mail)["url"])

    assert token not in str(published(full=True))
    with app.app_context():
        everything = [str(row) for table in db.metadata.sorted_tables for row in db.session.execute(table.select())]
    assert not any(token in row for row in everything)


def test_a_reset_asked_for_again_sends_one_mail_and_its_link_answers_the_same(office, mail, published):
    customer = office.customer()
    path, key = f"{office.API}/password-resets", {"Idempotency-Key": "satu"}
    asked = [office.anybody.post(path, json={"email": "satu@contoh.test"}, headers=key) for _ in range(5)]
    assert [answer.status_code for answer in asked] == [202] * 5
    assert len(published(prefix="identity.password_reset")) == 1

    form = {"token": token_of(mail()["url"]), "password": OTHER_PASSWORD}
    redeemed = [office.anybody.post(f"{path}/redeem", json=form, headers={"Idempotency-Key": "dua"}) for _ in range(2)]
    assert [answer.status_code for answer in redeemed] == [204, 204]
    assert office.sign_in(customer["username"], OTHER_PASSWORD).status_code == 201

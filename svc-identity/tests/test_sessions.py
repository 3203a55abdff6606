import json
from datetime import datetime, timedelta

import pytest
import time_machine
from joserfc import jwt
from joserfc.jwk import KeySet

from chassis.db import atomic, db, now
from chassis.keys import BadToken, Trust
from chassis.testing import CONTRACTS, same_shape
from svc_identity.sessions import throttle
from svc_identity.sessions.models import RefreshToken, Session, Throttle
from svc_identity.sessions.rules import CLOSED, OVER, WRONG
from svc_identity.tasks import forget_old_sign_ins


def claims_of(office, answer):
    keys = KeySet.import_key_set(office.anybody.get(f"{office.API}/jwks").json)
    return jwt.decode(answer.json["access_token"], keys, algorithms=["Ed25519"]).claims


def speaker(office, answer):
    """Who the gateway would say is calling, having read the access token."""
    claims = claims_of(office, answer)
    named = {"id": claims["sub"], "customer_id": claims["customer_id"], "session_id": claims["sid"]}
    return office.as_(*claims["roles"], **named)


def test_a_verified_customer_signs_in(office):
    customer = office.customer()
    answer = office.sign_in(customer["username"])

    assert answer.status_code == 201
    assert (answer.json["token_type"], answer.json["expires_in"]) == ("Bearer", 900)
    assert answer.headers["Cache-Control"] == "no-store"
    claims = claims_of(office, answer)
    wanted = {
        "iss": "identity",
        "aud": "zerocalls",
        "typ": "access",
        "kind": "user",
        "customer_id": customer["id"],
        "scope": {},
    }
    assert wanted.items() <= claims.items()
    assert claims["roles"] == ["customer"]
    assert claims["username"] == customer["username"]
    assert 895 <= claims["exp"] - claims["iat"] <= 900
    assert {"sub", "name", "sid", "jti"} <= claims.keys()


def test_staff_carry_their_roles_and_groups(office):
    office.staff("penyelia", roles=["supervisor"], scope="kimia")

    claims = claims_of(office, office.sign_in("Penyelia"))
    assert claims["roles"] == ["supervisor"]
    assert claims["scope"] == {"supervisor": ["kimia"]}
    assert claims["customer_id"] is None


def test_unknown_name_and_wrong_password_are_told_apart_by_nobody(office):
    office.staff("ada")
    wrong, unknown = office.sign_in("ada", "salah sama sekali"), office.sign_in("tiada", "salah sama sekali")

    assert wrong.status_code == unknown.status_code == 401
    without_id = [{k: v for k, v in answer.json.items() if k != "request_id"} for answer in (wrong, unknown)]
    assert without_id[0] == without_id[1]
    assert wrong.json["detail"] == WRONG


def test_unknown_name_and_wrong_password_cost_the_same_statements_and_one_hash(office, statements, monkeypatch):
    from svc_identity.checks import passwords

    office.staff("ada")
    office.sign_in("tiada", "x" * 12)
    hashed = []
    verify = type(passwords.hasher).verify
    monkeypatch.setattr(type(passwords.hasher), "verify", lambda self, *rest: hashed.append(1) or verify(self, *rest))
    known = statements(lambda: office.sign_in("ada", "salah sama sekali"))
    unknown = statements(lambda: office.sign_in("tiada", "salah sama sekali"))

    assert len(hashed) == 2
    assert abs(known - unknown) <= 1  # the grants of the one who exists


@pytest.mark.parametrize(
    ("acts", "text"),
    [
        ([], CLOSED["unverified"]),
        ([("refuse", {"reason": "Ganda"})], "ditolak: Ganda"),
        ([("verify", {}), ("block", {"reason": "Tunggakan"})], CLOSED["blocked"]),
    ],
)
def test_a_closed_account_says_why_only_to_who_knows_the_password(office, acts, text):
    made = office.register()
    for name, form in acts:
        office.done("customers", made["id"], name, **form)

    right, wrong = office.sign_in(made["username"]), office.sign_in(made["username"], "salah sama sekali")
    assert (right.status_code, wrong.status_code) == (403, 401)
    assert text in right.json["detail"]
    assert wrong.json["detail"] == WRONG


def test_ten_wrong_passwords_close_the_account_for_a_while_even_for_the_right_one(office):
    office.staff("ada")
    assert {office.sign_in("ada", "salah sama sekali").status_code for _ in range(10)} == {401}

    answer = office.sign_in("ada")
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 900
    with time_machine.travel(now() + timedelta(minutes=15, seconds=1)):
        assert office.sign_in("ada").status_code == 201


def test_an_unknown_account_is_throttled_alike(office):
    answers = [office.sign_in("tiada", "salah sama sekali").status_code for _ in range(11)]

    assert answers == [401] * 10 + [429]


def test_right_passwords_use_no_try_up(office):
    office.staff("ada")

    assert {office.sign_in("ada").status_code for _ in range(12)} == {201}


def test_the_tries_of_one_account_are_no_matter_of_another(office):
    office.staff("ada")
    for _ in range(10):
        office.sign_in("tiada", "salah sama sekali")

    assert office.sign_in("ada").status_code == 201


def test_one_address_is_slowed_down_across_accounts(app, office):
    with app.app_context():
        for _ in range(99):
            throttle.take(throttle.LOGIN_ADDRESS, "127.0.0.1")

    assert [office.sign_in(f"nama{n}", "x").status_code for n in range(2)] == [401, 429]


def test_what_was_typed_as_a_username_is_not_kept(app, office):
    office.sign_in("sandi rahasia saya", "x")

    with app.app_context():
        assert all(len(row.digest) == 64 for row in db.session.query(Throttle))


def test_a_refresh_token_is_used_once_and_its_successor_repeated_for_half_a_minute(office):
    office.staff("ada")
    first = office.sign_in("ada").json["refresh_token"]
    second = office.refresh(first)
    again = office.refresh(first)

    assert second.status_code == again.status_code == 200
    assert second.json["refresh_token"] == again.json["refresh_token"] != first
    assert office.refresh(second.json["refresh_token"]).status_code == 200


def test_a_refresh_token_used_late_ends_the_session(app, office, as_service):
    office.staff("ada")
    first = office.sign_in("ada").json["refresh_token"]
    second = office.refresh(first).json["refresh_token"]

    with time_machine.travel(now() + timedelta(seconds=31)):
        assert office.refresh(first).status_code == 401
        assert office.refresh(second).status_code == 401
        (item,) = as_service("gateway").get("/internal/revocations").json["items"]
    assert item["reason"] == "token_reused"
    with app.app_context():
        assert db.session.query(Session).one().end_reason == "token_reused"


@pytest.mark.parametrize("token", ["", "x", "A" * 64, "é" * 64, "=" * 64, "A" * 63 + "\x00", "A" * 201])
def test_a_made_up_refresh_token_is_refused(office, token):
    assert office.refresh(token).status_code in (401, 422)


def test_a_link_is_no_refresh_token(app, office):
    from svc_identity.seals import seal, unseal

    office.staff("ada")
    office.sign_in("ada")
    with app.app_context():
        row = db.session.query(RefreshToken).one()
        assert unseal("refresh", seal("refresh", row.id)) == row.id
        assert unseal("refresh", seal("link", row.id)) is None
    assert office.refresh(seal_in(app, "link", row.id)).status_code == 401


def seal_in(app, purpose, row_id):
    from svc_identity.seals import seal

    with app.app_context():
        return seal(purpose, row_id)


def test_an_access_token_is_no_service_s_token(app, office, trusted):
    office.staff("ada")
    token = office.sign_in("ada").json["access_token"]

    with pytest.raises(BadToken):
        Trust(trusted / "public").verify(token, audience="svc-identity")
    answer = office.anybody.get(f"{office.API}/me", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 401


def test_the_published_keys_hold_nothing_private(office):
    (key,) = office.anybody.get(f"{office.API}/jwks").json["keys"]

    assert key["kty"] == "OKP"
    assert key["kid"]
    assert "d" not in key


def test_signing_out_ends_the_session_and_the_gateway_learns_it(office, as_service):
    office.staff("ada")
    answer = office.sign_in("ada")
    person = speaker(office, answer)

    assert person.delete(f"{office.API}/sessions/current").status_code == 204
    assert office.refresh(answer.json["refresh_token"]).status_code == 401
    feed = as_service("gateway").get("/internal/revocations").json
    assert [(i["sid"], i["sub"], i["reason"]) for i in feed["items"]] == [
        (claims_of(office, answer)["sid"], None, "logout")
    ]


def test_nobody_signs_another_person_out(office):
    office.staff("ada")
    answer = office.sign_in("ada")
    sid = claims_of(office, answer)["sid"]

    stranger = office.as_("analyst", session_id=sid)
    assert stranger.delete(f"{office.API}/sessions/current").status_code == 204
    assert office.refresh(answer.json["refresh_token"]).status_code == 200


def test_an_idle_session_ends_and_so_does_an_old_one(office):
    office.staff("ada")
    token = office.sign_in("ada").json["refresh_token"]
    with time_machine.travel(now() + timedelta(minutes=121)):
        assert office.refresh(token).json["detail"] == OVER

    token = office.sign_in("ada").json["refresh_token"]
    for hour in range(1, 12):
        with time_machine.travel(now() + timedelta(hours=hour)):
            token = office.refresh(token).json["refresh_token"]
    with time_machine.travel(now() + timedelta(hours=12, seconds=1)):
        assert office.refresh(token).status_code == 401


def test_disabling_a_person_ends_every_session_at_once(office, as_service):
    person = office.staff("ada")
    token = office.sign_in("ada").json["refresh_token"]
    office.done("staff", person, "disable", by=office.admin, reason="Pindah tugas")

    assert office.refresh(token).status_code == 401
    assert office.sign_in("ada").status_code == 403
    items = as_service("gateway").get("/internal/revocations").json["items"]
    assert {(item["sub"], item["reason"]) for item in items if item["sub"]} == {(person, "disabled")}


def test_other_roles_void_the_old_token_and_a_refresh_brings_the_new_ones(office, as_service):
    person = office.staff("ada", roles=["analyst"])
    before = office.sign_in("ada")
    office.done("staff", person, "set_roles", by=office.admin, roles=[{"role": "supervisor", "scope": "kimia"}])

    (item,) = as_service("gateway").get("/internal/revocations").json["items"]
    after = office.refresh(before.json["refresh_token"])
    assert claims_of(office, after)["roles"] == ["supervisor"]
    revoked = datetime.fromisoformat(item["revoked_at"]).timestamp()
    assert claims_of(office, before)["iat"] <= revoked < claims_of(office, after)["iat"]


def test_blocking_a_company_throws_its_people_out(office):
    customer = office.customer()
    token = office.sign_in(customer["username"]).json["refresh_token"]
    office.done("customers", customer["id"], "block", reason="Tunggakan")

    assert office.refresh(token).status_code == 401


def test_the_feed_of_revocations_looks_back_a_minute(office, as_service):
    office.staff("ada")
    speaker(office, office.sign_in("ada")).delete(f"{office.API}/sessions/current")
    gateway = as_service("gateway")
    first = gateway.get("/internal/revocations").json

    again = gateway.get("/internal/revocations", query_string={"after": first["next"]}).json
    assert [item["id"] for item in again["items"]] == [item["id"] for item in first["items"]]
    with time_machine.travel(now() + timedelta(minutes=2)):
        assert gateway.get("/internal/revocations", query_string={"after": now().isoformat()}).json["items"] == []
    with time_machine.travel(now() + timedelta(minutes=17)):
        assert gateway.get("/internal/revocations").json["items"] == []


def test_one_s_own_password_needs_the_old_one_and_ends_the_other_sessions(office):
    office.staff("ada")
    mine, other = office.sign_in("ada"), office.sign_in("ada")
    person = speaker(office, mine)
    path = f"{office.API}/me/password"

    assert person.post(path, json={"current_password": "salah", "password": "payung lampu kaktus"}).status_code == 422
    assert (
        person.post(path, json={"current_password": office.PASSWORD, "password": "zerocalls-demo"}).status_code == 422
    )
    done = person.post(path, json={"current_password": office.PASSWORD, "password": "payung lampu kaktus"})
    assert done.status_code == 204
    assert office.refresh(mine.json["refresh_token"]).status_code == 200
    assert office.refresh(other.json["refresh_token"]).status_code == 401
    assert office.sign_in("ada").status_code == 401
    assert office.sign_in("ada", "payung lampu kaktus").status_code == 201


def test_me_tells_who_i_am(office):
    customer = office.customer()
    me = speaker(office, office.sign_in(customer["username"])).get(f"{office.API}/me").json

    assert (me["username"], me["roles"], me["customer_id"]) == (customer["username"], ["customer"], customer["id"])
    assert me["customer_name"] == "PT Contoh Satu"
    assert me["is_owner"] is True


def test_old_sign_ins_are_forgotten_and_young_ones_kept(app, office):
    office.staff("ada")
    token = office.sign_in("ada").json["refresh_token"]
    with app.app_context():
        forget_old_sign_ins()
    assert office.refresh(token).status_code == 200
    with time_machine.travel(now() + timedelta(days=31)), app.app_context():
        forget_old_sign_ins()
        assert (
            db.session.query(Session).count()
            == db.session.query(RefreshToken).count()
            == db.session.query(Throttle).count()
            == 0
        )


def test_a_weaker_hash_is_made_anew_at_sign_in(app, office):
    from argon2 import PasswordHasher

    from svc_identity.accounts.rules import find_by_username

    office.staff("ada")
    with app.app_context(), atomic():
        find_by_username("ada").password_hash = PasswordHasher(time_cost=1, memory_cost=8192).hash(office.PASSWORD)
    assert office.sign_in("ada").status_code == 201
    with app.app_context():
        assert "m=19456,t=2" in find_by_username("ada").password_hash


def test_the_answer_is_json_of_the_contract(office, as_service):
    office.staff("ada")
    speaker(office, office.sign_in("ada")).delete(f"{office.API}/sessions/current")

    contract = json.loads((CONTRACTS / "calls" / "identity.revocations.json").read_text())
    answer = as_service("gateway").get(contract["path"], query_string=contract["query"])
    assert same_shape(answer.json, contract["response"]["body"]) == []


def test_a_change_of_password_sent_again_is_done_once_and_costs_no_try(office):
    office.staff("ada")
    person = speaker(office, office.sign_in("ada"))
    path, key = f"{office.API}/me/password", {"Idempotency-Key": "satu"}
    form = {"current_password": office.PASSWORD, "password": "payung lampu kaktus"}
    answers = [person.post(path, json=form, headers=key) for _ in range(12)]

    assert {answer.status_code for answer in answers} == {204}
    assert answers[-1].headers["Idempotent-Replayed"] == "true"
    assert person.post(path, json=form | {"password": "lain sama sekali"}, headers=key).status_code == 422
    assert office.sign_in("ada", "payung lampu kaktus").status_code == 201


def test_after_a_restore_everybody_signs_in_again(app, office, as_service):
    ada, budi = office.staff("ada"), office.staff("budi")
    tokens = [office.sign_in(name).json["refresh_token"] for name in ("ada", "ada", "budi")]

    said = app.test_cli_runner().invoke(args=["end-sessions"])

    assert (said.exit_code, said.output) == (0, "ended: 3 sessions; tokens of 2 people are void\n"), said.output
    assert [office.refresh(token).status_code for token in tokens] == [401] * 3
    items = as_service("gateway").get("/internal/revocations").json["items"]
    assert {(item["sub"], item["reason"]) for item in items} == {(ada, "all_ended"), (budi, "all_ended")}
    assert office.sign_in("ada").status_code == 201
    assert app.test_cli_runner().invoke(args=["end-sessions"]).output.startswith("ended: 1 sessions")

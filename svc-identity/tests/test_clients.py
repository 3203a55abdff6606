import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

NOBODY = "0193a5c0-1000-7000-8000-000000000001"
FORM = {"name": "Sistem Contoh", "scopes": ["events:read", "documents:verify"]}


def add(office):
    return office.admin.post(f"{office.API}/clients", json=FORM)


def ask(office, made, **changes):
    form = {
        "grant_type": "client_credentials",
        "client_id": made["id"],
        "client_secret": made["client_secret"],
    } | changes
    return office.anybody.post(f"{office.API}/tokens", json=form)


def test_another_system_gets_a_token_with_scopes_instead_of_roles(office):
    answer = ask(office, add(office).json)

    assert answer.status_code == 201
    assert answer.json["scope"] == "documents:verify events:read"
    keys = KeySet.import_key_set(office.anybody.get(f"{office.API}/jwks").json)
    claims = jwt.decode(answer.json["access_token"], keys, algorithms=["Ed25519"]).claims
    assert (claims["kind"], claims["roles"]) == ("client", [])
    assert claims["scope"] == {"api": ["documents:verify", "events:read"]}


def test_fewer_scopes_may_be_asked_for_but_not_others(office):
    made = add(office).json

    assert ask(office, made, scope="events:read").json["scope"] == "events:read"
    assert ask(office, made, scope="subscriptions:write").status_code == 422


@pytest.mark.parametrize(
    "changes",
    [{"client_secret": "salah"}, {"client_id": "siapa"}, {"client_id": NOBODY}],
)
def test_a_wrong_secret_and_an_unknown_client_get_one_answer(office, changes):
    answer = ask(office, add(office).json, **changes)

    assert (answer.status_code, answer.json["detail"]) == (401, "Client id atau secret salah.")


def test_the_secret_is_shown_once_and_kept_nowhere(app, office):
    from chassis.db import db

    key = {"Idempotency-Key": "satu"}
    made = office.admin.post(f"{office.API}/clients", json=FORM, headers=key).json

    assert "client_secret" not in office.see(f"clients/{made['id']}", by=office.admin)
    with app.app_context():
        rows = [str(row) for table in db.metadata.sorted_tables for row in db.session.execute(table.select())]
    assert not any(made["client_secret"] in row for row in rows)


def test_another_secret_voids_the_old_one_and_its_tokens(office, as_service):
    made = add(office).json
    renewed = office.admin.post(f"{office.API}/clients/{made['id']}/secrets").json

    assert ask(office, made).status_code == 401
    assert ask(office, renewed).status_code == 201
    assert made["id"] in {item["sub"] for item in as_service("gateway").get("/internal/revocations").json["items"]}


def test_a_disabled_client_gets_no_token(office):
    made = add(office).json
    office.done("clients", made["id"], "disable", by=office.admin)

    assert ask(office, made).status_code == 401


def test_ten_wrong_secrets_are_enough(office):
    made = add(office).json
    answers = [ask(office, made, client_secret="salah").status_code for _ in range(11)]

    assert answers == [401] * 10 + [429]

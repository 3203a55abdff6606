import pytest

from chassis.db import db
from svc_identity.accounts.models import User
from svc_identity.customers.models import Customer
from svc_identity.members.models import Member


def test_a_visitor_registers_and_waits(office, published):
    made = office.register()

    assert made["status"] == {"code": "unverified", "label": "MENUNGGU VERIFIKASI", "tone": "waits"}
    assert published() == ["identity.customer.registered", "identity.member.changed"]


def test_what_was_typed_is_kept_in_one_form(office):
    customer_id = office.register(
        phone="0812 0000 1111 ; 0561700123", email=" Kontak@Contoh.TEST", nib="0220000000001"
    )["id"]

    seen = office.see(f"customers/{customer_id}")
    assert seen["npwp"] == "012345674701000"
    assert seen["phone"] == "+6281200001111; +62561700123"
    assert seen["email"] == "Kontak@contoh.test"


def test_the_first_user_owns_the_customer(office):
    customer_id = office.register(username="Pemilik.Satu")["id"]

    (member,) = office.see(f"customers/{customer_id}/members")["items"]
    assert (member["username"], member["is_owner"], member["name"]) == ("pemilik.satu", True, "Satu")


def test_without_a_contact_the_account_bears_the_company_s_name(office):
    customer_id = office.register(contact_name="")["id"]

    assert office.see(f"customers/{customer_id}/members")["items"][0]["name"] == "PT Contoh Satu"


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("npwp", "123"),
        ("kbli", "abc"),
        ("nib", "12"),
        ("phone", "08"),
        ("email", "bukan alamat"),
        ("email", ""),
        ("name", "  "),
        ("name", "a\x00b"),
        ("customer_type", "alien"),
        ("customer_group", ""),
        ("address", ""),
        ("username", "a b"),
        ("password", "pendek"),
        ("password", "zerocalls-demo"),
        ("password", "pt contoh satu"),
    ],
)
def test_each_wrong_answer_is_told_beside_its_field(office, published, field, typed):
    answer = office.anybody.post(f"{office.API}/customers", json=office.registration(**{field: typed}))

    assert answer.status_code == 422
    assert list(answer.json["errors"]) == [field]
    assert published() == []


def test_all_wrong_answers_are_told_at_once(office):
    answer = office.anybody.post(f"{office.API}/customers", json=office.registration(npwp="1", kbli="x", phone="y"))

    assert set(answer.json["errors"]) == {"npwp", "kbli", "phone"}


def test_a_dash_stands_for_no_npwp_and_no_kbli(office):
    assert office.register(npwp="-", kbli="-")["status"]["code"] == "unverified"


def test_a_username_is_used_once_whatever_its_case(app, office):
    office.register(username="kembar")
    answer = office.anybody.post(f"{office.API}/customers", json=office.registration(username="KEMBAR"))

    assert answer.status_code == 422
    assert "sudah dipakai" in answer.json["errors"]["username"][0]
    with app.app_context():
        assert (
            db.session.query(Customer).count()
            == db.session.query(User).count()
            == db.session.query(Member).count()
            == 1
        )


def test_the_same_mail_address_or_npwp_is_no_secret_told_to_a_visitor(office):
    office.register()

    assert office.register()["status"]["code"] == "unverified"


def test_unknown_fields_are_refused(office):
    answer = office.anybody.post(f"{office.API}/customers", json=office.registration(status="verified"))

    assert answer.status_code == 422
    assert "status" in answer.json["errors"]


def test_a_repeated_registration_with_one_key_makes_one_account(app, office):
    form = office.registration()
    answers = [
        office.anybody.post(f"{office.API}/customers", json=form, headers={"Idempotency-Key": "satu-kunci"})
        for _ in range(3)
    ]

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json["id"] for answer in answers}) == 1
    with app.app_context():
        assert db.session.query(Customer).count() == 1


def test_one_address_registers_only_so_often(office):
    for _ in range(20):
        office.register()

    answer = office.anybody.post(f"{office.API}/customers", json=office.registration())
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 3600


def test_the_form_is_described_with_the_manual_s_fields(office):
    fields = {field["name"]: field for field in office.anybody.get(f"{office.API}/customers/form").json["fields"]}

    asked = "name customer_type customer_group npwp nib kbli address city phone email contact_name username password"
    assert list(fields) == asked.split()
    assert [name for name, field in fields.items() if not field["required"]] == ["nib", "contact_name"]
    assert {option["value"] for option in fields["customer_type"]["options"]} == {"industry", "non_industry"}


def test_a_password_is_in_no_history_event_or_answer(app, office, published):
    made = office.register()
    texts = [str(made), str(published(full=True)), str(office.see(f"customers/{made['id']}"))]
    texts += [str(office.see(f"customers/{made['id']}/history"))]

    assert not any(office.PASSWORD in text for text in texts)

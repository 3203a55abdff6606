"""One's own data: all of it, nothing of others, no secrets."""

import json
import uuid

import pytest

pytestmark = pytest.mark.usefixtures("cheap_hashing")


def own(office, person):
    return person.get(f"{office.API}/me/data")


def test_a_person_reads_everything_about_oneself_and_the_company(office):
    customer = office.customer()
    owner = customer["owner"]
    office.sign_in(customer["username"])
    paper = {"kind": "nib", "number": "912", "file": str(uuid.uuid4())}
    owner.post(f"{office.API}/customers/{customer['id']}/documents", json=paper)

    found = own(office, owner).json

    assert found["person"]["username"] == customer["username"]
    assert len(found["person"]["sessions"]) == 1
    assert found["company"]["npwp"] == customer["npwp"]
    assert [(each["number"], each["kind_label"]) for each in found["company"]["documents"]] == [("912", "NIB")]
    assert found["company"]["customer_type_label"]
    assert [each["name"] for each in found["company"]["members"]] == ["Satu"]
    assert found["company"]["history"][0]["transition"] == "create"


def test_it_holds_no_secret_and_nothing_of_another_company(office):
    first, second = office.customer(), office.customer(name="PT Contoh Dua", npwp="09.254.294.3-407.000")

    answer = own(office, first["owner"])

    assert answer.headers["Cache-Control"] == "no-store"
    assert "password_hash" not in json.dumps(answer.json)
    assert "argon2" not in json.dumps(answer.json)
    assert second["id"] not in json.dumps(answer.json)
    assert "PT Contoh Dua" not in json.dumps(answer.json)


def test_somebody_of_the_office_reads_no_company(office):
    clerk = office.as_("analyst", id=office.staff("pegawai"))

    assert own(office, clerk).json["company"] is None
    assert own(office, office.anybody).status_code == 401

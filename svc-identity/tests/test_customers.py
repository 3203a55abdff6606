from datetime import datetime

import pytest

from chassis.testing import example, same_shape


def names(thing):
    return [action["name"] for action in thing["actions"]]


def test_cs_verifies_and_everybody_learns_it(office, published):
    made = office.register()
    seen = office.done("customers", made["id"], "verify")

    assert seen["status"]["code"] == "verified"
    kind, facts = published(full=True)[-1]
    assert kind == "identity.customer.verified"
    assert facts == {
        "customer_id": made["id"],
        "name": "PT Contoh Satu",
        "address": "Jalan Contoh 1",
        "city": "Kota Pontianak",
        "phone": "+6281200001111",
        "email": "satu@contoh.test",
        "status": "verified",
    }


def test_a_refusal_needs_a_reason(office):
    made = office.register()

    assert office.do("customers", made["id"], "refuse").status_code == 422
    seen = office.done("customers", made["id"], "refuse", reason="NPWP bukan milik perusahaan ini.")
    assert (seen["status"]["code"], seen["refusal"]) == ("refused", "NPWP bukan milik perusahaan ini.")
    assert names(seen) == []


def test_a_refused_registration_is_not_verified_any_more(office):
    made = office.register()
    office.done("customers", made["id"], "refuse", reason="Ganda")

    assert office.do("customers", made["id"], "verify").status_code == 409


def test_blocked_and_back(office):
    customer = office.customer()

    assert office.done("customers", customer["id"], "block", reason="Tunggakan")["status"]["code"] == "blocked"
    assert office.done("customers", customer["id"], "unblock")["status"]["code"] == "verified"


@pytest.mark.parametrize("role", ["customer_service", "admin", "super_admin"])
def test_who_holds_verify_customer(office, role):
    made = office.register()

    assert office.do("customers", made["id"], "verify", by=office.as_(role)).status_code == 200


def test_a_stale_version_is_refused(office):
    made = office.register()
    office.done("customers", made["id"], "verify")

    late = office.do("customers", made["id"], "block", reason="x", headers={"If-Match": f'"{made["version"]}"'})
    assert late.status_code == 412


def test_the_owner_edits_the_profile_and_the_copies_follow(office, published):
    customer = office.customer()
    seen = office.done(
        "customers", customer["id"], "edit", by=customer["owner"], **office.COMPANY | {"city": "Kota Singkawang"}
    )

    assert seen["city"] == "Kota Singkawang"
    kind, facts = published(full=True)[-1]
    assert (kind, facts["city"]) == ("identity.customer.changed", "Kota Singkawang")


def test_an_edit_is_checked_like_a_registration(office):
    customer = office.customer()
    answer = office.do(
        "customers", customer["id"], "edit", by=customer["owner"], **office.COMPANY | {"npwp": "1", "email": ""}
    )

    assert answer.status_code == 422
    assert set(answer.json["errors"]) <= {"npwp", "email"}
    assert office.see(f"customers/{customer['id']}")["npwp"] == "012345674701000"


def test_history_tells_who_changed_what(office):
    customer = office.customer()
    office.done("customers", customer["id"], "edit", **office.COMPANY | {"name": "PT Contoh Baru"})

    rows = office.see(f"customers/{customer['id']}/history")["items"]
    assert [row["transition"] for row in rows if row["thing"] == "identity.customer"] == ["create", "verify", "edit"]
    assert rows[-1]["changes"]["name"] == ["PT Contoh Satu", "PT Contoh Baru"]
    assert rows[-1]["actor"]["name"] == "Citra"


def test_the_official_is_warned_about_an_odd_or_shared_npwp(office):
    office.register(name="PT Lebih Dulu")
    second = office.register()
    odd = office.register(npwp="012345670701000")

    assert office.see(f"customers/{second['id']}")["warnings"] == ["NPWP yang sama dipakai PT Lebih Dulu."]
    assert "Angka pemeriksa" in office.see(f"customers/{odd['id']}")["warnings"][0]


def test_new_registrations_are_a_box_of_cs(office):
    office.register(name="PT Menunggu")
    office.customer(name="PT Sudah")

    (box,) = office.see("worklists")
    assert (box["label"], box["count"]) == ("Pendaftaran Baru", 1)
    listed = office.cs.get(box["href"]).json
    assert [row["name"] for row in listed["items"]] == ["PT Menunggu"]
    assert office.see("worklists", by=office.as_("analyst")) == []


def test_a_list_is_searched_filtered_sorted_and_paged(office):
    for name in ("PT Bara", "PT Abadi", "CV Cakra"):
        office.register(name=name, customer_type="non_industry" if name.startswith("CV") else "industry")

    assert [c["name"] for c in office.see("customers?sort=name")["items"]] == ["CV Cakra", "PT Abadi", "PT Bara"]
    assert [c["name"] for c in office.see("customers?q=bara")["items"]] == ["PT Bara"]
    assert [c["name"] for c in office.see("customers?customer_type=non_industry")["items"]] == ["CV Cakra"]
    first = office.see("customers?sort=name&limit=2")
    assert datetime.fromisoformat(first["items"][0]["created_at"]).tzinfo is not None
    second = office.see(f"customers?sort=name&limit=2&cursor={first['next']}")
    assert ([c["name"] for c in second["items"]], second["next"]) == (["PT Bara"], None)
    assert office.see("customers?status=verified")["items"] == []


def test_a_list_goes_out_as_xlsx(office):
    office.register(name="=HYPERLINK(1)")
    answer = office.cs.get(f"{office.API}/customers?format=xlsx")

    assert answer.status_code == 200
    assert answer.data[:2] == b"PK"


def test_a_list_costs_the_same_number_of_statements_whatever_its_length(office, statements):
    office.customer()
    short = statements(lambda: office.see("customers"))
    for _ in range(8):
        office.customer()

    assert statements(lambda: office.see("customers")) == short <= 3
    owner = office.customer()["owner"]
    assert statements(lambda: office.see("customers", by=owner)) <= 4


def test_a_walk_in_is_made_at_the_counter_without_login(office, published):
    answer = office.cs.post(f"{office.API}/customers/walk-ins", json=office.COMPANY | {"email": ""})

    assert answer.status_code == 201
    assert (answer.json["status"]["code"], answer.json["is_claimed"], answer.json["members"]) == ("verified", False, [])
    assert published() == ["identity.customer.verified"]
    assert "invite" not in names(answer.json)
    assert "offer_claim" in names(answer.json)


def test_events_look_as_the_contract_says(office, published):
    customer = office.customer()
    office.done("customers", customer["id"], "edit", **office.COMPANY)
    office.done("customers", office.register()["id"], "refuse", reason="Ganda")
    office.done("customers", customer["id"], "invite", name="Dua", email="dua@contoh.test")

    seen = dict(published(full=True))
    wanted = (
        "customer.registered customer.verified customer.changed customer.refused member.changed member.invited".split()
    )
    assert set(seen) == {f"identity.{kind}" for kind in wanted}
    for kind, facts in seen.items():
        assert same_shape(facts, example(kind)["data"]) == [], kind


def test_the_form_of_an_edit_is_filled_with_what_is_known(office):
    customer = office.customer()
    (edit,) = [action for action in customer["actions"] if action["name"] == "edit"]

    assert {field["name"]: field["value"] for field in edit["fields"]} == {
        name: customer[name] for name in office.COMPANY
    }

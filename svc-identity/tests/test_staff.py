import io

import openpyxl
import pytest

from chassis.testing import example, same_shape

FORM = {
    "nip": "19850101 201001 1 001",
    "name": "Satu Pegawai",
    "gender": "male",
    "email": "satu@kantor.test",
    "phone": "0812 0000 3333",
    "section": "Sub Bagian Tata Usaha",
    "structural_level": "Pelaksana",
    "employment": "pns",
    "username": "satu",
    "roles": [{"role": "supervisor", "scope": "Kimia"}, {"role": "reviewer"}],
}


def add(office, by=None, **changes):
    return (by or office.admin).post(f"{office.API}/staff", json=FORM | changes)


def test_an_admin_makes_an_account_and_the_others_learn_it(office, published):
    made = add(office).json

    assert (made["nip"], made["phone"], made["status"]["code"]) == ("198501012010011001", "+6281200003333", "active")
    kind, facts = published(full=True)[0]
    assert kind == "identity.staff.changed"
    assert facts == {
        "user_id": made["id"],
        "username": "satu",
        "name": "Satu Pegawai",
        "email": "satu@kantor.test",
        "phone": "+6281200003333",
        "roles": [{"role": "reviewer", "scope": None}, {"role": "supervisor", "scope": "kimia"}],
        "is_active": True,
    }
    assert same_shape(facts, example(kind)["data"]) == []


def test_without_a_first_password_a_link_goes_out(office, published):
    add(office)
    assert published()[-1] == "identity.password_reset.requested"
    assert office.sign_in("satu").status_code == 401

    add(office, username="dua", password=office.PASSWORD)
    assert published()[-1] == "identity.staff.changed"
    assert office.sign_in("dua").status_code == 201


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("nip", "198513012010011001"),
        ("email", "x"),
        ("phone", "08"),
        ("username", "a b"),
        ("password", "pendek"),
        ("password", 7),
        ("name", ""),
        ("employment", "raja"),
        ("roles", []),
        ("roles", [{"role": "treasurer", "scope": "kimia"}]),
        ("roles", [{"role": "super_admin"}]),
    ],
)
def test_wrong_answers_are_told_beside_their_field(office, published, field, typed):
    answer = add(office, **{field: typed})

    assert answer.status_code == 422
    assert list(answer.json["errors"]) == [field]
    assert published() == []


def test_an_unknown_role_is_refused(office):
    assert add(office, roles=[{"role": "customer"}]).status_code == 422


def test_one_person_may_hold_a_role_for_two_groups(office):
    twice = [{"role": "supervisor", "scope": "kimia"}, {"role": "supervisor", "scope": "mikrobiologi"}]
    made = add(office, roles=twice, password=office.PASSWORD).json

    assert [grant["scope"] for grant in made["roles"]] == ["kimia", "mikrobiologi"]


def test_only_a_super_admin_makes_and_changes_super_admins(office):
    made = add(office, by=office.super_admin, roles=[{"role": "super_admin"}]).json

    assert office.see(f"staff/{made['id']}", by=office.admin)["actions"] == []
    assert office.do("staff", made["id"], "disable", by=office.admin, reason="x").status_code == 403


def test_an_edit_keeps_the_roles(office, published):
    made = add(office).json
    profile = {name: value for name, value in FORM.items() if name not in ("username", "roles")}
    seen = office.done("staff", made["id"], "edit", by=office.admin, **profile | {"name": "Satu Lain"})

    assert seen["name"] == "Satu Lain"
    kind, facts = published(full=True)[-1]
    assert (kind, facts["name"], len(facts["roles"])) == ("identity.staff.changed", "Satu Lain", 2)


def test_other_roles_replace_the_old_ones(office, published):
    made = add(office).json
    seen = office.done("staff", made["id"], "set_roles", by=office.admin, roles=[{"role": "analyst", "scope": "kimia"}])

    assert [(grant["role"], grant["scope"]) for grant in seen["roles"]] == [("analyst", "kimia")]
    assert published(full=True)[-1][1]["roles"] == [{"role": "analyst", "scope": "kimia"}]
    refused = office.do("staff", made["id"], "set_roles", by=office.admin, roles=[{"role": "super_admin", "scope": ""}])
    assert refused.status_code == 422


def test_disabled_and_enabled_again(office, published):
    made = add(office, password=office.PASSWORD).json
    assert office.done("staff", made["id"], "disable", by=office.admin, reason="Cuti panjang")["is_active"] is False
    assert published(full=True)[-1][1]["is_active"] is False
    assert office.done("staff", made["id"], "enable", by=office.admin)["is_active"] is True
    assert office.sign_in("satu").status_code == 201


def test_nobody_disables_the_own_account(office):
    me = office.as_("admin", id=add(office).json["id"])

    assert "disable" not in [action["name"] for action in office.see(f"staff/{me.person.id}", by=me)["actions"]]
    assert office.do("staff", me.person.id, "disable", by=me, reason="x").status_code == 403


def test_the_last_super_admin_stays(office):
    only = office.staff("satu", roles=["super_admin"])
    assert office.do("staff", only, "disable", by=office.super_admin, reason="x").status_code == 409
    analyst = [{"role": "analyst", "scope": ""}]
    assert office.do("staff", only, "set_roles", by=office.super_admin, roles=analyst).status_code == 422

    office.staff("dua", roles=["super_admin"])
    assert office.do("staff", only, "disable", by=office.super_admin, reason="x").status_code == 200


def test_a_list_is_filtered_by_role_and_costs_the_same_however_long(office, statements):
    office.staff("ana", roles=["analyst"], scope="kimia")
    office.staff("budi", roles=["supervisor", "reviewer"])
    short = statements(lambda: office.see("staff", by=office.admin))
    listed = office.see("staff?role=supervisor", by=office.admin)
    assert [row["username"] for row in listed["items"]] == ["budi"]
    assert [row["username"] for row in office.see("staff?q=ana", by=office.admin)["items"]] == ["ana"]
    for number in range(6):
        office.staff(f"pegawai-{number}")

    assert statements(lambda: office.see("staff", by=office.admin)) == short <= 3
    assert office.admin.get(f"{office.API}/staff?format=xlsx").data[:2] == b"PK"


def test_a_list_goes_on_where_the_page_ended(office):
    for name in ("cici", "ana", "budi"):
        office.staff(name)

    first = office.see("staff?limit=2", by=office.admin)
    second = office.see(f"staff?limit=2&cursor={first['next']}", by=office.admin)
    assert [row["username"] for row in first["items"] + second["items"]] == ["ana", "budi", "cici"]


def test_a_password_never_shows(office, published):
    made = add(office, password=office.PASSWORD).json
    shown = [str(made), str(published(full=True)), str(office.see(f"staff/{made['id']}/history", by=office.admin))]

    assert not any(office.PASSWORD in text or "argon2" in text for text in shown)


def test_the_forms_of_an_account_are_filled_with_what_is_known(office):
    made = add(office).json
    forms = {
        action["name"]: {field["name"]: field.get("value") for field in action["fields"]} for action in made["actions"]
    }

    assert forms["edit"].pop("photo_file") is None
    assert forms["edit"] == {name: made[name] for name in forms["edit"]}
    assert forms["edit"]["nip"] == "198501012010011001"
    assert forms["set_roles"]["roles"] == [{"role": "reviewer", "scope": ""}, {"role": "supervisor", "scope": "kimia"}]


def test_a_photo_is_kept_with_who_brought_it(office):
    clerk = office.staff("berfoto", roles=["analyst"])
    before = office.admin.get(f"{office.API}/staff/{clerk}").json
    photo = "0193a5c0-1000-7000-8000-00000000f070"
    form = {name: before[name] for name in ("name", "email", "phone", "nip", "gender", "section", "employment")}

    shown = office.admin.post(f"{office.API}/staff/{clerk}/actions/edit", json={**form, "photo_file": photo}).json
    kept = office.admin.post(f"{office.API}/staff/{clerk}/actions/edit", json=form).json

    assert "photo" not in before["links"]
    assert f"/files/{photo}?grant=" in shown["links"]["photo"]
    assert f"/files/{photo}?grant=" in kept["links"]["photo"]


@pytest.mark.parametrize("sort", ["", "name", "-nip", "created_at"])
def test_the_accounts_can_be_taken_along_as_a_sheet(office, sort):
    office.staff("anala")
    asked = {"list": "staff", "format": "xlsx", "query": {"q": "anala", "sort": sort, "columns": "name,username"}}

    answer = office.super_admin.post(f"{office.API}/exports", json=asked)
    file = office.super_admin.get(answer.json["links"]["file"])

    rows = list(openpyxl.load_workbook(io.BytesIO(file.data)).active.iter_rows(values_only=True))
    assert rows == [("No", "Nama", "Username"), (1, "Anala", "anala")]


def test_accounts_are_prepared_as_a_print_and_a_sort_nobody_declared_is_refused(office):
    asked = {"list": "staff", "format": "pdf", "query": {}}

    assert office.super_admin.post(f"{office.API}/exports", json=asked).json["status"]["code"] == "finished"
    wrong = {**asked, "query": {"sort": "password_hash"}}
    assert office.super_admin.post(f"{office.API}/exports", json=wrong).status_code == 422

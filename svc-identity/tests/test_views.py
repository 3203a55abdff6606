"""Saved views: one's own, those of one's role, and nobody else's."""

import pytest

pytestmark = pytest.mark.usefixtures("cheap_hashing")

PATH = "/api/v1/identity/me/views"
LIST = "testing/orders"
VIEW = {"list": LIST, "name": "Belum lunas", "query": "payment=unpaid&sort=-created_at&columns=pre_number,status"}


@pytest.fixture
def clerk(office):
    return office.as_("customer_service", id=office.staff("loket", roles=["customer_service"]))


@pytest.fixture
def other(office):
    return office.as_("customer_service", id=office.staff("loket2", roles=["customer_service"]))


@pytest.fixture
def admin(office):
    return office.as_("admin", id=office.staff("kepala", roles=["admin"]))


def save(who, **changes):
    answer = who.post(PATH, json={**VIEW, **changes})
    assert answer.status_code == 201, answer.json
    return answer.json


def views(who, name=LIST):
    return who.get(f"{PATH}?list={name}").json["items"]


def test_a_view_is_found_again_renamed_and_removed(clerk):
    view = save(clerk)

    clerk.patch(f"{PATH}/{view['id']}", json={"name": "  Menunggu   bayar "})
    assert [(one["name"], one["query"], one["is_mine"]) for one in views(clerk)] == [
        ("Menunggu bayar", VIEW["query"], True)
    ]
    assert views(clerk, "testing/samples") == []

    assert clerk.delete(f"{PATH}/{view['id']}").status_code == 204
    assert views(clerk) == []


def test_another_one_s_views_are_as_if_they_were_not_there(clerk, other, admin):
    view = save(clerk)

    for stranger in (other, admin):
        assert views(stranger) == []
        assert stranger.patch(f"{PATH}/{view['id']}", json={"name": "x"}).status_code == 404
        assert stranger.delete(f"{PATH}/{view['id']}").status_code == 404
        assert stranger.put(f"{PATH}/default", json={"list": LIST, "view_id": view["id"]}).status_code == 404
    assert [one["name"] for one in views(clerk)] == ["Belum lunas"]


def test_a_shared_view_is_read_by_its_role_and_changed_by_admins(office, clerk, admin):
    view = save(admin, role="customer_service")
    analyst = office.as_("analyst", id=office.staff("lab", roles=["analyst"]))

    assert [(one["role"], one["is_mine"]) for one in views(clerk)] == [("customer_service", False)]
    assert [one["is_mine"] for one in views(admin)] == [True]
    assert views(analyst) == []
    assert clerk.patch(f"{PATH}/{view['id']}", json={"name": "x"}).status_code == 403
    assert clerk.delete(f"{PATH}/{view['id']}").status_code == 403
    assert admin.patch(f"{PATH}/{view['id']}", json={"query": ""}).json["query"] == ""


def test_only_admins_share_and_only_with_roles_there_are(clerk, admin):
    assert clerk.post(PATH, json={**VIEW, "role": "customer_service"}).status_code == 403
    assert admin.post(PATH, json={**VIEW, "role": "wizard"}).status_code == 422


def test_a_list_opens_with_one_view_for_each_person(clerk, other, admin):
    own, shared = save(clerk), save(admin, name="Untuk semua", role="customer_service")
    for view in (own, shared):
        assert clerk.put(f"{PATH}/default", json={"list": LIST, "view_id": view["id"]}).status_code == 204

    assert [one["name"] for one in views(clerk) if one["is_default"]] == ["Untuk semua"]
    assert not [one for one in views(other) if one["is_default"]]
    clerk.put(f"{PATH}/default", json={"list": LIST, "view_id": None})
    assert not [one for one in views(clerk) if one["is_default"]]


def test_a_view_that_is_removed_is_nobody_s_default_any_more(clerk, admin):
    shared = save(admin, role="customer_service")
    clerk.put(f"{PATH}/default", json={"list": LIST, "view_id": shared["id"]})

    assert admin.delete(f"{PATH}/{shared['id']}").status_code == 204
    assert views(clerk) == []


def test_a_view_of_another_list_is_no_default(clerk):
    view = save(clerk, list="testing/samples")

    assert clerk.put(f"{PATH}/default", json={"list": LIST, "view_id": view["id"]}).status_code == 404


@pytest.mark.parametrize(
    "changes",
    [
        {"query": "next=https://contoh.test"},
        {"query": "cursor=abc"},
        {"query": "format=xlsx"},
        {"query": "status=a&status=b"},
        {"query": "status"},
        {"query": "q=" + "x" * 1_000},
        {"name": " "},
        {"name": "x" * 61},
        {"name": "a\x00b"},
        {"list": "../testing"},
        {"list": "testing/orders/1"},
    ],
)
def test_what_is_no_view_is_refused(clerk, changes):
    assert clerk.post(PATH, json={**VIEW, **changes}).status_code == 422
    assert views(clerk) == []


def test_two_views_of_a_list_have_two_names(clerk, other):
    save(clerk), save(other)

    answer = clerk.post(PATH, json=VIEW)

    assert answer.json["errors"] == {"name": ["Nama ini sudah dipakai untuk daftar ini."]}


def test_nobody_keeps_views_without_end(clerk):
    for number in range(50):
        save(clerk, name=f"Tampilan {number}")

    assert clerk.post(PATH, json=VIEW).status_code == 422

import pytest

pytestmark = pytest.mark.usefixtures("cheap_hashing")


def test_registrations_wait_for_those_who_verify_the_oldest_first(office):
    first, second = office.register(), office.register(npwp="09.254.294.3-407.000")

    for person in (office.cs, office.admin):
        entries = office.see("queue", by=person)["items"]
        assert [entry["id"] for entry in entries] == [first["id"], second["id"]]
        assert {entry["act"]["name"] for entry in entries} == {"verify"}


def test_nobody_else_sees_who_registers(office):
    customer = office.customer()
    office.register(npwp="09.254.294.3-407.000")

    for person in (customer["owner"], office.as_("treasurer"), office.as_("analyst"), office.as_("head_of_office")):
        assert office.see("queue", by=person) == {"items": [], "lanes": []}

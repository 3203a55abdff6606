"""The customers in numbers: each is the count of the list behind it."""

API = "/api/v1/identity"


def test_every_number_is_the_count_of_the_list_that_its_reader_gets(office):
    office.customer(username="satu", email="satu@contoh.test")
    office.customer(username="dua", email="dua@contoh.test", customer_type="non_industry")
    office.register(username="tiga", email="tiga@contoh.test")
    refused = office.register(username="empat", email="empat@contoh.test")
    office.done("customers", refused["id"], "refuse", reason="Ganda")

    for role in ("head_of_office", "admin"):
        reader = office.as_(role)
        [group] = reader.get(f"{API}/figures").json["groups"]
        shown = {row["label"]: row["value"] for row in group["figures"]}
        assert shown == {"Industri": 2, "Non Industri": 1, "Menunggu verifikasi": 1}
        assert {row["label"]: reader.get(row["href"]).json["count"] for row in group["figures"]} == shown

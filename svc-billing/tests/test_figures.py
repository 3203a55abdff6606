"""The money desk in numbers."""

API = "/api/v1/billing"


def test_numbers_agree_with_their_lists_and_the_month_with_what_was_paid(desk):
    desk.make("opened")
    desk.make("billed")
    desk.make("paid")
    treasurer = desk.as_("treasurer")

    found = treasurer.get(f"{API}/figures").json

    [group], [income] = found["groups"], found["charts"]
    shown = {row["label"]: row["value"] for row in group["figures"]}
    assert shown["Invoice baru"] == shown["Menunggu pembayaran"] == shown["Lunas"] == 1
    for reader in (treasurer, desk.as_("head_of_office"), desk.as_("admin")):
        for row in group["figures"]:
            listed = reader.get(row["href"]).json
            is_money = row["kind"] == "money"
            total = sum(item["total_amount"] for item in listed["items"]) if is_money else listed["count"]
            assert total == row["value"], row["label"]
    assert shown["Belum dibayar"] == desk.TOTAL
    assert sum(income["series"][0]["values"]) == desk.TOTAL


def test_the_laboratory_and_customers_read_no_numbers_of_money(desk):
    for role in ("analyst", "lab_coordinator", "customer_service"):
        assert desk.as_(role).get(f"{API}/figures").status_code == 403
    assert desk.as_("customer", customer_id=desk.FIRST).get(f"{API}/figures").status_code == 403

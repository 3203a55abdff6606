"""Acting through the pages: what is sent, what is kept when it is refused, what a person is told."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from reader import Page, Reader
from shelf import Shelf

from gateway.views import offers

Client = Callable[[str], Reader]


def order_that_offers(shelf: Shelf, username: str, name: str) -> dict[str, object]:
    """An order of the recording on which this person may do this."""
    for path, thing in shelf.answers[username].items():
        offered = [action["name"] for action in thing.get("actions", ())] if path.startswith("testing/orders/") else []
        if name in offered:
            return thing
    raise LookupError(f"nothing recorded offers {name} to {username}")


def page_of_act(order: dict[str, object], name: str) -> str:
    return f"/tindakan/testing/orders/{order['id']}/{name}"


def keys(page: Page) -> dict[str, str]:
    return {name: page.hidden(name) for name in ("csrf_token", "_key", "_version", "_back")}


@pytest.fixture
def forward(shelf: Shelf) -> dict[str, object]:
    return order_that_offers(shelf, "cs", "forward")


def test_an_act_carries_its_form_the_version_and_a_key(
    client: Client, shelf: Shelf, forward: dict[str, object]
) -> None:
    shelf.replies[f"POST testing/orders/{forward['id']}/actions/forward"] = (200, forward)
    reader, place = client("cs"), page_of_act(forward, "forward")
    form = keys(reader.get(place))

    answer = reader.post(place, {**form, "capability_confirmed": "true", "note": " segera "}, expect=303)

    [sent] = shelf.posts()
    assert sent.json == {"capability_confirmed": True, "note": "segera"}
    assert sent.headers["If-Match"] == f'"{forward["version"]}"'
    assert sent.headers["Idempotency-Key"] == form["_key"]
    assert answer.headers["Location"] == f"/pengujian/order/{forward['id']}"
    assert "Order Sampel: berhasil." in reader.get(str(answer.headers["Location"])).text


def test_a_form_left_empty_says_what_is_missing_and_sends_nothing(
    client: Client, shelf: Shelf, forward: dict[str, object]
) -> None:
    reader, place = client("cs"), page_of_act(forward, "return")

    page = reader.post(place, keys(reader.get(place)), expect=422)

    assert "Isi Catatan." in page.text
    assert page.links.count("#f-note") == 1
    assert shelf.posts() == []


def test_a_refused_form_keeps_what_was_typed(client: Client, shelf: Shelf, forward: dict[str, object]) -> None:
    refusal = {"status": 422, "detail": "Periksa", "errors": {"note": ["Catatan ini terlalu singkat."]}}
    shelf.replies[f"POST testing/orders/{forward['id']}/actions/return"] = (422, refusal)
    reader, place = client("cs"), page_of_act(forward, "return")

    page = reader.post(place, {**keys(reader.get(place)), "note": "kurang <b>jelas</b>"}, expect=422)

    assert page.all("textarea")[0].text == "kurang <b>jelas</b>"
    assert "Catatan ini terlalu singkat." in page.text
    assert page.all("textarea")[0].get("aria-describedby") == "f-note-error"


@pytest.mark.parametrize(
    ("status", "told"), [(409, "Belum ada sampel."), (403, "Belum ada sampel."), (412, "diubah orang lain")]
)
def test_a_refusal_is_told_in_its_own_words(
    client: Client, shelf: Shelf, forward: dict[str, object], status: int, told: str
) -> None:
    path = f"POST testing/orders/{forward['id']}/actions/forward"
    shelf.replies[path] = (status, {"status": status, "detail": "Belum ada sampel."})
    reader, place = client("cs"), page_of_act(forward, "forward")

    page = reader.post(place, {**keys(reader.get(place)), "capability_confirmed": "true"}, expect=status)

    assert told in page.text


def test_what_is_no_longer_offered_is_said_to_be_gone(client: Client, shelf: Shelf, forward: dict[str, object]) -> None:
    page = client("cs").get(page_of_act(forward, "distribute"), expect=409)

    assert "tidak tersedia lagi" in page.text


def test_a_dialog_leads_the_whole_page_on(client: Client, shelf: Shelf, forward: dict[str, object]) -> None:
    shelf.replies[f"POST testing/orders/{forward['id']}/actions/forward"] = (200, forward)
    reader, place = client("cs"), page_of_act(forward, "forward")
    form = keys(reader.get(place, is_piece=True))

    answer = reader.post(place, {**form, "capability_confirmed": "true"}, expect=204, is_piece=True)

    assert answer.headers["HX-Redirect"] == f"/pengujian/order/{forward['id']}"


def test_nobody_is_led_off_the_site(client: Client, shelf: Shelf, forward: dict[str, object]) -> None:
    shelf.replies[f"POST testing/orders/{forward['id']}/actions/forward"] = (200, forward)
    reader, place = client("cs"), page_of_act(forward, "forward")
    form = {**keys(reader.get(place)), "_back": "//jahat.test/", "capability_confirmed": "true"}

    assert reader.post(place, form, expect=303).headers["Location"] == f"/pengujian/order/{forward['id']}"


def test_a_post_without_the_sessions_token_does_nothing(
    client: Client, shelf: Shelf, forward: dict[str, object]
) -> None:
    client("cs").post(
        page_of_act(forward, "forward"), {"csrf_token": "salah", "capability_confirmed": "true"}, expect=403
    )

    assert shelf.posts() == []


def test_a_file_is_stored_first_and_stays_when_the_rest_is_wrong(client: Client, shelf: Shelf) -> None:
    order = order_that_offers(shelf, "cs", "cancel_paid")
    shelf.replies["POST documents/files"] = (201, {"id": "0192a000-0000-7000-8000-000000000001", "name": "bukti.pdf"})
    reader, place = client("cs"), page_of_act(order, "cancel_paid")

    page = reader.post(
        place, keys(reader.get(place)), expect=422, files={"proof_file": ("bukti.pdf", b"%PDF-", "application/pdf")}
    )

    assert page.hidden("proof_file-id") == "0192a000-0000-7000-8000-000000000001"
    assert "bukti.pdf" in page.text
    assert "Unggah" not in page.text.replace("terunggah", "")


def test_what_can_be_taken_back_now_is_offered_in_the_message(
    client: Client, shelf: Shelf, forward: dict[str, object]
) -> None:
    href = f"/api/v1/testing/orders/{forward['id']}/actions/recall"
    recall = {"name": "recall", "label": "Tarik dari Bendahara", "href": href, "fields": [], "tone": "back"}
    shelf.replies[f"POST testing/orders/{forward['id']}/actions/forward"] = (200, {**forward, "actions": [recall]})
    reader, place = client("cs"), page_of_act(forward, "forward")

    answer = reader.post(place, {**keys(reader.get(place)), "capability_confirmed": "true"}, expect=303)

    page = reader.get(str(answer.headers["Location"]))
    assert "Urungkan" in page.text
    assert any(link.startswith(page_of_act(forward, "recall")) for link in page.links)


def test_what_this_person_cannot_take_back_now_is_not_offered(
    client: Client, shelf: Shelf, forward: dict[str, object]
) -> None:
    shelf.replies[f"POST testing/orders/{forward['id']}/actions/forward"] = (200, {**forward, "actions": []})
    reader, place = client("cs"), page_of_act(forward, "forward")

    answer = reader.post(place, {**keys(reader.get(place)), "capability_confirmed": "true"}, expect=303)

    assert "Urungkan" not in reader.get(str(answer.headers["Location"])).text


def test_what_ends_something_says_what_is_at_stake(client: Client, shelf: Shelf) -> None:
    order = order_that_offers(shelf, "cs", "cancel_paid")

    page = client("cs").get(page_of_act(order, "cancel_paid"))

    assert f"Yang terkena: {len(order['samples'])} sampel, senilai Rp" in page.text  # type: ignore[arg-type]  # recorded


def test_acts_stand_by_where_they_lead_whatever_they_are_called() -> None:
    def action(name: str, tone: str) -> dict[str, str]:
        href = f"/api/v1/testing/orders/01a204ba-5421-7c6c-b5a6-0de2aac2904d/actions/{name}"
        return {"name": name, "label": "Hapus", "href": href, "tone": tone}

    thing = {"actions": [action("a", "end"), action("b", "back"), action("c", "aside"), action("d", "forward")]}

    found = offers.of(thing)

    assert [(offer.name, offer.is_destructive) for offer in found] == [
        ("d", False),
        ("c", False),
        ("b", False),
        ("a", True),
    ]


def test_a_service_that_stops_answering_in_between_leaves_the_form_as_it_was(
    client: Client, shelf: Shelf, forward: dict[str, object]
) -> None:
    shelf.replies[f"POST testing/orders/{forward['id']}/actions/return"] = (503, {"status": 503})
    reader, place = client("cs"), page_of_act(forward, "return")

    page = reader.post(place, {**keys(reader.get(place)), "note": "kurang jelas"}, expect=503)

    assert page.all("textarea")[0].text == "kurang jelas"


def test_the_roles_of_an_account_come_filled_in_and_can_be_changed(client: Client, shelf: Shelf) -> None:
    staff = next(
        thing
        for path, thing in shelf.answers["admin"].items()
        if path.startswith("identity/staff/") and "set_roles" in {each["name"] for each in thing.get("actions") or []}
    )
    shelf.replies[f"POST identity/staff/{staff['id']}/actions/set_roles"] = (200, staff)
    reader, place = client("admin"), f"/tindakan/identity/staff/{staff['id']}/set_roles"

    form = reader.get(place)
    first = next(each for each in form.all("select") if each.get("name") == "roles-0-role")
    (chosen,) = (each for each in first.iter("option") if "selected" in each.attrib)
    reader.post(place, {"roles-rows": "2", "roles-0-role": "analyst", "roles-0-scope": "kimia"}, expect=303)

    (sent,) = shelf.posts()
    (offer,) = (each for each in staff["actions"] if each["name"] == "set_roles")
    assert chosen.get("value") == offer["fields"][0]["value"][0]["role"]
    assert sent.json["roles"] == [{"role": "analyst", "scope": "kimia"}]


def radios(page: Page, name: str) -> dict[str, bool]:
    return {each.get("value", ""): "checked" in each.attrib for each in page.all("input") if each.get("name") == name}


def test_what_need_not_be_chosen_can_be_left_open_again(client: Client, shelf: Shelf) -> None:
    known = shelf.answers["admin"]
    account = next(thing for path, thing in known.items() if path.startswith("identity/staff/") and "version" in thing)
    shelf.replies[f"POST identity/staff/{account['id']}/actions/edit"] = (200, account)
    form = {"name": "Adi", "email": "adi@contoh.test", "roles-rows": "1", "roles-0-role": "analyst"}
    reader, place = client("admin"), f"/tindakan/identity/staff/{account['id']}/edit"
    page = reader.get(place)

    assert set(radios(page, "gender")) == {"", "male", "female"}
    assert "Tidak diisi" in page.text
    chosen = reader.post(place, {**keys(page), "gender": "male"}, expect=422)
    assert radios(chosen, "gender") == {"": False, "male": True, "female": False}
    again = reader.post(place, {**keys(page), "gender": ""}, expect=422)
    assert radios(again, "gender") == {"": True, "male": False, "female": False}
    reader.post(place, {**keys(page), **form, "gender": ""}, expect=303)
    assert "gender" not in shelf.posts()[-1].json


def test_what_has_to_be_chosen_cannot_be_left_open(client: Client, shelf: Shelf) -> None:
    samples = (thing for path, thing in shelf.answers["cs"].items() if path.startswith("testing/samples/"))
    sample = next(each for each in samples if "accept" in {action["name"] for action in each.get("actions") or []})

    page = client("cs").get(f"/tindakan/testing/samples/{sample['id']}/accept")

    assert radios(page, "checklist-0-result")
    assert "" not in radios(page, "checklist-0-result")
    assert "" not in radios(page, "conclusion")

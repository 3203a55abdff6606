"""What a person typed survives: a session that ended, a page older than the session, services that are down."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import requests
from reader import Reader
from shelf import PASSWORD, Shelf
from test_acts import keys, order_that_offers, page_of_act

from gateway.cookies import EncryptedSessions

Client = Callable[[str], Reader]
TYPED = "Label contoh pada botol <b>tidak</b> terbaca."
OURS = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def place(shelf: Shelf) -> str:
    return page_of_act(order_that_offers(shelf, "cs", "return"), "return")


@pytest.fixture
def own(pages: str, shelf: Shelf) -> Callable[[str], Reader]:
    """A browser of this test alone: `own("cs")`."""

    def reader(username: str) -> Reader:
        made = Reader(pages)
        made.sign_in(username)
        shelf.sent.clear()
        return made

    return reader


def send_raw(reader: Reader, path: str, form: dict[str, str], **headers: str) -> requests.Response:
    return reader.session.post(
        reader.base + path, data=form, headers={**reader._headers(False), **headers}, allow_redirects=False, timeout=20
    )


@pytest.fixture
def end_session(key_file: Path, shelf: Shelf) -> Callable[[Reader], None]:
    """From now on the access token in this browser's cookie has run out, and nothing renews it."""
    sessions = EncryptedSessions(key_file.read_bytes(), "http://127.0.0.1:8080")

    def end(reader: Reader) -> None:
        [jar] = [cookie for cookie in reader.session.cookies if cookie.name == sessions.name]
        content = sessions.decrypt(jar.value or "") or {}
        sub = shelf.example("cs", "identity/me")["id"]
        content["access"] = shelf.signer.sign("zerocalls", lifetime=-60, sub=sub, typ="access", kind="user")
        jar.value = sessions.encrypt(content)

    return end


def test_after_signing_in_again_the_form_is_as_it_was(
    own: Callable[[str], Reader], end_session: Callable[[Reader], None], shelf: Shelf, place: str
) -> None:
    reader = own("cs")
    form = keys(reader.get(place))
    end_session(reader)

    away = send_raw(reader, place, {**form, "note": TYPED})
    assert away.headers["Location"].startswith("/masuk?next=%2Ftindakan")
    assert shelf.posts() == []
    shelf.forget()
    reader.post("/masuk", {"username": "cs", "password": PASSWORD, "next": place}, expect=303)

    page = reader.get(place)
    assert page.all("textarea")[0].text == TYPED
    assert "dikembalikan ke formulir" in page.text
    assert not reader.get(place).all("textarea")[0].text, "it is given back once"


def test_somebody_else_who_signs_in_does_not_read_it(
    own: Callable[[str], Reader], end_session: Callable[[Reader], None], shelf: Shelf, place: str
) -> None:
    reader = own("cs")
    form = keys(reader.get(place))
    end_session(reader)
    send_raw(reader, place, {**form, "note": TYPED})
    shelf.forget()

    reader.post("/masuk", {"username": "pelanggan", "password": PASSWORD, "next": place}, expect=303)
    reader.post("/masuk", {"username": "cs", "password": PASSWORD, "next": place}, expect=303)

    assert not reader.get(place).all("textarea")[0].text


def test_a_form_older_than_the_session_comes_back_filled(
    own: Callable[[str], Reader], shelf: Shelf, place: str
) -> None:
    reader = own("cs")
    form = {**keys(reader.get(place)), "csrf_token": "dari sesi lama", "note": TYPED}

    away = send_raw(reader, place, form, **OURS)

    assert (away.status_code, away.headers["Location"]) == (303, place)
    assert reader.get(place).all("textarea")[0].text == TYPED
    assert shelf.posts() == []


@pytest.mark.parametrize("site", [{}, {"Sec-Fetch-Site": "cross-site"}, {**OURS, "Origin": "https://jahat.test"}])
def test_text_of_another_site_never_gets_into_a_form(
    own: Callable[[str], Reader], shelf: Shelf, place: str, site: dict[str, str]
) -> None:
    reader = own("cs")

    refused = send_raw(reader, place, {"csrf_token": "tebakan", "note": TYPED}, **site)

    assert refused.status_code == 403
    assert "Label contoh" not in refused.text
    assert not reader.get(place).all("textarea")[0].text


def test_a_form_too_large_for_the_cookie_leaves_the_session_alone(
    own: Callable[[str], Reader], end_session: Callable[[Reader], None], shelf: Shelf, place: str
) -> None:
    reader = own("cs")
    form = keys(reader.get(place))
    end_session(reader)
    send_raw(reader, place, {**form, "note": "panjang " * 400})
    shelf.forget()

    reader.post("/masuk", {"username": "cs", "password": PASSWORD, "next": place}, expect=303)

    assert reader.get(place).status == 200


def test_while_the_service_is_down_the_text_stands_on_the_page_and_goes_out_later_under_the_same_key(
    client: Client, shelf: Shelf, place: str
) -> None:
    reader = client("cs")
    form = keys(reader.get(place))
    shelf.down.add("testing")

    page = reader.post(place, {**form, "note": TYPED}, expect=503)
    assert TYPED in page.text
    again = {field.get("name", ""): field.get("value", "") for field in page.form_of(place).iter("input")}
    shelf.forget()
    shelf.replies[f"POST testing/orders/{place.split('/')[4]}/actions/return"] = (200, {})
    reader.post(place, again, expect=303)

    [sent] = shelf.posts()
    assert sent.json == {"note": TYPED}
    assert sent.headers["Idempotency-Key"] == form["_key"]


def test_when_the_thing_is_gone_the_text_can_still_be_copied(client: Client, shelf: Shelf, place: str) -> None:
    reader = client("cs")
    form = keys(reader.get(place))
    shelf.replies[f"GET testing/orders/{place.split('/')[4]}"] = (404, {"status": 404, "title": "Tidak ditemukan"})

    page = reader.post(place, {**form, "note": TYPED}, expect=404)

    assert TYPED in page.text
    assert form["_key"] not in page.text


def test_an_act_that_is_no_longer_offered_shows_what_was_typed_for_it(client: Client, shelf: Shelf, place: str) -> None:
    order = order_that_offers(shelf, "cs", "return")
    reader = client("cs")
    form = keys(reader.get(place))
    shelf.replies[f"GET testing/orders/{order['id']}"] = (200, {**order, "actions": []})

    page = reader.post(place, {**form, "note": TYPED}, expect=409)

    assert "tidak tersedia lagi" in page.text
    assert TYPED in page.text


def test_a_second_click_that_comes_late_is_told_that_it_is_done(client: Client, shelf: Shelf, place: str) -> None:
    order = order_that_offers(shelf, "cs", "return")
    reader = client("cs")
    form = keys(reader.get(place))
    me = shelf.example("cs", "identity/me")["id"]
    row = {"thing_id": order["id"], "transition": "return", "actor": {"id": me}}
    shelf.replies[f"GET testing/orders/{order['id']}"] = (200, {**order, "actions": []})
    shelf.replies[f"GET testing/orders/{order['id']}/history"] = (200, {"items": [row]})

    assert reader.post(place, {**form, "note": TYPED}, expect=303).headers["Location"].endswith(str(order["id"]))
    shelf.replies[f"GET testing/orders/{order['id']}/history"] = (200, {"items": [{**row, "actor": {"id": "lain"}}]})
    reader.post(place, {**form, "note": TYPED}, expect=409)


def test_passwords_are_never_shown_again(client: Client, shelf: Shelf) -> None:
    shelf.down.add("identity")

    page = client("cs").post("/profil", {"current_password": "rahasia lama", "password": "rahasia baru"}, expect=503)

    assert "rahasia" not in page.html

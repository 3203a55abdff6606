"""The session of a browser: one encrypted cookie, renewed by itself, gone when it ended."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Blueprint, Flask, request
from flask.testing import FlaskClient
from upstream import PERSON, Upstream

from gateway import clients, create_app, session
from gateway.clients import Unavailable

COOKIE = "__Host-zc"
GOOD = {"username": "cs", "password": "sandi yang benar sekali"}


probe = Blueprint("probe", __name__)  # pages that show what the session and the clients do


@probe.get("/uji/token")
def token() -> str:
    return session.csrf_token()


@probe.post("/uji/masuk")
def enter() -> tuple[str, int]:
    answer = session.sign_in(request.form["username"], request.form["password"])
    return answer.detail, answer.status


@probe.post("/uji/keluar")
def leave() -> str:
    session.sign_out()
    return "keluar"


@probe.get("/uji/siapa")
def who() -> dict[str, Any]:
    person = session.current()
    return {"id": person.id, "roles": list(person.roles)} if person else {}


@probe.get("/uji/pesanan")
@session.signed_in
def orders() -> Any:
    return clients.fetch("testing", "orders", box="submitted", empty=None)


@probe.get("/uji/ditolak")
def refused() -> Any:
    return clients.fetch("testing", "refused")


@probe.get("/uji/berkas")
def file() -> Any:
    return clients.stream("testing", "gzip")


@probe.post("/uji/unggah")
def upload() -> Any:
    answer = clients.follow("POST", "/api/v1/documents/files?kind=proof", files={"file": request.files["file"]})
    return answer.body


@probe.get("/uji/mati")
def dead() -> Any:
    try:
        return clients.fetch("training", "classes")
    except Unavailable as outage:
        return {"missing": "training", "status": outage.status}


@pytest.fixture
def app(upstream: Upstream, key_file: Path) -> Iterator[Flask]:
    peers = dict.fromkeys(("identity", "testing", "documents"), upstream.address) | {"training": "http://127.0.0.1:9"}
    upstream.lifetime = 900
    upstream.ended.clear()
    upstream.session_id = secrets.token_hex(16)
    app = create_app(
        environment="test",
        key_file=str(key_file),
        peers=",".join(f"{name}={address}" for name, address in peers.items()),
        revocation_seconds=0.2,
        log_level="ERROR",
    )
    app.register_blueprint(probe)
    yield app
    app.extensions["gate"].close()


@pytest.fixture
def browser(app: Flask) -> FlaskClient:
    return app.test_client()


def signed_in(browser: FlaskClient) -> str:
    """Sign in and return the token that forms must carry from then on."""
    post(browser, "/uji/masuk", **GOOD)
    return browser.get("/uji/token").text


def post(browser: FlaskClient, path: str, **form: Any) -> Any:
    return browser.post(path, data={"csrf_token": browser.get("/uji/token").text, **form})


def cookie_of(browser: FlaskClient) -> str:
    found = browser.get_cookie(COOKIE)
    return found.value if found else ""


def test_a_person_who_signed_in_is_known(browser: FlaskClient) -> None:
    assert browser.get("/uji/siapa").json == {}

    assert post(browser, "/uji/masuk", **GOOD).status_code == 201

    assert browser.get("/uji/siapa").json == {"id": PERSON["sub"], "roles": ["customer_service"]}


def test_a_wrong_password_leaves_a_stranger(browser: FlaskClient) -> None:
    answer = post(browser, "/uji/masuk", username="cs", password="salah")

    assert (answer.status_code, answer.text) == (401, "Username atau password salah.")
    assert browser.get("/uji/siapa").json == {}


def test_the_cookie_is_closed_to_scripts_other_sites_and_readers(browser: FlaskClient) -> None:
    answer = post(browser, "/uji/masuk", **GOOD)

    header = next(value for value in answer.headers.getlist("Set-Cookie") if value.startswith(COOKIE))
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(header.split("; "))
    assert "Domain" not in header
    assert len(cookie_of(browser)) < 4096
    assert PERSON["sub"] not in cookie_of(browser)
    assert cookie_of(browser).count(".") == 4


def test_an_address_without_https_gets_a_plain_cookie(upstream: Upstream, key_file: Path) -> None:
    app = create_app(environment="test", key_file=str(key_file), public_url="http://192.0.2.7:8080", log_level="ERROR")
    app.register_blueprint(probe)
    header = app.test_client().get("/uji/token").headers["Set-Cookie"]
    assert header.startswith("zc=")
    assert "Secure" not in header


def test_nothing_of_the_cookie_survives_signing_in(browser: FlaskClient, app: Flask) -> None:
    planted = browser.get("/uji/token").text
    before = cookie_of(browser)

    after_token = signed_in(browser)

    assert cookie_of(browser) != before
    assert after_token != planted
    other = app.test_client()
    other.set_cookie(COOKIE, before, domain="localhost")
    assert other.get("/uji/siapa").json == {}


def test_no_changed_cookie_counts(browser: FlaskClient, app: Flask) -> None:
    signed_in(browser)
    text = cookie_of(browser)
    other = app.test_client()
    for place in [number for number in range(0, len(text), 7) if text[number] != "."]:
        changed = text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]
        if _decoded_same(app, text, changed):
            continue
        other.set_cookie(COOKIE, changed, domain="localhost")
        assert other.get("/uji/siapa").json == {}, place


def _decoded_same(app: Flask, text: str, changed: str) -> bool:
    """The last character of a base64 part may carry bits that mean nothing."""
    return app.session_interface.decrypt(changed) == app.session_interface.decrypt(text)


@pytest.mark.parametrize("text", ["", "x", "a.b.c.d.e", "x" * 4000, "....", "ey.ey.ey.ey.ey"])
def test_a_cookie_that_is_none_is_a_stranger(app: Flask, text: str) -> None:
    browser = app.test_client()
    browser.set_cookie(COOKIE, text, domain="localhost")
    assert browser.get("/uji/siapa").json == {}


def test_a_token_that_ran_out_is_renewed_unseen(browser: FlaskClient, upstream: Upstream) -> None:
    upstream.lifetime = -10
    signed_in(browser)
    before = cookie_of(browser)
    upstream.lifetime = 900

    assert browser.get("/uji/siapa").json == {"id": PERSON["sub"], "roles": ["customer_service"]}

    assert upstream.count("/api/v1/identity/sessions/refresh") == 1
    assert cookie_of(browser) != before
    assert browser.get("/uji/siapa").json != {}
    assert upstream.count("/api/v1/identity/sessions/refresh") == 1


def test_a_session_that_identity_ended_is_over(browser: FlaskClient, upstream: Upstream) -> None:
    upstream.lifetime = -10
    signed_in(browser)
    upstream.ended.add("r1")

    assert browser.get("/uji/siapa").json == {}
    assert cookie_of(browser) == ""


def test_a_revoked_session_is_over_within_seconds(browser: FlaskClient, upstream: Upstream) -> None:
    signed_in(browser)
    assert browser.get("/uji/siapa").json != {}

    upstream.ended.add("r1")
    upstream.revoke(sid=upstream.session_id)
    time.sleep(0.6)

    assert browser.get("/uji/siapa").json == {}


def test_signing_out_ends_the_session_here_and_at_identity(
    browser: FlaskClient, app: Flask, upstream: Upstream
) -> None:
    signed_in(browser)
    stolen = cookie_of(browser)

    post(browser, "/uji/keluar")
    upstream.ended.add("r1")

    assert cookie_of(browser) == ""
    assert upstream.count("/api/v1/identity/sessions/current") == 1
    thief = app.test_client()
    thief.set_cookie(COOKIE, stolen, domain="localhost")
    assert thief.get("/uji/siapa").json == {}


def test_while_identity_is_down_nobody_is_let_in_and_nobody_thrown_out(
    browser: FlaskClient, upstream: Upstream
) -> None:
    signed_in(browser)
    browser.get("/uji/siapa")
    valid = cookie_of(browser)
    upstream.is_identity_down = True
    try:
        assert browser.get("/uji/siapa").json != {}
        assert post(browser, "/uji/masuk", **GOOD).status_code == 503
        assert cookie_of(browser) == valid
    finally:
        upstream.is_identity_down = False


def test_pages_for_members_send_strangers_to_the_login_page(browser: FlaskClient) -> None:
    answer = browser.get("/uji/pesanan?box=submitted")

    assert (answer.status_code, answer.location) == (303, "/masuk?next=%2Fuji%2Fpesanan%3Fbox%3Dsubmitted")
    assert browser.get("/uji/pesanan", headers={"HX-Request": "true"}).headers["HX-Redirect"] == "/masuk"


@pytest.mark.parametrize(
    "target", ["https://example.org", "//example.org", "/\\example.org", "javascript:alert(1)", "", "/a\nb", "masuk"]
)
def test_after_login_nobody_is_sent_elsewhere(target: str) -> None:
    assert not session.is_own_address(target)


def test_a_page_calls_services_as_the_person_who_is_signed_in(browser: FlaskClient, upstream: Upstream) -> None:
    signed_in(browser)

    assert browser.get("/uji/pesanan").json["target"] == "/api/v1/testing/orders?box=submitted"
    assert browser.get("/uji/berkas").headers["Content-Encoding"] == "gzip"
    assert browser.get("/uji/mati").json == {"missing": "training", "status": 503}


def test_an_uploaded_file_goes_on_as_multipart(browser: FlaskClient, upstream: Upstream) -> None:
    content = b"%PDF-1.7 " + b"x" * 100_000
    token = signed_in(browser)

    answer = browser.post(
        "/uji/unggah", data={"file": (BytesIO(content), 'bukti "bayar".pdf')}, headers={"X-CSRF-Token": token}
    )

    seen = upstream.last("/api/v1/documents/files")
    assert answer.json["target"] == "/api/v1/documents/files?kind=proof"
    assert (seen.header("Content-Type") or "").startswith("multipart/form-data; boundary=")
    assert int(seen.header("Content-Length") or 0) == seen.size > len(content)


@pytest.mark.parametrize(
    ("name", "sent", "headers"),
    [
        ("no token", {}, {}),
        ("empty token", {"csrf_token": ""}, {}),
        ("another's token", {"csrf_token": "OTHER"}, {}),
        ("another's token in the header", {}, {"X-CSRF-Token": "OTHER"}),
        ("true token, foreign origin", {"csrf_token": "TRUE"}, {"Origin": "https://example.org"}),
        ("true token, origin null", {"csrf_token": "TRUE"}, {"Origin": "null"}),
        ("true token, cross-site", {"csrf_token": "TRUE"}, {"Sec-Fetch-Site": "cross-site"}),
        ("true token, same-site", {"csrf_token": "TRUE"}, {"Sec-Fetch-Site": "same-site"}),
    ],
)
def test_a_forged_form_changes_nothing(
    browser: FlaskClient, app: Flask, upstream: Upstream, name: str, sent: dict[str, str], headers: dict[str, str]
) -> None:
    values = {"TRUE": signed_in(browser), "OTHER": signed_in(app.test_client())}
    form = {key: values.get(value, value) for key, value in sent.items()}

    answer = browser.post("/uji/keluar", data=form, headers={k: values.get(v, v) for k, v in headers.items()})

    assert answer.status_code == 403, name
    assert browser.get("/uji/siapa").json != {}
    assert upstream.count("/api/v1/identity/sessions/current") == 0


def test_signing_in_needs_a_token_too(browser: FlaskClient, upstream: Upstream) -> None:
    assert browser.post("/uji/masuk", data=GOOD).status_code == 403
    assert upstream.count("/api/v1/identity/sessions") == 0


def test_a_true_form_of_this_site_passes(browser: FlaskClient) -> None:
    token = signed_in(browser)
    headers = {"X-CSRF-Token": token, "Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
    assert browser.post("/uji/keluar", headers=headers).status_code == 200


def test_a_refusal_of_a_service_becomes_a_page_with_its_status(browser: FlaskClient) -> None:
    answer = browser.get("/uji/ditolak")
    assert (answer.status_code, answer.mimetype) == (403, "text/html")

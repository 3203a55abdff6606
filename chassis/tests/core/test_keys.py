"""Tokens: what is believed and what is not."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import stat
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc.jwk import OKPKey

from chassis.keys import BadToken, Signer, Trust, generate

READER = "svc-library"


class House:
    """One trusted issuer, its key, and a trust that reads its folder."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.public = folder, folder / "public"
        self.path = generate("gateway", folder)
        self.signer, self.trust = Signer.from_file("gateway", self.path), Trust(self.public)
        self.key = OKPKey.import_key(json.loads(self.path.read_text()))

    def header(self, **changes: Any) -> dict[str, Any]:
        return {"alg": "Ed25519", "kid": self.key.kid, **changes}

    def claims(self, **changes: Any) -> dict[str, Any]:
        moment = int(time.time())
        claims = {"iss": "gateway", "aud": READER, "iat": moment, "exp": moment + 60, "sub": "u1", **changes}
        return {name: value for name, value in claims.items() if value is not ...}

    def seal(self, header: Any, claims: Any, sign: Callable[[bytes], bytes] | None = None) -> str:
        text = f"{pack(header)}.{pack(claims)}"
        return f"{text}.{code((sign or self.key.private_key.sign)(text.encode()))}"

    def verify(self, token: str) -> dict[str, Any]:
        return self.trust.verify(token, audience=READER)


def code(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def pack(value: Any) -> str:
    return code(value if isinstance(value, bytes) else json.dumps(value).encode())


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def test_a_signed_token_gives_its_claims(house: House) -> None:
    token = house.signer.sign(READER, lifetime=60, sub="u1", roles=["clerk"])

    claims = house.verify(token)

    assert (claims["iss"], claims["sub"], claims["roles"]) == ("gateway", "u1", ["clerk"])
    assert claims["exp"] - claims["iat"] == 60


def test_the_hand_made_token_of_these_tests_is_good_until_something_is_changed(house: House) -> None:
    assert house.verify(house.seal(house.header(), house.claims()))["sub"] == "u1"


def test_no_two_tokens_have_one_id(house: House) -> None:
    tokens = [house.verify(house.signer.sign(READER, lifetime=60))["jti"] for _ in range(50)]
    assert len(set(tokens)) == 50


def _hmac_with_the_public_key(house: House) -> str:
    secret = house.key.public_key.public_bytes_raw()
    sign = lambda text: hmac.digest(secret, text, hashlib.sha256)  # noqa: E731 - the forger's signature, one line
    return house.seal(house.header(alg="HS256"), house.claims(), sign)


def _by_another_key(house: House, **header: Any) -> str:
    other = OKPKey.generate_key("Ed25519")
    shown = {name: value(other) if callable(value) else value for name, value in header.items()}
    return house.seal(house.header(**shown), house.claims(), other.private_key.sign)


def _changed_claims(house: House) -> str:
    head, _, signature = house.seal(house.header(), house.claims()).split(".")
    return f"{head}.{pack(house.claims(roles=['head']))}.{signature}"


def _without_signature(house: House) -> str:
    return house.seal(house.header(), house.claims()).rsplit(".", 1)[0] + "."


def _other_jwk(key: OKPKey) -> Any:
    return key.as_dict(private=False)


FORGERIES: dict[str, Callable[[House], str]] = {
    "alg none": lambda h: h.seal(h.header(alg="none"), h.claims(), lambda text: b""),
    "alg nOnE": lambda h: h.seal(h.header(alg="nOnE"), h.claims(), lambda text: b""),
    "no alg": lambda h: h.seal({"kid": h.key.kid}, h.claims()),
    "alg a list": lambda h: h.seal(h.header(alg=["Ed25519"]), h.claims()),
    "HMAC with the public key": _hmac_with_the_public_key,
    "signed by another key": _by_another_key,
    "key in the header": lambda h: _by_another_key(h, jwk=_other_jwk),
    "key at an address": lambda h: h.seal(h.header(jku="https://contoh.test/keys"), h.claims()),
    "certificate at an address": lambda h: h.seal(h.header(x5u="https://contoh.test/keys"), h.claims()),
    "certificate in the header": lambda h: h.seal(h.header(x5c=["MII"]), h.claims()),
    "critical extension": lambda h: h.seal(h.header(crit=["exp"]), h.claims()),
    "no kid": lambda h: h.seal({"alg": "Ed25519"}, h.claims()),
    "kid a number": lambda h: h.seal(h.header(kid=1), h.claims()),
    "kid of nobody": lambda h: h.seal(h.header(kid="gateway-00000000"), h.claims()),
    "kid a path": lambda h: h.seal(h.header(kid="../gateway"), h.claims()),
    "issuer a path": lambda h: h.seal(h.header(), h.claims(iss="../gateway")),
    "issuer a deeper path": lambda h: h.seal(h.header(), h.claims(iss="public/gateway")),
    "issuer empty": lambda h: h.seal(h.header(), h.claims(iss="")),
    "issuer missing": lambda h: h.seal(h.header(), h.claims(iss=...)),
    "issuer a list": lambda h: h.seal(h.header(), h.claims(iss=["gateway"])),
    "issuer unknown": lambda h: h.seal(h.header(), h.claims(iss="svc-unknown")),
    "another audience": lambda h: h.seal(h.header(), h.claims(aud="svc-cellar")),
    "no audience": lambda h: h.seal(h.header(), h.claims(aud=...)),
    "audience with more": lambda h: h.seal(h.header(), h.claims(aud=READER + "2")),
    "expired": lambda h: h.seal(h.header(), h.claims(exp=int(time.time()) - 10)),
    "never expires": lambda h: h.seal(h.header(), h.claims(exp=...)),
    "expiry a text": lambda h: h.seal(h.header(), h.claims(exp="tomorrow")),
    "expiry a list": lambda h: h.seal(h.header(), h.claims(exp=[int(time.time()) + 60])),
    "issued never": lambda h: h.seal(h.header(), h.claims(iat=...)),
    "issued tomorrow": lambda h: h.seal(h.header(), h.claims(iat=int(time.time()) + 86_400)),
    "not before tomorrow": lambda h: h.seal(h.header(), h.claims(nbf=int(time.time()) + 86_400)),
    "claims changed": _changed_claims,
    "no signature": _without_signature,
    "signature cut": lambda h: h.seal(h.header(), h.claims())[:-4],
    "claims a list": lambda h: h.seal(h.header(), ["iss", "gateway"]),
    "claims no JSON": lambda h: h.seal(h.header(), b"{iss"),
    "header a list": lambda h: h.seal(["alg"], h.claims()),
    "claims nested without end": lambda h: h.seal(h.header(), b"[" * 5_000),
    "header nested without end": lambda h: h.seal(b'{"a":' * 1_000, h.claims()),
    "two parts": lambda h: h.seal(h.header(), h.claims()).rsplit(".", 1)[0],
    "five parts": lambda h: h.seal(h.header(), h.claims()) + ".x.y",
    "a megabyte": lambda h: h.seal(h.header(), h.claims(name="x" * 1_000_000)),
    "not ASCII": lambda h: "é.é.é",
    "nothing": lambda h: "",
    "dots": lambda h: "..",
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forgery_is_a_bad_token_and_nothing_worse(house: House, forgery: str) -> None:
    with pytest.raises(BadToken):
        house.verify(FORGERIES[forgery](house))


@settings(max_examples=150, deadline=None)
@given(
    st.text(max_size=200)
    | st.binary(max_size=90).map(lambda raw: ".".join((code(raw[:30]), code(raw[30:60]), code(raw[60:]))))
)
def test_garbage_is_a_bad_token_and_nothing_worse(garbage: str) -> None:
    with pytest.raises(BadToken):
        Trust("/nonexistent").verify(garbage, audience=READER)


def test_each_single_changed_letter_spoils_a_token(house: House) -> None:
    token = house.seal(house.header(), house.claims())
    for place in range(0, len(token) - 1, 3):  # the last letter carries bits that mean nothing
        letter = "A" if token[place] != "A" else "B"
        with pytest.raises(BadToken):
            house.verify(token[:place] + letter + token[place + 1 :])


def test_an_issuer_cannot_speak_with_the_name_of_another(house: House) -> None:
    cellar = Signer.from_file("gateway", generate("svc-cellar", house.folder))

    with pytest.raises(BadToken):
        house.verify(cellar.sign(READER, lifetime=60, sub="u1"))


def test_only_the_issuers_asked_for_are_believed(house: House) -> None:
    token = house.signer.sign(READER, lifetime=60)

    assert house.trust.verify(token, audience=READER, issuers=("gateway",))
    with pytest.raises(BadToken):
        house.trust.verify(token, audience=READER, issuers=("svc-cellar",))


def test_a_new_key_is_believed_as_soon_as_it_is_in_the_folder_and_the_old_one_while_it_is(house: House) -> None:
    old_token = house.signer.sign(READER, lifetime=60)
    house.verify(old_token)
    old_set = json.loads((house.public / "gateway.json").read_text())["keys"]
    house.path.unlink()
    rotated = Signer.from_file("gateway", generate("gateway", house.folder))
    fresh = rotated.public_set()["keys"]

    (house.public / "gateway.json").write_text(json.dumps({"keys": old_set + fresh}))
    assert house.verify(rotated.sign(READER, lifetime=60))
    assert house.verify(old_token)

    (house.public / "gateway.json").write_text(json.dumps({"keys": fresh}))
    assert Trust(house.public).verify(rotated.sign(READER, lifetime=60), audience=READER)
    with pytest.raises(BadToken):
        Trust(house.public).verify(old_token, audience=READER)


def test_a_private_key_is_for_its_owner_alone_and_is_never_made_twice(tmp_path: Path) -> None:
    path = generate("svc-library", tmp_path)
    content = path.read_bytes()

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert generate("svc-library", tmp_path).read_bytes() == content
    assert b'"d"' not in (tmp_path / "public" / "svc-library.json").read_bytes()


def test_several_processes_that_make_a_key_at_once_agree_on_one(tmp_path: Path) -> None:
    barrier = threading.Barrier(8)

    def make() -> None:
        barrier.wait()
        generate("svc-library", tmp_path)

    threads = [threading.Thread(target=make) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    token = Signer.from_file("svc-library", tmp_path / "svc-library.json").sign(READER, lifetime=60)
    assert Trust(tmp_path / "public").verify(token, audience=READER)
    assert sorted(os.listdir(tmp_path)) == ["public", "svc-library.json"]


def test_a_derived_secret_differs_by_purpose_and_by_key(house: House) -> None:
    other = Signer.from_file("svc-cellar", generate("svc-cellar", house.folder))

    secrets = {house.signer.derive("one"), house.signer.derive("two"), other.derive("one")}
    assert len(secrets) == 3
    assert house.signer.derive("one") in secrets

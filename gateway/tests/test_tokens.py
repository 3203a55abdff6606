"""Who gets in, and as whom. Every forgery here is refused with 401 and reaches no service."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from joserfc import jwe, jwt
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey
from running import Gateway
from upstream import PERSON, Upstream

from chassis.keys import Signer, Trust

ORDERS = "/api/v1/testing/orders"


def encoded(content: Any) -> str:
    text = content if isinstance(content, bytes) else json.dumps(content).encode()
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


class Forger:
    """Somebody who knows everything public, and one true token."""

    def __init__(self, signer: Signer) -> None:
        self.signer = signer
        self.public = signer.public_set()["keys"][0]
        self.kid = self.public["kid"]
        self.own = OKPKey.generate_key("Ed25519", parameters={"kid": self.kid}, private=True)

    def claims(self, **changes: Any) -> dict[str, Any]:
        now = time.time()
        content = {**PERSON, "iss": "identity", "aud": "zerocalls", "iat": now, "exp": int(now) + 900, **changes}
        return {name: value for name, value in content.items() if value is not None}

    def true(self, **changes: Any) -> str:
        """Signed with identity's real key: what a confused or stolen signer could produce."""
        key = self.signer._key
        return jwt.encode({"alg": "Ed25519", "kid": self.kid}, self.claims(**changes), key, algorithms=["Ed25519"])

    def unsigned(self, **header: Any) -> str:
        return f"{encoded({'kid': self.kid, **header})}.{encoded(self.claims())}."

    def with_own_key(self, **header: Any) -> str:
        head = {"alg": "Ed25519", "kid": self.kid, **header}
        text = f"{encoded(head)}.{encoded(self.claims())}"
        return f"{text}.{encoded(self._signature(text))}"

    def signed_as(self, head: dict[str, Any], body: str) -> str:
        """Identity's true signature over any head and body."""
        text = f"{encoded(head)}.{body}"
        return f"{text}.{encoded(self.signer._key.private_key.sign(text.encode()))}"

    def _signature(self, text: str) -> bytes:
        return self.own.private_key.sign(text.encode())


def hs256(forger: Forger, secret: bytes) -> str:
    key = OctKey.import_key(secret)
    return jwt.encode({"alg": "HS256", "kid": forger.kid}, forger.claims(), key, algorithms=["HS256"])


def other_algorithm(forger: Forger, alg: str) -> str:
    key = ECKey.generate_key("P-256") if alg.startswith("ES") else RSAKey.generate_key(2048)
    return jwt.encode({"alg": alg, "kid": forger.kid}, forger.claims(), key, algorithms=[alg])


def nested(forger: Forger) -> str:
    return jwe.encrypt_compact(
        {"alg": "dir", "enc": "A256GCM"}, forger.true(), OctKey.generate_key(256), algorithms=["dir", "A256GCM"]
    )


def tampered(forger: Forger) -> str:
    head, _, signature = forger.true().split(".")
    return f"{head}.{encoded(forger.claims(roles=['super_admin']))}.{signature}"


def flipped(forger: Forger) -> str:
    text, signature = forger.true().rsplit(".", 1)
    return f"{text}.{'A' if signature[0] != 'A' else 'B'}{signature[1:]}"


def doubled(forger: Forger) -> str:
    """Two values for one claim: the later one counts for JSON readers, and it is no access token."""
    body = json.dumps(forger.claims())[:-1] + ', "typ": "refresh"}'
    return forger.signed_as({"alg": "Ed25519", "kid": forger.kid}, encoded(body.encode()))


HEAD = {"alg": "Ed25519"}

FORGERIES: dict[str, Callable[[Forger], str]] = {
    "algorithm none": lambda f: f.unsigned(alg="none"),
    "algorithm None": lambda f: f.unsigned(alg="None"),
    "algorithm nOnE": lambda f: f.unsigned(alg="nOnE"),
    "no algorithm": lambda f: f.unsigned(),
    "empty signature": lambda f: f.true().rsplit(".", 1)[0] + ".",
    "no signature": lambda f: f.true().rsplit(".", 1)[0],
    "HS256 with the public key as JSON": lambda f: hs256(f, json.dumps(f.public).encode()),
    "HS256 with the public key as bytes": lambda f: hs256(f, f.public["x"].encode()),
    "RS256": lambda f: other_algorithm(f, "RS256"),
    "ES256": lambda f: other_algorithm(f, "ES256"),
    "own key, true key id": lambda f: f.with_own_key(),
    "own key in jwk": lambda f: f.with_own_key(jwk=f.own.as_dict(private=False)),
    "own key at jku": lambda f: f.with_own_key(jku="https://example.org/jwks"),
    "own key at x5u": lambda f: f.with_own_key(x5u="https://example.org/cert"),
    "true signature with jku": lambda f: f.signed_as(
        {**HEAD, "kid": f.kid, "jku": "https://x.test"}, encoded(f.claims())
    ),
    "key id as path": lambda f: f.with_own_key(kid="../../../../dev/null"),
    "key id as SQL": lambda f: f.with_own_key(kid="x' UNION SELECT 'key' --"),
    "key id as list": lambda f: f.with_own_key(kid=[f.kid]),
    "unknown key id": lambda f: f.with_own_key(kid="identity-00000000"),
    "no key id": lambda f: f.signed_as(HEAD, encoded(f.claims())),
    "critical extension": lambda f: f.signed_as({**HEAD, "kid": f.kid, "crit": ["x"], "x": 1}, encoded(f.claims())),
    "changed claims": tampered,
    "changed signature": flipped,
    "expired": lambda f: f.true(exp=int(time.time()) - 5),
    "no expiry": lambda f: f.true(exp=None),
    "expiry as text": lambda f: f.true(exp="never"),
    "issued tomorrow": lambda f: f.true(iat=int(time.time()) + 86_400),
    "not yet valid": lambda f: f.true(nbf=int(time.time()) + 86_400),
    "other issuer": lambda f: f.true(iss="gateway"),
    "no issuer": lambda f: f.true(iss=None),
    "issuer as list": lambda f: f.true(iss=["identity"]),
    "other audience": lambda f: f.true(aud="svc-testing"),
    "no audience": lambda f: f.true(aud=None),
    "refresh as access": lambda f: f.true(typ="refresh"),
    "no type": lambda f: f.true(typ=None),
    "two types": doubled,
    "service as person": lambda f: f.true(kind="service"),
    "system as person": lambda f: f.true(kind="system"),
    "no subject": lambda f: f.true(sub=None),
    "subject as object": lambda f: f.true(sub={"id": 1}),
    "encrypted": nested,
    "four parts": lambda f: f.true() + ".x",
    "body is a list": lambda f: f.signed_as({**HEAD, "kid": f.kid}, encoded([1])),
    "body is no JSON": lambda f: f.signed_as({**HEAD, "kid": f.kid}, encoded(b"{")),
    "not base64": lambda f: "ä.ö.ü".encode().decode("latin-1"),
    "empty": lambda f: "",
    "a word": lambda f: "admin",
}


@pytest.fixture(scope="session")
def forger(access_signer: Signer) -> Forger:
    return Forger(access_signer)


def with_token(token: str) -> bytes:
    head = f"GET {ORDERS} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
    return f"{head}Authorization: Bearer {token}\r\n\r\n".encode("latin-1")


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forged_token_is_refused(gateway: Gateway, upstream: Upstream, forger: Forger, name: str) -> None:
    assert gateway.ask("GET", ORDERS, token=forger.true()).status == 200, "the true one passes"
    upstream.seen.clear()

    token = FORGERIES[name](forger)
    said = gateway.raw(with_token(token))

    assert said.startswith(b"HTTP/1.1 401 "), said[:200]
    assert upstream.count(ORDERS) == 0


def test_a_token_of_a_megabyte_is_not_even_read(gateway: Gateway, upstream: Upstream, forger: Forger) -> None:
    said = gateway.raw(with_token(forger.true() + "A" * 1_000_000))

    assert said == b"" or said.startswith(b"HTTP/1.1 431 ")
    assert upstream.count(ORDERS) == 0


@pytest.mark.parametrize("given", ["Basic cm9vdDpyb290", "Digest x", "Token x", "bearer", ""])
def test_only_bearer_tokens_count(gateway: Gateway, upstream: Upstream, given: str) -> None:
    answer = gateway.ask("GET", ORDERS, Authorization=given)

    assert answer.status == 401
    assert answer.header("WWW-Authenticate") == 'Bearer error="invalid_token"'
    assert upstream.count(ORDERS) == 0


def internal_claims(key_file: Any, upstream: Upstream) -> dict[str, Any]:
    sent = upstream.last(ORDERS).header("Authorization") or ""
    return Trust(key_file.parent / "public").verify(
        sent.removeprefix("Bearer "), audience="svc-testing", issuers=("gateway",)
    )


def test_a_service_learns_who_calls_from_a_token_of_the_gateway(
    gateway: Gateway, upstream: Upstream, key_file: Any
) -> None:
    token = upstream.token(roles=["analyst"], customer_id="c-1", scope={"analyst": "water"})
    gateway.ask("GET", ORDERS, token=token, X_Request_ID="permintaan-00001")

    claims = internal_claims(key_file, upstream)
    assert claims["exp"] - claims["iat"] == 60
    assert (claims["sub"], claims["name"], claims["kind"]) == (PERSON["sub"], PERSON["name"], "user")
    assert (claims["roles"], claims["customer_id"], claims["scope"]) == (["analyst"], "c-1", {"analyst": "water"})
    assert (claims["sid"], claims["ip"]) == (PERSON["sid"], "127.0.0.1")
    assert upstream.last(ORDERS).header("X-Request-ID") == "permintaan-00001"
    assert token not in str(upstream.last(ORDERS).headers)


def test_calls_of_one_caller_carry_one_token_and_nobody_else_gets_it(
    start_gateway: Any, upstream: Upstream, key_file: Any
) -> None:
    mine, promoted, other = upstream.token(), upstream.token(roles=["super_admin"]), upstream.token(sub="other")

    def sent(token: str | None, address: str = "203.0.113.5", service: str = "testing") -> str:
        own.ask("GET", f"/api/v1/{service}/orders", token=token, X_Forwarded_For=address)
        return upstream.last(f"/api/v1/{service}/orders").header("Authorization") or ""

    with start_gateway(upstream, TRUSTED_HOPS="1") as own:
        assert sent(mine) == sent(mine)
        different = [sent(mine), sent(promoted), sent(other), sent(None), sent(mine, "203.0.113.6")]
        different.append(sent(mine, service="billing"))

    assert len(set(different)) == 6
    assert internal_claims(key_file, upstream)["ip"] == "203.0.113.6"


def test_without_a_token_the_caller_is_nobody(gateway: Gateway, upstream: Upstream, key_file: Any) -> None:
    gateway.ask("GET", ORDERS)

    claims = internal_claims(key_file, upstream)
    assert (claims["sub"], claims["kind"], claims.get("roles")) == ("anonymous", "anonymous", None)


def test_the_session_cookie_counts_for_nothing_on_the_api(gateway: Gateway, upstream: Upstream, key_file: Any) -> None:
    gateway.ask("GET", ORDERS, Cookie=f"__Host-zc={upstream.token()}")

    assert internal_claims(key_file, upstream)["kind"] == "anonymous"


def eventually_refused(gateway: Gateway, token: str, *, within: float) -> bool:
    until = time.monotonic() + within
    while time.monotonic() < until:
        if gateway.ask("GET", ORDERS, token=token).status == 401:
            return True
        time.sleep(0.1)
    return False


def test_a_session_that_ended_is_out_within_seconds(gateway: Gateway, upstream: Upstream) -> None:
    token, other = upstream.token(sid="ended"), upstream.token(sid="goes-on")
    assert gateway.ask("GET", ORDERS, token=token).status == 200

    upstream.revoke(sid="ended")

    assert eventually_refused(gateway, token, within=5)
    assert gateway.ask("GET", ORDERS, token=other).status == 200


def test_tokens_issued_before_the_roles_changed_are_out_and_later_ones_are_in(
    gateway: Gateway, upstream: Upstream
) -> None:
    before = upstream.token(sub="changed", sid="s-2")
    assert gateway.ask("GET", ORDERS, token=before).status == 200

    upstream.revoke(sub="changed")

    assert eventually_refused(gateway, before, within=5)
    after = upstream.token(sub="changed", sid="s-2", iat=time.time() + 1)
    assert gateway.ask("GET", ORDERS, token=after).status == 200


def test_while_identity_is_down_known_revocations_and_tokens_keep_their_effect(
    gateway: Gateway, upstream: Upstream
) -> None:
    token, ended = upstream.token(), upstream.token(sid="ended-early")
    upstream.revoke(sid="ended-early")
    assert eventually_refused(gateway, ended, within=5)

    upstream.is_identity_down = True
    try:
        time.sleep(1)
        assert gateway.ask("GET", ORDERS, token=token).status == 200
        assert gateway.ask("GET", ORDERS, token=upstream.token(sid="new")).status == 200
        assert gateway.ask("GET", ORDERS, token=ended).status == 401
    finally:
        upstream.is_identity_down = False


@pytest.mark.slow
def test_a_gateway_that_never_reached_identity_lets_nobody_in_but_the_public(
    start_gateway: Any, upstream: Upstream
) -> None:
    upstream.is_identity_down = True
    try:
        with start_gateway(upstream) as own:
            assert own.ask("GET", ORDERS, token=upstream.token()).status == 503
            assert own.ask("GET", ORDERS).status == 200
            assert upstream.count(ORDERS) == 1
    finally:
        upstream.is_identity_down = False

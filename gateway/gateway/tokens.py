"""Tokens at the door: those people bring (signed by identity) and those the gateway signs for each call to a service."""

from __future__ import annotations

import json
import threading
import time
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

import orjson
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OKPKey

from chassis import keys
from chassis.keys import BadToken, Claims, Signer
from gateway.incoming import Incoming
from gateway.revocations import Revocations
from gateway.upstreams import Unavailable, Upstreams

ISSUER = "identity"
AUDIENCE = "zerocalls"
JWKS_PATH = "/api/v1/identity/jwks"
JWKS_SECONDS = 300.0
JWKS_PAUSE = 5.0
JWKS_PATIENCE = 1.5
INTERNAL_LIFETIME = 60
SIGNED_AGAIN_AFTER = 30.0
REMEMBERED = 4096
CARRIED = ("sub", "name", "username", "roles", "customer_id", "scope", "kind", "sid")


class InternalTokens:
    """One-minute tokens for one service, signed with the gateway's own key. The same caller's next calls carry the same one for a while."""

    def __init__(self, signer: Signer) -> None:
        self._signer = signer
        self._signed: dict[bytes, tuple[str, float]] = {}

    def identify(self, service: str, claims: Mapping[str, Any] | None, came: Incoming) -> dict[str, str]:
        """Headers that tell a service who calls, and in which request. Without claims the caller is nobody."""
        token = self.token(service, claims, came)
        return {"Authorization": f"Bearer {token}", "X-Request-ID": came.request_id, "Traceparent": came.traceparent}

    def token(self, service: str, claims: Mapping[str, Any] | None, came: Incoming) -> str:
        carried = {name: claims[name] for name in CARRIED if claims.get(name) is not None} if claims else _NOBODY
        return self._current(service, {"kind": "user", **carried, "ip": came.address})

    def mint_own(self, service: str) -> str:
        """For calls the gateway makes for itself."""
        return self._sign(service, kind="service", sub="gateway")

    def _current(self, service: str, claims: dict[str, Any]) -> str:
        """Found by everything it says, so nobody ever gets a token that says something else."""
        key, now = orjson.dumps([service, claims]), time.monotonic()
        token, until = self._signed.get(key, ("", 0.0))
        if now >= until:
            if len(self._signed) >= REMEMBERED:
                self._signed.clear()
            token = self._sign(service, **claims)
            self._signed[key] = token, now + SIGNED_AGAIN_AFTER
        return token

    def _sign(self, service: str, **claims: Any) -> str:
        token: str = self._signer.sign(f"svc-{service}", lifetime=INTERNAL_LIFETIME, **claims)
        return token


_NOBODY = {"sub": "anonymous", "kind": "anonymous"}


class AccessTokens:
    """Verifies access tokens against identity's keys; remembers those already verified; asks for revocation every time."""

    def __init__(self, upstreams: Upstreams, internal: InternalTokens, revocations: Revocations) -> None:
        self._keys = _IdentityKeys(upstreams, internal)
        self._revocations = revocations
        self._verified: OrderedDict[str, Claims] = OrderedDict()
        self._lock = threading.Lock()

    def verify(self, token: str) -> Claims:
        """Claims of a valid access token. Raises BadToken, or Unavailable when identity's keys cannot be had."""
        claims = self._remembered(token)
        if claims is None:
            claims = self._check(token)
            self._remember(token, claims)
        if self._revocations.covers(claims):
            raise BadToken("revoked")
        return claims

    @property
    def is_ready(self) -> bool:
        return self._keys.is_known

    def _check(self, token: str) -> Claims:
        issuer, kid = keys.peek(token)
        if issuer != ISSUER:
            raise BadToken("issuer")
        claims = keys.verify(token, self._keys.get(kid), issuer=ISSUER, audience=AUDIENCE)
        if claims.get("typ") != "access" or not isinstance(claims.get("sub"), str):
            raise BadToken("type")
        if claims.get("kind", "user") not in ("user", "client"):
            raise BadToken("kind")
        return claims

    def _remembered(self, token: str) -> Claims | None:
        with self._lock:
            claims = self._verified.get(token)
            if claims is not None and claims["exp"] <= time.time():
                del self._verified[token]
                raise BadToken("expired")
            return claims

    def _remember(self, token: str, claims: Claims) -> None:
        with self._lock:
            self._verified[token] = claims
            while len(self._verified) > REMEMBERED:
                self._verified.popitem(last=False)


class _IdentityKeys:
    """Identity's public keys by key id. An unknown id asks again, but not more often than every few seconds."""

    def __init__(self, upstreams: Upstreams, internal: InternalTokens) -> None:
        self._upstreams = upstreams
        self._internal = internal
        self._lock = threading.Lock()
        self._keys: dict[str, OKPKey] = {}
        self._asked_at = self._tried_at = float("-inf")

    @property
    def is_known(self) -> bool:
        return bool(self._keys)

    def get(self, kid: str) -> OKPKey:
        if time.monotonic() - self._asked_at > JWKS_SECONDS or kid not in self._keys:
            self._refresh()
        if not self._keys:
            raise Unavailable("identity")
        if kid not in self._keys:
            raise BadToken("key")
        return self._keys[kid]

    def _refresh(self) -> None:
        """While identity is away nobody who holds a known key's token waits for it: one asks, now and then."""
        if not self._lock.acquire(blocking=not self._keys):
            return
        try:
            if self._keys and time.monotonic() - self._tried_at < JWKS_PAUSE:
                return
            self._tried_at = time.monotonic()
            self._keys = self._fetch()
            self._asked_at = time.monotonic()
        except (Unavailable, ValueError, JoseError):
            return
        finally:
            self._lock.release()

    def _fetch(self) -> dict[str, OKPKey]:
        headers = {"Authorization": f"Bearer {self._internal.mint_own(ISSUER)}", "Accept": "application/json"}
        with self._upstreams.get(ISSUER).open(
            "GET", JWKS_PATH, headers=headers, read_timeout=JWKS_PATIENCE
        ) as exchange:
            if exchange.status != 200:
                raise Unavailable(ISSUER)
            return {
                key.kid: key
                for key in KeySet.import_key_set(json.loads(exchange.read())).keys
                if isinstance(key, OKPKey) and key.kid
            }

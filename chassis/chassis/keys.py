"""Key pairs and short-lived signed tokens (Ed25519, RFC 8037 and 9864). Needs no more than joserfc does, so the gateway can use it too."""

from __future__ import annotations

import base64
import json
import os
import secrets
import threading
import time
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OKPKey
from joserfc.jws import extract_compact

ALGORITHM = "Ed25519"
LEEWAY = 2
MAX_TOKEN_LENGTH = 8_192

Claims = dict[str, Any]

DEMO = "demo."


class BadToken(Exception):
    """The token is not one of ours, not for us, or no longer valid."""


def generate(issuer: str, folder: Path, *, demo: bool = False) -> Path:
    """Make `<folder>/<issuer>.json` (private, mode 600) and `<folder>/public/<issuer>.json` (JWK set) unless they exist.

    The id of a demo key says what it is: production refuses it.
    """
    private = folder / f"{issuer}.json"
    public = folder / "public" / f"{issuer}.json"
    if private.exists():
        return private
    public.parent.mkdir(parents=True, exist_ok=True)
    kid = f"{DEMO if demo else ''}{issuer}-{secrets.token_hex(4)}"
    key = OKPKey.generate_key("Ed25519", parameters={"kid": kid}, private=True)
    draft = folder / f".{issuer}-{secrets.token_hex(4)}"
    draft.touch(mode=0o600, exist_ok=False)
    draft.write_text(json.dumps(key.as_dict(private=True)))
    try:
        os.link(draft, private)  # of several processes at once one wins, and nobody reads half a key
    except FileExistsError:
        return private
    finally:
        draft.unlink()
    public.write_text(json.dumps({"keys": [key.as_dict(private=False)]}))
    return private


def is_for_demo(kid: str) -> bool:
    return kid.startswith(DEMO)


class Signer:
    """Signs tokens as one issuer."""

    def __init__(self, issuer: str, key: OKPKey) -> None:
        self.issuer = issuer
        self._key = key

    @classmethod
    def from_file(cls, issuer: str, path: str | Path) -> Signer:
        return cls(issuer, OKPKey.import_key(json.loads(Path(path).read_text())))

    def sign(self, audience: str, *, lifetime: int, **claims: Any) -> str:
        """Return a JWT for `audience` that lives `lifetime` seconds."""
        issued = int(time.time())
        body = {
            "iss": self.issuer,
            "aud": audience,
            "iat": issued,
            "exp": issued + lifetime,
            "jti": secrets.token_urlsafe(12),
            **claims,
        }
        return jwt.encode({"alg": ALGORITHM, "kid": self._key.kid}, body, self._key, algorithms=[ALGORITHM])

    @property
    def kid(self) -> str:
        return str(self._key.kid)

    def sign_bytes(self, content: bytes) -> str:
        """Ed25519 signature as base64url. Never of the form `a.b`: that would be a token."""
        private = self._key.private_key
        assert isinstance(private, Ed25519PrivateKey)
        return base64.urlsafe_b64encode(private.sign(content)).rstrip(b"=").decode()

    def derive(self, purpose: str) -> bytes:
        """32 bytes only this service can compute, another value for each purpose (HKDF-SHA-256 of the private key)."""
        private = self._key.private_key
        assert private is not None
        return HKDF(SHA256(), length=32, salt=None, info=purpose.encode()).derive(private.private_bytes_raw())

    def public_set(self) -> dict[str, Any]:
        return {"keys": [self._key.as_dict(private=False)]}


class Trust:
    """The public keys of the issuers we believe, read from `<folder>/<issuer>.json` and read again when a key id is new."""

    def __init__(self, folder: str | Path) -> None:
        self._folder = Path(folder)
        self._sets: dict[str, KeySet] = {}
        self._lock = threading.Lock()

    def verify(self, token: str, *, audience: str, issuers: tuple[str, ...] | None = None) -> Claims:
        """Return the claims of a valid token for `audience`, else raise BadToken."""
        issuer, kid = peek(token)
        if issuers is not None and issuer not in issuers:
            raise BadToken("issuer")
        return verify(token, self._key(issuer, kid), issuer=issuer, audience=audience)

    def _key(self, issuer: str, kid: str) -> OKPKey:
        for refresh in (False, True):
            keys = self._load(issuer, refresh)
            found = next((key for key in keys.keys if key.kid == kid), None) if keys else None
            if isinstance(found, OKPKey):
                return found
        raise BadToken("key")

    def _load(self, issuer: str, refresh: bool) -> KeySet | None:
        with self._lock:
            if refresh or issuer not in self._sets:
                path = self._folder / f"{issuer}.json"
                if not issuer.replace("-", "").isalnum() or not path.is_file():
                    return None
                self._sets[issuer] = KeySet.import_key_set(json.loads(path.read_text()))
            return self._sets[issuer]


def peek(token: str) -> tuple[str, str]:
    """Issuer and key id as the token itself states them: only good for finding the key to check it with."""
    if len(token) > MAX_TOKEN_LENGTH or token.count(".") != 2:
        raise BadToken("form")
    try:
        unverified = extract_compact(token.encode())
        header, body = unverified.headers(), json.loads(unverified.payload)
        issuer, kid = body["iss"], header["kid"]
    except (JoseError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise BadToken("form") from error
    if header.get("alg") != ALGORITHM or not isinstance(issuer, str) or not isinstance(kid, str):
        raise BadToken("header")
    if {"jku", "jwk", "x5u", "x5c", "crit"} & header.keys():
        raise BadToken("header")
    return issuer, kid


def verify(token: str, key: OKPKey, *, issuer: str, audience: str) -> Claims:
    """Check signature, issuer, audience and times of a JWT against one key."""
    try:
        decoded = jwt.decode(token, key, algorithms=[ALGORITHM])
        jwt.JWTClaimsRegistry(
            leeway=LEEWAY,
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": audience},
            exp={"essential": True},
            iat={"essential": True},
        ).validate(decoded.claims)
    except (JoseError, ValueError, TypeError) as error:
        raise BadToken(type(error).__name__) from error
    return decoded.claims

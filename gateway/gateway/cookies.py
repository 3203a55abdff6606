"""Flask's session in one encrypted cookie (JWE, AES-256-GCM), so that any copy of the gateway can serve any request."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import structlog
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import Flask, Request, Response
from flask.json.tag import TaggedJSONSerializer
from flask.sessions import SecureCookieSession, SessionInterface
from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

HEADER = {"alg": "dir", "enc": "A256GCM"}
ALGORITHMS = ["dir", "A256GCM"]
MAX_LENGTH = 4096

log = structlog.get_logger("cookies")


class EncryptedSessions(SessionInterface):
    """`__Host-zc` where browsers accept it (https or this machine), else plain `zc`."""

    def __init__(self, secret: bytes, public_url: str) -> None:
        self._key = OctKey.import_key(HKDF(SHA256(), 32, salt=None, info=b"zerocalls session cookie").derive(secret))
        self._serializer = TaggedJSONSerializer()
        self.is_secure = is_trustworthy(public_url)
        self.name = "__Host-zc" if self.is_secure else "zc"

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession:
        text = request.cookies.get(self.name, "")
        return SecureCookieSession(self.decrypt(text) if 0 < len(text) <= MAX_LENGTH else None)

    def save_session(self, app: Flask, session: Any, response: Response) -> None:
        if session.accessed:
            response.vary.add("Cookie")
            response.cache_control.no_store = True
        if not session.modified:
            return
        if not session:
            response.delete_cookie(self.name, secure=self.is_secure, httponly=True, samesite="Lax")
            return
        text = self.encrypt(dict(session))
        if len(text) > MAX_LENGTH:
            log.error("session does not fit into a cookie", length=len(text))
        response.set_cookie(self.name, text, secure=self.is_secure, httponly=True, samesite="Lax", path="/")

    def encrypt(self, content: dict[str, Any]) -> str:
        return jwe.encrypt_compact(HEADER, self._serializer.dumps(content).encode(), self._key, algorithms=ALGORITHMS)

    def decrypt(self, text: str) -> dict[str, Any] | None:
        """What is in a cookie of ours; None for anything else."""
        try:
            plain = jwe.decrypt_compact(text, self._key, algorithms=ALGORITHMS).plaintext
            content: dict[str, Any] = self._serializer.loads((plain or b"").decode())
        except (JoseError, ValueError, TypeError):
            return None
        return content


def is_trustworthy(url: str) -> bool:
    """Whether browsers keep Secure cookies of this address: https, or a loopback host."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme == "https" or host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False

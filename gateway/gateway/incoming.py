"""What the door knows about a request before anybody works on it: its id, its trace, where it comes from."""

import re
import secrets
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import ip_address, ip_network
from typing import Any

from uuid6 import uuid7

KEY = "zerocalls.incoming"
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")  # anybody may invent others

_REQUEST_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")
_TRACEPARENT = re.compile(r"00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})")


@dataclass(frozen=True)
class Incoming:
    request_id: str
    traceparent: str
    address: str
    parent: str = ""

    @property
    def trace(self) -> str:
        return self.traceparent[3:35]


def of(environ: dict[str, Any], trusted_hops: int = 0) -> Incoming:
    """Read it once and keep it in the environ."""
    if KEY not in environ:
        parent = _TRACEPARENT.fullmatch(environ.get("HTTP_TRACEPARENT", ""))
        environ[KEY] = Incoming(
            request_id=_request_id(environ.get("HTTP_X_REQUEST_ID", "")),
            traceparent=_traceparent(parent),
            parent=parent[0] if parent else "",
            address=client_address(environ, trusted_hops),
        )
    found: Incoming = environ[KEY]
    return found


def client_address(environ: dict[str, Any], trusted_hops: int) -> str:
    """The address that the last trusted proxy saw. Without trusted proxies nothing a client writes counts."""
    peer = environ.get("REMOTE_ADDR") or "127.0.0.1"
    if trusted_hops < 1:
        return peer
    seen = [part.strip() for part in environ.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    chain = [*seen, peer]
    nearest = chain[max(0, len(chain) - 1 - trusted_hops)]
    return nearest if _is_address(nearest) else peer


@lru_cache(4096)
def bucket(address: str) -> str:
    """Whose allowance an address uses up: one IPv4 address, or the /64 that one IPv6 customer gets."""
    if _is_address(address) and ip_address(address).version == 6:
        return str(ip_network(f"{address}/64", strict=False))
    return address


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _request_id(given: str) -> str:
    return given if _REQUEST_ID.fullmatch(given) else str(uuid7())


def _traceparent(parent: re.Match[str] | None) -> str:
    fresh = secrets.token_hex(24)
    trace, flags = parent.groups() if parent else (fresh[16:], "00")
    return f"00-{trace}-{fresh[:16]}-{flags}"

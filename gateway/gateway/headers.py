"""Which headers pass the door, in both directions. What is not listed does not pass."""

from collections.abc import Iterable
from functools import cache
from typing import Any
from urllib.parse import urlsplit

Headers = list[tuple[str, str]]

TO_SERVICE = (
    "Accept",
    "Accept-Encoding",
    "Accept-Language",
    "Content-Type",
    "Idempotency-Key",
    "If-Match",
    "If-Modified-Since",
    "If-None-Match",
    "If-Range",
    "If-Unmodified-Since",
    "Last-Event-Id",
    "Prefer",
    "Range",
    "User-Agent",
)

TO_CLIENT = frozenset(
    "accept-ranges allow cache-control content-disposition content-encoding content-language content-length content-range "
    "content-type deprecation etag expires idempotent-replayed last-modified link location preference-applied "
    "ratelimit ratelimit-policy retry-after sunset vary www-authenticate".split()
)

PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
API_POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'"

ALWAYS = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
)
TRANSPORT = ("Strict-Transport-Security", "max-age=31536000; includeSubDomains")


_GIVEN = tuple(
    (name, "CONTENT_TYPE" if name == "Content-Type" else f"HTTP_{name.upper().replace('-', '_')}")
    for name in TO_SERVICE
)


def for_service(environ: dict[str, Any]) -> dict[str, str]:
    """Headers of a request that may go on. Those the Connection header names are hop-by-hop: they go first."""
    passed = {name: value for name, key in _GIVEN if (value := environ.get(key))}
    if listed := environ.get("HTTP_CONNECTION"):
        dropped = {name.strip().lower() for name in listed.split(",")}
        return {name: value for name, value in passed.items() if name.lower() not in dropped}
    return passed


def for_browser(headers: Iterable[tuple[str, str]], public_url: str) -> Headers:
    """Headers of a service's answer that may go out; never a cookie, never an address inside."""
    named = [(name, value, name.lower()) for name, value in headers]
    listed = [value for _, value, lower in named if lower == "connection"]
    allowed = (
        TO_CLIENT - {part.strip().lower() for value in listed for part in value.split(",")} if listed else TO_CLIENT
    )
    return [
        (name, value)
        for name, value, lower in named
        if lower in allowed and (lower != "location" or _is_outside(value, public_url))
    ]


@cache
def guards(policy: str, is_https: bool) -> Headers:
    """Security headers that every answer carries."""
    return [*ALWAYS, ("Content-Security-Policy", policy), *([TRANSPORT] if is_https else [])]


def _is_outside(location: str, public_url: str) -> bool:
    if location.startswith("/"):
        return not location.startswith(("//", "/\\"))
    return urlsplit(location)[:2] == urlsplit(public_url)[:2]

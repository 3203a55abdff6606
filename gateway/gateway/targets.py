"""Request targets as they came over the wire. Whatever looks odd is refused before anything is routed by it.

WSGI servers decode `PATH_INFO` and HTTP clients normalise addresses; a door that decides on one spelling and forwards another is
open. So the raw spelling is checked, taken apart, and every address that goes on is built again from its parts.
"""

import re
from urllib.parse import quote, unquote, unquote_to_bytes

API = "/api/v1"

_PATH = re.compile(r"(?:/(?:[A-Za-z0-9\-._~!$&'()*+,=:@]|%[0-9A-Fa-f]{2})*)+")
_QUERY = re.compile(r"[\x21\x22\x24-\x7e]*")
_HIDDEN = re.compile(r"%(?:2e|2f|5c|3b|25|7f|[01][0-9a-f])", re.IGNORECASE)
_UNQUOTED = "-._~!$&'()*+,=:@"


class BadTarget(ValueError):
    """The address is not one this system writes."""


def check(raw: str) -> tuple[str, str]:
    """Split a raw request target into path and query, or raise BadTarget."""
    path, _, query = raw.partition("?")
    if not _PATH.fullmatch(path) or not _QUERY.fullmatch(query):
        raise BadTarget("characters")
    if "//" in path or ".." in path or "/./" in path or path.endswith("/.") or _HIDDEN.search(path):
        raise BadTarget("path")
    if "%00" in query:
        raise BadTarget("query")
    if "%" in path and not _is_text(path):
        raise BadTarget("encoding")
    return path, query


def _is_text(path: str) -> bool:
    try:
        unquote_to_bytes(path).decode()
    except UnicodeDecodeError:
        return False
    return True


def is_api(path: str) -> bool:
    return path == API or path.startswith(f"{API}/") or path == "/api"


def split_api_path(path: str) -> tuple[str, str]:
    """`/api/v1/testing/orders/1` → (`testing`, `orders/1`), or raise BadTarget."""
    service, _, rest = path.removeprefix(f"{API}/").partition("/")
    if not path.startswith(f"{API}/") or not service.isidentifier():
        raise BadTarget("service")
    return service, rest


def api_path(service: str, rest: str) -> str:
    """The address of `rest` at a service, from quoted parts; never anything outside `/api/v1/<service>/`."""
    path, _ = check(f"{API}/{service}/{rest}")
    return rebuilt(path)


def rebuilt(path: str) -> str:
    """A checked address of a service, put together again from its parts; BadTarget for what is inside."""
    parts = path.split("/")
    if "%" in path:
        parts = [quote(unquote(part), safe=_UNQUOTED) for part in parts]
    if parts[4:5] == ["internal"]:
        raise BadTarget("internal")
    return "/".join(parts)

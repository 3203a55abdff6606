"""Access tokens: signed with a key of their own, so that no service's key can make one and none is taken for a service's."""

import json
import secrets
import time
from pathlib import Path
from typing import Any

from flask import Flask, current_app
from joserfc.jwk import OKPKey

from chassis import keys
from chassis.config import BadSettings

ISSUER, AUDIENCE = "identity", "zerocalls"


class AccessKeys:
    """The first key signs; all of them are published, so that tokens live on while keys rotate."""

    def __init__(self, private_keys: list[OKPKey]) -> None:
        self._signer = keys.Signer(ISSUER, private_keys[0])
        self.public_set = {"keys": [key.as_dict(private=False) for key in private_keys]}

    @classmethod
    def from_file(cls, path: Path) -> "AccessKeys":
        found = json.loads(path.read_text())
        return cls([OKPKey.import_key(key) for key in found.get("keys", [found])])

    def sign(self, *, lifetime: int, **claims: Any) -> str:
        """`iat` keeps its fraction: a revocation a moment later must not miss it, one a moment earlier not hit it."""
        issued = time.time()
        times = {"iat": round(issued, 3), "exp": int(issued) + lifetime, "jti": secrets.token_urlsafe(12)}
        return self._signer.sign(AUDIENCE, lifetime=lifetime, typ="access", **times, **claims)


def init_app(app: Flask) -> None:
    given = app.config["ACCESS_KEY_FILE"]
    path = Path(given) if given else Path(app.config["KEY_FILE"]).with_name("identity.json")
    if not path.exists():
        if app.config["ENVIRONMENT"] == "production":
            raise BadSettings(f"ACCESS_KEY_FILE does not exist: {path}")
        keys.generate(path.stem, path.parent, demo=app.config["ENVIRONMENT"] == "demo")
    app.extensions["chassis"].extra["access_keys"] = AccessKeys.from_file(path)


def access_keys() -> AccessKeys:
    found: AccessKeys = current_app.extensions["chassis"].extra["access_keys"]
    return found

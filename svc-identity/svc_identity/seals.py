"""Secrets that need no column: a token is a row's id and its MAC under a key derived from the service's own key.

Whoever reads the database cannot make a refresh token or a link from it, and the same successor can be given twice.
"""

import hmac
import uuid
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64

from flask import current_app

ID_LENGTH, MAC_LENGTH = 16, 32
TOKEN_LENGTH = 64


def seal(purpose: str, row_id: uuid.UUID) -> str:
    return urlsafe_b64encode(row_id.bytes + _mac(purpose, row_id)).decode()


def unseal(purpose: str, token: str) -> uuid.UUID | None:
    """The row's id, or None for anything that was not sealed here for this purpose."""
    if len(token) != TOKEN_LENGTH or not token.isascii():
        return None
    try:
        sealed = urlsafe_b64decode(token)
    except (NotBase64, ValueError):
        return None
    if len(sealed) != ID_LENGTH + MAC_LENGTH:
        return None
    row_id = uuid.UUID(bytes=sealed[:ID_LENGTH])
    return row_id if hmac.compare_digest(seal(purpose, row_id), token) else None


def _mac(purpose: str, row_id: uuid.UUID) -> bytes:
    key = current_app.extensions["chassis"].signer.derive(f"seal:{purpose}")
    return hmac.digest(key, row_id.bytes, "sha256")

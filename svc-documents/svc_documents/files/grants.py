"""Leave to read a file, signed by the service that owns the thing it is attached to; checked without asking anybody."""

from typing import Any

from flask import current_app

from chassis.keys import BadToken


def read(token: str) -> dict[str, Any] | None:
    """The claims of a grant that holds now, else None."""
    try:
        claims: dict[str, Any] = current_app.extensions["chassis"].trust.verify(token, audience="svc-documents")
    except BadToken:
        return None
    return claims if claims.get("kind") == "grant" and claims["iss"] != "gateway" else None


def covers(claims: dict[str, Any], *, file_id: object, attached_by: str, source: str | None) -> bool:
    """Is it this file, attached by this person; for an issued document: by the service it was made for."""
    is_this = claims.get("file") == str(file_id) and claims.get("by") == attached_by
    return is_this and (source is None or claims["iss"] == source)

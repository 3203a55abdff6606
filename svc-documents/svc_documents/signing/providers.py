"""Who makes a printed document authentic, and which kind of document goes to whom."""

from pathlib import Path
from typing import Protocol

import sqlalchemy as sa
from flask import Flask, current_app

from chassis.config import BadSettings
from chassis.db import db
from chassis.problems import Unavailable

from ..models import Signing
from . import certificates

LABELS = {
    "qr": "Kode QR dan kode verifikasi, tanpa tanda tangan elektronik",
    "office": "Segel elektronik kantor (tidak tersertifikasi)",
    "bsre": "Tanda tangan elektronik tersertifikasi BSrE",
}
DEFAULTS = {"test_report": "office"}
NO_SEAL = "Segel elektronik kantor belum terpasang (SEAL_FILE)."
NO_ACCOUNT = "Layanan tanda tangan BSrE belum diatur (BSRE_FILE)."


class SignatureProvider(Protocol):
    def sign(self, printed: bytes) -> bytes: ...


def of_kind(kind: str) -> str:
    """What the office has chosen for this kind of document."""
    chosen = db.session.scalar(sa.select(Signing.provider).filter_by(kind=kind))
    return chosen or DEFAULTS.get(kind, "qr")


def choose(kind: str, provider: str) -> None:
    row = db.session.scalar(sa.select(Signing).filter_by(kind=kind))
    if row is None:
        db.session.add(Signing(kind=kind, provider=provider))
    else:
        row.provider = provider


def signs(provider: str) -> bool:
    return provider != "qr"


def sign(provider: str, printed: bytes) -> bytes:
    return _provider(provider).sign(printed)


def refuse_demo_seal(app: Flask) -> None:
    path = app.config["SEAL_FILE"]
    if path and app.config["ENVIRONMENT"] == "production" and certificates.is_for_demo(Path(path)):
        raise BadSettings(f"{path} is the seal of the demonstration")


def _provider(name: str) -> SignatureProvider:
    """Made once in a process: reading an RSA key takes longer than signing with it."""
    kept: dict[str, SignatureProvider] = current_app.extensions.setdefault("signature_providers", {})
    if name not in kept:
        kept[name] = {"office": _office, "bsre": _bsre}[name]()
    return kept[name]


def _office() -> SignatureProvider:
    from .seal import Seal  # pyHanko is for those who sign

    if not current_app.config["SEAL_FILE"]:
        raise Unavailable(NO_SEAL)
    return Seal.from_file(current_app.config["SEAL_FILE"])


def _bsre() -> SignatureProvider:
    from .bsre import Bsre

    if not current_app.config["BSRE_FILE"]:
        raise Unavailable(NO_ACCOUNT)
    return Bsre.from_file(current_app.config["BSRE_FILE"])

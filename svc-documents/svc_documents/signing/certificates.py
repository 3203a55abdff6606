"""What seals are known by. Loads neither keys nor PDFs, so that every process can afford it."""

from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

DEMO = "DEMONSTRASI"
"""Organisational unit in the certificate of a demonstration's seal: production refuses it."""


def certificates(pem: bytes) -> list[x509.Certificate]:
    """The first belongs to the key; the others are seals of earlier years that still count."""
    return x509.load_pem_x509_certificates(pem)


def public_part(pem: bytes) -> bytes:
    return b"".join(certificate.public_bytes(Encoding.PEM) for certificate in certificates(pem))


def is_for_demo(path: Path) -> bool:
    units = certificates(path.read_bytes())[0].subject.get_attributes_for_oid(NameOID.ORGANIZATIONAL_UNIT_NAME)
    return any(unit.value == DEMO for unit in units)

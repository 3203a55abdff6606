"""Does a seal of the office hold on this PDF?"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from asn1crypto import pem, x509
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext


def check(source: Path, certificates: Path) -> str:
    """`valid`, `broken` (sealed by the office, changed since), `foreign` (signed by others), `absent` or `unreadable`."""
    ours = [x509.Certificate.load(der) for _, _, der in pem.unarmor(certificates.read_bytes(), multiple=True)]
    try:
        with source.open("rb") as file:
            return _verdict(PdfFileReader(file).embedded_signatures, ours)
    except (PdfError, ValueError, RecursionError, OverflowError):
        return "unreadable"


def _verdict(signatures: Sequence[Any], ours: list[x509.Certificate]) -> str:
    if not signatures:
        return "absent"
    known = {certificate.sha256 for certificate in ours}
    sealed = [each for each in signatures if each.signer_cert and each.signer_cert.sha256 in known]
    if not sealed:
        return "foreign"
    return "valid" if all(_holds(each, ours) for each in sealed) else "broken"


def _holds(signature: Any, ours: list[x509.Certificate]) -> bool:
    """At the time it names: a seal outlives its certificate."""
    trust = ValidationContext(trust_roots=ours, moment=signature.self_reported_timestamp)
    return bool(validate_pdf_signature(signature, trust).bottom_line)

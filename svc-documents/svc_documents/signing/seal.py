"""The office's own electronic seal: PAdES-B-B by a key of the office, certified by nobody else.

Imported where something is signed or checked only: pyHanko is large.
"""

from io import BytesIO
from pathlib import Path

from asn1crypto import keys, pem, x509
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko_certvalidator.registry import SimpleCertificateStore

FIELD = "SegelKantor"
# hexadecimal digits, twice what an RSA-4096 signature and its certificate take; otherwise pyHanko signs once to find out
RESERVED = 12_288

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


class _KeptKey(SimpleSigner):
    """pyHanko reads the private key anew for every signature, which takes an RSA key longer than signing."""

    def __init__(self, key: Key, key_info: keys.PrivateKeyInfo, certificate: x509.Certificate) -> None:
        super().__init__(signing_cert=certificate, signing_key=key_info, cert_registry=SimpleCertificateStore())
        self._key = key

    def sign_raw(self, data: bytes, digest_algorithm: str) -> bytes:
        assert digest_algorithm == "sha256"
        if isinstance(self._key, rsa.RSAPrivateKey):
            return self._key.sign(data, padding.PKCS1v15(), SHA256())
        return self._key.sign(data, ec.ECDSA(SHA256()))


class Seal:
    """Key and certificates from one PEM file, read once."""

    def __init__(self, content: bytes) -> None:
        key = load_pem_private_key(content, password=None)
        if not isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
            raise ValueError("a seal has a P-256 or an RSA key")
        parts = list(pem.unarmor(content, multiple=True))
        self.certificates = [x509.Certificate.load(der) for kind, _, der in parts if kind == "CERTIFICATE"]
        key_info = next(keys.PrivateKeyInfo.load(der) for kind, _, der in parts if kind == "PRIVATE KEY")
        self._signer = _KeptKey(key, key_info, self.certificates[0])

    @classmethod
    def from_file(cls, path: str | Path) -> "Seal":
        return cls(Path(path).read_bytes())

    def sign(self, printed: bytes) -> bytes:
        """The same document with an invisible signature that allows no change after it."""
        described = PdfSignatureMetadata(
            field_name=FIELD,
            md_algorithm="sha256",
            subfilter=SigSeedSubFilter.PADES,
            certify=True,
            docmdp_permissions=MDPPerm.NO_CHANGES,
            reason="Segel elektronik kantor",
        )
        signer = PdfSigner(described, signer=self._signer, new_field_spec=SigFieldSpec(FIELD))
        signed = BytesIO()
        signer.sign_pdf(IncrementalPdfFileWriter(BytesIO(printed)), bytes_reserved=RESERVED, output=signed)
        return signed.getvalue()

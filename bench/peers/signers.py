"""`python -m bench.peers.signers ours|stock ec|rsa PDF FOLDER TIMES`: signs one PDF again and again; says the time."""

import json
import sys
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from deploy import seals


def ours(printed: bytes, pem: str, _: Path) -> Callable[[], bytes]:
    from svc_documents.signing.seal import Seal

    seal = Seal(pem.encode())
    return lambda: seal.sign(printed)


def stock(printed: bytes, pem: str, folder: Path) -> Callable[[], bytes]:
    """As pyHanko's own documentation shows it: key and certificate from their files, then `sign_pdf`."""
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import fields, signers

    border = pem.index("-----BEGIN CERTIFICATE")
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    key.write_text(pem[:border])
    certificate.write_text(pem[border:])
    described = signers.PdfSignatureMetadata(field_name="Seal", subfilter=fields.SigSeedSubFilter.PADES)

    def make() -> bytes:
        signer = signers.SimpleSigner.load(str(key), str(certificate))
        signed = BytesIO()
        signers.sign_pdf(IncrementalPdfFileWriter(BytesIO(printed)), described, signer=signer, output=signed)
        return signed.getvalue()

    return make


def main(name: str, algorithm: str, file: str, folder: str, times: int) -> None:
    kept = Path(folder) / f"{algorithm}.pem"
    if not kept.exists():
        kept.write_text(seals.make(demo=True, algorithm=algorithm))
    make = {"ours": ours, "stock": stock}[name](Path(file).read_bytes(), kept.read_text(), Path(folder))
    (Path(folder) / f"{name}-{algorithm}.pdf").write_bytes(make())
    began = time.process_time()
    for _ in range(times):
        make()
    print(json.dumps({"ms": (time.process_time() - began) / times * 1000}))


if __name__ == "__main__":
    main(*sys.argv[1:5], int(sys.argv[5]))

"""`python -m deploy.keys FOLDER ISSUER…`: a key pair for each issuer that has none yet; ENVIRONMENT=production makes real ones.

With svc-documents goes `seal.pem`, the office's electronic seal.
"""

import os
import sys
from pathlib import Path

from chassis import keys
from deploy import seals


def main(folder: str, *issuers: str) -> None:
    demo = os.environ.get("ENVIRONMENT", "demo") == "demo"
    Path(folder).mkdir(parents=True, exist_ok=True, mode=0o700)
    for issuer in issuers:
        keys.generate(issuer, Path(folder), demo=demo)
    if "svc-documents" in issuers:
        seals.keep(Path(folder) / "seal.pem", demo=demo)


if __name__ == "__main__":
    main(*sys.argv[1:])

"""`python -m deploy.keys FOLDER ISSUER…`: a key pair for each issuer that has none yet; ENVIRONMENT=production makes real ones."""

import os
import sys
from pathlib import Path

from chassis import keys


def main(folder: str, *issuers: str) -> None:
    demo = os.environ.get("ENVIRONMENT", "demo") == "demo"
    Path(folder).mkdir(parents=True, exist_ok=True, mode=0o700)
    for issuer in issuers:
        keys.generate(issuer, Path(folder), demo=demo)


if __name__ == "__main__":
    main(*sys.argv[1:])

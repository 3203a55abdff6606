"""`python -m bench [NAME …]`: one script per goal; prints ratios, both sides measured in the same run. SIZE=release for the big ones."""

import importlib
import sys
import tempfile
from pathlib import Path

from deploy.paths import VAR

SCRIPTS = (
    "gateway",
    "lists",
    "events",
    "printing",
    "jobs",
    "idle",
    "journeys",
    "slow_clients",
    "overload",
    "every_page",
)


def main(*wanted: str) -> int:
    if unknown := set(wanted) - set(SCRIPTS):
        print(f"unknown: {', '.join(sorted(unknown))}; there are {', '.join(SCRIPTS)}")
        return 2
    for name in wanted or SCRIPTS:
        print(f"{name}: {(importlib.import_module(f'bench.{name}').__doc__ or '').splitlines()[0]}", flush=True)
        with tempfile.TemporaryDirectory(prefix=f"zc-bench-{name}-") as scratch:
            folder = Path(scratch)
            folder.chmod(0o755)  # engines run as users of their own and must get through
            importlib.import_module(f"bench.{name}").main(folder).keep(VAR / "bench")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

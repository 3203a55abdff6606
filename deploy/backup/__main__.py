"""`python -m deploy.backup take|restore|compare DIR`, and `end-sessions` after a restore.

ZC_VAR, KEY (a key file), DATABASE (postgresql://…/svc_{service}) and ENGINES=real say where things are.
"""

import argparse
import os
import sys
from contextlib import ExitStack
from pathlib import Path

from deploy.backup import restoring
from deploy.backup.databases import NotNow
from deploy.backup.place import Place
from deploy.backup.seal import BadBackup, make_key, read_key
from deploy.backup.taking import take
from deploy.engines import Engines
from deploy.paths import VAR
from deploy.processes import PEERS


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("act", choices=("take", "restore", "compare", "end-sessions"))
    asked.add_argument("folder", type=Path, nargs="?")
    given = asked.parse_args()
    if (given.folder is None) != (given.act == "end-sessions"):
        asked.error("say the folder of the backup; end-sessions takes none")
    var = Path(os.environ.get("ZC_VAR") or VAR)
    try:
        with ExitStack() as stack:
            database = os.environ.get("DATABASE") or _own_engines(stack, var, given.act)
            place = Place.here(var, database)
            return _do(given.act, place, given.folder) if given.folder else restoring.end_sessions(place)
    except (BadBackup, NotNow, OSError, restoring.NotEmpty) as refusal:
        print(refusal, file=sys.stderr)
        return 1


def _own_engines(stack: ExitStack, var: Path, act: str) -> str:
    """ENGINES=real while nothing runs: the installation's own PostgreSQL is started for as long as it takes."""
    if os.environ.get("ENGINES") != "real" or (var / "system.json").exists() or act == "take":
        return ""
    var.mkdir(parents=True, exist_ok=True)
    return stack.enter_context(Engines(var / "engines")).addresses(PEERS)["database"]


def _do(act: str, place: Place, folder: Path) -> int:
    key = _key(make=act == "take")
    if act == "take":
        manifest = take(place, folder, key)
        size = sum(int(kept["size"]) for kept in manifest["contents"].values())
        print(f"{len(manifest['contents'])} files, {size / 1e6:.1f} MB, as of {manifest['taken_at']}: {folder}")
        return 0
    again = act == "compare"
    wrong = restoring.compare_again(place, folder, key) if again else restoring.restore(place, folder, key)
    print("\n".join(wrong) if wrong else "all is as it was")
    return 1 if wrong else 0


def _key(*, make: bool) -> bytes | None:
    if not (name := os.environ.get("KEY")):
        print("WARNING: no KEY given, so the backup is not sealed; it holds keys and personal data", file=sys.stderr)
        return None
    path = Path(name)
    if make and not path.exists():
        make_key(path)
        print(f"made the key {path}: keep it in another place, without it the backup cannot be opened", file=sys.stderr)
    return read_key(path)


if __name__ == "__main__":
    sys.exit(main())

"""What must be equal before and after, asked of the databases and folders themselves: no service takes part."""

import hashlib
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path

from deploy.backup.databases import Snapshot, look
from deploy.backup.seal import read_file

Facts = dict[str, str]


def of_databases(snapshots: Iterable[Snapshot]) -> Facts:
    """`testing.orders` → `12 rows 9f3a…`: the sum of the rows' SHA-256, so their order does not matter."""
    facts: Facts = {}
    for snapshot in snapshots:
        for table in snapshot.tables():
            count, total = 0, 0
            for row in snapshot.rows(table):
                count += 1
                total += int.from_bytes(hashlib.sha256(row.encode()).digest(), "big")
            facts[f"{snapshot.name}.{table}"] = f"{count} rows {total % 2**256:064x}"
            if table == "series_counter":
                facts[f"{snapshot.name} numbers"] = "; ".join(sorted(snapshot.rows(table)))
    return facts


def of_addresses(addresses: dict[str, str]) -> Facts:
    with ExitStack() as stack:
        return of_databases([look(name, url, stack) for name, url in addresses.items()])


def of_folder(label: str, folder: Path, names: Iterable[str]) -> Facts:
    """Each file that the backup holds of this folder."""
    return {f"{label}/{name}": _hash(folder / name) for name in names}


def _hash(path: Path) -> str:
    if not path.is_file():
        return "missing"
    hashed = hashlib.sha256()
    for piece in read_file(path):
        hashed.update(piece)
    return hashed.hexdigest()


def differences(before: Facts, after: Facts) -> list[str]:
    return sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))


def print_table(before: Facts, after: Facts) -> None:
    """One line per table and series; the files in sum."""
    files = [name for name in before if "/" in name or name == "secrets.json"]
    for name in (name for name in before if name not in files and before[name]):
        is_equal = before[name] == after.get(name)
        print(f"{'equal' if is_equal else 'OTHER':<6} {name:<40} {_short(before[name])}", end="")
        print("" if is_equal else f"   now {_short(after.get(name, 'missing'))}")
    equal = sum(before[name] == after.get(name) for name in files)
    print(f"{'equal' if equal == len(files) else 'OTHER':<6} files, keys and anchors: {equal} of {len(files)}")


def _short(fact: str) -> str:
    words = fact.split(" rows ")
    return f"{words[0]:>7} rows  {words[1][:16]}" if len(words) == 2 else fact[:70]

#!/usr/bin/env python3
"""Checks an exported history with nothing but Python: no service, no database, no package.

    flask --app svc_testing history export > history.jsonl
    python3 verify_history.py history.jsonl --anchors svc-testing.jsonl --keys keys/public/svc-testing.json

A row's hash is SHA-256(hash of the row before + RFC 8785 JSON of the row). An anchor is a line outside the database with the heads of
the chains (`[number of the last row, its hash]`), the hash of the line before, and a signature (Ed25519). Exit 1 and one line per fault.
"""

import argparse
import base64
import hashlib
import json
import sys
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

GENESIS = "0" * 64
CHAINED = frozenset(
    "id root_id seq thing thing_id transition from_status to_status version workflow_version actor_id actor_roles "
    "on_behalf_of request_id at private_digest".split()
)
LATER = frozenset(("cause_id", "traceparent"))  # chained where they have a value
COLUMNS = CHAINED | LATER | {"previous_hash", "hash", "private"}


def canonical(value: object) -> bytes:
    """RFC 8785 for what a history holds: text, whole numbers, null, lists, and objects with ASCII names."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def chain_faults(lines: Iterable[str]) -> tuple[list[str], dict[str, list[str]], int]:
    """Faults, the hashes of each chain in order, and how many rows have had their private part erased."""
    faults: list[str] = []
    chains: dict[str, list[str]] = {}
    ids: set[str] = set()
    erased = 0
    for number, line in enumerate(lines, start=1):
        row = _row(line)
        if row is None:
            faults.append(f"line {number} is no row of a history")
            continue
        chain = chains.setdefault(str(row["root_id"]), [])
        found = [words for words, is_wrong in _checks(row, chain, ids) if is_wrong]
        faults += [f"{row['root_id']} row {row['seq']}: {words}" for words in found]
        erased += row["private"] is None
        ids.add(str(row["id"]))
        chain.append(str(row["hash"]))
    return faults, chains, erased


def _row(line: str) -> dict[str, object] | None:
    try:
        row = json.loads(line)
        return row if row.keys() == COLUMNS and canonical(row) else None
    except (ValueError, AttributeError):
        return None


def _checks(row: dict[str, object], chain: list[str], ids: set[str]) -> Iterable[tuple[str, bool]]:
    private, previous = row["private"], str(row["previous_hash"])
    yield f"stands where row {len(chain) + 1} belongs", row["seq"] != len(chain) + 1
    yield "does not follow the row before it", previous != (chain[-1] if chain else GENESIS)
    yield "was changed", row["hash"] != digest(previous.encode() + canonical(_facts(row)))
    yield "its private part was changed", private is not None and digest(str(private).encode()) != row["private_digest"]
    yield "is there twice", row["id"] in ids


def _facts(row: dict[str, object]) -> dict[str, object]:
    return {name: row[name] for name in CHAINED} | {name: row[name] for name in LATER if row[name] is not None}


def anchor_faults(lines: Iterable[str], keys: dict[str, bytes], chains: dict[str, list[str]]) -> list[str]:
    faults: list[str] = []
    previous = GENESIS
    for number, text in enumerate(lines, start=1):
        try:
            line = json.loads(text)
            signed = canonical({name: value for name, value in line.items() if name != "signature"})
            signature = base64.urlsafe_b64decode(line["signature"] + "==")
            is_signed = line["kid"] in keys and is_signature(keys[line["kid"]], signed, signature)
            in_place = line["number"] == number and line["previous"] == previous
            faults += [fault for root, head in line["heads"].items() if (fault := _head_fault(root, head, chains))]
        except (ValueError, KeyError, TypeError, AttributeError):
            faults.append(f"anchor {number}: is none")
            continue
        if not is_signed:
            faults.append(f"anchor {number}: is not signed by the service")
        if not in_place:
            faults.append(f"anchor {number}: does not follow the one before it")
        previous = digest(canonical(line))
    return faults


def _head_fault(root: str, head: list[str | int], chains: dict[str, list[str]]) -> str:
    (seq, anchored), chain = head, chains.get(root, [])
    if not isinstance(seq, int) or not 1 <= seq <= len(chain):
        return f"{root} row {seq}: was anchored and is gone"
    return "" if chain[seq - 1] == anchored else f"{root} row {seq}: is not the one that was anchored"


def read_keys(paths: Iterable[Path]) -> dict[str, bytes]:
    """Public Ed25519 keys by id, from JWK sets."""
    found = [key for path in paths for key in json.loads(path.read_text())["keys"]]
    return {key["kid"]: base64.urlsafe_b64decode(key["x"] + "==") for key in found if key.get("crv") == "Ed25519"}


# Ed25519 as in RFC 8032, section 6: slow and simple. Only public values pass through here.

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
Point = tuple[int, int, int, int]


def _add(a: Point, b: Point) -> Point:
    low, high = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    c, d = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = high - low, d - c, d + c, high + low
    return e * f % P, g * h % P, f * g % P, e * h % P


def _times(scalar: int, point: Point) -> Point:
    total: Point = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            total = _add(total, point)
        point = _add(point, point)
        scalar >>= 1
    return total


def _point(encoded: bytes) -> Point:
    y = int.from_bytes(encoded, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if len(encoded) != 32 or y >= P or (x * x - square) % P or (x == 0 and sign):
        raise ValueError("no point of the curve")
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


BASE = _point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


@lru_cache(maxsize=100_000)
def is_signature(public: bytes, content: bytes, signature: bytes) -> bool:
    try:
        key, commitment = _point(public), _point(signature[:32])
    except ValueError:
        return False
    scalar = int.from_bytes(signature[32:], "little")
    if len(signature) != 64 or scalar >= ORDER:
        return False
    hashed = int.from_bytes(hashlib.sha512(signature[:32] + public + content).digest(), "little") % ORDER
    left, right = _times(scalar, BASE), _add(commitment, _times(hashed, key))
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 and (left[1] * right[2] - right[1] * left[2]) % P == 0


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("export", type=Path)
    asked.add_argument(
        "--anchors", type=Path, help="the service's file in ANCHOR_DIR; without it a cut tail is not found"
    )
    asked.add_argument("--keys", type=Path, nargs="*", default=[], help="JWK sets with the service's public keys")
    given = asked.parse_args()
    with given.export.open(encoding="utf-8") as file:
        faults, chains, erased = chain_faults(file)
    anchors = given.anchors.read_text(encoding="utf-8").splitlines() if given.anchors else []
    faults += anchor_faults(anchors, read_keys(given.keys), chains)
    print("\n".join(faults), end="\n" if faults else "")
    rows = sum(map(len, chains.values()))
    print(f"{rows} rows in {len(chains)} chains, {erased} erased in part, {len(anchors)} anchors: {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())

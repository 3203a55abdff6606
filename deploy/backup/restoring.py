"""Restores a backup into an empty installation and proves that it is the same."""

import json
import os
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import psycopg

from deploy import verify_history
from deploy.backup import oracle
from deploy.backup.place import RESTORED, Place, names_in
from deploy.backup.seal import BadBackup, Box
from deploy.backup.taking import FORMAT, MANIFEST, Manifest
from deploy.engines import _postgresql as program
from deploy.installation import Installation
from deploy.paths import ROOT
from deploy.processes import PEERS, flask


class NotEmpty(Exception):
    """Something is there already: nothing is ever overwritten."""


def read(folder: Path, key: bytes | None) -> Manifest:
    box = Box(folder, key)
    try:
        manifest: dict[str, Any] = json.loads(b"".join(box.get(MANIFEST)))
    except ValueError:
        raise BadBackup("the manifest cannot be read") from None
    if manifest.get("format") != FORMAT:
        raise BadBackup(f"format {manifest.get('format')} is not known here")
    return manifest


def restore(place: Place, folder: Path, key: bytes | None) -> list[str]:
    """Everything in the backup is checked before anything is written. Returns what is not equal afterwards."""
    manifest, box = read(folder, key), Box(folder, key)
    if manifest["engines"] != place.engines:
        raise BadBackup(f"taken from {manifest['engines']} databases, these are {place.engines}")
    _refuse_what_is_there(place)
    for name, kept in manifest["contents"].items():
        for _ in box.get_checked(name, kept["sha256"]):
            pass
    addresses = place.addresses()
    for name in manifest["contents"]:
        content = box.get(name)
        kind, _, rest = name.partition("/")
        if kind == "databases" and place.database:
            _load(addresses[rest], content)
        elif kind == "databases":
            _write(place.var / f"{rest}.db", content)
        else:
            _write(place.folders()[kind] / rest if rest else place.var / kind, content)
    (place.var / RESTORED).write_text(json.dumps({"taken_at": manifest["taken_at"]}))
    return compare(place, manifest)


def compare_again(place: Place, folder: Path, key: bytes | None) -> list[str]:
    """Nothing is written: is it still as the backup says?"""
    return compare(place, read(folder, key))


def compare(place: Place, manifest: Manifest) -> list[str]:
    now = oracle.of_addresses(place.addresses())
    for label, folder in place.folders().items():
        names = [name.partition("/")[2] for name in manifest["contents"] if name.startswith(f"{label}/")]
        now |= oracle.of_folder(label, folder, names)
    if "secrets.json" in manifest["contents"]:
        now |= {"secrets.json": oracle.of_folder("", place.var, ["secrets.json"])["/secrets.json"]}
    oracle.print_table(manifest["facts"], now)
    return oracle.differences(manifest["facts"], now) + history_faults(place)


def history_faults(place: Place) -> list[str]:
    """Each service's chains against the anchors, with the same program an auditor uses."""
    faults = []
    folders = place.folders()
    for service in PEERS:
        done = _run(place, service, "history", "export")
        if done.returncode:
            faults.append(f"history of {service} could not be read: {done.stderr[-300:]}")
            continue
        found, chains, _ = verify_history.chain_faults(done.stdout.splitlines())
        anchored = folders["anchors"] / f"svc-{service}.jsonl"
        lines = anchored.read_text().splitlines() if anchored.exists() else []
        keys = verify_history.read_keys([folders["keys"] / "public" / f"svc-{service}.json"])
        found += verify_history.anchor_faults(lines, keys, chains)
        rows = sum(map(len, chains.values()))
        print(
            f"{'OTHER' if found else 'whole':<6} history of {service}: {rows} rows, {len(chains)} chains, {len(lines)} anchors"
        )
        faults += [f"history of {service}: {fault}" for fault in found]
    return faults


def end_sessions(place: Place) -> int:
    """Who was signed out after the backup was taken would be signed in again: everybody signs in afresh."""
    done = _run(place, "identity", "end-sessions")
    print(done.stdout.strip() or done.stderr[-600:])
    return done.returncode


def _run(place: Place, service: str, *command: str) -> "subprocess.CompletedProcess[str]":
    """A command of a service on this place's database, whether or not the system is up."""
    engines = {"database": place.database} if place.database else {}
    installation = Installation(place.var, 0, dict.fromkeys(PEERS, 0), engines)
    own = {**installation.environment_of(service), "LOG_LEVEL": "ERROR", "PYTHONPATH": str(ROOT)}
    environment = {**os.environ, **own}
    return subprocess.run(
        flask(service, *command), env=environment, cwd=ROOT, capture_output=True, text=True, check=False
    )


def _refuse_what_is_there(place: Place) -> None:
    there = [str(folder) for folder in place.folders().values() if folder.exists() and names_in(folder)]
    for name, address in place.addresses().items():
        if address.startswith("sqlite"):
            there += [path.name for path in [place.var / f"{name}.db"] if path.exists()]
        else:
            with psycopg.connect(address) as connection:
                found = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
            there += [name] if found and found[0] else []
    if there:
        raise NotEmpty(f"not empty: {', '.join(there)}")


def _write(path: Path, content: Iterable[bytes]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    mode = 0o644 if path.parent.name == "public" else 0o600
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        for piece in content:
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())


def _load(url: str, content: Iterable[bytes]) -> None:
    """As the service's own role, so that everything belongs to it."""
    command = [program("pg_restore"), "--no-owner", "--single-transaction", "--exit-on-error", f"--dbname={url}"]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as load:
        assert load.stdin
        for piece in content:
            load.stdin.write(piece)
        load.stdin.close()
    if load.returncode:
        raise RuntimeError(f"pg_restore into {url.rsplit('/', 1)[1]} ended with {load.returncode}")

"""Files of a backup, as they are or sealed with a key file: AES-256-GCM over numbered pieces, the last one marked.

Each file has a key of its own (HKDF of the key file, a random salt, and the file's name), so pieces and files cannot be exchanged,
dropped or cut off without the opening failing.
"""

import hashlib
import os
import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

PIECE = 1 << 20
TAG = 16
MAGIC = b"ZCBACKUP1\n"
SALT = 16
SUFFIX = ".sealed"


class BadBackup(Exception):
    """The backup is not whole, not ours, or the key is another."""


def make_key(path: Path) -> None:
    path.touch(mode=0o600, exist_ok=False)
    path.write_text(secrets.token_hex(32) + "\n")


def read_key(path: Path) -> bytes:
    try:
        key = bytes.fromhex(path.read_text().strip())
    except ValueError:
        key = b""
    if len(key) != 32:
        raise BadBackup(f"{path.name} is no key file: 64 hexadecimal digits are expected")
    return key


class Box:
    """A folder of files; with a key they are sealed."""

    def __init__(self, folder: Path, key: bytes | None) -> None:
        self.folder, self._key = folder, key

    def put(self, name: str, content: Iterable[bytes]) -> dict[str, str | int]:
        """Durable when it returns; what the manifest says of it: size and SHA-256 of the content itself."""
        path = self._path(name)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        hashed, size = hashlib.sha256(), 0

        def counted() -> Iterator[bytes]:
            nonlocal size
            for piece in content:
                hashed.update(piece)
                size += len(piece)
                yield piece

        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            for piece in counted() if self._key is None else _sealed(counted(), self._key, name):
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        return {"sha256": hashed.hexdigest(), "size": size}

    def get(self, name: str) -> Iterator[bytes]:
        try:
            with self._path(name).open("rb") as file:
                yield from pieces_of(file) if self._key is None else _opened(file, self._key, name)
        except FileNotFoundError:
            raise BadBackup(f"{name} is missing") from None

    def get_checked(self, name: str, wanted: str) -> Iterator[bytes]:
        """The content; at its end raises BadBackup when it is not the one the manifest speaks of."""
        hashed = hashlib.sha256()
        for piece in self.get(name):
            hashed.update(piece)
            yield piece
        if hashed.hexdigest() != wanted:
            raise BadBackup(f"{name} is not what was backed up")

    def _path(self, name: str) -> Path:
        return self.folder / (name if self._key is None else name + SUFFIX)


def read_file(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        yield from pieces_of(file)


def pieces_of(file: IO[bytes]) -> Iterator[bytes]:
    yield from iter(lambda: file.read(PIECE), b"")


def _cipher(key: bytes, salt: bytes, name: str) -> AESGCM:
    return AESGCM(HKDF(SHA256(), length=32, salt=salt, info=b"zerocalls backup " + name.encode()).derive(key))


def _nonce(number: int, is_last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([is_last])


def _sealed(content: Iterable[bytes], key: bytes, name: str) -> Iterator[bytes]:
    salt = secrets.token_bytes(SALT)
    cipher = _cipher(key, salt, name)
    yield MAGIC + salt
    buffer, number = bytearray(), 0
    for chunk in content:
        buffer += chunk
        while len(buffer) > PIECE:
            yield cipher.encrypt(_nonce(number, False), bytes(buffer[:PIECE]), None)
            del buffer[:PIECE]
            number += 1
    yield cipher.encrypt(_nonce(number, True), bytes(buffer), None)


def _opened(file: IO[bytes], key: bytes, name: str) -> Iterator[bytes]:
    head = file.read(len(MAGIC) + SALT)
    if not head.startswith(MAGIC):
        raise BadBackup(f"{name} is not sealed by this program")
    cipher = _cipher(key, head[len(MAGIC) :], name)
    number, piece = 0, file.read(PIECE + TAG)
    while True:
        following = file.read(PIECE + TAG)
        try:
            yield cipher.decrypt(_nonce(number, not following), piece, None)
        except InvalidTag:
            raise BadBackup(f"{name} was changed or cut off, or the key is another") from None
        if not following:
            return
        number, piece = number + 1, following

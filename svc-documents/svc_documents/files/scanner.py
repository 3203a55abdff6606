"""ClamAV over its own socket (`CLAMD_ADDRESS`: `host:port` or the path of a socket). Without an address nothing is scanned."""

import socket
import struct
from collections.abc import Iterable

from flask import current_app

CONNECT, ANSWER = 1.0, 20.0


class ScannerDown(Exception):
    """It did not answer, or not with a verdict."""


def threat_in(pieces: Iterable[bytes]) -> str | None:
    """The name of what was found, or None. Raises ScannerDown."""
    address = current_app.config["CLAMD_ADDRESS"]
    if not address:
        return None
    try:
        with _connect(address) as line:
            line.sendall(b"zINSTREAM\0")
            for piece in pieces:
                line.sendall(struct.pack(">I", len(piece)) + piece)
            line.sendall(struct.pack(">I", 0))
            answer = line.makefile("rb").read(4096).rstrip(b"\0\n").decode(errors="replace")
    except OSError as error:
        raise ScannerDown(str(error)) from error
    return _verdict(answer)


def _verdict(answer: str) -> str | None:
    if answer == "stream: OK":
        return None
    if answer.startswith("stream: ") and answer.endswith(" FOUND"):
        return answer.removeprefix("stream: ").removesuffix(" FOUND")
    raise ScannerDown(answer)


def _connect(address: str) -> socket.socket:
    if address.startswith("/"):
        line = socket.socket(socket.AF_UNIX)
        line.settimeout(CONNECT)
        line.connect(address)
    else:
        host, _, port = address.rpartition(":")
        line = socket.create_connection((host, int(port)), timeout=CONNECT)
    line.settimeout(ANSWER)
    return line

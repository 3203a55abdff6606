"""A door of its own to PostgreSQL for each service, so that one database can be away while the others are there."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from pathlib import Path


class Door:
    """A socket in a folder that leads to the server; `closed()` refuses everybody and cuts those inside."""

    def __init__(self, folder: Path, port: int) -> None:
        folder.mkdir(parents=True)
        self._path, self._port = folder / ".s.PGSQL.5432", port
        self._inside: list[socket.socket] = []
        self._listener: socket.socket | None = None
        self.open()

    def open(self) -> None:
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(self._path))
        self._listener.listen(64)
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def close(self) -> None:
        assert self._listener
        self._path.unlink()
        for end in (self._listener, *self._inside):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        self._inside.clear()

    @contextlib.contextmanager
    def closed(self) -> Iterator[None]:
        self.close()
        try:
            yield
        finally:
            self.open()

    def _accept(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                visitor, _ = listener.accept()
                try:
                    server = socket.create_connection(("127.0.0.1", self._port), timeout=2)
                except OSError:
                    visitor.close()
                    continue
                server.settimeout(None)
                self._inside += [visitor, server]
                for one, other in ((visitor, server), (server, visitor)):
                    threading.Thread(target=_pump, args=(one, other), daemon=True).start()


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while piece := source.recv(65536):
            sink.sendall(piece)
    with contextlib.suppress(OSError):
        sink.shutdown(socket.SHUT_RDWR)

"""A multipart body that is read from the uploaded files while it is sent."""

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from werkzeug.datastructures import FileStorage

CHUNK = 64 * 1024


@dataclass(frozen=True)
class _Part:
    head: bytes
    file: FileStorage
    size: int


class Multipart:
    """Iterable of bytes with a length that is known before the first one."""

    def __init__(self, files: Mapping[str, FileStorage]) -> None:
        self._boundary = secrets.token_hex(16)
        self._parts = [self._part(name, file) for name, file in files.items()]
        self._tail = f"--{self._boundary}--\r\n".encode()
        self.content_type = f"multipart/form-data; boundary={self._boundary}"
        self.length = sum(len(part.head) + part.size + 2 for part in self._parts) + len(self._tail)

    def __iter__(self) -> Iterator[bytes]:
        for part in self._parts:
            yield part.head
            while chunk := part.file.stream.read(CHUNK):
                yield chunk
            yield b"\r\n"
        yield self._tail

    def _part(self, name: str, file: FileStorage) -> _Part:
        head = (
            f"--{self._boundary}\r\n"
            f'Content-Disposition: form-data; name="{_quoted(name)}"; filename="{_quoted(file.filename or "berkas")}"\r\n'
            f"Content-Type: {_media_type(file)}\r\n\r\n"
        )
        return _Part(head.encode(), file, _size(file))


def _size(file: FileStorage) -> int:
    start = file.stream.tell()
    end = file.stream.seek(0, 2)
    file.stream.seek(start)
    return end - start


def _quoted(text: str) -> str:
    """As browsers write names in multipart heads (HTML standard): quotes and line ends are percent-encoded."""
    return text.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


def _media_type(file: FileStorage) -> str:
    return quote(file.mimetype or "application/octet-stream", safe="/+-.")

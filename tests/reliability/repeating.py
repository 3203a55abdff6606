"""A client whose every POST goes out several times, at once, and with the line cut before and after the answer."""

import json
import random
import socket
import struct
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import requests
from urllib3.filepost import encode_multipart_formdata

from deploy.client import Person, WrongAnswer

MOST = 8


class Repeating(Person):
    """`odd` collects what should not have happened; `sent` the paths of POST requests and how many copies went out."""

    def __init__(self, base: str, username: str, password: str, *, odd: list[str], sent: list[tuple[str, int]]) -> None:
        self.odd, self.sent = odd, sent
        super().__init__(base, username, password)

    def ask(self, method: str, path: str, *, expect: int = 200, **more: Any) -> requests.Response:
        if method != "POST" or path.endswith("/sessions"):
            return super().ask(method, path, expect=expect, **more)
        body, headers = self._frozen(more)
        copies = random.randint(1, MOST)
        for cut in random.sample((self._cut_before, self._cut_after), k=random.randint(0, 2)):
            cut(path, body, headers)
        with ThreadPoolExecutor(copies) as pool:
            answers = list(pool.map(lambda _: self._once(path, body, headers), range(copies)))
        self.sent.append((path, copies))
        last = self._once(path, body, headers)
        self._compare(path, [*answers, last])
        if last.status_code == expect:
            self._try_another_body(path, body, headers)
            return last
        raise WrongAnswer(f"{path}: {last.status_code}, not {expect}: {last.text[:400]}")

    def _frozen(self, more: dict[str, Any]) -> tuple[bytes, dict[str, str]]:
        headers = {"Idempotency-Key": uuid.uuid4().hex, **more.get("headers", {})}
        if files := more.get("files"):
            body, headers["Content-Type"] = encode_multipart_formdata(files)
        else:
            body, headers["Content-Type"] = json.dumps(more.get("json") or {}).encode(), "application/json"
        return body, headers

    def _once(self, path: str, body: bytes, headers: dict[str, str]) -> requests.Response:
        """The final answer; while another copy is in flight the server says so, and when to ask again."""
        for _ in range(200):
            answer = requests.post(self.base + path, data=body, headers=headers | self._token, timeout=30)
            in_flight = answer.status_code == 409 and "sedang diproses" in answer.text
            if not in_flight:
                return answer
            if "Retry-After" not in answer.headers:
                self.odd.append(f"{path}: in flight, but not when to ask again")
            time.sleep(0.1)
        raise WrongAnswer(f"{path}: in flight for ever")

    def _compare(self, path: str, answers: list[requests.Response]) -> None:
        if len({(answer.status_code, answer.content) for answer in answers}) != 1:
            self.odd.append(f"{path}: answers differ: {[(a.status_code, a.text[:100]) for a in answers]}")
        if answers[-1].ok and answers[-1].headers.get("Idempotent-Replayed") != "true":
            self.odd.append(f"{path}: the repetition was carried out")

    def _try_another_body(self, path: str, body: bytes, headers: dict[str, str]) -> None:
        changed = body + b" "  # as valid as the first, and yet not what was sent
        if "multipart" in headers["Content-Type"]:
            changed = body.replace(b'filename="', b'filename="lain-')
        answer = self._once(path, changed, headers)
        if answer.status_code != 422 or "dipakai untuk permintaan lain" not in answer.text:
            self.odd.append(f"{path}: another body under the same key: {answer.status_code} {answer.text[:200]}")

    @property
    def _token(self) -> dict[str, str]:
        return {"Authorization": str(self._http.headers["Authorization"])}

    def _cut_before(self, path: str, body: bytes, headers: dict[str, str]) -> None:
        """Half of the request, then nothing more."""
        wire = self._wire(path, body, headers)
        self._reset(wire[: len(wire) - max(1, len(body) // 2)], patience=0)

    def _cut_after(self, path: str, body: bytes, headers: dict[str, str]) -> None:
        """All of it, and gone before anything comes back."""
        self._reset(self._wire(path, body, headers), patience=random.choice((0.0, 0.02, 0.1)))

    def _wire(self, path: str, body: bytes, headers: dict[str, str]) -> bytes:
        where = urlsplit(self.base).netloc
        lines = {"Host": where, "Content-Length": str(len(body)), "Connection": "close", **headers, **self._token}
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        return f"POST {path} HTTP/1.1\r\n{head}\r\n".encode() + body

    def _reset(self, wire: bytes, *, patience: float) -> None:
        parts = urlsplit(self.base)
        with socket.create_connection((parts.hostname or "", parts.port or 80), timeout=10) as line:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # a reset, no good-bye
            line.sendall(wire)
            time.sleep(patience)

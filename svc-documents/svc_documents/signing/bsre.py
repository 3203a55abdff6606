"""BSrE's eSign client service, which an agency runs in its own network: certified signatures of a person (PP 71/2019)."""

from dataclasses import dataclass, field
from pathlib import Path

import requests
from marshmallow import Schema, fields, post_load

from chassis.problems import Unavailable

TIMEOUT = (3, 30)
DOWN = "Layanan tanda tangan BSrE tidak menjawab."


class NotSigned(Exception):
    """The service answered, and refused."""


@dataclass(frozen=True)
class Account:
    """Whose signature it is. Neither NIK nor passphrase is ever logged, stored or said."""

    url: str
    username: str
    password: str = field(repr=False)
    nik: str = field(repr=False)
    passphrase: str = field(repr=False)


class _AccountSchema(Schema):
    url = fields.Url(required=True, require_tld=False)
    username = fields.String(required=True)
    password = fields.String(required=True)
    nik = fields.String(required=True)
    passphrase = fields.String(required=True)

    @post_load
    def make(self, found: dict[str, str], **_: object) -> Account:
        return Account(**{**found, "url": found["url"].rstrip("/")})


class Bsre:
    def __init__(self, account: Account) -> None:
        self._account = account

    @classmethod
    def from_file(cls, path: str | Path) -> "Bsre":
        return cls(_AccountSchema().loads(Path(path).read_text()))

    def sign(self, printed: bytes) -> bytes:
        """Raises Unavailable when it should be tried again later, NotSigned when that would not help."""
        try:
            answer = self._send(printed)
        except requests.RequestException as error:
            raise Unavailable(DOWN) from error
        if answer.status_code >= 500 or answer.status_code == 429:
            raise Unavailable(DOWN)
        if answer.status_code != 200:
            raise NotSigned(f"BSrE menolak ({answer.status_code}): {_reason(answer)}")
        if not (answer.content.startswith(b"%PDF-") and b"/ByteRange" in answer.content):
            raise NotSigned("BSrE tidak mengembalikan PDF yang ditandatangani.")
        return answer.content

    def _send(self, printed: bytes) -> requests.Response:
        account = self._account
        return requests.post(
            f"{account.url}/api/sign/pdf",
            auth=(account.username, account.password),
            data={"nik": account.nik, "passphrase": account.passphrase, "tampilan": "invisible"},
            files={"file": ("dokumen.pdf", printed, "application/pdf")},
            timeout=TIMEOUT,
            allow_redirects=False,
        )


def _reason(answer: requests.Response) -> str:
    """What it says of the refusal; nothing of what we sent."""
    try:
        return str(answer.json().get("error", ""))[:200]
    except (ValueError, AttributeError):
        return ""

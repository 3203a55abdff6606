"""Handing letters to a mail server. What matters is to know, when it goes wrong, whether the server may have taken the letter."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from urllib.parse import parse_qs, unquote, urlsplit

from chassis.db import db
from svc_notify import people
from svc_notify.channels import Outcome
from svc_notify.channels.email import letter as letters
from svc_notify.config import Config
from svc_notify.models import Message


class Refused(Exception):
    """The server said no to this letter: 4xx for now, 5xx for good."""

    def __init__(self, code: int, text: bytes) -> None:
        super().__init__(f"{code} {text.decode('utf-8', 'replace')}")
        self.is_permanent = code >= 500


class AnswerLost(Exception):
    """The letter went out, the server's answer did not come back."""


class Smtp:
    """`smtp://user:password@host:587?starttls=1` or `smtps://…:465`. One connection for many letters."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._url = urlsplit(config.smtp_url)
        if self._url.scheme not in ("smtp", "smtps") or not self._url.hostname:
            raise ValueError("SMTP_URL is not smtp:// or smtps://")
        self._server: smtplib.SMTP | None = None

    def carry(self, message: Message) -> Outcome:
        try:
            letter = letters.compose(message, self._config, people.office())
        except ValueError as error:
            return Outcome(error=str(error), is_permanent=True)
        finally:
            db.session.remove()  # no open transaction while the network is waited for
        try:
            self._connect()
            return Outcome(is_sent=True, provider_id=self._hand_over(message.address, letter))
        except Refused as refusal:
            self._reset()
            return Outcome(error=str(refusal), is_permanent=refusal.is_permanent)
        except AnswerLost as lost:
            self.close()
            return Outcome(error=f"Jawaban server hilang: {lost}", is_doubtful=True)
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            return Outcome(error=f"{type(error).__name__}: {error}", stops_batch=True)

    def close(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            server.close()

    def _connect(self) -> None:
        """An idle connection may have been closed by the server; nothing was sent over it yet, so a fresh one is safe."""
        if self._server is not None:
            try:
                if self._server.noop()[0] == 250:
                    return
            except (OSError, smtplib.SMTPException):
                pass
            self.close()
        host, port, timeout = str(self._url.hostname), self._url.port, self._config.mail_timeout
        if self._url.scheme == "smtps":
            self._server = smtplib.SMTP_SSL(host, port or 465, timeout=timeout, context=ssl.create_default_context())
        else:
            self._server = smtplib.SMTP(host, port or 25, timeout=timeout)
        if parse_qs(self._url.query).get("starttls") == ["1"]:
            self._server.starttls(context=ssl.create_default_context())
        if self._url.username:
            self._server.login(unquote(self._url.username), unquote(self._url.password or ""))
        self._server.ehlo_or_helo_if_needed()

    def _hand_over(self, address: str, letter: EmailMessage) -> str:
        server = self._server
        assert server is not None
        code, text = server.mail(self._config.mail_from)
        if code != 250:  # about us, not about this letter
            raise smtplib.SMTPSenderRefused(code, text, self._config.mail_from)
        code, text = server.rcpt(address)
        if code not in (250, 251):
            raise Refused(code, text)
        code, text = server.docmd("DATA")
        if code != 354:
            raise Refused(code, text)
        try:
            server.send(_stuffed(letter.as_bytes()))
            code, text = server.getreply()
        except (OSError, smtplib.SMTPException) as error:
            raise AnswerLost(str(error)) from error
        if code != 250:
            raise Refused(code, text)
        return text.decode("utf-8", "replace")

    def _reset(self) -> None:
        try:
            if self._server is not None:
                self._server.rset()
        except (OSError, smtplib.SMTPException):
            self.close()


def _stuffed(content: bytes) -> bytes:
    """Lines that begin with a dot are doubled; a lone dot ends the letter (RFC 5321 §4.5.2)."""
    lines = content.replace(b"\r\n", b"\n").split(b"\n")
    body = b"\r\n".join(b"." + line if line.startswith(b".") else line for line in lines)
    return body + (b"" if body.endswith(b"\r\n") else b"\r\n") + b".\r\n"

"""A message as an e-mail: plain text and simple HTML, the same Message-ID however often it is built."""

from __future__ import annotations

from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, select_autoescape

from svc_notify.config import Config
from svc_notify.models import Message, Office
from svc_notify.wording import FOLDER

_html = Environment(loader=FileSystemLoader(FOLDER), autoescape=select_autoescape(default=True))


def message_id(message: Message, config: Config) -> str:
    return f"<{message.id}@{urlsplit(config.public_url).hostname}>"


def outside_link(message: Message, config: Config) -> str:
    """The page's address for outsiders; a one-use link, fetched just now, is one already."""
    return message.link if "://" in message.link else config.public_url.rstrip("/") + message.link


def plain(message: Message, config: Config, office: Office | None) -> str:
    parts = [
        f"Yth. {message.recipient_name},",
        message.body,
        f"Buka: {outside_link(message, config)}",
        _signature(office),
    ]
    return "\n\n".join(parts) + "\n"


def html(message: Message, config: Config, office: Office | None) -> str:
    return _html.get_template("letter.html").render(
        message=message,
        paragraphs=[part for part in message.body.split("\n\n") if part.strip()],
        link=outside_link(message, config),
        office=office,
    )


def compose(message: Message, config: Config, office: Office | None) -> EmailMessage:
    """Raises ValueError when the address is none."""
    local, at, domain = message.address.rpartition("@")
    if not (local and at and domain) or not message.address.isascii():
        raise ValueError(f"not an e-mail address: {message.address!r}")
    try:
        to = Address(display_name=_one_line(message.recipient_name), addr_spec=message.address)
    except (MessageError, ValueError) as error:
        raise ValueError(f"not an e-mail address: {message.address!r}") from error
    letter = EmailMessage(policy=SMTP.clone(cte_type="7bit"))
    letter["From"] = Address(display_name=office.name if office else "", addr_spec=config.mail_from)
    letter["To"] = to
    letter["Subject"] = _one_line(message.title)
    letter["Date"] = message.created_at
    letter["Message-ID"] = message_id(message, config)
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(plain(message, config, office))
    letter.add_alternative(html(message, config, office), subtype="html")
    letter.set_boundary(f"zc-{message.id.hex}")
    return letter


def _signature(office: Office | None) -> str:
    if office is None:
        return "Pesan ini dikirim otomatis; mohon tidak dibalas."
    return (
        f"{office.name}\n{office.address}\nTelepon {office.phone}\n\nPesan ini dikirim otomatis; mohon tidak dibalas."
    )


def _one_line(text: str) -> str:
    return " ".join(text.split())

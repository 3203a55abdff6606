"""The templates: who is told what, read from `templates/*.toml`. A template that could tell too much stops the service."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import StrictUndefined, UndefinedError, meta
from jinja2.sandbox import ImmutableSandboxedEnvironment

from svc_notify import formats

FOLDER = Path(__file__).parent / "templates"
LABORATORY = frozenset({"lab_coordinator", "supervisor", "analyst", "report_typist"})
ROLES = LABORATORY | {"customer_service", "treasurer", "head_of_office", "admin"}
AUDIENCES = ROLES | {"customer", "registrant", "user"}
FORBIDDEN = frozenset({"result", "results", "value", "billing_code", "ntpn", "lines"})

PAGES = {
    "home": "/",
    "login": "/masuk",
    "secret": "",
    "order": "/pengujian/order/{order_id}",
    "sample": "/pengujian/sampel/{sample_id}",
    "report": "/pengujian/laporan/{report_id}",
    "invoice": "/invoice/{invoice_id}",
    "invoices": "/invoice",
    "refunds": "/pengembalian",
    "customer": "/pelanggan/{customer_id}",
    "vault": "/profil/dokumen",
    "testing_exports": "/unduhan/testing",
    "billing_exports": "/unduhan/billing",
    "identity_exports": "/unduhan/identity",
}


class _Missing(StrictUndefined):
    """A fact that was not given: may be asked for (`{% if reason %}`), never printed."""

    __slots__ = ()

    def __bool__(self) -> bool:  # type: ignore[override]  # the strict parent refuses even the question
        return False


def _printable(value: Any) -> Any:
    if value is None:
        raise UndefinedError("a fact is empty")
    return value


_language = ImmutableSandboxedEnvironment(undefined=_Missing, finalize=_printable, autoescape=False)
_language.filters.update(tanggal=formats.day, waktu=formats.moment, rupiah=formats.rupiah)


class BadTemplate(Exception):
    """A template file says something it must not, or not enough."""


@dataclass(frozen=True, kw_only=True)
class Template:
    name: str
    event: str
    to: tuple[str, ...]
    via: tuple[str, ...]
    where: Mapping[str, list[Any]]
    link: str
    title: str
    body: str

    def fits(self, facts: Mapping[str, Any]) -> bool:
        return all(facts.get(field) in wanted for field, wanted in self.where.items())

    def needs(self) -> frozenset[str]:
        """The facts its words name."""
        return frozenset(meta.find_undeclared_variables(_language.parse(self.title + self.body)))

    def write(self, facts: Mapping[str, Any]) -> tuple[str, str, str]:
        """Title, body and link. Raises BadTemplate when a fact is missing."""
        try:
            title = _compiled(self.title).render(facts)
            return " ".join(title.split()), _compiled(self.body).render(facts).strip(), page(self.link, facts)
        except (UndefinedError, KeyError) as missing:
            raise BadTemplate(f"{self.name}: {missing}") from missing


@dataclass(frozen=True, kw_only=True)
class ReminderTemplate:
    on: frozenset[str]
    until: frozenset[str]
    key: str
    moment: str
    days: tuple[int, ...]
    working_days: tuple[int, ...]
    message: Template


def page(name: str, facts: Mapping[str, Any]) -> str:
    return PAGES[name].format_map(facts)


@cache
def _compiled(source: str) -> Any:
    return _language.from_string(source)


@cache
def messages() -> dict[str, tuple[Template, ...]]:
    """Event type → its templates, in the order in which they are tried."""
    found: dict[str, list[Template]] = {}
    for row in _rows("message"):
        found.setdefault(row["event"], []).append(_template(row, name=f"{row['event']}/{'+'.join(row['to'])}"))
    return {event: tuple(templates) for event, templates in found.items()}


@cache
def reminders() -> dict[str, ReminderTemplate]:
    return {row["name"]: _reminder(row) for row in _rows("reminder")}


@cache
def silent() -> dict[str, str]:
    """Event type → why nobody is told."""
    return {event: reason for table in _tables() for event, reason in table.get("silent", {}).items()}


def check() -> None:
    """Read everything once, so that a bad file is found at start."""
    messages(), reminders(), silent()


def _tables() -> Iterator[dict[str, Any]]:
    for path in sorted(FOLDER.glob("*.toml")):
        yield tomllib.loads(path.read_text("utf-8"))


def _rows(kind: str) -> Iterator[dict[str, Any]]:
    for table in _tables():
        yield from table.get(kind, ())


def _reminder(row: dict[str, Any]) -> ReminderTemplate:
    on = [row["on"]] if isinstance(row["on"], str) else row["on"]
    return ReminderTemplate(
        on=frozenset(on),
        until=frozenset(row["until"]),
        key=row["key"],
        moment=row.get("moment", ""),
        days=tuple(row.get("days", ())),
        working_days=tuple(row.get("working_days", ())),
        message=_template(row, name=row["name"]),
    )


def _template(row: dict[str, Any], name: str) -> Template:
    template = Template(
        name=name,
        event=row.get("event", ""),
        to=tuple(row["to"]),
        via=tuple(row.get("via", ("bell", "email"))),
        where=row.get("where", {}),
        link=row["link"],
        title=row["title"],
        body=row["body"],
    )
    _refuse_if(not template.to or not AUDIENCES.issuperset(template.to), template, "names an unknown audience")
    _refuse_if(template.link not in PAGES, template, "links to an unknown page")
    _refuse_if(bool(template.needs() & FORBIDDEN), template, "would put a confidential fact into a message")
    tells_name = "customer_name" in template.needs()
    _refuse_if(tells_name and bool(LABORATORY & set(template.to)), template, "tells the laboratory the customer's name")
    _refuse_if("\n" in template.title, template, "has a title of several lines")
    _refuse_if(
        template.link == "secret" and template.via != ("email",), template, "shows a secret link outside of e-mail"
    )
    return template


def _refuse_if(wrong: bool, template: Template, reason: str) -> None:
    if wrong:
        raise BadTemplate(f"{template.name} {reason}")

"""What a list can be narrowed by: choices with their words, and what is chosen now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from gateway import listing, together
from gateway.formatters import long_date
from gateway.listing import Filter, ListPage
from gateway.views.words import WORDS

NAMED_BY = ("label", "name", "code")


@dataclass(frozen=True)
class Shown:
    """A filter with the choices of this person and the one made."""

    filter: Filter
    options: list[tuple[str, str]]
    value: str

    @property
    def text(self) -> str:
        if self.filter.kind == "flag":
            return self.filter.label
        words = dict(self.options)
        return f"{self.filter.label}: {', '.join(words.get(each, each) for each in self.value.split(','))}"


def questions(
    declared: ListPage, roles: frozenset[str], query: Mapping[str, str], *, only_chosen: bool
) -> dict[str, Any]:
    """What the services are asked for the choices; `only_chosen`: just for the words of what is chosen."""
    asked = {}
    for each in declared.filters_for(roles):
        if each.kind in ("things", "form") and (query.get(each.name) or not only_chosen):
            path, _, params = each.options_of.partition("?")
            service, _, rest = path.partition("/")
            asked[each.name] = (service, rest, dict(parse_qsl(params)))
    return asked


def ask(asked: dict[str, Any]) -> dict[str, Any]:
    return together.ask(asked) if asked else {}


def shown(
    declared: ListPage, roles: frozenset[str], query: Mapping[str, str], answers: Mapping[str, Any]
) -> list[Shown]:
    found = [
        Shown(each, _options(each, answers.get(each.name)), query.get(each.name, ""))
        for each in declared.filters_for(roles)
    ]
    return [each for each in found if each.options or each.filter.kind == "flag"]


def _options(each: Filter, answer: Any) -> list[tuple[str, str]]:
    match each.kind:
        case "states":
            return [(state["code"], state["label"]) for state in _states(each.options_of)]
        case "things":
            return [(str(thing.get("id") or thing.get("value")), _name(thing)) for thing in _items(answer)]
        case "form":
            return [(option["value"], option["label"]) for option in _form_options(answer, each.name)]
    return list(each.options)


def _states(flow_name: str) -> list[dict[str, Any]]:
    flows = WORDS.of(flow_name.partition(".")[0])
    return next((list(flow["states"]) for flow in flows if flow["name"] == flow_name), [])


def _form_options(form: Any, name: str) -> list[dict[str, Any]]:
    fields = (form or {}).get("fields", [])
    return next((list(field.get("options", [])) for field in fields if field["name"] == name), [])


def _items(answer: Any) -> list[dict[str, Any]]:
    return list(answer.get("items", []) if isinstance(answer, dict) else answer or [])


def _name(thing: dict[str, Any]) -> str:
    return str(next((thing[name] for name in NAMED_BY if thing.get(name)), ""))


def chips(declared: ListPage, query: Mapping[str, str], chosen: list[Shown]) -> list[dict[str, str]]:
    """What is in force, each with the address without it."""
    said = [(each.filter.name, each.text) for each in chosen if each.value]
    general = {"q": "Cari: {}", "from": f"{declared.dated} dari {{}}", "to": f"{declared.dated} sampai {{}}"}
    said += [
        (name, text.format(query[name] if name == "q" else long_date(query[name])))
        for name, text in general.items()
        if query.get(name)
    ]
    return [
        {"text": text, "without": listing.with_query(declared.path, query, **{name: None, "cursor": None})}
        for name, text in said
    ]


def cleared(declared: ListPage, query: Mapping[str, str]) -> str:
    """The same list with nothing but its box and the way of looking."""
    kept = {name: value for name, value in query.items() if name in ("box", *listing.LOOKS)}
    return listing.with_query(declared.path, kept, **({} if kept else {"tampilan": "semua"}))

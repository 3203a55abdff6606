"""From a number somebody typed or scanned to the thing that carries it. A service declares its numbers; every service answers
`GET /find?number=` in the same shape and only with what the caller may see."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import marshmallow as ma
import sqlalchemy as sa
from flask import g
from marshmallow import validate

from chassis.auth import Principal, signed_in
from chassis.db import db
from chassis.lists import NO_NUL
from chassis.numbering import FIELD, Series, local, render
from chassis.problems import BadForm
from chassis.web import Blueprint

AT_MOST = 5  # of each kind
TOKEN = re.compile(r"[A-Z]+|[0-9]+")


@dataclass(frozen=True, kw_only=True)
class Kind:
    """Things of one kind and the columns that carry their numbers, each with an index."""

    label: str
    columns: tuple[Any, ...]
    rows: Callable[[Principal], sa.Select[Any]]
    describe: Callable[[Any, Principal], dict[str, Any]]


class NumberArgs(ma.Schema):
    class Meta:
        unknown = ma.EXCLUDE

    number = ma.fields.String(required=True, validate=[validate.Length(min=1, max=80), NO_NUL])


def blueprint(kinds: Sequence[Kind]) -> Blueprint:
    bp = Blueprint("finding", __name__, description="Mencari menurut nomor")

    @bp.get("/find")
    @bp.arguments(NumberArgs, location="query")
    @bp.response(200)
    @signed_in
    def find_number(args: dict[str, Any]) -> Any:
        """Apa yang bernomor ini"""
        return {"items": find(args["number"], g.principal, kinds)}

    return bp


def find(text: str, principal: Principal, kinds: Sequence[Kind]) -> list[dict[str, Any]]:
    """One statement for each kind and one for the templates."""
    numbers = candidates(text, list(db.session.scalars(sa.select(Series.template))))
    found: list[dict[str, Any]] = []
    for kind in kinds:
        named = sa.or_(*(column.in_(numbers) for column in kind.columns))
        for thing in db.session.scalars(kind.rows(principal).where(named).limit(AT_MOST)).unique():
            found.append({"id": str(thing.id), "kind": kind.label, **kind.describe(thing, principal)})
    return found


def candidates(text: str, templates: Sequence[str]) -> list[str]:
    """The number as typed, and what it stands for by each template: `pop 180`, `P.521`, `521` and `P-521-2023` are understood."""
    typed = " ".join(text.upper().split())
    meant = [number for template in templates if (number := _meant(TOKEN.findall(typed), template))]
    return list(dict.fromkeys([typed, *meant]))


def _meant(tokens: list[str], template: str) -> str | None:
    """The number of this template whose count, and year if it has one, are the digits typed; words must be the template's own."""
    words = TOKEN.findall(FIELD.sub(" ", template).upper())
    digits = [int(token[:12]) for token in tokens if token.isdigit()]
    said = [token for token in tokens if not token.isdigit()]
    dated = "{year" in template
    if (
        not digits
        or len(digits) > 1 + dated
        or (said and said != words)
        or "{roman" in template
        or "{month" in template
    ):
        return None
    at = local(None)
    if len(digits) == 2:
        if not 2000 <= digits[1] <= 2999:
            return None
        at = at.replace(year=digits[1], month=1, day=1)
    try:
        return render(template, n=digits[0], at=at)
    except BadForm:
        return None

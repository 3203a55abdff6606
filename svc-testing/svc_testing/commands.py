"""flask commands of this service."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import click
import sqlalchemy as sa
from flask.cli import with_appcontext

from chassis import numbering
from chassis.db import atomic, db
from svc_testing.catalogue.models import Parameter, Setting, Standard
from svc_testing.catalogue.settings import DEFAULTS

SEED = Path(__file__).parent / "seed"


@click.command("seed")
@with_appcontext
def seed() -> None:
    """Load number series, settings and the catalogue; what is there already stays as it is."""
    with atomic():
        for series in json.loads((SEED / "series.json").read_text()):
            numbering.define(series["code"], series["template"], resets_yearly=series["resets_yearly"])
        for code, (value, label) in DEFAULTS.items():
            if db.session.scalar(sa.select(Setting.id).filter_by(code=code)) is None:
                db.session.add(Setting(code=code, value=value, label=label))
        for path in sorted((SEED / "standards").glob("*.json")):
            add_standard(json.loads(path.read_text()))
    click.echo("katalog pengujian siap")


def add_standard(facts: dict[str, Any]) -> Standard:
    """A standard with its parameters, unless its code is known."""
    known = db.session.scalar(sa.select(Standard).filter_by(code=facts["code"]))
    if known is not None:
        return known
    standard = Standard(
        code=facts["code"],
        title=facts["title"],
        matrix=facts["matrix"],
        methods=facts.get("methods", ""),
        valid_from=_date(facts.get("valid_from")),
        valid_to=_date(facts.get("valid_to")),
        superseded_by=facts.get("superseded_by", ""),
        is_price_example=True,
    )
    standard.parameters = [
        _parameter(position, row, facts) for position, row in enumerate(facts["parameters"], start=1)
    ]
    db.session.add(standard)
    db.session.flush()
    return standard


def _parameter(position: int, row: dict[str, Any], standard: dict[str, Any]) -> Parameter:
    limit = row["limit"]
    return Parameter(
        position=position,
        name=row["name"],
        unit=row["unit"],
        method=row["method"],
        price_amount=row["price_amount"],
        is_accredited=row.get("is_accredited", True),
        lead_days=row.get("lead_days", standard.get("lead_days", 15)),
        lab_group=row["lab_group"],
        required_verifiers=row.get("required_verifiers", 1),
        workload_points=Decimal(row.get("workload_points", "1")),
        limit_kind=limit["kind"],
        limit_low=_decimal(limit.get("low")),
        limit_high=_decimal(limit.get("high")),
        limit_text=limit["text"],
        source_note=row.get("source", ""),
    )


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _decimal(text: str | None) -> Decimal | None:
    return Decimal(text) if text is not None else None

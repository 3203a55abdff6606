"""flask commands of this service."""

from __future__ import annotations

import json
from pathlib import Path

import click
import sqlalchemy as sa
from flask.cli import with_appcontext

from chassis import numbering
from chassis.auth import SYSTEM
from chassis.db import atomic, db
from svc_testing.catalogue import imports
from svc_testing.catalogue.models import Setting
from svc_testing.catalogue.settings import DEFAULTS
from svc_testing.catalogue.sheets import PARAMETERS, STANDARDS, read_csv

SEED = Path(__file__).parent / "seed"
SHEETS = {"standards": STANDARDS, "parameters": PARAMETERS}


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
        load_catalogue()
    click.echo("katalog pengujian siap")


def load_catalogue() -> None:
    """The standards of the seed folder that are not there yet."""
    files = {table.title: SEED / "catalogue" / f"{name}.csv" for name, table in SHEETS.items()}
    imports.load_seed({table.title: read_csv(table, files[table.title]) for table in SHEETS.values()}, SYSTEM)

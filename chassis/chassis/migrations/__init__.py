"""Schema changes: one branch for the tables of the chassis, shared by all services, and one branch of each service's own.

`flask db upgrade` brings both to their heads. `flask db new "Add …"` writes the next step of the service, `--chassis` that of the chassis.
"""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from flask_migrate import Migrate, revision, upgrade
from flask_migrate.cli import db as database_commands

from chassis.db import db

HERE = Path(__file__).parent
BRANCH = "chassis"


def init_app(app: Flask, package: str) -> None:
    service = Path(str(importlib.import_module(package).__file__)).parent.parent / "migrations" / "versions"
    app.extensions["migration_folders"] = {BRANCH: HERE / "versions", package: service}
    migrate = Migrate(app, db, directory=str(HERE), render_as_batch=True, compare_type=True)
    migrate.configure(_locate)


def _locate(config: Any) -> Any:
    folders = current_app.extensions["migration_folders"].values()
    config.set_main_option("version_locations", "\n".join(str(folder) for folder in folders))
    config.set_main_option("path_separator", "newline")
    return config


@click.command("upgrade")
@with_appcontext
def to_heads() -> None:
    """Bring the database to the newest schema."""
    upgrade(revision="heads")


@click.command("new")
@click.argument("message")
@click.option("--chassis", "is_chassis", is_flag=True, help="of the tables every service has")
@with_appcontext
def new(message: str, is_chassis: bool) -> None:
    """Write the next step from the difference between the models and the database."""
    folders: dict[str, Path] = current_app.extensions["migration_folders"]
    branch = BRANCH if is_chassis else next(name for name in folders if name != BRANCH)
    folders[branch].mkdir(parents=True, exist_ok=True)
    number = len(list(folders[branch].glob("[0-9]*.py"))) + 1
    current_app.extensions["migration_branch"] = branch
    revision(
        message=f"{number:04d} {message}",
        autogenerate=True,
        head=f"{branch}@head" if number > 1 else "base",
        branch_label=None if number > 1 else branch,
        version_path=str(folders[branch]),
        rev_id=f"{branch}_{number:04d}",
    )


database_commands.add_command(to_heads)
database_commands.add_command(new)

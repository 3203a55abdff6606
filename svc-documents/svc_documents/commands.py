import click
from flask.cli import with_appcontext

from chassis.db import atomic

from .documents.registry import KINDS
from .signing import providers


@click.group("signing")
def cli() -> None:
    """Who makes which kind of document authentic."""


@cli.command("list")
@with_appcontext
def list_providers() -> None:
    for kind in KINDS:
        provider = providers.of_kind(kind)
        print(f"{kind:<14} {provider:<8} {providers.LABELS[provider]}")


@cli.command("choose")
@click.argument("kind", type=click.Choice(list(KINDS)))
@click.argument("provider", type=click.Choice(list(providers.LABELS)))
@with_appcontext
@atomic
def choose(kind: str, provider: str) -> None:
    """From now on; what waits for a signature follows."""
    providers.choose(kind, provider)

"""Processes and repairs of this service."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import with_appcontext

from svc_notify import config, messages, sending


@click.command("send")
@with_appcontext
def send() -> None:
    """Send what is due until SIGTERM."""
    sending.serve(current_app._get_current_object(), config.current())  # type: ignore[attr-defined]


@click.command("retry-messages")
@with_appcontext
def retry_messages() -> None:
    """Queue every message again that was refused or given up."""
    click.echo(f"{messages.requeue()} messages queued")


COMMANDS = (send, retry_messages)

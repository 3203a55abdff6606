"""The processes of a service beside its web workers, and what an operator does with dead letters."""

from __future__ import annotations

import json
import signal
import threading
import time
import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

import click
import structlog
from flask import Flask, current_app
from flask.cli import with_appcontext

from chassis import schedule as due_work
from chassis.events import dead_letters, feed, handling, inbox, relay
from chassis.events.registry import queue, registry
from chassis.events.transports import connect
from chassis.heartbeat import Stop

DRAIN_SECONDS = 9.0

Loop = Callable[[Flask, threading.Event], None]

log = structlog.get_logger("processes")


def relay_loop(app: Flask, stop: threading.Event) -> None:
    transport = connect(app.config["BUS_URL"])
    try:
        relay.run(app, transport, stop)
    finally:
        transport.close()


def consume_loop(app: Flask, stop: threading.Event) -> None:
    def store(bodies: list[bytes]) -> None:
        with app.app_context():
            inbox.store(bodies)

    with app.app_context():
        name, patterns = queue(), registry().patterns
    if not patterns:
        stop.wait()
        return
    transport = connect(app.config["BUS_URL"])
    try:
        transport.declare(name, patterns)
        transport.receive(name, store, stop)
    finally:
        transport.close()


def run_loops(*loops: Loop) -> None:
    """Run each loop on its thread until SIGTERM or SIGINT; a loop that fails starts again after a growing wait."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    stop = Stop(app.config["HEARTBEAT_FILE"])
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    threads = [threading.Thread(target=_keep_running, args=(loop, app, stop), daemon=True) for loop in loops]
    for thread in threads:
        thread.start()
    stop.wait_aside()
    deadline = time.monotonic() + DRAIN_SECONDS
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))


def _keep_running(loop: Loop, app: Flask, stop: threading.Event) -> None:
    pause = 0.5
    while not stop.is_set():
        began = time.monotonic()
        try:
            loop(app, stop)
        except Exception:
            pause = 0.5 if time.monotonic() - began > 60 else min(pause * 2, 15)
            log.exception("loop failed", loop=loop.__module__, retry_in=pause)
            stop.wait(pause)


def _process(name: str, text: str, *loops: Loop) -> click.Command:
    @click.command(name, help=text)
    @with_appcontext
    def command() -> None:
        run_loops(*loops)

    return command


@click.command("declare")
@with_appcontext
def declare() -> None:
    """Make this service's queue and bindings, so that nothing published from now on misses them."""
    transport = connect(current_app.config["BUS_URL"])
    transport.declare(queue(), registry().patterns)
    transport.close()


@click.command("bootstrap")
@click.argument("peer")
@click.option("--types", default="", help="Patterns, separated by commas; all we subscribe to when left out.")
@with_appcontext
def bootstrap(peer: str, types: str) -> None:
    """Fill the inbox with what PEER has published so far."""
    click.echo(f"{feed.bootstrap(peer, [one for one in types.split(',') if one])} events")


@click.command("catch-up")
@click.argument("taken_at", type=click.DateTime(["%Y-%m-%dT%H:%M:%S.%f%z", "%Y-%m-%dT%H:%M:%S%z"]))
@with_appcontext
def catch_up(taken_at: datetime) -> None:
    """After a restore: fetch from every peer what was on its way at TAKEN_AT, the moment the backup's manifest names."""
    for peer, came in feed.catch_up(taken_at).items():
        click.echo(f"{came} events of {peer}")


@click.group("dead-letters")
def letters() -> None:
    """Events that could not be handled."""


@letters.command("list")
@with_appcontext
def list_letters() -> None:
    """One JSON object per line."""
    for letter in dead_letters.list_open():
        click.echo(json.dumps(dead_letters.present(letter)))


def _resolving(name: str, text: str, act: Callable[..., Any]) -> None:
    @letters.command(name, help=text)
    @click.argument("letter_id", type=click.UUID)
    @click.option("--by", required=True, help="Who decides.")
    @click.option("--why", required=True, help="The reason, kept with the letter.")
    @with_appcontext
    def resolve(letter_id: uuid.UUID, by: str, why: str) -> None:
        try:
            act(letter_id, by=by, why=why)
        except (LookupError, dead_letters.CannotResolve) as error:
            raise click.ClickException(str(error)) from error


_resolving("replay", "Handle the event once more.", dead_letters.replay)
_resolving("discard", "Leave the event unhandled for good.", dead_letters.discard)

COMMANDS = (
    _process("relay", "Publish the outbox.", relay_loop),
    _process("consume", "Store what the bus brings into the inbox.", consume_loop),
    _process("work", "Handle the inbox.", handling.run),
    _process("schedule", "Run what falls due.", due_work.run),
    _process(
        "worker",
        "Relay, consume, work and schedule in one process.",
        relay_loop,
        consume_loop,
        handling.run,
        due_work.run,
    ),
    declare,
    bootstrap,
    catch_up,
    letters,
)

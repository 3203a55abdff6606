"""A small service to test with: what it does is said by the event it gets."""

from __future__ import annotations

import os
from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa
from flask import Flask
from marshmallow import Schema, fields
from sqlalchemy.orm import Mapped, mapped_column

from chassis.config import Settings
from chassis.db import Model, atomic, db
from chassis.events import Event, Hopeless, TooEarly, emit, on
from chassis.schedule import every
from chassis.service import create_service

TYPES = os.environ.get("STATION_TYPES", "shop")


class Effect(Model):
    __tablename__ = "effects"

    event_id: Mapped[str] = mapped_column(sa.String(100))
    key: Mapped[str] = mapped_column(sa.String(100))
    number: Mapped[int]
    word: Mapped[str] = mapped_column(sa.String(100), default="")


class Order(Schema):
    number = fields.Integer(required=True)
    act = fields.String(load_default="")
    word = fields.String(load_default="")


@on(f"{TYPES}.order.*", Order)
def note(event: Event) -> None:
    """Leave one effect and one event of our own; then do what `act` says."""
    db.session.add(Effect(event_id=event.id, key=event.partition_key, number=event["number"], word=event["word"]))
    emit("station.order.noted", {"number": event["number"]}, partition_key=event.partition_key)
    db.session.flush()
    is_first = not db.session.scalar(sa.select(Effect.id).filter_by(key=event.partition_key, word="first"))
    match event["act"]:
        case "early" if is_first:
            raise TooEarly("nothing came first")
        case "hopeless" if is_first:
            raise Hopeless("this will never do")
        case "fail":
            raise RuntimeError("something is broken")
        case "die":
            os._exit(9)


@every(seconds=0.2)
def fail_each_time() -> None:
    raise RuntimeError("a task that is broken")


@every(seconds=0.2)
@atomic
def tick() -> None:
    db.session.add(Effect(event_id="tick", key=str(os.getpid()), number=0))


def say(key: str, number: int, **more: Any) -> None:
    emit(f"{TYPES}.order.placed", {"number": number, **more}, partition_key=key)


def create_app(name: str = "station", **overrides: Any) -> Flask:
    own = SimpleNamespace(note=note, tick=tick, fail_each_time=fail_each_time)
    return create_service(
        name,
        package=__name__,
        config=Settings,
        consumers=[own],
        schedules=[own],
        overrides=overrides,  # type: ignore[list-item]
    )

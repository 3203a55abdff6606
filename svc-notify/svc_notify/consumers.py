"""What we react to: copies of people first, then whatever somebody has to be told."""

from __future__ import annotations

import uuid

import marshmallow as ma

from chassis.events import Event, on
from svc_notify import feed, messages, people, reminders


class Named(ma.Schema):
    customer_id = ma.fields.UUID(required=True)
    name = ma.fields.String(required=True)


class Reachable(Named):
    email = ma.fields.String(load_default=None, allow_none=True)


class Member(ma.Schema):
    user_id = ma.fields.UUID(required=True)
    customer_id = ma.fields.UUID(required=True)
    name = ma.fields.String(required=True)
    email = ma.fields.String(load_default=None, allow_none=True)
    is_active = ma.fields.Boolean(required=True)


class Role(ma.Schema):
    class Meta:
        unknown = ma.EXCLUDE

    role = ma.fields.String(required=True)
    scope = ma.fields.String(load_default=None, allow_none=True)


class Staff(ma.Schema):
    user_id = ma.fields.UUID(required=True)
    name = ma.fields.String(required=True)
    email = ma.fields.String(load_default=None, allow_none=True)
    roles = ma.fields.List(ma.fields.Nested(Role), required=True)
    is_active = ma.fields.Boolean(required=True)


class Away(ma.Schema):
    absence_id = ma.fields.UUID(required=True)
    person_id = ma.fields.UUID(required=True, data_key="user_id")
    stand_in_id = ma.fields.UUID(load_default=None, allow_none=True)
    from_on = ma.fields.Date(required=True)
    until_on = ma.fields.Date(required=True)
    is_cancelled = ma.fields.Boolean(load_default=False)


class Day(ma.Schema):
    class Meta:
        unknown = ma.EXCLUDE

    date = ma.fields.Date(required=True)


class Year(ma.Schema):
    year = ma.fields.Integer(required=True)
    days = ma.fields.List(ma.fields.Nested(Day), required=True)


class Letterhead(ma.Schema):
    class Meta:
        unknown = ma.EXCLUDE

    name = ma.fields.String(required=True)
    address = ma.fields.String(load_default="", allow_none=True)
    phone = ma.fields.String(load_default="", allow_none=True)


class OfficeChanged(ma.Schema):
    office = ma.fields.Nested(Letterhead, required=True)


class Ids(ma.Schema):
    """Where these are given, they are ids."""

    class Meta:
        unknown = ma.EXCLUDE

    order_id = ma.fields.UUID(allow_none=True)
    customer_id = ma.fields.UUID(allow_none=True)
    supervisor_id = ma.fields.UUID(allow_none=True)
    analyst_id = ma.fields.UUID(allow_none=True)
    user_id = ma.fields.UUID(allow_none=True)
    link_id = ma.fields.UUID(allow_none=True)


@on("identity.customer.registered", Named)
@on("identity.customer.refused", Named)
@on("identity.customer.verified", Reachable)
@on("identity.customer.changed", Reachable)
def copy_customer(event: Event) -> None:
    people.copy_customer(**event.data, at=event.time)


@on("identity.member.changed", Member)
def copy_member(event: Event) -> None:
    people.copy_member(**event.data, at=event.time)


@on("identity.staff.changed", Staff)
def copy_staff(event: Event) -> None:
    people.copy_staff(**event.data, at=event.time)


@on("identity.absence.changed", Away)
def copy_absence(event: Event) -> None:
    people.copy_absence(**event.data, at=event.time)


@on("identity.calendar.changed", Year)
def copy_holidays(event: Event) -> None:
    people.copy_holidays(event["year"], [day["date"] for day in event["days"]])


@on("identity.office.changed", OfficeChanged)
def copy_office(event: Event) -> None:
    facts = {name: value or "" for name, value in event["office"].items()}
    people.copy_office(uuid.uuid5(uuid.NAMESPACE_URL, event.source), **facts, at=event.time)


@on("#")
def tell(event: Event) -> None:
    Ids().load(event.data)
    feed.append(event)
    reminders.follow(event)
    messages.tell(event)

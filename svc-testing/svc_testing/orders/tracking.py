"""Tracking without login: a number and the last four digits of the contact's telephone."""

from __future__ import annotations

import hmac
import re
from typing import Any

import marshmallow as ma
import sqlalchemy as sa
from marshmallow import validate

from chassis.auth import public
from chassis.db import db
from chassis.problems import NotFound
from chassis.web import Blueprint, represent
from svc_testing.orders import standings
from svc_testing.orders.models import Order
from svc_testing.samples.models import Sample
from svc_testing.schemas import Clean

bp = Blueprint("tracking", __name__, description="Pelacakan order tanpa login")

NOTHING = (
    "Nomor dan empat angka terakhir telepon tidak cocok dengan order mana pun. "
    "Periksa keduanya, atau tanyakan kepada Customer Service."
)
MOST_OF_ONE_NUMBER = 20  # an order number comes again every year


class TrackingForm(Clean):
    number = ma.fields.String(required=True, validate=validate.Length(min=1, max=40, error="Isi nomornya."))
    digits = ma.fields.String(
        required=True, validate=validate.Regexp(r"[0-9]{4}\Z", error="Isi empat angka terakhir nomor telepon.")
    )


@bp.post("/trackings")
@bp.arguments(TrackingForm)
@bp.response(200)
@public
def track(form: dict[str, Any]) -> Any:
    """Lacak order dengan nomor dan empat angka terakhir telepon kontak"""
    return represent(find(form["number"], form["digits"]))


def find(number: str, digits: str) -> dict[str, Any]:
    """Where the newest order with this number and telephone is. An unknown number and wrong digits are one answer."""
    matching = [row for row in _numbered(spellings(number)) if _ends_with(row.contact_phone, digits)]
    if not matching:
        raise NotFound(NOTHING)
    order = matching[0]
    due = order.expires_at if order.status == "billed" else order.target_on
    return {
        "number": order.number or order.pre_number,
        **standings.in_words(order.status),
        "due": due.isoformat() if due and order.status not in ("sent", "archived", "cancelled") else None,
        "since": order.status_since.isoformat(),
    }


def spellings(typed: str) -> set[str]:
    """The ways a number may have been issued, however it was copied: `p.521-2023`, `152`, `pop 180`."""
    plain = re.sub(r"\s+", "", typed).upper()
    found = {plain, plain.replace("-", " - ")}
    if plain.isdecimal():
        found.add(plain.zfill(5))
    if pre := re.fullmatch(r"POP-?(\d+)", plain):
        found.add(f"POP-{pre[1]}")
    if sample := re.fullmatch(r"P\.?(\d+)-(\d{4})", plain):
        found.add(f"P.{sample[1].zfill(5)} - {sample[2]}")
    return found


def _numbered(numbers: set[str]) -> list[Any]:
    of_sample = sa.select(Sample.order_id).where(Sample.number.in_(numbers))
    target = sa.select(sa.func.max(Sample.target_on)).where(Sample.order_id == Order.id).scalar_subquery()
    facts = (Order.number, Order.pre_number, Order.status, Order.status_since, Order.expires_at, Order.contact_phone)
    is_wanted = sa.or_(Order.pre_number.in_(numbers), Order.number.in_(numbers), Order.id.in_(of_sample))
    query = sa.select(*facts, target.label("target_on")).where(is_wanted, Order.status != "discarded")
    return list(db.session.execute(query.order_by(Order.created_at.desc()).limit(MOST_OF_ONE_NUMBER)))


def _ends_with(phones: str, digits: str) -> bool:
    """Does one of the telephones end so? Several stand in one field, separated by a semicolon, comma or slash."""
    ends = [re.sub(r"\D", "", phone)[-4:] for phone in re.split(r"[;,/]", phones)]
    return sum(hmac.compare_digest(end, digits) for end in ends) > 0  # all are compared, not up to the first

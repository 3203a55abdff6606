"""A tiny order: what svc-testing does with billing's events (testing_workflow §3.1, §4), and what it says itself."""

from __future__ import annotations

from typing import NamedTuple

MONEY = ("paid", "payment_reversed", "clearance_withdrawn")
LATER = ("paid", "numbered", "archived")
LAST_REVISION = 2
NOT_CLEARED = {"is_paid": False, "terms": ""}


class Order(NamedTuple):
    status: str = "submitted"
    revision: int = 0
    is_paid: bool = False
    terms: str = ""

    @property
    def is_cleared(self) -> bool:
        return self.is_paid or bool(self.terms)


class TooEarly(Exception):
    pass


# act: from, to, what is said, when it may be done
ACTS = {
    "forward": (("submitted",), "invoiced", "forwarded", lambda order: order.revision < LAST_REVISION),
    "recall": (("invoiced",), "submitted", "recalled", lambda order: True),
    "cancel": (
        ("submitted", "invoiced", "billed", "expired"),
        "cancelled",
        "cancelled",
        lambda order: not order.is_cleared,
    ),
    "cancel_paid": (("paid",), "cancelled", "cancelled", lambda order: True),
    "number": (("paid",), "numbered", "numbered", lambda order: order.is_cleared),
    "dissolve": (("numbered",), "cancelled", "cancelled", lambda order: True),
    "archive": (("numbered",), "archived", None, lambda order: order.is_cleared),
}

# billing's event: the first row whose states fit is applied
HEARD = {
    "billed": [(("invoiced",), {"status": "billed"})],
    "expired": [(("billed",), {"status": "expired"})],
    "reopened": [(("billed", "expired"), {"status": "invoiced"})],
    "paid": [(("invoiced", "billed", "expired"), {"status": "paid", "is_paid": True}), (LATER, {"is_paid": True})],
    "waived": [(("invoiced",), {"status": "paid", "terms": "free"})],
    "deferred": [(("invoiced",), {"status": "paid", "terms": "contract"})],
    "returned": [(("invoiced",), {"status": "submitted"})],
    "payment_reversed": [(("paid",), {"status": "billed", **NOT_CLEARED}), (LATER, NOT_CLEARED)],
    "clearance_withdrawn": [(("paid",), {"status": "invoiced", **NOT_CLEARED}), (LATER, NOT_CLEARED)],
}


def acts(order: Order):
    """Every act a person may do now: (name, order afterwards, what it says)."""
    for name, (sources, target, said, is_allowed) in ACTS.items():
        if order.status in sources and is_allowed(order):
            revision = order.revision + (name == "forward")
            yield name, order._replace(status=target, revision=revision), said and (said, revision)


def hear(order: Order, kind: str, revision: int) -> Order:
    """The order after billing's event; TooEarly when it has to wait."""
    if revision != order.revision:
        return order
    for sources, change in HEARD[kind]:
        if order.status in sources:
            return order._replace(**change)
    if is_past_it(order, kind):
        return order
    raise TooEarly(kind, order)


def is_past_it(order: Order, kind: str) -> bool:
    """Ignored by §4: the order has gone where this cannot matter any more."""
    if order.status in ("submitted", "cancelled"):
        return True
    if order.terms == "contract" and kind not in ("paid", "clearance_withdrawn"):
        return True
    return order.status in ("numbered", "archived") and kind not in MONEY

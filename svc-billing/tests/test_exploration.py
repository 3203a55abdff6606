"""Order and billing with events that are under way: every joint state, from the declarations."""

from __future__ import annotations

import importlib.util
import random
from collections import deque
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import pytest

from svc_billing import tasks
from svc_billing.models import DEAD
from svc_billing.workflow import INVOICE

_spec = importlib.util.spec_from_file_location("order_side", Path(__file__).with_name("order_side.py"))
order_side = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(order_side)

LONGEST_QUEUE = 4
INVOICES = "billing.invoice."


class Bill(NamedTuple):
    status: str = "opened"
    was_settled: bool = False
    is_numbered: bool = False
    is_live: bool = True


class World(NamedTuple):
    order: order_side.Order = order_side.Order()
    bills: tuple[Bill, ...] = ()
    to_billing: tuple[tuple[str, int], ...] = ()
    to_order: tuple[tuple[str, int], ...] = ()


# the guards as far as they look at states; what looks at money and time may hold or not
GUARDS = {
    "order_not_numbered": lambda bill: not bill.is_numbered,
    "never_paid_or_cleared": lambda bill: not bill.was_settled,
    "order_is_closed": lambda bill: not bill.is_live,
}


def fires(bill: Bill, name: str) -> tuple[Bill, list[str]] | None:
    """The bill after a declared transition and what settling makes of it, with the events said."""
    row = INVOICE.transitions[name]
    if bill.status not in row.sources or not all(GUARDS[guard](bill) for guard in row.guards if guard in GUARDS):
        return None
    status = bill.status if row.target == "=" else row.target
    changed = bill._replace(status=status, was_settled=bill.was_settled or status in ("paid", "waived", "deferred"))
    if status in DEAD:
        changed = changed._replace(is_live=False)
    said = [row.event.removeprefix("invoice.")] if row.event else []
    dropped = fires(changed, "drop_closed") if name != "drop_closed" else None
    return (dropped[0], said + dropped[1]) if dropped else (changed, said)


def hear(bills: tuple[Bill, ...], kind: str, revision: int):
    """Billing's consumers: (bills, events said); None when it is too early."""
    if kind == "forwarded":
        return opens(bills, revision)
    if revision == 0 or len(bills) > revision:
        return bills, []
    if len(bills) < revision:
        return None
    bill, said = closes(bills[-1]) if kind != "numbered" else (bills[-1]._replace(is_numbered=True), [])
    return (*bills[:-1], bill), said


def opens(bills: tuple[Bill, ...], revision: int):
    if len(bills) >= revision:
        return bills, []
    if len(bills) < revision - 1 or (bills and bills[-1].is_live):
        return None
    return (*bills, Bill()), []


def closes(bill: Bill) -> tuple[Bill, list[str]]:
    return fires(bill, "void") or (bill if bill.status in DEAD else bill._replace(is_live=False), [])


def steps(world: World):
    """Every step that may come next: an act at the order's desk, an act at the money desk, an event that arrives."""
    if len(world.to_billing) < LONGEST_QUEUE:
        for name, order, said in order_side.acts(world.order):
            yield f"order.{name}", world._replace(order=order, to_billing=world.to_billing + ((said,) if said else ()))
    if len(world.to_order) < LONGEST_QUEUE:
        yield from money_acts(world)
    yield from arrivals(world)


def money_acts(world: World):
    for index, bill in enumerate(world.bills):
        for name in INVOICE.transitions:
            if name != "void" and (done := fires(bill, name)):
                bills = (*world.bills[:index], done[0], *world.bills[index + 1 :])
                yield f"invoice.{name}", say(world, bills, index, done[1])


def arrivals(world: World):
    if world.to_billing and (heard := hear(world.bills, *world.to_billing[0])) is not None:
        kind, revision = world.to_billing[0]
        after = world._replace(to_billing=world.to_billing[1:])
        yield f"billing hears {kind}", say(after, heard[0], revision - 1, heard[1])
    if world.to_order:
        with suppress(order_side.TooEarly):
            order = order_side.hear(world.order, *world.to_order[0])
            yield f"order hears {world.to_order[0][0]}", world._replace(order=order, to_order=world.to_order[1:])


def say(world: World, bills: tuple[Bill, ...], index: int, said: list[str]) -> World:
    heard = tuple((kind, index + 1) for kind in said if kind in order_side.HEARD)
    return world._replace(bills=bills, to_order=world.to_order + heard)


def explore() -> dict[World, list[World]]:
    start = World()
    found: dict[World, list[World]] = {}
    waiting = deque([start])
    while waiting:
        world = waiting.popleft()
        if world in found:
            continue
        found[world] = [after for _, after in steps(world)]
        waiting.extend(after for after in found[world] if after not in found)
    return found


def contradiction(world: World) -> str | None:
    """What is wrong once nothing is under way; None when order and invoice agree."""
    order = world.order
    bill = world.bills[order.revision - 1] if len(world.bills) >= order.revision > 0 else None
    if order.revision != len(world.bills):
        return "a revision without invoice"
    if bill and any(one.is_live for one in world.bills[:-1]):
        return "two live invoices"
    agreed = {
        "submitted": bill is None or not bill.is_live,
        "invoiced": bill and bill.status == "opened",
        "billed": bill and bill.status == "billed",
        "expired": bill and bill.status == "expired",
        "paid": bill and (bill.status in ("paid", "waived", "deferred") or order.terms == "contract") and bill.is_live,
        "numbered": bill and bill.is_live and bill.is_numbered,
        "archived": bill and bill.is_live and bill.is_numbered,
        "cancelled": bill is None or not bill.is_live,
    }
    if not agreed[order.status]:
        return f"order {order} with {bill}"
    if bill and bill.is_live and order.is_paid != (bill.status == "paid"):
        return f"paid here, not there: {order} with {bill}"
    return None


@pytest.mark.slow
def test_order_and_billing_agree_once_the_queues_are_empty_and_never_block():
    found = explore()
    quiet = [world for world in found if not world.to_billing and not world.to_order]
    blocked = [world for world, after in found.items() if (world.to_billing or world.to_order) and not hears(world)]

    assert len(found) > 5_000
    assert {fault for world in quiet if (fault := contradiction(world))} == set()
    assert [world for world in blocked if not can_go_on(world, found)] == []
    assert stuck(found) == []


def hears(world: World) -> bool:
    return any("hears" in name for name, _ in steps(world))


def can_go_on(world: World, found: dict[World, list[World]]) -> bool:
    """Without anybody acting, the events under way are all taken sooner or later."""
    seen, waiting = {world}, deque([world])
    while waiting:
        here = waiting.popleft()
        if not here.to_billing and not here.to_order:
            return True
        for name, after in steps(here):
            if "hears" in name and after not in seen:
                seen.add(after)
                waiting.append(after)
    return False


def stuck(found: dict[World, list[World]]) -> list[World]:
    """Worlds from which the order can be neither archived nor cancelled."""
    before: dict[World, list[World]] = {}
    for world, following in found.items():
        for after in following:
            before.setdefault(after, []).append(world)
    good = {world for world in found if world.order.status in ("archived", "cancelled")}
    waiting = deque(good)
    while waiting:
        for earlier in before.get(waiting.popleft(), ()):
            if earlier not in good:
                good.add(earlier)
                waiting.append(earlier)
    return [world for world in found if world not in good]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(12))
def test_the_real_consumers_go_the_same_way(desk, published, seed):
    """A random walk: a tiny order on one side, the running service on the other, events late on both."""
    walk = Walk(desk, published, random.Random(seed))
    for _ in range(40):
        walk.step()
    walk.drain()

    assert contradiction(walk.world()) is None


class Walk:
    def __init__(self, desk, published, chance):
        self.desk, self.published, self.chance = desk, published, chance
        self.order, self.facts = order_side.Order(), desk.order()
        self.to_billing, self.heard = [], 0

    def step(self):
        chosen = self.chance.choice(
            [self.act_on_order, self.act_on_money, self.act_on_money, self.tell_billing, self.tell_order]
        )
        chosen()

    def act_on_order(self):
        options = list(order_side.acts(self.order))
        if options:
            _, self.order, said = self.chance.choice(options)
            self.to_billing += [said] if said else []

    def tell_billing(self):
        if self.to_billing:
            kind, revision = self.to_billing.pop(0)
            more = {"refund": None, "reason": "x", "order_number": "00152"}
            self.desk.deliver(f"testing.order.{kind}", self.facts | more | {"revision": revision})

    def tell_order(self):
        said = [
            (kind, facts)
            for kind, facts in self.published(full=True)
            if kind.removeprefix(INVOICES) in order_side.HEARD
        ]
        if len(said) > self.heard:
            kind, facts = said[self.heard]
            with suppress(order_side.TooEarly):
                self.order = order_side.hear(self.order, kind.removeprefix(INVOICES), facts["revision"])
                self.heard += 1

    def act_on_money(self):
        bills = self.desk.find(self.facts["order_id"])
        acts = [(bill, action["name"]) for bill in bills for action in bill["actions"] if action["name"] != "adjust"]
        if acts:
            bill, name = self.chance.choice(acts)
            self.desk.done(bill["id"], name, **self.form(name, self.desk.see(bill["id"])))
        elif bills and self.chance.random() < 0.3:
            self.desk.wait(days=7, seconds=1)
            self.desk.run(tasks.expire_due)

    def form(self, name, bill):
        earlier = [one for one in bill["attempts"] if one["status"]["code"] in ("expired", "cancelled")]
        in_time = (earlier[0] if name == "confirm_earlier" else bill["ebilling"] or {"issued_at": ""})["issued_at"]
        forms = {
            "bill": self.desk.bill_form(),
            "confirm": self.desk.receipt(paid_at=in_time),
            "confirm_earlier": self.desk.receipt(paid_at=in_time, attempt=earlier[0]["id"] if earlier else ""),
            "request_again": {"requested_by": "Ibu Contoh"},
        }
        if name == "correct_payment":
            correction = self.desk.receipt(paid_at=bill["payment"]["paid_at"], reason="Salah ketik")
            return {field: correction[field] for field in ("ntpn", "paid_at", "proof_file", "reason")}
        return forms.get(name, {"reason": "x"})

    def drain(self):
        for _ in range(60):
            self.tell_billing()
            self.tell_order()

    def world(self):
        bills = []
        with self.desk.app.app_context():
            for bill in self.desk.find(self.facts["order_id"]):
                row = self.desk.row(bill["id"])
                bills.append(
                    Bill(row.status, row.settled_at is not None, row.order_numbered_at is not None, row.is_live)
                )
        return World(self.order, tuple(bills))

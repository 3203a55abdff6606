"""Orders on their way, several at a time, each through all desks."""

import threading
import time
import traceback
from collections import Counter
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from bench.chaos.client import Deadline, Stubborn
from bench.chaos.journal import Journal
from bench.chaos.sizes import Size
from deploy.client import Person, WrongAnswer
from deploy.walk import PASSWORD, Walk

CUSTOMERS = ("pelanggan", "pelanggan2")
FOREVER = 10**9
SAMPLES = (
    [("P.68/2016", ["pH"])],
    [("P.68/2016", ["pH", "BOD"])],
    [("SNI 3553:2015", ["pH", "Warna"]), ("P.68/2016", ["COD"])],
)


class StubbornWalk(Walk):
    def __init__(self, customer: Stubborn, staff: dict[str, Person]) -> None:
        super().__init__(customer.base, customer, lambda *told: None, staff=staff, patience=FOREVER)
        self._customer = customer

    def staff(self, username: str) -> Person:
        if username not in self._staff:
            same = self._customer
            self._staff[username] = Stubborn(
                self.base, username, PASSWORD, journal=same.journal, until=same.until, seen=same.seen
            )
        return self._staff[username]

    def order(self, who: Person) -> dict[str, Any]:
        if self._customer.until.is_over:
            raise WrongAnswer("the run is over")
        return super().order(who)


class Load:
    """`seconds`: over how long the beginnings of orders are spread, so that every fault meets some on their way."""

    def __init__(self, base: str, size: Size, folder: Path) -> None:
        self.base, self.size, self.folder = base, size, folder
        self.until = Deadline()
        self.seen: Counter[str] = Counter()
        self.archived = self.begun = 0
        self._begun_at = time.monotonic()
        self._numbers: SimpleQueue[int] = SimpleQueue()
        for number in range(size.orders):
            self._numbers.put(number)
        self._began = time.monotonic()
        self._threads = [
            threading.Thread(target=self._work, args=(index,), name=f"client {index}", daemon=True)
            for index in range(size.clients)
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    @property
    def is_done(self) -> bool:
        return not any(thread.is_alive() for thread in self._threads)

    def has_begun(self, share: float) -> bool:
        """So much of the orders is on its way; if nobody begins any more, whoever waits for it goes on."""
        return self.begun >= share * self.size.orders or time.monotonic() - self._begun_at > self.size.patience

    def _work(self, index: int) -> None:
        journal = Journal(self.folder / f"client-{index}.jsonl")
        staff: dict[str, Person] = {}
        customers: dict[str, Stubborn] = {}
        while not self.until.is_over:
            try:
                number = self._numbers.get_nowait()
            except Empty:
                return
            time.sleep(max(0.0, self._began + number * self.size.seconds / self.size.orders - time.monotonic()))
            name = CUSTOMERS[number % len(CUSTOMERS)]
            try:
                if name not in customers:
                    customers[name] = Stubborn(
                        self.base, name, PASSWORD, journal=journal, until=self.until, seen=self.seen
                    )
                self._carry(number, StubbornWalk(customers[name], staff), journal)
            except Exception as error:
                journal.write("stopped", number=number, why=f"{error}"[:800], stack=traceback.format_exc()[-1500:])

    def _carry(self, number: int, walk: StubbornWalk, journal: Journal) -> None:
        while True:
            try:
                walk.draft(_samples(number))
                break
            except WrongAnswer as problem:  # just installed: the customer's copy is still on its way
                if "belum diverifikasi" not in str(problem):
                    raise
                time.sleep(1)
        journal.write("begun", number=number, order_id=walk.order_id)
        self.begun += 1
        self._begun_at = time.monotonic()
        walk.to("archived")
        walk.waits(walk.customer, "archived")
        journal.write("archived", number=number, order_id=walk.order_id)
        self.archived += 1


def _samples(number: int) -> list[dict[str, Any]]:
    chosen = SAMPLES[number % len(SAMPLES)]
    return [
        {"sample_type": "Air", "code_location": f"Titik {number}.{n}", "standard": standard, "parameters": parameters}
        for n, (standard, parameters) in enumerate(chosen, start=1)
    ]

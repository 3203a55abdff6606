"""How much of everything."""

import math
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Size:
    orders: int
    clients: int
    kills: int
    restarts: int
    kill_points: int  # times each named place is hit
    deliveries: int  # copies of events that were published already
    poison: int
    writers: int  # processes that take numbers at once
    numbers: int
    writer_kills: int
    seconds: float  # over which orders begin and faults are spread, at least
    patience: float = 120.0  # after the last fault all must be at its end

    def part(self, percent: float) -> "Size":
        """As many clients and writers, so many percent of everything they do and meet."""
        counts = "orders kills restarts kill_points deliveries poison numbers writer_kills seconds".split()
        return replace(self, **{name: math.ceil(getattr(self, name) * percent / 100) for name in counts})


SIZES = {
    "try": Size(
        orders=4,
        clients=2,
        kills=6,
        restarts=3,
        kill_points=1,
        deliveries=100,
        poison=10,
        writers=4,
        numbers=100,
        writer_kills=3,
        seconds=30,
    ),
    "ci": Size(
        orders=30,
        clients=4,
        kills=25,
        restarts=7,
        kill_points=2,
        deliveries=2_000,
        poison=50,
        writers=32,
        numbers=2_000,
        writer_kills=20,
        seconds=120,
    ),
    "release": Size(
        orders=1_000,
        clients=6,
        kills=500,
        restarts=70,
        kill_points=20,
        deliveries=100_000,
        poison=500,
        writers=64,
        numbers=100_000,
        writer_kills=500,
        seconds=3_000,
    ),
}

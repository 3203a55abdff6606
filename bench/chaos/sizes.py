"""How much of everything."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Size:
    orders: int
    clients: int
    kills: int
    restarts: int
    kill_points: int  # times each named place is hit
    deliveries: int  # copies of events that were published already
    poison: int
    seconds: float  # over which faults are spread
    patience: float = 120.0  # after the last fault, or the last act of anybody, all must be at its end


SIZES = {
    "try": Size(orders=4, clients=2, kills=6, restarts=3, kill_points=1, deliveries=100, poison=10, seconds=30),
    "ci": Size(orders=30, clients=4, kills=25, restarts=7, kill_points=2, deliveries=2_000, poison=50, seconds=120),
    "release": Size(
        orders=1_000, clients=6, kills=500, restarts=70, kill_points=20, deliveries=100_000, poison=500, seconds=3_000
    ),
}

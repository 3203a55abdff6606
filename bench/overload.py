"""Ten times what the house can carry: what is admitted stays quick, what is not is told when to come back (quality R14).

Open loop: requests leave on schedule whether or not earlier ones were answered, as strangers do. Reads of one list, and among them
orders being made whose acknowledgement is checked afterwards.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import uuid
from collections import Counter
from pathlib import Path
from typing import Any

from bench.measure import IS_RELEASE, Report, percentile
from deploy.client import Person
from deploy.paths import PYTHON, ROOT
from deploy.running import System
from deploy.walk import PASSWORD

ORDERS = "/api/v1/testing/orders"
SECONDS = 30 if IS_RELEASE else 10
WITHIN, NORMAL_AGAIN = 1.0, 30.0


def main(folder: Path) -> Report:
    report = Report("overload")
    with System(folder / "var", LIMIT_API="1000000/minute") as system:
        person = Person(system.base_url, "pelanggan", PASSWORD)
        calm, capacity = _calm(person)
        report.note(f"alone: {capacity:.0f} reads/s by 8 clients at once, p50 {percentile(calm, 0.5) * 1000:.0f} ms")
        sent = _storm(system.base_url, str(person._http.headers["Authorization"]), rate=10 * capacity)
        _tell(report, sent)
        _recovery(report, person, percentile(calm, 0.95))
        _nothing_lost(report, person, sent)
    return report


def _calm(person: Person) -> tuple[list[float], float]:
    answers = _storm(person.base, str(person._http.headers["Authorization"]), rate=0)
    seconds = [answer["seconds"] for answer in answers]
    return seconds, len(answers) / 5.0


def _storm(base: str, token: str, *, rate: float) -> list[dict[str, Any]]:
    """In a process of its own, so that its work is not counted as waiting."""
    command = [PYTHON, "-W", "ignore", "-m", "bench.overload", base, token, str(rate)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, env=os.environ)
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def _tell(report: Report, sent: list[dict[str, Any]]) -> None:
    statuses = Counter(answer["status"] for answer in sent)
    report.note(
        f"{len(sent)} requests in {SECONDS} s: "
        + ", ".join(f"{count} × {status}" for status, count in sorted(statuses.items(), key=str))
    )
    admitted = [answer["seconds"] for answer in sent if answer["status"] in (200, 201)]
    refused = [answer for answer in sent if answer["status"] in (429, 503)]
    others = len(sent) - len(admitted) - len(refused)
    report.goal("admitted, p95", percentile(admitted, 0.95), WITHIN, unit="s", detail=f"{len(admitted)} of {len(sent)}")
    report.goal("refused without Retry-After", sum(not answer["retry_after"] for answer in refused), 0, unit="")
    report.goal("neither admitted nor told to come back", others, 0, unit="")


def _recovery(report: Report, person: Person, usual: float) -> None:
    began = time.monotonic()
    in_a_row = 0
    while in_a_row < 10 and time.monotonic() - began < NORMAL_AGAIN * 2:
        asked = time.monotonic()
        answer = person._http.get(person.base + ORDERS, timeout=30)
        is_normal = answer.status_code == 200 and time.monotonic() - asked <= 2 * usual
        in_a_row = in_a_row + 1 if is_normal else 0
    report.goal("normal again after", time.monotonic() - began, NORMAL_AGAIN, unit="s")


def _nothing_lost(report: Report, person: Person, sent: list[dict[str, Any]]) -> None:
    made = [answer["id"] for answer in sent if answer["status"] == 201]
    lost = [
        order for order in made if person._http.get(f"{person.base}{ORDERS}/{order}", timeout=30).status_code != 200
    ]
    report.goal("acknowledged orders that are not there", len(lost), 0, unit="", detail=f"{len(made)} made meanwhile")


def client(base: str, token: str, rate: float) -> list[dict[str, Any]]:
    """`rate` requests per second on schedule; 0: eight clients, each after its last answer."""
    from gevent import monkey

    monkey.patch_all()
    import gevent
    import urllib3

    pool = urllib3.PoolManager(maxsize=4000, retries=False)
    found: list[dict[str, Any]] = []

    def ask(number: int) -> None:
        is_order = number % 20 == 0 and rate > 0
        headers = {"Authorization": token} | ({"Idempotency-Key": uuid.uuid4().hex} if is_order else {})
        began = time.monotonic()
        try:
            method, body = ("POST", {"contact": "Rina Contoh"}) if is_order else ("GET", None)
            answer = pool.request(method, base + ORDERS, json=body, headers=headers, timeout=30)
            made = answer.json().get("id") if answer.status == 201 else None
            status, retry_after = answer.status, answer.headers.get("Retry-After")
        except (urllib3.exceptions.HTTPError, ValueError) as broken:
            status, retry_after, made = type(broken).__name__, None, None
        found.append({"status": status, "seconds": time.monotonic() - began, "retry_after": retry_after, "id": made})

    def one_after_the_other() -> None:
        until = time.monotonic() + 5
        while time.monotonic() < until:
            ask(1)

    if not rate:
        gevent.joinall([gevent.spawn(one_after_the_other) for _ in range(8)])
        return found
    began, waiting = time.monotonic(), []
    for number in range(int(rate * SECONDS)):
        gevent.sleep(max(0.0, began + number / rate - time.monotonic()))
        waiting.append(gevent.spawn(ask, number))
    gevent.joinall(waiting)
    return found


if __name__ == "__main__":
    print(json.dumps(client(sys.argv[1], sys.argv[2], float(sys.argv[3]))))

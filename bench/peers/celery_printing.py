"""The product's Celery with one more task: it prints the example report and counts."""

import os

import redis

from bench.peers.printers import ours
from svc_documents import create_app

app = create_app().extensions["celery"]
store = redis.Redis.from_url(os.environ["BENCH_REDIS"])
make = ours()


@app.task(name="bench.print_one")
def print_one() -> None:
    make()
    store.incr("bench.done")

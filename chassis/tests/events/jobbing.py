"""A Celery application to test with; run as a program it enqueues its arguments, each in a request of its own."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from types import SimpleNamespace

from flask import Flask, g

from chassis.jobs import make_celery

flask = Flask(__name__)
flask.config["CELERY_BROKER_URL"] = os.environ.get("CELERY_BROKER_URL", "memory://")
flask.extensions["chassis"] = SimpleNamespace(source="svc-jobbing")
app = make_celery(flask)
app.flask = flask
if "VISIBILITY" in os.environ:  # do not wait for minutes
    quick = {"visibility_timeout": int(os.environ["VISIBILITY"]), "unacked_restore_interval": 1}
    app.conf.broker_transport_options = {**app.conf.broker_transport_options, **quick}


@app.task(name="note")
def note(word: str) -> str:
    path = Path(os.environ.get("NOTES", os.devnull))
    with path.open("a") as file:
        if word in ("slow", "suicidal"):
            print("began", word, g.request_id, file=file, flush=True)
        if word == "suicidal" and path.read_text().count("began suicidal") == 1:
            os._exit(9)
        time.sleep(3 if word == "slow" else 0)
        if path.is_file():
            print("done", word, g.request_id, file=file, flush=True)
    return f"{word} {g.request_id}"


if __name__ == "__main__":
    for argument in sys.argv[1:]:
        with flask.app_context():
            g.request_id = f"request-{argument}"
            note.delay(argument)

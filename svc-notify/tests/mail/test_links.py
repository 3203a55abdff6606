"""One-use links of svc-identity are fetched when the mail is written, and never stored by us."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from chassis.testing import CONTRACTS

CALL = json.loads((CONTRACTS / "calls" / "identity.link.json").read_text())
BODY = CALL["response"]["body"]


@pytest.fixture
def identity(app):
    """Answers as the contract says."""
    answers = {"status": 200, "asked": []}

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self):
            answers["asked"].append((self.path, self.headers["Authorization"]))
            self.send_response(answers["status"])
            self.end_headers()
            self.wfile.write(json.dumps(BODY).encode())

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    app.extensions["chassis"].peers["identity"] = f"http://127.0.0.1:{server.server_port}"
    yield answers
    del app.extensions["chassis"].peers["identity"]
    server.shutdown()
    server.server_close()


def ask_for_reset(cast, deliver):
    deliver("identity.password_reset.requested", {"user_id": cast.member_id, "link_id": CALL["path"].rsplit("/", 1)[1]})


def test_the_link_reaches_its_reader_and_stays_out_of_our_messages(cast, deliver, send, messages, as_, identity):
    ask_for_reset(cast, deliver)
    send()

    (message,) = messages()
    assert message.status == "sent"
    assert message.channel == "email"
    assert BODY["url"] not in message.body + message.link + message.title
    (letter,) = as_("customer").get("/api/v1/notify/mailbox").get_json()["items"]
    assert BODY["url"] in letter["text"]
    assert letter["to"] == BODY["email"]
    (path, token) = identity["asked"][0]
    assert path == CALL["path"]
    assert token.startswith("Bearer ey")


def test_a_link_that_was_used_or_replaced_is_not_mailed(cast, deliver, send, messages, as_, identity):
    identity["status"] = 404
    ask_for_reset(cast, deliver)
    send()

    assert messages()[0].status == "failed"
    assert as_("customer").get("/api/v1/notify/mailbox").get_json()["count"] == 0


def test_while_identity_is_away_the_mail_waits(cast, deliver, send, messages):
    ask_for_reset(cast, deliver)
    send()

    (message,) = messages()
    assert (message.status, message.attempts) == ("queued", 1)
    assert message.next_attempt_at > message.created_at

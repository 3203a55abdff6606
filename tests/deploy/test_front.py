"""The door for many readers: the real nginx, a real gateway and, behind both, a server that says what came."""

from __future__ import annotations

import base64
import contextlib
import itertools
import json
import os
import re
import socket
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bench.servers import Server, gunicorn
from chassis.keys import Signer, generate
from deploy.paths import ROOT
from tests.deploy.front import CLAIMS, Answer, Front, Services
from tests.deploy.test_nginx import FOLDER, PATIENCE, nginx, placed, ports

__all__ = ["nginx"]

ORDERS = "/api/v1/testing/orders"
SECRET = "only-for-these-tests"
LIES = {
    "X_Front_Secret": SECRET,
    "X_Gate_Service": "testing",
    "X_Internal_Token": "mine",
    "X_Forwarded_For": "203.0.113.9",
}


@pytest.fixture(scope="module")
def front(nginx: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    folder = tmp_path_factory.mktemp("front")
    with Services(folder) as services, _gateway(folder, services) as gateway:
        chosen = ports()
        conf = _placed(folder, chosen, gateway.port, services.server_port)
        running = subprocess.Popen([nginx, "-e", "stderr", "-c", str(conf), "-g", f"daemon off; {_as_owner()}"])
        try:
            _wait(chosen["8080"])
            yield Front(chosen["8080"], gateway, services)
        finally:
            running.terminate()
            running.wait(PATIENCE)
            services.shutdown()


def _gateway(folder: Path, services: Services) -> Server:
    address = f"http://127.0.0.1:{services.server_port}"
    env = {
        "ENVIRONMENT": "test",
        "KEY_FILE": str(folder / "gateway.json"),
        "PEERS": ",".join(f"{name}={address}" for name in ("identity", "testing", "billing", "documents", "notify")),
        "FRONT_SECRET": SECRET,
        "TRUSTED_HOPS": "1",
        "WEB_WORKERS": "1",
        "PUBLIC_URL": "https://layanan.zerocalls.invalid",
        "LIMIT_API": "100000/minute",
    }
    configuration = str(ROOT / "gateway" / "gunicorn.conf.py")
    options = {"ready": "/healthz", "env": env, "log": folder / "gateway.log"}
    return gunicorn("gateway:create_app()", "--config", configuration, **options)


def _placed(folder: Path, chosen: dict[str, int], gateway: int, services: int) -> Path:
    """The configuration as it is, with the option switched on by being there."""
    conf = placed(folder, "plain", chosen, gateway)
    (folder / "front").mkdir()
    (folder / "secret.conf").write_text(f'proxy_set_header X-Front-Secret "{SECRET}";')
    for path in (*folder.glob("*.conf"), *(FOLDER / "front").glob("*.conf")):
        text = path.read_text().replace("/etc/nginx/front/", f"{folder}/front/").replace("/run/front", str(folder))
        text = text.replace("/tmp/decisions", f"{folder}/decisions")
        text = re.sub(r"server \w+-web:8080", f"server 127.0.0.1:{services}", text)
        (folder / ("front" if path.parent.name == "front" else "") / path.name).write_text(text)
    return conf


def _as_owner() -> str:
    """Started by root, nginx would work as somebody who may not enter the folder of the tests."""
    return "user root;" if os.geteuid() == 0 else ""


def _wait(port: int) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise AssertionError("nginx did not start")


def passport(answer: Answer) -> dict[str, Any]:
    """What the service was told about its caller; the true services check the signature."""
    content = answer.came["authorization"].split(".")[1]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(content + "=="))
    return found


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_read_is_answered_as_the_gateway_answers_it(method: str, front: Front) -> None:
    token = front.services.token("reader")
    asked = {"Accept": "application/json", "If_None_Match": '"7"', "Prefer": "count=exact", "User_Agent": "tests"}
    straight = front.ask(f"{ORDERS}?page=2&q=a%20b", token, method=method, **asked)
    assert front.went_straight(ORDERS)
    through = front.ask(f"{ORDERS}?page=2&q=a%20b", token, method=method, port=front.gateway.port, **asked)
    assert not front.went_straight(ORDERS)

    own = {"date", "server", "connection", "x-request-id", "content-length"}
    assert straight.status == through.status == 200
    assert {k: v for k, v in straight.headers.items() if k not in own} == {
        k: v for k, v in through.headers.items() if k not in own
    }
    assert "strict-transport-security" in straight.headers
    assert straight.headers["x-request-id"] == front.services.seen[-2][2]["x-request-id"]
    told = [{k: v for k, v in seen[2].items() if k in ("accept", "if-none-match", "prefer", "user-agent")}
            for seen in front.services.seen[-2:]]  # fmt: skip
    assert told[0] == told[1]
    assert [seen[:2] for seen in front.services.seen[-2:]] == [(method, f"{ORDERS}?page=2&q=a%20b")] * 2


def test_what_a_client_says_for_the_front_or_the_service_does_not_pass(front: Front) -> None:
    answer = front.ask(ORDERS, front.services.token("liar"), **LIES, Cookie="zc=1", X_Secret="1")

    assert front.went_straight(ORDERS)
    assert not {"x-front-secret", "x-gate-service", "x-internal-token", "x-forwarded-for", "cookie", "x-secret"} & {
        *answer.came
    }
    assert passport(answer)["ip"] == "127.0.0.1"
    assert not {"set-cookie", "x-powered-by", "location", "x-internal-token"} & answer.headers.keys()


@pytest.mark.parametrize("token", ["forged", "other key", "expired"])
def test_a_token_that_does_not_hold_is_refused_in_the_gateways_words(token: str, front: Front, tmp_path: Path) -> None:
    generate("identity", tmp_path)
    true = front.services.token("nobody")
    bad = {
        "forged": true.replace(".", ".e", 1),
        "other key": Signer.from_file("identity", tmp_path / "identity.json").sign("zerocalls", lifetime=600, **CLAIMS),
        "expired": front.services.token("nobody", lifetime=-120),
    }[token]
    answer = front.ask("/api/v1/testing/never", bad)

    assert (answer.status, answer.headers["content-type"]) == (401, "application/problem+json")
    assert "WWW-Authenticate".lower() in answer.headers
    assert front.services.reached("/never") == []


def test_who_has_logged_out_is_refused_soon(front: Front) -> None:
    token = front.services.token("leaver", sid="left")
    assert front.ask(ORDERS, token).status == 200
    assert front.went_straight(ORDERS)
    front.services.revoked.append({"sid": "left", "sub": None, "revoked_at": datetime.now(UTC).isoformat()})

    until = time.monotonic() + 5
    while (status := front.ask(ORDERS, token).status) == 200 and time.monotonic() < until:
        time.sleep(0.1)
    assert status == 401


def test_nobody_is_taken_for_another_who_asked_just_before(front: Front) -> None:
    tokens = {name: front.services.token(name) for name in ("first", "second")}

    for _ in range(3):
        for name, token in tokens.items():
            assert passport(front.ask(ORDERS, token))["sub"] == name
            assert front.went_straight(ORDERS)


def test_a_decision_counts_for_one_address_and_one_service(front: Front) -> None:
    token = front.services.token("traveller")

    for source in ("127.0.0.1", "127.0.0.2", "127.0.0.1"):
        assert passport(front.ask(ORDERS, token, source=source))["ip"] == source
        assert front.went_straight(ORDERS)
    for service in ("testing", "billing", "testing"):
        assert passport(front.ask(f"/api/v1/{service}/things", token))["aud"] == f"svc-{service}"
        assert front.went_straight("/things")


@pytest.mark.parametrize("target", ["/gate", "/gate?x=1", "/%67ate", "//gate", "/./gate"])
def test_the_gate_is_not_for_the_street(target: str, front: Front) -> None:
    answer = front.ask(target, front.services.token("curious"), **LIES)

    assert answer.status in (400, 404)
    assert "x-internal-token" not in answer.headers


@pytest.mark.parametrize(
    "target",
    [
        "/internal/secret",
        "/api/v1/testing/internal/secret",
        "/api/v1/testing/internal",
        "/api/v1/testing/%69nternal/secret",
        "/api/v1/testing/../../../internal/secret",
        "/api/v1/testing/orders/../internal/secret",
        "/api/v1/testing/%2e%2e/%2e%2e/%2e%2e/internal/secret",
        "/api/v1/testing//internal/secret",
        "/api/v1/testing/./internal/secret",
        "/api/v1/testing/..%2finternal/secret",
        "//internal/secret",
    ],
)
def test_what_is_inside_stays_inside(target: str, front: Front) -> None:
    before = len(front.services.reached("secret"))
    answer = front.ask(target, front.services.token("curious"))

    assert answer.status in (400, 404)
    assert len(front.services.reached("secret")) == before


def test_what_is_not_a_plain_read_with_a_token_goes_through_the_gateway(front: Front) -> None:
    token = front.services.token("writer")
    front.ask("/api/v1/testing/written", token, method="POST")
    front.ask("/api/v1/testing/anonymous")
    front.ask("/api/v1/testing/r%C3%A9sum%C3%A9", token)
    front.ask("/api/v1/testing/lower", Authorization=f"bearer {token}")

    for target in ("/written", "/anonymous", "/r%C3%A9sum%C3%A9", "/lower"):
        assert front.services.reached(target), target
        assert not front.went_straight(target), target


def test_who_reads_too_much_is_told_when_to_come_again_and_others_read_on(front: Front) -> None:
    greedy, sources = front.services.token("greedy"), itertools.cycle(f"127.0.0.{n}" for n in range(11, 27))
    answers = (front.ask(ORDERS, greedy, source=source) for source in itertools.islice(sources, 2000))
    refused = next(answer for answer in answers if answer.status != 200)

    assert (refused.status, refused.headers["retry-after"]) == (429, "1")
    assert json.loads(refused.content)["status"] == 429
    assert front.ask(ORDERS, front.services.token("modest"), source="127.0.0.11").status == 200

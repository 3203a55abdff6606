"""What the door costs: nginx and a plain Flask gateway in front of the same upstream, 2 KB answers, one worker each."""

from __future__ import annotations

import json
import shutil
from functools import partial
from pathlib import Path

from bench.measure import Report, alternate
from bench.servers import Nginx, Server, gunicorn, module, wrk
from chassis.keys import Signer, generate
from deploy.paths import ROOT

PATH, SLOW = "/api/v1/testing/orders", "/api/v1/billing/invoices"
BODY = json.dumps({"items": [{"number": f"{n:05d}", "label": "x" * 60} for n in range(20)], "next": None})
CLAIMS = {"sub": "0199d000-0000-7000-8000-0000000000c5", "name": "Petugas Loket", "roles": ["customer_service"]}


def main(folder: Path) -> Report:
    report = Report("gateway")
    trusted = _keys(folder)
    token = Signer.from_file("identity", folder / "keys" / "identity.json").sign(
        "zerocalls", lifetime=3600, typ="access", sid="s", **CLAIMS
    )
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
    with (
        Nginx("upstream", _upstream(trusted), folder) as upstream,
        _slow(folder) as slow,
        Nginx("proxy", _proxy(upstream, slow), folder) as proxy,
        _door(folder, upstream, slow) as door,
        _plain(folder, upstream, slow) as plain,
    ):
        sides = {"nginx": proxy, "door": door, "flask": plain}
        fast = alternate({name: partial(wrk, server, PATH, headers=headers) for name, server in sides.items()})
        late = alternate({name: partial(wrk, sides[name], SLOW, headers=headers) for name in ("nginx", "door")})
    for name, found in fast.items():
        report.note(f"{name:<6} CPU {found['cpu']:6.0f} µs  p50 {found['p50']:6.2f} ms  {found['rps']:7.0f} req/s")
    ratio = fast["door"]["cpu"] / fast["nginx"]["cpu"]
    report.goal("gateway with token check / nginx, CPU per request", ratio, 12)
    report.goal("… / Flask + requests.Session on gthread", fast["door"]["cpu"] / fast["flask"]["cpu"], 1 / 6)
    rates = f"{late['door']['rps']:.0f} / {late['nginx']['rps']:.0f} req/s"
    report.goal(
        "upstream of 20 ms: req/s / nginx", late["door"]["rps"] / late["nginx"]["rps"], 0.9, at_least=True, detail=rates
    )
    report.note("nginx with a cached auth_request: not built")
    return report


def _keys(folder: Path) -> str:
    for issuer in ("identity", "gateway"):
        generate(issuer, folder / "keys")
    return (folder / "keys" / "public" / "identity.json").read_text()


def _upstream(jwks: str) -> str:
    def says(path: str, body: str) -> str:
        return f"location = {path} {{ default_type application/json; return 200 '{body}'; }}"

    nothing = json.dumps({"items": [], "next": None})
    return f"""server {{ listen 127.0.0.1:{{port}}; {says("/ready", "{}")} {says(PATH, BODY)}
{says("/api/v1/identity/jwks", jwks)} {says("/internal/revocations", nothing)} }}"""


def _proxy(upstream: Server, slow: Server) -> str:
    to = 'proxy_http_version 1.1; proxy_set_header Connection "";'
    return f"""upstream quick {{ server 127.0.0.1:{upstream.port}; keepalive 64; }}
upstream late {{ server 127.0.0.1:{slow.port}; keepalive 64; }}
server {{ listen 127.0.0.1:{{port}}; location = {SLOW} {{ proxy_pass http://late; {to} }}
location / {{ proxy_pass http://quick; {to} }} }}"""


def _slow(folder: Path) -> Server:
    return module("bench.peers.slow_upstream", "{port}", log=folder / "slow.log")


def _peers(upstream: Server, slow: Server) -> str:
    return f"identity={upstream.url},testing={upstream.url},billing={slow.url}"


def _door(folder: Path, upstream: Server, slow: Server) -> Server:
    env = {
        "ENVIRONMENT": "demo",
        "KEY_FILE": str(folder / "keys" / "gateway.json"),
        "PEERS": _peers(upstream, slow),
        "SECRET_KEY": "x" * 40,
        "LIMIT_API": "100000000/minute",
        "WEB_WORKERS": "1",
        "PUBLIC_URL": "http://127.0.0.1",
        "LOG_LEVEL": "INFO",
    }
    configuration = str(ROOT / "gateway" / "gunicorn.conf.py")
    return gunicorn("gateway:create_app()", "--config", configuration, ready=PATH, env=env, log=folder / "door.log")


def _plain(folder: Path, upstream: Server, slow: Server) -> Server:
    shutil.copy(folder / "keys" / "public" / "identity.json", folder / "jwks.json")
    env = {"JWKS_FILE": str(folder / "jwks.json"), "PEERS": _peers(upstream, slow)}
    options = ("--worker-class", "gthread", "--workers", "1", "--threads", "16", "--keep-alive", "75")
    return gunicorn("bench.peers.flask_gateway:app", *options, ready=PATH, env=env, log=folder / "flask.log")

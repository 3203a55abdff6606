"""What the door costs beside nginx, Flask and the door for many readers: one upstream, 2 KB answers, one worker each."""

from __future__ import annotations

import json
import re
import shutil
from functools import partial
from pathlib import Path

from bench.measure import Report, alternate
from bench.servers import Nginx, Server, gunicorn, module, wrk
from chassis.keys import Signer, generate
from deploy.paths import ROOT

PATH, SLOW = "/api/v1/testing/orders", "/api/v1/billing/invoices"
BODY = json.dumps({"items": [{"number": f"{n:05d}", "label": "x" * 60} for n in range(20)], "next": None})
FRONT_SECRET = "only-for-this-measurement"
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
        _front(folder, upstream, slow, door) as front,
    ):
        sides = {"nginx": proxy, "door": door, "flask": plain}
        rounds = {name: partial(wrk, server, PATH, headers=headers) for name, server in sides.items()}
        fast = alternate({**rounds, "front": partial(wrk, front, PATH, headers=headers, helper=door)})
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
    report.goal(
        "nginx + auth_request, cached / nginx, CPU per request", fast["front"]["cpu"] / fast["nginx"]["cpu"], 2.5
    )
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


def _front(folder: Path, upstream: Server, slow: Server, door: Server) -> Nginx:
    """The door as it is configured for many readers; only its places and the two allowances are others."""
    (folder / "secret.conf").write_text(f'proxy_set_header X-Front-Secret "{FRONT_SECRET}";')
    here = {"billing-web:8080": f"127.0.0.1:{slow.port}", "/tmp/": f"{folder}/", "/run/front": str(folder)}
    here |= {"rate=600r/m": "rate=100000r/s"}
    http = _placed("front/http.conf", here)
    lanes = re.sub(r"server \w+-web:8080", f"server 127.0.0.1:{upstream.port}", http)
    zones = "".join(
        f"limit_{kind}_zone $binary_remote_addr zone={name};"
        for kind, name in (("conn", "connections:10m"), ("req", "requests:10m rate=100000r/s"))
    )
    server = _placed("door.conf", {}) + _placed("front/server.conf", here)
    gateway = f"upstream gateway {{ server 127.0.0.1:{door.port}; keepalive 32; }}"
    return Nginx("front", f"{lanes}{zones}{gateway}\nserver {{ listen 127.0.0.1:{{port}};\n{server} }}", folder)


def _placed(name: str, changes: dict[str, str]) -> str:
    text = (ROOT / "deploy" / "nginx" / name).read_text()
    for before, after in changes.items():
        text = text.replace(before, after)
    return text


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
        "FRONT_SECRET": FRONT_SECRET,
        "TRUSTED_HOPS": "1",
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

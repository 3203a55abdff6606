"""What `make run` promises, shown on a whole installation on free ports."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from deploy.paths import ROOT
from deploy.running import System

pytestmark = pytest.mark.slow

REGISTRATION = {
    "name": "PT Contoh Satu",
    "customer_type": "industry",
    "customer_group": "medium",
    "npwp": "01.234.567.4-701.000",
    "nib": "",
    "kbli": "11050",
    "address": "Jalan Contoh 1",
    "city": "Kota Pontianak",
    "phone": "0812 0000 1111",
    "email": "satu@contoh.test",
    "contact_name": "Satu",
    "username": "pertama",
    "password": "kereta kabut jembatan",
}
KINDS = {"identity", "testing", "billing", "documents", "notify", "gateway"}


def answer(url):
    with urllib.request.urlopen(url, timeout=10) as response:
        return response.status, response.read()


def wait_for(condition, seconds=30.0):
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.1)


def offspring(var):
    """Ids of all processes that know this installation's folder, except those of the tests."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                environment, state = (
                    (entry / "environ").read_bytes(),
                    (entry / "stat").read_text().rsplit(")", 1)[1].split()[0],
                )
            except OSError:
                continue
            if str(var).encode() + b"/keys" in environment and state != "Z":
                found.append(int(entry.name))
    return found


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """A system that may be mistreated."""
    with System(tmp_path_factory.mktemp("own")) as system:
        yield system


def test_every_part_answers(own):
    assert {name.split(".")[0] for name in own.names()} == KINDS
    assert answer(own.base_url + "/readyz")[0] == 200
    for service in KINDS - {"gateway"}:
        assert answer(own.url_of(service) + "/readyz")[0] == 200


@pytest.mark.parametrize("name", ["testing.web", "billing.worker", "documents.celery", "gateway.web"])
def test_what_dies_is_started_again(own, name):
    dead = own.kill(name)

    wait_for(lambda: own.pid_of(name) != dead)
    wait_for(lambda: _is_answering(own.base_url + "/readyz"))
    assert own.state["processes"][name]["restarts"] >= 1


def test_the_death_of_the_warm_parent_is_nobody_else_s_and_another_takes_its_place(own):
    before = {name: own.pid_of(name) for name in own.names()}
    warm = own.state["nursery"]

    os.kill(warm, signal.SIGKILL)
    dead = own.kill("notify.worker")

    wait_for(lambda: own.pid_of("notify.worker") != dead)
    assert own.state["nursery"] != warm
    assert {name: own.pid_of(name) for name in before if name != "notify.worker"} == {
        name: pid for name, pid in before.items() if name != "notify.worker"
    }


def test_each_process_is_a_session_of_its_own_so_that_it_can_be_killed_alone(own):
    for name in own.names():
        pid = own.pid_of(name)
        parent = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
        assert (os.getsid(pid), parent) == (pid, own.process.pid), name


def _is_answering(url):
    try:
        return answer(url)[0] == 200
    except OSError:
        return False


def test_a_second_launcher_on_the_same_folder_is_refused(own):
    command = [sys.executable, "-m", "deploy.launcher", "--var", str(own.var), "--port", "0"]
    second = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=20, check=False)

    assert second.returncode == 1
    assert "already running" in second.stderr


def test_a_taken_port_is_named(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-m", "deploy.launcher", "--var", str(tmp_path), "--port", port]
        refused = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=20, check=False)

    assert refused.returncode == 1
    assert f"port {port} of 127.0.0.1 is taken" in refused.stderr


def test_an_installation_survives_its_launcher_and_ends_with_ctrl_c(own):
    registered = _register(own.base_url)

    os.kill(own.process.pid, signal.SIGKILL)
    own.process.wait()
    wait_for(lambda: offspring(own.var) == [], seconds=20)
    (own.var / "keys" / "seal.pem").unlink()  # as in an installation that is older than the seal

    own.start()
    assert (own.var / "keys" / "seal.pem").exists()
    assert (registered, _register(own.base_url)) == (201, 422), "the first registration is still known"

    began = time.monotonic()
    assert own.stop() == 0
    assert time.monotonic() - began < 12
    assert offspring(own.var) == []
    assert not (own.var / "system.json").exists()


def _register(base_url):
    target = base_url + "/api/v1/identity/customers"
    request = urllib.request.Request(target, json.dumps(REGISTRATION).encode(), {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=20) as response:
            return response.status
    except urllib.error.HTTPError as refused:
        return refused.code

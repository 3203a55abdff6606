"""What each process of an installation is told."""

import json
import socket

import pytest

from deploy.installation import Installation, PortTaken
from deploy.loglines import readable
from deploy.processes import PEERS, declared


@pytest.fixture
def installation(tmp_path):
    return Installation.choose(tmp_path, 0, {}, {})


def test_ports_are_all_different_and_free(installation):
    ports = [installation.port, *installation.ports.values()]

    assert len(set(ports)) == len(PEERS) + 1
    for port in ports:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", port))


def test_the_gateway_s_port_is_never_replaced_by_another(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()

        with pytest.raises(PortTaken):
            Installation.choose(tmp_path, taken.getsockname()[1], {}, {})


def test_every_service_has_a_database_and_a_key_of_its_own(installation):
    told = [installation.environment_of(service) for service in PEERS]

    assert len({each["DATABASE_URL"] for each in told}) == len(PEERS)
    assert len({each["KEY_FILE"] for each in told}) == len(PEERS)
    assert len({each["BUS_URL"] for each in told}) == 1


def test_the_gateway_is_told_of_no_database_and_no_bus(installation):
    assert {"DATABASE_URL", "BUS_URL", "CELERY_BROKER_URL"} & installation.environment_of("gateway").keys() == set()


def test_addresses_of_the_caller_are_not_inherited(installation, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://somewhere/else")

    assert str(installation.var) in installation.environment_of("testing")["DATABASE_URL"]


def test_secrets_are_made_once_and_only_their_owner_reads_them(installation):
    first = installation.secrets_of("gateway")

    assert installation.secrets_of("gateway") == first
    assert (installation.var / "secrets.json").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("engines", ["embedded", "real"])
def test_processes_start_after_what_they_need(engines):
    names = [process.name for process in declared(engines)]

    assert len(set(names)) == len(names)
    for process in declared(engines):
        assert all(names.index(need) < names.index(process.name) for need in process.needs)


def test_a_json_log_line_is_shown_in_words():
    line = json.dumps({"event": "request", "level": "warning", "status": 503, "timestamp": "2026-08-17T02:00:00Z"})

    assert readable(line) == "warning request status=503"
    assert readable(line.replace("warning", "info"), routine=False) == ""
    assert readable("plain words", routine=False) == "plain words"

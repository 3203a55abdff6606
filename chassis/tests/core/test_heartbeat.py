"""A process beside the web workers shows that it is alive."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from chassis import heartbeat
from chassis.heartbeat import Stop


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(heartbeat, "BEAT_SECONDS", 0.02)
    monkeypatch.setattr(heartbeat, "LATE_SECONDS", 0.2)
    return tmp_path / "alive"


def test_a_loop_that_turns_keeps_the_file_fresh(file: Path) -> None:
    stop = Stop(str(file))
    assert not stop.is_set()
    first = file.stat().st_mtime_ns

    assert not stop.wait(0.1)
    assert file.stat().st_mtime_ns > first


def test_a_loop_that_hangs_lets_it_grow_old_although_others_turn(file: Path) -> None:
    stop = Stop(str(file))
    hanging = threading.Thread(target=stop.is_set)
    hanging.start()
    hanging.join()
    stop.wait(0.4)
    file.unlink()

    assert not stop.wait(0.1)
    assert not file.exists()


def test_one_who_waits_is_woken_at_once(file: Path) -> None:
    stop = Stop(str(file))
    threading.Timer(0.05, stop.set).start()

    assert stop.wait(10)
    assert stop.is_set()


def test_without_a_file_nothing_is_written() -> None:
    stop = Stop()

    assert not stop.wait(0.01)
    stop.set()
    stop.wait_aside()

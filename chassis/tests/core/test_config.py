"""Settings: read once, typed, and every fault said at once."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, dataclass
from pathlib import Path

import pytest

from chassis.config import BadSettings, Settings, load, peers

GOOD = {
    "DATABASE_URL": "sqlite:////tmp/x.db",
    "BUS_URL": "sqlite:////tmp/bus.db",
    "KEY_FILE": "/k.json",
    "TRUST_DIR": "/k",
}


@dataclass(frozen=True, kw_only=True)
class Shop(Settings):
    days: int = 7
    rate: float
    is_open: bool = True


def test_settings_come_from_the_environment_with_their_types() -> None:
    shop = load(Shop, {**GOOD, "DAYS": "30", "RATE": "1.5", "IS_OPEN": "no", "OFFICE_TIMEZONE": "Asia/Jayapura"})

    assert (shop.days, shop.rate, shop.is_open, shop.office_timezone) == (30, 1.5, False, "Asia/Jayapura")
    assert (shop.environment, shop.log_level) == ("demo", "INFO")


def test_every_fault_is_named_at_once() -> None:
    faulty = {"DATABASE_URL": "", "DAYS": "soon", "IS_OPEN": "perhaps", "RATE": "much", "ENVIRONMENT": "attic"}
    faulty |= {"OFFICE_TIMEZONE": "Asia/Nowhere", "LOG_LEVEL": "LOUD", "PEERS": "billing"}

    with pytest.raises(BadSettings) as caught:
        load(Shop, faulty)

    said = str(caught.value)
    missing = ("DATABASE_URL is missing", "BUS_URL is missing", "KEY_FILE is missing", "TRUST_DIR is missing")
    for fault in (*missing, "DAYS is not int", "IS_OPEN is not bool", "RATE is not float", "ENVIRONMENT must be"):
        assert fault in said
    for name in ("OFFICE_TIMEZONE", "LOG_LEVEL", "PEERS"):
        assert name in said
    assert said.count(";") == 10


def test_overrides_win_over_the_environment() -> None:
    assert load(Shop, {**GOOD, "RATE": "1", "DAYS": "3"}, days=9).days == 9


def test_settings_never_change_afterwards() -> None:
    with pytest.raises(FrozenInstanceError):
        load(Shop, {**GOOD, "RATE": "1"}).days = 1  # type: ignore[misc]


def test_peers_are_names_and_addresses() -> None:
    assert peers("a=http://127.0.0.1:1/, b=http://127.0.0.1:2,") == {
        "a": "http://127.0.0.1:1",
        "b": "http://127.0.0.1:2",
    }
    assert peers("") == {}


def test_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "database_url").write_text("postgresql://shop:word@db/shop\n")
    given = {**GOOD, "RATE": "1", "DATABASE_URL": "", "DATABASE_URL_FILE": str(tmp_path / "database_url")}

    assert load(Shop, given).database_url == "postgresql://shop:word@db/shop"


def test_a_secret_file_that_says_nothing_or_too_much_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    faulty = {**GOOD, "RATE_FILE": str(tmp_path / "gone"), "PEERS_FILE": str(tmp_path / "empty"), "BUS_URL_FILE": "/x"}

    with pytest.raises(BadSettings) as caught:
        load(Shop, faulty)

    said = str(caught.value)
    for fault in ("RATE_FILE cannot be read", "PEERS_FILE is empty", "BUS_URL and BUS_URL_FILE are both set"):
        assert fault in said
    assert said.count(";") == 2

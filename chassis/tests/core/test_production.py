"""An installation that works for real starts with nothing that belongs to a demonstration."""

from __future__ import annotations

from pathlib import Path

import pytest

from chassis.config import BadSettings, Settings, load
from chassis.keys import generate


@pytest.fixture
def real(tmp_path: Path) -> dict[str, str]:
    generate("svc-shop", tmp_path)
    return {
        "ENVIRONMENT": "production",
        "DATABASE_URL": "postgresql://shop@db/shop",
        "BUS_URL": "amqp://bus/",
        "CELERY_BROKER_URL": "redis://jobs/0",
        "KEY_FILE": str(tmp_path / "svc-shop.json"),
        "TRUST_DIR": str(tmp_path / "public"),
    }


def test_production_starts_with_real_engines_and_keys_of_its_own(real: dict[str, str]) -> None:
    assert load(Settings, real).environment == "production"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"DATABASE_URL": "sqlite:////var/shop.db"}, "DATABASE_URL must not be sqlite"),
        ({"BUS_URL": "sqlite:////var/bus.db"}, "BUS_URL must not be sqlite"),
        ({"CELERY_BROKER_URL": "lite:////var/jobs.db"}, "CELERY_BROKER_URL must not be lite"),
        ({"FLASK_DEBUG": "1"}, "FLASK_DEBUG must be off"),
    ],
)
def test_production_refuses_what_is_for_one_machine_only(
    real: dict[str, str], change: dict[str, str], sentence: str
) -> None:
    with pytest.raises(BadSettings, match=sentence):
        load(Settings, real | change)
    assert load(Settings, real | change | {"ENVIRONMENT": "demo"})


def test_production_refuses_the_keys_of_a_demonstration(real: dict[str, str], tmp_path: Path) -> None:
    demo = generate("svc-shop", tmp_path / "demo", demo=True)

    with pytest.raises(BadSettings, match=r"svc-shop\.json holds a key of the demonstration"):
        load(Settings, real | {"KEY_FILE": str(demo)})
    with pytest.raises(BadSettings, match="public/svc-shop"):
        load(Settings, real | {"TRUST_DIR": str(demo.parent / "public")})


def test_every_refusal_is_said_at_once(real: dict[str, str]) -> None:
    with pytest.raises(BadSettings) as caught:
        load(Settings, real | {"DATABASE_URL": "sqlite://", "FLASK_DEBUG": "true"})

    assert str(caught.value).count(";") == 1

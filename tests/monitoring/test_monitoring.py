"""Alert rules that promtool accepts and that go off when they should; a dashboard that shows what exists."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest
import requests
from watched import Watched

from deploy import promtool
from deploy.paths import ROOT

FOLDER = ROOT / "deploy" / "monitoring"
MADE_BY_PROMETHEUS = {"up"}
WORDS = (
    "sum by rate increase delta deriv histogram_quantile and or on le service area status name humanizeDuration "
    "humanizePercentage"
).split()


@pytest.fixture(scope="session")
def program() -> Path:
    try:
        return promtool.program()
    except promtool.ToolMissing as missing:
        pytest.skip(str(missing))


@pytest.mark.parametrize(
    "command",
    [("check", "config", "prometheus.yml"), ("check", "rules", "alerts.yml"), ("test", "rules", "alerts_test.yml")],
)
def test_promtool_agrees(program: Path, command: tuple[str, ...]) -> None:
    done = subprocess.run([program, *command], cwd=FOLDER, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr


def metrics_in(expression: str) -> set[str]:
    bare = re.sub(r"\{[^}]*\}|\[[^\]]*\]|\"[^\"]*\"", " ", expression)
    return set(re.findall(r"\b[a-z_]{2,}\b", bare)) - set(WORDS)


def expressions() -> dict[str, str]:
    board = json.loads((FOLDER / "dashboard.json").read_text())
    shown = {panel["title"]: target["expr"] for panel in board["panels"] for target in panel["targets"]}
    rules = (FOLDER / "alerts.yml").read_text()
    names = re.findall(r"alert: (\w+)", rules)
    watched = re.findall(r"expr: (?:>-\n)?((?:.|\n)*?)\n +(?:for|labels):", rules)
    assert len(names) == len(watched) == len(set(names))
    return shown | dict(zip(names, watched, strict=True))


def test_each_panel_has_a_place_and_a_question_of_its_own() -> None:
    panels = json.loads((FOLDER / "dashboard.json").read_text())["panels"]

    places = {(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in panels}
    assert len(places) == len({panel["title"] for panel in panels}) == len(panels)
    assert all(panel["targets"] for panel in panels)


@pytest.mark.slow
def test_every_metric_named_in_alerts_and_dashboard_exists(watched: Watched) -> None:
    addresses = [
        watched.system.base_url,
        *(f"http://127.0.0.1:{port}" for port in watched.system.state["ports"].values()),
    ]
    texts = [requests.get(f"{address}/metrics", timeout=10).text for address in addresses]
    exist = {re.split(r"[{ ]", line)[0] for text in texts for line in text.splitlines() if not line.startswith("#")}

    for name, expression in expressions().items():
        asked = metrics_in(expression)
        assert asked, name
        assert asked <= exist | MADE_BY_PROMETHEUS, f"{name}: {asked - exist}"


@pytest.mark.slow
def test_figures_of_a_running_service_say_who_leads(watched: Watched) -> None:
    port = watched.system.state["ports"]["testing"]
    text = requests.get(f"http://127.0.0.1:{port}/metrics", timeout=10).text

    assert 'leader_held{name="relay"} 1.0' in text
    assert 'leader_held{name="schedule"} 1.0' in text
    assert "database_up 1.0" in text
    assert "dead_letters_open 0.0" in text

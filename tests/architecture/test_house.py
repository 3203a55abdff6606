"""What every room of the house has in common."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SERVICES = sorted(path.name for path in ROOT.glob("svc-*"))
HARD_LIMIT = 500
ROOMS = ("README.md", "migrations/versions", "tests")
FILES = ("__init__", "config")
BANNED_NAMES = {"utils", "helpers", "common", "manager", "managers", "info", "misc"}

ELSEWHERE = {
    "a path of one machine": r"(/home/\w+/|/root/|/work/(main|shared))",
    "the address of a package index": r"(pypi\.org|pythonhosted|registry\.npmjs|deb\.debian\.org|--index-url|--extra-index-url)",
    "an unfinished thought": r"\b(TODO|FIXME|XXX)\b",
    "a private key": r"-----BEGIN [A-Z ]*PRIVATE KEY-----",
}
EXEMPT = {"tests/architecture/test_house.py"}


def tracked():
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.decode()
    return [ROOT / name for name in names.split("\0") if name and (ROOT / name).is_file()]


def texts():
    for path in tracked():
        name = str(path.relative_to(ROOT))
        if name in EXEMPT:
            continue
        try:
            yield name, path.read_text("utf-8")
        except UnicodeDecodeError:
            continue


def test_no_file_of_ours_is_longer_than_the_hard_limit():
    suffixes = {".py", ".html", ".js", ".css", ".sh"}
    long = {
        str(path.relative_to(ROOT)): lines
        for path in tracked()
        if path.suffix in suffixes and (lines := len(path.read_text("utf-8").splitlines())) > HARD_LIMIT
    }

    assert long == {}


@pytest.mark.parametrize("what", ELSEWHERE)
def test_no_tracked_file_contains(what):
    found = [f"{name}: {match[0]}" for name, text in texts() if (match := re.search(ELSEWHERE[what], text))]

    assert found == []


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_has_the_same_rooms(service):
    package = ROOT / service / service.replace("-", "_")
    missing = [room for room in ROOMS if not (ROOT / service / room).exists()]
    missing += [f"{name}.py" for name in FILES if not (package / f"{name}.py").is_file()]
    missing += [layer for layer in ("models", "routes", "tasks") if not list(package.glob(f"**/{layer}.py"))]

    assert missing == []


@pytest.mark.parametrize("service", SERVICES)
def test_the_first_page_of_a_service_says_what_it_owns(service):
    text = (ROOT / service / "README.md").read_text("utf-8")

    assert text.startswith(f"# {service}")
    assert 5 <= len(text.splitlines()) <= 120


def test_modules_are_named_after_what_they_hold():
    banned = [str(path.relative_to(ROOT)) for path in tracked() if path.suffix == ".py" and path.stem in BANNED_NAMES]

    assert banned == []


def test_no_lock_file_names_where_packages_come_from():
    locks = [*(ROOT / "requirements").glob("*.txt"), ROOT / "gateway/package-lock.json"]

    assert [
        lock.name for lock in locks if re.search(r"--(extra-)?index-url|\"resolved\"|find-links", lock.read_text())
    ] == []
    assert all("--hash=sha256:" in lock.read_text() for lock in locks if lock.suffix == ".txt")


def test_every_package_that_runs_is_the_version_that_was_tested():
    tested = set(re.findall(r"^\S+==\S+", (ROOT / "requirements/dev.txt").read_text(), re.M))
    images = ("base", "identity", "documents", "gateway", "otel")

    for image in images:
        runs = set(re.findall(r"^\S+==\S+", (ROOT / f"requirements/{image}.txt").read_text(), re.M))
        assert runs - tested == set(), image


def test_the_gateway_runs_without_database_and_broker_packages():
    packages = (ROOT / "requirements/gateway.txt").read_text().lower()

    assert [name for name in ("sqlalchemy", "pika", "celery", "kombu", "psycopg") if f"\n{name}==" in packages] == []

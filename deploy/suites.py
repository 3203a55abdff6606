"""Runs every folder's tests as a process of its own, two at a time, and adds the real counts up."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from deploy.engines import EngineMissing, Engines
from deploy.paths import BIN, ROOT, SERVICES, VAR

HEARTBEAT = 20.0
REPORTS = VAR / "tests"
QUICK = "not slow and not real and not browser"
MEMORY = Path("/dev/shm")
ROOM = 3 * 2**30
LONG = ("tests", "svc-testing", "chassis")


@dataclass
class Suite:
    name: str
    folder: str
    arguments: tuple[str, ...] = ()
    environment: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    output: IO[bytes] | None = None
    started: float = 0.0

    @property
    def report(self) -> Path:
        return REPORTS / f"{self.name}.xml"

    def start(self) -> None:
        self.output = tempfile.TemporaryFile()  # noqa: SIM115 - read when the process has ended
        self.started = time.monotonic()
        self.report.unlink(missing_ok=True)
        command = [str(BIN / "pytest"), self.folder, "-q", "--no-header", f"--junitxml={self.report}", *self.arguments]
        self.process = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, **self.environment}, stdout=self.output, stderr=subprocess.STDOUT
        )

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.started


@dataclass
class Counts:
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    not_run: list[str] = field(default_factory=list)

    def add(self, suite: Suite, returncode: int) -> None:
        """What the report says; a suite that broke before it could report counts as one failure."""
        try:
            suites = ElementTree.parse(suite.report).getroot().iter("testsuite")  # noqa: S314 - written by our own pytest
        except (OSError, ElementTree.ParseError):
            self.failed += 1
            return
        failed = 0
        for each in suites:
            total, skipped = int(each.get("tests", 0)), int(each.get("skipped", 0))
            bad = int(each.get("failures", 0)) + int(each.get("errors", 0))
            failed += bad
            self.skipped += skipped
            self.passed += max(total - skipped - bad, 0)
            self.not_run += [
                f"{suite.name}: {_reason(case)}" for case in each.iter("testcase") if case.find("skipped") is not None
            ]
        self.failed += failed or (1 if returncode else 0)


def _reason(case: ElementTree.Element) -> str:
    skipped = case.find("skipped")
    return f"{case.get('name')}: {skipped.get('message') if skipped is not None else ''}"


def quick() -> int:
    """The embedded engines only, nothing slow: for every commit."""
    suites = [Suite(folder, folder, ("-m", QUICK, "--maxfail=5")) for folder in folders()]
    return run(suites, forgiving=True)


def complete(only: Sequence[str] = ()) -> int:
    """Everything, on both sets of engines."""
    with ExitStack() as stack:
        environment = _engines(stack)
        everything = [Suite(folder, folder, environment=environment) for folder in folders()]
        if "TEST_POSTGRESQL_URL" in environment:
            again = {**environment, "TEST_DATABASE_URL": environment["TEST_POSTGRESQL_URL"]}
            everything += [
                Suite(f"svc-{name}@postgresql", f"svc-{name}", environment=again)
                for name in SERVICES
                if f"svc-{name}" in folders()
            ]
        everything.sort(key=lambda suite: suite.folder not in LONG)  # what takes longest begins first
        chosen = [suite for suite in everything if not only or suite.folder in only or suite.name in only]
        return run(chosen, forgiving=os.environ.get("CI", "") not in ("true", "1"))


def folders() -> list[str]:
    candidates = [
        "tests",
        "svc-testing",
        "chassis",
        "gateway",
        *(f"svc-{name}" for name in SERVICES if name != "testing"),
    ]
    return [name for name in candidates if list((ROOT / name).glob("**/test_*.py"))]


def _engines(stack: ExitStack) -> dict[str, str]:
    """Private servers for the tests; where they cannot be had, the tests that need them say so themselves."""
    try:
        print("starting PostgreSQL, RabbitMQ and Redis for the tests", flush=True)
        engines = stack.enter_context(Engines(within=MEMORY if _has_memory() else None))
    except EngineMissing as missing:
        print(f"without real engines: {missing}", flush=True)
        return {}
    return {
        "TEST_POSTGRESQL_URL": engines.postgresql.url("postgres"),
        "TEST_AMQP_URL": engines.rabbitmq.url(),
        "TEST_REDIS_URL": engines.redis.url(),
    }


def run(suites: list[Suite], *, forgiving: bool, at_once: int = 2) -> int:
    REPORTS.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    counts, waiting, running = Counts(), list(suites), list[Suite]()
    heartbeat = started
    with ExitStack() as stack, _scratch() as scratch:
        stack.callback(lambda: _end(running))
        for suite in suites:
            suite.environment = {**suite.environment, **scratch}
        while waiting or running:
            while waiting and len(running) < at_once:
                running.append(waiting.pop(0))
                running[-1].start()
            time.sleep(0.1)
            for suite in [each for each in running if each.process and each.process.poll() is not None]:
                running.remove(suite)
                _finish(suite, counts)
                heartbeat = time.monotonic()
            if time.monotonic() - heartbeat > HEARTBEAT:
                heartbeat = time.monotonic()
                print("  … " + ", ".join(f"{suite.name} {suite.seconds:.0f} s" for suite in running), flush=True)
    return _conclude(counts, time.monotonic() - started, forgiving)


@contextmanager
def _scratch() -> Iterator[dict[str, str]]:
    """Test databases lie in memory where there is room: most of a test's time goes into waiting for a disk."""
    if not _has_memory():
        yield {}
        return
    with tempfile.TemporaryDirectory(prefix="zc-tests-", dir=MEMORY, ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        yield {"PYTEST_DEBUG_TEMPROOT": folder}


def _has_memory() -> bool:
    return os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM


def _finish(suite: Suite, counts: Counts) -> None:
    assert suite.process
    assert suite.output
    suite.output.seek(0)
    text = suite.output.read().decode("utf-8", "replace").rstrip()
    suite.output.close()
    before = counts.passed, counts.failed
    counts.add(suite, suite.process.returncode)
    passed, failed = counts.passed - before[0], counts.failed - before[1]
    if failed or not passed:
        print(f"\n{'=' * 20} {suite.name} {'=' * 20}\n{text}", flush=True)
    print(
        f"{'FAILED' if failed else 'ok':<7}{suite.name:<26}{passed:>5} passed {failed:>4} failed {suite.seconds:6.0f} s",
        flush=True,
    )


def _conclude(counts: Counts, seconds: float, forgiving: bool) -> int:
    if counts.not_run:
        print(f"\n{len(counts.not_run)} tests did not run:")
        print("\n".join(f"  {line}" for line in counts.not_run))
    bad = counts.failed or (counts.not_run and not forgiving) or not counts.passed
    if counts.not_run and not forgiving:
        print("with CI=true every test must run")
    skipped = f", {counts.skipped} skipped" if counts.skipped else ""
    print(f"\n{seconds:.0f} s\ntotal: {counts.passed} passed, {counts.failed} failed{skipped}", flush=True)
    return 1 if bad else 0


def _end(running: list[Suite]) -> None:
    for suite in running:
        if suite.process and suite.process.poll() is None:
            suite.process.send_signal(signal.SIGINT)
    for suite in running:
        if suite.process:
            try:
                suite.process.wait(20)
            except subprocess.TimeoutExpired:
                suite.process.kill()


def main(arguments: list[str]) -> int:
    """`python -m deploy.suites quick`, or `test [folder…]`."""
    if shutil.which(str(BIN / "pytest")) is None:
        sys.exit("set up first: python3 zc.py setup")
    return quick() if arguments[:1] == ["quick"] else complete(arguments[1:])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

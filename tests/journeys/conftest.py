from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

sys.path.insert(0, str(Path(__file__).parent))

from people import Person

CHROMIUM = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    found = next((path for path in CHROMIUM if Path(path).exists()), None)
    if found is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)("no browser here: journeys did not run")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture
def person(browser: Browser, base_url: str) -> Iterator[Callable[..., Person]]:
    """Somebody new at a browser: `person(1280).sign_in("cs")`."""
    present: list[Person] = []

    def arrive(width: int) -> Person:
        present.append(Person(browser, base_url, width))
        return present[-1]

    yield arrive
    for someone in present:
        someone.context.close()


@pytest.fixture(scope="session")
def base_url() -> str:
    return os.environ.get("BASE", "")

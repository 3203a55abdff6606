from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

sys.path.insert(0, str(Path(__file__).parent))

from people import Person

QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def address(request: pytest.FixtureRequest) -> str:
    """Of the system at BASE, or of one started for these tests."""
    return os.environ.get("BASE") or request.getfixturevalue("system").base_url


@pytest.fixture
def person(browser: Browser, address: str) -> Iterator[Callable[..., Person]]:
    """Somebody new at a browser: `person(1280).sign_in("cs")`."""
    present: list[Person] = []

    def arrive(width: int, *, scripts: bool = True) -> Person:
        present.append(Person(browser, address, width, scripts=scripts))
        return present[-1]

    yield arrive
    for someone in present:
        someone.context.close()

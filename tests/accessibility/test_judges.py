"""A judge that finds nothing in a broken page is itself broken."""

from __future__ import annotations

from pathlib import Path

import pytest
from judging import HERE, LOOKS, PROGRAM, Bench, html_validate
from playwright.sync_api import sync_playwright

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CANARY = HERE / "canary.html"


def test_each_judge_finds_the_faults_of_the_broken_page(chromium: str, packages: Path, tmp_path: Path) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(PROGRAM))
        bench = Bench(browser, "", packages)
        bench.page.goto(CANARY.as_uri())
        found = {judge: told for judge, _, told in bench.ask(LOOKS[:1])}
    (tmp_path / "canary.html").write_text(CANARY.read_text())
    said = " ".join(message for _, message in html_validate(packages, tmp_path))

    for fault in ("color-contrast", "image-alt", "button-name", "document-title", "html-has-lang", "list"):
        assert any(text.startswith(f"{fault} ") for text in found["axe"]), fault
    for fault in ("G18", "H37", "F68", "F77", "H57", "H25"):
        assert any(fault in text.split(" ")[0] for text in found["htmlcs"]), fault
    for fault in ("no-dup-id", "element-permitted-content", "no-inline-style", "text-content", "wcag/h37"):
        assert fault in said, fault

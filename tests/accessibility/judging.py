"""Pages in a real browser before the judges: axe-core and HTML_CodeSniffer, in both widths and both themes.

Both are scripts that run inside the page; HTML_CodeSniffer is what pa11y runs as `htmlcs`, with pa11y's standard
(WCAG2AA) and pa11y's measure (errors count, warnings and notices ask a human).
"""

from __future__ import annotations

import gzip
import json
import os
import subprocess
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from answers import Answer
from crawl import Found, kind_of
from playwright.sync_api import Browser, Response

from deploy import judges

HERE = Path(__file__).parent
PROGRAM = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")

Look = tuple[int, str]
IS_WHOLE = os.environ.get("ACCESSIBILITY") == "all"
LOOKS: tuple[Look, ...] = ((1280, "light"), (360, "dark"), (1280, "dark"), (360, "light"))[: 4 if IS_WHOLE else 2]
THEMES = {"light": "terang", "dark": "gelap"}  # the attribute that the switch at the foot of each page sets
AXE = """async root => (await axe.run(root === 'html' ? document : root,
 {resultTypes: ['violations']})).violations.flatMap(rule => rule.nodes.map(
 node => `${rule.id} ${node.target.join(' ')}: ${node.failureSummary.replace(/\\s+/g, ' ')}`))"""
HTMLCS = """root => new Promise(done => HTMLCS.process('WCAG2AA',
 root === 'html' ? document : document.querySelector(root), () => done(HTMLCS.getMessages()
 .filter(said => said.type === HTMLCS.ERROR).map(said => `${said.code.split('.').slice(3).join('.')} ${
 said.element.outerHTML ? said.element.outerHTML.slice(0, 140) : said.element.nodeName}: ${said.msg}`))))"""
QUIET = """() => new Promise(done => { const until = Date.now() + 5000; (function look() {
 document.querySelector('.htmx-request, .htmx-settling, [hx-trigger="load"] .loading') && Date.now() < until
 ? setTimeout(look, 20) : requestAnimationFrame(() => requestAnimationFrame(done)) })() })"""
LISTEN = """window.__refused = []; addEventListener('securitypolicyviolation',
 event => window.__refused.push(`${event.effectiveDirective} ${event.blockedURI} ${event.sourceFile || ''}`))"""
EMPTY = """() => { const form = document.querySelector("main form[method=post]:has(button[type=submit])");
 form.querySelectorAll('input:not([type=hidden]), textarea, select').forEach(field => {
  if (['checkbox', 'radio'].includes(field.type)) field.checked = false; else field.value = '' });
 form.requestSubmit(form.querySelector('button[type=submit]')) }"""
SUMMARY = """() => { const box = document.querySelector('.error-summary'); return box && {
 focused: document.activeElement === box, lost: [...box.querySelectorAll('a')].map(a => a.getAttribute('href'))
 .filter(href => !document.getElementById(href.slice(1))) } }"""
LOADED = """() => [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
 .filter(each => each.transferSize > 300).map(each => each.name)"""  # 300 is what an answer without a body counts
NOT_OURS = ("/api/docs",)  # Swagger UI draws it, for engineers; its own faults are its makers' to mend


@dataclass(frozen=True)
class Case:
    """One thing to judge: a page, the dialog of an act, a form sent empty, or what answers a filled form."""

    what: str
    page: Found
    answer: Answer | None = None

    @property
    def kind(self) -> str:
        return (
            self.what
            if self.answer
            else f"{kind_of(self.page.address)}{'' if self.what == 'page' else f' [{self.what}]'}"
        )


@dataclass
class Judged:
    case: Case
    looks: list[Look]
    findings: Counter[str] = field(default_factory=Counter)
    told: list[str] = field(default_factory=list)
    weight: int = 0

    def find(self, judge: str, found: Iterable[str], look: object = "") -> None:
        for text in found:
            self.findings[judge] += 1
            self.told.append(f"{judge}: {self.case.page.who} {self.case.page.address} {self.case.what} {look} {text}")


def plan(cases: list[Case]) -> dict[str, list[tuple[Case, list[Look]]]]:
    """Each case once at least, each kind of page in each look; by who is to be signed in."""
    kinds: dict[str, list[Case]] = {}
    for case in cases:
        kinds.setdefault(case.kind, []).append(case)
    planned: dict[str, list[tuple[Case, list[Look]]]] = {}
    for alike in kinds.values():
        for number, case in enumerate(alike):
            most = len(alike) if case.what == "empty" else max(len(LOOKS), len(alike))
            looks = [LOOKS[at % len(LOOKS)] for at in range(number, most, len(alike))]
            planned.setdefault(case.page.who, []).append((case, looks))
    return planned


@dataclass
class Bench:
    """The judges in one tab that stays open; `base` is the only origin that may be asked."""

    browser: Browser
    base: str
    packages: Path

    def __post_init__(self) -> None:
        self._axe = (self.packages / "axe-core" / "axe.min.js").read_text()
        self._htmlcs = (self.packages / "html_codesniffer" / "build" / "HTMLCS.js").read_text()
        self._judged: Judged | None = None
        self._answers: dict[str, Response] = {}
        self._width = 0
        self.context = self.browser.new_context(reduced_motion="reduce", color_scheme="light")
        self.context.set_default_timeout(30_000)
        self.context.add_init_script(LISTEN)
        self.page = self.context.new_page()
        self.page.on("response", lambda answer: self._answers.update({answer.url: answer}))
        self.page.on("request", lambda asked: self._hear("outside", asked.url))
        self.page.on("pageerror", lambda error: self._hear("script", str(error)))

    def _hear(self, kind: str, text: str) -> None:
        if self._judged and not text.startswith((self.base, "data:")):
            self._judged.find(kind, [text])

    def sit(self, cookies: dict[str, str], planned: list[tuple[Case, list[Look]]]) -> list[Judged]:
        """All cases of one person."""
        self.context.clear_cookies()
        self.context.add_cookies([_cookie(self.base, name, value) for name, value in cookies.items()])
        return [self._judge(case, looks) for case, looks in planned]

    def _judge(self, case: Case, looks: list[Look]) -> Judged:
        judged = self._judged = Judged(case, looks)
        self._answers.clear()
        try:
            self._widen(looks[0][0])
            opening = self._open_answer if case.answer else getattr(self, f"_open_{case.what}")
            opening(judged)
            loaded = self.page.evaluate(LOADED)
            judged.weight = sum(_weight(self._answers[name]) for name in loaded if name in self._answers)
            judged.find("csp", self.page.evaluate("window.__refused"))
            root = "#dialog" if case.what == "dialog" else "html"
            for judge, look, found in self.ask([] if case.kind in NOT_OURS else looks, root):
                judged.find(judge, found, look)
        except Exception as failure:  # one page that cannot be opened is a finding, not the end
            judged.find("broken", [f"{type(failure).__name__} {failure}"])
        return judged

    def ask(self, looks: Iterable[Look], root: str = "html") -> Iterable[tuple[str, Look, list[str]]]:
        """What each judge finds in each look, and how far the page can be pushed sideways."""
        self.page.evaluate(
            f"() => {{ if (window.axe) return; {self._axe}\n;{self._htmlcs}\n;"
            "window.HTMLCS = HTMLCS; window.HTMLCS_WCAG2AAA = HTMLCS_WCAG2AAA }"
        )
        for look in looks:
            self._widen(look[0])
            self.page.evaluate("theme => { document.documentElement.dataset.tema = theme }", THEMES[look[1]])
            yield "axe", look, self.page.evaluate(AXE, root)
            yield "htmlcs", look, self.page.evaluate(HTMLCS, root)
            wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            yield "sideways", look, [f"{wide} px"] if wide > 0 else []

    def _widen(self, width: int) -> None:
        if width != self._width:
            self.page.set_viewport_size({"width": width, "height": 900})
            self._width = width

    def _go(self, address: str) -> None:
        self.page.goto(self.base + address)
        self.page.evaluate(QUIET)

    def _open_page(self, judged: Judged) -> None:
        self._go(judged.case.page.address)

    def _open_dialog(self, judged: Judged) -> None:
        self._go(judged.case.page.via)
        path = judged.case.page.address.partition("?")[0]
        link = self.page.locator(f'a[hx-get^="{path}?"]').first
        link.evaluate(
            "link => { for (let at = link; at; at = at.parentElement) if (at.tagName === 'DETAILS') at.open = true }"
        )
        link.click()
        self.page.locator("#dialog[open] form").wait_for()
        self.page.evaluate(QUIET)

    def _open_empty(self, judged: Judged) -> None:
        self._go(judged.case.page.address)
        with self.page.expect_navigation():
            self.page.evaluate(EMPTY)
        self.page.evaluate(QUIET)
        summary: dict[str, Any] | None = self.page.evaluate(SUMMARY)
        problems = ["no summary"] if not summary else [f"leads nowhere: {href}" for href in summary["lost"]]
        judged.find("summary", problems + (["not in focus"] if summary and not summary["focused"] else []))

    def _open_answer(self, judged: Judged) -> None:
        assert judged.case.answer
        self._go(judged.case.answer.address)
        for selector, value in judged.case.answer.typed.items():
            field = self.page.locator(selector)
            match value:
                case Path():
                    field.set_input_files(value)
                case True:
                    field.check()
                case _:
                    field.fill(str(value))
        with self.page.expect_navigation():
            self.page.locator(judged.case.answer.button).first.click()
        self.page.locator(judged.case.answer.shows).first.wait_for()
        self.page.evaluate(QUIET)


def _weight(answer: Response) -> int:
    return len(gzip.compress(answer.body(), 6))


def _cookie(base: str, name: str, value: str) -> Any:
    is_secure = name.startswith("__")
    return {
        "name": name,
        "value": value,
        "url": base.replace("http:", "https:" if is_secure else "http:"),
        "secure": is_secure,
    }


def html_validate(packages: Path, folder: Path) -> list[tuple[str, str]]:
    answer = folder / "found.json"
    program = packages / "html-validate" / "bin" / "html-validate.mjs"
    command = [judges.find_node(), str(program), "-c", str(HERE / "html-validate.json"), "-f", "json", str(folder)]
    with answer.open("w") as file:
        subprocess.run(command, stdout=file, check=False, cwd=HERE)
    said = json.loads(answer.read_text())
    return [
        (Path(each["filePath"]).name, f"line {found['line']} {found['ruleId']}: {found['message']}")
        for each in said
        for found in each["messages"]
    ]

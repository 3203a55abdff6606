"""Every kind of page before judges that nobody here wrote: none finds anything.

`ACCESSIBILITY=all` judges every page that differs from the others of its kind, every role's, and every form sent empty, both widths in both
themes. Without it, to be quick: strangers, a customer and the desk; one page of each kind, wide in light and narrow in dark.
"""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
from answers import ANSWERS
from crawl import Found, Office, kind_of, kinds
from judging import IS_WHOLE, LOOKS, NOT_OURS, PROGRAM, Bench, Case, Judged, Look, html_validate, plan
from playwright.sync_api import sync_playwright

from deploy.accounts import ACCOUNTS
from deploy.paths import VAR

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(1200)]

ROLES = ["", *(name for name in ACCOUNTS if not name.endswith("2"))] if IS_WHOLE else ["", "pelanggan", "cs"]
KILOBYTES = 150
NO_PAGES = {
    "/alur-kerja/<service>/<name>.svg": "a picture",
    "/lihat/<service>/<things>/<uuid:thing_id>/<name>/<int:number>.png": "a picture",
    "/master/impor/katalog.xlsx": "a file",
    "/unduh/<service>/<things>/<uuid:thing_id>/<name>": "a file",
    "/unduhan/<any(testing, billing, identity):service>/<uuid:export_id>": "a file",
    "/profil/data": "a file",
    "/profil/data/data-saya.zip": "a file",
    "/static/<path:filename>": "a file",
    "/cari/saran": "a piece of each page, asked for while somebody types",
    "/notifikasi/lonceng": "a piece of each page, judged there",
    "/master/nomor/<uuid:series_id>/contoh": "a piece of a form, asked for while somebody types",
    "/pengujian/analisis/<uuid:analysis_id>": "leads on to its sample",
    "/stream": "events for scripts",
    "/healthz": "for programs",
    "/readyz": "for programs",
    "/metrics": "for programs",
    "/api/v1/openapi.json": "for programs",
}


@dataclass
class Verdict:
    """What was read, what was judged, and what html-validate says of what was read."""

    read: list[Found]
    judged: list[Judged]

    def told(self, *names: str) -> list[str]:
        return [text for each in self.judged for text in each.told if text.split(":")[0] in names]


@pytest.fixture(scope="module")
def verdict(office: Office, packages: Path, chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Verdict:
    for who in ROLES:
        office.sign_in(who)
    with ThreadPoolExecutor(3) as at_once:
        read = [found for each in at_once.map(office.read, ROLES) for found in each]
        pages = variants(read)
        said = at_once.submit(validate, pages, packages, tmp_path_factory.mktemp("read"))
        planned = plan(cases(pages))
        shares = [sorted(planned, key=lambda who: -len(planned[who]))[part::2] for part in (0, 1)]
        judged = [
            one for share in at_once.map(partial(judge, office, packages, chromium, planned), shares) for one in share
        ]
        attach(judged, said.result())
    found = Verdict(read, judged)
    VAR.mkdir(exist_ok=True)
    (VAR / "accessibility.txt").write_text(table(found))
    return found


def variants(read: list[Found]) -> list[Found]:
    """Pages whose kind (if all are wanted: whose content), or what is around it, was not seen before."""
    around: set[str] = set()
    contents: set[tuple[str, str]] = set()
    chosen = []
    for found in read:
        kind, (frame, content) = kind_of(found.address), found.halves
        content = content if IS_WHOLE else ""
        if frame not in around or (kind, content) not in contents:
            chosen.append(found)
        around.add(frame)
        contents.add((kind, content))
    return chosen


def cases(pages: list[Found]) -> list[Case]:
    """Each page; of each act its dialog, each form once, sent empty, and each answer."""
    by_pattern = {found.pattern: found for found in pages}
    acts = [found for found in by_pattern.values() if found.pattern.startswith("/tindakan/")]
    forms = [found for found in by_pattern.values() if found.wants_something and (IS_WHOLE or found not in acts)]
    return [
        *(Case("page", found) for found in pages),
        *(Case("dialog", found) for found in acts),
        *(Case("empty", found) for found in forms),
        *(
            Case(name, _start(answer.who, answer.address), answer)
            for name, answer in ANSWERS.items()
            if answer.who in ROLES
        ),
    ]


def _start(who: str, address: str) -> Found:
    return Found(who=who, pattern=address, address=address, via=address, status=200, text="")


def judge(
    office: Office, packages: Path, program: str, planned: dict[str, list[tuple[Case, list[Look]]]], share: list[str]
) -> list[Judged]:
    """A browser for each half of the people; forms are sent when all pages have been looked at."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(PROGRAM))
        bench = Bench(browser, office.base, packages)
        return [one for who in share for one in bench.sit(office.cookies[who], planned[who])]


def validate(pages: list[Found], packages: Path, folder: Path) -> list[tuple[Found, str]]:
    """html-validate reads what the server said, before a browser mended it."""
    names = {f"{number}.html": found for number, found in enumerate(pages) if found.address not in NOT_OURS}
    for name, found in names.items():
        (folder / name).write_text(found.text)
    return [(names[name], message) for name, message in html_validate(packages, folder)]


def attach(judged: list[Judged], said: list[tuple[Found, str]]) -> None:
    of = {(each.case.page.who, each.case.page.address): each for each in judged if each.case.what == "page"}
    for found, message in said:
        of[found.who, found.address].find("html-validate", [message])


@pytest.mark.parametrize("judge", ["axe", "htmlcs", "html-validate"])
def test_the_judge_finds_nothing_on_any_kind_of_page(verdict: Verdict, judge: str) -> None:
    told = verdict.told(judge)

    assert told == [], f"{len(told)} findings"


def test_every_page_could_be_opened_and_every_dialog_opens(verdict: Verdict) -> None:
    assert verdict.told("broken", "script") == []


def test_a_form_sent_empty_says_what_is_missing_and_leads_there(verdict: Verdict) -> None:
    told = verdict.told("summary")

    assert told == []
    assert sum(each.case.what == "empty" for each in verdict.judged) > (20 if IS_WHOLE else 2)


def test_no_page_breaks_its_own_rules_or_asks_another_origin(verdict: Verdict) -> None:
    assert verdict.told("csp", "outside") == []


def test_no_page_scrolls_sideways(verdict: Verdict) -> None:
    assert verdict.told("sideways") == []


def test_after_the_first_no_page_weighs_more_than_promised(verdict: Verdict) -> None:
    heavy = {each.case.kind: each.weight for each in verdict.judged if each.weight > KILOBYTES * 1024}

    assert set(heavy) <= {"/api/docs"}, heavy


def test_no_link_leads_to_a_page_its_reader_may_not_open(verdict: Verdict) -> None:
    dead = [f"{found.who}: {found.via} → {found.address}: {found.status}" for found in verdict.read if found.is_dead]

    assert dead == []


def test_each_kind_of_page_was_judged_in_both_widths_and_themes(verdict: Verdict) -> None:
    seen: dict[str, set[Look]] = {}
    for each in verdict.judged:
        if each.case.what != "empty":
            seen.setdefault(each.case.kind, set()).update(each.looks)

    assert {kind: looks for kind, looks in seen.items() if looks != set(LOOKS)} == {}


def test_every_address_of_the_gateway_was_judged_or_is_no_page(verdict: Verdict) -> None:
    judged = {kind_of(each.case.page.address) for each in verdict.judged if each.case.what == "page"}
    judged.add(kind_of("/tarif/order"))  # among the answers

    assert set(NO_PAGES) <= kinds()
    assert set(NO_PAGES).isdisjoint(judged)
    if IS_WHOLE:
        assert kinds() - set(NO_PAGES) == judged & kinds()


def test_every_role_was_judged_at_its_own_pages(verdict: Verdict) -> None:
    def own(found: Found) -> tuple[str, str]:
        return kind_of(found.address), found.halves[1] if IS_WHOLE else ""

    judged = {own(each.case.page) for each in verdict.judged if each.case.what == "page"}
    around = {each.case.page.halves[0] for each in verdict.judged if each.case.what == "page"}

    assert [(found.who, found.address) for found in verdict.read if own(found) not in judged] == []
    assert [(found.who, found.address) for found in verdict.read if found.halves[0] not in around] == []
    assert {found.who for found in verdict.read} == set(ROLES)


def table(verdict: Verdict) -> str:
    rows: dict[str, list[Judged]] = {}
    for each in verdict.judged:
        rows.setdefault(each.case.kind, []).append(each)
    names = ("axe", "htmlcs", "html-validate", "csp", "outside", "summary", "sideways", "broken", "script")
    lines = [f"{'kind of page':<62}{'roles':>6}{'pages':>6}{'looks':>6}{'kB':>6}  findings"]
    for kind, each in sorted(rows.items()):
        counted = sum((one.findings for one in each), Counter[str]())
        found = ", ".join(f"{name} {counted[name]}" for name in names if counted[name]) or "–"
        roles, looks = len({one.case.page.who for one in each}), sum(len(one.looks) for one in each)
        heaviest = max(one.weight for one in each) / 1024
        lines.append(f"{kind:<62}{roles:>6}{len(each):>6}{looks:>6}{heaviest:>6.0f}  {found}")
    total = sum((one.findings for one in verdict.judged), Counter[str]())
    looks = sum(len(one.looks) for one in verdict.judged)
    told = ", ".join(f"{name} {total[name]}" for name in names)
    return "\n".join([*lines, f"{len(rows)} kinds, {len(verdict.judged)} cases, {looks} looks: {told}"])

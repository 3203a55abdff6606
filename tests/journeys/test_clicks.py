"""How many presses an act takes somebody who has just signed in, counted by the page itself over one whole order."""

from __future__ import annotations

import re
import secrets
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from people import PASSWORD, PATIENCE, Person
from playwright.sync_api import Locator, expect

from deploy.client import Person as Client
from deploy.walk import Walk

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(900)]

SCAN = Path(__file__).parent / "scan.png"
OFFICE = ZoneInfo("Asia/Pontianak")
MEDIAN, MOST_USED = 3, 20
LANDING = "/beranda"  # where signing in leads
# typing is no press; a button, a link, an opened menu, a tick, a choice from a list, a picked file is
COUNT = """addEventListener('click', event => event.isTrusted && event.target.closest(
 'a, button, summary, [type=checkbox], [type=radio], [type=submit]') && window.pressed(), true);
addEventListener('change', event => event.target.matches('select, [type=file]') && window.pressed(), true)"""


def local(minutes: int = 0) -> str:
    return (datetime.now(OFFICE) - timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M")


@dataclass(frozen=True)
class Act:
    who: str
    label: str
    typed: Callable[[Clicks], dict[str, Any]] = lambda _: {}
    way: str = "dialog"
    box: str = ""  # what waits for nobody stands in a box instead of the queue


@dataclass
class Clicks:
    """One order and those who work on it, each at a window that counts."""

    person: Callable[..., Person]
    walk: Walk
    at: dict[str, Person] = field(default_factory=dict)
    pressed: int = 0

    def names(self) -> list[str]:
        """Whatever the order, its invoice, its samples and its reports are called by now."""
        order = self.walk.order(self.walk.staff("cs"))
        things = [order, *order["samples"], *order["reports"], self.walk.invoice()]
        return sorted({str(thing[key]) for thing in things for key in ("number", "pre_number") if thing.get(key)})

    def arrive(self, who: str) -> Person:
        """Where signing in leads; counting begins."""
        if who not in self.at:
            someone = self.at[who] = self.person(1280).sign_in(who)
            assert someone.path == LANDING
            someone.context.expose_function("pressed", self._press)
            someone.context.add_init_script(COUNT)
        self.at[who].open(LANDING)
        self.pressed = 0
        return self.at[who]

    def _press(self) -> None:
        self.pressed += 1

    def row(self, someone: Person, rows: str = ".queue-row") -> Locator:
        """The order's line in the queue or in a list, as soon as the events have brought it there."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            mine = re.compile("|".join(rf"\b{re.escape(name)}\b" for name in self.names()))
            row = someone.page.locator(rows, has_text=mine).first
            if row.count():
                return row
            someone.page.wait_for_timeout(300)
            someone.page.reload()
        raise AssertionError(f"nothing of {self.names()} waits for {someone.name}")

    def do(self, act: Act) -> int:
        someone = self.arrive(act.who)
        if act.box:
            self._open_box(someone, act)
        else:
            row = self.row(someone)
            if not self._offered(row.locator(".queue-act"), act).count():
                row.locator(".queue-number").click()
        getattr(self, f"_{act.way}")(someone, act)
        expect(someone.page.locator(".flash").first).to_contain_text("berhasil")
        return self.pressed

    def _open_box(self, someone: Person, act: Act) -> None:
        """Into the box; into the order, too, where its line does not offer the act."""
        someone.page.locator(".box-list").get_by_role("link", name=act.box, exact=True).click()
        row = self.row(someone, "#rows tbody tr")
        if not self._offered(row.locator(".row-acts"), act).count():
            row.locator("a").first.click()

    def _offered(self, within: Locator, act: Act) -> Locator:
        return within.get_by_role("link", name=re.compile(f"^{re.escape(act.label)}"))

    def _dialog(self, someone: Person, act: Act) -> None:
        offered = self._offered(someone.page.locator(".queue-row, .acts, .row-acts, .sample-list"), act)
        mine = self._offered(self.row(someone), act) if someone.path.startswith(LANDING) else offered
        mine.first.click()
        form = someone.page.locator("#dialog form, main form[action*='/tindakan/']").first
        expect(form).to_be_visible()
        someone.fill(form, **act.typed(self))
        with someone.page.expect_navigation():
            form.locator("button[type=submit]").click()

    def _together(self, someone: Person, act: Act) -> None:
        """Ticked lines and one button under the table."""
        bar = someone.page.locator(f"#massal-{act.label}")
        someone.fill(bar, **act.typed(self))
        for box in someone.page.locator(f'input[name="chosen"][form="massal-{act.label}"]').all():
            box.check()
        bar.get_by_role("button").click()

    def _grid(self, someone: Person, act: Act) -> None:
        grid = someone.page.locator(".result-grid")
        grid.locator('[data-column="result"]').first.fill("7,1")
        grid.get_by_role("button", name=act.label).first.click()


def billed(_: Clicks) -> dict[str, Any]:
    return {"billing_code": f"8{secrets.randbelow(10**14):014d}", "issued_at": local(10), "scan_file": SCAN}


def paid(clicks: Clicks) -> dict[str, Any]:
    amount = str(clicks.walk.invoice()["total_amount"])
    return {"paid_at": local(5), "ntpn": secrets.token_hex(8).upper(), "amount": amount, "proof_file": SCAN}


def accepted(_: Clicks) -> dict[str, Any]:
    return {"received_at": local(), "checklist-fill": True, "conclusion": "diterima"}


def collected(_: Clicks) -> dict[str, Any]:
    return {"collector_name": "Bu Rina", "collected_at": local(), "copies": "1"}


def amended(_: Clicks) -> dict[str, Any]:
    return {"reason": "Nama contoh keliru.", "change": "Jenis contoh menjadi air limbah domestik."}


def name_of(who: str) -> Callable[[Clicks], str]:
    return lambda clicks: str(clicks.walk.staff(who).get("/api/v1/identity/me")["name"])


def assigned(clicks: Clicks) -> dict[str, Any]:
    return {"analyst": name_of("analis")(clicks), "target_on": f"{datetime.now(OFFICE) + timedelta(days=15):%Y-%m-%d}"}


ACTS = (
    Act("pelanggan", "Selesai Kirim Ke CS", lambda _: {"agreed": True}),
    Act("cs", "Order Sampel", lambda _: {"capability_confirmed": True}),
    Act("bendahara", "Kirim Pembayaran Pelanggan", billed),
    Act("bendahara", "Kirim Bukti Bayar", paid),
    Act("cs", "Persyaratan Sampel", accepted),
    Act("cs", "Terbitkan No Analisa"),
    Act("cs", "Kirim"),
    Act("pjlab", "KIRIM KE PENYELIA", lambda clicks: {"supervisor": name_of("penyelia")(clicks)}),
    Act("penyelia", "assign", assigned, "together"),
    Act("analis", "Kirim Hasil", way="grid"),
    Act("penyelia", "verify", way="together"),
    Act("penyelia", "SELESAI DAN KIRIM KE KASISS"),
    Act("pjlab", "KIRIM KE PENGETIK"),
    Act("pengetik", "Terbitkan Nomor Laporan"),
    Act("pengetik", "Print"),
    Act("pengetik", "Kirim ke PJ Lab"),
    Act("pjlab", "Setujui dan Kirim ke CS"),
    Act("cs", "Kirim ke Pelanggan"),
    Act("cs", "Ambil Sertifikat", collected, box="Sertifikat Selesai"),
    Act("pelanggan", "Amandemen", amended, box="Order Lama"),
)


@pytest.fixture
def clicks(person: Callable[..., Person], address: str) -> Clicks:
    walk = Walk(address, Client(address, "pelanggan", PASSWORD), lambda *told: None, patience=PATIENCE)
    walk.draft(
        [{"sample_type": "Air limbah", "code_location": "Outlet", "standard": "P.68/2016", "parameters": ["pH"]}]
    )
    return Clicks(person, walk)


def test_half_of_the_twenty_most_used_acts_take_three_presses_at_most(
    clicks: Clicks, capsys: pytest.CaptureFixture[str]
) -> None:
    counted = [(act, clicks.do(act)) for act in ACTS]

    median = statistics.median(count for _, count in counted)
    with capsys.disabled():
        sys.stdout.write("\n" + "".join(f"{act.who:<12}{act.label:<32}{count:>3}\n" for act, count in counted))
        sys.stdout.write(f"{'median':<44}{median:>3}\n")
    assert len({act.label for act in ACTS}) == MOST_USED
    assert median <= MEDIAN
    assert [someone.complaints for someone in clicks.at.values() if someone.complaints] == []

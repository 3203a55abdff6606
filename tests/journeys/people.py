"""People at browsers: each has a window of its own and does what a person does: reads, clicks, types."""

from __future__ import annotations

import re
import time
from pathlib import Path

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, expect

PASSWORD = "zerocalls-demo"
PATIENCE = 60


class Person:
    def __init__(self, browser: Browser, base: str, width: int, *, scripts: bool = True) -> None:
        self.base = base
        self.scripts = scripts
        self.complaints: list[str] = []
        self.context = browser.new_context(viewport={"width": width, "height": 900}, java_script_enabled=scripts)
        self.context.set_default_timeout(30_000)
        self.page: Page = self.context.new_page()
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error" and "status of 4" not in message.text:
            self.complaints.append(f"{message.text} {message.location.get('url', '')}")

    def sign_in(self, username: str, password: str = PASSWORD) -> Person:
        self.open("/masuk")
        self.page.get_by_label("Username").fill(username)
        self.page.get_by_label("Password").fill(password)
        self.page.get_by_role("main").get_by_role("button", name="MASUK").click()
        expect(self.page.get_by_role("heading", level=1)).to_contain_text("Selamat datang")
        return self

    def open(self, path: str) -> None:
        self.page.goto(path if path.startswith("http") else self.base + path)
        overflow = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert overflow <= 0, f"{path} scrolls sideways by {overflow}px"

    @property
    def name(self) -> str:
        return (self.page.locator(".who-name").text_content() or "").strip()

    @property
    def path(self) -> str:
        return self.page.url.removeprefix(self.base)

    def box(self, label: str) -> None:
        """From the work queue into one of its boxes."""
        self.open("/beranda")
        self.page.locator(".box-list").get_by_role("link", name=label, exact=True).click()
        expect(self.page.locator("#rows")).to_be_visible()

    def find(self, text: str) -> None:
        """In a list, open the row that shows `text`."""
        row = self.page.locator("#rows tbody tr", has_text=text).first
        row.locator("a").first.click()

    def act(self, button: str, **typed: str | bool | Path) -> None:
        """Press a button of Tindakan, fill the dialog, confirm. Names of fields are those of the form."""
        offered = self.page.locator(".acts, .row-acts, .sample-list").get_by_role(
            "link", name=re.compile(f"^{re.escape(button)}")
        )
        offered.first.click()
        form = self.page.locator("#dialog form, main form[action*='/tindakan/']").first
        expect(form).to_be_visible()
        self.fill(form, **typed)
        with self.page.expect_navigation():
            form.locator("button[type=submit]").click()
        expect(self.page.locator(".flash").first).to_contain_text("berhasil")

    def fill(self, form: Locator, **typed: str | bool | Path) -> None:
        for name, value in typed.items():
            control = form.locator(f'[name="{name}"]')
            match value:
                case Path():
                    control.set_input_files(value)
                case True:
                    control.check()
                case _ if control.first.get_attribute("type") == "radio":
                    _tick(control, str(value))
                case _ if control.first.evaluate("element => element.tagName") == "SELECT":
                    _choose(control, str(value))
                case _:
                    control.fill(str(value))

    def wait_for(self, text: str, within: str = ".thing-head") -> None:
        """Reload until it says so: events take their time."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if text in self.page.locator(within).first.inner_text():
                return
            self.page.wait_for_timeout(500)
            self.page.reload()
        raise AssertionError(f"{self.path} never said {text!r}")


def _tick(radios: Locator, wanted: str) -> None:
    """The radio button with this value, or whose label begins so."""
    for radio in radios.all():
        if radio.get_attribute("value") == wanted or radio.locator("xpath=..").inner_text().startswith(wanted):
            return radio.check()
    raise AssertionError(f"nothing to choose is called {wanted}")


def _choose(control: Locator, label: str) -> None:
    """The option whose text begins with `label`."""
    options = control.locator("option").all_text_contents()
    control.select_option(label=next(option for option in options if option.startswith(label)))

"""Which pages there are for whom: the links that lead from home, with one address of each pattern, read without a browser."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urldefrag, urljoin, urlsplit

import requests
from flask import Flask
from werkzeug.exceptions import HTTPException

from gateway import health, openapi, stream, views

PASSWORD = "zerocalls-demo"
STATES = 2  # addresses read for each pattern, so that a thing is seen at several states
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
LINK = re.compile(r'<a\b[^>]*\bhref="([^"]+)"')
SHIFTING = re.compile(r"(?<=/)(\d{4}-\d\d-\d\d|\d+|[A-Z0-9-]{12,})(?=[/.]|$)")
CSRF = re.compile(r'name="csrf_token" value="([^"]+)"')
FORM = re.compile(r'<form\b(?=[^>]*method="post")(?:[^>]*?action="([^"]*)")?[^>]*>(.*?)</form>', re.S)
SCRIPTED = re.compile(r"<div data-scripted hidden>.*?</div>", re.S)
LABEL = re.compile(r'<(?:label|legend) class="form-label"[^>]*>(.*?)</(?:label|legend)>', re.S)
INERT = re.compile(r"<script\b.*?</script>|<!--.*?-->", re.S)
PIECE = re.compile(r"(<[^>]*>)|([^<]+)")
VALUE = re.compile(r'([a-z-]+)=["\']([^"\']*)["\']')
CURRENT = re.compile(r' aria-current="page"')
TELLING = frozenset("class role type scope lang style autocomplete tabindex hidden aria-live colspan rowspan".split())
# pages to which no link leads, or only after something has happened; the last ones are errors on purpose
STARTS: dict[str, tuple[str, ...]] = {
    "": (
        "/",
        "/daftar/menunggu",
        "/atur-ulang-sandi?token=salah",
        "/undangan?token=salah",
        "/tidak-ada",
        "/verifikasi/ZZZZZZZZZZZZZZZZZZZZ",
    ),
    "pelanggan": ("/beranda", "/cari?q=POP-1", "/akun"),
    "cs": ("/beranda", "/tampilan-daftar?daftar=/pengujian/order", "/cari?q=tidak-ada"),
    "admin": ("/beranda", "/kotak-surat"),
}
NOT_PAGES = re.compile(r"/(api/v1|static|stream|unduh|keluar)\b|\.(svg|png|xlsx)$")


@dataclass
class Found:
    """A page that `who` can reach; `via` is where its link stands."""

    who: str
    pattern: str
    address: str
    via: str
    status: int
    text: str

    @property
    def is_dead(self) -> bool:
        return self.status >= 400 and self.address not in STARTS.get(self.who, ())

    @property
    def halves(self) -> tuple[str, str]:
        """The outlines of what is around the page's content, and of the content."""
        before, _, rest = self.text.partition("<main")
        content, _, after = rest.partition("</main>")
        return outline(before + after), outline(content)

    @property
    def wants_something(self) -> bool:
        """Its own form has a field that must be filled in."""
        form = FORM.search(self.text.partition("<main")[2].partition("</main>")[0])
        labels = LABEL.findall(SCRIPTED.sub("", form[2])) if form else []
        is_own = form is not None and pattern_of(html.unescape(form[1] or self.address)) == self.pattern
        return is_own and any("optional" not in label for label in labels)


@dataclass
class Office:
    """The gateway at `base`, with the session cookies of whoever signed in."""

    base: str
    cookies: dict[str, dict[str, str]] = field(default_factory=dict)

    def sign_in(self, who: str) -> None:
        self.cookies[who] = {}
        if who:
            token = CSRF.search(self._ask(who, "GET", "/masuk").text)
            assert token, "the login page has no form"
            form = {"csrf_token": token[1], "username": who, "password": PASSWORD, "next": ""}
            assert self._ask(who, "POST", "/masuk", data=form).status_code == 303, who

    def read(self, who: str) -> list[Found]:
        """Breadth first, from home or from the landing page."""
        waiting = [(path, "/") for path in STARTS.get(who, ("/beranda",))]
        seen: dict[str, set[str]] = {}
        found = []
        while waiting:
            address, via = waiting.pop(0)
            pattern = pattern_of(address)
            known = seen.setdefault(pattern, set())
            if address in known or len(known) >= (1 if pattern.startswith("/tindakan/") else STATES):
                continue
            known.add(address)
            answer = self._ask(who, "GET", address)
            if answer.is_redirect:
                waiting.append((self._inside(address, answer.headers["Location"]) or "/", via))
            elif answer.headers.get("Content-Type", "").startswith("text/html"):
                found.append(Found(who, pattern, address, via, answer.status_code, answer.text))
                waiting += [(link, address) for link in self._links(address, answer.text)]
        return found

    def _links(self, address: str, text: str) -> Iterator[str]:
        for href in LINK.findall(text):
            if (inside := self._inside(address, html.unescape(href))) and not NOT_PAGES.search(urlsplit(inside).path):
                yield inside

    def _inside(self, address: str, href: str) -> str | None:
        whole = urldefrag(urljoin(self.base + address, href)).url
        return whole.removeprefix(self.base) or "/" if whole.startswith(self.base) else None

    def _ask(self, who: str, method: str, path: str, **more: object) -> requests.Response:
        """With the Secure cookie, which browsers send to this machine and requests does not."""
        kept = self.cookies[who]
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in kept.items())}
        answer = requests.request(
            method,
            self.base + path,
            headers=headers,
            allow_redirects=False,
            timeout=30,
            **more,  # type: ignore[arg-type]
        )
        kept.update(answer.cookies.get_dict())
        return answer


def outline(markup: str) -> str:
    """The elements with what judges look at, without words, numbers and addresses: pages that differ in those only are one."""
    pieces = []
    for tag, text in PIECE.findall(INERT.sub("", markup)):
        if tag:
            pieces.append(VALUE.sub(_shortened, CURRENT.sub("", tag)))
        elif text.strip():
            pieces.append("words")
    return " ".join(pieces)


def _shortened(attribute: re.Match[str]) -> str:
    name, value = attribute[1], attribute[2]
    return attribute[0] if name in TELLING else f"{name}={'some' if value else 'none'}"


def pattern_of(address: str) -> str:
    """/pengujian/order/0192…?box=x → /pengujian/order/<id>: one of these is enough for a role."""
    return SHIFTING.sub("<n>", UUID.sub("<id>", urlsplit(address).path))


_app = Flask("gateway")
views.register(_app)
for part in (health, openapi, stream):
    _app.register_blueprint(part.bp)


def kind_of(address: str) -> str:
    """The route that answers: what is one kind of page for those who write it."""
    path = urlsplit(address).path
    try:
        rule, _ = _app.url_map.bind("").match(path, return_rule=True)
    except HTTPException:
        return path
    return str(rule.rule)


def kinds() -> set[str]:
    """Every route that can be opened with a link."""
    return {str(rule.rule) for rule in _app.url_map.iter_rules() if "GET" in (rule.methods or ())}

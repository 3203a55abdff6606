"""Reads a page as strictly as a browser does not: invalid HTML, double ids, unnamed inputs and a wrong title fail the test."""

from __future__ import annotations

from collections import Counter
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
import requests
from shelf import PASSWORD

UNNAMED = {"hidden", "submit", "button"}
INLINE = ("style", "onclick", "onchange", "onsubmit", "onload", "oninput")


class Page:
    def __init__(self, answer: requests.Response, is_piece: bool) -> None:
        self.status, self.headers, self.html, self.url = answer.status_code, answer.headers, answer.text, answer.url
        self.root = Element("nothing")
        if answer.is_redirect or answer.status_code == 204:
            return
        parser = html5lib.HTMLParser(namespaceHTMLElements=False)
        parsed = parser.parseFragment(answer.text) if is_piece else parser.parse(answer.text)
        assert parser.errors == [], f"{answer.url}: {parser.errors}"
        self.root = parsed

    def all(self, tag: str) -> list[Element]:
        return list(self.root.iter(tag))

    @property
    def text(self) -> str:
        return " ".join("".join(self.root.itertext()).split())

    @property
    def links(self) -> list[str]:
        return [link.get("href", "") for link in self.all("a")]

    def hidden(self, name: str) -> str:
        return next(field.get("value", "") for field in self.all("input") if field.get("name") == name)

    def form_of(self, action: str) -> Element:
        return next(form for form in self.all("form") if form.get("action", "").startswith(action))

    def check(self, is_piece: bool) -> None:
        ids = Counter(element.get("id") for element in self.root.iter() if element.get("id"))
        assert [name for name, times in ids.items() if times > 1] == [], "ids given twice"
        labelled = {label.get("for") for label in self.all("label")}
        inside = {id(field) for label in self.all("label") for field in label.iter()}
        for field in (*self.all("input"), *self.all("select"), *self.all("textarea")):
            if field.get("type") not in UNNAMED:
                named = field.get("id") in labelled or field.get("aria-label") or id(field) in inside
                assert named, f"{self.url}: no label for {field.attrib}"
        for element in self.root.iter():
            assert not set(element.attrib) & set(INLINE), f"{self.url}: inline {element.attrib}"
            assert element.tag != "style"
            assert element.tag != "script" or not element.text
        if not is_piece:
            self._check_heading(ids)

    def _check_heading(self, ids: Counter[str | None]) -> None:
        headings = [" ".join("".join(heading.itertext()).split()) for heading in self.all("h1")]
        assert len(headings) == 1, f"{self.url}: {len(headings)} h1"
        title = "".join(self.all("title")[0].itertext())
        assert title.startswith(f"{headings[0]} – "), f"{title!r} is not {headings[0]!r}"
        assert self.root.get("lang") == "id"
        for link in self.links:
            assert not link.startswith("#") or link[1:] in ids, f"{self.url}: {link} leads nowhere"


class Reader:
    def __init__(self, base: str) -> None:
        self.base = base
        self.session = requests.Session()

    def sign_in(self, username: str) -> None:
        page = self.post("/masuk", {"username": username, "password": PASSWORD, "next": ""}, expect=303)
        assert page.headers["Location"].endswith("/beranda")

    def get(self, path: str, *, expect: int = 200, is_piece: bool = False, follow: bool = False) -> Page:
        headers = self._headers(is_piece)
        answer = self.session.get(self.base + path, headers=headers, allow_redirects=follow, timeout=20)
        return self._read(answer, expect, is_piece)

    def post(self, path: str, form: dict[str, Any], *, expect: int, is_piece: bool = False, files: Any = None) -> Page:
        form = {"csrf_token": self.token(), **form}
        headers = self._headers(is_piece)
        answer = self.session.post(
            self.base + path, data=form, files=files, headers=headers, allow_redirects=False, timeout=20
        )
        return self._read(answer, expect, is_piece)

    def _headers(self, is_piece: bool) -> dict[str, str]:
        """With the Secure cookie, which browsers send to this machine and requests does not."""
        cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.session.cookies)
        return {"Cookie": cookies, **({"HX-Request": "true"} if is_piece else {})}

    def token(self) -> str:
        return self.get("/verifikasi").hidden("csrf_token")

    def _read(self, answer: requests.Response, expect: int, is_piece: bool) -> Page:
        assert answer.status_code == expect, f"{answer.url}: {answer.status_code} {answer.text[:500]}"
        page = Page(answer, is_piece)
        if page.root.tag != "nothing":
            page.check(is_piece)
        return page

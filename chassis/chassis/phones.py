"""Telephone numbers as they are read: on pages, on prints and on papers."""

from __future__ import annotations

import re

INDONESIAN = re.compile(r"\+62(\d{7,12})(?!\d)")
TWO_DIGIT_AREAS = ("21", "22", "24", "31", "61")


def grouped(text: str) -> str:
    """+62 812 0000 1111: every Indonesian number of the text in groups that can be read aloud and dialled."""
    return INDONESIAN.sub(_grouped, text)


def _grouped(found: re.Match[str]) -> str:
    rest = found[1]
    code = 2 if rest[:2] in TWO_DIGIT_AREAS else 3
    groups = re.findall(r".{1,4}", rest[code:]) if rest.startswith("8") else [rest[code:]]
    if len(groups) > 1 and len(groups[-1]) == 1:
        groups[-2:] = [groups[-2] + groups[-1]]
    return "\N{NO-BREAK SPACE}".join(["+62", rest[:code], *groups])

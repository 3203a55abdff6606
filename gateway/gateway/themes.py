"""Light or dark: what the browser was told to remember, else what the device prefers."""

from flask import request

COOKIE = "tema"
THEMES = {"otomatis": "Ikuti perangkat", "terang": "Terang", "gelap": "Gelap"}


def chosen() -> str:
    kept = request.cookies.get(COOKIE, "")
    return kept if kept in THEMES else "otomatis"

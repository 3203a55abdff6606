from __future__ import annotations

import contextlib
from decimal import Decimal
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svc_testing.analyses.results import Unreadable, passes, read

MAXIMUM = SimpleNamespace(limit_kind="max", limit_low=None, limit_high=Decimal("0.1"), limit_text="maks 0,1")
RANGE = SimpleNamespace(limit_kind="range", limit_low=Decimal(6), limit_high=Decimal("8.5"), limit_text="6,0 – 8,5")
ABSENT = SimpleNamespace(limit_kind="not_detected", limit_low=None, limit_high=None, limit_text="TTD")
WORDS = SimpleNamespace(limit_kind="text", limit_low=None, limit_high=None, limit_text="tidak berbau", limit_words="")


@pytest.mark.parametrize(
    ("typed", "kind", "value", "display"),
    [
        ("7,2", "number", Decimal("7.2"), "7,2"),
        ("7.2", "number", Decimal("7.2"), "7,2"),
        ("0.003", "number", Decimal("0.003"), "0,003"),
        ("7,20", "number", Decimal("7.20"), "7,20"),
        ("1.234,5", "number", Decimal("1234.5"), "1234,5"),
        ("< 0,003", "censored", Decimal("0.003"), "< 0,003"),
        (">2400", "censored", Decimal(2400), "> 2400"),
        ("2,3 x 10^2", "scientific", Decimal(230), "2,3 × 10²"),
        ("2,3 × 10²", "scientific", Decimal(230), "2,3 × 10²"),
        ("1.5e-3", "scientific", Decimal("0.0015"), "1,5 × 10⁻³"),
        ("tidak terdeteksi", "not_detected", None, "TTD"),
        ("ttd", "not_detected", None, "TTD"),
        ("tidak  berbau", "text", None, "tidak berbau"),
    ],
)
def test_a_result_is_understood_as_typed(typed: str, kind: str, value: Decimal | None, display: str) -> None:
    reading = read(typed)
    assert (reading.kind, reading.value, reading.display) == (kind, value, display)


@pytest.mark.parametrize(
    ("typed", "operand"), [("1.500", ""), ("", ""), ("<", ""), ("TTD", "<"), ("< 5", ">"), ("keruh", "<")]
)
def test_what_may_mean_two_things_is_refused(typed: str, operand: str) -> None:
    with pytest.raises(Unreadable):
        read(typed, operand)


@pytest.mark.parametrize(
    ("typed", "limit", "verdict"),
    [
        ("0,1", MAXIMUM, True),
        ("0,11", MAXIMUM, False),
        ("< 0,05", MAXIMUM, True),
        ("< 0,5", MAXIMUM, None),
        ("> 0,1", MAXIMUM, False),
        ("TTD", MAXIMUM, True),
        ("6", RANGE, True),
        ("8,6", RANGE, False),
        ("< 6", RANGE, False),
        ("TTD", RANGE, None),
        ("TTD", ABSENT, True),
        ("0", ABSENT, True),
        ("3", ABSENT, False),
        ("< 1", ABSENT, None),
        ("Tidak berbau", WORDS, True),
        ("amis", WORDS, False),
        ("5", WORDS, None),
    ],
)
def test_a_result_is_compared_with_the_frozen_limit(typed: str, limit: object, verdict: bool | None) -> None:
    assert passes(read(typed), limit) is verdict


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**6), max_value=10**6))
def test_a_number_with_a_comma_is_never_changed(number: Decimal) -> None:
    typed = format(number, "f").replace(".", ",")
    assert read(typed).value == number


@given(st.text(max_size=40))
def test_anything_typed_is_read_or_refused(typed: str) -> None:
    with contextlib.suppress(Unreadable):
        assert read(typed).display

"""What an invoice adds up to. Whole rupiah, exact decimals, no floats."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal


@dataclass(frozen=True)
class Totals:
    """Amounts in integer rupiah."""

    lines_amount: int
    sub_total_amount: int
    discount_amount: int
    total_amount: int


def add_up(
    line_amounts: Iterable[int], *, certificate_amount: int, discount_percent: Decimal, deposit_amount: int
) -> Totals:
    """sub-total = lines + certificate; total = sub-total − round(sub-total × discount %) − deposit.

    The discount is rounded half up to whole rupiah. Source: reference §2.4.
    """
    lines = sum(line_amounts)
    sub_total = lines + certificate_amount
    discount = int((sub_total * discount_percent / 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))
    return Totals(lines, sub_total, discount, sub_total - discount - deposit_amount)


def rupiah(amount: int) -> str:
    """Rp 1.500.000, as a refusal writes it."""
    return f"Rp {amount:,}".replace(",", ".")

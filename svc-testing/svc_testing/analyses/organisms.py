"""Organisms of a water sample: how many there were, and the indices of their community.

`counts` is always one whole number above zero for each taxon, shape (S,), in any order; pᵢ = nᵢ/N with N = Σ nᵢ, logarithms are natural.
Figures come unrounded; `rounded_abundance` and `rounded_index` are the one place where digits are cut, half to even.

Sources: abundance by strips of a Sedgwick-Rafter chamber (APHA Standard Methods 10200 F; 10500 C for bentos); H′ Shannon and
Weaver 1949; E Pielou 1966; C Simpson 1949; Margalef 1958.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from math import fsum, log

SQUARE_METRE_CM2 = 10_000
INDEX_STEP = Decimal("0.001")
WHOLE_FROM, FIGURES_BELOW = 100, 3
LOW, HIGH = Decimal(1), Decimal(3)
DEPRESSED, UNSTABLE = Decimal("0.5"), Decimal("0.75")
DOMINATED = Decimal("0.5")


@dataclass(frozen=True)
class Indices:
    """What is said of a community; None where there is nothing to divide by.

    `shannon` ≥ 0 (nats) and `dominance` in [1/S, 1] need one taxon, `evenness` in [0, 1] two taxa, `diversity` in [0, 1] and
    `margalef` ≥ 0 two individuals.
    """

    individuals: int
    taxa: int
    shannon: float | None
    evenness: float | None
    dominance: float | None
    diversity: float | None
    margalef: float | None


def indices(counts: Sequence[int]) -> Indices:
    """N, S, H′, E, C, 1 − D and Margalef of `counts`. Raises ValueError where a count is not above zero."""
    if any(count < 1 for count in counts):
        raise ValueError("a taxon that was not found has no count")
    total, taxa = sum(counts), len(counts)
    shannon = _shannon(counts, total) if taxa else None
    return Indices(
        individuals=total,
        taxa=taxa,
        shannon=shannon,
        evenness=min(1.0, shannon / log(taxa)) if shannon is not None and taxa > 1 else None,
        dominance=sum(count**2 for count in counts) / total**2 if taxa else None,
        diversity=1 - sum(count * (count - 1) for count in counts) / (total * (total - 1)) if total > 1 else None,
        margalef=(taxa - 1) / log(total) if total > 1 else None,
    )


def _shannon(counts: Sequence[int], total: int) -> float:
    """−Σ pᵢ ln pᵢ as Σ pᵢ ln(N/nᵢ): no term is below zero, and their order does not matter."""
    return fsum(count / total * log(total / count) for count in counts)


def plankton_per_litre(
    count: int,
    *,
    filtered_litres: Decimal,
    concentrate_ml: Decimal,
    chamber_ml: Decimal,
    chamber_mm2: Decimal,
    observed_mm2: Decimal,
) -> Decimal:
    """Abundance in ind/L: n × (Vt/Vcg) × (1/Vd) × (Acg/Aa). Every volume and area is above zero."""
    concentrated = concentrate_ml * chamber_mm2 * count
    return concentrated / (chamber_ml * filtered_litres * observed_mm2)


def bentos_per_square_metre(count: int, *, grab_cm2: Decimal, grabs: int) -> Decimal:
    """Density in ind/m²: n × 10,000 / (A × number of grabs), A in cm² and above zero."""
    return Decimal(count) * SQUARE_METRE_CM2 / (grab_cm2 * grabs)


def rounded_abundance(value: Decimal) -> Decimal:
    """Whole individuals from 100 on, three figures below: a chamber counts no more exactly than that."""
    if not value:
        return Decimal(0)
    step = Decimal(1).scaleb(min(value.adjusted() - FIGURES_BELOW + 1, 0))
    rounded = value.quantize(step, ROUND_HALF_EVEN)
    return rounded.quantize(Decimal(1)) if rounded >= WHOLE_FROM else rounded


def rounded_index(value: float) -> Decimal:
    """Three decimals; what is said in words is judged on these, so that print and word agree."""
    return Decimal(repr(value)).quantize(INDEX_STEP, ROUND_HALF_EVEN)


def shannon_criterion(value: Decimal) -> str:
    """H′ < 1 low, 1 to 3 medium, above 3 high."""
    if value < LOW:
        return "rendah, tercemar berat"
    return "sedang" if value <= HIGH else "tinggi, bersih"


def evenness_criterion(value: Decimal) -> str:
    """E up to 0.5 depressed, up to 0.75 unstable, above stable."""
    if value <= DEPRESSED:
        return "tertekan"
    return "labil" if value <= UNSTABLE else "stabil"


def dominance_criterion(value: Decimal) -> str:
    """Near 0 none dominates, near 1 one does; the middle parts them."""
    return "tidak ada dominansi" if value < DOMINATED else "ada dominansi"

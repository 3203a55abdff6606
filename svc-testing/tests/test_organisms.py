"""The figures of Cek Organisme against vectors, an independent computation and what must hold of any community."""

from __future__ import annotations

import math
import random
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svc_testing.analyses.organisms import (
    Indices,
    bentos_per_square_metre,
    dominance_criterion,
    evenness_criterion,
    indices,
    plankton_per_litre,
    rounded_abundance,
    rounded_index,
    shannon_criterion,
)

COMMUNITIES = st.lists(st.integers(1, 10_000), min_size=1, max_size=60)
SEVERAL = st.lists(st.integers(1, 10_000), min_size=2, max_size=60)
SEDGWICK_RAFTER = {"chamber_ml": Decimal(1), "chamber_mm2": Decimal(1000)}
MEASURES = st.decimals(Decimal("0.001"), Decimal(10_000), places=3)


def told_otherwise(counts: list[int]) -> tuple[float, float]:
    """H′ and C from a tally of single individuals: entropy as ln N − (1/N) Σ n ln n, C as chance with replacement, exactly."""
    total = sum(counts)
    entropy = math.log(total) - sum(n * math.log(n) for n in counts) / total
    return entropy, float(sum(Fraction(n, total) * Fraction(n, total) for n in counts))


def test_the_vector_of_the_reference() -> None:
    found = indices([12, 8, 5, 3, 2])

    assert (found.individuals, found.taxa) == (30, 5)
    assert found.shannon == pytest.approx(1.428406, abs=5e-7)
    assert found.evenness == pytest.approx(0.887519, abs=5e-7)
    assert found.dominance == pytest.approx(0.273333, abs=5e-7)
    assert found.diversity == pytest.approx(0.751724, abs=5e-7)
    assert found.margalef == pytest.approx(1.176056, abs=5e-7)


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ([], Indices(0, 0, None, None, None, None, None)),
        ([1], Indices(1, 1, 0.0, None, 1.0, None, None)),
        ([7], Indices(7, 1, 0.0, None, 1.0, 0.0, 0.0)),
        ([1, 1], Indices(2, 2, math.log(2), 1.0, 0.5, 1.0, 1 / math.log(2))),
    ],
)
def test_an_index_that_is_not_defined_is_not_given(counts: list[int], expected: Indices) -> None:
    assert indices(counts) == expected


@pytest.mark.parametrize("counts", [[0], [3, 0], [5, -1]])
def test_a_taxon_that_was_not_found_is_refused(counts: list[int]) -> None:
    with pytest.raises(ValueError, match="not found"):
        indices(counts)


@given(COMMUNITIES)
def test_two_ways_of_computing_agree(counts: list[int]) -> None:
    found, (entropy, concentration) = indices(counts), told_otherwise(counts)

    assert found.shannon == pytest.approx(entropy, abs=1e-9)
    assert found.dominance == pytest.approx(concentration, abs=1e-12)


@given(st.lists(st.integers(1, 12), min_size=2, max_size=6))
def test_diversity_is_the_chance_that_two_individuals_differ(counts: list[int]) -> None:
    animals = [taxon for taxon, count in enumerate(counts) for _ in range(count)]
    pairs = [(a, b) for a in range(len(animals)) for b in range(len(animals)) if a != b]

    differing = sum(animals[a] != animals[b] for a, b in pairs)

    assert indices(counts).diversity == pytest.approx(differing / len(pairs), abs=1e-12)


@given(SEVERAL)
def test_indices_stay_within_their_bounds(counts: list[int]) -> None:
    found = indices(counts)

    assert found.shannon is not None
    assert found.evenness is not None
    assert found.dominance is not None
    assert found.diversity is not None
    assert found.margalef is not None
    assert 0 <= found.evenness <= 1
    assert 0 <= found.shannon <= math.log(found.taxa) + 1e-12
    assert 1 / found.taxa - 1e-12 <= found.dominance <= 1
    assert 0 <= found.diversity <= 1
    assert found.margalef > 0


@given(SEVERAL, st.randoms())
def test_the_order_of_the_taxa_changes_nothing(counts: list[int], dice: random.Random) -> None:
    mixed = list(counts)
    dice.shuffle(mixed)

    assert indices(mixed) == indices(counts)


@given(SEVERAL)
def test_counting_two_taxa_as_one_makes_a_community_poorer_and_more_dominated(counts: list[int]) -> None:
    first, second, *others = counts
    apart, together = indices(counts), indices([first + second, *others])

    assert together.individuals == apart.individuals
    assert together.shannon is not None
    assert apart.shannon is not None
    assert together.dominance is not None
    assert apart.dominance is not None
    assert together.shannon < apart.shannon
    assert together.dominance > apart.dominance


@given(st.integers(2, 80), st.integers(1, 1_000))
def test_equal_counts_are_perfectly_even(taxa: int, count: int) -> None:
    found = indices([count] * taxa)

    assert found.evenness == pytest.approx(1.0, abs=1e-12)
    assert found.dominance == pytest.approx(1 / taxa)


def test_plankton_of_a_whole_chamber() -> None:
    found = plankton_per_litre(
        30,
        filtered_litres=Decimal(100),
        concentrate_ml=Decimal(50),
        observed_mm2=Decimal(1000),
        **SEDGWICK_RAFTER,
    )

    assert found == Decimal(15)


def test_plankton_of_four_strips() -> None:
    """n × (Vt/Vcg) × (1/Vd) × (Acg/Aa) = 30 × 50 × 1/20 × 1000/200."""
    found = plankton_per_litre(
        30, filtered_litres=Decimal(20), concentrate_ml=Decimal(50), observed_mm2=Decimal(200), **SEDGWICK_RAFTER
    )

    assert found == Decimal(375)


def test_bentos_of_three_grabs() -> None:
    """27 animals in three grabs of 225 cm²: 27 × 10000/675."""
    assert bentos_per_square_metre(27, grab_cm2=Decimal(225), grabs=3) == Decimal(400)


@given(st.integers(1, 10_000), MEASURES, MEASURES, MEASURES, MEASURES, MEASURES)
def test_abundance_is_the_formula_in_exact_fractions(
    count: int, filtered: Decimal, concentrate: Decimal, chamber: Decimal, area: Decimal, observed: Decimal
) -> None:
    exact = (
        count * (Fraction(concentrate) / Fraction(chamber)) / Fraction(filtered) * (Fraction(area) / Fraction(observed))
    )

    found = plankton_per_litre(
        count,
        filtered_litres=filtered,
        concentrate_ml=concentrate,
        chamber_ml=chamber,
        chamber_mm2=area,
        observed_mm2=observed,
    )

    assert abs(Fraction(found) - exact) <= exact / 10**24


@given(st.integers(1, 10_000), MEASURES, st.integers(1, 1_000))
def test_density_is_the_formula_in_exact_fractions(count: int, area: Decimal, grabs: int) -> None:
    exact = Fraction(count * 10_000) / (Fraction(area) * grabs)

    assert abs(Fraction(bentos_per_square_metre(count, grab_cm2=area, grabs=grabs)) - exact) <= exact / 10**24


@pytest.mark.parametrize(
    ("exact", "printed"),
    [
        ("0", "0"),
        ("0.12345", "0.123"),
        ("9.876", "9.88"),
        ("44.44444", "44.4"),
        ("99.96", "100"),
        ("100.5", "100"),
        ("101.5", "102"),
        ("33333.33", "33333"),
    ],
)
def test_abundances_are_printed_with_three_figures_or_whole(exact: str, printed: str) -> None:
    assert str(rounded_abundance(Decimal(exact))) == printed


@given(st.decimals(Decimal("0.000001"), Decimal(10**20), places=6))
def test_rounding_moves_an_abundance_by_half_a_step_at_most(value: Decimal) -> None:
    assert abs(rounded_abundance(value) - value) <= max(value / 200, Decimal(0))


def test_rounding_keeps_the_order_of_abundances() -> None:
    values = [Decimal(n) / 7 for n in range(1, 3_000)]

    assert all(before <= after for before, after in pairwise(map(rounded_abundance, values)))


@pytest.mark.parametrize(
    ("value", "word"),
    [("0.999", "rendah, tercemar berat"), ("1.000", "sedang"), ("3.000", "sedang"), ("3.001", "tinggi, bersih")],
)
def test_the_words_of_shannon(value: str, word: str) -> None:
    assert shannon_criterion(Decimal(value)) == word


@pytest.mark.parametrize(
    ("value", "word"),
    [
        ("0", "tertekan"),
        ("0.500", "tertekan"),
        ("0.501", "labil"),
        ("0.750", "labil"),
        ("0.751", "stabil"),
        ("1", "stabil"),
    ],
)
def test_the_words_of_evenness(value: str, word: str) -> None:
    assert evenness_criterion(Decimal(value)) == word


@pytest.mark.parametrize(("value", "word"), [("0.499", "tidak ada dominansi"), ("0.500", "ada dominansi")])
def test_the_words_of_dominance(value: str, word: str) -> None:
    assert dominance_criterion(Decimal(value)) == word


def test_words_are_judged_on_what_is_printed() -> None:
    assert shannon_criterion(rounded_index(0.9996)) == "sedang"
    assert str(rounded_index(0.9996)) == "1.000"

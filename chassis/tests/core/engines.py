"""Marks of the tests that speak about the database."""

import pytest

BOTH = pytest.mark.parametrize("app", ["sqlite", pytest.param("postgresql", marks=pytest.mark.real)], indirect=True)
POSTGRESQL = pytest.mark.parametrize("app", [pytest.param("postgresql", marks=pytest.mark.real)], indirect=True)

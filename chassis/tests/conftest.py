"""A service of the tests' own stands on the chassis: `tests/core/library`, and `tests/events/station` for events."""

pytest_plugins = ["chassis.testing"]

"""Backup of a running installation, and restoring it into an empty one. How and why: `docs/operations.md`."""

"""Reading every database directly; ids come as 32 hexadecimal digits from both kinds."""

import json
import sqlite3
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
from psycopg.rows import dict_row

SERVICES = ("identity", "testing", "billing", "documents", "notify")


class Databases:
    def __init__(self, folder: Path) -> None:
        run = json.loads((folder / "run.json").read_text())
        self.addresses: dict[str, str] = run["addresses"]
        self.var = Path(run["var"])

    def rows(self, service: str, query: str) -> list[dict[str, Any]]:
        found = self._postgresql(service, query) if self.addresses else self._sqlite(service, query)
        return [{name: _plain(value) for name, value in row.items()} for row in found]

    def one(self, service: str, query: str) -> Any:
        return next(iter(self.rows(service, query)[0].values()))

    def _postgresql(self, service: str, query: str) -> list[dict[str, Any]]:
        address = self.addresses["database"].replace("{service}", service)
        with psycopg.connect(address, row_factory=dict_row, connect_timeout=5) as connection:
            return connection.execute(query).fetchall()  # type: ignore[call-overload]

    def _sqlite(self, service: str, query: str) -> Iterator[dict[str, Any]]:
        connection = sqlite3.connect(self.var / f"{service}.db", timeout=30)
        connection.row_factory = sqlite3.Row
        try:
            yield from [dict(row) for row in connection.execute(query)]
        finally:
            connection.close()


def _plain(value: Any) -> Any:
    return value.hex if isinstance(value, uuid.UUID) else value


def plain_id(text: str) -> str:
    return text.replace("-", "")

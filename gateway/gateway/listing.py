"""What a list page is made of, as data, and the addresses its parts lead to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

Value = Callable[[dict[str, Any]], Any]
Options = tuple[tuple[str, str], ...]
DASHED = ("text", "phone", "date", "several")


@dataclass(frozen=True)
class Column:
    """`code` names it in the address and in files; without one it is always shown. `is_extra`: only who chooses it sees it."""

    label: str
    value: str | Value
    kind: str = "text"
    sort: str | None = None
    roles: frozenset[str] | None = None
    hidden_for: frozenset[str] = frozenset()
    code: str = ""
    is_extra: bool = False

    def of(self, row: dict[str, Any]) -> Any:
        return self.value(row) if callable(self.value) else dig(row, self.value)

    def is_blank(self, row: dict[str, Any]) -> bool:
        """A dash says nothing on a phone, where each cell is a line."""
        return self.kind in DASHED and self.of(row) in (None, "", [])

    def is_for(self, roles: frozenset[str]) -> bool:
        if self.roles is not None and not self.roles & roles:
            return False
        return not (self.hidden_for & roles and not roles - self.hidden_for)


@dataclass(frozen=True)
class Filter:
    """`kind`: choice (of `options`), states (of the workflow `options_of`), things (asked of a service, `options_of`), flag."""

    name: str
    label: str
    kind: str = "choice"
    options: Options = ()
    options_of: str = ""
    roles: frozenset[str] | None = None

    def is_for(self, roles: frozenset[str]) -> bool:
        return self.roles is None or bool(self.roles & roles)


@dataclass(frozen=True)
class ListPage:
    service: str
    things: str
    path: str
    heading: str
    columns: tuple[Column, ...]
    search_hint: str
    empty: str
    advice: str
    row_link: Value
    open_label: str = "Buka"
    also: Value = lambda row: ()  # more links of a row for those who order: (label, address)
    filters: tuple[Filter, ...] = ()
    dated: str = "Tanggal"

    @property
    def code(self) -> str:
        """As saved views name it."""
        return f"{self.service}/{self.things}"

    def columns_for(self, roles: frozenset[str], chosen: str = "") -> list[Column]:
        """Those of these roles, in the declared order: the chosen ones, else all that are not extra."""
        mine = [column for column in self.columns if column.is_for(roles)]
        wanted = set(chosen.split(",")) & {column.code for column in mine if column.code}
        if not wanted:
            return [column for column in mine if not column.is_extra]
        return [column for column in mine if not column.code or column.code in wanted]

    def filters_for(self, roles: frozenset[str]) -> list[Filter]:
        return [each for each in self.filters if each.is_for(roles)]


def dig(row: Any, path: str) -> Any:
    for part in path.split("."):
        row = row.get(part) if isinstance(row, dict) else None
    return row


def joined(path: str, inner: str) -> Value:
    """The inner values of a list in a row, e.g. the analysis numbers of an order's samples."""
    return lambda row: ", ".join(str(dig(each, inner)) for each in dig(row, path) or [] if dig(each, inner))


def first_of(*paths: str) -> Value:
    return lambda row: next((found for path in paths if (found := dig(row, path)) not in (None, "")), None)


def at(prefix: str, key: str = "id") -> Value:
    return lambda row: f"{prefix}/{row[key]}" if row.get(key) else None


FILTERED_BY = (
    "stage",
    "payment",
    "origin",
    "customer_id",
    "customer_type",
    "customer_group",
    "standard_id",
    "supervisor_id",
    "analyst_id",
    "service",
    "role",
    "overdue",
)
PASSED_ON = ("box", "status", "q", "from", "to", "sort", "limit", "cursor", "columns", *FILTERED_BY)
PLACE = ("cursor",)  # where one is, not what one looks at
LOOKS = ("sort", "limit", "columns")  # how one looks at it, not what is left


def query_of(args: Any) -> dict[str, str]:
    """What of an address is passed on; ticked columns come one by one."""
    given = {
        name: ",".join(args.getlist(name)) if hasattr(args, "getlist") else args.get(name, "") for name in PASSED_ON
    }
    return {name: value for name, value in given.items() if value}


def view_of(query: Mapping[str, str]) -> dict[str, str]:
    """What a saved view keeps of it: everything but the place."""
    return {name: value for name, value in query.items() if name not in PLACE}


def is_same_view(query: Mapping[str, str], saved: str) -> bool:
    return view_of(query) == dict(parse_qsl(saved))


def with_query(path: str, query: Mapping[str, str], **changes: str | None) -> str:
    merged = {name: value for name, value in {**query, **changes}.items() if value}
    return f"{path}?{urlencode(merged)}" if merged else path


def sort_link(page: Any, query: Mapping[str, str], column: Column) -> tuple[str, str]:
    """Where a click on a heading leads, and what aria-sort says now."""
    now = query.get("sort", "")
    state = {column.sort: "ascending", f"-{column.sort}": "descending"}.get(now, "none")
    following = f"-{column.sort}" if now == column.sort else column.sort
    return with_query(page.path, query, sort=following, cursor=None), state


def range_text(page: dict[str, Any], query: Mapping[str, str]) -> str:
    shown = len(page.get("items") or [])
    total = page.get("count")
    if total is None or not shown:
        return f"{shown} baris"
    start = page.get("start") or 1
    return f"{start}–{start + shown - 1} dari {count_text(page)}"


def count_text(page: dict[str, Any]) -> str:
    counted = f"{page.get('count') or 0:,}".replace(",", ".")
    return counted if page.get("count_is_exact", True) else f"lebih dari {counted}"

"""Forms that a service described: the fields of an action become inputs, what was typed becomes JSON."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from werkzeug.datastructures import FileStorage, MultiDict

from gateway import typed

Options = list[dict[str, Any]]
Upload = Callable[[FileStorage], tuple[dict[str, Any] | None, str]]

KNOWN_KINDS = frozenset(
    "text longtext integer decimal money date datetime boolean choice file list password email tel".split()
)
SPARE_ROWS = 3


@dataclass(frozen=True)
class Field:
    name: str
    label: str
    kind: str = "text"
    required: bool = False
    min: Any = None
    max: Any = None
    pattern: str | None = None
    hint: str = ""
    options: tuple[dict[str, Any], ...] = ()
    options_href: str | None = None
    fields: tuple["Field", ...] = ()
    value: Any = None
    autocomplete: str | None = None
    accept: bool = False
    fill: dict[str, str] = field(default_factory=dict)

    @property
    def is_long_choice(self) -> bool:
        return self.kind == "choice" and (len(self.options) > 3 or self.options_href is not None)

    @property
    def only_choice(self) -> "Field | None":
        """The one choice of a list whose rows are nothing else: such a list is a set of ticks."""
        return self.fields[0] if len(self.fields) == 1 and self.fields[0].kind == "choice" else None

    @property
    def choices_of_list(self) -> bool:
        return self.kind == "list" and (not self.fields or self.only_choice is not None)

    @property
    def topics(self) -> tuple[dict[str, Any], ...]:
        """What each row is about, e.g. the item of a checklist: nobody types it. Rows that are given whole are there to be changed."""
        given = self.value if self.kind == "list" and isinstance(self.value, list) else []
        rows = [row for row in given if isinstance(row, dict)]
        is_open = any(column.name not in row for row in rows for column in self.fields)
        return tuple(rows) if is_open else ()

    @property
    def ticks(self) -> tuple[dict[str, Any], ...]:
        return self.only_choice.options if self.only_choice else self.options


@dataclass
class Reading:
    """What came out of a posted form: the JSON for the service, what to show again, what is wrong."""

    payload: dict[str, Any] = field(default_factory=dict)
    typed: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, list[str]] = field(default_factory=dict)
    note: str = ""
    refusal: int = 0

    @property
    def status(self) -> int:
        """Of the page that shows it again: as the service refused it, or 422 for what was wrong before it was sent."""
        return 200 if self.is_valid else self.refusal or 422

    @property
    def is_valid(self) -> bool:
        return not self.errors

    def blame(self, name: str, message: str) -> None:
        self.errors.setdefault(name, []).append(message)


def describe(raw: Iterable[dict[str, Any]], load_options: Callable[[str], Options] | None = None) -> list[Field]:
    """The `fields` of an action as declarations; options that live behind an address are fetched now."""
    return [_describe_one(item, load_options) for item in raw]


def _describe_one(item: dict[str, Any], load_options: Callable[[str], Options] | None) -> Field:
    href = item.get("options_href")
    options = item.get("options") or (load_options(href) if href and load_options else [])
    kind = "list" if item.get("kind") == "list_of" else item.get("kind", "text")
    return Field(
        name=item["name"],
        label=item.get("label") or item["name"],
        kind=kind if kind in KNOWN_KINDS else "text",
        required=bool(item.get("required")),
        min=item.get("min"),
        max=item.get("max"),
        pattern=item.get("pattern"),
        hint=item.get("hint") or "",
        options=tuple(as_option(option) for option in options),
        options_href=href,
        fields=tuple(describe(item.get("fields") or (), load_options)),
        value=item.get("value", item.get("default")),
        accept=bool(item.get("accept")),
        fill=item.get("fill") or {},
    )


def as_option(option: Any) -> dict[str, Any]:
    """Services answer {value, label}, or things with an id and a name."""
    if not isinstance(option, dict):
        return {"value": str(option), "label": str(option)}
    value = option.get("value", option.get("id"))
    label = option.get("label") or option.get("name") or option.get("number") or value
    return {"value": str(value), "label": str(label)}


def first_values(fields: Iterable[Field]) -> dict[str, Any]:
    """What an untouched form shows."""
    return {each.name: each.value for each in fields if each.value is not None}


def rows_to_show(each: Field, typed: Any) -> list[dict[str, Any]]:
    """Rows of a list field: the ones filled so far, then spare ones, so that it works without scripts."""
    rows = [row if isinstance(row, dict) else {} for row in typed or []]
    return rows if rows and each.topics else rows + [{} for _ in range(SPARE_ROWS)]


def read(
    fields: Iterable[Field],
    posted: MultiDict[str, str],
    files: MultiDict[str, FileStorage],
    upload: Upload | None = None,
) -> Reading:
    reading = Reading()
    for each in fields:
        _read_field(each, reading, posted, files, upload, prefix="")
    return reading


def _read_field(
    each: Field,
    reading: Reading,
    posted: MultiDict[str, str],
    files: MultiDict[str, FileStorage],
    upload: Upload | None,
    prefix: str,
) -> None:
    name = prefix + each.name
    if each.kind == "list":
        _read_list(each, reading, posted, files, upload, name)
    elif each.kind == "file":
        _read_file(each, reading, posted, files, upload, name)
    else:
        _read_scalar(each, reading, posted, name)


def _read_scalar(each: Field, reading: Reading, posted: MultiDict[str, str], name: str) -> None:
    raw = posted.get(name, "")
    raw = raw if each.kind == "password" else raw.strip()
    if each.kind != "password":
        reading.typed[each.name] = raw
    if each.kind == "boolean":
        reading.payload[each.name] = raw == "true"
        if each.accept and raw != "true":
            reading.blame(each.name, f"Centang “{each.label}” untuk melanjutkan.")
        return
    if not raw:
        if each.required:
            reading.blame(each.name, missing(each))
        return
    try:
        value = typed.READERS.get(each.kind, str)(raw)
    except (ValueError, InvalidOperation):
        reading.blame(each.name, typed.NOT_UNDERSTOOD.get(each.kind, "Isian ini tidak dapat dibaca."))
        return
    complaint = _complaint(each, value)
    if complaint:
        reading.blame(each.name, complaint)
    reading.payload[each.name] = value


def missing(each: Field) -> str:
    if each.kind in {"choice", "date", "datetime"} or each.choices_of_list:
        return f"Pilih {each.label}."
    return f"Unggah {each.label}." if each.kind == "file" else f"Isi {each.label}."


def _complaint(each: Field, value: Any) -> str:
    if each.kind == "choice" and each.options and value not in {option["value"] for option in each.options}:
        return f"Pilih {each.label} dari daftar."
    if each.pattern and isinstance(value, str) and not re.fullmatch(each.pattern, value):
        return each.hint or f"{each.label} tidak sesuai dengan bentuk yang diminta."
    if each.kind in {"integer", "money", "decimal"}:
        amount = Decimal(str(value))
        if each.min is not None and amount < Decimal(str(each.min)):
            return f"{each.label} paling sedikit {each.min}."
        if each.max is not None and amount > Decimal(str(each.max)):
            return f"{each.label} paling banyak {each.max}."
    elif each.kind in {"text", "longtext"} and each.max is not None and len(value) > int(each.max):
        return f"{each.label} paling panjang {each.max} huruf."
    return ""


def _read_file(
    each: Field,
    reading: Reading,
    posted: MultiDict[str, str],
    files: MultiDict[str, FileStorage],
    upload: Upload | None,
    name: str,
) -> None:
    chosen = files.get(name)
    kept = {"id": posted.get(f"{name}-id", ""), "name": posted.get(f"{name}-name", "")}
    if chosen and chosen.filename and upload:
        stored, complaint = upload(chosen)
        if complaint:
            reading.blame(each.name, complaint)
        kept = stored or {"id": "", "name": ""}
    if kept["id"]:
        reading.typed[each.name] = kept
        reading.payload[each.name] = kept["id"]
    elif each.required and each.name not in reading.errors:
        reading.blame(each.name, missing(each))


def _read_list(
    each: Field,
    reading: Reading,
    posted: MultiDict[str, str],
    files: MultiDict[str, FileStorage],
    upload: Upload | None,
    name: str,
) -> None:
    if each.choices_of_list:
        values: list[Any] = [value for value in posted.getlist(name) if value]
        if not each.ticks:
            values = [line.strip() for text in values for line in text.splitlines() if line.strip()]
        reading.typed[each.name] = values
        if each.only_choice:
            values = [{each.only_choice.name: value} for value in values]
    else:
        values = _read_rows(each, reading, posted, files, upload, name)
    if values:
        reading.payload[each.name] = values
    elif each.required:
        reading.blame(each.name, missing(each))


def _read_rows(
    each: Field,
    reading: Reading,
    posted: MultiDict[str, str],
    files: MultiDict[str, FileStorage],
    upload: Upload | None,
    name: str,
) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    shown: list[dict[str, Any]] = []
    posted = _filled(each, posted, name)
    for index in range(_row_count(posted, name)):
        row = Reading()
        for column in each.fields:
            _read_field(column, row, posted, files, upload, prefix=f"{name}-{index}-")
        typed_anything = any(value not in ("", None, [], False) for value in row.payload.values())
        if not typed_anything:
            continue
        for column_name, messages in row.errors.items():
            for message in messages:
                reading.blame(f"{each.name}.{len(rows)}.{column_name}", f"Baris {len(rows) + 1}: {message}")
        rows.append(row.payload)
        shown.append(row.typed)
    reading.typed[each.name] = shown
    return rows


def _row_count(posted: MultiDict[str, str], name: str) -> int:
    return min(posted.get(f"{name}-rows", 0, type=int), 200)


def _filled(each: Field, posted: MultiDict[str, str], name: str) -> MultiDict[str, str]:
    """With one tick the rows left open are answered alike; what somebody chose in a row stays."""
    if posted.get(f"{name}-fill") != "true":
        return posted
    answers = {column.name: each.fill[column.name] for column in each.fields if column.name in each.fill}
    cells = {
        f"{name}-{at}-{column}": value for at in range(_row_count(posted, name)) for column, value in answers.items()
    }
    return MultiDict(
        [*posted.items(multi=True), *((cell, value) for cell, value in cells.items() if not posted.get(cell))]
    )


def with_options(fields: Iterable[Field], **options: Options) -> list[Field]:
    """The same declarations with choices that were only known now."""
    return [
        replace(each, options=tuple(as_option(option) for option in options[each.name]))
        if each.name in options
        else each
        for each in fields
    ]

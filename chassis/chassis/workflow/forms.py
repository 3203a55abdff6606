"""Forms as data: what an act asks for, how it is described to clients, and how it is read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from functools import cached_property
from typing import Any

import marshmallow as ma
from marshmallow import validate

from chassis.problems import BadForm, flat

Option = tuple[str, str]

MAX_TEXT, MAX_LONGTEXT, MAX_ROWS = 300, 4_000, 500
MAX_INTEGER = 2**31 - 1
MAX_MONEY = 10**13
MAX_PLACES = 20
FIRST, LAST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2999, 12, 31, tzinfo=UTC)

REQUIRED = "Wajib diisi."


@dataclass(frozen=True, kw_only=True)
class Field:
    """One field of a form. `accept`: a box that has to be ticked. `options` and `initial` may be functions of the thing acted on.

    `options_href`: where clients find the options; `{id}` is the thing's. With `options` as well, these are what is accepted, and are
    not written into every description.

    `fill`: what one tick may answer for every row of a list that is still open, e.g. {"label": "Semua sesuai", "result": "ok"}.
    """

    name: str
    label: str
    kind: str
    required: bool = False
    min: int | Decimal | None = None
    max: int | Decimal | None = None
    pattern: str | None = None
    hint: str = ""
    options: tuple[Option, ...] | Callable[[Any], list[Option]] = ()
    options_href: str = ""
    fields: tuple[Field, ...] = ()
    accept: bool = False
    initial: Any = None
    fill: dict[str, str] | None = None

    def describe(self, thing: Any = None) -> dict[str, Any]:
        """As `http.md` shows a field."""
        return self._same_for_all if self._is_fixed else self._describe(thing)

    @cached_property
    def _is_fixed(self) -> bool:
        asks = (callable(self.options) and not self.options_href) or callable(self.initial) or "{" in self.options_href
        return not asks and all(inner._is_fixed for inner in self.fields)

    @cached_property
    def _same_for_all(self) -> dict[str, Any]:
        return self._describe(None)

    def _describe(self, thing: Any) -> dict[str, Any]:
        shown: dict[str, Any] = {"name": self.name, "label": self.label, "kind": self.kind, "required": self.required}
        shown |= {key: _number(bound) for key in ("min", "max") if (bound := getattr(self, key)) is not None}
        shown |= {key: value for key in ("pattern", "hint", "accept", "fill") if (value := getattr(self, key))}
        if self.options_href:
            shown["options_href"] = self.options_href.format(id=getattr(thing, "id", ""))
        elif self.kind == "choice":
            shown["options"] = [{"value": value, "label": label} for value, label in self.choices(thing)]
        if self.kind == "list":
            shown["fields"] = [inner.describe(thing) for inner in self.fields]
        if (value := self.initial(thing) if callable(self.initial) else self.initial) is not None:
            shown["value"] = value
        return shown

    def choices(self, thing: Any) -> list[Option]:
        return self.options(thing) if callable(self.options) else list(self.options)


def _number(bound: int | Decimal) -> int | float:
    return int(bound) if bound == int(bound) else float(bound)


def _maker(kind: str) -> Callable[..., Field]:
    def make(name: str, label: str, required: bool = False, **more: Any) -> Field:
        return Field(name=name, label=label, kind=kind, required=required, **more)

    make.__name__ = kind
    return make


text, longtext, integer, decimal = _maker("text"), _maker("longtext"), _maker("integer"), _maker("decimal")
money, date, datetime_, boolean = _maker("money"), _maker("date"), _maker("datetime"), _maker("boolean")
choice, file, list_of = _maker("choice"), _maker("file"), _maker("list")

OFFICE_TIME = timezone(timedelta(hours=7), "WIB")


class _Text(ma.fields.String):
    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        read = super()._deserialize(value, *args, **kwargs).strip()
        if "\x00" in read:
            raise ma.ValidationError("Tidak boleh memuat karakter kosong.")
        if not read.isprintable() and any("\ud800" <= letter <= "\udfff" for letter in read):
            raise self.make_error("invalid_utf8")
        if self.required and not read:
            raise ma.ValidationError(REQUIRED)
        return read


class _Boolean(ma.fields.Boolean):
    def __init__(self, *, accept: bool, **kwargs: Any) -> None:
        self.accept = accept
        super().__init__(**kwargs)

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        read = super()._deserialize(value, *args, **kwargs)
        if self.accept and read is not True:
            raise ma.ValidationError("Harus disetujui.")
        return read


def _field(field: Field, thing: Any, form: str) -> ma.fields.Field[Any]:
    common: dict[str, Any] = {"required": field.required} | ({} if field.required else {"allow_none": True})
    if field.kind == "choice":
        return _choice(field, thing, common)
    if field.kind == "list":
        return _list(field, thing, form, common)
    return _PLAIN[field.kind](field, common)


def _words(field: Field, common: dict[str, Any]) -> ma.fields.Field[Any]:
    longest = int(field.max or (MAX_TEXT if field.kind == "text" else MAX_LONGTEXT))
    checks: list[Any] = [validate.Length(max=longest, error=f"Paling banyak {longest} huruf.")]
    if field.min is not None:
        checks.append(_Shortest(int(field.min), error=f"Paling sedikit {field.min} huruf."))
    if field.pattern:
        checks.append(_Pattern(field.pattern, error=field.hint or "Bentuknya belum benar."))
    return _Text(validate=checks, **common)


def _whole(field: Field, common: dict[str, Any]) -> ma.fields.Field[Any]:
    lowest, highest = (0, MAX_MONEY) if field.kind == "money" else (-MAX_INTEGER, MAX_INTEGER)
    lowest = lowest if field.min is None else int(field.min)
    highest = highest if field.max is None else int(field.max)
    return ma.fields.Integer(strict=True, validate=_range(lowest, highest), **common)


def _fraction(field: Field, common: dict[str, Any]) -> ma.fields.Field[Any]:
    least, most = _plain(field.min, -(10**12)), _plain(field.max, 10**12)
    return ma.fields.Decimal(validate=_Between(least, most), metadata={"minimum": least, "maximum": most}, **common)


def _moment(field: Field, common: dict[str, Any]) -> ma.fields.Field[Any]:
    return ma.fields.AwareDateTime(format="iso", default_timezone=OFFICE_TIME, validate=_within(FIRST, LAST), **common)


def _day(field: Field, common: dict[str, Any]) -> ma.fields.Field[Any]:
    return ma.fields.Date(validate=_within(FIRST.date(), LAST.date()), **common)


def _within(first: Any, last: Any) -> validate.Range:
    return validate.Range(min=first, max=last, error="Tanggal belum benar.")


_PLAIN: dict[str, Callable[[Field, dict[str, Any]], ma.fields.Field[Any]]] = {
    "text": _words,
    "longtext": _words,
    "integer": _whole,
    "money": _whole,
    "decimal": _fraction,
    "date": _day,
    "datetime": _moment,
    "boolean": lambda field, common: _Boolean(accept=field.accept, **common),
    "file": lambda field, common: ma.fields.UUID(**common),
}


def _choice(field: Field, thing: Any, common: dict[str, Any]) -> ma.fields.Field[Any]:
    if (field.options_href and not field.options) or (callable(field.options) and thing is None):
        return _Text(validate=validate.Length(max=MAX_TEXT), **common)
    values = [value for value, _ in field.choices(thing)]
    if not field.required:
        values.append("")
    return _Text(validate=validate.OneOf(values, error="Pilihan tidak dikenal."), **common)


def _list(field: Field, thing: Any, form: str, common: dict[str, Any]) -> ma.fields.Field[Any]:
    rows: list[Any] = [validate.Length(max=MAX_ROWS, error=f"Paling banyak {MAX_ROWS} baris.")]
    if field.required:
        rows.append(validate.Length(min=1, error=REQUIRED))
    inner = ma.fields.Nested(schema(field.fields, thing, f"{form}_{field.name}")) if field.fields else _Text()
    return ma.fields.List(inner, validate=rows, **common)


class _Pattern(validate.Regexp):
    """The pattern as clients see it, anchored at both ends; an empty optional field passes."""

    def __call__(self, value: Any) -> Any:
        if value and self.regex.fullmatch(value) is None:
            raise ma.ValidationError(self._format_error(value))
        return value


class _Shortest(validate.Length):
    """An empty optional field passes."""

    def __init__(self, least: int, *, error: str) -> None:
        super().__init__(min=least, error=error)

    def __call__(self, value: Any) -> Any:
        return super().__call__(value) if value else value


class _Between(validate.Validator):
    """A range that OpenAPI is told of in plain numbers: it would write decimal bounds as text."""

    def __init__(self, least: float, most: float) -> None:
        self._holds = _range(least, most)

    def __call__(self, value: Decimal) -> Decimal:
        if int(value.as_tuple().exponent) < -MAX_PLACES:  # written out, 1E-999999999 would fill the memory
            raise ma.ValidationError(f"Paling banyak {MAX_PLACES} angka di belakang koma.")
        checked: Decimal = self._holds(value)
        return checked


def _plain(bound: int | Decimal | None, default: int) -> float:
    if bound is None:
        return default
    return int(bound) if bound == int(bound) else float(bound)


def _range(lowest: Any, highest: Any) -> validate.Range:
    return validate.Range(min=lowest, max=highest, error=f"Harus antara {lowest} dan {highest}.")


def schema(fields: tuple[Field, ...], thing: Any = None, name: str = "Form") -> type[ma.Schema]:
    """The marshmallow schema of a form; unknown fields are refused. `name` is what OpenAPI calls it."""
    return ma.Schema.from_dict({field.name: _field(field, thing, name) for field in fields}, name=name)


def read(fields: tuple[Field, ...], given: Any, thing: Any = None) -> dict[str, Any]:
    """Validated values of a form, every field present (None or "" when left out). Raises BadForm with errors per field."""
    if not isinstance(given, dict):
        raise BadForm("Isi permintaan harus berupa objek JSON.")
    try:
        values: dict[str, Any] = schema(fields, thing)().load(given)
    except ma.ValidationError as error:
        raise BadForm("Periksa kembali isian Anda.", errors=flat(error.messages)) from error
    return {field.name: values.get(field.name, _empty(field)) for field in fields}


def _empty(field: Field) -> Any:
    return {"text": "", "longtext": "", "choice": "", "list": [], "boolean": False}.get(field.kind)


ma.fields.Field.default_error_messages.update(
    required=REQUIRED, null="Tidak boleh kosong.", validator_failed="Isian tidak berlaku."
)
ma.fields.String.default_error_messages.update(invalid="Harus berupa teks.", invalid_utf8="Teks tidak terbaca.")
ma.fields.UUID.default_error_messages.update(invalid_uuid="Kode tidak berlaku.")
ma.fields.Number.default_error_messages.update(invalid="Harus berupa angka.", too_large="Angka terlalu besar.")
ma.fields.Integer.default_error_messages.update(invalid="Harus berupa bilangan bulat.")
ma.fields.Decimal.default_error_messages.update(special="Harus berupa angka biasa.")
ma.fields.Boolean.default_error_messages.update(invalid="Harus ya atau tidak.")
ma.fields.DateTime.default_error_messages.update(
    invalid="Tanggal dan jam belum benar.",
    invalid_awareness="Zona waktu belum benar.",
    format="Tidak dapat ditampilkan.",
)
ma.fields.Date.default_error_messages.update(invalid="Tanggal belum benar.")
ma.fields.List.default_error_messages.update(invalid="Harus berupa daftar.")
ma.fields.Nested.default_error_messages.update(type="Bentuknya belum benar.")
ma.Schema.error_messages.update({"unknown": "Isian tidak dikenal.", "type": "Bentuknya belum benar."})

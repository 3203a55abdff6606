"""What is asked about a parameter and a standard."""

from __future__ import annotations

from dataclasses import replace
from datetime import date as day
from decimal import Decimal
from operator import attrgetter
from typing import Any

from chassis.workflow import Field, boolean, choice, date, decimal, integer, longtext, money, text

KINDS = (
    ("max", "Maksimum"),
    ("min", "Minimum"),
    ("range", "Rentang"),
    ("text", "Kata (normal, negatif, …)"),
    ("not_detected", "Tidak boleh terdeteksi (TTD)"),
    ("none", "Tanpa batas"),
)
GROUPS = (("kimia", "Kimia"), ("mikrobiologi", "Mikrobiologi"))
BASES = (("adbk", "adbk (atas dasar bahan kering)"), ("adbb", "adbb (atas dasar bahan basah)"))

PARAMETER: tuple[Field, ...] = (
    text("name", "Parameter", required=True, max=160),
    text("unit", "Satuan", required=True, max=60, hint="Tanda – bila tanpa satuan."),
    choice("limit_kind", "Jenis batas", required=True, options=KINDS),
    decimal("limit_low", "Batas bawah"),
    decimal("limit_high", "Batas atas"),
    text(
        "limit_text", "Batas tertulis", max=120, hint="Seperti dicetak pada laporan; kosong berarti dibuat dari angka."
    ),
    text("limit_words", "Kata yang memenuhi", max=200, hint="Bila lebih dari satu, pisahkan dengan titik koma."),
    choice("limit_basis", "Dasar perhitungan", options=BASES),
    text("limit_note", "Catatan batas", max=300, hint="Dicetak sebagai catatan kaki."),
    text("method", "Metode uji", required=True, max=160),
    money("price_amount", "Tarif", required=True),
    boolean("is_accredited", "Dalam lingkup akreditasi"),
    integer("lead_days", "Lama pengujian (hari kerja)", required=True, min=0, max=250),
    choice("lab_group", "Kelompok laboratorium", required=True, options=GROUPS),
    integer("required_verifiers", "Jumlah verifikasi", required=True, min=1, max=2),
    decimal("workload_points", "Poin beban kerja", required=True, min=Decimal(0), max=Decimal(100)),
    boolean("is_biota", "Diisi lewat Cek Organisme"),
    text("source_note", "Sumber", max=120),
)
DEFAULTS: dict[str, Any] = {"lead_days": 15, "required_verifiers": 1, "workload_points": "1", "lab_group": "kimia"}

STANDARD: tuple[Field, ...] = (
    text("code", "Kode", required=True, max=60, hint="Nomor standar atau peraturan dengan edisinya."),
    text("title", "Judul", required=True, max=200),
    text("matrix", "Matriks", required=True, max=80),
    text("edition", "Edisi", max=20),
    text("class_name", "Kelas", max=20),
    text("methods", "Metode acuan", max=120),
    date("valid_from", "Berlaku mulai"),
    date("valid_to", "Berlaku sampai"),
    text("superseded_by", "Digantikan oleh", max=120),
    longtext("note", "Keterangan", max=2000),
    text("source", "Sumber", max=200),
)
RENEWAL: tuple[Field, ...] = (
    text("code", "Kode edisi baru", required=True, max=60),
    text("title", "Judul", required=True, max=200, initial=attrgetter("title")),
    text("edition", "Edisi", required=True, max=20),
    date("valid_from", "Berlaku mulai", required=True, hint="Edisi lama berlaku sampai sehari sebelumnya."),
    text("source", "Sumber", max=200),
)
NOTE: tuple[Field, ...] = (longtext("note", "Alasan", required=True, max=300),)


def filled(fields: tuple[Field, ...]) -> tuple[Field, ...]:
    """The same form showing what the thing is now."""
    return tuple(replace(field, initial=_reader(field.name)) for field in fields)


def _reader(name: str) -> Any:
    def read(thing: Any) -> Any:
        value = getattr(thing, name)
        if isinstance(value, Decimal):
            return format(value, "f")
        return value.isoformat() if isinstance(value, day) else value

    return read


def blank(fields: tuple[Field, ...]) -> tuple[Field, ...]:
    """The same form for a thing that is not there yet."""
    return tuple(replace(field, initial=DEFAULTS.get(field.name)) for field in fields)

"""What is asked about staff (reference §2.8)."""

from dataclasses import replace
from operator import attrgetter
from typing import Any

from chassis.workflow import Field, choice, file, list_of, longtext, text
from svc_identity.roles import OPTIONS

GENDERS = (("male", "Laki-laki"), ("female", "Perempuan"))
EMPLOYMENTS = (("pns", "PNS"), ("pppk", "PPPK"), ("contract", "Kontrak"), ("other", "Lainnya"))
LEVELS = tuple((name, name) for name in ("Pelaksana", "Fungsional", "Pengawas", "Administrator"))

PROFILE: tuple[Field, ...] = (
    text("nip", "NIP", max=40, hint="18 angka untuk PNS dan PPPK; selain itu nomor pegawai kantor."),
    text("name", "Nama", required=True, max=200),
    choice("gender", "Jenis Kelamin", options=GENDERS),
    text("email", "Email", required=True, max=254),
    text("phone", "Nomor Telepon", max=200),
    text("section", "Seksi/Sub Bagian", max=100),
    choice("structural_level", "Tingkat Struktural", options=LEVELS),
    choice("employment", "Status Kerja", options=EMPLOYMENTS),
    file("photo_file", "Foto", hint="Gambar JPEG, PNG, atau WebP."),
)
GRANTS: tuple[Field, ...] = (
    list_of(
        "roles",
        "Level/Tugas",
        required=True,
        fields=(
            choice("role", "Tugas", required=True, options=OPTIONS),
            text("scope", "Kelompok laboratorium", max=60, hint="Kosong berarti semua kelompok."),
        ),
    ),
)


def _granted(staff: Any) -> list[dict[str, str]]:
    return [{"role": grant.role, "scope": grant.scope} for grant in staff.user.grants]


OF_THE_USER = ("name", "email", "phone")
EDIT = tuple(
    replace(field, initial=attrgetter(f"user.{field.name}" if field.name in OF_THE_USER else field.name))
    if field.kind != "file"
    else replace(field, hint="Kosong berarti foto tidak diganti.")
    for field in PROFILE
)
REGRANT = tuple(replace(field, initial=_granted) for field in GRANTS)
USERNAME = text("username", "Username", required=True, max=40)
REASON: tuple[Field, ...] = (longtext("reason", "Alasan", required=True, max=500),)
PASSWORD = text("password", "Password awal", hint="Kosongkan agar pegawai memilihnya sendiri lewat tautan e-mail.")

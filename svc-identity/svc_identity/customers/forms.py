"""What a customer is asked, in the manual's order, and how the answers are checked and kept."""

from dataclasses import replace
from operator import attrgetter
from typing import Any

from chassis.problems import BadForm
from chassis.workflow import Field, choice, longtext, text
from chassis.workflow.forms import REQUIRED
from svc_identity.checks.accounts import email_problem, normalise_email
from svc_identity.checks.civil_numbers import kbli_problem, nib_problem, normalise_kbli
from svc_identity.checks.phones import normalise_phones, phone_problem
from svc_identity.checks.tax_number import normalise_npwp, npwp_problem

TYPES = (("industry", "Industri"), ("non_industry", "Non Industri"))
GROUPS = (
    ("small", "Industri Mikro dan Kecil"),
    ("medium", "Industri Menengah"),
    ("large", "Industri Besar"),
    ("government", "Instansi Pemerintah"),
    ("education", "Perguruan Tinggi / Sekolah"),
    ("individual", "Perorangan"),
    ("other", "Lainnya"),
)
PHONE_HINT = "Beberapa nomor dipisahkan titik koma, misalnya 0812 0000 1111; (0561) 700123."

PROFILE: tuple[Field, ...] = (
    text("name", "Nama perusahaan atau pelanggan", required=True, max=200),
    choice("customer_type", "Tipe pelanggan", required=True, options=TYPES),
    choice("customer_group", "Kelompok", required=True, options=GROUPS),
    text("npwp", "NPWP", required=True, max=30, hint="15 atau 16 angka; tanda - bila tidak punya."),
    text("nib", "NIB", max=20, hint="13 angka, bila ada."),
    text("kbli", "KBLI", required=True, max=200, hint="5 angka; dapat diisi dengan -."),
    longtext("address", "Alamat", required=True, max=500),
    text("city", "Kota/Kabupaten", required=True, max=100),
    text("phone", "Nomor telepon", required=True, max=200, hint=PHONE_HINT),
    text("email", "Email", max=254, hint="Wajib bagi pelanggan yang masuk sendiri ke sistem."),
)
EDIT = tuple(replace(field, initial=attrgetter(field.name)) for field in PROFILE)
PERSON: tuple[Field, ...] = (
    text("name", "Nama", required=True, max=200),
    text("email", "Email", required=True, max=254),
    text("phone", "Nomor telepon", max=200, hint=PHONE_HINT),
)
ACCOUNT: tuple[Field, ...] = (
    text("contact_name", "Nama pengguna akun", max=200, hint="Nama orang yang memakai akun ini."),
    text(
        "username", "Username", required=True, max=40, hint="2 sampai 40 huruf kecil, angka, titik atau tanda hubung."
    ),
)
CONTACT = "Pemberitahuan dan hasil verifikasi dikirim ke alamat ini."
REGISTRATION = (*(replace(f, required=True, hint=CONTACT) if f.name == "email" else f for f in PROFILE), *ACCOUNT)
REASON: tuple[Field, ...] = (longtext("reason", "Alasan", required=True, max=500),)

CHECKS = {
    "npwp": npwp_problem,
    "nib": nib_problem,
    "kbli": kbli_problem,
    "phone": phone_problem,
    "email": email_problem,
}
NORMAL_FORMS = {
    "npwp": lambda typed: typed if typed == "-" else normalise_npwp(typed),
    "kbli": normalise_kbli,
    "phone": normalise_phones,
    "email": normalise_email,
}


def checked(form: dict[str, Any]) -> dict[str, Any]:
    """The answers in the form they are kept in. Raises BadForm with every problem beside its field."""
    given = {name for name in CHECKS if form.get(name)}
    if errors := {name: [problem] for name in sorted(given) if (problem := CHECKS[name](form[name]))}:
        raise BadForm("Periksa kembali isian Anda.", errors=errors)
    return {
        name: NORMAL_FORMS[name](value) if value and name in NORMAL_FORMS else value for name, value in form.items()
    }


def demand(form: dict[str, Any], *names: str) -> None:
    if missing := {name: [REQUIRED] for name in names if not form.get(name)}:
        raise BadForm("Periksa kembali isian Anda.", errors=missing)

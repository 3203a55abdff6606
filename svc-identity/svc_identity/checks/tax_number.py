"""NPWP in both lengths (PMK 112/2022): old numbers exist whose check digit is off, so a wrong one only warns."""

import re

from svc_identity.checks.civil_numbers import nik_problem

WRONG_CHECK_DIGIT = "Angka pemeriksa NPWP tidak cocok. Periksa kembali nomor pada kartu NPWP."


def normalise_npwp(text: str) -> str:
    return re.sub(r"[\s.\-]", "", text or "")


def npwp_problem(text: str) -> str | None:
    digits = normalise_npwp(text)
    if digits in ("", "0" * len(digits)) and text.strip() != "-":
        return "Isi NPWP 15 atau 16 angka, atau tanda - bila tidak punya."
    if text.strip() == "-":
        return None
    if not re.fullmatch(r"[0-9]{15,16}", digits):
        return "NPWP terdiri dari 15 atau 16 angka, atau tanda - bila tidak punya."
    return None


def npwp_warning(text: str) -> str | None:
    digits = normalise_npwp(text)
    if npwp_problem(text) or not digits:
        return None
    if len(digits) == 16 and not digits.startswith("0"):
        return nik_problem(digits) and "NPWP 16 angka perorangan harus sama dengan NIK. Periksa kembali nomornya."
    return None if luhn_holds(digits[-15:][:9]) else WRONG_CHECK_DIGIT


def luhn_holds(digits: str) -> bool:
    """ISO/IEC 7812-1: every second digit from the right, without the check digit, counts double."""
    digit_sums = 0
    for position, digit in enumerate(reversed(digits)):
        product = int(digit) * (2 if position % 2 else 1)
        digit_sums += product // 10 + product % 10
    return digit_sums % 10 == 0

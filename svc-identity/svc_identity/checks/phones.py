"""Telephone numbers as people type them: several in one field, with names in brackets."""

import re
from dataclasses import dataclass

import phonenumbers
from phonenumbers import PhoneNumberType

MOBILE = re.compile(r"\+628[1-9][0-9]{7,10}")
FIXED = re.compile(r"\+62[2-79][0-9]{6,10}")


@dataclass(frozen=True)
class Contact:
    number: str
    kind: str
    label: str = ""

    @property
    def has_whatsapp(self) -> bool:
        return self.kind == "mobile"


def split_phones(text: str) -> list[Contact]:
    """Every usable number in E.164; the parts that are none are left out."""
    return [contact for part in _parts(text) if (contact := _contact(part))]


def phone_problem(text: str) -> str | None:
    parts = _parts(text)
    if not parts:
        return "Isi nomor telepon, misalnya 0812 0000 1111."
    wrong = [part for part in parts if not _contact(part)]
    return f"Nomor telepon tidak dikenali: {wrong[0]}. Contoh: 0812 0000 1111 atau (0561) 700123." if wrong else None


def normalise_phones(text: str) -> str:
    return "; ".join(f"{c.number} ({c.label})" if c.label else c.number for c in split_phones(text))


def first_phone(text: str) -> str:
    return next((contact.number for contact in split_phones(text)), "")


def _parts(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"[;,/|\n]", text or "") if part.strip()]


def _contact(part: str) -> Contact | None:
    label = " ".join(words for words in re.findall(r"\(([^)]*)\)", part) if not re.fullmatch(r"[\d\s+]*", words))
    bare = re.sub(r"\([^)]*[^\d\s+)][^)]*\)", "", part)
    if re.search(r"[^\d\s+().\-]", bare):
        return None
    number = _e164(re.sub(r"[^\d+]", "", bare))
    if MOBILE.fullmatch(number):
        return Contact(number, "mobile", label.strip())
    if FIXED.fullmatch(number) or _is_foreign(number):
        return Contact(number, "fixed", label.strip())
    return None


def _e164(digits: str) -> str:
    if digits.startswith("0"):
        return "+62" + digits[1:]
    if digits.startswith("62"):
        return "+" + digits
    if re.fullmatch(r"8[0-9]{8,11}", digits):
        return "+62" + digits
    return digits


def _is_foreign(number: str) -> bool:
    if not number.startswith("+") or number.startswith("+62"):
        return False
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.is_valid_number(parsed) and phonenumbers.number_type(parsed) != PhoneNumberType.PREMIUM_RATE

"""What a username and an e-mail address may look like."""

import re

RESERVED = frozenset("root system sistem anonymous anonim null me api gateway operator helpdesk".split())


def normalise_username(text: str) -> str:
    return (text or "").strip().lower()


def username_problem(text: str) -> str | None:
    name = normalise_username(text)
    if not re.fullmatch(r"[a-z0-9](?:[a-z0-9._-]{0,38})[a-z0-9]", name):
        return "Username terdiri dari 2 sampai 40 huruf kecil, angka, titik, garis bawah atau tanda hubung."
    return "Username ini tidak dapat dipakai. Pilih username lain." if name in RESERVED else None


def normalise_email(text: str) -> str:
    local, at, domain = (text or "").strip().rpartition("@")
    return f"{local}{at}{domain.lower()}"


def email_problem(text: str) -> str | None:
    address = normalise_email(text)
    local, _, domain = address.rpartition("@")
    label = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
    fits = len(address) <= 254 and len(local) <= 64 and re.fullmatch(rf"({label}\.)+[A-Za-z]{{2,63}}", domain)
    if fits and re.fullmatch(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*", local):
        return None
    return "Alamat e-mail tidak lengkap. Contoh: nama@perusahaan.co.id."

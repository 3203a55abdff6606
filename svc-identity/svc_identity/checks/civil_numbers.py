"""Numbers of people and businesses: NIK, NIB, KBLI, NIP."""

import re
from datetime import date

CIVIL_SERVANTS = ("pns", "pppk")
PPPK_MONTH_SLOT = 13


def nik_problem(text: str) -> str | None:
    digits = re.sub(r"\s", "", text or "")
    if not re.fullmatch(r"[0-9]{16}", digits):
        return "NIK terdiri dari 16 angka."
    day, month, year = int(digits[6:8]), int(digits[8:10]), int(digits[10:12])
    day -= 40 if day > 40 else 0
    if not any(_date(century + year, month, day) for century in (1900, 2000)):
        return "Tanggal lahir di dalam NIK tidak mungkin."
    return "NIK tidak mungkin berakhir 0000." if digits.endswith("0000") else None


def nib_problem(text: str) -> str | None:
    return None if re.fullmatch(r"[0-9]{13}", (text or "").strip()) else "NIB terdiri dari 13 angka."


def normalise_kbli(text: str) -> str:
    codes = [code for code in re.split(r"[\s,;]+", (text or "").strip()) if code]
    return ", ".join(codes)


def kbli_problem(text: str) -> str | None:
    codes = normalise_kbli(text)
    if re.fullmatch(r"-|[0-9]{5}(, [0-9]{5})*", codes):
        return None
    return "KBLI terdiri dari 5 angka; pisahkan beberapa kode dengan koma, atau isi tanda -."


def normalise_nip(text: str) -> str:
    return re.sub(r"[\s.\-]", "", text or "")


def nip_problem(text: str, employment: str, *, today: date) -> str | None:
    """Only civil servants have a NIP of the national form; everybody else's number is the office's own."""
    nip = normalise_nip(text)
    if employment not in CIVIL_SERVANTS:
        return None if re.fullmatch(r"[0-9A-Za-z/]{0,30}", nip) else "Nomor pegawai paling banyak 30 huruf atau angka."
    if not re.fullmatch(r"[0-9]{18}", nip):
        return "NIP terdiri dari 18 angka."
    born = _date(int(nip[:4]), int(nip[4:6]), int(nip[6:8]))
    if not born or born > today:
        return "Tanggal lahir di dalam NIP tidak mungkin."
    year, month = int(nip[8:12]), int(nip[12:14])
    if not (1 <= month <= 12 or (employment == "pppk" and month >= PPPK_MONTH_SLOT)):
        return "Bulan pengangkatan di dalam NIP tidak mungkin."
    if not 17 <= year - born.year <= 60:
        return "Umur saat pengangkatan di dalam NIP tidak mungkin."
    return None if nip[14] in "12" else "Angka ke-15 NIP harus 1 (pria) atau 2 (wanita)."


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None

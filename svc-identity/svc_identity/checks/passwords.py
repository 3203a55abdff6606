"""Which passwords are refused, and how the accepted ones are kept."""

import re
from functools import cache
from itertools import pairwise
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MINIMUM, MAXIMUM = 12, 128
LEAST_OWN_CHARACTERS = 6
LIST = Path(__file__).parent.parent / "seed" / "refused_words.txt"
LEET = str.maketrans("013457@$!", "oieastasi")

# OWASP Password Storage Cheat Sheet: argon2id, 19 MiB, two passes, one lane
hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1, hash_len=32, salt_len=16)
NOBODY = hasher.hash("tidak ada akun dengan nama ini")


def password_problem(password: str, *, personal: tuple[str, ...] = ()) -> str | None:
    """Length, common and local words, the person's own names; no rule about kinds of characters (ASVS 6.2)."""
    if len(password) < MINIMUM:
        return f"Password paling sedikit {MINIMUM} karakter. Beberapa kata yang tidak berkaitan lebih mudah diingat."
    if len(password) > MAXIMUM:
        return f"Password paling banyak {MAXIMUM} karakter."
    if len(set(password)) <= 2 or _is_sequence(password):
        return "Password ini hanya urutan atau pengulangan. Pilih beberapa kata yang tidak berkaitan."
    if _own_characters(password, personal) < LEAST_OWN_CHARACTERS:
        return "Password ini mudah ditebak: terlalu banyak memakai kata umum, nama kantor atau nama Anda sendiri."
    return None


def hash_password(password: str) -> str:
    return hasher.hash(password)


def is_right(password_hash: str | None, password: str) -> bool:
    """Takes the same time for an account that does not exist or has no password yet."""
    try:
        return hasher.verify(password_hash or NOBODY, password) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(password_hash: str) -> bool:
    return hasher.check_needs_rehash(password_hash)


def _own_characters(password: str, personal: tuple[str, ...]) -> int:
    """How many different characters are left once listed and personal words and years are taken out."""
    words = refused_words() | {
        word for name in personal for word in re.split(r"[^a-z0-9]+", name.lower()) if len(word) > 3
    }
    plain = password.lower()
    return min(_left_over(text, words) for text in (plain, plain.translate(LEET)))


def _left_over(text: str, words: frozenset[str]) -> int:
    for word in sorted(words, key=len, reverse=True):
        text = text.replace(word, " ")
    return len(set(re.sub(r"(19|20)[0-9]{2}|[\W_]", "", text)))


def _is_sequence(password: str) -> bool:
    steps = {ord(after) - ord(before) for before, after in pairwise(password)}
    return len(steps) == 1


@cache
def refused_words() -> frozenset[str]:
    lines = LIST.read_text(encoding="utf-8").splitlines()
    return frozenset(line.strip() for line in lines if line.strip() and not line.startswith("#"))

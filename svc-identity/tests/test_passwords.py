import pytest

from svc_identity.checks.passwords import hash_password, is_outdated, is_right, password_problem, refused_words

GOOD = "kereta kabut jembatan"


def test_twelve_characters_are_the_least_and_128_the_most():
    assert "12" in password_problem("gx7Kd-pw2Tz")
    assert password_problem("gx7Kd-pw2TzR") is None
    assert password_problem("gx7Kd-pw2TzR" * 10 + "abcdefgh") is None
    assert "128" in password_problem("gx7Kd-pw2TzR" * 10 + "abcdefghi")


@pytest.mark.parametrize(
    "password",
    [
        "zerocalls-demo",
        "BSPJI-Pontianak2026",
        "p4ssw0rd1234!",
        "Bendahara12345",
        "kemenperin-2025!!",
        "Rahasia-sandi-99",
        "qwertyuiop1234",
        "indonesiaraya45",
        "selamatdatang01",
    ],
)
def test_common_and_local_words_are_refused(password):
    assert "mudah ditebak" in password_problem(password)


@pytest.mark.parametrize("password", ["aaaaaaaaaaaa", "ababababababab", "abcdefghijklm", "987654321098"[:9] + "abc"])
def test_runs_and_repetitions_are_refused(password):
    assert password_problem(password)


def test_one_s_own_names_are_refused():
    assert password_problem("makmurjaya-2026", personal=("PT Makmurjaya Abadi", "makmur"))
    assert password_problem("makmurjaya-2026") is None


@pytest.mark.parametrize(
    "password", [GOOD, "kudanil berenang pelan", "tr0mb0n&lampion&gerobak", "ひみつのことばをえらんだよ"]
)
def test_no_kind_of_character_is_demanded(password):
    assert password_problem(password) is None


def test_every_listed_word_alone_or_repeated_is_refused():
    assert len(refused_words()) > 300
    assert [word for word in refused_words() if not password_problem(word * (12 // len(word) + 1))] == []


def test_a_password_is_checked_exactly_as_sent():
    kept = hash_password(GOOD)
    assert is_right(kept, GOOD)
    assert not any(is_right(kept, other) for other in (GOOD + " ", GOOD.upper(), GOOD + "\x00", GOOD[:-1], ""))


def test_long_passwords_are_not_cut():
    long = "x7" * 60 + "ending a"
    assert not is_right(hash_password(long), long[:-1] + "b")


def test_hashes_are_argon2id_with_owasp_costs_and_salted():
    first, second = hash_password(GOOD), hash_password(GOOD)
    assert first.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert first != second
    assert not is_outdated(first)
    assert is_outdated("$argon2id$v=19$m=8192,t=1,p=1$c2FsdHNhbHRzYWx0$J0yBjzWbzPHyMWxeCbSOwA")


def test_nobody_s_password_is_never_right():
    assert not is_right(None, "tidak ada akun dengan nama ini")
    assert not is_right("rusak", GOOD)

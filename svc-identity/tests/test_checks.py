from datetime import date

import pytest

from svc_identity.checks.accounts import email_problem, normalise_email, username_problem
from svc_identity.checks.civil_numbers import kbli_problem, nib_problem, nik_problem, nip_problem, normalise_kbli
from svc_identity.checks.phones import first_phone, normalise_phones, phone_problem, split_phones
from svc_identity.checks.tax_number import normalise_npwp, npwp_problem, npwp_warning

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize("npwp", ["012345674701000", "020000006701000", "319999991701000", "0012345674701000"])
def test_an_npwp_with_its_check_digit_passes_without_a_warning(npwp):
    assert npwp_problem(npwp) is None
    assert npwp_warning(npwp) is None


@pytest.mark.parametrize("npwp", ["012345670701000", "0012345670701000"])
def test_a_wrong_check_digit_only_warns(npwp):
    assert npwp_problem(npwp) is None
    assert "Angka pemeriksa" in npwp_warning(npwp)


def test_the_sixteen_digit_npwp_of_a_person_is_read_as_a_nik():
    assert npwp_warning("6171015708950001") is None
    assert "NIK" in npwp_warning("6171013513950001")


@pytest.mark.parametrize("npwp", ["", "1234", "01234567470100", "00123456747010001", "abc", "000000000000000"])
def test_an_npwp_of_another_length_is_refused(npwp):
    assert npwp_problem(npwp)


def test_punctuation_in_an_npwp_is_dropped():
    assert normalise_npwp("01.234.567.4-701.000") == "012345674701000"
    assert npwp_problem("-") is None


@pytest.mark.parametrize("nik", ["6171010112900001", "6171014112900001", "6171012902000001"])
def test_a_nik_carries_a_plausible_birthday(nik):
    assert nik_problem(nik) is None


@pytest.mark.parametrize(
    "nik", ["6171013202900001", "6171010113900001", "6171010112900000", "617101011290000", "617101291309000a"]
)
def test_an_implausible_nik_is_refused(nik):
    assert nik_problem(nik)


def test_a_nib_has_thirteen_digits():
    assert nib_problem("0220000000001") is None
    assert nib_problem("022000000000")
    assert nib_problem("02200000000012")


@pytest.mark.parametrize("kbli", ["-", "11050", "11050, 10391", "11050;10391"])
def test_kbli_takes_a_dash_one_or_several_codes(kbli):
    assert kbli_problem(kbli) is None


@pytest.mark.parametrize("kbli", ["", "1105", "110500", "11050, -", "air"])
def test_other_kbli_are_refused(kbli):
    assert kbli_problem(kbli)


def test_kbli_codes_are_kept_in_one_form():
    assert normalise_kbli(" 11050;10391 ") == "11050, 10391"


@pytest.mark.parametrize("typed", ["0812 0000 1111", "6281200001111", "81200001111", "+62 812-0000-1111"])
def test_mobile_numbers_end_up_in_one_form(typed):
    (contact,) = split_phones(typed)
    assert (contact.number, contact.kind, contact.has_whatsapp) == ("+6281200001111", "mobile", True)


def test_a_fixed_line_has_no_whatsapp():
    (contact,) = split_phones("(0561) 700123")
    assert (contact.number, contact.has_whatsapp) == ("+62561700123", False)


def test_several_numbers_in_one_field_become_several_contacts():
    assert [c.number for c in split_phones("081200001111 ; 0561700123")] == ["+6281200001111", "+62561700123"]
    assert normalise_phones("0812 0000 1111 (Bagian Mutu), 0561700123") == "+6281200001111 (Bagian Mutu); +62561700123"
    assert first_phone("0561700123 / 081200001111") == "+62561700123"


@pytest.mark.parametrize("typed", ["08", "", "telepon", "0812 0000 1111; 12", "+628120", "08123x456789", "+1 555"])
def test_what_is_no_number_is_refused(typed):
    assert phone_problem(typed)


def test_a_foreign_number_is_accepted():
    assert phone_problem("+60 3-2161 1234") is None


@pytest.mark.parametrize("employment", ["pns", "pppk"])
def test_a_nip_with_spaces_is_read(employment):
    assert nip_problem("19850101 201001 1 001", employment, today=TODAY) is None


@pytest.mark.parametrize(
    "nip",
    [
        "198513012010011001",
        "198501012010131001",
        "198501012001011001",
        "198501012010013001",
        "19850101201001100",
        "209901012130011001",
    ],
)
def test_an_impossible_nip_of_a_civil_servant_is_refused(nip):
    assert nip_problem(nip, "pns", today=TODAY)


def test_a_pppk_month_slot_may_be_beyond_twelve():
    assert nip_problem("199001012021211001", "pppk", today=TODAY) is None
    assert nip_problem("199001012021211001", "pns", today=TODAY)


@pytest.mark.parametrize("number", ["0900", "123456", ""])
def test_other_staff_keep_the_office_s_own_number(number):
    assert nip_problem(number, "contract", today=TODAY) is None


@pytest.mark.parametrize("name", ["pelanggan", "pt.contoh-tirta_1", "cs"])
def test_plain_usernames_are_accepted(name):
    assert username_problem(name) is None


@pytest.mark.parametrize("name", ["a", "-abc", "abc.", "nama lain", "a" * 41, "système", "root", "a\x00bc", "abc\n"])
def test_odd_usernames_are_refused(name):
    assert username_problem(name) or name != name.strip()


@pytest.mark.parametrize("address", ["kontak@contohtirta.test", "a.b+c@sub.contoh.co.id"])
def test_mail_addresses_are_accepted(address):
    assert email_problem(address) is None


@pytest.mark.parametrize(
    "address",
    [
        "",
        "kontak",
        "a@b",
        "a b@contoh.test",
        "a@contoh..test",
        "a@contoh.test\nBcc: b@c.id",
        ".a@contoh.test",
        "@contoh.test",
    ],
)
def test_broken_mail_addresses_are_refused(address):
    assert email_problem(address)


def test_only_the_domain_of_a_mail_address_is_folded():
    assert normalise_email(" Kontak@Contoh.TEST ") == "Kontak@contoh.test"

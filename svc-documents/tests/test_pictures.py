"""Pages of files as pictures, for looking without opening."""

import io

import pytest
from PIL import Image

FILES = "/api/v1/documents/files"


def _picture(answer) -> Image.Image:
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "image/png"
    return Image.open(io.BytesIO(answer.data))


def test_each_page_of_a_pdf_is_shown_as_a_picture(customer, send, pdf):
    file = send(customer, pdf()).json["id"]

    assert customer.get(f"{FILES}/{file}/pages").json == {"pages": 1}
    page = _picture(customer.get(f"{FILES}/{file}/pages/1"))

    assert page.width <= 1100
    assert page.height <= 3300


@pytest.mark.parametrize("number", [0, 2, 999])
def test_a_page_that_is_not_there_is_not_found(customer, send, pdf, number):
    file = send(customer, pdf()).json["id"]

    assert customer.get(f"{FILES}/{file}/pages/{number}").status_code == 404


def test_a_picture_is_one_page(customer, send, picture):
    file = send(customer, picture(), "foto.png").json["id"]

    assert customer.get(f"{FILES}/{file}/pages").json == {"pages": 1}
    assert _picture(customer.get(f"{FILES}/{file}/pages/1")).width <= 1100


def test_a_workbook_has_no_pages_to_show(customer, send, workbook):
    file = send(customer, workbook(), "daftar.xlsx").json["id"]

    assert customer.get(f"{FILES}/{file}/pages").json == {"pages": 0}
    assert customer.get(f"{FILES}/{file}/pages/1").status_code == 404


def test_others_see_no_page_of_it(customer, as_, send, pdf):
    file = send(customer, pdf()).json["id"]

    assert as_("customer", id="somebody-else").get(f"{FILES}/{file}/pages").status_code == 404
    assert as_("customer", id="somebody-else").get(f"{FILES}/{file}/pages/1").status_code == 404

"""What a letter looks like."""

from __future__ import annotations

import html5lib

from chassis.db import atomic, db, now
from svc_notify.models import Office

HOSTILE = "<script>alert(1)</script>\r\nBcc: x@y.test"


def sent(post):
    return post.copies("rina@tirta.test")[0]


def test_a_letter_has_text_and_html_the_office_and_the_link(queue, sender, rounds, post, app):
    with app.app_context(), atomic():
        db.session.add(Office(name="Balai Contoh", address="Jalan Teladan 1", phone="0561 700123", changed_at=now()))
    queue("rina@tirta.test")
    rounds(sender())

    letter = sent(post)
    text, page = (part.get_content() for part in letter.iter_parts())
    assert letter["Subject"] == "Laporan hasil uji tersedia"
    assert letter["From"].addresses[0].display_name == "Balai Contoh"
    assert letter["To"].addresses[0].addr_spec == "rina@tirta.test"
    assert letter["Auto-Submitted"] == "auto-generated"
    for part in (text, page):
        assert "Yth. Rina," in part
        assert "http://127.0.0.1:8080/pengujian/order/1" in part
        assert "Balai Contoh" in part
    html5lib.HTMLParser(strict=True).parse(page)


def test_hostile_words_stay_words(queue, sender, rounds, post):
    queue("rina@tirta.test", title=HOSTILE, body=HOSTILE, recipient_name=HOSTILE)
    rounds(sender())

    letter = sent(post)
    assert letter["Bcc"] is None
    assert "Bcc: x@y.test" in letter["Subject"]
    assert "<script>" not in letter.get_body(("html",)).get_content()


def test_lines_that_begin_with_a_dot_arrive_as_written(queue, sender, rounds, post):
    body = ".satu titik\n..dua titik\n.\nsetelah titik"
    queue("rina@tirta.test", body=body)
    rounds(sender())

    assert body in sent(post).get_body(("plain",)).get_content().replace("\r\n", "\n")


def test_letters_hold_seven_bit_lines_no_longer_than_the_standard_allows(queue, sender, rounds, post):
    queue("rina@tirta.test", body="Pengujian – µg/L " * 200)
    rounds(sender())

    content = sent(post).as_bytes()
    assert content.isascii()
    assert max(len(line) for line in content.splitlines()) <= 998

"""Pesan gagal and Jejak order: for administrators, over all services, each part failing by itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from reader import Reader
from shelf import Shelf

Client = Callable[[str], Reader]
LETTER = "0192a000-0000-7000-8000-0000000000aa"
ORDER = "0192a000-0000-7000-8000-0000000000bb"
SELF = f"/api/v1/testing/dead-letters/{LETTER}"


def letter(**more: Any) -> dict[str, Any]:
    return {
        "id": LETTER,
        "event_id": "event-1",
        "type": "billing.invoice.paid",
        "source": "/svc-billing",
        "partition_key": ORDER,
        "reason": "Hopeless: <b>tidak</b> ada",
        "attempts": 6,
        "first_at": "2026-08-17T07:00:00+00:00",
        "last_at": "2026-08-17T07:30:00+00:00",
        "status": {"code": "open", "label": "Menunggu keputusan"},
        "resolved": None,
        "links": {"self": SELF, "replay": f"{SELF}/replay", "discard": f"{SELF}/discard"},
        "payload": {"type": "billing.invoice.paid", "data": {"order_id": ORDER, "number": "<script>1</script>"}},
        "body": "{}",
        "stack": "Traceback: <i>here</i>",
        "can_replay": True,
        "handling": None,
        "others": [],
        **more,
    }


def put(shelf: Shelf, service: str = "testing", **more: Any) -> None:
    page = {"items": [letter()], "next": None, "count": 1, "count_is_exact": True}
    shelf.replies[f"GET {service}/dead-letters"] = (200, page)
    shelf.replies[f"GET {service}/dead-letters/{LETTER}"] = (200, letter(**more))


def test_failed_messages_of_every_service_load_by_themselves(client: Client, shelf: Shelf) -> None:
    put(shelf)
    shelf.down.add("billing")
    reader = client("admin")

    page = reader.get("/pesan-gagal")
    parts = [link for link in page.links if link.startswith("/pesan-gagal/")]
    texts = {link.split("?")[0].rsplit("/", 1)[1]: reader.get(link, is_piece=True).text for link in parts}

    assert set(texts) == {"identity", "testing", "billing", "documents", "notify"}
    assert "billing.invoice.paid" in texts["testing"]
    assert "6 kali" in texts["testing"]
    assert "Pesan gagal Penagihan sementara tidak tersedia." in texts["billing"]


def test_a_part_is_a_page_of_its_own_without_scripts(client: Client, shelf: Shelf) -> None:
    put(shelf)

    page = client("admin").get("/pesan-gagal/testing")

    assert f"/pesan-gagal/testing/{LETTER}" in page.links


def test_a_failed_message_shows_its_content_and_where_it_failed(client: Client, shelf: Shelf) -> None:
    put(shelf)

    page = client("admin").get(f"/pesan-gagal/testing/{LETTER}")

    assert "Traceback: <i>here</i>" in page.text
    assert "<script>1" not in page.html
    assert "17 Agustus 2026 pukul 14.00 WIB" in page.text
    assert f"/jejak-order/{ORDER}" in page.links


@pytest.mark.parametrize(("act", "path"), [("ulangi", "replay"), ("buang", "discard")])
def test_deciding_asks_the_service_once_with_a_key(client: Client, shelf: Shelf, act: str, path: str) -> None:
    put(shelf)
    shelf.replies[f"POST testing/dead-letters/{LETTER}/{path}"] = (200, letter())
    reader = client("admin")
    key = reader.get(f"/pesan-gagal/testing/{LETTER}").hidden("_key")
    shelf.sent.clear()

    page = reader.post(f"/pesan-gagal/testing/{LETTER}/{act}", {"reason": " Uji coba ", "_key": key}, expect=303)

    [sent] = [sent for sent in shelf.sent if sent.method == "POST" and "dead-letters" in sent.path]
    assert sent.path == f"{SELF}/{path}"
    assert sent.json == {"reason": "Uji coba"}
    assert sent.headers["Idempotency-Key"] == key
    assert page.headers["Location"].endswith(f"/pesan-gagal/testing/{LETTER}")


def test_discarding_without_a_reason_says_so_beside_the_field(client: Client, shelf: Shelf) -> None:
    put(shelf)
    refusal = {"status": 422, "title": "Isian belum benar", "errors": {"reason": ["Wajib diisi."]}}
    shelf.replies[f"POST testing/dead-letters/{LETTER}/discard"] = (422, refusal)

    page = client("admin").post(f"/pesan-gagal/testing/{LETTER}/buang", {"reason": ""}, expect=422)

    [field] = [field for field in page.all("textarea") if field.get("id") == "f-reason"]
    assert field.get("aria-invalid") == "true"
    assert "Wajib diisi." in page.text


def test_what_was_decided_says_who_and_why_and_offers_nothing(client: Client, shelf: Shelf) -> None:
    resolved = {"by": {"id": "x", "name": "Dewi Contoh"}, "at": "2026-08-17T08:00:00+00:00", "reason": "Uji coba"}
    status = {"code": "discarded", "label": "Dibuang"}
    put(shelf, status=status, resolved=resolved, can_replay=False)

    page = client("admin").get(f"/pesan-gagal/testing/{LETTER}")

    facts = {
        "".join(each.find("dt").itertext()): "".join(each.find("dd").itertext())
        for each in page.all("div")
        if each.find("dt") is not None
    }
    assert (facts["Dibuang oleh"], facts["Alasan"]) == ("Dewi Contoh", "Uji coba")
    assert [form for form in page.all("form") if "/pesan-gagal/" in form.get("action", "")] == []


@pytest.mark.parametrize("username", ["cs", "bendahara", "pelanggan", "analis"])
@pytest.mark.parametrize(
    "path",
    ["/pesan-gagal", "/pesan-gagal/testing", f"/pesan-gagal/testing/{LETTER}", "/jejak-order", f"/jejak-order/{ORDER}"],
)
def test_others_are_refused(client: Client, shelf: Shelf, username: str, path: str) -> None:
    put(shelf)
    reader = client(username)

    page = reader.get(path, expect=403)

    assert "Anda tidak berwenang" in page.text
    assert not any(link.startswith(("/pesan-gagal", "/jejak-order")) for link in page.links)
    assert not [sent for sent in shelf.sent if "dead-letters" in sent.path or "/trace" in sent.path]


def test_a_service_that_is_not_installed_is_not_found(client: Client) -> None:
    client("admin").get("/pesan-gagal/training", expect=404)


def entry(kind: str, second: float, **more: Any) -> dict[str, Any]:
    whole = {
        "at": f"2026-08-17T07:00:{second:09.6f}+00:00",
        "kind": kind,
        "what": "testing.order.submitted",
        "id": "e1",
        "request_id": "request-1",
        "trace": "a" * 32,
        "cause": None,
        "actor": {"id": "p1", "name": "", "roles": ["customer"]},
        "attempts": 1,
        "status": "done",
        "details": {"ms": 20, "error": None},
    }
    return whole | more


def tell_of_one_order(shelf: Shelf) -> None:
    testing = [
        entry("http", 1.1, id="h1", what="POST /api/v1/testing/orders/1/actions/submit", status="200"),
        entry(
            "history",
            1.05,
            id="r1",
            what="testing.order submit",
            status="submitted",
            actor={"id": "p1", "name": "Budi Contoh", "roles": ["customer"]},
            details={
                "thing": "testing.order",
                "transition": "submit",
                "from": "drafted",
                "to": "submitted",
                "note": "",
            },
        ),
        entry("event_out", 1.06, status="published"),
    ]
    notify = [
        entry("event_in", 1.2, details={"ms": 20, "handlers": ["tell"], "error": None}),
        entry(
            "message",
            1.21,
            id="m1",
            cause="e1",
            what="Order baru",
            status="sent",
            details={"channel": "email", "to": "CS"},
        ),
    ]
    billing = [
        entry(
            "event_in",
            1.3,
            status="dead",
            details={"ms": 5, "handlers": ["open_invoice"], "error": "Hopeless: x", "dead_letter_id": LETTER},
        )
    ]
    for service, items in {"testing": testing, "notify": notify, "billing": billing, "documents": []}.items():
        shelf.replies[f"GET {service}/trace"] = (200, {"items": items, "is_complete": True})
    shelf.down.add("identity")


def test_an_order_is_traced_from_the_request_to_the_message(client: Client, shelf: Shelf) -> None:
    reader = client("admin")
    reader.get("/jejak-order")
    tell_of_one_order(shelf)

    page = reader.get(f"/jejak-order/{ORDER}")

    rows = [row for row in page.all("li") if "step-row" in row.get("class", "")]
    seen = [(row.get("id", ""), next(name for name in row.get("class", "").split() if "depth" in name)) for row in rows]
    assert seen == [
        ("s-testing-http-h1", "depth-0"),
        ("s-testing-history-r1", "depth-1"),
        ("s-testing-event_out-e1", "depth-1"),
        ("s-notify-event_in-e1", "depth-2"),
        ("s-notify-message-m1", "depth-3"),
        ("s-billing-event_in-e1", "depth-2"),
    ]
    assert "Order Selesai Kirim Ke CS" in page.text
    assert "Budi Contoh" in page.text
    assert "ada yang gagal" in page.text
    assert f"/pesan-gagal/billing/{LETTER}" in page.links
    assert "Bagian Identitas sementara tidak tersedia." in page.text


def test_a_state_that_sounds_unfinished_does_not_make_a_finished_chain_so(client: Client, shelf: Shelf) -> None:
    reader = client("admin")
    reader.get("/jejak-order")
    tell_of_one_order(shelf)
    facts = {"thing": "documents.document", "transition": "create", "from": None, "to": "requested", "note": ""}
    for service in ("testing", "notify", "billing"):
        shelf.replies[f"GET {service}/trace"] = (200, {"items": [], "is_complete": True})
    told = {"items": [entry("history", 1, id="r9", status="requested", details=facts)], "is_complete": True}
    shelf.replies["GET documents/trace"] = (200, told)

    assert "belum selesai" not in reader.get(f"/jejak-order/{ORDER}").text


def test_an_order_is_found_by_its_id_or_its_number(client: Client, shelf: Shelf) -> None:
    first = {"id": ORDER, "number": "00152", "status": {"code": "paid", "label": "DIBAYAR"}, "customer": {"name": "PT"}}
    shelf.replies["GET testing/orders"] = (200, {"items": [first], "next": None, "count": 1, "count_is_exact": True})
    reader = client("admin")

    by_number = reader.get("/jejak-order?q=00152", expect=303)
    by_id = reader.get(f"/jejak-order?q={ORDER}", expect=303)

    assert by_number.headers["Location"] == by_id.headers["Location"] == f"/jejak-order/{ORDER}"
    reader.get("/jejak-order")


def test_a_circle_of_causes_does_not_hang_the_page(client: Client, shelf: Shelf) -> None:
    reader = client("admin")
    reader.get("/jejak-order")
    tell_of_one_order(shelf)
    circle = [entry("job", 1, id="j1", cause="j2"), entry("job", 2, id="j2", cause="j1")]
    shelf.replies["GET documents/trace"] = (200, {"items": circle, "is_complete": True})

    page = reader.get(f"/jejak-order/{ORDER}")

    assert len([row for row in page.all("li") if "step-job" in row.get("class", "")]) == 2


def test_durations_are_read_as_people_say_them() -> None:
    from gateway.formatters import duration

    assert [duration(ms) for ms in (0, 999, 2500, 90_000, 7_200_000, 3 * 86_400_000, None)] == [
        "0 ms",
        "999 ms",
        "2,5 detik",
        "1,5 menit",
        "2 jam",
        "3 hari",
        "–",
    ]

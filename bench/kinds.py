"""Which pages show testing's data, and to whom: one row for each kind, so that a page without a row is seen in a diff."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from deploy.client import Person

PASSWORD = "zerocalls-demo"
API = "/api/v1/testing"
ROLES = {
    "pelanggan": "customer",
    "cs": "customer_service",
    "bendahara": "treasurer",
    "pjlab": "lab_coordinator",
    "penyelia": "supervisor",
    "analis": "analyst",
    "pengetik": "report_typist",
    "ppc": "sampling_officer",
    "admin": "admin",
    "kepala": "head_of_office",
}
EVERYBODY = " ".join(ROLES)
PAGES = {
    "orders": "/pengujian/order",
    "samples": "/pengujian/sampel",
    "analyses": "/pengujian/analisis",
    "reports": "/pengujian/laporan",
}


@dataclass(frozen=True)
class Kind:
    """`address` names things in braces. Lists must not grow with the orders; the rest is told, not judged."""

    name: str
    who: str
    address: str
    is_list: bool = False


def _list(name: str, who: str, address: str) -> Kind:
    return Kind(name, who, address, is_list=True)


KINDS = (
    Kind("home", EVERYBODY, "/beranda"),
    Kind("queue lanes", "pelanggan cs pjlab penyelia analis pengetik ppc", f"{API}/queue"),
    Kind("counts of the menu", "pelanggan cs pjlab penyelia analis pengetik ppc", f"{API}/queue?items=false"),
    Kind("counts of the menu, invoices", "bendahara kepala", "/api/v1/billing/queue?items=false"),
    Kind("figures", "pjlab admin kepala", "/beranda/ringkasan"),
    _list("orders", "pelanggan cs admin kepala", "/pengujian/order"),
    _list("orders by number", "cs", "/pengujian/order?sort=pre_number"),
    _list("orders by customer", "cs", "/pengujian/order?sort=customer"),
    _list("orders, oldest first", "cs", "/pengujian/order?sort=created_at"),
    _list("orders, last page", "cs pelanggan", "/pengujian/order?cursor={deep_order}"),
    _list("orders, rare word", "cs pelanggan", "/pengujian/order?q={number}"),
    _list("orders, common word", "cs", "/pengujian/order?q=contoh"),
    _list("orders of one status", "cs", "/pengujian/order?status=paid"),
    _list("orders that ended", "cs", "/pengujian/order?status=archived"),
    _list("orders of a stage", "cs", "/pengujian/order?stage=5"),
    _list("orders by payment: paid", "cs", "/pengujian/order?payment=paid"),
    _list("orders by payment: unpaid", "cs", "/pengujian/order?payment=unpaid"),
    _list("orders by payment: contract", "cs", "/pengujian/order?payment=contract"),
    _list("orders by origin", "cs", "/pengujian/order?origin=sampling"),
    _list("orders by standard", "cs", "/pengujian/order?standard_id={standard}"),
    _list("orders by supervisor", "cs", "/pengujian/order?supervisor_id={supervisor}"),
    _list("orders of a customer", "cs", "/pengujian/order?customer_id={customer}"),
    _list("orders that are late", "cs", "/pengujian/order?overdue=true"),
    _list("orders of a period", "cs", "/pengujian/order?from={day}&to={day}"),
    _list("samples", "pjlab penyelia", "/pengujian/sampel"),
    _list("samples, last page", "pjlab", "/pengujian/sampel?cursor={late_sample}"),
    _list("samples, rare word", "pjlab", "/pengujian/sampel?q={sample_number}"),
    _list("samples, common word", "pjlab", "/pengujian/sampel?q=air"),
    _list("samples, unknown word", "pjlab", "/pengujian/sampel?q=zzqx"),
    _list("samples that ended", "pjlab", "/pengujian/sampel?status=reported"),
    _list("samples by supervisor", "pjlab", "/pengujian/sampel?supervisor_id={supervisor}"),
    _list("samples by analyst", "pjlab", "/pengujian/sampel?analyst_id={analyst}"),
    _list("samples by standard", "pjlab", "/pengujian/sampel?standard_id={standard}"),
    _list("samples that are late", "pjlab", "/pengujian/sampel?overdue=true"),
    _list("analyses", "penyelia analis", "/pengujian/analisis"),
    _list("analyses by parameter", "penyelia", "/pengujian/analisis?sort=parameter"),
    _list("analyses, word", "penyelia", "/pengujian/analisis?q=bod"),
    _list("analyses, unknown word", "penyelia", "/pengujian/analisis?q=zzqx"),
    _list("analyses of one status", "penyelia", "/pengujian/analisis?status=submitted"),
    _list("analyses by standard", "penyelia", "/pengujian/analisis?standard_id={standard}"),
    _list("analyses by analyst", "penyelia", "/pengujian/analisis?analyst_id={analyst}"),
    _list("analyses by supervisor", "penyelia", "/pengujian/analisis?supervisor_id={supervisor}"),
    _list("analyses that are late", "penyelia", "/pengujian/analisis?overdue=true"),
    _list("reports", "pengetik pjlab cs", "/pengujian/laporan"),
    _list("reports of one status", "pengetik", "/pengujian/laporan?status=drafted"),
    _list("reports, rare word", "pengetik", "/pengujian/laporan?q={report_number}"),
    _list("reports, unknown word", "pengetik", "/pengujian/laporan?q=zzqx"),
    _list("invoices", "bendahara", "/invoice"),
    _list("invoices by day of order", "bendahara", "/invoice?sort=ordered_at"),
    _list("invoices, rare word", "bendahara", "/invoice?q={number}"),
    _list("invoices of one status", "bendahara", "/invoice?status=billed"),
    _list("invoices that are paid", "bendahara", "/invoice?status=paid"),
    Kind("refunds", "bendahara kepala", "/pengembalian"),
    Kind("order", "pelanggan cs pjlab penyelia pengetik admin", "/pengujian/order/{order}"),
    Kind("order in the laboratory", "cs pjlab penyelia analis", "/pengujian/order/{open_order}"),
    Kind("order: invoice", "pelanggan cs", "/pengujian/order/{order}/invoice"),
    Kind("order: messages", "pelanggan cs", "/pengujian/order/{order}/pesan"),
    Kind("order: history", "pelanggan cs", "/pengujian/order/{order}/riwayat"),
    Kind("order: files", "pelanggan", "/pengujian/order/{order}/unduhan"),
    Kind("order again", "pelanggan", "/pengujian/order/{order}/pesan-lagi"),
    Kind("new order", "cs", "/pengujian/order/baru"),
    Kind("sample", "pelanggan cs pjlab penyelia", "/pengujian/sampel/{sample}"),
    Kind("sample: history", "pjlab", "/pengujian/sampel/{sample}/riwayat"),
    Kind("result grid", "analis penyelia", "/pengujian/sampel/{open_sample}"),
    Kind("report", "pelanggan cs pjlab pengetik", "/pengujian/laporan/{report}"),
    Kind("report: history", "cs", "/pengujian/laporan/{report}/riwayat"),
    Kind("invoice", "bendahara", "/invoice/{invoice}"),
    Kind("number typed", EVERYBODY, "/cari/saran?q={number}"),
    Kind("activity of staff", "admin", "/riwayat"),
    Kind("activity of customers", "admin", "/riwayat?siapa=customers"),
    Kind("activity of the system", "admin", "/riwayat?siapa=system"),
    Kind("activity, word", "admin", "/riwayat?q=forward"),
    Kind("activity, unknown word", "admin", "/riwayat?q=zzqx"),
    Kind("activity of a period", "admin", "/riwayat?from={day}&to={day}"),
    Kind("trace of an order", "admin", "/jejak-order/{order}"),
    Kind("dead letters", "admin", "/pesan-gagal"),
    Kind("letters", "admin", "/kotak-surat"),
    Kind("customers", "cs", "/pelanggan"),
    Kind("customer", "cs", "/pelanggan/{customer}"),
    Kind("papers of a customer", "pelanggan", "/profil/dokumen"),
    Kind("notifications", "pelanggan cs", "/notifikasi"),
    Kind("prices", "pelanggan", "/tarif"),
    Kind("parameters", "pjlab", "/master/parameter"),
    Kind("standards", "pjlab", "/master/standar"),
    Kind("series of numbers", "admin", "/master/nomor"),
    Kind("workflows", "admin", "/alur-kerja"),
    Kind("files asked for", "cs", "/unduhan/testing"),
    *(Kind(f"API {name}", "cs" if name != "analyses" else "penyelia", f"{API}/{name}", is_list=True) for name in PAGES),
)


def visits(people: dict[str, Person]) -> Iterator[tuple[str, str, str, bool]]:
    """Name, person, address and whether it is a list, of every page of `KINDS` and of every box of everybody."""
    things = _things(people)
    for kind in KINDS:
        for who in kind.who.split():
            yield kind.name, who, kind.address.format(**things), kind.is_list
    for who, person in people.items():
        for box in person.get(f"{API}/worklists"):
            yield f"box {box['box']}", who, f"{PAGES[box['list']]}?box={box['box']}", True


def _things(people: dict[str, Person]) -> dict[str, str]:
    desk, head, typist, customer = (people[name] for name in ("cs", "pjlab", "pengetik", "pelanggan"))
    ended = customer.get(f"{API}/orders", status="archived", limit=1)["items"][0]
    order = desk.get(f"{API}/orders/{ended['id']}")
    analysis = people["analis"].get(f"{API}/analyses", status="assigned", limit=1)["items"][0]
    sample = head.get(f"{API}/samples/{analysis['sample']['id']}")
    supervisor = people["penyelia"].get("/api/v1/identity/me")["id"]
    analyst = people["analis"].get("/api/v1/identity/me")["id"]
    oldest = desk.get(f"{API}/orders", sort="created_at", limit=40)["items"]
    newest = head.get(f"{API}/samples", status="distributed", limit=1)["items"]
    report = typist.get(f"{API}/reports", order_id=order["id"])["items"][0]
    invoice = people["bendahara"].get("/api/v1/billing/invoices", order_id=order["id"])["items"][0]
    return {
        "order": order["id"],
        "number": oldest[-1]["pre_number"],
        "customer": order["customer"]["id"],
        "day": order["created_at"][:10],
        "deep_order": _cursor(oldest[-1]["created_at"], oldest[-1]["id"]),
        "late_sample": _cursor(newest[0]["ordered_at"], newest[0]["id"]),
        "standard": order["samples"][0]["standard"]["id"],
        "sample": order["samples"][0]["id"],
        "sample_number": next(each["sample_numbers"][0] for each in oldest if each["sample_numbers"]),
        "open_order": sample["order_id"],
        "open_sample": sample["id"],
        "report": report["id"],
        "report_number": report["number"],
        "invoice": invoice["id"],
        "supervisor": supervisor,
        "analyst": analyst,
    }


def _cursor(moment: Any, key: str) -> str:
    """A place in a list by its date (`chassis.lists`)."""
    return base64.urlsafe_b64encode(json.dumps([moment, key]).encode()).decode().rstrip("=")

"""Demonstration orders in several states, made by the real acts: their numbers, history and documents are true."""

import sys
from typing import Any

from deploy.client import Person
from deploy.walk import PASSWORD, Walk

WATER = ["Keadaan: bau", "Warna", "pH", "Kekeruhan", "Nitrit (NO₂⁻)", "Besi (Fe)"]
MICROBES = ["Angka lempeng total awal", "Bakteri bentuk koli (koliform)"]

PLANKTON = [
    "Plankton: kelimpahan",
    "Plankton: indeks keanekaragaman Shannon–Wiener (H′)",
    "Plankton: indeks keseragaman (E)",
]


def water(code: str, parameters: list[str] | None = None, **more: Any) -> dict[str, Any]:
    return {
        "sample_type": "Air minum dalam kemasan",
        "code_location": code,
        "standard": "SNI 3553:2015",
        "parameters": parameters or WATER,
        "remark": "Botol PET 600 mL, 4 botol, segel utuh",
        **more,
    }


def waste(code: str, parameters: list[str] | None = None) -> dict[str, Any]:
    return {
        "sample_type": "Air limbah domestik",
        "code_location": code,
        "standard": "P.68/2016",
        "parameters": parameters or ["pH", "BOD", "COD", "TSS"],
        "remark": "Jeriken 2 L, 1 buah",
    }


def river(code: str, parameters: list[str]) -> dict[str, Any]:
    return {
        "sample_type": "Biota perairan",
        "code_location": code,
        "standard": "Biota perairan",
        "parameters": parameters,
        "remark": "Botol 100 mL, diawetkan lugol",
    }


# who orders, what, how far it has come, and results that differ from the plausible ones
ORDERS: list[tuple[str, list[dict[str, Any]], str, dict[str, str]]] = [
    (
        "pelanggan",
        [water("AM-01 lini 2", WATER + MICROBES), waste("Outlet IPAL", ["pH", "BOD"])],
        "archived",
        {"Besi (Fe)": "0,18"},
    ),
    ("pelanggan2", [waste("Outlet 1")], "sent", {"pH": "7,1"}),
    ("pelanggan", [water("AM-02 lini 1", WATER[:4])], "issued", {}),
    ("pelanggan2", [waste("Outlet 2", ["pH", "TSS"])], "typed", {}),
    ("pelanggan", [waste("Inlet IPAL", ["pH", "COD"])], "checked", {}),
    ("pelanggan", [water("AM-03", WATER[:3])], "finished", {}),
    ("pelanggan2", [water("AM-B1", MICROBES), waste("Outlet 3", ["pH"])], "started", {}),
    ("pelanggan", [water("AM-04", WATER[2:4])], "distributed", {}),
    ("pelanggan2", [waste("Outlet 4")], "paid", {}),
    ("pelanggan", [water("AM-05")], "billed", {}),
    ("pelanggan2", [water("AM-B2", WATER[:2])], "invoiced", {}),
    ("pelanggan", [waste("Kolam akhir")], "submitted", {}),
    ("pelanggan", [water("AM-06", WATER[:3])], "drafted", {}),
    ("pelanggan2", [river("Sungai, hulu", PLANKTON)], "issued", {}),
    ("pelanggan2", [river("Sungai, hilir", [*PLANKTON, "Bentos: kepadatan"])], "started", {}),
]


def main(base: str) -> int:
    staff: dict[str, Person] = {}
    customers = {name: Person(base, name, PASSWORD) for name in ("pelanggan", "pelanggan2")}
    if customers["pelanggan"].get("/api/v1/testing/orders")["count"]:
        return 0
    for customer, samples, state, results in ORDERS:
        walk = Walk(base, customers[customer], lambda *told: None, staff=staff)
        walk.results = results
        walk.draft(samples)
        order = walk.to(state) if state != "drafted" else walk.order(walk.customer)
        print(f"{order['pre_number']:<8} {customer:<11} {order['status']['label']}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1].rstrip("/")))

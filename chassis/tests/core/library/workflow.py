from __future__ import annotations

from datetime import timedelta
from typing import Any

from chassis.workflow import Act, State, Transition, Workflow, boolean, date, file, integer, text
from tests.core.library.models import Copy, Loan

LOAN = Workflow(
    "library.loan",
    model=Loan,
    prefix="loans",
    key="loan_id",
    initial=("drafted",),
    owner=lambda loan: loan.customer_id,
    settles=("close",),
    states=[
        State("drafted", "DRAF", step=1),
        State("asked", "DIMINTA", step=2),
        State("lent", "DIPINJAM", step=3),
        State("closed", "SELESAI", step=4, final=True, tone="done"),
        State("cancelled", "BATAL", final=True, tone="stopped"),
    ],
    transitions=[
        Transition(
            "ask",
            "drafted",
            "asked",
            "customer",
            label="Minta",
            tone="forward",
            undo="cancel",
            for_customer="clerk",
            guard="has_copies",
            event="loan.asked",
            public=True,
            form=(boolean("agreed", "Setuju", required=True, accept=True), text("note", "Catatan")),
        ),
        Transition(
            "lend",
            "asked",
            "lent",
            ("clerk", "head"),
            label="Pinjamkan",
            tone="forward",
            guard="not_own_loan & shelf_is_free",
            event="loan.lent",
            bulk=True,
            form=(date("due_on", "Kembali pada", required=True), text("shelf", "Rak")),
        ),
        Transition(
            "renew",
            "lent",
            "=",
            "customer",
            label="Perpanjang",
            tone="aside",
            form=(integer("weeks", "Minggu", min=1, max=4),),
        ),
        Transition(
            "cancel",
            ("drafted", "asked"),
            "cancelled",
            "customer",
            label="Batalkan",
            tone="end",
            for_customer="clerk",
            form=(file("proof_file", "Bukti", required=True),),
            confirm="Batalkan?",
        ),
        Transition("close", "lent", "closed", "system", guard="all_back", event="loan.closed"),
    ],
)

COPY = Workflow(
    "library.copy",
    model=Copy,
    prefix="copies",
    key="copy_id",
    initial=("out",),
    root=lambda copy: copy.loan,
    parents=lambda copy: [copy.loan],
    states=[State("out", "DI LUAR"), State("back", "KEMBALI", final=True, tone="done")],
    transitions=[
        Transition("hand_back", "out", "back", "clerk", label="Terima kembali", tone="forward", event="copy.returned")
    ],
)


class BindingTorn(Exception):
    """What an effect of the tests fails with."""


@LOAN.guard("has_copies")
def has_copies(act: Act) -> str | None:
    return None if act.thing.copies else "Belum ada buku."


@LOAN.guard("not_own_loan", person=True)
def not_own_loan(act: Act) -> str | None:
    return "Pinjaman sendiri." if act.thing.customer_id == act.principal.customer_uuid else None


@LOAN.guard("shelf_is_free", field="shelf")
def shelf_is_free(act: Act) -> str | None:
    return "Rak penuh." if act.form["shelf"] == "penuh" else None


@LOAN.guard("all_back")
def all_back(act: Act) -> str | None:
    return None if all(copy.status == "back" for copy in act.thing.copies) else "Masih ada di luar."


@LOAN.effect("lend")
def lend(act: Act) -> None:
    act.thing.due_on, act.thing.shelf = act.form["due_on"], act.form["shelf"]
    if act.form["shelf"] == "rusak":
        raise BindingTorn


@LOAN.effect("renew")
def renew(act: Act) -> None:
    act.thing.renewals += 1
    act.thing.due_on += timedelta(weeks=act.form["weeks"] or 1)


@LOAN.payload()
def facts(act: Act) -> dict[str, Any]:
    return {"loan_id": str(act.thing.id), "status": act.thing.status}

"""The life of what is offered. Orders keep what they froze, whatever happens here."""

from __future__ import annotations

from chassis.workflow import State, Transition, Workflow
from svc_testing.catalogue import forms
from svc_testing.catalogue.models import CatalogueImport, Parameter, Standard

KEEPERS = ("super_admin", "admin")
READERS = (*KEEPERS, "lab_coordinator")
CERTAIN = "Apakah Anda yakin menghapus data ini?"

PARAMETER = Workflow(
    "testing.parameter",
    model=Parameter,
    prefix="parameters",
    key="parameter_id",
    initial=("offered",),
    states=[
        State("offered", "DITAWARKAN", tone="plain"),
        State("blocked", "DIBLOKIR", tone="stopped"),
        State("deleted", "DIHAPUS", final=True, tone="stopped"),
    ],
    transitions=[
        Transition(
            "edit",
            ("offered", "blocked"),
            "=",
            by=KEEPERS,
            label="Edit",
            tone="aside",
            form=forms.filled(forms.PARAMETER),
        ),
        Transition(
            "block", "offered", "blocked", by=KEEPERS, label="Blokir", tone="back", undo="unblock", form=forms.NOTE
        ),
        Transition("unblock", "blocked", "offered", by=KEEPERS, label="Buka Blokir", tone="forward", undo="block"),
        Transition(
            "delete",
            ("offered", "blocked"),
            "deleted",
            by=KEEPERS,
            label="Hapus",
            tone="end",
            guard="parameter_never_used",
            confirm=CERTAIN,
        ),
    ],
)

STANDARD = Workflow(
    "testing.standard",
    model=Standard,
    prefix="standards",
    key="standard_id",
    initial=("current",),
    states=[
        State("current", "BERLAKU", tone="plain"),
        State("superseded", "DIGANTIKAN", final=True, tone="plain"),
        State("deleted", "DIHAPUS", final=True, tone="stopped"),
    ],
    transitions=[
        Transition("edit", "current", "=", by=KEEPERS, label="Edit", tone="aside", form=forms.filled(forms.STANDARD)),
        Transition(
            "renew", "current", "superseded", by=KEEPERS, label="Edisi Baru", tone="forward", form=forms.RENEWAL
        ),
        Transition(
            "delete",
            "current",
            "deleted",
            by=KEEPERS,
            label="Hapus",
            tone="end",
            guard="standard_never_used",
            confirm=CERTAIN,
        ),
    ],
)

IMPORT = Workflow(
    "testing.import",
    model=CatalogueImport,
    prefix="imports",
    key="import_id",
    initial=("proposed",),
    states=[
        State("proposed", "MENUNGGU PENERAPAN"),
        State("applied", "DITERAPKAN", final=True, tone="done"),
        State("discarded", "DIBUANG", final=True, tone="stopped"),
    ],
    transitions=[
        Transition(
            "apply",
            "proposed",
            "applied",
            by=KEEPERS,
            label="Terapkan",
            tone="forward",
            guard="changes_something",
            confirm="Semua perubahan di bawah ini diterapkan sekaligus. Order yang sudah dikirim tidak berubah.",
        ),
        Transition("discard", "proposed", "discarded", by=KEEPERS, label="Buang", tone="end"),
    ],
)

"""Masters of printed documents: forms and the few states they have."""

from typing import Any

from chassis.workflow import Field, State, Transition, Workflow, choice, date, file, list_of, longtext, text

from .models import Format, Signatory

KEEPERS = ("super_admin", "admin")
SERVICES = {
    "testing": "Pengujian",
    "calibration": "Kalibrasi",
    "certification": "Sertifikasi",
    "training": "Pelatihan",
}
COLUMNS = {"unit": "Satuan", "limit": "Batas", "method": "Metode", "conformity": "Keterangan"}


def _of(name: str) -> Any:
    def read(thing: Any) -> Any:
        value = getattr(thing, name)
        return value.isoformat() if hasattr(value, "isoformat") else value

    return read


def _signatory(*, is_known: bool) -> tuple[Field, ...]:
    def now(name: str) -> dict[str, Any]:
        return {"initial": _of(name)} if is_known else {}

    hint = (
        "Kosong berarti gambar tidak diganti."
        if is_known
        else "Gambar PNG atau JPEG; dicetak di atas nama pada laporan yang terbit."
    )
    return (
        text("name", "Nama", required=True, max=200, hint="Seperti pada akun yang mengesahkan.", **now("name")),
        text("nip", "NIP", max=30, **now("nip")),
        text("position", "Jabatan", required=True, max=200, **now("position")),
        choice("service", "Layanan", required=True, options=tuple(SERVICES.items()), **now("service")),
        date("valid_from", "Berlaku mulai", required=True, **now("valid_from")),
        date("valid_to", "Berlaku sampai", **now("valid_to")),
        file("picture_file", "Gambar tanda tangan", hint=hint),
    )


SIGNATORY_FORM = _signatory(is_known=False)
FORMAT_FORM: tuple[Field, ...] = (
    longtext("header_text", "Teks kepala", max=300, hint="Di bawah nomor laporan.", initial=_of("header_text")),
    longtext("footer_text", "Teks kaki", max=600, hint="Sebelum tanda akhir laporan.", initial=_of("footer_text")),
    list_of(
        "notes",
        "Catatan",
        hint="Satu catatan tiap baris; kosong berarti catatan dari data kantor.",
        initial=_of("notes"),
    ),
    list_of(
        "hidden_columns",
        "Kolom yang tidak dicetak",
        fields=(choice("column", "Kolom", required=True, options=tuple(COLUMNS.items())),),
        initial=_of("hidden_columns"),
    ),
)

SIGNATORY = Workflow(
    "documents.signatory",
    model=Signatory,
    prefix="signatories",
    key="signatory_id",
    initial=("listed",),
    states=[State("listed", "TERDAFTAR", tone="plain"), State("deleted", "DIHAPUS", final=True, tone="stopped")],
    transitions=[
        Transition("edit", "listed", "=", by=KEEPERS, label="Edit", tone="aside", form=_signatory(is_known=True)),
        Transition(
            "delete",
            "listed",
            "deleted",
            by=KEEPERS,
            label="Hapus",
            tone="end",
            guard="never_signed",
            confirm="Apakah Anda yakin menghapus data ini?",
        ),
    ],
)
FORMAT = Workflow(
    "documents.format",
    model=Format,
    prefix="formats",
    key="format_id",
    initial=("used",),
    states=[State("used", "DIPAKAI", final=True, tone="plain")],
    transitions=[Transition("edit", "used", "=", by=KEEPERS, label="Edit", tone="aside", form=FORMAT_FORM)],
)

"""Accounts of the office's people: list, look, add."""

from typing import Any

from flask import Blueprint, request, url_for

from gateway import clients, forms, navigation, session
from gateway.forms import Field
from gateway.views import offers, page

bp = Blueprint("staff", __name__, url_prefix="/akun")

ACCOUNT = (
    Field("name", "Nama", required=True),
    Field("nip", "NIP", hint="18 angka untuk PNS dan PPPK; boleh kosong untuk pegawai lain."),
    Field("email", "Email", "email", required=True),
    Field("phone", "Nomor telepon", "tel"),
    Field("username", "Username", required=True),
    Field("password", "Password awal", "password", required=True, hint="Paling sedikit 12 huruf, angka, atau tanda.", autocomplete="new-password"),
    Field("roles", "Tugas", "list", required=True),
    Field("scope", "Kelompok laboratorium", hint="Untuk penyelia dan analis, misalnya air atau pangan."),
)


@bp.get("/<uuid:staff_id>")
@session.signed_in
def show(staff_id: Any) -> Any:
    account = clients.fetch("identity", f"staff/{staff_id}")
    return page.render(
        "account.html",
        heading=account.get("name") or "Akun",
        account=account,
        groups=[{"label": "", "offers": offers.of(account)}],
        back={"href": "/akun", "label": "Daftar akun"},
    )


@bp.route("/tambah", methods=["GET", "POST"])
@session.signed_in
def create() -> Any:
    choices = [{"value": code, "label": label} for code, label in navigation.ROLES.items() if code != "customer"]
    fields = forms.with_options(ACCOUNT, roles=choices)
    reading = forms.Reading()
    if request.method == "POST":
        reading = forms.read(fields, request.form, request.files)
        if reading.is_valid:
            answer = clients.call("identity", "POST", "staff", json=_payload(reading.payload), headers={"Idempotency-Key": request.form.get("_key", "")})
            if answer.ok:
                return page.go(url_for("staff.show", staff_id=answer.body["id"]), "Akun dibuat.")
            forms.add_problem(reading, answer.errors or {"": [answer.detail]}, fields)
    status = 200 if reading.is_valid else 422
    return page.render(
        "plain_form.html", heading="Tambah akun", status=status, fields=fields, reading=reading, submit="Simpan", back={"href": "/akun", "label": "Daftar akun"}
    )


def _payload(typed: dict[str, Any]) -> dict[str, Any]:
    scope = typed.pop("scope", None)
    return {**typed, "roles": [{"role": role, "scope": scope} for role in typed.get("roles", [])]}

"""Accounts of the office's people: list, look, add."""

from typing import Any

from flask import Blueprint, request, url_for

from gateway import clients, forms, refusals, session
from gateway.views import offers, page

bp = Blueprint("staff", __name__, url_prefix="/akun")


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
    fields = forms.describe(clients.fetch("identity", "staff/form")["fields"])
    reading = forms.Reading()
    if request.method == "POST":
        reading = forms.read(fields, request.form, request.files)
        if reading.is_valid:
            answer = clients.call("identity", "POST", "staff", json=reading.payload, headers=page.once())
            if answer.ok:
                message = "Akun dibuat. Tautan untuk membuat password dikirim ke email pegawai."
                return page.go(url_for("staff.show", staff_id=answer.body["id"]), message)
            refusals.add(reading, answer, fields)
    return page.render(
        "plain_form.html",
        heading="Tambah akun",
        status=reading.status,
        fields=fields,
        reading=reading,
        submit="Simpan",
        back={"href": "/akun", "label": "Daftar akun"},
    )

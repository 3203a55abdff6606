"""Customers: registrations to verify or refuse."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, request, url_for

from gateway import autofill, clients, forms, refusals, session
from gateway.views import offers, page, pieces

bp = Blueprint("customers", __name__, url_prefix="/pelanggan")

OF_ACCOUNTS = frozenset({"contact_name", "username", "password"})


@bp.get("/<uuid:customer_id>")
@session.signed_in
def show(customer_id: Any) -> Any:
    customer = clients.fetch("identity", f"customers/{customer_id}")
    return page.render(
        "customer.html",
        heading=customer.get("name") or "Pelanggan",
        customer=customer,
        groups=[{"label": "", "offers": offers.of(customer)}],
        back={"href": "/pelanggan", "label": "Daftar pelanggan"},
    )


@bp.route("/tambah", methods=["GET", "POST"])
@session.signed_in
def add_walk_in() -> Any:
    """A customer at the counter, who needs no account of his own."""
    asked = clients.fetch("identity", "customers/form")["fields"]
    fields = [
        replace(each, required=each.required and each.name != "email")
        for each in autofill.for_browser(forms.describe(asked))
        if each.name not in OF_ACCOUNTS
    ]
    reading = forms.Reading()
    if request.method == "POST":
        reading = forms.read(fields, request.form, request.files)
        if reading.is_valid:
            answer = clients.call("identity", "POST", "customers/walk-ins", json=reading.payload, headers=page.once())
            if answer.ok:
                return page.go(url_for("customers.show", customer_id=answer.body["id"]), "Pelanggan ditambahkan.")
            refusals.add(reading, answer, fields)
    return page.render(
        "plain_form.html",
        heading="Tambah pelanggan tanpa login",
        status=reading.status,
        fields=fields,
        reading=reading,
        submit="Simpan",
        back={"href": "/pelanggan", "label": "Daftar pelanggan"},
    )


@bp.get("/<uuid:customer_id>/riwayat")
@session.signed_in
def history(customer_id: Any) -> Any:
    back = {"href": url_for("customers.show", customer_id=customer_id), "label": "Kembali"}
    return pieces.show_history(back, "identity", f"customers/{customer_id}/history")

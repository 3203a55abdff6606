"""Signing in and out, and registering as a customer."""

from typing import Any

from flask import Blueprint, redirect, request, url_for

from gateway import clients, forms, session
from gateway.forms import Field
from gateway.views import page

bp = Blueprint("accounts", __name__)

LOGIN = (
    Field("username", "Username", required=True, autocomplete="username"),
    Field("password", "Password", "password", required=True, autocomplete="current-password"),
)
CUSTOMER_TYPES = ({"value": "company", "label": "Perusahaan"}, {"value": "person", "label": "Perorangan"})
REGISTRATION = (
    Field("name", "Nama", required=True, hint="Nama perusahaan, instansi, atau nama diri.", autocomplete="organization"),
    Field("customer_type", "Tipe pelanggan", "choice", required=True),
    Field("customer_group", "Kelompok", "choice", required=True),
    Field("npwp", "NPWP", hint="15 atau 16 angka. Tulis - bila tidak ada."),
    Field("kbli", "KBLI", hint="5 angka kode lapangan usaha. Dapat diisi dengan -."),
    Field("address", "Alamat", "longtext", required=True, autocomplete="street-address"),
    Field("city", "Kota/Kabupaten", required=True, autocomplete="address-level2"),
    Field("phone", "Nomor telepon", "tel", required=True, hint="Misalnya 0812 0000 1111.", autocomplete="tel"),
    Field("email", "Email", "email", required=True, hint="Pemberitahuan dikirim ke alamat ini.", autocomplete="email"),
    Field("username", "Username", required=True, autocomplete="username"),
    Field("password", "Password", "password", required=True, hint="Paling sedikit 12 huruf, angka, atau tanda.", autocomplete="new-password"),
)


@bp.get("/masuk")
def login() -> Any:
    if session.current():
        return redirect(url_for("home.show"))
    return page.render("login.html", heading="Masuk", fields=LOGIN, reading=forms.Reading(), next=request.args.get("next", ""))


@bp.post("/masuk")
def sign_in() -> Any:
    target = page.own_path(request.form.get("next"), url_for("home.show"))
    reading = forms.read(LOGIN, request.form, request.files)
    status = 422
    if reading.is_valid:
        answer = session.sign_in(reading.payload["username"], reading.payload["password"])
        if answer.ok:
            return page.go(target if target != "/" else url_for("home.show"))
        status = answer.status if answer.status in {401, 403, 429} else 422
        reading.blame("", answer.detail or "Username atau password salah.")
    return page.render("login.html", heading="Masuk", status=status, fields=LOGIN, reading=reading, next=request.form.get("next", ""))


@bp.post("/keluar")
def logout() -> Any:
    session.sign_out()
    return page.go(url_for("public.landing"), "Anda sudah keluar.")


@bp.route("/daftar", methods=["GET", "POST"])
def register() -> Any:
    fields = forms.with_options(REGISTRATION, customer_type=list(CUSTOMER_TYPES), customer_group=[])
    if request.method == "GET":
        return page.render("register.html", heading="Pendaftaran pelanggan", fields=fields, reading=forms.Reading())
    reading = forms.read(fields, request.form, request.files)
    if reading.is_valid:
        answer = clients.call("identity", "POST", "customers", json=reading.payload, headers={"Idempotency-Key": request.form.get("_key", "")})
        if answer.ok:
            return page.go(url_for("accounts.waiting"))
        forms.add_problem(reading, answer.errors or {"": [answer.detail]}, fields)
    return page.render("register.html", heading="Pendaftaran pelanggan", status=422, fields=fields, reading=reading)


@bp.get("/daftar/menunggu")
def waiting() -> Any:
    return page.render("waiting.html", heading="Pendaftaran Anda sudah diterima")

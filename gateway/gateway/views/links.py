"""What a one-use link from a mail opens: another password, or a first username and password."""

from typing import Any

from flask import Blueprint, request, url_for

from gateway import clients, forms
from gateway.forms import Field
from gateway.views import page

bp = Blueprint("links", __name__)

ADDRESS = (Field("email", "Email", "email", required=True, autocomplete="email"),)
PASSWORD = Field(
    "password",
    "Password baru",
    "password",
    required=True,
    hint="Paling sedikit 12 karakter. Beberapa kata yang tidak berkaitan mudah diingat.",
    autocomplete="new-password",
)
ACCOUNT = (
    Field("name", "Nama Anda", autocomplete="name", hint="Kosongkan bila nama pada undangan sudah benar."),
    Field("username", "Username", required=True, autocomplete="username"),
    PASSWORD,
)


@bp.route("/lupa-password", methods=["GET", "POST"])
def forgotten() -> Any:
    reading = forms.Reading()
    if request.method == "POST":
        reading = forms.read(ADDRESS, request.form, request.files)
        if reading.is_valid:
            answer = clients.call("identity", "POST", "password-resets", json=reading.payload)
            if answer.ok:
                return page.go(url_for("accounts.login"), answer.body["detail"])
            forms.add_problem(reading, answer.errors or {"": [answer.detail]}, ADDRESS)
    lead = "Tulis email yang terdaftar. Kami kirim tautan untuk membuat password baru; tautan itu berlaku 30 menit."
    return _form("Lupa password", ADDRESS, reading, lead=lead, submit="Kirim tautan")


@bp.route("/atur-ulang-sandi", methods=["GET", "POST"])
def another_password() -> Any:
    return _redeem("password-resets/redeem", "Password baru", (PASSWORD,), "Password sudah diganti. Silakan masuk.")


@bp.route("/undangan", methods=["GET", "POST"])
def invitation() -> Any:
    return _redeem("invitations/accept", "Buat akun Anda", ACCOUNT, "Akun Anda siap. Silakan masuk.")


def _redeem(path: str, heading: str, fields: tuple[Field, ...], done: str) -> Any:
    token = (request.form if request.method == "POST" else request.args).get("token", "")
    reading = forms.Reading()
    if request.method == "POST":
        reading = forms.read(fields, request.form, request.files)
        if reading.is_valid:
            payload = {name: value for name, value in reading.payload.items() if value is not None}
            answer = clients.call("identity", "POST", path, json=payload | {"token": token})
            if answer.ok:
                return page.go(url_for("accounts.login"), done)
            forms.add_problem(reading, answer.errors or {"": [answer.detail]}, fields)
    return _form(heading, fields, reading, token=token, submit="Simpan")


def _form(heading: str, fields: tuple[Field, ...], reading: forms.Reading, **more: Any) -> Any:
    status = 200 if reading.is_valid else 422
    return page.render("link_form.html", heading=heading, status=status, fields=fields, reading=reading, **more)

"""One-use links from e-mails: a forgotten or first password, an invitation."""

from typing import Any

from flask import Blueprint, request, url_for

from gateway import clients, forms, refusals, session
from gateway.forms import Field
from gateway.views import page

bp = Blueprint("links", __name__)

PASSWORD = Field(
    "password",
    "Password baru",
    "password",
    required=True,
    hint="Paling sedikit 12 karakter; hindari kata umum dan nama Anda.",
    autocomplete="new-password",
)
FORGOTTEN = (Field("email", "Email", "email", required=True, autocomplete="email"),)
INVITATION = (
    Field("name", "Nama Anda", required=True, autocomplete="name"),
    Field("username", "Username", required=True, autocomplete="username"),
    PASSWORD,
)


@bp.route("/lupa-sandi", methods=["GET", "POST"])
def forgotten() -> Any:
    lead = "Tulis email akun Anda. Tautan untuk mengganti password dikirim ke sana dan berlaku 30 menit."
    return _ask("Lupa password", FORGOTTEN, "password-resets", lead=lead, submit="Kirim tautan")


@bp.route("/atur-ulang-sandi", methods=["GET", "POST"])
def reset() -> Any:
    return _ask("Buat password baru", (PASSWORD,), "password-resets/redeem", submit="Simpan password")


@bp.route("/undangan", methods=["GET", "POST"])
def invitation() -> Any:
    return _ask("Terima undangan", INVITATION, "invitations/accept", submit="Aktifkan akun")


def _ask(heading: str, fields: tuple[Field, ...], path: str, *, submit: str, lead: str = "") -> Any:
    reading = forms.Reading()
    if request.method == "POST":
        reading = forms.read(fields, request.form, request.files)
        if reading.is_valid:
            answer = _send(path, reading.payload)
            if answer.ok:
                session.sign_out()
                told = answer.body.get("detail") if isinstance(answer.body, dict) else ""
                return page.go(url_for("accounts.login"), told or f"{heading}: berhasil. Silakan masuk.")
            refusals.add(reading, answer, fields)
    token = request.values.get("token", "")
    return page.render(
        "link_form.html",
        heading=heading,
        status=reading.status,
        fields=fields,
        reading=reading,
        token=token,
        lead=lead,
        submit=submit,
    )


def _send(path: str, payload: dict[str, Any]) -> clients.Answer:
    token = request.form.get("token")
    payload = {**payload, "token": token} if token else payload
    return clients.call("identity", "POST", path, json=payload, headers=page.once())

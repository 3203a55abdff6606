"""Signing in and out, and registering as a customer."""

from typing import Any

from flask import Blueprint, redirect, request, url_for

from gateway import autofill, clients, demo, forms, refusals, session
from gateway.forms import Field
from gateway.views import page

bp = Blueprint("accounts", __name__)

LOGIN = (
    Field("username", "Username", required=True, autocomplete="username"),
    Field("password", "Password", "password", required=True, autocomplete="current-password"),
)
PASSWORD_HINT = "Paling sedikit 12 karakter; hindari kata umum dan nama Anda."
PASSWORD_CHANGE = (
    Field("current_password", "Password sekarang", "password", required=True, autocomplete="current-password"),
    Field("password", "Password baru", "password", required=True, autocomplete="new-password", hint=PASSWORD_HINT),
)


@bp.get("/masuk")
def login() -> Any:
    if session.current():
        return redirect(url_for("home.show"))
    return _login(forms.Reading(), request.args.get("next", ""))


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
    return _login(reading, request.form.get("next", ""), status)


def _login(reading: forms.Reading, target: str, status: int = 200) -> Any:
    return page.render(
        "login.html",
        heading="Masuk",
        status=status,
        fields=LOGIN,
        reading=reading,
        next=target,
        demo_accounts=demo.accounts(),
        demo_password=demo.PASSWORD,
    )


@bp.post("/keluar")
def logout() -> Any:
    session.sign_out()
    return page.go(url_for("public.landing"), "Anda sudah keluar.")


@bp.route("/profil", methods=["GET", "POST"])
@session.signed_in
def profile() -> Any:
    """Who I am here, and another password."""
    me = clients.fetch("identity", "me")
    reading = forms.Reading()
    if request.method == "POST":
        reading = forms.read(PASSWORD_CHANGE, request.form, request.files)
        if reading.is_valid:
            answer = clients.call("identity", "POST", "me/password", json=reading.payload, headers=page.once())
            if answer.ok:
                session.sign_out()
                return page.go(url_for("accounts.login"), "Password diganti. Silakan masuk lagi.")
            refusals.add(reading, answer, PASSWORD_CHANGE)
    return page.render(
        "profile.html",
        heading="Profil",
        status=reading.status,
        me=me,
        company=_company(me),
        fields=PASSWORD_CHANGE,
        reading=reading,
    )


def _company(me: dict[str, Any]) -> dict[str, Any] | None:
    """The company of a customer's user, when identity shows it."""
    if not me.get("customer_id"):
        return None
    answer = clients.call("identity", "GET", f"customers/{me['customer_id']}")
    return answer.body if answer.ok else None


@bp.route("/daftar", methods=["GET", "POST"])
def register() -> Any:
    fields = autofill.for_browser(forms.describe(clients.fetch("identity", "customers/form")["fields"]))
    if request.method == "GET":
        return page.render("register.html", heading="Pendaftaran pelanggan", fields=fields, reading=forms.Reading())
    reading = forms.read(fields, request.form, request.files)
    if reading.is_valid:
        answer = clients.call("identity", "POST", "customers", json=reading.payload, headers=page.once())
        if answer.ok:
            return page.go(url_for("accounts.waiting"))
        refusals.add(reading, answer, fields)
    return page.render(
        "register.html", heading="Pendaftaran pelanggan", status=reading.status, fields=fields, reading=reading
    )


@bp.get("/daftar/menunggu")
def waiting() -> Any:
    return page.render("waiting.html", heading="Pendaftaran Anda sudah diterima")

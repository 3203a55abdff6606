"""The e-mails of the demo, which go nowhere else."""

from typing import Any

from flask import Blueprint, request

from gateway import clients, session
from gateway.views import page

bp = Blueprint("mailbox", __name__, url_prefix="/kotak-surat")


@bp.get("")
@session.signed_in
def show() -> Any:
    listing = clients.fetch("notify", "mailbox", cursor=request.args.get("cursor"), q=request.args.get("q"))
    return page.render("mailbox.html", heading="Kotak surat demo", listing=listing)


@bp.get("/<uuid:letter_id>")
@session.signed_in
def letter(letter_id: Any) -> Any:
    found = clients.fetch("notify", f"mailbox/{letter_id}")
    return page.render(
        "letter.html",
        heading=found.get("subject") or "Surat",
        letter=found,
        back={"href": "/kotak-surat", "label": "Kotak surat"},
    )

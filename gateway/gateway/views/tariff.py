"""Cek Tarif: what may be tested, what it costs, and a basket that becomes a draft."""

from typing import Any

from flask import Blueprint, request, url_for

from gateway import baskets, clients, forms, refusals, session, together
from gateway.forms import Field
from gateway.upstreams import Unavailable
from gateway.views import acts, drafts, page

bp = Blueprint("tariff", __name__, url_prefix="/tarif")

ORDERERS = ("customer", "customer_service")
CUSTOMERS = "/api/v1/testing/customers"
CONTACT = (
    Field("contact", "Nama kontak", hint="Orang yang dihubungi tentang order ini.", max=200),
    Field("contact_phone", "Telepon kontak", "tel", max=200),
)


@bp.get("")
def show() -> Any:
    standards, wanted = _catalogue(), request.args.get("q", "").strip()[:80]
    found, chosen = baskets.matching(standards, wanted), baskets.keys(request.args.getlist("p"))
    rows = baskets.filled(standards, chosen)
    visible = {each["id"] for standard in found for each in standard["shown"]}
    return page.render(
        "tariff.html",
        heading="Tarif pengujian",
        standards=found,
        wanted=wanted,
        rows=rows,
        amount=baskets.amount(rows),
        chosen=set(chosen),
        visible=visible,
        short=baskets.short,
        most=baskets.MOST,
        may_order=_may_order(),
    )


@bp.route("/order", methods=["GET", "POST"])
@session.signed_in
def order() -> Any:
    """From the basket to a draft: what each sample is called."""
    rows = baskets.filled(_catalogue(), baskets.keys(request.values.getlist("p")))
    back = {"href": url_for("tariff.show", p=request.values.getlist("p")), "label": "Kembali ke tarif"}
    if not rows:
        return page.go(back["href"], "Pilih dahulu parameter yang akan diuji.", "warning")
    if not _may_order():
        return page.go(back["href"], "Order dibuat oleh pelanggan atau Customer Service.", "warning")
    fields, reading = _fields(rows), forms.Reading(typed=_suggested(rows))
    if request.method == "POST":
        reading = forms.read(fields, request.form, request.files)
        if reading.is_valid and (made := _order(rows, reading, fields)):
            return made
    return page.render(
        "tariff_order.html",
        heading="Jadikan order",
        status=reading.status,
        rows=rows,
        amount=baskets.amount(rows),
        chosen=request.values.getlist("p"),
        fields=fields,
        reading=reading,
        back=back,
    )


def _may_order() -> bool:
    person = session.current()
    return person is None or person.has(*ORDERERS)


def _catalogue() -> list[dict[str, Any]]:
    """Every standard with its parameters, asked for at once."""
    standards = clients.fetch("testing", "standards")["items"]
    answers = together.ask({each["id"]: ("testing", f"standards/{each['id']}", {}) for each in standards})
    if None in answers.values():
        raise Unavailable("testing")
    return [answers[each["id"]] for each in standards if answers[each["id"]]]


def _fields(rows: list[dict[str, Any]]) -> list[Field]:
    fields = []
    for at, row in enumerate(rows):
        code = row["standard"]["code"]
        fields += [
            Field(f"sample_type_{at}", f"Jenis contoh untuk {code}", required=True, max=200),
            Field(
                f"code_location_{at}",
                f"Kode/lokasi contoh untuk {code}",
                required=True,
                hint="Kode pada kemasan, atau tempat contoh diambil.",
                max=200,
            ),
        ]
    person = session.current()
    if person and person.has("customer_service"):
        asked = Field("customer_id", "Pelanggan", "choice", required=True, options_href=CUSTOMERS)
        fields += forms.with_options([asked], customer_id=acts.load_options(CUSTOMERS))
    return [*fields, *CONTACT]


def _suggested(rows: list[dict[str, Any]]) -> dict[str, str]:
    return {f"sample_type_{at}": row["standard"]["matrix"] for at, row in enumerate(rows)}


def _order(rows: list[dict[str, Any]], reading: forms.Reading, fields: list[Field]) -> Any:
    """Post the basket; None with the problems beside their fields when it is refused."""
    facts = dict(reading.payload)
    samples = [
        {
            "sample_type": facts.pop(f"sample_type_{at}"),
            "code_location": facts.pop(f"code_location_{at}"),
            "standard_id": row["standard"]["id"],
            "parameters": [each["id"] for each in row["parameters"]],
        }
        for at, row in enumerate(rows)
    ]
    answer = drafts.send("POST", "baskets", facts | {"samples": samples})
    if answer.ok:
        return drafts.made(answer.body, "Draf order dibuat dari pilihan Anda. Periksa, lalu kirim ke CS.")
    refusals.add(reading, answer, fields)
    return None

"""The papers of a company: one's own under /profil/dokumen, those of any company for the desk."""

import re
from functools import partial
from typing import Any

from flask import Blueprint, request, url_for

from gateway import clients, forms, refusals, session, working_days
from gateway.views import acts, offers, page, pieces

bp = Blueprint("vault", __name__)

EXPECTED = (("deed", "Akta"), ("nib", "NIB"), ("npwp", "NPWP"))
NUMBERED = frozenset({"nib", "npwp"})  # these numbers stand in the registration, too
DIGITS = partial(re.sub, r"\D", "")


@bp.route("/profil/dokumen", methods=["GET", "POST"])
@session.signed_in
def own() -> Any:
    person = session.current()
    if person is None or person.customer_id is None:
        return page.go("/pelanggan", "Dokumen perusahaan dibuka dari halaman pelanggannya.", "warning")
    back = {"href": url_for("accounts.profile"), "label": "Profil"}
    return _papers(person.customer_id, "Dokumen perusahaan", back)


@bp.route("/pelanggan/<uuid:customer_id>/dokumen", methods=["GET", "POST"])
@session.signed_in
def of_customer(customer_id: Any) -> Any:
    customer = clients.fetch("identity", f"customers/{customer_id}")
    back = {"href": url_for("customers.show", customer_id=customer_id), "label": customer["name"]}
    return _papers(str(customer_id), f"Dokumen {customer['name']}", back)


@bp.get("/profil/dokumen/<uuid:document_id>")
@session.signed_in
def show(document_id: Any) -> Any:
    document = clients.fetch("identity", f"customer-documents/{document_id}")
    return page.render(
        "paper.html",
        heading=document["kind_label"],
        document=document,
        groups=[{"label": "", "offers": offers.of(document)}],
        back=_list_of(document["customer_id"]),
    )


@bp.get("/pelanggan/<uuid:customer_id>/dokumen/ringkas")
@session.signed_in
def in_short(customer_id: Any) -> Any:
    """What is kept, what ends, what is missing: where a company is verified and where its order is accepted."""
    found = pieces.ask("identity", f"customers/{customer_id}/documents")
    if found is not None:
        found = _in_short(found["items"], clients.fetch("identity", f"customers/{customer_id}"))
        found["place"] = _list_of(str(customer_id))["href"]
    back = {"href": url_for("customers.show", customer_id=customer_id), "label": "Kembali"}
    return pieces.render("papers_short.html", "Dokumen perusahaan", back, found)


def _in_short(papers: list[dict[str, Any]], customer: dict[str, Any]) -> dict[str, Any]:
    today = working_days.today().isoformat()
    current = [
        {**each, "has_ended": (each["expires_on"] or today) < today, "differs_from": _differs_from(each, customer)}
        for each in papers
        if each["status"]["code"] == "current"
    ]
    kept = {each["kind"] for each in current}
    return {"current": current, "missing": [(kind, label) for kind, label in EXPECTED if kind not in kept]}


def _differs_from(paper: dict[str, Any], customer: dict[str, Any]) -> str:
    """The number the company registered with, where its paper bears another one."""
    registered = str(customer.get(paper["kind"]) or "") if paper["kind"] in NUMBERED else ""
    return registered if paper["number"] and DIGITS(registered) != DIGITS(paper["number"]) else ""


def _list_of(customer_id: str) -> dict[str, str]:
    person = session.current()
    is_own = person is not None and person.customer_id == customer_id
    href = url_for("vault.own") if is_own else url_for("vault.of_customer", customer_id=customer_id)
    return {"href": href, "label": "Dokumen perusahaan"}


def _papers(customer_id: str, heading: str, back: dict[str, str]) -> Any:
    fields = forms.describe(clients.fetch("identity", "customer-documents/form")["fields"])
    reading = forms.Reading(typed={"kind": request.args.get("jenis", ""), "number": request.args.get("nomor", "")})
    if request.method == "POST":
        reading = forms.read(fields, request.form, request.files, acts.upload)
        if reading.is_valid and (kept := _keep(customer_id, reading, fields)):
            return page.go(request.path, f"{kept['kind_label']} disimpan.")
    items = clients.fetch("identity", f"customers/{customer_id}/documents")["items"]
    return page.render(
        "papers.html",
        heading=heading,
        status=reading.status,
        current=[each for each in items if each["status"]["code"] == "current"],
        earlier=[each for each in items if each["status"]["code"] != "current"],
        fields=fields,
        reading=reading,
        back=back,
    )


def _keep(customer_id: str, reading: forms.Reading, fields: list[forms.Field]) -> dict[str, Any] | None:
    path = f"customers/{customer_id}/documents"
    answer = clients.call("identity", "POST", path, json=reading.payload, headers=page.once())
    if not answer.ok:
        refusals.add(reading, answer, fields)
        return None
    kept: dict[str, Any] = answer.body
    return kept

"""An order that is still being written: its samples and their parameters."""

from typing import Any

from flask import Blueprint, request, url_for

from gateway import clients, forms, session
from gateway.forms import Field
from gateway.views import acts, page

bp = Blueprint("drafts", __name__, url_prefix="/pengujian")

ORIGINS = (
    {"value": "bring_in", "label": "Tanpa sampling (Bawa Sendiri)"},
    {"value": "sampling", "label": "Dengan sampling"},
)
ORDER = (
    Field("origin", "Asal contoh", "choice", required=True, options=ORIGINS),
    Field("contact", "Nama kontak", hint="Orang yang dihubungi tentang order ini.", max=200),
    Field("contact_phone", "Telepon kontak", "tel", max=200),
    Field("remark", "Keterangan", "longtext"),
)
SAMPLE = (
    Field("sample_type", "Jenis contoh", required=True, hint="Misalnya Air Mineral atau Air Limbah Domestik.", max=200),
    Field(
        "code_location", "Kode/lokasi", required=True, hint="Kode pada kemasan, atau tempat contoh diambil.", max=200
    ),
    Field("standard_id", "Peraturan/standar", "choice", required=True),
    Field("remark", "Keterangan", "longtext"),
)


@bp.route("/order/baru", methods=["GET", "POST"])
@session.signed_in
def create() -> Any:
    fields = _order_fields()
    back = {"href": "/pengujian/order", "label": "Daftar order"}
    if request.method == "GET":
        reading = forms.Reading(typed={"origin": "bring_in"})
        return page.render(
            "plain_form.html", heading="Tambah order", fields=fields, reading=reading, submit="Simpan", back=back
        )
    reading = forms.read(fields, request.form, request.files)
    if reading.is_valid:
        answer = _send("POST", "orders", reading.payload)
        if answer.ok:
            return page.go(
                url_for("orders.show", order_id=answer.body["id"]), "Order dibuat. Tambahkan sampel yang akan diuji."
            )
        _blame(reading, answer, fields)
    return page.render(
        "plain_form.html",
        heading="Tambah order",
        status=422,
        fields=fields,
        reading=reading,
        submit="Simpan",
        back=back,
    )


def _order_fields() -> list[Field]:
    person = session.current()
    fields = list(ORDER)
    if person and person.has("customer_service"):
        href = "/api/v1/testing/customers"
        chosen = Field("customer_id", "Pelanggan", "choice", required=True, options_href=href)
        fields.insert(0, forms.with_options([chosen], customer_id=acts.load_options(href))[0])
    return fields


@bp.route("/order/<uuid:order_id>/sampel/tambah", methods=["GET", "POST"])
@session.signed_in
def add_sample(order_id: Any) -> Any:
    fields = _sample_fields()
    back = {"href": url_for("orders.show", order_id=order_id), "label": "Kembali ke order"}
    reading = forms.Reading()
    if request.method == "POST":
        reading = forms.read(fields, request.form, request.files)
        if reading.is_valid:
            answer = _send("POST", f"orders/{order_id}/samples", reading.payload)
            if answer.ok:
                return page.go(
                    url_for("drafts.parameters", sample_id=answer.body["id"]),
                    "Sampel ditambahkan. Pilih parameter yang diuji.",
                )
            _blame(reading, answer, fields)
    return _sample_form("Tambah sampel", fields, reading, back, submit="Simpan dan pilih parameter")


@bp.route("/sampel/<uuid:sample_id>/ubah", methods=["GET", "POST"])
@session.signed_in
def edit_sample(sample_id: Any) -> Any:
    sample = clients.fetch("testing", f"samples/{sample_id}")
    fields = _sample_fields()
    back = {"href": url_for("orders.show", order_id=sample["order_id"]), "label": "Kembali ke order"}
    reading = forms.Reading(typed={**sample, "standard_id": sample["standard"]["id"]})
    if request.method == "POST":
        reading = forms.read(fields, request.form, request.files)
        if reading.is_valid:
            answer = _send("PATCH", f"samples/{sample_id}", reading.payload, version=request.form.get("_version"))
            if answer.ok:
                return page.go(back["href"], "Sampel diubah.")
            _blame(reading, answer, fields)
    return _sample_form("Ubah sampel", fields, reading, back, submit="Simpan", version=sample.get("version"))


@bp.route("/sampel/<uuid:sample_id>/hapus", methods=["GET", "POST"])
@session.signed_in
def delete_sample(sample_id: Any) -> Any:
    sample = clients.fetch("testing", f"samples/{sample_id}")
    back = url_for("orders.show", order_id=sample["order_id"])
    if request.method == "POST":
        answer = _send("DELETE", f"samples/{sample_id}", None, version=request.form.get("_version"))
        if answer.ok:
            return page.go(back, "Sampel dihapus.")
        return page.go(back, answer.detail or "Sampel tidak dapat dihapus.", "danger")
    return page.render(
        "confirm.html",
        heading="Hapus sampel",
        thing=sample,
        question=f"Apakah Anda yakin menghapus sampel {sample['code_location']}?",
        back_to=back,
        submit="Hapus",
        layout=acts.layout(),
    )


@bp.route("/sampel/<uuid:sample_id>/parameter", methods=["GET", "POST"])
@session.signed_in
def parameters(sample_id: Any) -> Any:
    """The picker: what the standard offers on the left, what is chosen on the right, the price running along."""
    sample = clients.fetch("testing", f"samples/{sample_id}")
    offered = offered_parameters(sample)
    chosen = chosen_ids(sample)
    problem = ""
    if request.method == "POST":
        everything = [each["id"] for each in offered if not each.get("is_blocked")]
        chosen = everything if request.form.get("all") else request.form.getlist("parameters")
        answer = _send(
            "PUT", f"samples/{sample_id}/parameters", {"parameters": chosen}, version=request.form.get("_version")
        )
        if answer.ok:
            return page.go(url_for("orders.show", order_id=sample["order_id"]), f"{len(chosen)} parameter dipilih.")
        problem = " ".join(text for texts in answer.errors.values() for text in texts) or answer.detail
    return page.render(
        "parameters.html",
        heading="Pilih parameter",
        status=422 if problem else 200,
        sample=sample,
        offered=offered,
        chosen=set(chosen),
        problem=problem,
        back={"href": url_for("orders.show", order_id=sample["order_id"]), "label": "Kembali Daftar Sampel"},
    )


def offered_parameters(sample: dict[str, Any]) -> list[dict[str, Any]]:
    return list(clients.fetch("testing", f"standards/{sample['standard']['id']}")["parameters"])


def chosen_ids(sample: dict[str, Any]) -> list[str]:
    return [row["id"] for row in sample["parameters"]]


def _sample_fields() -> list[Field]:
    standards = clients.fetch("testing", "standards")["items"]
    choices = [{"value": each["id"], "label": each["title"]} for each in standards]
    return forms.with_options(SAMPLE, standard_id=choices)


def _sample_form(
    heading: str, fields: list[Field], reading: forms.Reading, back: dict[str, str], submit: str, version: Any = None
) -> Any:
    status = 200 if reading.is_valid else 422
    return page.render(
        "plain_form.html",
        heading=heading,
        status=status,
        fields=fields,
        reading=reading,
        back=back,
        submit=submit,
        version=version,
    )


def _send(method: str, path: str, payload: Any, version: str | None = None) -> clients.Answer:
    headers = {"Idempotency-Key": request.form.get("_key", "")} if method == "POST" else {}
    if version:
        headers["If-Match"] = f'"{version}"'
    return clients.call("testing", method, path, json=payload, headers=headers)


def _blame(reading: forms.Reading, answer: clients.Answer, fields: list[Field]) -> None:
    forms.add_problem(reading, answer.errors or {"": [answer.detail or "Data tidak dapat disimpan."]}, fields)

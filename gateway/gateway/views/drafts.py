"""An order that is still being written: its samples and their parameters."""

from datetime import datetime
from typing import Any

from flask import Blueprint, abort, flash, request, url_for

from gateway import clients, forms, refusals, session
from gateway.formatters import office_zone
from gateway.forms import Field
from gateway.upstreams import Unavailable
from gateway.views import acts, page

bp = Blueprint("drafts", __name__, url_prefix="/pengujian")

NOTES_SHOWN = 12  # they travel in the cookie
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
ON_REPORT = (
    Field("report_name", "Nama pada laporan", required=True, max=200),
    Field("report_address", "Alamat pada laporan", "longtext"),
)
SAMPLE = (
    Field("sample_type", "Jenis contoh", required=True, hint="Misalnya Air Mineral atau Air Limbah Domestik.", max=200),
    Field(
        "code_location", "Kode/lokasi", required=True, hint="Kode pada kemasan, atau tempat contoh diambil.", max=200
    ),
    Field("standard_id", "Peraturan/standar", "choice", required=True),
    Field("remark", "Keterangan", "longtext"),
)
# what saves itself while it is typed; another standard drops the parameters chosen, so that waits for the button
SAVED = {
    "order": ("orders", tuple(each.name for each in (*ORDER, *ON_REPORT))),
    "sampel": ("samples", ("sample_type", "code_location", "remark")),
}
ELSEWHERE = "Draf ini diubah di jendela lain sejak Anda buka. Isian Anda masih di sini; bandingkan, lalu simpan lagi."


@bp.route("/order/baru", methods=["GET", "POST"])
@session.signed_in
def create() -> Any:
    fields = _order_fields()
    back = {"href": "/pengujian/order", "label": "Daftar order"}
    if request.method == "GET":
        reading = acts.first_reading(fields, {"origin": "bring_in"})
        return page.render(
            "plain_form.html", heading="Tambah order", fields=fields, reading=reading, submit="Simpan", back=back
        )
    reading = forms.read(fields, request.form, request.files)
    if reading.is_valid:
        answer = send("POST", "orders", reading.payload)
        if answer.ok:
            return page.go(
                url_for("orders.show", order_id=answer.body["id"]), "Order dibuat. Tambahkan sampel yang akan diuji."
            )
        refusals.add(reading, answer, fields)
    return page.render(
        "plain_form.html",
        heading="Tambah order",
        status=reading.status,
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
    reading = acts.first_reading(fields, {})
    if request.method == "POST":
        reading = forms.read(fields, request.form, request.files)
        if reading.is_valid:
            answer = send("POST", f"orders/{order_id}/samples", reading.payload)
            if answer.ok:
                return page.go(
                    url_for("drafts.parameters", sample_id=answer.body["id"]),
                    "Sampel ditambahkan. Pilih parameter yang diuji.",
                )
            refusals.add(reading, answer, fields)
    return _sample_form("Tambah sampel", fields, reading, back, submit="Simpan dan pilih parameter")


@bp.route("/order/<uuid:order_id>/ubah", methods=["GET", "POST"])
@session.signed_in
def edit(order_id: Any) -> Any:
    order = clients.fetch("testing", f"orders/{order_id}")
    return _edit("order", order, [*ORDER, *ON_REPORT], "Ubah order", order_id)


@bp.route("/sampel/<uuid:sample_id>/ubah", methods=["GET", "POST"])
@session.signed_in
def edit_sample(sample_id: Any) -> Any:
    sample = clients.fetch("testing", f"samples/{sample_id}")
    return _edit("sampel", sample, _sample_fields(), "Ubah sampel", sample["order_id"])


def _edit(kind: str, thing: dict[str, Any], fields: list[Field], heading: str, order_id: Any) -> Any:
    back = {"href": url_for("orders.show", order_id=order_id), "label": "Kembali ke order"}
    values = _values(thing)
    reading = acts.first_reading(fields, values)
    if request.method == "POST":
        reading = forms.read(fields, request.form, request.files)
        if reading.is_valid:
            answer = _change(kind, thing["id"], {each.name: reading.payload.get(each.name, "") for each in fields})
            if answer.ok:
                return page.go(back["href"], "Perubahan disimpan.")
            _compare(reading, values) if answer.status == 412 else refusals.add(reading, answer, fields)
    saves = {"href": url_for("drafts.save", kind=kind, thing_id=thing["id"]), "names": SAVED[kind][1]}
    return page.render(
        "plain_form.html",
        heading=heading,
        status=reading.status,
        fields=fields,
        reading=reading,
        back=back,
        submit="Simpan",
        version=thing["version"],
        saves=saves,
    )


@bp.post("/<any(order, sampel):kind>/<uuid:thing_id>/simpan")
@session.signed_in
def save(kind: str, thing_id: Any) -> Any:
    """One field saves itself; when another window was faster, what stands there comes back."""
    name = request.form.get("name", "")
    if name not in SAVED[kind][1]:
        abort(404)
    try:
        answer = _change(kind, thing_id, {name: request.form.get("value", "").strip()})
        if answer.status == 412:
            now = clients.fetch("testing", f"{SAVED[kind][0]}/{thing_id}")
            return {"version": now["version"], "theirs": _values(now)}, 412
    except Unavailable:
        return {"reason": "Layanan sedang tidak menjawab."}, 503
    if not answer.ok:
        messages = [text for texts in answer.errors.values() for text in texts]
        return {"reason": " ".join(messages) or answer.detail}, answer.status
    return {"version": answer.body["version"], "at": datetime.now(office_zone()).strftime("%H.%M")}


def _values(thing: dict[str, Any]) -> dict[str, Any]:
    """What the form of this draft shows now."""
    chosen = {"origin": (thing.get("origin") or {}).get("code"), "standard_id": (thing.get("standard") or {}).get("id")}
    names = {name for _, names in SAVED.values() for name in names}
    return {name: thing.get(name) for name in names if name in thing} | {k: v for k, v in chosen.items() if v}


def _change(kind: str, thing_id: Any, payload: dict[str, Any]) -> clients.Answer:
    return send("PATCH", f"{SAVED[kind][0]}/{thing_id}", payload, version=request.form.get("_version"))


def _compare(reading: forms.Reading, values: dict[str, Any]) -> None:
    """Beside every field that differs: what stands there by now."""
    reading.blame("", ELSEWHERE)
    reading.refusal = 412
    for name, mine in reading.typed.items():
        if str(values.get(name) or "") != str(mine or ""):
            reading.blame(name, f"Di jendela lain: “{values.get(name) or 'kosong'}”.")


@bp.route("/sampel/<uuid:sample_id>/hapus", methods=["GET", "POST"])
@session.signed_in
def delete_sample(sample_id: Any) -> Any:
    sample = clients.fetch("testing", f"samples/{sample_id}")
    back = url_for("orders.show", order_id=sample["order_id"])
    if request.method == "POST":
        answer = send("DELETE", f"samples/{sample_id}", None, version=request.form.get("_version"))
        if answer.ok:
            return page.go(back, "Sampel dihapus.")
        return page.go(back, answer.detail or "Sampel tidak dapat dihapus.", "danger")
    return page.render(
        "confirm.html",
        heading="Hapus sampel",
        thing=sample,
        question=f"Apakah Anda yakin menghapus sampel {sample['code_location']}? Ini tidak dapat diurungkan.",
        concerned=acts.concerned(sample),
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
    reading = forms.Reading()
    if request.method == "POST":
        everything = [each["id"] for each in offered if not each.get("is_blocked")]
        chosen = everything if request.form.get("all") else request.form.getlist("parameters")
        answer = send(
            "PUT", f"samples/{sample_id}/parameters", {"parameters": chosen}, version=request.form.get("_version")
        )
        if answer.ok:
            return page.go(url_for("orders.show", order_id=sample["order_id"]), f"{len(chosen)} parameter dipilih.")
        refusals.add(reading, answer, (), instead={412: ELSEWHERE})
    return page.render(
        "parameters.html",
        heading="Pilih parameter",
        status=reading.status,
        sample=sample,
        offered=offered,
        chosen=set(chosen),
        problem=" ".join(reading.errors.get("", ())),
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


def _sample_form(heading: str, fields: list[Field], reading: forms.Reading, back: dict[str, str], submit: str) -> Any:
    return page.render(
        "plain_form.html",
        heading=heading,
        status=reading.status,
        fields=fields,
        reading=reading,
        back=back,
        submit=submit,
    )


def made(draft: dict[str, Any], message: str) -> Any:
    """Go to a draft that was made from something else, and say what was left out."""
    for note in draft["notes"][:NOTES_SHOWN]:
        flash(note, "warning")
    return page.go(url_for("orders.show", order_id=draft["id"]), message)


def send(method: str, path: str, payload: Any, version: str | None = None) -> clients.Answer:
    headers = page.once() if method == "POST" else {}
    if version:
        headers["If-Match"] = f'"{version}"'
    return clients.call("testing", method, path, json=payload, headers=headers)

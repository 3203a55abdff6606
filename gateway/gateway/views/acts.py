"""One act on one thing: its form made from the fields that the service described, then the act itself."""

from typing import Any

from flask import Blueprint, get_template_attribute, request
from markupsafe import Markup, escape
from werkzeug.datastructures import FileStorage, MultiDict

from gateway import clients, forms, navigation, refusals, session, unsent
from gateway.formatters import human_number, rupiah
from gateway.upstreams import Unavailable
from gateway.views import offers, page

bp = Blueprint("acts", __name__)

# what an act concerns, said before it is done: parts of a representation and how they are counted
PARTS = (("samples", "sampel"), ("analyses", "parameter"), ("parameters", "parameter"), ("reports", "laporan"))
DOWN = "Layanan sedang tidak menjawab, jadi ini belum terkirim. Isian Anda masih di sini; kirim lagi sebentar lagi."
STORED_LATER = "Berkas belum tersimpan karena penyimpanan sedang tidak menjawab. Isian lain tetap ada; coba lagi."
STALE = "Data ini baru saja diubah orang lain. Periksa keadaan terbaru, lalu kirim lagi bila masih sesuai."
REFILLED = "Isian yang belum terkirim sudah dikembalikan ke formulir ini. Periksa, lalu kirim."


@bp.post("/unggah")
@session.signed_in
def store() -> Any:
    """A file goes ahead of its form; what is wrong with it is told beside the field."""
    chosen = request.files.get("file")
    stored, problem = upload(chosen) if chosen else (None, "Pilih berkas yang akan diunggah.")
    return (stored, 201) if stored else ({"problem": problem}, 422)


@bp.route("/tindakan/<service>/<things>/<uuid:thing_id>/<name>", methods=["GET", "POST"])
@session.signed_in
def act(service: str, things: str, thing_id: Any, name: str) -> Any:
    thing = clients.fetch(service, f"{things}/{thing_id}")
    offer = offers.find(thing, name)
    back = page.own_path(request.values.get("_back"), page_for(service, things, thing))
    if offer is None:
        return _gone(thing, name, back)
    fields = forms.describe(offer.fields, load_options)
    if request.method == "GET":
        return _form(thing, offer, fields, first_reading(fields, forms.first_values(fields)), back)
    reading = forms.read(fields, request.form, request.files, upload)
    if not reading.is_valid:
        return _form(thing, offer, fields, reading, back, status=422)
    try:
        answer = perform(offer, reading.payload, key=request.form.get("_key", ""), version=request.form.get("_version"))
    except Unavailable:
        reading.blame("", DOWN)
        return _form(thing, offer, fields, reading, back, status=503)
    if answer.ok:
        return page.go(back, told(offer, answer.body, back))
    return _refused(answer, thing, offer, fields, reading, back)


def first_reading(fields: list[forms.Field], values: dict[str, Any]) -> forms.Reading:
    """What a form shows when it is opened: what waited since it could not be sent, else these values."""
    waiting = unsent.take()
    if waiting is None:
        return forms.Reading(typed=values)
    nothing: MultiDict[str, FileStorage] = MultiDict()
    return forms.Reading(typed=forms.read(fields, waiting, nothing).typed, note=REFILLED)


def told(offer: offers.Offer, thing: Any, page_after: str) -> str | Markup:
    """That it was done, and the way back where this person has one now."""
    words = f"{offer.label}: berhasil."
    back = offers.undoing(offer, thing)
    if back is None:
        return words
    return escape(words) + " " + get_template_attribute("ui.html", "undo_link")(back, page_after)


def concerned(thing: dict[str, Any]) -> str:
    """What is at stake, in words: so many samples, so much money."""
    counted = [f"{len(thing[name])} {word}" for name, word in PARTS if thing.get(name)]
    amount = (thing.get("totals") or {}).get("amount") or thing.get("total_amount") or thing.get("amount")
    return ", ".join([*counted, *([f"senilai {rupiah(amount)}"] if amount else [])])


def _gone(thing: dict[str, Any], name: str, back: str) -> Any:
    """Somebody else was faster, or a second click of the same person came late: that one is told that it is done."""
    if request.method == "POST" and _have_done(thing, name):
        return page.go(back, "Sudah dilakukan. Klik kedua tidak mengubah apa pun.")
    return page.render(
        "act_gone.html",
        heading="Tindakan ini tidak tersedia lagi",
        status=409,
        thing=thing,
        back_to=back,
        layout=layout(),
    )


def _have_done(thing: dict[str, Any], name: str) -> bool:
    """Is the newest thing I did to it this very act?"""
    href = (thing.get("links") or {}).get("history")
    if not href:
        return False
    answer = clients.follow("GET", href)
    person = session.current()
    rows = [row for row in answer.body["items"] if row["thing_id"] == thing["id"]] if answer.ok else []
    mine = [row["transition"] for row in rows if person and row["actor"]["id"] == person.id]
    return bool(mine) and mine[-1] == name


def perform(offer: offers.Offer, payload: dict[str, Any], key: str, version: str | None) -> clients.Answer:
    headers = {"Idempotency-Key": key} if key else {}
    if version:
        headers["If-Match"] = f'"{version}"'
    return clients.follow("POST", offer.href, json=payload, headers=headers)


def upload(chosen: FileStorage) -> tuple[dict[str, Any] | None, str]:
    """Store a file in svc-documents first; the act then carries its id."""
    try:
        answer = clients.call("documents", "POST", "files", files={"file": chosen})
    except Unavailable:
        return None, STORED_LATER
    if answer.ok:
        return {"id": answer.body["id"], "name": answer.body.get("name") or chosen.filename}, ""
    if answer.status >= 500:
        return None, STORED_LATER
    messages = [text for texts in answer.errors.values() for text in texts]
    return None, " ".join(messages) or answer.detail or "Berkas tidak dapat disimpan."


def load_options(href: str) -> forms.Options:
    answer = clients.follow("GET", href)
    if not answer.ok:
        raise clients.Refused(answer)
    found = answer.body.get("items", []) if isinstance(answer.body, dict) else answer.body
    return list(found or [])


def page_for(service: str, things: str, thing: dict[str, Any]) -> str:
    """Where a person looks at this thing: an analysis is seen on its sample's page."""
    if things == "analyses" and thing.get("sample_id"):
        return f"/pengujian/sampel/{thing['sample_id']}"
    root = navigation.PAGES.get((service, things))
    return f"{root}/{thing['id']}" if root else "/beranda"


def layout() -> str:
    return "dialog.html" if page.is_partial() else "layout.html"


def _form(
    thing: dict[str, Any],
    offer: offers.Offer,
    fields: list[forms.Field],
    reading: forms.Reading,
    back: str,
    status: int = 200,
) -> Any:
    return page.render(
        "act.html",
        heading=offer.label,
        status=status,
        thing=thing,
        subject=human_number(thing) if (thing.get("number") or thing.get("pre_number")) else "",
        offer=offer,
        fields=fields,
        reading=reading,
        back_to=back,
        concerned=concerned(thing) if offer.is_destructive or offer.confirm else "",
        layout=layout(),
    )


def _refused(
    answer: clients.Answer,
    thing: dict[str, Any],
    offer: offers.Offer,
    fields: list[forms.Field],
    reading: forms.Reading,
    back: str,
) -> Any:
    refusals.add(reading, answer, fields, instead={412: STALE})
    if answer.status == 412:
        thing = clients.fetch(*_address(offer))
    return _form(thing, offer, fields, reading, back, status=reading.status)


def _address(offer: offers.Offer) -> tuple[str, str]:
    service, things, thing_id = offer.page.split("/")[2:5]
    return service, f"{things}/{thing_id}"

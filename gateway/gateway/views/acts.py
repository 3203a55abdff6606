"""One act on one thing: its form made from the fields that the service described, then the act itself."""

from typing import Any

from flask import Blueprint, request
from werkzeug.datastructures import FileStorage

from gateway import clients, forms, navigation, session
from gateway.formatters import human_number
from gateway.views import offers, page

bp = Blueprint("acts", __name__)

# acts that are repeated often, undo nothing and ask nothing: one click does them
AT_ONCE = frozenset({"print"})


@bp.route("/tindakan/<service>/<things>/<uuid:thing_id>/<name>", methods=["GET", "POST"])
@session.signed_in
def act(service: str, things: str, thing_id: Any, name: str) -> Any:
    thing = clients.fetch(service, f"{things}/{thing_id}")
    offer = offers.find(thing, name)
    back = page.own_path(request.values.get("_back"), page_for(service, things, thing))
    if offer is None:
        return page.render(
            "act_gone.html",
            heading="Tindakan ini tidak tersedia lagi",
            status=409,
            thing=thing,
            back_to=back,
            layout=layout(),
        )
    fields = forms.describe(offer.fields, load_options)
    if request.method == "GET":
        return _form(thing, offer, fields, forms.Reading(typed=forms.first_values(fields)), back)
    reading = forms.read(fields, request.form, request.files, upload)
    if not reading.is_valid:
        return _form(thing, offer, fields, reading, back, status=422)
    answer = perform(offer, reading.payload, key=request.form.get("_key", ""), version=request.form.get("_version"))
    if answer.ok:
        return page.go(_after(answer.body, service, things, back), f"{offer.label}: berhasil.")
    return _refused(answer, thing, offer, fields, reading, back)


def perform(offer: offers.Offer, payload: dict[str, Any], key: str, version: str | None) -> clients.Answer:
    headers = {"Idempotency-Key": key} if key else {}
    if version:
        headers["If-Match"] = f'"{version}"'
    return clients.follow("POST", offer.href, json=payload, headers=headers)


def upload(chosen: FileStorage) -> tuple[dict[str, Any] | None, str]:
    """Store a file in svc-documents first; the act then carries its id."""
    answer = clients.call("documents", "POST", "files", files={"file": chosen})
    if answer.ok:
        return {"id": answer.body["id"], "name": answer.body.get("name") or chosen.filename}, ""
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
        layout=layout(),
    )


def _after(body: Any, service: str, things: str, back: str) -> str:
    """Back to where the person came from; a thing that is gone cannot be shown again."""
    return back


def _refused(
    answer: clients.Answer,
    thing: dict[str, Any],
    offer: offers.Offer,
    fields: list[forms.Field],
    reading: forms.Reading,
    back: str,
) -> Any:
    if answer.status == 401:
        return session.to_login()
    if answer.status == 422 and answer.errors:
        forms.add_problem(reading, answer.errors, fields)
    elif answer.status == 412:
        reading.blame(
            "", "Data ini baru saja diubah orang lain. Periksa keadaan terbaru, lalu kirim lagi bila masih sesuai."
        )
    else:
        reading.blame("", answer.detail or "Tindakan ini ditolak.")
    status = answer.status if answer.status in {403, 404, 409, 412, 422} else 503
    if answer.status == 412:
        thing = clients.fetch(*_address(offer))
    return _form(thing, offer, fields, reading, back, status=status)


def _address(offer: offers.Offer) -> tuple[str, str]:
    service, things, thing_id = offer.page.split("/")[2:5]
    return service, f"{things}/{thing_id}"

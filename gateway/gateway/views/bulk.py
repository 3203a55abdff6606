"""One act on several ticked things at once, e.g. an analyst for ten parameters. Each one succeeds or fails by itself."""

from typing import Any

from flask import Blueprint, request

from gateway import clients, forms, session
from gateway.formatters import human_number
from gateway.views import acts, offers, page

bp = Blueprint("bulk", __name__)

MOST = 100


@bp.post("/tindakan-massal/<service>/<things>/<name>")
@session.signed_in
def act(service: str, things: str, name: str) -> Any:
    back = page.own_path(request.form.get("_back"), "/beranda")
    chosen = list(dict.fromkeys(request.form.getlist("chosen")))[:MOST]
    if not chosen:
        return page.go(back, "Centang dahulu yang akan diproses.", "warning")
    done, refusals = 0, []
    for thing_id in chosen:
        refusal = _one(service, things, thing_id, name)
        if refusal:
            refusals.append(refusal)
        else:
            done += 1
    if refusals:
        return page.go(
            back,
            f"{done} dari {len(chosen)} berhasil. " + " ".join(sorted(set(refusals))),
            "warning" if done else "danger",
        )
    return page.go(back, f"{done} berhasil diproses.")


def _one(service: str, things: str, thing_id: str, name: str) -> str:
    """Empty when it went well, otherwise why not."""
    answer = clients.call(service, "GET", f"{things}/{thing_id}")
    if not answer.ok:
        return answer.detail
    thing = answer.body
    offer = offers.find(thing, name)
    subject = thing.get("parameter") if isinstance(thing.get("parameter"), str) else human_number(thing)
    if offer is None:
        return f"{subject}: tindakan ini tidak tersedia."
    fields = forms.describe(offer.fields, acts.load_options)
    reading = forms.read(fields, request.form, request.files)
    if not reading.is_valid:
        return next(iter(reading.errors.values()))[0]
    key = f"{request.form.get('_key', '')}-{thing_id}"
    done = acts.perform(offer, reading.payload, key=key, version=str(thing.get("version", "")))
    if done.ok:
        return ""
    messages = [text for texts in done.errors.values() for text in texts]
    return f"{subject}: {' '.join(messages) or done.detail}"

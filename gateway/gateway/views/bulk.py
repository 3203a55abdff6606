"""One act on many things: what would become of each, then the act, then what became of each."""

import time
from typing import Any

from flask import Blueprint, request

from gateway import clients, forms, lists, navigation, session
from gateway.views import acts, page

bp = Blueprint("bulk", __name__)

MOST, AT_ONCE = 500, 25
PATIENCE = 20.0  # what is left after so long is asked about again
STALE = "Baru saja diubah orang lain; periksa dahulu."


@bp.post("/tindakan-massal/<service>/<things>/<name>")
@session.signed_in
def act(service: str, things: str, name: str) -> Any:
    """The look first; bars that already asked for everything go on at once when nothing stands against it."""
    back = page.own_path(request.form.get("_back"), "/beranda")
    ids, is_cut = _chosen(service, things)
    if not ids:
        return page.go(back, "Centang dahulu yang akan diproses.", "warning")
    answer = clients.call(service, "POST", f"{things}/actions/{name}/preview", json={"ids": ids})
    if not answer.ok:
        return page.go(back, answer.detail or "Tindakan ini tidak dapat dilakukan untuk banyak sekaligus.", "danger")
    preview = answer.body
    fields = forms.describe(preview["fields"], acts.load_options)
    allowed = [item for item in preview["items"] if item["ok"]]
    reading = forms.read(fields, request.form, request.files)
    wants_it = request.form.get("_do") or (not request.form.get("_look") and len(allowed) == len(ids))
    if wants_it and allowed and reading.is_valid:
        return _perform(service, things, name, preview, _as_seen(allowed), reading.payload, back)
    is_new = not request.form.get("_do") and not reading.payload
    shown = forms.Reading(typed=forms.first_values(fields)) if is_new else reading
    return _look(service, things, preview, fields, shown, back, is_cut=is_cut)


def _chosen(service: str, things: str) -> tuple[list[str], bool]:
    """The ticked ones, or all of the filter; and whether there would have been more."""
    if not request.form.get("all"):
        ids = list(dict.fromkeys(request.form.getlist("chosen")))
        return ids[:MOST], len(ids) > MOST
    query = {name: value for name, value in lists.query_of(request.form).items() if name not in ("cursor", "limit")}
    found = clients.fetch(service, things, **{**query, "format": "ids"})
    return found["ids"], found["has_more"]


def _as_seen(allowed: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """With the versions that the person saw in the preview, where there was one."""
    seen = dict(part.split(":", 1) for part in request.form.getlist("seen") if ":" in part)
    return [{"id": item["id"], "version": int(seen.get(item["id"], item["version"]))} for item in allowed]


def _look(
    service: str,
    things: str,
    preview: dict[str, Any],
    fields: list[forms.Field],
    reading: forms.Reading,
    back: str,
    *,
    is_cut: bool,
) -> Any:
    items = preview["items"]
    return page.render(
        "bulk_preview.html",
        heading=preview["label"],
        status=422 if reading.errors else 200,
        allowed=[item for item in items if item["ok"]],
        refused=_by_reason([item for item in items if not item["ok"]]),
        preview=preview,
        fields=fields,
        reading=reading,
        action=request.path,
        is_cut=is_cut,
        most=MOST,
        page_of=navigation.PAGES.get((service, things)),
        back={"href": back, "label": "Kembali ke daftar"},
    )


def _by_reason(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    reasons: dict[str, list[dict[str, Any]]] = {}
    for item in items:
        reasons.setdefault(item["refusal"] or "Belum dapat dilakukan.", []).append(item)
    return [{"reason": reason, "items": group} for reason, group in reasons.items()]


def _perform(
    service: str,
    things: str,
    name: str,
    preview: dict[str, Any],
    items: list[dict[str, Any]],
    payload: dict[str, Any],
    back: str,
) -> Any:
    until, told = time.monotonic() + PATIENCE, []
    key = request.form.get("_key", "")
    for start in range(0, len(items), AT_ONCE):
        if time.monotonic() > until:
            break
        batch = {"items": items[start : start + AT_ONCE], "form": payload}
        headers = {"Idempotency-Key": f"{key}-{start}"} if key else {}
        answer = clients.call(service, "POST", f"{things}/actions/{name}", json=batch, headers=headers)
        if not answer.ok:
            break
        told += answer.body["items"]
    return _result(service, things, preview, items, told, back)


def _result(
    service: str,
    things: str,
    preview: dict[str, Any],
    items: list[dict[str, Any]],
    told: list[dict[str, Any]],
    back: str,
) -> Any:
    names = {item["id"]: item.get("name") for item in preview["items"]}
    done = [item for item in told if item["ok"]]
    failed = [{**item, "name": names.get(item["id"]), "refusal": _reason(item)} for item in told if not item["ok"]]
    known = {item["id"] for item in told}
    left = [item for item in items if item["id"] not in known]
    if not failed and not left:
        return page.go(back, f"{preview['label']}: {len(done)} berhasil diproses.")
    return page.render(
        "bulk_result.html",
        heading=f"{preview['label']}: {len(done)} dari {len(items)} berhasil",
        done=done,
        failed=_by_reason(failed),
        again=[item["id"] for item in (*failed, *left)],
        failed_count=len(failed),
        left=left,
        action=request.path,
        page_of=navigation.PAGES.get((service, things)),
        back={"href": back, "label": "Kembali ke daftar"},
    )


def _reason(item: dict[str, Any]) -> str:
    if item["status"] == 412:
        return STALE
    messages = [text for texts in (item.get("errors") or {}).values() for text in texts]
    return " ".join(messages) or item["refusal"]

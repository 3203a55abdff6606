"""Saved views of a list: save, rename, replace, remove, share with a role, open with."""

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, abort, request

from gateway import clients, listing, lists, session
from gateway.views import page

bp = Blueprint("saved_views", __name__, url_prefix="/tampilan-daftar")


@bp.get("")
@session.signed_in
def show() -> Any:
    declared = _declared(request.args.get("daftar", ""))
    if declared is None:
        abort(404)
    views = clients.fetch("identity", "me/views", list=declared.code)["items"]
    return page.render(
        "views.html",
        heading=f"Tampilan: {declared.heading}",
        page=declared,
        views=views,
        back={"href": declared.path, "label": declared.heading},
    )


@bp.post("")
@session.signed_in
def save() -> Any:
    declared = _declared(request.form.get("daftar", ""))
    back = page.own_path(request.form.get("_back"), "/beranda")
    if declared is None:
        return page.go(back, "Daftar ini tidak dikenal.", "danger")
    query = urlencode(listing.view_of(lists.query_of(request.form)))
    form = {"list": declared.code, "name": request.form.get("nama", ""), "query": query}
    form["role"] = request.form.get("peran", "")
    answer = clients.call("identity", "POST", "me/views", json=form, headers=page.once())
    if not answer.ok:
        return _refused(answer, back)
    if request.form.get("awal"):
        clients.call("identity", "PUT", "me/views/default", json={"list": declared.code, "view_id": answer.body["id"]})
    return page.go(back, f"Tampilan “{answer.body['name']}” disimpan.")


@bp.post("/<uuid:view_id>/ubah")
@session.signed_in
def change(view_id: Any) -> Any:
    """A new name from the page of views, or what the list looks like now from the list."""
    back = page.own_path(request.form.get("_back"), "/beranda")
    changes = {"name": request.form["nama"]} if "nama" in request.form else {}
    if request.form.get("isi"):
        changes["query"] = urlencode(listing.view_of(lists.query_of(request.form)))
    answer = clients.call("identity", "PATCH", f"me/views/{view_id}", json=changes)
    return page.go(back, "Tampilan diubah.") if answer.ok else _refused(answer, back)


@bp.post("/<uuid:view_id>/hapus")
@session.signed_in
def remove(view_id: Any) -> Any:
    back = page.own_path(request.form.get("_back"), "/beranda")
    answer = clients.call("identity", "DELETE", f"me/views/{view_id}")
    return page.go(back, "Tampilan dihapus.") if answer.ok else _refused(answer, back)


@bp.post("/awal")
@session.signed_in
def choose_default() -> Any:
    """With which view this list opens; without one, with all of it."""
    back = page.own_path(request.form.get("_back"), "/beranda")
    declared = _declared(request.form.get("daftar", ""))
    if declared is None:
        return page.go(back, "Daftar ini tidak dikenal.", "danger")
    wanted = {"list": declared.code, "view_id": request.form.get("tampilan") or None}
    answer = clients.call("identity", "PUT", "me/views/default", json=wanted)
    return page.go(back, "Tampilan awal dipilih.") if answer.ok else _refused(answer, back)


def _declared(path: str) -> listing.ListPage | None:
    return lists.LISTS.get(path)


def _refused(answer: clients.Answer, back: str) -> Any:
    messages = [text for texts in answer.errors.values() for text in texts]
    return page.go(back, " ".join(messages) or answer.detail, "warning")

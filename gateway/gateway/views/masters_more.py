"""What single masters have besides: bringing in a catalogue, the next number, the calendar, the office, labels."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request, url_for

from gateway import clients, forms, masters, navigation, refusals, session
from gateway.views import masters as pages
from gateway.views import operators, page

bp = Blueprint("masters_more", __name__, url_prefix="/master")

DAY_KINDS = (
    {"value": "national_holiday", "label": "Libur nasional"},
    {"value": "collective_leave", "label": "Cuti bersama"},
    {"value": "local_closure", "label": "Libur setempat"},
)
DAY = (
    forms.Field("date", "Tanggal", "date", required=True),
    forms.Field("kind", "Jenis", "choice", required=True, options=DAY_KINDS),
    forms.Field("note", "Keterangan", required=True, max=200),
)
SHEET = forms.Field("file", "Berkas Excel (.xlsx)", "file", required=True)
LABEL_READERS = navigation.ADMINS | {"lab_coordinator", "customer_service"}


@bp.get("/impor/katalog.xlsx")
@session.signed_in
def export_catalogue() -> Any:
    return clients.stream("testing", "imports/sheet")


@bp.post("/impor")
@operators.administrators
def bring_catalogue() -> Any:
    chosen = request.files.get("file")
    reading = forms.Reading()
    if not chosen or not chosen.filename:
        reading.blame("file", "Pilih berkas Excel (.xlsx).")
        return _bring_again(reading)
    answer = clients.call("testing", "POST", "imports", files={"file": chosen}, headers=page.once())
    if answer.ok:
        return page.go(f"{masters.IMPORTS.path}/{answer.body['id']}", "Berkas dibaca. Periksa perubahannya di bawah.")
    refusals.add(reading, answer, [SHEET])
    return _bring_again(reading, answer.detail)


def _bring_again(reading: forms.Reading, detail: str = "") -> Any:
    back = {"href": masters.IMPORTS.path, "label": masters.IMPORTS.heading}
    return page.render(
        "masters/import_refused.html",
        heading="Berkas belum dapat diterima",
        status=reading.status,
        complaints=[text for texts in reading.errors.values() for text in texts if text != detail],
        detail=detail,
        back=back,
    )


@bp.get("/nomor/<uuid:series_id>/contoh")
@operators.administrators
def preview_number(series_id: Any) -> Any:
    """The next number with the form being typed."""
    template = request.args.get("template", "").strip()
    answer = clients.call("testing", "POST", f"series/{series_id}/preview", json={"template": template})
    if not answer.ok and answer.status != 422:
        raise clients.Refused(answer)
    problems = [text for texts in answer.errors.values() for text in texts]
    shown: dict[str, Any] = {"problems": problems, "next": None if problems else answer.body["next"]}
    if page.is_partial():
        return page.render("masters/series_next.html", heading="Nomor berikutnya", **shown)
    back = {"href": f"{masters.SERIES.path}/{series_id}", "label": "Kembali"}
    return page.render("masters/series_next_page.html", heading="Nomor berikutnya", back=back, **shown)


@bp.route("/kalender", methods=["GET", "POST"])
@operators.administrators
def calendar() -> Any:
    reading = forms.Reading()
    if request.method == "POST":
        reading = forms.read(DAY, request.form, request.files)
        if reading.is_valid:
            day = reading.payload.pop("date")
            answer = clients.call("identity", "PUT", f"calendar/days/{day}", json=reading.payload)
            if answer.ok:
                return page.go(url_for("masters_more.calendar", year=day[:4]), "Hari libur disimpan.")
            refusals.add(reading, answer, DAY)
    found = clients.fetch("identity", "calendar", year=request.args.get("year", type=int))
    return page.render(
        "masters/calendar.html",
        heading=f"Kalender Kerja {found['year']}",
        status=reading.status,
        year=found["year"],
        days=found["items"],
        fields=DAY,
        reading=reading,
        back={"href": "/master", "label": "Master"},
    )


@bp.post("/kalender/<day>/hapus")
@operators.administrators
def remove_day(day: str) -> Any:
    here = url_for("masters_more.calendar", year=day[:4])
    answer = clients.call("identity", "DELETE", f"calendar/days/{day}")
    if answer.ok:
        return page.go(here, "Hari libur dihapus. Target yang sudah dijanjikan tidak berubah.")
    return page.go(here, answer.detail or "Tanggal ini tidak ada di kalender kerja.", "danger")


@bp.get("/kalender/riwayat")
@operators.administrators
def calendar_history() -> Any:
    year = request.args.get("year", type=int)
    back = {"href": url_for("masters_more.calendar", year=year), "label": "Kalender Kerja"}
    return pages.history_piece(back, "identity", "calendar/history", {}, year=year)


@bp.route("/kantor", methods=["GET", "POST"])
@operators.administrators
def office() -> Any:
    fields = forms.describe(clients.fetch("identity", "office/form")["fields"])
    reading = forms.Reading(typed=forms.first_values(fields))
    if request.method == "POST":
        reading = forms.read(fields, request.form, request.files)
        if reading.is_valid:
            answer = _change_office(reading.payload, fields)
            if answer.ok:
                return page.go(url_for("masters_more.office"), "Data kantor disimpan.")
            refusals.add(reading, answer, fields, instead={412: "Data kantor baru saja diubah orang lain."})
    return page.render(
        "plain_form.html",
        heading="Data kantor",
        status=reading.status,
        fields=fields,
        reading=reading,
        version=clients.fetch("identity", "office")["version"],
        submit="Simpan",
        back={"href": "/master", "label": "Master"},
    )


def _change_office(payload: dict[str, Any], fields: list[forms.Field]) -> clients.Answer:
    """What was emptied is sent as empty: only what is named changes."""
    emptied = {each.name: [] if each.kind == "list" else "" for each in fields}
    headers = {"If-Match": f'"{version}"'} if (version := request.form.get("_version")) else {}
    return clients.call("identity", "PATCH", "office", json=emptied | payload, headers=headers)


@bp.get("/label")
@session.signed_in
def labels() -> Any:
    """Orders whose samples have numbers, to print their labels."""
    pages.admit(LABEL_READERS)
    wanted = request.args.get("q", "").strip()
    found = clients.fetch("testing", "labels", **({"q": wanted} if wanted else {}))
    return page.render(
        "masters/labels.html",
        heading="Print Nomor Analisis",
        orders=found["items"],
        q=wanted,
        back={"href": "/master", "label": "Master"},
    )

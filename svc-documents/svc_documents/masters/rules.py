"""What the masters add to a document when it is printed."""

import uuid
from datetime import date
from typing import Any

import sqlalchemy as sa

from chassis.auth import Principal
from chassis.db import db, is_atomic
from chassis.problems import BadForm, NotFound
from chassis.workflow import Act

from ..files import pictures
from ..models import Document, File
from .models import Format, Signatory
from .workflow import COLUMNS, FORMAT, KEEPERS, SIGNATORY

SERVICE_OF = {"test_report": "testing"}
DRESSED = {uuid.uuid5(uuid.NAMESPACE_OID, f"zerocalls-format-{kind}"): kind for kind in ("test_report",)}


def get_signatory(signatory_id: uuid.UUID, principal: Principal) -> Signatory:
    return _kept(db.session.get(Signatory, signatory_id), principal)


def get_format(format_id: uuid.UUID, principal: Principal) -> Format:
    return _kept(_find_format(format_id), principal)


def list_formats() -> list[Format]:
    found = [_find_format(key) for key in DRESSED]
    return [chosen for chosen in found if chosen is not None]


def _find_format(format_id: uuid.UUID) -> Format | None:
    """Every kind has a format; it becomes a row with the first act on it."""
    known = db.session.get(Format, format_id)
    if known is not None or format_id not in DRESSED:
        return known
    blank = {"header_text": "", "footer_text": "", "notes": [], "hidden_columns": []}
    chosen = Format(id=format_id, kind=DRESSED[format_id], status="used", version=1, **blank)
    if is_atomic():
        db.session.add(chosen)
        db.session.flush()
    return chosen


def _kept(found: Any, principal: Principal) -> Any:
    if found is None or not principal.has(*KEEPERS):
        raise NotFound()
    return found


def add(form: dict[str, Any], principal: Principal) -> Signatory:
    _check(form)
    picture = form.pop("picture_file")
    signatory = Signatory(status="listed", **form)
    _set_picture(signatory, picture, principal)
    created: Signatory = SIGNATORY.created(signatory, principal)
    return created


def _check(form: dict[str, Any]) -> None:
    if form["valid_to"] and form["valid_to"] < form["valid_from"]:
        raise BadForm(errors={"valid_to": ["Tidak boleh sebelum tanggal mulai berlaku."]})


def _set_picture(signatory: Signatory, picture: uuid.UUID | None, principal: Principal) -> None:
    if picture:
        signatory.picture_file_id, signatory.picture_by = picture, principal.id


@SIGNATORY.effect("edit")
def edit_signatory(act: Act) -> None:
    _check(act.form)
    for name, value in act.form.items():
        if name != "picture_file":
            setattr(act.thing, name, value)
    _set_picture(act.thing, act.form["picture_file"], act.principal)


@SIGNATORY.guard("never_signed")
def never_signed(act: Act) -> str | None:
    """Issued since this person's first day: such a document may carry the name."""
    issued = sa.select(Document.id).where(Document.issued_on >= act.thing.valid_from, Document.sha256.is_not(None))
    if act.thing.valid_to:
        issued = issued.where(Document.issued_on <= act.thing.valid_to)
    kinds = [kind for kind, service in SERVICE_OF.items() if service == act.thing.service]
    used = db.session.scalar(issued.where(Document.kind.in_(kinds)).limit(1))
    return "Ada dokumen yang terbit pada masa berlakunya; isi tanggal akhirnya saja." if used else None


@FORMAT.effect("edit")
def edit_format(act: Act) -> None:
    """What is left out or null empties its part."""
    form = act.form
    act.thing.header_text, act.thing.footer_text = form["header_text"] or "", form["footer_text"] or ""
    act.thing.notes = [note for note in form["notes"] or () if note]
    act.thing.hidden_columns = form["hidden_columns"] or []


def dressed(kind: str, content: dict[str, Any]) -> dict[str, Any]:
    """The content with the signatory's position, NIP and picture, and with the texts and columns of its format."""
    chosen = db.session.scalar(sa.select(Format).filter_by(kind=kind))
    dress = {"format": _texts(chosen)} if chosen else {}
    if (person := content.get("authoriser")) and (known := _signatory(kind, person["name"], content["issued_on"])):
        shown = {"position": known.position, "nip": known.nip or person["nip"], "picture": _picture(known)}
        dress["authoriser"] = person | shown
    return {**content, **dress}


def _picture(signatory: Signatory) -> bytes | None:
    """The drawn signature as PNG: only what its keeper uploaded, once it is scanned and as far as it can be drawn."""
    file = db.session.get(File, signatory.picture_file_id) if signatory.picture_file_id else None
    if file is None or file.uploaded_by != signatory.picture_by or file.threat or file.released_at is None:
        return None
    try:
        return pictures.of_page(file, 1)
    except NotFound:
        return None


def _texts(chosen: Format) -> dict[str, Any]:
    hidden = {row["column"] for row in chosen.hidden_columns}
    return {"header": chosen.header_text, "footer": chosen.footer_text, "notes": chosen.notes, "hidden": hidden}


def _signatory(kind: str, name: str, day: date) -> Signatory | None:
    listed = sa.select(Signatory).filter_by(status="listed", service=SERVICE_OF.get(kind, ""), name=name)
    return next((each for each in db.session.scalars(listed.order_by(Signatory.id)) if each.signs_on(day)), None)


def shown_columns(chosen: Format) -> str:
    hidden = {row["column"] for row in chosen.hidden_columns}
    return ", ".join(label for column, label in COLUMNS.items() if column not in hidden) or "tanpa kolom pilihan"

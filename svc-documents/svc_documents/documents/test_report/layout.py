from reportlab.lib.units import mm
from reportlab.platypus import CondPageBreak, Flowable, KeepTogether

from chassis import phones

from ...printing import parts
from ...printing.pieces import Piece, Space, Stack
from ...printing.styles import (
    ALERT,
    CENTRED,
    NOTE,
    SMALL,
    STRONG,
    SUBTITLE,
    TEXT,
    TITLE,
    numbered,
    paragraph,
)
from ...printing.tables import Closing, Grid
from ...printing.texts import date_range, long_date
from ..kinds import Content, Print
from . import organisms
from .results import footnotes, results_table

# ISO/IEC 17025 7.8.2.1 l and its note; an office may word them otherwise in its report notes
STATEMENTS = (
    "Hasil uji hanya berlaku untuk contoh yang diuji.",
    "Laporan ini tidak boleh digandakan kecuali secara keseluruhan, tanpa persetujuan tertulis dari laboratorium.",
)
AS_RECEIVED = "Pengambilan contoh dilakukan oleh pelanggan; hasil uji berlaku untuk sampel sebagaimana diterima."
SAMPLED_BY_LABORATORY = "Pengambilan contoh dilakukan oleh petugas laboratorium sesuai rencana yang disebutkan."
LEAST = 2  # rows of results above the end of the paper
_BREAK = (Space(5 * mm), CondPageBreak(75 * mm))
VERIFY = "Keaslian laporan ini dapat diperiksa dengan memindai kode QR atau membuka alamat berikut:"


def lay_out(sheet: Print) -> list[Flowable]:
    content = sheet.content
    story = [*_title(content), *_amendment(content), _parties(content)]
    *earlier, last = enumerate(content["samples"], start=1)
    for position, sample in earlier:
        story += _sample(sample, position=position, content=content)
    return [*story, *_last_sample(last[1], position=last[0], sheet=sheet)]


def _title(content: Content) -> list[Flowable]:
    title = [paragraph(content["title"], TITLE), paragraph(f"Nomor: {content['number']}", SUBTITLE)]
    mark = content["accreditation"]
    if mark["is_marked"]:
        title.append(paragraph(f"Laboratorium penguji terakreditasi, nomor akreditasi {mark['number']}", CENTRED))
    if header := content.get("format", {}).get("header"):
        title.append(paragraph(header, CENTRED))
    return [*title, Space(4 * mm)]


def _amendment(content: Content) -> list[Flowable]:
    replaced = content["replaces"]
    if replaced is None:
        return []
    heading = f"Amandemen terhadap Laporan No. {replaced['number']} tanggal {long_date(replaced['issued_on'])}"
    words = [
        paragraph(heading, STRONG),
        paragraph(f"Laporan ini menggantikan laporan tersebut. Alasan: {replaced['reason']}"),
        *(paragraph(f"• {change}") for change in replaced["changes"]),
    ]
    return [parts.boxed(words, colour=ALERT), Space(4 * mm)]


def _parties(content: Content) -> Piece:
    customer = content["customer"]
    left = parts.facts(
        [
            ("Nama pelanggan", customer["name"]),
            ("Alamat", customer["address"]),
            ("Narahubung", _joined(customer["contact"], phones.grouped(customer["phone"] or ""), customer["email"])),
        ],
        width=parts.HALF,
        label_width=27 * mm,
    )
    right = parts.facts(
        [
            ("Nomor order", content["order_number"]),
            ("Tanggal terbit", long_date(content["issued_on"])),
            ("Tempat pengujian", content["performed_at"]),
            ("Jumlah contoh", len(content["samples"])),
        ],
        width=parts.HALF,
        label_width=27 * mm,
    )
    return parts.side_by_side(left, right)


def _sample(sample: Content, *, position: int, content: Content) -> list[Flowable]:
    head = _head(sample, position=position, content=content)
    results = [_table(sample, content), *_footnotes(sample, content)]
    annexes = [piece for sheet in _sheets(sample) for piece in organisms.annex(sheet)]
    return [*_BREAK, KeepTogether(head), *results, *annexes, *_remarks(sample)]


def _last_sample(sample: Content, *, position: int, sheet: Print) -> list[Flowable]:
    """The paper ends below its last results: no page holds a signature without a word of what it stands for."""
    head = _head(sample, position=position, content=sheet.content)
    results, marks = _table(sample, sheet.content), _footnotes(sample, sheet.content)
    if sheets := _sheets(sample):
        *earlier, last = sheets
        annexes = [piece for each in earlier for piece in organisms.annex(each)] + organisms.taxa(last)
        closing = Closing(
            organisms.indices(last), [*organisms.notes(last), *_remarks(sample)], _end(sheet), least=LEAST
        )
        return [*_BREAK, KeepTogether(head), results, *marks, *annexes, closing]
    closing = Closing(results, [*marks, *_remarks(sample)], _end(sheet), least=LEAST)
    if len(sample["results"]) <= LEAST:
        return [*_BREAK, KeepTogether([*head, closing])]
    return [*_BREAK, KeepTogether(head), closing]


def _sheets(sample: Content) -> list[Content]:
    """What was counted; contents of earlier papers do not say."""
    return sample.get("organisms") or []


def _head(sample: Content, *, position: int, content: Content) -> list[Piece]:
    title = f"Contoh uji {position} dari {len(content['samples'])} · Nomor analisis {sample['analysis_number']}"
    return [parts.section(title), Space(2 * mm), _item(sample), Space(2.5 * mm)]


def _table(sample: Content, content: Content) -> Grid:
    is_marked, hidden = content["accreditation"]["is_marked"], content.get("format", {}).get("hidden", ())
    return results_table(sample["results"], is_marked=is_marked, hidden=hidden)


def _footnotes(sample: Content, content: Content) -> list[Piece]:
    return [Space(1.5 * mm), *footnotes(sample["results"], is_marked=content["accreditation"]["is_marked"])]


def _item(sample: Content) -> Piece:
    left = parts.facts(
        [
            ("Jenis contoh", sample["kind"]),
            ("Kode/lokasi", _joined(sample["code"], sample["location"])),
            ("Peraturan", sample["regulation"]),
            ("Uraian contoh", sample["description"]),
        ],
        width=parts.HALF,
        label_width=27 * mm,
    )
    right = parts.facts(
        [
            ("Tanggal diterima", long_date(sample["received_on"])),
            ("Pengambilan", sample["sampled_on"] and long_date(sample["sampled_on"])),
            ("Rencana sampling", sample["sampling_plan"]),
            ("Tanggal pengujian", date_range(sample["tested_from"], sample["tested_until"])),
            ("Kondisi diterima", sample["condition"]),
            ("Kondisi pengujian", sample["environment"]),
        ],
        width=parts.HALF,
        label_width=27 * mm,
    )
    return parts.side_by_side(left, right)


def _remarks(sample: Content) -> list[Piece]:
    remarks: list[Piece] = [paragraph(note, NOTE) for note in sample["notes"]]
    deviations = " ".join(sample["deviations"]) or "tidak ada."
    remarks.append(paragraph(f"Penyimpangan, tambahan, atau pengecualian dari metode: {deviations}", NOTE))
    if sample["supplied_by_customer"]:
        supplied = ", ".join(sample["supplied_by_customer"])
        remarks.append(paragraph(f"Keterangan dari pelanggan, di luar tanggung jawab laboratorium: {supplied}.", NOTE))
    if sample["conformity_statement"]:
        statement = [paragraph("Pernyataan kesesuaian", SMALL), paragraph(sample["conformity_statement"], STRONG)]
        remarks += [Space(2 * mm), parts.boxed(statement)]
    return remarks


def _end(sheet: Print) -> list[Piece]:
    content = sheet.content
    chosen = content.get("format", {})
    notes = [
        *(chosen.get("notes") or sheet.report_notes or STATEMENTS),
        AS_RECEIVED if content["sampled_by"] == "customer" else SAMPLED_BY_LABORATORY,
        *([content["decision_rule"]] if content["decision_rule"] else []),
        *content["notes"],
    ]
    listed = [numbered(position, note) for position, note in enumerate(notes, start=1)]
    signature = parts.side_by_side(parts.verification(sheet.verify_url, VERIFY, sheet.signature), _authoriser(content))
    end = parts.end_mark(f"Akhir laporan No. {content['number']}")
    notes_and_signature = [paragraph("Catatan", STRONG), *listed, Space(5 * mm), signature]
    return [Space(4 * mm), *notes_and_signature, Space(4 * mm), *_footer(chosen), end]


def _footer(chosen: Content) -> list[Piece]:
    return [paragraph(chosen["footer"], NOTE), Space(3 * mm)] if chosen.get("footer") else []


def _authoriser(content: Content) -> Piece:
    person = content["authoriser"]
    state = "Belum disahkan (draf)" if content["is_draft"] else "Disahkan secara elektronik oleh"
    # nobody has signed a draft
    png = None if content["is_draft"] else person.get("picture")
    lines = [
        paragraph(f"{content['issued_place']}, {long_date(content['issued_on'])}", TEXT),
        paragraph(person["position"], TEXT),
        Space(5 * mm),
        paragraph(state, SMALL),
        *([Space(1 * mm), parts.Picture(png, most_wide=50 * mm, most_high=20 * mm)] if png else []),
        paragraph(person["name"], STRONG),
        *([paragraph(f"NIP {person['nip']}", TEXT)] if person["nip"] else []),
    ]
    return Stack(lines)


def _joined(*texts: str | None) -> str:
    return ", ".join(text for text in texts if text)

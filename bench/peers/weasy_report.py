"""The example report as a page for WeasyPrint: what we print, in the same places, so that both sides do the same work."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from html import escape
from io import BytesIO
from string import ascii_lowercase
from typing import Any

import segno

from svc_documents.office import Office
from svc_documents.printing.texts import date_range, long_date

Content = dict[str, Any]
STYLE = """
@page { size: A4; margin: 22mm 18mm 17mm;
  @top-left { content: string(office); font: 8.2pt Body; color: #55606d; border-bottom: 0.6pt solid #b9c2cc; height: 4mm }
  @top-right { content: string(title); font: 600 8.2pt Body; color: #55606d; border-bottom: 0.6pt solid #b9c2cc;
    height: 4mm }
  @bottom-left { content: "No. " string(number); font: 8pt Body; color: #55606d; border-top: 0.6pt solid #b9c2cc }
  @bottom-center { content: string(origin); font: 8pt Body; color: #55606d; border-top: 0.6pt solid #b9c2cc }
  @bottom-right { content: "Halaman " counter(page) " dari " counter(pages); font: 8pt Body; color: #55606d;
    border-top: 0.6pt solid #b9c2cc } }
@page :first { margin-top: 9mm; @top-left { content: none; border: none } @top-right { content: none; border: none } }
body { font: 9.2pt/11.8pt Body; color: #1a1f26; margin: 0 }
p { margin: 0 }
header { text-align: center; border-bottom: 1.6pt solid #17375e; padding-bottom: 1.5mm; margin-bottom: 5mm;
  string-set: office attr(data-office) }
header b { font: 600 13.4pt/17.7pt Body; color: #17375e }
header small { font: 8.4pt/11pt Body; color: #55606d }
h1 { font: 600 15pt/18pt Body; text-align: center; color: #17375e; margin: 0;
  string-set: title attr(data-title), number attr(data-number), origin attr(data-origin) }
h2 { font: 600 10.6pt/13.4pt Body; text-align: center; margin: 0 }
.centred { text-align: center }
.pair { width: 100%; border-collapse: collapse; margin-top: 4mm; table-layout: fixed }
.pair > tbody > tr > td { width: 50%; vertical-align: top; padding: 0 3mm 0 0 }
.facts { border-collapse: collapse }
.facts td { vertical-align: top; padding: 0 0 1.4pt; text-align: left }
.facts td:nth-child(1) { color: #55606d; width: 27mm }
.facts td:nth-child(2) { color: #55606d; width: 3mm }
h3 { font: 600 10.4pt/13pt Body; color: #17375e; background: #eef2f6; border-left: 2.4pt solid #17375e; margin: 5mm 0 0;
  padding: 2.5pt 7pt 4.5pt; break-after: avoid }
.grid { width: 100%; border-collapse: collapse; margin: 2.5mm 0 1.5mm; font-size: 8.6pt; line-height: 10.6pt;
  table-layout: fixed; border-bottom: 0.9pt solid #55606d }
.grid th { font-weight: 600; color: #17375e; background: #eef2f6; border: 0 solid #17375e; border-width: 0.9pt 0 }
.grid th, .grid td { padding: 1.8pt 4pt 3.6pt; text-align: left; vertical-align: top }
.grid tr + tr td { border-top: 0.4pt solid #b9c2cc }
.grid :is(th, td):is(:nth-child(1), :nth-child(3), :nth-child(4), :nth-child(5)) { text-align: center }
.grid .fails :nth-child(2) { font-weight: 600 }
.grid .fails :is(:nth-child(4), :nth-child(7)) { font-weight: 600; color: #8a1c1c }
.note, ol { font-size: 8.4pt; line-height: 10.8pt }
ol { margin: 0; padding-left: 12pt }
.box { border: 0.8pt solid #b9c2cc; padding: 4pt 7pt 6pt; margin-top: 2mm }
.small { font-size: 8pt; line-height: 10.2pt; color: #55606d }
.closing { break-inside: avoid; margin-top: 4mm }
.mark td { vertical-align: middle; padding: 0 3mm 0 0 }
svg { width: 26mm; height: 26mm }
"""
NOTES = (
    "Hasil uji hanya berlaku untuk contoh yang diuji.",
    "Laporan ini tidak boleh digandakan kecuali secara keseluruhan, tanpa persetujuan tertulis dari laboratorium.",
)
AS_RECEIVED = "Pengambilan contoh dilakukan oleh pelanggan; hasil uji berlaku untuk sampel sebagaimana diterima."
VERIFY = "Keaslian laporan ini dapat diperiksa dengan memindai kode QR atau membuka alamat berikut:"
HEAD = (("No.", 9), ("Parameter", 36), ("Satuan", 19), ("Hasil", 21), ("Batas", 24), ("Metode", 36), ("Keterangan", 29))
CONFORMITY = {"conforms": "Memenuhi", "fails": "▲ Tidak memenuhi", None: "–"}


def page(content: Content, office: Office, url: str) -> str:
    samples = "".join(_sample(sample, n, content) for n, sample in enumerate(content["samples"], start=1))
    return (
        f'<html lang="id"><title>{escape(content["title"])} {escape(content["number"])}</title><body>'
        f"{_letterhead(office)}{_title(content, url)}{_parties(content)}{samples}{_closing(content, office, url)}</body></html>"
    )


def _letterhead(office: Office) -> str:
    return (
        f'<header data-office="{escape(office.name)}">{escape(office.unit.upper())}<br>{escape(office.agency.upper())}'
        f"<br><b>{escape(office.name.upper())}</b><br><small>{escape(office.address_line)}<br>"
        f"{escape(office.contact_line)}</small></header>"
    )


def _title(content: Content, url: str) -> str:
    title, number = escape(content["title"]), escape(content["number"])
    mark = content["accreditation"]
    said = f"Laboratorium penguji terakreditasi, nomor akreditasi {mark['number']}" if mark["is_marked"] else ""
    return (
        f'<h1 data-title="{title} {number}" data-number="{number}" data-origin="{escape(url)}">{title}</h1>'
        f'<h2>Nomor: {number}</h2><p class="centred">{escape(said)}</p>'
    )


def _parties(content: Content) -> str:
    customer = content["customer"]
    left = [
        ("Nama pelanggan", customer["name"]),
        ("Alamat", customer["address"]),
        ("Narahubung", _joined(customer["contact"], customer["phone"], customer["email"])),
    ]
    right = [
        ("Nomor order", content["order_number"]),
        ("Tanggal terbit", long_date(_day(content["issued_on"]))),
        ("Tempat pengujian", content["performed_at"]),
        ("Jumlah contoh", len(content["samples"])),
    ]
    return _pair(_facts(left), _facts(right))


def _sample(sample: Content, position: int, content: Content) -> str:
    head = f"Contoh uji {position} dari {len(content['samples'])} · Nomor analisis {sample['analysis_number']}"
    left = [
        ("Jenis contoh", sample["kind"]),
        ("Kode/lokasi", _joined(sample["code"], sample.get("location"))),
        ("Peraturan", sample["regulation"]),
        ("Uraian contoh", sample.get("description")),
    ]
    right = [
        ("Tanggal diterima", long_date(_day(sample["received_on"]))),
        ("Pengambilan", sample.get("sampled_on") and long_date(_day(sample["sampled_on"]))),
        ("Rencana sampling", sample.get("sampling_plan")),
        ("Tanggal pengujian", date_range(_day(sample["tested_from"]), _day(sample["tested_until"]))),
        ("Kondisi diterima", sample.get("condition")),
        ("Kondisi pengujian", sample.get("environment")),
    ]
    facts = _pair(_facts(left), _facts(right))
    return f"<h3>{escape(head)}</h3>{facts}{_grid(sample['results'])}{''.join(_below(sample))}"


def _grid(results: list[Content]) -> str:
    columns = "".join(f'<col style="width: {width}mm">' for _, width in HEAD)
    head = "".join(f"<th>{name}</th>" for name, _ in HEAD)
    rows = "".join(_row(n, result, mark) for n, (result, mark) in enumerate(_marked(results), start=1))
    return f'<table class="grid">{columns}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'


def _row(position: int, result: Content, mark: str) -> str:
    cells = (
        position,
        f"{result['parameter']}{'' if result['is_accredited'] else ' *)'} {mark}".strip(),
        result["unit"],
        " ".join(filter(None, (result["result"], result.get("uncertainty")))),
        result["limit"] or "–",
        result["method"],
        CONFORMITY[result["conformity"]],
    )
    name = ' class="fails"' if result["conformity"] == "fails" else ""
    return f"<tr{name}>{''.join(f'<td>{escape(str(cell))}</td>' for cell in cells)}</tr>"


def _below(sample: Content) -> Iterator[str]:
    results = sample["results"]
    if any(not result["is_accredited"] for result in results):
        yield _note("*) Parameter tidak termasuk lingkup akreditasi.")
    if any(result["conformity"] == "fails" for result in results):
        yield _note("▲ Tidak memenuhi: hasil di luar batas yang ditetapkan peraturan.")
    for result, mark in _marked(results):
        if mark:
            yield _note(f"{mark} {' '.join(_remarks(result))}")
    yield from map(_note, sample["notes"])
    yield _note(
        f"Penyimpangan, tambahan, atau pengecualian dari metode: {' '.join(sample['deviations']) or 'tidak ada.'}"
    )
    if supplied := ", ".join(sample["supplied_by_customer"]):
        yield _note(f"Keterangan dari pelanggan, di luar tanggung jawab laboratorium: {supplied}.")
    if statement := sample.get("conformity_statement"):
        yield f'<div class="box"><p class="small">Pernyataan kesesuaian</p><b>{escape(statement)}</b></div>'


def _closing(content: Content, office: Office, url: str) -> str:
    notes = [*(office.report_notes or NOTES), AS_RECEIVED, content["decision_rule"], *content["notes"]]
    listed = "".join(f"<li>{escape(note)}</li>" for note in notes)
    person = content["authoriser"]
    place = f"{content['issued_place']}, {long_date(_day(content['issued_on']))}"
    signature = (
        f'<p>{escape(place)}</p><p>{escape(person["position"])}</p><p class="small" style="margin-top: 5mm">'
        f"Disahkan secara elektronik oleh</p><p><b>{escape(person['name'])}</b></p><p>NIP {escape(person['nip'])}</p>"
    )
    words = f"{VERIFY}<br>{'/<br>'.join(map(escape, url.rsplit('/', 1)))}"
    mark = f'<table class="mark"><tr><td>{_qr(url)}</td><td class="small">{words}</td></tr></table>'
    return (
        f'<div class="closing"><b>Catatan</b><ol>{listed}</ol>{_pair(mark, signature)}'
        f'<p class="centred" style="margin-top: 4mm">—— Akhir laporan No. {escape(content["number"])} ——</p></div>'
    )


def _qr(url: str) -> str:
    mark = BytesIO()
    segno.make(url, error="m", micro=False, boost_error=False, mask=3).save(
        mark, kind="svg", xmldecl=False, omitsize=True, border=0
    )
    return mark.getvalue().decode()


def _marked(results: list[Content]) -> Iterator[tuple[Content, str]]:
    letters = iter(ascii_lowercase)
    return ((result, f"{next(letters)})" if _remarks(result) else "") for result in results)


def _remarks(result: Content) -> list[str]:
    provider = result.get("external_provider")
    return [*([f"Diuji oleh penyedia eksternal: {provider}."] if provider else []), *filter(None, [result.get("note")])]


def _facts(pairs: list[tuple[str, object]]) -> str:
    rows = (f"<tr><td>{label}</td><td>:</td><td>{escape(str(value))}</td></tr>" for label, value in pairs if value)
    return f'<table class="facts">{"".join(rows)}</table>'


def _pair(left: str, right: str) -> str:
    return f'<table class="pair"><tr><td>{left}</td><td>{right}</td></tr></table>'


def _note(text: str) -> str:
    return f'<p class="note">{escape(text)}</p>'


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _joined(*texts: str | None) -> str:
    return ", ".join(text for text in texts if text)

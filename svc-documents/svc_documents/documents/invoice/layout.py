from dataclasses import replace

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether

from chassis import phones

from ...printing import parts
from ...printing.pieces import Piece, Space, Stack
from ...printing.sheet import TEXT_WIDTH
from ...printing.styles import (
    ACCENT,
    ASIDE,
    BIG,
    CELL,
    CELL_CENTRED,
    CELL_RIGHT,
    HEAD,
    HEAD_CENTRED,
    HEAD_RIGHT,
    NOTE,
    RIGHT,
    SMALL,
    STRONG,
    STRONG_RIGHT,
    SUBTITLE,
    TITLE,
    paragraph,
)
from ...printing.tables import Look, Rows
from ...printing.texts import date_time, decimal, in_words, long_date, rupiah
from ..kinds import Content, Print

VERIFY = "Keaslian invoice ini dapat diperiksa dengan memindai kode QR atau membuka alamat berikut:"
CLEARANCES = {"waived": "TANPA BIAYA", "deferred": "KONTRAK (BELUM LUNAS)"}
_WIDTHS = [10 * mm, 44 * mm, 85 * mm, TEXT_WIDTH - 139 * mm]
_SUMS = [40 * mm, 40 * mm]
_SUM = Look(left=6, right=4, top=1, bottom=3)
_TOTAL = replace(_SUM, above=(0.9, ACCENT), below=(0.9, ACCENT))


def lay_out(sheet: Print) -> list[Flowable]:
    content = sheet.content
    return [
        paragraph("INVOICE", TITLE),
        paragraph(f"Nomor: {content['pre_number']} · Revisi {content['revision']}", SUBTITLE),
        Space(5 * mm),
        _parties(content),
        Space(5 * mm),
        _lines(content),
        KeepTogether([Space(3 * mm), _totals(content)]),
        Space(5 * mm),
        KeepTogether(_money(content, sheet.zone)),
        *_notes(content),
        KeepTogether([Space(6 * mm), *_closing(sheet)]),
    ]


def _parties(content: Content) -> Piece:
    customer = content["customer"]
    left = parts.facts(
        [
            ("Ditagihkan kepada", customer["name"]),
            ("Alamat", ", ".join(part for part in (customer["address"], customer["city"]) if part)),
            ("Telepon", phones.grouped(customer["phone"] or "")),
            ("Surel", customer["email"]),
        ],
        width=parts.HALF,
        label_width=30 * mm,
    )
    right = parts.facts(
        [
            ("Tanggal invoice", long_date(content["issued_on"])),
            ("Tanggal order", long_date(content["ordered_on"])),
            ("Nomor order", content["order_number"] or "belum terbit"),
            ("Layanan", content["service"]),
            ("Asal contoh", content["sample_origin"]),
            ("Status", content["status"]["label"]),
        ],
        width=parts.HALF,
        label_width=28 * mm,
    )
    return parts.side_by_side(left, right)


def _lines(content: Content) -> Piece:
    head = [
        paragraph("No.", HEAD_CENTRED),
        paragraph("Jenis contoh", HEAD),
        paragraph("Peraturan", HEAD),
        paragraph("Harga", HEAD_RIGHT),
    ]
    rows = [
        [
            paragraph(position, CELL_CENTRED),
            paragraph(line["label"], CELL),
            paragraph(line["standard"], CELL),
            paragraph(rupiah(line["amount"]), CELL_RIGHT),
        ]
        for position, line in enumerate(content["lines"], start=1)
    ]
    return parts.grid(head, rows, _WIDTHS)


def _totals(content: Content) -> Piece:
    percent = decimal(f"{content['discount_percent'].normalize():f}")
    amounts = [
        ("Harga", content["lines_amount"]),
        ("Sertifikat", content["certificate_amount"]),
        ("Sub-total", content["sub_total_amount"]),
        (f"Discount {percent}%", -content["discount_amount"]),
        ("Deposit", -content["deposit_amount"]),
    ]
    listed = [[paragraph(label), paragraph(rupiah(amount), RIGHT)] for label, amount in amounts]
    total = [paragraph("Total", STRONG), paragraph(rupiah(content["total_amount"]), STRONG_RIGHT)]
    sums = Stack([Rows(listed, _SUMS, _SUM), Rows([total], _SUMS, _TOTAL)])
    return Rows([[_beside(content), sums]], [TEXT_WIDTH - 80 * mm, 80 * mm])


def _beside(content: Content) -> Piece:
    words: list[Piece] = [paragraph("Terbilang", SMALL), paragraph(in_words(content["total_amount"]), STRONG)]
    if content["discount_basis"] and content["discount_amount"]:
        words += [Space(2 * mm), paragraph(f"Dasar discount: {content['discount_basis']}", ASIDE)]
    return Rows([[Stack(words)]], [TEXT_WIDTH - 80 * mm], Look(right=14, top=1))


def _money(content: Content, zone: str) -> list[Flowable]:
    if content["payment"]:
        return [parts.boxed(_payment(content["payment"], content["ebilling"], zone), colour=ACCENT)]
    if content["clearance"]:
        return [parts.boxed(_clearance(content["clearance"]), colour=ACCENT)]
    if content["ebilling"]:
        return [parts.boxed(_ebilling(content["ebilling"], zone), colour=ACCENT)]
    return [parts.boxed([paragraph("BELUM LUNAS", STRONG), paragraph("Kode billing belum diterbitkan.")])]


def _ebilling(ebilling: Content, zone: str) -> list[Piece]:
    return [
        paragraph("BELUM LUNAS · Kode billing (15 angka)", SMALL),
        paragraph(ebilling["code"], BIG),
        parts.facts(
            [
                ("Diterbitkan", date_time(ebilling["issued_at"], zone)),
                ("Bayar sebelum", date_time(ebilling["expires_at"], zone)),
            ],
            width=TEXT_WIDTH - 16,
        ),
    ]


def _payment(payment: Content, ebilling: Content | None, zone: str) -> list[Piece]:
    return [
        paragraph("LUNAS", BIG),
        parts.facts(
            [
                ("Dibayar", date_time(payment["paid_at"], zone)),
                ("Jumlah", rupiah(payment["amount"])),
                ("Kode billing", ebilling and ebilling["code"]),
                ("NTPN", payment["ntpn"]),
                ("NTB", payment["ntb"]),
                ("Saluran", payment["channel"]),
            ],
            width=TEXT_WIDTH - 16,
        ),
    ]


def _clearance(clearance: Content) -> list[Piece]:
    due_on = clearance["due_on"]
    return [
        paragraph(CLEARANCES[clearance["kind"]], BIG),
        parts.facts(
            [
                ("Dasar", clearance["basis"]),
                ("Nomor kontrak", clearance["contract_no"]),
                ("Jatuh tempo", due_on and long_date(due_on)),
            ],
            width=TEXT_WIDTH - 16,
        ),
    ]


def _notes(content: Content) -> list[Flowable]:
    if not content["notes"]:
        return []
    return [Space(3 * mm), *(paragraph(note, NOTE) for note in content["notes"])]


def _closing(sheet: Print) -> list[Flowable]:
    statement = paragraph("Invoice ini diterbitkan secara elektronik dan sah tanpa tanda tangan basah.", SMALL)
    end = parts.end_mark(f"Akhir invoice {sheet.content['pre_number']} revisi {sheet.content['revision']}")
    return [
        parts.side_by_side(parts.verification(sheet.verify_url, VERIFY, sheet.signature), statement),
        Space(6 * mm),
        end,
    ]

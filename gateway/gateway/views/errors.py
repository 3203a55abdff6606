"""Error pages: what happened and what to do next."""

from typing import Any

from flask import Flask, g, request, url_for

from gateway import session
from gateway.clients import Refused
from gateway.upstreams import Unavailable
from gateway.views import page

WORDS = {
    400: ("Permintaan tidak dapat dibaca", "Kembali ke halaman sebelumnya, muat ulang, lalu coba sekali lagi."),
    403: (
        "Anda tidak berwenang",
        "Halaman atau tindakan ini bukan tugas akun Anda. Bila keliru, mintalah admin memeriksa tugas Anda.",
    ),
    404: (
        "Halaman tidak ditemukan",
        "Alamatnya mungkin salah, atau datanya bukan untuk akun Anda. Coba cari lewat nomornya.",
    ),
    405: ("Cara ini tidak dilayani", "Kembali ke halaman sebelumnya dan gunakan tombol yang tersedia."),
    409: (
        "Keadaannya sudah berubah",
        "Orang lain lebih dahulu, atau langkah ini belum waktunya. Muat ulang halaman ini.",
    ),
    410: ("Sudah tidak tersedia", "Tautan ini sudah dipakai atau kedaluwarsa. Mintalah yang baru."),
    412: ("Data sudah diubah orang lain", "Muat ulang halaman, lalu ulangi perubahan Anda bila masih sesuai."),
    413: ("Berkas terlalu besar", "Ukuran paling besar 20 MB untuk satu berkas. Perkecil berkasnya, lalu unggah lagi."),
    415: ("Jenis berkas tidak dilayani", "Unggah PDF, PNG, JPEG, WebP, XLSX, atau DOCX."),
    422: ("Isian belum benar", "Kembali ke halaman sebelumnya dan periksa isian Anda."),
    429: ("Terlalu banyak permintaan", "Tunggu sebentar, lalu coba lagi. Tidak ada data yang hilang."),
    500: ("Terjadi kesalahan pada sistem", "Kesalahan ini sudah dicatat. Coba lagi beberapa saat lagi."),
    503: ("Layanan sementara tidak tersedia", "Data Anda aman. Coba lagi beberapa saat lagi."),
}
SAFE = "Data Anda aman."  # beside a detail that says itself what to do
AGAIN = {409, 412, 429, 500, 503}  # where the same page may well answer next time
AWAY = (502, 503, 504)  # down, busy or too slow: it is all the same to a person


def show(status: int, detail: str = "", retry_after: str | None = None) -> Any:
    known = 503 if status in AWAY else status
    heading, advice = WORDS.get(known, WORDS[500 if status >= 500 else 400])
    advice = SAFE if known == 503 and detail else advice
    template = "error_piece.html" if page.is_partial() else "error.html"
    response = page.render(
        template,
        heading=heading,
        status=status,
        advice=advice,
        detail=detail,
        code=status,
        ways=_ways(known),
        request_id=g.get("request_id", "") if known == 500 else "",
    )
    if retry_after or status in AWAY:
        response.headers["Retry-After"] = retry_after or "5"
    return response


def _ways(status: int) -> list[dict[str, str]]:
    """Where to go on from here, the likeliest first."""
    try:
        person = session.current()
    except Unavailable:
        person = None
    home = {"href": url_for("home.show"), "label": "Ke beranda"}
    if person is None:
        home = {"href": url_for("public.landing"), "label": "Ke halaman depan"}
    ways = [{"href": page.here(), "label": "Coba lagi"}] if status in AGAIN and request.method == "GET" else []
    if status == 404:
        search = ("goto.show", "Cari nomor") if person else ("tracking.show", "Lacak order")
        ways.append({"href": url_for(search[0]), "label": search[1]})
    return [*ways, home]


def for_refusal(refusal: Refused) -> Any:
    answer = refusal.answer
    if answer.status == 401:
        return session.to_login()
    status = answer.status if answer.status in WORDS else (503 if answer.status >= 500 else 400)
    return show(status, answer.detail if status in {409, 422, 429} else "", answer.headers.get("Retry-After"))


def register(app: Flask) -> None:
    app.register_error_handler(Refused, for_refusal)

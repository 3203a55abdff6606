"""Error pages: what happened and what to do next."""

from typing import Any

from flask import Flask

from gateway import session
from gateway.clients import Refused
from gateway.views import page

WORDS = {
    400: ("Permintaan tidak dapat dibaca", "Kembali ke halaman sebelumnya, muat ulang, lalu coba sekali lagi."),
    403: ("Anda tidak berwenang", "Halaman atau tindakan ini bukan tugas akun Anda."),
    404: ("Halaman tidak ditemukan", "Alamatnya mungkin salah, atau datanya bukan untuk akun Anda."),
    405: ("Cara ini tidak dilayani", "Kembali ke halaman sebelumnya dan gunakan tombol yang tersedia."),
    409: ("Keadaannya sudah berubah", "Muat ulang halaman untuk melihat keadaan terbaru."),
    412: ("Data sudah diubah orang lain", "Muat ulang halaman, lalu ulangi perubahan Anda."),
    413: ("Berkas terlalu besar", "Ukuran paling besar 20 MB untuk satu berkas."),
    422: ("Isian belum benar", "Periksa kembali isian Anda."),
    429: ("Terlalu banyak permintaan", "Tunggu sebentar, lalu coba lagi."),
    500: ("Terjadi kesalahan pada sistem", "Kesalahan ini sudah dicatat. Coba lagi beberapa saat lagi."),
    503: ("Layanan sementara tidak tersedia", "Data Anda aman. Coba lagi beberapa saat lagi."),
}
AWAY = (502, 503, 504)  # down, busy or too slow: it is all the same to a person


def show(status: int, detail: str = "", retry_after: str | None = None) -> Any:
    known = 503 if status in AWAY else status
    heading, advice = WORDS.get(known, WORDS[500 if status >= 500 else 400])
    template = "error_piece.html" if page.is_partial() else "error.html"
    response = page.render(template, heading=heading, status=status, advice=advice, detail=detail)
    if retry_after or status in AWAY:
        response.headers["Retry-After"] = retry_after or "5"
    return response


def for_refusal(refusal: Refused) -> Any:
    answer = refusal.answer
    if answer.status == 401:
        return session.to_login()
    status = answer.status if answer.status in WORDS else (503 if answer.status >= 500 else 400)
    return show(status, answer.detail if status in {409, 422, 429} else "", answer.headers.get("Retry-After"))


def register(app: Flask) -> None:
    app.register_error_handler(Refused, for_refusal)

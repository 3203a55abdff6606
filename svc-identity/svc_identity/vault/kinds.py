"""Which papers a company keeps here, and what is asked about one: data only."""

from chassis.workflow import Field, choice, date, file, text

KINDS = (
    ("deed", "Akta pendirian atau perubahan"),
    ("nib", "NIB"),
    ("npwp", "NPWP"),
    ("authority", "Surat kuasa atau penunjukan"),
    ("permit", "Izin usaha atau izin lingkungan"),
    ("certificate", "Sertifikat (SNI, halal, ISO)"),
    ("other", "Lainnya"),
)
LABELS = dict(KINDS)
SINGLE = ("deed", "nib", "npwp", "authority")  # a newer one replaces the one before

FORM: tuple[Field, ...] = (
    choice("kind", "Jenis dokumen", required=True, options=KINDS),
    text("number", "Nomor dokumen", max=100),
    date(
        "expires_on", "Berlaku sampai", hint="Kosongkan bila berlaku tanpa batas. Kami mengingatkan 30 hari sebelumnya."
    ),
    text("note", "Keterangan", max=200, hint="Misalnya nama sertifikat atau lokasi pabrik."),
    file("file", "Berkas", required=True, hint="PDF atau gambar."),
)

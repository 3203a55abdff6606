"""The accounts of the demo, as they are printed when the system is up. svc-identity's seed creates them."""

PASSWORD = "zerocalls-demo"

ACCOUNTS = {
    "pelanggan": "Pelanggan",
    "pelanggan2": "Pelanggan, perusahaan lain",
    "cs": "Customer Service",
    "bendahara": "Bendahara",
    "pjlab": "PJ Lab / Koordinator Lab",
    "penyelia": "Penyelia",
    "penyelia2": "Penyelia, kelompok lain",
    "analis": "Analis",
    "analis2": "Analis",
    "pengetik": "Pengetik",
    "kepala": "Kepala Balai",
    "tu": "Tata Usaha",
    "admin": "Admin",
    "superadmin": "Super Admin",
    "penyeliasampling": "Penyelia Sampling",
    "ppc": "PPC",
    "kalibrator": "Kalibrator",
    "kerjasama": "Kerjasama",
    "pjsertifikasi": "PJ Sertifikasi",
    "evaluator": "Evaluator",
    "evaluator2": "Evaluator",
    "reviewer": "Reviewer",
    "adminsertifikasi": "Admin Sertifikasi",
    "adminpelatihan": "Admin Pelatihan (PPK)",
    "instruktur": "Instruktur",
}


def table() -> str:
    rows = list(ACCOUNTS.items())
    half = (len(rows) + 1) // 2
    lines = [f"\n  Accounts, all with the password {PASSWORD}:"]
    for number in range(half):
        left, right = rows[number], rows[number + half] if number + half < len(rows) else ("", "")
        lines.append(f"    {left[0]:<18}{left[1]:<30}{right[0]:<18}{right[1]}".rstrip())
    return "\n".join(lines) + "\n"

"""The office's roles as data: code, label, and whether a grant may be limited to one laboratory group."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Role:
    code: str
    label: str
    has_scope: bool = False


ROLES = (
    Role("super_admin", "Super Admin"),
    Role("admin", "Admin"),
    Role("customer_service", "Customer Service"),
    Role("treasurer", "Bendahara"),
    Role("lab_coordinator", "PJ Lab / Koordinator Lab"),
    Role("supervisor", "Penyelia", has_scope=True),
    Role("analyst", "Analis", has_scope=True),
    Role("report_typist", "Pengetik"),
    Role("sampling_supervisor", "Penyelia Sampling"),
    Role("sampling_officer", "PPC"),
    Role("calibration_officer", "Kalibrator", has_scope=True),
    Role("partnership_officer", "Kerjasama"),
    Role("certification_head", "PJ Sertifikasi"),
    Role("evaluator", "Evaluator"),
    Role("reviewer", "Reviewer"),
    Role("certification_admin", "Admin Sertifikasi"),
    Role("training_admin", "Admin Pelatihan (PPK)"),
    Role("instructor", "Instruktur"),
    Role("administration", "Tata Usaha"),
    Role("head_of_office", "Kepala Balai"),
)
BY_CODE = {role.code: role for role in ROLES}
OPTIONS = tuple((role.code, role.label) for role in ROLES)
CUSTOMER = "customer"

ADMINS = ("admin", "super_admin")
# permission verify_customer: who decides about registrations and keeps customers' accounts
VERIFIERS = ("customer_service", *ADMINS)
# who reads customers at all; laboratory roles never do (reference §2.1)
CUSTOMER_READERS = (*VERIFIERS, "treasurer", "partnership_officer", "administration", "head_of_office")

"""States, transitions, roles and forms of everything with a life in this service: data only."""

from chassis.workflow import State, Transition, Workflow, longtext
from svc_identity.absences.models import Absence
from svc_identity.clients.models import Client
from svc_identity.customers import forms as customer_forms
from svc_identity.customers.models import Customer
from svc_identity.members.models import Member
from svc_identity.roles import ADMINS, VERIFIERS
from svc_identity.staff import forms as staff_forms
from svc_identity.staff.models import Staff
from svc_identity.vault.models import CustomerDocument

OWNER_OR_OFFICE = ("customer", *VERIFIERS)
PLANNERS = (*ADMINS, "head_of_office", "lab_coordinator")
CERTAIN = "Apakah Anda yakin?"

CUSTOMER = Workflow(
    "identity.customer",
    model=Customer,
    prefix="customers",
    key="customer_id",
    owner=lambda customer: customer.id,
    initial=("unverified", "verified"),
    states=[
        State("unverified", "MENUNGGU VERIFIKASI"),
        State("verified", "TERVERIFIKASI", tone="done"),
        State("blocked", "DIBLOKIR", tone="stopped"),
        State("refused", "DITOLAK", final=True, tone="stopped"),
    ],
    transitions=[
        Transition(
            "verify",
            "unverified",
            "verified",
            by=VERIFIERS,
            label="Verifikasi",
            tone="forward",
            event="customer.verified",
        ),
        Transition(
            "refuse",
            "unverified",
            "refused",
            by=VERIFIERS,
            label="Tolak",
            tone="end",
            form=customer_forms.REASON,
            event="customer.refused",
        ),
        Transition(
            "edit",
            ("unverified", "verified"),
            "=",
            by=OWNER_OR_OFFICE,
            label="Ubah Profil",
            tone="aside",
            form=customer_forms.EDIT,
            guard="speaks_for_customer",
            event="customer.changed",
        ),
        Transition(
            "invite",
            "verified",
            "=",
            by=OWNER_OR_OFFICE,
            label="Undang Pengguna",
            tone="aside",
            form=customer_forms.PERSON,
            guard="speaks_for_customer & is_claimed",
        ),
        Transition(
            "offer_claim", "verified", "=", by=VERIFIERS, label="Buat Tautan Klaim", tone="aside", guard="is_unclaimed"
        ),
        Transition(
            "block",
            "verified",
            "blocked",
            by=VERIFIERS,
            label="Blokir",
            tone="back",
            undo="unblock",
            form=customer_forms.REASON,
            event="customer.changed",
        ),
        Transition(
            "unblock",
            "blocked",
            "verified",
            by=VERIFIERS,
            label="Buka Blokir",
            tone="forward",
            undo="block",
            event="customer.changed",
        ),
    ],
)

MEMBER = Workflow(
    "identity.member",
    model=Member,
    prefix="members",
    key="member_id",
    owner=lambda member: member.customer_id,
    root=lambda member: member.customer,
    initial=("invited", "active"),
    states=[
        State("invited", "DIUNDANG"),
        State("active", "AKTIF", tone="done"),
        State("removed", "AKSES DICABUT", final=True, tone="stopped"),
    ],
    transitions=[
        Transition("accept", "invited", "active", by="system", event="member.changed"),
        Transition(
            "resend",
            "invited",
            "=",
            by=OWNER_OR_OFFICE,
            label="Kirim Ulang Undangan",
            tone="aside",
            guard="speaks_for_customer & has_email",
        ),
        Transition(
            "make_owner",
            "active",
            "=",
            by=OWNER_OR_OFFICE,
            label="Jadikan Pemilik",
            tone="aside",
            guard="speaks_for_customer & is_no_owner_yet",
            event="member.changed",
        ),
        Transition(
            "remove",
            ("invited", "active"),
            "removed",
            by=OWNER_OR_OFFICE,
            label="Cabut Akses",
            tone="end",
            guard="speaks_for_customer & leaves_an_owner",
            event="member.changed",
            confirm=CERTAIN,
        ),
    ],
)

CUSTOMER_DOCUMENT = Workflow(
    "identity.customer_document",
    model=CustomerDocument,
    prefix="customer-documents",
    key="document_id",
    owner=lambda document: document.customer_id,
    root=lambda document: document.customer,
    initial=("current",),
    states=[
        State("current", "DISIMPAN", tone="plain"),
        State("replaced", "DIGANTIKAN", tone="plain"),
        State("removed", "DIHAPUS", final=True, tone="stopped"),
    ],
    transitions=[
        Transition("replace", "current", "replaced", by="system"),
        Transition("remind", "current", "=", by="system", event="customer_document.expiring"),
        Transition(
            "remove",
            ("current", "replaced"),
            "removed",
            by=OWNER_OR_OFFICE,
            label="Hapus Dokumen",
            tone="end",
            guard="speaks_for_customer",
            confirm=CERTAIN,
        ),
    ],
)

STAFF = Workflow(
    "identity.staff",
    model=Staff,
    prefix="staff",
    key="staff_id",
    initial=("active",),
    states=[State("active", "AKTIF", tone="done"), State("disabled", "NONAKTIF", tone="plain")],
    transitions=[
        Transition(
            "edit",
            ("active", "disabled"),
            "=",
            by=ADMINS,
            label="Edit",
            tone="aside",
            form=staff_forms.EDIT,
            guard="outranks",
            event="staff.changed",
        ),
        Transition(
            "set_roles",
            "active",
            "=",
            by=ADMINS,
            label="Ubah Level/Tugas",
            tone="aside",
            form=staff_forms.REGRANT,
            guard="outranks & may_grant & keeps_a_super_admin",
            event="staff.changed",
        ),
        Transition(
            "send_password_link",
            "active",
            "=",
            by=ADMINS,
            label="Kirim Tautan Password",
            tone="aside",
            guard="outranks & has_email",
        ),
        Transition(
            "disable",
            "active",
            "disabled",
            by=ADMINS,
            label="Nonaktifkan",
            tone="back",
            undo="enable",
            form=staff_forms.REASON,
            guard="outranks & is_somebody_else & leaves_a_super_admin",
            event="staff.changed",
            confirm=CERTAIN,
        ),
        Transition(
            "enable",
            "disabled",
            "active",
            by=ADMINS,
            label="Aktifkan",
            tone="forward",
            undo="disable",
            guard="outranks",
            event="staff.changed",
        ),
    ],
)

ABSENCE = Workflow(
    "identity.absence",
    model=Absence,
    prefix="absences",
    key="absence_id",
    initial=("planned",),
    states=[State("planned", "TERCATAT", tone="plain"), State("cancelled", "DIBATALKAN", final=True, tone="stopped")],
    transitions=[
        Transition(
            "cancel",
            "planned",
            "cancelled",
            by=PLANNERS,
            label="Batalkan",
            tone="end",
            form=(longtext("reason", "Alasan", max=300),),
            guard="plans_for_person",
            event="absence.changed",
        ),
    ],
)

CLIENT = Workflow(
    "identity.client",
    model=Client,
    prefix="clients",
    key="client_id",
    initial=("active",),
    states=[State("active", "AKTIF", tone="done"), State("disabled", "NONAKTIF", tone="plain")],
    transitions=[
        Transition(
            "disable", "active", "disabled", by=ADMINS, label="Nonaktifkan", tone="back", undo="enable", confirm=CERTAIN
        ),
        Transition("enable", "disabled", "active", by=ADMINS, label="Aktifkan", tone="forward", undo="disable"),
    ],
)

ALL = [CUSTOMER, MEMBER, CUSTOMER_DOCUMENT, STAFF, ABSENCE, CLIENT]

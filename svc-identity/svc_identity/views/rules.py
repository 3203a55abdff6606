"""Saved views: one's own, and those that an admin shares with a role."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import parse_qsl

import sqlalchemy as sa

from chassis.auth import Principal
from chassis.db import db, lock
from chassis.problems import BadForm, NotAllowed, NotFound
from svc_identity.roles import ADMINS, ROLES
from svc_identity.sessions.rules import get_user
from svc_identity.views.models import DefaultView, SavedView

MOST = 50  # of one person
PARAMETERS = frozenset(
    """
    box status q from to sort limit columns stage customer_id customer_type customer_group origin payment service
    analyst_id supervisor_id standard_id order_id role overdue
    """.split()
)
SHAREABLE = frozenset(role.code for role in ROLES) | {"customer"}


def seen_by(principal: Principal) -> sa.ColumnElement[bool]:
    """Own views and those of one's roles; admins see what is shared with whom."""
    shared = SavedView.role.is_not(None) if principal.has(*ADMINS) else SavedView.role.in_(principal.roles)
    return sa.or_(SavedView.owner_id == uuid.UUID(principal.id), shared)


def list_views(principal: Principal, name: str) -> list[SavedView]:
    query = sa.select(SavedView).where(seen_by(principal), SavedView.list == name)
    return list(db.session.scalars(query.order_by(SavedView.role.is_(None).desc(), SavedView.name)))


def find_default(principal: Principal, name: str) -> uuid.UUID | None:
    return db.session.scalar(sa.select(DefaultView.view_id).filter_by(user_id=uuid.UUID(principal.id), list=name))


def get(view_id: uuid.UUID, principal: Principal) -> SavedView:
    view = db.session.scalar(sa.select(SavedView).where(SavedView.id == view_id, seen_by(principal)))
    if view is None:
        raise NotFound()
    return view


def add(principal: Principal, *, list: str, name: str, query: str, role: str) -> SavedView:
    user = lock(get_user(principal))
    _check_query(query)
    if role:
        _check_role(role, principal)
    held = sa.select(sa.func.count()).select_from(SavedView).filter_by(owner_id=user.id)
    if not role and (db.session.scalar(held) or 0) >= MOST:
        raise BadForm(f"Paling banyak {MOST} tampilan tersimpan. Hapus yang tidak dipakai lagi.")
    view = SavedView(list=list, name=name, query=query, owner_id=None if role else user.id, role=role or None)
    _check_name(view, name)
    db.session.add(view)
    db.session.flush()
    return view


def change(view: SavedView, principal: Principal, *, name: str | None = None, query: str | None = None) -> SavedView:
    _check_mine(view, principal)
    if query is not None:
        _check_query(query)
        view.query = query
    if name is not None:
        _check_name(view, name)
        view.name = name
    return view


def remove(view: SavedView, principal: Principal) -> None:
    _check_mine(view, principal)
    db.session.execute(sa.delete(DefaultView).filter_by(view_id=view.id))
    db.session.delete(view)


def choose_default(principal: Principal, name: str, view_id: uuid.UUID | None) -> None:
    """The list opens with this view; with none of them for None."""
    user = lock(get_user(principal))
    db.session.execute(sa.delete(DefaultView).filter_by(user_id=user.id, list=name))
    if view_id is None:
        return
    view = get(view_id, principal)
    if view.list != name:
        raise NotFound()
    db.session.add(DefaultView(user_id=user.id, list=name, view_id=view.id))


def is_mine(view: SavedView, principal: Principal) -> bool:
    return principal.has(*ADMINS) if view.role else str(view.owner_id) == principal.id


def _check_mine(view: SavedView, principal: Principal) -> None:
    if not is_mine(view, principal):
        raise NotAllowed("Tampilan bersama hanya diubah oleh admin. Simpan salinannya sebagai tampilan sendiri.")


def _check_role(role: str, principal: Principal) -> None:
    if not principal.has(*ADMINS):
        raise NotAllowed("Hanya admin yang dapat membagikan tampilan.")
    if role not in SHAREABLE:
        raise BadForm("Pilih peran.", errors={"role": ["Peran tidak dikenal."]})


def _check_name(view: SavedView, name: str) -> None:
    holder: Any = {"role": view.role} if view.role else {"owner_id": view.owner_id}
    same = sa.select(SavedView.id).filter_by(list=view.list, name=name, **holder)
    if view.id is not None:
        same = same.where(SavedView.id != view.id)
    with db.session.no_autoflush:
        if db.session.scalar(same):
            raise BadForm("Nama ini sudah dipakai.", errors={"name": ["Nama ini sudah dipakai untuk daftar ini."]})


def _check_query(query: str) -> None:
    try:
        pairs = parse_qsl(query, strict_parsing=True) if query else []
    except ValueError as wrong:
        raise BadForm("Tampilan tidak dapat dibaca.", errors={"query": ["Tidak dapat dibaca."]}) from wrong
    names = [name for name, _ in pairs]
    if not PARAMETERS.issuperset(names) or len(names) != len(set(names)):
        raise BadForm("Tampilan tidak dapat disimpan.", errors={"query": ["Memuat saringan yang tidak dikenal."]})

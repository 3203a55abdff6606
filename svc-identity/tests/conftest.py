from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask

from chassis.auth import SYSTEM
from chassis.db import atomic, db
from svc_identity.accounts import rules as accounts
from svc_identity.checks import passwords
from svc_identity.staff import rules as staff

pytest_plugins = ["chassis.testing"]

PASSWORD = "kereta kabut jembatan"
API = "/api/v1/identity"
COMPANY = {
    "name": "PT Contoh Satu",
    "customer_type": "industry",
    "customer_group": "medium",
    "npwp": "01.234.567.4-701.000",
    "nib": "",
    "kbli": "11050",
    "address": "Jalan Contoh 1",
    "city": "Kota Pontianak",
    "phone": "0812 0000 1111",
    "email": "satu@contoh.test",
}


class Office:
    """The counter and its visitors: every act goes through the API as the person who may do it."""

    API, PASSWORD, COMPANY = API, PASSWORD, COMPANY

    def __init__(self, app: Flask, as_: Callable[..., Any]) -> None:
        self.app, self.as_, self.anybody = app, as_, app.test_client()
        self.cs = as_("customer_service", name="Citra")
        self.admin = as_("admin", name="Andini")
        self.super_admin = as_("super_admin", name="Surya")
        self._counter = itertools.count(1)

    def registration(self, **changes: Any) -> dict[str, Any]:
        return (
            COMPANY
            | {"contact_name": "Satu", "username": f"pelanggan{next(self._counter)}", "password": PASSWORD}
            | changes
        )

    def register(self, **changes: Any) -> dict[str, Any]:
        answer = self.anybody.post(f"{API}/customers", json=self.registration(**changes))
        assert answer.status_code == 201, answer.json
        return answer.json

    def customer(self, **changes: Any) -> dict[str, Any]:
        """A verified customer; `owner` speaks as its first user."""
        made = self.register(**changes)
        seen = self.done("customers", made["id"], "verify")
        return seen | {"username": made["username"], "owner": self.speaker(seen["id"], seen["members"][0]["id"])}

    def speaker(self, customer_id: str, user_id: str) -> Any:
        return self.as_("customer", id=user_id, customer_id=customer_id)

    def do(self, things: str, thing_id: str, act: str, *, by: Any = None, headers: Any = None, **form: Any) -> Any:
        return (by or self.cs).post(f"{API}/{things}/{thing_id}/actions/{act}", json=form, headers=headers or {})

    def done(self, things: str, thing_id: str, act: str, **form: Any) -> dict[str, Any]:
        answer = self.do(things, thing_id, act, **form)
        assert answer.status_code == 200, answer.json
        return answer.json

    def see(self, path: str, *, by: Any = None) -> Any:
        return (by or self.cs).get(f"{API}/{path}").json

    def staff(self, username: str = "", *, roles: Any = ("analyst",), scope: str = "", password: str = PASSWORD) -> str:
        """Somebody of the office with a password; answers with the id."""
        name = username or f"pegawai{next(self._counter)}"
        form = {
            "username": name,
            "name": name.title(),
            "email": f"{name}@kantor.test",
            "phone": "",
            "nip": "",
            "employment": "",
        }
        with self.app.app_context(), atomic():
            grants = [{"role": role, "scope": scope} for role in roles]
            made = staff.add(form | {"roles": grants}, SYSTEM, by_link=False)
            accounts.set_password(made.user, password)
            db.session.flush()
            return str(made.id)

    def sign_in(self, username: str, password: str = PASSWORD) -> Any:
        return self.anybody.post(f"{API}/sessions", json={"username": username, "password": password})

    def refresh(self, token: str) -> Any:
        return self.anybody.post(f"{API}/sessions/refresh", json={"refresh_token": token})


@pytest.fixture(scope="session")
def app_settings() -> dict[str, Any]:
    return {"registrations_per_hour": 20}


@pytest.fixture
def office(app: Flask, as_: Callable[..., Any]) -> Office:
    return Office(app, as_)


@pytest.fixture
def cheap_hashing(monkeypatch: pytest.MonkeyPatch) -> None:
    """argon2id at its least cost, for tests that make many people and look at no password."""
    monkeypatch.setattr(passwords, "hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))

"""Rules about anybody who signs in, customers and staff alike."""

import uuid

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from chassis.db import db, now
from chassis.problems import BadForm
from svc_identity.accounts.models import User
from svc_identity.checks.accounts import normalise_username, username_problem
from svc_identity.checks.passwords import hash_password, password_problem


def find(user_id: str | uuid.UUID) -> User | None:
    try:
        return db.session.get(User, uuid.UUID(str(user_id)))
    except ValueError:
        return None


def find_by_username(username: str) -> User | None:
    return db.session.scalar(sa.select(User).filter_by(username=normalise_username(username)))


def list_by_email(email: str) -> list[User]:
    """Several people may share one address."""
    query = sa.select(User).where(User.email_key == email_key(email), User.is_active, User.username.is_not(None))
    return list(db.session.scalars(query.order_by(User.id)))


def email_key(email: str) -> str:
    return email.strip().lower()


def add(kind: str, *, name: str, email: str, phone: str = "", user_id: uuid.UUID | None = None) -> User:
    user = User(kind=kind, name=name, email=email, email_key=email_key(email), phone=phone)
    if user_id:
        user.id = user_id
    db.session.add(user)
    db.session.flush()
    return user


def update(user: User, *, name: str, email: str, phone: str) -> None:
    user.name, user.email, user.email_key, user.phone = name, email, email_key(email), phone


def check_username(username: str) -> None:
    if problem := username_problem(username):
        raise BadForm(problem, errors={"username": [problem]})


def check_password(password: str, *, personal: tuple[str, ...]) -> None:
    if problem := password_problem(password, personal=personal):
        raise BadForm(problem, errors={"password": [problem]})


def check_credentials(username: str, password: str, *, personal: tuple[str, ...]) -> None:
    """Raises BadForm for a username or password nobody may have; whether it is taken the database says."""
    found = {
        "username": username_problem(username),
        "password": password_problem(password, personal=(*personal, username)),
    }
    if errors := {name: [problem] for name, problem in found.items() if problem}:
        raise BadForm("Periksa kembali isian Anda.", errors=errors)


def set_username(user: User, username: str) -> None:
    user.username = normalise_username(username)
    try:
        db.session.flush()
    except IntegrityError as error:
        taken = "Username ini sudah dipakai. Pilih username lain."
        raise BadForm(taken, errors={"username": [taken]}) from error


def set_password(user: User, password: str) -> None:
    user.password_hash = hash_password(password)
    user.password_set_at = now()


def personal_words(user: User) -> tuple[str, ...]:
    return (user.name, user.username or "", user.email.split("@")[0])

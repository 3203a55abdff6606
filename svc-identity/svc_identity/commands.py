import click
from flask import current_app
from flask.cli import with_appcontext

from chassis.auth import SYSTEM
from chassis.db import atomic
from svc_identity import demo
from svc_identity.calendar import rules as calendar
from svc_identity.links import rules as links
from svc_identity.office import rules as office
from svc_identity.sessions import revocations
from svc_identity.staff import rules as staff


@click.command()
@with_appcontext
@atomic
def seed() -> None:
    """Fill in the working calendar, and in the demo the office, its people and two companies."""
    print(f"calendar: {calendar.seed()} years")
    if current_app.config["ENVIRONMENT"] == "demo":
        print(f"office: {'new' if office.seed(SYSTEM) else 'as it was'}")
        print(f"accounts: {demo.seed()} new")


@click.command("create-admin")
@click.argument("username")
@click.argument("name")
@click.argument("email")
@with_appcontext
@atomic
def create_admin(username: str, name: str, email: str) -> None:
    """Make a Super Admin and print the one-use link that sets the password."""
    form = {"username": username, "name": name, "email": email, "phone": "", "nip": "", "employment": "other"}
    person = staff.add({**form, "roles": [{"role": "super_admin", "scope": ""}]}, SYSTEM, by_link=False)
    print(links.url_of(links.offer("first_password", person.user)))


@click.command("close-demo")
@with_appcontext
@atomic
def close_demo() -> None:
    """Close every demo account, before the installation goes to work."""
    print(f"closed: {demo.close()}")


@click.command("end-sessions")
@with_appcontext
@atomic
def end_sessions() -> None:
    """End every session, so that everybody signs in again; after a restore, or when tokens may have leaked."""
    sessions, people = revocations.end_all("all_ended")
    print(f"ended: {sessions} sessions; tokens of {people} people are void")


COMMANDS = [seed, create_admin, close_demo, end_sessions]

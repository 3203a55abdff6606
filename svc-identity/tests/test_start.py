import json
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from chassis.config import BadSettings
from chassis.db import atomic, db
from chassis.keys import generate
from chassis.testing import database, settings
from svc_identity import create_app, demo
from svc_identity.accounts.models import User
from svc_identity.commands import close_demo, create_admin, seed
from svc_identity.roles import BY_CODE

USERNAMES = """superadmin admin cs bendahara pjlab penyelia penyelia2 analis analis2 pengetik ppc penyeliasampling kerjasama
pjsertifikasi evaluator evaluator2 reviewer adminsertifikasi kepala adminpelatihan tu instruktur kalibrator pelanggan pelanggan2"""


@pytest.fixture
def in_demo(app):
    app.config["ENVIRONMENT"] = "demo"
    yield app
    app.config["ENVIRONMENT"] = "test"


def run(app, command, *arguments):
    result = app.test_cli_runner().invoke(command, arguments)
    assert result.exit_code == 0, result.output
    return result.output


def test_the_demo_has_an_account_for_each_role_and_two_companies(in_demo, office, published):
    run(in_demo, seed)

    with in_demo.app_context():
        users = {user.username: user for user in db.session.scalars(sa.select(User))}
        assert set(users) == set(USERNAMES.split())
        assert {role for user in users.values() for role in user.roles} == {*BY_CODE, "customer"}
        scopes = {name: users[name].scope for name in ("penyelia", "analis", "penyelia2", "analis2")}
    assert scopes["penyelia"] == {"supervisor": ["kimia"]}
    assert scopes["analis2"] == {"analyst": ["mikrobiologi"]}
    kinds = published()
    counted = {kind.removeprefix("identity."): kinds.count(kind) for kind in set(kinds)}
    assert counted == {
        "staff.changed": 23,
        "customer.verified": 2,
        "member.changed": 2,
        "calendar.changed": 5,
        "office.changed": 1,
    }
    for name in [*USERNAMES.split()[:3], "pelanggan", "pelanggan2"]:
        assert office.sign_in(name, "zerocalls-demo").status_code == 201


def test_seeding_twice_changes_nothing(in_demo, published):
    run(in_demo, seed)
    before = published(full=True)

    assert "accounts: 0 new" in run(in_demo, seed)
    assert published(full=True) == before


def test_outside_the_demo_no_account_is_seeded(app, published):
    run(app, seed)

    assert set(published()) == {"identity.calendar.changed"}


def test_production_refuses_to_start_while_demo_accounts_exist(in_demo):
    run(in_demo, seed)
    in_demo.config["ENVIRONMENT"] = "production"
    with pytest.raises(BadSettings, match="close-demo"):
        demo.refuse_in_production(in_demo)

    in_demo.config["ENVIRONMENT"] = "demo"
    assert "closed: 25" in run(in_demo, close_demo)
    in_demo.config["ENVIRONMENT"] = "production"
    demo.refuse_in_production(in_demo)


def test_a_closed_demo_account_lets_nobody_in(in_demo, office):
    run(in_demo, seed)
    run(in_demo, close_demo)

    assert {office.sign_in(name, "zerocalls-demo").status_code for name in ("superadmin", "pelanggan")} == {401}


def test_the_demo_password_is_refused_for_everybody_else(office):
    answer = office.anybody.post(f"{office.API}/customers", json=office.registration(password="zerocalls-demo"))

    assert list(answer.json["errors"]) == ["password"]


def test_the_first_super_admin_gets_a_link(app, office):
    link = run(app, create_admin, "kepala.ti", "Kepala TI", "ti@kantor.test").strip()
    form = {"token": link.split("token=")[1], "password": office.PASSWORD}

    assert office.anybody.post(f"{office.API}/password-resets/redeem", json=form).status_code == 204
    assert office.sign_in("kepala.ti").status_code == 201


@pytest.mark.real
def test_production_needs_its_access_key(tmp_path, postgresql_url):
    generate("svc-identity", tmp_path)
    engines = {"bus_url": "amqp://bus/", "celery_broker_url": "", "environment": "production"}
    given = settings("svc_identity", tmp_path, tmp_path, postgresql_url) | engines
    with pytest.raises(BadSettings, match="ACCESS_KEY_FILE"):
        create_app(**given)

    generate("identity", tmp_path)
    assert create_app(**given)


def test_processes_that_start_at_once_share_one_key(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: json.loads(generate("identity", tmp_path).read_text())["kid"], range(8)))

    public = json.loads((tmp_path / "public" / "identity.json").read_text())
    assert set(made) == {key["kid"] for key in public["keys"]}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["identity.json", "public"]


def test_migrations_make_the_tables_the_models_describe(tmp_path, trusted):
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext
    from flask_migrate import upgrade

    with database(tmp_path, "migrations") as url:
        app = create_app(**settings("svc_identity", tmp_path, trusted, url))
        with app.app_context():
            upgrade(revision="heads")
            with db.engine.connect() as connection:
                context = MigrationContext.configure(connection, opts={"compare_type": False})
                assert compare_metadata(context, db.metadata) == []
            with atomic():
                demo.seed()
            db.session.remove()
            db.engine.dispose()


def test_no_file_is_too_long():
    from pathlib import Path

    root = Path(demo.__file__).parent
    sizes = {path.name: len(path.read_text().splitlines()) for path in root.rglob("*.py")}
    assert max(sizes.values()) <= 300
    assert sorted(sizes.values())[len(sizes) // 2] <= 60

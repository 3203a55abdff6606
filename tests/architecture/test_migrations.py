"""The schema that the migrations make is the schema that the models mean, on both databases."""

import os
import subprocess
import uuid

import pytest
import sqlalchemy as sa

from deploy.installation import Installation
from deploy.paths import PYTHON, ROOT
from deploy.processes import PEERS, flask
from deploy.schema import make_keys


@pytest.fixture(scope="module")
def installation(tmp_path_factory):
    made = Installation(tmp_path_factory.mktemp("schema"), 8080, dict.fromkeys(PEERS, 0))
    make_keys(made)
    return made


def run(installation, service, *steps, **changes):
    environment = {**os.environ, **installation.environment_of(service), "LOG_LEVEL": "ERROR", **changes}
    script = f"from deploy.prepare import main; main({service!r}, *{[['db', step] for step in steps]!r})"
    done = subprocess.run(
        [PYTHON, "-c", script], cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=200
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]


@pytest.mark.parametrize("service", PEERS)
def test_sqlite_gets_what_the_models_mean(installation, service):
    run(installation, service, "upgrade", "check", "upgrade")


@pytest.mark.real
@pytest.mark.parametrize("service", PEERS)
def test_postgresql_gets_what_the_models_mean(installation, service, postgresql_url):
    server = sa.create_engine(postgresql_url.replace("://", "+psycopg://", 1), isolation_level="AUTOCOMMIT")
    name = f"zc_schema_{uuid.uuid4().hex[:10]}"
    with server.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
        try:
            url = postgresql_url.rsplit("/", 1)[0] + "/" + name
            run(installation, service, "upgrade", "check", DATABASE_URL=url)
        finally:
            connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


@pytest.mark.real
def test_copies_that_start_at_once_migrate_once(installation, postgresql_url):
    server = sa.create_engine(postgresql_url.replace("://", "+psycopg://", 1), isolation_level="AUTOCOMMIT")
    name = f"zc_schema_{uuid.uuid4().hex[:10]}"
    url = postgresql_url.rsplit("/", 1)[0] + "/" + name
    environment = {**os.environ, **installation.environment_of("notify"), "LOG_LEVEL": "ERROR", "DATABASE_URL": url}
    with server.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
        try:
            copies = [subprocess.Popen(flask("notify", "db", "upgrade"), env=environment) for _ in range(3)]
            assert [copy.wait(120) for copy in copies] == [0, 0, 0]
        finally:
            connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()

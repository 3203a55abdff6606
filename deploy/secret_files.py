"""`python3 -m deploy.secret_files FOLDER [--demo | --smtp-url URL]`: every secret of an installation, one file each, made at random.

    svc-<name>/     key.json database_url bus_url …   what that service alone may read, mounted at /run/secrets
    gateway/        key.json limits_url
    public/         <issuer>.json                     public keys of all: not secret, mounted at /run/trust
    engines/        what PostgreSQL, RabbitMQ and Redis must know
Files that exist stay as they are. Without --demo the keys are of the kind that production accepts.
"""

import argparse
import base64
import hashlib
import json
import os
import secrets
from pathlib import Path

from chassis import keys
from deploy import seals
from deploy.processes import PEERS

HOSTS = {
    "postgresql": "postgresql:5432",
    "rabbitmq": "rabbitmq:5672",
    "redis-jobs": "redis-jobs:6379",
    "redis-limits": "redis-limits:6379",
}


class Folder:
    """Only its owner gets in; the files themselves are readable, since containers run as other users than the owner."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir(parents=True, exist_ok=True)
        path.chmod(0o700)

    def keep(self, name: str, content: str) -> str:
        """Writes a secret unless there is one; returns the one there is."""
        file = self.path / name
        if not file.exists():
            file.parent.mkdir(exist_ok=True)
            file.write_text(content)
            file.chmod(0o444)
        return file.read_text()

    def keep_key(self, issuer: str, owner: str, name: str, *, demo: bool) -> None:
        file = self.path / owner / name
        if file.exists():
            return
        file.parent.mkdir(exist_ok=True)
        keys.generate(issuer, self.path, demo=demo).rename(file)
        file.chmod(0o444)


def make(folder: Folder, *, demo: bool, smtp_url: str, hosts: dict[str, str]) -> None:
    folder.keep("engines/postgres_password", _word())
    broker = {}
    for service in PEERS:
        owner, password = f"svc-{service}", folder.keep(f"engines/{service}_password", _word())
        broker[owner] = folder.keep(f"engines/{service}_bus_password", _word())
        folder.keep_key(owner, owner, "key.json", demo=demo)
        folder.keep(
            f"{owner}/database_url", f"postgresql://svc_{service}:{password}@{hosts['postgresql']}/svc_{service}"
        )
        folder.keep(f"{owner}/bus_url", f"amqp://{owner}:{broker[owner]}@{hosts['rabbitmq']}/%2F")
    folder.keep("engines/rabbitmq_definitions", json.dumps(_definitions(broker), indent=1))
    for name, owner, setting in (
        ("jobs", "svc-documents", "celery_broker_url"),
        ("limits", "gateway", "limits_url"),
    ):
        line = folder.keep(f"engines/redis_{name}", f"requirepass {_word()}\n")
        folder.keep(f"{owner}/{setting}", f"redis://:{line.split()[1]}@{hosts[f'redis-{name}']}/0")
    folder.keep_key("gateway", "gateway", "key.json", demo=demo)
    folder.keep_key("identity", "svc-identity", "access_key.json", demo=demo)
    folder.keep("svc-documents/seal.pem", seals.make(demo=demo))
    folder.keep("svc-notify/smtp_url", smtp_url)


def _definitions(passwords: dict[str, str]) -> dict[str, object]:
    """Each service may touch its own queue and the one exchange, nothing else."""
    return {
        "vhosts": [{"name": "/"}],
        "users": [
            {
                "name": name,
                "password_hash": _hashed(word),
                "hashing_algorithm": "rabbit_password_hashing_sha256",
                "tags": [],
            }
            for name, word in passwords.items()
        ],
        "permissions": [
            {"user": name, "vhost": "/", "configure": allowed, "write": allowed, "read": allowed}
            for name in passwords
            for allowed in [rf"^({name}|zerocalls\.events)(\.dead)?$"]
        ],
    }


def _hashed(word: str) -> str:
    salt = os.urandom(4)
    return base64.b64encode(salt + hashlib.sha256(salt + word.encode()).digest()).decode()


def _word() -> str:
    return secrets.token_urlsafe(32)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("folder", type=Path)
    kind = asked.add_mutually_exclusive_group(required=True)
    kind.add_argument("--demo", action="store_true", help="keys that production refuses, letters to the mailbox page")
    kind.add_argument("--smtp-url", default="mailbox:", help="smtp://user:password@host:587?starttls=1")
    for name, address in HOSTS.items():
        asked.add_argument(f"--{name}", default=address, metavar="HOST:PORT")
    given = asked.parse_args()
    hosts = {name: getattr(given, name.replace("-", "_")) for name in HOSTS}
    make(Folder(given.folder), demo=given.demo, smtp_url=given.smtp_url, hosts=hosts)


if __name__ == "__main__":
    main()

"""Which processes an installation consists of: the same table for both sets of engines."""

from dataclasses import dataclass
from pathlib import Path

from deploy.paths import BIN, PYTHON, ROOT

SERVED = ROOT / "deploy" / "gunicorn.conf.py"
DOOR_SERVED = ROOT / "gateway" / "gunicorn.conf.py"


@dataclass(frozen=True)
class Process:
    service: str
    role: str
    command: tuple[str, ...]
    needs: tuple[str, ...] = ()
    has_port: bool = False

    @property
    def name(self) -> str:
        return f"{self.service}.{self.role}"


def flask(service: str, *command: str) -> tuple[str, ...]:
    return (str(PYTHON), "-m", "flask", "--app", f"svc_{service}", *command)


def _web(service: str, application: str, needs: tuple[str, ...] = (), served: Path = SERVED) -> Process:
    gunicorn = (str(BIN / "gunicorn"), "--config", str(served))
    command = (*gunicorn, "--bind", "127.0.0.1:{port}", "--name", f"{service}.web", application)
    return Process(service, "web", command, needs, has_port=True)


def _service(service: str, roles: tuple[str, ...]) -> list[Process]:
    web = _web(service, f"svc_{service}:create_app()")
    return [web, *(Process(service, role, flask(service, role)) for role in roles)]


BEHIND = {
    "embedded": ("worker",),  # relay, consume, work and schedule in one process
    "real": ("relay", "consume", "work", "schedule"),
}
PEERS = ("identity", "testing", "billing", "documents", "notify")

CELERY = (
    str(PYTHON),
    "-W",
    "ignore:You're running the worker",
    "-m",
    "celery",
    "--quiet",
    "--app",
    "svc_documents.celery_app",
)
RENDERING = Process(
    "documents",
    "celery",
    (*CELERY, "worker", "--concurrency=1", "--without-gossip", "--without-mingle", "--hostname=documents@localhost"),
)
SENDING = Process("notify", "send", flask("notify", "send"))
DOOR = _web("gateway", "gateway:create_app()", needs=tuple(f"{service}.web" for service in PEERS), served=DOOR_SERVED)


def declared(engines: str) -> list[Process]:
    """All processes in the order in which they start."""
    services = [process for service in PEERS for process in _service(service, BEHIND[engines])]
    webs_first = sorted(services, key=lambda process: not process.has_port)
    return [*webs_first, RENDERING, SENDING, DOOR]

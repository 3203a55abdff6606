"""Which processes an installation consists of: the same table for both sets of engines."""

from dataclasses import dataclass
from pathlib import Path

from deploy.paths import PYTHON, ROOT

SERVED = ROOT / "deploy" / "gunicorn.conf.py"
DOOR_SERVED = ROOT / "gateway" / "gunicorn.conf.py"


@dataclass(frozen=True)
class Process:
    service: str
    role: str
    command: tuple[str, ...]
    needs: tuple[str, ...] = ()
    has_port: bool = False
    is_warm: bool = True  # may be forked from the warm parent where one machine runs them all

    @property
    def name(self) -> str:
        return f"{self.service}.{self.role}"


def flask(service: str, *command: str) -> tuple[str, ...]:
    return (str(PYTHON), "-m", "flask", "--app", f"svc_{service}", *command)


def _gunicorn(service: str, application: str, served: Path) -> tuple[str, ...]:
    gunicorn = (str(PYTHON), "-m", "gunicorn", "--config", str(served))
    return (*gunicorn, "--bind", "127.0.0.1:{port}", "--name", f"{service}.web", application)


def _service(service: str, roles: tuple[str, ...]) -> list[Process]:
    web = _gunicorn(service, f"svc_{service}:create_app()", SERVED)
    return [
        Process(service, "web", web, has_port=True),
        *(Process(service, role, flask(service, role)) for role in roles),
    ]


BEHIND = {
    "embedded": ("worker",),  # relay, consume, work and schedule in one process
    "real": ("relay", "consume", "work", "schedule"),
}
PEERS = ("identity", "testing", "billing", "documents", "notify")

CELERY = (str(PYTHON), "-m", "celery", "--quiet", "--app", "svc_documents.celery_app")
RENDERING = Process(
    "documents",
    "celery",
    (*CELERY, "worker", "--concurrency=1", "--without-gossip", "--without-mingle", "--hostname=documents@localhost"),
)
SENDING = Process("notify", "send", flask("notify", "send"))
# gevent has to patch the standard library before anything is loaded
DOOR = Process(
    "gateway",
    "web",
    _gunicorn("gateway", "gateway:create_app()", DOOR_SERVED),
    needs=tuple(f"{service}.web" for service in PEERS),
    has_port=True,
    is_warm=False,
)


def declared(engines: str) -> list[Process]:
    """All processes in the order in which they start."""
    services = [process for service in PEERS for process in _service(service, BEHIND[engines])]
    webs_first = sorted(services, key=lambda process: not process.has_port)
    return [*webs_first, RENDERING, SENDING, DOOR]

"""What each service may do on the broker, with the users and rights that an installation is given."""

import contextlib
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pika.exceptions import ChannelClosedByBroker

from chassis.events.envelope import Event
from chassis.events.transports import BusDown
from chassis.events.transports.rabbitmq import RabbitMQ as Bus
from deploy.engines import EngineMissing, RabbitMQ, install
from deploy.secret_files import HOSTS, Folder, make

pytestmark = [pytest.mark.real, pytest.mark.slow]


class Guarded(RabbitMQ):
    """A broker of our own that starts with the definitions of an installation."""

    definitions: Path

    def prepare(self) -> None:
        super().prepare()
        with (self.folder / "rabbitmq.conf").open("a") as conf:
            conf.write(f"load_definitions = {self.definitions}\n")


@pytest.fixture(scope="module")
def addresses(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    try:
        install()
    except EngineMissing as missing:
        pytest.skip(str(missing))
    folder = tmp_path_factory.mktemp("broker")
    broker = Guarded(folder / "rabbitmq")
    kept = Folder(folder / "secrets")
    make(kept, demo=True, smtp_url="mailbox:", hosts=HOSTS | {"rabbitmq": f"127.0.0.1:{broker.port}"})
    broker.definitions = kept.path / "engines" / "rabbitmq_definitions"
    broker.start()
    try:
        yield {path.parent.name: path.read_text() for path in kept.path.glob("svc-*/bus_url")}
    finally:
        broker.stop()


def test_a_service_has_its_own_queue_and_the_exchange(addresses: dict[str, str]) -> None:
    with contextlib.closing(Bus(addresses["svc-testing"])) as bus:
        bus.declare("svc-testing", ["billing.invoice.*"])
    with contextlib.closing(Bus(addresses["svc-billing"])) as bus:
        assert bus.publish([_event()]) == {}


def test_a_service_cannot_touch_the_queue_of_another(addresses: dict[str, str]) -> None:
    with (
        contextlib.closing(Bus(addresses["svc-billing"])) as bus,
        pytest.raises(ChannelClosedByBroker, match="ACCESS_REFUSED"),
    ):
        bus.declare("svc-testing", ["#"])


def test_nobody_else_gets_in(addresses: dict[str, str]) -> None:
    host = addresses["svc-testing"].split("@")[1]
    with contextlib.closing(Bus(f"amqp://guest:guest@{host}")) as bus, pytest.raises(BusDown):
        bus.declare("svc-guest", ["#"])


def _event() -> Event:
    order = str(uuid.uuid4())
    return Event(
        str(uuid.uuid4()), "billing.invoice.paid", "/svc-billing", datetime.now(UTC), order, {"order_id": order}
    )

from __future__ import annotations

import secrets
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from joserfc.jwk import OKPKey

from chassis import keys
from chassis.keys import Signer

# pytest names this file gateway.tests.conftest after its folders; `gateway` itself is the package inside
if getattr(sys.modules.get("gateway"), "__file__", None) is None:
    sys.modules.pop("gateway", None)
sys.path.insert(0, str(Path(__file__).parent))

from running import Gateway, running_gateway
from upstream import Upstream

DEAD = "http://127.0.0.1:9"
SERVICES = ("identity", "testing", "billing", "documents", "notify")


@pytest.fixture(scope="session")
def access_signer() -> Signer:
    key = OKPKey.generate_key("Ed25519", parameters={"kid": f"identity-{secrets.token_hex(4)}"}, private=True)
    return Signer("identity", key)


@pytest.fixture(scope="session")
def key_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return keys.generate("gateway", tmp_path_factory.mktemp("keys"))


@pytest.fixture
def upstream(shared_upstream: Upstream) -> Upstream:
    """The services; what an earlier test left is forgotten."""
    shared_upstream.seen.clear()
    shared_upstream.release.clear()
    return shared_upstream


@pytest.fixture(scope="session")
def shared_upstream(access_signer: Signer) -> Iterator[Upstream]:
    upstream = Upstream(access_signer)
    yield upstream
    upstream.close()


@pytest.fixture(scope="session")
def start_gateway(key_file: Path) -> Callable[..., AbstractContextManager[Gateway]]:
    """A gateway of one's own: `with start_gateway(upstream, LIMIT_API="3/minute") as gateway`."""

    def start(upstream: Upstream, **settings: str) -> AbstractContextManager[Gateway]:
        peers = dict.fromkeys(SERVICES, upstream.address) | {"training": DEAD}
        return running_gateway(peers, key_file, **settings)

    return start


@pytest.fixture(scope="session")
def gateway(
    shared_upstream: Upstream, start_gateway: Callable[..., AbstractContextManager[Gateway]]
) -> Iterator[Gateway]:
    """The gateway most tests share."""
    with start_gateway(
        shared_upstream,
        READ_TIMEOUT="1.5",
        LIMIT_API="100000/minute",
        LIMIT_LOGIN="1000/minute",
        REVOCATION_SECONDS="0.3",
    ) as running:
        yield running


@pytest.fixture
def token(upstream: Upstream) -> str:
    return upstream.token()

"""What the parts of the gateway share while it runs."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app

from chassis.keys import Signer
from gateway.config import Config
from gateway.limits import Limits
from gateway.revocations import Revocations
from gateway.streams import Streams
from gateway.tokens import AccessTokens, InternalTokens
from gateway.upstreams import Upstreams

ISSUER = "gateway"


@dataclass(frozen=True)
class Gate:
    config: Config
    upstreams: Upstreams
    internal: InternalTokens
    revocations: Revocations
    tokens: AccessTokens
    limits: Limits
    streams: Streams

    def close(self) -> None:
        """Let go of threads and connections."""
        self.revocations.stop()
        for upstream in self.upstreams:
            upstream.close()


def build(config: Config) -> Gate:
    upstreams = Upstreams(config)
    internal = InternalTokens(Signer.from_file(ISSUER, config.key_file))
    streams = Streams(config.max_streams, config.stream_seconds)
    revocations = Revocations(upstreams, internal, every=config.revocation_seconds, on_news=streams.end_of)
    return Gate(
        config=config,
        upstreams=upstreams,
        internal=internal,
        revocations=revocations,
        tokens=AccessTokens(upstreams, internal, revocations),
        limits=Limits(config),
        streams=streams,
    )


def current_gate() -> Gate:
    gate: Gate = current_app.extensions["gate"]
    return gate

"""The line each answer leaves in the log: the members that structlog would write, in one piece and at once."""

from __future__ import annotations

import logging
import sys
from datetime import UTC, datetime
from typing import Any

import orjson

from gateway.incoming import Incoming

LOGGER = "door"


class AccessLog:
    def __init__(self) -> None:
        self._is_wanted = logging.getLogger(LOGGER).isEnabledFor(logging.INFO)

    def tell(self, came: Incoming, **facts: Any) -> None:
        if not self._is_wanted:
            return
        line = orjson.dumps(
            {
                **facts,
                "event": "request",
                "request_id": came.request_id,
                "trace": came.trace,
                "address": came.address,
                "level": "info",
                "logger": LOGGER,
                "timestamp": datetime.now(UTC),
            },
            option=orjson.OPT_APPEND_NEWLINE | orjson.OPT_UTC_Z,
        )
        sys.stdout.buffer.write(line)
        sys.stdout.buffer.flush()

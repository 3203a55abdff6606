"""What the processes print, as lines a person can follow."""

import json
import sys
import threading
import time
from typing import TextIO

COLOURS = (36, 33, 35, 32, 34, 96, 93, 95, 92, 94)
HIDDEN = {"timestamp", "level", "event", "logger", "service", "request_id", "trace_id", "span_id"}


class Screen:
    """One line at a time, prefixed with the name of the process; coloured on a terminal. Routine lines go to the log files only."""

    def __init__(self, out: TextIO = sys.stdout, *, quiet: bool = False, verbose: bool = False) -> None:
        self._verbose = verbose
        self._out = out
        self._quiet = quiet
        self._coloured = out.isatty()
        self._lock = threading.Lock()
        self._started = time.monotonic()
        self._colours: dict[str, int] = {}

    def say(self, text: str) -> None:
        """The launcher's own words, with the seconds since the start."""
        self._write(f"{time.monotonic() - self._started:6.1f} s  {text}\n")

    def print(self, text: str) -> None:
        self._write(text + "\n")

    def show(self, name: str, text: str) -> None:
        line = readable(text, routine=self._verbose)
        if self._quiet or not line:
            return
        prefix = f"{name:<17}"
        if self._coloured:
            colour = self._colours.setdefault(name, COLOURS[len(self._colours) % len(COLOURS)])
            prefix = f"\x1b[{colour}m{prefix}\x1b[0m"
        self._write(f"{prefix} {line}\n")

    def _write(self, text: str) -> None:
        with self._lock:
            self._out.write(text)
            self._out.flush()


def readable(text: str, *, routine: bool = True) -> str:
    """A JSON log line as `level event key=value …`, empty when it is routine and that is not wanted; anything else unchanged."""
    if not text.startswith("{"):
        return text
    try:
        entry = json.loads(text)
    except ValueError:
        return text
    if "event" not in entry:
        return text
    if entry.get("level") in ("debug", "info") and not routine:
        return ""
    facts = " ".join(f"{key}={value}" for key, value in entry.items() if key not in HIDDEN)
    return f"{entry.get('level', '')} {entry['event']} {facts}".strip()

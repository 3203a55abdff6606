"""`python tether.py <parent pid> <command…>`: becomes the command, and is told to stop when the parent dies in whatever way."""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def call_prctl(option: int, value: int) -> None:
    ctypes.CDLL(None).prctl(option, value)


def tie(parent: int) -> None:
    """From now on the death of the parent is a SIGTERM; one that is dead already ends us at once."""
    if sys.platform == "linux":
        call_prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            sys.exit("the launcher is gone")


def main() -> None:
    parent, command = int(sys.argv[1]), sys.argv[2:]
    tie(parent)
    os.execvp(command[0], command)


if __name__ == "__main__":
    main()

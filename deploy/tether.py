"""`python tether.py <parent pid> <command…>`: becomes the command, and is told to stop when the parent dies in whatever way."""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    parent, command = int(sys.argv[1]), sys.argv[2:]
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            sys.exit("the launcher is gone")
    os.execvp(command[0], command)


if __name__ == "__main__":
    main()

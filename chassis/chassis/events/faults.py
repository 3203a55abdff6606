"""Named places at which tests let a process die.

`KILL_POINT=relay.after_publish` kills at every pass. `KILL_POINT_DIR=folder` kills once for each file of that name laid there;
the one who dies takes it away and leaves `relay.after_publish.<process id>` behind.
"""

import contextlib
import os


def kill_point(name: str) -> None:
    if os.environ.get("KILL_POINT") == name:
        os._exit(137)
    if folder := os.environ.get("KILL_POINT_DIR"):
        with contextlib.suppress(FileNotFoundError):
            os.rename(f"{folder}/{name}", f"{folder}/{name}.{os.getpid()}")  # only one of many succeeds
            os._exit(137)

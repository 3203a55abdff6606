"""`python -m deploy.prepare [SERVICE]`: newest schema, reference data, queue and bindings; changes nothing that is there already.

One process for the three, since most of its time goes into loading the service.
"""

import importlib
import os
import sys

from flask.cli import ScriptInfo

STEPS = (["db", "upgrade"], ["seed"], ["declare"])


def main(service: str, *steps: list[str]) -> None:
    os.environ.setdefault("FLASK_SKIP_DOTENV", "1")
    app = importlib.import_module(f"svc_{service}").create_app()
    for step in steps or STEPS:
        if step[0] not in app.cli.commands:
            continue  # not every service has data to begin with
        app.cli.main(args=step, prog_name="flask", standalone_mode=False, obj=ScriptInfo(create_app=lambda: app))


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else os.environ["SERVICE"])

"""Writes `examples/<username>.json`: what the services really answer each role, for the tests of the pages.

python gateway/tests/pages/record.py http://127.0.0.1:8080      (a demo installation that is running)
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import requests

EXAMPLES = Path(__file__).parent / "examples"
API = "/api/v1/"
PASSWORD = "zerocalls-demo"
OF_ANYONE = (
    "testing/workflows",
    "billing/workflows",
    "identity/workflows",
    "identity/office",
    "identity/customers/form",
    "testing/standards",
)
LISTS = {
    "pelanggan": ("testing/orders",),
    "cs": ("testing/orders", "testing/orders?box=cs-new", "testing/reports", "identity/customers"),
    "bendahara": ("billing/invoices", "billing/invoices?box=process", "billing/refunds"),
    "pjlab": ("testing/samples", "testing/reports"),
    "penyelia": ("testing/samples", "testing/analyses"),
    "analis": ("testing/analyses?box=analyst-mine", "testing/analyses"),
    "pengetik": ("testing/reports?box=typist-new", "testing/reports"),
    "admin": ("identity/staff", "identity/customers"),
    "kepala": ("testing/orders", "billing/refunds"),
}
MORE = {
    "cs": ("testing/customers",),
    "penyelia": ("testing/people?role=analyst", "testing/people?role=analyst&all=true"),
    "pjlab": ("testing/people?role=supervisor", "testing/people?role=supervisor&all=true"),
    "admin": ("identity/staff/form",),
}
OWNERS = ("testing", "billing", "identity")
SHOWN = 2


class Recorder:
    def __init__(self, base: str, username: str) -> None:
        self.base = base
        signed = requests.post(
            f"{base}{API}identity/sessions", json={"username": username, "password": PASSWORD}, timeout=10
        ).json()
        self.headers = {"Authorization": f"Bearer {signed['access_token']}"}
        self.found: dict[str, Any] = {}

    def keep(self, path: str) -> Any:
        answer = requests.get(self.base + API + path, headers=self.headers, timeout=10)
        if answer.ok:
            self.found[path] = answer.json()
        return self.found.get(path)

    def keep_list(self, path: str) -> None:
        listing = self.keep(f"{path}{'&' if '?' in path else '?'}limit={SHOWN}")
        self.found[path] = listing
        things = path.partition("?")[0]
        for item in listing["items"]:
            self.keep_thing(f"{things}/{item['id']}")

    def keep_queue(self, path: str) -> None:
        for entry in (self.keep(path) or {"items": []})["items"]:
            self.keep_thing(entry["links"]["self"].removeprefix(API))

    def keep_thing(self, path: str) -> None:
        thing = self.keep(path)
        self.keep(f"{path}/history")
        if thing and path.startswith("testing/orders"):
            self.keep(f"billing/invoices?order_id={thing['id']}")
            for sample in thing["samples"]:
                self.keep_thing(f"testing/samples/{sample['id']}")
        if thing and path.startswith("testing/analyses"):
            self.keep_thing(f"testing/samples/{thing['sample_id']}")


def main(base: str) -> None:
    anyone = Recorder(base, "cs")
    for path in OF_ANYONE:
        anyone.keep(path)
    for standard in anyone.found["testing/standards"]["items"]:
        anyone.keep(f"testing/standards/{standard['id']}")
    write("anyone", anyone.found)
    for username in LISTS:
        write(username, found_by(Recorder(base, username), username))


def found_by(recorder: Recorder, username: str) -> dict[str, Any]:
    """Everything that this person's pages ask."""
    of_services = [f"{service}/{what}" for service in OWNERS for what in ("worklists", "figures")]
    for path in ("identity/me", "identity/me/preferences", *MORE.get(username, ()), *of_services):
        recorder.keep(path)
    for service in OWNERS:
        recorder.keep_queue(f"{service}/queue")
    for path in ("notify/notifications", "notify/mailbox"):
        recorder.found[path] = recorder.keep(f"{path}?limit={SHOWN}")
    for letter in recorder.found["notify/mailbox"]["items"]:
        recorder.keep(f"notify/mailbox/{letter['id']}")
    for path in LISTS[username]:
        recorder.keep_list(path)
    return recorder.found


def write(name: str, found: dict[str, Any]) -> None:
    """One answer a line, without the grants."""
    lines = [f"{json.dumps(path)}: {json.dumps(found[path], ensure_ascii=False)}" for path in sorted(found)]
    text = re.sub(r"grant=[\w.-]+", "grant=contoh", "{\n" + ",\n".join(lines) + "\n}\n")
    (EXAMPLES / f"{name}.json").write_text(text, "utf-8")


if __name__ == "__main__":
    main(sys.argv[1])

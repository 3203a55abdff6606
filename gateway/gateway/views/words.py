"""Labels of states and transitions, read from the workflows that the services declare; they never change while a service runs."""

import time
from typing import Any

from gateway import calls
from gateway.upstreams import Unavailable

KEEP_SECONDS = 300


class Words:
    def __init__(self) -> None:
        self.flows: dict[str, list[dict[str, Any]]] = {}
        self.asked_at: dict[str, float] = {}

    def of(self, service: str) -> list[dict[str, Any]]:
        """The declared workflows of a service; the last known when it does not answer."""
        if time.monotonic() - self.asked_at.get(service, float("-inf")) > KEEP_SECONDS:
            try:
                answer = calls.send(service, "GET", "workflows", claims=None)
            except Unavailable:
                return self.flows.get(service, [])
            if answer.ok:
                self.flows[service] = answer.body["items"]
                self.asked_at[service] = time.monotonic()
        return self.flows.get(service, [])

    def transition(self, service: str, flow: str, name: str) -> str:
        return self._label(service, flow, "transitions", "name", name)

    def state(self, service: str, flow: str, code: str | None) -> str:
        return self._label(service, flow, "states", "code", code or "")

    def columns(self, service: str, flow: str) -> dict[str, str]:
        found = next((each for each in self.of(service) if each["name"] == flow), {})
        return found.get("columns") or {}

    def _label(self, service: str, flow: str, part: str, key: str, wanted: str) -> str:
        found = next((each for each in self.of(service) if each["name"] == flow), {})
        return next((row["label"] for row in found.get(part, []) if row[key] == wanted and row.get("label")), "")


WORDS = Words()

THINGS = {
    "order": "Order",
    "sample": "Sampel",
    "analysis": "Analisis",
    "report": "Laporan",
    "invoice": "Invoice",
    "customer": "Pelanggan",
}
SYSTEM_ACTS = {"create": "Dibuat", "count": "Cek Organisme disimpan"}


def told(service: str, row: dict[str, Any]) -> dict[str, Any]:
    """A history row in words."""
    flow = row.get("thing", "")
    after = WORDS.state(service, flow, row.get("to"))
    act = SYSTEM_ACTS.get(row["transition"]) or WORDS.transition(service, flow, row["transition"]) or after
    return {
        **row,
        "thing_label": THINGS.get(flow.rpartition(".")[2], ""),
        "act": act,
        "before_label": WORDS.state(service, flow, row.get("from")),
        "after_label": after,
        "changed": [
            {"label": label, "before": row["changes"][column][0], "after": row["changes"][column][1]}
            for column, label in WORDS.columns(service, flow).items()
            if column in (row.get("changes") or {})
        ],
    }

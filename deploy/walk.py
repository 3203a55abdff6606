"""One laboratory order, desk by desk, through the public API. The smoke test and the demonstration walk the same way."""

import random
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from functools import partial
from typing import Any

from deploy.client import PATIENCE, Person, WrongAnswer, picture, wait_for

WIB = timezone(timedelta(hours=7))
PASSWORD = "zerocalls-demo"
STATES = (
    "drafted submitted invoiced billed paid numbered distributed assigned started finished checked typed issued sent archived"
).split()
CHECKLIST = (
    "Label sesuai dengan order",
    "Jumlah atau volume cukup",
    "Wadah sesuai dan utuh",
    "Pengawetan dan suhu sesuai",
)
COUNTED = {
    "Plankton": {
        "filtered_litres": "20",
        "concentrate_ml": "50",
        "chamber_ml": "1",
        "chamber_mm2": "1000",
        "observed_mm2": "200",
        "rows": [
            {"taxon": "Nitzschia", "count": 41},
            {"taxon": "Navicula", "count": 23},
            {"taxon": "Oscillatoria", "count": 17},
            {"taxon": "Chaetoceros sp.", "group": "fitoplankton", "count": 9},
            {"taxon": "Brachionus", "count": 12},
            {"taxon": "Keratella", "count": 6},
            {"taxon": "nauplius", "count": 4},
        ],
    },
    "Bentos": {
        "grab_cm2": "225",
        "grabs": 3,
        "rows": [
            {"taxon": "Tubifex", "count": 18},
            {"taxon": "Chironomus", "count": 9},
            {"taxon": "Melanoides", "count": 4},
        ],
    },
}
API = "/api/v1/testing"
Teller = Callable[[str, str, float], None]


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def today(days: int = 0) -> str:
    return (datetime.now(WIB) + timedelta(days=days)).date().isoformat()


class Walk:
    """An order on its way. `tell(step, actor, seconds)` is called after each step."""

    def __init__(
        self,
        base: str,
        customer: Person,
        tell: Teller,
        *,
        staff: dict[str, Person] | None = None,
        patience: float = PATIENCE,
    ) -> None:
        self.base, self.customer, self.tell = base, customer, tell
        self._staff = staff if staff is not None else {}
        self.patience = patience
        self.order_id = ""
        self.results: dict[str, str] = {}

    def staff(self, username: str) -> Person:
        if username not in self._staff:
            self._staff[username] = Person(self.base, username, PASSWORD)
        return self._staff[username]

    def step(self, text: str, who: Person, work: Callable[[], Any]) -> Any:
        started = time.monotonic()
        done = work()
        self.tell(text, who.username, time.monotonic() - started)
        return done

    def order(self, who: Person) -> dict[str, Any]:
        found: dict[str, Any] = who.get(f"{API}/orders/{self.order_id}")
        return found

    def waits(self, who: Person, state: str) -> dict[str, Any]:
        def look() -> dict[str, Any] | None:
            order = self.order(who)
            return order if order["status"]["code"] == state else None

        found: dict[str, Any] = wait_for(look, f"order in {state}", self.patience)
        return found

    def invoice(self) -> dict[str, Any]:
        treasurer = self.staff("bendahara")
        items = treasurer.get("/api/v1/billing/invoices", order_id=self.order_id)["items"]
        return treasurer.get(items[0]["links"]["self"]) if items else {}

    def to(self, state: str) -> dict[str, Any]:
        """Carry the order from a draft with samples to `state`."""
        for name in STATES[1 : STATES.index(state) + 1]:
            getattr(self, f"_{name}")()
        return self.order(self.customer)

    def draft(self, samples: list[dict[str, Any]]) -> dict[str, Any]:
        """`samples`: sample_type, code_location, standard (code), parameters (names, none means all)."""
        made = self.step(
            "order dibuat", self.customer, lambda: self.customer.post(f"{API}/orders", {"contact": "Rina Contoh"})
        )
        self.order_id = made["id"]
        standards = {found["code"]: found for found in self.customer.get(f"{API}/standards")["items"]}
        for sample in samples:
            self.step(f"sampel {sample['code_location']}", self.customer, partial(self._add, sample, standards))
        return self.order(self.customer)

    def _add(self, sample: dict[str, Any], standards: dict[str, Any]) -> None:
        standard = self.customer.get(standards[sample["standard"]]["links"]["self"])
        wanted = sample.get("parameters")
        chosen = [p["id"] for p in standard["parameters"] if wanted is None or p["parameter"] in wanted]
        form = {name: sample[name] for name in ("sample_type", "code_location")}
        form |= {"standard_id": standard["id"], "remark": sample.get("remark", ""), "parameters": chosen}
        self.customer.post(f"{API}/orders/{self.order_id}/samples", form)

    def _act(self, username: str, text: str, name: str, **form: Any) -> None:
        who = self.staff(username)
        self.step(text, who, lambda: who.act(self.order(who), name, **form))

    def _submitted(self) -> None:
        who = self.customer
        self.step("dikirim ke CS", who, lambda: who.act(self.order(who), "submit", agreed=True))

    def _invoiced(self) -> None:
        self._act("cs", "diteruskan ke bendahara", "forward", capability_confirmed=True)

    def _billed(self) -> None:
        treasurer = self.staff("bendahara")
        invoice = wait_for(self.invoice, "invoice", self.patience)
        scan = treasurer.upload("tagihan.png", picture(220))
        code = f"8{datetime.now(WIB):%Y%m%d}{random.randrange(10**6):06d}"
        form = {"billing_code": code, "issued_at": now(), "scan_file": scan}
        self.step(f"e-billing {code} terbit", treasurer, lambda: treasurer.act(invoice, "bill", **form))
        self.waits(self.customer, "billed")

    def _paid(self) -> None:
        treasurer = self.staff("bendahara")
        invoice = self.invoice()
        ntpn = "".join(random.choices("0123456789ABCDEFGHJKLMNPQRSTUVWXYZ", k=16))
        form = {
            "paid_at": now(),
            "ntpn": ntpn,
            "ntb": f"{random.randrange(10**12):012d}",
            "amount": invoice["total_amount"],
            "proof_file": treasurer.upload("bukti.png", picture(180)),
        }
        self.step(f"bukti bayar NTPN {ntpn}", treasurer, lambda: treasurer.act(invoice, "confirm", **form))
        self.waits(self.customer, "paid")

    def _numbered(self) -> None:
        cs = self.staff("cs")
        for sample in self.order(cs)["samples"]:
            checklist = [{"item": item, "result": "ok"} for item in CHECKLIST]
            arrival = {"received_at": now(), "condition": "Baik, kemasan utuh", "storage": "Lemari pendingin 4 °C"}
            received = cs.act(sample, "receive", **arrival)
            form = {"received_at": arrival["received_at"], "checklist": checklist, "conclusion": "diterima"}
            self.step(f"sampel {sample['label']} diterima", cs, partial(cs.act, received, "accept", **form))
        self._act("cs", "nomor analisis terbit", "number")

    def _distributed(self) -> None:
        self._act("cs", "dikirim ke PJ Lab", "distribute")

    def _samples(self, who: Person) -> list[dict[str, Any]]:
        live: list[dict[str, Any]] = [s for s in self.order(who)["samples"] if s["status"]["code"] != "withdrawn"]
        return live

    def _assigned(self) -> None:
        head = self.staff("pjlab")
        supervisor = self.staff("penyelia").get("/api/v1/identity/me")["id"]
        wait_for(lambda: self._knows(head, "supervisor", supervisor), "staff copies", self.patience)
        for sample in self._samples(head):
            work = lambda s=sample: head.act(s, "assign", supervisor=supervisor)  # noqa: E731 - one act per sample
            self.step(f"{sample['number']} ke penyelia", head, work)

    def _knows(self, who: Person, role: str, person: str) -> bool:
        return any(option["value"] == person for option in who.get(f"{API}/people", role=role)["items"])

    def _started(self) -> None:
        supervisor = self.staff("penyelia")
        groups = {"kimia": "analis", "mikrobiologi": "analis2"}
        ids = {group: self.staff(name).get("/api/v1/identity/me")["id"] for group, name in groups.items()}
        for sample in self._samples(supervisor):
            for analysis in sample["analyses"]:
                form = {"analyst": ids[analysis["lab_group"]], "target_on": today(10)}
                supervisor.act(analysis, "assign", **form)
            self.step(f"analis {sample['number']} ditunjuk", supervisor, lambda: None)

    def _finished(self) -> None:
        supervisor = self.staff("penyelia")
        for sample in self._samples(supervisor):
            self.measure(sample)
        for sample in self._samples(supervisor):
            self.step(f"{sample['number']} selesai", supervisor, partial(supervisor.act, sample, "finish"))

    def measure(self, sample: dict[str, Any], *, verify: bool = True) -> None:
        """Results by the analysts, then verification by the supervisor, who entered none."""
        for username in ("analis", "analis2"):
            analyst = self.staff(username)
            mine = analyst.ask(
                "GET", f"{API}/samples/{sample['id']}", expect=200 if self._has(analyst, sample) else 404
            )
            analyses = mine.json().get("analyses", []) if mine.status_code == 200 else []
            for analysis in analyses:
                if analysis["status"]["code"] == "assigned":
                    fresh = self._counted(analyst, analysis) if analysis["is_biota"] else analysis
                    analyst.act(fresh, "submit", result=self._result(fresh), tested_on=today())
            if analyses:
                self.step(f"hasil {sample['number']} diisi", analyst, lambda: None)
        supervisor = self.staff("penyelia")
        if verify:
            fresh = supervisor.get(f"{API}/samples/{sample['id']}")
            for analysis in fresh["analyses"]:
                supervisor.act(analysis, "verify")
            self.step(f"hasil {sample['number']} diverifikasi", supervisor, lambda: None)

    def _counted(self, analyst: Person, analysis: dict[str, Any]) -> dict[str, Any]:
        """The analysis after Cek Organisme; one sheet serves all parameters of its kind."""
        found = analyst.get(analysis["links"]["counts"])
        if not found["sheet"]:
            analyst.ask("PUT", analysis["links"]["counts"], json=COUNTED[found["kind"]["label"]])
        fresh: dict[str, Any] = analyst.get(analysis["links"]["self"])
        return fresh

    def _has(self, analyst: Person, sample: dict[str, Any]) -> bool:
        return any(s["id"] == sample["id"] for s in analyst.get(f"{API}/samples", order_id=self.order_id)["items"])

    def _result(self, analysis: dict[str, Any]) -> str:
        counted = (analysis.get("counts") or {}).get("offered")
        return self.results.get(analysis["parameter"]) or counted or plausible(analysis["limit_text"])

    def _checked(self) -> None:
        head = self.staff("pjlab")
        for sample in self._samples(head):
            self.step(f"{sample['number']} ke pengetik", head, partial(head.act, sample, "check"))

    def _reports(self, who: Person) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.order(who)["reports"]
        return found

    def _typed(self) -> None:
        typist = self.staff("pengetik")
        for report in self._reports(typist):
            numbered = self.step("nomor laporan terbit", typist, partial(typist.act, report, "number"))
            self.step(f"{numbered['number']} ke PJ Lab", typist, partial(typist.act, numbered, "send_to_lab"))

    def _issued(self) -> None:
        head = self.staff("pjlab")
        for report in self._reports(head):
            self.step(f"{report['number']} disetujui", head, partial(head.act, report, "approve"))
        cs = self.staff("cs")
        started = time.monotonic()
        self.waits(cs, "issued")
        self.tell("PDF terbit", "sistem", time.monotonic() - started)

    def _sent(self) -> None:
        cs = self.staff("cs")
        for report in self._reports(cs):
            self.step(f"{report['number']} dikirim", cs, partial(cs.act, report, "send"))

    def _archived(self) -> None:
        cs = self.staff("cs")
        for report in self._reports(cs):
            form = {"collector_name": "Rina Contoh", "collected_at": now(), "copies": 1}
            self.step(f"{report['number']} diambil", cs, partial(cs.act, report, "collect", **form))

    def to_end(self) -> None:
        """Hand the report over, which archives the order."""
        self._archived()

    def download(self) -> bytes:
        """The report as the customer gets it."""
        reports = self._reports(self.customer)
        if not reports:
            raise WrongAnswer("the customer sees no report")
        link = self.customer.get(reports[0]["links"]["self"])["links"]["document"]
        return self.customer.ask("GET", link).content


def plausible(limit: str) -> str:
    """A result that meets the limit, for demonstrations."""
    if limit in ("TTD", ""):
        return "TTD"
    if limit.startswith("maks "):
        text = limit.removeprefix("maks ")
        if "×" in text:
            return "2,3 × 10¹"
        number = float(text.replace(",", ".")) * random.uniform(0.2, 0.7)
        return f"{number:.3g}".replace(".", ",") if "e" not in f"{number:.3g}" else f"{number:.0f}"
    if " – " in limit:
        low, high = (float(part.replace(",", ".")) for part in limit.split(" – "))
        return f"{(low + high) / 2:.1f}".replace(".", ",")
    return limit

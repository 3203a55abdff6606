"""`make smoke BASE=…`: one order from registration to the downloaded report, by the public API alone.

Prints step, actor, seconds; stops with a non-zero exit at the first wrong answer.
"""

import hashlib
import sys
import time
import uuid

import requests

from deploy.client import Person, WrongAnswer, wait_for
from deploy.walk import PASSWORD, Walk

SAMPLES = [
    {
        "sample_type": "Air limbah domestik",
        "code_location": "Outlet IPAL",
        "standard": "P.68/2016",
        "parameters": ["pH", "BOD", "COD"],
        "remark": "Jeriken 2 L, 1 buah",
    }
]


def tell(step: str, actor: str, seconds: float) -> None:
    print(f"{seconds:7.2f} s  {actor:<16} {step}", flush=True)


def register(base: str) -> Person:
    """A new company, verified by CS, signs in."""
    visitor = Person(base)
    name = f"uji{uuid.uuid4().hex[:10]}"
    secret = f"{uuid.uuid4()} tenggiri"
    form = {
        "name": f"PT Uji {name}",
        "customer_type": "industry",
        "customer_group": "medium",
        "npwp": "012345674701000",
        "kbli": "-",
        "address": "Jalan Contoh Raya Nomor 12",
        "city": "Kota Pontianak",
        "phone": "0812 0000 1111",
        "email": f"{name}@contoh.test",
        "username": name,
        "password": secret,
    }
    started = time.monotonic()
    made = visitor.post("/api/v1/identity/customers", form)
    tell("mendaftar", name, time.monotonic() - started)
    visitor.ask("POST", "/api/v1/identity/sessions", json={"username": name, "password": secret}, expect=403)
    cs = Person(base, "cs", PASSWORD)
    started = time.monotonic()
    cs.act(cs.get(f"/api/v1/identity/customers/{made['id']}"), "verify")
    tell("pendaftaran diverifikasi", "cs", time.monotonic() - started)
    return Person(base, name, secret)


def create_when_known(walk: Walk) -> None:
    """The laboratory learns of the new customer by an event."""

    def attempt() -> bool:
        try:
            walk.draft(SAMPLES)
        except WrongAnswer as problem:
            if "belum diverifikasi" in str(problem):
                return False
            raise
        return True

    wait_for(attempt, "the new customer in svc-testing")


def check_document(walk: Walk) -> None:
    """The downloaded file is the issued one; a changed one is not."""
    customer = walk.customer
    pdf = walk.download()
    if not pdf.startswith(b"%PDF"):
        raise WrongAnswer("the report is no PDF")
    report = walk.order(customer)["reports"][0]
    code = report["links"]["verification"].rsplit("/", 1)[1]
    shown = Person(walk.base).get(f"/api/v1/documents/verify/{code}")
    if shown["sha256"] != hashlib.sha256(pdf).hexdigest() or shown["status"] != "valid":
        raise WrongAnswer(f"verification says {shown}")
    for body, wanted in ((pdf, True), (pdf + b" ", False)):
        answer = requests.post(
            f"{walk.base}/api/v1/documents/verify", files={"file": ("lhu.pdf", body, "application/pdf")}, timeout=20
        ).json()
        if answer["is_issued"] is not wanted:
            raise WrongAnswer(f"verification of the file says {answer}")
    tell(f"laporan {report['number']} diunduh dan diverifikasi ({len(pdf)} byte)", customer.username, 0.0)


def check_strangers(walk: Walk) -> None:
    """Another company and the public see nothing of it."""
    stranger = Person(walk.base, "pelanggan2", PASSWORD)
    stranger.ask("GET", f"/api/v1/testing/orders/{walk.order_id}", expect=404)
    Person(walk.base).ask("GET", f"/api/v1/testing/orders/{walk.order_id}", expect=401)
    bell = wait_for(lambda: walk.customer.get("/api/v1/notify/notifications")["items"], "notifications")
    tell(f"{len(bell)} pemberitahuan di lonceng; pelanggan lain tidak melihat apa pun", walk.customer.username, 0.0)


def main(base: str) -> int:
    started = time.monotonic()
    try:
        walk = Walk(base, register(base), tell)
        create_when_known(walk)
        walk.to("sent")
        check_document(walk)
        check_strangers(walk)
        walk.to_end()
    except (WrongAnswer, requests.RequestException, LookupError) as problem:
        print(f"SALAH: {problem}", file=sys.stderr)
        return 1
    order = walk.order(walk.customer)
    print(
        f"order {order['number']} ({order['pre_number']}) {order['status']['label']} dalam {time.monotonic() - started:.1f} s"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1].rstrip("/") if len(sys.argv) > 1 else "http://127.0.0.1:8080"))

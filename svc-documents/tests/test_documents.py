"""The life of a printed document, driven by the events of those who own what is printed."""

import uuid
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine

from chassis.db import atomic, db, now
from svc_documents import tasks
from svc_documents.documents import rendering
from svc_documents.models import Document, File

VERIFY = "/api/v1/documents/verify"
pytestmark = pytest.mark.usefixtures("office")


def verify(app, document):
    return app.test_client().get(f"{VERIFY}/{document.code}")


def status_of(app, document):
    answer = verify(app, document)
    return answer.json["status"] if answer.status_code == 200 else answer.status_code


def count(app, model):
    with app.app_context():
        return db.session.scalar(sa.select(sa.func.count()).select_from(model))


def stored_files(app):
    from pathlib import Path

    return {path.name for path in Path(app.config["FILES_DIR"]).rglob("*") if path.is_file()}


def test_an_approved_report_is_printed_and_everybody_concerned_is_told(make_report, published):
    report = make_report()

    report.tell("approved")
    document = report.print()

    kind, facts = published(full=True)[-1]
    assert kind == "documents.document.rendered"
    assert document.status == "signed"
    assert facts["render_id"] == report.render_id
    assert facts["sha256"] == document.sha256
    assert facts["file_id"] == str(document.file_id)


def test_the_content_is_asked_of_its_owner_by_name_and_own_key(app, make_report, owners, trusted):
    report = make_report()
    report.tell("approved")
    report.print()

    path, authorization = owners.asked[-1]
    with app.app_context():
        claims = app.extensions["chassis"].trust.verify(authorization.removeprefix("Bearer "), audience="svc-testing")
    assert path == f"/internal/reports/{report.id}/content?render_id={report.render_id}"
    assert claims["iss"] == "svc-documents"


def test_three_deliveries_of_the_same_event_give_one_document(app, make_report, published):
    report = make_report()

    report.tell("approved", times=3)
    report.print()
    report.tell("approved", times=3, id=str(uuid.uuid4()))
    report.print()

    assert count(app, Document) == 1
    assert published(prefix="documents.") == ["documents.document.rendered"]


def test_a_second_run_changes_nothing(app, make_report, published):
    report = make_report()
    report.tell("approved")
    first = report.print()
    report.says(title="LAIN")

    second = report.print()

    assert (second.sha256, second.file_id, second.version) == (first.sha256, first.file_id, first.version)
    assert count(app, File) == 1
    assert len(published()) == 1


def test_a_report_counts_as_issued_only_once_it_is_sent(app, make_report):
    report = make_report()
    report.tell("approved")
    document = report.print()

    assert status_of(app, document) == 404
    report.tell("sent")

    answer = verify(app, document).json
    assert (answer["status"], answer["status_label"]) == ("valid", "Berlaku")
    assert answer["number"] == report.number
    assert answer["holder"] == "PT Contoh Tirta Khatulistiwa"
    assert answer["issued_on"] == "2026-11-20"
    assert answer["sha256"] == document.sha256


def test_sending_before_the_print_is_done_waits(app, make_report):
    report = make_report()
    report.tell("approved")
    report.tell("sent")

    document = report.print()
    assert document.status == "signed"
    with time_machine.travel(now() + timedelta(minutes=2), tick=True):
        from chassis.events import handling

        handling.drain(app)

    assert report.document().status == "issued"


@pytest.mark.parametrize(("event", "status"), [("withdrawn", "withdrawn"), ("replaced", "replaced")])
def test_what_becomes_of_a_sent_report_shows_at_once(app, make_report, event, status):
    report = make_report()
    report.tell("approved")
    document = report.print()
    report.tell("sent")

    report.tell(event)

    assert status_of(app, document) == status


def test_a_replaced_report_names_its_successor(app, make_report):
    old, amended = make_report(), make_report()
    replaces = {"number": old.number, "issued_on": "2026-11-20", "reason": "Salah ketik", "changes": []}
    amended.says(number=f"{old.number}/A1", replaces=replaces)
    for report in (old, amended):
        report.tell("approved")
        report.print()
        report.tell("sent")

    old.tell("replaced")

    answer = verify(app, old.document()).json
    assert answer["replaced_by"] == {"number": f"{old.number}/A1", "code": amended.document().code}


def test_an_unapproved_report_is_void_and_its_approval_prints_anew(app, make_report):
    report = make_report()
    report.tell("approved")
    first = report.print()

    report.tell("unapproved")
    assert status_of(app, first) == "voided"
    report.render_id = str(uuid.uuid4())
    report.tell("approved")
    second = report.print()

    assert second.id != first.id
    assert second.code != first.code
    report.tell("sent")
    assert status_of(app, second) == "valid"
    assert status_of(app, first) == "voided"


def test_a_report_taken_back_while_it_is_printed_stays_void(app, make_report, monkeypatch, published):
    report = make_report()
    report.tell("approved")
    before, fetch = stored_files(app), rendering.fetch

    def fetch_slowly(job):
        content = fetch(job)
        report.tell("unapproved")
        return content

    monkeypatch.setattr(rendering, "fetch", fetch_slowly)
    report.print()

    assert report.document().status == "voided"
    assert published(prefix="documents.") == []
    assert stored_files(app) == before


def test_two_workers_at_once_print_one_document(app, make_report, monkeypatch):
    report = make_report()
    report.tell("approved")
    before, fetch = stored_files(app), rendering.fetch

    def meanwhile_another(job):
        monkeypatch.setattr(rendering, "fetch", fetch)
        with time_machine.travel(now() + rendering.LEASE * 2, tick=True):
            report.print()
        return fetch(job)

    monkeypatch.setattr(rendering, "fetch", meanwhile_another)
    report.print()

    document = report.document()
    assert document.status == "signed"
    assert document.attempts == 2
    assert len(stored_files(app) - before) == 1


def test_a_leased_document_is_left_alone(app, make_report, owners):
    report = make_report()
    report.tell("approved")
    with app.app_context():
        assert rendering._claim(report.document().id) is not None
        assert rendering._claim(report.document().id) is None


def test_an_owner_who_does_not_answer_costs_no_attempt(app, make_report, owners):
    report = make_report()
    report.tell("approved")
    owners.is_down = True

    document = report.print()

    assert (document.status, document.attempts) == ("requested", 0)
    assert document.lease_until > now()
    owners.forget()
    report.says()
    with time_machine.travel(now() + timedelta(minutes=1), tick=True):
        assert report.print().status == "signed"


def test_content_that_cannot_be_printed_fails_with_its_reason_and_can_be_asked_for_again(app, make_report, published):
    report = make_report()
    report.says(samples=[])
    report.tell("approved")

    assert report.print().status == "failed"
    kind, facts = published(full=True)[-1]
    assert kind == "documents.document.failed"
    assert "samples" in facts["error"]

    report.says()
    report.tell("render_requested")
    assert report.print().status == "signed"


def test_three_broken_attempts_are_enough(app, make_report, monkeypatch, published):
    report = make_report()
    report.tell("approved")
    monkeypatch.setattr(rendering, "print_document", lambda *_, **__: 1 / 0)

    for minute in range(1, 5):
        with time_machine.travel(now() + timedelta(minutes=minute), tick=True):
            report.print()
            with app.app_context():
                rendering.bury_exhausted()

    document = report.document()
    assert (document.status, document.attempts) == ("failed", 3)
    assert published(prefix="documents.") == ["documents.document.failed"]


def test_stale_documents_are_enqueued_again(app, make_report):
    report = make_report()
    report.tell("approved")

    with app.app_context():
        assert rendering.due() == []
    with time_machine.travel(now() + timedelta(seconds=30), tick=True), app.app_context():
        assert rendering.due() == [report.document().id]
        rendering._claim(report.document().id)
        assert rendering.due() == []
    with time_machine.travel(now() + timedelta(minutes=5), tick=True), app.app_context():
        assert rendering.due() == [report.document().id]


def test_a_rolled_back_request_enqueues_nothing(app, monkeypatch):
    sent = []
    monkeypatch.setattr(tasks, "enqueue", sent.append)
    with app.app_context():
        with pytest.raises(ZeroDivisionError), atomic():
            db.session.execute(sa.text("SELECT 1"))
            tasks.enqueue_after_commit(uuid.uuid4())
            raise ZeroDivisionError
        with atomic():
            db.session.execute(sa.text("SELECT 1"))

    assert sent == []


def test_a_broker_that_is_down_keeps_nobody_from_asking(app, make_report, monkeypatch):
    from kombu.exceptions import OperationalError

    def refuse(*_, **__):
        raise OperationalError("down")

    monkeypatch.setattr(tasks.render, "apply_async", refuse)
    report = make_report()

    report.tell("approved")

    assert report.document().status == "requested"


def test_a_late_change_of_the_office_changes_no_document_that_was_begun(app, make_report, deliver):
    report = make_report()
    report.tell("approved")
    with app.app_context():
        rendering._claim(report.document().id)
    deliver("identity.office.changed", {"office": {"name": "Balai Lain"}})

    with time_machine.travel(now() + timedelta(minutes=5), tick=True):
        report.print()

    assert report.document().letterhead["name"] == "Balai Standardisasi dan Pelayanan Jasa Industri Contoh"


def test_an_older_description_of_the_office_that_comes_late_is_ignored(app, deliver):
    from svc_documents import letterheads

    deliver("identity.office.changed", {"office": {"name": "Balai Baru"}}, time=now() + timedelta(minutes=2))
    deliver("identity.office.changed", {"office": {"name": "Balai Lama"}}, time=now() + timedelta(minutes=1))

    with app.app_context():
        assert letterheads.find()["name"] == "Balai Baru"

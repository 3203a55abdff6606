"""What we say and what we hear has the shape of `contracts/`."""

import pytest

from svc_documents.documents.registry import KINDS

pytestmark = pytest.mark.usefixtures("office")


def test_what_we_publish_has_the_shape_of_its_contract(make_report, published):
    from chassis.testing import example, same_shape

    good, bad = make_report(), make_report()
    bad.says(samples=[])
    for report in (good, bad):
        report.tell("approved")
        report.print()

    said = published(full=True, prefix="documents.")

    assert [kind for kind, _ in said] == ["documents.document.rendered", "documents.document.failed"]
    for kind, facts in said:
        assert same_shape(facts, example(kind)["data"]) == []


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_the_example_content_of_each_kind_can_be_printed(kind, pdf_of):
    assert pdf_of(kind).read_bytes().startswith(b"%PDF")


def test_every_event_we_react_to_has_an_example():
    from chassis.events.subscriptions import collect
    from chassis.testing import CONTRACTS
    from svc_documents import consumers

    for subscription in collect([consumers]):
        assert (CONTRACTS / "events" / f"{subscription.pattern}.json").exists(), subscription.pattern

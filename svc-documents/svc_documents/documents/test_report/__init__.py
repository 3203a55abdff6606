"""Laporan hasil uji (LHU): the items of ISO/IEC 17025:2017 clauses 7.8.2 and 7.8.3."""

from ..kinds import Content, Facts, Kind
from .content import ReportContent
from .layout import lay_out


def _facts(content: Content) -> Facts:
    replaced = content["replaces"]
    return Facts(
        number=content["number"],
        holder=content["customer"]["name"],
        issued_on=content["issued_on"],
        replaces_number=replaced and replaced["number"],
        is_draft=content["is_draft"],
    )


KIND = Kind(
    code="test_report",
    label="Laporan Hasil Uji",
    service="testing",
    content_path="/internal/reports/{subject_id}/content?render_id={render_id}",
    plural="test-reports",
    draft_path="/internal/reports/{subject_id}/content",
    content=ReportContent,
    facts=_facts,
    title=lambda content: content["title"],
    layout=lay_out,
)

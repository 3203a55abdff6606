"""Cek Organisme: the sheet of counts of one analysis."""

from __future__ import annotations

import uuid
from typing import Any

from flask import g

from chassis.auth import requires, signed_in
from chassis.db import atomic
from chassis.web import Blueprint, if_match, json_body, represent
from chassis.workflow.forms import schema
from svc_testing import presenting
from svc_testing.analyses import counts
from svc_testing.analyses import rules as analyses

bp = Blueprint("counts", __name__, description="Cek Organisme: hitungan plankton dan bentos")


@bp.get("/analyses/<uuid:analysis_id>/counts")
@bp.response(200)
@signed_in
def show_counts(analysis_id: uuid.UUID) -> Any:
    """Cek Organisme: takson, jumlah, dan indeksnya"""
    return represent(presenting.count_sheet(analyses.get_counted(analysis_id, g.principal), g.principal))


@bp.put("/analyses/<uuid:analysis_id>/counts")
@bp.doc(requestBody={"content": {"application/json": {"schema": schema(counts.FIELDS, name="CountsForm")}}})
@bp.response(200)
@requires("analyst")
@atomic
def save_counts(analysis_id: uuid.UUID) -> Any:
    """Simpan Cek Organisme"""
    analysis = analyses.open_counts(analyses.get_counted(analysis_id, g.principal), g.principal)
    if_match(analysis)
    analyses.save_counts(analysis, g.principal, json_body())
    return represent(presenting.count_sheet(analysis, g.principal))

"""Files people upload, PDFs the office issues, and the page that says whether a PDF is genuine."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flask import Flask


def create_app(**overrides: Any) -> "Flask":
    # imported here: the sandbox that examines uploads lives in this package and must start with nothing loaded
    from svc_documents.application import create

    return create(**overrides)

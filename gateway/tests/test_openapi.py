"""One document of all services that stays valid when names collide and services are down."""

from __future__ import annotations

import re
from typing import Any

import jsonschema_rs
from running import Gateway
from upstream import OPENAPI

from gateway.openapi import merge


def documents() -> dict[str, Any]:
    order = {"type": "object", "properties": {"next": {"$ref": "#/components/schemas/Order"}}}
    billing = {
        **OPENAPI,
        "paths": {"/invoices": {"get": {"operationId": "list", "security": [{"x": []}], "responses": {}}}},
        "servers": [{"url": "/api/v1/billing"}],
        "components": {"schemas": {"Order": order}, "securitySchemes": {"x": {}}},
    }
    return {"testing": OPENAPI, "billing": billing}


def test_names_of_two_services_do_not_collide() -> None:
    merged = merge(documents(), missing=[], address="http://x")

    assert set(merged["components"]["schemas"]) == {"billing.Order", "testing.Order"}
    assert merged["components"]["schemas"]["billing.Order"]["properties"]["next"] == {
        "$ref": "#/components/schemas/billing.Order"
    }
    assert {item["get"]["operationId"] for item in merged["paths"].values()} == {"testing.list", "billing.list"}


def test_only_what_can_be_reached_from_outside_is_described() -> None:
    merged = merge(documents(), missing=[], address="http://x")
    assert set(merged["paths"]) == {"/api/v1/testing/orders", "/api/v1/billing/invoices"}


def test_every_reference_leads_somewhere() -> None:
    merged = merge(documents(), missing=[], address="http://x")
    targets = set(re.findall(r"'\$ref': '#/components/schemas/([^']+)'", str(merged)))
    assert targets == {"billing.Order", "testing.Order"}


def test_the_document_is_served_and_names_who_is_missing(gateway: Gateway) -> None:
    document = gateway.ask("GET", "/api/v1/openapi.json").json

    assert document["openapi"].startswith("3.1")
    assert document["x-unavailable"] == ["training"]
    assert "/api/v1/testing/orders" in document["paths"]
    assert "internal" not in str(document["paths"].keys())
    assert all(jsonschema_rs.meta.is_valid(schema) for schema in document["components"]["schemas"].values())


def test_the_page_to_read_it_runs_no_script_of_its_own_text(gateway: Gateway) -> None:
    page = gateway.ask("GET", "/api/docs")

    assert page.status == 200
    assert re.findall(rb"<script(?![^>]*\ssrc=)", page.content) == []
    assert gateway.ask("GET", "/static/api_docs.js").status == 200

"""A list as it is usually written with Flask-Smorest: ORM rows, lazy relations, nested marshmallow, full count, OFFSET."""

import json
import os
from pathlib import Path

import marshmallow as ma
from flask import Flask, request
from flask_smorest import Api, Blueprint, Page, abort
from flask_sqlalchemy import SQLAlchemy
from joserfc import jwt
from joserfc.jwk import KeySet

app = Flask(__name__)
app.config.update(
    SQLALCHEMY_DATABASE_URI=os.environ["DATABASE_URL"].replace("postgresql:", "postgresql+psycopg:"),
    API_TITLE="Orders",
    API_VERSION="1",
    OPENAPI_VERSION="3.0.3",
    OPENAPI_URL_PREFIX="/",
    OPENAPI_JSON_PATH="openapi.json",
)
db = SQLAlchemy(app)
keys = KeySet.import_key_set(json.loads((Path(os.environ["TRUST_DIR"]) / "gateway.json").read_text()))


def column(kind, *args, **more):
    return db.mapped_column(kind, *args, **more)


class Order(db.Model):
    __tablename__ = "test_order"
    id = column(db.Uuid, primary_key=True)
    pre_number, number, status, origin = (column(db.String) for _ in range(4))
    version = column(db.Integer)
    status_since, created_at, submitted_at, paid_at = (column(db.DateTime(timezone=True)) for _ in range(4))
    customer_id = column(db.Uuid)
    customer_name, contact_phone, payment_terms = (column(db.String) for _ in range(3))
    samples = db.relationship("Sample", order_by="Sample.position")
    reports = db.relationship("TestReport")


class Sample(db.Model):
    __tablename__ = "sample"
    id = column(db.Uuid, primary_key=True)
    order_id = column(db.Uuid, db.ForeignKey("test_order.id"))
    position = column(db.Integer)
    number = column(db.String)
    target_on = column(db.Date)
    parameters = db.relationship("SampleParameter")


class SampleParameter(db.Model):
    __tablename__ = "sample_parameter"
    id = column(db.Uuid, primary_key=True)
    sample_id = column(db.Uuid, db.ForeignKey("sample.id"))
    price_amount = column(db.Integer)


class TestReport(db.Model):
    __tablename__ = "report"
    id = column(db.Uuid, primary_key=True)
    order_id = column(db.Uuid, db.ForeignKey("test_order.id"))
    status = column(db.String)
    sent_at = column(db.DateTime(timezone=True))


class ParameterSchema(ma.Schema):
    price_amount = ma.fields.Integer()


class SampleSchema(ma.Schema):
    id = ma.fields.UUID()
    number = ma.fields.String()
    target_on = ma.fields.Date()
    parameters = ma.fields.List(ma.fields.Nested(ParameterSchema))


class ReportSchema(ma.Schema):
    status = ma.fields.String()
    sent_at = ma.fields.AwareDateTime()


class OrderSchema(ma.Schema):
    id = ma.fields.UUID()
    version = ma.fields.Integer()
    status = ma.fields.String()
    status_since = ma.fields.AwareDateTime()
    number = ma.fields.String()
    pre_number = ma.fields.String()
    origin = ma.fields.String()
    customer_id = ma.fields.UUID()
    customer_name = ma.fields.String()
    contact_phone = ma.fields.String()
    payment_terms = ma.fields.String()
    paid_at = ma.fields.AwareDateTime()
    created_at = ma.fields.AwareDateTime()
    submitted_at = ma.fields.AwareDateTime()
    samples = ma.fields.List(ma.fields.Nested(SampleSchema))
    reports = ma.fields.List(ma.fields.Nested(ReportSchema))


class QueryPage(Page):
    @property
    def item_count(self):
        return self.collection.count()


bp = Blueprint("orders", "orders")


@bp.route("/orders")
@bp.response(200, OrderSchema(many=True))
@bp.paginate(QueryPage)
def list_orders():
    token = jwt.decode(request.headers["Authorization"].removeprefix("Bearer "), keys, algorithms=["Ed25519"])
    if "customer_service" not in token.claims["roles"]:
        abort(403)
    return (
        db.session.query(Order).filter(Order.status != "discarded").order_by(Order.created_at.desc(), Order.id.desc())
    )


Api(app).register_blueprint(bp)

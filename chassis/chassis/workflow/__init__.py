"""Workflow is data: one declaration gives the check, the offered actions, the history, the event, the diagram and the tests."""

from chassis.workflow.declaration import Lifecycle, State, Transition
from chassis.workflow.engine import Act, Workflow, flow_of
from chassis.workflow.forms import (
    Field,
    boolean,
    choice,
    date,
    datetime_,
    decimal,
    file,
    integer,
    list_of,
    longtext,
    money,
    text,
)

__all__ = [
    "Act",
    "Field",
    "Lifecycle",
    "State",
    "Transition",
    "Workflow",
    "boolean",
    "choice",
    "date",
    "datetime_",
    "decimal",
    "file",
    "flow_of",
    "integer",
    "list_of",
    "longtext",
    "money",
    "text",
]

"""What is wrong with a declaration itself, in words: found by every service's tests before anybody meets it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from chassis.workflow.declaration import STATE_TONES, STAYS, TONES, State, Transition

if TYPE_CHECKING:
    from chassis.workflow.engine import Workflow


def of(flow: Workflow) -> list[str]:
    return [*_unknown(flow), *_tones(flow), *_colours(flow), *_unknown_starts(flow), *_ways(flow)]


def _unknown(flow: Workflow) -> list[str]:
    known: Any = sa.inspect(flow.model).columns
    rows = flow.transitions.values()
    wrong = [f"column {name} does not exist" for name in flow.columns if name not in known]
    wrong += [
        f"{row.name}: unknown state {code}"
        for row in rows
        for code in (*row.sources, row.target)
        if code not in flow.states and code != STAYS
    ]
    wrong += [
        f"{row.name}: guard {name} is not defined" for row in rows for name in row.guards if not flow.has_guard(name)
    ]
    return wrong


def _tones(flow: Workflow) -> list[str]:
    """Every row of a person says where it leads; what takes a row back starts where that row ends."""
    rows = flow.transitions.values()
    missing = f"tone is none of {', '.join(TONES)}"
    wrong = [f"{row.name}: {missing}" for row in rows if not row.is_system and row.tone not in TONES]
    return wrong + [f"{row.name}: {_wrong_undo(flow, row)}" for row in rows if row.undo and _wrong_undo(flow, row)]


def _wrong_undo(flow: Workflow, row: Transition) -> str:
    back = flow.transitions.get(row.undo)
    if back is None or back.is_system:
        return f"{row.undo}, which takes it back, is no row of a person"
    ends = row.sources if row.target == STAYS else (row.target,)
    return "" if set(ends) & set(back.sources) else f"{row.undo}, which takes it back, starts elsewhere"


def _colours(flow: Workflow) -> list[str]:
    """No colour says that a thing is done while somebody has to move it on, or that it waits when nobody can."""
    wrong = [f"{state.code}: {fault}" for state in flow.states.values() if (fault := _wrong_colour(flow, state))]
    return wrong + [
        f"{row.name}: moves {code} on, which is shown as done"
        for row in flow.transitions.values()
        if row.tone == "forward" and row.target in flow.states and flow.states[row.target].tone != "done"
        for code in row.sources
        if code in flow.states and flow.states[code].tone == "done"
    ]


def _wrong_colour(flow: Workflow, state: State) -> str:
    if state.tone not in STATE_TONES:
        return f"tone is none of {', '.join(STATE_TONES)}"
    if state.final and state.tone == "waits":
        return "is final but shown as waiting"
    ends = any(row.target == state.code and row.tone == "end" for row in flow.transitions.values())
    return "an end, but not shown as stopped" if ends and state.final and state.tone != "stopped" else ""


def _unknown_starts(flow: Workflow) -> list[str]:
    system = {row.name for row in flow.transitions.values() if row.is_system}
    wrong = [f"unknown initial state {code}" for code in flow.initial if code not in flow.states]
    return wrong + [f"settles {name}, which is no system row" for name in flow.settles if name not in system]


def _ways(flow: Workflow) -> list[str]:
    """Every state is reached, and left unless it is final."""
    rows, states = flow.transitions.values(), flow.states.values()
    reached: set[str] = set(flow.initial)
    while grown := {row.target for row in rows if reached & set(row.sources) and row.target != STAYS} - reached:
        reached |= grown
    leaving = {code for row in rows for code in row.sources if row.target not in (STAYS, code)}
    wrong = [f"{code} is never reached" for code in flow.states if code not in reached]
    wrong += [f"{state.code} has no exit" for state in states if not state.final and state.code not in leaving]
    return wrong + [
        f"{state.code} is final but has an exit" for state in states if state.final and state.code in leaving
    ]

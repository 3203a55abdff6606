"""Diagrams made from the declaration."""

from __future__ import annotations

from html import escape

from chassis.workflow.engine import Workflow

ROW, WIDTH, BOX, LEFT = 44, 980, 280, 20


def mermaid(flow: Workflow) -> str:
    lines = ["stateDiagram-v2", f"  %% {flow.name}"]
    lines += [f'  state "{state.label}" as {state.code}' for state in flow.states.values()]
    lines += [f"  [*] --> {code}" for code in flow.initial]
    for transition in flow.transitions.values():
        for source in transition.sources:
            target = source if transition.target == "=" else transition.target
            lines.append(f"  {source} --> {target}: {transition.name} ({', '.join(sorted(transition.roles))})")
    lines += [f"  {state.code} --> [*]" for state in flow.states.values() if state.final]
    return "\n".join(lines) + "\n"


def svg(flow: Workflow) -> str:
    """States in declared order down the left, each transition that changes state as an arc on the right."""
    top = {code: LEFT + index * ROW for index, code in enumerate(flow.states)}
    arcs = [
        (source, transition.target, transition.label or transition.name)
        for transition in flow.transitions.values()
        for source in transition.sources
        if transition.target not in ("=", source)
    ]
    height = LEFT * 2 + len(top) * ROW
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="sans-serif" font-size="12" '
        f'role="img" aria-label="{escape(flow.name)}">',
        '<defs><marker id="a" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        '<path d="M0 0 8 4 0 8z"/></marker></defs>',
    ]
    for code, y in top.items():
        label = escape(flow.states[code].label)
        parts.append(
            f'<rect x="{LEFT}" y="{y}" width="{BOX}" height="28" rx="5" fill="#f1f5f9" stroke="#475569"/>'
            f'<text x="{LEFT + 10}" y="{y + 18}">{label}</text>'
        )
    for index, (source, target, label) in enumerate(arcs):
        start, end = top[source] + 9, top[target] + 19
        bulge = BOX + 60 + (index * 17) % (WIDTH - BOX - 260)
        parts.append(
            f'<path d="M{LEFT + BOX} {start} C{bulge} {start} {bulge} {end} {LEFT + BOX + 2} {end}" fill="none" '
            f'stroke="#64748b" marker-end="url(#a)"><title>{escape(label)}</title></path>'
        )
    return "".join(parts) + "</svg>"

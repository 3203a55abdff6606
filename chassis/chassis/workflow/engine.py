"""The engine: who may do what now, and doing it. State, history, number and event commit together or not at all."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

import sqlalchemy as sa
from flask import current_app

from chassis import history
from chassis.auth import SYSTEM, Principal
from chassis.db import db, dumps, is_atomic, lock, now
from chassis.events.outbox import emit
from chassis.problems import BadForm, NotAllowed, NotFound, Refused, StaleVersion, WrongState
from chassis.workflow import faults, forms
from chassis.workflow.declaration import STAYS, State, Transition

F = TypeVar("F", bound=Callable[..., Any])

MAX_SETTLINGS = 200


@dataclass
class Act:
    """One transition being tried: what the guards and the effect look at."""

    flow: Workflow
    thing: Any
    transition: Transition
    principal: Principal
    form: dict[str, Any] = field(default_factory=dict)
    now: datetime = field(default_factory=now)

    @property
    def is_for_customer(self) -> bool:
        deputies = self.transition.deputies
        return bool(deputies) and self.principal.has(*deputies) and not self.flow.is_entitled(self)


@dataclass(frozen=True)
class _Guard:
    holds: Callable[[Act], str | None]
    person: bool
    field: str | None


_flows: dict[type, Workflow] = {}


def flow_of(thing: Any) -> Workflow:
    return _flows[type(thing)]


class Workflow:
    """A declared machine bound to a model.

    `owner(thing)` is the customer id a `customer` must have; `parents(thing)` are the things it settles;
    `root(thing)` is the aggregate root that every act locks first; `settles` names automatic transitions in order;
    `columns` gives what people call the columns whose changes a history shows.
    """

    def __init__(
        self,
        name: str,
        *,
        model: type,
        prefix: str,
        key: str,
        states: list[State],
        transitions: list[Transition],
        initial: tuple[str, ...],
        root: Callable[[Any], Any] = lambda thing: thing,
        parents: Callable[[Any], list[Any]] = lambda thing: [],
        owner: Callable[[Any], uuid.UUID | None] | None = None,
        settles: tuple[str, ...] = (),
        columns: Mapping[str, str] | None = None,
    ) -> None:
        self.columns = dict(columns or {})
        self.name, self.model, self.prefix, self.key = name, model, prefix, key
        self.states = {state.code: state for state in states}
        self.transitions = {transition.name: transition for transition in transitions}
        self.initial, self.settles = initial, settles
        self.root, self.parents, self.owner = root, parents, owner
        self._guards: dict[str, _Guard] = {}
        self._effects: dict[str, Callable[[Act], None]] = {}
        self._payloads: dict[str, Callable[[Act], dict[str, Any]]] = {}
        self._open: dict[tuple[str, frozenset[str]], list[Transition]] = {}
        assert len(self.transitions) == len(transitions), f"{name}: two transitions have one name"
        self.digest = hashlib.sha256(dumps(self.describe()).encode()).hexdigest()[:12]
        _flows[model] = self

    @property
    def service(self) -> str:
        return self.name.split(".")[0]

    # registration: rules say what the named guards and effects are

    def guard(self, name: str, *, person: bool = False, field: str | None = None) -> Callable[[F], F]:
        """None or the refusal. `person`: 403 instead of 409. `field`: needs the form, 422 beside that field."""

        def register(function: F) -> F:
            self._guards[name] = _Guard(function, person, field)
            return function

        return register

    def has_guard(self, name: str) -> bool:
        return name in self._guards

    def effect(self, *names: str) -> Callable[[F], F]:
        def register(function: F) -> F:
            for name in names:
                assert name in self.transitions, name
                assert name not in self._effects, name
                self._effects[name] = function
            return function

        return register

    def payload(self, *names: str) -> Callable[[F], F]:
        def register(function: F) -> F:
            for name in names or ("",):
                self._payloads[name] = function
            return function

        return register

    # asking

    def label(self, status: str) -> str:
        return self.states[status].label

    def present_status(self, thing: Any) -> dict[str, str]:
        state = self.states[thing.status]
        return {"code": state.code, "label": state.label, "tone": state.tone}

    def actions(self, thing: Any, principal: Principal) -> list[dict[str, Any]]:
        """What `principal` may do with `thing` now, as `http.md` shows it."""
        return [
            self._offer(act)
            for transition in self._open_to(thing.status, principal.roles)
            if (act := self._fits(thing, transition, principal))
        ]

    def _open_to(self, status: str, roles: frozenset[str]) -> list[Transition]:
        """What these roles may find open in this state, by the table alone: the same for all things, so found once."""
        if (status, roles) not in self._open:
            self._open[status, roles] = [
                transition
                for transition in self.transitions.values()
                if not transition.is_system
                and status in transition.sources
                and roles & (transition.roles | transition.deputies)
            ]
        return self._open[status, roles]

    def can(self, thing: Any, name: str, principal: Principal = SYSTEM) -> bool:
        return self._fits(thing, self.transitions[name], principal) is not None

    def _fits(self, thing: Any, transition: Transition, principal: Principal) -> Act | None:
        act = Act(self, thing, transition, principal)
        if thing.status not in transition.sources or not self._may(act):
            return None
        return None if any(self._refusals(act, with_form=False)) else act

    def _offer(self, act: Act) -> dict[str, Any]:
        return {
            **act.transition.offer,
            "href": f"/api/v1/{self.service}/{self.prefix}/{act.thing.id}/actions/{act.transition.name}",
            "fields": [field.describe(act.thing) for field in self.form_of(act)],
        }

    def form_of(self, act: Act) -> tuple[forms.Field, ...]:
        return act.transition.form_on_behalf if act.is_for_customer else act.transition.form

    def _may(self, act: Act) -> bool:
        is_deputy = not act.transition.is_system and act.principal.has(*act.transition.deputies)
        return is_deputy or self.is_entitled(act)

    def is_entitled(self, act: Act) -> bool:
        """Whether the role itself gives the right, not the part of a deputy."""
        roles, principal = act.transition.roles, act.principal
        if not principal.roles.isdisjoint(act.transition.staff):
            return True
        if "customer" not in roles or not principal.has("customer"):
            return False
        return self.owner is None or self.owner(act.thing) == principal.customer_uuid is not None

    def _refusals(self, act: Act, *, with_form: bool) -> Any:
        for name in act.transition.guards:
            guard = self._guards[name]
            if (guard.field is not None) == with_form and (refusal := guard.holds(act)) is not None:
                yield guard, refusal or "Belum dapat dilakukan."

    # acting

    def act(
        self,
        thing: Any,
        name: str,
        principal: Principal,
        *,
        form: Any = None,
        if_match: str | None = None,
    ) -> Any:
        """Do `name` to `thing` as `principal`. Raises NotFound, NotAllowed, WrongState, Refused, StaleVersion, BadForm."""
        assert is_atomic(), "an act needs atomic"
        transition = self.transitions.get(name)
        if transition is None:
            raise NotFound()
        self._lock(thing)
        check_version(thing, if_match)
        act = Act(self, thing, transition, principal)
        self._permit(act)
        act.form = forms.read(self.form_of(act), form if form is not None else {}, thing)
        self._check(act, with_form=True)
        self._perform(act)
        return thing

    def fire(self, thing: Any, name: str, *, form: dict[str, Any] | None = None, actor: Principal = SYSTEM) -> Any:
        """A `system` row, caused by an event, a deadline or another act; `form` is taken as given.

        `actor` names the person whose act caused it in history; the right to do it is the system's.
        """
        assert is_atomic(), "an act needs atomic"
        transition = self.transitions[name]
        assert transition.is_system, f"{name} is not a system row"
        self._lock(thing)
        if thing.status not in transition.sources:
            raise WrongState(f"{self.name} {name}: {thing.status}")
        act = Act(self, thing, transition, actor, form=form or {})
        self._check(act, with_form=False)
        self._check(act, with_form=True)
        self._perform(act)
        return thing

    def created(self, thing: Any, principal: Principal, *, event: str | None = None, note: str = "") -> Any:
        """Write the first history row (and event) of a thing just made. Its `status` is one of `initial`."""
        assert thing.status in self.initial, thing.status
        thing.workflow_version = self.digest
        db.session.add(thing)
        db.session.flush()
        transition = Transition("create", (), thing.status, by="system", event=event)
        self._record(Act(self, thing, transition, principal, form={"note": note}), None, {})
        self._publish(Act(self, thing, transition, principal))
        return thing

    def settle(self, thing: Any, actor: Principal = SYSTEM) -> None:
        """Try the automatic transitions until none fits. Idempotent."""
        for _ in range(MAX_SETTLINGS):
            name = next((name for name in self.settles if self.can(thing, name)), None)
            if name is None:
                return
            self.fire(thing, name, actor=actor)
        raise AssertionError(f"{self.name} does not settle")

    def refusal(self, thing: Any, name: str, principal: Principal) -> str | None:
        """What `act` would say against it now, before it has read a form; None when it is offered."""
        try:
            self._permit(Act(self, thing, self.transitions[name], principal))
        except (NotAllowed, WrongState, Refused) as problem:
            return problem.detail
        return None

    def _permit(self, act: Act) -> None:
        transition, status = act.transition, act.thing.status
        if not self._may(act):
            raise NotAllowed("Tindakan ini bukan bagian tugas Anda.")
        if status not in transition.sources:
            label = transition.label or transition.name
            raise WrongState(f"{label} tidak dapat dilakukan saat {self.label(status)}.")
        self._check(act, with_form=False)

    def _check(self, act: Act, *, with_form: bool) -> None:
        for guard, refusal in self._refusals(act, with_form=with_form):
            if guard.field:
                raise BadForm(refusal, errors={guard.field: [refusal]})
            raise NotAllowed(refusal) if guard.person else Refused(refusal)

    def _lock(self, thing: Any) -> None:
        root = self.root(thing)
        locked = db.session.info.setdefault("locked_roots", set())
        if root.id in locked:
            return
        db.session.flush()
        db.session.expire_all()
        lock(root)
        locked.add(root.id)

    def _perform(self, act: Act) -> None:
        thing, transition = act.thing, act.transition
        before, came_from = _columns(thing), thing.status
        with _Settling() as settling:
            if transition.target != STAYS:
                thing.status = transition.target
                thing.status_since = act.now
            thing.version += 1
            thing.workflow_version = self.digest
            if effect := self._effects.get(transition.name):
                effect(act)
            self._record(act, came_from, _changes(before, _columns(thing)))
            self._publish(act)
            db.session.flush()
            settling.add(thing, act.principal)
            for parent in self.parents(thing):
                settling.add(parent, act.principal)

    def _record(self, act: Act, came_from: str | None, changes: dict[str, Any]) -> None:
        form = act.form
        note = next((form[name] for name in ("reason", "note", "answer") if form.get(name)), "")
        history.record(
            self.root(act.thing).id,
            self.name,
            act.thing.id,
            act.transition.name,
            act.principal,
            from_status=came_from,
            to_status=act.thing.status,
            version=act.thing.version,
            workflow_version=self.digest,
            on_behalf_of=str(self.owner(act.thing)) if act.is_for_customer and self.owner else None,
            note=note if isinstance(note, str) else "",
            form=form,
            changes=changes,
        )

    def _publish(self, act: Act) -> None:
        if act.transition.event is None:
            return
        facts: dict[str, Any] = {}
        for name in ("", act.transition.name):
            if payload := self._payloads.get(name):
                facts |= payload(act)
        emit(
            f"{self.service}.{act.transition.event}",
            facts,
            partition_key=str(facts.get("order_id") or self.root(act.thing).id),
            subject=str(act.thing.id),
            audience="public" if act.transition.public else "internal",
            actor=act.principal.id,
        )

    # describing and proving

    def describe(self) -> dict[str, Any]:
        """The declaration as data: for documents, clients and the version digest."""
        return {
            "name": self.name,
            "initial": list(self.initial),
            "states": [
                {"code": s.code, "label": s.label, "public_step": s.step, "final": s.final, "tone": s.tone}
                for s in self.states.values()
            ],
            "transitions": [
                {
                    "name": t.name,
                    "from": list(t.sources),
                    "to": t.target,
                    "by": sorted(t.roles),
                    "for_customer": sorted(t.deputies),
                    "label": t.label,
                    "tone": t.tone,
                    "undo": t.undo or None,
                    "guards": list(t.guards),
                    "event": f"{self.service}.{t.event}" if t.event else None,
                    "fields": [{"name": f.name, "kind": f.kind, "required": f.required} for f in t.form],
                }
                for t in self.transitions.values()
            ],
            "columns": self.columns,
        }

    def faults(self) -> list[str]:
        """What is wrong with the declaration itself, in words."""
        return faults.of(self)


class _Settling:
    """Collects what an act touched; when the outermost act is done, settles each, children first."""

    def __enter__(self) -> _Settling:
        info = db.session.info
        self.depth = info["act_depth"] = info.get("act_depth", 0) + 1
        self.queue: list[tuple[Any, Principal]] = info.setdefault("to_settle", [])
        return self

    def add(self, thing: Any, actor: Principal) -> None:
        if not any(queued is thing for queued, _ in self.queue):
            self.queue.append((thing, actor))

    def __exit__(self, failed: Any, *rest: Any) -> None:
        info = db.session.info
        if failed is None and self.depth == 1:
            while self.queue:
                thing, actor = self.queue.pop(0)
                flow_of(thing).settle(thing, actor)
        info["act_depth"] -= 1


def _forget(session: Any, transaction: Any) -> None:
    if transaction.parent is None:
        for key in ("locked_roots", "act_depth", "to_settle"):
            session.info.pop(key, None)


sa.event.listen(sa.orm.Session, "after_transaction_end", _forget)


def check_version(thing: Any, if_match: str | None) -> None:
    """Raise StaleVersion unless `If-Match` names the current version (absent or `*` matches)."""
    if if_match is None or if_match.strip() == "*":
        return
    tags = {tag.strip().removeprefix("W/").strip('"') for tag in if_match.split(",")}
    if str(thing.version) not in tags:
        raise StaleVersion("Data sudah diubah orang lain. Muat ulang lalu periksa kembali.")


UNWATCHED = {"version", "updated_at", "workflow_version", "status_since", "status"}


def _columns(thing: Any) -> dict[str, Any]:
    silent = UNWATCHED | thing.untold
    return {
        attribute.key: getattr(thing, attribute.key)
        for attribute in sa.inspect(type(thing)).column_attrs
        if attribute.key not in silent
    }


def _changes(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    return {name: [before[name], value] for name, value in after.items() if before[name] != value}


def service_flows() -> dict[str, Workflow]:
    flows: dict[str, Workflow] = current_app.extensions["chassis"].workflows
    return flows

"""Several services asked at once, each with little time: who does not answer is missing, the others are there."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from flask import copy_current_request_context

from gateway import calls, session
from gateway.upstreams import Unavailable

PATIENCE = 1.5

Question = tuple[str, str, Mapping[str, Any]]


def ask(questions: Mapping[str, Question], patience: float = PATIENCE) -> dict[str, Any]:
    """Bodies of the answers by the name of the question, as the signed-in person; None for a service that is away.

    A refusal is an empty answer: the question was not for this person.
    """
    claims = session.claims()

    def one(question: Question) -> Any:
        service, path, params = question
        try:
            answer = calls.send(service, "GET", path, claims=claims, params=params, read_timeout=patience)
        except Unavailable:
            return None
        if answer.status >= 500 or answer.status == 429:
            return None
        return answer.body if answer.ok else {}

    if not questions:
        return {}
    with ThreadPoolExecutor(max_workers=len(questions)) as pool:
        asked = {name: pool.submit(copy_current_request_context(one), each) for name, each in questions.items()}
        return {name: each.result() for name, each in asked.items()}

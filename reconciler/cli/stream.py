"""What `apply --json` and `activate --json` print while they work: a line of JSON an event, the last one the whole.

{"type": "planned", "plan": {…}}
{"type": "change_done", "account": "acme-sg", "address": "acme-sg/spring-sale", …}
{"type": "applied", "results": […]}
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any

from reconciler.cli.console import say_json_line
from reconciler.cli.timings import beside
from reconciler.model.errors import ReconcilerError, Throttled
from reconciler.render.json import as_json, outcome_json
from reconciler.run.events import ChangeDone, Event, Finished, Started, Uploading, Waiting
from reconciler.run.results import Planned, Result
from reconciler.system.timings import Timings


class EventStream:
    """A subscriber. Each line is whole, whatever the other threads print, and is seen at once by who reads it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def __call__(self, event: Event) -> None:
        told = _LINES.get(type(event))
        if told is not None:
            self.say(*told(event))

    def say(self, kind: str, line: dict[str, Any]) -> None:
        with self._lock:
            say_json_line({"type": kind, **line})

    def say_timings(self, timings: Timings) -> None:
        """Where they were asked for, before the last line."""
        for kind, line in beside(timings).items():
            self.say(kind, line)


def _planned(event: Planned) -> tuple[str, dict[str, Any]]:
    return "planned", {"plan": as_json(event.plan)}


def _started(event: Started) -> tuple[str, dict[str, Any]]:
    return "started", {"changes": event.changes}


def _waiting(event: Waiting) -> tuple[str, dict[str, Any]]:
    until = event.until.isoformat(timespec="seconds")
    return "waiting", {"account": event.account, "until": until, "seconds": round(event.seconds), "why": event.why}


def _uploading(event: Uploading) -> tuple[str, dict[str, Any]]:
    place = {"account": event.account, "number": event.number, "file": event.title}
    return "uploading", {**place, "done": event.done, "total": event.total}


def _change_done(event: ChangeDone) -> tuple[str, dict[str, Any]]:
    return "change_done", {"account": event.account, **outcome_json(event.outcome)}


def _finished(event: Finished) -> tuple[str, dict[str, Any]]:
    return "finished", result_json(event.result)


_LINES: dict[type, Callable[[Any], tuple[str, dict[str, Any]]]] = {
    Planned: _planned,
    Started: _started,
    Waiting: _waiting,
    Uploading: _uploading,
    ChangeDone: _change_done,
    Finished: _finished,
}


def result_json(result: Result) -> dict[str, Any]:
    """`retry_at` only where a limit of Meta's has stopped the account."""
    return {
        "account": result.account,
        "error": str(result.error) if result.error else None,
        "unshared": str(result.unshared) if result.unshared else None,
        "retry_at": result.error.retry_at.isoformat() if isinstance(result.error, Throttled) else None,
        "outcomes": [outcome_json(outcome) for outcome in result.outcomes],
    }


def results_json(
    results: Iterable[Result], failures: Mapping[str, ReconcilerError] = MappingProxyType({})
) -> dict[str, Any]:
    """`failures`: by account, why it could not be planned."""
    unplanned = (Result(account, error=error) for account, error in failures.items())
    return {"results": [result_json(result) for result in (*results, *unplanned)]}

"""Events of an operation for people: a bar on a terminal, plain lines in CI. Called from several threads."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import click

from reconciler.cli.console import say, say_lines
from reconciler.cli.waits import say_waits
from reconciler.model.moments import format_time
from reconciler.model.plan import Action
from reconciler.run.events import (
    ChangeDone,
    Event,
    Started,
    StateTold,
    StillWaiting,
    Subscriber,
    Uploading,
    Waiting,
    ignore,
)
from reconciler.run.results import Planned
from reconciler.system.interrupt import Interrupted
from reconciler.text.sanitize import brief, plain_lines, screen

DONE = {
    Action.CREATE: "created",
    Action.UPDATE: "changed",
    Action.REPLACE: "replaced",
    Action.ACTIVATE: "activated",
    Action.PAUSE: "paused",
    Action.ARCHIVE: "archived",
    Action.DELETE: "deleted",
    Action.ADOPT: "adopted",
    Action.FORGET: "forgotten",
}
WIDTH = 30
LONGEST_TITLE = 100
QUARTER = 25


Lines = Iterable[tuple[str, str]]
"""Texts, each with its colour."""


class Console:
    """A subscriber. Prints the plan as `shown` has it, then waits, outcomes and uploads to standard error, a line at a
    time. Where a `stream` tells it as JSON, only waits and failures are told."""

    def __init__(self, *, shown: Callable[[Planned], Lines], stream: Subscriber | None = None) -> None:
        self._lock = threading.Lock()
        self._quiet, self._shown, self._stream = stream is not None, shown, stream or ignore
        self._terminal = sys.stderr.isatty()
        self._expected: int | None = None
        self._done = self._failed = 0
        self._waiting: Waiting | None = None
        """The last wait, while nothing has come after it."""
        self._said_last = ""
        """Why the last change that failed did."""
        self._quarters: dict[tuple[str, int], int] = {}
        """Told last, by account and number of the upload."""
        self._tells: dict[type, Callable[[Any], None]] = {
            Planned: self._planned,
            Started: self._started,
            Waiting: self._waits,
            StateTold: say_waits,
            StillWaiting: say_waits,
            Uploading: self._uploading,
            ChangeDone: self._change_done,
        }

    def __call__(self, event: Event) -> None:
        self._stream(event)
        tell = self._tells.get(type(event))
        if tell is not None:
            tell(event)

    @contextmanager
    def last_words(self) -> Iterator[None]:
        """Where the command is interrupted, one line says what is done and what is not."""
        try:
            yield
        except (KeyboardInterrupt, click.Abort):
            raise Interrupted(self._left()) from None

    def _left(self) -> str:
        from reconciler.kinds.said import counted

        again = "Run the command again to go on."
        if (waiting := self._waiting) is not None:
            moment = format_time(waiting.until.replace(microsecond=0), waiting.until.tzinfo)
            again = f"{again} It was waiting until {moment}: a run before that waits again."
        if not self._expected:
            return f"Nothing was changed, and nothing is lost. {again}"
        left = self._expected - self._done - self._failed
        failed = [f"{self._failed} failed"] if self._failed else []
        told = [
            f"{self._done} of {counted(self._expected, 'change')} done and recorded",
            *failed,
            f"{left} not started",
        ]
        return f"{', '.join(told)}. {again}"

    def _planned(self, planned: Planned) -> None:
        if not self._quiet:
            say_lines(self._shown(planned))

    def _waits(self, event: Waiting) -> None:
        self._waiting = event
        say_waits(event)

    def _started(self, started: Started) -> None:
        """Of a run in several rounds what earlier ones have done counts, too."""
        self._waiting = None
        self._expected = self._done + self._failed + started.changes

    def _change_done(self, event: ChangeDone) -> None:
        outcome, change = event.outcome, event.outcome.change
        with self._lock:
            self._waiting = None
            self._done += not outcome.error
            self._failed += bool(outcome.error)
            if outcome.error:
                # One limit may refuse hundreds, with one mend.
                why = "for the same reason" if outcome.error == self._said_last else plain_lines(outcome.error)
                self._said_last = outcome.error
                say(f"  {change.address}: {change.action} failed: {why}", "red", err=True)
            elif not self._quiet:
                say(f"  {change.address}: {change.kind} {DONE[change.action]}", "green", err=True)

    def _uploading(self, event: Uploading) -> None:
        if self._quiet:
            return
        percent = 100 * event.done // event.total if event.total else 100
        with self._lock:
            if self._terminal:
                self._draw_bar(event, percent)
            else:
                self._say_quarter(event, percent)

    def _draw_bar(self, event: Uploading, percent: int) -> None:
        bar = "█" * (WIDTH * percent // 100)
        end = "\n" if event.done >= event.total else ""
        line = screen(f"  {brief(event.title, LONGEST_TITLE)} [{bar:<{WIDTH}}] {percent:3d} %")
        sys.stderr.write(f"\r{line}{end}")
        sys.stderr.flush()

    def _say_quarter(self, event: Uploading, percent: int) -> None:
        from reconciler.kinds.said import counted

        upload, quarter = (event.account, event.number), percent // QUARTER
        if quarter <= self._quarters.get(upload, -1):
            return
        self._quarters[upload] = quarter
        waits = "; Meta is processing it" if event.done >= event.total else ""
        size = counted(event.total, "byte")
        say(f"  uploading {brief(event.title, LONGEST_TITLE)}: {percent} % of {size}{waits}", err=True)

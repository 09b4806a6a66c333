"""Work as it goes on: a bar on a terminal, plain lines in CI. Called from several threads."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import click

from reconciler.cli.console import say
from reconciler.kinds.said import counted
from reconciler.meta.upload import Progress
from reconciler.model.moments import format_time, said_wait
from reconciler.model.plan import Action, Outcome
from reconciler.run.pipeline import Listener
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


def say_wait(account: str, until: datetime, seconds: float, why: str) -> None:
    """On standard error, with --json, too: else nobody knows why nothing happens."""
    moment = format_time(until.replace(microsecond=0), until.tzinfo)
    say(f"  {account}: waits until {moment} at most ({said_wait(seconds)}): {brief(why)}", err=True)


class Console:
    """Prints outcomes and uploads to standard error, a line at a time."""

    def __init__(self, *, quiet: bool) -> None:
        self._lock = threading.Lock()
        self._quiet = quiet
        self._terminal = sys.stderr.isatty()
        self._expected: int | None = None
        self._done = self._failed = 0

    @contextmanager
    def last_words(self) -> Iterator[None]:
        """Where the command is interrupted, one line says what is done and what is not."""
        try:
            yield
        except (KeyboardInterrupt, click.Abort):
            raise Interrupted(self._left()) from None

    def expects(self, changes: int) -> None:
        """So many changes are to be done from here on."""
        self._expected = changes

    def _left(self) -> str:
        if not self._expected:
            return "Nothing was changed."
        left = self._expected - self._done - self._failed
        failed = [f"{self._failed} failed"] if self._failed else []
        told = [
            f"{self._done} of {counted(self._expected, 'change')} done and recorded",
            *failed,
            f"{left} not started",
        ]
        return f"{', '.join(told)}. Run the command again to go on."

    def listener(self) -> Listener:
        return Listener(outcome=self.outcome, upload=self.upload)

    def outcome(self, account: str, outcome: Outcome) -> None:
        change = outcome.change
        with self._lock:
            self._done += not outcome.error
            self._failed += bool(outcome.error)
            if outcome.error:
                say(f"  {change.address}: {change.action} failed: {plain_lines(outcome.error)}", "red", err=True)
            elif not self._quiet:
                say(f"  {change.address}: {change.kind} {DONE[change.action]}", "green", err=True)

    def upload(self, title: str) -> Progress:
        shown = {"quarter": -1}

        def progress(done: int, total: int) -> None:
            if self._quiet:
                return
            percent = 100 * done // total if total else 100
            with self._lock:
                if self._terminal:
                    bar = "█" * (WIDTH * percent // 100)
                    end = "\n" if done >= total else ""
                    line = screen(f"  {brief(title, LONGEST_TITLE)} [{bar:<{WIDTH}}] {percent:3d} %")
                    sys.stderr.write(f"\r{line}{end}")
                    sys.stderr.flush()
                elif percent // QUARTER > shown["quarter"]:
                    shown["quarter"] = percent // QUARTER
                    waits = "; Meta is processing it" if done >= total else ""
                    say(
                        f"  uploading {brief(title, LONGEST_TITLE)}: {percent} % of {counted(total, 'byte')}{waits}",
                        err=True,
                    )

        return progress

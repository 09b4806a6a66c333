"""Work as it goes on: a bar on a terminal, plain lines in CI. Called from several threads."""

from __future__ import annotations

import sys
import threading

from reconciler.cli.console import say
from reconciler.inert import brief, plain_lines, screen
from reconciler.meta.upload import Progress
from reconciler.model import Action, Outcome
from reconciler.pipeline import Listener

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


class Console:
    """Prints outcomes and uploads to standard error, a line at a time."""

    def __init__(self, *, quiet: bool) -> None:
        self._lock = threading.Lock()
        self._quiet = quiet
        self._terminal = sys.stderr.isatty()

    def listener(self) -> Listener:
        return Listener(outcome=self.outcome, upload=self.upload, waiting=self.waiting)

    def outcome(self, account: str, outcome: Outcome) -> None:
        change = outcome.change
        with self._lock:
            if outcome.error:
                say(f"  {change.address}: {change.action} failed: {plain_lines(outcome.error)}", "red", err=True)
            elif not self._quiet:
                say(f"  {change.address}: {change.kind} {DONE[change.action]}", "green", err=True)

    def waiting(self, account: str, seconds: float) -> None:
        if not self._quiet:
            minutes, rest = divmod(round(seconds), 60)
            time = f"{minutes} min {rest} s" if minutes else f"{rest} s"
            with self._lock:
                say(f"  {account}: waiting {time}, to stay within Meta's limit", err=True)

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
                    say(f"  uploading {brief(title, LONGEST_TITLE)}: {percent} % of {total} bytes{waits}", err=True)

        return progress

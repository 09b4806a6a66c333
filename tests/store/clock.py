"""A clock that a test sets."""

from __future__ import annotations

from datetime import datetime, timedelta

from reconciler.system.clock import Clock

NOW = datetime.fromisoformat("2026-12-01T09:00:00+08:00")


class Time:
    def __init__(self) -> None:
        self.now = NOW
        self.clock = Clock(lambda: self.now, lambda seconds: None)

    def pass_by(self, passed: timedelta) -> None:
        self.now += passed

"""A client of the fake, whose waits move the fake's clock instead of taking time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from support.github import REPOSITORY, TOKEN, FakeGitHub

from reconciler.forge.github import GitHub
from reconciler.system.clock import Clock


class Waits(list[float]):
    """Seconds of each wait."""

    def clock(self, github: FakeGitHub) -> Clock:
        def sleep(seconds: float) -> None:
            self.append(seconds)
            github.now += timedelta(seconds=seconds)

        return Clock(lambda: github.now, sleep)


@pytest.fixture
def waits() -> Waits:
    return Waits()


@pytest.fixture
def client(github: FakeGitHub, waits: Waits) -> Iterator[GitHub]:
    """With the workflow's own token."""
    made = GitHub(REPOSITORY, TOKEN, github.url, waits.clock(github))
    yield made
    made.close()

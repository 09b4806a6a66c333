"""`python -m bench.profile [--lines N]`: cProfile of `validate` and of a plan without changes, 1,000 campaigns each.

Shares and counts tell something on a busy machine, too; seconds are those of a profiled run, several times the plain
ones. One account after the other and in one thread, since a profiler sees no other.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from bench.stage import Stage, applied
from reconciler.config.declared import load_desired
from reconciler.run.prepare import prepare
from reconciler.run.request import Request
from reconciler.run.session import Sessions
from reconciler.run.validate import validate

CAMPAIGNS = 1000
ACCOUNTS = 4
"""So many that the set-up need not wait for Meta's limits."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.profile", description=__doc__)
    parser.add_argument("--lines", type=int, default=30)
    lines = parser.parse_args().lines
    with applied(CAMPAIGNS, ACCOUNTS) as stage:
        request = Request(stage.root, datetime.now(UTC), stage.environment())
        validate(request)  # what is imported and kept with the first
        _show("validate", lambda: validate(request), lines)
        _show("plan, nothing to do", lambda: _plan(stage, request), lines)


def _plan(stage: Stage, request: Request) -> None:
    desired = load_desired(stage.root, request.now)
    with Sessions(request, desired) as sessions:
        for account in sessions.accounts:
            prepare(sessions.open(account))


def _show(name: str, work: Callable[[], Any], lines: int) -> None:
    profile = cProfile.Profile()
    profile.runcall(work)
    print(f"\n{name}: the {lines} functions that take the most by themselves")
    pstats.Stats(profile).strip_dirs().sort_stats("tottime").print_stats(lines)


if __name__ == "__main__":
    main()

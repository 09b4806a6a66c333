"""`reconciler validate`"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reconciler.cli.options import Command, common, current_clock

if TYPE_CHECKING:
    from reconciler.model.problem import Problem
    from reconciler.model.resource import Desired


@click.command("validate", cls=Command)
@common
def command(base: dict[str, Any], as_json: bool, verbose: bool) -> int:
    """Check everything that can be checked offline: YAML, media, rules of Meta, policies. Needs no token."""
    from reconciler.cli.console import say, say_json, say_problem
    from reconciler.config.declared import choose_accounts, load_desired
    from reconciler.engine.policy_rules import breaches
    from reconciler.kinds import KINDS
    from reconciler.kinds.said import counted
    from reconciler.model.errors import ConfigError
    from reconciler.model.plan_codec import problem_json
    from reconciler.model.problem import Problem

    now = current_clock().now()
    desired = load_desired(base["root"], now)
    warnings = sorted({*desired.warnings, *_passed_times(base["root"], desired, now)}, key=Problem.sort_key)
    choose_accounts(desired, {*base["accounts"], *(t.account for t in base["targets"])})
    if refused := breaches(desired, now):
        raise ConfigError(refused)
    if as_json:
        say_json({"valid": True, "problems": [], "warnings": [problem_json(w) for w in warnings]})
        return 0
    for warning in warnings:
        say_problem(warning, "yellow", head="Warning: ")
    topmost = Counter(KINDS[address.kind].title for address in desired.resources if address.parent is None)
    numbers = {"account": len(desired.accounts), **topmost, "resource": len(desired.resources)}
    say(f"Valid: {', '.join(counted(number, noun) for noun, number in numbers.items())}.", "green")
    return 0


def _passed_times(root: Path, desired: Desired, now: datetime) -> Iterator[Problem]:
    """Times that have passed before anything came of them. A state/ that cannot be read is for plan to tell."""
    from reconciler.engine.lateness import known_offline, warnings
    from reconciler.model.errors import StateError
    from reconciler.store.opening import open_store
    from reconciler.store.records import rehomed

    store = open_store(root)
    for key, account in sorted(desired.accounts.items()):
        with suppress(StateError, OSError):
            records, _ = rehomed(store.records(key, account.id).all(), desired.of(key, now))
            yield from warnings(known_offline(desired, account, records, now))

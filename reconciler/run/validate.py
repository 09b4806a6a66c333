"""Everything that can be checked offline: YAML, media, rules of Meta, policies. Loads no HTTP library."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from reconciler.config.declared import choose_accounts, load_desired
from reconciler.engine.lateness import known_offline, warnings
from reconciler.engine.policy_rules import breaches
from reconciler.model.errors import ConfigError, StateError
from reconciler.model.problem import Problem
from reconciler.model.resource import Desired
from reconciler.run.request import Request
from reconciler.store.records import rehomed


@dataclass(frozen=True)
class Validated:
    """A repository without a mistake; what it could say better, in the order of the files."""

    desired: Desired
    warnings: tuple[Problem, ...]


def validate(request: Request) -> Validated:
    """Raises ConfigError with every problem of every file, or with what the policies refuse, and UsageError for an
    account that is not declared."""
    desired = load_desired(request.root, request.now)
    found = {*desired.warnings, *_passed_times(request, desired)}
    choose_accounts(desired, request.named_accounts)
    if refused := breaches(desired, request.now):
        raise ConfigError(refused)
    return Validated(desired, tuple(sorted(found, key=Problem.sort_key)))


def _passed_times(request: Request, desired: Desired) -> Iterator[Problem]:
    """Times that have passed before anything came of them. A state/ that cannot be read is for plan to tell."""
    now, store = request.now, request.store
    for key, account in sorted(desired.accounts.items()):
        with suppress(StateError, OSError):
            records, _ = rehomed(store.records(key, account.id).all(), desired.of(key, now))
            yield from warnings(known_offline(desired, account, records, now))

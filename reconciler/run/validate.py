"""Everything that can be checked offline: YAML, media, rules of Meta, policies. Loads no HTTP library."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from reconciler.config.declared import choose_accounts
from reconciler.engine.lateness import known_offline, warnings
from reconciler.engine.policy_rules import breaches
from reconciler.engine.reverted import reverted
from reconciler.model.errors import ConfigError, ReconcilerError
from reconciler.model.problem import Origin, Problem
from reconciler.model.resource import Desired
from reconciler.run.declared import declared_by
from reconciler.run.request import Request
from reconciler.run.schedule import Remembered, offline_notes, remembered_of


@dataclass(frozen=True)
class Validated:
    """A repository without a mistake; what it could say better, in the order of the files."""

    desired: Desired
    warnings: tuple[Problem, ...]
    notes: tuple[str, ...] = ()
    """Of launches to come, what a planner should know."""


def validate(request: Request) -> Validated:
    """Raises ConfigError with every problem of every file, or with what the policies refuse and what of `state/` stops
    a plan, and UsageError for an account that is not declared."""
    desired = declared_by(request, lenient=True)
    with request.timings.of("compare"):
        remembered, unread = remembered_of(request, desired, desired.accounts)
        found = {*desired.warnings, *_by_state(request, desired, remembered)}
    chosen = [account.key for account in choose_accounts(desired, request.named_accounts)]
    with request.timings.of("policy"):
        refused = breaches(desired, request.now)
    unusable = list(_unusable({key: unread[key] for key in chosen if key in unread and request.is_in_shard(key)}))
    if refused or unusable:
        raise ConfigError([*refused, *unusable])
    with request.timings.of("plan"):
        notes = offline_notes(request, desired, chosen, remembered)
    return Validated(desired, tuple(sorted(found, key=Problem.sort_key)), tuple(notes))


def _by_state(request: Request, desired: Desired, remembered: Remembered) -> Iterator[Problem]:
    """What has been done, and times that have passed before anything came of them."""
    now = request.now
    for key, records in sorted(remembered.items()):
        yield from warnings(known_offline(desired, desired.accounts[key], records, now))
        yield from reverted(desired.of(key, now), records)


def _unusable(unread: Mapping[str, ReconcilerError]) -> Iterator[Problem]:
    """What of `state/` a plan of these accounts stops with: place, what and mend, as the error has them in its text."""
    for error in unread.values():
        said, _, mend = str(error).partition("\n  mend: ")
        place, _, what = said.partition(": ")
        yield Problem(Origin(place), what, mend)

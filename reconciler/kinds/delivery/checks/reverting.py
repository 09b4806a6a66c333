"""What `lifecycle.revert_drift` may name. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from reconciler.kinds.delivery.checks.scope import Scope
from reconciler.kinds.delivery.reverting import wrong
from reconciler.model.problem import Problem


def reverted_drift(scope: Scope, zone: ZoneInfo) -> Iterator[Problem]:
    for path, kind, level in scope.levels():
        for name, said in wrong(level.lifecycle.revert_drift, kind, scope.account_key, scope.account.currency, zone):
            message, _, mend = said.partition("; ")
            here = (*path, "lifecycle", "revert_drift", name)
            origin = scope.document.keys.get(here, scope.document.origin(here))
            yield Problem(origin, f"lifecycle.revert_drift: {message}", mend)

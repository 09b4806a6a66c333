"""What the CI has to know of desired/: whose tokens it needs, and when something becomes due. Loads no HTTP library."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from reconciler.engine.agenda import agenda
from reconciler.run.declared import declared_by
from reconciler.run.request import Request

A_YEAR = 366


@dataclass(frozen=True)
class Pipeline:
    """`variables` hold tokens, by the names that desired/accounts has; `moments` are aware, of a year from now on."""

    variables: frozenset[str]
    moments: tuple[datetime, ...]


def pipeline(request: Request) -> Pipeline:
    """Of all accounts. Raises ConfigError with every problem of every file."""
    desired = declared_by(request)
    variables = frozenset(account.token for account in desired.accounts.values())
    return Pipeline(variables, tuple(sorted({event.at for event in agenda(desired, request.now, A_YEAR)})))

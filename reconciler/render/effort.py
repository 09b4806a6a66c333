"""How long an apply takes, in words. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from reconciler.kinds.said import counted
from reconciler.model.plan import Effort


def effort_lines(effort: Mapping[str, Effort], *, full: bool) -> Iterator[str]:
    """Accounts are worked on side by side: only those that take a minute or more are worth a line."""
    long = {account: cost for account, cost in sorted(effort.items()) if cost.seconds >= 60}
    for account, cost in long.items():
        yield f"Time to apply: {account} about {round(cost.seconds / 60)} min ({_writes([cost])}).{_due([cost])}"
    slow = full or any(cost.seconds_if_limited >= 60 for cost in effort.values())
    if effort and not long and slow:
        yield f"Time to apply: less than a minute ({_writes(effort.values())}).{_due(effort.values())}"


def _writes(costs: Collection[Effort]) -> str:
    writes = sum(cost.writes for cost in costs)
    tiers = " and ".join(sorted({cost.tier for cost in costs if cost.tier}))
    slow = round(max(cost.seconds_if_limited for cost in costs) / 60)
    unknown = "tier not known" + (f": about {slow} min in the limited one" if slow else "")
    told = [*([f"{tiers} tier"] if tiers else []), *([unknown] if any(not cost.tier for cost in costs) else [])]
    uploads = sum(cost.uploads for cost in costs)
    sent = f", {uploads:,} of them for uploads" if uploads else ""
    return f"{counted(writes, 'write')}{sent}, {', '.join(told)}"


def _due(costs: Collection[Effort]) -> str:
    reads, writes = sum(cost.due_reads for cost in costs), sum(cost.due_writes for cost in costs)
    if not writes:
        return ""
    calls = f"{counted(writes, 'write')} and {counted(reads, 'read')}"
    return f" Launches and stops of the next ten minutes take {calls} more, and go first."

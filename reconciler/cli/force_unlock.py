"""`reconciler force-unlock`"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from reconciler.cli.options import common_without, current_clock

if TYPE_CHECKING:
    from datetime import tzinfo

    from reconciler.store.leases import Leases


@click.command("force-unlock")
@click.argument("lock_id", metavar="ID", required=False)
@common_without(accounts="the lock's id says it", targets="the lock's id says it")
def command(base: dict[str, Any], as_json: bool, verbose: bool, lock_id: str | None) -> int:
    """Take a lock away from a run that hangs; ID is what the refused command has printed.

    The run that had it writes no more. A run that was killed leaves no lock.
    """
    from dataclasses import asdict

    from reconciler.cli.console import say, say_json
    from reconciler.run.at_a_glance import zone_at
    from reconciler.store.opening import open_store

    leases = open_store(base["root"]).leases
    if lock_id is None:
        raise click.UsageError(f"it is not said which lock; {_which(leases, zone_at(base['root']))}")
    holder = leases.force_unlock(lock_id)
    if as_json:
        say_json({"unlocked": asdict(holder) if holder else None})
    elif holder:
        say(f"{holder.account}: the lock was taken from {holder.said(current_clock().now(), zone_at(base['root']))}")
    else:
        say(
            f"Nobody holds the lock {lock_id}: its run has ended. Nothing was taken away, since nothing stands in the "
            "way: run the refused command again."
        )
    return 0


def _which(leases: Leases, zone: tzinfo) -> str:
    held = leases.held()
    if not held:
        return "none is held in this working copy, so nothing stands in the way"
    now = current_clock().now()
    return "; ".join(f"{one.account}, held by {one.said(now, zone)}: reconciler force-unlock {one.id}" for one in held)

"""`reconciler force-unlock`"""

from __future__ import annotations

from typing import Any

import click

from reconciler.cli.options import common_without, current_clock


@click.command("force-unlock")
@click.argument("lock_id", metavar="ID")
@common_without(accounts="the lock's id says it", targets="the lock's id says it")
def command(base: dict[str, Any], as_json: bool, verbose: bool, lock_id: str) -> int:
    """Take a lock away from a run that hangs; ID is what the refused command has printed.

    The run that had it writes no more. A run that was killed leaves no lock.
    """
    from dataclasses import asdict

    from reconciler.cli.console import say, say_json
    from reconciler.run.at_a_glance import zone_at
    from reconciler.store.opening import open_store

    holder = open_store(base["root"]).leases.force_unlock(lock_id)
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

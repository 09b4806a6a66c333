"""What people do to an object in Ads Manager while the tool does not look. `ACTIONS` has them by name."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from reconciler.sandbox import control
from simulation.oracle import GONE

if TYPE_CHECKING:
    from simulation.simulator import Simulator

Act = Callable[["Simulator", str], None]
SAME_NAME = {"rename_options": {"rename_strategy": "NO_RENAME"}}
MOMENT = 2.0
"""Seconds between one edit and the next."""


def edit(simulator: Simulator, id_: str, **params: object) -> None:
    simulator.edit_object(id_, **params)


def raise_budget(simulator: Simulator, id_: str) -> None:
    """Twice the budget; an object without one is renamed instead."""
    budget = simulator.oracle.objects[id_].budget
    simulator.edit_object(id_, **({"daily_budget": budget * 2} if budget else {"name": "Raised"}))


def turn_on_and_off(simulator: Simulator, id_: str) -> None:
    """ACTIVE, and PAUSED again two seconds later."""
    for status in ("ACTIVE", "PAUSED"):
        simulator.edit_object(id_, status=status)
        simulator.elapse(MOMENT)


def copy(simulator: Simulator, id_: str, *, same: bool = False, then: str = "") -> None:
    """Duplicates it, with `same` under the same name; `then` is the status that the original gets afterwards."""
    if simulator.oracle.objects[id_].status in GONE:
        return
    control._copy(simulator.sandbox, {"id": id_, "params": SAME_NAME if same else {}})
    if then:
        simulator.elapse(MOMENT)
        simulator.edit_object(id_, status=then)


def duplicate_and_activate(simulator: Simulator, id_: str) -> None:
    """Duplicates it with the same name, and turns on the copy and all that is in it."""
    before = set(simulator.oracle.objects)
    copy(simulator, id_, same=True)
    for made in sorted(set(simulator.oracle.objects) - before):
        simulator.edit_object(made, status="ACTIVE")


def pause_command(simulator: Simulator, id_: str) -> None:
    """`reconciler pause` with the address of the object."""
    for address in sorted(simulator.oracle.objects[id_].addresses):
        simulator.client.stop(simulator, address)


ACTIONS: dict[str, Act] = {
    "pause": partial(edit, status="PAUSED"),
    "activate": partial(edit, status="ACTIVE"),
    "rename": partial(edit, name="Renamed by hand"),
    "raise": raise_budget,
    "blink": turn_on_and_off,
    "copy": copy,
    "twin": duplicate_and_activate,
    "archive": partial(edit, status="ARCHIVED"),
    "delete": partial(edit, status="DELETED"),
    "unlabel": partial(edit, adlabels=[]),
    "stop": pause_command,
    **{
        f"duplicate{removed and f' and {removed}'}{named}": partial(copy, same=bool(named), then=status)
        for removed, status in (("", ""), ("archive", "ARCHIVED"), ("delete", "DELETED"))
        for named in ("", " under its name")
    },
}
"""The names stand in the log, so they are part of a schedule's digest."""

"""What people do behind the tool's back, to one object each."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from reconciler.sandbox import control
from simulation.oracle import GONE

if TYPE_CHECKING:
    from simulation.story import Story

Act = Callable[["Story", str], None]
UNDER_ITS_NAME = {"rename_options": {"rename_strategy": "NO_RENAME"}}
MOMENT = 2.0
"""Seconds between one edit and the next."""


def edited(story: Story, id_: str, **params: object) -> None:
    story.by_hand(id_, **params)


def raised(story: Story, id_: str) -> None:
    budget = story.oracle.objects[id_].budget
    story.by_hand(id_, **({"daily_budget": budget * 2} if budget else {"name": "Raised"}))


def blink(story: Story, id_: str) -> None:
    """Turned on, and off again."""
    for status in ("ACTIVE", "PAUSED"):
        story.by_hand(id_, status=status)
        story.elapse(MOMENT)


def copied(story: Story, id_: str, *, same: bool = False, then: str = "") -> None:
    if story.oracle.objects[id_].status in GONE:
        return
    control._copy(story.sandbox, {"id": id_, "params": UNDER_ITS_NAME if same else {}})
    if then:
        story.elapse(MOMENT)
        story.by_hand(id_, status=then)


def twin(story: Story, id_: str) -> None:
    """Duplicated under its name, and the copy is turned on with all that is in it."""
    before = set(story.oracle.objects)
    copied(story, id_, same=True)
    for made in sorted(set(story.oracle.objects) - before):
        story.by_hand(made, status="ACTIVE")


def stopped(story: Story, id_: str) -> None:
    """`reconciler pause` of its address."""
    for address in sorted(story.oracle.objects[id_].addresses):
        story.client.stop(story, address)


PEOPLE: dict[str, Act] = {
    "pause": partial(edited, status="PAUSED"),
    "activate": partial(edited, status="ACTIVE"),
    "rename": partial(edited, name="Renamed by hand"),
    "raise": raised,
    "blink": blink,
    "copy": copied,
    "twin": twin,
    "archive": partial(edited, status="ARCHIVED"),
    "delete": partial(edited, status="DELETED"),
    "unlabel": partial(edited, adlabels=[]),
    "stop": stopped,
    **{
        f"duplicate{removed and f' and {removed}'}{named}": partial(copied, same=bool(named), then=status)
        for removed, status in (("", ""), ("archive", "ARCHIVED"), ("delete", "DELETED"))
        for named in ("", " under its name")
    },
}

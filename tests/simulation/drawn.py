"""Schedules that are written instead of drawn: one stack, one misfortune, one place."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from simulation.network import Fault
from simulation.schedule import Round, Schedule
from simulation.stack import ACTIVE, MINUTE, AdSet, Campaign
from simulation.story import Report, Story
from simulation.tool import Tool

SMALL = {"c0": Campaign("c0", "Campaign c0", 5000, (AdSet("s0", 0, ("a0",)),), ACTIVE)}
REFERENCE = {
    "c0": Campaign("c0", "Campaign c0", 5000, (AdSet("s0", 0, ("a0", "a1")), AdSet("s1", 0, ("a0",))), ACTIVE),
    "c1": Campaign("c1", "Campaign c1", 0, (AdSet("s0", 3000, ("a0",)), AdSet("s1", 2000, ("a0",))), ACTIVE),
}
CALM = {"list_lag_seconds": 0, "label_lag_seconds": 0, "read_lag_seconds": 0}


class Written(Schedule):
    """Faults by the number of their call in the first run."""

    def with_faults(self, faults: Mapping[int, Fault]) -> Written:
        object.__setattr__(self, "_faults", dict(faults))
        return self

    def fault(self, number: int, call: int) -> Fault | None:
        faults: dict[int, Fault] = self.__dict__.get("_faults", {})
        return faults.get(call) if number == 0 else None


def written(
    name: str, stack: Mapping[str, Campaign], faults: Mapping[int, Fault] | None = None, **first: Any
) -> Written:
    """One run with misfortunes, and one with nothing but what it left behind."""
    rounds = (Round(MINUTE, "apply", stack, **first),)
    return Written(name, rounds, CALM, image_known=True).with_faults(faults or {})


def played(schedule: Schedule, root: Path) -> Story:
    story = Story(schedule, root)
    story.play(Tool())
    return story


def calls_of(stack: Mapping[str, Campaign], root: Path) -> tuple[int, int]:
    """How many calls, and how many system calls, an apply without misfortune takes."""
    story = Story(written("undisturbed", stack), root)
    counted: list[tuple[int, int]] = []

    class Counting(Tool):
        def run(self, story: Story, command: str, number: int) -> Report:
            report = super().run(story, command, number)
            counted.append((story.network.calls, len(story.disk.calls)))
            return report

    story.play(Counting())
    return counted[0]

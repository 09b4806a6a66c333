"""Schedules that are written by hand instead of generated from a seed: one stack, and faults at exactly known calls."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from simulation.network import Fault
from simulation.reconciler_client import ReconcilerClient
from simulation.schedule import Round, Schedule
from simulation.simulator import Report, Simulator
from simulation.stack import ACTIVE, MINUTE, AdSet, Campaign

SMALL = {"c0": Campaign("c0", "Campaign c0", 5000, (AdSet("s0", 0, ("a0",)),), ACTIVE)}
REFERENCE = {
    "c0": Campaign("c0", "Campaign c0", 5000, (AdSet("s0", 0, ("a0", "a1")), AdSet("s1", 0, ("a0",))), ACTIVE),
    "c1": Campaign("c1", "Campaign c1", 0, (AdSet("s0", 3000, ("a0",)), AdSet("s1", 2000, ("a0",))), ACTIVE),
}
NO_LAG = {"list_lag_seconds": 0, "label_lag_seconds": 0, "read_lag_seconds": 0}


class FixedSchedule(Schedule):
    """A schedule whose faults are given by the number of their call in the first run; no other call has one."""

    def with_faults(self, faults: Mapping[int, Fault]) -> FixedSchedule:
        object.__setattr__(self, "_faults", dict(faults))
        return self

    def fault(self, number: int, call: int) -> Fault | None:
        faults: dict[int, Fault] = self.__dict__.get("_faults", {})
        return faults.get(call) if number == 0 else None


def fixed_schedule(
    name: str, stack: Mapping[str, Campaign], faults: Mapping[int, Fault] | None = None, **first: Any
) -> FixedSchedule:
    """One `apply` with the given faults. `first` are further fields of its `Round`, such as `crash_call=3`."""
    rounds = (Round(MINUTE, "apply", stack, **first),)
    return FixedSchedule(name, rounds, NO_LAG, image_known=True).with_faults(faults or {})


def simulate(schedule: Schedule, root: Path) -> Simulator:
    """Runs the schedule with the reconciler; the simulator has the violations."""
    simulator = Simulator(schedule, root)
    simulator.run(ReconcilerClient())
    return simulator


def count_calls(stack: Mapping[str, Campaign], root: Path) -> tuple[int, int]:
    """How many calls to Meta and how many system calls an undisturbed apply makes."""
    simulator = Simulator(fixed_schedule("undisturbed", stack), root)
    counted: list[tuple[int, int]] = []

    class Counting(ReconcilerClient):
        def run_command(self, simulator: Simulator, command: str, number: int) -> Report:
            report = super().run_command(simulator, command, number)
            counted.append((simulator.network.calls, len(simulator.disk.calls)))
            return report

    simulator.run(Counting())
    return counted[0]

"""Many schedules side by side, and what they told."""

from __future__ import annotations

import gc
import os
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial

from simulation.naive import Naive
from simulation.plots import deal
from simulation.schedule import Schedule
from simulation.story import Client, Story, scratch
from simulation.tool import Tool

CLIENTS: dict[str, Callable[[], Client]] = {"ours": Tool, "naive": Naive}
CHUNK = 10
INVARIANTS = ("I0", "I1", "I2", "I3", "I4", "I5", "I6", "I7", "I8", "I9", "I11", "I12", "I13", "I14", "I15", "I16")
TAILS = 25


@dataclass
class Told:
    """What one schedule told: `first` is the first violation, `tail` what led up to it."""

    seed: str
    digest: str
    misfortunes: int
    invariants: tuple[str, ...] = ()
    first: str = ""
    tail: tuple[str, ...] = field(default=(), repr=False)


def play(seed: str, client: str = "ours") -> Told:
    """What a seed deals, from its beginning to its end."""
    return played(deal(seed), client)


def played(schedule: Schedule, client: str = "ours") -> Told:
    root = scratch()
    try:
        story = Story(schedule, root)
        story.play(CLIENTS[client]())
    finally:
        shutil.rmtree(root, ignore_errors=True)
    return told_by(story)


def told_by(story: Story) -> Told:
    broken = tuple(v.invariant for v in story.violations)
    return Told(
        story.schedule.seed,
        story.digest.hexdigest(),
        story.network.faults + story.crashes + story.edits,
        broken,
        str(story.violations[0])[:600] if broken else "",
        story.tail if broken else (),
    )


def _chunk(client: str, seeds: list[str]) -> list[Told]:
    # A story leaves little that is cyclic; looking for it all the time takes a tenth of the run.
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    return [play(seed, client) for seed in seeds]


def play_all(seeds: Iterable[str], client: str, jobs: int) -> Iterator[Told]:
    """In the order of the seeds, whatever the number of processes."""
    rows = list(seeds)
    chunks = [rows[at : at + CHUNK] for at in range(0, len(rows), CHUNK)]
    if jobs == 1:
        for chunk in chunks:
            yield from _chunk(client, chunk)
        return
    with ProcessPoolExecutor(jobs) as pool:
        for told in pool.map(partial(_chunk, client), chunks):
            yield from told


def again(seed: str) -> str:
    return f"make simulate SEED={seed} N=1"


def report(told: Told) -> str:
    """All that is needed to look into it."""
    lines = [f"seed {told.seed}: {told.first}", f"  reproduce: {again(told.seed)}", "  what came before:"]
    return "\n".join([*lines, *(f"    {event[:200]}" for event in told.tail)])


@dataclass
class Sum:
    schedules: int = 0
    eventful: int = 0
    broken: Counter[str] = field(default_factory=Counter)
    """Schedules by invariant."""
    seconds: float = 0.0

    def take(self, told: Told) -> None:
        self.schedules += 1
        self.eventful += told.misfortunes >= 3
        self.broken.update(set(told.invariants))

    @property
    def rate(self) -> float:
        return self.schedules / max(self.seconds, 1e-9)


def summed(client: str, seeds: Iterable[str], jobs: int, heard: Callable[[Told], None]) -> Sum:
    total, begun = Sum(), time.perf_counter()
    for told in play_all(seeds, client, jobs):
        total.take(told)
        if told.invariants:
            heard(told)
    total.seconds = time.perf_counter() - begun
    return total


def cores() -> int:
    return os.cpu_count() or 1

"""Several runs at once that no lock keeps apart: one thread has the baton, and hands it on at every call and wait.

Who gets it next follows from the seed, so that an interleaving that breaks something can be played again.
"""

from __future__ import annotations

import random
import shutil
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import requests

from reconciler.model.errors import ReconcilerError
from simulation import tool
from simulation.network import Network, draw_fault
from simulation.oracle import Violation
from simulation.schedule import Round, Schedule
from simulation.stack import ACTIVE, MINUTE, Stack, draw_stack
from simulation.story import Story, scratch, write_desired
from simulation.tool import Tool

LONGEST = 60.0
"""Seconds of real time after which an interleaving counts as hung."""


@dataclass
class Runner:
    """One thread, with what the tool asks of the world. `wakes` is when it may go on."""

    name: str
    root: Path
    commands: list[str]
    wakes: float
    story: Story
    switch: Callable[[Runner], None]
    turn: threading.Event = field(default_factory=threading.Event)
    done: bool = False
    network: Network = field(init=False)

    def __post_init__(self) -> None:
        self.network = Network(self.story.sandbox, self.story.elapse, self._log, late_write=self.story._late)
        self.network.hook = self._before_call

    def _log(self, event: str) -> None:
        self.story.log(f"{self.name} {event}")

    def _before_call(self, call: int, request: requests.PreparedRequest) -> None:
        self.switch(self)

    def local_now(self) -> datetime:
        return datetime.fromtimestamp(self.story.true_now(), UTC)

    def sleep(self, seconds: float) -> None:
        self.wakes = self.story.true_now() + seconds
        self.switch(self)

    def run(self) -> None:
        for command in self.commands:
            self._log(f"run {command}")
            try:
                report: Any = tool._run(self, command)  # type: ignore[arg-type]
                self._log(f"ended {sorted(report.errors)}")
            except ReconcilerError as error:
                self._log(f"ended {type(error).__name__}")
            except Exception as error:
                self.story.fail(Violation("I0", f"{type(error).__name__}: {error}"))
            self.wakes = self.story.true_now() + 1.0
            self.switch(self)


class Race:
    """Plays the runners to their end."""

    def __init__(self, story: Story, runners: int, *, shared: bool) -> None:
        self.story = story
        self.chance = random.Random(f"{story.schedule.seed}/race")
        self.over = threading.Event()
        roots = [story.root, *(story.root if shared else scratch() for _ in range(runners - 1))]
        self.runners = [self._runner(at, root) for at, root in enumerate(roots)]

    def _runner(self, at: int, root: Path) -> Runner:
        commands = self.chance.choices(("apply", "activate"), (3, 1), k=self.chance.randint(1, 3))
        start = self.story.true_now() + self.chance.choice((0.0, 0.3, 5.0, 60.0)) * self.chance.random()
        return Runner(f"runner {at}", root, ["apply", *commands[1:]], start, self.story, self.switch)

    def declare(self, at: int, stack: Stack) -> None:
        write_desired(self.runners[at].root, stack)

    def switch(self, current: Runner) -> None:
        """Hands the baton on, and comes back when it is this runner's turn again."""
        chosen = self._next()
        if chosen is current:
            return
        current.turn.clear()
        if chosen is None:
            self.over.set()
        else:
            chosen.turn.set()
        if not current.done:
            current.turn.wait()

    def _next(self) -> Runner | None:
        waiting = [one for one in self.runners if not one.done]
        if not waiting:
            return None
        now = self.story.true_now()
        ready = [one for one in waiting if one.wakes <= now]
        if ready:
            return self.chance.choice(ready)
        first = min(waiting, key=lambda one: one.wakes)
        self.story.elapse(first.wakes - now)
        return first

    def play(self) -> None:
        for one in self.runners:
            threading.Thread(target=self._thread, args=(one,), daemon=True).start()
        first = self._next()
        assert first is not None
        first.turn.set()
        assert self.over.wait(LONGEST), "the interleaving hangs"

    def _thread(self, one: Runner) -> None:
        one.turn.wait()
        one.run()
        one.done = True
        self.switch(one)

    def close(self) -> None:
        for one in self.runners[1:]:
            if one.root != self.story.root:
                shutil.rmtree(one.root, ignore_errors=True)


def draw_race(seed: str) -> tuple[Schedule, Stack, random.Random]:
    chance = random.Random(f"{seed}/rivals")
    drawn = sorted(draw_stack(chance).items())[:2]
    stack = {key: replace(one, status=ACTIVE, activate_at=0.0, deactivate_at=0.0) for key, one in drawn}
    lag = chance.choice((0, 0, 3, 20, 90))
    settings = {
        "list_lag_seconds": lag,
        "label_lag_seconds": lag,
        "read_lag_seconds": lag if chance.random() < 0.3 else 0,
    }
    return Schedule(f"race {seed}", (Round(MINUTE, "apply", stack),), settings, image_known=True), stack, chance


def play_race(seed: str, root: Path) -> Story:
    """Two to four runners at once; then one alone, who must find everything in order."""
    schedule, stack, chance = draw_race(seed)
    story = Story(schedule, root)
    story.oracle.rivals = True
    story.forget_state()
    story.declare(stack)
    race = Race(story, chance.randint(2, 4), shared=chance.random() < 0.4)
    trouble = chance.choice((0.0, 0.0, 0.05, 0.12))
    try:
        for at, one in enumerate(race.runners):
            race.declare(at, stack)
            one.network.plan = _plan(f"{seed}/{at}", trouble)
        with tool.in_the_story(story):
            race.play()
        for one in race.runners:
            story.network.waiting += one.network.waiting
    finally:
        race.close()
    story.lost = True  # what another runner remembered is not known to the one that goes on
    story.calm()
    story.must_converge(Tool())
    return story


def _plan(seed: str, trouble: float) -> Any:
    def plan(call: int) -> Any:
        chance = random.Random(f"{seed}/{call}")
        return draw_fault(chance) if chance.random() < trouble else None

    return plan

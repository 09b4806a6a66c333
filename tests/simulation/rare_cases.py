"""Schedules for situations that random schedules hardly ever reach, because several things must come together.

Example: "crossed end" needs a run that starts seconds before a campaign's end and is slow exactly then.

Each case is a function that fills a `ScheduleBuilder`. The seed decides the details: which object, which moment, and
whether faults and crashes are added.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from simulation.schedule import ManualAction, Round, Schedule
from simulation.stack import (
    ACCOUNT_KEY,
    ACTIVE,
    HOUR,
    MINUTE,
    START,
    Campaign,
    random_budget,
    random_campaign,
    with_budget,
)

DAY = 24 * HOUR
PAUSES = (10 * MINUTE, 30 * MINUTE, 2 * HOUR)


@dataclass
class ScheduleBuilder:
    """Collects the rounds of one rare case. All moments are true time, whatever the runner's clock says."""

    rng: random.Random
    settings: dict[str, Any] = field(default_factory=dict)
    rounds: list[Round] = field(default_factory=list)

    def add_run(self, at: float, stack: Mapping[str, Campaign], command: str = "apply", **more: Any) -> None:
        self.rounds.append(Round(MINUTE, command, dict(stack), at=at, **more))

    def add_scheduled_run(self, at: float, stack: Mapping[str, Campaign], **more: Any) -> None:
        """What a scheduled job would run: `activate` or `apply`, as the seed says."""
        self.add_run(at, stack, self.rng.choice(("activate", "apply")), **more)

    def timed_campaign(self, key: str, start: float, days: float = 0.0) -> Campaign:
        """A campaign with `activate_at`, and with `deactivate_at` where `days` are given."""
        end = start + days * DAY if days else 0.0
        return replace(random_campaign(self.rng, key), status="", activate_at=start, deactivate_at=end)

    def active_campaign(self, key: str) -> Campaign:
        """A campaign with `status: ACTIVE` and no times."""
        return replace(random_campaign(self.rng, key), status=ACTIVE, activate_at=0.0, deactivate_at=0.0)

    def any_address(self, one: Campaign) -> str:
        """The address of the campaign, or of one of its ad sets or ads."""
        return self.rng.choice([_root(one), *(f"{_root(one)}/{s.key}" for s in one.ad_sets), *_ads(one)])

    def soon(self) -> float:
        """A moment between 20 minutes and two hours after the beginning, in whole seconds."""
        return float(int(START + self.rng.uniform(20 * MINUTE, 2 * HOUR)))


def _root(one: Campaign) -> str:
    return f"{ACCOUNT_KEY}/{one.key}"


def _ads(one: Campaign) -> list[str]:
    return [f"{_root(one)}/{s.key}/{ad}" for s in one.ad_sets for ad in s.ads]


# ---- right before a launch


def disturbed(builder: ScheduleBuilder) -> None:
    """A person changes a campaign that is about to be launched: before the plan is made, or between plan and launch."""
    rng, one = builder.rng, builder.timed_campaign("c0", builder.soon())
    action = ManualAction(
        rng.choice(("blink", "twin", "unlabel", "archive", "raise")), address=builder.any_address(one)
    )
    builder.add_run(START + MINUTE, {"c0": one})
    between = {"before_launch": action, "before_listing": rng.choice((2, 2, 3))}
    earlier = {"before": (action,)}
    due = one.activate_at + rng.uniform(1, 10 * MINUTE)
    builder.add_scheduled_run(
        due, {"c0": one}, **(between if action.action != "twin" or rng.random() < 0.5 else earlier)
    )


def wrong_clock(builder: ScheduleBuilder) -> None:
    """The clock of the computer that runs the tool is wrong, around a start or an end. `CLOCKS` has the variants."""
    names = sorted(CLOCKS)
    CLOCKS[builder.rng.choices(names, [CLOCK_WEIGHTS.get(name, 1) for name in names])[0]](builder)


def _nearly_due(builder: ScheduleBuilder) -> None:
    """The clock is ahead by less than a minute, which counts as right, and says that the start has come. By Meta's
    clock it has not: nothing may start yet."""
    one, gap = builder.timed_campaign("c0", builder.soon()), builder.rng.uniform(8, 40)
    builder.add_run(START + MINUTE, {"c0": one})
    builder.add_scheduled_run(one.activate_at - gap, {"c0": one}, skew=gap + builder.rng.uniform(1, 15))


def _clock_error(builder: ScheduleBuilder) -> float:
    return builder.rng.choice((HOUR, 26 * HOUR))


def _long_before(builder: ScheduleBuilder) -> None:
    off = _clock_error(builder)
    one = builder.timed_campaign("c0", float(int(START + 10 * MINUTE + off)))
    builder.add_run(START + MINUTE, {"c0": one})
    builder.add_scheduled_run(one.activate_at - builder.rng.uniform(0.1, 0.9) * off, {"c0": one}, skew=off)


def _when_due(builder: ScheduleBuilder) -> None:
    """The start has come by both clocks, but they differ by hours. The tool cannot know which one is wrong, so it must
    not start anything."""
    one, off = builder.timed_campaign("c0", builder.soon()), _clock_error(builder)
    builder.add_run(START + MINUTE, {"c0": one})
    builder.add_scheduled_run(one.activate_at + builder.rng.uniform(1, 10) * MINUTE, {"c0": one}, skew=off)


def _behind_while_it_runs(builder: ScheduleBuilder) -> None:
    one, off = builder.timed_campaign("c0", builder.soon()), _clock_error(builder)
    builder.add_run(START + MINUTE, {"c0": one})
    builder.add_scheduled_run(one.activate_at + MINUTE, {"c0": one})
    builder.add_run(one.activate_at + MINUTE + builder.rng.uniform(0.1, 0.9) * off, {"c0": one}, skew=-off)


def _ahead_while_it_runs(builder: ScheduleBuilder) -> None:
    one, off = builder.timed_campaign("c0", builder.soon(), days=2), _clock_error(builder)
    builder.add_run(START + MINUTE, {"c0": one})
    builder.add_scheduled_run(one.activate_at + MINUTE, {"c0": one})
    builder.add_scheduled_run(one.deactivate_at - builder.rng.uniform(0.1, 0.9) * off, {"c0": one}, skew=off)


def _behind_and_new(builder: ScheduleBuilder) -> None:
    """By the tool's clock, which is behind, the campaign should run now. By Meta's clock its end has passed."""
    off = _clock_error(builder)
    one = builder.timed_campaign("c0", builder.soon(), days=2)
    builder.add_run(START + MINUTE, {"c0": one})
    builder.add_scheduled_run(one.deactivate_at + builder.rng.uniform(0.1, 0.9) * off, {"c0": one}, skew=-off)


CLOCKS: dict[str, Callable[[ScheduleBuilder], None]] = {
    "a little ahead": _nearly_due,
    "ahead, before the start": _long_before,
    "ahead, at the start": _when_due,
    "ahead, before the end": _ahead_while_it_runs,
    "behind, after the start": _behind_while_it_runs,
    "behind, after the end": _behind_and_new,
}


CLOCK_WEIGHTS = {"a little ahead": 2, "ahead, at the start": 2, "behind, after the start": 2}


def crossed_end(builder: ScheduleBuilder) -> None:
    """A run that begins shortly before a campaign's end, and is so slow that it continues after it."""
    one = builder.timed_campaign("c0", builder.soon(), days=2)
    builder.add_run(START + MINUTE, {"c0": one})
    slow = (builder.rng.randrange(4, 14), 90.0)
    builder.add_run(one.deactivate_at - builder.rng.uniform(5, 60), {"c0": one}, slow=slow)


def slow_listings(builder: ScheduleBuilder) -> None:
    """The answer to a create is lost, and Meta's listings are so late that they do not show the new object. The tool
    may then create it a second time, but only one of the two may ever deliver."""
    rng = builder.rng
    lag = rng.choice((90, 300))
    builder.settings |= {"list_lag_seconds": lag, "label_lag_seconds": lag}
    one = builder.active_campaign("c0")
    edge = rng.choice(("campaigns", "campaigns", "adsets", "ads"))
    crash = rng.choice((None, None, rng.randrange(10, 40)))
    builder.add_run(START + MINUTE, {"c0": one}, lost_answer_edge=edge, crash_call=crash)
    builder.add_run(START + MINUTE + rng.choice(PAUSES), {"c0": one}, memory=rng.choice(("kept", "kept", "lost")))


# ---- copies, other accounts, orphans


def copied(builder: ScheduleBuilder) -> None:
    """A person duplicates a campaign or an ad, and may archive or delete the original. Then the launch comes."""
    rng, one = builder.rng, builder.timed_campaign("c0", builder.soon())
    what = rng.choice(("duplicate", "duplicate and archive", "duplicate and delete"))
    address = rng.choice((_root(one), rng.choice(_ads(one))))
    same = rng.choice((" under its name", ""))
    memory = rng.choice(("lost", "lost", "kept", "older"))
    builder.add_run(START + MINUTE, {"c0": one})
    hands = (ManualAction(what + same, address=address),)
    if rng.random() < 0.3:
        builder.add_run(START + 10 * MINUTE, {"c0": one}, memory=memory, before=hands)
        builder.add_scheduled_run(one.activate_at + MINUTE, {"c0": one})
    else:
        builder.add_scheduled_run(one.activate_at + MINUTE, {"c0": one}, memory=memory, before=hands)


def other_account(builder: ScheduleBuilder) -> None:
    """The account file is changed to name another ad account, while `state/` still has the objects of the first."""
    rng, one, other = builder.rng, builder.active_campaign("c0"), builder.timed_campaign("c1", builder.soon(), days=2)
    stack = {"c0": one, "c1": other}
    builder.add_run(START + MINUTE, stack)
    edited = {**stack, "c0": with_new_budget(one, rng)}
    builder.add_run(START + 10 * MINUTE, edited, elsewhere=True, edited="budget")
    builder.add_scheduled_run(other.activate_at + MINUTE, edited, elsewhere=True)
    if rng.random() < 0.5:
        builder.add_run(other.activate_at + HOUR, {"c1": other}, elsewhere=True, edited="remove")


def orphaned(builder: ScheduleBuilder) -> None:
    """A campaign runs, and both its YAML and `state/` are lost. At the same time another campaign is due to start, or
    its budget is to rise."""
    rng, one, other = builder.rng, builder.active_campaign("c0"), builder.timed_campaign("c1", builder.soon())
    richer = builder.active_campaign("c2")
    stack = {"c0": one, "c1": other, "c2": richer}
    builder.add_run(START + MINUTE, stack)
    left = {"c1": other, "c2": with_new_budget(richer, rng, more=True) if rng.random() < 0.5 else richer}
    due = other.activate_at + MINUTE if rng.random() < 0.7 else START + 10 * MINUTE
    builder.add_scheduled_run(due, left, memory="lost", edited="orphaned")
    builder.add_run(max(due, other.activate_at) + 10 * MINUTE, left)


# ---- pauses and changes by the tool and by people


def new_window(builder: ScheduleBuilder) -> None:
    """A campaign has ended, and its YAML gets new times. It must start again, unless a person had paused it before."""
    rng, one = builder.rng, builder.timed_campaign("c0", builder.soon(), days=2)
    builder.add_run(START + MINUTE, {"c0": one})
    builder.add_scheduled_run(one.activate_at + MINUTE, {"c0": one})
    _perhaps_pause(builder, one, one.activate_at + HOUR)
    builder.add_scheduled_run(one.deactivate_at + MINUTE, {"c0": one})
    start = float(int(one.deactivate_at + rng.choice((20 * MINUTE, 5 * HOUR))))
    again = replace(one, activate_at=start, deactivate_at=start + 2 * DAY)
    memory = rng.choice(("kept", "kept", "lost", "older"))
    builder.add_run(one.deactivate_at + 10 * MINUTE, {"c0": again}, memory=memory, edited="times")
    builder.add_scheduled_run(start + MINUTE, {"c0": again})


def moved_end(builder: ScheduleBuilder) -> None:
    """A campaign's end is moved. Often a person had paused it before, and then it must stay paused."""
    rng, one = builder.rng, builder.timed_campaign("c0", builder.soon(), days=2)
    builder.add_run(START + MINUTE, {"c0": one})
    builder.add_scheduled_run(one.activate_at + MINUTE, {"c0": one})
    _perhaps_pause(builder, one, one.activate_at + HOUR, probability=0.8)
    later = replace(one, deactivate_at=one.deactivate_at + DAY)
    at = rng.choice((one.activate_at + 2 * HOUR, one.deactivate_at + 2 * HOUR))
    if at > one.deactivate_at and rng.random() < 0.7:
        builder.add_scheduled_run(one.deactivate_at + MINUTE, {"c0": one})
    builder.add_scheduled_run(at, {"c0": later}, edited="times")
    builder.add_run(at + 10 * MINUTE, {"c0": later}, memory=rng.choice(("kept", "kept", "lost", "older")))


def restored(builder: ScheduleBuilder) -> None:
    """A campaign's YAML is deleted and comes back (`git revert`), with the same times or with new ones."""
    rng = builder.rng
    one = builder.timed_campaign("c0", builder.soon(), days=4) if rng.random() < 0.5 else builder.active_campaign("c0")
    other = builder.active_campaign("c1")
    begun = max(one.activate_at, START) + 2 * MINUTE
    builder.add_run(START + MINUTE, {"c0": one, "c1": other})
    builder.add_scheduled_run(begun, {"c0": one, "c1": other})
    _perhaps_pause(builder, one, begun + HOUR)
    builder.add_run(begun + 2 * HOUR, {"c1": other}, edited="removed")
    start = float(int(begun + 4 * HOUR))
    moved = {"activate_at": start, "deactivate_at": start + 2 * DAY} if one.activate_at else {}
    back = replace(one, **moved) if rng.random() < 0.5 else one
    builder.add_run(begun + 3 * HOUR, {"c0": back, "c1": other}, edited="restored")
    builder.add_run(begun + 5 * HOUR, {"c0": back, "c1": other})


def _perhaps_pause(builder: ScheduleBuilder, one: Campaign, at: float, probability: float = 0.4) -> None:
    """Sometimes a person pauses the campaign, in Ads Manager or with `reconciler pause`, and then a run takes place."""
    if builder.rng.random() < probability:
        what = builder.rng.choice(("pause", "stop"))
        builder.add_scheduled_run(at, {**builder.rounds[-1].stack}, before=(ManualAction(what, address=_root(one)),))


def older_state(builder: ScheduleBuilder) -> None:
    """`state/` is the one from before the last run, because its commit was never pushed. Then the YAML changes
    again."""
    rng, one = builder.rng, builder.active_campaign("c0")
    if rng.random() < 0.5:
        _started_since(builder)
        return
    builder.add_run(START + MINUTE, {"c0": one})
    again = START + MINUTE
    for _ in range(rng.randint(0, 2)):
        one, again = with_new_budget(one, rng), again + rng.choice(PAUSES)
        builder.add_run(again, {"c0": one}, edited="budget")
    before = (ManualAction("raise", address=builder.any_address(one)),) if rng.random() < 0.3 else ()
    one, again = with_new_budget(one, rng), again + rng.choice(PAUSES)
    builder.add_run(again, {"c0": one}, edited="budget", before=before, memory=rng.choice(("older", "older", "lost")))
    builder.add_run(again + rng.choice(PAUSES), {"c0": one})


def _started_since(builder: ScheduleBuilder) -> None:
    """`state/` is from before the campaign's start. Since the start a person may have paused it, and its times may be
    changed."""
    rng, one = builder.rng, builder.timed_campaign("c0", builder.soon(), days=4)
    begun = one.activate_at + MINUTE
    builder.add_run(START + MINUTE, {"c0": one})
    builder.add_scheduled_run(begun, {"c0": one})
    what = rng.choice(("pause", "stop", ""))
    before = (ManualAction(what, address=_root(one)),) if what else ()
    moves = rng.choice(({}, {"activate_at": float(int(begun + 3 * HOUR))}, {"deactivate_at": one.deactivate_at + DAY}))
    one, edited = replace(one, **moves), "times" if moves else ""
    builder.add_run(begun + HOUR, {"c0": one}, before=before, memory="older", edited=edited)
    builder.add_scheduled_run(begun + 4 * HOUR, {"c0": one})


def deleted(builder: ScheduleBuilder) -> None:
    """A person deletes something that runs, and `state/` may be lost. It must not be created again and started."""
    rng, one = builder.rng, builder.active_campaign("c0")
    start = START + MINUTE
    builder.add_run(start, {"c0": one})
    address = rng.choice((rng.choice(_ads(one)), builder.any_address(one)))
    memory = rng.choice(("lost", "lost", "kept", "older"))
    builder.add_run(start + HOUR, {"c0": one}, memory=memory, before=(ManualAction("delete", address=address),))
    builder.add_scheduled_run(start + 2 * HOUR, {"c0": one}, memory=rng.choice(("kept", "lost")))


def with_new_budget(one: Campaign, rng: random.Random, *, more: bool = False) -> Campaign:
    """The campaign with another budget, of its own or of its first ad set; with `more` a higher one."""
    was = one.budget or one.ad_sets[0].budget
    other = was + 1000 if more else random_budget(rng)
    return with_budget(one, -1 if one.budget else 0, other if other != was else was + 500)


RARE_CASES: dict[str, Callable[[ScheduleBuilder], None]] = {
    "disturbed": disturbed,
    "wrong clock": wrong_clock,
    "crossed end": crossed_end,
    "slow listings": slow_listings,
    "copied": copied,
    "other account": other_account,
    "orphaned": orphaned,
    "new window": new_window,
    "moved end": moved_end,
    "restored": restored,
    "older state": older_state,
    "deleted": deleted,
}
"""The names are part of the random seeds: a renamed case deals other schedules."""

WEIGHTS = dict(zip(RARE_CASES, (3, 4, 1, 2, 2, 1, 2, 2, 1, 1, 2, 1), strict=True))
"""How often each case is generated, relative to the others."""


def generate_rare_case(case: str, seed: str) -> Schedule:
    """The schedule of one rare case, with the details that the seed decides."""
    rng = random.Random(f"{seed}/{case}")
    builder = ScheduleBuilder(rng)
    RARE_CASES[case](builder)
    rounds = [_with_faults(rng, one) for one in builder.rounds] if rng.random() < 0.25 else builder.rounds
    lag = dict.fromkeys(("list_lag_seconds", "label_lag_seconds", "read_lag_seconds"), 0)
    return Schedule(seed, tuple(rounds), lag | builder.settings, image_known=True, rare_case=case)


def _with_faults(rng: random.Random, one: Round) -> Round:
    crash = rng.randrange(45) if rng.random() < 0.15 else None
    return replace(one, fault_rate=0.08, crash_call=one.crash_call or crash)

"""Misfortunes that chance alone hardly ever brings together, each a short story of its own: half of all schedules.

What happens in them, to which object and when follows from the seed; some of them meet faults and crashes besides.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from simulation.schedule import Hand, Round, Schedule, draw
from simulation.stack import ACCOUNT_KEY, ACTIVE, HOUR, MINUTE, START, Campaign, draw_budget, draw_campaign, with_budget

SHARE = 0.5
DAY = 24 * HOUR
KNOWING = ("kept", "older", "lost")
AGAIN = (10 * MINUTE, 30 * MINUTE, 2 * HOUR)


@dataclass
class Diary:
    """The rounds of one plot. Moments are of true time."""

    chance: random.Random
    settings: dict[str, Any] = field(default_factory=dict)
    rounds: list[Round] = field(default_factory=list)

    def run(self, at: float, stack: Mapping[str, Campaign], command: str = "apply", **more: Any) -> None:
        self.rounds.append(Round(MINUTE, command, dict(stack), at=at, **more))

    def scheduled(self, at: float, stack: Mapping[str, Campaign], **more: Any) -> None:
        self.run(at, stack, self.chance.choice(("activate", "apply")), **more)

    def timed(self, key: str, start: float, days: float = 0.0) -> Campaign:
        """With an end, where `days` are given."""
        end = start + days * DAY if days else 0.0
        return replace(draw_campaign(self.chance, key), status="", activate_at=start, deactivate_at=end)

    def running(self, key: str) -> Campaign:
        return replace(draw_campaign(self.chance, key), status=ACTIVE, activate_at=0.0, deactivate_at=0.0)

    def any_of(self, one: Campaign) -> str:
        """An address of the campaign or of something in it."""
        return self.chance.choice([_root(one), *(f"{_root(one)}/{s.key}" for s in one.ad_sets), *_ads(one)])

    def soon(self) -> float:
        return float(int(START + self.chance.uniform(20 * MINUTE, 2 * HOUR)))


def _root(one: Campaign) -> str:
    return f"{ACCOUNT_KEY}/{one.key}"


def _ads(one: Campaign) -> list[str]:
    return [f"{_root(one)}/{s.key}/{ad}" for s in one.ad_sets for ad in s.ads]


# ---- right before a launch


def disturbed(diary: Diary) -> None:
    """Somebody does something to what is about to be launched, before or after the plan was made."""
    chance, one = diary.chance, diary.timed("c0", diary.soon())
    hand = Hand(chance.choice(("blink", "twin", "unlabel", "archive", "raise")), address=diary.any_of(one))
    diary.run(START + MINUTE, {"c0": one})
    planned = {"at_launch": hand, "at_look": chance.choice((2, 2, 3))}
    known = {"before": (hand,)}
    due = one.activate_at + chance.uniform(1, 10 * MINUTE)
    diary.scheduled(due, {"c0": one}, **(planned if hand.what != "twin" or chance.random() < 0.5 else known))


def wrong_clock(diary: Diary) -> None:
    """The runner's clock is off while something is to start, runs, or is to end."""
    names = sorted(CLOCKS)
    CLOCKS[diary.chance.choices(names, [CLOCKS_OFTEN.get(name, 1) for name in names])[0]](diary)


def _nearly_due(diary: Diary) -> None:
    """So little off that it counts as right: Meta's clock has the last word."""
    one, gap = diary.timed("c0", diary.soon()), diary.chance.uniform(8, 40)
    diary.run(START + MINUTE, {"c0": one})
    diary.scheduled(one.activate_at - gap, {"c0": one}, skew=gap + diary.chance.uniform(1, 15))


def _off(diary: Diary) -> float:
    return diary.chance.choice((HOUR, 26 * HOUR))


def _long_before(diary: Diary) -> None:
    off = _off(diary)
    one = diary.timed("c0", float(int(START + 10 * MINUTE + off)))
    diary.run(START + MINUTE, {"c0": one})
    diary.scheduled(one.activate_at - diary.chance.uniform(0.1, 0.9) * off, {"c0": one}, skew=off)


def _when_due(diary: Diary) -> None:
    """It is time, whatever this clock says; but nobody can know which of the two is wrong."""
    one, off = diary.timed("c0", diary.soon()), _off(diary)
    diary.run(START + MINUTE, {"c0": one})
    diary.scheduled(one.activate_at + diary.chance.uniform(1, 10) * MINUTE, {"c0": one}, skew=off)


def _behind_while_it_runs(diary: Diary) -> None:
    one, off = diary.timed("c0", diary.soon()), _off(diary)
    diary.run(START + MINUTE, {"c0": one})
    diary.scheduled(one.activate_at + MINUTE, {"c0": one})
    diary.run(one.activate_at + MINUTE + diary.chance.uniform(0.1, 0.9) * off, {"c0": one}, skew=-off)


def _ahead_while_it_runs(diary: Diary) -> None:
    one, off = diary.timed("c0", diary.soon(), days=2), _off(diary)
    diary.run(START + MINUTE, {"c0": one})
    diary.scheduled(one.activate_at + MINUTE, {"c0": one})
    diary.scheduled(one.deactivate_at - diary.chance.uniform(0.1, 0.9) * off, {"c0": one}, skew=off)


def _behind_and_new(diary: Diary) -> None:
    """A clock that is behind launches what is to be launched by its own time, though its end has come by Meta's."""
    off = _off(diary)
    one = diary.timed("c0", diary.soon(), days=2)
    diary.run(START + MINUTE, {"c0": one})
    diary.scheduled(one.deactivate_at + diary.chance.uniform(0.1, 0.9) * off, {"c0": one}, skew=-off)


CLOCKS: dict[str, Callable[[Diary], None]] = {
    "a little ahead": _nearly_due,
    "ahead, before the start": _long_before,
    "ahead, at the start": _when_due,
    "ahead, before the end": _ahead_while_it_runs,
    "behind, after the start": _behind_while_it_runs,
    "behind, after the end": _behind_and_new,
}


CLOCKS_OFTEN = {"a little ahead": 2, "ahead, at the start": 2, "behind, after the start": 2}


def crossed_end(diary: Diary) -> None:
    """A run that begins before the end and is held up until after it."""
    one = diary.timed("c0", diary.soon(), days=2)
    diary.run(START + MINUTE, {"c0": one})
    slow = (diary.chance.randrange(4, 14), 90.0)
    diary.run(one.deactivate_at - diary.chance.uniform(5, 60), {"c0": one}, slow=slow)


def slow_listings(diary: Diary) -> None:
    """The answer to a create is lost and no listing shows what was made: it is made twice, and one of them counts."""
    chance = diary.chance
    lag = chance.choice((90, 300))
    diary.settings |= {"list_lag_seconds": lag, "label_lag_seconds": lag}
    one = diary.running("c0")
    edge = chance.choice(("campaigns", "campaigns", "adsets", "ads"))
    crash = chance.choice((None, None, chance.randrange(10, 40)))
    diary.run(START + MINUTE, {"c0": one}, loses=edge, crash_call=crash)
    diary.run(START + MINUTE + chance.choice(AGAIN), {"c0": one}, memory=chance.choice(("kept", "kept", "lost")))


# ---- copies, other accounts, orphans


def copied(diary: Diary) -> None:
    """Somebody duplicates a campaign or an ad and puts the original away; the scheduled launch comes."""
    chance, one = diary.chance, diary.timed("c0", diary.soon())
    what = chance.choice(("duplicate", "duplicate and archive", "duplicate and delete"))
    address = chance.choice((_root(one), chance.choice(_ads(one))))
    same = chance.choice((" under its name", ""))
    memory = chance.choice(("lost", "lost", "kept", "older"))
    diary.run(START + MINUTE, {"c0": one})
    hands = (Hand(what + same, address=address),)
    if chance.random() < 0.3:
        diary.run(START + 10 * MINUTE, {"c0": one}, memory=memory, before=hands)
        diary.scheduled(one.activate_at + MINUTE, {"c0": one})
    else:
        diary.scheduled(one.activate_at + MINUTE, {"c0": one}, memory=memory, before=hands)


def other_account(diary: Diary) -> None:
    """The account file names another account while `state/` knows the objects of the first."""
    chance, one, other = diary.chance, diary.running("c0"), diary.timed("c1", diary.soon(), days=2)
    stack = {"c0": one, "c1": other}
    diary.run(START + MINUTE, stack)
    edited = {**stack, "c0": rebudgeted(one, chance)}
    diary.run(START + 10 * MINUTE, edited, elsewhere=True, edited="budget")
    diary.scheduled(other.activate_at + MINUTE, edited, elsewhere=True)
    if chance.random() < 0.5:
        diary.run(other.activate_at + HOUR, {"c1": other}, elsewhere=True, edited="remove")


def orphaned(diary: Diary) -> None:
    """A campaign runs, its YAML goes and `state/` with it, while another one is due or is to get more money."""
    chance, one, other = diary.chance, diary.running("c0"), diary.timed("c1", diary.soon())
    richer = diary.running("c2")
    stack = {"c0": one, "c1": other, "c2": richer}
    diary.run(START + MINUTE, stack)
    left = {"c1": other, "c2": rebudgeted(richer, chance, more=True) if chance.random() < 0.5 else richer}
    due = other.activate_at + MINUTE if chance.random() < 0.7 else START + 10 * MINUTE
    diary.scheduled(due, left, memory="lost", edited="orphaned")
    diary.run(max(due, other.activate_at) + 10 * MINUTE, left)


# ---- our own pauses and changes, and a person's


def new_window(diary: Diary) -> None:
    """It has ended, and gets a new window: it starts again, unless a person had stopped it before."""
    chance, one = diary.chance, diary.timed("c0", diary.soon(), days=2)
    diary.run(START + MINUTE, {"c0": one})
    diary.scheduled(one.activate_at + MINUTE, {"c0": one})
    _perhaps_stopped(diary, one, one.activate_at + HOUR)
    diary.scheduled(one.deactivate_at + MINUTE, {"c0": one})
    start = float(int(one.deactivate_at + chance.choice((20 * MINUTE, 5 * HOUR))))
    again = replace(one, activate_at=start, deactivate_at=start + 2 * DAY)
    memory = chance.choice(("kept", "kept", "lost", "older"))
    diary.run(one.deactivate_at + 10 * MINUTE, {"c0": again}, memory=memory, edited="times")
    diary.scheduled(start + MINUTE, {"c0": again})


def moved_end(diary: Diary) -> None:
    """A person has stopped it in its window, and the end is moved."""
    chance, one = diary.chance, diary.timed("c0", diary.soon(), days=2)
    diary.run(START + MINUTE, {"c0": one})
    diary.scheduled(one.activate_at + MINUTE, {"c0": one})
    _perhaps_stopped(diary, one, one.activate_at + HOUR, often=0.8)
    later = replace(one, deactivate_at=one.deactivate_at + DAY)
    at = chance.choice((one.activate_at + 2 * HOUR, one.deactivate_at + 2 * HOUR))
    if at > one.deactivate_at and chance.random() < 0.7:
        diary.scheduled(one.deactivate_at + MINUTE, {"c0": one})
    diary.scheduled(at, {"c0": later}, edited="times")
    diary.run(at + 10 * MINUTE, {"c0": later}, memory=chance.choice(("kept", "kept", "lost", "older")))


def restored(diary: Diary) -> None:
    """Its YAML is deleted and comes back (`git revert`), with a new window or as it was."""
    chance = diary.chance
    one = diary.timed("c0", diary.soon(), days=4) if chance.random() < 0.5 else diary.running("c0")
    other = diary.running("c1")
    begun = max(one.activate_at, START) + 2 * MINUTE
    diary.run(START + MINUTE, {"c0": one, "c1": other})
    diary.scheduled(begun, {"c0": one, "c1": other})
    _perhaps_stopped(diary, one, begun + HOUR)
    diary.run(begun + 2 * HOUR, {"c1": other}, edited="removed")
    start = float(int(begun + 4 * HOUR))
    moved = {"activate_at": start, "deactivate_at": start + 2 * DAY} if one.activate_at else {}
    back = replace(one, **moved) if chance.random() < 0.5 else one
    diary.run(begun + 3 * HOUR, {"c0": back, "c1": other}, edited="restored")
    diary.run(begun + 5 * HOUR, {"c0": back, "c1": other})


def _perhaps_stopped(diary: Diary, one: Campaign, at: float, often: float = 0.4) -> None:
    """By hand, or with `reconciler pause`; then a run looks on."""
    if diary.chance.random() < often:
        what = diary.chance.choice(("pause", "stop"))
        diary.scheduled(at, {**diary.rounds[-1].stack}, before=(Hand(what, address=_root(one)),))


def older_state(diary: Diary) -> None:
    """What an apply wrote down was never pushed; then the YAML changes again."""
    chance, one = diary.chance, diary.running("c0")
    if chance.random() < 0.5:
        _started_since(diary)
        return
    diary.run(START + MINUTE, {"c0": one})
    again = START + MINUTE
    for _ in range(chance.randint(0, 2)):
        one, again = rebudgeted(one, chance), again + chance.choice(AGAIN)
        diary.run(again, {"c0": one}, edited="budget")
    before = (Hand("raise", address=diary.any_of(one)),) if chance.random() < 0.3 else ()
    one, again = rebudgeted(one, chance), again + chance.choice(AGAIN)
    diary.run(again, {"c0": one}, edited="budget", before=before, memory=chance.choice(("older", "older", "lost")))
    diary.run(again + chance.choice(AGAIN), {"c0": one})


def _started_since(diary: Diary) -> None:
    """The records are from before the start; since then somebody may have stopped it, and its times may move."""
    chance, one = diary.chance, diary.timed("c0", diary.soon(), days=4)
    begun = one.activate_at + MINUTE
    diary.run(START + MINUTE, {"c0": one})
    diary.scheduled(begun, {"c0": one})
    what = chance.choice(("pause", "stop", ""))
    before = (Hand(what, address=_root(one)),) if what else ()
    moves = chance.choice(
        ({}, {"activate_at": float(int(begun + 3 * HOUR))}, {"deactivate_at": one.deactivate_at + DAY})
    )
    one, edited = replace(one, **moves), "times" if moves else ""
    diary.run(begun + HOUR, {"c0": one}, before=before, memory="older", edited=edited)
    diary.scheduled(begun + 4 * HOUR, {"c0": one})


def deleted(diary: Diary) -> None:
    """A person deletes what runs, and `state/` is lost: nobody turns it on again unasked."""
    chance, one = diary.chance, diary.running("c0")
    start = START + MINUTE
    diary.run(start, {"c0": one})
    address = chance.choice((chance.choice(_ads(one)), diary.any_of(one)))
    memory = chance.choice(("lost", "lost", "kept", "older"))
    diary.run(start + HOUR, {"c0": one}, memory=memory, before=(Hand("delete", address=address),))
    diary.scheduled(start + 2 * HOUR, {"c0": one}, memory=chance.choice(("kept", "lost")))


def rebudgeted(one: Campaign, chance: random.Random, *, more: bool = False) -> Campaign:
    """Another budget, in the first place that has one."""
    was = one.budget or one.ad_sets[0].budget
    other = was + 1000 if more else draw_budget(chance)
    return with_budget(one, -1 if one.budget else 0, other if other != was else was + 500)


PLOTS: dict[str, Callable[[Diary], None]] = {
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
WEIGHTS = (3, 4, 1, 2, 2, 1, 2, 2, 1, 1, 2, 1)


def deal(seed: str) -> Schedule:
    """What a seed plays: a plot, or a schedule that is drawn freely."""
    chance = random.Random(f"{seed}/deal")
    return plotted(chance.choices(sorted(PLOTS), _weights())[0], seed) if chance.random() < SHARE else draw(seed)


def _weights() -> list[int]:
    by_name = dict(zip(PLOTS, WEIGHTS, strict=True))
    return [by_name[name] for name in sorted(PLOTS)]


def plotted(plot: str, seed: str) -> Schedule:
    """One plot, as the seed fills it in."""
    chance = random.Random(f"{seed}/{plot}")
    diary = Diary(chance)
    PLOTS[plot](diary)
    rounds = [_troubled(chance, one) for one in diary.rounds] if chance.random() < 0.25 else diary.rounds
    lag = dict.fromkeys(("list_lag_seconds", "label_lag_seconds", "read_lag_seconds"), 0)
    return Schedule(seed, tuple(rounds), lag | diary.settings, image_known=True, plot=plot)


def _troubled(chance: random.Random, one: Round) -> Round:
    crash = chance.randrange(45) if chance.random() < 0.15 else None
    return replace(one, trouble=0.08, crash_call=one.crash_call or crash)

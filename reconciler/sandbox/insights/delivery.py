"""Money by ad and day: budget times the time in which the ad was effectively ACTIVE.

A daily budget is spent over the account's local day along a fixed curve, a lifetime budget evenly until its
end. Whoever delivers at a moment shares the budget by weights drawn from the seed. Spend is floored to whole
minor units for each ad and day, so that every sum of sums agrees and no budget is exceeded.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import accumulate, pairwise
from zoneinfo import ZoneInfo

from reconciler.sandbox import history
from reconciler.sandbox.history import Span, State
from reconciler.sandbox.insights import demand
from reconciler.sandbox.insights.chance import between
from reconciler.sandbox.world import Node, World

# people sleep; the mean is 1
_HOURS = (
    0.55, 0.4, 0.3, 0.25, 0.25, 0.35, 0.6, 0.85, 1.0, 1.1, 1.15, 1.2,
    1.25, 1.2, 1.15, 1.1, 1.1, 1.15, 1.25, 1.4, 1.6, 1.65, 1.35, 0.8,
)  # fmt: skip
_CURVE = [0.0, *accumulate(hour / sum(_HOURS) for hour in _HOURS)]
_MONTH = 30 * 86400
_CRUMB = 1e-6


@dataclass(frozen=True, slots=True)
class Day:
    date: date
    start: float
    end: float

    def part(self, start: float, end: float) -> float:
        """Of the day's spend, how much falls between two moments."""
        return _curve(self.hour(end)) - _curve(self.hour(start))

    def hour(self, moment: float) -> float:
        return 24 * (moment - self.start) / (self.end - self.start)


def _curve(hour: float) -> float:
    whole = min(int(hour), 23)
    return _CURVE[whole] + (hour - whole) * (_CURVE[whole + 1] - _CURVE[whole])


@dataclass(slots=True)
class AdDay:
    """Minor units, and how they fall on the 24 hours."""

    spend: float = 0.0
    hours: list[float] = field(default_factory=lambda: [0.0] * 24)

    @property
    def minor(self) -> int:
        return int(self.spend + _CRUMB)

    def add(self, amount: float, first: float, last: float, hourly: bool) -> None:
        self.spend += amount
        if not hourly:
            return
        whole = _curve(last) - _curve(first)
        for hour in range(int(first), min(int(last), 23) + 1):
            part = _curve(min(last, hour + 1)) - _curve(max(first, hour))
            self.hours[hour] += amount * part / whole if whole else 0.0


@dataclass(slots=True)
class _Line:
    ad: Node
    ad_set: Node
    spans: list[Span]


Days = dict[tuple[str, date], AdDay]


def calendar(zone: ZoneInfo, since: date, until: date) -> list[Day]:
    dates = [since + timedelta(days=number) for number in range((until - since).days + 2)]
    starts = [datetime(one.year, one.month, one.day, tzinfo=zone).timestamp() for one in dates]
    return [Day(one, start, end) for one, (start, end) in zip(dates, pairwise(starts), strict=False)]


def local_date(zone: ZoneInfo, moment: float) -> date:
    return datetime.fromtimestamp(moment, zone).date()


def campaign_days(
    world: World, campaign: Node, zone: ZoneInfo, since: date, until: date, now: float, *, hourly: bool = False
) -> Days:
    """One campaign between two local days, both included, as it stands at ``now``."""
    cap = history.at(campaign, now).get("spend_cap")
    first = local_date(zone, campaign.data["created_time"])
    begin = first if cap else max(since, first)
    end = min(until, local_date(zone, now))
    if begin > end:
        return {}
    found = _Campaign(world, campaign, calendar(zone, begin, end), now, hourly).run()
    if cap:
        _cap(found, int(cap))
    return {key: one for key, one in found.items() if since <= key[1] <= until and one.minor > 0}


def _cap(found: Days, cap: int) -> None:
    """A campaign's ``spend_cap`` stops it; the day on which it is reached is scaled down."""
    by_day: dict[date, list[AdDay]] = defaultdict(list)
    for (_, when), one in found.items():
        by_day[when].append(one)
    left = float(cap)
    for when in sorted(by_day):
        total = sum(one.spend for one in by_day[when])
        factor = min(1.0, left / total) if total else 1.0
        for one in by_day[when]:
            one.spend *= factor
        left = max(0.0, left - total)


class _Campaign:
    """A sweep over the moments at which anything changes."""

    def __init__(self, world: World, campaign: Node, days: list[Day], now: float, hourly: bool) -> None:
        self.world, self.campaign, self.days, self.hourly = world, campaign, days, hourly
        self.seed = str(world.settings["insights_seed"])
        self.window: Span = (days[0].start, min(now, days[-1].end))
        self.ad_sets = world.children(campaign.id, "ad_set")
        self.found: Days = defaultdict(AdDay)
        self.demand = {one.id: demand.periods(world, one) for one in (campaign, *self.ad_sets)}

    def run(self) -> Days:
        lines = self._lines()
        starts, ends = defaultdict(list), defaultdict(list)
        for line in lines:
            for start, end in line.spans:
                starts[start].append(line)
                ends[end].append(line)
        running: dict[str, _Line] = {}
        for start, end in pairwise(self._marks(lines)):
            for line in ends[start]:
                running.pop(line.ad.id, None)
            running.update((line.ad.id, line) for line in starts[start])
            if running:
                self._segment(start, end, list(running.values()))
        return self.found

    def _lines(self) -> list[_Line]:
        on = history.overlap([self.window], history.active(self.campaign))
        found = []
        for ad_set in self.ad_sets if on else ():
            spans = history.overlap(on, history.active(ad_set))
            for ad in self.world.children(ad_set.id, "ad") if spans else ():
                delivering = history.overlap(history.overlap(spans, history.active(ad)), history.passed(ad))
                if delivering:
                    found.append(_Line(ad, ad_set, delivering))
        return found

    def _marks(self, lines: list[_Line]) -> list[float]:
        if not lines:
            return []
        first, last = self.window
        marks = {moment for line in lines for span in line.spans for moment in span}
        marks |= {day.start for day in self.days}
        for node in (self.campaign, *self.ad_sets):
            marks |= {start for start, _, _ in history.states(node)}
            marks |= {one[name] for one in self.demand[node.id] for name in ("time_start", "time_end")}
        return sorted({first, last, *(moment for moment in marks if first < moment < last)})

    def _segment(self, start: float, end: float, running: list[_Line]) -> None:
        day = self.days[bisect_right(self.days, start, key=lambda one: one.start) - 1]
        by_set: dict[str, list[_Line]] = defaultdict(list)
        for line in running:
            by_set[line.ad_set.id].append(line)
        campaign = history.at(self.campaign, start)
        if campaign.get("daily_budget") or campaign.get("lifetime_budget"):
            whole = self._amount(self.campaign, campaign, start, end, day)
            amounts = self._shared(whole, list(by_set))
        else:
            sets = {id: lines[0].ad_set for id, lines in by_set.items()}
            amounts = {id: self._amount(one, history.at(one, start), start, end, day) for id, one in sets.items()}
        for id, amount in amounts.items():
            for ad, part in self._shared(amount, [line.ad.id for line in by_set[id]]).items():
                self.found[(ad, day.date)].add(part, day.hour(start), day.hour(end), self.hourly)

    def _shared(self, amount: float, ids: list[str]) -> dict[str, float]:
        weights = {id: between(0.5, 1.5, self.seed, "weight", id) for id in ids}
        total = sum(weights.values())
        return {id: amount * weight / total for id, weight in weights.items()}

    def _amount(self, owner: Node, state: State, start: float, end: float, day: Day) -> float:
        if state.get("daily_budget"):
            pace = between(0.9, 1.0, self.seed, "pace", owner.id, day.date.isoformat())
            budget = demand.budget_at(self.demand[owner.id], float(state["daily_budget"]), start)
            return budget * pace * day.part(start, end)
        if state.get("lifetime_budget"):
            first, last = self._schedule(owner, state, start)
            return float(state["lifetime_budget"]) * (end - start) / (last - first) if last > first else 0.0
        return 0.0

    def _schedule(self, owner: Node, state: State, moment: float) -> Span:
        """As its times were by then: what has been spent stays so, wherever an end is moved to."""
        sets = [history.at(one, moment) for one in (self.ad_sets if owner.kind == "campaign" else [owner])]
        starts = [one["start_time"] for one in sets if one.get("start_time")]
        first = state.get("start_time") or min(starts, default=owner.data["created_time"])
        ends = [one["end_time"] for one in sets if one.get("end_time")]
        last = state.get("stop_time") or state.get("end_time") or max(ends, default=first + _MONTH)
        return first, last


def spent(world: World, node: Node, zone: ZoneInfo, now: float, *, today: bool = False) -> int:
    """Minor units so far, of an account, a campaign, an ad set or an ad."""
    campaigns = _campaigns(world, node)
    until = local_date(zone, now)
    total = 0
    for campaign in campaigns:
        since = until if today else local_date(zone, campaign.data["created_time"])
        days = campaign_days(world, campaign, zone, since, until, now)
        total += sum(one.minor for (ad, _), one in days.items() if _within(world.nodes[ad], node))
    return total


def _campaigns(world: World, node: Node) -> list[Node]:
    if node.kind == "account":
        return world.of_account(node.id.removeprefix("act_"), "campaign")
    return [world.nodes[node.data.get("campaign_id", node.id)]]


def _within(ad: Node, node: Node) -> bool:
    return node.kind in ("account", "campaign") or node.id in (ad.id, ad.data["adset_id"])

"""What each field says of money: which parameters spend, how a schedule reads, whether a change spends more. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from reconciler.kinds import BUDGETS
from reconciler.kinds.budget_schedules import SCHEDULES, More, read_more, readable
from reconciler.kinds.budget_schedules import direction as direction_of_schedules
from reconciler.kinds.codecs import parse_wire_time
from reconciler.model.values import Fields

RUN = frozenset({"start_time", "end_time"})
EVER, NEVER = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)

# ---- what a parameter under `raw` does to the spend

COUNTED = ""
WITHIN = ""
NO_FIGURE = "remove it: nothing here says what it spends, so no policy can judge it"

SPENDING: Mapping[str, str] = {
    SCHEDULES: COUNTED,
    # Shares of a budget that is counted whole, limits, and bids: none spends more than the budget.
    "daily_min_spend_target": WITHIN,
    "lifetime_min_spend_target": WITHIN,
    "daily_spend_cap": WITHIN,
    "lifetime_spend_cap": WITHIN,
    "min_budget_spend_percentage": WITHIN,
    "max_budget_spend_percentage": WITHIN,
    "existing_customer_budget_percentage": WITHIN,
    "budget_rebalance_flag": WITHIN,
    "bid_amount": WITHIN,
    "adset_budgets": "write daily_budget or lifetime_budget in each ad set",
    "adset_bid_amounts": "write bid_amount in each ad set",
    "is_budget_schedule_enabled": f"remove it: {SCHEDULES} alone says what is added and when",
    "budget_source": NO_FIGURE,
    "budget_split_set_id": NO_FIGURE,
    "recurring_budget_semantics": NO_FIGURE,
    "meta_moment_maker_spec": NO_FIGURE,
    "is_meta_moment_maker_enabled": NO_FIGURE,
    "rf_prediction_id": NO_FIGURE,
    "rb_prediction_id": NO_FIGURE,
    "daily_imps": NO_FIGURE,
    "lifetime_imps": NO_FIGURE,
    "start_time": "write activate_at",
    "stop_time": "write deactivate_at",
    "time_start": "write activate_at",
    "time_stop": "write deactivate_at",
}
"""By parameter: how it is judged, or what to write instead where it cannot be."""

LIKE_MONEY = re.compile("budget|spend")


def unjudged(fields: Fields, named: Collection[str]) -> Iterator[tuple[str, str, str]]:
    """`(parameter, what is wrong, mend)` of all that would spend and that no policy can judge. `named` are the fields
    that have a name of their own."""
    for name in (each for each in fields if each not in named):
        mend = SPENDING.get(name, NO_FIGURE if LIKE_MONEY.search(name) else "")
        if mend and fields[name] not in (None, False):
            yield name, f"{name} spends what cannot be judged", mend
    if fields.get(SCHEDULES) not in (None, []) and (wrong := _malformed(fields)):
        yield SCHEDULES, f"{SCHEDULES} cannot be judged: {wrong}", SHAPE


SHAPE = (
    'write [{budget_value: 5000, budget_value_type: ABSOLUTE, time_start: "2026-12-12T00:00:00+0800", '
    'time_end: "2026-12-13T00:00:00+0800"}], in minor units, beside a daily_budget'
)


def _malformed(fields: Fields) -> str:
    if not fields.get("daily_budget"):
        return "there is no daily_budget beside it"
    rows = fields[SCHEDULES]
    if not isinstance(rows, list):
        return "it is no list"
    for row in rows:
        try:
            read_more(row)
        except (TypeError, KeyError, ValueError) as error:
            return f"{type(row).__name__} is no mapping" if not isinstance(row, Mapping) else _word(error)
    return ""


def _word(error: Exception) -> str:
    return f"{error.args[0]} is missing" if isinstance(error, KeyError) else str(error)


def schedules(fields: Fields) -> list[More]:
    """Those that can be judged; what cannot be is refused elsewhere."""
    return list(readable(fields[SCHEDULES])) if fields.get(SCHEDULES) and fields.get("daily_budget") else []


# ---- what a change of one field does to the spend

CAPS = frozenset({"spend_cap", "daily_spend_cap", "lifetime_spend_cap"})
"""None is no limit."""
AMOUNTS = frozenset({*BUDGETS, "bid_amount", "daily_min_spend_target", "lifetime_min_spend_target"})


def direction(name: str, before: Any, after: Any, *, lifetime: bool = False) -> int:
    """1 where a change of the field may spend more, −1 where it spends less, 0 where it is no matter of money.
    `lifetime`: a lifetime budget is in force, which fewer days make denser."""
    if name == SCHEDULES:
        return direction_of_schedules(before, after)
    if name in CAPS:
        return _sign(_number(before, none=None), _number(after, none=None))
    if name in AMOUNTS:
        # A budget that goes away leaves its place to another one.
        return 1 if after is None and name in BUDGETS else _sign(_number(before, none=0), _number(after, none=0))
    if name == "end_time":
        later = _sign(_time(before), _time(after))
        return max(0, -later) if lifetime else later
    if name == "start_time":
        return 1 if lifetime else -_sign(_time(before, unset=EVER), _time(after, unset=EVER))
    spends = name in SPENDING or (LIKE_MONEY.search(name) and name != "is_adset_budget_sharing_enabled")
    return 1 if spends else 0


def _number(value: Any, *, none: int | None) -> float:
    if value is None:
        return float("inf") if none is None else none
    return float(value) if re.fullmatch("[0-9]+", str(value)) else float("inf")


def _time(value: Any, unset: datetime = NEVER) -> datetime:
    return parse_wire_time(value) if value else unset


def _sign(before: Any, after: Any) -> int:
    return int(after > before) - int(after < before)

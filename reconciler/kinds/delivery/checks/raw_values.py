"""Values under `raw` that Meta is known to refuse: schedules, pacing, enhancements, campaigns of former kinds. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from reconciler.kinds.creative.features import BUNDLE, ENROLLED, FEATURES, OTHER_NAMES
from reconciler.kinds.parameters import LISTED
from reconciler.kinds.synonyms import MOST, slip_of
from reconciler.model.document import KeyPath
from reconciler.model.moments import said_length
from reconciler.model.problem import Problem

if TYPE_CHECKING:
    from reconciler.kinds.delivery.checks.scope import Scope


def raw_values(scope: Scope) -> Iterator[Problem]:
    """What stands under `raw` and has another shape, or another meaning, than Meta takes."""
    for path, kind, level in scope.levels():
        for name, value in level.raw.items():
            here = (*path, "raw", name)
            for at in _nothing(value, here):
                yield scope.problem(at, IN_A_LIST, "write the value, or delete this")
            if name in LISTED[kind] and not isinstance(value, list | None):
                yield scope.problem(here, f"{name} takes a list, not {flow(value)}", _as_list(name, value))
            elif (judge := JUDGES.get((kind, name))) and value is not None:
                yield from judge(scope, here, value)


IN_A_LIST = "nothing stands here, and a list has nothing that it could take away"


def _nothing(value: Any, here: KeyPath, *, in_list: bool = False) -> Iterator[KeyPath]:
    """Where a list holds null, at any depth: Meta would be sent that very word."""
    if value is None and in_list:
        yield here
    for step, item in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from _nothing(item, (*here, step), in_list=in_list or isinstance(value, list))


def flow(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= MOST else "…"


def _as_list(name: str, value: Any) -> str:
    if isinstance(value, str) and value.lstrip().startswith("["):
        return "write it without the quotes around it"
    return f"write {name}: [{_pace(value) if name == 'pacing_type' else flow(value)}]"


# ---- campaigns

FORMER: Mapping[str, str] = {
    "AUTOMATED_SHOPPING_ADS": "remove it: without preset and objective a campaign is Advantage+ Sales already",
    "SMART_APP_PROMOTION": "remove it: Meta tells by the settings whether an app campaign is Advantage+",
}
"""By `smart_promotion_type`; in no version since v25. Source: developers.facebook.com, blog, 2026-02-13."""


def former(name: str, value: Any) -> str:
    """The mend of a type that is gone; "" of any other."""
    return FORMER.get(str(value), "") if name == "smart_promotion_type" else ""


def _promotion(scope: Scope, here: KeyPath, value: Any) -> Iterator[Problem]:
    if mend := former("smart_promotion_type", value):
        yield scope.problem(here, "Meta makes no campaigns of this type any more", mend)


# ---- pacing and schedules

PACES = ("day_parting", "no_pacing", "standard")
HOUR, DAY = 60, 1440
"""In minutes."""
LEAST_RAISE = timedelta(hours=3)
NIGHT = "write two of them: one until end_minute: 1440, and one from start_minute: 0"
HOURS = "write whole hours of a day in minutes, such as start_minute: 540 and end_minute: 1080 for 9:00 to 18:00"


def _pace(value: Any) -> str:
    said = str(value).strip().lower().replace(" ", "_").replace("dayparting", "day_parting")
    return said if said in PACES else flow(value)


def _pacing(scope: Scope, here: KeyPath, value: Any) -> Iterator[Problem]:
    for i, each in enumerate(value):
        if each not in PACES and (meant := _pace(each)) in PACES:
            yield scope.problem((*here, i), f"Meta knows no pacing {each!r}", f"did you mean {meant}?")
    # A campaign with its own budget has the pacing, its ad sets the schedules.
    if (
        here[0] == "ad_sets"
        and "day_parting" in value
        and not scope.spec.ad_sets[str(here[1])].raw.get("adset_schedule")
    ):
        yield scope.problem(
            here, "day_parting without an adset_schedule", f"write pacing_type: [standard], or {SCHEDULE}"
        )


SCHEDULE = "add adset_schedule: [{start_minute: 540, end_minute: 1080, days: [1, 2, 3, 4, 5]}]"


def _day_parts(scope: Scope, here: KeyPath, value: Any) -> Iterator[Problem]:
    ad_set = scope.spec.ad_sets[str(here[1])]
    pacing = [ad_set.raw.get("pacing_type"), scope.spec.raw.get("pacing_type")]
    paced = any(isinstance(each, list) and "day_parting" in each for each in pacing)
    if value and ad_set.lifetime_budget is None and scope.spec.lifetime_budget is None:
        also = " and pacing_type" if paced else ""
        mend = f"remove adset_schedule{also}, or write a lifetime_budget in place of daily_budget, with deactivate_at"
        yield scope.problem(here, "adset_schedule goes with a lifetime budget alone", mend)
    elif value and not paced and isinstance(pacing[0], list | None):
        yield scope.problem(here, "adset_schedule without its pacing", "write pacing_type: [day_parting] beside it")
    for i, row in enumerate(value):
        if isinstance(row, dict):
            yield from _hours(scope, (*here, i), row)
            yield from _days(scope, (*here, i), row.get("days"))


def _hours(scope: Scope, here: KeyPath, row: Mapping[str, Any]) -> Iterator[Problem]:
    start, end = _hour(row.get("start_minute")), _hour(row.get("end_minute"))
    if start is None or end is None or start == end:
        said = f"start_minute: {flow(row.get('start_minute'))}, end_minute: {flow(row.get('end_minute'))}"
        message = f"{said}: no whole hours of a day, the end after the start"
        yield scope.problem(here, message, HOURS)
    elif start > end:
        yield scope.problem(here, f"end_minute: {end} lies before start_minute: {start}", NIGHT)


def _days(scope: Scope, here: KeyPath, days: Any) -> Iterator[Problem]:
    if not isinstance(days, list) or not days or not all(_whole(each) in WEEK for each in days):
        mend = "write days by number, from 0, Sunday, to 6, Saturday, such as days: [1, 2, 3, 4, 5]"
        yield scope.problem((*here, "days") if days is not None else here, f"days: {flow(days)} are no days", mend)


WEEK = range(7)


def _whole(value: Any) -> int | None:
    """A number, or its digits as text, which Meta takes as well."""
    is_one = not isinstance(value, bool) and re.fullmatch("[0-9]{1,4}", str(value))
    return int(value) if is_one else None


def _hour(value: Any) -> int | None:
    minute = _whole(value)
    return minute if minute is not None and minute <= DAY and minute % HOUR == 0 else None


def _raises(scope: Scope, here: KeyPath, value: Any) -> Iterator[Problem]:
    """Of budgets: each for three hours at least."""
    for i, row in enumerate(value if isinstance(value, list) else ()):
        start, end = _times(row)
        if start is not None and end is not None and end - start < LEAST_RAISE:
            later = int((start + LEAST_RAISE).timestamp())
            message = f"it lasts {said_length((end - start).total_seconds())}: Meta takes 3 h at least"
            yield scope.problem((*here, i, "time_end"), message, f"write time_end: {later}, or later")


def past_raises(scope: Scope) -> Iterator[Problem]:
    """Warnings: what has passed does nothing, and Meta takes it for nothing new."""
    for path, _, level in scope.levels():
        rows = level.raw.get("budget_schedule_specs")
        for i, row in enumerate(rows if isinstance(rows, list) else ()):
            _, end = _times(row)
            if scope.now is not None and end is not None and end <= scope.now:
                yield scope.problem((*path, "raw", "budget_schedule_specs", i), "it has passed", "remove it")


def _times(row: Any) -> list[datetime | None]:
    return [_moment(row.get(name)) if isinstance(row, dict) else None for name in ("time_start", "time_end")]


def _moment(value: Any) -> datetime | None:
    """In seconds since 1970, or as ISO writes it with an offset."""
    try:
        if isinstance(value, int | float) or str(value).isdecimal():
            return datetime.fromtimestamp(float(value), UTC)
        moment = datetime.fromisoformat(str(value))
    except (ValueError, OverflowError, OSError):
        return None
    return moment if moment.tzinfo else None


# ---- enhancements

IN_ITS_PLACE = (
    "name its parts in its place, each with the same enroll_status: image_template, image_touchups, text_optimizations "
    "and inline_comment of an image; video_auto_crop, text_optimizations and inline_comment of a video"
)
SAID = {
    **dict.fromkeys("on yes true in enabled enable 1 optin".split(), "OPT_IN"),
    **dict.fromkeys("off no false out disabled disable 0 optout".split(), "OPT_OUT"),
}


def _enhancements(scope: Scope, here: KeyPath, value: Any) -> Iterator[Problem]:
    features = value.get("creative_features_spec") if isinstance(value, dict) else None
    for name, each in features.items() if isinstance(features, dict) else ():
        at = (*here, "creative_features_spec", name)
        if name == BUNDLE:
            yield scope.problem(at, f"Meta has taken {BUNDLE} apart", IN_ITS_PLACE)
            continue
        if name not in FEATURES | OTHER_NAMES and (near := slip_of(name, FEATURES - {BUNDLE})):
            yield scope.problem(at, f"Meta knows no enhancement {name}", f"did you mean {near}?")
        status = each.get("enroll_status") if isinstance(each, dict) else each
        if status not in ENROLLED and (status is not None or not isinstance(each, dict)):
            meant = SAID.get(str(status).lower().replace("_", ""), "OPT_OUT, or OPT_IN")
            mend = f"write {name}: {{enroll_status: {meant}}}"
            yield scope.problem(at, f"{name}: enroll_status is OPT_IN or OPT_OUT, not {flow(status)}", mend)


def unknown_enhancements(scope: Scope) -> Iterator[Problem]:
    """Warnings: names that the SDK does not know, near none that it does."""
    for path, _, ad in scope.ads():
        value = ad.raw.get("degrees_of_freedom_spec")
        features = value.get("creative_features_spec") if isinstance(value, dict) else None
        for name in features if isinstance(features, dict) else ():
            if name not in FEATURES | OTHER_NAMES and not slip_of(name, FEATURES):
                at = (*path, "raw", "degrees_of_freedom_spec", "creative_features_spec", name)
                message = f"Meta's SDK knows no enhancement {name}; it is sent as it is"
                yield scope.problem(at, message, "check its name with Meta's pages")


Judge = Callable[["Scope", KeyPath, Any], Iterator[Problem]]
JUDGES: Mapping[tuple[str, str], Judge] = {
    ("campaign", "smart_promotion_type"): _promotion,
    ("campaign", "pacing_type"): _pacing,
    ("campaign", "budget_schedule_specs"): _raises,
    ("ad_set", "pacing_type"): _pacing,
    ("ad_set", "adset_schedule"): _day_parts,
    ("ad_set", "budget_schedule_specs"): _raises,
    ("ad", "degrees_of_freedom_spec"): _enhancements,
}
"""Level and parameter → what looks at its value, which is a list where Meta takes one."""

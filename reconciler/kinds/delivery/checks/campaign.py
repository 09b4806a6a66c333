"""What can be known to be wrong without asking Meta. Each check yields problems; none stops the others. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from reconciler.kinds import BUDGETS
from reconciler.kinds.codecs import sample_money
from reconciler.kinds.delivery.ad_set import AdSetSpec
from reconciler.kinds.delivery.checks.ages import (
    ADULT,
    ADVANTAGE_MAX_AGE_MIN,
    OLDEST,
    YOUNGEST,
    is_free,
    one_age,
    suggestion,
)
from reconciler.kinds.delivery.checks.audience import says_places, targeting_words, unknown_targeting
from reconciler.kinds.delivery.checks.bids import bids, doubtful_bids, one_goal
from reconciler.kinds.delivery.checks.circles import circles, doubtful_circles
from reconciler.kinds.delivery.checks.conversions import attribution, doubtful_attribution, promoted_objects
from reconciler.kinds.delivery.checks.copy import doubtful_copy, lacking_copy, wrong_copy
from reconciler.kinds.delivery.checks.formats import (
    FEED,
    chat_links,
    doubtful_feeds,
    formats,
    links_to_a_website,
    without_ads,
)
from reconciler.kinds.delivery.checks.ignored import ignored
from reconciler.kinds.delivery.checks.lead_forms import lead_forms
from reconciler.kinds.delivery.checks.limits import (
    crossed_shares,
    long_runs,
    long_texts,
    perhaps_short_runs,
    reserved_daily,
    short_runs,
    small_amounts,
    too_thin_budgets,
    unseen_texts,
)
from reconciler.kinds.delivery.checks.links import destinations, doubtful_destinations
from reconciler.kinds.delivery.checks.markets import (
    countries,
    doubtful_categories,
    doubtful_countries,
    narrowed_categories,
    special_categories,
)
from reconciler.kinds.delivery.checks.names import alike_ads
from reconciler.kinds.delivery.checks.overlaps import doubtful_overlaps, overlaps
from reconciler.kinds.delivery.checks.placeholders import placeholders
from reconciler.kinds.delivery.checks.placements import PLACEMENT_KEYS, doubtful_placements, idle_positions, placements
from reconciler.kinds.delivery.checks.raw import raw_parameters, unknown_parameters
from reconciler.kinds.delivery.checks.raw_values import past_raises, raw_values, unknown_enhancements
from reconciler.kinds.delivery.checks.regulation import may_be_unnamed, unnamed
from reconciler.kinds.delivery.checks.scope import Scope
from reconciler.kinds.delivery.checks.windows import apart
from reconciler.kinds.delivery.goals import BILLABLE, GOALS
from reconciler.kinds.delivery.windows import of_ad_set
from reconciler.kinds.delivery.words import (
    held_times,
    idle_words,
    is_completed,
    two_catalogs,
    two_starts,
)
from reconciler.kinds.enums import FORM_GOALS, GOALS_OF_OTHERS
from reconciler.kinds.targeting_fields import is_place
from reconciler.model.document import KeyPath
from reconciler.model.moments import format_time
from reconciler.model.problem import Problem

MAX_AD_SETS = 200
MAX_ADS = 50

KEEP_ONE_BUDGET = "keep daily_budget or lifetime_budget, not both"
WITHOUT_PRESET = "preset: none, objective: OUTCOME_SALES, optimization_goal: OFFSITE_CONVERSIONS and where the ads run"
NO_OBJECTIVE = "write objective: OUTCOME_SALES and optimization_goal: OFFSITE_CONVERSIONS, or others of Meta's"
APP_OBJECT = "promoted_object: {application_id: …, object_store_url: …}"


def check_campaign(scope: Scope) -> Iterator[Problem]:
    """Every problem of one campaign that needs no Meta to see."""
    for check in CHECKS:
        yield from check(scope)


def warn_campaign(scope: Scope) -> Iterator[Problem]:
    """What is no mistake for certain, but should be seen."""
    for check in WARNINGS:
        yield from check(scope)


def has_locations(targeting: Mapping[str, Any]) -> bool:
    places = targeting.get("geo_locations") or {}
    return any(value for name, value in places.items() if is_place(name))


def _budgets(scope: Scope) -> Iterator[Problem]:
    spec = scope.spec
    if spec.daily_budget is not None and spec.lifetime_budget is not None:
        yield scope.problem(("lifetime_budget",), "two budgets", KEEP_ONE_BUDGET)
    if scope.preset == "advantage_plus_sales" and not scope.campaign_budget:
        below = [path for path, ad_set in scope.ad_sets() if _own_budgets(ad_set)]
        yield scope.problem(
            ("daily_budget",),
            "the preset advantage_plus_sales needs a budget on the campaign",
            "move the budgets of its ad sets there, as one"
            if below
            else f"add daily_budget: {sample_money(scope.account.currency)} to the campaign",
        )
        return
    if scope.campaign_budget and spec.is_adset_budget_sharing_enabled:
        yield scope.problem(
            ("is_adset_budget_sharing_enabled",),
            "ad sets share budgets of their own, and here the campaign has the budget: Meta refuses the two together",
            "remove it, or write false: they share the campaign's budget anyway",
        )
    for path, ad_set in scope.ad_sets():
        yield from _ad_set_budget(scope, path, ad_set)


def _own_budgets(ad_set: AdSetSpec) -> list[str]:
    return [name for name in BUDGETS if getattr(ad_set, name) is not None]


def _ad_set_budget(scope: Scope, path: KeyPath, ad_set: AdSetSpec) -> Iterator[Problem]:
    written = _own_budgets(ad_set)
    if scope.campaign_budget and written:
        preset = scope.preset == "advantage_plus_sales"
        yield scope.problem(
            (*path, written[0]),
            "budgets at both levels: the campaign has one too",
            "remove it" if preset else "remove it, or the campaign's, and then give each ad set one",
        )
    elif len(written) > 1:
        yield scope.problem((*path, written[1]), "two budgets", KEEP_ONE_BUDGET)
    elif not scope.campaign_budget and not written:
        yield scope.problem(
            path,
            "no budget: neither the campaign nor this ad set has one",
            f"add daily_budget: {sample_money(scope.account.currency)} to one of the two",
        )


def _lifetime_ends(scope: Scope) -> Iterator[Problem]:
    for path, ad_set in scope.ad_sets():
        lifetime = ad_set.lifetime_budget is not None or scope.spec.lifetime_budget is not None
        if lifetime and of_ad_set(scope.spec, str(path[-1])).end is None:
            yield scope.problem(path, "a lifetime budget needs an end", "add deactivate_at, or use daily_budget")


def _goals(scope: Scope) -> Iterator[Problem]:
    objective = scope.spec.objective
    if objective is None:
        yield scope.problem((), "no objective", NO_OBJECTIVE)
        return
    for path, ad_set in scope.ad_sets():
        goal = ad_set.optimization_goal
        if goal is None:
            yield scope.problem(path, "no optimization_goal", f"write {_fitting(scope, ad_set)}")
        elif goal not in GOALS[objective]:
            yield scope.problem(
                (*path, "optimization_goal"),
                f"{objective} does not allow the goal {goal}",
                f"write {_fitting(scope, ad_set)}",
            )
        else:
            yield from _promoted(scope, path, ad_set, goal)


def _fitting(scope: Scope, ad_set: AdSetSpec) -> str:
    """Goals of the objective that its ads can serve, and for which nothing further has to be written."""
    objective, event = str(scope.spec.objective), ad_set.billing_event
    others = {*GOALS_OF_OTHERS, *FORM_GOALS} if links_to_a_website(ad_set) else set()
    served = [name for name in sorted(GOALS[objective]) if name not in others]
    ready = [name for name in served if _has_promoted(scope, ad_set, GOALS[objective][name].promotes)]
    is_free = event in (None, "IMPRESSIONS")
    billed = [name for name in ready or served if is_free or BILLABLE.get(str(event)) == name]
    otherwise = "" if billed else ", with billing_event: IMPRESSIONS"
    if not ready and objective == "OUTCOME_APP_PROMOTION":
        goal = billed[0] if billed and not is_free else "APP_INSTALLS"
        return f"optimization_goal: {goal}{otherwise}, and {APP_OBJECT}"
    return f"optimization_goal: {' or '.join(billed or ready or served)}{otherwise}"


def _has_promoted(scope: Scope, ad_set: AdSetSpec, promotes: str) -> bool:
    written = ad_set.promoted_object
    if promotes == "pixel":
        return bool(written or ad_set.pixel or scope.account.pixel)
    if promotes == "page":
        return bool(written or ad_set.page or scope.account.page)
    return promotes != "app" or bool(written)


def _promoted(scope: Scope, path: KeyPath, ad_set: AdSetSpec, goal: str) -> Iterator[Problem]:
    event = ad_set.billing_event
    if event not in (None, "IMPRESSIONS") and BILLABLE.get(str(event)) != goal:
        yield scope.problem(
            (*path, "billing_event"), f"{goal} cannot be billed on {event}", "use billing_event: IMPRESSIONS"
        )
    promotes = GOALS[str(scope.spec.objective)][goal].promotes
    if ad_set.promoted_object is not None and not (promotes == "pixel" and is_completed(ad_set.promoted_object)):
        return
    written = ad_set.promoted_object or {}
    if promotes == "pixel" and not (written.get("pixel_id") or ad_set.pixel or scope.account.pixel):
        yield _lacking(scope, path, "pixel", f"{goal} counts a pixel's events")
    elif promotes == "page" and not (ad_set.page or scope.account.page):
        yield _lacking(scope, path, "page", f"{goal} promotes a page")
    elif promotes == "app":
        yield scope.problem(path, f"{goal} needs the app that it promotes", f"add {APP_OBJECT}")


def _lacking(scope: Scope, path: KeyPath, name: str, why: str) -> Problem:
    return scope.problem(
        path,
        f"no {name}: {why}",
        f"add {name} to desired/accounts/{scope.account_key}.yaml or to the campaign",
    )


def _locations(scope: Scope) -> Iterator[Problem]:
    for path, ad_set in scope.ad_sets():
        targeting = ad_set.targeting or {}
        if not has_locations(ad_set.composed_targeting) and not says_places(targeting):
            long = "geo_locations" in targeting and ad_set.countries is None
            listed = f"countries: [{scope.sample_country}]"
            where = f"targeting: {{geo_locations: {{{listed}}}}}" if long else listed
            here = (*path, "countries") if ad_set.countries == [] else path
            yield scope.problem(here, "no location is targeted", f"write where the ads run, such as {where}")
        types = (targeting.get("geo_locations") or {}).get("location_types")
        if types is not None and sorted(map(str, types)) != ["home", "recent"]:
            yield scope.problem(
                (*path, "targeting"),
                "Meta takes no other location_types than home and recent",
                "remove the key",
            )
        if "targeting_optimization" in targeting:
            yield scope.problem(
                (*path, "targeting", "targeting_optimization"),
                "Meta has removed targeting_optimization",
                "remove it; advantage_audience says whether Meta may look beyond the audience",
            )


def _ages(scope: Scope) -> Iterator[Problem]:
    for path, ad_set in scope.ad_sets():
        targeting = ad_set.composed_targeting
        here = (*path, "targeting")
        low, high = targeting.get("age_min"), targeting.get("age_max")
        wrong = [n for n, age in (("age_min", low), ("age_max", high)) if age is not None and not _is_age(age)]
        if wrong:
            meant = {name: one_age(targeting[name], name) for name in ("age_min", "age_max") if targeting.get(name)}
            for name in wrong:
                said = f"{name} must be from {YOUNGEST} to {OLDEST}"
                yield scope.problem((*here, name), said, _age_meant(targeting, ad_set, meant, name))
            continue
        if low is not None and high is not None and low > high:
            yield scope.problem((*here, "age_min"), f"age_min {low} is above age_max {high}", "swap the two")
            low, high = high, low
        if targeting["targeting_automation"]["advantage_audience"]:
            yield from _advantage_ages(scope, here, low, high, _turned_off(ad_set))


def _age_meant(targeting: Mapping[str, Any], ad_set: AdSetSpec, meant: Mapping[str, int], name: str) -> str:
    low, high = sorted((meant.get("age_min", ADULT), meant.get("age_max", OLDEST)))
    if targeting["targeting_automation"]["advantage_audience"] and not is_free(low, high):
        return f"write {suggestion(low, high)} in place of age_min and age_max, as a suggestion"
    both = f"age_min: {low}, age_max: {high}"
    return f"write a whole number: {both if len(meant) > 1 else f'{name}: {meant[name]}'}"


def _is_age(age: Any) -> bool:
    return isinstance(age, int) and YOUNGEST <= age <= OLDEST


def _turned_off(ad_set: AdSetSpec) -> str:
    """In the form in which Advantage+ audience is written: two forms in one place are refused."""
    long = "advantage_audience" in ((ad_set.targeting or {}).get("targeting_automation") or {})
    return "targeting_automation: {advantage_audience: 0}" if long else "advantage_audience: false"


def suggested_audiences(scope: Scope) -> Iterator[Problem]:
    """Advantage+ audience takes included audiences for suggestions, and keeps to excluded ones (its page in Meta's
    documentation)."""
    for path, ad_set in scope.ad_sets():
        targeting = ad_set.composed_targeting
        if targeting.get("custom_audiences") and targeting["targeting_automation"]["advantage_audience"]:
            yield scope.problem(
                (*path, "targeting", "custom_audiences"),
                "Advantage+ audience takes these audiences for suggestions only, and delivers to others too",
                f"write {_turned_off(ad_set)}, so that nobody else sees the ads, or let it suggest",
            )


def _advantage_ages(scope: Scope, here: KeyPath, low: int | None, high: int | None, off: str) -> Iterator[Problem]:
    ages = suggestion(low or ADULT, high or OLDEST)
    mend = f"write {ages} in place of age_min and age_max, as a suggestion; or write {off}"
    if low is not None and low > ADVANTAGE_MAX_AGE_MIN:
        yield scope.problem(
            (*here, "age_min"),
            f"with Advantage+ audience age_min may be at most {ADVANTAGE_MAX_AGE_MIN}",
            mend,
        )
    if high is not None and high != OLDEST:
        yield scope.problem((*here, "age_max"), f"with Advantage+ audience age_max must be {OLDEST}", mend)


def _placements(scope: Scope) -> Iterator[Problem]:
    if scope.preset != "advantage_plus_sales":
        return
    for path, ad_set in scope.ad_sets():
        for name in sorted(PLACEMENT_KEYS & set(ad_set.targeting or {})):
            yield scope.problem(
                (*path, "targeting", name),
                f"{name} switches Advantage+ Sales off",
                f"remove it, or write {WITHOUT_PRESET}",
            )


def _times(scope: Scope) -> Iterator[Problem]:
    for path, _, level in scope.levels():
        start: datetime | None = level.activate_at
        end: datetime | None = level.deactivate_at
        if start is not None and end is not None and end <= start:
            same = end == start
            times = (
                f"both are {_written(end)}"
                if same
                else f"it starts at {_written(start)}{_elsewhere(scope, path)}, after its end at {_written(end)}"
            )
            said = f"deactivate_at is not after activate_at: {times}"
            meant = _right_times(start, end, scope.now)
            yield scope.problem((*path, "deactivate_at"), said, f"it would never run: {meant}")


def _elsewhere(scope: Scope, path: KeyPath) -> str:
    """Where the start is written, if that is another file than the end's: each may come of a template of its own."""
    start, end = (scope.document.origin((*path, name)) for name in ("activate_at", "deactivate_at"))
    return f" ({start.line_text})" if start.is_written and start.file != end.file else ""


LONGEST_GUESS = timedelta(days=184)
"""A run that a slip of the year is taken to have meant."""


def _right_times(start: datetime, end: datetime, now: datetime | None) -> str:
    """Where a year was mistaken, as at the turn of one, that year, and of two such the one after which it is not over
    by now. Nothing else is guessed: an end that is too early is
    likelier a slip than the start, and an earlier start spends."""
    if end == start:
        return "write a later one"
    guesses = [
        (now is not None and to <= now, to - since, name, since if name == "activate_at" else to)
        for name, since, to in (
            ("activate_at", _in_year(start, end.year), end),
            ("deactivate_at", start, _in_year(end, start.year)),
            ("deactivate_at", start, _in_year(end, start.year + 1)),
        )
        if since and to and timedelta() < to - since <= LONGEST_GUESS
    ]
    if guesses:
        _, _, name, moment = min(guesses)
        return f"write {name}: {_written(moment)}"
    return f"write a deactivate_at after {_written(start)}; or, where that end is right, an activate_at before it"


def _in_year(moment: datetime, year: int) -> datetime | None:
    with suppress(ValueError):
        return moment.replace(year=year)
    return None


def _written(moment: datetime) -> str:
    """With its offset, so that it is read as it is meant in any zone."""
    return format_time(moment, moment.tzinfo)


def _ads(scope: Scope) -> Iterator[Problem]:
    for path, _, ad in scope.ads():
        if ad.video is None and ad.image is None:
            beside = f", which {FEED} stands beside" if FEED in ad.raw else ""
            yield scope.problem(
                path,
                f"video or image is missing{beside}",
                "add video: or image:, with the file's path below creatives/",
            )
        if ad.video is not None and ad.image is not None:
            yield scope.problem((*path, "image"), "an ad has a video or an image, not both", "keep one of the two")
        if ad.thumbnail is not None and ad.video is None:
            yield scope.problem((*path, "thumbnail"), "a thumbnail without a video", "remove it")
        if not (ad.page or scope.account.page):
            yield _lacking(scope, path, "page", "an ad runs as a page")


def _counts(scope: Scope) -> Iterator[Problem]:
    if len(scope.spec.ad_sets) > MAX_AD_SETS:
        said = f"{len(scope.spec.ad_sets)} ad sets: Meta takes {MAX_AD_SETS} a campaign"
        yield scope.problem(("ad_sets",), said, "move some of them to another campaign")
    for path, ad_set in scope.ad_sets():
        if len(ad_set.ads) > MAX_ADS:
            said = f"{len(ad_set.ads)} ads: Meta takes {MAX_ADS} an ad set"
            yield scope.problem((*path, "ads"), said, "move some of them to another ad set")


CHECKS: tuple[Callable[[Scope], Iterator[Problem]], ...] = (
    _budgets,
    _lifetime_ends,
    _goals,
    _locations,
    _ages,
    _placements,
    unnamed,
    bids,
    one_goal,
    _times,
    apart,
    short_runs,
    placeholders,
    targeting_words,
    countries,
    special_categories,
    circles,
    overlaps,
    promoted_objects,
    attribution,
    placements,
    formats,
    long_texts,
    _ads,
    destinations,
    lead_forms,
    wrong_copy,
    _counts,
    raw_parameters,
    raw_values,
    ignored,
    idle_words,
    two_catalogs,
    two_starts,
)

WARNINGS: tuple[Callable[[Scope], Iterator[Problem]], ...] = (
    held_times,
    unknown_parameters,
    unknown_targeting,
    doubtful_countries,
    doubtful_categories,
    narrowed_categories,
    doubtful_circles,
    doubtful_overlaps,
    suggested_audiences,
    doubtful_attribution,
    doubtful_placements,
    idle_positions,
    chat_links,
    doubtful_bids,
    doubtful_feeds,
    without_ads,
    alike_ads,
    small_amounts,
    too_thin_budgets,
    crossed_shares,
    reserved_daily,
    past_raises,
    unknown_enhancements,
    perhaps_short_runs,
    long_runs,
    unseen_texts,
    may_be_unnamed,
    doubtful_copy,
    lacking_copy,
    doubtful_destinations,
)

from __future__ import annotations

import ast
import copy
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.values import AD, AD_SET, CAMPAIGN, NOW, at, change, ground, live, plan, resource

from reconciler import apply
from reconciler.engine import policy as guarding
from reconciler.engine.policy import HOLDS, Approved, guard, only_due
from reconciler.model.address import Address
from reconciler.model.plan import Action, Change, Drift, Plan, Refusal
from reconciler.model.problem import Origin, Problem
from reconciler.model.record import Record
from reconciler.model.resource import Lifecycle, Resource
from reconciler.model.status import Schedule

OTHER = Address.parse("acme-sg/other")


def refused(
    resources: Iterable[Resource] = (),
    changes: Iterable[Change] = (),
    *,
    managed: int = 0,
    now: datetime = NOW,
    **more: Any,
) -> tuple[Refusal, ...]:
    records = {Address.of("acme-sg", f"managed{i}"): Record("campaign", str(i)) for i in range(managed)}
    return guard(plan(changes), ground(resources, records=records, now=now, **more)).plan.refusals


def names(refusals: Iterable[Refusal]) -> list[str]:
    return [r.policy for r in refusals]


def budget(amount: int, address: Address = CAMPAIGN) -> Resource:
    return resource(address, {"name": "Spring", "daily_budget": amount})


# ---- money


@pytest.mark.parametrize(("amount", "found"), [(30000, []), (30001, ["max_daily_budget"])])
def test_a_campaigns_daily_budget_has_a_limit(amount: int, found: list[str]) -> None:
    assert names(refused([budget(amount)], max_daily_budget=30000)) == found


def test_ad_set_budgets_count_together_for_their_campaign() -> None:
    ad_sets = [budget(200, AD_SET._replace(keys=("spring", key))) for key in ("a", "b")]
    (refusal,) = refused([resource(), *ad_sets], max_daily_budget=399)
    assert refusal == Refusal("max_daily_budget", "acme-sg/spring", "4.00 SGD a day is over the limit of 3.99 SGD")


@pytest.mark.parametrize(("limit", "found"), [(700, []), (699, ["max_account_daily_budget"])])
def test_an_accounts_daily_budgets_have_a_limit_together(limit: int, found: list[str]) -> None:
    made = [change(Action.CREATE, a, after={"daily_budget": n}) for a, n in ((CAMPAIGN, 400), (OTHER, 300))]
    resources = [budget(400), budget(300, OTHER)]
    assert names(refused(resources, made, max_account_daily_budget=limit)) == found


@pytest.mark.parametrize("action", [Action.UPDATE, Action.REPLACE])
@pytest.mark.parametrize("name", ["daily_budget", "lifetime_budget"])
@pytest.mark.parametrize(("after", "found"), [(1500, []), (1501, ["max_budget_increase"]), (500, [])])
def test_a_budget_rises_by_no_more_than_its_limit(action: Action, name: str, after: int, found: list[str]) -> None:
    step = change(action, before={name: 1000}, after={name: after})
    assert names(refused([resource()], [step], max_budget_increase=50)) == found


def test_a_first_budget_is_no_increase() -> None:
    steps = [
        change(Action.CREATE, after={"daily_budget": 9}),
        change(Action.UPDATE, before={}, after={"daily_budget": 9}),
    ]
    assert refused([resource()], steps, max_budget_increase=1) == ()


def test_a_refused_increase_names_the_figure_and_the_limit() -> None:
    step = change(Action.UPDATE, before={"daily_budget": 1000}, after={"daily_budget": 3000})
    assert refused([resource()], [step], max_budget_increase=50)[0].message == (
        "daily_budget rises by 200 % from 10.00 SGD to 30.00 SGD; the limit is 50 %"
    )


# ---- removals


def removals(count: int) -> list[Change]:
    return [change(Action.PAUSE, Address.of("acme-sg", f"c{i}"), removal=True) for i in range(count)]


REMOVED = [
    pytest.param(2, 10, [], id="a fifth of ten"),
    pytest.param(3, 10, ["max_removals"], id="more than a fifth of ten"),
    pytest.param(9, 9, [], id="below ten a share says little"),
    pytest.param(0, 100, [], id="nothing removed"),
    pytest.param(20, 100, [], id="a fifth of a hundred"),
    pytest.param(21, 100, ["max_removals"], id="more than a fifth of a hundred"),
]


@pytest.mark.parametrize(("removed", "managed", "found"), REMOVED)
def test_one_plan_removes_no_more_than_a_fifth(removed: int, managed: int, found: list[str]) -> None:
    assert names(refused([resource()], removals(removed), managed=managed)) == found


@pytest.mark.parametrize(("limit", "found"), [(100, []), (99, ["max_removals"]), (0, ["max_removals"])])
def test_the_share_that_may_be_removed_can_be_set(limit: int, found: list[str]) -> None:
    assert names(refused([resource()], removals(10), managed=10, max_removals=limit)) == found


def test_archiving_what_the_yaml_still_declares_is_no_removal() -> None:
    archived = [change(Action.ARCHIVE, Address.of("acme-sg", f"c{i}")) for i in range(10)]
    assert refused([resource()], archived, managed=10) == ()


@pytest.mark.parametrize("count", [1, 9, 50])
def test_an_empty_desired_never_means_to_remove_everything(count: int) -> None:
    assert "empty" in names(refused([], removals(count), managed=count, max_removals=100))


def test_an_empty_desired_with_nothing_to_remove_is_fine() -> None:
    assert refused() == ()


# ---- protect

PROTECTED = [
    pytest.param(Action.REPLACE, Schedule(), ["protect"], id="replaced"),
    pytest.param(Action.ARCHIVE, Schedule("ARCHIVED"), ["protect"], id="archived"),
    pytest.param(Action.PAUSE, Schedule("PAUSED"), ["protect"], id="held by an edit"),
    pytest.param(Action.PAUSE, Schedule(deactivate_at=at("12-01 09:00")), [], id="paused by the clock"),
    pytest.param(Action.ACTIVATE, Schedule("ACTIVE"), [], id="activated"),
    pytest.param(Action.UPDATE, Schedule(), [], id="updated"),
]


@pytest.mark.parametrize(("action", "schedule", "found"), PROTECTED)
def test_an_edit_does_not_take_down_what_is_protected(action: Action, schedule: Schedule, found: list[str]) -> None:
    protected = resource(schedule=schedule, lifecycle=Lifecycle(protect=True))
    assert names(refused([protected], [change(action, id="1")])) == found
    assert names(refused([replace(protected, lifecycle=Lifecycle())], [change(action, id="1")])) == []


# ---- when

ACTIVATE = change(Action.ACTIVATE)
WINDOWS = [
    # 2026-12-05 is a Saturday
    pytest.param("Mon-Fri 09:00-18:00", "12-04 10:00", True, id="a Friday morning"),
    pytest.param("Mon-Fri 09:00-18:00", "12-05 10:00", False, id="a Saturday morning"),
    pytest.param("Mon-Fri 09:00-18:00", "12-04 09:00", True, id="at nine"),
    pytest.param("Mon-Fri 09:00-18:00", "12-04 08:59", False, id="before nine"),
    pytest.param("Mon-Fri 09:00-18:00", "12-04 17:59", True, id="a minute to six"),
    pytest.param("Mon-Fri 09:00-18:00", "12-04 18:00", False, id="at six"),
    pytest.param("Sat 09:00-18:00", "12-05 10:00", True, id="one day"),
    pytest.param("Sat 09:00-18:00", "12-06 10:00", False, id="another day"),
    pytest.param("Fri-Mon 09:00-18:00", "12-06 10:00", True, id="over the weekend, Sunday"),
    pytest.param("Fri-Mon 09:00-18:00", "12-02 10:00", False, id="over the weekend, Wednesday"),
    pytest.param("09:00-18:00", "12-06 10:00", True, id="every day"),
    pytest.param("09:00-24:00", "12-06 23:59", True, id="until midnight"),
]


@pytest.mark.parametrize(("window", "now", "inside"), WINDOWS)
def test_activations_happen_in_their_window(window: str, now: str, inside: bool) -> None:
    found = refused([resource()], [ACTIVATE], now=at(now), activation_window=window)
    assert names(found) == ([] if inside else ["activation_window"])


def test_the_window_is_in_the_projects_timezone() -> None:
    friday_in_utc = datetime.fromisoformat("2026-12-04T02:00:00+00:00")
    assert refused([resource()], [ACTIVATE], now=friday_in_utc, activation_window="Fri 10:00-11:00") == ()


def test_outside_the_window_everything_but_an_activation_is_free() -> None:
    changes = [change(Action.PAUSE), change(Action.UPDATE), change(Action.CREATE)]
    assert refused([resource()], changes, activation_window="Mon 09:00-10:00") == ()


# ---- what and where to

DOMAINS = [
    pytest.param("https://acme.example/x", True, id="the domain"),
    pytest.param("https://shop.acme.example/x", True, id="a subdomain"),
    pytest.param("https://ACME.example/", True, id="in capitals"),
    pytest.param("https://acme.example:8443/", True, id="with a port"),
    pytest.param("https://notacme.example/", False, id="a domain that ends alike"),
    pytest.param("https://acme.example.evil.example/", False, id="a domain that begins alike"),
    pytest.param("https://acme.example@evil.example/", False, id="the domain as a user's name"),
    pytest.param("https://evil.example/acme.example", False, id="the domain in the path"),
    pytest.param("https://evil.example/?u=https://acme.example", False, id="the domain in the query"),
]


@pytest.mark.parametrize(("url", "allowed"), DOMAINS)
def test_ads_lead_to_allowed_domains_only(url: str, allowed: bool) -> None:
    found = refused([resource(AD, {"name": "a", "destination_url": url})], allowed_domains=("acme.example",))
    assert names(found) == ([] if allowed else ["allowed_domains"])


@pytest.mark.parametrize(
    ("domain", "host", "allowed"),
    [
        ("münchen.example", "xn--mnchen-3ya.example", True),
        ("xn--mnchen-3ya.example", "münchen.example", True),
        ("MÜNCHEN.example", "shop.münchen.example", True),
        ("Acme.Example", "acme.example", True),
        ("munchen.example", "münchen.example", False),
        ("strasse.example", "straße.example", False),
        ("straße.example", "straße.example", True),
        ("acme.example", "acmе.example", False),
    ],
)
def test_a_host_is_the_same_in_letters_and_as_dns_writes_it(domain: str, host: str, allowed: bool) -> None:
    ad = resource(AD, {"name": "a", "destination_url": f"https://{host}/"})
    assert names(refused([ad], allowed_domains=(domain,))) == ([] if allowed else ["allowed_domains"])


def test_no_allowed_domain_allows_none_and_no_policy_allows_all() -> None:
    ad = resource(AD, {"name": "a", "destination_url": "https://acme.example/"})
    assert names(refused([ad], allowed_domains=())) == ["allowed_domains"]
    assert refused([ad]) == ()


@pytest.mark.parametrize(
    ("name", "found"),
    [("SG | Spring", []), ("Spring | SG", ["name_pattern"]), ("SG | Spring | x", ["name_pattern"])],
)
def test_a_campaigns_whole_name_must_match(name: str, found: list[str]) -> None:
    assert names(refused([resource(fields={"name": name})], name_pattern=r"SG \| \w+")) == found


def test_the_name_pattern_is_for_campaigns() -> None:
    assert refused([resource(AD_SET, {"name": "anything"})], name_pattern="x") == ()


@pytest.mark.parametrize(("tags", "found"), [("a=b", []), (None, ["require_url_tags"]), ("", ["require_url_tags"])])
def test_url_tags_can_be_required_of_ads(tags: str | None, found: list[str]) -> None:
    resources = [resource(), resource(AD, {"name": "a", "url_tags": tags})]
    assert names(refused(resources, require_url_tags=True)) == found
    assert refused(resources) == ()


def test_refusals_add_to_those_of_the_comparison() -> None:
    conflict = Refusal("conflict", "acme-sg/spring", "x")
    proposed = plan(refusals=(conflict,))
    whole = guard(proposed, ground([budget(5)], max_daily_budget=1)).plan
    assert names(whole.refusals) == ["conflict", "max_daily_budget"]


def test_every_broken_policy_is_told_at_once() -> None:
    found = refused(
        [budget(5), resource(AD, {"name": "a", "destination_url": "https://x.example"})],
        max_daily_budget=1, name_pattern="x", allowed_domains=("y.example",), require_url_tags=True,
    )  # fmt: skip
    assert sorted(names(found)) == ["allowed_domains", "max_daily_budget", "name_pattern", "require_url_tags"]


# ---- what the scheduled job may do

DAY = timedelta(hours=24)


def due(address: Address, lateness: timedelta, action: Action = Action.ACTIVATE, **more: Any) -> Change:
    return change(action, address, id=more.pop("id", "1"), timed=True, due=NOW - lateness, **more)


def job(changes: Iterable[Change], *refusals: Refusal) -> Plan:
    return only_due(plan(changes, refusals=refusals), replace(ground(), declares=True)).plan


def test_only_timed_changes_of_objects_that_exist_are_done() -> None:
    hour = timedelta(hours=1)
    kept = [due(CAMPAIGN, hour), due(AD_SET, hour, Action.PAUSE)]
    left = [
        change(Action.UPDATE, id="1", after={"name": "x"}),
        change(Action.ACTIVATE, id="1"),
        due(AD, hour, id=""),
        due(OTHER, hour, Action.PAUSE, removal=True),
        change(Action.CREATE, after={"name": "x"}),
    ]
    assert job([*kept, *left]).changes == tuple(kept)


def test_what_is_too_late_is_told_by_the_job_where_it_exists() -> None:
    late = [Refusal("max_lateness", str(a), "x") for a in (CAMPAIGN, OTHER)]
    found = job([change(Action.CREATE, OTHER), due(AD, DAY), due(AD_SET, DAY, Action.PAUSE)], *late)
    assert [c.address for c in found.changes] == [AD_SET]
    assert found.refusals == (late[0],)


def test_a_late_pause_is_done_all_the_same() -> None:
    assert len(job([due(CAMPAIGN, 9 * DAY, Action.PAUSE)]).changes) == 1


def test_outside_the_window_the_job_pauses_but_does_not_activate() -> None:
    window = Refusal("activation_window", "acme-sg/spring", "x")
    found = job([due(CAMPAIGN, DAY), due(AD, DAY), due(OTHER, DAY), due(AD_SET, DAY, Action.PAUSE)], window)
    assert [(c.address, c.action) for c in found.changes] == [(OTHER, Action.ACTIVATE), (AD_SET, Action.PAUSE)]
    assert found.refusals == (window,)


def test_a_refused_campaign_launches_not_and_the_others_do() -> None:
    refusal = Refusal("max_daily_budget", "acme-sg/spring", "x")
    found = job([due(CAMPAIGN, DAY), due(AD, DAY), due(OTHER, DAY), due(AD_SET, DAY, Action.PAUSE)], refusal)
    assert [(c.address, c.action) for c in found.changes] == [(OTHER, Action.ACTIVATE), (AD_SET, Action.PAUSE)]
    assert found.refusals == (refusal,)


def test_the_job_tells_no_refusal_that_stands_in_nobodys_way() -> None:
    refusal = Refusal("immutable", "acme-sg/elsewhere", "x")
    assert job([due(CAMPAIGN, DAY)], refusal).refusals == ()


# ---- what a refusal holds back

BAD = Refusal("name_pattern", "acme-sg/spring", "x")
MONEY_DOWN = {"before": {"daily_budget": 9000, "name": "a"}, "after": {"daily_budget": 5000, "name": "b"}}


def approved(changes: Iterable[Change], *refusals: Refusal, **more: Any) -> Plan:
    return guard(plan(changes, refusals=refusals), ground(**more)).plan


def done(found: Plan) -> list[tuple[str, str, list[str]]]:
    return [(str(c.address), c.action.value, sorted(c.after)) for c in found.changes]


def test_a_refusal_holds_back_its_campaign_and_not_its_account() -> None:
    made = [change(Action.CREATE, a, after={"name": "x"}) for a in (CAMPAIGN, AD_SET, AD, OTHER)]
    found = approved(made, BAD)
    assert [c.address for c in found.changes] == [OTHER]
    assert [(h.change.address, h.policy, h.refused) for h in found.held] == [
        (a, "name_pattern", "acme-sg/spring") for a in (CAMPAIGN, AD_SET, AD)
    ]


def test_a_refusal_of_an_ad_holds_back_its_whole_campaign() -> None:
    made = [change(Action.CREATE, a, after={"name": "x"}) for a in (CAMPAIGN, AD_SET, AD)]
    assert approved(made, replace(BAD, address=str(AD))).changes == ()


def test_no_refusal_holds_back_a_stop_a_decrease_or_a_removal() -> None:
    changes = [
        change(Action.PAUSE, AD, id="3", after={"status": "PAUSED"}),
        change(Action.UPDATE, id="1", **MONEY_DOWN),
        change(Action.PAUSE, AD_SET, id="2", after={"status": "PAUSED"}, removal=True),
    ]
    found = approved(changes, BAD, resources=[resource()])
    assert done(found) == [
        ("acme-sg/spring/main/hero", "pause", ["status"]),
        ("acme-sg/spring", "update", ["daily_budget"]),
        ("acme-sg/spring/main", "pause", ["status"]),
    ]
    assert [h.change.after for h in found.held] == [{"name": "b"}]
    assert found.changes[1].before == {"daily_budget": 9000}
    assert found.changes[1].consequences == ("−44 %: resets learning",)


STOPS = [change(Action.PAUSE, id="1", after={"status": "PAUSED"}), change(Action.ARCHIVE, id="1")]
UNKNOWN_HERE = {"behind_main"}
"""Newer commits say otherwise, so that nobody knows whether anybody asks for the stop."""
HELD_POLICIES = sorted(p for p, hold in HOLDS.items() if not hold.also and p not in UNKNOWN_HERE)


@given(st.sampled_from(HELD_POLICIES), st.sampled_from(STOPS), st.booleans())
def test_no_policy_whatever_holds_back_a_declared_stop(policy: str, stop: Change, whole_account: bool) -> None:
    refusal = Refusal(policy, "acme-sg" if whole_account else "acme-sg/spring", "x", lowers=True)
    assert approved([stop], refusal, resources=[resource()]).changes == (stop,)


@pytest.mark.parametrize("stop", [*STOPS, change(Action.FORGET, id="1"), change(Action.DELETE, id="1", removal=True)])
def test_what_has_no_file_is_left_alone_where_git_does_not_tell_which_files_it_has(stop: Change) -> None:
    unlisted = Problem(Origin("desired"), "git does not say which files it has (fatal: no)", "see git")
    declared = change(Action.PAUSE, OTHER, id="2", after={"status": "PAUSED"})
    known = replace(ground([resource(OTHER)]), unlisted=unlisted)
    found = guard(plan([stop, declared]), known).plan
    assert names(found.refusals) == ["unlisted_files"]
    assert found.changes == (declared,)
    assert [held.change for held in found.held] == [stop]
    assert guard(plan([stop, declared]), replace(known, unlisted=None)).plan.changes == (stop, declared)


FALLS = [
    ("daily_budget", 9000, 5000), ("lifetime_budget", 9000, 5000), ("spend_cap", None, 10000), ("bid_amount", 90, 50),
    ("daily_spend_cap", "900", "500"), ("daily_min_spend_target", "900", None),
    ("end_time", None, "2026-12-09T00:00:00+0800"),
    ("end_time", "2027-01-09T00:00:00+0800", "2026-12-09T00:00:00+0800"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "before", "after"), FALLS)
def test_what_spends_less_goes_out_and_what_spends_more_waits(name: str, before: Any, after: Any) -> None:
    down = change(Action.UPDATE, id="1", before={name: before}, after={name: after})
    up = change(Action.UPDATE, id="1", before={name: after}, after={name: before})
    beside = Refusal("orphan", "acme-sg", "x")
    assert approved([down], BAD, beside).changes == (down,)
    assert approved([up], beside).changes == ()


def test_with_a_lifetime_budget_an_earlier_end_is_no_decrease() -> None:
    sooner = change(Action.UPDATE, id="1", before={}, after={"end_time": "2026-12-09T00:00:00+0800"})
    there = {CAMPAIGN: live(fields={"name": "Spring", "lifetime_budget": 90000})}
    assert approved([sooner], BAD, objects=there).changes == ()


FIELDS = ["daily_budget", "spend_cap", "bid_amount", "name", "end_time"]
VALUES = {"name": ["a", "b"], "end_time": ["2026-12-09T00:00:00+0800", "2027-01-09T00:00:00+0800", None]}


@st.composite
def updates(draw: st.DrawFn) -> Change:
    names = draw(st.lists(st.sampled_from(FIELDS), min_size=1, unique=True))
    before, after = ({n: draw(st.sampled_from(VALUES.get(n, [1, 2, 3]))) for n in names} for _ in range(2))
    address = draw(st.sampled_from([CAMPAIGN, AD_SET, OTHER]))
    return change(Action.UPDATE, address, id="1", before=before, after=after)


@given(st.lists(updates(), max_size=4, unique_by=lambda c: c.address), st.sampled_from(sorted(HOLDS)), st.booleans())
def test_every_field_is_either_done_or_held_back_and_none_twice(
    changes: list[Change], policy: str, whole_account: bool
) -> None:
    found = approved(changes, Refusal(policy, "acme-sg" if whole_account else "acme-sg/spring", "x"))
    pieces = [*found.changes, *(h.change for h in found.held)]
    told = sorted((str(c.address), n, str(c.before[n]), str(v)) for c in pieces for n, v in c.after.items())
    assert told == sorted((str(c.address), n, str(c.before[n]), str(v)) for c in changes for n, v in c.after.items())


def test_while_a_conflict_keeps_a_stop_back_nothing_of_its_account_rises() -> None:
    conflict = Refusal("conflict", "acme-sg/spring", "x", lowers=True)
    changes = [
        change(Action.CREATE, OTHER, after={"name": "x"}),
        change(Action.ACTIVATE, OTHER, id="2"),
        change(
            Action.UPDATE,
            OTHER,
            id="2",
            before={"daily_budget": 1, "name": "a"},
            after={"daily_budget": 2, "name": "b"},
        ),
    ]
    found = approved(changes, conflict)
    assert done(found) == [("acme-sg/other", "create", ["name"]), ("acme-sg/other", "update", ["name"])]
    assert approved(changes, replace(conflict, lowers=False)).changes == tuple(changes)


def test_an_orphan_holds_back_launches_and_raises_and_nothing_else() -> None:
    orphan = Refusal("orphan", "acme-sg", "x")
    changes = [
        change(Action.CREATE, OTHER, after={"name": "x"}),
        change(Action.UPDATE, id="1", before={"name": "a"}, after={"name": "b"}),
        change(Action.ACTIVATE, OTHER, id="2"),
    ]
    assert approved(changes, orphan).changes == tuple(changes[:2])


def test_what_runs_is_not_archived_for_a_replacement_that_may_not_launch() -> None:
    changes = [change(Action.REPLACE, id="1", after={"name": "x"}), change(Action.ACTIVATE)]
    assert approved(changes, Refusal("orphan", "acme-sg", "x")).changes == ()
    assert approved(changes[:1], Refusal("orphan", "acme-sg", "x")).changes == tuple(changes[:1])


def test_too_many_removals_hold_back_the_account_and_the_removals() -> None:
    changes = [*removals(3), change(Action.PAUSE, id="1", after={"status": "PAUSED"}), change(Action.CREATE, OTHER)]
    records = {Address.of("acme-sg", f"managed{i}"): Record("campaign", str(i)) for i in range(10)}
    found = approved(changes, resources=[resource()], records=records)
    assert done(found) == [("acme-sg/spring", "pause", ["status"])]
    assert names(found.refusals) == ["max_removals"]


def test_a_plan_of_a_part_counts_the_removals_of_the_whole_account() -> None:
    records = {Address.of("acme-sg", f"managed{i}"): Record("campaign", str(i)) for i in range(10)}
    found = approved(removals(1), resources=[resource()], records=records, removals=3)
    assert found.refusals[0].message.startswith("3 of 10 managed resources (30 %)")
    assert found.changes == ()


def test_a_currency_without_a_limit_holds_back_creates_raises_and_launches() -> None:
    changes = [
        change(Action.CREATE, OTHER, after={"name": "x"}),
        change(Action.UPDATE, id="1", before={"name": "a"}, after={"name": "b"}),
        change(Action.UPDATE, AD_SET, id="2", before={"daily_budget": 1}, after={"daily_budget": 2}),
        change(Action.ACTIVATE, OTHER, id="2"),
        change(Action.PAUSE, AD, id="3", after={"status": "PAUSED"}),
    ]
    found = approved(changes, lacking=("max_daily_budget",))
    assert [c.action for c in found.changes] == [Action.UPDATE, Action.PAUSE]
    assert done(found)[0][2] == ["name"]
    assert "max_daily_budget has no amount in SGD" in found.refusals[0].message


def test_what_a_campaign_may_not_do_does_not_count_against_its_account() -> None:
    typo, fine = budget(900000), budget(300, OTHER)
    made = [change(Action.CREATE, r.address, after=r.fields) for r in (typo, fine)]
    found = approved(made, resources=[typo, fine], max_daily_budget=500, max_account_daily_budget=500)
    assert names(found.refusals) == ["max_daily_budget"]
    assert [c.address for c in found.changes] == [OTHER]


def test_drift_whose_overwriting_is_held_back_is_kept() -> None:
    drift = Drift(CAMPAIGN, "name", "a", "b", id="1", reverted=True)
    undo = change(Action.UPDATE, id="1", before={"name": "b"}, after={"name": "a"})
    found = guard(plan([undo], refusals=(BAD,), drift=(drift,)), ground()).plan
    assert found.drift[0].reverted is False
    assert guard(plan([undo], drift=(drift,)), ground()).plan.drift[0].reverted is True


PROTECT = Lifecycle(protect=True)


def test_a_protected_campaign_keeps_running_and_nothing_rises_beside_it() -> None:
    kept = resource(schedule=Schedule("PAUSED"), lifecycle=PROTECT)
    changes = [
        change(Action.PAUSE, id="1", after={"status": "PAUSED"}),
        change(Action.PAUSE, AD, id="3", after={"status": "PAUSED"}),
        change(Action.ACTIVATE, OTHER, id="2"),
    ]
    found = approved(changes, resources=[kept, resource(AD)], objects={CAMPAIGN: live(status="ACTIVE")})
    assert found.changes == ()


def test_the_clock_pauses_in_a_protected_campaign() -> None:
    ended = resource(schedule=Schedule("PAUSED"), lifecycle=PROTECT)
    clock = change(Action.PAUSE, AD, id="3", after={"status": "PAUSED"}, timed=True)
    changes = [change(Action.PAUSE, id="1", after={"status": "PAUSED"}), clock]
    assert approved(changes, resources=[ended]).changes == (clock,)


PACKAGE = Path(guarding.__file__).parent


def test_every_refusal_has_a_line_that_says_what_it_holds_back() -> None:
    named = set()
    for path in (p for p in PACKAGE.rglob("*.py") if "sandbox" not in p.parts):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Refusal":
                named |= {a.value for a in node.args[:1] if isinstance(a, ast.Constant)}
    assert named <= set(HOLDS)
    assert {"max_daily_budget", "conflict", "protect"} <= named


# ---- the approval


def test_only_the_guard_can_approve_a_plan() -> None:
    with pytest.raises(TypeError, match="only the guard"):
        Approved("acme-sg", plan(), object())
    found = guard(plan(), ground())
    with pytest.raises((TypeError, ValueError)):
        replace(found, plan=plan([change(Action.CREATE)]))
    assert copy.copy(found) == found


def test_apply_takes_nothing_that_is_not_approved() -> None:
    with pytest.raises(TypeError, match="only what the guard has approved"):
        apply.apply(None, plan(), None)  # type: ignore[arg-type]

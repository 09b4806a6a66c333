from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from support.values import AD, AD_SET, CAMPAIGN, NOW, account, at, change, desired, plan, resource

from reconciler.guard import guard, held_whole, only_due
from reconciler.model import Action, Address, Change, Lifecycle, Plan, Refusal, Resource, Schedule, Spend

OTHER = Address.parse("acme-sg/other")


def refused(
    resources: Iterable[Resource] = (),
    changes: Iterable[Change] = (),
    *,
    managed: int = 0,
    now: datetime = NOW,
    spend: int = 0,
    **policies: Any,
) -> tuple[Refusal, ...]:
    proposed = plan(changes, spend={"acme-sg": Spend("SGD", 0, spend, 0, 0)})
    return guard(proposed, account(**policies), desired(resources, now, **policies), managed).refusals


def names(refusals: Iterable[Refusal]) -> list[str]:
    return [r.policy for r in refusals]


def budget(amount: int, address: Address = CAMPAIGN) -> Resource:
    return resource(address, {"name": "Spring", "daily_budget": amount})


# ---- money


@pytest.mark.parametrize(("amount", "found"), [(30000, []), (30001, ["max_daily_budget"])])
def test_a_campaigns_daily_budget_has_a_limit(amount: int, found: list[str]) -> None:
    assert names(refused([budget(amount)], max_daily_budget=30000)) == found


def test_ad_set_budgets_count_together_for_their_campaign() -> None:
    ad_sets = [budget(200, replace(AD_SET, ad_set=key)) for key in ("a", "b")]
    (refusal,) = refused([resource(), *ad_sets], max_daily_budget=399)
    assert refusal == Refusal("max_daily_budget", "acme-sg/spring", "4.00 SGD a day is over the limit of 3.99 SGD")


@pytest.mark.parametrize(("total", "found"), [(100, []), (101, ["max_account_daily_budget"])])
def test_an_accounts_daily_budgets_have_a_limit_together(total: int, found: list[str]) -> None:
    assert names(refused([resource()], spend=total, max_account_daily_budget=100)) == found


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
    return [change(Action.PAUSE, Address("acme-sg", f"c{i}"), removal=True) for i in range(count)]


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
    archived = [change(Action.ARCHIVE, Address("acme-sg", f"c{i}")) for i in range(10)]
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
    whole = guard(proposed, account(max_daily_budget=1), desired([budget(5)]), 0)
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
    return only_due(plan(changes, refusals=refusals))


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
    found = job([change(Action.CREATE, OTHER), due(AD, DAY)], *late)
    assert [c.address for c in found.changes] == [AD]
    assert found.refusals == (late[0],)


def test_a_late_pause_is_done_all_the_same() -> None:
    assert len(job([due(CAMPAIGN, 9 * DAY, Action.PAUSE)]).changes) == 1


def test_lateness_alone_leaves_the_rest_of_the_account_to_apply() -> None:
    late, other = Refusal("max_lateness", "acme-sg/spring", "x"), Refusal("empty", "acme-sg", "x")
    assert not held_whole(plan(refusals=(late,)))
    assert held_whole(plan(refusals=(late, other)))


def test_outside_the_window_the_job_pauses_but_does_not_activate() -> None:
    window = Refusal("activation_window", "acme-sg/spring", "x")
    found = job([due(CAMPAIGN, DAY), due(AD, DAY), due(OTHER, DAY), due(AD_SET, DAY, Action.PAUSE)], window)
    assert [(c.address, c.action) for c in found.changes] == [(OTHER, Action.ACTIVATE), (AD_SET, Action.PAUSE)]
    assert found.refusals == (window,)


def test_refusals_of_other_policies_do_not_stop_the_clock() -> None:
    found = job([due(CAMPAIGN, DAY)], Refusal("max_daily_budget", "acme-sg/spring", "x"))
    assert len(found.changes) == 1
    assert found.refusals == ()

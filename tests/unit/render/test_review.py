"""A plan as a reviewer needs it: plain data."""

from __future__ import annotations

from typing import Any

import pytest
from support.values import AD, AD_SET, CAMPAIGN, NOW, at, change, plan

from reconciler.model.address import Address
from reconciler.model.plan import Action, Basis, Change, Drift, Moment, Plan, Refusal, Spend
from reconciler.render.review import About, Danger, Review, review_of

MEDIA = f"spring/hero.mp4@sha256:{'a' * 64}"


def review(*changes: Change, **more: Any) -> Review:
    return review_of(plan(changes, **more), about=About(NOW))


def test_a_campaign_that_is_made_starts_at_its_time_and_what_follows_it_is_not_told_again() -> None:
    times = {"due": at("12-10 09:00"), "until": at("12-20 23:59")}
    found = review(*(change(Action.CREATE, a, after={"name": "Spring"}, **times) for a in (CAMPAIGN, AD_SET, AD)))
    assert [(s.address, s.name, s.at, s.until) for s in found.starts] == [(CAMPAIGN, "Spring", *times.values())]


def test_an_ad_set_that_starts_later_than_its_campaign_is_told_beside_it() -> None:
    found = review(
        change(Action.CREATE, CAMPAIGN, due=at("12-10 09:00")), change(Action.CREATE, AD_SET, due=at("12-12 09:00"))
    )
    assert [s.address for s in found.starts] == [CAMPAIGN, AD_SET]


def test_what_meta_reviews_before_the_launch_does_not_start_with_the_merge() -> None:
    found = review(
        change(Action.CREATE, CAMPAIGN, due=at("12-10 09:00")),
        change(Action.CREATE, AD_SET, due=at("12-10 09:00")),
        change(Action.ACTIVATE, AD_SET, after={"status": "ACTIVE"}),
    )
    assert [(s.address, s.at) for s in found.starts] == [(CAMPAIGN, at("12-10 09:00"))]


def test_what_would_have_ended_before_it_is_made_never_starts() -> None:
    made = change(Action.CREATE, CAMPAIGN, due=at("11-01 09:00"), until=at("12-01 09:00"))
    assert review(made).starts == ()


DANGERS = {
    "a raise": (change(Action.UPDATE, before={"daily_budget": 5000}, after={"daily_budget": 5500}), Danger.RAISES),
    "a longer run": (
        change(
            Action.UPDATE,
            AD_SET,
            before={"end_time": "2026-12-10T00:00:00+0800"},
            after={"end_time": "2026-12-20T00:00:00+0800"},
        ),
        Danger.RAISES,
    ),
    "a launch": (
        change(Action.ACTIVATE, before={"status": "PAUSED"}, consequences=("spends now",)),
        Danger.SPENDS_NOW,
    ),
    "learning": (
        change(Action.UPDATE, AD_SET, after={"targeting": {}}, consequences=("resets learning",)),
        Danger.RESETS,
    ),
    "a removal": (
        change(Action.PAUSE, before={"status": "ACTIVE"}, after={"status": "PAUSED"}, removal=True),
        Danger.STOPS,
    ),
    "an archive": (change(Action.ARCHIVE, consequences=("cannot be undone",)), Danger.NOT_UNDONE),
    "a replacement": (
        change(Action.REPLACE, consequences=("loses its history: a new object takes its place",)),
        Danger.NOT_UNDONE,
    ),
}


@pytest.mark.parametrize("name", DANGERS)
def test_what_wants_a_second_look_is_a_danger(name: str) -> None:
    made, danger = DANGERS[name]
    assert review(made).blocks[0].dangers == (danger,)


HARMLESS = {
    "a lower budget": change(Action.UPDATE, before={"daily_budget": 5000}, after={"daily_budget": 4000}),
    "a new campaign": change(Action.CREATE, after={"daily_budget": 5000}, due=at("12-10 09:00")),
    "an end that was declared": change(
        Action.PAUSE, before={"status": "ACTIVE"}, after={"status": "PAUSED"}, timed=True, due=at("12-05 09:00")
    ),
    "a new headline": change(Action.UPDATE, AD, before={"headline": "A"}, after={"headline": "B"}),
}


@pytest.mark.parametrize("name", HARMLESS)
def test_what_is_harmless_is_no_danger(name: str) -> None:
    assert review(HARMLESS[name]).blocks[0].dangers == ()


def test_drift_that_is_overwritten_is_a_danger_of_its_campaign() -> None:
    drift = Drift(CAMPAIGN, "daily_budget", 5000, 8000, reverted=True)
    made = change(Action.UPDATE, before={"daily_budget": 8000}, after={"daily_budget": 5000})
    assert review(made, drift=(drift,)).blocks[0].dangers == (Danger.OVERWRITES,)


def test_a_conflict_is_a_danger_of_what_else_its_campaign_changes() -> None:
    refusal = Refusal("conflict", str(AD_SET), "daily_budget was changed on both sides")
    made = change(Action.UPDATE, AD, before={"headline": "A"}, after={"headline": "B"})
    assert review(made, refusals=(refusal,)).blocks[0].dangers == (Danger.CONFLICT,)


def test_a_changed_field_has_what_is_and_what_will_be() -> None:
    before = {"targeting": {"age_min": 21, "geo_locations": {"countries": ["SG", "TH"]}}}
    after = {"targeting": {"age_min": 25, "geo_locations": {"countries": ["SG", "MY"]}}}
    row = review(change(Action.UPDATE, AD_SET, before=before, after=after)).blocks[0].parts[0].rows[0]
    assert [tuple(step) for step in row.steps] == [
        ("age_min", ("21",), ("25",)),
        ("countries", ("SG, TH",), ("SG, MY",)),
    ]


def test_copy_of_several_lines_is_told_line_by_line() -> None:
    made = change(Action.CREATE, AD, after={"primary_text": "One\nTwo"})
    assert review(made).blocks[0].parts[0].rows[0].lines == ('"One', 'Two"')


def test_media_have_the_address_of_their_file() -> None:
    about = About(NOW, media_url=lambda path: f"https://example.com/{path}")
    made = plan([change(Action.CREATE, AD, after={"video": MEDIA})])
    media = review_of(made, about=about).blocks[0].media
    assert media == {"spring/hero.mp4": "https://example.com/creatives/spring/hero.mp4"}


def test_campaigns_that_are_alike_are_one_block_and_each_of_them_starts() -> None:
    roots = [Address.parse(f"acme-sg/c{n}") for n in range(4)]
    after = {"objective": "OUTCOME_SALES", "daily_budget": 5000, "special": 1}
    made = [
        change(Action.CREATE, root, after={"name": f"C{n}", **after}, due=at("12-10 09:00"))
        for n, root in enumerate(roots)
    ]
    found = review(*made)
    assert [block.roots for block in found.blocks] == [tuple(roots)]
    assert (len(found.starts), found.blocks[0].counts["create"]) == (4, 4)


def test_each_account_has_its_counts_its_spend_and_its_total() -> None:
    spend = Spend("SGD", 0, 0, 1000, 3000, (Moment(at("12-06 10:00"), 0),))
    row = review(change(Action.CREATE), spend={"acme-sg": spend}).accounts[0]
    assert (row.counts["create"], row.spend, row.total and row.total.amount) == (1, spend, 3000)


def test_an_account_that_failed_has_a_row_that_says_so() -> None:
    found = review(failures={"acme-my": "Meta does not answer"}, accounts={"acme-sg": Basis("act_1", "")})
    assert [(row.account, row.failure, row.spend is None) for row in found.accounts] == [
        ("acme-my", "Meta does not answer", True),
        ("acme-sg", "", False),
    ]


def test_accounts_of_one_currency_have_a_total_together() -> None:
    spend = Spend("SGD", 0, 0, 1000, 1000)
    both = plan(spend={"acme-sg": spend, "acme-b": spend, "acme-my": Spend("MYR", 0, 0, 0, 0)})
    assert [(row.currency, row.spend.active_after) for row in review_of(both, about=About(NOW)).currencies] == [
        ("SGD", 2000)
    ]


def test_the_digest_is_the_plan_s_unless_it_is_given() -> None:
    made: Plan = plan([change(Action.CREATE)])
    assert review_of(made, about=About(NOW)).digest == made.digest
    assert review_of(made, about=About(NOW, digest="f" * 64)).digest == "f" * 64

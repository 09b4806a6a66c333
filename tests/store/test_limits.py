from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from reconciler.model.limits import LONGEST, Limit, Spent
from reconciler.store.opening import Store
from store.clock import NOW, Time
from store.implementations import Implementation

WHOLE, INSIGHTS = Limit("acme-sg"), Limit("acme-sg", "ads_insights")
OTHERS = (INSIGHTS, Limit("acme-sg", "ads_management"), Limit("acme-my"), Limit("app:TOKEN"), Limit("page:acme-sg"))
SPENT = Spent(((NOW - timedelta(seconds=9), 3), (NOW, 1)), "development_access")
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def test_of_what_was_never_kept_nothing_is_known(store: Store) -> None:
    assert (store.limits.spent(WHOLE), store.limits.blocked_until(WHOLE)) == (Spent(), None)


def test_what_is_kept_of_one_limit_is_read_by_the_next_run_and_says_nothing_of_another(
    store: Store, later: Store
) -> None:
    store.limits.keep_spent(WHOLE, Spent())
    store.limits.keep_spent(WHOLE, SPENT)
    store.limits.block(WHOLE, NOW + HOUR)
    assert (later.limits.spent(WHOLE), later.limits.blocked_until(WHOLE)) == (SPENT, NOW + HOUR)
    for limit in OTHERS:
        assert (later.limits.spent(limit), later.limits.blocked_until(limit)) == (Spent(), None)


@pytest.mark.parametrize("limit", [WHOLE, *OTHERS])
def test_the_longer_block_stands_whoever_keeps_it(limit: Limit, store: Store, later: Store) -> None:
    assert store.limits.block(limit, NOW + HOUR) == NOW + HOUR
    assert later.limits.block(limit, NOW + MINUTE) == NOW + HOUR
    assert later.limits.block(limit, NOW + 2 * HOUR) == NOW + 2 * HOUR
    assert store.limits.blocked_until(limit) == NOW + 2 * HOUR


def test_what_cannot_be_read_is_as_if_it_had_never_been_kept(store: Store, later: Store, kind: Implementation) -> None:
    store.limits.keep_spent(WHOLE, SPENT)
    store.limits.block(WHOLE, NOW + HOUR)
    kind.spoil_limits()
    assert (later.limits.spent(WHOLE), later.limits.blocked_until(WHOLE)) == (Spent(), None)


def test_no_moment_of_a_clock_that_ran_ahead_is_believed(store: Store, later: Store, time: Time) -> None:
    store.limits.keep_spent(WHOLE, SPENT)
    store.limits.block(WHOLE, NOW + MINUTE)
    time.pass_by(-HOUR)
    assert later.limits.spent(WHOLE).points == ()
    assert later.limits.blocked_until(WHOLE) is None


def test_no_block_lasts_longer_than_any_does(store: Store, later: Store) -> None:
    store.limits.block(WHOLE, NOW + LONGEST + HOUR)
    assert later.limits.blocked_until(WHOLE) is None


def test_the_end_of_a_block_may_have_passed(store: Store, later: Store, time: Time) -> None:
    store.limits.block(WHOLE, NOW + MINUTE)
    time.pass_by(HOUR)
    until = later.limits.blocked_until(WHOLE)
    assert isinstance(until, datetime) and until < time.now

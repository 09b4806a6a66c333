from __future__ import annotations

from datetime import timedelta

import pytest

from reconciler.model.errors import LockedError, UsageError
from reconciler.store.opening import Store
from store.clock import Time


def test_the_second_is_told_who_holds_it_since_when_and_how_to_get_past_it(
    store: Store, later: Store, time: Time
) -> None:
    held = store.leases.acquire("acme")
    time.pass_by(timedelta(minutes=5))
    with pytest.raises(LockedError) as refused:
        later.leases.acquire("acme")
    assert held.holder.owner in str(refused.value) and "(5 min 0 s)" in str(refused.value)
    assert f"reconciler force-unlock {held.holder.id}" in str(refused.value)
    held.check()


def test_accounts_are_held_apart_and_are_free_after_release(store: Store, later: Store) -> None:
    first, other = store.leases.acquire("acme"), later.leases.acquire("other")
    first.release()
    first.release()
    again = later.leases.acquire("acme")
    again.check()
    other.check()
    assert again.holder.id != first.holder.id


def test_who_takes_over_knows_whom_from_and_when_that_run_has_let_go(store: Store, later: Store) -> None:
    hanging = store.leases.acquire("acme")
    lease, (ousted,) = later.leases.take_over("acme")
    assert ousted.holder == hanging.holder
    lease.check()
    assert not ousted.over()
    hanging.release()
    assert ousted.over()
    lease.check()


def test_a_lease_that_nobody_holds_is_taken_from_nobody(store: Store, later: Store) -> None:
    store.leases.acquire("acme").release()
    lease, ousted = later.leases.take_over("acme")
    assert list(ousted) == []
    lease.check()


def test_a_lease_that_was_taken_away_never_passes_the_fence_again(store: Store, later: Store) -> None:
    hanging = store.leases.acquire("acme")
    second, _ = later.leases.take_over("acme")
    second.release()
    for _ in range(2):
        with pytest.raises(LockedError):
            hanging.check()
    third = later.leases.acquire("acme")
    hanging.release()
    third.check()


def test_a_lease_is_freed_by_its_id_and_by_no_other(store: Store, later: Store) -> None:
    held = store.leases.acquire("acme")
    with pytest.raises(UsageError):
        later.leases.force_unlock("00000000x")
    held.check()
    assert later.leases.force_unlock(held.holder.id) == held.holder
    with pytest.raises(LockedError):
        held.check()
    later.leases.acquire("acme").check()


def test_the_id_of_a_run_that_has_ended_frees_nothing(store: Store, later: Store) -> None:
    ended = store.leases.acquire("acme")
    ended.release()
    assert later.leases.force_unlock(ended.holder.id) is None

from __future__ import annotations

from datetime import UTC, timedelta

import pytest
from support.values import AD, AD_SET, CAMPAIGN, record

from reconciler.model.account import Account
from reconciler.model.address import Address
from reconciler.model.errors import LockedError, StateError
from reconciler.model.problem import Origin
from reconciler.store.opening import Store, may_run, renamed_account
from reconciler.store.records import Records
from store.clock import NOW, Time
from store.implementations import Implementation

OTHER = Address.parse("acme-sg/winter")
BUYERS = Address.parse("acme-sg/audience:buyers")
A, B, C = record(id="1"), record(id="2"), record(id="3")


def records(store: Store) -> Records:
    return store.records("acme-sg", "act_1", "SGD")


def test_nothing_is_remembered_of_an_account_that_nobody_has_worked_on(store: Store) -> None:
    assert (records(store).all(), records(store).get(CAMPAIGN)) == ({}, None)
    assert (store.recorded_accounts(), store.account_id_of("acme-sg")) == ([], "")


def test_what_is_put_is_there_for_whoever_opens_the_records_next(store: Store, later: Store) -> None:
    mine = records(store)
    mine.put(CAMPAIGN, A)
    mine.put_all({AD_SET: B, AD: C, BUYERS: A})
    expected = {CAMPAIGN: A, AD_SET: B, AD: C, BUYERS: A}
    assert mine.all() == records(later).all() == expected
    assert records(later).get(AD) == C


def test_a_later_record_takes_the_place_of_the_former_one(store: Store, later: Store) -> None:
    records(store).put(CAMPAIGN, A)
    records(store).put(CAMPAIGN, B)
    assert records(later).all() == {CAMPAIGN: B}


def test_what_is_changed_together_is_kept_when_that_ends(store: Store, later: Store) -> None:
    mine = records(store)
    mine.put(OTHER, A)
    with mine.together():
        mine.put(CAMPAIGN, A)
        mine.put_all({AD_SET: B, CAMPAIGN: C})
        mine.remove(OTHER)
        assert mine.get(CAMPAIGN) == C
    assert mine.all() == records(later).all() == {CAMPAIGN: C, AD_SET: B}


def test_what_was_changed_together_before_an_error_is_kept(store: Store, later: Store) -> None:
    mine = records(store)
    with pytest.raises(KeyError), mine.together():
        mine.put(CAMPAIGN, A)
        raise KeyError
    mine.put(AD_SET, B)
    assert records(later).all() == {CAMPAIGN: A, AD_SET: B}


def test_nothing_is_changed_together_by_a_run_that_has_lost_its_lease(store: Store, later: Store) -> None:
    mine = records(store)
    mine.fence = _lost
    with pytest.raises(LockedError), mine.together():
        mine.put(CAMPAIGN, A)
    assert records(later).all() == {}


def _lost() -> None:
    raise LockedError("the lock was taken away")


def test_a_checkpoint_changes_nothing_and_what_comes_after_it_is_kept(store: Store, later: Store) -> None:
    mine = records(store)
    mine.put_all({CAMPAIGN: A, AD_SET: B, OTHER: C})
    mine.remove(OTHER)
    mine.checkpoint()
    assert mine.all() == records(later).all() == {CAMPAIGN: A, AD_SET: B}
    mine.checkpoint()
    mine.put(AD, C)
    assert mine.all() == records(later).all() == {CAMPAIGN: A, AD_SET: B, AD: C}


def test_what_a_checkpoint_is_given_is_kept_with_the_rest(store: Store, later: Store) -> None:
    mine = records(store)
    mine.put_all({CAMPAIGN: A, AD_SET: A})
    mine.checkpoint({AD_SET: B, OTHER: C})
    assert mine.all() == records(later).all() == {CAMPAIGN: A, AD_SET: B, OTHER: C}
    mine.checkpoint({OTHER: A})
    assert records(later).all() == {CAMPAIGN: A, AD_SET: B, OTHER: A}


def test_what_a_killed_run_has_left_is_kept_beside_what_the_next_one_puts(store: Store, later: Store) -> None:
    records(store).put_all({CAMPAIGN: A, AD_SET: A})
    following = records(later)
    following.put(AD_SET, B)
    following.checkpoint()
    assert records(store).all() == {CAMPAIGN: A, AD_SET: B}
    assert (later.recorded_accounts(), later.account_id_of("acme-sg")) == (["acme-sg"], "act_1")
    with pytest.raises(StateError):
        later.records("acme-sg", "act_1", "MYR")


def test_what_is_removed_is_gone_and_what_is_not_there_can_be_removed(store: Store, later: Store) -> None:
    mine = records(store)
    mine.put_all({CAMPAIGN: A, AD_SET: B, OTHER: C})
    mine.remove(AD_SET)
    mine.remove(OTHER)
    mine.remove(OTHER)
    assert mine.all() == records(later).all() == {CAMPAIGN: A}


def test_a_move_keeps_the_record_and_one_of_nothing_does_nothing(store: Store, later: Store) -> None:
    mine = records(store)
    mine.put(CAMPAIGN, A)
    mine.move(CAMPAIGN, OTHER)
    mine.move(AD_SET, AD)
    assert mine.all() == records(later).all() == {OTHER: A}


def test_what_is_done_with_the_copy_is_not_done_to_the_records(store: Store) -> None:
    mine = records(store)
    mine.put(CAMPAIGN, A)
    mine.all().clear()
    assert mine.all() == {CAMPAIGN: A}


def test_records_answer_as_they_were_opened(store: Store, later: Store) -> None:
    opened = records(store)
    records(later).put(CAMPAIGN, A)
    assert opened.all() == {}


def test_accounts_are_kept_apart(store: Store, later: Store) -> None:
    at_home = Address.parse("acme-my/spring")
    records(store).put(CAMPAIGN, A)
    store.records("acme-my", "act_2", "MYR").put(at_home, B)
    assert records(later).all() == {CAMPAIGN: A}
    assert later.records("acme-my", "act_2", "MYR").all() == {at_home: B}
    assert later.recorded_accounts() == ["acme-my", "acme-sg"]
    assert [later.account_id_of(key) for key in later.recorded_accounts()] == ["act_2", "act_1"]


# ---- the fence, and the time


def test_a_run_that_has_lost_the_right_to_write_changes_nothing(store: Store, later: Store) -> None:
    mine = records(store)
    mine.put(CAMPAIGN, A)

    def fence() -> None:
        raise LockedError("taken away")

    mine.fence = fence
    for change in (
        lambda: mine.put(CAMPAIGN, B),
        lambda: mine.put_all({AD: C}),
        lambda: mine.checkpoint({AD: C}),
        lambda: mine.remove(CAMPAIGN),
        lambda: mine.move(CAMPAIGN, OTHER),
    ):
        with pytest.raises(LockedError):
            change()
    assert mine.all() == records(later).all() == {CAMPAIGN: A}


def test_a_record_has_the_time_of_its_last_change_and_neither_of_a_repetition_nor_of_a_move(
    store: Store, later: Store, time: Time
) -> None:
    mine = records(store)
    mine.now = lambda: time.now
    mine.put(CAMPAIGN, A)
    first = mine.all()[CAMPAIGN].as_of
    time.pass_by(timedelta(hours=1))
    mine.put(CAMPAIGN, A)
    mine.move(CAMPAIGN, OTHER)
    assert first == NOW.astimezone(UTC).isoformat()
    assert records(later).all()[OTHER].as_of == first
    mine.put(OTHER, B)
    assert records(later).all()[OTHER].as_of > first


def test_the_time_of_a_record_never_goes_back_whatever_an_old_reply_says(store: Store, time: Time) -> None:
    mine = records(store)
    mine.now = lambda: time.now
    mine.put(CAMPAIGN, A)
    known = mine.all()[CAMPAIGN].as_of
    mine.now = lambda: time.now - timedelta(hours=3)
    mine.put(CAMPAIGN, B)
    assert mine.all()[CAMPAIGN].as_of == known


# ---- what cannot be believed


def test_what_cannot_be_read_is_never_empty(store: Store, kind: Implementation, later: Store) -> None:
    records(store).put(CAMPAIGN, A)
    kind.spoil_records("acme-sg")
    with pytest.raises(StateError):
        records(later)
    with pytest.raises(StateError):
        later.records("acme-my", former=["acme-sg"])
    assert later.recorded_accounts() == ["acme-sg"]
    assert may_run(later, "acme-sg")


@pytest.mark.parametrize(("account_id", "currency"), [("act_2", "SGD"), ("act_1", "MYR")])
def test_records_of_another_account_or_currency_are_refused(
    account_id: str, currency: str, store: Store, later: Store
) -> None:
    records(store).put(CAMPAIGN, A)
    with pytest.raises(StateError):
        later.records("acme-sg", account_id, currency)
    assert later.records("acme-sg").all() == {CAMPAIGN: A}


def test_what_former_keys_of_an_account_remember_is_read_and_moves_over(store: Store, later: Store) -> None:
    new = Address.parse("acme/spring")
    records(store).put(CAMPAIGN, A)
    assert renamed_account(store, Account("acme", "act_1", "SGD", Origin("x.yaml")), ["acme"]) == "acme-sg"
    mine = store.records("acme", "act_1", "SGD", ["acme-sg"])
    assert mine.all() == {CAMPAIGN: A}
    mine.move(CAMPAIGN, new)
    mine.checkpoint()
    assert later.records("acme", "act_1").all() == {new: A}
    assert later.recorded_accounts() == ["acme"]


@pytest.mark.parametrize(
    ("status", "removed", "on"), [("ACTIVE", False, True), ("PAUSED", False, False), ("ACTIVE", True, False)]
)
def test_an_account_may_run_while_a_campaign_was_on_when_it_was_last_seen(
    status: str, removed: bool, on: bool, store: Store, later: Store
) -> None:
    records(store).put(CAMPAIGN, record(status=status, removed=removed))
    assert may_run(later, "acme-sg") is on


# ---- crashes

BEFORE = {CAMPAIGN: A, AD_SET: A, OTHER: A}
AFTER = {CAMPAIGN: B, AD: B, OTHER: B}


def before(store: Store) -> None:
    records(store).put_all(BEFORE)


def test_a_crash_leaves_each_record_as_it_was_or_as_it_was_to_be(kind: Implementation, time: Time) -> None:
    ends = []
    for left in kind.crashes(before, lambda store: records(store).put_all(AFTER), time.clock):
        found = records(left).all()
        for address in {*BEFORE, *AFTER}:
            assert found.get(address) in (BEFORE.get(address), AFTER.get(address, A))
        ends.append(found)
    assert ends[-1] == {**BEFORE, **AFTER}


def test_a_crash_within_a_removal_removes_nothing_else(kind: Implementation, time: Time) -> None:
    for left in kind.crashes(before, lambda store: records(store).remove(OTHER), time.clock):
        found = records(left).all()
        found.pop(OTHER, None)
        assert found == {CAMPAIGN: A, AD_SET: A}


def test_a_crash_within_a_move_never_loses_the_record(kind: Implementation, time: Time) -> None:
    new = Address.parse("acme-sg/autumn")
    for left in kind.crashes(before, lambda store: records(store).move(OTHER, new), time.clock):
        found = records(left).all()
        assert A in (found.get(OTHER), found.get(new))


def changed(store: Store) -> Records:
    mine = records(store)
    mine.put_all(AFTER)
    mine.remove(AD_SET)
    return mine


def test_a_crash_within_a_checkpoint_loses_nothing(kind: Implementation, time: Time) -> None:
    for left in kind.crashes(changed, lambda store: records(store).checkpoint(), time.clock):
        assert records(left).all() == AFTER


def test_a_crash_within_a_checkpoint_leaves_each_that_it_was_given_as_it_was_or_was_to_be(
    kind: Implementation, time: Time
) -> None:
    ends = []
    for left in kind.crashes(
        changed, lambda store: records(store).checkpoint({AD: C, OTHER: C, AD_SET: C}), time.clock
    ):
        found = records(left).all()
        assert found[CAMPAIGN] == B
        assert found[AD] in (B, C)
        assert found[OTHER] in (B, C)
        assert found.get(AD_SET, C) == C
        ends.append(found)
    assert ends[-1] == {CAMPAIGN: B, AD: C, OTHER: C, AD_SET: C}


def test_a_crash_after_what_a_killed_run_has_left_loses_nothing_of_it(kind: Implementation, time: Time) -> None:
    for left in kind.crashes(changed, lambda store: records(store).put(OTHER, C), time.clock):
        found = records(left).all()
        assert found.pop(OTHER) in (B, C)
        assert found == {CAMPAIGN: B, AD: B}


def test_what_has_returned_survives_any_crash_after_it(kind: Implementation, time: Time) -> None:
    returned: list[int] = []

    def step(store: Store) -> None:
        returned.clear()
        mine = records(store)
        for number in (1, 2, 3):
            mine.put(CAMPAIGN, record(id=str(number)))
            returned.append(number)

    for left in kind.crashes(lambda store: None, step, time.clock):
        found = records(left).get(CAMPAIGN)
        assert int(found.id if found else "0") >= max(returned, default=0)

from __future__ import annotations

import pytest

from reconciler.store.opening import Store
from store.clock import Time
from store.implementations import Implementation

OLD, NEW = "old\n", "new and longer: Frühling\n"


def test_a_plan_is_read_as_it_was_written(store: Store, later: Store, kind: Implementation) -> None:
    for text in (OLD, NEW):
        store.plans.write(kind.plan_name(), text)
        assert later.plans.read(kind.plan_name()) == text


def test_a_plan_that_nobody_has_written_is_not_empty(store: Store, kind: Implementation) -> None:
    with pytest.raises(FileNotFoundError):
        store.plans.read(kind.plan_name())


def test_a_crash_leaves_the_old_plan_or_the_whole_new_one(kind: Implementation, time: Time) -> None:
    name = kind.plan_name()
    found = [
        left.plans.read(name)
        for left in kind.crashes(
            lambda store: store.plans.write(name, OLD), lambda store: store.plans.write(name, NEW), time.clock
        )
    ]
    assert set(found) <= {OLD, NEW} and found[-1] == NEW

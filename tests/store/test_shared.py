"""What several working copies remember together, asked of each implementation."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from support.remote import BRANCH, git
from support.values import AD, AD_SET, CAMPAIGN, record

from reconciler.model.address import Address
from reconciler.model.errors import StateError, UnsharedState
from reconciler.store.git.branch import GitBranch
from reconciler.store.git.command import Git
from reconciler.store.git.place import Place
from reconciler.store.opening import Store, open_store
from reconciler.store.records import Records
from reconciler.store.runs import Run
from reconciler.store.shared import SharedState
from reconciler.system.clock import SYSTEM, Clock
from store.memory import MemoryStore
from store.shared_memory import Clone, Common, MemoryShared

OTHER = Address.parse("acme-sg/winter")
EARLY, LATE = "2026-11-21T02:00:00+00:00", "2026-11-21T03:00:00+00:00"
A, B, C = record(id="1"), record(id="2"), record(id="3")
RUN = Run("a", "b", "0.1.0", {}, datetime(2026, 12, 1, tzinfo=UTC))


class Copy:
    """One working copy, as one process has it open."""

    def __init__(self, store: Store, shared: SharedState) -> None:
        self.store, self.shared = store, shared

    @property
    def records(self) -> Records:
        return self.store.records("acme-sg", "act_1", "SGD")

    def begins(self) -> Records:
        self.shared.fetch()
        self.shared.bring_in("acme-sg")
        return self.records

    def ends(self) -> bool:
        return self.shared.publish(["acme-sg"], "Record what was applied: acme-sg")


class Everybody(ABC):
    """All working copies, and what they share."""

    @abstractmethod
    def opened(self, name: str) -> Copy:
        """The working copy of that name, as another process opens it."""

    @abstractmethod
    def goes_away(self) -> None: ...

    @abstractmethod
    def comes_back(self) -> None: ...

    @abstractmethod
    def refuses(self, *, whether: bool) -> None: ...

    @abstractmethod
    def is_deleted(self) -> None: ...

    @abstractmethod
    def is_put_back(self) -> None:
        """To what it was when it was published first, as if the rest had never been."""

    @abstractmethod
    def is_spoilt(self) -> None:
        """What is shared of the account cannot be believed."""


class ByGit(Everybody):
    def __init__(self, folder: Path) -> None:
        self._folder, self._path = folder, folder / "remote.git"
        git(folder, "init", "-q", "--bare", str(self._path))

    def opened(self, name: str) -> Copy:
        root = self._folder / name
        if not root.exists():
            git(self._folder, "clone", "-q", self._path.as_uri(), name)
        place = Place(Git(root), "", root / ".git", "origin")
        still = Clock(SYSTEM.now, lambda seconds: None)
        return Copy(open_store(root), GitBranch(root, place, BRANCH, still))

    def goes_away(self) -> None:
        self._path.rename(self._folder / "away.git")

    def comes_back(self) -> None:
        (self._folder / "away.git").rename(self._path)

    def refuses(self, *, whether: bool) -> None:
        hook = self._path / "hooks" / "pre-receive"
        hook.write_text(f"#!/bin/sh\nexit {int(whether)}\n")
        hook.chmod(0o755)

    def is_deleted(self) -> None:
        git(self._path, "update-ref", "-d", f"refs/heads/{BRANCH}")

    def is_put_back(self) -> None:
        first = git(self._path, "rev-list", "--max-parents=0", BRANCH)
        again = git(self._path, "commit-tree", f"{first}^{{tree}}", "-m", "Put back")
        git(self._path, "update-ref", f"refs/heads/{BRANCH}", again)

    def is_spoilt(self) -> None:
        other = self.opened("spoiling")
        other.begins()
        for path in (self._folder / "spoiling" / "state" / "acme-sg").glob("*.json"):
            path.write_text("{")
        other.ends()


class InMemory(Everybody):
    def __init__(self, folder: Path) -> None:
        self._common, self._clones = Common(), dict[str, Clone]()
        self._first: object = None

    def opened(self, name: str) -> Copy:
        clone = self._clones.setdefault(name, Clone())
        return Copy(MemoryStore(clone.kept, SYSTEM), MemoryShared(self._common, clone))

    def goes_away(self) -> None:
        self._common.reachable = False

    def comes_back(self) -> None:
        self._common.reachable = True

    def refuses(self, *, whether: bool) -> None:
        self._common.refuses = whether

    def is_deleted(self) -> None:
        self._common.accounts, self._common.version = None, self._common.version + 1

    def is_put_back(self) -> None:
        assert self._common.accounts is not None
        content = self._common.accounts["acme-sg"]
        self._common.accounts = {"acme-sg": replace(content, records={CAMPAIGN: A})}
        self._common.version, self._common.line = self._common.version + 1, self._common.line + 1

    def is_spoilt(self) -> None:
        assert self._common.accounts is not None
        self._common.accounts["acme-sg"] = replace(self._common.accounts["acme-sg"], spoilt=True)
        self._common.version += 1


ALL: dict[str, Callable[[Path], Everybody]] = {"git": ByGit, "memory": InMemory}


@pytest.fixture(params=ALL)
def everybody(request: pytest.FixtureRequest, tmp_path: Path) -> Everybody:
    return ALL[request.param](tmp_path)


@pytest.fixture
def one(everybody: Everybody) -> Copy:
    """Has published a first record."""
    copy = everybody.opened("one")
    copy.begins().put(CAMPAIGN, A)
    assert copy.ends()
    return copy


@pytest.fixture
def two(everybody: Everybody, one: Copy) -> Copy:
    """Has brought in what `one` has published."""
    copy = everybody.opened("two")
    assert copy.begins().all() == {CAMPAIGN: A}
    return copy


def test_what_nobody_has_published_is_nothing(everybody: Everybody) -> None:
    copy = everybody.opened("one")
    assert copy.begins().all() == {}
    assert (copy.shared.accounts(), copy.shared.standing().published, copy.ends()) == ([], "", False)


def test_what_one_publishes_the_others_bring_in(one: Copy, two: Copy) -> None:
    assert two.shared.accounts() == ["acme-sg"]
    assert (two.store.recorded_accounts(), two.store.account_id_of("acme-sg")) == (["acme-sg"], "act_1")


def test_what_was_published_is_not_published_again(everybody: Everybody, one: Copy, two: Copy) -> None:
    assert not one.ends() and not two.ends()
    everybody.refuses(whether=True)
    one.begins().put(CAMPAIGN, A)
    assert not one.ends()


def test_what_would_change_here_is_known_before_it_is_brought_in(one: Copy, two: Copy) -> None:
    one.records.put(AD, B)
    one.ends()
    two.shared.fetch()
    assert two.shared.differing(["acme-sg", "acme-my"]) == {"acme-sg"}
    assert two.begins().all() == {CAMPAIGN: A, AD: B}
    assert two.shared.differing(["acme-sg"]) == set()


def test_of_an_account_that_is_unknown_here_the_last_run_is_known_before_it_is_brought_in(
    everybody: Everybody, one: Copy
) -> None:
    one.store.runs.put("acme-sg", RUN)
    one.ends()
    fresh = everybody.opened("fresh")
    fresh.shared.fetch()
    assert fresh.shared.published_runs(["acme-sg", "acme-my"]) == {"acme-sg": RUN, "acme-my": None}
    assert (fresh.records.all(), fresh.store.runs.get("acme-sg")) == ({}, None)
    fresh.begins()
    assert "acme-sg" not in fresh.shared.published_runs(["acme-sg", "acme-my"])


def test_many_accounts_are_brought_in_together_and_one_that_cannot_be_stops_no_other(
    everybody: Everybody, one: Copy
) -> None:
    one.store.records("acme-my", "act_2", "MYR").put(Address.parse("acme-my/spring"), B)
    one.shared.publish(["acme-my"], "Record what was applied: acme-my")
    everybody.is_spoilt()
    fresh = everybody.opened("fresh")
    fresh.store.records("acme-sg", "act_1", "SGD").put(OTHER, C)
    fresh.store.records("acme-sg", "act_1", "SGD").put(CAMPAIGN, B)
    fresh.shared.fetch()
    asked = ["acme-sg", "acme-my"]
    assert fresh.shared.differing(asked) == set(asked)
    assert list(fresh.shared.bring_in_all(asked)) == ["acme-sg"]
    assert fresh.store.records("acme-my", "act_2", "MYR").all() == {Address.parse("acme-my/spring"): B}


def test_what_two_publish_at_once_is_known_together(one: Copy, two: Copy, everybody: Everybody) -> None:
    one.records.put_all({AD_SET: B, OTHER: C})
    two.records.put(AD, C)
    assert one.ends() and two.ends()
    together = {CAMPAIGN: A, AD_SET: B, AD: C, OTHER: C}
    assert two.records.all() == everybody.opened("three").begins().all() == one.begins().all() == together


def test_a_run_that_is_doubted_does_not_come_back_with_the_next_push(
    one: Copy, two: Copy, everybody: Everybody
) -> None:
    """Neither knows what the other has made, so what a run has said of it is believed by nobody."""
    two.records.put(AD, C)
    one.begins().put(AD_SET, B)
    one.store.runs.put("acme-sg", RUN)
    assert one.ends()
    two.begins()
    assert everybody.opened("two").ends()
    fresh = everybody.opened("fresh")
    fresh.shared.fetch()
    assert fresh.shared.published_runs(["acme-sg"]) == {"acme-sg": None}
    fresh.begins()
    assert fresh.store.runs.get("acme-sg") is None


def test_of_two_changes_of_one_record_the_later_stands_and_no_intent_is_lost(one: Copy, two: Copy) -> None:
    sent = {"status": {"at": EARLY, "former": "PAUSED", "known": 0, "value": "ACTIVE"}}
    one.records.put(CAMPAIGN, replace(A, in_flight=sent, as_of=EARLY))
    two.records.put(CAMPAIGN, replace(A, applied={"daily_budget": 6000}, as_of=LATE))
    two.ends()
    one.ends()
    found = one.records.get(CAMPAIGN)
    assert found is not None and (found.applied, found.in_flight) == ({"daily_budget": 6000}, sent)
    assert two.begins().get(CAMPAIGN) == found


def test_what_one_removes_is_removed_for_the_others(one: Copy, two: Copy) -> None:
    one.begins().put_all({AD: B, OTHER: C})
    one.ends()
    two.begins()
    mine = one.begins()
    mine.remove(OTHER)
    mine.remove(AD)
    assert one.ends()
    assert two.begins().all() == {CAMPAIGN: A}


def test_what_was_removed_stays_so_where_more_is_brought_in_before_it_is_published(one: Copy, two: Copy) -> None:
    one.begins().put_all({AD: B, OTHER: C})
    one.ends()
    two.begins().remove(OTHER)
    one.begins().put(AD, replace(B, status="ACTIVE", as_of=LATE))
    one.ends()
    assert two.begins().all() == {CAMPAIGN: A, AD: replace(B, status="ACTIVE", as_of=LATE)}
    assert two.ends()
    assert OTHER not in one.begins().all()
    assert OTHER not in two.begins().all()


def test_what_is_missing_without_having_been_removed_comes_back(everybody: Everybody, one: Copy) -> None:
    one.store.discard("acme-sg")
    assert everybody.opened("one").begins().all() == {CAMPAIGN: A}


def test_what_a_killed_run_has_not_published_is_taken_along_by_the_next(everybody: Everybody, one: Copy) -> None:
    one.begins().put(AD, B)
    again = everybody.opened("one")
    assert again.begins().all() == {CAMPAIGN: A, AD: B}
    assert again.shared.standing().unpublished == ("acme-sg",)
    assert again.ends()
    assert everybody.opened("two").begins().all() == {CAMPAIGN: A, AD: B}


def test_out_of_reach_nothing_is_lost_and_later_all_is_published(everybody: Everybody, one: Copy) -> None:
    everybody.goes_away()
    with pytest.raises(UnsharedState, match="mend: "):
        one.shared.fetch()
    with pytest.raises(UnsharedState, match="mend: "):
        one.shared.check_publishing()
    one.records.put(AD, B)
    with pytest.raises(UnsharedState, match="mend: "):
        one.ends()
    assert one.records.all() == {CAMPAIGN: A, AD: B}
    everybody.comes_back()
    one.shared.check_publishing()
    assert one.ends()
    assert everybody.opened("two").begins().all() == {CAMPAIGN: A, AD: B}


def test_what_is_refused_is_published_once_it_may_be(everybody: Everybody, one: Copy, two: Copy) -> None:
    everybody.refuses(whether=True)
    one.records.put(AD, B)
    with pytest.raises(UnsharedState, match="mend: "):
        one.ends()
    everybody.refuses(whether=False)
    again = everybody.opened("one")
    again.begins()
    assert again.ends()
    assert two.begins().all() == {CAMPAIGN: A, AD: B}


def test_what_was_deleted_is_made_anew_and_that_is_said(everybody: Everybody, one: Copy) -> None:
    everybody.is_deleted()
    one.begins()
    assert "is gone" in one.shared.told.lines[0]
    assert one.ends()
    assert everybody.opened("two").begins().all() == {CAMPAIGN: A}


def test_what_was_thrown_away_there_and_is_known_here_is_merged_in_and_that_is_said(
    everybody: Everybody, one: Copy
) -> None:
    one.begins().put_all({AD: B, OTHER: C})
    one.ends()
    everybody.is_put_back()
    assert one.begins().all() == {CAMPAIGN: A, AD: B, OTHER: C}
    assert "rewritten" in one.shared.told.lines[0]
    assert one.ends()
    assert everybody.opened("two").begins().all() == {CAMPAIGN: A, AD: B, OTHER: C}


def test_what_cannot_be_believed_is_told_and_never_taken_for_nothing(everybody: Everybody, two: Copy) -> None:
    everybody.is_spoilt()
    with pytest.raises(StateError, match="mend: "):
        two.begins()


def test_what_cannot_be_believed_is_replaced_by_what_is_found_here(everybody: Everybody, one: Copy, two: Copy) -> None:
    everybody.is_spoilt()
    two.shared.fetch()
    two.shared.take_ours("acme-sg")
    two.store.discard("acme-sg")
    two.records.put(AD, B)
    assert two.ends()
    assert everybody.opened("three").begins().all() == {AD: B}


def test_records_of_two_ad_accounts_are_not_merged(one: Copy, two: Copy) -> None:
    two.store.discard("acme-sg")
    two.store.records("acme-sg", "act_2", "SGD").put(CAMPAIGN, B)
    one.records.put(AD, B)
    one.ends()
    with pytest.raises(StateError, match="mend: "):
        two.begins()


def test_of_two_runs_that_only_looked_at_different_times_the_later_look_stands(one: Copy, two: Copy) -> None:
    one.store.runs.put("acme-sg", RUN)
    one.ends()
    two.begins()
    later = [replace(RUN, looked_at=datetime(2026, 12, 1, hour, tzinfo=UTC)) for hour in (1, 2)]
    two.store.runs.put("acme-sg", later[1])
    one.store.runs.put("acme-sg", later[0])
    two.ends()
    one.ends()
    assert one.store.runs.get("acme-sg") == later[1]


def test_after_two_that_worked_at_once_no_run_is_believed(one: Copy, two: Copy) -> None:
    one.records.put(AD, B)
    one.ends()
    two.records.put(OTHER, C)
    two.store.runs.put("acme-sg", RUN)
    two.ends()
    one.begins()
    assert one.store.runs.get("acme-sg") is two.store.runs.get("acme-sg") is None


def test_accounts_of_one_working_copy_are_no_two_that_worked_at_once(everybody: Everybody) -> None:
    """Where nothing was shared yet, whoever publishes first may publish what the others have begun, too."""
    one, two = everybody.opened("one"), everybody.opened("two")
    one.begins().put(CAMPAIGN, A)
    one.shared.bring_in("acme-my")
    other = one.store.records("acme-my", "act_2", "SGD")
    other.put(Address.parse("acme-my/spring"), A)
    other.checkpoint()
    one.ends()
    other.put(Address.parse("acme-my/spring/main"), B)
    one.store.runs.put("acme-my", RUN)
    one.shared.publish(["acme-my"], "Record what was applied: acme-my")
    two.begins()
    two.shared.bring_in("acme-my")
    assert two.store.runs.get("acme-my") == one.store.runs.get("acme-my") == RUN


def test_of_two_objects_of_an_address_all_know_the_older(one: Copy, two: Copy) -> None:
    """Also where both were looked at since, and whichever was written down last."""
    older, younger = (
        replace(A, id=id_, live={"created_time": f"2026-11-21T02:00:0{second}+00:00"}, as_of=as_of)
        for id_, second, as_of in (("1", 1, EARLY), ("2", 2, LATE))
    )
    one.records.put(CAMPAIGN, older)
    two.records.put(CAMPAIGN, younger)
    one.ends()
    two.ends()
    found = one.begins().get(CAMPAIGN)
    assert found is not None and found.id == "1"


def test_runs_are_shared_and_of_two_that_do_not_agree_none_is_believed(one: Copy, two: Copy) -> None:
    one.store.runs.put("acme-sg", RUN)
    assert one.ends()
    two.begins()
    assert two.store.runs.get("acme-sg") == RUN
    one.store.runs.put("acme-sg", replace(RUN, desired="c"))
    two.store.runs.put("acme-sg", replace(RUN, desired="d"))
    one.ends()
    two.ends()
    assert two.store.runs.get("acme-sg") is None

"""Meta's rate limits: the tool slows down before it reaches them; where it reaches them all the same, it stops
cleanly."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from support.command import Reconciler
from support.repository import STILL, Repository
from support.sandbox import BLOCK, LocalGraph

from reconciler.apply.create import Create, Creator
from reconciler.meta.client import Reader, Writer
from reconciler.meta.connection import Connection
from reconciler.meta.pace import Blocks, Pace
from reconciler.model.account import Account
from reconciler.model.address import Address
from reconciler.model.errors import Throttled
from reconciler.model.limits import EVERY
from reconciler.model.problem import Origin
from reconciler.store.opening import open_store
from reconciler.system.clock import Clock


@pytest.fixture
def applied(repository: Repository, reconciler: Reconciler) -> Reconciler:
    repository.campaign("still", STILL)
    reconciler.apply().ended(0)
    return reconciler


def rebudget(applied: Reconciler, amount: str) -> None:
    text = (applied.repository.root / "desired/campaigns/acme-sg/still.yaml").read_text()
    applied.repository.campaign("still", text.replace(text.partition("daily_budget: ")[2].partition(" ")[0], amount, 1))


def test_a_fifth_change_of_a_budget_within_the_hour_waits(applied: Reconciler, sandbox: LocalGraph) -> None:
    for amount in ("51.00", "52.00", "53.00", "54.00"):
        rebudget(applied, amount)
        sandbox.pass_time(60)
        applied.apply().ended(0)
    rebudget(applied, "55.00")
    planned = applied("plan").ended(0).said
    assert "waits until 2026-11-21 11:01 +08: Meta takes 4 budget changes an hour" in planned
    sandbox.forget_calls()
    waiting = applied.apply().ended(7)
    assert "Run again after" in waiting.said
    assert [c for c in sandbox.calls("POST") if c["path"] != "/"] == []
    sandbox.pass_time(3600)
    applied.apply().ended(0)
    assert sandbox.value("acme-sg/still", "daily_budget") == "5500"


def test_what_people_change_counts_as_well_and_other_fields_do_not_wait(
    applied: Reconciler, sandbox: LocalGraph
) -> None:
    for amount in (5100, 5200, 5300, 5000):
        sandbox.person_posts("acme-sg/still", daily_budget=amount)
    rebudget(applied, "60.00")
    applied.repository.edit_campaign("still", "headline: Outlet", "headline: Sale")
    applied.apply().ended(7)
    assert len(sandbox.objects("creative")) == 2
    assert sandbox.value("acme-sg/still", "daily_budget") == "5000"


def test_a_run_inside_a_block_that_meta_has_timed_calls_nobody(
    applied: Reconciler, sandbox: LocalGraph, repository: Repository
) -> None:
    sandbox.settings(throttle=True, tier="limited")
    repository.campaign("more", STILL)
    burn_points(sandbox)
    applied.apply().ended(7)
    sandbox.forget_calls()
    again = applied.apply().ended(7)
    assert "Run again after" in again.said or "run the same command again after" in again.said
    assert sandbox.calls() == []
    sandbox.pass_time(601)
    applied.apply().ended(0)


@pytest.mark.parametrize("code", [4, 17])
def test_a_run_inside_a_block_whose_end_nobody_named_calls_nobody_for_five_minutes(
    applied: Reconciler, sandbox: LocalGraph, code: int
) -> None:
    sandbox.fault("error", ".", method="GET", code=code, http=400)
    applied("plan").ended(7)
    sandbox.forget_calls()
    assert "run the same command again after" in applied("plan").ended(7).said
    applied.apply().ended(7)
    assert sandbox.calls() == []
    sandbox.pass_time(BLOCK)
    applied("plan").ended(0)


def test_the_emergency_stop_asks_meta_all_the_same(applied: Reconciler, sandbox: LocalGraph) -> None:
    sandbox.person_posts("acme-sg/still", status="ACTIVE")
    sandbox.fault("error", ".", method="GET", code=17, http=400)
    applied("plan").ended(7)
    applied("pause", "--all").ended(0)
    assert sandbox.value("acme-sg/still", "status") == "PAUSED"


@pytest.mark.parametrize(("tier", "pages"), [("limited", 1), ("full", 2)])
def test_where_each_read_counts_a_listing_takes_fewer_and_larger_pages(
    tier: str, pages: int, applied: Reconciler, sandbox: LocalGraph
) -> None:
    for _ in range(100):
        sandbox.person_copies("acme-sg/still")
    sandbox.settings(throttle=True, tier=tier)
    # Any reply tells the tier.
    applied("plan").ended(0)
    sandbox.forget_calls()
    applied("plan").ended(0)
    assert len([c for c in sandbox.calls("GET") if c["path"].endswith("/campaigns")]) == pages


def burn_points(sandbox: LocalGraph) -> None:
    """Somebody else uses the account's points up."""
    for _ in range(25):
        try:
            sandbox.person_posts("acme-sg/still", name="Still")
        except AssertionError:
            return


@pytest.mark.parametrize(("tier", "time"), [("limited", "acme-sg about 20 min"), ("full", "less than a minute")])
def test_a_plan_says_how_long_its_apply_takes_at_the_accounts_tier(
    tier: str, time: str, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    sandbox.settings(throttle=True, tier=tier)
    for number in range(20):
        repository.campaign(f"c{number}", STILL)
    said = reconciler("plan", "--full").ended(0).said
    assert f"Time to apply: {time} (81 writes, 1 of them for uploads, {tier} tier)." in said


def test_the_gauges_of_the_parts_of_a_batch_count_as_well(
    applied: Reconciler, sandbox: LocalGraph, repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a", "b"):
        repository.campaign(name, STILL)
    row = {"type": "ads_management", "call_count": 100, "estimated_time_to_regain_access": 20}
    header = {"name": "X-Business-Use-Case-Usage", "value": json.dumps({"1": [row]})}
    real = Reader._exchange

    def told_in_a_part(self: Reader, *given: Any, **named: Any) -> Any:
        body = real(self, *given, **named)
        for entry in body if isinstance(body, list) else []:
            entry["headers"] = [header]
        return body

    monkeypatch.setattr(Reader, "_exchange", told_in_a_part)
    assert "Run again after" in applied.apply().ended(7).said
    sandbox.pass_time(1100)
    sandbox.forget_calls()
    applied("plan").ended(7)
    assert sandbox.calls() == []


def insights(repository: Repository, sandbox: LocalGraph) -> Reader:
    """Another program of ours that reads reports of the account, in the same working copy."""
    clock = Clock(lambda: datetime.fromisoformat(sandbox.now()))
    pace = Pace(clock, open_store(repository.root, clock).limits, account="acme-sg")
    return Reader(Connection("a token", sandbox.url, clock=clock, pace=pace))


def test_what_meta_counts_for_insights_does_not_stop_an_apply(
    applied: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    sandbox.settings(throttle=True, hourly_limits={"ads_insights": 1})
    reader = insights(repository, sandbox)
    reader.get("act_1234567890/insights")
    with pytest.raises(Throttled):
        reader.get("act_1234567890/insights")
    rebudget(applied, "51.00")
    applied.apply().ended(0)
    assert sandbox.value("acme-sg/still", "daily_budget") == "5100"
    sandbox.forget_calls()
    with pytest.raises(Throttled):
        insights(repository, sandbox).get("act_1234567890/insights")
    assert sandbox.calls() == []


def test_what_meta_counts_for_ads_does_not_stop_insights(
    applied: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    sandbox.fault("error", ".", method="GET", code=80004, http=400)
    applied("plan").ended(7)
    assert "data" in insights(repository, sandbox).get("act_1234567890/insights")
    sandbox.forget_calls()
    applied("plan").ended(7)
    assert sandbox.calls() == []


def test_a_block_and_points_that_an_earlier_version_has_kept_are_kept_to(
    applied: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    now, until = sandbox.now(), "2026-11-21T10:30:00+08:00"
    state = repository.root / "state"
    (state / ".acme-sg.block.json").write_text(json.dumps({"saved_at": now, "blocked_until": until}))
    spent = {"saved_at": now, "tier": "development_access", "spent": [[now, 54]]}
    (state / ".acme-sg.usage.json").write_text(json.dumps(spent))
    sandbox.forget_calls()
    assert "2026-11-21 10:30:01 +08" in applied("plan").ended(7).said
    assert sandbox.calls() == []
    clock = Clock(lambda: datetime.fromisoformat(now))
    assert Pace(clock, open_store(repository.root, clock).limits, account="acme-sg").room == 0


def test_inside_a_block_no_create_is_intended_or_sent(sandbox: LocalGraph) -> None:
    clock = Clock()
    app = Blocks("app:TOKEN", clock)
    app.close(EVERY, timedelta(minutes=5))
    pace = Pace(clock, app=app)
    writer = Writer(Connection("a token", sandbox.url, pace=pace))
    account = Account("acme-sg", "act_1234567890", "SGD", Origin("x.yaml"))
    intended: list[Create] = []
    wanted = [Create(Address.parse(f"acme-sg/c{n}"), {}, "acme", lost=n == 1) for n in range(60)]
    applied = [one for batch in Creator(writer, account, intended.extend).make(wanted) for one in batch]
    assert all(isinstance(one.error, Throttled) for one in applied)
    assert [one.unanswered for one in applied].index(True) == 1
    assert (len(applied), intended, sandbox.calls()) == (60, [], [])


def test_what_is_refused_for_its_number_within_a_second_goes_out_a_moment_later(
    reconciler: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    repository.campaign("still", STILL)
    sandbox.fault("error", "/ads$", method="POST", times=2, code=613, subcode=5044001, http=400)
    reconciler.apply().ended(0)
    assert len(sandbox.objects("ad")) == len(sandbox.creates("ad")) == 1


def test_a_limit_of_new_ads_keeps_back_new_ads_alone(
    applied: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    repository.campaign("due", STILL.replace("Outlet", "Due") + "activate_at: 2026-11-21 11:00\n")
    applied.apply().ended(0)
    for number in range(60):
        repository.campaign(f"more{number:02}", STILL.replace("Outlet", f"More {number}"))
    sandbox.fault("error", "/ads$", method="POST", times=0, code=613, subcode=1487225, http=400)
    sandbox.at("2026-11-21T11:00:00+08:00")
    sandbox.forget_calls()
    refused = applied.apply().ended(7)
    assert sandbox.status("acme-sg/due") == "ACTIVE"
    assert "Meta limits how many ads an account may make by what it spends a day" in refused.said
    assert refused.said.count("Meta limits how many ads") == 1
    assert refused.said.count("create failed: for the same reason") == 59
    assert refused.said.count("Run again after") == 1
    # The first batch tells: no other is sent.
    assert len([c for c in sandbox.calls("POST") if c["path"].endswith("/ads")]) <= 50
    sandbox.no_faults()
    applied.apply().ended(0)
    assert len(sandbox.objects("ad")) == 62

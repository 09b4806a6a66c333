"""Writes are sent in Graph batches, and the answer to each part is judged by itself."""

from __future__ import annotations

import json
import os
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.command import CANARY, Reconciler
from support.repeat import full_or_share
from support.repository import STILL, Repository
from support.sandbox import ACCOUNT, CATALOG, IDENTITY, INSTAGRAM, PAGE, PIXEL, LocalGraph

from reconciler.apply.create import Create, batches
from reconciler.model.address import Address
from reconciler.run.apply import apply
from reconciler.run.plan import plan
from reconciler.run.request import Request
from reconciler.sandbox import Clock, InProcessAdapter, Sandbox
from reconciler.system.clock import Clock as ToolClock

MANY = full_or_share(1000, 250)


def test_a_thousand_campaigns_are_made_in_at_most_two_hundred_write_requests(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Runs in this process and without fsync, since only requests are counted. `make test` runs a quarter of it."""
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)
    repository = Repository(tmp_path / "many")
    for number in range(MANY):
        repository.campaign(f"c{number:04}", STILL.replace("headline: Outlet", f"headline: Outlet {number}"))
    sandbox = Sandbox(clock=Clock("2026-11-21T10:00:00+08:00"))
    known = {
        "account": ACCOUNT, "currency": "SGD", "pages": [PAGE], "pixels": [PIXEL], "ig_users": [INSTAGRAM],
        "identities": [IDENTITY], "catalogs": [CATALOG],
    }  # fmt: skip
    sandbox.handle("POST", "/_sandbox/accounts", {}, json.dumps(known).encode())
    adapter = CountingAdapter(sandbox)
    clock = ToolClock(lambda: datetime.fromtimestamp(sandbox.clock.now(), UTC), sandbox.clock.advance)
    environment = {"META_ACCESS_TOKEN": CANARY, "META_GRAPH_URL": "http://127.0.0.1:1"}
    request = Request(repository.root, clock.now(), environment, clock=clock, adapter=adapter)
    applied = apply(request)
    assert not applied.planned.failures
    (result,) = applied.results
    assert result.error is None and not [o for o in result.outcomes if o.error]
    assert adapter.writes["adimages"] == 1
    assert sum(adapter.writes.values()) - adapter.writes["adimages"] <= MANY // 5
    again = plan(request).plan
    assert again.empty and not again.drift


class CountingAdapter(InProcessAdapter):
    """Counts requests that write, by the edge that they go to."""

    def __init__(self, sandbox: Sandbox) -> None:
        super().__init__(sandbox)
        self.writes: Counter[str] = Counter()

    def send(self, request: Any, *given_: Any, **more: Any) -> Any:
        if request.method != "GET":
            self.writes[str(request.path_url).rpartition("/")[2]] += 1
        return super().send(request, *given_, **more)


AD = "      ad{m}: {{image: outlet/banner.jpg, primary_text: Hi, headline: H{n}{m}, destination_url: 'https://acme.example/'}}\n"
AD_SET = """\
  set{n}:
    daily_budget: 20.00 SGD
    optimization_goal: LINK_CLICKS
    billing_event: IMPRESSIONS
    ads:
"""
AD_SETS = "".join(AD_SET.format(n=n) + "".join(AD.format(n=n, m=m) for m in range(2)) for n in range(3))
WIDE = f"name: Wide\nobjective: OUTCOME_TRAFFIC\ncountries: [SG]\nad_sets:\n{AD_SETS}"


@pytest.fixture
def wide_campaigns(repository: Repository, reconciler: Reconciler) -> Reconciler:
    for name in ("one", "two", "three"):
        repository.campaign(name, WIDE)
    return reconciler


EFFECTS = ["before", "after"]


@pytest.mark.share(3)
@pytest.mark.parametrize("when", EFFECTS)
@pytest.mark.parametrize("edge", ["campaigns", "adsets", "adcreatives", "ads"])
def test_a_null_in_a_batch_is_unknown_and_never_makes_two(
    edge: str, when: str, wide_campaigns: Reconciler, sandbox: LocalGraph
) -> None:
    sandbox.fault("null", f"/{edge}$", method="POST", nth=2, when=when)
    wide_campaigns.apply().ended(0)
    assert [len(sandbox.objects(k)) for k in ("campaign", "ad_set", "ad")] == [3, 9, 18]
    wide_campaigns.converged()


@pytest.mark.share(3)
@pytest.mark.parametrize("when", EFFECTS)
@pytest.mark.parametrize("nth", range(1, 9))
def test_a_batch_whose_answer_is_lost_never_makes_two(
    nth: int, when: str, wide_campaigns: Reconciler, sandbox: LocalGraph
) -> None:
    sandbox.fault("drop", r"^/$", method="POST", nth=nth, when=when)
    wide_campaigns.apply().ended(0)
    assert [len(sandbox.objects(k)) for k in ("campaign", "ad_set", "ad")] == [3, 9, 18]
    wide_campaigns.converged()


def test_a_part_that_is_refused_leaves_its_neighbours_alone(wide_campaigns: Reconciler, sandbox: LocalGraph) -> None:
    sandbox.fault("error", "/adsets$", method="POST", code=100, subcode=1885272, nth=2)
    told = wide_campaigns.apply().ended(6)
    assert told.said.count("create failed: Meta error 100/1885272") == 1
    assert [len(sandbox.objects(k)) for k in ("campaign", "ad_set", "ad")] == [3, 8, 16]
    wide_campaigns.apply().ended(0)
    wide_campaigns.converged()


def test_a_limit_within_a_batch_stops_the_account_and_keeps_what_was_made(
    wide_campaigns: Reconciler, sandbox: LocalGraph
) -> None:
    sandbox.fault("error", "/adsets$", method="POST", code=17, subcode=2446079, nth=5, times=0)
    wide_campaigns.apply().ended(7)
    assert [len(sandbox.objects(k)) for k in ("campaign", "ad_set", "ad")] == [3, 4, 0]
    sandbox.no_faults()
    sandbox.pass_time(600)
    wide_campaigns.apply().ended(0)
    assert [len(sandbox.objects(k)) for k in ("campaign", "ad_set", "ad")] == [3, 9, 18]
    wide_campaigns.converged()


def test_updates_activations_and_removals_go_out_in_batches_too(
    wide_campaigns: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    wide_campaigns.apply().ended(0)
    for name in ("one", "two", "three"):
        repository.campaign(name, WIDE.replace("20.00", "25.00") + "status: ACTIVE\n")
    sandbox.forget_calls()
    wide_campaigns.apply().ended(0)
    alone = [c for c in sandbox.calls("POST") if not c.get("batch") and c["path"] != "/"]
    assert alone == []
    assert sandbox.deliverable() == {"campaign": 3, "ad_set": 9, "ad": 18}
    wide_campaigns.converged()


kinds = st.sampled_from(["acme/{}", "acme/{}/{}", "acme/{}/{}/{}"])


@given(kinds, st.lists(st.tuples(*[st.integers(0, 12)] * 3), unique=True, max_size=150))
def test_batches_keep_metas_limits_and_lose_nothing(form: str, keys: list[tuple[int, int, int]]) -> None:
    addresses = sorted({form.format(*(f"k{k}" for k in key)) for key in keys})
    wanted = [Create(Address.parse(a), {}, "acme") for a in addresses]
    made = list(batches(wanted, lambda: 50))
    assert sorted(str(one.address) for batch in made for one in batch) == addresses
    for batch in made:
        assert len(batch) <= (10 if batch[0].address.kind == "ad" else 50)
        if batch[0].address.kind == "ad_set":
            assert len({one.address.root for one in batch}) == len(batch)

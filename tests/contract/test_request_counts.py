"""How many requests a command sends for one campaign with one ad set and one ad. Each costs points and time, so a
change of these numbers has to be meant."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable
from datetime import datetime

import pytest
from support.command import Reconciler
from support.repository import CREATIVES, STILL, Repository, still_campaign
from support.sandbox import PAGE, PIXEL, LocalGraph

from reconciler.store.opening import open_store
from reconciler.store.runs import Run

A = "acme-sg/still"


@pytest.fixture
def applied(reconciler: Reconciler, repository: Repository, sandbox: LocalGraph) -> Reconciler:
    repository.campaign("still", STILL)
    reconciler.apply().ended(0)
    sandbox.forget_calls()
    return reconciler


def requests(sandbox: LocalGraph) -> Counter[str]:
    return Counter(call["method"] for call in sandbox.calls())


def test_a_first_apply_takes_its_writes_and_six_reads_and_five_of_what_is_asked_once_a_day(
    reconciler: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    """Once a day: the account with its smallest budgets, its page, its pixel, and whose token it is. The six, since
    nothing remembers the campaign: three levels, the archived, the log for what somebody has deleted, and the reading
    back."""
    repository.campaign("still", STILL)
    reconciler.apply().ended(0)
    assert requests(sandbox) == {"GET": 6 + 5, "POST": 5}
    read = Counter(call["path"].rpartition("/")[2] for call in sandbox.calls("GET"))
    assert read == {
        "act_1234567890": 1, PAGE: 1, PIXEL: 1, "me": 1, "app": 1,
        "campaigns": 2, "adsets": 1, "ads": 1, "activities": 1, sandbox.id(A): 1,
    }  # fmt: skip


@pytest.mark.parametrize("ads", [1, 3])
def test_one_more_campaign_takes_its_writes_and_six_reads_whatever_it_has_of_ads_and_images(
    ads: int, applied: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    for number in range(ads):
        repository.creative(f"more/{number}.jpg", other_image(number))
    rows = "".join(
        f"  a{number}: {{image: more/{number}.jpg, primary_text: Shop., headline: H{number}, "
        "destination_url: https://acme.example/more}\n"
        for number in range(ads)
    )
    repository.campaign("more", f"name: More\ndaily_budget: 50.00 SGD\nads:\n{rows}")
    applied.apply().ended(0)
    assert sandbox.status("acme-sg/more") == "PAUSED"
    assert points(sandbox) == (6, 2 + 3 * ads)
    sandbox.forget_calls()
    applied.apply().ended(0)
    assert points(sandbox) == (3, 0)


def test_an_image_that_another_ad_shows_is_looked_for_and_not_sent_again(
    applied: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    (repository.root / "state" / ".acme-sg.uploads.json").unlink()
    repository.campaign("more", still_campaign("More"))
    applied.apply().ended(0)
    assert [call for call in sandbox.calls("POST") if call["path"].endswith("adimages")] == []
    assert points(sandbox) == (7, 4)


def test_what_an_ad_shows_already_is_shown_by_another_without_a_creative_of_its_own(
    applied: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    (repository.root / "state" / ".acme-sg.uploads.json").unlink()
    repository.campaign("more", STILL.replace("name: Still", "name: More"))
    applied.apply().ended(0)
    assert points(sandbox) == (6, 3)
    assert len(sandbox.objects("creative")) == 1


def test_a_creative_that_bears_no_name_of_ours_is_shown_by_no_other_ad(
    applied: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    (repository.root / "state" / ".acme-sg.uploads.json").unlink()
    (creative,) = sandbox.objects("creative")
    sandbox.meta_shows(creative["id"], name="By hand")
    repository.campaign("more", STILL.replace("name: Still", "name: More"))
    sandbox.forget_calls()
    applied.apply().ended(0)
    assert [call for call in sandbox.calls("POST") if call["path"].endswith("/adcreatives")] != []


def test_what_was_sent_and_is_gone_by_now_is_sent_anew_once_a_refusal_tells_it(
    applied: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    repository.creative("more/0.jpg", other_image(0))
    kept = repository.root / "state" / ".acme-sg.uploads.json"
    known = json.loads(kept.read_text())
    known["made"][f"image:{hashlib.sha256(other_image(0)).hexdigest()}"] = ["0" * 32, sandbox.now()]
    kept.write_text(json.dumps(known))
    repository.campaign("more", still_campaign("More").replace("outlet/banner.jpg", "more/0.jpg"))
    applied.apply().ended(0)
    assert len(sandbox.objects("ad")) == 2


def test_the_run_after_one_that_failed_looks_for_what_is_there_and_sends_nothing_again(
    reconciler: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    repository.campaign("still", STILL)
    sandbox.fault("error", "/ads$", method="POST", code=100, times=0)
    reconciler.apply().ended(6)
    sandbox.forget_calls()
    reconciler.apply().ended(1)
    sent = [call["path"].rpartition("/")[2] for call in sandbox.calls("POST") if call["path"].strip("/")]
    assert sent == ["ads"]


def other_image(number: int) -> bytes:
    """The banner with a comment of its own."""
    banner, said = (CREATIVES / "outlet/banner.jpg").read_bytes(), f"copy {number}".encode()
    return banner[:2] + b"\xff\xfe" + (len(said) + 2).to_bytes(2, "big") + said + banner[2:]


QUIET: dict[str, Callable[[Reconciler], object]] = {
    "plan": lambda reconciler: reconciler.plan(),
    "apply": lambda reconciler: reconciler.apply().ended(0),
}


@pytest.mark.parametrize("command", QUIET)
def test_a_command_that_finds_nothing_to_do_takes_a_read_a_level(
    command: str, applied: Reconciler, sandbox: LocalGraph
) -> None:
    QUIET[command](applied)
    assert requests(sandbox) == {"GET": 3}


def test_where_nothing_is_due_meta_is_not_asked(applied: Reconciler, sandbox: LocalGraph) -> None:
    applied("activate").ended(0)
    assert requests(sandbox) == {}


def test_a_new_budget_takes_three_reads_and_two_writes_more(
    applied: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    repository.edit_campaign("still", "50.00", "60.00")
    applied.apply().ended(0)
    assert requests(sandbox) == {"GET": 6, "POST": 2}


def test_without_state_a_plan_takes_eight_reads_more_and_one_batch_for_the_creatives(
    applied: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    """Nothing tells that they are ours but their names, which anybody may copy."""
    repository.forget_state()
    applied.plan()
    assert requests(sandbox) == {"GET": 9 + 1 + 2, "POST": 1}


def test_drift_takes_a_read_more(applied: Reconciler, sandbox: LocalGraph) -> None:
    sandbox.person_posts(A, name="Renamed")
    sandbox.forget_calls()
    applied.plan()
    assert requests(sandbox) == {"GET": 4}


# ---- as Meta counts them: a read is a point, a write three, and each part of a batch by itself


def points(sandbox: LocalGraph) -> tuple[int, int]:
    """Reads and writes, each part of a batch by itself."""
    calls = [call["method"] for call in sandbox.calls() if call["path"].strip("/")]
    return calls.count("GET"), len(calls) - calls.count("GET")


PAGE_OF = 5
"""Rows of a page, so that a dozen campaigns are more than one."""

STARTS, AFTER = "2026-11-21T12:00:10+08:00", "2026-11-21T12:15:00+08:00"
DUE = STILL + "activate_at: 2026-11-21 12:00\ndeactivate_at: 2026-12-21 12:00\n"


@pytest.fixture(params=[1, 12])
def looked_at(
    request: pytest.FixtureRequest, reconciler: Reconciler, repository: Repository, sandbox: LocalGraph
) -> Reconciler:
    """An account of so many campaigns, one of which has a start ahead, as a round of `ci reconcile` leaves it."""
    sandbox.settings(max_page_size=PAGE_OF)
    for number in range(request.param - 1):
        repository.campaign(f"c{number}", still_campaign(f"H{number}").replace("name: Still", f"name: S{number}"))
    repository.campaign("still", DUE)
    reconciler.apply().ended(0)
    reconciler.plan()
    # What everybody has done so far is an hour old.
    sandbox.pass_time(3600)
    seen = Run("desired", "creatives", "0", looked_at=datetime.fromisoformat(sandbox.now()))
    open_store(repository.root).runs.put("acme-sg", seen)
    sandbox.forget_calls()
    return reconciler


def test_a_launch_takes_its_writes_and_six_reads_whatever_the_size_of_the_account(
    looked_at: Reconciler, sandbox: LocalGraph
) -> None:
    sandbox.at(STARTS)
    looked_at("activate").ended(0)
    assert sandbox.status(A) == "ACTIVE"
    assert points(sandbox) == (6, 3)
    sandbox.at(AFTER)
    sandbox.forget_calls()
    looked_at("activate").ended(0)
    assert points(sandbox) == (0, 0)


def test_a_stop_takes_its_writes_a_read_of_each_object_and_three_reads(
    looked_at: Reconciler, sandbox: LocalGraph
) -> None:
    sandbox.at(STARTS)
    looked_at("activate").ended(0)
    sandbox.at("2026-11-21T23:00:00+08:00")
    looked_at.repository.edit_campaign("still", "2026-12-21 12:00", "2026-11-21 22:00")
    sandbox.forget_calls()
    looked_at("activate").ended(0)
    assert sandbox.status(A) == "PAUSED"
    assert points(sandbox) == (3 + 3, 3)


def test_a_plan_takes_the_pages_of_three_listings(looked_at: Reconciler, sandbox: LocalGraph) -> None:
    pages = 3 * -(-len(sandbox.objects("campaign")) // PAGE_OF)
    looked_at.plan()
    assert points(sandbox) == (pages, 0)


def test_what_people_do_elsewhere_makes_a_launch_look_at_the_whole_account(
    looked_at: Reconciler, sandbox: LocalGraph
) -> None:
    sandbox.person_makes("campaigns", name="By hand", objective="OUTCOME_TRAFFIC", daily_budget="2000")
    sandbox.at(STARTS)
    sandbox.forget_calls()
    looked_at("activate").ended(0)
    assert sandbox.status(A) == "ACTIVE"
    assert any(call["path"].endswith("/campaigns") for call in sandbox.calls())

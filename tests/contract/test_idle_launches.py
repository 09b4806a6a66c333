"""A launch after which nothing is delivered: the campaign is turned on as declared, and is not told as spending."""

from __future__ import annotations

import pytest
from support.command import Reconciler
from support.repository import STILL, Repository
from support.sandbox import LocalGraph

A = "acme-sg/still"
AD = f"{A}/main/main"
STARTS = STILL.replace("daily_budget", "activate_at: 2026-11-21 18:00\ndaily_budget")
HELD = STARTS + "  status: PAUSED\n"
AFTER_THE_START = "2026-11-21T18:01:00+08:00"
NOTHING = "delivers nothing, since every ad in it is off: main/main"
TWO = """\
name: Still
activate_at: 2026-11-21 18:00
daily_budget: 40.00 SGD
ad_sets:
  one:
    ads: {a: {image: outlet/banner.jpg, primary_text: P, headline: A, destination_url: https://acme.example/a}}
  two:
    ads: {b: {image: outlet/banner.jpg, primary_text: P, headline: B, destination_url: https://acme.example/b}}
"""


@pytest.fixture
def made(repository: Repository, sandbox: LocalGraph, reconciler: Reconciler) -> Reconciler:
    repository.campaign("still", STARTS)
    reconciler.apply().ended(0)
    return reconciler


def by_declaration(repository: Repository, sandbox: LocalGraph, reconciler: Reconciler) -> None:
    repository.campaign("still", HELD)
    reconciler.apply().ended(0)
    sandbox.at(AFTER_THE_START)


def by_a_person(repository: Repository, sandbox: LocalGraph, reconciler: Reconciler) -> None:
    """Turned on by hand and off again before the campaign's start."""
    sandbox.person_activates(AD)
    sandbox.pass_time(3600)
    sandbox.person_pauses(AD)
    repository.forget_state()
    sandbox.at(AFTER_THE_START)


OFF = {"by its declaration": by_declaration, "by a person": by_a_person}


@pytest.mark.parametrize("off", OFF)
def test_a_campaign_all_of_whose_ads_are_off_is_turned_on_and_not_told_as_spending(
    off: str, made: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    OFF[off](repository, sandbox, made)
    planned = made.plan()
    assert NOTHING in planned.out
    assert "spends now" not in planned.said
    done = made("activate")
    assert f"{A}: {NOTHING}" in done.said
    assert "spends now" not in done.said
    assert (sandbox.status(A), sandbox.status(AD)) == ("ACTIVE", "PAUSED")
    made.apply()
    assert sandbox.status(AD) == "PAUSED"


LATER = f"{A} starts 2026-11-21 18:00 +08 and {NOTHING}"


def test_a_campaign_that_is_made_for_later_with_all_ads_off_is_told_to_deliver_nothing(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", HELD)
    page = repository.root / "plan.md"
    planned = reconciler("plan", "--markdown", str(page)).ended(0).out
    assert f"active from 2026-11-21 18:00 +08 # {NOTHING}" in planned
    assert "From 2026-11-21 18:00" not in planned
    assert "<b>Starts</b>: nothing" in page.read_text("utf-8")
    reconciler.apply().ended(0)
    assert LATER in reconciler("plan").ended(0).out


def test_a_start_to_come_of_what_a_person_has_paused_is_told_to_deliver_nothing(
    made: Reconciler, sandbox: LocalGraph
) -> None:
    assert "From 2026-11-21 18:00 +08: 50.00 SGD a day" in made("plan").ended(0).out
    sandbox.person_activates(AD)
    sandbox.pass_time(3600)
    sandbox.person_pauses(AD)
    made.repository.forget_state()
    planned = made("plan").ended(0).out
    assert LATER in planned
    assert "From 2026-11-21 18:00" not in planned
    made.apply().ended(0)
    assert LATER in made("plan").ended(0).out


def test_a_start_to_come_with_one_ad_on_is_not_told_to_deliver_nothing(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", TWO.replace("headline: A", "headline: A, status: PAUSED"))
    for _ in range(2):
        said = reconciler("plan").ended(0).out
        assert "delivers nothing" not in said and "From 2026-11-21 18:00 +08: 40.00 SGD a day" in said
        reconciler.apply().ended(0)


def test_the_results_of_an_apply_say_that_nothing_is_delivered(
    made: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    by_declaration(repository, sandbox, made)
    *_, last = made("apply", "--auto-approve", "--json").ended(0).events
    outcomes = [one for result in last["results"] for one in result["outcomes"] if one["address"] == A]
    assert [one["notes"] for one in outcomes] == [[NOTHING]]


def test_the_page_for_reviewers_does_not_say_that_it_starts(
    made: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    by_declaration(repository, sandbox, made)
    page = repository.root / "plan.md"
    made("plan", "--markdown", str(page)).ended(0)
    text = page.read_text("utf-8")
    assert "every ad in it is off" in text
    assert "<b>Starts</b>: nothing" in text
    assert "spends now" not in text


def test_a_campaign_that_is_made_with_all_ads_off_is_not_told_as_spending(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL + "  status: PAUSED\nstatus: ACTIVE\n")
    applied = reconciler.apply().ended(0)
    assert NOTHING in applied.said
    assert "spends now" not in applied.said


def test_a_campaign_with_one_ad_on_spends(repository: Repository, sandbox: LocalGraph, reconciler: Reconciler) -> None:
    repository.campaign("still", TWO.replace("headline: A", "headline: A, status: PAUSED"))
    reconciler.apply().ended(0)
    sandbox.at(AFTER_THE_START)
    assert "spends now" in reconciler.plan().out
    assert "delivers nothing" not in reconciler("activate").ended(0).said


def test_of_ads_that_are_on_in_ad_sets_that_are_off_the_ad_sets_are_named(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    two = TWO.replace("headline: A", "headline: A, status: PAUSED")
    repository.campaign("still", two.replace("  two:\n", "  two:\n    status: PAUSED\n"))
    reconciler.apply().ended(0)
    sandbox.at(AFTER_THE_START)
    assert "delivers nothing, since every ad in it is off: one/a, two" in reconciler.plan().out


def test_what_starts_later_than_its_campaign_is_neither_spending_now_nor_idle(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    later = "activate_at: 2026-11-25 09:00"
    ads = TWO.replace("headline: A", f"headline: A, {later}").replace("headline: B", f"headline: B, {later}")
    repository.campaign("still", ads)
    reconciler.apply().ended(0)
    sandbox.at(AFTER_THE_START)
    said = reconciler.plan().out
    assert "spends now" not in said
    assert "delivers nothing" not in said


def test_somebodys_own_ad_in_it_spends(made: Reconciler, repository: Repository, sandbox: LocalGraph) -> None:
    by_declaration(repository, sandbox, made)
    theirs = sandbox.person_makes(
        "ads",
        name="Theirs",
        adset_id=sandbox.id(f"{A}/main"),
        creative={"creative_id": sandbox.nodes("creative")[0]["id"]},
    )
    sandbox.control("edit", {"id": theirs, "actor": "Mei", "params": {"status": "ACTIVE"}})
    assert "delivers nothing" not in made.plan().out

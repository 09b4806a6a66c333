"""What Meta refuses of one object, for want of a right to what it names, is that object's error, and the others go on.
Where it is the account, that is found before much was sent in vain."""

from __future__ import annotations

import pytest
from support.command import CANARY, Reconciler
from support.repository import STILL, Repository, still_campaign
from support.sandbox import LocalGraph

SECRET = "Nobody may use this"
"""A headline of what the app may not use."""
RIGHTS = [{"code": 3}, {"code": 10}, {"code": 200}, {"code": 100, "subcode": 1885183}, {"code": 1, "subcode": 2853001}]


def forbid(sandbox: LocalGraph, path: str, **detail: object) -> None:
    sandbox.fault("error", path, method="POST", http=400, times=0, **detail)


def refused(sandbox: LocalGraph) -> int:
    """Parts and requests that met the fault."""
    return sum(int(row["seen"]) for row in sandbox.control("faults", method="GET")["faults"])


@pytest.mark.parametrize("refusal", RIGHTS, ids=str)
def test_a_creative_that_the_app_may_not_use_is_its_ads_error_and_the_rest_goes_on(
    refusal: dict[str, int], repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("running", STILL)
    reconciler.apply().ended(0)
    repository.edit_campaign("running", "50.00", "60.00")
    repository.campaign("a", still_campaign(SECRET))
    repository.campaign("z", still_campaign("Welcome"))
    forbid(sandbox, "/adcreatives$", params={"object_story_spec": SECRET}, **refusal)
    run = reconciler.apply().ended(6)
    assert "acme-sg/a/main/main: create failed: Meta error" in run.said
    assert "Error: acme-sg: Meta error" not in run.said
    assert len(sandbox.labelled("acme-sg/z/main/main")) == 1 and not sandbox.labelled("acme-sg/a/main/main")
    assert sandbox.read(sandbox.id("acme-sg/running"), "daily_budget")["daily_budget"] == "6000"
    sandbox.no_faults()
    reconciler.apply().ended(0)
    assert len(sandbox.labelled("acme-sg/a/main/main")) == 1
    reconciler.converged()


@pytest.mark.parametrize("edge", ["/adsets$", "/ads$"])
def test_an_object_that_is_refused_for_what_it_names_leaves_its_neighbours_alone(
    edge: str, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    for key in ("a", "z"):
        repository.campaign(key, still_campaign(key))
    sandbox.fault("error", edge, method="POST", code=10, http=400, times=1)
    run = reconciler.apply().ended(6)
    assert "acme-sg/a/main" in run.said and "Meta error 10" in run.said
    assert len(sandbox.labelled("acme-sg/z/main/main")) == 1


AD = (
    "      {key}: {{image: outlet/banner.jpg, primary_text: Shop., headline: {secret} {key}, "
    "destination_url: https://acme.example}}\n"
)


def ad_set(key: str, ads: int) -> str:
    made = "".join(AD.format(key=f"{key}{number:02}", secret=SECRET) for number in range(ads))
    return f"  {key}:\n    name: {key}\n    ads:\n{made}"


def test_many_refusals_in_one_campaign_keep_no_other_from_being_made(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("a", f"name: Many\ndaily_budget: 50.00 SGD\nad_sets:\n{ad_set('p', 30)}{ad_set('q', 30)}")
    repository.campaign("z", still_campaign("Welcome"))
    forbid(sandbox, "/adcreatives$", params={"object_story_spec": SECRET}, code=10)
    run = reconciler.apply().ended(6)
    assert len(sandbox.labelled("acme-sg/z/main/main")) == 1
    # After a batch of them nothing more is sent in vain.
    assert refused(sandbox) <= 50
    assert "acme-sg/a/q/q29: " in run.said and "not sent, since Meta has refused" in run.said
    assert "Error: acme-sg: Meta error" not in run.said


def test_a_token_that_may_write_nothing_stops_its_account_after_a_batch_of_each_of_two_edges(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    for number in range(120):
        repository.campaign(f"c{number:03}", still_campaign(f"Number {number}"))
    forbid(sandbox, "/act_[0-9]+/", code=200)
    run = reconciler.apply().ended(1)
    assert "Error: acme-sg: Meta error 200" in run.said
    assert "mend: give the system user the scopes" in run.said
    assert refused(sandbox) <= 100


def test_changes_of_what_exists_that_are_all_refused_stop_their_account(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    for number in range(110):
        repository.campaign(f"c{number:03}", still_campaign(f"Number {number}"))
    reconciler.apply().ended(0)
    for number in range(110):
        repository.edit_campaign(f"c{number:03}", "50.00", "60.00")
    forbid(sandbox, "/[0-9]+$", code=200)
    run = reconciler.apply().ended(1)
    assert "Error: acme-sg: Meta error 200" in run.said
    assert refused(sandbox) <= 50


def test_a_block_for_policies_stops_its_account_and_names_what_has_met_it(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    for key in ("a", "z"):
        repository.campaign(key, still_campaign(f"{SECRET} {key}"))
    forbid(sandbox, "/adcreatives$", params={"object_story_spec": f"{SECRET} a"}, code=368)
    run = reconciler.apply().ended(1)
    assert "acme-sg/a/main/main: create failed: Meta error 368" in run.said
    assert "Error: acme-sg: Meta error 368" in run.said
    assert "acme-sg/z/main/main: create failed" not in run.said
    assert not sandbox.objects("campaign")


def test_the_emergency_stop_sends_each_pause_whatever_was_refused_before(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    for number in range(30):
        repository.campaign(f"c{number:02}", still_campaign(f"Number {number}", "status: ACTIVE\n"))
    reconciler.apply().ended(0)
    last = sandbox.id("acme-sg/c29")
    forbid(sandbox, f"/(?!{last})[0-9]+$", params={"status": "PAUSED"}, code=10)
    run = reconciler("pause", "--all").ended(1)
    assert sandbox.status("acme-sg/c29") == "PAUSED"
    assert run.said.count("Meta error 10") == 29
    assert run.said.count("mend: give the system user the scopes") == 29


def test_a_token_without_the_scope_is_told_so(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL)
    sandbox.token(CANARY, scopes=["ads_read"])
    assert "give the system user the scopes" in reconciler.apply().said

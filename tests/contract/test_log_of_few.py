"""What happened to a few objects is asked of the log for each alone, and believed only where the answer proves itself.

Whatever Meta makes of such a question, a plan says what it says where the whole log is read."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from support.command import Reconciler, Run
from support.repository import STILL, Repository, still_campaign
from support.sandbox import ACCOUNT, LocalGraph

from reconciler.meta.client import Connection, Reader
from reconciler.model.account import Account
from reconciler.model.problem import Origin
from reconciler.observe.account_log import FIELDS, Question, read_log, read_log_of

PAGE_OF = 5
"""Rows of a page, so that the log of a dozen campaigns has several."""

A, B, AD = "acme-sg/still", "acme-sg/c0", "acme-sg/still/main/main"
ALONE = {"oid": "."}

CAPPED = ("status: ACTIVE", "status: ACTIVE\nspend_cap: 900.00 SGD")
"""A change that nobody has made at Meta."""

ANSWERS = ("honoured", "ignored", "refused", "empty", "creations", "behind")


def account_of(number: int, reconciler: Reconciler, repository: Repository, sandbox: LocalGraph, page: int) -> None:
    """So many campaigns that run, in an account that has been left alone for an hour."""
    for one in range(number - 1):
        repository.campaign(f"c{one}", still_campaign(f"H{one}").replace("name: Still", f"name: S{one}"))
    repository.campaign("still", STILL + "status: ACTIVE\n")
    reconciler.apply().ended(0)
    sandbox.settings(max_page_size=page)
    sandbox.pass_time(3600)
    reconciler.plan()
    asked(sandbox)


@pytest.fixture
def large(reconciler: Reconciler, repository: Repository, sandbox: LocalGraph) -> Reconciler:
    account_of(12, reconciler, repository, sandbox, PAGE_OF)
    return reconciler


NEVER = {"effect": "slow", "nth": 10**8}
"""Of a fault that only counts the calls."""


def asked(sandbox: LocalGraph) -> tuple[int, list[str]]:
    """How often Meta was asked for the whole log since this was asked last, and for which objects alone."""
    watched = {"": {"oid": ""}, **{at: {"oid": sandbox.id(at)} for at in (A, B, AD)}}
    rules = [
        {"path": "/activities$", **NEVER},
        *({"path": "/activities$", "params": p, **NEVER} for p in watched.values()),
    ]
    seen = [one["seen"] for one in sandbox.control("faults", method="GET")["faults"] if one["effect"] == "slow"]
    sandbox.no_faults()
    sandbox.control("faults", rules)
    whole, alone, *each = seen or [0] * len(rules)
    assert alone == sum(each)
    return whole - alone, [at for at, times in zip((A, B, AD), each, strict=True) for _ in range(times)]


def pages_of_the_log(sandbox: LocalGraph) -> int:
    return -(-len(sandbox.control("world", method="GET")["activities"]) // PAGE_OF)


def plan(reconciler: Reconciler) -> Any:
    """What it says, but for the run itself."""
    return {name: one for name, one in reconciler("plan", "--json").json.items() if name != "timings"}


def with_whole_log(reconciler: Reconciler, sandbox: LocalGraph) -> Any:
    """What a plan says that reads it in one page."""
    sandbox.settings(max_page_size=500)
    said = plan(reconciler)
    sandbox.settings(max_page_size=PAGE_OF)
    asked(sandbox)
    return said


# ---- what it costs


@pytest.mark.parametrize("size", [30, 120])
def test_one_changed_campaign_takes_two_reads_of_the_log_whatever_the_size_of_the_account(
    size: int, reconciler: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    account_of(size, reconciler, repository, sandbox, page=25)
    sandbox.forget_calls()
    reconciler.plan()
    without = len(sandbox.calls())
    repository.edit_campaign("still", "50.00", "60.00")
    sandbox.forget_calls()
    assert reconciler.plan().actions == [("update", A)]
    assert len(sandbox.calls()) == without + 2
    assert asked(sandbox) == (1, [A])


@pytest.mark.parametrize("answer", ["ignored", "refused", "empty"])
def test_an_answer_that_proves_nothing_costs_one_read_beside_the_whole_log(
    answer: str, large: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    sandbox.settings(log_of_one=answer)
    repository.edit_campaign("still", "50.00", "60.00")
    repository.edit_campaign("c0", "50.00", "60.00")
    assert set(large.plan().actions) == {("update", A), ("update", B)}
    pages, alone = asked(sandbox)
    assert pages == pages_of_the_log(sandbox) and len(alone) == 1


def test_a_log_of_one_page_is_read_as_it_is(large: Reconciler, repository: Repository, sandbox: LocalGraph) -> None:
    sandbox.settings(max_page_size=500)
    repository.edit_campaign("still", "50.00", "60.00")
    large.plan()
    assert asked(sandbox) == (1, [])


def test_as_many_pages_as_objects_are_read_before_any_is_asked_for_alone(
    large: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    repository.edit_campaign("still", "50.00", "60.00")
    repository.edit_campaign("c0", "50.00", "60.00")
    large.plan()
    assert asked(sandbox) == (2, [A, B])


def test_of_more_than_ten_objects_the_whole_log_is_read(
    large: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    for number in range(11):
        repository.edit_campaign(f"c{number}", "50.00", "60.00")
    assert len(large.plan().actions) == 11
    assert asked(sandbox) == (pages_of_the_log(sandbox), [])


def test_the_log_of_one_object_is_read_to_its_end(
    large: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    for number in range(2 * PAGE_OF):
        sandbox.person_edits(A, daily_budget=5100 + number)
    sandbox.person_edits(A, daily_budget=5000)
    bury(sandbox)
    repository.edit_campaign("still", "50.00", "60.00")
    expected = with_whole_log(large, sandbox)
    assert plan(large) == expected
    assert asked(sandbox) == (1, [A] * 3)


# ---- what it says


def bury(sandbox: LocalGraph) -> None:
    """The newest page tells of others."""
    sandbox.pass_time(60)
    for number in range(PAGE_OF):
        sandbox.person_edits("acme-sg/c5", name=f"Other {number}")
    sandbox.person_edits("acme-sg/c5", name="S5")


EDITS: dict[str, tuple[Callable[[LocalGraph], None], ...]] = {
    "none": (),
    "a budget": (lambda sandbox: sandbox.person_edits(A, daily_budget=7000),),
    "a budget and back": (
        lambda sandbox: sandbox.person_edits(A, daily_budget=7000),
        lambda sandbox: sandbox.person_edits(A, daily_budget=5000),
    ),
    "a stop": (lambda sandbox: sandbox.person_pauses(A),),
    "a stop and back": (lambda sandbox: sandbox.person_pauses(A), lambda sandbox: sandbox.person_activates(A)),
    "a budget by Meta": (lambda sandbox: sandbox.meta_changes(A, daily_budget="7000"),),
    "an ad": (lambda sandbox: sandbox.person_edits(AD, name="Renamed"),),
}


@pytest.mark.share(3)
@pytest.mark.parametrize("answer", ANSWERS)
@pytest.mark.parametrize("buried", [False, True], ids=["", "buried"])
@pytest.mark.parametrize("edit", EDITS)
def test_a_person_s_edit_is_told_as_by_the_whole_log_whatever_meta_answers(
    edit: str, buried: bool, answer: str, large: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    for step in EDITS[edit]:
        step(sandbox)
        sandbox.pass_time(60)
    if buried:
        bury(sandbox)
    repository.edit_campaign("still", *CAPPED)
    expected = with_whole_log(large, sandbox)
    sandbox.settings(log_of_one=answer)
    assert plan(large) == expected
    assert asked(sandbox)[1] != []


@pytest.mark.parametrize("answer", ANSWERS)
def test_a_conflict_is_judged_by_the_whole_log(
    answer: str, large: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    sandbox.person_edits(A, daily_budget=7000)
    bury(sandbox)
    repository.edit_campaign("still", "50.00", "60.00")
    expected = with_whole_log(large, sandbox)
    assert "70.00 SGD is live (by Mei in Ads Manager" in expected["refusals"][0]["message"]
    sandbox.settings(log_of_one=answer)
    assert plan(large) == expected
    assert asked(sandbox) == (pages_of_the_log(sandbox), [])


@pytest.mark.parametrize("answer", ANSWERS)
def test_a_person_s_stop_and_budget_stand_whatever_meta_answers(
    answer: str, large: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    sandbox.person_edits(A, daily_budget=7000)
    sandbox.person_pauses(A)
    bury(sandbox)
    sandbox.settings(log_of_one=answer)
    repository.edit_campaign("still", *CAPPED)
    said = large.apply().ended(0).out
    assert f"Drift: {A} daily_budget 50.00 SGD → 70.00 SGD, by Mei in Ads Manager" in said
    assert f"Drift: {A} status ACTIVE → PAUSED, by Mei in Ads Manager" in said
    assert (sandbox.status(A), sandbox.value(A, "daily_budget")) == ("PAUSED", "7000")
    assert sandbox.value(A, "spend_cap") == "90000"


def test_one_of_two_without_its_creation_has_the_whole_log_read(
    large: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    second = max(sandbox.id(A), sandbox.id(B))
    forget_events(sandbox, lambda event: event["object_id"] == second and event["event_type"].startswith("create_"))
    sandbox.person_edits(A, daily_budget=7000)
    bury(sandbox)
    repository.edit_campaign("still", *CAPPED)
    repository.edit_campaign("c0", "50.00", "60.00")
    expected = with_whole_log(large, sandbox)
    assert plan(large) == expected
    assert asked(sandbox) == (pages_of_the_log(sandbox), [A, B])


def test_an_answer_without_what_the_newest_page_tells_has_the_whole_log_read(
    large: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    sandbox.person_pauses(A)
    sandbox.person_activates(A)
    sandbox.settings(log_of_one="creations")
    repository.edit_campaign("still", *CAPPED)
    large.plan()
    assert asked(sandbox) == (pages_of_the_log(sandbox), [A])


@pytest.mark.parametrize("answer", ANSWERS)
def test_an_earlier_write_of_ours_is_not_taken_for_a_person_s_later_one(
    answer: str, large: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    """An answer that is behind has our own event of the field, and not the person's yet."""
    repository.edit_campaign("still", "50.00", "60.00")
    large.apply().ended(0)
    sandbox.pass_time(3600)
    sandbox.person_edits(A, daily_budget=7000)
    bury(sandbox)
    repository.edit_campaign("still", *CAPPED)
    expected = with_whole_log(large, sandbox)
    assert expected["drift"][0]["actor"] == "Mei"
    sandbox.settings(log_of_one=answer)
    assert plan(large) == expected


def test_a_row_without_a_time_hides_no_other(large: Reconciler, repository: Repository, sandbox: LocalGraph) -> None:
    sandbox.person_edits(A, daily_budget=7000)
    repository.edit_campaign("still", *CAPPED)
    rows = sandbox.read(f"{ACCOUNT}/activities", FIELDS)["data"]
    rows[1:1] = [
        {"event_type": "billing_event", "object_id": "1"},
        {"event_type": "billing_event", "event_time": "soon"},
    ]
    sandbox.fault("status", "/activities", status=200, body=json.dumps({"data": rows, "paging": {}}))
    assert plan(large)["drift"][0]["actor"] == "Mei"


def answered_with(rows: list[dict[str, Any]], sandbox: LocalGraph) -> None:
    asked(sandbox)
    body = json.dumps({"data": rows, "paging": {}})
    sandbox.fault("status", "/activities", params=ALONE, status=200, body=body)


def test_an_answer_in_another_order_has_the_whole_log_read(
    large: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    sandbox.person_pauses(A)
    sandbox.pass_time(60)
    sandbox.person_activates(A)
    bury(sandbox)
    repository.edit_campaign("still", *CAPPED)
    answered_with(events_of_a(sandbox), sandbox)
    large.plan()
    assert asked(sandbox)[0] == pages_of_the_log(sandbox)


def test_others_events_in_an_answer_that_ends_are_dropped(
    large: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    sandbox.person_edits(A, daily_budget=7000)
    bury(sandbox)
    repository.edit_campaign("still", *CAPPED)
    expected = with_whole_log(large, sandbox)
    newest, *older = events_of_a(sandbox)[::-1]
    others = {"object_id": sandbox.id(AD), "actor_name": "Wei Ling", "event_type": "update_campaign_budget"}
    answered_with([newest, {**newest, **others}, *older], sandbox)
    assert plan(large) == expected
    assert asked(sandbox)[0] == 1


def events_of_a(sandbox: LocalGraph) -> list[dict[str, Any]]:
    """Oldest first."""
    told = [entry["data"] for entry in sandbox.control("world", method="GET")["activities"]]
    return [row for row in told if row["object_id"] == sandbox.id(A)]


def forget_events(sandbox: LocalGraph, gone: Callable[[dict[str, Any]], bool]) -> None:
    world = sandbox.control("world", method="GET")
    world["activities"] = [entry for entry in world["activities"] if not gone(entry["data"])]
    sandbox.control("world", world)


# ---- where nothing is asked for alone


def test_where_a_record_is_lost_the_whole_log_is_read(
    large: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    (repository.root / "state" / "acme-sg" / "still.json").unlink()
    large.plan()
    assert asked(sandbox) == (pages_of_the_log(sandbox), [])


def test_where_somebody_may_have_deleted_something_the_whole_log_is_read(
    large: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    repository.edit_campaign("still", "50.00", "60.00")
    repository.campaign("more", STILL.replace("name: Still", "name: More"))
    large.plan()
    assert asked(sandbox)[1] == []


def test_of_an_object_that_is_older_than_the_log_the_whole_log_is_read(
    large: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    sandbox.pass_time(91 * 86400)
    for number in range(2 * PAGE_OF):
        sandbox.person_edits(B, name=f"Other {number}")
    sandbox.person_edits(B, name="S0")
    repository.edit_campaign("still", "50.00", "60.00")
    assert ("update", A) in large.plan().actions
    pages, alone = asked(sandbox)
    assert pages > 1 and alone == []


# ---- errors


def changed(reconciler: Reconciler, repository: Repository) -> Run:
    repository.edit_campaign("still", "50.00", "60.00")
    return reconciler("plan")


def test_what_stops_the_account_stops_it_here_too(
    large: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    sandbox.fault("error", "/activities", params=ALONE, code=80004, subcode=2446079, http=400)
    changed(large, repository).ended(7)
    assert asked(sandbox)[0] == 1


def test_a_refused_token_stops_the_account_here_too(
    large: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    sandbox.fault("error", "/activities", params=ALONE, code=190, http=401)
    assert changed(large, repository).status not in (0, 2)
    assert asked(sandbox)[0] == 1


@pytest.mark.parametrize(
    "fault",
    [
        {"effect": "status", "status": 500},
        {"effect": "garbage"},
        {"effect": "error", "code": 100, "http": 400},
        {"effect": "error", "code": 200, "http": 403},
        {"effect": "error", "code": 1, "message": "Please reduce the amount of data you're asking for", "http": 500},
    ],
    ids=lambda fault: f"{fault['effect']}-{fault.get('code', '')}",
)
def test_what_goes_wrong_with_the_question_alone_has_the_whole_log_read(
    fault: dict[str, Any], large: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    sandbox.fault(path="/activities", params=ALONE, times=0, **fault)
    assert changed(large, repository).ended(0).out.count("50.00 SGD → 60.00 SGD") >= 1
    assert asked(sandbox)[0] == pages_of_the_log(sandbox)


def test_a_question_that_is_too_much_for_meta_makes_no_page_of_the_whole_log_smaller(
    large: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    sandbox.settings(max_page_size=30)
    for _ in range(40):
        sandbox.person_edits(B, name="Other")
        sandbox.person_edits(B, name="S0")
    too_much = {"code": 1, "message": "Please reduce the amount of data you're asking for", "http": 500}
    asked(sandbox)
    sandbox.fault("error", "/activities", params=ALONE, times=0, **too_much)
    changed(large, repository).ended(0)
    logged = len(sandbox.control("world", method="GET")["activities"])
    assert asked(sandbox) == (-(-logged // 30), [A])


def test_a_cursor_that_is_refused_after_a_vain_question_begins_the_whole_log_anew(
    large: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    sandbox.person_edits(A, daily_budget=7000)
    bury(sandbox)
    expected = with_whole_log(large, sandbox)
    sandbox.settings(log_of_one="empty")
    asked(sandbox)
    sandbox.fault("error", "/activities", params={"after": "."}, nth=2, code=100, http=400)
    assert plan(large) == expected
    assert asked(sandbox)[0] == pages_of_the_log(sandbox) + 3


def test_an_account_whose_answer_proved_nothing_is_not_asked_so_again_in_the_run(
    large: Reconciler, sandbox: LocalGraph
) -> None:
    sandbox.settings(log_of_one="empty")
    reader, account = Reader(Connection("a token", sandbox.url)), Account("acme-sg", ACCOUNT, "SGD", Origin("", 0))
    since = datetime.fromisoformat(sandbox.now()) - timedelta(days=1)
    question = Question(sandbox.id(A), since, {})
    told = [read_log_of(reader, account, since, [question]) for _ in range(2)]
    assert asked(sandbox) == (2 * pages_of_the_log(sandbox), [A])
    assert told == [read_log(reader, account, since)] * 2
    reader.close()

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import BaseModel, ValidationError
from support.declaring import ACCOUNT, PROJECT, place, problems_of

from reconciler.config.document import parse_document
from reconciler.kinds.enums import BID_STRATEGIES
from reconciler.kinds.settings import WINDOW, AccountSpec, ProjectSpec
from reconciler.kinds.zones import ABBREVIATIONS, COUNTRIES, PLACE_OF_OFFSET, is_place

CONTEXT = {"zone": ZoneInfo("Asia/Singapore"), "currency": "SGD"}


def read(model: type[BaseModel], text: str) -> Any:
    return model.model_validate(parse_document(text, "f.yaml").data, context=CONTEXT)


def test_a_project_needs_only_its_name() -> None:
    project = read(ProjectSpec, PROJECT)
    assert (project.timezone, project.api_version, project.pre_review) == ("Asia/Singapore", "v26.0", False)


def test_an_account_needs_only_its_id_and_currency() -> None:
    account = read(AccountSpec, "account: act_1\ncurrency: SGD\n")
    assert (account.token, account.page, account.policies.max_daily_budget) == ("env/META_ACCESS_TOKEN", None, None)
    assert account.regulated.singapore is None


PROJECT_MISTAKES = [
    pytest.param("timezone: ../etc/passwd", "names no place", "such as Asia/Singapore", id="a path as a timezone"),
    pytest.param("api_version: 26", "expected text, found 26", "write api_version: v26.0", id="a version as a number"),
    pytest.param("api_version: v26", "does not fit", "write api_version: v26.0", id="a version without a point"),
    pytest.param("policies: {max_lateness: 24}", "expected text", "", id="lateness without a unit"),
    pytest.param("policies: {max_lateness: 0h}", "does not fit", "", id="no lateness"),
    pytest.param(
        "policies: {max_removals: 101}", "101 is more than 100", "write max_removals: 100, or less", id="more than all"
    ),
    pytest.param(
        "policies: {max_removals: -1}", "-1 is less than 0", "write max_removals: 0, or more", id="less than none"
    ),
    pytest.param(
        "policies: {max_budget_increase: 0}",
        "0 is less than 1",
        "write max_budget_increase: 1, or more",
        id="no increase",
    ),
    pytest.param("policies: {name_pattern: '('}", "not a regular expression", "", id="a broken pattern"),
    pytest.param("policies: {drift: keeps}", "'keeps' is not known here", "did you mean keep?", id="a misspelt choice"),
    pytest.param("policies: {max_daily_budget: 500}", "expected text, found 500", "", id="minor units of no currency"),
    pytest.param("policies: {max_daily_budget: 0.00 SGD}", "must be more than zero", "as in 50.00 SGD", id="no money"),
    pytest.param("policies: {max_daily_budget: []}", "limits nothing", "write an amount", id="no amount at all"),
    pytest.param("policies: {max_daily_budget: [5.00 SGD, 6.00 SGD]}", "two amounts in SGD", "keep one", id="twice"),
    pytest.param("policies: {max_daily_budget: 5.001 SGD}", "is too fine", "write 5.00 SGD", id="too fine an amount"),
    pytest.param("policies: {max_account_daily_budget: 5.00 XYZ}", "is not a currency", "", id="an unknown currency"),
    pytest.param("policies: {activation_window: Mom-Fri 09:00-18:00}", "is no window", "Mon-Fri", id="a misspelt day"),
    pytest.param("policies: {activation_window: 09:00-25:00}", "is no window", "Mon-Fri", id="an hour that is none"),
    pytest.param("policies: {activation_window: 22:00-06:00}", "is no window", "of one day", id="a night"),
    pytest.param("policies: {activation_window: 9-18}", "is no window", "Mon-Fri", id="hours alone"),
]


@pytest.mark.parametrize(("text", "message", "mend"), PROJECT_MISTAKES)
def test_a_mistake_in_the_project_is_told_at_its_place(text: str, message: str, mend: str) -> None:
    (problem,) = problems_of(project=f"{PROJECT}{text}\n")
    assert place(problem).startswith("project.yaml:2:")
    assert message in problem.message
    assert mend in problem.mend


MEANT = {
    "Asia/Singapura": "Asia/Singapore",
    "asia/singapore": "Asia/Singapore",
    "Singapore": "Asia/Singapore",
    "Etc/GMT+8": "Asia/Singapore or America/Los_Angeles",
    "Etc/GMT-8": "America/Los_Angeles or Asia/Singapore",
    "GMT+8": "Asia/Singapore",
    "UTC+08:00": "Asia/Singapore",
    "+08:00": "Asia/Singapore",
    "+8": "Asia/Singapore",
    "8": "Asia/Singapore",
    "-5": "America/New_York",
    "UTC+5:30": "Asia/Kolkata",
    "SGT": "Asia/Singapore",
    "SGT-8": "Asia/Singapore",
    "<+08>-8": "Asia/Singapore",
    "posix/Asia/Singapore": "Asia/Singapore",
    "right/Asia/Tokyo": "Asia/Tokyo",
    "EST": "America/New_York",
    "EST5EDT": "America/New_York",
    "CST": "Asia/Taipei or America/Chicago",
    "GMT": "UTC or Europe/London",
    "Etc/UTC": "UTC",
    "Zulu": "UTC",
    "utc": "UTC",
    "Japan": "Asia/Tokyo",
    "kuala lumpur": "Asia/Kuala_Lumpur",
}


@pytest.mark.parametrize(("written", "places"), MEANT.items())
def test_a_timezone_that_names_no_place_is_answered_with_the_place_that_was_meant(written: str, places: str) -> None:
    (problem,) = problems_of(project=f"{PROJECT}timezone: {written}\n")
    assert place(problem) == "project.yaml:2:11"
    assert "names no place" in problem.message
    assert problem.mend == f"did you mean {places}?"
    for name in places.split(" or "):
        assert read(ProjectSpec, f"{PROJECT}timezone: {name}\n").timezone == name


@pytest.mark.parametrize("written", ["localtime", "Factory", "Mars/Base", "''", "Etc", "Etc/GMT+8x", "x" * 10_000])
def test_a_timezone_like_no_place_is_told_what_one_looks_like(written: str) -> None:
    (problem,) = problems_of(project=f"{PROJECT}timezone: {written}\n")
    assert problem.mend == "write a place of the tz database, such as Asia/Singapore, or UTC"


@pytest.mark.parametrize("written", ["Asia/Singapore", "America/Argentina/Buenos_Aires", "US/Pacific", "UTC"])
def test_a_place_is_a_timezone(written: str) -> None:
    assert read(ProjectSpec, f"{PROJECT}timezone: {written}\n").timezone == written


def test_every_place_that_is_suggested_can_be_written_and_has_its_offset() -> None:
    winter = datetime.fromisoformat("2026-01-15"), datetime.fromisoformat("2026-07-15")
    for minutes, name in PLACE_OF_OFFSET.items():
        assert is_place(name)
        assert min(at.replace(tzinfo=ZoneInfo(name)).utcoffset() for at in winter) == timedelta(minutes=minutes)
    assert all(is_place(name) for said in ABBREVIATIONS.values() for _, name in said)
    assert all(is_place(name) for name in COUNTRIES.values())


@pytest.mark.parametrize("name", ["Acme", "acme agency", "acme:agency", "-acme", ""])
def test_a_projects_name_can_stand_in_a_label(name: str) -> None:
    assert problems_of(project=f"project: '{name}'\n")


@pytest.mark.parametrize("token", ["EAABsbCS", "META_TOKEN", "env/", "env/lower", "env/1X", "file/secret"])
def test_a_token_is_never_written_itself(token: str) -> None:
    with pytest.raises(ValidationError):
        read(AccountSpec, f"{ACCOUNT}token: {token}\n")


def test_an_accounts_limits_are_in_its_own_currency() -> None:
    account = read(AccountSpec, f"{ACCOUNT}policies: {{max_daily_budget: 300.00 SGD}}\n")
    assert account.policies.max_daily_budget == 30000
    (problem,) = problems_of(account=f"{ACCOUNT}policies: {{max_daily_budget: 300.00 USD}}\n")
    assert "not in the account's currency" in problem.message


@pytest.mark.parametrize("window", ["09:00-18:00", "Mon 00:00-24:00", "Fri-Mon 08:30-08:31"])
def test_windows_that_can_be_met(window: str) -> None:
    assert WINDOW.fullmatch(window)
    assert read(ProjectSpec, f"{PROJECT}policies: {{activation_window: {window}}}\n")


def test_a_word_near_no_other_lists_some() -> None:
    (problem,) = problems_of("name: S\ndaily_budget: 5.00 SGD\nbid_strategy: qqqq\n")
    assert all(word in problem.mend for word in BID_STRATEGIES)

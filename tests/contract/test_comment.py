"""The comment of a pull request tells what its plan does: what starts, when, what it costs, what is dangerous."""

from __future__ import annotations

import re

import pytest
from pictures.cases import comment_of
from support.command import Reconciler
from support.repository import SPRING, Repository
from support.sandbox import LocalGraph


def head_of(name: str) -> str:
    return comment_of(name).partition("\n#### ")[0]


CLAIMS = {
    "one": [
        "### Plan: 1 campaign starts\n",
        "<b>Starts 2026-12-01 09:00 +08 until 2026-12-31 23:59 +08</b>: <b>Spring Sale</b>",
        "nothing now; <b>50.00 SGD a day</b> from 2026-12-01 09:00 +08; about <b>1,531.25 SGD</b> in all until",
    ],
    "forty": [
        "### Plan: 40 campaigns start\n",
        "<b>Starts 2026-12-01 09:00 +08 until 2026-12-31 23:59 +08</b>: 10: ",
        "<b>Starts later</b>: 10 more, the last 2026-12-04 09:00 +08",
        "up to <b>2,000.00 SGD a day</b> from 2026-12-04 09:00 +08; about <b>58,250.00 SGD</b> in all",
    ],
    "refusal": [
        "1 campaign starts, 1 refused",
        "`max_daily_budget` `acme-sg/spring-sale`",
        "50.00 SGD a day is over the limit of 40.00 SGD<br>mend: lower the budget",
    ],
    "conflict": [
        "<b>Starts</b>: nothing",
        "<b>Does not start</b>",
        "20.00 SGD was applied, 80.00 SGD is live (by Mei in Ads Manager",
    ],
    "failed-account": [
        "1 account not planned",
        "<b>acme-my</b>: desired/accounts/acme-my.yaml:1:10: the token cannot see",
        "| <b>acme-&#8288;my</b> | ? |",
    ],
    "changed": [
        "1 campaign changed",
        "may spend more, resets learning: `daily_budget` 20.00 SGD → 35.00 SGD",
        "20.00 SGD → <b>35.00 SGD a day</b> with the merge",
    ],
    "removal": [
        "1 campaign starts, 1 campaign stopped",
        "<b>Stops</b>: acme-sg/always-on is running and its file is gone, so it is paused",
        "20.00 SGD → <b>0 SGD a day</b> with the merge",
    ],
}


@pytest.mark.parametrize("name", CLAIMS)
def test_the_head_tells_what_matters(name: str) -> None:
    head = head_of(name)
    for claim in CLAIMS[name]:
        assert claim in head, head


def test_forty_campaigns_that_are_alike_are_one_with_what_each_has_of_its_own() -> None:
    text = comment_of("forty")
    assert text.count("<details") == text.count("<details>") == 1
    assert re.search(r"<summary><b>40 campaigns alike</b> .*: 40 × 50.00 SGD a day; start from", text)
    assert "| `acme-sg/spring-07` |" in text


def test_the_comment_is_written_beside_what_the_plan_prints(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    sandbox.account()
    repository.campaign("spring-sale", SPRING)
    plain, written = reconciler("plan"), reconciler("plan", "--markdown", str(repository.root / "comment.md")).ended(0)
    comment = repository.root / "comment.md"
    told = f"\nWritten: {comment}, the comment of a pull request\n"
    assert written.out.replace(told, "") == plain.out != written.out
    assert comment.read_text("utf-8").endswith("</sub>\n")


def test_a_comment_that_cannot_be_written_is_an_error_with_its_file(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    sandbox.account()
    run = reconciler("plan", "--markdown", str(repository.root / "nowhere" / "comment.md")).ended(1)
    assert "nowhere" in run.err


def test_changed_copy_is_a_difference_and_changed_targeting_a_table() -> None:
    text = comment_of("changed")
    assert '- "Coffee, always on.\n- From 7 in the morning."\n+ "Coffee, all day.\n' in text
    assert "| `targeting` `age_min` | 21 | <b>25</b> |" in text


def test_what_stops_is_open_and_what_is_new_beside_it_is_folded() -> None:
    dangerous, _, rest = comment_of("removal").partition("#### Everything else")
    assert "<details open><summary><code>acme-sg/always-on</code>" in dangerous
    assert "<details><summary><b>Spring Sale</b>" in rest

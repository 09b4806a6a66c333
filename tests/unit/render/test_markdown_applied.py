"""What the comment says of a merged pull request: what was done, what failed, what waits until when."""

from __future__ import annotations

from typing import Any

from support.values import AD, CAMPAIGN, NOW, at, change, plan

from reconciler.model.address import Address
from reconciler.model.plan import Action, Change, Moment, Outcome, Refusal, Spend
from reconciler.render.markdown import Done, outcome
from reconciler.render.review import About, review_of

MADE = change(Action.CREATE, CAMPAIGN, after={"name": "Spring"}, due=at("12-10 09:00"), until=at("12-20 23:59"))
SPEND = Spend("SGD", 0, 5000, 0, 0, (Moment(at("12-10 09:00"), 5000), Moment(at("12-20 23:59"), 0)))


def said(*results: Done, changes: tuple[Change, ...] = (MADE,), limit: int = 65_536, **more: Any) -> str:
    return outcome(review_of(plan(changes, **more), about=About(NOW, commit="c" * 40)), results, limit=limit)


def test_what_was_done_is_counted_and_what_starts_later_is_said() -> None:
    text = said(Done("acme-sg", (Outcome(MADE),)), spend={"acme-sg": SPEND})
    assert text.startswith("### Applied: 1 new\n")
    assert "<b>Starts 2026-12-10 09:00 +08 until 2026-12-20 23:59 +08</b>: <b>Spring</b>" in text
    assert "nothing now; <b>50.00 SGD a day</b> from 2026-12-10 09:00 +08" in text
    assert "| <b>acme-sg</b> | 1 | 0 |  |" in text


def test_what_failed_stands_in_the_head_with_its_error() -> None:
    text = said(Done("acme-sg", (Outcome(MADE), Outcome(change(Action.CREATE, AD), error="Meta error 100\n  mend: x"))))
    assert text.startswith("### Applied in part: 1 new, 1 failed\n")
    assert "<code>acme-sg/spring/main/hero</code> (new): Meta error 100<br>mend: x" in text


def test_a_launch_of_which_something_failed_is_not_promised() -> None:
    text = said(Done("acme-sg", (Outcome(MADE), Outcome(change(Action.CREATE, AD), error="Meta error 100"))))
    assert "<b>Starts" not in text
    assert "<b>May not start</b>, since not all of it is done: <b>Spring</b>" in text


def test_what_nobody_knows_is_said_to_be_unknown() -> None:
    assert "nobody knows" in said(Done("acme-sg", (Outcome(MADE, error="no answer", unknown=True),)))


def test_what_waits_for_a_limit_says_until_when() -> None:
    waiting = Outcome(MADE, error="not tried", retry_at=at("12-05 11:00"))
    text = said(Done("acme-sg", (waiting,)))
    assert text.startswith("### Nothing applied: 1 waiting\n")
    assert "<b>Waits until 2026-12-05 11:00 +08</b>: 1 change of <code>acme-sg</code>" in text
    assert "| <b>acme-sg</b> | 0 | 0 | until 2026-12-05 11:00 +08 |" in text


def test_an_account_that_a_limit_stopped_has_not_failed() -> None:
    text = said(Done("acme-sg", error="limit", retry_at=at("12-05 11:00")))
    assert "the rest of <code>acme-sg</code>" in text
    assert "Not done" not in text


def test_an_account_that_stopped_or_was_not_planned_is_said() -> None:
    text = said(Done("acme-sg", error="the disk is full"), failures={"acme-my": "the token has expired"})
    assert "2 accounts stopped" in text
    assert "<b>acme-sg</b>: the disk is full" in text
    assert "<b>acme-my</b>: the token has expired" in text
    assert "| <b>acme-sg</b> | 0 | stopped |  |\n| <b>acme-my</b> | 0 | stopped |  |" in text


def test_what_is_refused_is_said_again() -> None:
    refusal = Refusal("max_daily_budget", "acme-sg/outlet", "50.00 SGD is over 40.00 SGD", mend="lower the budget")
    text = said(Done("acme-sg", (Outcome(MADE),)), refusals=(refusal,))
    assert "1 refused" in text.partition("\n")[0]
    assert "mend: lower the budget" in text


def test_where_a_refusal_has_held_back_all_nothing_is_said_to_be_applied() -> None:
    text = said(Done("acme-sg"), changes=(), refusals=(Refusal("max_daily_budget", "acme-sg/outlet", "too much"),))
    assert text.startswith("### Nothing applied: 1 refused\n")


def test_it_stays_within_the_limit() -> None:
    changes = [change(Action.CREATE, Address.parse(f"acme-sg/c{n}")) for n in range(2000)]
    results = [
        Outcome(one, error="Meta error 100" if n % 2 else "", notes=("a note",)) for n, one in enumerate(changes)
    ]
    text = said(Done("acme-sg", tuple(results)), changes=tuple(changes), limit=20_000)
    assert len(text) <= 20_000
    assert "1,000 new, 1,000 failed" in text
    assert text.count("<details") == text.count("</details>")

"""The comment: what a buyer reads in ten seconds, and what is cut when there is too much."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.values import AD, AD_SET, CAMPAIGN, NOW, at, change, plan

from reconciler.model.address import Address
from reconciler.model.plan import Action, Basis, Change, Drift, Effort, Moment, Plan, Refusal, Spend
from reconciler.render.fitting import ALWAYS, Piece, cut, fitted, utf16_units
from reconciler.render.markdown import LIMIT, SUMMARY_LIMIT, comment, summary
from reconciler.render.review import About, review_of

TIMES = {"due": at("12-10 09:00"), "until": at("12-20 23:59")}
SPEND = Spend("SGD", 0, 5000, 0, 0, (Moment(at("12-10 09:00"), 5000), Moment(at("12-20 23:59"), 0)))
RAISE = change(
    Action.UPDATE,
    Address.parse("acme-sg/always-on"),
    before={"daily_budget": 5000},
    after={"daily_budget": 8000},
    consequences=("+60 %: resets learning",),
)


def said(*changes: Change, about: About | None = None, **more: Any) -> str:
    return comment(review_of(plan(changes, **more), about=about or About(NOW)))


def head(text: str) -> str:
    """What stands before the details."""
    return text.partition("####")[0]


def spring() -> list[Change]:
    return [change(Action.CREATE, a, after={"name": "Spring", "daily_budget": 5000}, **TIMES) for a in (CAMPAIGN,)]


def test_the_head_says_what_starts_when_and_what_it_costs() -> None:
    text = head(said(*spring(), spend={"acme-sg": SPEND}))
    assert text.startswith("### Plan: 1 campaign starts\n")
    assert "<b>Starts 2026-12-10 09:00 +08 until 2026-12-20 23:59 +08</b>: <b>Spring</b>" in text
    assert "nothing now; <b>50.00 SGD a day</b> from 2026-12-10 09:00 +08; about <b>531.25 SGD</b> in all until" in text


def test_an_apply_of_minutes_is_said_in_the_head() -> None:
    text = head(said(*spring(), spend={"acme-sg": SPEND}, effort={"acme-sg": Effort(9, 198, 3360, "limited")}))
    assert "<b>Time to apply</b>: acme-sg about 56 min (198 writes, limited tier)" in text
    assert "Time to apply" not in said(*spring(), effort={"acme-sg": Effort(9, 3, 4, "full")})


def test_a_raise_is_said_in_the_head_with_its_figures_and_open() -> None:
    text, figures = said(*spring(), RAISE), "`daily_budget` 50.00 SGD → 80.00 SGD (+60 %: resets learning)"
    assert f"may spend more, resets learning: {figures}" in head(text)
    assert text.count("<details open>") == 1
    assert "#### Dangerous\n\n<details open><summary><code>acme-sg/always-on</code>" in text


def test_what_is_harmless_is_folded_with_a_line_that_says_what_it_is() -> None:
    text = said(*spring(), RAISE)
    folded = re.search(r"<details><summary>(.*?)</summary>", text)
    assert folded is not None
    assert folded[1].endswith(
        "50.00 SGD a day; starts 2026-12-10 09:00 +08 until 2026-12-20 23:59 +08; new: 1 campaign"
    )


def test_a_campaign_alone_is_open() -> None:
    assert "<details open>" in said(*spring())


def test_a_running_campaign_that_stops_is_said_once_in_the_head() -> None:
    stop = change(Action.PAUSE, before={"status": "ACTIVE"}, after={"status": "PAUSED"}, removal=True)
    text = head(said(stop))
    assert "1 campaign stopped" in text
    assert text.count("acme-sg/spring") == 1


def test_a_refusal_is_said_in_the_head_with_its_mend() -> None:
    refusal = Refusal("max_daily_budget", "acme-sg/spring", "50.00 SGD is over 40.00 SGD", mend="lower the budget")
    text = head(said(refusals=(refusal,)))
    assert "1 refused" in text
    assert "50.00 SGD is over 40.00 SGD<br>mend: lower the budget" in text


def test_a_launch_that_a_refusal_makes_wait_is_not_said_to_start() -> None:
    conflict = Refusal("conflict", "acme-sg/always-on", "changed on both sides", lowers=True)
    text = head(said(*spring(), refusals=(conflict,)))
    assert "<b>Starts</b>: nothing" in text
    assert "<b>Does not start</b>" in text


def test_another_account_s_refusal_keeps_nothing_from_starting() -> None:
    conflict = Refusal("conflict", "acme-my/always-on", "changed on both sides", lowers=True)
    assert "Starts 2026-12-10" in head(said(*spring(), refusals=(conflict,)))


def test_an_account_that_was_not_planned_is_unknown_in_the_table() -> None:
    text = head(said(*spring(), failures={"acme-my": "the token has expired\n  mend: make a new one"}))
    assert "1 account not planned" in text
    assert "the token has expired<br>mend: make a new one" in text
    assert "| <b>acme-&#8288;my</b> | ? |" in text


def test_where_no_account_was_planned_all_is_unknown() -> None:
    text = head(comment(review_of(plan(failures={"acme-my": "the token"}, spend={}), about=About(NOW))))
    assert "<b>Starts</b>: unknown, since no account could be planned" in text
    assert "<b>Spend of acme-my</b>: unknown" in text
    assert "nothing" not in text


def test_a_spend_without_a_declared_end_says_so() -> None:
    text = head(said(*spring(), spend={"acme-sg": Spend("SGD", 0, 0, 2000, 3500)}))
    assert "20.00 SGD → <b>35.00 SGD a day</b> with the merge; without a declared end" in text


def test_nothing_to_do_is_said_in_one_line() -> None:
    assert said(accounts={"acme-sg": Basis("act_1", "")}).startswith("### No changes. What is live matches desired/.\n")


def test_a_plan_of_an_older_commit_says_so() -> None:
    assert "an older commit" in head(said(*spring(), about=About(NOW, stale=True)))


def test_changed_copy_of_several_lines_is_a_difference_with_its_signs_at_the_first_column() -> None:
    edit = change(Action.UPDATE, AD, before={"primary_text": "One\nTwo"}, after={"primary_text": "One\nThree"})
    assert '```diff\n- "One\n- Two"\n+ "One\n+ Three"\n```\n' in said(edit)


def test_changed_fields_are_a_table_of_now_and_after() -> None:
    edit = change(Action.UPDATE, AD_SET, before={"targeting": {"age_min": 21}}, after={"targeting": {"age_min": 25}})
    text = said(edit)
    assert "| Field | Now | After the merge |" in text
    assert "| `targeting` `age_min` | 21 | <b>25</b> |" in text


def test_media_and_places_are_links_to_the_files() -> None:
    about = About(NOW, media_url=lambda path: f"https://example.com/{path}")
    made = change(Action.CREATE, AD, after={"video": f"spring/hero.mp4@sha256:{'a' * 64}"})
    text = said(made, about=about, media={"a" * 64: "16:9, 0:15"})
    assert "[`spring/hero.mp4`](https://example.com/creatives/spring/hero.mp4) (16:9, 0:15)" in text


def test_drift_says_who_and_what_can_be_done() -> None:
    drift = Drift(CAMPAIGN, "daily_budget", 5000, 8000, actor="Mei", application="Ads Manager", at=NOW)
    text = said(drift=(drift,))
    assert "by Mei in Ads Manager" in text
    assert "<br>to keep it, write" in text


def test_the_last_line_says_as_of_when_of_which_commit_and_which_plan() -> None:
    about = About(NOW, "0.1.0", commit="c" * 40, digest="d" * 64, run_url="https://example.com/run")
    last = said(*spring(), about=about).splitlines()[-1]
    assert "As of 2026-12-05 10:00 +08" in last
    assert f"commit `{'c' * 12}`" in last
    assert f"plan `{'d' * 12}`" in last
    assert "[the run](https://example.com/run)" in last


def large(number: int, text: str = "\U0001f600 Spring") -> Plan:
    """So many campaigns of each sort: new ones that are not alike, raises and refusals."""
    changes, refusals = [], []
    for n in range(number):
        new, old = Address.parse(f"acme-sg/new-{n:05}"), Address.parse(f"acme-sg/old-{n:05}")
        times = {"due": at("12-10 09:00"), "until": at(f"12-{11 + n % 19} 23:59")}
        after = {"name": f"{text} {n}", "daily_budget": 1000 + n, **{f"field_{n}_{m}": f"{text} {m}" for m in range(6)}}
        changes.append(change(Action.CREATE, new, after=after, **times))
        before = {"daily_budget": 5000}
        changes.append(change(Action.UPDATE, old, before=before, after={"daily_budget": 6000 + n}))
        refusals.append(Refusal("max_daily_budget", f"acme-sg/bad-{n:05}", f"{text} is over the limit"))
    changes.sort(key=lambda one: one.address)
    return plan(
        changes,
        refusals=tuple(refusals),
        spend={"acme-sg": SPEND},
        notes=tuple(f"{text * 9} {n}" for n in range(number)),
    )


@pytest.mark.parametrize("number", [1, 30, 100, 1000])
def test_no_comment_is_longer_than_github_takes(number: int) -> None:
    text = comment(review_of(large(number), about=About(NOW)))
    assert len(text.encode("utf-16-le")) // 2 <= LIMIT
    assert text.count("<details") == text.count("</details>")


def test_names_without_an_end_leave_room_for_the_head() -> None:
    changes = [
        change(
            Action.CREATE,
            Address.parse(f"acme-sg/c{n:02}"),
            after={"name": "*" * 5000, f"f{n}": n},
            due=at(f"12-{n:02} 09:00"),
        )
        for n in range(10, 25)
    ]
    text = comment(review_of(plan(changes), about=About(NOW)))
    assert len(text) <= LIMIT
    assert "### Plan: 15 campaigns start" in text


@pytest.mark.parametrize("number", [30, 1000])
def test_what_is_cut_is_said_and_where_the_whole_is(number: int) -> None:
    about = About(NOW, run_url="https://example.com/run")
    text = comment(review_of(large(number), about=about), limit=30_000)
    assert re.search(r"> Cut to fit in here: .*left out.*: \[the run has the whole plan\]\(https://example.com", text)
    assert re.search(rf"### Plan: {number:,} campaigns start, {number:,} campaigns changed, {number:,} refused", text)
    assert "<b>Spend of acme-sg</b>" in text
    assert "| <b>acme-&#8288;sg</b>" in text


def test_details_are_cut_before_refusals_and_dangers() -> None:
    text = comment(review_of(large(100), about=About(NOW)), limit=45_000)
    assert text.count("`acme-sg/bad-") == 100
    assert text.count("<code>acme-sg/old-") >= 100
    assert text.count("`objective`") == 0


def test_the_summary_has_more_room_and_counts_bytes() -> None:
    review = review_of(large(400), about=About(NOW))
    assert len(comment(review)) < len(summary(review))
    assert len(summary(review).encode()) <= SUMMARY_LIMIT
    assert len(summary(review, limit=50_000).encode()) <= 50_000


@given(
    st.lists(st.lists(st.tuples(st.integers(0, 5), st.text(max_size=20)), min_size=1, max_size=3), max_size=12),
    st.integers(0, 200),
)
def test_what_is_chosen_fits_and_a_higher_rank_never_pushes_out_a_lower_one(
    forms: list[list[tuple[int, str]]], limit: int
) -> None:
    pieces = [Piece(tuple((rank, text) for rank, text in sorted(one, key=lambda f: f[0])), "piece") for one in forms]
    chosen = fitted(pieces, limit, utf16_units)
    texts = [piece.forms[n - 1][1] if n else "" for piece, n in zip(pieces, chosen, strict=True)]
    assert sum(map(utf16_units, texts)) <= limit
    assert bool(list(cut(pieces, chosen))) == any(n < len(p.forms) for p, n in zip(pieces, chosen, strict=True))


def test_what_is_always_said_is_never_cut() -> None:
    with pytest.raises(ValueError, match="always"):
        fitted([Piece(((ALWAYS, "head"),))], 3, utf16_units)

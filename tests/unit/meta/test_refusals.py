from __future__ import annotations

from typing import Any

from reconciler.meta.answers import Answer
from reconciler.meta.refusals import MOST, Refusals
from reconciler.model.errors import AccountBlocked, GraphReply, Invalid, NotAllowed, Unavailable

TAKEN: dict[str, Any] = {"success": True}
CREATIVES, CAMPAIGNS, CHANGE = "act_1/adcreatives", "act_1/campaigns", "120251762"


def no(code: int = 10) -> NotAllowed:
    return NotAllowed(GraphReply(400, code, message="no"), "assign it")


def judged(refusals: Refusals, path: str, times: int, code: int = 10) -> list[type[Answer]]:
    return [type(refusals.judged(path, no(code))) for _ in range(times)]


def test_a_few_refusals_are_their_objects() -> None:
    refusals = Refusals()
    assert set(judged(refusals, CREATIVES, MOST - 1) + judged(refusals, CAMPAIGNS, 1)) == {NotAllowed}
    assert refusals.unsent(CREATIVES) is None


def test_on_one_edge_nothing_is_sent_after_many_in_a_row_and_elsewhere_it_is() -> None:
    refusals = Refusals()
    assert set(judged(refusals, CREATIVES, MOST)) == {NotAllowed}
    unsent = refusals.unsent(CREATIVES)
    assert unsent is not None and "not sent, since Meta has refused 25 of these in a row: no" in str(unsent)
    assert refusals.unsent(CAMPAIGNS) is None and refusals.unsent(CHANGE) is None


def test_many_in_a_row_and_one_elsewhere_are_the_accounts() -> None:
    refusals = Refusals()
    judged(refusals, CREATIVES, MOST)
    assert judged(refusals, CAMPAIGNS, 1) == [AccountBlocked]
    assert judged(refusals, CHANGE, 1) == [AccountBlocked]


def test_of_another_code_they_are_not() -> None:
    refusals = Refusals()
    judged(refusals, CREATIVES, MOST)
    assert judged(refusals, CAMPAIGNS, 1, code=200) == [NotAllowed]


def test_many_changes_by_id_are_the_accounts_and_each_is_sent() -> None:
    refusals = Refusals()
    assert judged(refusals, CHANGE, MOST)[-2:] == [NotAllowed, AccountBlocked]
    assert refusals.unsent(CHANGE) is None


def test_what_was_taken_shows_that_the_token_may_write() -> None:
    refusals = Refusals()
    refusals.judged(CHANGE, TAKEN)
    everything = judged(refusals, CREATIVES, MOST) + judged(refusals, CAMPAIGNS, MOST) + judged(refusals, CHANGE, MOST)
    assert set(everything) == {NotAllowed}


def test_what_was_taken_or_refused_otherwise_begins_the_row_anew_and_what_is_unknown_does_not() -> None:
    refusals = Refusals()
    for answer in (TAKEN, Invalid(GraphReply(400, 100))):
        judged(refusals, CREATIVES, MOST - 1)
        refusals.judged(CREATIVES, answer)
        judged(refusals, CREATIVES, 1)
        assert refusals.unsent(CREATIVES) is None
    judged(refusals, CREATIVES, MOST - 2)
    refusals.judged(CREATIVES, Unavailable(GraphReply(0)))
    assert refusals.unsent(CREATIVES) is None
    judged(refusals, CREATIVES, 1)
    assert refusals.unsent(CREATIVES) is not None

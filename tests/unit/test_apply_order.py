from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.values import AD, AD_SET, CAMPAIGN, ZONE, change, live, observed

from reconciler.apply.order import PHASES, execution_order
from reconciler.apply.waves import WAVES, payload
from reconciler.engine.verify import check
from reconciler.kinds import KINDS
from reconciler.kinds.codecs import NO_CAP
from reconciler.model.address import Address
from reconciler.model.plan import Action, Change, Outcome

LEVELS = (CAMPAIGN, AD_SET, AD)


def budget(before: int | None, after: int | None, address: Address = CAMPAIGN) -> Change:
    return change(Action.UPDATE, address, before={"daily_budget": before}, after={"daily_budget": after})


def ordered(*changes: Change) -> list[Change]:
    return sorted(changes, key=execution_order)


BEFORE = [
    pytest.param(budget(2, 1), budget(1, 2), id="decreases before increases"),
    pytest.param(budget(2, None), budget(None, 2), id="a budget that goes before one that comes"),
    pytest.param(change(Action.PAUSE), change(Action.ACTIVATE), id="pauses before activations"),
    pytest.param(change(Action.PAUSE), change(Action.CREATE), id="pauses before creates"),
    pytest.param(change(Action.ARCHIVE), change(Action.CREATE), id="removals before creates"),
    pytest.param(budget(2, 1), change(Action.CREATE), id="decreases before creates"),
    pytest.param(change(Action.CREATE), budget(1, 2), id="creates before increases"),
    pytest.param(change(Action.CREATE), change(Action.ACTIVATE), id="creates before activations"),
    pytest.param(budget(1, 2), change(Action.ACTIVATE), id="increases before activations"),
    pytest.param(change(Action.ADOPT, AD), change(Action.PAUSE), id="adoptions first: they only remember"),
    pytest.param(change(Action.CREATE), change(Action.CREATE, AD_SET), id="campaigns before ad sets"),
    pytest.param(change(Action.CREATE, AD_SET), change(Action.CREATE, AD), id="ad sets before ads"),
    pytest.param(change(Action.REPLACE), change(Action.CREATE, AD_SET), id="replacements before what goes into them"),
    pytest.param(change(Action.ACTIVATE, AD), change(Action.ACTIVATE, AD_SET), id="ads are activated first"),
    pytest.param(change(Action.ACTIVATE, AD_SET), change(Action.ACTIVATE), id="the campaign is activated last"),
    pytest.param(change(Action.PAUSE), change(Action.PAUSE, AD_SET), id="a campaign is paused first"),
    pytest.param(change(Action.ARCHIVE, AD), change(Action.ARCHIVE), id="a campaign is archived last"),
    pytest.param(change(Action.UPDATE, after={"name": "x"}), budget(1, 2), id="other updates before increases"),
]


@pytest.mark.parametrize(("first", "second"), BEFORE)
def test_what_goes_first(first: Change, second: Change) -> None:
    assert ordered(second, first) == [first, second]


changes = st.builds(change, st.sampled_from(Action), st.sampled_from(LEVELS))


@given(st.lists(changes, max_size=12))
def test_nothing_is_turned_on_before_all_else_is_done_and_no_parent_after_its_child_is_made(
    found: list[Change],
) -> None:
    actions = [c.action for c in ordered(*found)]
    if Action.ACTIVATE in actions:
        assert set(actions[actions.index(Action.ACTIVATE) :]) == {Action.ACTIVATE}
    made = [len(c.address.steps) for c in ordered(*found) if c.action in (Action.CREATE, Action.REPLACE)]
    assert made == sorted(made)
    on = [len(c.address.steps) for c in ordered(*found) if c.action is Action.ACTIVATE]
    assert on == sorted(on, reverse=True)


def test_every_action_can_be_done_and_has_its_place() -> None:
    assert {*PHASES, Action.UPDATE} == set(Action)
    assert {execution_order(change(action))[0] for action in Action} <= set(WAVES)
    assert all(execution_order(change(a)) for a in Action)


# ---- what is sent

SENT = [
    pytest.param("campaign", {"name": "a", "status": "PAUSED"}, None, {"name": "a"}, id="never a status"),
    pytest.param("campaign", {"daily_budget": 5000}, None, {"daily_budget": 5000}, id="money in minor units"),
    pytest.param("campaign", {"spend_cap": None}, None, {}, id="nothing to clear on a new object"),
    pytest.param("campaign", {"spend_cap": None}, {"spend_cap": 5}, {"spend_cap": NO_CAP}, id="a cleared cap"),
    pytest.param("ad_set", {"end_time": None}, {"end_time": "x"}, {"end_time": 0}, id="a cleared end"),
    pytest.param("campaign", {"daily_budget": None}, {"daily_budget": 5}, {}, id="what cannot be cleared is left"),
    pytest.param("campaign", {"special_ad_categories": []}, None, {"special_ad_categories": []}, id="an empty list"),
    pytest.param("campaign", {"is_adset_budget_sharing_enabled": False}, None,
                 {"is_adset_budget_sharing_enabled": False}, id="false is sent"),
    pytest.param("campaign", {"pacing_type": ["standard"]}, None, {"pacing_type": ["standard"]}, id="raw as it is"),
    pytest.param("ad_set", {"targeting": {"custom_audiences": [{"id": "1", "name": "x"}]}}, None,
                 {"targeting": {"custom_audiences": [{"id": "1"}]}}, id="audiences by id"),
    pytest.param("ad", {"name": "a", "headline": "h", "video": "v@sha256:x", "conversion_domain": "d"}, None,
                 {"name": "a", "conversion_domain": "d"}, id="an ad's content goes into its creative"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "fields", "former", "sent"), SENT)
def test_what_is_sent(kind: str, fields: dict[str, Any], former: dict[str, Any] | None, sent: dict[str, Any]) -> None:
    assert payload(kind, fields, former) == sent


@pytest.mark.parametrize("kind", ["campaign", "ad_set", "ad"])
def test_a_declared_status_is_never_part_of_a_create_or_update(kind: str) -> None:
    fields = dict.fromkeys([*KINDS[kind].fields, "status"], "ACTIVE")
    fields.pop("targeting", None)
    assert "status" not in payload(kind, fields, fields)
    assert not set(payload(kind, fields)) & KINDS[kind].content


# ---- reading back


def read_back(done: Change, **more: Any) -> Outcome:
    objects = {} if more.pop("gone", False) else {done.address: live(done.address, **more)}
    (outcome,) = check([Outcome(done)], observed(objects), {}, "SGD", ZONE)
    return outcome


def test_what_meta_took_is_a_success() -> None:
    assert read_back(budget(1, 5000), fields={"daily_budget": 5000}).error == ""


def test_what_meta_did_not_take_is_an_error_with_both_values() -> None:
    assert read_back(budget(1, 5000), fields={"daily_budget": 100}).error == (
        "Meta took the write but not the value, or somebody has changed it since: "
        "daily_budget reads 1.00 SGD, not 50.00 SGD"
    )


def test_what_cannot_be_found_again_is_an_error() -> None:
    assert "cannot be read back" in read_back(budget(1, 5), gone=True).error


def test_a_status_that_did_not_stick_is_an_error() -> None:
    pause = change(Action.PAUSE, after={"status": "PAUSED"})
    assert "status reads ACTIVE, not PAUSED" in read_back(pause, status="ACTIVE").error


def test_a_create_is_not_judged_by_a_status_that_was_changed_afterwards() -> None:
    made = change(Action.CREATE, after={"name": "Spring", "status": "PAUSED"})
    on = change(Action.ACTIVATE, after={"status": "ACTIVE"})
    found = check([Outcome(made), Outcome(on)], observed({CAMPAIGN: live(status="ACTIVE")}), {}, "SGD", ZONE)
    assert [o.error for o in found] == ["", ""]


WAITING = [
    pytest.param("ACTIVE", [], id="delivers"),
    pytest.param("PREAPPROVED", [], id="approved before"),
    pytest.param("PENDING_REVIEW", ["PENDING_REVIEW (Meta is reviewing it)"], id="in review"),
    pytest.param("CAMPAIGN_PAUSED", ["its campaign is paused"], id="below a pause"),
    pytest.param("DISAPPROVED", ["rejected"], id="rejected"),
    pytest.param("SOMETHING_NEW", ["not delivering yet: SOMETHING_NEW"], id="a word that is new"),
]


@pytest.mark.parametrize(("effective", "notes"), WAITING)
def test_an_activation_tells_whether_it_delivers(effective: str, notes: list[str]) -> None:
    on = change(Action.ACTIVATE, after={"status": "ACTIVE"})
    found = read_back(on, status="ACTIVE", effective_status=effective)
    assert found.error == ""
    assert len(found.notes) == len(notes)
    assert all(part in note for part, note in zip(notes, found.notes, strict=True))


def test_issues_and_review_feedback_are_told_without_their_escapes() -> None:
    on = change(Action.ACTIVATE, after={"status": "ACTIVE"})
    found = read_back(on, status="ACTIVE", issues=("bad \x1b[2J (1)",), review=("policy: no",))
    assert found.notes == ("issue: bad \\x1b[2J (1)", "review: policy: no")


@pytest.mark.parametrize("action", [Action.ADOPT, Action.FORGET, Action.DELETE])
def test_what_writes_nothing_to_read_is_not_read_back(action: Action) -> None:
    assert read_back(change(action), gone=True).error == ""


def test_a_failure_stays_the_failure_that_it_was() -> None:
    failed = Outcome(budget(1, 5), error="no", unknown=True)
    assert list(check([failed], observed(), {}, "SGD", ZONE)) == [failed]


UNREADABLE = [
    pytest.param({"regional_regulated_categories": ["X"]}, id="a field that no read shows"),
    pytest.param({"strange_parameter": 1}, id="a raw parameter that is no field"),
    pytest.param({"end_time": None}, id="a cleared field is absent"),
]


@pytest.mark.parametrize("after", UNREADABLE)
def test_what_cannot_be_read_back_is_taken_on_trust(after: dict[str, Any]) -> None:
    unread = frozenset({"strange_parameter"})
    assert read_back(change(Action.UPDATE, AD_SET, after=after), fields={}, unread=unread).error == ""


def test_what_could_be_read_and_is_not_there_was_dropped() -> None:
    done = change(Action.UPDATE, AD_SET, after={"pacing_type": ["no_pacing"], "lifetime_imps": 0})
    found = read_back(done, fields={})
    assert found.error == "Meta took the request and dropped raw.pacing_type"
    assert found.not_applied == ("pacing_type",)

"""Each doubt that keeps an object PAUSED. Only without any doubt there is a permit."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.values import AD, AD_SET, CAMPAIGN, ZONE, at, change, live, observed, record, resource

from reconciler.apply.gate import SKEW, Doubt, Sight, judge, stops_wrongly
from reconciler.model.plan import Action, Change, Permit
from reconciler.model.remote import Object
from reconciler.model.resource import Lifecycle, Resource
from reconciler.model.status import Schedule

START, END = at("12-01 09:00"), at("12-31 23:59")
TURN_ON = change(Action.ACTIVATE, due=START)
FIELDS = {"name": "Spring", "daily_budget": 5000}


def own(**more: Any) -> Object:
    return live(fields=more.pop("fields", FIELDS), created_time=more.pop("created_time", at("11-21 10:00")), **more)


def sight(**more: Any) -> Sight:
    """What the gate looks at, without any doubt: a minute after the start, one campaign, as declared, in the
    listing."""
    seen = more.pop("seen", None) or observed({CAMPAIGN: own()}, **more.pop("observed", {}))
    declared = resource(fields=FIELDS, schedule=Schedule(activate_at=START, deactivate_at=END))
    now = more.pop("now", START + timedelta(minutes=1))
    return Sight(
        resources=more.pop("resources", {CAMPAIGN: declared}),
        records=more.pop("records", {}),
        seen=seen,
        ids=more.pop("ids", {CAMPAIGN: "100"}),
        local=more.pop("local", now),
        server=more.pop("server", now),
        zone=ZONE,
    )


def doubt(seen: Sight, asked: Change = TURN_ON) -> Doubt:
    verdict = judge(asked, seen)
    assert isinstance(verdict, Doubt), "it was let through"
    return verdict


def duplicate(**more: Any) -> dict[str, Any]:
    return {"copies": ((CAMPAIGN, own(id="101", **more)),)}


def test_without_a_doubt_the_permit_names_the_object() -> None:
    assert judge(TURN_ON, sight()) == Permit("100", sight().local)


WITHIN = resource(fields=FIELDS, schedule=Schedule(activate_at=START, over_at=END))

DOUBTS = [
    pytest.param({"server": None}, "no date", True, id="no Date"),
    pytest.param({"server": START + timedelta(minutes=2, seconds=1)}, "clock says", False, id="clocks apart"),
    pytest.param({"server": START - timedelta(hours=1)}, "clock says", False, id="a stale Date"),
    pytest.param({"now": START - timedelta(seconds=1)}, "has not come", False, id="early"),
    pytest.param({"server": START - timedelta(seconds=1), "local": START}, "has not come", False, id="early at Meta"),
    pytest.param({"local": START - timedelta(seconds=1), "server": START}, "has not come", False, id="early here"),
    pytest.param({"now": END}, "its end", False, id="its end has passed"),
    pytest.param(
        {"resources": {CAMPAIGN: WITHIN}, "now": END}, "its end", False, id="the end of what it is in has passed"
    ),
    pytest.param({"seen": observed()}, "do not show it yet", True, id="not seen"),
    pytest.param({"observed": {"unlisted": frozenset({CAMPAIGN})}}, "do not show it yet", True, id="not listed"),
    pytest.param({"ids": {CAMPAIGN: "99"}}, "object 100 has taken the place of 99", False, id="another object"),
    pytest.param({"observed": {"disowned": frozenset({CAMPAIGN})}}, "lost its label", False, id="not ours"),
    pytest.param({"seen": observed({CAMPAIGN: own(status="ARCHIVED")})}, "was archived", False, id="archived"),
    pytest.param({"seen": observed({CAMPAIGN: own(status="DELETED")})}, "was deleted", False, id="deleted"),
    pytest.param(
        {"observed": duplicate(status="ACTIVE", created_time=at("11-22 10:00"))}, "ACTIVE", False, id="a twin on"
    ),
    pytest.param({"observed": duplicate(created_time=at("11-20 10:00"))}, "label of", False, id="an older twin"),
    pytest.param({"observed": duplicate(created_time=None)}, "label of", False, id="a twin of unknown age"),
    pytest.param(
        {"observed": duplicate(status="ACTIVE", fields={**FIELDS, "name": "Spring 2"})},
        "is ACTIVE",
        False,
        id="renamed",
    ),
    pytest.param(
        {"seen": observed({CAMPAIGN: own(fields={**FIELDS, "daily_budget": 500000})})},
        "daily_budget of acme-sg/spring is not as declared: 5000.00 SGD is live, 50.00 SGD is declared",
        False,
        id="a raised budget",
    ),
    pytest.param(
        {
            "seen": observed({CAMPAIGN: own(fields={**FIELDS, "daily_budget": 9000})}),
            "records": {CAMPAIGN: record(applied={**FIELDS, "daily_budget": 9000})},
        },
        "90.00 SGD is live, 50.00 SGD is declared",
        False,
        id="a decrease that nobody has applied",
    ),
    pytest.param(
        {
            "seen": observed({CAMPAIGN: own(fields={**FIELDS, "daily_budget": 4000})}),
            "records": {CAMPAIGN: record(id="7", applied={**FIELDS, "daily_budget": 4000})},
        },
        "40.00 SGD is live",
        False,
        id="a record of another object proves nothing",
    ),
]


@pytest.mark.parametrize(("given_", "reason", "passing"), DOUBTS)
def test_what_keeps_it_paused(given_: dict[str, Any], reason: str, passing: bool) -> None:
    found = doubt(sight(**given_))
    assert reason in found.reason
    assert found.passing is passing


NO_DOUBTS = [
    pytest.param({"observed": duplicate(created_time=at("11-22 10:00"))}, id="a younger twin that is off"),
    pytest.param(
        {"observed": duplicate(fields={**FIELDS, "name": "Spring - Copy"}, created_time=at("11-22 10:00"))}, id="a copy"
    ),
    pytest.param({"seen": observed({CAMPAIGN: own(fields={**FIELDS, "name": "Sprong"})})}, id="a new name"),
    pytest.param(
        {
            "seen": observed({CAMPAIGN: own(fields={**FIELDS, "daily_budget": 4000})}),
            "records": {CAMPAIGN: record(applied={**FIELDS, "daily_budget": 4000})},
        },
        id="an increase that nobody has applied yet",
    ),
    pytest.param({"server": START + timedelta(seconds=60), "local": START}, id="clocks a minute apart"),
]


@pytest.mark.parametrize("given_", NO_DOUBTS)
def test_what_does_not_keep_it_from_starting(given_: dict[str, Any]) -> None:
    seen = sight(**given_)
    assert judge(TURN_ON, seen) == Permit("100", seen.local)


@pytest.mark.parametrize(("name", "allowed"), [("Main", False), ("Main - Copy", True)])
def test_a_campaign_waits_while_a_twin_of_what_is_in_it_is_on_but_not_for_a_persons_copy(
    name: str, allowed: bool
) -> None:
    base = below("PAUSED")
    copy = live(AD_SET, fields={"name": name}, status="ACTIVE", id="201")
    seen = replace(base, seen=replace(base.seen, copies=((AD_SET, copy),)))
    assert isinstance(judge(TURN_ON, seen), Permit) is allowed


def test_nothing_is_turned_on_early_for_review_below_a_campaign_that_is_on() -> None:
    waiting = Schedule(activate_at=START, active_before=True)
    early = START - timedelta(days=1)
    seen = {CAMPAIGN: own(status="ACTIVE"), AD_SET: live(AD_SET)}
    verdict = judge(
        change(Action.ACTIVATE, AD_SET),
        sight(
            resources={AD_SET: resource(AD_SET, schedule=waiting, now=early)},
            seen=observed(seen),
            ids={AD_SET: "200"},
            now=early,
        ),
    )
    assert isinstance(verdict, Doubt) and "its campaign is on before its time" in verdict.reason


def test_a_fixed_status_needs_no_time_and_an_ignored_field_no_value() -> None:
    declared = resource(
        fields=FIELDS, schedule=Schedule(status="ACTIVE"), lifecycle=Lifecycle(ignore=frozenset({"daily_budget"}))
    )
    changed = observed({CAMPAIGN: own(fields={**FIELDS, "daily_budget": 1})})
    assert judge(change(Action.ACTIVATE), sight(resources={CAMPAIGN: declared}, seen=changed)) == Permit(
        "100", sight().local
    )


def below(status: str) -> Sight:
    """A campaign with an ad set whose budget somebody has raised."""
    base = sight()
    inside = live(AD_SET, fields={"name": "Main", "daily_budget": 900}, status=status)
    declared = resource(AD_SET, fields={"name": "Main", "daily_budget": 100})
    return replace(
        base,
        resources={**base.resources, AD_SET: declared},
        seen=replace(base.seen, objects={**base.seen.objects, AD_SET: inside, AD: live(AD, status="ACTIVE")}),
    )


def test_a_campaign_waits_while_what_is_on_below_it_is_not_as_declared() -> None:
    assert "daily_budget of acme-sg/spring/main" in doubt(below("ACTIVE")).reason
    assert judge(TURN_ON, below("PAUSED")) == Permit("100", sight().local)


moments = st.integers(-40 * 86400, 40 * 86400).map(lambda seconds: START + timedelta(seconds=seconds))


@given(moments, moments)
def test_whatever_the_clocks_say_nothing_starts_early_or_while_they_disagree(local: datetime, server: datetime) -> None:
    verdict = judge(TURN_ON, sight(local=local, server=server))
    allowed = abs(local - server) <= SKEW and min(local, server) >= START and max(local, server) < END
    assert isinstance(verdict, Permit) is allowed


STOP = change(Action.PAUSE, due=END, timed=True)
RUNNING = resource(fields=FIELDS, schedule=Schedule(activate_at=START, deactivate_at=END))


@pytest.mark.parametrize(
    ("declared", "local", "server", "said"),
    [
        (RUNNING, END, END, ""),
        (RUNNING, END, None, ""),
        (None, END, START, ""),
        (resource(schedule=Schedule(status="PAUSED")), END, START, ""),
        (RUNNING, END, END - timedelta(seconds=30), "has not come by Meta's clock"),
        (RUNNING, END, END - timedelta(hours=1), "this computer's clock says"),
        (RUNNING, START - timedelta(hours=1), START, "this computer's clock says"),
    ],
)
def test_a_wrong_clock_stops_nothing_that_a_time_is_to_stop(
    declared: Resource | None, local: datetime, server: datetime | None, said: str
) -> None:
    found = stops_wrongly(STOP, declared, local, server, ZONE)
    assert (found is None) is (said == "") and (found is None or said in found.reason)

"""Whether something that was added to a value is Meta's, a person's, or accepted by `--accept-live`."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from support.values import AD_SET, NOW, live, observed, record, resource

from reconciler.engine.activity import LOG_LAG, only_ours
from reconciler.engine.compare import Standing, baseline, differing, standing
from reconciler.meta.errors import refused_field
from reconciler.meta.fields import without
from reconciler.model.errors import GraphReply
from reconciler.model.record import Record
from reconciler.model.remote import Activity, Identity, Observed

US, MEI = ("1", "app"), ("2", "manager")
WE = Identity("app", frozenset({"1"}))
SG = {"geo_locations": {"countries": ["SG"]}}


def event(kind: str, who: tuple[str, str], minutes: int = 0) -> Activity:
    at = NOW - timedelta(hours=2) + timedelta(minutes=minutes)
    return Activity("200", kind, at, "x", actor_id=who[0], application_id=who[1])


CREATED, TARGETED, PAUSED = "create_ad_set", "update_ad_set_target_spec", "update_ad_set_run_status"
LOGS = [
    pytest.param([event(CREATED, US)], True, id="made by us"),
    pytest.param([event(CREATED, MEI)], False, id="made by somebody: a copy"),
    pytest.param([], False, id="a log that does not reach back"),
    pytest.param([event(CREATED, US), event(TARGETED, MEI, 1)], False, id="targeted by somebody since"),
    pytest.param([event(CREATED, US), event(TARGETED, MEI)], False, id="in the same second"),
    pytest.param([event(CREATED, MEI), event(TARGETED, US, 1)], True, id="sent whole by us since"),
    pytest.param([event(CREATED, US), event(PAUSED, MEI, 1)], True, id="somebody's pause is no targeting"),
    pytest.param([event(CREATED, US), event("ad_set_something_new", MEI, 1)], True, id="nor an event of another type"),
]


@pytest.mark.parametrize(("log", "result"), LOGS)
def test_whether_nobody_but_us_has_written_a_field(log: list[Activity], result: bool) -> None:
    assert only_ours(log, WE, "200", "targeting") is result
    assert not only_ours(log, None, "200", "targeting")


def test_a_field_without_events_of_its_own_doubts_every_event_that_speaks_of_no_other() -> None:
    log = [event(CREATED, US), event(PAUSED, MEI, 1)]
    assert only_ours(log, WE, "200", "attribution_spec")
    assert not only_ours([*log, event("ad_set_something_new", MEI, 2)], WE, "200", "attribution_spec")


def seen(**more: Any) -> Any:
    return live(AD_SET, {"targeting": {**SG, **more}})


def looked(known: Record, spec: Any, at: datetime, log: Observed | None) -> Record:
    fields = {"targeting": SG}
    learnt, accepted = baseline(resource(AD_SET, fields), known, fields, spec, at, log)
    return record(AD_SET, fields, baseline=learnt, accepted=accepted)


OURS = observed({}, [event(CREATED, US)], identity=WE)


def test_a_baseline_is_learnt_sure_only_after_the_log_s_time_and_then_needs_no_log() -> None:
    spec = seen(new={"on": 1})
    first = looked(record(AD_SET, {"targeting": SG}), spec, NOW, OURS)
    assert first.baseline == {"targeting": {"at": NOW.isoformat(), "beyond": {"targeting.new": {"on": 1}}}}
    assert standing(first, spec, "targeting", None) == Standing()
    assert not differing("ad_set", "targeting", SG, spec, standing(first, spec, "targeting", OURS))
    later = looked(first, spec, NOW + LOG_LAG, OURS)
    assert later.baseline == {"targeting": {"at": "", "beyond": {"targeting.new": {"on": 1}}}}
    may = standing(later, spec, "targeting", None)
    assert not differing("ad_set", "targeting", SG, spec, may)
    assert not differing("ad_set", "targeting", SG, seen(), may)
    assert [g.path for g in differing("ad_set", "targeting", SG, seen(new={"on": 2}), may)] == ["targeting.new.on"]
    assert [g.path for g in differing("ad_set", "targeting", SG, seen(new={"on": 1, "x": 1}), may)] == [
        "targeting.new.x"
    ]


def test_what_is_not_as_applied_teaches_nothing() -> None:
    spec = seen(genders=[1])
    log = observed({}, [event(CREATED, US), event(TARGETED, MEI, 1)], identity=WE)
    assert looked(record(AD_SET, {"targeting": SG}), spec, NOW, log).baseline is None
    kept = record(AD_SET, {"targeting": SG}, baseline={"targeting": {"at": "", "beyond": {}}})
    assert looked(kept, spec, NOW, OURS).baseline == kept.baseline


def test_a_signature_of_a_url_is_neither_kept_nor_compared() -> None:
    spec = seen(picture="https://cdn.example/a.png?oh=1")
    known = looked(looked(record(AD_SET, {"targeting": SG}), spec, NOW, OURS), spec, NOW + LOG_LAG, OURS)
    assert known.baseline == {"targeting": {"at": "", "beyond": {"targeting.picture": "https://cdn.example/a.png"}}}
    fresh = seen(picture="https://cdn.example/a.png?oh=2")
    assert not differing("ad_set", "targeting", SG, fresh, standing(known, fresh, "targeting", None))


def test_the_record_of_another_object_knows_nothing_of_this_one() -> None:
    other = record(AD_SET, {"targeting": SG}, id="999", accepted={"targeting": {"targeting.genders": [1]}})
    assert standing(other, seen(), "targeting", None) == Standing()


def test_what_was_found_of_one_audience_says_nothing_of_another_that_python_takes_for_equal() -> None:
    assert not differing("ad_set", "targeting", {**SG, "x": True}, seen(x="true"))
    assert [gap.path for gap in differing("ad_set", "targeting", {**SG, "x": 1}, seen(x="true"))] == ["targeting.x"]


# ---- names that cannot be read


FIELDS = [
    pytest.param("id,a,b", "a", "id,b", id="one of several"),
    pytest.param("id,a{x,y},b", "x", "id,a{y},b", id="inside"),
    pytest.param("id,a{x},b", "x", "id,b", id="the only one inside"),
    pytest.param("id,a{x{y,z}},b", "y", "id,a{x{z}},b", id="deep inside"),
    pytest.param("id,a{x},b", "a", "id,b", id="with all that is inside"),
    pytest.param("id,ab", "a", "id,ab", id="no part of a name"),
]


@pytest.mark.parametrize(("fields", "name", "left"), FIELDS)
def test_a_name_is_taken_out_of_the_fields_at_any_depth(fields: str, name: str, left: str) -> None:
    assert without(fields, frozenset({name})) == left


SAID = "(#100) Tried accessing nonexisting field ({}) on node type (Campaign)"


@pytest.mark.parametrize(
    ("code", "name", "found"), [(100, "topline_id", "topline_id"), (1, "a", ""), (100, "adlabels", "")]
)
def test_the_field_that_a_read_was_refused_for(code: int, name: str, found: str) -> None:
    assert refused_field(GraphReply(400, code=code, message=SAID.format(name))) == found

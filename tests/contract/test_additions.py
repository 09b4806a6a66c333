"""What somebody adds to a field that is always sent as a whole, such as targeting: the plan reports it with its path,
keeps it, and holds back a launch."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from support.command import Reconciler
from support.repository import TRAFFIC, Repository
from support.sandbox import LocalGraph, local_graph

from reconciler.apply.write import Writes
from reconciler.sandbox import targeting

T, BROAD = "acme-sg/t", "acme-sg/t/broad"
BUYERS = [{"id": "23850001"}]
ADDED = {"excluded_custom_audiences": [{"id": "23850001", "name": "Buyers"}], "genders": [1]}
ON = "status: ACTIVE\n"


@pytest.fixture
def applied(repository: Repository, sandbox: LocalGraph, reconciler: Reconciler) -> Reconciler:
    sandbox.account(audiences=[{"id": "23850001", "name": "Buyers"}, {"id": "23850002", "name": "Friends"}])
    repository.campaign("t", TRAFFIC)
    reconciler.apply().ended(0)
    sandbox.pass_time(3600)
    return reconciler


def person_adds(sandbox: LocalGraph, **more: Any) -> None:
    """A person saves the ad set's targeting with more keys, or with other values."""
    spec = sandbox.live(BROAD)["data"]["targeting"]
    sandbox.person_edits(BROAD, targeting={k: v for k, v in {**spec, **more}.items() if v is not None})


def paths(told: Any) -> set[str]:
    return {drift["path"] for drift in told["drift"]}


@pytest.mark.parametrize("memory", ["kept", "lost"])
def test_what_somebody_adds_to_the_targeting_is_drift_by_its_path(
    memory: str, applied: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    person_adds(sandbox, **ADDED)
    if memory == "lost":
        repository.forget_state()
    writes = len(sandbox.writes())
    for _ in range(2):
        told = applied.apply().ended(0)
        assert "Drift: acme-sg/t/broad targeting.genders (none) → men, by Mei in Ads Manager" in told.out
        assert "Drift: acme-sg/t/broad targeting.excluded_custom_audiences (none) → " in told.out
    assert len(sandbox.writes()) == writes
    drift = applied("drift", "--json").ended(2).json
    assert paths(drift) == {"targeting.genders", "targeting.excluded_custom_audiences"}
    assert {d["field"] for d in drift["drift"]} == {"targeting"}
    assert {(d["recorded"], d["actor"]) for d in drift["drift"]} == {(None, "Mei")}


ADDITIONS = (
    ({"age_max": 40}, "targeting.age_max"),
    ({"publisher_platforms": ["facebook"]}, "targeting.publisher_platforms"),
    ({"targeting_automation": {"advantage_audience": 0, "individual_setting": {"age": 1, "gender": 1}}},
     "targeting.targeting_automation.individual_setting"),
    ({"geo_locations": {"countries": ["SG"], "location_types": ["home", "recent"], "cities": [{"key": "1"}]}},
     "targeting.geo_locations.cities"),
    ({"geo_locations": {"countries": ["SG", "MY"], "location_types": ["home", "recent"]}},
     "targeting.geo_locations.countries"),
    ({"flexible_spec": [{"behaviors": [{"id": "6"}]}]}, "targeting.flexible_spec"),
    ({"user_age_unknown": False}, "targeting.user_age_unknown"),
    ({"brand_safety_content_filter_levels": ["FACEBOOK_RELAXED"]}, "targeting.brand_safety_content_filter_levels"),
)  # fmt: skip


@pytest.mark.parametrize(("more", "path"), ADDITIONS, ids=[path for _, path in ADDITIONS])
def test_meta_s_own_default_is_known_by_its_value(
    more: dict[str, Any], path: str, applied: Reconciler, sandbox: LocalGraph
) -> None:
    applied.converged()
    person_adds(sandbox, **more)
    assert path in paths(applied.plan().json)


def test_suggestions_that_are_off_are_nobody_s_addition(applied: Reconciler, sandbox: LocalGraph) -> None:
    off = {"advantage_audience": 0, "individual_setting": {"age": 0, "gender": 0}}
    person_adds(sandbox, targeting_automation=off)
    assert applied.plan().json["drift"] == []


def test_an_update_of_another_key_does_not_wipe_the_addition(
    applied: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    person_adds(sandbox, **ADDED)
    repository.edit_campaign("t", "age_min: 21", "age_min: 25")
    writes = len(sandbox.writes())
    refused = applied.apply().ended(3).out
    assert "Refused (conflict): acme-sg/t/broad: targeting.excluded_custom_audiences" in refused
    assert "which is sent whole, would remove it" in refused
    assert len(sandbox.writes()) == writes
    both = 'age_min: 25, genders: [1], excluded_custom_audiences: [{id: "23850001"}]'
    repository.edit_campaign("t", "age_min: 25", both)
    applied.apply().ended(0)
    assert {"genders", "excluded_custom_audiences"} <= set(sandbox.value(BROAD, "targeting"))
    assert sandbox.value(BROAD, "targeting")["age_min"] == 25
    applied.converged()


def test_revert_drift_removes_the_addition_and_shows_it(applied: Reconciler, sandbox: LocalGraph) -> None:
    person_adds(sandbox, **ADDED)
    told = applied.apply("--revert-drift").ended(0).out
    assert '~ targeting excluded_custom_audiences "Buyers" (23850001) → (none); genders men → (none) ' in " ".join(
        told.split()
    )
    assert not {"genders", "excluded_custom_audiences"} & set(sandbox.value(BROAD, "targeting"))
    applied.converged()


def test_an_addition_before_a_launch_holds_it(applied: Reconciler, repository: Repository, sandbox: LocalGraph) -> None:
    person_adds(sandbox, **ADDED)
    repository.campaign("t", TRAFFIC + ON)
    told = applied.apply().ended(6).said
    assert "stays PAUSED: targeting.excluded_custom_audiences of acme-sg/t/broad is not as declared" in told
    assert sandbox.deliverable()["campaign"] == 0
    applied.apply("--accept-live").ended(0)
    assert sandbox.deliverable() == {"campaign": 1, "ad_set": 1, "ad": 1}
    assert sandbox.value(BROAD, "targeting")["genders"] == [1]


def test_what_is_accepted_stands_and_is_still_not_wiped(
    applied: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    person_adds(sandbox, **ADDED)
    writes = len(sandbox.writes())
    accepted = applied.apply("--accept-live").ended(0).out
    assert accepted.count("(accepted)") == 2
    assert len(sandbox.writes()) == writes
    assert repository.state("t")[BROAD]["accepted"]["targeting"]["targeting.genders"] == [1]
    applied.converged()
    person_adds(sandbox, genders=[2])
    assert paths(applied.plan().json) == {"targeting.genders"}
    person_adds(sandbox, genders=[1], locales=[6])
    assert paths(applied.plan().json) == {"targeting.locales"}
    person_adds(sandbox, locales=None)
    repository.edit_campaign("t", "age_min: 21", "age_min: 25")
    assert "targeting.genders men is live and not declared" in applied.apply().ended(3).out
    assert len(sandbox.writes()) == writes
    applied.apply("--revert-drift").ended(0)
    assert "genders" not in sandbox.value(BROAD, "targeting")
    assert "accepted" not in repository.state("t")[BROAD]
    applied.converged()


def test_an_item_added_to_a_declared_list_can_be_accepted_too(
    applied: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    person_adds(sandbox, geo_locations={"countries": ["SG", "MY"], "location_types": ["home", "recent"]})
    applied.apply("--accept-live").ended(0)
    applied.converged()
    person_adds(sandbox, geo_locations={"countries": ["MY", "SG", "ID"], "location_types": ["home", "recent"]})
    assert paths(applied.plan().json) == {"targeting.geo_locations.countries"}
    person_adds(sandbox, geo_locations={"countries": ["MY", "SG"], "location_types": ["home", "recent"]})
    repository.edit_campaign("t", "[SG]", "[SG, TH]")
    assert applied.plan().json["refusals"][0]["policy"] == "conflict"


def test_accepting_and_reverting_at_once_is_wrong_usage(applied: Reconciler) -> None:
    assert "together" in applied.apply("--accept-live", "--revert-drift").ended(64).err


def test_a_changed_value_is_not_accepted_with_the_additions(applied: Reconciler, sandbox: LocalGraph) -> None:
    person_adds(sandbox, age_min=30, genders=[1])
    applied.apply("--accept-live").ended(0)
    assert "targeting.genders" not in paths(applied.plan().json)
    assert "targeting.age_min" in paths(applied.plan().json)


def test_an_addition_between_plan_and_write_stops_the_write(
    applied: Reconciler, repository: Repository, sandbox: LocalGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Writes.misgivings

    def meanwhile(self: Any, wave: Any) -> Any:
        person_adds(sandbox, **ADDED)
        return real(self, wave)

    repository.edit_campaign("t", "age_min: 21", "age_min: 25")
    monkeypatch.setattr(Writes, "misgivings", meanwhile)
    told = applied.apply("--target", BROAD)
    assert "it was changed after the plan was made: targeting.excluded_custom_audiences is" in told.said
    assert sandbox.value(BROAD, "targeting")["age_min"] == 21


@pytest.mark.parametrize("name", ["promoted_object", "attribution_spec"])
def test_the_other_fields_that_are_sent_whole_are_compared_whole(
    name: str, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    click = {"event_type": "CLICK_THROUGH", "window_days": 7}
    repository.campaign("t", json.dumps(WHOLE | {"attribution_spec": [click]}))
    reconciler.apply().ended(0)
    reconciler.converged()
    more = {"promoted_object": {"custom_conversion_id": "77"}, "attribution_spec": [{**click, "window_days": 1}]}
    spec = sandbox.live("acme-sg/t/main")["data"][name]
    sandbox.person_edits(
        "acme-sg/t/main", **{name: {**spec, **more[name]} if name == "promoted_object" else [*spec, *more[name]]}
    )
    (path,) = paths(reconciler.plan().json)
    assert path == {"promoted_object": "promoted_object.custom_conversion_id"}.get(name, name)


AD = {"image": "outlet/banner.jpg", "primary_text": "Shop.", "destination_url": "https://acme.example/"}
WHOLE = {"name": "Law", "daily_budget": "50.00 SGD", "ad": AD}


# ---- what Meta adds by itself and no table of ours knows


def meta_adds_unknown_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """Meta begins to add a key that no table knows."""
    real = targeting._with_additions
    monkeypatch.setattr(targeting, "_with_additions", lambda *given: {**real(*given), "new_default": {"on": 1}})


def without_baseline(repository: Repository, key: str = "t") -> None:
    path = repository.root / "state" / "acme-sg" / f"{key}.json"
    state = json.loads(path.read_text())
    for row in state["resources"].values():
        row.pop("baseline", None)
    path.write_text(json.dumps(state))


@pytest.mark.parametrize("memory", ["kept", "older", "lost"])
def test_a_default_that_no_table_knows_is_meta_s_where_the_log_knows_of_nobody(
    memory: str, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler, monkeypatch: pytest.MonkeyPatch
) -> None:
    meta_adds_unknown_key(monkeypatch)
    repository.campaign("t", TRAFFIC)
    reconciler.apply().ended(0)
    sandbox.pass_time(3600)
    {"kept": lambda: None, "older": lambda: without_baseline(repository), "lost": repository.forget_state}[memory]()
    assert reconciler.plan().json["drift"] == []
    reconciler.apply().ended(0)
    sandbox.pass_time(3600)
    reconciler.apply().ended(0)
    reconciler.converged()
    assert repository.state("t")[BROAD]["baseline"]["targeting"] == {
        "at": "", "beyond": {"targeting.new_default": {"on": 1}}
    }  # fmt: skip
    repository.edit_campaign("t", "age_min: 21", "age_min: 25")
    reconciler.apply().ended(0)
    reconciler.converged()


def test_an_older_record_without_the_log_s_proof_is_drift_until_it_is_accepted(
    applied: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    person_adds(sandbox, **ADDED)
    without_baseline(repository)
    assert paths(applied.plan().json) == {"targeting.genders", "targeting.excluded_custom_audiences"}
    applied.apply("--accept-live").ended(0)
    applied.converged()


def test_a_log_that_has_forgotten_the_object_proves_nothing(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler, monkeypatch: pytest.MonkeyPatch
) -> None:
    meta_adds_unknown_key(monkeypatch)
    repository.campaign("t", TRAFFIC)
    reconciler.apply().ended(0)
    sandbox.pass_time(3600)
    reconciler.apply().ended(0)
    sandbox.pass_time(100 * 86400)
    reconciler.converged()
    without_baseline(repository)
    assert paths(reconciler.plan().json) == {"targeting.new_default"}
    reconciler.apply("--accept-live").ended(0)
    reconciler.converged()


def test_a_baseline_is_sure_only_when_the_log_has_had_the_time(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The log may show half an hour late what a person adds right after our write."""
    meta_adds_unknown_key(monkeypatch)
    repository.campaign("t", TRAFFIC)
    reconciler.apply().ended(0)
    entry = repository.state("t")[BROAD]["baseline"]["targeting"]
    assert entry["at"] and entry["beyond"] == {"targeting.new_default": {"on": 1}}
    person_adds(sandbox, new_default={"on": 2})
    assert paths(reconciler.plan().json) == {"targeting.new_default"}


def test_a_token_of_which_nobody_knows_whose_it_is_makes_no_addition_meta_s(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler, monkeypatch: pytest.MonkeyPatch
) -> None:
    meta_adds_unknown_key(monkeypatch)
    repository.campaign("t", TRAFFIC)
    sandbox.fault("error", "/me$", code=100, times=0)
    assert "targeting.new_default" in reconciler.apply().ended(6).said
    assert paths(reconciler.plan().json) == {"targeting.new_default"}


def test_all_echoes_at_once_leave_the_plan_empty(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    sandbox.settings(echo_placements=True)
    repository.campaign("t", TRAFFIC)
    reconciler.apply().ended(0)
    reconciler.converged()
    repository.forget_state()
    assert {action for action, _ in reconciler.plan().ended(0).actions} == {"adopt"}


# ---- properties


COUNTRIES = ["SG", "MY", "TH", "ID"]
SPECS = st.fixed_dictionaries(
    {"geo_locations": st.lists(st.sampled_from(COUNTRIES), min_size=1, unique=True).map(lambda c: {"countries": c})},
    optional={
        "age_min": st.integers(18, 25),
        "age_max": st.integers(40, 65),
        "genders": st.sampled_from([[1], [2], [1, 2]]),
        "locales": st.lists(st.integers(1, 9), min_size=1, max_size=3, unique=True),
        "custom_audiences": st.just(BUYERS),
        "flexible_spec": st.lists(
            st.fixed_dictionaries({}, optional={
                "interests": st.lists(st.sampled_from("1234"), min_size=1, max_size=2, unique=True).map(
                    lambda ids: [{"id": one} for one in ids]),
                "behaviors": st.just([{"id": "9"}]),
            }).filter(bool), min_size=1, max_size=2),
        "publisher_platforms": st.sampled_from([["facebook"], ["facebook", "instagram"]]),
    },
)  # fmt: skip
EDITS = st.lists(
    st.tuples(st.sampled_from(["add", "remove", "change"]), st.integers(0, 30), st.integers(0, 5)),
    min_size=1,
    max_size=2,
)


def edited_spec(live: Any, declared: Any, how: str, where: int, what: int) -> Any:
    """The live spec with one place added to, taken from, or changed."""
    places = list(_places(declared, ()))
    path = places[where % len(places)]
    copy = json.loads(json.dumps(live))
    here = copy
    for step in path[:-1]:
        here = here[step]
    last = path[-1]
    if how == "add":
        inside = here[last]
        added = {"added": what + 100}
        if isinstance(inside, dict):
            inside.update(added)
        elif isinstance(inside, list):
            inside.append(added if inside and isinstance(inside[0], dict) else what + 100)
        elif isinstance(here, list):
            here.append(what + 100)
        else:
            here["added_beside"] = what + 100
    elif how == "remove":
        here.pop(last)
    else:
        here[last] = what + 100
    return copy


def _places(value: Any, path: tuple[Any, ...]) -> Any:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        yield (*path, key)
        yield from _places(one, (*path, key))


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
@given(SPECS, EDITS)
def test_the_plan_after_an_apply_is_empty_and_whatever_a_person_does_to_the_targeting_is_told(
    tmp_path_factory: pytest.TempPathFactory, spec: dict[str, Any], edits: list[tuple[str, int, int]]
) -> None:
    repository = Repository(tmp_path_factory.mktemp("law") / "repository")
    broad = {"daily_budget": "20.00 SGD", "optimization_goal": "LINK_CLICKS", "targeting": spec, "ads": {"still": AD}}
    traffic = {"name": "T", "objective": "OUTCOME_TRAFFIC", "ad_sets": {"broad": broad}}
    repository.campaign("t", json.dumps(traffic))
    with local_graph() as sandbox:
        sandbox.account(audiences=[{"id": "23850001", "name": "Buyers"}])
        reconciler = Reconciler(repository, sandbox)
        reconciler.apply().ended(0)
        reconciler.converged()
        live = sandbox.live(BROAD)["data"]["targeting"]
        for how, where, what in edits:
            sandbox.person_edits(BROAD, targeting=edited_spec(live, spec, how, where, what))
            told = reconciler.plan().json
            assert {d["field"] for d in told["drift"]} == {"targeting"}, (how, where, what)
            assert all(d["path"].startswith("targeting.") for d in told["drift"])
        sandbox.person_edits(BROAD, targeting=live)
        reconciler.converged()


# ---- what Meta added before a person came


def use_defaults_of_2026(monkeypatch: pytest.MonkeyPatch) -> None:
    """Meta adds to each targeting what it adds in accounts created in 2026."""
    real = targeting._with_additions
    levels = {"brand_safety_content_filter_levels": ["FACEBOOK_RELAXED", "AN_RELAXED", "FEED_RELAXED"]}
    relaxed = {"targeting_relaxation_types": {"lookalike": 1, "custom_audience": 1}}
    monkeypatch.setattr(targeting, "_with_additions", lambda spec, flag: real({**levels, **relaxed, **spec}, flag))


DEFAULT_FILTERS = (
    ["FACEBOOK_STANDARD", "AN_STANDARD"],
    ["FACEBOOK_RELAXED", "AN_RELAXED"],
    ["FACEBOOK_RELAXED", "AN_RELAXED", "FEED_RELAXED"],
)


@pytest.mark.parametrize("levels", DEFAULT_FILTERS, ids=" ".join)
def test_an_inventory_that_meta_fills_in_is_nobody_s_addition(
    levels: list[str], applied: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    """Also where nothing tells who has written it."""
    spec = sandbox.live(BROAD)["data"]["targeting"]
    sandbox.meta_changes(BROAD, targeting={**spec, "brand_safety_content_filter_levels": levels})
    for _ in range(2):
        assert applied.plan().json["drift"] == []
        repository.forget_state()
    applied.apply().ended(0)
    repository.campaign("t", TRAFFIC + ON)
    applied.apply().ended(0)
    assert sandbox.status(BROAD) == "ACTIVE"


CHOSEN_FILTERS = (
    ["FACEBOOK_STRICT", "AN_STRICT", "FEED_STRICT"],
    ["FACEBOOK_RELAXED", "AN_STRICT"],
    ["FACEBOOK_RELAXED"],
)


@pytest.mark.parametrize("levels", CHOSEN_FILTERS, ids=" ".join)
def test_an_inventory_that_somebody_has_chosen_is_told(
    levels: list[str], applied: Reconciler, sandbox: LocalGraph
) -> None:
    person_adds(sandbox, brand_safety_content_filter_levels=levels)
    assert paths(applied.plan().json) == {"targeting.brand_safety_content_filter_levels"}


@pytest.mark.parametrize("after", ["the create", "an update"])
def test_what_was_there_when_we_looked_is_not_the_next_person_s(
    after: str,
    repository: Repository,
    sandbox: LocalGraph,
    reconciler: Reconciler,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Within the half hour in which the log may not show yet who made a change before our read."""
    use_defaults_of_2026(monkeypatch)
    repository.campaign("t", TRAFFIC)
    reconciler.apply().ended(0)
    if after == "an update":
        sandbox.pass_time(3600)
        repository.edit_campaign("t", "age_min: 21", "age_min: 25")
        reconciler.apply().ended(0)
    reconciler.converged()
    sandbox.pass_time(600)
    person_adds(sandbox, genders=[1])
    for _ in range(2):
        assert paths(reconciler.plan().json) == {"targeting.genders"}
        reconciler.apply().ended(0)
        sandbox.pass_time(3600)
    # Also long after, when the log no longer has any of it.
    sandbox.pass_time(100 * 86400)
    assert paths(reconciler.plan().json) == {"targeting.genders"}


FILM = "video: spring/hero.mp4"
SLOW = {
    "a film that is long in processing": lambda sandbox: sandbox.settings(video_seconds=300),
    "a clock that is behind": lambda sandbox: None,
}


@pytest.mark.parametrize("cause", SLOW)
def test_what_meta_adds_to_what_was_made_minutes_after_the_run_began_is_meta_s(
    cause: str, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler, monkeypatch: pytest.MonkeyPatch
) -> None:
    meta_adds_unknown_key(monkeypatch)
    SLOW[cause](sandbox)
    repository.campaign("t", TRAFFIC.replace("image: always-on/still.png", FILM))
    begun = sandbox.now()
    if cause == "a clock that is behind":
        sandbox.pass_time(300)
        reconciler.now = begun
    reconciler.apply().ended(0)
    reconciler.now = ""
    for seconds in (10, 1800, 86400):
        sandbox.pass_time(seconds)
        reconciler.converged()
    reconciler.apply().ended(0)
    repository.campaign("t", TRAFFIC.replace("image: always-on/still.png", FILM) + ON)
    reconciler.apply().ended(0)
    assert sandbox.deliverable() == {"campaign": 1, "ad_set": 1, "ad": 1}


def test_a_baseline_dated_before_its_object_was_made_is_judged_by_the_whole_log(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler, monkeypatch: pytest.MonkeyPatch
) -> None:
    meta_adds_unknown_key(monkeypatch)
    begun = sandbox.now()
    sandbox.pass_time(300)
    repository.campaign("t", TRAFFIC)
    reconciler.apply().ended(0)
    path = repository.root / "state" / "acme-sg" / "t.json"
    state = json.loads(path.read_text())
    state["resources"][BROAD]["baseline"]["targeting"]["at"] = begun
    path.write_text(json.dumps(state))
    reconciler.converged()
    sandbox.pass_time(600)
    person_adds(sandbox, genders=[1])
    assert "targeting.genders" in paths(reconciler.plan().json)


def test_what_says_by_now_just_what_meta_keeps_is_no_change(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_defaults_of_2026(monkeypatch)
    sandbox.settings(retired_interests=["2"])
    spec = 'age_min: 21, interests: [{id: "1"}, {id: "2"}]'
    repository.campaign("t", TRAFFIC.replace("age_min: 21", spec))
    reconciler.apply().ended(6)
    sandbox.pass_time(600)
    person_adds(sandbox, locales=[6])
    person_adds(sandbox, locales=None)
    repository.campaign("t", TRAFFIC.replace("age_min: 21", spec.replace(', {id: "2"}', "")))
    reconciler.converged()
    writes = len(sandbox.writes())
    reconciler.apply().ended(0)
    assert len(sandbox.writes()) == writes


def test_a_place_of_people_that_nobody_can_choose_is_neither_drift_nor_part_of_a_change(
    applied: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    """Meta reads back `frequently_in`, and refuses it where it is sent."""
    for read in (["frequently_in", "home"], ["frequently_in", "home", "recent"], ["home"], ["home", "recent"]):
        person_adds(sandbox, geo_locations={"countries": ["SG"], "location_types": read})
        applied.converged()
    repository.edit_campaign("t", "countries: [SG]", "countries: [SG, MY]")
    assert "location_types" not in applied("plan").out
    applied.apply().ended(0)
    applied.converged()

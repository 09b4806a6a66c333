from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from reconciler.render.nested import MOST_PAIRED, differing


def told(live: Any, declared: Any, field: str = "targeting") -> list[str]:
    return [f"{leaf.path} {leaf.text}" for leaf in differing(field, declared, live)]


CLICK, VIEW = ({"event_type": f"{way}_THROUGH", "window_days": 7} for way in ("CLICK", "VIEW"))
COFFEE, TEA, BUYERS = ({"id": id, "name": name} for id, name in (("6003", "Coffee"), ("6004", "Tea"), ("9", "Buyers")))

STEPS = [
    pytest.param("targeting", {"age_min": 21}, {"age_min": 25}, ["targeting.age_min 21 → 25"], id="a number"),
    pytest.param("targeting", {"age_min": 21, "genders": [1]}, {"age_min": 21}, ["targeting.genders men → (none)"],
                 id="what is taken away"),
    pytest.param("targeting", {"age_min": 21}, {"age_min": 21, "genders": [2]}, ["targeting.genders (none) → women"],
                 id="what is new"),
    pytest.param("targeting", {"genders": [1]}, {"genders": [2]}, ["targeting.genders men → women"],
                 id="a list with nothing in common"),
    pytest.param("targeting", {"locales": [6, 24]}, {"locales": ["41", "6"]}, ["targeting.locales + 41 − 24"],
                 id="items of a list"),
    pytest.param("targeting", {"geo_locations": {"countries": ["SG", "MY"]}},
                 {"geo_locations": {"countries": ["MY", "SG"]}}, [], id="another order"),
    pytest.param("targeting", {"interests": [{**COFFEE, "name": "Kaffee"}]}, {"interests": [COFFEE]}, [],
                 id="another name of one id"),
    pytest.param("targeting", {"interests": [COFFEE, BUYERS]}, {"interests": [COFFEE, TEA, {"id": "8"}]},
                 ['targeting.interests + "Tea" (6004), 8 − "Buyers" (9)'], id="ids never become one another"),
    pytest.param("targeting", {"flexible_spec": [{"interests": [COFFEE, TEA]}, {"behaviors": [BUYERS]}]},
                 {"flexible_spec": [{"behaviors": [BUYERS, {"id": "8"}]}, {"interests": [COFFEE]}]},
                 ["targeting.flexible_spec[0].behaviors + 8",
                  'targeting.flexible_spec[1].interests − "Tea" (6004)'], id="groups in another order, each changed"),
    pytest.param("targeting", {"flexible_spec": [{"interests": [COFFEE]}]},
                 {"flexible_spec": [{"interests": [COFFEE]}, {"interests": [TEA]}]},
                 ['targeting.flexible_spec + {interests "Tea" (6004)}'], id="a group more"),
    pytest.param("attribution_spec", [CLICK, VIEW], [{**CLICK, "window_days": 1}, {**VIEW, "window_days": 1}],
                 ["attribution_spec[0].window_days 7 → 1", "attribution_spec[1].window_days 7 → 1"], id="two windows"),
    pytest.param("promoted_object", {"pixel_id": "1", "custom_event_type": "LEAD"},
                 {"pixel_id": "1", "custom_event_type": "PURCHASE"},
                 ["promoted_object.custom_event_type LEAD → PURCHASE"], id="an event"),
]  # fmt: skip


@pytest.mark.parametrize(("field", "live", "declared", "steps"), STEPS)
def test_the_leaves_that_differ_are_told(field: str, live: Any, declared: Any, steps: list[str]) -> None:
    assert sorted(told(live, declared, field)) == sorted(steps)


def test_what_somebody_did_is_told_the_other_way_round_and_without_what_meta_adds() -> None:
    live = {"geo_locations": {"countries": ["MY"], "location_types": ["home", "recent"]}, "age_min": 21}
    declared = {"geo_locations": {"countries": ["SG"]}, "age_min": 21}
    (leaf,) = differing("targeting", declared, live, to_live=True)
    assert (leaf.path, leaf.text) == ("targeting.geo_locations.countries", "SG → MY")


def test_many_structures_are_not_compared_each_with_each() -> None:
    old, new = ([{"a": [n], "b": [way]} for n in range(MOST_PAIRED + 1)] for way in (1, 2))
    (whole,) = told(old, new, "raw")
    assert whole.startswith("raw {a 0; b 1}, ")


LOADS = """
import sys
from reconciler.render.nested import differing
window = lambda way, days: {"event_type": way, "window_days": days}
list(differing("targeting", {"age_min": 21, "locales": [6]}, {"age_min": 25, "locales": [6, 24]}))
assert "deepdiff" not in sys.modules
list(differing("attribution_spec", [window("A", 1), window("B", 1)], [window("A", 7), window("B", 7)]))
assert "deepdiff" in sys.modules
"""


def test_deepdiff_is_loaded_only_where_a_list_of_structures_differs() -> None:
    subprocess.run([sys.executable, "-c", LOADS], check=True)

"""The id of a place or an interest is what counts: a file that calls it otherwise than Meta does is told so, once."""

from __future__ import annotations

from typing import Any

import pytest
from support.command import Reconciler
from support.repository import Repository
from support.sandbox import LocalGraph

AD = "{image: outlet/banner.jpg, primary_text: Shop., headline: Outlet, destination_url: https://acme.example/outlet}"
TWO = f"""\
name: Two
objective: OUTCOME_TRAFFIC
daily_budget: 50.00 SGD
ad_sets:
  one: {{name: One, optimization_goal: LINK_CLICKS, targeting: &, ads: {{x: {AD}}}}}
  two: {{name: Two, optimization_goal: LINK_CLICKS, targeting: &, ads: {{x: {AD}}}}}
"""
INTEREST = '{geo_locations: {countries: [SG]}, flexible_spec: [{interests: [{id: "6003", name: %s}]}]}'


def given(repository: Repository, reconciler: Reconciler, sandbox: LocalGraph, said: str, called: str) -> None:
    """Applied, with another name at Meta."""
    repository.campaign("two", TWO.replace("&", INTEREST % said))
    reconciler.apply().ended(0)
    for key in ("one", "two"):
        live = sandbox.value(f"acme-sg/two/{key}", "targeting")
        spec: dict[str, Any] = {name: value for name, value in live.items() if name != "flexible_spec"}
        groups = [{"interests": [{"id": "6003", "name": called}]}]
        sandbox.meta_changes(f"acme-sg/two/{key}", targeting={**spec, "flexible_spec": groups})


def notes(reconciler: Reconciler) -> list[str]:
    return [note for note in reconciler.plan().ended(0).json["notes"] if "at Meta that is" in note]


def test_an_interest_whose_id_is_another_one_s_is_told_once_with_its_line_and_the_mend_ends_it(
    repository: Repository, reconciler: Reconciler, sandbox: LocalGraph
) -> None:
    given(repository, reconciler, sandbox, "Coffee", "Motor racing")
    (note,) = notes(reconciler)
    assert note.startswith("acme-sg/two/one: targeting.flexible_spec[0].interests[0] calls id 6003 'Coffee' (desired/")
    assert "and at Meta that is 'Motor racing': only the id counts; write the one that is meant, or that name" in note
    reconciler.converged()
    repository.campaign("two", TWO.replace("&", INTEREST % "Motor racing"))
    assert notes(reconciler) == []
    reconciler.converged()


ALIKE = {
    "more of a name": ("Coffee", "Coffee (beverages)"),
    "other letters": ("café", "CAFE"),
    "another script": ("Coffee", "咖啡"),
}


@pytest.mark.parametrize(("said", "called"), ALIKE.values(), ids=ALIKE)
def test_a_name_that_is_only_written_otherwise_is_not_told(
    said: str, called: str, repository: Repository, reconciler: Reconciler, sandbox: LocalGraph
) -> None:
    given(repository, reconciler, sandbox, said, called)
    assert notes(reconciler) == []


def test_a_city_whose_key_is_another_place_s_is_told(
    repository: Repository, reconciler: Reconciler, sandbox: LocalGraph
) -> None:
    places = '{geo_locations: {cities: [{key: "2490299", name: Singapore, country: SG}]}}'
    repository.campaign("two", TWO.replace("&", places))
    reconciler.apply().ended(0)
    live = sandbox.value("acme-sg/two/one", "targeting")
    cities = [{"key": "2490299", "name": "Ulm", "country": "SG"}]
    sandbox.meta_changes("acme-sg/two/one", targeting={**live, "geo_locations": {"cities": cities}})
    (note,) = notes(reconciler)
    assert "cities[0] calls key 2490299 'Singapore'" in note
    assert "at Meta that is 'Ulm'" in note

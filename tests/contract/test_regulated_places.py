"""Who benefits and who pays is named wherever Meta asks for it, and what has no word here goes under raw."""

from __future__ import annotations

import json
from typing import Any

import pytest
from support.command import Reconciler
from support.repository import Repository
from support.sandbox import LocalGraph

AD = {
    "image": "outlet/banner.jpg",
    "primary_text": "Shop.",
    "headline": "Outlet",
    "destination_url": "https://acme.example/outlet",
}
AD_SET: dict[str, Any] = {"optimization_goal": "LINK_CLICKS", "ads": {"main": AD}}


def campaign(ad_set: dict[str, Any], **fields: Any) -> str:
    above = {"name": "Places", "objective": "OUTCOME_TRAFFIC", "daily_budget": "50.00 SGD", **fields}
    return json.dumps({**above, "ad_sets": {"main": {**AD_SET, **ad_set}}}, indent=1)


def with_all_identities(repository: Repository, sandbox: LocalGraph) -> None:
    repository.edit(
        "accounts/acme-sg.yaml",
        "regulated:\n",
        'regulated:\n  taiwan: {beneficiary: "445566", payer: "445566"}\n  eu: {beneficiary: Acme, payer: Agency}\n'
        '  thailand: {beneficiary: "445566", payer: "445566"}\n',
    )
    sandbox.account(identities=["112233", "445566"])


PLACES = [
    {"country_groups": ["worldwide"]},
    {"country_groups": ["eea"]},
    {"countries": ["GF"]},
    {"countries": ["TH"]},
    {"zips": [{"key": "SG:018956"}]},
    {"cities": [{"key": "1", "country": "TW"}]},
    {"cities": [{"key": "1"}]},
    {"custom_locations": [{"latitude": 1.29, "longitude": 103.85, "radius": 2, "distance_unit": "kilometer"}]},
]


@pytest.mark.parametrize("geo", PLACES, ids=lambda geo: json.dumps(geo)[:40])
def test_an_ad_set_for_any_place_is_made_and_converges(
    geo: dict[str, Any], repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    with_all_identities(repository, sandbox)
    repository.campaign("places", campaign({"targeting": {"geo_locations": geo}}))
    reconciler("validate").ended(0)
    reconciler.apply().ended(0)
    reconciler.converged()


def test_meta_would_refuse_the_world_without_them(repository: Repository, reconciler: Reconciler) -> None:
    """`validate` says it before the campaign exists. A `raw` that names nobody leaves it to Meta."""
    geo = {"targeting": {"geo_locations": {"country_groups": ["worldwide"]}}}
    repository.campaign("places", campaign(geo))
    assert "ads shown in the EU must name" in reconciler("validate").ended(1).said
    nobody = {"regional_regulated_categories": [], "regional_regulation_identities": {}}
    repository.campaign("places", campaign({**geo, "raw": {**nobody, "dsa_beneficiary": "", "dsa_payor": ""}}))
    assert "3858" in reconciler.apply().ended(6).said


def test_identities_under_raw_are_sent_and_converge(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    sandbox.account(identities=["112233", "445566"])
    raw = {
        "regional_regulated_categories": ["AUSTRALIA_FINSERV"],
        "regional_regulation_identities": {
            "australia_finserv_beneficiary": "445566",
            "australia_finserv_payer": "445566",
        },
    }
    repository.campaign("places", campaign({"countries": ["AU"], "raw": raw}))
    reconciler.apply().ended(0)
    assert (
        sandbox.value("acme-sg/places/main", "regional_regulation_identities") == raw["regional_regulation_identities"]
    )
    reconciler.converged()


SKAN = {"application_id": "1234567890", "object_store_url": "https://apps.apple.com/app/id1"}


def test_a_campaign_of_skadnetwork_has_its_promoted_object_under_raw(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    app = {"optimization_goal": "APP_INSTALLS", "promoted_object": SKAN, "countries": ["MY"]}
    text = campaign(app, objective="OUTCOME_APP_PROMOTION", promoted_object=SKAN)
    repository.campaign("places", text)
    said = reconciler("validate").ended(1).said
    assert "move it to ad_sets.<key>.promoted_object; what is the campaign's own goes under raw" in said
    own = {"promoted_object": SKAN, "is_skadnetwork_attribution": True}
    repository.campaign("places", campaign(app, objective="OUTCOME_APP_PROMOTION", raw=own))
    reconciler("validate").ended(0)
    reconciler.apply().ended(0)
    assert sandbox.value("acme-sg/places", "promoted_object") == SKAN
    reconciler.converged()


def test_a_catalog_beside_what_raw_promotes_is_said_to_have_no_effect(
    repository: Repository, reconciler: Reconciler
) -> None:
    sets = {"promoted_object": {"product_set_id": "5"}, "countries": ["MY"]}
    text = campaign(sets, catalog="77", raw={"promoted_object": {"product_catalog_id": "78"}})
    repository.campaign("places", text)
    said = reconciler("validate").ended(1).said
    assert "catalog has no effect here: raw.promoted_object says what the campaign promotes" in said
    repository.campaign("places", text.replace('"catalog": "77",', ""))
    reconciler("validate").ended(0)


def test_a_destination_that_only_meta_lists_has_its_word_here(repository: Repository, reconciler: Reconciler) -> None:
    """For ads that are made in Ads Manager: those of one video or one image lead to no phone call."""
    alone = {"countries": ["MY"], "ads": {}}
    repository.campaign("places", campaign({**alone, "raw": {"destination_type": "PHONE_CALL"}}))
    assert "write destination_type beside raw, not under it" in reconciler("validate").ended(1).said
    repository.campaign("places", campaign({**alone, "destination_type": "PHONE_CALL"}))
    reconciler("validate").ended(0)
    reconciler.apply().ended(0)
    reconciler.converged()

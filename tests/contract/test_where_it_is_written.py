"""What a plan says of drift names the line that the value comes from, and the word that YAML has for it there."""

from __future__ import annotations

from typing import Any

import pytest
from support.command import Reconciler
from support.repository import ACCOUNT_FILE, STILL, TRAFFIC, Repository
from support.sandbox import LocalGraph

TEMPLATE = """\
objective: OUTCOME_SALES
optimization_goal: OFFSITE_CONVERSIONS
countries: [US]
activate_at: 2026-12-01 09:00
deactivate_at: 2026-12-10 18:00
targeting: {age_min: 21}
ad:
  image: outlet/banner.jpg
  primary_text: Shop.
  destination_url: https://acme.example/
"""
CAMPAIGN = """\
extends: base
name: Outlet
daily_budget: 50.00 SGD
deactivate_at: 2026-12-20 18:00
targeting:
  age_max: 65
  age_min: 24
advantage_audience: false
"""
MAIN = "acme-sg/outlet/main"
FILE, BASE, ACCOUNT = (
    "desired/campaigns/acme-sg/outlet.yaml",
    "desired/templates/base.yaml",
    "desired/accounts/acme-sg.yaml",
)


@pytest.fixture
def applied(repository: Repository, sandbox: LocalGraph, reconciler: Reconciler) -> Reconciler:
    sandbox.account(pixels=["5647382910", "5647382911"])
    repository.write("accounts/acme-sg.yaml", ACCOUNT_FILE + "  eu: {beneficiary: Acme, payer: Acme}\n")
    repository.write("templates/base.yaml", TEMPLATE)
    repository.campaign("outlet", CAMPAIGN)
    reconciler.apply().ended(0)
    sandbox.pass_time(3600)
    return reconciler


def hint(reconciler: Reconciler, place: str) -> str:
    lines = reconciler("plan").out.splitlines()
    return lines[next(at for at, line in enumerate(lines) if line.startswith(f"Drift: {place} ")) + 1].strip()


def with_changes(sandbox: LocalGraph, name: str, **more: Any) -> dict[str, Any]:
    return {**sandbox.live(MAIN)["data"][name], **more}


def test_a_time_that_the_campaign_s_file_says_over_its_template(applied: Reconciler, sandbox: LocalGraph) -> None:
    sandbox.person_edits(MAIN, end_time="2026-12-19T18:00:00+0800")
    assert f"write deactivate_at: 2026-12-19 18:00 ({FILE}:4)" in hint(applied, f"{MAIN} end_time")


def test_a_part_of_targeting_that_the_file_says_over_its_template(applied: Reconciler, sandbox: LocalGraph) -> None:
    sandbox.person_edits(MAIN, targeting=with_changes(sandbox, "targeting", age_min=30))
    assert f"({FILE}:7)" in hint(applied, f"{MAIN} targeting.age_min")


def test_short_words_are_named_where_they_stand(applied: Reconciler, sandbox: LocalGraph) -> None:
    where = {"countries": ["US", "MY"], "location_types": ["home", "recent"]}
    sandbox.person_edits(
        MAIN,
        targeting=with_changes(
            sandbox, "targeting", geo_locations=where, targeting_automation={"advantage_audience": 1}
        ),
    )
    place = f"{MAIN} targeting.geo_locations.countries"
    assert f'write countries: ["US","MY"] ({BASE}:3, for all that extend it)'.replace('","', '", "') in hint(
        applied, place
    )
    automation = f"{MAIN} targeting.targeting_automation.advantage_audience"
    assert f"write advantage_audience: true ({FILE}:8)" in hint(applied, automation)


def test_the_account_s_pixel_is_named_in_its_file(applied: Reconciler, sandbox: LocalGraph) -> None:
    sandbox.person_edits(MAIN, promoted_object=with_changes(sandbox, "promoted_object", pixel_id="5647382911"))
    assert f'write pixel: "5647382911" ({ACCOUNT}:5, for the whole account)' in hint(
        applied, f"{MAIN} promoted_object.pixel_id"
    )


def test_a_name_of_the_eu_s_rules_is_named_where_the_account_has_it(
    applied: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    repository.edit("templates/base.yaml", "[US]", "[FR]")
    applied.apply().ended(0)
    sandbox.pass_time(3600)
    sandbox.person_edits(MAIN, dsa_payor="Globex")
    assert f'write payer: "Globex" ({ACCOUNT}:9, for the whole account)' in hint(applied, f"{MAIN} dsa_payor")
    repository.edit("accounts/acme-sg.yaml", "payer: Acme", "payer: Globex")
    applied.converged()


def test_the_name_of_the_short_form_s_ad_set_is_not_the_campaign_s(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL)
    reconciler.apply().ended(0)
    sandbox.pass_time(3600)
    sandbox.person_edits("acme-sg/still/main", name="Winter")
    assert 'write in the full form ad_sets.main.name: "Winter" (' in hint(reconciler, "acme-sg/still/main name")
    top, ad = STILL.split("ad:\n")
    inside = "".join(f"      {line}\n" for line in ad.splitlines())
    repository.campaign("still", f"{top}ad_sets:\n  main:\n    name: Winter\n    ads:\n      main:\n{inside}")
    reconciler.converged()


def test_the_name_of_an_ad_is_written_in_the_ad(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("t", TRAFFIC)
    reconciler.apply().ended(0)
    sandbox.pass_time(3600)
    sandbox.person_edits("acme-sg/t/broad/still", name="Winter")
    assert 'write name: "Winter" (desired/campaigns/acme-sg/t.yaml:10)' in hint(
        reconciler, "acme-sg/t/broad/still name"
    )


def test_an_identity_is_named_where_the_account_has_it(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    sandbox.account(identities=["112233", "445566"])
    repository.campaign("t", TRAFFIC)
    reconciler.apply().ended(0)
    identities = {"singapore_universal_beneficiary": "112233", "singapore_universal_payer": "445566"}
    sandbox.person_edits("acme-sg/t/broad", regional_regulation_identities=identities)
    place = "acme-sg/t/broad regional_regulation_identities.singapore_universal_payer"
    assert f'write payer: "445566" ({ACCOUNT}:8, for the whole account)' in hint(reconciler, place)

"""Whether Meta accepts the identities in an account's file, as far as existing ad sets show it."""

from __future__ import annotations

import pytest
from support.command import Reconciler
from support.repository import ACCOUNT_FILE, STILL, Repository
from support.sandbox import IDENTITY, LocalGraph

OTHER = "445566"
GIVEN = f'{{beneficiary: "{IDENTITY}", payer: "{IDENTITY}"}}'


def identity_findings(reconciler: Reconciler) -> list[dict[str, str]]:
    """The doctor's findings about identities. They never make it fail, since only Meta decides."""
    findings = reconciler("doctor", "--json").ended(0).json["findings"]
    return [f for f in findings if f["name"] == "identity"]


def make_in_ads_manager(sandbox: LocalGraph, id: str, name: str = "By hand") -> str:
    """An ad set of a person's that names a verified identity."""
    campaign = sandbox.person_makes(
        "campaigns", name=name, objective="OUTCOME_TRAFFIC", bid_strategy="LOWEST_COST_WITHOUT_CAP", daily_budget="5000"
    )
    return sandbox.person_makes(
        "adsets",
        campaign_id=campaign,
        name=name,
        optimization_goal="LINK_CLICKS",
        billing_event="IMPRESSIONS",
        targeting={"geo_locations": {"countries": ["SG"]}, "targeting_automation": {"advantage_audience": 0}},
        regional_regulated_categories=["SINGAPORE_UNIVERSAL"],
        regional_regulation_identities={"singapore_universal_beneficiary": id, "singapore_universal_payer": id},
    )


def test_without_an_ad_set_that_names_any_the_doctor_says_how_to_see_them(reconciler: Reconciler) -> None:
    (finding,) = identity_findings(reconciler)
    assert finding["state"] == "warning"
    assert finding["detail"].startswith(f"singapore beneficiary and payer {IDENTITY}: not to be checked")
    assert "make an ad set for that country" in finding["mend"]


def test_what_an_ad_set_of_the_account_names_is_verified(reconciler: Reconciler, sandbox: LocalGraph) -> None:
    make_in_ads_manager(sandbox, IDENTITY)
    (finding,) = identity_findings(reconciler)
    assert finding["state"] == "ok"
    assert finding["detail"] == f'singapore beneficiary and payer {IDENTITY}: Meta took it in ad set "By hand"'


def test_who_pays_is_looked_at_apart_from_who_benefits(
    repository: Repository, reconciler: Reconciler, sandbox: LocalGraph
) -> None:
    make_in_ads_manager(sandbox, IDENTITY)
    repository.edit("accounts/acme-sg.yaml", f'payer: "{IDENTITY}"', f'payer: "{OTHER}"')
    beneficiary, payer = identity_findings(reconciler)
    assert (beneficiary["state"], payer["state"]) == ("ok", "warning")
    assert payer["detail"].startswith(f"singapore payer {OTHER}: no ad set of this account names it")


def test_our_own_ad_set_counts_too(repository: Repository, reconciler: Reconciler) -> None:
    repository.campaign("still", STILL)
    reconciler.apply().ended(0)
    assert {f["state"] for f in identity_findings(reconciler)} == {"ok"}


def test_an_id_that_no_ad_set_names_is_answered_with_those_that_they_name_and_the_mend_works(
    repository: Repository, reconciler: Reconciler, sandbox: LocalGraph
) -> None:
    sandbox.account(identities=[OTHER])
    make_in_ads_manager(sandbox, OTHER)
    repository.edit("accounts/acme-sg.yaml", GIVEN, GIVEN.replace(IDENTITY, "1000"))
    (finding,) = identity_findings(reconciler)
    assert finding["state"] == "warning"
    assert f'they name "{OTHER}" (ad set "By hand")' in finding["detail"]
    repository.edit("accounts/acme-sg.yaml", '"1000"', f'"{OTHER}"')
    assert {f["state"] for f in identity_findings(reconciler)} == {"ok"}


def test_singapore_s_identities_say_nothing_of_taiwan_s(
    repository: Repository, reconciler: Reconciler, sandbox: LocalGraph
) -> None:
    make_in_ads_manager(sandbox, IDENTITY)
    repository.write("accounts/acme-sg.yaml", ACCOUNT_FILE + f"  taiwan: {GIVEN}\n")
    assert [f["state"] for f in identity_findings(reconciler)] == ["ok", "warning"]


@pytest.mark.parametrize("regulated", ["", "regulated:\n  eu: {beneficiary: Acme, payer: Acme}\n"])
def test_names_for_the_eu_are_no_identities_and_cost_no_call(
    regulated: str, repository: Repository, reconciler: Reconciler, sandbox: LocalGraph
) -> None:
    repository.write("accounts/acme-sg.yaml", ACCOUNT_FILE.partition("regulated:")[0] + regulated)
    assert identity_findings(reconciler) == []
    assert [c for c in sandbox.calls("GET") if c["path"].endswith("/adsets")] == []


def test_ad_sets_that_cannot_be_read_leave_the_rest_of_the_list_whole(
    reconciler: Reconciler, sandbox: LocalGraph
) -> None:
    sandbox.fault("error", "/adsets$", method="GET", code=200, message="Permissions error", times=0)
    findings = reconciler("doctor", "--json").ended(0).json["findings"]
    (finding,) = [f for f in findings if f["name"] == "identity"]
    assert finding["state"] == "warning" and "cannot be read" in finding["detail"]
    assert {"version", "clock"} <= {f["name"] for f in findings}

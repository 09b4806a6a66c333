"""Sheets that Ads Manager itself has exported: its columns, and what it writes where nothing is set."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support.command import Reconciler
from support.repository import Repository
from support.sheets import Cells, cells, row, sheet

HASH = "9f86d081884c7d659a2feaa0c55ad015"
EXPORTED: Cells = {
    "Campaign ID": "cg:120242825359210101",
    "Campaign Name": "Leads #1",
    "Campaign Status": "ACTIVE",
    "Campaign Objective": "Outcome Leads",
    "Buying Type": "AUCTION",
    "Campaign Is Using L3 Schedule": "false",
    "Campaign Start Time": "12/17/2026 1:09:54 pm",
    "Campaign Page ID": "o:1029384756",
    "New Objective": "Yes",
    "Buy With Prime Type": "NONE",
    "Is Budget Scheduling Enabled For Campaign": "No",
    "Campaign High Demand Periods": "[]",
    "Buy With Integration Partner": "NONE",
    "Ad Set ID": "c:120242825359230101",
    "Ad Set Run Status": "ACTIVE",
    "Ad Set Lifetime Impressions": "0",
    "Ad Set Name": "Broad",
    "Ad Set Time Start": "12/17/2026 1:09:54 pm",
    "Ad Set Daily Budget": "15",
    "Destination Type": "UNDEFINED",
    "Ad Set Lifetime Budget": "0",
    "Use Accelerated Delivery": "No",
    "Is Budget Scheduling Enabled For Ad Set": "No",
    "Ad Set High Demand Periods": "[]",
    "Link Object ID": "o:1029384756",
    "Optimized Conversion Tracking Pixels": "tp:5647382910",
    "Optimized Event": "LEAD",
    "Link": "https://acme.example/leads",
    "Countries": "SG",
    "Location Types": "home, recent",
    "Age Min": "21",
    "Age Max": "65",
    "Advantage Audience": "1",
    "Individual Setting": "age: On, gender: On",
    "Age Range": "25, 45",
    "Targeting Optimization": "expansion_all",
    "Targeting Relaxation": "custom_audience: Off, lookalike: Off",
    "User Operating System": "All",
    "Brand Safety Inventory Filtering Levels": "FACEBOOK_RELAXED, AN_RELAXED",
    "Optimization Goal": "OFFSITE_CONVERSIONS",
    "Attribution Spec": '[{"event_type":"CLICK_THROUGH","window_days":7},{"event_type":"VIEW_THROUGH","window_days":1},'
    '{"event_type":"ENGAGED_VIDEO_VIEW","window_days":1}]',
    "Billing Event": "IMPRESSIONS",
    "Ad Set Bid Strategy": "Highest volume or value",
    "Ad ID": "a:120242825359460101",
    "Ad Status": "ACTIVE",
    "Preview Link": "https://www.facebook.com/?feed_demo_ad=120242825359460101&h=AQ",
    "Instagram Preview Link": "https://www.instagram.com/p/DLShxy_sE-_/",
    "Ad Name": "Hero",
    "Title": "Save 30%",
    "Body": "Shop our winter sale.",
    "Optimize text per person": "Yes",
    "Conversion Tracking Pixels": "tp:5647382910",
    "Optimized Ad Creative": "No",
    "Image Hash": f"1234567890:{HASH}",
    "Image File Name": "untitled",
    "Creative Type": "Link Page Post Ad",
    "Instagram Account ID": "x:602557576501192",
    "Instagram Account ID (New)": "x:17841400000009",
    "Call to Action": "LEARN_MORE",
    "Additional Custom Tracking Specs": "[]",
    "Video Retargeting": "No",
    "Permalink": "https://www.facebook.com/1029384756/posts/pfbid02",
    "Use Page as Actor": "No",
    "Degrees of Freedom Type": "USER_ENROLLED_NON_DCO",
    "Text Transformations": "TEXT_LIQUIDITY",
}
"""A row of a full export: one ad of a campaign that is at Meta. A full export leaves out columns that are empty."""

IDS = ("Campaign ID", "Ad Set ID", "Ad ID")


class Buyer:
    def __init__(self, repository: Repository, reconciler: Reconciler) -> None:
        self.root, self.reconciler = repository.root, reconciler

    def imports(self, *rows: Cells) -> str:
        """The YAML of the only campaign. Asserts that nothing was refused."""
        file = sheet(self.root / "a.xlsx", rows)
        self.reconciler("import", "acme-sg", "--xlsx", str(file)).ended(0)
        return self.taken()

    def refused(self, *rows: Cells) -> str:
        file = sheet(self.root / "a.xlsx", rows)
        done = self.reconciler("import", "acme-sg", "--xlsx", str(file)).ended(1)
        assert not (self.root / "desired" / "campaigns").exists()
        return done.err

    def taken(self) -> str:
        """The YAML of the only campaign, which is removed. Asserts that it is valid."""
        self.reconciler("validate").ended(0)
        (path,) = (self.root / "desired" / "campaigns" / "acme-sg").iterdir()
        text = path.read_text("utf-8")
        path.unlink()
        path.parent.rmdir()
        path.parent.parent.rmdir()
        return text


@pytest.fixture
def buyer(repository: Repository, reconciler: Reconciler) -> Buyer:
    return Buyer(repository, reconciler)


THERE = f"""\
# From a.csv.
name: "Leads #1"
objective: OUTCOME_LEADS
activate_at: 2026-12-17 13:09:54
existing: "120242825359210101"
ad_sets:
  broad:
    name: Broad
    daily_budget: 15.00 SGD
    optimization_goal: OFFSITE_CONVERSIONS
    targeting:
      age_min: 21
      age_range: [25, 45]
      brand_safety_content_filter_levels: [FACEBOOK_RELAXED, AN_RELAXED]
    countries: [SG]
    advantage_audience: true
    existing: "120242825359230101"
    ads:
      hero:
        name: Hero
        image: {{hash: "{HASH}"}}
        primary_text: Shop our winter sale.
        headline: Save 30%
        call_to_action: LEARN_MORE
        destination_url: https://acme.example/leads
        existing: "120242825359460101"
        instagram_user: "17841400000009"
"""


@pytest.mark.parametrize(("mark", "encoding"), [(",", "utf-8-sig"), ("\t", "utf-16")])
def test_a_row_as_ads_manager_exports_it_is_read_whole(mark: str, encoding: str, buyer: Buyer) -> None:
    quoted = [[str(text).replace('"', '""') for text in line] for line in (EXPORTED, EXPORTED.values())]
    text = "".join(mark.join(f'"{each}"' for each in line) + "\r\n" for line in quoted)
    (buyer.root / "a.csv").write_bytes(text.encode(encoding))
    done = buyer.reconciler("import", "acme-sg", "--xlsx", str(buyer.root / "a.csv")).ended(0)
    assert "Not read" not in done.err
    assert sorted(buyer.taken().partition("\n")[2].splitlines()) == sorted(THERE.splitlines())


def test_a_copied_row_without_ids_becomes_a_new_ad_of_the_same_picture(buyer: Buyer) -> None:
    copied = EXPORTED | dict.fromkeys(IDS) | {"Campaign Name": "Leads #2", "Image File Name": None}
    text = buyer.imports(copied)
    assert "existing" not in text
    assert f'image: {{hash: "{HASH}"}}' in text
    assert "text_optimizations: {enroll_status: OPT_IN}" in " ".join(text.split())


def test_a_picture_of_another_ad_account_is_refused(buyer: Buyer) -> None:
    said = buyer.refused(row() | {"Image File Name": None, "Image Hash": f"303541819130038:{HASH}"})
    assert "Ads!P2: Image Hash: this image is of the ad account 303541819130038, and acme-sg is 1234567890" in said


NOTHING: dict[str, Any] = {
    "Ad Set Lifetime Budget": 0,
    "Ad Set Daily Budget": "0.00",
    "Campaign Lifetime Budget": "0",
    "Ad Set Lifetime Impressions": 0,
    "Campaign High Demand Periods": "[]",
    "Ad Set High Demand Periods": "[ ]",
    "Is Budget Scheduling Enabled For Campaign": "No",
    "Is Budget Scheduling Enabled For Ad Set": False,
    "Additional Custom Tracking Specs": "[]",
    "Flexible Inclusions": "[]",
    "Use Accelerated Delivery": "No",
    "Optimize text per person": "No",
    "Optimized Ad Creative": "No",
    "Video Retargeting": "No",
    "Destination Type": "UNDEFINED",
    "Targeting Optimization": "none",
    "User Operating System": "All",
    "Automatically Set Bid": "Yes",
    "Degrees of Freedom Type": "DISABLED",
    "Product 1 - Is Static Card": "No",
}


@pytest.mark.parametrize("column", NOTHING)
def test_what_ads_manager_writes_where_nothing_is_set_says_nothing(column: str, buyer: Buyer) -> None:
    without = buyer.imports(row())
    assert buyer.imports(row() | {column: NOTHING[column]}) == without


def test_a_pixel_of_the_ad_alone_is_listed(buyer: Buyer) -> None:
    rows = [row() | {"Optimized Conversion Tracking Pixels": "tp:5647382910", "Conversion Tracking Pixels": "tp:1"}]
    rows[0] |= {"Campaign Objective": "Outcome Sales", "Optimization Goal": "OFFSITE_CONVERSIONS"}
    file = sheet(buyer.root / "a.xlsx", rows)
    done = buyer.reconciler("import", "acme-sg", "--xlsx", str(file)).ended(0)
    assert "Not read: Conversion Tracking Pixels (1 row)" in done.err


def test_the_same_signs_are_texts_where_people_read_them(buyer: Buyer) -> None:
    text = buyer.imports(row(Title="No", Body="[]", Link_Description="NONE"))
    assert ('headline: "No"' in text, 'primary_text: "[]"' in text, "description: NONE" in text) == (True, True, True)


SOMETHING: dict[str, tuple[Any, str]] = {
    "Ad Set Lifetime Impressions": (1000, "decides when and for what money is spent"),
    "Ad Set High Demand Periods": ('[{"budget_value":"50"}]', "mend: write it under raw"),
    "Is Budget Scheduling Enabled For Ad Set": ("Yes", "as budget_schedule_specs"),
    "Additional Custom Tracking Specs": ('[{"action.type":"x"}]', "as tracking_specs of the ad"),
    "Text Transformations": ("TEXT_LIQUIDITY", "decides what the ad shows"),
    "Optimized Ad Creative": ("Yes", "decides what the ad shows"),
    "Additional Body 1": ("No", "decides what the ad shows"),
    "Title Placement": ("facebook feed", "decides what the ad shows"),
    "iOS App Store ID": ("123456789", "decides where a click leads"),
    "Image Layer 1 - opacity": (40, "decides what the ad shows"),
    "Age Range": ("18-65", "'18-65' is no range of ages"),
    "Targeting Relaxation": ("lookalike: perhaps", "'lookalike' is neither on nor off"),
    "Zip": ("018956", "mend: write it with its country, such as SG:018956"),
    "Locales": ("Vietnamese", "as /search?type=adlocale tells them"),
}


@pytest.mark.parametrize("column", SOMETHING)
def test_what_is_not_understood_in_a_known_column_is_refused_at_its_cell(column: str, buyer: Buyer) -> None:
    value, expected = SOMETHING[column]
    said = buyer.refused(row() | {column: value})
    assert f"a.xlsx Ads!P2: {column}" in said
    assert expected in said
    assert "no column of Ads Manager's" not in said
    assert "1 problem." in said


def test_no_budget_at_all_is_refused_at_each_zero(buyer: Buyer) -> None:
    said = buyer.refused(row(Campaign_Daily_Budget=0) | {"Ad Set Lifetime Budget": "0"})
    assert "Ads!D2: Campaign Daily Budget: an amount must be more than zero" in said
    assert "Ads!P2: Ad Set Lifetime Budget: an amount must be more than zero" in said


def test_zero_in_one_row_and_an_amount_in_another_contradict_each_other(buyer: Buyer) -> None:
    budgets = [{"Ad Set Daily Budget": 20, "Ad Set Lifetime Budget": amount} for amount in (0, 50)]
    rows = [row(Campaign_Daily_Budget=None, Ad_Name=f"A{at}") | each for at, each in enumerate(budgets)]
    assert "Ads!Q3: Ad Set Lifetime Budget is '50' here and '0' in a.xlsx Ads!Q2, of one ad set" in buyer.refused(*rows)


@pytest.mark.parametrize("new", ["x:17841400000009", None])
def test_of_both_columns_of_instagram_accounts_the_new_one_is_read(new: str | None, buyer: Buyer) -> None:
    older = "x:602557576501192" if new else "x:17841400000009"
    both = row() | {"Instagram Account ID": older, "Instagram Account ID (New)": new}
    text = buyer.imports(both, both | {"Ad Name": "B", "Instagram Account ID (New)": "x:17841400000009"})
    assert 'instagram_user: "17841400000009"' in text


def test_a_mistake_beside_a_row_without_an_ad_is_told(buyer: Buyer) -> None:
    of_the_ad = ("Ad Status", "Ad Name", "Body", "Title", "Image File Name", "Call to Action")
    said = buyer.refused(row(Campaign_Daily_Budget=0), row(Ad_Set_Name="B") | dict.fromkeys(of_the_ad))
    assert "an amount must be more than zero" in said


# ---- and out


AD_SET = """\
name: Relaxed
objective: OUTCOME_TRAFFIC
daily_budget: 50.00 SGD
ad_sets:
  broad:
    name: Broad
    optimization_goal: LINK_CLICKS
    advantage_audience: true
    targeting:
      geo_locations: {zips: [{key: "SG:018956"}]}
      age_range: [25, 45]
      targeting_automation: {individual_setting: {geo: 1}}
      targeting_relaxation_types: {custom_audience: 0, lookalike: 1}
      brand_safety_content_filter_levels: [FACEBOOK_RELAXED, AN_RELAXED, FEED_RELAXED]
    daily_spend_cap: 20.00 SGD
    raw: {pacing_type: [no_pacing]}
    ads:
      still:
        image: outlet/banner.jpg
        primary_text: Shop.
        headline: Outlet
        destination_url: https://acme.example/outlet
        raw: {degrees_of_freedom_spec: {creative_features_spec: {text_optimizations: {enroll_status: OPT_IN}}}}
"""
WRITTEN = {
    "Zip": "SG:018956",
    "Age Range": "25, 45",
    "Individual Setting": "geo: On",
    "Targeting Relaxation": "custom_audience: Off, lookalike: On",
    "Brand Safety Inventory Filtering Levels": "FACEBOOK_RELAXED, AN_RELAXED, FEED_RELAXED",
    "Use Accelerated Delivery": "Yes",
    "Ad Set Maximum Spend Limit": 20.0,
    "Optimize text per person": "Yes",
}


def test_what_has_a_column_is_exported_into_it_and_comes_back(
    repository: Repository, reconciler: Reconciler, buyer: Buyer
) -> None:
    repository.campaign("relaxed", AD_SET)
    file = repository.root / "ads.xlsx"
    told = reconciler("export", "--xlsx", str(file), "--json").ended(0).json
    assert [each["field"] for each in told["lost"]] == ["status"], "a new campaign is PAUSED in a sheet"
    (ad,) = cells(file)
    assert {name: ad.get(name) for name in WRITTEN} == WRITTEN
    Path(repository.root / "desired" / "campaigns" / "acme-sg" / "relaxed.yaml").unlink()
    reconciler("import", "acme-sg", "--xlsx", str(file)).ended(0)
    again = repository.root / "again.xlsx"
    told = reconciler("export", "--xlsx", str(again), "--json").ended(0).json
    assert (told["lost"], cells(again)) == ([], cells(file))

"""Ads Manager's sheets: what is exported comes back as it was declared, but for what was listed; what is wrong is
told with its cell, and nothing is written then."""

from __future__ import annotations

import json
import shutil
import sys
import zipfile
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, assume, given, settings
from hypothesis import strategies as st
from support.command import Reconciler
from support.repeat import full_or_share
from support.repository import PROJECT_ROOT, SPRING, STILL, TRAFFIC, Repository
from support.sandbox import LocalGraph
from support.sheets import cells, lines, row, sheet

from reconciler.config.declared import load_desired
from reconciler.model.address import Address
from reconciler.model.resource import Resource

NOW = datetime(2026, 11, 21, tzinfo=UTC)
TEMPLATE = 114


def declared(repository: Repository) -> dict[tuple[str, ...], Resource]:
    """By account and by the names from the campaign down; of ads of one name by what they show."""
    resources = load_desired(repository.root, NOW).resources

    def name_of(address: Address) -> str:
        fields = resources[address].fields
        return "|".join(str(fields.get(part)) for part in ("name", "headline", "video", "image"))

    steps = {at: (at.account, *(name_of(each) for each in (*reversed(at.ancestors), at))) for at in resources}
    return {steps[at]: one for at, one in resources.items()}


def said(one: Resource) -> dict[str, Any]:
    schedule = one.schedule
    # An ad set's row says its campaign's end, which is the same end wherever it is written.
    times = {"status": schedule.status, "activate_at": schedule.activate_at, "deactivate_at": schedule.ends_at}
    run = {"start_time", "end_time"}
    return {**{n: v for n, v in one.fields.items() if n not in run}, **times, "pre_review": schedule.active_before}


def comes_back(repository: Repository, reconciler: Reconciler, account: str) -> Mapping[tuple[str, str], Any]:
    """Exports an account, imports the sheet into a repository without its campaigns and compares. The listed losses."""
    before = {steps: one for steps, one in declared(repository).items() if steps[0] == account}
    file = repository.root / "ads.xlsx"
    told = reconciler("export", "--xlsx", str(file), "--account", account, "--json").ended(0).json
    lost = {(each["address"], each["field"].partition(".")[0]) for each in told["lost"]}
    assert told["unread"] == []
    shutil.rmtree(repository.root / "desired" / "campaigns")
    reconciler("import", account, "--xlsx", str(file)).ended(0)
    reconciler("validate").ended(0)
    after = {steps: one for steps, one in declared(repository).items() if steps[0] == account}
    assert set(after) == set(before)
    for steps, one in before.items():
        ours, theirs = said(one), said(after[steps])
        differing = {name for name in {*ours, *theirs} if ours.get(name) != theirs.get(name)}
        above = {(str(each), name) for each in (one.address, *one.address.ancestors) for name in differing}
        assert differing <= {name for at, name in lost & above}, (str(one.address), differing, ours, theirs)
    return dict.fromkeys(lost, True)


@pytest.mark.parametrize("account", ["acme-sg", "globex-us", "kopi-my", "sakura-tw"])
def test_the_repository_s_own_campaigns_come_back(account: str, repository: Repository, reconciler: Reconciler) -> None:
    shutil.rmtree(repository.root / "desired")
    shutil.copytree(PROJECT_ROOT / "desired", repository.root / "desired")
    comes_back(repository, reconciler, account)


def test_what_no_column_holds_is_listed(repository: Repository, reconciler: Reconciler) -> None:
    repository.campaign(
        "always-on", TRAFFIC + "    raw: {pacing_type: [standard]}\n    status: PAUSED\nstatus: PAUSED\n"
    )
    repository.campaign("spring", SPRING.replace("  video:", "  thumbnail: launch/thumbnail.jpg\n  video:"))
    done = reconciler("export", "--xlsx", str(repository.root / "ads.xlsx")).ended(0)
    assert "acme-sg/always-on/broad: pacing_type is ['standard'], in the sheet nothing" in done.err
    assert "acme-sg/spring/main/main: thumbnail is launch/thumbnail.jpg, in the sheet nothing" in done.err
    assert done.err.count(" is ") == 2


AT_META = {
    "an image": ("image: outlet/banner.jpg", 'image: {hash: "9f86d081884c7d65"}', {"Image Hash": "9f86d081884c7d65"}),
    "a film": ("image: outlet/banner.jpg", 'video: {id: "1202345678901234"}', {"Video ID": "1202345678901234"}),
    "a film with its still": (
        "image: outlet/banner.jpg",
        'video: {id: "1202345678901234"}\n  thumbnail: {hash: "9f86d081884c7d65"}',
        {"Video ID": "1202345678901234", "Image Hash": "9f86d081884c7d65"},
    ),
}


@pytest.mark.parametrize(("file", "named", "columns"), AT_META.values(), ids=AT_META)
def test_media_that_stay_at_meta_come_back_by_their_ids(
    file: str, named: str, columns: dict[str, str], repository: Repository, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL.replace(file, named))
    assert {field for _, field in comes_back(repository, reconciler, "acme-sg")} == {"status"}
    told = cells(repository.root / "ads.xlsx")[0]
    assert {name: told[name] for name in columns} == columns
    assert not {"Image File Name", "Video File Name"} & set(told)


# ---- any campaign

TEXTS = st.text(st.sampled_from("abc Z9é=+-@\"';,|#%${}<&\n中"), min_size=1, max_size=20).map(str.strip).filter(bool)
LINES = TEXTS.filter(lambda text: "\n" not in text)
SCHEDULES = st.sampled_from(
    [
        {},
        {"status": "PAUSED"},
        {"status": "ACTIVE"},
        {"activate_at": "2026-12-01 09:00"},
        {"activate_at": "2026-12-01 21:00:30", "deactivate_at": "2026-12-31 23:59"},
        {"status": "PAUSED", "activate_at": "2026-12-01 00:00", "deactivate_at": "2027-01-31 12:00"},
    ]
)
GOALS = st.sampled_from(
    [
        ("OUTCOME_TRAFFIC", "LINK_CLICKS"),
        ("OUTCOME_TRAFFIC", "LANDING_PAGE_VIEWS"),
        ("OUTCOME_AWARENESS", "REACH"),
        ("OUTCOME_ENGAGEMENT", "POST_ENGAGEMENT"),
        ("OUTCOME_SALES", "OFFSITE_CONVERSIONS"),
    ]
)
TARGETING = st.fixed_dictionaries(
    {"geo_locations": st.sampled_from([{"countries": ["SG"]}, {"countries": ["MY"], "zips": [{"key": "SG:018956"}]}])},
    optional={
        "age_min": st.integers(18, 30),
        "age_max": st.integers(31, 65),
        "genders": st.sampled_from([[1], [2]]),
        "locales": st.just([6, 24]),
        "publisher_platforms": st.just(["facebook", "instagram"]),
        "excluded_geo_locations": st.just({"countries": ["ID"]}),
        "custom_audiences": st.sampled_from([[{"id": "123456789"}], [{"id": "123456789", "name": "VIP: a"}]]),
        "excluded_custom_audiences": st.just([{"id": "987654321"}]),
        "flexible_spec": st.just([{"interests": [{"id": "6003", "name": "Coffee, tea"}]}]),
        "user_os": st.just(["iOS"]),
        "brand_safety_content_filter_levels": st.just(["FACEBOOK_RELAXED", "AN_RELAXED"]),
        "targeting_relaxation_types": st.just({"custom_audience": 0, "lookalike": 1}),
        "targeting_automation": st.sampled_from([{"individual_setting": {"geo": 1}}, {"advantage_audience": 1}]),
    },
)
ADS = st.fixed_dictionaries(
    {
        "primary_text": TEXTS,
        "headline": LINES,
        "destination_url": st.sampled_from(["https://acme.example/", "https://acme.example/a?b=c,d"]),
    },
    optional={
        "description": LINES,
        "call_to_action": st.sampled_from(["LEARN_MORE", "SHOP_NOW", "ORDER_NOW"]),
        "url_tags": st.just("utm_source=meta&utm_content=x"),
        "page": st.just("555000111"),
        "instagram_user": st.just("17841400000009"),
    },
)
MEDIA = st.sampled_from(
    [{"video": "spring/hero.mp4"}, {"image": "outlet/banner.jpg"}, {"image": "always-on/still.png"}]
)


@st.composite
def campaigns(draw: st.DrawFn) -> dict[str, Any]:
    objective, goal = draw(GOALS)
    on_campaign = draw(st.booleans())
    budget = {"daily_budget": f"{draw(st.integers(2000, 90000)) / 100:.2f} SGD"}
    found: dict[str, Any] = {"name": draw(LINES), "objective": objective, **draw(SCHEDULES)}
    found |= budget if on_campaign else {}
    found |= draw(st.sampled_from([{}, {"spend_cap": "1000.00 SGD"}, {"special_ad_categories": []}]))
    found["ad_sets"] = {}
    for number in range(draw(st.integers(1, 2))):
        own = {"name": f"{number} {draw(LINES)}", "optimization_goal": goal, "targeting": draw(TARGETING)}
        own |= (
            {}
            if on_campaign
            else {**budget, **draw(st.sampled_from([{}, {"bid_strategy": "COST_CAP", "bid_amount": "3.10 SGD"}]))}
        )
        own |= draw(SCHEDULES) if draw(st.booleans()) else {}
        own["ads"] = {
            f"a{at}": {"name": f"{at} {draw(LINES)}", **draw(MEDIA), **draw(ADS)}
            for at in range(draw(st.integers(1, 2)))
        }
        found["ad_sets"][f"s{number}"] = own
    return found


@settings(max_examples=full_or_share(100, 12), phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(found=campaigns())
def test_any_campaign_comes_back_but_for_what_was_listed(
    found: dict[str, Any], tmp_path_factory: pytest.TempPathFactory, sandbox: LocalGraph
) -> None:
    repository = Repository(tmp_path_factory.mktemp("any") / "repository")
    repository.campaign("any", json.dumps(found, ensure_ascii=False))
    reconciler = Reconciler(repository, sandbox)
    assume(reconciler("validate").status == 0)
    comes_back(repository, reconciler, "acme-sg")


# ---- the sheet


def test_the_template_s_columns_stand_first_and_ids_are_text(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL)
    reconciler.apply().ended(0)
    reconciler("export", "--xlsx", str(repository.root / "ads.xlsx")).ended(0)
    head, *_ = lines(repository.root / "ads.xlsx")
    assert (head[0], head[TEMPLATE - 1], head.index("Ad ID")) == ("Campaign ID", "Story ID", 88)
    (ad,) = cells(repository.root / "ads.xlsx")
    made = {at: record["id"] for at, record in repository.state("still").items()}
    assert {ad[name] for name in ("Campaign ID", "Ad Set ID", "Ad ID")} == set(made.values())
    assert (ad["Campaign Objective"], ad["Campaign Daily Budget"], ad["Campaign Bid Strategy"]) == (
        "Outcome Sales",
        50.0,
        "Highest volume or value",
    )
    assert "Campaign Status" not in ad, "it is there, and its status is the buyer's"


def test_times_are_written_as_ads_manager_does_in_the_zone_that_is_named(
    repository: Repository, reconciler: Reconciler
) -> None:
    repository.campaign("spring", SPRING)
    file = str(repository.root / "ads.xlsx")
    reconciler("export", "--xlsx", file).ended(0)
    assert cells(Path(file))[0]["Ad Set Time Start"] == "12/01/2026 9:00:00 am"
    reconciler("export", "--xlsx", file, "--timezone", "America/New_York").ended(0)
    assert cells(Path(file))[0]["Campaign Stop Time"] == "12/31/2026 10:59:00 am"
    shutil.rmtree(repository.root / "desired" / "campaigns")
    reconciler("import", "acme-sg", "--xlsx", file, "--timezone", "America/New_York").ended(0)
    (one,) = (each for each in declared(repository).values() if each.kind == "campaign")
    assert one.schedule.activate_at == datetime(2026, 12, 1, 1, tzinfo=UTC)


def test_no_text_becomes_a_formula(repository: Repository, reconciler: Reconciler) -> None:
    repository.campaign("still", STILL.replace("headline: Outlet", "headline: '=not a formula'"))
    file = repository.root / "ads.xlsx"
    reconciler("export", "--xlsx", str(file)).ended(0)
    with zipfile.ZipFile(file) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
    assert cells(file)[0]["Title"] == "=not a formula"


@pytest.mark.parametrize(("library", "command"), [("xlsxwriter", "export"), ("python_calamine", "import")])
def test_without_the_extra_the_command_names_it(
    library: str, command: str, repository: Repository, reconciler: Reconciler, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = sheet(repository.root / "a.xlsx", [row()])
    monkeypatch.setitem(sys.modules, library, None)
    done = reconciler(command, "--account", "acme-sg", "--xlsx", str(file)).ended(1)
    assert "mend: pip install 'ads-reconciler[sheets]'" in done.err


def test_a_sheet_belongs_to_one_account(repository: Repository, reconciler: Reconciler) -> None:
    repository.write("accounts/other.yaml", "account: act_2\ncurrency: USD\n")
    done = reconciler("export", "--xlsx", str(repository.root / "ads.xlsx")).ended(64)
    assert "name it with --account: acme-sg, other" in done.err


# ---- what is declared stays


def test_a_file_that_is_there_is_left_and_what_the_sheet_changes_is_told(
    repository: Repository, reconciler: Reconciler
) -> None:
    repository.campaign("spring", SPRING)
    file = repository.root / "ads.xlsx"
    reconciler("export", "--xlsx", str(file)).ended(0)
    (ad,) = cells(file)
    sheet(file, [ad | {"Campaign Daily Budget": 60, "Title": "Save 40%"}, row()])
    done = reconciler("import", "acme-sg", "--xlsx", str(file)).ended(1)
    assert "acme-sg/spring: daily_budget is 50.00 SGD, in the sheet 60.00 SGD" in done.err
    assert "acme-sg/spring/main/main: headline is Save 30%, in the sheet Save 40%" in done.err
    assert done.err.count(" is ") == 2
    campaigns = repository.root / "desired" / "campaigns" / "acme-sg"
    assert {each.name for each in campaigns.iterdir()} == {"spring.yaml", "winter.yaml"}
    assert (campaigns / "spring.yaml").read_text("utf-8") == SPRING


@pytest.mark.parametrize("applied", [False, True])
def test_a_sheet_that_nobody_has_changed_says_nothing_otherwise(
    applied: bool, repository: Repository, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL)
    repository.campaign("always-on", TRAFFIC)
    if applied:
        reconciler.apply().ended(0)
    file = str(repository.root / "ads.xlsx")
    reconciler("export", "--xlsx", file).ended(0)
    done = reconciler("import", "acme-sg", "--xlsx", file).ended(0)
    assert "in the sheet" not in done.err


XMAS = """\
matrix: {from: xmas.csv}
name: Xmas ${place}
daily_budget: ${budget}
ad:
  image: outlet/banner.jpg
  primary_text: Shop.
  headline: Outlet
  destination_url: https://acme.example/outlet
"""


def test_campaigns_that_a_table_makes_are_exported_and_read_again(
    repository: Repository, reconciler: Reconciler
) -> None:
    repository.write("accounts/other.yaml", "account: act_2\ncurrency: USD\n")
    repository.campaign("xmas", XMAS)
    repository.write("campaigns/acme-sg/xmas.csv", "key,place,budget\nsg,SG,20.00 SGD\nmy,MY,30.00 SGD\n")
    reconciler("validate").ended(0)
    file = str(repository.root / "ads.xlsx")
    reconciler("export", "--xlsx", file, "--account", "acme-sg").ended(0)
    assert sorted(one["Campaign Daily Budget"] for one in cells(Path(file))) == [20, 30]
    assert "in the sheet" not in reconciler("import", "acme-sg", "--xlsx", file).ended(0).err
    reconciler("export", "--xlsx", file, "--account", "other").ended(0)
    new = str(sheet(repository.root / "a.xlsx", [row(Campaign_Name="Xmas sg 2"), row(Campaign_Name="xmas-sg")]))
    reconciler("import", "acme-sg", "--xlsx", new).ended(0)
    reconciler("validate").ended(0)


def test_a_policy_refuses_a_sheet_s_budget_at_its_cell(repository: Repository, reconciler: Reconciler) -> None:
    repository.edit("accounts/acme-sg.yaml", "domain:", "policies: {max_daily_budget: 20.00 SGD}\ndomain:")
    done = reconciler("import", "acme-sg", "--xlsx", str(sheet(repository.root / "a.xlsx", [row()]))).ended(1)
    assert "a.xlsx Ads!D2: max_daily_budget: 50.00 SGD a day is over the limit of 20.00 SGD" in done.err
    assert not (repository.root / "desired" / "campaigns").exists()


def test_what_stands_where_nothing_reads_it_is_listed(repository: Repository, reconciler: Reconciler) -> None:
    no_ad = dict.fromkeys(("Ad Status", "Ad Name", "Body", "Title", "Image File Name", "Call to Action"))
    cells_ = {**row(Ad_Set_Name="B", Format_Option="20-30", Mockup_ID="x"), **no_ad}
    file = str(sheet(repository.root / "a.xlsx", [row(), cells_]))
    done = reconciler("import", "acme-sg", "--xlsx", file)
    assert "Format Option (1 row), Link of rows without an ad (1 row), Mockup ID (1 row)" in done.err


def test_a_dry_run_writes_nothing(repository: Repository, reconciler: Reconciler) -> None:
    done = reconciler(
        "import", "acme-sg", "--xlsx", str(sheet(repository.root / "a.xlsx", [row()])), "--dry-run"
    ).ended(0)
    assert "name: Winter" in done.out
    assert not (repository.root / "desired" / "campaigns").exists()


def test_what_is_at_meta_is_named_by_its_ids_and_never_made(repository: Repository, reconciler: Reconciler) -> None:
    ids = {"Campaign ID": "cg:120212345678901234", "Ad Set ID": "c:120212345678901235", "Ad ID": "a:120212345678901236"}
    file = sheet(repository.root / "a.xlsx", [row() | ids])
    done = reconciler("import", "acme-sg", "--xlsx", str(file)).ended(0)
    assert "reconciler import acme-sg" in done.err
    existing = {one.existing for one in declared(repository).values()}
    assert existing == {"120212345678901234", "120212345678901235", "120212345678901236"}
    assert [action for action, _ in reconciler.plan().actions if action == "create"] == []


@pytest.mark.parametrize("text", ["${buyer}", "$${buyer}", "A ${b ${buyer}} $", "${country", "$$${account}"])
def test_nothing_of_a_sheet_is_a_variable(text: str, repository: Repository, reconciler: Reconciler) -> None:
    project = repository.root / "desired" / "project.yaml"
    project.write_text(f"{project.read_text('utf-8')}vars: {{buyer: Acme}}\n", "utf-8")
    rows = [row(Campaign_Name=text, Title=text, Body=text), row(Campaign_Name=text, Ad_Name="B")]
    reconciler("import", "acme-sg", "--xlsx", str(sheet(repository.root / "a.xlsx", rows))).ended(0)
    reconciler("validate").ended(0)
    said = [one.fields for one in declared(repository).values() if one.name in (text, "Hero")]
    assert {text} == {fields["name"] for fields in said} - {"Hero"}
    (ad,) = (fields for fields in said if fields["name"] == "Hero")
    assert (ad["headline"], ad["primary_text"]) == (text, text)
    again = reconciler("import", "acme-sg", "--xlsx", str(repository.root / "a.xlsx")).ended(0)
    assert "is declared already" in again.out


# ---- whose sheet it is

OTHER = """\
account: act_2
currency: USD
page: "222000111"
pixel: "333000111"
instagram_user: "17841400000002"
"""
STRANGE = {
    "its page": (row(Link_Object_ID="o:222000111"), "Ads!P2: Link Object ID: 222000111 is other's"),
    "its pixel": (row(Optimized_Conversion_Tracking_Pixels="tp:333000111"), "Ads!P2: Optimized Conversion Tracking"),
    "its account": (row(Account_ID="act_2"), "Ads!P2: the sheet is of the ad account 2, which is other"),
    "its currency": (row(Currency="USD"), "Ads!P2: the sheet's amounts are USD, and acme-sg counts in SGD"),
}


@pytest.mark.parametrize("case", STRANGE)
def test_another_client_s_sheet_is_refused_at_the_cell_that_shows_it(
    case: str, repository: Repository, reconciler: Reconciler
) -> None:
    cells_, expected = STRANGE[case]
    repository.write("accounts/other.yaml", OTHER)
    done = reconciler("import", "acme-sg", "--xlsx", str(sheet(repository.root / "a.xlsx", [cells_]))).ended(1)
    assert expected in done.err
    assert "acme-sg" in done.err
    assert not (repository.root / "desired" / "campaigns").exists()


def test_what_another_account_s_records_have_is_refused(repository: Repository, reconciler: Reconciler) -> None:
    repository.campaign("still", STILL)
    reconciler.apply().ended(0)
    repository.write("accounts/other.yaml", OTHER)
    (made,) = (one["id"] for at, one in repository.state("still").items() if at == "acme-sg/still")
    file = str(sheet(repository.root / "a.xlsx", [row(Campaign_ID=f"cg:{made}")]))
    done = reconciler("import", "other", "--xlsx", file).ended(1)
    assert f"Campaign ID: {made} is acme-sg's, and this sheet is imported into other" in done.err


def test_a_page_that_the_account_s_campaigns_run_as_is_its_own(repository: Repository, reconciler: Reconciler) -> None:
    repository.write("accounts/other.yaml", OTHER)
    repository.campaign("still", STILL.replace("  image:", '  page: "222000111"\n  image:'))
    file = str(repository.root / "ads.xlsx")
    reconciler("export", "--account", "acme-sg", "--xlsx", file).ended(0)
    reconciler("import", "acme-sg", "--xlsx", file).ended(0)


def test_an_export_says_whose_it_is_and_goes_into_no_other_account(
    repository: Repository, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL)
    file = str(repository.root / "ads.xlsx")
    reconciler("export", "--xlsx", file).ended(0)
    assert [cells(Path(file))[0][name] for name in ("Account ID", "Currency")] == ["act_1234567890", "SGD"]
    repository.write("accounts/other.yaml", OTHER)
    done = reconciler("import", "other", "--xlsx", file).ended(1)
    assert "amounts are SGD, and other counts in USD" in done.err
    assert "the ad account 1234567890, which is acme-sg" in done.err


def test_a_sheet_without_a_currency_gets_a_note(repository: Repository, reconciler: Reconciler) -> None:
    bare, said = (
        sheet(repository.root / f"{at}.xlsx", [row(**more)]) for at, more in enumerate([{}, {"Currency": "SGD"}])
    )
    note = "amounts are read as SGD, the account's currency"
    assert note in reconciler("import", "acme-sg", "--xlsx", str(bare), "--dry-run").ended(0).err
    assert note not in reconciler("import", "acme-sg", "--xlsx", str(said), "--dry-run").ended(0).err


# ---- what is wrong


def merged(book: Any, page: Any) -> None:
    page.merge_range("A2:A3", "Winter")


def hidden(book: Any, page: Any) -> None:
    book.add_worksheet("Notes").activate()
    page.hide()


def second(book: Any, page: Any) -> None:
    book.add_worksheet("More").write_row(0, 0, ["Campaign Name", "Ad Set Name", "Ad Name"])


ID = 120212345678901234
BAD: dict[str, tuple[list[dict[str, Any]], Any, list[str]]] = {
    "an id that is a number": ([row(Campaign_ID=ID)], None, ["a.xlsx Ads!P2: Campaign ID: this id is a number"]),
    "an id in scientific notation": ([row(Ad_ID="1.20212E+17")], None, ["Ads!P2: Ad ID: 1.20212E+17 is what a sheet"]),
    "day before month": ([row(Campaign_Stop_Time="31/12/2026 11:59 pm")], None, ["Ads!P2", "month first, 12/31"]),
    "a date of two readings": (
        [row(Campaign_Start_Time="03/01/2027 09:00")],
        None,
        ["Ads!P2", "write 2027-03-01 09:00 or 2027-01-03 09:00", "--dates day-first"],
    ),
    "an id that has lost its end": ([row(Ad_ID="120251763790777000")], None, ["Ads!P2", "ends in zeros", "state/"]),
    "a day alone": ([row(Campaign_Start_Time="12/31/2026")], None, ["Ads!P2", "has no time of day"]),
    "merged cells": ([row(), row(Ad_Name="B")], merged, ["Ads!A2: the cells A2:A3 are merged", "unmerge them"]),
    "a formula": ([row(Campaign_Daily_Budget="{=}=50*1.1")], None, ["Ads!D2: Campaign Daily Budget is a formula"]),
    "another currency": ([row(Campaign_Daily_Budget="50 USD")], None, ["Ads!D2", "write the amount in SGD"]),
    "half a cent": ([row(Campaign_Daily_Budget=50.555)], None, ["Ads!D2", "write 50.55 or 50.56"]),
    "one ad twice": (
        [row(Campaign_ID="1", Ad_Set_ID="2", Ad_ID="34"), row(Campaign_ID="1", Ad_Set_ID="2", Ad_ID="34", Ad_Name="B")],
        None,
        ["Ads!R3: the ad 34 stands in a.xlsx Ads!R2, too"],
    ),
    "rows that contradict each other": (
        [row(), row(Ad_Name="B", Campaign_Daily_Budget=60)],
        None,
        ["Ads!D3: Campaign Daily Budget is '60' here and '50' in a.xlsx Ads!D2, of one campaign"],
    ),
    "no name in a row": ([row(), row(Ad_Name="B", Campaign_Name=None)], None, ["Ads!A3: this row has no"]),
    "a hidden sheet": ([row()], hidden, ["only hidden sheets have campaigns: Ads", "show the sheet"]),
    "two sheets": ([row()], second, ["several sheets have campaigns: Ads, More", "--sheet"]),
    "Portuguese": ([{"Nome da campanha": "x", "Orçamento": 5, "Anúncio": "y"}], None, ["the headers look Portuguese"]),
    "one column in Portuguese": (
        [row(Campaign_Daily_Budget=None) | {"Orçamento diário da campanha": 50}],
        None,
        ["Ads!P1: nothing reads the column Orçamento diário da campanha, which looks Portuguese", "English (US)"],
    ),
    "a name of a column misspelt": (
        [row(Campaign_Daily_Budget=None, Campaign_Daily_Budgt=50)],
        None,
        ["nothing reads the column Campaign Daily Budgt", "did you mean Campaign Daily Budget?"],
    ),
    "a mistake beside an unread column": (
        [row(Campaign_Objective=None, Ziel="Outcome Sales")],
        None,
        ["this campaign has no Campaign Objective", "Ads!P1: nothing reads Ziel, where what is missing may stand"],
    ),
    "a report": ([{"Campaign name": "x", "Results": 5, "Reach": 9}], None, ["this is a report of results"]),
    "cities": ([row(Cities="Singapore +10km")], None, ["Ads!P2: Cities decides whom", "--skip-column 'Cities'"]),
    "a file that is not there": ([row(Image_File_Name="nix.jpg")], None, ["no file below creatives/ is called 'nix"]),
    "a failed formula": ([row(Title="#REF!")], None, ["Ads!L2: Title: #REF! is what a sheet shows"]),
    "a column too narrow": ([row(Title="#######")], None, ["Ads!L2: Title: ####### is what Excel shows of a column"]),
    "deleted": ([row(Campaign_Status="DELETED")], None, ["Ads!B2: Campaign Status: 'DELETED' is no status"]),
    "a goal that is none": ([row(Optimization_Goal="LINK_KLICKS")], None, ["Ads!H2: optimization", "LINK_CLICKS?"]),
    "an id in one row alone": ([row(Campaign_ID="11"), row(Ad_Name="B")], None, ["Ads!A3: Campaign ID is written"]),
    "no objective": ([row(Campaign_Objective=None)], None, ["Ads!A2: this campaign has no Campaign Objective"]),
    "no rows": ([dict.fromkeys(row())], None, ["there is nothing below the headers"]),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_what_is_wrong_is_told_with_its_cell_and_nothing_is_written(
    name: str, repository: Repository, reconciler: Reconciler
) -> None:
    rows, more, expected = BAD[name]
    file = sheet(repository.root / "a.xlsx", rows, more=more)
    done = reconciler("import", "acme-sg", "--xlsx", str(file)).ended(1)
    for text in expected:
        assert text in done.err
    assert "mend: " in done.err
    assert not (repository.root / "desired" / "campaigns").exists()


def test_a_column_may_be_skipped_and_unknown_ones_are_listed(repository: Repository, reconciler: Reconciler) -> None:
    file = sheet(repository.root / "a.xlsx", [row(Cities="Singapore", Buyer="Ann"), {}, row(Ad_Name="B")])
    done = reconciler("import", "acme-sg", "--xlsx", str(file), "--skip-column", "Cities").ended(0)
    assert "Not read: Buyer (1 row), Cities (1 row)" in done.err


FIRST = {"month-first": datetime(2027, 3, 1, 1, tzinfo=UTC), "day-first": datetime(2027, 1, 3, 1, tzinfo=UTC)}


@pytest.mark.parametrize("first", FIRST)
def test_a_date_of_two_readings_is_what_the_buyer_says(
    first: str, repository: Repository, reconciler: Reconciler
) -> None:
    times = {"Campaign Start Time": "03/01/2027 09:00", "Campaign Stop Time": "06/07/2027 1:09:54 pm"}
    file = str(sheet(repository.root / "a.xlsx", [row(**times)]))
    reconciler("import", "acme-sg", "--xlsx", file, "--dates", first).ended(0)
    (one,) = (each for each in declared(repository).values() if each.kind == "campaign")
    assert one.schedule.activate_at == FIRST[first]
    assert one.schedule.deactivate_at == datetime(2027, 6, 7, 5, 9, 54, tzinfo=UTC), "Ads Manager's own form"


def test_an_id_of_zeros_that_the_account_s_file_has_is_whole(repository: Repository, reconciler: Reconciler) -> None:
    repository.edit("accounts/acme-sg.yaml", "5647382910", "120251763790777000")
    cells_ = row(Optimized_Conversion_Tracking_Pixels="120251763790777000")
    reconciler("import", "acme-sg", "--xlsx", str(sheet(repository.root / "a.xlsx", [cells_])), "--dry-run").ended(0)


def as_csv(mark: str, encoding: str) -> bytes:
    ad = row(Body='Say "hi"; then\ngo')
    quoted = [[str(text).replace('"', '""') for text in line] for line in (ad, ad.values())]
    return "".join(mark.join(f'"{text}"' for text in line) + "\r\n" for line in quoted).encode(encoding)


CSV: Iterator[tuple[str, str]] = iter([(",", "utf-8"), (";", "utf-8-sig"), ("\t", "utf-16"), (",", "utf-16")])


@pytest.mark.parametrize(("mark", "encoding"), list(CSV))
def test_a_csv_is_read_whatever_wrote_it(
    mark: str, encoding: str, repository: Repository, reconciler: Reconciler
) -> None:
    (repository.root / "a.csv").write_bytes(as_csv(mark, encoding))
    reconciler("import", "acme-sg", "--xlsx", str(repository.root / "a.csv")).ended(0)
    (ad,) = (one for one in declared(repository).values() if one.kind == "ad")
    assert ad.fields["primary_text"] == 'Say "hi"; then\ngo'


FILES = {
    "a.csv": (b"Campaign Name,Ad Set Name,Ad Name\r\nCaf\xe9,b,c\r\n", "save it as CSV UTF-8"),
    "b.csv": (b"Campaign ID,Campaign Name,Ad Set Name,Ad Name\r\n120212345678901000,a,b,c\r\n", "ends in zeros"),
    "c.csv": (b"", "is empty"),
    "d.xlsx": (b"PK\x03\x04junk", "is cut off or damaged"),
    "e.xlsx": (b"hello", "save it anew as .xlsx"),
    "f.numbers": (b"x", "save it as .xlsx or .csv"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_no_sheet_is_told_what_to_do(name: str, repository: Repository, reconciler: Reconciler) -> None:
    content, expected = FILES[name]
    (repository.root / name).write_bytes(content)
    assert expected in reconciler("import", "acme-sg", "--xlsx", str(repository.root / name)).ended(1).err

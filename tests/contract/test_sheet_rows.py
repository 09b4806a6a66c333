"""No row of a sheet is lost in silence: what is new in a declared campaign and what is gone is told with what to do."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
from support.command import Reconciler, Run
from support.repository import SPRING, STILL, TRAFFIC, Repository
from support.sheets import cells, sheet

Rows = list[dict[str, Any]]

TARGETED = TRAFFIC.replace("{countries: [SG]}", '{cities: [{key: "2421836", country: SG}]}')
EXTRA = """\
      first:
        image: always-on/still.png
        primary_text: Tea.
        headline: Tea
        destination_url: https://acme.example/
"""
START = "12/15/2026 9:00:00 am"
IDS = ("Campaign ID", "Ad Set ID", "Ad ID")


class Exported:
    """An account's campaigns as a sheet that a buyer edits and imports again."""

    def __init__(self, repository: Repository, reconciler: Reconciler) -> None:
        self.repository, self.reconciler = repository, reconciler
        self.file = repository.root / "ads.xlsx"

    def of(self, *more: str, applied: bool = False, **campaigns: str) -> Rows:
        for key, text in campaigns.items():
            self.repository.campaign(key, text)
        if applied:
            self.reconciler.apply().ended(0)
        self.reconciler("export", "--xlsx", str(self.file), *more).ended(0)
        return cells(self.file)

    def imports(self, rows: Rows, *more: str) -> Run:
        return self.reconciler("import", "acme-sg", "--xlsx", str(sheet(self.file, rows)), *more)

    def text(self, key: str) -> str:
        return (self.repository.root / "desired" / "campaigns" / "acme-sg" / f"{key}.yaml").read_text("utf-8")


@pytest.fixture
def exported(repository: Repository, reconciler: Reconciler) -> Exported:
    return Exported(repository, reconciler)


def csv_file(path: Path, rows: Rows) -> Path:
    head = list(dict.fromkeys(name for one in rows for name in one))
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([head, *([one.get(name, "") for name in head] for one in rows)])
    return path


def copied(ad: dict[str, Any], empty: tuple[str, ...] = ("Ad ID",), **cells_: Any) -> dict[str, Any]:
    """A row that a buyer has copied."""
    kept = {name: value for name, value in ad.items() if name not in empty}
    return {**kept, **{name.replace("_", " "): value for name, value in cells_.items()}}


# ---- what is new


def test_a_new_ad_of_a_declared_campaign_is_told_with_the_lines_that_declare_it(exported: Exported) -> None:
    (ad,) = exported.of(applied=True, still=STILL)
    done = exported.imports([copied(ad, Ad_Name="B", Title="Two"), ad]).ended(1)
    assert "acme-sg/still/main/b: 'B' is new in the sheet, and not declared (ads.xlsx Ads!Q2)" in done.err
    assert "+    headline: Two" in done.err
    assert exported.text("still") == STILL
    (kept,) = exported.imports([ad, copied(ad, Ad_Name="B", Title="Two")], "--json").ended(1).json["kept"]
    assert kept["differences"] == [
        {"address": "acme-sg/still/main/b", "field": "", "declared": None, "sheet": "B", "cell": "ads.xlsx Ads!R3"}
    ]
    assert "headline: Two" in kept["new_lines"]["ad_sets.main.ads.b"]


def test_with_new_a_new_ad_is_written_into_the_campaign_s_file_and_made(exported: Exported) -> None:
    (ad,) = exported.of(applied=True, still=STILL)
    rows = [ad, copied(ad, Ad_Name="B", Title="Two ${x}")]
    assert "+    headline" not in exported.imports(rows, "--new", "--dry-run").ended(0).said
    assert exported.text("still") == STILL
    exported.imports(rows, "--new").ended(0)
    assert "in the sheet" not in exported.imports(rows).ended(0).said
    assert exported.reconciler.plan().actions == [("create", "acme-sg/still/main/b")]


def test_a_new_ad_set_goes_into_a_file_with_ad_sets(exported: Exported) -> None:
    (ad,) = exported.of(applied=True, always=TRAFFIC)
    new = copied(ad, IDS[1:], Ad_Set_Name="Night", Ad_Name="Owl", Age_Min="30", Ad_Set_Time_Start=START)
    new |= {"Ad Set Run Status": "ACTIVE"}
    exported.imports([ad, new], "--new").ended(0)
    assert "activate_at: 2026-12-15 09:00" in exported.text("always")
    assert "in the sheet" not in exported.imports([ad, new]).ended(0).said
    assert [at for _, at in exported.reconciler.plan().actions] == ["acme-sg/always/night", "acme-sg/always/night/owl"]


def test_a_new_ad_set_finds_room_in_a_file_of_the_short_form(exported: Exported) -> None:
    (ad,) = exported.of(applied=True, still=STILL)
    new = copied(ad, Ad_Set_ID="", Ad_ID="", Ad_Set_Name="Night", Ad_Name="Owl")
    told = exported.imports([ad, new]).ended(1)
    assert "  night:\n" in told.err and exported.text("still") == STILL
    exported.imports([ad, new], "--new").ended(0)
    assert "ad_sets:\n  main:\n" in exported.text("still") and "  night:\n" in exported.text("still")
    assert [c["address"] for c in exported.reconciler.plan().json["resource_changes"]] == [
        "acme-sg/still/night",
        "acme-sg/still/night/owl",
    ]


XMAS = """\
matrix: {from: xmas.csv}
name: Xmas ${place}
daily_budget: 20.00 SGD
ad: {image: outlet/banner.jpg, primary_text: Shop., headline: Outlet, destination_url: "https://acme.example/"}
"""


def test_a_new_ad_in_one_of_the_campaigns_that_one_file_makes_is_not_put_into_all(exported: Exported) -> None:
    exported.repository.write("campaigns/acme-sg/xmas.csv", "key,place\nsg,SG\nmy,MY\n")
    rows = exported.of(xmas=XMAS)
    done = exported.imports([*rows, copied(rows[0], Ad_Name="B", Title="Two")], "--new").ended(1)
    assert "'B' is new in the sheet" in done.err
    assert "headline: Two" in done.err
    assert exported.text("xmas") == XMAS


def test_a_new_ad_that_says_otherwise_than_a_template_has_it_written(exported: Exported) -> None:
    exported.repository.write("templates/sale.yaml", 'page: "222000111"\n')
    (ad,) = exported.of(still=f"extends: sale\n{STILL}")
    rows = [ad, copied(ad, Ad_Name="B", Link_Object_ID="o:1029384756")]
    exported.imports(rows, "--new").ended(0)
    assert 'page: "1029384756"' in exported.text("still")
    assert "in the sheet" not in exported.imports(rows).ended(0).said


def test_a_new_ad_that_the_policies_refuse_is_not_written(exported: Exported) -> None:
    (ad,) = exported.of(always=TRAFFIC)
    exported.repository.edit("accounts/acme-sg.yaml", "domain:", "policies: {max_daily_budget: 20.00 SGD}\ndomain:")
    new = copied(ad, Ad_Set_Name="Night", Ad_Name="Owl", Ad_Set_Daily_Budget=90)
    done = exported.imports([ad, new], "--new").ended(1)
    assert "max_daily_budget" in done.err
    assert exported.text("always") == TRAFFIC


def test_a_second_object_of_one_name_and_another_id_is_not_the_declared_one(exported: Exported) -> None:
    (ad,) = exported.of(applied=True, still=STILL)
    other = copied(ad, Campaign_ID="cg:120212345678901234", Ad_Set_ID="c:120212345678901235", Ad_ID="a:12021234567890")
    exported.imports([ad, other | {"Title": "Two"}]).ended(0)
    assert 'existing: "120212345678901234"' in exported.text("still-2")


@pytest.mark.parametrize("to", [{"Ad Set Name": "Night"}, {"Campaign Name": "Other"}])
def test_an_ad_that_a_row_moves_is_refused_and_not_declared_twice(to: dict[str, str], exported: Exported) -> None:
    (ad,) = exported.of(applied=True, always=TRAFFIC)
    empty = ("Ad Set ID",) if "Ad Set Name" in to else IDS[:2]
    done = exported.imports([copied(ad, empty) | to, copied(ad, Ad_Name="B")], "--new").ended(1)
    assert f"Ad ID: {ad['Ad ID']} is acme-sg/always/broad/still, and Meta moves nothing" in done.err
    assert "existing" not in exported.text("always")


# ---- what is gone


def test_a_row_that_was_deleted_is_told_with_what_to_do(exported: Exported) -> None:
    (ad,) = exported.of(always=TRAFFIC.replace("ads:", f"ads:\n{EXTRA}"))[:1]
    done = exported.imports([ad]).ended(1)
    assert "acme-sg/always/broad/still: it is not in the sheet" in done.err
    assert (
        "mend: nothing is deleted for it: where it is to go, delete it in desired/campaigns/acme-sg/always.yaml"
        in done.err
    )


@pytest.mark.parametrize("as_csv", [False, True])
def test_a_campaign_without_a_row_left_is_told(as_csv: bool, exported: Exported) -> None:
    rows = exported.of(still=STILL, always=TRAFFIC)
    file = exported.file.with_suffix(".csv") if as_csv else exported.file
    kept = [one for one in rows if one["Campaign Name"] == "Still"]
    csv_file(file, kept) if as_csv else sheet(file, kept)
    done = exported.reconciler("import", "acme-sg", "--xlsx", str(file)).ended(1)
    assert "acme-sg/always: it is not in the sheet" in done.err
    told = exported.reconciler("import", "acme-sg", "--xlsx", str(file), "--json").ended(1).json
    assert ("acme-sg/always", "") in {(d["address"], d["field"]) for each in told["kept"] for d in each["differences"]}


def test_a_campaign_that_was_turned_into_another_is_told_beside_it(exported: Exported) -> None:
    rows = exported.of(still=STILL, always=TRAFFIC)
    turned = [one | {"Campaign Name": "New"} if one["Campaign Name"] == "Still" else one for one in rows]
    done = exported.imports(turned, "--dry-run").ended(1)
    assert "acme-sg/still: it is not in the sheet" in done.err
    assert "desired/campaigns/acme-sg/new.yaml" in done.out


def test_what_was_declared_since_the_export_or_was_not_aimed_at_is_not_missed(exported: Exported) -> None:
    rows = exported.of(still=STILL)
    exported.repository.campaign("always", TRAFFIC)
    assert "in the sheet" not in exported.imports(rows).ended(0).said
    aimed = exported.of("--target", "acme-sg/still")
    assert "in the sheet" not in exported.imports(aimed).ended(0).said


def test_a_sheet_that_does_not_say_what_it_held_names_what_it_has_not(exported: Exported) -> None:
    rows = [{n: v for n, v in one.items() if n != "Exported"} for one in exported.of(still=STILL, always=TRAFFIC)]
    done = exported.imports([one for one in rows if one["Campaign Name"] == "Still"]).ended(0)
    assert "declared, and not in this sheet, which does not say what it was made of: acme-sg/always" in done.err


def test_a_csv_that_ends_within_a_line_is_refused(exported: Exported) -> None:
    file = csv_file(exported.file.with_suffix(".csv"), exported.of(still=STILL, always=TRAFFIC))
    file.write_text(file.read_text("utf-8")[:-60], "utf-8")
    done = exported.reconciler("import", "acme-sg", "--xlsx", str(file)).ended(1)
    assert "ads.csv ends within its last line" in done.err


# ---- what nobody has changed


def test_a_campaign_that_no_sheet_can_say_whole_is_compared_by_what_it_can(exported: Exported) -> None:
    rows = exported.of(always=TARGETED)
    assert "targeted" not in exported.imports(rows).ended(0).said
    done = exported.imports([rows[0] | {"Ad Set Daily Budget": 30}]).ended(1)
    assert "acme-sg/always/broad: daily_budget is 20.00 SGD, in the sheet 30.00 SGD" in done.err
    assert "targeted" not in done.err
    done = exported.imports([*rows, copied(rows[0], Ad_Name="B", Title="Two")], "--new").ended(0)
    assert "headline: Two" in exported.text("always")


@pytest.mark.parametrize("empty", [IDS, IDS[2:]])
def test_emptied_ids_change_no_status_that_the_yaml_leaves_to_the_buyer(
    empty: tuple[str, ...], exported: Exported
) -> None:
    (ad,) = exported.of(applied=True, still=STILL)
    assert "in the sheet" not in exported.imports([copied(ad, empty)]).ended(0).said
    done = exported.imports([copied(ad, empty, Ad_Status="ACTIVE")]).ended(1)
    assert "acme-sg/still/main/main: status is nothing, in the sheet ACTIVE" in done.err


# ---- zones and accounts


def test_a_sheet_s_times_are_read_in_the_zone_that_it_says(exported: Exported) -> None:
    rows = exported.of("--timezone", "America/New_York", spring=SPRING)
    assert {one["Time Zone"] for one in rows} == {"America/New_York"}
    done = exported.imports(rows).ended(0)
    assert "in the sheet" not in done.err
    assert "times are read as America/New_York's" in done.out
    done = exported.imports(rows, "--timezone", "Asia/Tokyo").ended(1)
    assert "the times of this row are America/New_York's, and the others are read as Asia/Tokyo's" in done.err
    assert "mend: leave --timezone out" in done.err


@pytest.mark.parametrize("zone", ["EST", "Etc/GMT+8", "SGT"])
@pytest.mark.parametrize("command", ["import", "export"])
def test_what_names_no_place_is_no_time_zone(command: str, zone: str, exported: Exported) -> None:
    exported.of(spring=SPRING)
    done = exported.reconciler(command, "--account", "acme-sg", "--xlsx", str(exported.file), "--timezone", zone).ended(
        64
    )
    assert f"{zone!r} names no place; did you mean" in done.err


def test_an_account_may_be_named_by_its_id(exported: Exported) -> None:
    rows = exported.of(spring=SPRING)
    assert exported.reconciler("import", "act_1234567890", "--xlsx", str(exported.file)).ended(0)
    assert rows
    done = exported.reconciler("validate", "--account", "act_1234567890").ended(64)
    assert "mend: that is the id of acme-sg: name it by this key" in done.err


# ---- one fault, one message


def test_ids_that_a_sheet_has_cut_are_told_once_and_make_no_campaigns_one(exported: Exported) -> None:
    rows = exported.of(applied=True, still=STILL, always=TRAFFIC, spring=SPRING)
    file = csv_file(exported.file.with_suffix(".csv"), [one | dict.fromkeys(IDS, "1.20252E+17") for one in rows])
    done = exported.reconciler("import", "acme-sg", "--xlsx", str(file)).ended(1)
    assert done.err.count("1.20252E+17 is what a sheet makes of an id") == 3, "one a column"
    assert "and in 2 more cells" in done.err
    assert "give one of the two" not in done.err

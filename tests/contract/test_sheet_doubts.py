"""What a sheet may mean in two ways is asked for: nothing starts early, is made twice or costs another amount."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from support.command import Reconciler, Run
from support.repository import Repository
from support.sheets import row, sheet


class Buyer:
    """Imports sheets into one account."""

    def __init__(self, repository: Repository, reconciler: Reconciler) -> None:
        self.repository, self.reconciler = repository, reconciler

    def imports(self, *rows: dict[str, Any], more: tuple[str, ...] = ()) -> Run:
        file = sheet(self.repository.root / "a.xlsx", rows)
        return self.reconciler("import", "acme-sg", "--xlsx", str(file), *more)

    @property
    def files(self) -> dict[str, str]:
        folder = Path(self.repository.root / "desired" / "campaigns")
        return {path.stem: path.read_text("utf-8") for path in sorted(folder.rglob("*.yaml"))}


@pytest.fixture
def buyer(repository: Repository, reconciler: Reconciler) -> Buyer:
    return Buyer(repository, reconciler)


DOUBTFUL: dict[str, tuple[str, Any, str]] = {
    "a name with its words turned": ("Ad Set Start Time", "12/01/2026 9:00:00 am", "looks like Ad Set Time Start"),
    "a slip": ("Campain Start Time", "12/01/2026 9:00:00 am", "did you mean Campaign Start Time?"),
    "a status by its name": ("Kampagnenstatus", "x", "'x' looks like a status"),
    "a status by its words": ("State", "Paused", "'Paused' looks like a status"),
    "a time": ("When", date(2026, 12, 1), "looks like a time"),
    "a time in text": ("When", "2026-12-01 09:00", "looks like a time"),
    "an amount": ("Max", 50, "'50.0' looks like an amount"),
    "an amount in text": ("Max", "SGD 50.00", "looks like an amount"),
}


@pytest.mark.parametrize("case", DOUBTFUL)
def test_an_unknown_column_that_may_decide_a_start_or_a_spend_is_refused_or_skipped(case: str, buyer: Buyer) -> None:
    column, value, expected = DOUBTFUL[case]
    done = buyer.imports(row() | {column: value}).ended(1)
    assert "a.xlsx Ads!P1: " in done.err
    assert expected in done.err
    assert buyer.files == {}
    assert f"--skip-column '{column}'" in done.err
    assert f"Not read: {column} (1 row)" in buyer.imports(row() | {column: value}, more=("--skip-column", column)).err


@pytest.mark.parametrize(("column", "value"), [("Impressions", 4000), ("Buyer", "Ann"), ("No.", 7), ("Checked", 1)])
def test_a_column_that_decides_nothing_is_listed(column: str, value: Any, buyer: Buyer) -> None:
    assert f"Not read: {column} (1 row)" in buyer.imports(row() | {column: value}).ended(0).err


# ---- starts

START = "12/15/2026 9:00:00 am"


def test_a_start_without_a_status_is_held_and_told(buyer: Buyer) -> None:
    timed = row(Campaign_Status=None, Campaign_Start_Time=START, Ad_Set_Run_Status=None, Ad_Status=None)
    done = buyer.imports(timed).ended(0)
    assert "a.xlsx Ads!P2: Campaign Start Time without Campaign Status: it is held (status: PAUSED)" in done.err
    assert "write ACTIVE into Campaign Status" in done.err
    assert "status: PAUSED\nactivate_at: 2026-12-15 09:00" in buyer.files["winter"]


def test_what_is_there_keeps_its_status_where_the_cell_is_empty(buyer: Buyer) -> None:
    there = row(Campaign_Status=None, Campaign_Start_Time=START, Ad_Set_Run_Status=None, Ad_Status=None)
    ids = {"Campaign ID": "cg:120212345678901234", "Ad Set ID": "c:120212345678901235", "Ad ID": "a:120212345678901236"}
    assert "its start is left out" in buyer.imports(there | ids).ended(0).err
    assert "activate_at" not in buyer.files["winter"]
    assert "PAUSED" not in buyer.files["winter"]


def test_an_ad_set_without_a_status_starts_with_its_campaign_or_not_at_all(buyer: Buyer) -> None:
    active = {"Campaign Status": "ACTIVE", "Campaign Start Time": START, "Ad Set Run Status": None, "Ad Status": None}
    other = {"Ad Set Name": "Later", "Ad Set Time Start": "12/20/2026 9:00:00 am"}
    done = buyer.imports(row() | active | {"Ad Set Time Start": START}, row() | active | other).ended(0)
    assert "a.xlsx Ads!Q3: Ad Set Time Start without Ad Set Run Status" in done.err
    assert buyer.files["winter"].count("status: PAUSED") == 1
    assert buyer.files["winter"].count("activate_at: 2026-12-15 09:00") == 1


# ---- one thing twice


@pytest.mark.parametrize("name", ["Winter\u00a0", "WINTER", "Win\u200bter", " winter"])
def test_a_name_that_looks_like_a_declared_one_s_is_asked_for(name: str, buyer: Buyer) -> None:
    buyer.imports(row()).ended(0)
    done = buyer.imports(row(Campaign_Name=name)).ended(1)
    assert "and acme-sg/winter is called 'Winter': is it that one?" in done.err
    assert "mend: write the name exactly so, 'Winter'" in done.err
    assert [*buyer.files] == ["winter"]


def test_a_name_that_a_record_has_is_asked_for_by_its_id(buyer: Buyer) -> None:
    buyer.imports(row()).ended(0)
    buyer.reconciler.apply().ended(0)
    (made,) = (one["id"] for at, one in buyer.repository.state("winter").items() if at == "acme-sg/winter")
    (buyer.repository.root / "desired" / "campaigns" / "acme-sg" / "winter.yaml").unlink()
    done = buyer.imports(row(Campaign_Name="winter")).ended(1)
    assert f"mend: write {made} into Campaign ID" in done.err
    assert buyer.files == {}


def test_two_campaigns_of_a_sheet_whose_names_look_alike_are_refused(buyer: Buyer) -> None:
    done = buyer.imports(row(), row(Campaign_Name="winter")).ended(1)
    assert "a.xlsx Ads!A3: 'winter' would be a second campaign beside 'Winter' of a.xlsx Ads!A2" in done.err


def test_a_row_that_was_pasted_twice_is_refused(buyer: Buyer) -> None:
    done = buyer.imports(row(), row()).ended(1)
    assert "a.xlsx Ads!J3: this row says the same as that of a.xlsx Ads!J2, and neither has an Ad ID" in done.err
    buyer.imports(row(), row(Title="Save more")).ended(0)


# ---- amounts and texts

REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "thousands with a point": (row(Campaign_Daily_Budget="1.500"), "write 1500.00 for thousands"),
    "a percentage": (row(Title=0.3), "Title: 0.3 is a number to the sheet, and text is wanted"),
    "a number": (row(Body=2026), "Body: 2026.0 is a number to the sheet"),
    "a yes": (row(Link_Description=True), "Link Description: TRUE is yes or no to the sheet"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_a_sheet_has_made_another_value_of_is_refused(case: str, buyer: Buyer) -> None:
    cells, expected = REFUSED[case]
    assert expected in buyer.imports(cells).ended(1).err
    assert buyer.files == {}


def test_a_number_with_three_decimals_that_a_sheet_holds_as_a_number_is_one(buyer: Buyer) -> None:
    buyer.imports(row(Campaign_Daily_Budget=1.5)).ended(0)
    assert "daily_budget: 1.50 SGD" in buyer.files["winter"]


def test_the_row_of_headers_says_what_parts_a_csv(buyer: Buyer) -> None:
    ad = row(Body="a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s")
    lines = [
        ", ".join("made, by, hand, for, the, team".split() * 4),
        *(";".join(map(str, one)) for one in (ad, ad.values())),
    ]
    file = buyer.repository.root / "a.csv"
    file.write_text("\n".join(lines), "utf-8")
    buyer.reconciler("import", "acme-sg", "--xlsx", str(file)).ended(0)
    assert "a, b, c, d, e," in buyer.files["winter"]


def test_a_text_that_looks_like_a_date_in_a_csv_is_told(buyer: Buyer) -> None:
    ad = row(Title="1-Dec")
    file = buyer.repository.root / "a.csv"
    file.write_text("\n".join(",".join(map(str, line)) for line in (ad, ad.values())), "utf-8")
    done = buyer.reconciler("import", "acme-sg", "--xlsx", str(file)).ended(0)
    assert "L2: '1-Dec' is what a sheet makes of a date" in done.err


# ---- where a mistake is told

SALE = row(Campaign_Daily_Budget=None, Campaign_Lifetime_Budget=500)
AT_ITS_CELL: dict[str, tuple[tuple[dict[str, Any], ...], str]] = {
    "a link": ((row(Link="htp:/x"),), "Ads!M2: 'htp:/x' is no web address"),
    "a link of the second ad": ((row(), row(Ad_Name="B", Link="htp:/x")), "Ads!M3: 'htp:/x' is no web address"),
    "a country": ((row(Countries="ZZ"),), "Ads!G2: 'ZZ' is no country's code"),
    "an age": ((row(Age_Min=10),), "Ads!P2: age_min must be from 13 to 65"),
    "no country": ((row(), row(Campaign_Name="B", Countries=None)), "Ads!F3: no location is targeted"),
    "no country's column": ((row(Countries=None),), "countries: [SG] (in the sheet countries is Countries)"),
    "no end": ((SALE,), "Ads!F2: a lifetime budget needs an end"),
    "no end's column": ((SALE,), "deactivate_at is Campaign Stop Time or Ad Set Time Stop"),
    "no film": ((row(Image_File_Name=None),), "Ads!J2: video or image is missing"),
    "a text nobody has written yet": ((row(Body="Lorem ipsum dolor sit amet"),), "Ads!K2: "),
}


@pytest.mark.parametrize("case", AT_ITS_CELL)
def test_a_mistake_is_told_at_its_cell_and_in_the_sheet_s_words(case: str, buyer: Buyer) -> None:
    rows, expected = AT_ITS_CELL[case]
    assert expected in buyer.imports(*rows).ended(1).err
    assert buyer.files == {}

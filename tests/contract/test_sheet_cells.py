"""A sheet's cells as Excel and other programs leave them: what failed, is hidden, or is a formula or a date is never
read as if it were empty, and each mend works when it is followed."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from support.command import Reconciler, Run
from support.repository import Repository
from support.sheets import prefixed, rewritten, row, sheet, with_cell

Cells = dict[str, Any]
Change = Callable[[str], str]


class Buyer:
    """Imports sheets into one account."""

    def __init__(self, repository: Repository, reconciler: Reconciler) -> None:
        self.root, self.reconciler = repository.root, reconciler

    def imports(self, *rows: Cells, changes: tuple[Change, ...] = (), more: Any = None, options: Any = ()) -> Run:
        file = sheet(self.root / "a.xlsx", rows, more=more)
        for change in changes:
            rewritten(file, change)
        return self.reconciler("import", "acme-sg", "--xlsx", str(file), *options)

    def imports_csv(self, cells: Cells, *options: str) -> Run:
        file = self.root / "a.csv"
        file.write_text("\n".join(";".join(map(str, line)) for line in (cells, cells.values())), "utf-8")
        return self.reconciler("import", "acme-sg", "--xlsx", str(file), *options)

    @property
    def files(self) -> dict[str, str]:
        folder = Path(self.root / "desired" / "campaigns")
        return {path.stem: path.read_text("utf-8") for path in sorted(folder.rglob("*.yaml"))}


@pytest.fixture
def buyer(repository: Repository, reconciler: Reconciler) -> Buyer:
    return Buyer(repository, reconciler)


# ---- formulas that failed

READ_COLUMNS = (
    "Campaign ID", "Ad Set ID", "Ad ID", "Campaign Stop Time", "Ad Set Time Start", "Excluded Countries", "Age Max",
    "Campaign Spend Limit", "Ad Set Maximum Spend Limit", "Custom Audiences", "Lead Form ID", "Image Hash", "Video ID",
    "Advantage Audience", "Account ID", "Currency", "Link Description",
)  # fmt: skip
WRITERS: dict[str, tuple[Change, ...]] = {"Excel": (), "the Open XML SDK": (prefixed,)}


def failed(cell: str, shown: str = "#N/A") -> Change:
    return with_cell(cell, f'<c r="{cell}" t="e"><v>{shown}</v></c>')


@pytest.mark.parametrize("writer", WRITERS)
@pytest.mark.parametrize("column", READ_COLUMNS)
def test_a_cell_whose_formula_failed_is_never_read_as_empty(column: str, writer: str, buyer: Buyer) -> None:
    done = buyer.imports(row() | {column: "x"}, changes=(failed("P2"), *WRITERS[writer])).ended(1)
    assert f"a.xlsx Ads!P2: {column}: #N/A is what a sheet shows where its formula fails\n  mend: write " in done.err
    assert "1 problem." in done.err
    assert buyer.files == {}


@pytest.mark.parametrize("cell", ["A2", "B2", "C2", "D2", "F2", "J2", "N2"])
def test_of_a_cell_that_failed_nothing_else_is_told(cell: str, buyer: Buyer) -> None:
    done = buyer.imports(row(), changes=(failed(cell, "#VALUE!"),)).ended(1)
    assert f"a.xlsx Ads!{cell}: " in done.err
    assert "1 problem." in done.err


@pytest.mark.parametrize("shown", ["#N/A", "#DIV/0!", "Err:502", "########"])
@pytest.mark.parametrize("column", ["Campaign Stop Time", "Campaign ID", "Image Hash", "Campaign Status"])
def test_what_a_failed_formula_shows_is_told_in_a_csv_too(column: str, shown: str, buyer: Buyer) -> None:
    done = buyer.imports_csv(row() | {column: shown}).ended(1)
    assert f"{column}: {shown} is what " in done.err
    assert "1 problem." in done.err


def test_an_id_that_failed_is_not_to_be_emptied(buyer: Buyer) -> None:
    done = buyer.imports(row(Campaign_ID="x"), changes=(failed("P2"),)).ended(1)
    assert "mend: write the id that it should show; an empty cell means a new one beside it" in done.err


def test_a_cell_that_failed_in_another_row_of_the_campaign_is_told(buyer: Buyer) -> None:
    rows = row(Campaign_Stop_Time=None), row(Ad_Name="B", Campaign_Stop_Time="x")
    assert "a.xlsx Ads!P3: Campaign Stop Time: #REF!" in buyer.imports(*rows, changes=(failed("P3", "#REF!"),)).err


def test_a_header_that_failed_names_no_column(buyer: Buyer) -> None:
    done = buyer.imports(row(Buyer="12"), changes=(failed("P1"),)).ended(1)
    assert "a.xlsx Ads!P2: this stands in a column without a header" in done.err


def test_what_failed_where_nothing_reads_it_is_listed(buyer: Buyer) -> None:
    assert "Not read: Buyer (1 row)" in buyer.imports(row(Buyer="x"), changes=(failed("P2"),)).ended(0).err


@pytest.mark.parametrize("shown", ["#SPILL!", "#FIELD!", "#GETTING_DATA"])
def test_a_newer_failure_is_told_with_its_cell(shown: str, buyer: Buyer) -> None:
    assert f"Ads!D2 ({shown})" in buyer.imports(row(), changes=(failed("D2", shown),)).ended(1).err


def test_a_failed_cell_that_says_nothing_is_told(buyer: Buyer) -> None:
    done = buyer.imports(row(Age_Max=40), changes=(with_cell("P2", '<c r="P2" t="e"/>'),)).ended(1)
    assert "a.xlsx Ads!P2: Age Max: #ERROR! is what a sheet shows" in done.err


def test_a_formula_that_fails_is_told_as_one(buyer: Buyer) -> None:
    change = with_cell("D2", '<c r="D2" t="e"><f>1/0</f><v>#DIV/0!</v></c>')
    done = buyer.imports(row(), changes=(change,)).ended(1)
    assert "a.xlsx Ads!D2: Campaign Daily Budget is a formula that fails (#DIV/0!)\n  mend: write what" in done.err


# ---- formulas

FORMULAS: dict[str, tuple[Change, ...]] = {
    "with a prefix": (with_cell("D2", '<c r="D2"><f>50*1.1</f><v>55</v></c>'), prefixed),
    "without its place": (with_cell("D2", "<c><f>50*1.1</f><v>55</v></c>"),),
    "shared": (with_cell("D2", '<c r="D2"><f t="shared" si="0"/><v>55</v></c>'),),
    "behind its value": (with_cell("D2", '<c t="n" s="0" r="D2"><v>55</v><f>50</f></c>'),),
    "of an array that begins above": (with_cell("D1", '<c r="D1" t="str"><f t="array" ref="D1:D2">X1:X2</f>'
                                                      "<v>Campaign Daily Budget</v></c>"),),
}  # fmt: skip


@pytest.mark.parametrize("case", FORMULAS)
def test_a_formula_is_found_however_it_is_written(case: str, buyer: Buyer) -> None:
    done = buyer.imports(row(), changes=FORMULAS[case]).ended(1)
    assert "a.xlsx Ads!D2: Campaign Daily Budget is a formula" in done.err
    assert buyer.files == {}


def test_what_only_draws_is_no_formula(buyer: Buyer) -> None:
    def drawn(book: Any, page: Any) -> None:
        page.add_sparkline("Z9", {"range": "Ads!D2:D3"})
        page.data_validation("B2", {"validate": "list", "source": "=$Z$1:$Z$3"})

    buyer.imports(row(), more=drawn).ended(0)


def test_merged_cells_are_found_behind_a_prefix(buyer: Buyer) -> None:
    def merged(book: Any, page: Any) -> None:
        page.merge_range("A2:A3", "Winter")

    done = buyer.imports(row(), row(Ad_Name="B"), more=merged, changes=(prefixed,)).ended(1)
    assert "Ads!A2: the cells A2:A3 are merged" in done.err


# ---- rows that nobody sees


def hiding(*rows: int, **options: Any) -> Callable[[Any, Any], None]:
    def hide(book: Any, page: Any) -> None:
        for at in rows:
            page.set_row(at, None, None, options or {"hidden": True})

    return hide


@pytest.mark.parametrize("changes", WRITERS.values(), ids=WRITERS)
def test_hidden_rows_are_refused(changes: tuple[Change, ...], buyer: Buyer) -> None:
    done = buyer.imports(row(), row(Ad_Name="B"), row(Ad_Name="C"), more=hiding(1, 3), changes=changes).ended(1)
    assert "a.xlsx Ads!A2: rows are hidden, by a filter or by hand: 2, 4" in done.err
    assert "mend: show them where they are meant" in done.err
    assert buyer.files == {}


def test_a_row_without_height_is_hidden(buyer: Buyer) -> None:
    low: Change = lambda text: text.replace('<row r="3"', '<row r="3" ht="0" customHeight="1"')  # noqa: E731
    assert "by hand: 3" in buyer.imports(row(), row(Ad_Name="B"), changes=(low,)).ended(1).err


def test_a_hidden_row_that_is_empty_or_above_the_headers_is_none(buyer: Buyer) -> None:
    buyer.imports(row(), more=hiding(0, 5)).ended(0)


# ---- files

OTHER = (".xls", ".xlsb", ".ods")


@pytest.mark.parametrize("suffix", OTHER)
def test_a_file_whose_failed_cells_cannot_be_told_is_refused(suffix: str, buyer: Buyer) -> None:
    file = sheet(buyer.root / f"a{suffix}", [row()])
    done = buyer.reconciler("import", "acme-sg", "--xlsx", str(file)).ended(1)
    assert f"a{suffix} is {suffix}, in which" in done.err
    assert "mend: open it, and save it as .xlsx" in done.err


def test_another_kind_of_sheet_under_the_name_of_an_xlsx_is_refused(buyer: Buyer) -> None:
    mimetype, space = "application/vnd.oasis.opendocument.spreadsheet", "urn:oasis:names:tc:opendocument:xmlns"
    names = " ".join(f'xmlns:{name}="{space}:{name}:1.0"' for name in ("office", "table", "text"))
    body = '<office:body><office:spreadsheet><table:table table:name="Ads"/></office:spreadsheet></office:body>'
    with zipfile.ZipFile(buyer.root / "a.xlsx", "w") as archive:
        archive.writestr("mimetype", mimetype)
        archive.writestr("content.xml", f"<office:document-content {names}>{body}</office:document-content>")
        archive.writestr("META-INF/manifest.xml", '<m:manifest xmlns:m="urn:x"/>')
    done = buyer.reconciler("import", "acme-sg", "--xlsx", str(buyer.root / "a.xlsx")).ended(1)
    assert "a.xlsx is another kind of sheet under the name of an XLSX" in done.err


DAMAGED: dict[str, Change] = {
    "a document type": lambda text: text.replace("<worksheet", '<!DOCTYPE x [<!ENTITY a "b">]><worksheet'),
    "an end that is missing": lambda text: text.replace("</worksheet>", ""),
    "a place that is none": lambda text: text.replace('<c r="D2"', '<c r="2D" t="e"'),
    "another root": lambda text: text.replace("<worksheet", "<chartsheet").replace("</worksheet", "</chartsheet"),
}


@pytest.mark.parametrize("case", DAMAGED)
def test_damaged_xml_is_refused(case: str, buyer: Buyer) -> None:
    done = buyer.imports(row(), changes=(DAMAGED[case],)).ended(1)
    assert "a.xlsx could not be read as a sheet (" in done.err
    assert buyer.files == {}


# ---- amounts

UNITS = {
    "[$USD] #,##0.00": "USD",
    '[$-409]#,##0.00 "RM"': "RM",
    "[$€-2] #,##0": "€",
    "\\£0.00": "£",
    "0%": "%",
    10: "%",
    "[$$-409]#,##0.00": "",
    "[$SGD] 0": "",
    '"S$"0.00;[Red]"RM"0': "",
    '0 "a day"': "",
}


@pytest.mark.parametrize("shown", UNITS)
def test_an_amount_that_is_shown_in_another_currency_is_refused(shown: Any, buyer: Buyer) -> None:
    def money(book: Any, page: Any) -> None:
        page.write_number("D2", 50, book.add_format({"num_format": shown}))

    done = buyer.imports(row(), more=money)
    if UNITS[shown]:
        assert f"Ads!D2: Campaign Daily Budget: the cell shows {UNITS[shown]}, and acme-sg counts in SGD" in done.err
        assert "mend: write the amount in SGD, and format the cell as a number without" in done.err
    else:
        assert "daily_budget: 50.00 SGD" in buyer.files["winter"]


# ---- dates

DATED = ("Campaign Status", "Campaign Objective", "Ad Set Run Status", "Campaign Name", "Campaign Daily Budget", "Body")


@pytest.mark.parametrize("column", DATED)
def test_a_date_where_none_belongs_is_told_beside_every_other_mistake(column: str, buyer: Buyer) -> None:
    day = datetime(2026, 12, 1, 9)  # noqa: DTZ001  as Excel has it
    done = buyer.imports(row() | {column: day}, row(Campaign_Name="B", Age_Max="old")).ended(1)
    assert f": {column}: 2026-12-01 09:00:00 is a date to the sheet, and text is wanted\n  mend: format the" in done.err
    assert "Ads!P3: Age Max: 'old' is not a whole number" in done.err


def test_midnight_is_a_time_where_the_cell_shows_one(buyer: Buyer) -> None:
    timed = {"Campaign Status": "ACTIVE", "Campaign Start Time": date(2026, 12, 5)}
    buyer.imports(row() | timed).ended(0)
    assert "activate_at: 2026-12-05 00:00" in buyer.files["winter"]


FORMATS = {14: False, 22: True, 'yyyy\\-mm\\-dd "h"': False, "[$-409]d mmm yyyy, h AM/PM;@": True, "dd/mm/yyyy": False}


@pytest.mark.parametrize("shown", FORMATS)
def test_a_day_whose_format_shows_no_time_is_asked_for_in_a_way_that_works(shown: Any, buyer: Buyer) -> None:
    def day(book: Any, page: Any) -> None:
        page.write_datetime("P2", date(2026, 12, 5), book.add_format({"num_format": shown}))

    timed = row(Campaign_Status="ACTIVE", Campaign_Start_Time="x")
    done = buyer.imports(timed, more=day)
    if FORMATS[shown]:
        assert "activate_at: 2026-12-05 00:00" in buyer.files["winter"]
        return
    assert "2026-12-05 has no time of day to the sheet\n  mend: format the cell as text, and write month" in done.err
    buyer.imports(timed | {"Campaign Start Time": "12/05/2026 12:00:00 am"}).ended(0)
    assert "activate_at: 2026-12-05 00:00" in buyer.files["winter"]


def test_a_time_of_day_alone_is_told(buyer: Buyer) -> None:
    def clock(book: Any, page: Any) -> None:
        page.write_datetime("P2", time(9), book.add_format({"num_format": "h:mm"}))

    done = buyer.imports(row(Campaign_Status="ACTIVE", Campaign_Start_Time="x"), more=clock).ended(1)
    assert "Campaign Start Time: 09:00:00 is a time of day without a day to the sheet" in done.err
    assert "1 problem." in done.err


NEW_YORK = ("--timezone", "America/New_York")
CHANGING = {
    "an hour that is skipped": ("03/14/2027 2:30:00 am", "2027-03-14 01:30 -05 or 2027-03-14 03:30 -04", "15:30"),
    "an hour that comes twice": ("11/07/2027 1:30:00 am", "2027-11-07 01:30 -04 or 2027-11-07 01:30 -05", "14:30"),
}


@pytest.mark.parametrize("case", CHANGING)
def test_an_hour_of_a_clock_change_is_read_as_the_mend_writes_it(case: str, buyer: Buyer) -> None:
    said, mend, expected = CHANGING[case]
    timed = row(Campaign_Status="ACTIVE", Campaign_Start_Time=said)
    done = buyer.imports_csv(timed, *NEW_YORK).ended(1)
    assert f"mend: write {mend}" in done.err
    buyer.imports_csv(timed | {"Campaign Start Time": mend.rpartition(" or ")[2]}, *NEW_YORK).ended(0)
    assert f" {expected}\n" in buyer.files["winter"]


@pytest.mark.parametrize("said", ["2027-03-14T09:00", "2027-03-14 01:00Z", "03/14/2027 9:00 am +0800"])
def test_an_offset_of_a_time_is_read(said: str, buyer: Buyer) -> None:
    buyer.imports(row(Campaign_Status="ACTIVE", Campaign_Start_Time=said)).ended(0)
    assert "activate_at: 2027-03-14 09:00" in buyer.files["winter"]


TURNED = {
    "31/12/2026 11:59 pm": "write the month first, 12/31/2026 11:59 pm",
    "31/12/2026 23:59": "write the month first, 12/31/2026 23:59",
    "03/01/2027 09:00:30": "write 2027-03-01 09:00:30 or 2027-01-03 09:00:30, or say",
}


@pytest.mark.parametrize("said", TURNED)
def test_a_date_s_mend_is_a_time_that_is_read(said: str, buyer: Buyer) -> None:
    timed = row(Campaign_Status="ACTIVE", Campaign_Start_Time=said)
    assert f"mend: {TURNED[said]}" in buyer.imports(timed).ended(1).err
    mended = TURNED[said].removeprefix("write ").removeprefix("the month first, ").partition(" or ")[0]
    buyer.imports(timed | {"Campaign Start Time": mended}).ended(0)


def test_the_last_moment_of_a_sheet_s_calendar_is_refused_at_its_cell(buyer: Buyer) -> None:
    def last(book: Any, page: Any) -> None:
        page.write_number("P2", 2958465.99999999, book.add_format({"num_format": 22}))

    done = buyer.imports(row(Campaign_Stop_Time="x"), more=last).ended(1)
    assert "a.xlsx Ads!P2: Campaign Stop Time: the year 9999 is not one to advertise in" in done.err


def test_json_without_an_end_is_refused_at_its_cell(buyer: Buyer) -> None:
    done = buyer.imports(row(Flexible_Inclusions="[" * 30_000)).ended(1)
    assert "is not JSON" in done.err


# ---- an end without a start

END = "12/31/2026 11:59:00 pm"
START = "12/15/2026 9:00:00 am"
ON = {"Campaign Status": "ACTIVE", "Ad Set Run Status": "ACTIVE"}
IDS = {"Campaign ID": "120212345678901234", "Ad Set ID": "120212345678901235", "Ad ID": "120212345678901236"}


def test_what_is_active_and_has_an_end_alone_is_asked_for_its_start(buyer: Buyer) -> None:
    done = buyer.imports(row() | ON | {"Campaign Stop Time": END}).ended(1)
    assert "Ads!P2: Campaign Stop Time without a start, of a new campaign that is ACTIVE" in done.err
    assert "mend: write its start into Campaign Start Time, or PAUSED into Campaign Status" in done.err
    buyer.imports(row() | ON | {"Campaign Stop Time": END, "Campaign Start Time": START}).ended(0)


def test_an_end_of_its_own_below_an_active_campaign_is_asked_for_its_start(buyer: Buyer) -> None:
    done = buyer.imports(row() | ON | {"Ad Set Run Status": None, "Ad Set Time Stop": END}).ended(1)
    assert "Ad Set Time Stop without a start, of a new ad set that is ACTIVE" in done.err
    buyer.imports(row() | ON | {"Ad Set Run Status": "PAUSED", "Ad Set Time Stop": END}).ended(0)


@pytest.mark.parametrize("status", ["ACTIVE", None])
def test_an_ad_set_with_an_end_alone_starts_with_its_campaign(status: str | None, buyer: Buyer) -> None:
    timed = {"Campaign Start Time": START, "Ad Set Time Stop": END, "Ad Set Run Status": status, "Ad Status": status}
    buyer.imports(row() | ON | timed).ended(0)
    assert buyer.files["winter"].count("activate_at: 2026-12-15 09:00") == 2
    assert "deactivate_at: 2026-12-31 23:59" in buyer.files["winter"]
    assert "PAUSED" not in buyer.files["winter"]


def test_what_is_there_keeps_its_status_until_its_end(buyer: Buyer) -> None:
    ad_set = {"Ad Set Run Status": None, "Ad Status": None}
    done = buyer.imports(row() | ON | ad_set | IDS | {"Campaign Stop Time": END}).ended(0)
    assert "Ads!S2: Campaign Stop Time without a start: Campaign Status ACTIVE is left out" in done.err
    assert "status" not in buyer.files["winter"]


def test_an_active_ad_set_of_a_campaign_that_has_an_end_alone_stays_active(buyer: Buyer) -> None:
    there = row() | {"Ad Set Run Status": "ACTIVE", "Ad Status": None, "Campaign Stop Time": END}
    buyer.imports(there).ended(0)
    assert buyer.files["winter"].count("status: ACTIVE") == 1

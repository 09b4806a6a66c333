"""Columns whose names nothing here knows, and that may yet say what runs, when or for how much. Pure.

`Ad Set Start Time` is no column of Ads Manager's (`Ad Set Time Start` is). Were it left out with a line in a list, the
ad set would start at another time than its sheet says.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from reconciler.kinds.delivery.sheet.columns import STARTS, STATUSES, STOPS
from reconciler.kinds.delivery.sheet.names import KNOWN, OTHER_NAMES, plain_name
from reconciler.model.problem import Problem
from reconciler.model.sheet import Cell, Table

STATUS = re.compile(
    r"active|activ[ao]|aktiv|paused?|pausad[ao]|pausiert|inactive|inaktiv|enabled?|disabled?|running|on|off|live|archived|"
    r"deleted|scheduled|draft|not delivering",
    re.IGNORECASE,
)
TIME = re.compile(
    r"[0-9]{1,4}[./-][0-9]{1,2}[./-][0-9]{1,4}([ T,].*)?|[0-9]{1,2}:[0-9]{2}(:[0-9]{2})?( ?[ap]\.?m\.?)?", re.IGNORECASE
)
_UNIT = r"(?:[A-Z]{2,3}\$?|[$€£¥₩₫฿₹])"
AMOUNT = re.compile(rf"{_UNIT}? ?[0-9][0-9.,' ]{{0,12}} ?{_UNIT}?", re.IGNORECASE)
NO_AMOUNT = re.compile(
    r"#|no\.?|nr\.?|row|line|number|index|reporting (starts|ends)|impressions|reach|results|frequency|"
    r"(link )?clicks.*|amount spent.*|cost per .*|cp[cm].*|ctr.*|purchases.*"
)
"""Names of what is counted in a report, or counts the rows: its numbers are nobody's budget."""

WORDS = (
    (re.compile(r"status|estado|statut\b|stato\b|durum|状态|狀態|ステータス|상태|статус|trạng thái|สถานะ"), "status"),
    (re.compile(r"\b(start|begin|launch|stop|end)(s|ing)?\b|beginn|inicio|início|début|inizio|开始|開始|시작"), "time"),
    (
        re.compile(r"budget|presupuesto|orçamento|预算|預算|予算|예산|anggaran|\bbid\b|gebot|spend (cap|limit)"),
        "amount",
    ),
)
"""What a column's own name says that it holds, in the languages of Ads Manager that are met most."""

SAID = {
    "status": ("a status", ", ".join(STATUSES.values())),
    "time": ("a time", ", ".join((*STARTS.values(), *STOPS.values()))),
    "amount": ("an amount", "Campaign Daily Budget, Ad Set Daily Budget, Bid Amount and the like"),
}


def doubtful(table: Table, known: Collection[str]) -> Iterator[Problem]:
    """Each column that is not `known` and may decide a start, a stop or a spend, by the first cell that says so."""
    told: set[str] = set()
    for row in table.rows:
        for name, cell in row.cells.items():
            if name in known or name in told or not (found := _doubt(cell, table)):
                continue
            told.add(name)
            yield found


def _doubt(cell: Cell, table: Table) -> Problem | None:
    head, skip = table.columns[cell.column], f"--skip-column '{cell.column}'"
    near = _near(cell.column)
    if near and near not in table.columns:
        said = f"{cell.column} is no column of Ads Manager's, and looks like {near}"
        return Problem(head, said, f"call it {near}; if it is not that and may be lost, give {skip}")
    if near:
        said = f"{cell.column} is not read, and looks like {near}, which stands in the sheet, too"
        return Problem(head, said, f"empty the column; if it may be lost as it is, give {skip}")
    if what := _holds(cell):
        kind, names = SAID[what]
        said = f"{cell.column} is no column of Ads Manager's, and {str(cell.value)[:40]!r} looks like {kind}"
        return Problem(head, said, f"call it as Ads Manager does: {names}; if it may be lost, give {skip}")
    return None


def _near(column: str) -> str:
    """The known name that has the same words in another order."""
    words = sorted(plain_name(column).split())
    name = next((name for known, name in KNOWN.items() if sorted(known.split()) == words), "")
    return OTHER_NAMES.get(name, name)


def _holds(cell: Cell) -> str:
    name = plain_name(cell.column)
    by_name = next((what for pattern, what in WORDS if pattern.search(name)), "")
    return by_name or _by_value(cell.value, is_counted=bool(NO_AMOUNT.fullmatch(name)))


def _by_value(value: Any, *, is_counted: bool) -> str:
    if isinstance(value, datetime | date | time | timedelta):
        return "" if is_counted else "time"
    if isinstance(value, int | float):
        # 0 and 1 are what Ads Manager writes for no and yes.
        return "" if is_counted or value in (0, 1) else "amount"
    said = str(value).strip()
    if STATUS.fullmatch(said):
        return "status"
    if is_counted or said in ("0", "1"):
        return ""
    return "time" if TIME.fullmatch(said) else "amount" if AMOUNT.fullmatch(said) else ""

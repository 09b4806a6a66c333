"""The rows of a table as campaigns: the full form of each, in Meta's names, and the cell that each value came from."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from reconciler.kinds.delivery.goals import GOALS
from reconciler.kinds.delivery.presets import MAIN
from reconciler.kinds.delivery.sheet.cells import (
    COPY,
    MEDIA,
    Around,
    looks_dated,
    read_hash,
    read_id,
    read_minor,
    read_moment,
    read_status,
    text_of,
    unseen,
)
from reconciler.kinds.delivery.sheet.columns import (
    AD,
    AD_SET,
    CAMPAIGN,
    COLUMNS,
    IDS,
    LEVELS,
    NAMES,
    SILENT,
    SPEND_LIMITS,
    STARTS,
    STATUSES,
    STOPS,
    danger_of,
)
from reconciler.kinds.delivery.sheet.heads import ENGLISH, language_of
from reconciler.kinds.delivery.sheet.names import OF_ACCOUNT, UNWRITTEN, nearest
from reconciler.kinds.delivery.sheet.nothing import nothing_in
from reconciler.kinds.delivery.sheet.unread import doubtful
from reconciler.kinds.field_types import key_of
from reconciler.model.problem import Origin, Problem
from reconciler.model.sheet import Cell, SheetRow, Table
from reconciler.model.status import ACTIVE

Tree = dict[str, Any]
Times = tuple[str | None, datetime | None, datetime | None]
"""What a level says of its status, its start and its end."""

OF_LEVEL = {
    level: frozenset(
        {
            *(column.name for column in COLUMNS if column.level == level),
            *(table[level] for table in (IDS, NAMES, STATUSES, STARTS, STOPS)),
            *(SPEND_LIMITS if level == AD_SET else ()),
            *(("Video ID", "Image Hash") if level == AD else ()),
        }
    )
    for level in LEVELS
}
READ = frozenset(OF_ACCOUNT).union(*OF_LEVEL.values())
WITHOUT_AN_AD = "Link of rows without an ad"
OF_AN_AD = OF_LEVEL[AD] - {"Link Object ID", "Link", "Optimize text per person"}
"""Columns that make a row an ad: the template counts the first two others among those of the ad set."""


@dataclass
class Part:
    """One level as its rows say it: the cells by column, the first row, and what is in it."""

    level: str
    origin: Origin
    cells: dict[str, Cell] = field(default_factory=dict)
    below: list[Part] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    """The rows of the table, counted from 0."""

    @property
    def name(self) -> str:
        return _name(self.cells[NAMES[self.level]]) if NAMES[self.level] in self.cells else ""


@dataclass(frozen=True)
class Read:
    """One campaign. `tree` is its full form: money in minor units, times aware. `parts` has the part of each level by
    its keys: `()`, `(ad set,)`, `(ad set, ad)`; `ids` their ids at Meta, where the sheet has them."""

    key: str
    tree: Tree
    parts: Mapping[tuple[str, ...], Part]
    ids: Mapping[tuple[str, ...], str]

    def level(self, keys: tuple[str, ...]) -> Tree:
        """What one level says, without what is in it."""
        tree = self.tree
        for step, key in zip(("ad_sets", "ads"), keys, strict=False):
            tree = tree[step][key]
        return {name: value for name, value in tree.items() if name not in ("ad_sets", "ads")}

    def only(self, keys: tuple[str, ...]) -> Read:
        """The same campaign with one ad set or ad alone in it, and no ids but of that and of what is in it."""
        parts = {at: part for at, part in self.parts.items() if at[: len(keys)] == keys or at == keys[: len(at)]}
        tree = self.level(())
        for at in sorted((at for at in parts if at), key=len):
            above = tree if len(at) == 1 else tree["ad_sets"][at[0]]
            above.setdefault("ad_sets" if len(at) == 1 else "ads", {})[at[-1]] = self.level(at)
        ids = {at: id_ for at, id_ in self.ids.items() if at[: len(keys)] == keys}
        return Read(self.key, tree, parts, ids)

    def place(self, keys: tuple[str, ...], column: str = "") -> Origin:
        part = self.parts[keys]
        return part.cells[column].origin if column in part.cells else part.origin


@dataclass(frozen=True)
class Result:
    campaigns: tuple[Read, ...]
    problems: tuple[Problem, ...]
    left: Mapping[str, int]
    """Columns that were not read, and in how many rows something stands there."""
    notes: tuple[str, ...] = ()
    """What was read in the careful way of two."""


def campaigns_of(table: Table, around: Around, skipped: frozenset[str] = frozenset()) -> Result:
    """`skipped`: columns whose content may be lost. Never raises: what is wrong is in the result."""
    reading = _Reading(table, around, skipped)
    found = reading.campaigns()
    problems = (*reading.problems, *reading.unreadable())
    return Result(tuple(found), problems, reading.left(), tuple(reading.notes()))


def unread_columns(table: Table, result: Result) -> list[Problem]:
    """Beside other mistakes: what seems to be missing may stand in a column that nothing reads."""
    told = {one.origin for one in result.problems}
    named = (name for name in result.left if name in table.columns and name not in UNWRITTEN)
    left = [name for name in named if table.columns[name] not in told]
    if not left:
        return []
    said = f"nothing reads {', '.join(left)}, where what is missing may stand"
    return [Problem(table.columns[left[0]], said, f"if it does, name the column as Ads Manager does: {ENGLISH}")]


@dataclass
class _Reading:
    table: Table
    around: Around
    skipped: frozenset[str]
    problems: list[Problem] = field(default_factory=list)
    careful: dict[str, list[Origin]] = field(default_factory=dict)
    """What is told of what was read in the careful way, by what it says, with its cells."""
    unread: dict[tuple[str, str], list[Origin]] = field(default_factory=dict)
    """The same of cells that cannot be read, by what is wrong and the mend."""

    def __post_init__(self) -> None:
        self.nothing = {cell.origin for row in self.table.rows for cell in nothing_in(row)}
        """The places of cells that say nothing."""
        self.said = replace(self.table, rows=tuple(map(self._without_nothing, self.table.rows)))

    def _without_nothing(self, row: SheetRow) -> SheetRow:
        return replace(row, cells=self._of_something(row.cells))

    def _of_something(self, cells: Mapping[str, Cell]) -> dict[str, Cell]:
        return {name: cell for name, cell in cells.items() if cell.origin not in self.nothing}

    def campaigns(self) -> list[Read]:
        self._unseen()
        self._dangers()
        self._meant()
        self._doubtful()
        keys: dict[str, str] = {}
        parts = self._grouped()
        return [self._campaign(part, _unique(_key(part.name), keys)) for part in parts]

    def _unseen(self) -> None:
        """Here for all cells: some are only compared with those of other rows, or stand back behind another's."""
        for row in self.table.rows:
            for name, cell in row.cells.items():
                if name in READ and (found := unseen(cell.value)):
                    self._tell(cell, found if name not in IDS.values() else f"{found.partition('; ')[0]}; {WHOLE_ID}")

    # ---- what nothing reads

    def left(self) -> dict[str, int]:
        counts = Counter(name for row in self.said.rows for name in row.cells)
        found = {name: count for name, count in counts.items() if name not in READ | SILENT}
        if without := sum("Link" in row.cells and not row.cells.keys() & OF_AN_AD for row in self.table.rows):
            found[WITHOUT_AN_AD] = without
        return dict(sorted(found.items()))

    def _meant(self) -> None:
        """Headers that are those of columns in another language, or misspelt."""
        for name in self.left():
            meant = nearest(name)
            said = f"nothing reads the column {name}"
            if name in self.skipped or danger_of(name) or name not in self.table.columns:
                continue
            if language := language_of([name], 1):
                mend = f"{ENGLISH}; to go on without it, give --skip-column '{name}'"
                self.problems.append(Problem(self.table.columns[name], f"{said}, which looks {language}", mend))
            elif meant in READ and not any(meant in row.cells for row in self.table.rows):
                mend = f"did you mean {meant}? To go on without it, give --skip-column '{name}'"
                self.problems.append(Problem(self.table.columns[name], said, mend))

    def _doubtful(self) -> None:
        told = {one.origin for one in self.problems}
        known = {name for name, head in self.table.columns.items() if head in told or danger_of(name)}
        self.problems += doubtful(self.said, READ.union(SILENT, UNWRITTEN, self.skipped, known))

    def _dangers(self) -> None:
        told: set[str] = set()
        for row in self.said.rows:
            for name, cell in row.cells.items():
                danger = danger_of(name) if name not in READ | self.skipped | told else None
                if danger:
                    told.add(name)
                    said = f"{name} decides {danger[0]}, and is not read"
                    mend = f"{danger[1]}; to go on without it, empty the column or give --skip-column '{name}'"
                    self.problems.append(Problem(cell.origin, said, mend))

    def notes(self) -> Iterator[str]:
        for said, places in self.careful.items():
            more = f" and {len(places) - 1} more" if len(places) > 1 else ""
            yield f"{places[0]}{more}: {said}"

    def unreadable(self) -> Iterator[Problem]:
        """One value of one column is one fault, in however many cells it stands."""
        for (said, mend), places in self.unread.items():
            cells = f"{len(places) - 1} more {'cells' if len(places) > 2 else 'cell'}"
            last = re.sub(r".*[ !]", "", places[-1].file)
            more = f" (and in {cells}, the last {last})" if len(places) > 1 else ""
            yield Problem(places[0], f"{said}{more}", mend)

    # ---- rows to levels

    def _grouped(self) -> list[Part]:
        campaigns: list[Part] = []
        ads: dict[str, Cell] = {}
        alike: dict[Any, Part] = {}
        for at, row in enumerate(self.table.rows):
            campaign = self._part(CAMPAIGN, row, campaigns, at)
            if campaign is None:
                continue
            if not self._has(row, AD_SET) and not self._has(row, AD):
                continue
            ad_set = self._part(AD_SET, row, campaign.below, at)
            if ad_set is None or not row.cells.keys() & OF_AN_AD:
                continue
            ad = Part(AD, _at(row, NAMES[AD]), {n: c for n, c in row.cells.items() if n in OF_LEVEL[AD]}, rows=[at])
            self._once(ad, ads)
            self._no_twin(ad, ad_set, alike)
            ad_set.below.append(ad)
        for part in _all(campaigns):
            # Only now: of two rows of one ad set, 0 and 50 contradict each other.
            part.cells = self._of_something(part.cells)
        return campaigns

    def _has(self, row: SheetRow, level: str) -> bool:
        return bool(row.cells.keys() & (OF_LEVEL[level] if level != AD else OF_AN_AD))

    def _once(self, ad: Part, seen: dict[str, Cell]) -> None:
        cell = ad.cells.get(IDS[AD])
        found = self._id(cell) if cell else ""
        if cell and found in seen:
            said = f"the ad {found} stands in {seen[found].origin}, too"
            self.problems.append(
                Problem(cell.origin, said, "delete one of the two rows, or empty this id to make a second ad")
            )
        elif cell and found:
            seen[found] = cell

    def _no_twin(self, ad: Part, ad_set: Part, seen: dict[Any, Part]) -> None:
        """A row that was pasted twice: of two ads that say the same, one was not meant."""
        if IDS[AD] in ad.cells:
            return
        said = (id(ad_set), frozenset((name, str(cell.value)) for name, cell in ad.cells.items()))
        if (twin := seen.setdefault(said, ad)) is not ad:
            what = f"this row says the same as that of {twin.origin}, and neither has an {IDS[AD]}"
            mend = f"delete one of the two, or give a second ad another {NAMES[AD]}"
            self.problems.append(Problem(ad.origin, what, mend))

    def _part(self, level: str, row: SheetRow, known: list[Part], at: int) -> Part | None:
        """The part that a row belongs to: of its id, or of its name where it has none."""
        cells = {name: cell for name, cell in row.cells.items() if name in OF_LEVEL[level]}
        id_cell, name_cell = cells.get(IDS[level]), cells.get(NAMES[level])
        if name_cell is None:
            said = f"this row has no {NAMES[level]}"
            mend = "write it in each row, also where it is that of the row above; a row that is no ad is to be deleted"
            self.problems.append(Problem(_at(row, NAMES[level]), said, mend))
            return None
        found = self._id(id_cell) if id_cell else ""
        same = [part for part in known if (self._id_of(part) or found) and self._id_of(part) == found]
        same = same or [part for part in known if part.name == _name(name_cell) and not (found and self._id_of(part))]
        if not same:
            part = Part(level, _at(row, NAMES[level]), cells, rows=[at])
            known.append(part)
            return part
        part = same[0]
        if bool(self._id_of(part)) != bool(found):
            said = f"{IDS[level]} is written in one row of {part.name!r} and not in another"
            mend = "write the id in each row of it, or give what is new another name"
            self.problems.append(Problem(_at(row, IDS[level]), said, mend))
        part.rows.append(at)
        self._agree(part, cells)
        return part

    def _agree(self, part: Part, cells: Mapping[str, Cell]) -> None:
        for name, cell in cells.items():
            known = part.cells.setdefault(name, cell)
            if not _same(known.value, cell.value):
                ours, theirs = self._shown(cell), self._shown(known)
                said = f"{name} is {ours} here and {theirs} in {known.origin}, of one {_TITLES[part.level]}"
                mend = (
                    f"write the same in all rows of {part.name!r}, or give one of the two another {NAMES[part.level]}"
                )
                self.problems.append(Problem(cell.origin, said, mend))

    def _shown(self, cell: Cell) -> str:
        try:
            return repr(text_of(cell.value, self.around)[:40])
        except ValueError:
            return str(cell.value)

    def _id_of(self, part: Part) -> str:
        cell = part.cells.get(IDS[part.level])
        return self._id(cell) if cell else ""

    def _id(self, cell: Cell) -> str:
        """ "" where it cannot be read, which is told where the part is: `1.2E+17` is no id that two rows have."""
        try:
            return read_id(cell.value, self.around)
        except ValueError:
            return ""

    # ---- levels to trees

    def _campaign(self, part: Part, key: str) -> Read:
        parts: dict[tuple[str, ...], Part] = {(): part}
        ids: dict[tuple[str, ...], str] = {}
        tree = self._fields(part)
        if "Campaign Objective" not in part.cells:
            said, mend = "this campaign has no Campaign Objective", "write it, such as Outcome Sales"
            self.problems.append(Problem(part.origin, said, mend))
        self._note_id(part, (), ids)
        times = self._times(part, (None, None, None))
        tree |= _said(times, (None, None, None))
        keys: dict[str, str] = {}
        ad_sets: Tree = {}
        for ad_set in part.below:
            ad_set_key = _unique(MAIN if ad_set.name in ("", part.name) else _key(ad_set.name), keys)
            objective = str(tree.get("objective", ""))
            ad_sets[ad_set_key] = self._ad_set(ad_set, part, objective, (ad_set_key,), times, parts, ids)
            if _has_budget(tree) and ad_sets[ad_set_key].get("bid_strategy") == tree.get("bid_strategy"):
                ad_sets[ad_set_key].pop("bid_strategy", None)
        return Read(key, {**tree, "ad_sets": ad_sets} if ad_sets else tree, parts, ids)

    def _ad_set(
        self, part: Part, above: Part, objective: str, here: tuple[str, ...], times: Times,
        parts: dict[tuple[str, ...], Part], ids: dict[tuple[str, ...], str],
    ) -> Tree:  # fmt: skip
        parts[here] = part
        self._note_id(part, here, ids)
        tree = self._fields(part)
        own = self._times(part, times)
        tree |= _said(own, times)
        tree |= self._limits(part, above)
        keys: dict[str, str] = {}
        ads: Tree = {}
        for ad in part.below:
            ad_key = _unique(_ad_key(ad, above.name), keys)
            parts[(*here, ad_key)] = ad
            self._note_id(ad, (*here, ad_key), ids)
            fields = self._with_media(ad, self._fields(ad))
            ads[ad_key] = fields | _said(self._times(ad, own), own)
        self._promote_page(tree, objective, ads)
        return {**tree, "ads": ads} if ads else tree

    def _promote_page(self, tree: Tree, objective: str, ads: Tree) -> None:
        """Of a goal that promotes a page the template has no column: it is the one that the ads run as."""
        rule = GOALS.get(objective, {}).get(str(tree.get("optimization_goal")))
        pages = {ad.get("page") for ad in ads.values()}
        if rule is not None and rule.promotes == "page" and len(pages) == 1 and (page := pages.pop()):
            tree.setdefault("promoted_object", {"page_id": page})

    def _note_id(self, part: Part, keys: tuple[str, ...], ids: dict[tuple[str, ...], str]) -> None:
        cell = part.cells.get(IDS[part.level])
        if cell and (found := self._read(cell, read_id)):
            ids[keys] = str(found)

    def _fields(self, part: Part) -> Tree:
        tree: Tree = {}
        at_meta = IDS[AD] in part.cells and part.cells.keys() & {"Video ID", "Image Hash"}
        for column in COLUMNS:
            cell = part.cells.get(column.name) if column.level == part.level else None
            if cell and at_meta and column.cell is MEDIA:
                continue
            value = self._read(cell, column.cell.read) if cell else None
            if column.cell is COPY and self.around.is_text and looks_dated(value):
                said = f"{value!r} is what a sheet makes of a date or of a text such as 1/12: see that it was typed so"
                self.careful.setdefault(said, []).append(cell.origin if cell else part.origin)
            if value is not None:
                _put(tree, column.yaml_path, value)
        return tree

    def _with_media(self, part: Part, fields: Tree) -> Tree:
        """What an ad that is there shows stays the same film; a new one is made of a file, where that is here."""
        video, image = part.cells.get("Video ID"), part.cells.get("Image Hash")
        is_there = IDS[AD] in part.cells
        if video and (is_there or "video" not in fields) and (found := self._read(video, read_id)):
            fields["video"] = {"id": found}
        name = "thumbnail" if "video" in fields else "image"
        if image and (is_there or name not in fields) and (said := self._read(image, read_hash)):
            fields[name] = {"hash": said}
        return fields

    def _limits(self, part: Part, above: Part) -> Tree:
        lifetime = {"Campaign Lifetime Budget", "Ad Set Lifetime Budget"} & {*part.cells, *above.cells}
        limits: Tree = {}
        for name, parameter in SPEND_LIMITS.items():
            if name in part.cells and (found := self._read(part.cells[name], read_minor)):
                limits[f"{'lifetime' if lifetime else 'daily'}_{parameter}"] = found
        return limits

    def _times(self, part: Part, above: Times) -> Times:
        """What the level says of its status and times; what it leaves out is that of the level above."""
        start, stop = (self._moment(part, table[part.level]) for table in (STARTS, STOPS))
        status = self._status(part)
        if start is not None and status is None:
            status, start = self._unsaid(part, start, above)
        if start is None and stop is None:
            return _without_times(status, above)
        if STARTS[part.level] not in part.cells and status in (None, ACTIVE):
            status, start = self._end_alone(part, status, above)
        return (None if status == ACTIVE else status), start, stop

    def _end_alone(self, part: Part, status: str | None, above: Times) -> tuple[str | None, datetime | None]:
        """An end without a start of its own: the start is that of the level above. Where there is none, no file says
        ACTIVE and an end: what is new would never start. What is there may run already, and stays as it is."""
        is_there = IDS[part.level] in part.cells
        if above[1] is not None and (status or not is_there):
            return status or above[0], above[1]
        if (status or above[0]) != ACTIVE or (is_there and status is None):
            return status, None
        level, place = _TITLES[part.level], part.cells[STOPS[part.level]].origin
        begin, word, end = STARTS[part.level], STATUSES[part.level], STOPS[part.level]
        if is_there:
            said = f"{end} without a start: {word} ACTIVE is left out, and its status at Meta stays as it is"
            self.careful.setdefault(said, []).append(place)
        else:
            said = f"{end} without a start, of a new {level} that is ACTIVE: when it is to start, nobody says"
            self.problems.append(Problem(place, said, f"write its start into {begin}, or PAUSED into {word}"))
        return None, None

    def _unsaid(self, part: Part, start: datetime, above: Times) -> tuple[str | None, datetime | None]:
        """An empty status beside a start. Ads Manager would start what is new; here nothing starts that no cell calls
        ACTIVE. What is there is not paused for it either: who has turned it on wants it on."""
        if start == above[1]:
            return above[0], start
        is_there = IDS[part.level] in part.cells
        status, column = STATUSES[part.level], STARTS[part.level]
        so = "its start is left out" if is_there else "it is held (status: PAUSED)"
        said = f"{column} without {status}: {so}; to start it then, write ACTIVE into {status}"
        self.careful.setdefault(said, []).append(part.cells[column].origin)
        return (None, None) if is_there else ("PAUSED", start)

    def _moment(self, part: Part, column: str) -> datetime | None:
        cell = part.cells.get(column)
        found = self._read(cell, read_moment) if cell else None
        return found if isinstance(found, datetime) else None

    def _status(self, part: Part) -> str | None:
        cell = part.cells.get(STATUSES[part.level])
        return self._read(cell, read_status) if cell else None

    def _read(self, cell: Cell, read: Any) -> Any:
        """None where it cannot be read, which is told."""
        if unseen(cell.value):
            return None
        try:
            return read(cell.value, self.around)
        except ValueError as error:
            self._tell(cell, str(error))
            return None

    def _tell(self, cell: Cell, wrong: str) -> None:
        said, _, mend = wrong.partition("; ")
        self.unread.setdefault((f"{cell.column}: {said}", mend), []).append(cell.origin)


WHOLE_ID = "write the id that it should show; an empty cell means a new one beside it"
_TITLES = {CAMPAIGN: "campaign", AD_SET: "ad set", AD: "ad"}


def _without_times(status: str | None, above: Times) -> Times:
    """Of a level that has none of its own."""
    if status is None:
        return above
    if status != ACTIVE:
        return status, *above[1:]
    return (ACTIVE, None, None) if above[1] is None else (None, *above[1:])


def _said(own: Times, above: Times) -> Tree:
    if own == above:
        return {}
    names = ("status", "activate_at", "deactivate_at")
    return {name: value for name, value in zip(names, own, strict=True) if value is not None}


def _all(parts: Iterable[Part]) -> Iterator[Part]:
    for part in parts:
        yield part
        yield from _all(part.below)


def _has_budget(tree: Tree) -> bool:
    return bool({"daily_budget", "lifetime_budget"} & set(tree))


def _put(tree: Tree, path: tuple[str, ...], value: Any) -> None:
    for step in path[:-1]:
        tree = tree.setdefault(step, {})
    tree[path[-1]] = value


def _at(row: SheetRow, column: str) -> Origin:
    return row.cells[column].origin if column in row.cells else row.origin


def _same(one: Any, other: Any) -> bool:
    return bool(one == other) or (not isinstance(one, type(other)) and str(one).strip() == str(other).strip())


def _key(name: str) -> str:
    return key_of(name.replace("/", " ")) or "campaign"


def _ad_key(ad: Part, campaign: str) -> str:
    """Of its name; of its film or picture where the name is only that of the campaign."""
    if ad.name not in ("", campaign):
        return _key(ad.name)
    media = next((str(ad.cells[name].value) for name in ("Video File Name", "Image File Name") if name in ad.cells), "")
    return key_of(media.rpartition("/")[2].partition(".")[0]) or MAIN


def _name(cell: Cell) -> str:
    """To group rows by: spaces at its ends are nobody's intention, and 2026 is no 2026.0."""
    value = int(cell.value) if isinstance(cell.value, float) and cell.value.is_integer() else cell.value
    return str(value).strip()


def _unique(key: str, taken: dict[str, str]) -> str:
    number, found = 1, key
    while found in taken:
        number += 1
        found = f"{key[: 63 - len(str(number)) - 1]}-{number}"
    taken[found] = key
    return found

"""What a sheet of ours says of itself: in which time zone its times are, and which campaigns it was made of. Pure.

Both stand in each row, as the account does: rows are copied into other sheets, and a CSV has no other place.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from reconciler.kinds.delivery.sheet.columns import EXPORTED, TIME_ZONE
from reconciler.kinds.settings import known_zone
from reconciler.model.address import Address
from reconciler.model.errors import ConfigError
from reconciler.model.problem import Problem
from reconciler.model.sheet import Table

_SAID = re.compile(r"([0-9]+) campaigns? of (\S.*)")


@dataclass(frozen=True)
class Held:
    """So many campaigns, of all that the account declares or of what was aimed at."""

    campaigns: int
    targets: tuple[Address, ...] = ()

    def has(self, address: Address) -> bool:
        return not self.targets or any(address.within(one) or one.within(address) for one in self.targets)


def held_text(roots: int, account: str, targets: Iterable[Address]) -> str:
    """`12 campaigns of acme-sg`, `1 campaign of acme-sg/spring`"""
    said = ", ".join(map(str, targets)) or account
    return f"{roots} {'campaign' if roots == 1 else 'campaigns'} of {said}"


def held_in(table: Table) -> Held | None:
    """What most rows say: others may have been copied out of another sheet. None where no row says it."""
    said = Counter(str(row.cells[EXPORTED].value) for row in table.rows if EXPORTED in row.cells)
    for text, _ in said.most_common():
        if match := _SAID.fullmatch(text.strip()):
            return Held(int(match[1]), tuple(_targets(match[2])))
    return None


def _targets(said: str) -> Iterator[Address]:
    for each in re.split(r",\s*", said):
        try:
            yield Address.parse(each)
        except ValueError:
            continue  # the account alone


def zone_in(table: Table, wanted: str = "") -> str:
    """The zone of the sheet's times, where its rows say one. `wanted`: what somebody has said beside it. Raises
    ConfigError where a cell says another one."""
    cells = [row.cells[TIME_ZONE] for row in table.rows if TIME_ZONE in row.cells]
    zone = wanted or next((str(cell.value).strip() for cell in cells), "")
    problems: list[Problem] = []
    for cell in {str(one.value).strip(): one for one in reversed(cells)}.values():
        said = str(cell.value).strip()
        try:
            known_zone(said)
        except ValueError as error:
            what, _, mend = str(error).partition("; ")
            problems.append(Problem(cell.origin, f"{cell.column}: {what}", mend))
            continue
        if said != zone:
            told = f"the times of this row are {said}'s, and the others are read as {zone}'s"
            mend = "leave --timezone out" if wanted else f"convert them, and write {zone} here, in each row"
            problems.append(Problem(cell.origin, told, mend))
    if problems:
        raise ConfigError(problems)
    return zone

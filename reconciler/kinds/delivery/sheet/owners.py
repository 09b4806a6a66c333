"""Whose sheet it is: what in its cells belongs to another account than the one that it is imported into."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from reconciler.kinds.codecs import OFFSETS
from reconciler.kinds.delivery.sheet.cells import MONEY, OF_ACCOUNT, Around, read_id, unseen
from reconciler.kinds.delivery.sheet.columns import ACCOUNT_ID, COLUMNS, CURRENCY, IDS, LEVELS, SPEND_LIMITS
from reconciler.kinds.delivery.sheet.reading import Read
from reconciler.kinds.meant import SYMBOLS
from reconciler.kinds.settings import AccountSpec
from reconciler.model.address import Address
from reconciler.model.problem import Problem
from reconciler.model.sheet import Cell, Table

OF_SPEC = {
    "Link Object ID": "page",
    "Optimized Conversion Tracking Pixels": "pixel",
    "Instagram Account ID (New)": "instagram_user",
    "Product Catalog ID": "catalog",
}
"""Columns with ids that an account's file names, and how it calls them."""
OF_MONEY = frozenset({*SPEND_LIMITS, *(column.name for column in COLUMNS if column.cell is MONEY)})


@dataclass(frozen=True)
class Owners:
    """The account that a sheet is imported into, by its key, and all that are declared. `made`: by its id at Meta, the
    other account whose records have it. `used`: what the account's own campaigns say, the ids that they name among it.
    """

    key: str
    accounts: Mapping[str, AccountSpec]
    made: Mapping[str, str] = field(default_factory=dict)
    used: Collection[str] = ()

    @property
    def own(self) -> AccountSpec:
        return self.accounts[self.key]

    def of_setting(self, setting: str, id_: str) -> str:
        """The other account that names an id where this one does not; "" where there is none."""
        if id_ in self.used or getattr(self.own, setting) == id_:
            return ""
        return next((key for key, one in self.accounts.items() if getattr(one, setting) == id_), "")


def strangers(table: Table, owners: Owners, around: Around) -> Iterator[Problem]:
    """Each cell that names another account, or what is another account's; of one value the first cell alone."""
    told: set[tuple[str, object]] = set()
    for row in table.rows:
        for name, cell in row.cells.items():
            if (name, cell.value) in told or not (found := _stranger(name, cell, owners, around)):
                continue
            told.add((name, cell.value))
            yield found


def _stranger(name: str, cell: Cell, owners: Owners, around: Around) -> Problem | None:
    if unseen(cell.value):
        return None  # told where it is read
    if name == "Image Hash":
        return _image(cell, owners)
    if name == CURRENCY:
        return _currency(cell, owners)
    if name == ACCOUNT_ID:
        return _account(cell, owners)
    if name in OF_MONEY:
        return _shown(cell, owners)
    if name not in OF_SPEC and name not in IDS.values():
        return None
    try:
        id_ = read_id(cell.value, around)
    except ValueError:
        return None  # told where it is read
    other = owners.of_setting(OF_SPEC[name], id_) if name in OF_SPEC else owners.made.get(id_, "")
    if not other:
        return None
    said = f"{name}: {id_} is {other}'s, and this sheet is imported into {owners.key}"
    write = f"write {_kept(owners, OF_SPEC[name])}" if name in OF_SPEC else "empty the three ids"
    return Problem(cell.origin, said, f"reconciler import {other} --xlsx FILE; or, to copy it to {owners.key}, {write}")


def _kept(owners: Owners, setting: str) -> str:
    own = getattr(owners.own, setting)
    return f"{own} there" if own else f"the {setting.replace('_', ' ')} of {owners.key} there"


def _currency(cell: Cell, owners: Owners) -> Problem | None:
    own, said = owners.own.currency, str(cell.value).strip().upper()
    if said == own:
        return None
    told = f"the sheet's amounts are {said[:10]}, and {owners.key} counts in {own}"
    return Problem(cell.origin, told, f"convert the amounts, and write {own} here, in each row")


def _shown(cell: Cell, owners: Owners) -> Problem | None:
    """An amount whose format shows another currency: the number alone would be read as the account's."""
    own = owners.own.currency
    for unit in cell.units if not isinstance(cell.value, str) else ():
        said = unit.strip(" .").upper()
        meant = SYMBOLS.get(said) or ((said,) if said in (*OFFSETS, "%") else ())
        if meant and own not in meant:
            told = f"{cell.column}: the cell shows {unit}, and {owners.key} counts in {own}"
            mend = f"write the amount in {own}, and format the cell as a number without {unit}"
            return Problem(cell.origin, told, mend)
    return None


def _account(cell: Cell, owners: Owners) -> Problem | None:
    own, said = owners.own.account.removeprefix("act_"), _digits(cell.value)
    if said == own:
        return None
    other = next((key for key, one in owners.accounts.items() if one.account == f"act_{said}"), "")
    whose = f", which is {other}" if other else ""
    told = f"the sheet is of the ad account {said[:40]}{whose}, and {owners.key} is {own}"
    into = f"reconciler import {other} --xlsx FILE" if other else "import it into its own account"
    mend = f"{into}; or, to copy it, make amounts, page and pixel those of {owners.key}, and write act_{own} here"
    return Problem(cell.origin, told, mend)


def _image(cell: Cell, owners: Owners) -> Problem | None:
    """An image can be shown by ads of its own account alone."""
    match = OF_ACCOUNT.fullmatch(str(cell.value).strip())
    own = owners.own.account.removeprefix("act_")
    if match is None or match[1] == own:
        return None
    told = f"Image Hash: this image is of the ad account {match[1]}, and {owners.key} is {own}"
    mend = "put the image's file below creatives/, write its name into Image File Name, and empty this cell"
    return Problem(cell.origin, told, mend)


def _digits(value: object) -> str:
    said = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()
    return said.rpartition(":")[2].removeprefix("act_")


def unsaid_currency(table: Table, currency: str) -> Iterator[str]:
    """A note, where a row has an amount and does not say of what currency."""
    if any(CURRENCY not in row.cells and OF_MONEY & row.cells.keys() for row in table.rows):
        yield f"amounts are read as {currency}, the account's currency: the sheet does not say it"


def moved(read: Read, keys: tuple[str, ...], known: Mapping[str, Address]) -> Iterator[Problem]:
    """What stands at `keys` in a sheet, or in that, with the id of something declared elsewhere. `known`: by id."""
    for at in (each for each in read.parts if each[: len(keys)] == keys):
        if (address := known.get(read.ids.get(at, ""))) is not None:
            column = IDS[LEVELS[len(at)]]
            said = f"{column}: {read.ids[at]} is {address}, and Meta moves nothing into another campaign or ad set"
            mend = f"empty {column} to make another one here, or put the row back to where it was"
            yield Problem(read.place(at, column), said, mend)

"""Declared campaigns as a sheet of Ads Manager's, and what the sheet cannot hold. Loads no HTTP library.

What is lost is not guessed from a list: the sheet is read again, as an import would, and compared with the YAML.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from reconciler.kinds.files import LAYERED
from reconciler.kinds.sheets import OF_ACCOUNT, SHEET, WRITTEN, Difference, differences, held_text, rows_of
from reconciler.model.address import Address
from reconciler.model.errors import UsageError
from reconciler.model.problem import Problem
from reconciler.model.resource import Resource
from reconciler.model.sheet import Written
from reconciler.run.request import Request
from reconciler.run.sheets import Ground, read_back
from reconciler.sheets.writing import write_book


@dataclass(frozen=True)
class Exported:
    """What was written, and what of the YAML it does not hold: values, and what is wrong with whole campaigns."""

    account: str
    currency: str
    zone: str
    rows: int
    lost: tuple[Difference, ...]
    unread: tuple[Problem, ...]


def export_sheet(request: Request, file: Path, zone: str = "") -> Exported:
    """Raises ConfigError, UsageError where not one account is meant, StateError and FileError."""
    ground = Ground.of(request, zone)
    resources = _wanted(ground)
    roots = len({address.root for address in resources})
    held = held_text(roots, ground.account.key, request.targets)
    of_sheet = (ground.account.id, ground.account.currency, str(ground.zone), held)
    rows = rows_of(resources, ground.ids, ground.around(), dict(zip(OF_ACCOUNT, of_sheet, strict=True)))
    again = read_back(ground, rows, file.name)
    declared = {address: one for address, one in resources.items() if address.root not in again.refused}
    lost = tuple(differences(declared, again.resources))
    write_book(file, Written(SHEET, WRITTEN, rows.lines))
    unread = tuple(problem for each in again.refused.values() for problem in each)
    return Exported(ground.account.key, ground.account.currency, str(ground.zone), len(rows.lines), lost, unread)


def _wanted(ground: Ground) -> dict[Address, Resource]:
    """Whole campaigns: a row says all that its ad stands in. Their ads are those that are aimed at."""
    targets = ground.request.targets
    found = ground.desired.of(ground.account.key, ground.request.now)
    if unknown := [target for target in targets if target not in found]:
        raise UsageError(f"{unknown[0]} is not declared")
    return {
        address: resource
        for address, resource in found.items()
        if LAYERED.kind.name == address.root.kind
        if not targets or any(address.within(target) or target.within(address) for target in targets)
    }

"""What is asked of an import, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from reconciler.model.address import Address
from reconciler.model.errors import ReconcilerError
from reconciler.model.remote import Object
from reconciler.observe.inventory import Unfit
from reconciler.run.results import Planned


@dataclass(frozen=True)
class Wanted:
    """What is to be imported. `only`: ids of topmost objects."""

    only: tuple[str, ...] = ()
    dry_run: bool = False
    label: bool = True
    relabel: bool = False
    """Also what carries this project's label for an address that nothing here knows."""


@dataclass(frozen=True)
class Note:
    address: str
    text: str


@dataclass
class Imported:
    """What became of one account."""

    account: str
    files: dict[str, str] = field(default_factory=dict)
    """What was written, or would be: by its name the text."""
    objects: int = 0
    labelled: int = 0
    unlabelled: tuple[Note, ...] = ()
    """What Meta refuses to label, and why: its file goes on naming it."""
    unfit: tuple[Unfit, ...] = ()
    notes: tuple[Note, ...] = ()
    written: bool = False
    planned: Planned | None = None
    error: ReconcilerError | None = None


@dataclass
class Told:
    """What comes up on the way, of one account."""

    unfit: list[Unfit] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)


@dataclass
class Draft:
    """One file: `named` names each object by its id, `short` is what stays once all are labelled."""

    file: str
    named: str
    short: str
    live: Mapping[Address, Object]
    was: str | None = None
    """What the file says by now; None where there is none."""

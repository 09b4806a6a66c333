"""The text of one file of records, `ACCOUNT/CAMPAIGN.json`, and what it says.

A file is sorted, one field a line, without counters or timestamps that change by themselves, so that its git
history reads as the campaign's. It holds no token, no raw reply, no signed URL.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reconciler.model.address import Address
from reconciler.model.errors import StateError
from reconciler.model.record import Record
from reconciler.model.record_codec import RECORDS_VERSION, record_json, record_of
from reconciler.store.files.places import CONFLICT, CONFLICT_MARKS
from reconciler.text.redact import without_credentials

MOST_LEVELS = 100
"""Of nesting: YAML may have 50, and what is read from Meta has fewer."""

File = tuple[str, str]
"""The scope's text, and the name of one file in its folder: a campaign's key, or `kind.key`."""


@dataclass(frozen=True)
class FileOfRecords:
    """`account` and `currency` are the ad account's id and money; "" where none was known."""

    account: str
    currency: str
    records: Mapping[Address, Record]


def parsed(text: str, name: str, stem: str) -> FileOfRecords:
    """Raises StateError, with `name` for the place, for what cannot be believed or is of a newer version."""
    data = _data_of(text, name)
    if not isinstance(data, dict) or not isinstance(data.get("resources"), dict):
        raise unbelievable(name, "it has no resources")
    version = refuse_newer(name, data.get("format_version"))
    rows = data["resources"].items()
    records = {_address(name, stem, key): record_in(name, key, row, version) for key, row in rows}
    return FileOfRecords(str(data.get("account", "")), str(data.get("currency", "")), records)


def refuse_newer(name: str, version: Any, mend: str = "") -> int:
    """The version that wrote it. Raises StateError where none is told, or one that this one cannot read."""
    if not isinstance(version, int) or version < 1:
        raise unbelievable(name, "it has no format_version", mend)
    if version > RECORDS_VERSION:
        raise StateError(
            f"{name}: written by a newer version (format {version}, this one reads {RECORDS_VERSION})\n"
            "  mend: upgrade the reconciler to the version that your CI uses"
        )
    return version


def text_of(account: str, currency: str, rows: Mapping[Address, str]) -> str:
    """`rows`: each record as `row_of` gives it."""
    data: dict[str, Any] = {"account": account, "format_version": RECORDS_VERSION}
    data |= {"currency": currency} if currency else {}
    head = [f"  {_json(name)}: {_json(value)}" for name, value in sorted(data.items())]
    body = [f"    {_json(at)}: {row}" for at, row in sorted((str(at), row) for at, row in rows.items())]
    return ",\n".join([*head, '  "resources": {\n' + ",\n".join(body) + "\n  }"]).join(("{\n", "\n}\n"))


def row_of(record: Record) -> str:
    text = json.dumps(without_credentials(record_json(record)), indent=2, sort_keys=True, ensure_ascii=False)
    return text.replace("\n", "\n    ")


def file_of(address: Address) -> File:
    """Windows has no `:` in names, and no key has a dot: `audience:buyers` is in `audience.buyers.json`."""
    return address.account, address.keys[0].replace(":", ".")


def unbelievable(name: str, why: str, mend: str = "") -> StateError:
    """`mend`: another one than that of a file which git keeps."""
    kept = (
        f"delete the file: what was pushed of it comes back, and else the next plan finds its objects by their labels; "
        f"where git has it beside desired/: git checkout -- {name}; reconciler state rebuild does without it"
    )
    return StateError(
        f"{name}: {why}; it is not taken for empty, because that could make everything twice\n  mend: {mend or kept}"
    )


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _data_of(text: str, name: str) -> Any:
    if any(mark in text for mark in CONFLICT_MARKS) and CONFLICT.search(text):
        raise unbelievable(name, "it has git conflict markers")
    try:
        data = json.loads(text)
    except ValueError as error:
        raise unbelievable(name, f"it is not JSON ({error})") from None
    except RecursionError:
        raise unbelievable(name, TOO_DEEP) from None
    # Each level has a bracket of its own.
    if text.count("{") + text.count("[") > MOST_LEVELS and levels(data) > MOST_LEVELS:
        raise unbelievable(name, TOO_DEEP)
    return data


TOO_DEEP = f"it is nested deeper than {MOST_LEVELS} levels"


def levels(data: Any) -> int:
    """Counted without recursion."""
    levels, here = 0, [data]
    while here:
        levels += 1
        nested = [value for value in here if isinstance(value, (dict, list))]
        here = [inner for value in nested for inner in (value.values() if isinstance(value, dict) else value)]
    return levels


def address_of(name: str, text: str, mend: str = "") -> Address:
    try:
        return Address.parse(text)
    except ValueError as error:
        raise unbelievable(name, str(error), mend) from None


def _address(name: str, stem: str, text: str) -> Address:
    address = address_of(name, text)
    if file_of(address)[1] != stem:
        raise unbelievable(name, f"it holds {text}, which belongs to another file")
    return address


def record_in(name: str, key: str, row: Any, version: int, mend: str = "") -> Record:
    try:
        return record_of(row, version)
    except ValueError as error:
        raise unbelievable(name, f"{key} {error}", mend) from None

"""A campaign's file as another one, with the table beside it. Nothing is written over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from reconciler.config.declared import load_desired
from reconciler.config.document import parse_document
from reconciler.config.tables import parse_table
from reconciler.config.trial import Trial
from reconciler.edit import drafts
from reconciler.edit.copying import Copy, TableCopy, Theirs, has_passed, still_says
from reconciler.edit.yaml_text import CannotEditError
from reconciler.kinds.codecs import parse_money, parse_time
from reconciler.kinds.said import counted
from reconciler.model.address import Address
from reconciler.model.document import Document, KeyPath
from reconciler.model.errors import ConfigError, UsageError
from reconciler.model.problem import Origin, Problem
from reconciler.model.resource import Desired
from reconciler.run.new import Begun, check_key
from reconciler.run.request import Request
from reconciler.store.declared import read_declared, refuse_written, write_new_declared


@dataclass(frozen=True)
class Wanted:
    """What the copy is to be. `amounts`: each amount anew, in the order of the file, then of its tables."""

    address: Address
    key: str
    account: str = ""
    amounts: Sequence[str] = ()
    name: str = ""
    values: Mapping[str, str] | None = None
    """Other values, by their keys in YAML with dots."""


def duplicate(request: Request, wanted: Wanted) -> Begun:
    """Raises UsageError where an amount is lacking, with each place; ConfigError for what would be wrong in the copy;
    FileError where a file is there already."""
    address, key = wanted.address, wanted.key
    check_key(key)
    desired = load_desired(request.root, request.now)
    source = _source(desired, address)
    account = wanted.account or address.account
    if account not in desired.accounts:
        known = ", ".join(sorted(desired.accounts))
        raise UsageError(f"no account {account!r} is declared\n  mend: write --account KEY, one of: {known}")
    file = drafts.file_of(address.kind, account, key)
    copy = Copy(read_declared(request.root, source).removeprefix("\ufeff"), partial(_read, source))
    tables = _tables(request, copy, source, file)
    theirs, ours = desired.accounts[address.account].currency, desired.accounts[account].currency
    try:
        _put_amounts(copy, [*tables.values()], wanted.amounts, theirs, ours)
        for path, table in tables.items():
            copy.put_text(path, table.becomes.rpartition("/")[2])
        if wanted.name:
            copy.put_name(wanted.name)
        for name, value in (wanted.values or {}).items():
            copy.put_letters(name, drafts.letters(name.rpartition(".")[2], value))
    except (CannotEditError, ValueError) as error:
        raise UsageError(f"the copy cannot be written: {str(error).replace('; ', chr(10) + '  mend: ', 1)}") from None
    copy.less_once(lambda text: has_passed(text, lambda one: parse_time(one, desired.zone), request.now))
    if account != address.account:
        copy.less_of_account()
    trial = Trial(request.root, request.now)
    beside = {table.becomes: parse_table(table.text, table.becomes) for table in tables.values()}
    if problems := trial.problems_with(address.kind, account, key, file, copy.text, beside):
        raise ConfigError([*problems, *_how(file, account != address.account)])
    left = [*map(str, copy.left)]
    if made := trial.made_by(address.kind, account, key, file, copy.text, beside):
        left.append(f"it makes {made}")
    if not wanted.name and copy.first.value(("name",)) is not None:
        left.append("its name is that of the copied one: --name gives another")
    if account != address.account:
        other, own = (_theirs(trial, desired, one) for one in (address.account, account))
        for name, text in [(file, copy.text), *((table.becomes, table.text) for table in tables.values())]:
            left += still_says(name, text, other, own)
    _write(request, {**{table.becomes: table.text for table in tables.values()}, file: copy.text})
    return Begun(file, copy.text, left=tuple(left))


def _source(desired: Desired, address: Address) -> str:
    of_matrix = address in dict(desired.matrices)
    is_file = address in desired.resources and address == address.root and address.kind in drafts.FOLDERS
    if not is_file and not of_matrix:
        raise UsageError(f"no file declares {address}\n  mend: name what is to be copied as account/campaign")
    source = drafts.file_of(address.kind, address.account, address.key)
    if not of_matrix:
        source = desired.resources[address].origin.file
    if not source.endswith(f"/{address.key}.yaml") and not source.endswith(f"/{address.key}.yml"):
        raise UsageError(f"{address} is made by the matrix of {source}\n  mend: add a value there, or copy that file")
    return source


def _read(name: str, text: str) -> Document:
    return parse_document(text, name)


def _tables(request: Request, copy: Copy, source: str, file: str) -> dict[KeyPath, TableCopy]:
    """By the place that names each: the copy has tables of its own beside it, called like its file."""
    found: dict[KeyPath, TableCopy] = {}
    folder, stem = source.rpartition("/")[0], file.removesuffix(".yaml")
    for path in copy.tables():
        name = f"{folder}/{copy.first.value(path)}"
        text = read_declared(request.root, name)
        becomes = f"{stem}-{path[1]}.csv" if found else f"{stem}.csv"
        found[path] = TableCopy(becomes, text, [row.cells for row in parse_table(text, name).rows])
    return found


def _put_amounts(copy: Copy, tables: Sequence[TableCopy], amounts: Sequence[str], theirs: str, ours: str) -> None:
    places = copy.amounts()
    cells = [(table, origin, said) for table in tables for origin, said in table.amounts()]
    if theirs == ours and not amounts:
        return
    number = len(places) + len(cells)
    if len(amounts) != number:
        listed = [*map(copy.said, places), *(f"{origin}: {said}" for _, origin, said in cells)]
        said = f"the file has {counted(number, 'amount')} in {theirs}, and --budget gives {len(amounts)}"
        options = " ".join(f'--budget "… {ours}"' for _ in listed)
        lines = "".join(f"\n    {one}" for one in listed)
        raise UsageError(f"{said}:{lines}\n  mend: give each anew, in this order: {options}")
    copy.put_amounts(places, amounts[: len(places)], ours)
    for amount in amounts[len(places) :]:
        parse_money(amount, ours)
    for table in tables:
        new = [amount for (one, _, _), amount in zip(cells, amounts[len(places) :], strict=True) if one is table]
        table.put_amounts(new)


def _how(file: str, other_account: bool) -> list[Problem]:
    if not other_account:
        return []
    said = "nothing was written: these are lines of the copy as it would be; --set countries=MY gives it another value"
    return [Problem(Origin(file), said)]


def _theirs(trial: Trial, desired: Desired, account: str) -> Theirs:
    spec, _ = trial.specs(account)
    return Theirs(account, spec.name or "", spec.domain or "", desired.accounts[account].currency)


def _write(request: Request, texts: Mapping[str, str]) -> None:
    """All or nothing: where one is there already, none is written."""
    refuse_written(request.root, *texts)
    for file, text in texts.items():
        write_new_declared(request.root, file, text)

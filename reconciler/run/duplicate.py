"""A campaign's file as another one, with the table beside it. Nothing is written over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from reconciler.config.document import parse_document
from reconciler.config.tables import parse_table
from reconciler.config.trial import Trial
from reconciler.edit import drafts
from reconciler.edit.copying import Copy, Foreign, TableCopy, Theirs, has_passed
from reconciler.edit.yaml_text import CannotEditError
from reconciler.kinds import KINDS
from reconciler.kinds.codecs import parse_money, parse_time
from reconciler.kinds.said import counted
from reconciler.model.address import Address
from reconciler.model.document import Document, KeyPath
from reconciler.model.errors import ConfigError, UsageError
from reconciler.model.problem import Origin, Problem
from reconciler.model.resource import Desired
from reconciler.run.declared import declared_by
from reconciler.run.new import Begun, check_key, check_names, name_in_set, path_of
from reconciler.run.request import Request
from reconciler.run.targets import meant
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
    check_key(request, address.kind, key, wanted.account or address.account)
    desired = declared_by(request)
    source = _source(desired, address)
    account = wanted.account or address.account
    if account not in desired.accounts:
        known = ", ".join(sorted(desired.accounts))
        raise UsageError(f"no account {account!r} is declared\n  mend: write --account KEY, one of: {known}")
    file = drafts.file_of(address.kind, account, key)
    copy = Copy(read_declared(request.root, source).removeprefix("\ufeff"), partial(_read, source))
    tables = _tables(request, copy, source, file)
    theirs, ours = desired.accounts[address.account].currency, desired.accounts[account].currency
    trial = Trial(request.root, request.now)
    given = _given(copy, trial, wanted)
    try:
        _put_amounts(copy, [*tables.values()], wanted.amounts, theirs, ours)
        for path, table in tables.items():
            copy.put_text(path, table.becomes.rpartition("/")[2])
        if wanted.name:
            copy.put_name(wanted.name)
        for path, letters in given.items():
            copy.put_letters(path, letters)
    except (CannotEditError, ValueError) as error:
        raise UsageError(f"the copy cannot be written: {str(error).replace('; ', chr(10) + '  mend: ', 1)}") from None
    copy.less_once(lambda text: has_passed(text, lambda one: parse_time(one, desired.zone), request.now))
    if account != address.account:
        copy.less_of_account()
    beside = {table.becomes: parse_table(table.text, table.becomes) for table in tables.values()}
    if problems := trial.problems_with(address.kind, account, key, file, copy.text, beside):
        told = [_where_to_say(one, trial, file, copy.text, given) for one in problems]
        raise ConfigError(told if account == address.account else _of_the_copy(told, file))
    texts = {**{table.becomes: table.text for table in tables.values()}, file: copy.text}
    left = [*map(str, copy.left)]
    if made := trial.made_by(address.kind, account, key, file, copy.text, beside):
        left.append(f"it makes {made}")
    if not wanted.name and copy.first.value(("name",)) is not None:
        left.append("its name is that of the copied one: --name gives another")
    if account != address.account:
        foreign = Foreign(*(_theirs(trial, desired, one) for one in (address.account, account)))
        declared = trial.with_file(address.kind, account, key, file, copy.text, beside)
        root = Address.of_file(account, address.kind, key)
        made_of_it = (one for at, one in declared.resources.items() if at == root or not KINDS[one.kind].stands_alone)
        left += foreign.still_says(texts, made_of_it)
    _write(request, texts)
    return Begun(file, copy.text, left=tuple(left))


def _given(copy: Copy, trial: Trial, wanted: Wanted) -> dict[KeyPath, str]:
    """Each value of `--set` as YAML has it, by its place: that of a variable where a template, or the file, has one.
    Raises UsageError for a name that is neither."""
    extended = copy.first.value(("extends",)) or []
    asked = {name: one.type for each in _listed(extended) for name, one in trial.asked_by(each).items()}
    own = copy.first.value(("vars",)) or {}
    asked = {**dict.fromkeys(own, ""), **asked}
    names = {name.removeprefix("vars."): value for name, value in (wanted.values or {}).items()}
    check_names(names, asked, wanted.address.kind)
    found: dict[KeyPath, str] = {}
    for name, value in names.items():
        path = ("vars", name) if name in asked else tuple(name.split("."))
        found[path] = drafts.letters(str(path[-1]), value, asked.get(name, ""))
    return found


def _listed(extended: str | Sequence[str]) -> Sequence[str]:
    return [extended] if isinstance(extended, str) else extended


def _where_to_say(problem: Problem, trial: Trial, file: str, text: str, given: Mapping[KeyPath, str]) -> Problem:
    """No file is there yet: what was given for it is named by its option. What others share is not to be changed for a
    copy: it gets a value of its own."""
    path = path_of(problem, file, text)
    if path in given:
        return Problem(Origin(f"--set {name_in_set(path)}"), problem.message, problem.mend)
    shared = trial.template_path(problem.origin)
    if not shared:
        return problem
    mend = f"give the copy a value of its own: --set {name_in_set(shared)}=…; the line holds for all that start from it"
    return Problem(problem.origin, problem.message, mend)


def _source(desired: Desired, address: Address) -> str:
    of_matrix = address in dict(desired.matrices)
    is_file = address in desired.resources and address == address.root and address.kind in drafts.FOLDERS
    if not is_file and not of_matrix:
        files = {at: one for at, one in desired.resources.items() if at == at.root and at.account == address.account}
        near = meant(address, files) if address == address.root else ""
        raise UsageError(f"no file declares {address}{near}\n  mend: name what is to be copied as account/campaign")
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


def _of_the_copy(told: Sequence[Problem], file: str) -> list[Problem]:
    """One block where one thing is wrong."""
    how = "give the copy another value, as in --set countries=US"
    if len(told) > 1:
        return [*told, Problem(Origin(file), "nothing was written: these are lines of the copy as it would be", how)]
    (one,) = told
    said = f"{one.message} (nothing was written: this is a line of the copy as it would be)"
    return [Problem(one.origin, said, f"{one.mend}; or {how}" if one.mend else how)]


def _theirs(trial: Trial, desired: Desired, account: str) -> Theirs:
    spec, _ = trial.specs(account)
    written = (str(text) for _, _, text in trial.account_file(account).texts)
    ids = frozenset(text for text in written if text.isdecimal())
    return Theirs(account, spec.name or "", spec.domain or "", desired.accounts[account].currency, ids)


def _write(request: Request, texts: Mapping[str, str]) -> None:
    """All or nothing: where one is there already, none is written."""
    refuse_written(request.root, *texts)
    for file, text in texts.items():
        write_new_declared(request.root, file, text)

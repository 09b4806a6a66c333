"""Documents to typed specs, with every mistake told in a buyer's words and at its place. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ValidationError

from reconciler.config import variables
from reconciler.config.known_keys import LEVELS
from reconciler.config.layering import Around, Layered, Layering, unnamed_tables
from reconciler.config.load import FileKey, Repository
from reconciler.config.matrix import DEFAULT_LIMIT, MATRIX
from reconciler.config.misfits import composed, slipped, told
from reconciler.config.templates import in_a_circle, names
from reconciler.config.texts import left_open, lost_text
from reconciler.config.variables import FIXED, Substitution
from reconciler.kinds import KINDS
from reconciler.kinds.base import Kind
from reconciler.kinds.codecs import meant_currency
from reconciler.kinds.field_types import KEY_PATTERN, free_key, key_of
from reconciler.kinds.file_kind import FileKind, LayeredFile
from reconciler.kinds.files import FILES, LAYERED
from reconciler.kinds.merging import NOTHING
from reconciler.kinds.said import with_article
from reconciler.kinds.settings import AccountSpec, CommonPolicies, ProjectSpec
from reconciler.kinds.spec_tree import written_fields
from reconciler.model.address import Address
from reconciler.model.document import Document, KeyPath
from reconciler.model.problem import Origin, Problem
from reconciler.model.project import DEFAULT_TIMEZONE

SpecT = TypeVar("SpecT", bound=BaseModel)


RUNS = "runs"
"""A folder of state/ that is no account's."""
RENAME = "rename it, to runs-sg.yaml for instance, with its folders of that name, and write previously: [runs] into it"


@dataclass
class Declared:
    """Typed specs with their documents. Incomplete where `problems` is not empty."""

    zone: ZoneInfo
    project: ProjectSpec | None = None
    project_file: Document | None = None
    accounts: dict[str, tuple[AccountSpec, Document]] = field(default_factory=dict)
    files: dict[Address, tuple[Any, Document]] = field(default_factory=dict)
    """Of kinds with a folder of their own."""
    known: dict[str, set[Address]] = field(default_factory=dict)
    """By account, what there are such files of, those with mistakes too."""
    matrices: list[tuple[Address, str]] = field(default_factory=list)
    """By the address that a file of its own would declare, what its matrix makes."""
    around: dict[str, Around] = field(default_factory=dict)
    """By account, what each of its files stands in."""
    presets: set[str] = field(default_factory=set)
    """What is built in and stands below files: each preset that one of them has."""
    told: set[Origin] = field(default_factory=set)
    """Places of values that variables have made wrong: what fields would say of them is said already."""
    better: Mapping[str, str] = field(default_factory=dict)
    """By the path without suffix of a file whose name is no key, one that no other file has or is told to take."""
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)

    def news(self, problems: Iterable[Problem]) -> list[Problem]:
        return [one for one in problems if one.origin not in self.told]


def declare(repository: Repository) -> Declared:
    """Types everything that parsed, and collects all that is wrong."""
    declared = declare_shared(repository)
    for files in files_by_account(repository).values():
        declare_files(repository, files, declared)
    return declared


def declare_shared(repository: Repository) -> Declared:
    """What the files of an account may start from: the project, templates and accounts."""
    declared = Declared(
        zone=ZoneInfo(DEFAULT_TIMEZONE),
        better=_better_names(repository),
        problems=list(repository.problems),
        warnings=list(repository.warnings),
    )
    for address in _addresses(repository):
        declared.known.setdefault(address.account, set()).add(address)
    _declare_project(repository, declared)
    declared.problems.extend(in_a_circle(repository.templates))
    for template in repository.templates.values():
        declared.problems.extend(_of_template(template))
        taken = _of_defaults(template, repository.project)
        declared.problems.extend(LAYERED.of_template(template))
        declared.problems.extend(lost_text(LAYERED.kind.written, template, taken_away=taken))
    for key, document in repository.accounts.items():
        _declare_account(key, document, declared)
    declared.problems.extend(unnamed_tables(repository, {LAYERED.kind.name: LAYERED}))
    return declared


def idle_defaults(declared: Declared) -> Iterator[Problem]:
    """Warnings, once all files are declared. Where something is wrong, the files may yet become others."""
    if declared.project_file is not None and not declared.problems:
        yield from LAYERED.idle_defaults(declared.project_file, declared.presets)


def files_by_account(repository: Repository) -> dict[str, list[FileKey]]:
    """What each account has of files, also one that is not declared."""
    found: dict[str, list[FileKey]] = {account: [] for account in repository.accounts}
    for at in repository.files:
        found.setdefault(at[1], []).append(at)
    return found


def declare_files(
    repository: Repository, files: Iterable[FileKey], declared: Declared, *, letting_go: bool = False
) -> None:
    """Adds files of one account to what is declared. With `letting_go` each document is gone from `repository` as soon
    as it is merged, but for its place: thousands of both would fill the memory."""
    for at in files:
        kind, account, key = at
        document = repository.files[at]
        _declare_file(repository, FILES[kind], account, key, document, declared)
        if letting_go:
            repository.files[at] = Document({}, {(): document.origin(())}, {})
    declared.around.clear()


def _declare_project(repository: Repository, declared: Declared) -> None:
    if repository.project is None:
        return
    declared.problems.extend(LAYERED.of_defaults(repository.project))
    for level, spec in LEVELS.items():
        declared.problems.extend(lost_text(spec, repository.project, ("defaults", level)))
    declared.problems.extend(lost_text(ProjectSpec, repository.project))
    variables.read(repository.project, declared.problems, BUILT_IN)
    declared.warnings.extend(variables.names_of_types(repository.project))
    project = _typed(ProjectSpec, repository.project, {"zone": declared.zone}, declared.problems)
    if project is not None:
        declared.project, declared.project_file = project, repository.project
        declared.zone = ZoneInfo(project.timezone)


def _addresses(repository: Repository) -> Iterator[Address]:
    for kind, account, key in repository.files:
        yield Address.of_file(account, kind, key)
    kinds = {file.kind.folder: kind for kind, file in FILES.items()}
    for name in repository.unread:
        match name.split("/"):
            case ["desired", folder, account, key] if folder in kinds:
                yield Address.of_file(account, kinds[folder], key)


def _declare_account(key: str, document: Document, declared: Declared) -> None:
    declared.problems.extend(_bad_key(f"desired/accounts/{key}", document, "account", declared))
    if key == RUNS:
        said, mend = "state/runs keeps what runs have found, so no account can have this key", RENAME
        declared.problems.append(Problem(Origin(document.origin(()).file, 1, 1), said, mend))
    kind = LAYERED.kind if LAYERED.marks & set(document.data) else _alone_meant(document)
    if kind is not None and "account" not in document.data:
        said = f"this is {with_article(kind.title)}, not an account"
        mend = f"move it to desired/{kind.folder}/<account>/{key}.yaml"
        declared.problems.append(Problem(document.origin(()), said, mend))
        return
    declared.problems.extend(lost_text(AccountSpec, document))
    variables.read(document, declared.problems, BUILT_IN)
    declared.warnings.extend(variables.names_of_types(document))
    context = {"zone": declared.zone, "currency": _currency(document)}
    account = _typed(AccountSpec, document, context, declared.problems)
    if account is None:
        return
    for other, (spec, _) in declared.accounts.items():
        if spec.account == account.account:
            declared.problems.append(
                Problem(
                    document.origin(("account",)),
                    f"{account.account} is declared twice: accounts/{other}.yaml has it already",
                    "one ad account has one file",
                )
            )
    declared.accounts[key] = (account, document)


def _currency(account: Document) -> str | None:
    """What the account counts in; where that is misspelt, its campaigns are not told so again."""
    written = account.data.get("currency")
    return meant_currency(written) or None if isinstance(written, str) else None


def _declare_file(repository: Repository, file: FileKind, account: str, key: str, own: Document, to: Declared) -> None:
    to.problems.extend(_bad_key(f"desired/{file.kind.folder}/{account}/{key}", own, file.kind.title, to))
    needed = ["project", f"accounts/{account}"]
    if isinstance(file, LayeredFile):
        needed += [f"templates/{name}" for name in names(own, repository.templates)]
    if any(f"desired/{name}" in repository.unread for name in needed):
        return  # it would be told to lack what stands there
    if account not in repository.accounts:
        to.problems.append(_unknown_account(account, own, repository))
        return
    if kind := _kind_meant(file.kind, own):
        said = f"this is {with_article(kind.title)}, not {with_article(file.kind.title)}"
        mend = f"move it to desired/{kind.folder}/{account}/{key}.yaml"
        to.problems.append(Problem(Origin(own.origin(()).file, 1, 1), said, mend))
        return
    if account not in to.around:
        to.around[account] = _around(repository, account, to)
    around = to.around[account]
    if isinstance(file, LayeredFile):
        to.warnings.extend(variables.names_of_types(own))
        layering = Layering(around, file, account, key, own, to.problems)
        each = layering.files()
        to.presets.update(file.stands_on(one.document.data) for one in each)
        to.told |= layering.told
        if layering.made and ":" not in key:
            said = ", ".join(map(str, layering.made.values()))
            to.matrices.append((Address.of_file(account, file.kind.name, key), said))
    else:
        scope = around.scope(own)
        each = [Layered(key, Substitution(scope, _no_names, frozenset(), {}, to.problems).of(own), set())]
    taken = {origin for one in each for origin in one.taken}
    if each:
        home = repository.accounts[account]
        to.problems.extend(lost_text(file.kind.written, own, taken_away=taken, account=home))
        to.warnings.extend(left_open(own, home, taken) if isinstance(file, LayeredFile) else ())
    context = {"zone": to.zone, "currency": around.currency}
    for one in each:
        found: list[Problem] = []
        spec = _typed(file.kind.written, one.document, context, found)
        to.problems += to.news(found)
        # A key like `audience:spring`, which is refused above, would be the address of another kind.
        if spec is not None and ":" not in key:
            address = Address.of_file(account, file.kind.name, one.key)
            to.files[address] = (spec, one.document)
            to.known[account].add(address)  # of a matrix: what has a file of its own is known from the start


def _no_names(document: Document, path: KeyPath) -> dict[str, Any]:
    """Of files that stand alone nothing follows from the place."""
    return {}


BUILT_IN = FIXED | LAYERED.level_names


def _of_template(template: Document) -> Iterator[Problem]:
    found: list[Problem] = []
    variables.read(template, found, BUILT_IN, template=True)
    if MATRIX in template.data:
        mend = "move it to the campaign files, which say what is made many of"
        found.append(
            Problem(template.keys.get((MATRIX,), template.origin(())), "matrix is no part of a template", mend)
        )
    yield from found


def _around(repository: Repository, account: str, to: Declared) -> Around:
    file = repository.accounts[account]
    name, currency = file.data.get("name"), _currency(file)
    built_in = {
        "account": account,
        "client": name if isinstance(name, str) and name.strip() else account,
        "currency": currency or "",
        "project": to.project.project if to.project else "",
    }
    project = (repository.project,) if repository.project else ()
    layers = tuple(variables.read(one, [], BUILT_IN) for one in (*project, file))
    return Around(repository, to.zone, currency, built_in, _max_matrix(account, to), layers)


def _max_matrix(account: str, to: Declared) -> int:
    """The stricter of the project's and the account's."""
    policies: list[CommonPolicies] = [to.project.policies] if to.project else []
    policies += [to.accounts[account][0].policies] if account in to.accounts else []
    return min((one.max_matrix for one in policies if one.max_matrix is not None), default=DEFAULT_LIMIT)


def _kind_meant(kind: Kind, own: Document) -> Kind | None:
    """The kind whose file this is, where none of its keys is one of the folder's kind alone."""
    written = set(own.data)
    if written & ONLY_OF[kind.name]:
        return None
    return next((other for other in OWN_FOLDERS if other is not kind and written & ONLY_OF[other.name]), None)


def _alone_meant(own: Document) -> Kind | None:
    """Of an account's file, the kind that has more of its keys than one, where the account has none but common ones."""
    known, written = set(written_fields(AccountSpec)), set(own.data)
    alone = [kind for kind in OWN_FOLDERS if kind is not LAYERED.kind]
    return next(
        (kind for kind in alone if written & ONLY_OF[kind.name] - known and not written & known - {"name"}), None
    )


OWN_FOLDERS = [file.kind for file in FILES.values()]


def _only_of(name: str) -> frozenset[str]:
    others = {field for kind in OWN_FOLDERS if kind.name != name for field in written_fields(kind.written)}
    return frozenset(written_fields(KINDS[name].written)) - others


ONLY_OF = {kind.name: _only_of(kind.name) for kind in OWN_FOLDERS}
"""By kind, keys of its files that no file of another kind has."""


def _of_defaults(template: Document, project: Document | None) -> set[Origin]:
    """Places of each `key: ~` of a template whose key is among the project's defaults."""
    return {
        origin
        for path, origin in template.values.items()
        if origin.written == NOTHING and project is not None and path
        if any(project.value(("defaults", level, path[-1])) is not None for level in LEVELS)
    }


def _unknown_account(account: str, file: Document, repository: Repository) -> Problem:
    """An account without a file of its own may be it, renamed. A key with other digits is another client's."""
    told, own = f"no account {account!r} is declared", {key for _, key, _ in repository.files}
    empty = sorted(set(repository.accounts) - own)
    if len(empty) == 1 and file.origin(()).file.startswith(f"desired/{LAYERED.kind.folder}/"):
        (key,) = empty
        folder = f"desired/{LAYERED.kind.folder}"
        mend = (
            f"if its file is desired/accounts/{key}.yaml now, rename {folder}/{account} to {key} as well, and write "
            f"previously: [{account}] into that file; else add desired/accounts/{account}.yaml"
        )
        return Problem(file.origin(()), told, mend)
    like = [key for key in repository.accounts if DIGITS.findall(key) == DIGITS.findall(account)]
    near = get_close_matches(account, like, n=1)
    hint = f"did you mean {near[0]}? Else add" if near else "add"
    return Problem(file.origin(()), told, f"{hint} desired/accounts/{account}.yaml")


DIGITS = re.compile("[0-9]+")


def _better_names(repository: Repository) -> dict[str, str]:
    """Two files may come to one key, as two spellings of `café` do: whoever renames both would lose one of them."""
    paths = {f"desired/accounts/{key}" for key in repository.accounts} | repository.unread
    paths |= {f"desired/{FILES[kind].kind.folder}/{account}/{key}" for kind, account, key in repository.files}
    taken: dict[str, set[str]] = {}
    for folder, _, key in (path.rpartition("/") for path in paths):
        taken.setdefault(folder, set()).add(key)
    found: dict[str, str] = {}
    for path in sorted(path for path in paths if not KEY.fullmatch(path.rpartition("/")[2])):
        folder, _, key = path.rpartition("/")
        found[path] = free_key(key_of(key) or "spring-sale", taken[folder])
        taken[folder].add(found[path])
    return found


KEY = re.compile(KEY_PATTERN)


def _bad_key(path: str, document: Document, noun: str, declared: Declared) -> Iterator[Problem]:
    """`path` is without its suffix."""
    if path in declared.better:
        yield Problem(
            Origin(document.origin(()).file, 1, 1),
            f"{path.rpartition('/')[2]!r} cannot be the key of this {noun}",
            f"rename it to {declared.better[path]}.yaml: keys are at most 63 small letters, digits, - and _",
        )


def _typed(model: type[SpecT], document: Document, context: Mapping[str, Any], problems: list[Problem]) -> SpecT | None:
    if slips := list(slipped(model, document)):
        problems.extend(slips)
        return None
    problems.extend(composed(model, document, ()))
    try:
        return model.model_validate(document.data, context=dict(context))
    except ValidationError as error:
        problems.extend(told(model, document, error, context))
        return None

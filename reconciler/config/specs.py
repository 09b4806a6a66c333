"""Documents to typed specs, with every mistake told in a buyer's words and at its place. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ValidationError

from reconciler.config.known_keys import LEVELS
from reconciler.config.load import Repository
from reconciler.config.misfits import composed, slipped, told
from reconciler.config.texts import lost_text
from reconciler.kinds.base import KEY_PATTERN, key_of
from reconciler.kinds.codecs import meant_currency
from reconciler.kinds.file_kind import FileKind, LayeredFile
from reconciler.kinds.files import FILES, LAYERED
from reconciler.kinds.merging import NOTHING, at, from_code
from reconciler.kinds.said import with_article
from reconciler.kinds.settings import DEFAULT_TIMEZONE, PROJECT_FILE, AccountSpec, ProjectSpec
from reconciler.model.address import Address
from reconciler.model.document import Document
from reconciler.model.problem import Origin, Problem

SpecT = TypeVar("SpecT", bound=BaseModel)


@dataclass
class Declared:
    """Typed specs with their documents. Incomplete where `problems` is not empty."""

    zone: ZoneInfo
    project: ProjectSpec | None = None
    project_file: Document | None = None
    accounts: dict[str, tuple[AccountSpec, Document]] = field(default_factory=dict)
    files: dict[Address, tuple[Any, Document]] = field(default_factory=dict)
    """Of kinds with a folder of their own."""
    known: frozenset[Address] = frozenset()
    """What there are such files of, those with mistakes too."""
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)


def declare(repository: Repository) -> Declared:
    """Types everything that parsed, and collects all that is wrong."""
    declared = Declared(
        zone=ZoneInfo(DEFAULT_TIMEZONE), problems=list(repository.problems), warnings=list(repository.warnings)
    )
    declared.known = frozenset(_addresses(repository))
    _declare_project(repository, declared)
    for template in repository.templates.values():
        taken = _of_defaults(template, repository.project)
        declared.problems.extend(LAYERED.of_template(template))
        declared.problems.extend(lost_text(LAYERED.kind.written, template, taken_away=taken))
    for key, document in repository.accounts.items():
        _declare_account(key, document, declared)
    for (kind, account, key), document in repository.files.items():
        _declare_file(repository, FILES[kind], account, key, document, declared)
    return declared


def _declare_project(repository: Repository, declared: Declared) -> None:
    if repository.project is None:
        return
    declared.problems.extend(LAYERED.of_defaults(repository.project))
    for level, spec in LEVELS.items():
        declared.problems.extend(lost_text(spec, repository.project, ("defaults", level)))
    declared.problems.extend(lost_text(ProjectSpec, repository.project))
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
    declared.problems.extend(_bad_key(key, document, "account"))
    if LAYERED.marks & set(document.data) and "account" not in document.data:
        said = f"this is {with_article(LAYERED.kind.title)}, not an account"
        mend = f"move it to desired/{LAYERED.kind.folder}/<account>/{key}.yaml"
        declared.problems.append(Problem(document.origin(()), said, mend))
        return
    declared.problems.extend(lost_text(AccountSpec, document))
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
    to.problems.extend(_bad_key(key, own, file.kind.title))
    needed = ["project", f"accounts/{account}"]
    if isinstance(file, LayeredFile):
        needed.append(f"templates/{own.data.get('extends')}")
    if any(f"desired/{name}" in repository.unread for name in needed):
        return  # it would be told to lack what stands there
    if account not in repository.accounts:
        to.problems.append(_unknown_account(account, own, repository))
        return
    document, taken = own, set[Origin]()
    if isinstance(file, LayeredFile):
        if (layered := _layered(repository, file, own, to.problems)) is None:
            return
        document, taken = layered
    to.problems.extend(lost_text(file.kind.written, own, taken_away=taken))
    context = {"zone": to.zone, "currency": _currency(repository.accounts[account])}
    spec = _typed(file.kind.written, document, context, to.problems)
    # A key like `audience:spring`, which is refused above, would be the address of another kind.
    if spec is not None and ":" not in key:
        to.files[Address.of_file(account, file.kind.name, key)] = (spec, document)


def _layered(
    repository: Repository, file: LayeredFile, own: Document, problems: list[Problem]
) -> tuple[Document, set[Origin]] | None:
    """A file with everything below it merged in, and what it takes away by that; None where it cannot be merged."""
    template = _template(repository, own, problems)
    if slips := [p for layer in (own, template) if layer for p in slipped(file.kind.written, layer)]:
        problems.extend(slips)
        return None
    defaults = repository.project or from_code(PROJECT_FILE, {})
    if too_large := file.too_large(own, template, defaults):
        problems.append(too_large)
        return None
    document, taken = file.merged(own, template, at(defaults, "defaults"))
    problems.extend(file.misplaced(own, template, document))
    return document, taken


def _of_defaults(template: Document, project: Document | None) -> set[Origin]:
    """Places of each `key: ~` of a template whose key is among the project's defaults."""
    return {
        origin
        for path, origin in template.values.items()
        if origin.written == NOTHING and project is not None and path
        if any(project.value(("defaults", level, path[-1])) is not None for level in LEVELS)
    }


def _unknown_account(account: str, file: Document, repository: Repository) -> Problem:
    near = get_close_matches(account, repository.accounts, n=1)
    hint = f"did you mean {near[0]}? Else add" if near else "add"
    return Problem(file.origin(()), f"no account {account!r} is declared", f"{hint} desired/accounts/{account}.yaml")


def _template(repository: Repository, file: Document, problems: list[Problem]) -> Document | None:
    wanted = file.data.get("extends")
    if not isinstance(wanted, str) or not re.fullmatch(KEY_PATTERN, wanted):
        return None
    if wanted not in repository.templates:
        near = get_close_matches(wanted, repository.templates, n=1)
        hint = f"did you mean {near[0]}?" if near else f"add desired/templates/{wanted}.yaml"
        problems.append(Problem(file.origin(("extends",)), f"there is no template {wanted!r}", hint))
        return None
    template = repository.templates[wanted]
    if "extends" in template.data:
        problems.append(
            Problem(
                template.origin(("extends",)),
                "a template extends nothing",
                "write its fields out in the template",
            )
        )
    return template


def _bad_key(key: str, document: Document, noun: str) -> Iterator[Problem]:
    if not re.fullmatch(KEY_PATTERN, key):
        yield Problem(
            Origin(document.origin(()).file, 1, 1),
            f"{key!r} cannot be the key of this {noun}",
            f"rename it to {key_of(key) or 'spring-sale'}.yaml: keys are at most 63 small letters, digits, - and _",
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

"""Stage 2a: documents to typed specs, with every mistake told in a buyer's words and at its place. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ValidationError

from reconciler.config.known_keys import LEVELS
from reconciler.config.layers import NOTHING, SETTINGS, at, from_code, layered, merge, taken_away
from reconciler.config.load import Repository
from reconciler.config.misfits import composed, slipped, told
from reconciler.config.texts import lost_text
from reconciler.kinds import KINDS, Kind
from reconciler.kinds.base import KEY_PATTERN, key_of
from reconciler.kinds.codecs import meant_currency
from reconciler.kinds.delivery.campaign import KIND as CAMPAIGN
from reconciler.kinds.delivery.campaign import CampaignSpec
from reconciler.kinds.delivery.words import PROJECT_FILE, two_forms, without
from reconciler.kinds.settings import DEFAULT_TIMEZONE, AccountSpec, ProjectSpec
from reconciler.kinds.spec_tree import keys_of, spec_at
from reconciler.model.address import Address
from reconciler.model.document import Document, KeyPath
from reconciler.model.problem import Origin, Problem

SpecT = TypeVar("SpecT", bound=BaseModel)

PRESET_VALUES = 10
MOST_INHERITED = 200_000
"""Values of one campaign once what its ad sets and ads inherit is written out: two thirds of it are 200 sets of 10."""


@dataclass
class Declared:
    """Typed specs with their documents. Incomplete where `problems` is not empty."""

    zone: ZoneInfo
    project: ProjectSpec | None = None
    project_file: Document | None = None
    accounts: dict[str, tuple[AccountSpec, Document]] = field(default_factory=dict)
    files: dict[Address, tuple[Any, Document]] = field(default_factory=dict)
    """Of kinds with a folder of their own."""
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)


def declare(repository: Repository) -> Declared:
    """Types everything that parsed, and collects all that is wrong."""
    declared = Declared(
        zone=ZoneInfo(DEFAULT_TIMEZONE), problems=list(repository.problems), warnings=list(repository.warnings)
    )
    _declare_project(repository, declared)
    for template in repository.templates.values():
        declared.problems.extend(two_forms(template, _levels(template)))
        declared.problems.extend(
            lost_text(CampaignSpec, template, taken_away=_of_defaults(template, repository.project))
        )
    for key, document in repository.accounts.items():
        _declare_account(key, document, declared)
    for (kind, account, key), document in repository.files.items():
        if kind == CAMPAIGN.name:
            _declare_campaign(repository, account, key, document, declared)
        else:
            _declare_other(repository, KINDS[kind], account, key, document, declared)
    return declared


def _declare_project(repository: Repository, declared: Declared) -> None:
    if repository.project is None:
        return
    declared.problems.extend(two_forms(repository.project, iter([("defaults", "campaign"), ("defaults", "ad_set")])))
    declared.problems.extend(_not_defaults(repository.project))
    for level, spec in LEVELS.items():
        declared.problems.extend(lost_text(spec, repository.project, ("defaults", level)))
    declared.problems.extend(lost_text(ProjectSpec, repository.project))
    project = _typed(ProjectSpec, repository.project, {"zone": declared.zone}, declared.problems)
    if project is not None:
        declared.project, declared.project_file = project, repository.project
        declared.zone = ZoneInfo(project.timezone)


NO_DEFAULTS = {"campaign": ("ad", "ads", "ad_sets", "extends", "previously"), "ad_set": ("ad", "ads", "previously")}


def _not_defaults(project: Document) -> Iterator[Problem]:
    for level, names in NO_DEFAULTS.items():
        written = project.value(("defaults", level))
        for name in names if isinstance(written, dict) else ():
            if name in written:
                here = ("defaults", level, name)
                mend = "move it to a template in desired/templates, or to the campaign file"
                yield Problem(project.keys.get(here, project.origin(here)), f"{name} is no default", mend)


OF_CAMPAIGNS = frozenset(("ad", "ads", "ad_sets", "objective", "daily_budget"))


def _declare_account(key: str, document: Document, declared: Declared) -> None:
    declared.problems.extend(_bad_key(key, document, "account"))
    if OF_CAMPAIGNS & set(document.data) and "account" not in document.data:
        mend = f"move it to desired/campaigns/<account>/{key}.yaml"
        declared.problems.append(Problem(document.origin(()), "this is a campaign, not an account", mend))
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


def _declare_other(repository: Repository, kind: Kind, account: str, key: str, file: Document, to: Declared) -> None:
    to.problems.extend(_bad_key(key, file, kind.title))
    if {"desired/project", f"desired/accounts/{account}"} & repository.unread:
        return  # it would be told to lack what stands there
    if account not in repository.accounts:
        to.problems.append(_unknown_account(account, file, repository))
        return
    to.problems.extend(lost_text(kind.written, file))
    context = {"zone": to.zone, "currency": _currency(repository.accounts[account])}
    spec = _typed(kind.written, file, context, to.problems)
    if spec is not None:
        to.files[Address.of_file(account, kind.name, key)] = (spec, file)


def _currency(account: Document) -> str | None:
    """What the account counts in; where that is misspelt, its campaigns are not told so again."""
    written = account.data.get("currency")
    return meant_currency(written) or None if isinstance(written, str) else None


def _declare_campaign(repository: Repository, account: str, key: str, file: Document, declared: Declared) -> None:
    declared.problems.extend(_bad_key(key, file, "campaign"))
    needed = ("project", f"accounts/{account}", f"templates/{file.data.get('extends')}")
    if any(f"desired/{name}" in repository.unread for name in needed):
        return  # it would be told to lack what stands there
    if account not in repository.accounts:
        declared.problems.append(_unknown_account(account, file, repository))
        return
    template = _template(repository, file, declared.problems)
    if slips := [p for layer in (file, template) if layer for p in slipped(CampaignSpec, layer)]:
        declared.problems.extend(slips)
        return
    defaults = repository.project or from_code(PROJECT_FILE, {})
    if too_large := _too_large(file, template, defaults):
        declared.problems.append(too_large)
        return
    lower = at(defaults, "defaults")
    document, taken = _less_taken_away(layered(file, template, lower), taken_away(file, template, lower))
    declared.problems.extend(_two_forms(merge(template, file) if template else file))
    declared.problems.extend(_misplaced(document))
    declared.problems.extend(two_forms(file, _levels(file)))
    declared.problems.extend(lost_text(CampaignSpec, file, taken_away=taken))
    context = {"zone": declared.zone, "currency": _currency(repository.accounts[account])}
    spec = _typed(CampaignSpec, document, context, declared.problems)
    if spec is not None:
        declared.files[Address.of_file(account, CAMPAIGN.name, key)] = (spec, document)


def _less_taken_away(document: Document, taken: set[Origin]) -> tuple[Document, set[Origin]]:
    """What a field is without the value that `~` takes away is its own default. A field without one keeps its value."""
    allowed = set()
    for path in [p for p, origin in document.values.items() if origin in taken and document.value(p) is None]:
        info = spec_at(CampaignSpec, path).model_fields.get(str(path[-1]))
        if info is None or info.is_required():
            continue
        allowed.add(document.values[path])
        if info.get_default(call_default_factory=True) is not None:
            document = without(document, tuple(map(str, path)))
    return document, allowed


def _of_defaults(template: Document, project: Document | None) -> set[Origin]:
    """Places of each `key: ~` of a template whose key is among the project's defaults."""
    return {
        origin
        for path, origin in template.values.items()
        if origin.written == NOTHING and project is not None and path
        if any(project.value(("defaults", level, path[-1])) is not None for level in LEVELS)
    }


def _too_large(file: Document, template: Document | None, defaults: Document) -> Problem | None:
    """A small file can ask for a large one: what stands on the campaign is written out in each of its ad sets."""
    layers = [layer for layer in (file, template, defaults) if layer is not None]
    outer = PRESET_VALUES + sum(
        1 for layer in layers for path in layer.values if path[:1] not in (("ad_sets",), ("ads",))
    )
    receivers = sum(1 for layer in layers for path in layer.values if _receives(path))
    if outer * receivers <= MOST_INHERITED:
        return None
    said = f"{receivers:,} ad sets and ads with {outer:,} values each are too many for one campaign"
    return Problem(file.origin(()), said, "split it into several campaigns")


def _receives(path: KeyPath) -> bool:
    return len(path) in (2, 4) and path[-2] in ("ad_sets", "ads")


def _unknown_account(account: str, file: Document, repository: Repository) -> Problem:
    near = get_close_matches(account, repository.accounts, n=1)
    hint = f"did you mean {near[0]}? Else add" if near else "add"
    return Problem(file.origin(()), f"no account {account!r} is declared", f"{hint} desired/accounts/{account}.yaml")


def _levels(document: Document) -> Iterator[KeyPath]:
    """The campaign and its ad sets: where short words and their long forms may stand."""
    yield ()
    for key in keys_of(document.data.get("ad_sets")):
        yield ("ad_sets", key)


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


def _two_forms(file: Document) -> Iterator[Problem]:
    """`file` with its template: what one of them writes in short must not be written out in the other."""
    yield from _together(file, (), ("ad", "ads", "ad_sets"), "write ad (one ad), or ads (one ad set), or ad_sets")
    ad_sets = file.data.get("ad_sets")
    for key in ad_sets if isinstance(ad_sets, dict) else ():
        yield from _together(file, ("ad_sets", key), ("ad", "ads"), "write ad (one ad) or ads")


def _together(file: Document, path: KeyPath, names: tuple[str, ...], mend: str) -> Iterator[Problem]:
    level = file.value(path)
    both = [name for name in names if isinstance(level, dict) and name in level]
    if len(both) > 1:
        here = (*path, both[1])
        yield Problem(file.keys.get(here, file.origin(here)), f"{' and '.join(both)} together", mend)


def _misplaced(document: Document) -> Iterator[Problem]:
    """What the full form still has on the campaign has no ad set to go to."""
    for name in SETTINGS:
        if name in document.data:
            origin = document.keys.get((name,), document.origin((name,)))
            target = f"defaults.ad_set.{name}" if origin.file == PROJECT_FILE else f"ad_sets.<key>.{name}"
            own = "; what is the campaign's own goes under raw" if name in CAMPAIGN.fields else ""
            yield Problem(origin, f"{name} belongs to an ad set", f"move it to {target}{own}")
    if document.data.get("ad", 0) is None:
        mend = "write the ad's fields below it, or delete the key"
        yield Problem(document.origin(("ad",)), "ad: expected a mapping, found nothing", mend)


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

"""Typed specs to resources with every reference resolved, for whatever moment. Pure.

What a file declares, and what is wrong with it, its kind knows (`kinds/files.py`); here all of it is collected.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from typing import Any

from reconciler.config.specs import Declared
from reconciler.config.variables import told
from reconciler.kinds import KINDS
from reconciler.kinds.base import Composing
from reconciler.kinds.copy import doubtful_texts, wrong_texts
from reconciler.kinds.domains import host_of, one_form
from reconciler.kinds.file_kind import FileKind
from reconciler.kinds.files import FILES
from reconciler.kinds.regimes import REGIMES
from reconciler.kinds.settings import AccountSpec, CommonPolicies, ProjectSpec
from reconciler.model import versions
from reconciler.model.account import Account, Policies, VerifiedIdentity
from reconciler.model.address import Address
from reconciler.model.document import Document
from reconciler.model.errors import ConfigError
from reconciler.model.media import MediaFact
from reconciler.model.problem import Origin, Problem
from reconciler.model.resource import Desired, Resource
from reconciler.model.values import canonical_json

Files = dict[Address, tuple[Any, Document]]
"""Typed, with their documents."""


def media_paths(files: Files) -> list[str]:
    """Every media file that is named, once, sorted."""
    return sorted({path for at, (spec, _) in files.items() for path in FILES[at.kind].media(spec)})


def resolve(declared: Declared, media: Mapping[str, MediaFact], now: datetime) -> Desired:
    """Raises ConfigError with every problem of every file. `now` is aware."""
    resolving = Resolving(declared, media, now)
    owned: dict[str, Files] = {key: {} for key in declared.accounts}
    for at, one in declared.files.items():
        owned.setdefault(at.account, {})[at] = one
    for key, files in owned.items():
        resolving.take(key, files)
    return resolving.desired()


@dataclass
class Resolving:
    """One account after the other, so that the files of one can be let go of before those of the next are merged: all
    of them take twice the memory of what they declare. `media` has what is known by then of files that are named; `now`
    is aware."""

    declared: Declared
    media: Mapping[str, MediaFact]
    now: datetime
    _resources: dict[Address, Resource] = field(default_factory=dict)
    _accounts: dict[str, Account] = field(default_factory=dict)
    _problems: list[Problem] = field(default_factory=list)
    _warnings: list[Problem] = field(default_factory=list)

    def take(self, account: str, files: Files) -> None:
        """All files of one account, which are gone afterwards, each as soon as its resources are made."""
        declared = self.declared
        if declared.project is None or account not in declared.accounts:
            return
        spec, document = declared.accounts[account]
        own = [(FILES[at.kind], each) for at, (each, _) in files.items()]
        self._accounts[account] = _account(account, spec, document, declared, own)
        del own
        self._problems += wrong_texts(AccountSpec, document)
        self._warnings += doubtful_texts(AccountSpec, document)
        for name, file in FILES.items():
            self._warnings += file.alike({at: one for at, one in files.items() if at.kind == name})
        for composing, each in self._composed(account, declared.project, files):
            file = FILES[composing.address.kind]
            self._problems += file.problems(each, composing)
            self._warnings += file.warnings(each, composing)
            self._resources.update((one.address, one) for one in file.resources(each, composing))

    @cached_property
    def _domains(self) -> Mapping[str, str]:
        """A shop that several accounts have in common is nobody's alone."""
        found: dict[str, str] = {}
        for key, (spec, _) in self.declared.accounts.items():
            if host := host_of(spec.domain or ""):
                found[host] = "" if host in found else key
        return found

    def _composed(self, account: str, project: ProjectSpec, files: Files) -> Iterator[tuple[Composing, Any]]:
        """Each spec, with all that is known around it."""
        spec, document = self.declared.accounts[account]
        keys, known = _keys(self.declared.known.get(account, ())), dict[str, dict[str, str]]()
        # What campaigns refer to first: what stands for it may depend on what it says.
        for address in sorted(files, key=lambda each: not _stands_alone(each)):
            each, own = files.pop(address)
            sides = (spec, document, project, keys, self.media, self.now, known, self._domains)
            composing = Composing(own, address, *sides)
            if _stands_alone(address):
                kind = KINDS[address.kind]
                stands_for = kind.reference(address, kind.compose(each, composing))
                known.setdefault(address.kind, {})[address.key] = stands_for
            yield composing, each

    def desired(self, *, by_account: bool = False) -> Desired:
        """Raises ConfigError with every problem of every file; with `by_account` only where one concerns more than one
        account: the others are left out, and are in `broken`."""
        declared, resources = self.declared, self._resources
        problems, warnings = self._problems, [*declared.warnings, *self._warnings]
        if declared.project is not None:
            problems += _version_problems(declared, self.now, warnings)
            problems += _clashing_aliases(resources)
            problems += _circles(resources)
            problems += _made_twice(resources)
            problems += _named_twice(resources)
        # A mistake in what many files share is found in each of them.
        problems = list(dict.fromkeys(told(one) for one in (*declared.problems, *declared.news(problems))))
        warnings = [told(one) for one in declared.news(warnings)]
        broken = _by_account(problems, declared) if by_account else None
        if declared.project is None or (problems and broken is None):
            raise ConfigError(problems)
        left_out = broken or {}
        return Desired(
            project=declared.project.project,
            zone=declared.zone,
            accounts={key: one for key, one in self._accounts.items() if key not in left_out},
            resources={address: one for address, one in resources.items() if address.account not in left_out},
            broken=left_out,
            api_version=declared.project.api_version,
            state_branch=declared.project.state.branch,
            warnings=tuple(sorted(set(warnings), key=Problem.sort_key)),
            matrices=tuple(one for one in declared.matrices if one[0].account not in left_out),
            media={fact.sha256: fact.shape for fact in self.media.values() if fact.shape},
            sizes={fact.sha256: fact.size for fact in self.media.values() if fact.size},
        )


def _circles(resources: Mapping[Address, Resource]) -> Iterator[Problem]:
    """What refers to itself, if by way of others, can never be made."""
    alone = {at: one for at, one in resources.items() if _stands_alone(at)}
    graph = TopologicalSorter({at: KINDS[at.kind].references(one.fields) & set(alone) for at, one in alone.items()})
    try:
        graph.prepare()
    except CycleError as error:
        first, *others = error.args[1][:-1]
        way = f" by way of {', '.join(map(str, others))}" if others else ""
        message = f"{first} refers to itself{way}, so none of them can be made"
        yield Problem(alone[first].origin, message, "name another one, or write the id of one that is not declared")


def _made_twice(resources: Mapping[Address, Resource]) -> Iterator[Problem]:
    """Two of which Meta makes only one."""
    first: dict[tuple[str, str, str], Resource] = {}
    for address, resource in sorted(one for one in resources.items() if KINDS[one[0].kind].once):
        kind = KINDS[address.kind]
        made_of = [resource.fields.get(name) for name in kind.once]
        if not any(made_of):
            continue
        known = first.setdefault((address.account, kind.name, canonical_json(made_of)), resource)
        if known is not resource:
            message = f"{known.address} is made of the same, and Meta makes no second {kind.title} of it"
            yield Problem(resource.origin_of(kind.once[0]), message, f"remove it, and name {known.address.key} instead")


def _named_twice(resources: Mapping[Address, Resource]) -> Iterator[Problem]:
    """One object would have two addresses, each with a will of its own. What is never written to may have one in each
    account that uses it."""
    first: dict[tuple[str, str], Resource] = {}
    for address, resource in sorted(one for one in resources.items() if one[1].existing):
        of = address.account if KINDS[resource.kind].takes_existing else ""
        known = first.setdefault((of, resource.existing), resource)
        if known is not resource:
            place = f"as {known.address} does ({known.origin})"
            message = f"existing: {address} names {KINDS[resource.kind].title} {resource.existing}, {place}"
            yield Problem(
                resource.origin, message, "one object has one address: remove one of the two with all its lines"
            )


def _stands_alone(address: Address) -> bool:
    return KINDS[address.kind].stands_alone


def _keys(declared: Iterable[Address]) -> dict[str, frozenset[str]]:
    """By kind with a folder of its own, the keys that one account has."""
    found: dict[str, set[str]] = {kind: set() for kind in FILES}
    for address in declared:
        if address.kind in FILES:  # not of a key that is refused, such as ` :spring`
            found[address.kind].add(address.key)
    return {kind: frozenset(own) for kind, own in found.items()}


OF_AN_ACCOUNT = re.compile(r"desired/(?:(?!accounts/|templates/)[^/]+/([^/]+)/.+|accounts/([^/]+)\.ya?ml)")


def _by_account(problems: Iterable[Problem], declared: Declared) -> dict[str, tuple[Problem, ...]] | None:
    """The problems by the account in whose files they are; None where one stands elsewhere, or where a folder of
    campaigns has no account: then it may be one that was renamed, and what is in it would look removed."""
    found: dict[str, list[Problem]] = {}
    described = set(declared.accounts)
    for problem in problems:
        place = OF_AN_ACCOUNT.fullmatch(problem.origin.file)
        if place is None:
            return None
        described |= {place[2]} - {None}
        found.setdefault(place[1] or place[2], []).append(problem)
    renamed = {key for account, _ in declared.accounts.values() for key in account.previously}
    if not set(found) <= described or renamed & set(found):
        return None
    return {key: tuple(own) for key, own in found.items()}


def _version_problems(declared: Declared, now: datetime, warnings: list[Problem]) -> Iterator[Problem]:
    """The version that is pinned: one that Meta does not serve is a problem, one that ends soon a warning."""
    if declared.project is None or declared.project_file is None:
        return
    name, origin = declared.project.api_version, declared.project_file.origin(("api_version",))
    if refused := versions.refusal(name, now):
        yield Problem(origin, f"api_version: {refused[0]}", refused[1])
    elif told := versions.notice(name, now):
        warnings.append(Problem(origin, f"api_version: {told[0]}", told[1]))


def _account(
    key: str, spec: AccountSpec, document: Document, declared: Declared, own: Iterable[tuple[FileKind, Any]]
) -> Account:
    """`own`: each of its files, typed."""
    used = sorted({use for file, one in own for use in file.uses(one, spec)})
    project = declared.project or ProjectSpec(project="none")
    return Account(
        key=key,
        id=spec.account,
        currency=spec.currency,
        origin=document.origin(("account",)),
        name=spec.name or key,
        page=spec.page or "",
        pixel=spec.pixel or "",
        pages=tuple(id_ for word, id_ in used if word == "page"),
        identities=tuple(_verified(spec)),
        pixels=tuple(id_ for word, id_ in used if word == "pixel"),
        previously=tuple(spec.previously),
        token=spec.token.removeprefix("env/"),
        policies=_policies(project, declared.project_file, spec, document),
    )


def _verified(spec: AccountSpec) -> Iterator[VerifiedIdentity]:
    for regime in (one for one in REGIMES if one.prefix):
        if (people := getattr(spec.regulated, regime.setting)) is not None:
            for role in ("beneficiary", "payer"):
                yield VerifiedIdentity(regime.setting, role, f"{regime.prefix}_{role}", getattr(people, role))


def _policies(project: ProjectSpec, file: Document | None, account: AccountSpec, document: Document) -> Policies:
    """The stricter of the project's and the account's, each by itself."""
    ours, theirs = project.policies, account.policies
    limits = {name: (getattr(ours, name) or {}, getattr(theirs, name)) for name in LIMITS}
    figures = {name: (amounts.get(account.currency), own) for name, (amounts, own) in limits.items()}
    figures |= {name: (getattr(ours, name), getattr(theirs, name)) for name in SHARES}
    stricter = {name: _stricter(*both) for name, both in figures.items()}
    projects = {n for n, (its, own) in figures.items() if its is not None and own is not None and its < own}
    return Policies(
        **{name: stricter[name] for name in (*LIMITS, "max_budget_increase")},
        max_removals=_stricter(stricter["max_removals"], default=20),
        max_lateness_seconds=_stricter(_seconds(ours), _seconds(theirs), default=24 * 3600),
        activation_window=theirs.activation_window or ours.activation_window,
        allowed_domains=_shared(ours.allowed_domains, theirs.allowed_domains),
        name_pattern=theirs.name_pattern or ours.name_pattern,
        require_url_tags=bool(ours.require_url_tags or theirs.require_url_tags),
        drift=theirs.drift or ours.drift or "keep",
        lacking=tuple(n for n, (ours, own) in limits.items() if ours and own is None and account.currency not in ours),
        places={name: place for name in PLACED if (place := _place(name, file, document, projects))},
    )


LIMITS = ("max_daily_budget", "max_account_daily_budget")
"""Those in money: an amount for each currency."""
SHARES = ("max_budget_increase", "max_removals")
"""Those in percent."""
PLACED = (*LIMITS, *SHARES, "allowed_domains", "activation_window")


def _place(name: str, file: Document | None, document: Document, projects: Collection[str]) -> Origin | None:
    """The line that holds: the project's where that is the stricter (`projects`), or the account has none."""
    path = ("policies", name)
    own, its = document.keys.get(path), file.keys.get(path) if file else None
    return (its or own) if name in projects else (own or its)


def _stricter(*limits: int | None, default: int | None = None) -> Any:
    known = [limit for limit in limits if limit is not None]
    return min(known) if known else default


UNIT_SECONDS = {"m": 60, "h": 3600, "d": 86400}


def _seconds(policies: CommonPolicies) -> int | None:
    text = policies.max_lateness
    return int(text[:-1]) * UNIT_SECONDS[text[-1]] if text else None


def _shared(ours: list[str] | None, theirs: list[str] | None) -> tuple[str, ...] | None:
    if ours is None or theirs is None:
        found = ours if theirs is None else theirs
        return None if found is None else tuple(sorted(found))
    forms = {one_form(host) for host in ours}
    return tuple(sorted(host for host in set(theirs) if one_form(host) in forms))


def _clashing_aliases(resources: Mapping[Address, Resource]) -> Iterator[Problem]:
    named: dict[Address, Resource] = {}
    for resource in resources.values():
        for alias in resource.aliases:
            other = named.setdefault(alias, resource)
            if other is not resource and alias.kind == resource.kind and alias not in resources:
                yield Problem(
                    resource.origin,
                    f"previously names {alias}, as {other.address} does ({other.origin.line_text})",
                    "one object has one address: remove the line from the one that was copied",
                )
            if alias == resource.address:
                yield from _named_itself(resource, resources)
            elif alias in resources:
                yield Problem(
                    resource.origin,
                    f"previously names {alias}, which is declared itself",
                    "a former key cannot be in use: remove one of the two",
                )


def _named_itself(resource: Resource, resources: Mapping[Address, Resource]) -> Iterator[Problem]:
    """Said once, of the topmost: what is in it has its former keys too."""
    above = resources.get(resource.address.parent) if resource.address.parent else None
    if above is None or above.address not in above.aliases:
        yield Problem(
            resource.origin,
            f"previously names {resource.address}, which is this one itself",
            "leave it out: it lists former keys in the same ad account, and nothing moves to another one at Meta; what "
            "was removed there is paused, and this one is made",
        )

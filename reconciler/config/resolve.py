"""Stage 2b: typed specs to resources with every reference resolved, for whatever moment. Pure.

Here a buyer's short words become what Meta wants: `countries` a targeting spec, `pixel` a promoted object, times
an ad set's `start_time` and `end_time`, the account's `regulated` the identities that a country demands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from typing import Any

from pydantic import BaseModel

from reconciler.config.origins import sources
from reconciler.config.specs import Declared
from reconciler.kinds import BUDGETS, KINDS, versions
from reconciler.kinds.base import Composing, Level
from reconciler.kinds.codecs import wire_time
from reconciler.kinds.creative.single import CREATIVE_FIELDS
from reconciler.kinds.delivery.ad import AdSpec
from reconciler.kinds.delivery.ad_set import AdSetSpec
from reconciler.kinds.delivery.campaign import CampaignSpec
from reconciler.kinds.delivery.checks.campaign import check_campaign, warn_campaign
from reconciler.kinds.delivery.checks.copy import doubtful_texts, wrong_texts
from reconciler.kinds.delivery.checks.limits import same_names
from reconciler.kinds.delivery.checks.regulation import REGIMES, identity_fields, reach
from reconciler.kinds.delivery.checks.scope import Scope
from reconciler.kinds.delivery.checks.upcoming import device_defaults
from reconciler.kinds.delivery.goals import DEFAULT_EVENT, GOALS
from reconciler.kinds.delivery.words import composed_targeting, is_completed
from reconciler.kinds.enums import FORM_BUTTON
from reconciler.kinds.identity import MEDIA_FIELDS, media_value
from reconciler.kinds.said import with_article
from reconciler.kinds.settings import AccountSpec, CommonPolicies, ProjectSpec
from reconciler.kinds.wire import AUDIENCE_KEYS
from reconciler.model.account import Account, Policies, VerifiedIdentity
from reconciler.model.address import Address
from reconciler.model.document import Document, KeyPath
from reconciler.model.errors import ConfigError
from reconciler.model.problem import Origin, Problem
from reconciler.model.resource import Desired, Lifecycle, OnRemove, Resource
from reconciler.model.status import Schedule

DEFAULT_BID_STRATEGY = "LOWEST_COST_WITHOUT_CAP"
DEFAULT_BILLING_EVENT = "IMPRESSIONS"


@dataclass(frozen=True)
class MediaFact:
    """What resolve needs of a media file, or the problem with it."""

    kind: str = ""
    sha256: str = ""
    warnings: tuple[str, ...] = ()
    problem: tuple[str, str] | None = None
    shape: str = ""
    """What a reader of a plan is told of it, such as `16:9, 0:15`."""


def media_paths(declared: Declared) -> list[str]:
    """Every media file that an ad names, once, sorted."""
    named = {
        getattr(ad, field)
        for spec, _ in declared.campaigns.values()
        for ad_set in spec.ad_sets.values()
        for ad in ad_set.ads.values()
        for field in MEDIA_FIELDS
    }
    return sorted(path for path in named if path)


def resolve(declared: Declared, media: Mapping[str, MediaFact], now: datetime, *, by_account: bool = False) -> Desired:
    """Raises ConfigError with every problem of every file; with `by_account` only where one concerns more than one
    account: the others are left out, and are in `broken`. `now` is aware."""
    problems = list(declared.problems)
    warnings: list[Problem] = list(declared.warnings)
    resources: dict[Address, Resource] = {}
    accounts: dict[str, Account] = {}
    if declared.project is not None:
        problems += _version_problems(declared, now, warnings)
        for key, (spec, document) in declared.accounts.items():
            accounts[key] = _account(key, spec, document, declared)
            problems += wrong_texts(AccountSpec, document)
            warnings += doubtful_texts(AccountSpec, document)
        for address, (spec, document) in declared.others.items():
            if address.account in declared.accounts:
                kind, composing = KINDS[address.kind], _composing(declared, address.account, document)
                problems += (problem for check in kind.checks for problem in check(spec, composing))
                resources[address] = _other(address, spec, composing)
        for (account, key), (campaign, document) in declared.campaigns.items():
            if account in declared.accounts:
                audiences = _keys(declared, account)["audience"]
                forms = _references(resources, account, "lead_form")
                scope = Scope(campaign, document, declared.accounts[account][0], account, now, audiences, forms)
                problems += check_campaign(scope)
                warnings += warn_campaign(scope)
                problems += _media_problems(scope, media, warnings)
                warnings += device_defaults(scope, declared.project.api_version)
                account_file = declared.accounts[account][1]
                composer = Composer(scope, declared.project, Address.of(account, key), media, account_file)
                resources.update((r.address, r) for r in composer.resources())
        problems += _clashing_aliases(resources)
        warnings += same_names(declared.campaigns)
    broken = _by_account(problems, declared) if by_account else None
    if declared.project is None or (problems and broken is None):
        raise ConfigError(problems)
    left_out = broken or {}
    return Desired(
        project=declared.project.project,
        zone=declared.zone,
        accounts={key: account for key, account in accounts.items() if key not in left_out},
        resources={address: one for address, one in resources.items() if address.account not in left_out},
        broken=left_out,
        api_version=declared.project.api_version,
        warnings=tuple(sorted(set(warnings), key=Problem.sort_key)),
        media={fact.sha256: fact.shape for fact in media.values() if fact.shape},
    )


def _keys(declared: Declared, account: str) -> dict[str, frozenset[str]]:
    """By kind with a folder of its own, the keys that are declared in an account."""
    found: dict[str, set[str]] = {kind.name: set() for kind in KINDS.values() if kind.folder}
    for address in declared.others:
        if address.account == account:
            found[address.kind].add(address.key)
    return {kind: frozenset(keys) for kind, keys in found.items()}


def _references(resources: Mapping[Address, Resource], account: str, kind: str) -> dict[str, str]:
    """By key of one kind, what stands for it in what refers to it."""
    declared = {at: one for at, one in resources.items() if at.account == account and at.kind == kind}
    return {at.key: KINDS[kind].reference(at, one.fields) for at, one in declared.items()}


def _composing(declared: Declared, account: str, document: Document) -> Composing:
    return Composing(document, declared.accounts[account][0], account, _keys(declared, account))


def _other(address: Address, spec: Any, composing: Composing) -> Resource:
    """One that has a file of its own."""
    document, former = composing.document, composing.account.previously
    keys = [(account, key) for account in (address.account, *former) for key in (address.key, *spec.previously)]
    fields = KINDS[address.kind].compose(spec, composing)
    return Resource(
        address=address,
        origin=document.origin(()),
        fields=fields,
        schedule=Schedule(),
        lifecycle=Lifecycle(on_remove=OnRemove(spec.lifecycle.on_remove)),
        aliases=tuple(Address.of(account, f"{address.kind}:{key}") for account, key in keys[1:]),
        origins={name: document.keys[(name,)] for name in fields if (name,) in document.keys},
    )


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


def _account(key: str, spec: AccountSpec, document: Document, declared: Declared) -> Account:
    campaigns = [c for (owner, _), (c, _) in declared.campaigns.items() if owner == key]
    ad_sets: list[AdSetSpec] = [s for c in campaigns for s in c.ad_sets.values()]
    ads: list[AdSpec] = [a for s in ad_sets for a in s.ads.values()]
    project = declared.project or ProjectSpec(project="none")
    return Account(
        key=key,
        id=spec.account,
        currency=spec.currency,
        origin=document.origin(("account",)),
        name=spec.name or key,
        page=spec.page or "",
        pages=_used(spec.page if ads or ad_sets else None, [x.page for x in ad_sets] + [x.page for x in ads]),
        identities=tuple(_verified(spec)),
        pixels=_used(spec.pixel if ad_sets else None, [x.pixel for x in ad_sets]),
        previously=tuple(spec.previously),
        token=spec.token.removeprefix("env/"),
        policies=_policies(project, declared.project_file, spec, document),
    )


def _verified(spec: AccountSpec) -> Iterator[VerifiedIdentity]:
    for regime in (one for one in REGIMES if one.prefix):
        if (people := getattr(spec.regulated, regime.setting)) is not None:
            for role in ("beneficiary", "payer"):
                yield VerifiedIdentity(regime.setting, role, f"{regime.prefix}_{role}", getattr(people, role))


def _used(default: str | None, written: list[str | None]) -> tuple[str, ...]:
    return tuple(sorted({x for x in (default, *written) if x}))


def _policies(project: ProjectSpec, file: Document | None, account: AccountSpec, document: Document) -> Policies:
    """The stricter of the project's and the account's, each by itself."""
    ours, theirs = project.policies, account.policies
    limits = {name: (getattr(ours, name) or {}, getattr(theirs, name)) for name in LIMITS}
    return Policies(
        **{name: _stricter(ours.get(account.currency), own) for name, (ours, own) in limits.items()},
        max_budget_increase=_stricter(ours.max_budget_increase, theirs.max_budget_increase),
        max_removals=_stricter(ours.max_removals, theirs.max_removals, default=20),
        max_lateness_seconds=_stricter(_seconds(ours), _seconds(theirs), default=24 * 3600),
        activation_window=theirs.activation_window or ours.activation_window,
        allowed_domains=_shared(ours.allowed_domains, theirs.allowed_domains),
        name_pattern=theirs.name_pattern or ours.name_pattern,
        require_url_tags=bool(ours.require_url_tags or theirs.require_url_tags),
        drift=theirs.drift or ours.drift or "keep",
        lacking=tuple(n for n, (ours, own) in limits.items() if ours and own is None and account.currency not in ours),
        places={name: place for name in PLACED if (place := _place(name, file, document))},
    )


LIMITS = ("max_daily_budget", "max_account_daily_budget")
"""Those in money: an amount for each currency."""
PLACED = (*LIMITS, "max_removals", "allowed_domains", "activation_window")


def _place(name: str, file: Document | None, document: Document) -> Origin | None:
    """Where the account's own line stands, else the project's."""
    path = ("policies", name)
    return document.keys.get(path) or (file.keys.get(path) if file else None)


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
    return tuple(sorted(set(ours) & set(theirs)))


def _media_problems(scope: Scope, media: Mapping[str, MediaFact], warnings: list[Problem]) -> Iterator[Problem]:
    wanted = {"video": "video", "thumbnail": "image", "image": "image"}
    for path, _, ad in scope.ads():
        for name in MEDIA_FIELDS:
            file = getattr(ad, name)
            fact = media.get(file) if file else None
            if fact is None:
                continue
            here = (*path, name)
            if fact.problem is not None:
                yield scope.problem(here, *fact.problem)
            elif fact.kind != wanted[name]:
                yield scope.problem(here, f"{file} is {with_article(fact.kind)}", OTHER_KIND[name].format(file=file))
            else:
                warnings.extend(scope.problem(here, f"{file}: {text}") for text in fact.warnings)


OTHER_KIND = {
    "video": "name a video here, or write image: {file} in its place",
    "image": "name an image here, or write video: {file} in its place",
    "thumbnail": "name an image here",
}


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
            if alias in resources:
                yield Problem(
                    resource.origin,
                    f"previously names {alias}, which is declared itself",
                    "a former key cannot be in use: remove one of the two",
                )


@dataclass(frozen=True)
class Composer:
    """Turns one campaign file into resources."""

    scope: Scope
    project: ProjectSpec
    address: Address
    media: Mapping[str, MediaFact]
    account_file: Document

    def resources(self) -> Iterator[Resource]:
        spec = self.scope.spec
        schedule = Schedule(spec.status, spec.activate_at, spec.deactivate_at)
        yield self._resource((), self.address, spec, self._campaign_fields(), schedule, ())
        below = self._children_schedule(schedule)
        for key, ad_set in spec.ad_sets.items():
            yield from self._ad_set(key, ad_set, below)

    def _ad_set(self, key: str, spec: AdSetSpec, inherited: Schedule) -> Iterator[Resource]:
        path: KeyPath = ("ad_sets", key)
        address = Address.of(*self.address.steps, key)
        schedule = _own_or(spec, inherited)
        fields = self._ad_set_fields(spec, schedule)
        times = path if _has_own_times(spec) else ()
        yield self._resource(path, address, spec, fields, schedule, times)
        pixel = "pixel_id" in (fields.get("promoted_object") or {})
        for ad_key, ad in spec.ads.items():
            ad_path = (*path, "ads", ad_key)
            ad_address = Address.of(*address.steps, ad_key)
            ad_fields = self._ad_fields(ad, pixel)
            ad_times = ad_path if _has_own_times(ad) else times
            yield self._resource(ad_path, ad_address, ad, ad_fields, _own_or(ad, schedule), ad_times)

    def _resource(
        self,
        path: KeyPath,
        address: Address,
        spec: Level,
        fields: dict[str, Any],
        schedule: Schedule,
        times: KeyPath,
    ) -> Resource:
        document = self.scope.document
        fields.update(spec.raw)
        found = sources(document, self.account_file, path, address.kind, fields, spec, times)
        return Resource(
            address=address,
            origin=document.keys.get(path, document.origin(path)),
            fields=fields,
            schedule=schedule,
            ahead={name: moment for name, moment in _run(schedule) if moment} if "end_time" in fields else {},
            lifecycle=Lifecycle(
                on_remove=OnRemove(spec.lifecycle.on_remove),
                ignore=frozenset(spec.lifecycle.ignore),
                protect=spec.lifecycle.protect,
                replace=spec.lifecycle.replace,
                new=spec.lifecycle.new,
            ),
            aliases=self._aliases(path),
            origins=found.origins,
            words=found.words,
        )

    def _children_schedule(self, campaign: Schedule) -> Schedule:
        spec, account = self.scope.spec, self.scope.account
        wanted = next((v for v in (spec.pre_review, account.pre_review) if v is not None), self.project.pre_review)
        early = wanted and campaign.status is None and campaign.activate_at is not None
        return Schedule(campaign.status, campaign.activate_at, campaign.deactivate_at, active_before=early)

    def _aliases(self, path: KeyPath) -> tuple[Address, ...]:
        """Every address that the resource may have had: former keys of it and of what it is in."""
        spec = self.scope.spec
        steps: list[tuple[str, ...]] = [
            (self.address.account, *self.scope.account.previously),
            (self.address.key, *spec.previously),
        ]
        if path:
            ad_set = spec.ad_sets[str(path[1])]
            steps.append((str(path[1]), *ad_set.previously))
            if len(path) > 2:
                steps.append((str(path[3]), *ad_set.ads[str(path[3])].previously))
        known = [Address.of(*keys) for keys in product(*steps)]
        return tuple(known[1:])

    def _campaign_fields(self) -> dict[str, Any]:
        spec: CampaignSpec = self.scope.spec
        fields = _written(spec, ("name", "objective", "buying_type", "special_ad_category_country"))
        fields["spend_cap"] = spec.spend_cap
        fields["special_ad_categories"] = sorted(c for c in spec.special_ad_categories or [] if c != "NONE")
        fields |= _written(spec, BUDGETS)
        if self.scope.campaign_budget:
            fields["bid_strategy"] = spec.bid_strategy or DEFAULT_BID_STRATEGY
            fields |= _written(spec, ("is_adset_budget_sharing_enabled",))
        else:
            fields["is_adset_budget_sharing_enabled"] = bool(spec.is_adset_budget_sharing_enabled)
        if catalog := self._catalog():
            fields["promoted_object"] = {"product_catalog_id": catalog}
        return fields

    def _catalog(self) -> str | None:
        """Only campaigns that promote a product set are tied to a catalogue; what `raw` promotes takes its place."""
        if "promoted_object" in self.scope.spec.raw:
            return None
        for _, ad_set in self.scope.ad_sets():
            if "product_set_id" in (ad_set.promoted_object or {}):
                return ad_set.catalog or self.scope.account.catalog
        return None

    def _ad_set_fields(self, spec: AdSetSpec, schedule: Schedule) -> dict[str, Any]:
        names = (
            "optimization_goal",
            "bid_amount",
            "bid_constraints",
            "attribution_spec",
            "is_dynamic_creative",
        )
        fields = {"name": spec.name or self.scope.spec.name, **_written(spec, names)}
        fields["billing_event"] = spec.billing_event or DEFAULT_BILLING_EVENT
        if not self.scope.campaign_budget:
            fields |= _written(spec, BUDGETS)
            fields["bid_strategy"] = spec.bid_strategy or self.scope.spec.bid_strategy or DEFAULT_BID_STRATEGY
        targeting = composed_targeting(spec)
        fields["targeting"] = _with_audiences(targeting, self.address.account)
        fields |= self._promotion(spec)
        fields |= _run_times(schedule)
        fields |= identity_fields(reach(targeting), self.scope.account.regulated)
        return fields

    def _promotion(self, spec: AdSetSpec) -> dict[str, Any]:
        objective, goal = str(self.scope.spec.objective), str(spec.optimization_goal)
        rule = GOALS.get(objective, {}).get(goal)
        if rule is None:
            return {}
        found: dict[str, Any] = _written(spec, ("promoted_object", "destination_type"))
        if rule.destination:
            found.setdefault("destination_type", rule.destination)
        written = found.get("promoted_object")
        if rule.promotes == "pixel" and is_completed(written or {}):
            pixel, event = spec.pixel or self.scope.account.pixel, spec.conversion_event or DEFAULT_EVENT[objective]
            event = "OTHER" if "custom_event_str" in (written or {}) else event
            found["promoted_object"] = {"pixel_id": pixel, "custom_event_type": event, **(written or {})}
        elif rule.promotes == "page" and not written:
            found["promoted_object"] = {"page_id": spec.page or self.scope.account.page}
        return found

    def _ad_fields(self, spec: AdSpec, pixel: bool) -> dict[str, Any]:
        account = self.scope.account
        fields: dict[str, Any] = {"name": spec.name or self.scope.spec.name}
        for name in CREATIVE_FIELDS:
            value = getattr(spec, name)
            if name in MEDIA_FIELDS and value is not None:
                fact = self.media.get(value, MediaFact())
                value = media_value(value, fact.sha256)
            if name == "lead_form" and value is not None:
                value = self.scope.lead_forms.get(value, value)
            if name == "call_to_action" and spec.lead_form and name not in spec.model_fields_set:
                value = FORM_BUTTON
            if value is None and name in ("page", "instagram_user", "url_tags"):
                value = getattr(account, name)
            if value is not None:
                fields[name] = value
        domain = spec.conversion_domain or (account.domain if pixel else None)
        if domain is not None:
            fields["conversion_domain"] = domain
        return fields


def _with_audiences(targeting: Mapping[str, Any], account: str) -> dict[str, Any]:
    """A declared audience is named by its key."""

    def named(one: Any) -> Any:
        return {"id": str(Address.of(account, f"audience:{one}"))} if isinstance(one, str) else one

    lists = {name: targeting[name] for name in AUDIENCE_KEYS if isinstance(targeting.get(name), list)}
    return {**targeting, **{name: [named(one) for one in audiences] for name, audiences in lists.items()}}


def _run(schedule: Schedule) -> tuple[tuple[str, datetime | None], ...]:
    return ("start_time", schedule.activate_at), ("end_time", schedule.deactivate_at)


def _run_times(schedule: Schedule) -> dict[str, Any]:
    """Meta neither starts early nor runs on when no runner comes. No end is said, too: one may have been there."""
    times = {name: wire_time(moment) for name, moment in _run(schedule) if moment is not None}
    return {"end_time": None, **times}


def _own_or(spec: Level, inherited: Schedule) -> Schedule:
    """A level with a status or times of its own has its own schedule; else it follows what it is in."""
    return Schedule(spec.status, spec.activate_at, spec.deactivate_at) if _has_own_times(spec) else inherited


def _has_own_times(spec: Level) -> bool:
    return spec.status is not None or spec.activate_at is not None or spec.deactivate_at is not None


def _written(spec: Level, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: _plain(value) for name in names if (value := getattr(spec, name)) is not None}


def _plain(value: Any) -> Any:
    return value.model_dump(exclude_none=True) if isinstance(value, BaseModel) else value

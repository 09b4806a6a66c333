"""What a campaign file declares: its campaign, ad sets and ads with every reference resolved. Pure.

Here a buyer's short words become what Meta wants: `countries` a targeting spec, `pixel` a promoted object, times
an ad set's `start_time` and `end_time`, the account's `regulated` the identities that a country demands.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from reconciler.kinds.base import BUDGETS, SHARES, Composing, Level
from reconciler.kinds.budget_schedules import SCHEDULES, end_of
from reconciler.kinds.codecs import wire_time
from reconciler.kinds.creative.creative import CREATIVE_FIELDS
from reconciler.kinds.delivery.ad import AdSpec
from reconciler.kinds.delivery.ad_set import AdSetSpec
from reconciler.kinds.delivery.campaign import CampaignSpec
from reconciler.kinds.delivery.checks.regulation import identity_fields, reach
from reconciler.kinds.delivery.checks.scope import Scope
from reconciler.kinds.delivery.goals import DEFAULT_EVENT, GOALS
from reconciler.kinds.delivery.origins import sources
from reconciler.kinds.delivery.reverting import reverting
from reconciler.kinds.delivery.windows import Bound, Window, of_ad_set
from reconciler.kinds.delivery.words import is_completed
from reconciler.kinds.enums import FORM_BUTTON
from reconciler.kinds.identity import MEDIA_FIELDS, at_meta, media_value
from reconciler.kinds.wire import AUDIENCE_KEYS
from reconciler.model.address import Address
from reconciler.model.document import KeyPath
from reconciler.model.media import MediaFact
from reconciler.model.problem import Origin
from reconciler.model.resource import Lifecycle, OnRemove, Resource
from reconciler.model.status import ARCHIVED, Schedule

DEFAULT_BID_STRATEGY = "LOWEST_COST_WITHOUT_CAP"
DEFAULT_BILLING_EVENT = "IMPRESSIONS"


def resources(spec: CampaignSpec, composing: Composing) -> Iterator[Resource]:
    """The campaign and all in it."""
    yield from Composer(Scope.of(spec, composing), composing).resources()


@dataclass(frozen=True)
class Composer:
    """Turns one campaign file into resources."""

    scope: Scope
    composing: Composing

    def resources(self) -> Iterator[Resource]:
        spec = self.scope.spec
        schedule = Schedule(spec.status, spec.activate_at, spec.deactivate_at)
        yield self._resource((), self.composing.address, spec, self._campaign_fields(), schedule, (), Window())
        below = self._children_schedule(schedule)
        for key, ad_set in spec.ad_sets.items():
            yield from self._ad_set(key, ad_set, below)

    def _ad_set(self, key: str, spec: AdSetSpec, inherited: Schedule) -> Iterator[Resource]:
        path: KeyPath = ("ad_sets", key)
        address = Address.of(*self.composing.address.steps, key)
        schedule = _own_or(spec, inherited)
        # Meta keeps what is archived as it is, and refuses a change of it.
        window = Window() if schedule.status == ARCHIVED else of_ad_set(self.scope.spec, key)
        fields = self._ad_set_fields(spec)
        if schedule.status != ARCHIVED:
            fields |= _run_times(window)
        times = path if _has_own_times(spec) else ()
        yield self._resource(path, address, spec, fields, schedule, times, window)
        pixel = "pixel_id" in (fields.get("promoted_object") or {})
        for ad_key, ad in spec.ads.items():
            ad_path = (*path, "ads", ad_key)
            ad_address = Address.of(*address.steps, ad_key)
            ad_fields = self._ad_fields(ad, pixel)
            ad_times = ad_path if _has_own_times(ad) else times
            yield self._resource(ad_path, ad_address, ad, ad_fields, _own_or(ad, schedule), ad_times, Window())

    def _resource(
        self,
        path: KeyPath,
        address: Address,
        spec: Level,
        fields: dict[str, Any],
        schedule: Schedule,
        times: KeyPath,
        window: Window,
    ) -> Resource:
        document = self.scope.document
        fields.update(spec.raw)
        run = {name: bound for name, bound in _run(window) if bound is not None}
        levels = {name: bound.level for name, bound in run.items()}
        found = sources(document, self.composing.account_file, path, address.kind, fields, spec, times, levels)
        return Resource(
            address=address,
            origin=document.keys.get(path, document.origin(path)),
            fields=fields,
            schedule=schedule,
            ahead={name: bound.moment for name, bound in run.items()},
            lapses=_lapses(fields),
            lifecycle=Lifecycle(
                on_remove=OnRemove(spec.lifecycle.on_remove),
                ignore=frozenset(spec.lifecycle.ignore),
                protect=spec.lifecycle.protect,
                replace=spec.lifecycle.replace,
                new=spec.lifecycle.new,
                **self._reverting(path, spec, address.kind),
            ),
            aliases=self._aliases(path),
            origins=found.origins,
            words=found.words,
            existing=spec.existing or "",
        )

    def _reverting(self, path: KeyPath, spec: Level, kind: str) -> dict[str, Any]:
        if not spec.lifecycle.revert_drift:
            return {}
        account, zone = self.scope.account, ZoneInfo(self.composing.project.timezone)
        origins: dict[str, Origin] = {}
        found: dict[str, Any] = {}
        for name, value in spec.lifecycle.revert_drift.items():
            read = reverting({name: value}, kind, self.composing.address.account, account.currency, zone)
            origins |= dict.fromkeys(read, self.scope.document.origin((*path, "lifecycle", "revert_drift", name)))
            found |= read
        return {"revert_drift": found, "revert_origins": origins}

    def _children_schedule(self, campaign: Schedule) -> Schedule:
        spec, account, project = self.scope.spec, self.scope.account, self.composing.project
        wanted = next((v for v in (spec.pre_review, account.pre_review) if v is not None), project.pre_review)
        early = wanted and campaign.status is None and campaign.activate_at is not None
        return Schedule(campaign.status, campaign.activate_at, campaign.deactivate_at, active_before=early)

    def _aliases(self, path: KeyPath) -> tuple[Address, ...]:
        """Every address that the resource may have had: former keys of it and of what it is in."""
        spec = self.scope.spec
        steps: list[tuple[str, ...]] = [
            (self.composing.address.account, *self.scope.account.previously),
            (self.composing.address.key, *spec.previously),
        ]
        if path:
            ad_set = spec.ad_sets[str(path[1])]
            steps.append((str(path[1]), *ad_set.previously))
            if len(path) > 2:
                steps.append((str(path[3]), *ad_set.ads[str(path[3])].previously))
        if all(len(keys) == 1 for keys in steps):
            return ()
        known = [Address.of(*keys) for keys in product(*steps)]
        return tuple(known[1:])

    def _campaign_fields(self) -> dict[str, Any]:
        spec: CampaignSpec = self.scope.spec
        fields = _written(spec, ("name", "objective", "buying_type", "special_ad_category_country"))
        fields |= {"spend_cap": spec.spend_cap, SCHEDULES: None}
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

    def _ad_set_fields(self, spec: AdSetSpec) -> dict[str, Any]:
        names = (
            "optimization_goal",
            "bid_amount",
            "bid_constraints",
            *SHARES,
            "attribution_spec",
            "is_dynamic_creative",
        )
        fields = {"name": spec.name or self.scope.spec.name, SCHEDULES: None, **_written(spec, names)}
        fields["billing_event"] = spec.billing_event or DEFAULT_BILLING_EVENT
        if not self.scope.campaign_budget:
            fields |= _written(spec, BUDGETS)
            fields["bid_strategy"] = spec.bid_strategy or self.scope.spec.bid_strategy or DEFAULT_BID_STRATEGY
        targeting = spec.composed_targeting
        fields["targeting"] = _with_audiences(targeting, self.composing.address.account)
        fields |= self._promotion(spec)
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
                fact = self.composing.media.get(value, MediaFact())
                value = media_value(value, value if at_meta(value) else fact.sha256)
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


def _run(window: Window) -> tuple[tuple[str, Bound | None], ...]:
    return ("start_time", window.start), ("end_time", window.end)


def _run_times(window: Window) -> dict[str, Any]:
    """Meta neither starts early nor runs on when no runner comes. No end is said, too: one may have been there."""
    times = {name: wire_time(bound.moment) for name, bound in _run(window) if bound is not None}
    return {"end_time": None, **times}


def _own_or(spec: Level, inherited: Schedule) -> Schedule:
    """A level with a status or times of its own has its own schedule; else it follows what it is in."""
    if not _has_own_times(spec):
        return inherited
    return Schedule(spec.status, spec.activate_at, spec.deactivate_at, over_at=inherited.ends_at)


def _has_own_times(spec: Level) -> bool:
    return spec.status is not None or spec.activate_at is not None or spec.deactivate_at is not None


def _lapses(fields: Mapping[str, Any]) -> dict[str, tuple[datetime | None, ...]]:
    rows = fields.get(SCHEDULES)
    return {SCHEDULES: tuple(end_of(row) for row in rows)} if isinstance(rows, list) else {}


def _written(spec: Level, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: _plain(value) for name in names if (value := getattr(spec, name)) is not None}


def _plain(value: Any) -> Any:
    return value.model_dump(exclude_none=True) if isinstance(value, BaseModel) else value

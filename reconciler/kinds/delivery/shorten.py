"""The full form of a campaign, in Meta's field names, as the YAML that a person would write: the inverse of
`layers.py`, the presets and `compose.py`. Pure.

The full form says everything: every ad set and ad by its key, money in minor units, times as aware datetimes, media as
paths below creatives/ (or `{"id": …}`). What `compose` would make of less is left out:

    {"objective": "OUTCOME_SALES", "ad_sets": {"a": {"targeting": {"geo_locations": {"countries": ["SG"]}}, …}}}
    → {} with the preset, since that says it

Whoever writes a file of it reads that again and compares: `run/importing/drafts.py` does.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from reconciler.kinds.base import BUDGETS, SHARES
from reconciler.kinds.codecs import PARTS_OF_ROAS, Money, format_money
from reconciler.kinds.delivery.ad_set import AdSetSettings
from reconciler.kinds.delivery.checks.placements import PLACEMENT_KEYS
from reconciler.kinds.delivery.checks.regulation import identity_fields, reach
from reconciler.kinds.delivery.compose import DEFAULT_BID_STRATEGY, DEFAULT_BILLING_EVENT
from reconciler.kinds.delivery.goals import DEFAULT_EVENT, GOALS
from reconciler.kinds.delivery.presets import BY_DEFAULT, PRESETS
from reconciler.kinds.delivery.words import DELIVERY, END, START, TO_ADS, is_completed
from reconciler.kinds.echoes import UNWRITTEN
from reconciler.kinds.enums import FORM_BUTTON
from reconciler.kinds.settings import AccountSpec, ProjectSpec
from reconciler.kinds.structure import is_nothing
from reconciler.kinds.targeting_fields import says_where
from reconciler.model.address import Address

Tree = dict[str, Any]

CONVERSION_GOALS = frozenset({"OFFSITE_CONVERSIONS", "VALUE", "APP_INSTALLS_AND_OFFSITE_CONVERSIONS"})
CONVERSION_WINDOWS = {("CLICK_THROUGH", 7), ("VIEW_THROUGH", 1)}
CLICK_WINDOWS = {("CLICK_THROUGH", 1)}
"""Meta's own windows of those goals, and of all others: from replies to creates that named none."""

SHOP = "SHOP_NOW"
MONEY = (*BUDGETS, *SHARES, "spend_cap", "bid_amount")
TIMES = (START, END)
NAMES = ("regional_regulated_categories", "regional_regulation_identities", "dsa_beneficiary", "dsa_payor")
"""Fields of an ad set that the account's `regulated` says, and `raw` otherwise."""
IN_SHORT = frozenset({*AdSetSettings.model_fields, *DELIVERY, "ads"})
"""What the short form can say of its only ad set."""


def shortened(tree: Mapping[str, Any], account: AccountSpec, project: ProjectSpec) -> Tree:
    """The YAML of one campaign. `tree` is as the module says, with `ad_sets` and in each `ads`; keys of YAML that Meta
    has not (`status`, `activate_at`, `lifecycle`, `raw` …) are taken over as they are. Nothing that `compose` makes of
    the result differs from the tree, but for what Meta adds by itself."""
    return _Shortening(account, project).campaign(tree)


def level_of_its_own(
    tree: Mapping[str, Any], address: Address, account: AccountSpec, project: ProjectSpec, plainness: int
) -> Tree:
    """The YAML of one ad set or ad, with what stands in it, beside others in a file that is there. It says all that is
    its own, since nothing is moved up. What is above may widen audiences, which from `plainness` 1 on is said, or say
    otherwise what the account says: from 2 on."""
    said = account.model_copy(update=dict.fromkeys(OF_ACCOUNT)) if plainness > 1 else account
    level: Tree = _Shortening(said, project).full(tree, widens=plainness > 0)
    for step, key in zip(("ad_sets", "ads"), address.keys[1:], strict=False):
        level = level[step][key]
    return level


OF_ACCOUNT = ("page", "pixel", "instagram_user", "catalog", "url_tags")


@dataclass(frozen=True)
class _Shortening:
    account: AccountSpec
    project: ProjectSpec

    def campaign(self, tree: Mapping[str, Any]) -> Tree:
        found = _said(tree, but={"ad_sets"})
        ad_sets = {key: self._ad_set(found, part) for key, part in (tree.get("ad_sets") or {}).items()}
        self._catalog(found, ad_sets)
        self._of_its_own(found)
        self._names(found, ad_sets)
        layers = self._below(found, ad_sets)
        if not any("advantage_audience" in level for layer in layers for level in layer.values()):
            _drop_false("advantage_audience", ad_sets)
        self._lower(found, ad_sets, layers)
        _hoist(found, ad_sets)
        self._hoist_to_ads(found, ad_sets)
        shaped = _in_short(found, ad_sets)
        return self._written(shaped)

    def full(self, tree: Mapping[str, Any], *, widens: bool) -> Tree:
        """With all keys, and each value where it stands in the tree. `widens`: what is above, unless told not to."""
        found = _said(tree, but={"ad_sets"})
        ad_sets = {key: self._ad_set(found, part) for key, part in (tree.get("ad_sets") or {}).items()}
        self._names(found, ad_sets)
        defaults = self.project.defaults
        own = {"campaign": defaults.campaign, "ad_set": defaults.ad_set, "ad": defaults.ad}
        if not widens and not any("advantage_audience" in level for level in own.values()):
            _drop_false("advantage_audience", ad_sets)
        self._lower(found, ad_sets, (own, PRESETS["none"]))
        for part in ad_sets.values():
            part.pop("_promotes_page", None)
        return self._written({**found, "ad_sets": ad_sets})

    # ---- the campaign itself

    def _of_its_own(self, found: Tree) -> None:
        found["special_ad_categories"] = sorted(c for c in found.get("special_ad_categories") or [] if c != "NONE")
        defaults = {"buying_type": "AUCTION", "special_ad_categories": [], "is_adset_budget_sharing_enabled": False}
        for name, value in defaults.items():
            if found.get(name) == value:
                found.pop(name)
        if _has_budget(found):
            if found.get("bid_strategy") == DEFAULT_BID_STRATEGY:
                found.pop("bid_strategy")
        else:
            found.pop("bid_strategy", None)

    def _catalog(self, found: Tree, ad_sets: Mapping[str, Tree]) -> None:
        promoted = found.pop("promoted_object", None)
        if is_nothing(promoted):
            return
        of_sets = [part for part in ad_sets.values() if "product_set_id" in (part.get("promoted_object") or {})]
        if set(promoted) == {"product_catalog_id"} and of_sets:
            if promoted["product_catalog_id"] != self.account.catalog:
                for part in of_sets:
                    part["catalog"] = promoted["product_catalog_id"]
            return
        found["raw"] = {**found.get("raw", {}), "promoted_object": promoted}

    def _names(self, found: Tree, ad_sets: Mapping[str, Tree]) -> None:
        """Ad sets and ads are called as their campaign unless they say otherwise."""
        ads = [ad for part in ad_sets.values() for ad in part.get("ads", {}).values()]
        for level in (*ad_sets.values(), *ads):
            if level.get("name") == found.get("name"):
                level.pop("name", None)

    # ---- ad sets

    def _ad_set(self, campaign: Mapping[str, Any], tree: Mapping[str, Any]) -> Tree:
        found = _said(tree, but={"ads"})
        self._targeting(found)
        promotes_pixel = self._promotion(campaign, found)
        if found.get("billing_event") == DEFAULT_BILLING_EVENT:
            found.pop("billing_event")
        if _has_budget(campaign) or found.get("bid_strategy") == DEFAULT_BID_STRATEGY:
            found.pop("bid_strategy", None)
        if not found.get("is_dynamic_creative"):
            found.pop("is_dynamic_creative", None)
        if _is_default(found.get("optimization_goal"), found.get("attribution_spec")):
            found.pop("attribution_spec")
        if floor := (found.get("bid_constraints") or {}).get("roas_average_floor"):
            found["bid_constraints"] = {"roas_average_floor": int(floor) / PARTS_OF_ROAS}
        ads = {key: self._ad(ad, promotes_pixel) for key, ad in (tree.get("ads") or {}).items()}
        if "page" in found:
            # It would hold for the ads, too.
            for ad in ads.values():
                ad.setdefault("page", self.account.page)
        return {**found, "ads": ads} if ads else found

    def _targeting(self, found: Tree) -> None:
        targeting = _less_echoes(found.pop("targeting", None) or {}, "targeting")
        self._regulated(found, targeting)
        automation = dict(targeting.pop("targeting_automation", None) or {})
        found["advantage_audience"] = str(automation.pop("advantage_audience", 0)) in ("1", "True")
        if automation:
            targeting["targeting_automation"] = automation
        places = targeting.get("geo_locations")
        if isinstance(places, Mapping) and set(places) == {"countries"}:
            found["countries"] = list(places["countries"])
            targeting.pop("geo_locations")
        if targeting:
            found["targeting"] = targeting

    def _regulated(self, found: Tree, targeting: Mapping[str, Any]) -> None:
        composed = identity_fields(reach(targeting), self.account.regulated)
        live = {name: found.pop(name) for name in NAMES if not is_nothing(found.get(name))}
        raw = {name: value for name, value in live.items() if not _is_said(composed.get(name), value)}
        if raw:
            found["raw"] = {**found.get("raw", {}), **raw}

    def _promotion(self, campaign: Mapping[str, Any], found: Tree) -> bool:
        """Whether it promotes a pixel."""
        objective, goal = str(campaign.get("objective")), str(found.get("optimization_goal"))
        rule = GOALS.get(objective, {}).get(goal)
        if found.get("destination_type") in ("UNDEFINED", rule.destination if rule else None, None):
            found.pop("destination_type", None)
        promoted = _less_echoes(found.pop("promoted_object", None) or {}, "promoted_object")
        if not promoted:
            return False
        by_words = is_completed(promoted) and "custom_event_str" not in promoted
        if rule is not None and rule.promotes == "pixel" and by_words:
            pixel, event = promoted.get("pixel_id"), promoted.get("custom_event_type")
            found |= {"pixel": pixel} if pixel != self.account.pixel else {}
            found |= {"conversion_event": event} if event != DEFAULT_EVENT.get(objective) else {}
        elif rule is not None and rule.promotes == "page" and set(promoted) == {"page_id"}:
            found |= {"page": promoted["page_id"]} if promoted["page_id"] != self.account.page else {}
            found["_promotes_page"] = True
        else:
            found["promoted_object"] = promoted
        return "pixel_id" in promoted

    # ---- ads

    def _ad(self, tree: Mapping[str, Any], promotes_pixel: bool) -> Tree:
        found = _said(tree, but=set())
        button = FORM_BUTTON if found.get("lead_form") else SHOP
        if found.get("call_to_action") == button:
            found.pop("call_to_action")
        for name in TO_ADS:
            if found.get(name) == getattr(self.account, name):
                found.pop(name, None)
        if promotes_pixel and found.get("conversion_domain") == self.account.domain:
            found.pop("conversion_domain", None)
        return found

    def _hoist_to_ads(self, found: Tree, ad_sets: Mapping[str, Tree]) -> None:
        """Words that all ads have in common stand on the campaign, or on their ad set."""
        for name in TO_ADS:
            if not _hoist_word(name, found, [(part, list(part.get("ads", {}).values())) for part in ad_sets.values()]):
                for part in ad_sets.values():
                    _hoist_word(name, part, [(part, list(part.get("ads", {}).values()))])
        for part in ad_sets.values():
            part.pop("_promotes_page", None)

    # ---- what is below the file

    def _below(self, found: Tree, ad_sets: Mapping[str, Tree]) -> tuple[Mapping[str, Mapping[str, Any]], ...]:
        """The project's defaults, and the preset where it says more than an objective would."""
        defaults, preset = self.project.defaults, PRESETS[BY_DEFAULT]
        goals = {part.get("optimization_goal") for part in ad_sets.values()}
        # Its checks want a budget on the campaign, and no placements.
        placed = any(PLACEMENT_KEYS & set(part.get("targeting") or {}) for part in ad_sets.values())
        fits = found.get("objective") == preset["campaign"]["objective"] and _has_budget(found) and not placed
        fits = fits and preset["ad_set"]["optimization_goal"] in goals
        is_preset = fits and "preset" not in found
        is_preset = is_preset and not {"preset", "objective"} & set(defaults.campaign)
        own = {"campaign": defaults.campaign, "ad_set": defaults.ad_set, "ad": defaults.ad}
        return own, PRESETS[BY_DEFAULT if is_preset else "none"]

    def _lower(self, found: Tree, ad_sets: Mapping[str, Tree], layers: Iterable[Mapping[str, Any]]) -> None:
        """What they say is left out, and what they say too much is taken away."""
        own, preset = layers
        self._against(found, {**own["campaign"], **preset["campaign"]}, passed_on=DELIVERY)
        for part in ad_sets.values():
            beneath = {**_of(own["campaign"], DELIVERY), **own["ad_set"], **preset["ad_set"]}
            self._against(part, beneath, passed_on=TO_ADS)
            for ad in part.get("ads", {}).values():
                self._against(ad, {**_of(own["campaign"], TO_ADS), **_of(own["ad_set"], TO_ADS), **own["ad"]})

    def _against(self, level: Tree, lower: Mapping[str, Any], passed_on: Collection[str] = ()) -> None:
        """`passed_on`: words that hold further down, where they are judged."""
        for name, value in lower.items():
            if name == "preset":
                continue
            if name in level and self._plain(name, level[name]) == value:
                level.pop(name)
            elif name not in level and name not in passed_on and self._takes_away(name, level, value):
                level[name] = None

    def _takes_away(self, name: str, level: Mapping[str, Any], value: Any) -> bool:
        """Whether the lower layer's value would come through, and is not the one that is meant anyway."""
        if name == "countries":
            return not says_where(level.get("targeting"))
        if name == "conversion_event":
            return False
        if name in BUDGETS:
            return not _has_budget(level)
        neutral = {
            "billing_event": DEFAULT_BILLING_EVENT,
            "bid_strategy": DEFAULT_BID_STRATEGY,
            "call_to_action": SHOP,
            **{word: getattr(self.account, word, None) for word in DELIVERY},
        }
        return bool(neutral.get(name) != value)

    def _plain(self, name: str, value: Any) -> Any:
        return format_money(Money(value, self.account.currency)) if name in MONEY and isinstance(value, int) else value

    # ---- as it is written

    def _written(self, level: Mapping[str, Any]) -> Tree:
        """In the words of YAML."""
        zone = ZoneInfo(self.project.timezone)
        found: Tree = {}
        for name, value in level.items():
            if name in ("ads", "ad_sets"):
                found[name] = {key: self._written(part) for key, part in value.items()}
            elif name == "ad":
                found[name] = self._written(value)
            elif name in TIMES and isinstance(value, datetime):
                found[name] = moment_text(value, zone)
            else:
                found[name] = self._plain(name, value)
        return found


def moment_text(moment: datetime, zone: ZoneInfo) -> str:
    """`2026-12-01 09:00`; seconds only where there are some."""
    local = moment.astimezone(zone)
    return local.strftime("%Y-%m-%d %H:%M:%S" if local.second else "%Y-%m-%d %H:%M")


# ---- forms


def _in_short(campaign: Tree, ad_sets: Mapping[str, Tree]) -> Tree:
    """One ad set that has nothing of its own beside it needs no key."""
    shaped = {key: _with_one_ad(part) for key, part in ad_sets.items()}
    only = next(iter(shaped.values())) if len(shaped) == 1 else None
    fits = only is not None and set(only) <= IN_SHORT | {"ad"} and not set(only) & set(BUDGETS)
    if only is None or not fits or not set(only) & {"ad", "ads"} or _said_twice(campaign, only):
        return {**campaign, "ad_sets": shaped} if shaped else campaign
    return {**campaign, **only}


def _said_twice(campaign: Mapping[str, Any], ad_set: Mapping[str, Any]) -> bool:
    return bool(set(campaign) & set(ad_set))


def _with_one_ad(ad_set: Tree) -> Tree:
    ads = ad_set.get("ads") or {}
    if len(ads) != 1 or "name" in next(iter(ads.values())) or "existing" in next(iter(ads.values())):
        return ad_set
    rest = {name: value for name, value in ad_set.items() if name != "ads"}
    return {**rest, "ad": next(iter(ads.values()))}


def _hoist(campaign: Tree, ad_sets: Mapping[str, Tree]) -> None:
    """What all ad sets say alike of their delivery and of their times stands on the campaign."""
    parts = list(ad_sets.values())
    names = (*(name for name in DELIVERY if name not in TO_ADS), *_times_alike(campaign, parts))
    for name in names:
        values = [part.get(name) for part in parts]
        alike = parts and values[0] is not None and all(value == values[0] for value in values)
        if alike and name not in campaign and (len(parts) > 1 or name in TIMES):
            campaign[name] = values[0]
            for part in parts:
                part.pop(name)


def _times_alike(campaign: Mapping[str, Any], parts: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """A schedule is one thing: it moves as a whole, or stays. An end alone stays: on the campaign it would stop what
    is put there later; but a budget for a whole run needs the end beside it."""
    said = [tuple(part.get(name) for name in ("status", *TIMES)) for part in parts]
    alike = len(set(said)) == 1 and said[0][0] is None
    launches = alike and (said[0][1] is not None or campaign.get("lifetime_budget") is not None)
    return TIMES if launches and not set(campaign) & {"status", *TIMES} else ()


def _hoist_word(name: str, level: Tree, below: list[tuple[Tree, list[Tree]]]) -> bool:
    """Whether the word could move up to `level` from all ads, and from the ad sets that promote it themselves."""
    ads = [ad for _, each in below for ad in each]
    values = [ad.get(name) for ad in ads]
    if not values or values[0] is None or any(value != values[0] for value in values):
        return False
    holders = [part for part, _ in below if part.get(name) is not None or (name == "page" and "_promotes_page" in part)]
    if any(part.get(name) != values[0] for part in holders):
        return False
    if len(ads) + len(holders) < 2:
        return False
    for each in (*ads, *holders):
        each.pop(name, None)
    level[name] = values[0]
    return True


def _drop_false(name: str, ad_sets: Mapping[str, Tree]) -> None:
    for part in ad_sets.values():
        if part.get(name) is False:
            part.pop(name)


# ---- values


def _said(tree: Mapping[str, Any], but: set[str]) -> Tree:
    """Without what says nothing; a copy."""
    return {n: dict(v) if isinstance(v, Mapping) else v for n, v in tree.items() if n not in but and not is_nothing(v)}


def _of(level: Mapping[str, Any], names: Iterable[str]) -> Tree:
    return {name: level[name] for name in names if name in level}


def _is_default(goal: Any, windows: Any) -> bool:
    """Whether Meta has chosen the attribution windows: it shows its own choice as it would a person's."""
    if not isinstance(windows, list):
        return False
    said = {(one.get("event_type"), one.get("window_days")) for one in windows} - {("ENGAGED_VIDEO_VIEW", 1)}
    return said == (CONVERSION_WINDOWS if goal in CONVERSION_GOALS else CLICK_WINDOWS)


def _has_budget(level: Mapping[str, Any]) -> bool:
    return any(level.get(name) is not None for name in BUDGETS)


def _less_echoes(value: Any, path: str) -> Tree:
    """A mapping without what Meta adds by itself: nobody has written that, and nothing compares it."""
    return {
        name: _less_echoes(inner, f"{path}.{name}") if isinstance(inner, Mapping) else inner
        for name, inner in value.items()
        if not is_nothing(inner) and not ((echo := UNWRITTEN.get(f"{path}.{name}")) and echo(inner, value))
    }


def _is_said(composed: Any, live: Any) -> bool:
    """Meta adds categories of its own to those that were sent."""
    if isinstance(composed, list) and isinstance(live, list):
        return bool(composed) and set(composed) <= set(live)
    return bool(composed == live)

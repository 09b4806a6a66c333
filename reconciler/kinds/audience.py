"""A custom audience: visitors of a website, people who dealt with a page, a lookalike of another, or a customer list.

What is a list's members is never declared: who is in it stays with whoever uploads them. Source: Custom Audiences and
Audience Rules (developers.facebook.com), and what Meta's SDK types.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, Field, WithJsonSchema

from reconciler.kinds.base import (
    Api,
    Composing,
    Condition,
    Handling,
    Identity,
    Kind,
    OnChange,
    OwnFile,
    OwnLifecycleSpec,
    Spec,
    Users,
)
from reconciler.kinds.countries import NAMES, meant
from reconciler.kinds.field_types import Country, Id, Name, OneOf, Text
from reconciler.kinds.structure import gaps
from reconciler.kinds.wire import TEXT, Codec
from reconciler.model.problem import Problem

DAY = 86_400
SORTS = ("website", "engagement", "lookalike", "customer_list")
KEPT = "an audience keeps what it is made of; make another one"


def _ratio(value: object) -> object:
    """`1%` is 0.01."""
    percent = re.fullmatch(r"([0-9]{1,3})\s*%", value) if isinstance(value, str) else None
    if isinstance(value, bool) or (percent is None and not isinstance(value, float | int)):
        raise ValueError(f"{value!r} is no whole share; write ratio: 1%, or up to 20%")
    share = int(percent[1]) / 100 if percent else round(float(str(value)), 4)
    if not 0.01 <= share <= 0.2:
        raise ValueError(f"{value!r} is not between 1% and 20%; {_nearest(share)}")
    return share


def _nearest(share: float) -> str:
    """`5` is mostly meant as 5%."""
    if 1 < share <= 20 and share.is_integer():
        return f"write ratio: {int(share)}%"
    return f"write ratio: {'1%' if share < 0.01 else '20%'}"


IN_DAYS = {
    **dict.fromkeys("retention retention_days lookback lookback_days lookback_window window duration".split(), "days"),
    "retention_seconds": "write days: and that many seconds in days, of which each has 86,400",
}


class WebsiteSpec(Spec):
    """People who have been on a website with the pixel."""

    SAID: ClassVar[Mapping[str, str]] = {
        **IN_DAYS,
        **dict.fromkeys("url urls url_rule url_keyword page_url path address".split(), "url_contains"),
        **dict.fromkeys("event_name events action pixel_event".split(), "event"),
        "event_sources": "write pixel: and its id, in quotes",
    }

    pixel: Id | None = None
    """The account's unless written."""
    days: Annotated[int, Field(ge=1, le=180)] = 30
    """For how long they stay in it."""
    url_contains: Text | None = None
    """Only pages whose address holds this, such as /shop."""
    event: Text | None = None
    """Only who has caused this event, such as AddToCart; every visit unless written."""


class EngagementSpec(Spec):
    """People who have dealt with a page or an Instagram account."""

    SAID: ClassVar[Mapping[str, str]] = IN_DAYS

    page: Id | None = None
    """The account's page unless an Instagram account is written."""
    instagram_user: Id | None = None
    """An Instagram account in place of a page."""
    days: Annotated[int, Field(ge=1, le=730)] = 365
    """For how long they stay in it."""


class LookalikeSpec(Spec):
    """People who are like those of another audience."""

    SAID: ClassVar[Mapping[str, str]] = {
        **dict.fromkeys(
            "origin origin_audience_id origin_audience source source_audience seed like audience".split(), "of"
        ),
        **dict.fromkeys("percent percentage size audience_size starting_ratio share similarity".split(), "ratio"),
    }

    of: Text
    """The key of the audience that they are like, or the id of one that is not declared."""
    countries: Annotated[list[Country], Field(min_length=1)]
    """Where they are."""
    ratio: Annotated[float, BeforeValidator(_ratio), WithJsonSchema({"type": ["string", "number"], "examples": ["1%"]})]
    """What share of a country's people, from 1% (most alike) to 20%."""


class CustomerListSpec(Spec):
    """People whom somebody uploads; the file never stands here."""

    source: Annotated[
        str, OneOf(frozenset({"USER_PROVIDED_ONLY", "PARTNER_PROVIDED_ONLY", "BOTH_USER_AND_PARTNER_PROVIDED"}))
    ] = "USER_PROVIDED_ONLY"
    """Who has collected them."""


class AudienceLifecycleSpec(OwnLifecycleSpec):
    """How an audience is treated when its YAML goes away."""

    on_remove: Annotated[str, OneOf(frozenset({"forget", "delete"}))] = "forget"
    """forget leaves it at Meta, no longer managed; delete deletes it, which stops the ad sets that use it."""


def _rule_text(rule: Any) -> Any:
    return json.dumps(rule, separators=(",", ":"), sort_keys=True) if isinstance(rule, Mapping) else rule


def _rule(text: Any) -> Any:
    try:
        return _without_metas_own(json.loads(text) if isinstance(text, str) else text)
    except ValueError:
        return text


def _without_metas_own(rule: Any) -> Any:
    """Ads Manager writes into a rule what form it was filled in with, and Meta adds rules for a shop; no update takes
    those away."""
    if isinstance(rule, Mapping):
        return {name: _without_metas_own(value) for name, value in rule.items() if name != "template"}
    return [_without_metas_own(one) for one in rule if not _of_a_shop(one)] if isinstance(rule, list) else rule


def _of_a_shop(rule: Any) -> bool:
    sources = rule.get("event_sources") if isinstance(rule, Mapping) else None
    types = [str(one.get("type")) for one in sources or () if isinstance(one, Mapping)]
    return bool(types) and all(one.startswith("shopping_") for one in types)


def _same_rule(one: Any, other: Any) -> bool:
    return not any(gaps(_rule(one), _rule(other), "")) and not any(gaps(_rule(other), _rule(one), ""))


def _lookalike_spec(value: Any) -> Any:
    """One country has a parameter of its own."""
    countries = value["countries"]
    where = (
        {"country": countries[0]}
        if len(countries) == 1
        else {"location_spec": {"geo_locations": {"countries": countries}}}
    )
    return {"ratio": value["ratio"], **where}


def _lookalike(read: Any) -> Any:
    """Of what Meta tells of one, what was asked for."""
    if not isinstance(read, Mapping):
        return None
    places = _places(read)
    return {"ratio": _as_share(read.get("ratio")), "countries": sorted(places)} if places else None


def _places(read: Mapping[str, Any]) -> list[str]:
    """A create takes `country` or `location_spec`; what is shown then is typed `country` and `target_countries` in
    Meta's SDK. The latter has all of them, the former one or none."""
    sent = ((read.get("location_spec") or {}).get("geo_locations") or {}).get("countries")
    found = read.get("target_countries") or sent or read.get("country") or []
    return [found] if isinstance(found, str) else list(found)


def _as_share(ratio: Any) -> Any:
    """Meta keeps a float of 32 bits, and may write it as text: 0.029999999329447746 is 3 %."""
    try:
        return round(float(ratio), 4)
    except (TypeError, ValueError):
        return ratio


def shown(row: Mapping[str, Any]) -> dict[str, Any]:
    """Of a lookalike, the audience that it was made of: a create names it, and a read has it in `lookalike_spec`."""
    spec = row.get("lookalike_spec")
    origins = spec.get("origin") if isinstance(spec, Mapping) else None
    ids = [str(one["id"]) for one in origins or () if isinstance(one, Mapping) and "id" in one]
    return {"origin_audience_id": ids[0]} if len(ids) == 1 else {}


DELETED = 411


def deleted(row: Mapping[str, Any]) -> bool:
    """Meta goes on answering for one. In a listing the same code says that few people were recognised."""
    status = row.get("operation_status")
    return isinstance(status, Mapping) and status.get("code") == DELETED


FIT = frozenset({0, 200})
UNUSABLE = frozenset({414, 415, 421, 423, 432, 433, 434, 442, 470, 471})
"""Codes of `operation_status` with which nobody is reached: members that are being replaced, a pixel that is missing, a
lookalike that could not be built, a source that is gone, and what Meta has flagged. The others are warnings: what it
was filled with before still counts."""
BARRED = 400
"""`delivery_status` from here on: Meta lets no ad set use it."""


def condition(row: Mapping[str, Any]) -> Condition:
    """In Meta's words. What is too small yet is delivered once it has grown, so that it is told and no more."""
    operation, delivery = _status(row, "operation_status"), _status(row, "delivery_status")
    said = "; ".join(
        f"{text or 'no word'} ({name} {code})" for name, code, text in (operation, delivery) if code not in FIT
    )
    return Condition(said, usable=operation[1] not in UNUSABLE and delivery[1] < BARRED)


def undeclarable(row: Mapping[str, Any], account_id: str) -> str:
    """What another business shares is listed beside the account's own. A lookalike may begin above 0 %."""
    owner = str(row.get("account_id") or "")
    if owner and owner != account_id.removeprefix("act_"):
        return f"ad account {owner} shares it, and only that may change it"
    if str((row.get("permission_for_actions") or {}).get("can_edit", True)).lower() == "false":
        return "Meta lets nobody here change it, so nothing can tell it as ours"
    start = _as_share((row.get("lookalike_spec") or {}).get("starting_ratio") or 0)
    return f"it begins at {start:.0%}, and a file says only where a lookalike ends" if start else ""


def _status(row: Mapping[str, Any], name: str) -> tuple[str, int, str]:
    status = row.get(name)
    code = status.get("code") if isinstance(status, Mapping) else None
    text = str(status.get("description") or "") if isinstance(status, Mapping) else ""
    return name, code if isinstance(code, int) else 0, text.rstrip(".")


RULE = Codec(_rule_text, _rule, _same_rule)
LOOKALIKE = Codec(_lookalike_spec, _lookalike, lambda one, other: bool(one == other))


class AudienceFields(Spec):
    """What an audience has at Meta."""

    name: Annotated[Name, Api(TEXT, log=("audience",))]
    """Shown in Ads Manager."""
    description: Annotated[Text | None, Api(TEXT, clear="")] = None
    """For people; what tells the audience as ours stands behind it."""
    rule: Annotated[dict[str, Any] | None, Api(RULE, maybe_unread=True, composed=True)] = None
    """Write website or engagement."""
    subtype: Annotated[str | None, Api(TEXT, OnChange.REFUSE, reason=KEPT, maybe_unread=True, composed=True)] = None
    """Write one of website, engagement, lookalike, customer_list."""
    customer_file_source: Annotated[
        str | None, Api(TEXT, OnChange.REFUSE, reason=KEPT, maybe_unread=True, composed=True)
    ] = None
    """Write customer_list."""
    lookalike_spec: Annotated[
        dict[str, Any] | None, Api(LOOKALIKE, OnChange.REFUSE, reason=KEPT, maybe_unread=True, composed=True)
    ] = None
    """Write lookalike."""
    origin_audience_id: Annotated[
        str | None, Api(TEXT, OnChange.REFUSE, reason=KEPT, maybe_unread=True, composed=True, refers=True)
    ] = None
    """Write lookalike."""


BELOW_WEBSITE = "write it below website:, as in website: {{{field}: {value}}}"
BY_SORT = "remove it: website:, engagement:, lookalike: or customer_list: says it"


class AudienceSpec(OwnFile):
    """desired/audiences/<account>/<key>.yaml: one custom audience."""

    SAID: ClassVar[Mapping[str, str]] = {
        **dict.fromkeys("audience_name title".split(), "name"),
        **dict.fromkeys("subtype type audience_type source_type".split(), BY_SORT),
        **dict.fromkeys(
            "retention retention_days retention_seconds lookback days".split(),
            BELOW_WEBSITE.format(field="days", value="30"),
        ),
        **dict.fromkeys("pixel pixel_id dataset dataset_id".split(), BELOW_WEBSITE.format(field="pixel", value='"…"')),
        **dict.fromkeys("event event_name".split(), BELOW_WEBSITE.format(field="event", value="AddToCart")),
        **dict.fromkeys("url url_contains".split(), BELOW_WEBSITE.format(field="url_contains", value="/shop")),
        **dict.fromkeys(
            "rule rules inclusions rule_aggregation".split(),
            "write what it says in words, as in website: {days: 30, url_contains: /shop}",
        ),
        **dict.fromkeys("website_visitors website_traffic visitors".split(), "website"),
        **dict.fromkeys(
            "page page_id instagram_user".split(), 'write it below engagement:, as in engagement: {page: "…"}'
        ),
        **dict.fromkeys(
            "lookalike_spec lookalike_audience origin_audience_id country countries ratio of".split(),
            "write lookalike: {of: …, countries: [SG], ratio: 1%}",
        ),
        **dict.fromkeys("customer_file_source customer_file customers list upload".split(), "write customer_list: {}"),
        "prefill": "remove it: an audience takes in those who were there before",
    }

    name: Name
    """Shown in Ads Manager."""
    description: Text | None = None
    """For people."""
    website: WebsiteSpec | None = None
    """Visitors of a website."""
    engagement: EngagementSpec | None = None
    """People who have dealt with a page or an Instagram account."""
    lookalike: LookalikeSpec | None = None
    """People who are like those of another audience."""
    customer_list: CustomerListSpec | None = None
    """People whom somebody uploads."""
    lifecycle: AudienceLifecycleSpec = Field(default_factory=AudienceLifecycleSpec)
    """How it is treated when its YAML goes away."""


def compose(spec: AudienceSpec, composing: Composing) -> dict[str, Any]:
    """Meta's fields. What lacks something is told by the checks, and gets the fields that it has."""
    fields: dict[str, Any] = {"name": spec.name, "description": spec.description}
    if spec.website is not None:
        pixel = spec.website.pixel or composing.account.pixel
        fields["rule"] = _visits(spec.website, str(pixel))
    elif spec.engagement is not None:
        fields["rule"] = _dealings(spec.engagement, composing)
    elif spec.lookalike is not None:
        fields["subtype"] = "LOOKALIKE"
        fields["lookalike_spec"] = {"ratio": spec.lookalike.ratio, "countries": sorted(spec.lookalike.countries)}
        fields["origin_audience_id"] = _origin(spec.lookalike, composing)
    elif spec.customer_list is not None:
        fields |= {"subtype": "CUSTOM", "customer_file_source": spec.customer_list.source}
    return fields


def _visits(website: WebsiteSpec, pixel: str) -> dict[str, Any]:
    wanted: list[dict[str, Any]] = []
    if website.event:
        wanted.append({"field": "event", "operator": "eq", "value": website.event})
    if website.url_contains or not website.event:
        # A rule wants a filter, and every visit has an address.
        wanted.append({"field": "url", "operator": "i_contains", "value": website.url_contains or ""})
    return _rules({"id": pixel, "type": "pixel"}, website.days, wanted)


def _dealings(engagement: EngagementSpec, composing: Composing) -> dict[str, Any]:
    if engagement.instagram_user:
        source, event = {"id": engagement.instagram_user, "type": "ig_business"}, "ig_business_profile_all"
    else:
        source, event = {"id": str(engagement.page or composing.account.page), "type": "page"}, "page_engaged"
    return _rules(source, engagement.days, [{"field": "event", "operator": "eq", "value": event}])


def _rules(source: Mapping[str, str], days: int, filters: list[dict[str, Any]]) -> dict[str, Any]:
    rule = {
        "event_sources": [dict(source)],
        "retention_seconds": days * DAY,
        "filter": {"operator": "and", "filters": filters},
    }
    return {"inclusions": {"operator": "or", "rules": [rule]}}


def _origin(lookalike: LookalikeSpec, composing: Composing) -> str:
    return lookalike.of if lookalike.of.isdigit() else composing.address_of("audience", lookalike.of)


# ---- back into words


def words(fields: Mapping[str, Any]) -> dict[str, Any]:
    """What `compose` has made of a file, as the file says it."""
    left = {name: value for name, value in fields.items() if value is not None}
    rule = _read_rule(left.get("rule"))
    found: dict[str, Any] = {name: left.pop(name) for name in ("name", "description") if name in left}
    if rule is not None:
        found |= rule
        del left["rule"]
    alike = {name: left.pop(name) for name in ("lookalike_spec", "origin_audience_id") if name in left}
    if alike:
        found["lookalike"] = _like(alike.get("origin_audience_id"), alike.get("lookalike_spec") or {})
    if left.get("subtype") in OF_WORDS:
        del left["subtype"]
    if "customer_file_source" in left:
        found["customer_list"] = {"source": left.pop("customer_file_source")}
    return {**found, **left}


OF_WORDS = frozenset({"LOOKALIKE", "CUSTOM", "WEBSITE", "ENGAGEMENT"})
"""What the other fields say."""


def _like(origin: Any, spec: Mapping[str, Any]) -> dict[str, Any]:
    ratio = spec.get("ratio")
    share = f"{round(ratio * 100)}%" if isinstance(ratio, int | float) else None
    found = {"of": origin, "countries": spec.get("countries"), "ratio": share}
    return {name: value for name, value in found.items() if value is not None}


def _read_rule(rule: Any) -> dict[str, Any] | None:
    """None of one that no file can say."""
    try:
        (one,) = _rule(rule)["inclusions"]["rules"]
        (source,) = one["event_sources"]
        filters = {(each["field"], each["operator"]): each["value"] for each in one["filter"]["filters"]}
        days, sort = int(one["retention_seconds"]) // DAY, source["type"]
    except (KeyError, TypeError, ValueError):
        return None
    if sort in SOURCES:
        return {"engagement": {SOURCES[sort]: str(source["id"]), "days": days}}
    if sort != "pixel":
        return None
    event, url = filters.get(("event", "eq")), filters.get(("url", "i_contains"))
    said = {"pixel": str(source["id"]), "days": days, "url_contains": url or None, "event": event}
    return {"website": {name: value for name, value in said.items() if value is not None}}


SOURCES = {"page": "page", "ig_business": "instagram_user"}


# ---- checks


def one_sort(spec: AudienceSpec, composing: Composing) -> Iterator[Problem]:
    """An audience is of exactly one sort."""
    written = [sort for sort in SORTS if getattr(spec, sort) is not None]
    if not written:
        message, mend = "nothing says who is in it", f"write one of {', '.join(f'{sort}:' for sort in SORTS)}"
        yield Problem(composing.document.origin(()), message, mend)
    for second in written[1:]:
        message = f"{second} stands beside {written[0]}"
        yield Problem(composing.document.origin((second,)), message, "keep one of the two")


def sources(spec: AudienceSpec, composing: Composing) -> Iterator[Problem]:
    """A pixel or a page to look at: its own, or the account's."""
    if spec.website is not None and not (spec.website.pixel or composing.account.pixel):
        origin = composing.document.origin(("website",))
        yield Problem(origin, "no pixel is named", 'add pixel: "…" to the account, or below website')
    engagement = spec.engagement
    if engagement is not None and not (engagement.page or engagement.instagram_user or composing.account.page):
        origin = composing.document.origin(("engagement",))
        yield Problem(origin, "no page is named", 'add page: "…" to the account, or below engagement')
    if engagement is not None and engagement.page and engagement.instagram_user:
        origin = composing.document.origin(("engagement", "instagram_user"))
        yield Problem(origin, "instagram_user stands beside page", "keep one of the two")


def origins(spec: AudienceSpec, composing: Composing) -> Iterator[Problem]:
    """What a lookalike is like: another that is declared, or an id."""
    of = spec.lookalike.of if spec.lookalike else ""
    if of and not of.isdigit() and of not in composing.declared["audience"]:
        yield composing.unknown("audience", of, ("lookalike", "of"))


STANDARD_EVENTS = tuple(
    """
    AddPaymentInfo AddToCart AddToWishlist CompleteRegistration Contact CustomizeProduct Donate FindLocation
    InitiateCheckout Lead PageView Purchase Schedule Search StartTrial SubmitApplication Subscribe ViewContent
    """.split()
)
_SPELT = {name.lower(): name for name in STANDARD_EVENTS}


def events(spec: AudienceSpec, composing: Composing) -> Iterator[Problem]:
    """A pixel calls AddToCart what an ad set calls ADD_TO_CART. Any other name may be one of the website's own."""
    event = spec.website.event if spec.website else None
    meant_event = _SPELT.get((event or "").replace("_", "").replace(" ", "").lower())
    if event and meant_event not in (None, event):
        origin = composing.document.origin(("website", "event"))
        message = f"{event!r} is not how a pixel calls it, so nobody would be in it"
        yield Problem(origin, message, f"write {meant_event}")


def countries(spec: AudienceSpec, composing: Composing) -> Iterator[Problem]:
    """Codes that are no country's, and one that stands twice."""
    codes = spec.lookalike.countries if spec.lookalike else []
    for at, code in enumerate(codes):
        origin = composing.document.origin(("lookalike", "countries", at))
        if code not in NAMES:
            near = meant(code)
            mend = f"did you mean {near}, {NAMES[near]}?" if near else "write two-letter codes, such as SG"
            yield Problem(origin, f"{code!r} is no country's code", mend)
        elif code in codes[:at]:
            yield Problem(origin, f"{code} stands twice", "remove it here")


KIND = Kind(
    name="audience",
    spec=AudienceFields,
    written=AudienceSpec,
    edge="customaudiences",
    read_also=("id", "time_created", "operation_status", "delivery_status"),
    created_field="time_created",
    graph_name="CustomAudience",
    identity=Identity.DESCRIPTION,
    handling=Handling.PLAIN,
    folder="audiences",
    terms="custom_audience_tos",
    lost="what targets it delivers to others, or not at all",
    users=(Users("adsets", "id,name,targeting"), Users("customaudiences", "id,name,lookalike_spec")),
    log=("audience",),
    compose=compose,
    shown=shown,
    deleted=deleted,
    condition=condition,
    import_reads=("account_id", "permission_for_actions"),
    undeclarable=undeclarable,
    once=("lookalike_spec", "origin_audience_id"),
    words=words,
    checks=(one_sort, sources, origins, events, countries),
)

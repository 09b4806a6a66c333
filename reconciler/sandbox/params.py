"""Parameter and field types, read from the installed ``facebook_business``.

Meta's SDK is generated from its API's specification. ``pending=True`` yields a request unsent, with the types
of its parameters. Unknown parameters are accepted in silence, as Graph does (documented).
"""

from __future__ import annotations

import importlib
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from reconciler.sandbox import loose, unlisted
from reconciler.sandbox.clock import parse_time
from reconciler.sandbox.errors import GraphError

SDK_CLASSES = {
    "account": "AdAccount",
    "campaign": "Campaign",
    "ad_set": "AdSet",
    "ad": "Ad",
    "creative": "AdCreative",
    "image": "AdImage",
    "video": "AdVideo",
    "label": "AdLabel",
    "pixel": "AdsPixel",
    "page": "Page",
    "ig_user": "IGUser",
    "catalog": "ProductCatalog",
    "business": "Business",
    "audience": "CustomAudience",
    "user": "User",
    "activity": "AdActivity",
    "thumbnail": "VideoThumbnail",
    "minimum_budget": "MinimumBudget",
    "targeting_option": "AdAccountTargetingUnified",
    "insights": "AdsInsights",
    "report": "AdReportRun",
    "rule": "AdRule",
    "rule_history": "AdRuleHistory",
    "high_demand_period": "HighDemandPeriod",
    "custom_conversion": "CustomConversion",
    "leadgen_form": "LeadgenForm",
    "product": "ProductItem",
    "product_set": "ProductSet",
    "product_feed": "ProductFeed",
    "study": "AdStudy",
    "study_cell": "AdStudyCell",
    "business_user": "BusinessUser",
    "assigned_user": "AssignedUser",
    "lead": "Lead",
    "event_source": "ExternalEventSource",
    "async_set": "AdAsyncRequestSet",
    "async_request": "AdAsyncRequest",
}

# the SDK types these as numbers ('0'…'27') while Meta takes words (recorded), or lags behind Meta
_UNCHECKED = frozenset({"regional_regulated_categories", "special_ad_category_country", "effective_status"})
_WORDS_TOO = {"destination_type_enum": ("PHONE_CALL",)}  # not in the SDK's list, and sent by call ads (recorded)
_ANY_CASE = frozenset({"date_preset"})  # capitals in the SDK for some edges, and sent as last_30d everywhere
_LARGEST = 2**63  # PHP's own end of integers
_LAST_MOMENT = 4102444800  # the year 2100, beyond which calendars begin to fail
_LISTS_TOO = {"tracking_specs", "conversion_specs", "external_event_sources", "requests"}  # no lists in the SDK
_OBJECTS_TOO = {"data"}  # typed "list<string>" by the SDK, and sent as objects (documented)
_TEXTS = {"string", "file", "currency_enum"}


@dataclass(frozen=True, slots=True)
class Signature:
    types: Mapping[str, str]
    enums: Mapping[str, tuple[str, ...]]


EMPTY = Signature({}, {})


def _sdk_class(kind: str) -> Any:
    name = SDK_CLASSES.get(kind)
    if name is None:
        return None
    return getattr(importlib.import_module(f"facebook_business.adobjects.{name.lower()}"), name)


@cache
def readable_fields(kind: str) -> frozenset[str]:
    """The generated table lists fields alphabetically, then write-only parameters alphabetically again: those Meta
    refuses to read (recorded). Extractors read some that the SDK does not list."""
    sdk = _sdk_class(kind)
    names = list(sdk._field_types) if sdk else []
    stop = next((i for i in range(1, len(names)) if names[i] < names[i - 1]), len(names))
    return frozenset(names[:stop]) | unlisted.FIELDS.get(kind, frozenset())


@cache
def signatures(kind: str) -> Mapping[tuple[str, str], Signature]:
    """By (HTTP method, edge); the node itself is the edge ``""``."""
    sdk = _sdk_class(kind)
    found: dict[tuple[str, str], Signature] = {}
    if sdk is None:
        return found
    names = [n for n in dir(sdk) if n.startswith(("get_", "create_", "delete_", "update_"))]
    for name in [*names, "api_get", "api_update", "api_delete"]:
        request = _pending(sdk, name)
        if request is not None:
            found.setdefault((request._method, request._endpoint), _signature(request))
    return found


def _pending(sdk: Any, name: str) -> Any:
    method = getattr(sdk, name, None)
    if method is None:
        return None
    try:
        request = method(sdk("1"), params={}, pending=True)
    except Exception:  # methods of the SDK's base classes take other arguments, and say so in many ways
        return None
    return request if hasattr(request, "_param_checker") else None


def _signature(request: Any) -> Signature:
    checker = request._param_checker
    enums = {
        name: tuple(v for v in values if isinstance(v, str) and not v.startswith("facebook_business"))
        + _WORDS_TOO.get(name, ())
        for name, values in checker._enum_data.items()
    }
    return Signature(dict(checker._type_check_info), enums)


def signature(kind: str, method: str, edge: str) -> Signature:
    return signatures(kind).get((method, edge), EMPTY)


def known_edge(kind: str, method: str, edge: str) -> bool:
    return (method, edge) in signatures(kind)


def typed(sig: Signature, raw: Mapping[str, Any]) -> dict[str, Any]:
    """Every known parameter in its own type; the rest as it came."""
    out: dict[str, Any] = {}
    for name, value in raw.items():
        kind = sig.types.get(name)
        out[name] = value if kind is None or value is None else _convert(kind, value, name, sig)
    return out


def _convert(kind: str, value: Any, name: str, sig: Signature) -> Any:
    if kind in sig.enums:
        return _enum(sig.enums[kind], value, name)
    if kind.startswith("list"):
        return _list(kind, value, name, sig)
    scalar = _SCALARS.get(kind)
    if scalar:
        return scalar(value, name)
    if kind in _TEXTS:
        return _text(value, name)
    return _structure(value, name)


def _enum(allowed: tuple[str, ...], value: Any, name: str) -> Any:
    if name in _UNCHECKED or not allowed or value in allowed:
        return value
    if name in _ANY_CASE and str(value).lower() in [one.lower() for one in allowed]:
        return value
    raise GraphError("param", name=name, what="one of {" + ", ".join(sorted(allowed)) + "}")


def _list(kind: str, value: Any, name: str, sig: Signature) -> list[Any]:
    value = decoded(value)
    if isinstance(value, str) and name in ("effective_status", "hashes", "ad_label_ids", "execution_options"):
        value = value.split(",")
    if not isinstance(value, list):
        raise GraphError("param", name=name, what="an array")
    inner = kind[5:-1] if kind.startswith("list<") and name not in _OBJECTS_TOO else ""
    return [_convert(inner, item, name, sig) for item in value] if inner else value


def _structure(value: Any, name: str) -> Any:
    value = decoded(value)
    if value in ("", None, []):
        return {}
    if isinstance(value, dict) or (isinstance(value, list) and name in _LISTS_TOO):
        return value
    raise GraphError("param", name=name, what="a JSON object")


def _integer(value: Any, name: str) -> int:
    if isinstance(value, bool) or (isinstance(value, float) and not value.is_integer()):
        raise GraphError("param", name=name, what="an integer")
    try:
        number = int(value) if not isinstance(value, str) else int(value, 10)
    except (ValueError, TypeError, OverflowError):
        raise GraphError("param", name=name, what="an integer") from None
    if abs(number) >= _LARGEST:
        raise GraphError("param", name=name, what="an integer")
    return number


def _unsigned(value: Any, name: str) -> int:
    number = _integer(value, name)
    if number < 0:
        raise GraphError("param", name=name, what="greater than or equal to 0")
    return number


def _float(value: Any, name: str) -> float:
    try:
        number = float(value)
    except (ValueError, TypeError, OverflowError):
        number = math.inf
    if not abs(number) < _LARGEST:
        raise GraphError("param", name=name, what="a number")
    return number


_BOOLS = {"true": True, "1": True, "false": False, "0": False}


def _bool(value: Any, name: str) -> bool:
    if isinstance(value, bool):
        return value
    word = str(value).lower()
    if word not in _BOOLS:
        raise GraphError("param", name=name, what="a boolean")
    return _BOOLS[word]


def _text(value: Any, name: str) -> str:
    if isinstance(value, dict | list):
        raise GraphError("param", name=name, what="a string")
    return str(value)


def _datetime(value: Any, name: str) -> Any:
    try:
        if not 0 <= parse_time(value) < _LAST_MOMENT:
            raise ValueError(value)
    except (ValueError, OverflowError):
        raise GraphError("param", name=name, what="a valid date/time") from None
    return value


_SCALARS = {
    "int": _integer,
    "unsigned int": _unsigned,
    "float": _float,
    "bool": _bool,
    "datetime": _datetime,
}


def filled(value: Any) -> Any:
    """Without the empty keys of its objects, at every depth: null, [] and {} are dropped on the way in (recorded)."""
    if isinstance(value, list):
        return [filled(one) for one in value]
    if not isinstance(value, dict):
        return value
    kept = {name: filled(one) for name, one in value.items()}
    return {name: one for name, one in kept.items() if one not in (None, [], {})}


def decoded(value: Any, parse: Callable[[str], Any] = loose.parse) -> Any:
    """Nested values come as JSON text in forms, as they are in JSON bodies."""
    if isinstance(value, str) and value[:1] in ("{", "[", '"'):
        try:
            return parse(value)
        except ValueError:
            return value
    return value

"""Custom audiences: customer lists, website rules, lookalikes.

Recorded: unix times, the string "True" among booleans, code 411 once deleted, Meta pausing the ad sets that used
a deleted audience (2446446). Documented: what each sort needs, ten rules of a hundred filters, the reply to
``/users``. Guessed: the counts.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
from typing import Any

from reconciler.sandbox import history
from reconciler.sandbox.context import Caller, Context
from reconciler.sandbox.errors import GraphError
from reconciler.sandbox.nodes import change
from reconciler.sandbox.nodes.base import Listing, NodeType, Params, success
from reconciler.sandbox.params import decoded
from reconciler.sandbox.world import Node

_NORMAL = {"code": 200, "description": "Normal"}
_DELETED = {"code": 411, "description": "This audience has been deleted."}
_READY = {"code": 200, "description": "This audience is ready for use."}
_SMALL = {"code": 300, "description": "This audience is too small. Add at least 100 people."}
# recorded: a string among booleans
_PERMISSIONS = {"can_edit": True, "can_see_insight": "True", "can_share": "True"}
_META = Caller("", user_id="0", user_name="Meta", app_id="0", app_name="Meta")
_HASH = re.compile(r"[0-9a-fA-F]{64}$")
_HASHED = {"EMAIL", "PHONE", "EMAIL_SHA256", "PHONE_SHA256", "FN", "LN"}
_SCHEMA = _HASHED | {
    "GEN", "DOBY", "DOBM", "DOBD", "FI", "CT", "ST", "ZIP", "COUNTRY", "MADID", "EXTERN_ID", "LOOKALIKE_VALUE",
    "MOBILE_ADVERTISER_ID", "IDFA", "PAGEUID", "UID",
}  # fmt: skip
_MOST_ENTRIES, _MOST_RULES, _MOST_FILTERS = 10000, 10, 100
_KNOWN_FROM = 1000


def create(ctx: Context, account: Node, params: Params) -> Any:
    change.usable(ctx, account)
    if not account.hidden.get("audience_terms", True):
        raise GraphError("audience_terms")
    change.required(params, "name")
    existing = _named(ctx, account, params)
    if existing:
        return {"id": existing.id}
    data = _SORTS[_sort(params)](ctx, account, params)
    number = account.id.removeprefix("act_")
    data = {**_basics(params), **data, "name": str(params["name"]), "account_id": number}
    _cut(ctx, data)
    ctx.about_to_write()
    data.update(created_time=ctx.now, updated_time=ctx.now, content_time=ctx.now)
    node = ctx.world.add(Node(ctx.world.new_id("audience", number), "audience", number, data, {"members": {}}))
    return {"id": ctx.wrote(node).id}


def _named(ctx: Context, account: Node, params: Params) -> Node | None:
    """``enable_fetch_or_create`` finds an audience of that name again."""
    if not params.get("enable_fetch_or_create"):
        return None
    return next((one for one in rows(ctx, account, {}) if one.data["name"] == params["name"]), None)


def _sort(params: Params) -> str:
    if params.get("lookalike_spec") or params.get("subtype") == "LOOKALIKE":
        return "lookalike"
    if params.get("rule"):
        return "rule"
    if params.get("subtype") in (None, "CUSTOM"):
        return "list"
    raise GraphError("not_emulated", what=f"a custom audience of subtype {params['subtype']}")


def _basics(params: Params) -> Params:
    kept = {name: params[name] for name in ("description", "retention_days", "opt_out_link") if params.get(name)}
    return {**kept, "operation_status": _NORMAL, "permission_for_actions": _PERMISSIONS, "is_value_based": False}


def _list(ctx: Context, account: Node, params: Params) -> Params:
    change.required(params, "subtype", "customer_file_source")
    source = {"type": "FILE_IMPORTED", "sub_type": "ANYTHING", "creation_params": "[]"}
    return {"subtype": "CUSTOM", "customer_file_source": params["customer_file_source"], "data_source": source}


def _rule(ctx: Context, account: Node, params: Params) -> Params:
    text = params["rule"]
    rule = decoded(text)
    sides = [rule[side] for side in ("inclusions", "exclusions") if side in rule] if isinstance(rule, dict) else []
    if not sides or not all(isinstance(one, dict) and isinstance(one.get("rules"), list) for one in sides):
        raise GraphError("param", name="rule", what="a JSON object with inclusions")
    rules = [one for side in sides for one in side["rules"]]
    if not 0 < len(rules) <= _MOST_RULES:
        raise GraphError("param", name="rule", what=f"1 to {_MOST_RULES} rules")
    days = [_retention(ctx, account, one) for one in rules]
    source = {"type": "EVENT_BASED", "sub_type": "WEB_PIXEL_COMBINATION_EVENTS", "creation_params": "[]"}
    subtype = str(params.get("subtype") or "WEBSITE")
    return {"subtype": subtype, "rule": json.dumps(rule), "retention_days": max(days), "data_source": source}


def _retention(ctx: Context, account: Node, rule: Any) -> int:
    if not isinstance(rule, dict) or not isinstance(rule.get("event_sources"), list):
        raise GraphError("param", name="rule", what="rules with event_sources")
    for source in rule["event_sources"]:
        _source(ctx, account, source)
    found = (rule.get("filter") or {}).get("filters", []) if isinstance(rule.get("filter") or {}, dict) else []
    if len(found) > _MOST_FILTERS:
        raise GraphError("param", name="rule", what=f"no more than {_MOST_FILTERS} filters a rule")
    seconds = rule.get("retention_seconds", 0)
    if not isinstance(seconds, int) or not 0 <= seconds <= 365 * 86400:
        raise GraphError("param", name="retention_seconds", what="no longer than 365 days")
    return seconds // 86400


def _source(ctx: Context, account: Node, source: Any) -> None:
    if not isinstance(source, dict) or not source.get("id"):
        raise GraphError("param", name="event_sources", what="an array of {id, type}")
    foreign = source.get("type") == "pixel" and str(source["id"]) not in account.hidden["pixels"]
    if foreign and ctx.settings["check_assets"]:
        raise GraphError("param", name="event_sources", what="pixels of this ad account")


def _lookalike(ctx: Context, account: Node, params: Params) -> Params:
    change.required(params, "origin_audience_id", "lookalike_spec")
    origin = ctx.need(params["origin_audience_id"], "audience")
    spec = decoded(params["lookalike_spec"])
    if not isinstance(spec, dict) or not (spec.get("country") or spec.get("location_spec")):
        raise GraphError("param", name="lookalike_spec", what="a JSON object with a country")
    ratio = spec.get("ratio", 0.01)
    if not isinstance(ratio, int | float) or not 0.01 <= ratio <= 0.20:
        raise GraphError("param", name="lookalike_spec[ratio]", what="between 0.01 and 0.20")
    seed = {"id": origin.id, "name": origin.data["name"], "type": "custom_audience"}
    kept = {name: value for name, value in spec.items() if name != "location_spec"}
    places = _countries(spec)
    echo = {
        "ratio": ratio,
        "type": "similarity",
        **kept,
        "country": places[0],
        "target_countries": places,
        "origin": [seed],
    }
    if any(one.data.get("lookalike_spec") == echo for one in rows(ctx, account, {})):
        raise GraphError("lookalike_exists")
    source = {"type": "THIRD_PARTY_IMPORTED", "sub_type": "FB_EVENT_SIGNALS", "creation_params": "[]"}
    return {"subtype": "LOOKALIKE", "lookalike_spec": echo, "data_source": source}


def _countries(spec: Params) -> list[str]:
    """SDK: a read has them all in ``target_countries``, and no ``location_spec``. Guess: ``country`` is the first."""
    places = (spec.get("location_spec") or {}).get("geo_locations", {}).get("countries") or [spec.get("country")]
    if not all(isinstance(one, str) for one in places):
        raise GraphError("param", name="lookalike_spec", what="a JSON object with a country")
    return sorted(places)


_SORTS = {"list": _list, "rule": _rule, "lookalike": _lookalike}


def rows(ctx: Context, account: Node, params: Params) -> list[Node]:
    found = ctx.world.of_account(account.id.removeprefix("act_"), "audience")
    return [one for one in found if not one.hidden.get("deleted")]


def update(ctx: Context, node: Node, params: Params) -> Any:
    _alive(ctx, node)
    changes = {name: params[name] for name in ("name", "description", "opt_out_link") if params.get(name)}
    if params.get("rule"):
        if node.data["subtype"] in ("CUSTOM", "LOOKALIKE"):
            raise GraphError("immutable", field="rule", blame=["rule"])
        changed = _rule(ctx, ctx.world.account(node.account), params)
        changes |= {"rule": changed["rule"], "retention_days": changed["retention_days"]}
    _cut(ctx, changes)
    ctx.about_to_write()
    change.apply(ctx, node, changes)
    return success()


def _cut(ctx: Context, data: Params) -> None:
    """Guess: no page tells how long a description may be, nor what becomes of more."""
    if "description" in data:
        data["description"] = str(data["description"])[: int(ctx.settings["max_audience_description"])]


def _alive(ctx: Context, node: Node) -> None:
    if node.hidden.get("deleted"):
        raise GraphError("lost", method=ctx.call.method.lower(), id=node.id)


def remove(ctx: Context, node: Node, params: Params) -> Any:
    """It stays readable, and Meta pauses what targeted it."""
    ctx.about_to_write()
    if not node.hidden.get("deleted"):
        node.hidden["deleted"] = True
        change.apply(ctx, node, {"operation_status": _DELETED})
        for ad_set in ctx.world.of_account(node.account, "ad_set"):
            targeted = ad_set.data["targeting"].get("custom_audiences", [])
            if ad_set.data["status"] == "ACTIVE" and any(one["id"] == node.id for one in targeted):
                _pause(dataclasses.replace(ctx, caller=_META), ad_set, node)
    return success()


def _pause(ctx: Context, ad_set: Node, audience: Node) -> None:
    text = f'This ad set was paused because the audience "{audience.data["name"]}" was deleted.'
    ad_set.hidden["issues_info"] = [
        {
            "level": "AD_SET",
            "error_code": 2446446,
            "error_type": "HARD_ERROR",
            "error_summary": "This Ad Set Has 1 Error",
            "error_message": text,
        }
    ]
    change.apply(ctx, ad_set, {"status": "PAUSED"})
    history.note(ad_set, ctx.now)


def add_users(ctx: Context, node: Node, params: Params) -> Any:
    return _users(ctx, node, params, lambda members, new: members | new)


def remove_users(ctx: Context, node: Node, params: Params) -> Any:
    return _users(ctx, node, params, lambda members, gone: {k: 1 for k in members if k not in gone})


def replace_users(ctx: Context, node: Node, params: Params) -> Any:
    return _users(ctx, node, params, lambda members, new: new)


def _users(ctx: Context, node: Node, params: Params, merge: Any) -> Any:
    _alive(ctx, node)
    if node.data["subtype"] != "CUSTOM":
        raise GraphError("param_free", what="Users can only be uploaded to an audience made from a customer list")
    schema, entries = _payload(params)
    good = [one for one in entries if _valid(schema, one)]
    ctx.about_to_write()
    digests = {hashlib.sha256(json.dumps(one).lower().encode()).hexdigest()[:16]: 1 for one in good}
    node.hidden["members"] = merge(node.hidden.get("members", {}), digests)
    change.apply(ctx, node, {"content_time": ctx.now})
    session = params.get("session") or {}
    return {
        "audience_id": node.id,
        "session_id": str(session.get("session_id") or ctx.world.count("audience_session")),
        "num_received": len(entries),
        "num_invalid_entries": len(entries) - len(good),
        "invalid_entry_samples": {},
    }


def _payload(params: Params) -> tuple[list[str], list[list[Any]]]:
    payload = params.get("payload")
    if not isinstance(payload, dict) or not payload.get("schema") or not isinstance(payload.get("data"), list):
        raise GraphError("param", name="payload", what="{schema, data}")
    schema = payload["schema"] if isinstance(payload["schema"], list) else [payload["schema"]]
    if not set(map(str, schema)) <= _SCHEMA:
        raise GraphError("param", name="payload[schema]", what="known kinds of data")
    if len(payload["data"]) > _MOST_ENTRIES:
        raise GraphError("param", name="payload[data]", what=f"no more than {_MOST_ENTRIES} entries")
    return schema, [one if isinstance(one, list) else [one] for one in payload["data"]]


def _valid(schema: list[str], entry: list[Any]) -> bool:
    if len(entry) != len(schema):
        return False
    pairs = zip(schema, entry, strict=True)
    return all(not value or _HASH.match(str(value)) for kind, value in pairs if kind in _HASHED) and any(entry)


def _bound(factor: float) -> Any:
    """-1 while it is unknown."""

    def read(ctx: Context, node: Node) -> int:
        given = "approximate_count_lower_bound" if factor < 1 else "approximate_count_upper_bound"
        if given in node.data:
            return int(node.data[given])
        size = len(node.hidden.get("members", {}))
        return int(size * factor) // 100 * 100 if size >= _KNOWN_FROM else -1

    return read


def _delivery(ctx: Context, node: Node) -> dict[str, Any]:
    if "delivery_status" in node.data:
        return dict(node.data["delivery_status"])
    small = node.data["subtype"] == "CUSTOM" and len(node.hidden.get("members", {})) < 100
    return _SMALL if small else _READY


def _unix(name: str) -> Any:
    """Unix seconds here, unlike everywhere else (recorded)."""
    return lambda ctx, node: int(node.data.get(name) or node.data["created_time"])


def _lookalikes(ctx: Context, node: Node) -> list[str]:
    found = rows(ctx, ctx.world.account(node.account), {})
    return [one.id for one in found if node.id in _origins(one)]


def _origins(node: Node) -> list[str]:
    return [one["id"] for one in (node.data.get("lookalike_spec") or {}).get("origin", [])]


def _ads(ctx: Context, node: Node, params: Params) -> list[Node]:
    found = ctx.world.of_account(node.account, "ad")
    return [ad for ad in found if node.id in _targeted(ctx.world.nodes[ad.data["adset_id"]])]


def _targeted(ad_set: Node) -> set[str]:
    return {one["id"] for one in ad_set.data["targeting"].get("custom_audiences", [])}


TYPE = NodeType(
    kind="audience",
    label="CustomAudience",
    readers={
        "time_created": _unix("created_time"),
        "time_updated": _unix("updated_time"),
        "time_content_updated": _unix("content_time"),
        "approximate_count_lower_bound": _bound(0.9),
        "approximate_count_upper_bound": _bound(1.1),
        "delivery_status": _delivery,
        "lookalike_audience_ids": _lookalikes,
    },
    lists={"ads": Listing("ad", _ads, hides=True)},
    posts={"users": add_users, "usersreplace": replace_users},
    deletes={"users": remove_users},
    update=update,
    remove=remove,
)

"""Ad accounts to begin with: from the control endpoint, or from a repository's ``desired/``."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML, YAMLError

from reconciler.sandbox.context import zone_of
from reconciler.sandbox.world import Node, World

_HOME_ZONE = "Asia/Singapore"
BUSINESS = "300100000000001"
_NUMBERS = ("account_status", "disable_reason", "amount_spent", "balance", "spend_cap")
_WHOLE = re.compile(r"[0-9]{1,15}$")
_LINKED = {"pages": "page", "pixels": "pixel", "ig_users": "ig_user", "catalogs": "catalog"}
_FIELDS = ("account_status", "disable_reason", "default_dsa_beneficiary", "default_dsa_payor",
           "funding_source", "amount_spent", "balance", "spend_cap", "business_name")  # fmt: skip


def account(world: World, row: dict[str, Any], now: float) -> Node:
    """``row`` as ``POST /_sandbox/accounts`` takes it. An account that exists is updated."""
    number = str(row["account"]).removeprefix("act_")
    wrong = [key for key in (*_LINKED, "identities", "audiences") if not isinstance(row.get(key, []), list)]
    wrong += [key for key in ("name", "currency") if not isinstance(row.get(key, ""), str)]
    wrong += [key for key in _NUMBERS if not _WHOLE.match(str(row.get(key, 0)))]
    if not number.isalnum() or wrong:
        raise ValueError(f"unreadable: {', '.join(wrong)}" if wrong else f"{number[:40]!r} is no account id")
    zone = zone_of(str(row["timezone"])).key if "timezone" in row else ""
    node = world.get(f"act_{number}") or world.add(_new(number, now))
    for key in ("name", "currency", *_FIELDS):
        if key in row:
            node.data[key] = row[key]
    if zone:
        node.data["timezone_name"] = zone
    if "payment_method" in row or "funding_source_details" not in node.data:
        _payment(node, row)
    if "audience_terms" in row:
        node.hidden["audience_terms"] = bool(row["audience_terms"])
    _assets(world, node, row, now)
    node.hidden["identities"] = sorted({*node.hidden["identities"], *map(str, row.get("identities", []))})
    world.touch()
    return node


def _new(number: str, now: float) -> Node:
    data = {
        "account_id": number,
        "name": f"Account {number}",
        "currency": "SGD",
        "timezone_name": _HOME_ZONE,
        "account_status": 1,
        "disable_reason": 0,
        "balance": "0",
        "amount_spent": "0",
        "spend_cap": "0",
        "funding_source": "2001000000000001",
        "is_prepay_account": False,
        "created_time": now,
    }
    hidden: dict[str, Any] = {"identities": [], "business": BUSINESS, **{key: [] for key in _LINKED}}
    return Node(f"act_{number}", "account", "", data, hidden)


def _payment(node: Node, row: dict[str, Any]) -> None:
    if row.get("payment_method", True):
        node.data.setdefault("funding_source", "2001000000000001")
        node.data["funding_source_details"] = {
            "id": node.data["funding_source"],
            "display_string": "Visa *4242",
            "type": 1,
        }
    else:
        node.data.pop("funding_source", None)
        node.data.pop("funding_source_details", None)


def _assets(world: World, node: Node, row: dict[str, Any], now: float) -> None:
    if BUSINESS not in world.nodes:
        world.add(Node(BUSINESS, "business", "", {"name": "Sandbox Business"}))
    for key, kind in _LINKED.items():
        for one in row.get(key, []):
            id = _asset(world, kind, one, now)
            if id not in node.hidden[key]:
                node.hidden[key].append(id)
    number = node.id.removeprefix("act_")
    for one in row.get("audiences", []):
        if one["id"] not in world.nodes:
            world.add(Node(str(one["id"]), "audience", number, _audience(one, number, now)))


def _asset(world: World, kind: str, one: Any, now: float) -> str:
    given = one if isinstance(one, dict) else {"id": str(one)}
    id = str(given["id"])
    told = {k: v for k, v in given.items() if k != "id"}
    if id in world.nodes:
        world.nodes[id].data.update(told)
    else:
        data = {"name": f"{kind} {id}", **told}
        data.setdefault("username", f"ig{id[-6:]}") if kind == "ig_user" else None
        data["created_time"] = now
        world.add(Node(id, kind, "", data))
    return id


def _audience(one: dict[str, Any], number: str, now: float) -> dict[str, Any]:
    return {
        "name": "Audience",
        "account_id": number,
        "subtype": "CUSTOM",
        "operation_status": {"code": 200, "description": "Normal"},
        "delivery_status": {"code": 200, "description": "This audience is ready for use."},
        # recorded: a string among booleans
        "permission_for_actions": {"can_edit": True, "can_see_insight": "True", "can_share": "True"},
        "approximate_count_lower_bound": 4700,
        "approximate_count_upper_bound": 5500,
        "created_time": now,
        **{k: v for k, v in one.items() if k != "id"},
    }


def from_repository(root: Path) -> list[dict[str, Any]]:
    """One row for each ``desired/accounts/*.yaml`` that can be read; the rest is left to ``validate``."""
    zone = _zone(_document(root / "desired" / "project.yaml").get("timezone"))
    documents = [_document(path) for path in sorted((root / "desired" / "accounts").glob("*.yaml"))]
    return [{**_row(one), "timezone": zone} for one in documents if one.get("account")]


def _document(path: Path) -> dict[str, Any]:
    try:
        document = YAML(typ="safe").load(path)
    except (YAMLError, OSError, ValueError):
        return {}
    return document if isinstance(document, dict) else {}


def _zone(name: Any) -> str:
    try:
        return zone_of(str(name)).key if name else _HOME_ZONE
    except (KeyError, ValueError, OSError):
        return _HOME_ZONE


def _row(document: dict[str, Any]) -> dict[str, Any]:
    regions = document.get("regulated")
    regulated = {key: one for key, one in regions.items() if isinstance(one, dict)} if isinstance(regions, dict) else {}
    eu = regulated.pop("eu", {})
    found = {
        "account": document["account"],
        "name": str(document.get("name") or document["account"]),
        "currency": str(document.get("currency") or "SGD"),
        "pages": _one(document, "page"),
        "ig_users": _one(document, "instagram_user"),
        "pixels": _one(document, "pixel"),
        "catalogs": _one(document, "catalog"),
        "identities": [str(id) for person in regulated.values() for id in person.values() if id],
    }
    if eu.get("beneficiary"):
        found |= {"default_dsa_beneficiary": eu["beneficiary"], "default_dsa_payor": eu.get("payer")}
    return found


def _one(document: dict[str, Any], key: str) -> list[str]:
    return [str(document[key])] if document.get(key) else []

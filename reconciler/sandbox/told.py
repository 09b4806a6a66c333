"""The inside of an event: ``extra_data`` as the activity log tells it, by what has changed.

Recorded in public: statuses as words in the language of the reader, with Meta's own numbers beside them; budgets as
an amount inside each value; names as they are; a bid strategy in another word than the one that was sent; targeting
and creatives as sentences, which name no value; a create with the campaign's budget or with nothing; an ad's
``campaign_id`` is its ad set's. Guessed: which of three numbers a pause has, that an archived or deleted object has
none, that caps are told as budgets are, and everything that is not named here.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from reconciler.sandbox.world import Node

Extra = dict[str, Any]
PENDING = "PENDING_PROCESS"
REVIEW = "PENDING_REVIEW"
_WORDS = {"ACTIVE": "Active", "PAUSED": "Inactive", "ARCHIVED": "Archived", "DELETED": "Deleted",
          PENDING: "Pending process", REVIEW: "Pending Review"}  # fmt: skip
_NUMBERS = {"ACTIVE": 1, "PAUSED": 15, PENDING: 17, REVIEW: 9}
_STRATEGIES = {"LOWEST_COST_WITHOUT_CAP": "LOWEST_COST_BID_STRATEGY"}


def changed(name: str, node: Node, currency: str, old: Any, new: Any) -> Extra:
    return _TOLD.get(name, _plain)(name, node, currency, old, new)


def created(node: Node, currency: str) -> Extra:
    budget = node.data.get("daily_budget") or node.data.get("lifetime_budget")
    if node.kind == "campaign" and budget:
        return {"new_value": _amount("new_value", currency, budget)}
    return _ad_set(node)


def _ad_set(node: Node) -> Extra:
    return {"campaign_id": int(node.data["adset_id"])} if node.kind == "ad" else {}


def _plain(name: str, node: Node, currency: str, old: Any, new: Any) -> Extra:
    return {"old_value": old, "new_value": new, **_ad_set(node), "type": name}


def _status(name: str, node: Node, currency: str, old: Any, new: Any) -> Extra:
    told = {"old_value": _WORDS.get(str(old), old), "new_value": _WORDS.get(str(new), new), **_ad_set(node)}
    numbers = {"old_value": _NUMBERS.get(str(old)), "new_value": _NUMBERS.get(str(new))}
    known = {"run_status": numbers} if None not in numbers.values() else {}
    return {**told, "type": "run_status", **known}


def _money(name: str, node: Node, currency: str, old: Any, new: Any) -> Extra:
    sides = {"old_value": old, "new_value": new}
    return {side: None if value is None else _amount(side, currency, value) for side, value in sides.items()}


def _amount(side: str, currency: str, value: Any) -> Extra:
    """Minor units, under the name of the side that it stands on."""
    return {"type": "payment_amount", "currency": currency, side: int(value)}


def _strategy(name: str, node: Node, currency: str, old: Any, new: Any) -> Extra:
    return {"old_value": _STRATEGIES.get(str(old), old), "new_value": _STRATEGIES.get(str(new), new)}


def _sentences(name: str, node: Node, currency: str, old: Any, new: Any) -> Extra:
    return {"old_value": _said(old), "new_value": _said(new)}


def _said(value: Any) -> list[Extra]:
    parts = value.items() if isinstance(value, dict) else [("", value)] if value else []
    return [{"content": f"{key}: {json.dumps(one, sort_keys=True)}" if key else str(one)} for key, one in parts]


_TOLD: dict[str, Callable[[str, Node, str, Any, Any], Extra]] = {
    "status": _status,
    "daily_budget": _money,
    "lifetime_budget": _money,
    "spend_cap": _money,
    "daily_spend_cap": _money,
    "lifetime_spend_cap": _money,
    "daily_min_spend_target": _money,
    "bid_strategy": _strategy,
    "targeting": _sentences,
    "creative": _sentences,
}


def in_language(text: str, locale: str) -> str:
    """Words of statuses come in the language of the token's user (recorded); here they only say which."""
    extra = json.loads(text)
    if not locale or extra.get("type") != "run_status":
        return text
    return written({**extra, **{side: f"[{locale}] {extra[side]}" for side in ("old_value", "new_value")}})


def written(extra: Extra) -> str:
    return json.dumps(extra, separators=(",", ":"))


def amount_of(value: Any, side: str) -> tuple[int, str] | None:
    """Minor units and currency, where a value is told as money."""
    if isinstance(value, dict) and value.get("type") == "payment_amount" and side in value:
        return int(value[side]), str(value["currency"])
    return None

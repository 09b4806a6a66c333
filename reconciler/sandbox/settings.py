"""What the control endpoint may tune. Every default is the sandbox's own choice."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from reconciler.sandbox.versions import DEFAULT

DEFAULTS: dict[str, Any] = {
    # tokens
    "app_id": "1100220033004400",
    "app_name": "Reconciler",
    "app_secret": "",
    "require_appsecret_proof": False,
    "strict_tokens": None,  # None: strict once a token has been configured
    # versions
    "auto_upgrade": True,
    "default_version": DEFAULT,  # of a path without one, and what older ones are upgraded to
    "new_app": False,  # made after v27 came: may not use what v28 removes
    "date_header": "now",  # "": none; else this text, as a stale cache would send it
    "live_versions": None,  # None: those of the table that have not ended by the clock
    # delays, by the sandbox's clock
    "review_seconds": 30,
    "review_paused_ads": True,
    "reject_word": "SANDBOX_REJECT",
    "in_process_seconds": 0,
    "video_seconds": 1,
    "list_lag_seconds": 0,
    "label_lag_seconds": 0,
    "read_lag_seconds": 0,
    "shown_label_lag_seconds": 0,
    # insights
    "insights_seed": "sandbox",
    "insights_seconds": 3,
    "insights_fail": False,
    "async_request_seconds": 1,
    "insights_max_cells": 1000000,
    "insights_max_page_size": 5000,
    # sizes
    "default_page_size": 25,
    "max_page_size": 500,
    "video_chunk_bytes": 1048576,  # of the first window
    "video_next_chunk_bytes": 1000000,
    "max_audience_description": 100000,  # in letters; what is longer is cut
    "max_body_bytes": 100 * 1024 * 1024,  # of one request; a longer film comes in chunks
    "max_video_bytes": 10 * 1024**3,
    # limits; "tier" limited or full, counted only when "throttle" is on
    "throttle": False,
    "tier": "full",
    "score_code": 17,  # or 613: how a full score is told
    "hourly_limits": {},  # {"ads_management" | "ads_insights" | "custom_audience": calls}
    "usage_headers": True,  # or False, "no_reset", "no_tier": with less in them, as recorded at other times
    "content_type": "application/json; charset=UTF-8",
    "entity_tags": False,
    "max_ad_sets_per_campaign": 200,
    "max_ads_per_ad_set": 50,
    "budget_edits_per_hour": 4,
    # rules
    "check_assets": True,
    "echo_placements": False,
    "inventory_filter": [],  # the account's own brand_safety_content_filter_levels
    "copyright_check": "complete",
    "retired_interests": [],
    "enforce_regions": True,
    "copies_keep_labels": True,
    "status_steps": False,  # True: an ad's switch in two events; "reviewed": by way of Meta's review, and each edit too
    "log_of_one": "honoured",  # what the account's log makes of oid: also ignored, refused, empty, creations, behind
    "calls_kept": 100000,
}


def settings(changes: dict[str, Any]) -> dict[str, Any]:
    unknown = sorted(set(changes) - set(DEFAULTS))
    if unknown:
        raise ValueError(f"unknown settings: {', '.join(unknown)}")
    wrong = sorted(key for key, value in changes.items() if not _fits(key, value))
    if wrong:
        raise ValueError(f"settings of a wrong kind: {', '.join(wrong)}")
    return {**DEFAULTS, **changes}


def _fits(key: str, value: Any) -> bool:
    """As the default is: a switch, a number from 0 to a sensible end, a text, a list of texts, a table of numbers."""
    if key in _CHOICES:
        return any(value == one and type(value) is type(one) for one in _CHOICES[key])
    if key in _VERSIONS:
        return _VERSIONS[key](value)
    return _SHAPES[type(DEFAULTS[key])](value)


def _version(value: Any) -> bool:
    return isinstance(value, str) and bool(_VERSION.match(value))


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < _MOST


_MOST = 10**12
_VERSION = re.compile(r"v[0-9]{1,3}\.[0-9]{1,2}$")
_VERSIONS: dict[str, Callable[[Any], bool]] = {
    "default_version": _version,
    "live_versions": lambda value: value is None or (isinstance(value, list) and all(map(_version, value))),
}
_CHOICES: dict[str, tuple[Any, ...]] = {
    "tier": ("limited", "full"),
    "score_code": (17, 613),
    "usage_headers": (True, False, "no_reset", "no_tier"),
    "status_steps": (False, True, "reviewed"),
    "copyright_check": ("complete", "in_progress", "error"),
    "strict_tokens": (None, True, False),
    "log_of_one": ("honoured", "ignored", "refused", "empty", "creations", "behind"),
}
_SHAPES: dict[type, Callable[[Any], bool]] = {
    bool: lambda value: isinstance(value, bool),
    int: _number,
    str: lambda value: isinstance(value, str) and value.isprintable(),
    list: lambda value: isinstance(value, list) and all(isinstance(one, str) and one.isprintable() for one in value),
    dict: lambda value: isinstance(value, dict) and all(map(_number, value.values())),
}

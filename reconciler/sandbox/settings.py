"""What the control endpoint may tune. Every default is the sandbox's own choice."""

from __future__ import annotations

from typing import Any

DEFAULTS: dict[str, Any] = {
    # tokens
    "app_id": "1100220033004400",
    "app_name": "Reconciler",
    "app_secret": "",
    "require_appsecret_proof": False,
    "strict_tokens": None,  # None: strict once a token has been configured
    # versions
    "auto_upgrade": True,
    "latest_version": "v26.0",
    "live_versions": ["v25.0", "v26.0"],
    # delays, by the sandbox's clock
    "review_seconds": 30,
    "review_paused_ads": True,
    "reject_word": "SANDBOX_REJECT",
    "in_process_seconds": 0,
    "video_seconds": 1,
    "list_lag_seconds": 0,
    "label_lag_seconds": 0,
    "read_lag_seconds": 0,
    # insights
    "insights_seed": "sandbox",
    "insights_seconds": 3,
    "insights_fail": False,
    "async_request_seconds": 1,
    "insights_max_cells": 200000,
    "insights_max_page_size": 5000,
    # sizes
    "default_page_size": 25,
    "max_page_size": 500,
    "video_chunk_bytes": 1048576,
    "max_body_bytes": 100 * 1024 * 1024,
    # limits; "tier" limited or full, counted only when "throttle" is on
    "throttle": False,
    "tier": "full",
    "score_code": 17,  # or 613: how a full score is told
    "hourly_limits": {},  # {"ads_management" | "ads_insights" | "custom_audience": calls}
    "usage_headers": True,
    "max_ad_sets_per_campaign": 200,
    "max_ads_per_ad_set": 50,
    "budget_edits_per_hour": 4,
    # rules
    "check_assets": True,
    "retired_interests": [],
    "enforce_regions": True,
    "copies_keep_labels": True,
    "calls_kept": 100000,
}


def settings(changes: dict[str, Any]) -> dict[str, Any]:
    unknown = sorted(set(changes) - set(DEFAULTS))
    if unknown:
        raise ValueError(f"unknown settings: {', '.join(unknown)}")
    return {**DEFAULTS, **changes}

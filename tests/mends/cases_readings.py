"""Mends of values that may be read in two ways, or are written as another tool says them."""

from __future__ import annotations

from mends.case import PROJECT_FILE, SHORT, Case, edited

AMOUNTS = [
    edited(
        "write 20.00 SGD where Meta's count is meant, or 2000.00 SGD",
        SHORT.replace("50.00 SGD", '"2000"'),
        ('"2000"', right),
    )
    for right in ("20.00 SGD", "2000.00 SGD")
] + [
    edited(
        "write 20.00 SGD where Meta's count is meant, or 2000.00 SGD",
        SHORT + 'spend_cap: "2000"\n',
        ('"2000"', "2000.00 SGD"),
    )
]

LIMITS = [
    Case(
        mend,
        {PROJECT_FILE: f"project: acme\npolicies: {{max_daily_budget: {written}}}\n"},
        {PROJECT_FILE: "project: acme\npolicies: {max_daily_budget: 100.00 SGD}\n"},
    )
    for mend, written in (
        ("write 100.00 SGD", "100.00"),
        ("write 1.00 SGD where Meta's count is meant, or 100.00 SGD", "100"),
        ("write one amount and its currency, as in 50.00 SGD", "[true]"),
    )
]

ENDS = [
    edited(
        "write 2026-12-31 00:00 or 2026-12-31 23:59",
        f"{SHORT}deactivate_at: {written}\n",
        (written, "2026-12-31 23:59"),
    )
    for written in ("31 Dec 2026 midnight", "31 December 2026, 12am")
]

WINDOWS = [
    edited(mend, f"{SHORT}attribution_spec: {written}\n", (written, right))
    for mend, written, right in (
        (
            "write attribution_spec: [{event_type: CLICK_THROUGH, window_days: 7}]",
            "7d_click",
            "[{event_type: CLICK_THROUGH, window_days: 7}]",
        ),
        (
            "write {event_type: CLICK_THROUGH, window_days: 7}",
            "[7d_click]",
            "[{event_type: CLICK_THROUGH, window_days: 7}]",
        ),
        (
            "write attribution_spec: [{event_type: CLICK_THROUGH, window_days: 7}]",
            "{event_type: CLICK_THROUGH, window_days: 7}",
            "[{event_type: CLICK_THROUGH, window_days: 7}]",
        ),
        (
            "write a list of windows, such as [{event_type: CLICK_THROUGH, window_days: 7}]",
            "standard",
            "[{event_type: CLICK_THROUGH, window_days: 7}]",
        ),
    )
]

LISTS = [
    edited("write a list in brackets, such as [one, two]", SHORT + 'previously: "!!"\n', ('"!!"', "[one, two]")),
]

COUNTRIES = [
    edited("write SG, MY, without the quotes around it", SHORT + 'countries: ["SG, MY"]\n', ('"SG, MY"', "SG, MY")),
]

CASES = [*AMOUNTS, *LIMITS, *ENDS, *WINDOWS, *LISTS, *COUNTRIES]

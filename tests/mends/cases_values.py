"""Mends of single values and keys: a word that is not known, a value of another kind."""

from __future__ import annotations

from mends.case import ACCOUNT, ACCOUNT_FILE, SHORT, Case, edited, full

UNKNOWN_KEYS = [
    edited("did you mean daily_budget?", SHORT.replace("daily_budget", "daly_budget"), ("daly_budget", "daily_budget")),
    edited("write headline", SHORT.replace("headline", "title"), ("title", "headline")),
    edited(
        "write daily_budget",
        SHORT.replace("daily_budget: 50.00 SGD", "budget: 50.00 SGD"),
        ("budget: 50.00 SGD", "daily_budget: 50.00 SGD"),
    ),
    edited(
        "write optimization_goal, on the ad set",
        SHORT.replace("{image", "{optimization_goal: OFFSITE_CONVERSIONS, image"),
        ("optimization_goal: OFFSITE_CONVERSIONS, ", ""),
        ("ad:", "optimization_goal: OFFSITE_CONVERSIONS\nad:"),
    ),
    edited(
        "remove it; a Marketing API parameter that has no name here goes under raw:",
        SHORT + "qqqqq: 1\n",
        ("qqqqq: 1\n", ""),
    ),
    edited(
        "write it under raw: raw: {pacing_type: …}",
        SHORT + "pacing_type: [standard]\n",
        ("pacing_type: [standard]", "raw: {pacing_type: [standard]}"),
    ),
    edited("known keys: ", SHORT + "lifecycle: {qqqqq: 1}\n", ("lifecycle: {qqqqq: 1}\n", "")),
    Case(
        "write targeting: {genders: [2]}",
        full("gender: women"),
        full("targeting: {genders: [2], geo_locations: {countries: [MY]}}"),
    ),
]

MISSING = [
    edited("add name: ", SHORT.replace("name: Spring\n", ""), ("daily", "name: Spring\ndaily")),
    Case("add currency: ", {ACCOUNT_FILE: ACCOUNT.replace("currency: SGD\n", "")}, {ACCOUNT_FILE: ACCOUNT}),
]

CASES = [*UNKNOWN_KEYS, *MISSING]

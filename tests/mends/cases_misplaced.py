"""Keys that stand a level too deep or too shallow."""

from __future__ import annotations

from support.declaring import ACCOUNT

from mends.case import ACCOUNT_FILE, AD, BASE, CAMPAIGN, PROJECT_FILE, Case, edited, full

TWO_ADS = "name: Spring\ndaily_budget: 50.00 SGD\nads:\n  hero:\n    {}\n".replace(
    "    {}\n",
    "    image: b.png\n    primary_text: Shop now.\n    destination_url: https://acme.example/\n    headline: Shop\n",
)
LIFECYCLE = f"name: Spring\ndaily_budget: 50.00 SGD\nlifecycle:\n  protect: true\n  ad: {AD}\n"
LATER = "activate_at: 2026-12-01 09:00\n"

CASES = [
    edited(
        "write ad beside lifecycle, 2 spaces further out",
        LIFECYCLE,
        (f"  ad: {AD}", f"ad: {AD}"),
        said="5:3: unknown key 'ad'",
    ),
    edited(
        "write headline below hero, two spaces further in",
        TWO_ADS.replace("    headline", "  headline"),
        ("  headline", "    headline"),
        said="8:3: headline stands among the keys of ads, as if it were an ad",
    ),
    edited(
        "write optimization_goal beside ads, 2 spaces further out",
        TWO_ADS + "  optimization_goal: OFFSITE_CONVERSIONS\n",
        ("  optimization_goal", "optimization_goal"),
        said="9:3: optimization_goal stands among the keys of ads, as if it were an ad",
    ),
    edited(
        "write activate_at below hero, two spaces further in, or beside ads, 2 spaces further out",
        f"{TWO_ADS}  {LATER}",
        (f"  {LATER}", LATER),
        said="9:3: activate_at stands among the keys of ads, as if it were an ad",
    ),
    edited(
        "write daily_budget beside targeting, further out",
        full("targeting: {age_min: 21, daily_budget: 20.00 SGD}\n", campaign=""),
        (", daily_budget: 20.00 SGD}", "}\n    daily_budget: 20.00 SGD"),
    ),
    Case(
        "write max_daily_budget below policies, further in",
        {ACCOUNT_FILE: f"{ACCOUNT}max_daily_budget: 300.00 SGD\n"},
        {ACCOUNT_FILE: f"{ACCOUNT}policies:\n  max_daily_budget: 300.00 SGD\n"},
    ),
    Case(
        "write timezone beside policies, 2 spaces further out",
        {PROJECT_FILE: "project: acme\npolicies:\n  timezone: Asia/Singapore\n"},
        {PROJECT_FILE: "project: acme\npolicies: {}\ntimezone: Asia/Singapore\n"},
    ),
    Case(
        "write payer below regulated.singapore or regulated.",
        {ACCOUNT_FILE: 'account: act_1234567890\nname: Acme\ncurrency: SGD\npayer: "22"\n', CAMPAIGN: None},
        {ACCOUNT_FILE: ACCOUNT, CAMPAIGN: BASE[CAMPAIGN]},
    ),
]

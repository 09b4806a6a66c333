"""Mends of policies, and of amounts under `raw` that no policy can judge."""

from __future__ import annotations

from mends.case import ACCOUNT, ACCOUNT_FILE, AD, PROJECT_FILE, SHORT, Case, edited, full


def project(policies: str) -> dict[str, str]:
    return {PROJECT_FILE: f"project: acme\npolicies: {{{policies}}}\n"}


def account(policies: str) -> dict[str, str]:
    return {ACCOUNT_FILE: f"{ACCOUNT}policies: {{{policies}}}\n"}


SCHEDULE = (
    '[{budget_value: 5000, budget_value_type: ABSOLUTE, time_start: "2026-12-12T00:00:00+0800", '
    'time_end: "2026-12-13T00:00:00+0800"}]'
)
SPENDS = (
    "budget_source budget_split_set_id recurring_budget_semantics meta_moment_maker_spec rf_prediction_id "
    "rb_prediction_id daily_imps lifetime_imps"
).split()
ON_THE_CAMPAIGN = ("is_meta_moment_maker_enabled", "campaign_group_budget")

CASES = [
    Case(
        "add an amount in SGD beside what stands there, in one list",
        project("max_daily_budget: 500.00 USD"),
        project("max_daily_budget: [500.00 USD, 500.00 SGD]"),
    ),
    Case(
        "add an amount in SGD beside what stands there, in one list, or write max_daily_budget below policies",
        project("max_daily_budget: 500.00 USD"),
        {**project("max_daily_budget: 500.00 USD"), **account("max_daily_budget: 500.00 SGD")},
    ),
    edited(
        "lower the budget, or raise the limit at ",
        SHORT,
        ("50.00 SGD", "10.00 SGD"),
        beside=account("max_daily_budget: 10.00 SGD"),
    ),
    Case(
        "lower the budget, or raise the limit at ",
        account("max_daily_budget: 10.00 SGD"),
        account("max_daily_budget: 50.00 SGD"),
    ),
    edited(
        "lower the budgets of the account, or raise the limit",
        SHORT,
        ("50.00 SGD", "10.00 SGD"),
        beside=account("max_account_daily_budget: 10.00 SGD"),
    ),
    Case(
        "lower the budgets of the account, or raise the limit",
        account("max_account_daily_budget: 10.00 SGD"),
        account("max_account_daily_budget: 50.00 SGD"),
    ),
    edited(
        "lead to an allowed domain, or add it at ",
        SHORT,
        ("acme.example", "shop.example"),
        beside=account("allowed_domains: [shop.example]"),
    ),
    Case(
        "lead to an allowed domain, or add it at ",
        account("allowed_domains: [shop.example]"),
        account("allowed_domains: [shop.example, acme.example]"),
    ),
    edited(
        "write a name that matches in full", SHORT, ("Spring", "SG Spring"), beside=account('name_pattern: "SG .*"')
    ),
    edited(
        "write url_tags: utm_source=meta in the ad",
        SHORT,
        ("{image", "{url_tags: utm_source=meta, image"),
        beside=account("require_url_tags: true"),
    ),
    edited(
        "write url_tags: utm_source=meta in the ad, its campaign",
        SHORT,
        ("ad:", "url_tags: utm_source=meta\nad:"),
        beside=account("require_url_tags: true"),
    ),
    Case(
        "write url_tags: utm_source=meta in the ad, its campaign or its account",
        account("require_url_tags: true"),
        {ACCOUNT_FILE: account("require_url_tags: true")[ACCOUNT_FILE] + "url_tags: utm_source=meta\n"},
    ),
    *[
        edited(
            "remove it: nothing here says what it spends",
            full(f"raw: {{{name}: 1}}"),
            (f"    raw: {{{name}: 1}}\n", ""),
        )
        for name in SPENDS
    ],
    *[
        edited(
            "remove it: nothing here says what it spends",
            SHORT + f"raw: {{{name}: true}}\n",
            (f"raw: {{{name}: true}}\n", ""),
        )
        for name in ON_THE_CAMPAIGN
    ],
    edited(
        "remove it: budget_schedule_specs alone says what is added and when",
        full("raw: {is_budget_schedule_enabled: true}"),
        ("    raw: {is_budget_schedule_enabled: true}\n", ""),
    ),
    edited(
        "write daily_budget or lifetime_budget in each ad set",
        full(campaign="raw: {adset_budgets: [{adset_id: '1', daily_budget: 5}]}\n").replace(
            "countries", "daily_budget: 5.00 SGD\n    countries"
        ),
        ("raw: {adset_budgets: [{adset_id: '1', daily_budget: 5}]}\n", ""),
    ),
    edited(
        "write bid_amount in each ad set",
        SHORT + "raw: {adset_bid_amounts: {'1': 5}}\n",
        ("raw: {adset_bid_amounts: {'1': 5}}\n", "bid_amount: 5.00 SGD\n"),
    ),
    *[
        edited(
            f"write {ours}",
            full(f'raw: {{{theirs}: "2026-12-01T09:00:00+0800"}}'),
            (f'raw: {{{theirs}: "2026-12-01T09:00:00+0800"}}', f"{ours}: 2026-12-01 09:00"),
        )
        for theirs, ours in (("time_start", "activate_at"), ("time_stop", "deactivate_at"))
    ],
    edited(
        "write [{budget_value: 5000",
        SHORT + "raw: {budget_schedule_specs: 5000}\n",
        ("budget_schedule_specs: 5000", f"budget_schedule_specs: {SCHEDULE}"),
    ),
    edited(
        "write [{budget_value: 5000",
        f"name: S\ndaily_budget: 50.00 SGD\nraw: {{budget_schedule_specs: [{{budget_value: 5}}]}}\nad: {AD}\n",
        ("[{budget_value: 5}]", SCHEDULE),
    ),
]

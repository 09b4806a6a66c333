"""Mends of what files are made of: keys, templates, levels, settings of project and account."""

from __future__ import annotations

from mends.case import ACCOUNT, AD, CAMPAIGN, PROJECT_FILE, SHORT, Case, edited, full

TEMPLATE = "desired/templates/base.yaml"


def project(text: str) -> dict[str, str]:
    return {PROJECT_FILE: f"project: acme\n{text}\n"}


def defaults(campaign: str, ad_set: str = "") -> dict[str, str]:
    return project(f"defaults: {{campaign: {{{campaign}}}, ad_set: {{{ad_set}}}}}")


MANY = "".join(f"  {key}: {{}}\n" for key in (f"a{i}" for i in range(150)))
WIDE = f"raw: {{pacing_type: {list(range(2000))}}}\n"
ELSEWHERE = "desired/campaigns/acme-gs/more.yaml"
OTHER = SHORT.replace("Spring", "More")
PROFILE = full("optimization_goal: VISIT_INSTAGRAM_PROFILE")
SECOND = "desired/accounts/acme-two.yaml"

KEYS_AND_LEVELS = [
    Case(
        "move countries to a template that the campaigns extend, or to their files; or remove it",
        {**project("defaults: {ad_set: {countries: [MY]}}"), CAMPAIGN: SHORT},
        {**project(""), CAMPAIGN: SHORT + "countries: [MY]\n"},
        said="2:21: countries takes effect nowhere: every campaign has the preset advantage_plus_sales, which says it "
        "itself",
    ),
    Case(
        "did you mean acme-sg? Else add desired/accounts/acme-gs.yaml",
        {ELSEWHERE: OTHER},
        {ELSEWHERE.replace("acme-gs", "acme-sg"): OTHER},
    ),
    Case(
        "did you mean acme-sg? Else add desired/accounts/acme-gs.yaml",
        {ELSEWHERE: OTHER},
        {ELSEWHERE: OTHER, "desired/accounts/acme-gs.yaml": ACCOUNT.replace("act_1", "act_2")},
    ),
    Case(
        "if its file is desired/accounts/acme-new.yaml now, rename desired/campaigns/acme-2 to acme-new as well, and "
        "write previously: [acme-2] into that file; else add desired/accounts/acme-2.yaml",
        {
            "desired/campaigns/acme-2/more.yaml": OTHER,
            "desired/accounts/acme-new.yaml": ACCOUNT.replace("act_1", "act_2"),
        },
        {
            "desired/campaigns/acme-new/more.yaml": OTHER,
            "desired/accounts/acme-new.yaml": ACCOUNT.replace("act_1", "act_2") + "previously: [acme-2]\n",
        },
    ),
    Case(
        "add desired/accounts/acme-sg-2.yaml",
        {"desired/campaigns/acme-sg-2/more.yaml": OTHER},
        {
            "desired/campaigns/acme-sg-2/more.yaml": OTHER,
            "desired/accounts/acme-sg-2.yaml": ACCOUNT.replace("act_1", "act_2"),
        },
    ),
    Case(
        "add desired/accounts/zzz.yaml",
        {"desired/campaigns/zzz/more.yaml": OTHER},
        {"desired/campaigns/zzz/more.yaml": OTHER, "desired/accounts/zzz.yaml": ACCOUNT.replace("act_1", "act_2")},
    ),
    Case("one ad account has one file", {SECOND: ACCOUNT}, {}),
    edited(
        "take base out of this line: mid brings it; what of base is to win is written here",
        SHORT + "extends: [mid, base]\n",
        ("[mid, base]", "[mid]"),
        beside={TEMPLATE: "url_tags: a=b\n", TEMPLATE.replace("base", "mid"): "extends: base\nurl_tags: c=d\n"},
    ),
    edited("did you mean base?", SHORT + "extends: bsae\n", ("bsae", "base"), beside={TEMPLATE: "url_tags: a=b\n"}),
    Case(
        "add desired/templates/base.yaml",
        SHORT + "extends: base\n",
        {CAMPAIGN: SHORT + "extends: base\n", TEMPLATE: "url_tags: a=b\n"},
    ),
    edited("write ad (one ad), or ads (one ad set), or ad_sets", SHORT + f"ads: {{x: {AD}}}\n", (f"ad: {AD}\n", "")),
    edited("write ad (one ad) or ads", full().replace("    ads:", f"    ad: {AD}\n    ads:"), (f"    ad: {AD}\n", "")),
    edited("write the ad's fields below it, or delete the key", SHORT.replace(AD, ""), ("ad: \n", f"ad: {AD}\n")),
    edited("write the ad's fields below it, or delete the key", SHORT.replace(AD, ""), ("ad: \n", "")),
    edited(
        "move it to ad_sets.<key>.billing_event",
        full() + "billing_event: IMPRESSIONS\n",
        ("billing_event: IMPRESSIONS\n", ""),
        ("    ads:", "    billing_event: IMPRESSIONS\n    ads:"),
    ),
    edited(
        "move it to ad_sets.<key>.promoted_object; what is the campaign's own goes under raw",
        full() + "promoted_object: {application_id: '1'}\n",
        ("promoted_object: {application_id: '1'}\n", "raw: {promoted_object: {application_id: '1'}}\n"),
    ),
    edited(
        "move it to ad_sets.<key>.promoted_object",
        PROFILE + 'promoted_object: {page_id: "1029"}\n',
        ('promoted_object: {page_id: "1029"}\n', ""),
        ("    ads:", '    promoted_object: {page_id: "1029"}\n    ads:'),
    ),
    Case(
        "move it to defaults.ad_set.billing_event",
        {CAMPAIGN: full(), **defaults("billing_event: IMPRESSIONS")},
        {CAMPAIGN: full(), **defaults("", "billing_event: IMPRESSIONS")},
    ),
    Case(
        "move it to defaults.ad_set.promoted_object; what is the campaign's own",
        {
            CAMPAIGN: PROFILE,
            **defaults('promoted_object: {page_id: "1029"}'),
        },
        {
            CAMPAIGN: PROFILE,
            **defaults("", 'promoted_object: {page_id: "1029"}'),
        },
    ),
    Case(
        "move it to a template in desired/templates, or to the campaign file",
        defaults("previously: [old]"),
        {CAMPAIGN: SHORT + "previously: [old]\n"},
    ),
    Case(
        "move it to a template in desired/templates",
        {CAMPAIGN: "name: S\ndaily_budget: 50.00 SGD\nextends: base\n", **defaults(f"ads: {{x: {AD}}}")},
        {CAMPAIGN: "name: S\ndaily_budget: 50.00 SGD\nextends: base\n", TEMPLATE: f"ads: {{x: {AD}}}\n"},
    ),
    edited("write activate_at", full("start_time: 2026-12-01T09:00:00+0800"), ("start_time", "activate_at")),
    edited("write deactivate_at", full("end_time: 2026-12-31T09:00:00+0800"), ("end_time", "deactivate_at")),
    edited(
        "write eu below regulated in the account's file, or this under raw",
        full("dsa_payor: Acme"),
        ("dsa_payor: Acme", "raw: {dsa_payor: Acme}"),
    ),
    edited(
        "write this under raw",
        full("budget_schedule_specs: []"),
        ("budget_schedule_specs: []", "raw: {budget_schedule_specs: []}"),
    ),
    edited(
        "write them below regulated in the account's file, or this under raw",
        full("regional_regulated_categories: [TAIWAN_FINSERV]"),
        ("regional_regulated_categories: [TAIWAN_FINSERV]", "raw: {regional_regulated_categories: [TAIWAN_FINSERV]}"),
    ),
    Case(
        "split it into several campaigns",
        f"name: S\ndaily_budget: 50.00 SGD\ncountries: [SG]\n{WIDE}ad_sets:\n{MANY}",
        f"name: S\ndaily_budget: 50.00 SGD\ncountries: [SG]\n{WIDE}ad_sets:\n  a0: {{}}\n",
    ),
]


def pinned(version: str) -> dict[str, str]:
    return project(f"api_version: {version}")


LATER = "2027-01-15T10:00:00+08:00"
"""When v25.0 has less than sixty days left."""

SETTINGS = [
    Case("write api_version: v26.0 in desired/project.yaml", pinned("v24.0"), pinned("v26.0")),
    Case(
        "write api_version: v26.0 in desired/project.yaml, or upgrade the reconciler", pinned("v99.0"), pinned("v26.0")
    ),
    Case("write api_version: v26.0 in desired/project.yaml", pinned("v25.0"), pinned("v26.0"), now=LATER),
    Case(
        "write api_version: v26.0, or look at the ad set's devices",
        {CAMPAIGN: full("targeting: {user_os: [iOS]}"), **pinned("v27.0")},
        {CAMPAIGN: full("targeting: {user_os: [iOS]}"), **pinned("v26.0")},
    ),
    Case("did you mean Asia/Singapore", project("timezone: Singapore"), project("timezone: Asia/Singapore")),
    Case(
        "write letters, digits, - and /: reconciler-state",
        project("state: {branch: what is known}"),
        project("state: {branch: reconciler-state}"),
    ),
    Case(
        "write a branch of its own: reconciler-state",
        project("state: {branch: main}"),
        project("state: {branch: reconciler-state}"),
    ),
    Case(
        "rename it, to runs-sg.yaml for instance, with its folders of that name, and write previously: [runs] into it",
        {"desired/accounts/runs.yaml": ACCOUNT.replace("act_1", "act_2")},
        {"desired/accounts/runs-sg.yaml": ACCOUNT.replace("act_1", "act_2") + "previously: [runs]\n"},
    ),
    Case(
        "write a place of the tz database, such as Asia/Singapore, or UTC",
        project("timezone: Qqqq"),
        project("timezone: UTC"),
    ),
    Case(
        "write days and hours of one day",
        project("policies: {activation_window: always}"),
        project('policies: {activation_window: "Mon-Fri 09:00-18:00"}'),
    ),
    Case(
        "write an amount such as 500.00 SGD, or remove it",
        project("policies: {max_daily_budget: []}"),
        project("policies: {max_daily_budget: 500.00 SGD}"),
    ),
    Case(
        "write 5.00 SGD where Meta's count is meant, or 500.00 SGD",
        project("policies: {max_daily_budget: 500}"),
        project("policies: {max_daily_budget: 500.00 SGD}"),
    ),
    Case(
        "keep one of them",
        project("policies: {max_daily_budget: [500.00 SGD, 400.00 SGD]}"),
        project("policies: {max_daily_budget: [500.00 SGD]}"),
    ),
    Case(
        "put a backslash before what stands for itself",
        project('policies: {name_pattern: "("}'),
        project('policies: {name_pattern: ".*"}'),
    ),
]

TARGETING = [
    edited(
        "write geo_locations: {countries: [SG]}",
        full("targeting: {geo_locations: [SG]}"),
        ("geo_locations: [SG]", "geo_locations: {countries: [SG]}"),
    ),
    edited(
        "write targeting_automation: {advantage_audience: 0}",
        full("targeting: {targeting_automation: 1}"),
        ("targeting_automation: 1", "targeting_automation: {advantage_audience: 0}"),
    ),
    edited(
        "write countries: [SG]",
        full("targeting: {geo_locations: {countries: SG}}"),
        ("countries: SG", "countries: [SG]"),
    ),
    edited(
        "write two-letter codes, in quotes where YAML mistakes them",
        full("targeting: {geo_locations: {countries: [65]}}"),
        ("[65]", "[SG]"),
    ),
]

CASES = [*KEYS_AND_LEVELS, *SETTINGS, *TARGETING]

"""Mends of what Meta would refuse: budgets, goals, places, ages, bids, times, ads."""

from __future__ import annotations

from mends.case import ACCOUNT, ACCOUNT_FILE, AD, CAMPAIGN, SHORT, Case, edited, full

OFF_PRESET = "preset: none\nobjective: OUTCOME_SALES\noptimization_goal: OFFSITE_CONVERSIONS\n"
ENDS = "deactivate_at: 2026-12-31 23:59\n"
WITH_FILM = SHORT.replace("image: b.png", "video: a.mp4")


def in_currency(code: str) -> dict[str, str]:
    return {ACCOUNT_FILE: ACCOUNT.replace("SGD", code)}


BUDGETS = [
    edited(
        "keep daily_budget or lifetime_budget",
        SHORT + "lifetime_budget: 900.00 SGD\n" + ENDS,
        ("daily_budget: 50.00 SGD\n", ""),
    ),
    edited(
        "keep daily_budget or lifetime_budget",
        full("daily_budget: 5.00 SGD\nlifetime_budget: 90.00 SGD\n" + ENDS, ""),
        ("    lifetime_budget: 90.00 SGD\n", ""),
    ),
    edited(
        "add daily_budget: 50.00 SGD to the campaign",
        SHORT.replace("daily_budget: 50.00 SGD\n", ""),
        ("name: Spring\n", "name: Spring\ndaily_budget: 50.00 SGD\n"),
    ),
    *[
        edited(
            f"add daily_budget: {amount} to the campaign",
            SHORT.replace("daily_budget: 50.00 SGD\n", ""),
            ("name: Spring\n", f"name: Spring\ndaily_budget: {amount}\n"),
            beside=in_currency(amount[-3:]),
        )
        for amount in ("5000 JPY", "500000 IDR", "5000 TWD", "50.00 USD")
    ],
    edited(
        "move the budgets of its ad sets there, as one",
        f"name: S\nad_sets:\n  a: {{daily_budget: 5.00 SGD, ads: {{x: {AD}}}}}\n"
        f"  b: {{daily_budget: 6.00 SGD, ads: {{x: {AD}}}}}\n",
        ("name: S\n", "name: S\ndaily_budget: 11.00 SGD\n"),
        ("daily_budget: 5.00 SGD, ", ""),
        ("daily_budget: 6.00 SGD, ", ""),
    ),
    edited(
        "remove it",
        f"name: S\ndaily_budget: 50.00 SGD\nad_sets:\n  a: {{daily_budget: 5.00 SGD, ads: {{x: {AD}}}}}\n",
        ("daily_budget: 5.00 SGD, ", ""),
    ),
    edited(
        "remove it, or the campaign's, and then give each ad set one",
        full("daily_budget: 5.00 SGD"),
        ("    daily_budget: 5.00 SGD\n", ""),
    ),
    edited(
        "remove it, or the campaign's, and then give each ad set one",
        full("daily_budget: 5.00 SGD"),
        ("\ndaily_budget: 50.00 SGD\n", "\n"),
    ),
    edited(
        "add daily_budget: 50.00 SGD to one of the two",
        full(campaign=""),
        ("ad_sets:\n", "daily_budget: 50.00 SGD\nad_sets:\n"),
    ),
    edited(
        "add daily_budget: 50.00 SGD to one of the two",
        full(campaign=""),
        ("  a:\n", "  a:\n    daily_budget: 50.00 SGD\n"),
    ),
    edited("add deactivate_at", full("lifetime_budget: 90.00 SGD", ""), ("ad_sets:\n", ENDS + "ad_sets:\n")),
    edited(
        "add deactivate_at, or use daily_budget",
        full("lifetime_budget: 90.00 SGD", ""),
        ("lifetime_budget", "daily_budget"),
    ),
]

NO_GOAL = full().replace("    optimization_goal: LINK_CLICKS\n", "")
APP = 'promoted_object: {application_id: "1", object_store_url: "https://apps.apple.com/app/id1"}'


FITTING = {
    "OUTCOME_SALES": "IMPRESSIONS LINK_CLICKS OFFSITE_CONVERSIONS REACH VALUE",
    "OUTCOME_TRAFFIC": "IMPRESSIONS LANDING_PAGE_VIEWS LINK_CLICKS REACH VISIT_INSTAGRAM_PROFILE",
    "OUTCOME_AWARENESS": "AD_RECALL_LIFT IMPRESSIONS REACH THRUPLAY",
}
"""By objective: the goals that the mend lists for an account with a page and a pixel."""

NO_PIXEL = {ACCOUNT_FILE: ACCOUNT.replace('pixel: "5647"\n', "")}
NO_PAGE = {ACCOUNT_FILE: ACCOUNT.replace('page: "1029"\n', "")}

GOALS = [
    edited(
        "write objective: OUTCOME_SALES and optimization_goal: OFFSITE_CONVERSIONS",
        SHORT + "preset: none\ncountries: [MY]\n",
        ("preset: none\n", OFF_PRESET),
    ),
    *[
        edited(
            f"write optimization_goal: {' or '.join(goals.split())}",
            NO_GOAL.replace("OUTCOME_TRAFFIC", objective),
            ("    ads:", f"    optimization_goal: {goal}\n    ads:"),
        )
        for objective, goals in FITTING.items()
        for goal in goals.split()
    ],
    edited(
        "write optimization_goal: IMPRESSIONS or LINK_CLICKS or REACH",
        NO_GOAL.replace("OUTCOME_TRAFFIC", "OUTCOME_SALES"),
        ("    ads:", "    optimization_goal: REACH\n    ads:"),
        beside=NO_PIXEL,
    ),
    edited(
        "write optimization_goal: LINK_CLICKS",
        NO_GOAL.replace("    ads:", "    billing_event: LINK_CLICKS\n    ads:"),
        ("    ads:", "    optimization_goal: LINK_CLICKS\n    ads:"),
    ),
    edited(
        "write optimization_goal: IMPRESSIONS or LANDING_PAGE_VIEWS or LINK_CLICKS or REACH or "
        "VISIT_INSTAGRAM_PROFILE, with billing_event: IMPRESSIONS",
        NO_GOAL.replace("    ads:", "    billing_event: THRUPLAY\n    ads:"),
        ("billing_event: THRUPLAY", "billing_event: IMPRESSIONS\n    optimization_goal: REACH"),
    ),
    edited(
        "write optimization_goal: IMPRESSIONS or LANDING_PAGE_VIEWS or LINK_CLICKS or REACH or "
        "VISIT_INSTAGRAM_PROFILE, with billing_event: IMPRESSIONS",
        full("optimization_goal: VALUE\nbilling_event: PAGE_LIKES"),
        ("VALUE\n    billing_event: PAGE_LIKES", "REACH\n    billing_event: IMPRESSIONS"),
    ),
    Case(
        "write optimization_goal: AD_RECALL_LIFT or IMPRESSIONS or REACH or THRUPLAY",
        {**NO_PAGE, CAMPAIGN: NO_GOAL.replace("OUTCOME_TRAFFIC", "OUTCOME_AWARENESS")},
        {CAMPAIGN: full("optimization_goal: REACH", objective="OUTCOME_AWARENESS")},
    ),
    *[
        edited(
            f"write optimization_goal: {better}{otherwise}, and promoted_object: {{application_id: …",
            full(f"optimization_goal: REACH\nbilling_event: {billed}", objective="OUTCOME_APP_PROMOTION").replace(
                *goal
            ),
            ("    billing_event", f"    {APP}\n    billing_event"),
            (f"billing_event: {billed}", f"billing_event: {event}"),
            ("  a:\n", f"  a:\n    optimization_goal: {better}\n"),
            *[("    optimization_goal: REACH\n", "")] * (not goal[0]),
        )
        for billed, event, better, otherwise in (
            ("LINK_CLICKS", "LINK_CLICKS", "LINK_CLICKS", ""),
            ("PAGE_LIKES", "IMPRESSIONS", "APP_INSTALLS", ", with billing_event: IMPRESSIONS"),
        )
        for goal in (("", ""), ("    optimization_goal: REACH\n", ""))
    ],
    edited(
        "write optimization_goal: APP_INSTALLS, and promoted_object: {application_id: …, object_store_url: …}",
        NO_GOAL.replace("OUTCOME_TRAFFIC", "OUTCOME_APP_PROMOTION"),
        ("    ads:", f"    optimization_goal: APP_INSTALLS\n    {APP}\n    ads:"),
    ),
    edited(
        "write optimization_goal: IMPRESSIONS or",
        full("optimization_goal: THRUPLAY"),
        ("optimization_goal: THRUPLAY", "optimization_goal: LINK_CLICKS"),
    ),
    edited(
        "write optimization_goal: APP_INSTALLS, and promoted_object",
        full("optimization_goal: REACH", objective="OUTCOME_APP_PROMOTION"),
        ("optimization_goal: REACH", f"optimization_goal: APP_INSTALLS\n    {APP}"),
    ),
    edited(
        "use billing_event: IMPRESSIONS",
        full("optimization_goal: LANDING_PAGE_VIEWS\nbilling_event: LINK_CLICKS"),
        ("billing_event: LINK_CLICKS", "billing_event: IMPRESSIONS"),
    ),
    edited(
        "add promoted_object: {application_id: …, object_store_url: …}",
        full("optimization_goal: APP_INSTALLS", objective="OUTCOME_APP_PROMOTION"),
        ("    optimization_goal", f"    {APP}\n    optimization_goal"),
    ),
    edited(
        "add pixel to desired/accounts/acme-sg.yaml or to the campaign",
        SHORT,
        ("ad:", 'pixel: "5647"\nad:'),
        beside=NO_PIXEL,
    ),
    Case("add pixel to desired/accounts/acme-sg.yaml", NO_PIXEL, {}),
    Case("add page to desired/accounts/acme-sg.yaml", NO_PAGE, {}),
    edited(
        "add page to desired/accounts/acme-sg.yaml or to the campaign",
        full("optimization_goal: VISIT_INSTAGRAM_PROFILE"),
        ("ad_sets:", 'page: "1"\nad_sets:'),
        beside=NO_PAGE,
    ),
]

ELSEWHERE = {ACCOUNT_FILE: ACCOUNT[: ACCOUNT.index("regulated:")]}
ADVANTAGE = "advantage_audience: true\n"

AUDIENCE = [
    edited(
        "write where the ads run, such as countries: [SG]", full("countries: []"), ("countries: []", "countries: [SG]")
    ),
    edited(
        "write where the ads run, such as countries: [US]",
        full("countries: []"),
        ("countries: []", "countries: [US]"),
        beside=ELSEWHERE,
    ),
    edited(
        "write where the ads run, such as targeting: {geo_locations: {countries: [SG]}}",
        full("targeting: {geo_locations: {countries: []}}"),
        ("countries: []", "countries: [SG]"),
    ),
    edited(
        "write where the ads run, such as targeting: {geo_locations: {countries: [US]}}",
        full("targeting: {geo_locations: {}}"),
        ("geo_locations: {}", "geo_locations: {countries: [US]}"),
        beside=ELSEWHERE,
    ),
    edited(
        "remove the key",
        full("targeting: {geo_locations: {countries: [MY], location_types: [home]}}"),
        (", location_types: [home]", ""),
    ),
    edited(
        "remove it; advantage_audience says whether Meta may look beyond",
        full("targeting: {geo_locations: {countries: [MY]}, targeting_optimization: expansion_all}"),
        (", targeting_optimization: expansion_all", ""),
    ),
    *[
        edited(f"write a whole number: {right}", full(f"targeting: {{{wrong}}}"), (wrong, right))
        for wrong, right in (
            ("age_min: 5", "age_min: 13"),
            ("age_max: 99", "age_max: 65"),
            ("age_min: '18'", "age_min: 18"),
            ("age_min: 18+", "age_min: 18"),
            ("age_min: '>18'", "age_min: 18"),
            ("age_min: 21.0", "age_min: 21"),
            ("age_max: 65+", "age_max: 65"),
            ("age_min: 25-34", "age_min: 25"),
            ("age_min: '21', age_max: '45'", "age_min: 21, age_max: 45"),
            ("age_min: adults", "age_min: 18"),
        )
    ],
    *[
        edited(
            f"write age_range: [{ages}] in place of age_min and age_max, as a suggestion",
            SHORT + f"targeting: {{{wrong}}}\n",
            (wrong, f"age_range: [{ages}]"),
        )
        for wrong, ages in (("age_max: '55'", "18, 55"), ("age_min: '30', age_max: 45", "30, 45"))
    ],
    edited(
        "swap the two",
        full("targeting: {age_min: 40, age_max: 20}"),
        ("age_min: 40, age_max: 20", "age_min: 20, age_max: 40"),
    ),
    *[
        edited(
            f"write age_range: [{low}, {high}] in place of age_min and age_max, as a suggestion; "
            "or write advantage_audience: false",
            SHORT + f"targeting: {{{ages}}}\n",
            edit,
        )
        for low, high, ages in ((30, 65, "age_min: 30"), (18, 45, "age_max: 45"), (30, 45, "age_min: 30, age_max: 45"))
        for edit in ((ages, f"age_range: [{low}, {high}]"), ("targeting", "advantage_audience: false\ntargeting"))
    ],
    edited(
        "write age_range: [30, 65] in place of age_min and age_max, as a suggestion; "
        "or write targeting_automation: {advantage_audience: 0}",
        full("targeting: {age_min: 30, targeting_automation: {advantage_audience: 1}}"),
        ("advantage_audience: 1", "advantage_audience: 0"),
    ),
    Case(
        "write age_range: [20, 40] in place of age_min and age_max",
        SHORT + "targeting: {age_min: 40, age_max: 20}\n",
        SHORT + "targeting: {age_range: [20, 40]}\n",
    ),
    edited(
        "remove it, or write preset: none",
        SHORT + "targeting: {publisher_platforms: [facebook]}\n",
        ("targeting: {publisher_platforms: [facebook]}\n", ""),
    ),
    edited(
        "remove it, or write preset: none, objective: OUTCOME_SALES, optimization_goal: OFFSITE_CONVERSIONS and where",
        SHORT + "targeting: {publisher_platforms: [facebook]}\n",
        ("targeting", f"{OFF_PRESET}countries: [SG]\ntargeting"),
    ),
]

BIDS_AND_TIMES = [
    edited(
        "move bid_strategy to the campaign",
        full("bid_strategy: COST_CAP\nbid_amount: 5.00 SGD"),
        ("    bid_strategy: COST_CAP\n", ""),
        ("ad_sets:", "bid_strategy: COST_CAP\nad_sets:"),
    ),
    edited(
        "add bid_amount: 5.00 SGD to the ad set",
        full(campaign="daily_budget: 50.00 SGD\nbid_strategy: COST_CAP\n"),
        ("    ads:", "    bid_amount: 5.00 SGD\n    ads:"),
    ),
    edited(
        "add bid_constraints: ",
        full(
            "optimization_goal: VALUE",
            "daily_budget: 50.00 SGD\nbid_strategy: LOWEST_COST_WITH_MIN_ROAS\n",
            "OUTCOME_SALES",
        ),
        ("    ads:", "    bid_constraints: {roas_average_floor: 20000}\n    ads:"),
    ),
    edited(
        "remove it, or write false: they share the campaign's budget anyway",
        SHORT + "is_adset_budget_sharing_enabled: true\n",
        ("is_adset_budget_sharing_enabled: true\n", ""),
        said="4:34: ad sets share budgets of their own, and here the campaign has the budget: Meta refuses the two "
        "together",
    ),
    edited(
        "remove it, or write false: they share the campaign's budget anyway",
        SHORT + "is_adset_budget_sharing_enabled: true\n",
        ("true", "false"),
    ),
    edited(
        "it would never run: write a deactivate_at after 2026-12-02 09:00 +08; or, where that end is right, an",
        SHORT + "activate_at: 2026-12-02 09:00\ndeactivate_at: 2026-12-01 09:00\n",
        ("deactivate_at: 2026-12-01", "deactivate_at: 2026-12-31"),
    ),
    edited(
        "it would never run: write a later one",
        SHORT + "activate_at: 2026-12-02 09:00\ndeactivate_at: 2026-12-02 09:00\n",
        ("deactivate_at: 2026-12-02", "deactivate_at: 2026-12-05"),
    ),
]

MANY_ADS = "".join(f"      x{i}: {AD}\n" for i in range(51))
MANY_SETS = "".join(f"  a{i}: {{ads: {{}}}}\n" for i in range(201))

ADS = [
    edited(
        "keep one of the two",
        SHORT.replace("{image", "{video: a.mp4, image"),
        ("video: a.mp4, ", ""),
    ),
    edited("remove it", SHORT.replace("{image", "{thumbnail: c.jpg, image"), ("thumbnail: c.jpg, ", "")),
    edited(
        "add destination_url: https://…, where a click leads",
        SHORT.replace(', destination_url: "https://acme.example/"', ""),
        ("headline: Shop", 'headline: Shop, destination_url: "https://acme.example/"'),
    ),
    edited(
        "write https://acme.example/a%20b",
        SHORT.replace("https://acme.example/", "https://acme.example/a b"),
        ("a b", "a%20b"),
    ),
    edited(
        "write https://… with the host alone",
        SHORT.replace("https://acme.example/", "https://mei@acme.example/"),
        ("mei@", ""),
    ),
    edited(
        "write https://acme.example/",
        SHORT.replace("https://acme.example/", "acme.example/"),
        ("acme.example/", "https://acme.example/"),
    ),
    Case(
        "move some of them to another ad set",
        f"name: S\ndaily_budget: 50.00 SGD\nad_sets:\n  a:\n    ads:\n{MANY_ADS}",
        f"name: S\ndaily_budget: 50.00 SGD\nad_sets:\n  a:\n    ads:\n{MANY_ADS}".replace(
            "      x50:", "  b:\n    ads:\n      x50:"
        ),
    ),
    Case(
        "move some of them to another campaign",
        f"name: S\ndaily_budget: 50.00 SGD\nad_sets:\n{MANY_SETS}",
        {
            "desired/campaigns/acme-sg/spring.yaml": f"name: S\ndaily_budget: 50.00 SGD\nad_sets:\n{MANY_SETS}".replace(
                "  a200: {ads: {}}\n", ""
            ),
            "desired/campaigns/acme-sg/more.yaml": "name: T\ndaily_budget: 50.00 SGD\nad_sets:\n  a200: {ads: {}}\n",
        },
    ),
    edited("write one of ", SHORT + "lifecycle: {ignore: [hedline]}\n", ("hedline]", "name]")),
    edited("write one of ", SHORT + "lifecycle: {ignore: [hedline]}\n", ("lifecycle: {ignore: [hedline]}\n", "")),
    edited(
        "write headline in lifecycle: {ignore: […]} of the ad",
        SHORT + "lifecycle: {ignore: [headline]}\n",
        ("lifecycle: {ignore: [headline]}\n", ""),
        (AD, AD.replace("{image", "{lifecycle: {ignore: [headline]}, image")),
    ),
    *(
        Case(
            "the short form has no place for it: write ad_sets: {main: {lifecycle: {ignore: [targeting]}, ad: …}}",
            SHORT + f"lifecycle: {{ignore: [{name}]}}\n",
            f"{SHORT.partition('ad:')[0]}ad_sets: {{main: {{lifecycle: {{ignore: [targeting]}}, ad: {AD}}}}}\n",
        )
        for name in ("targeting", "countries")
    ),
    Case(
        "the short form has no place for it: write ad_sets: {main: {lifecycle: {ignore: [targeting]}, "
        "optimization_goal: …, ad: …}}, with what stands here below these words; and in desired/templates/low.yaml "
        "write below ad_sets: main:",
        {
            CAMPAIGN: SHORT + "extends: low\nlifecycle: {ignore: [targeting]}\n",
            "desired/templates/low.yaml": "optimization_goal: VALUE\n",
        },
        {
            CAMPAIGN: f"{SHORT.partition('ad:')[0]}extends: low\n"
            f"ad_sets: {{main: {{lifecycle: {{ignore: [targeting]}}, ad: {AD}}}}}\n",
            "desired/templates/low.yaml": "ad_sets: {main: {optimization_goal: VALUE}}\n",
        },
    ),
    edited(
        "write targeting",
        full("countries: [SG]\nlifecycle: {ignore: [countries]}"),
        ("ignore: [countries]", "ignore: [targeting]"),
    ),
    edited(
        "write one of ACTIVE, PAUSED, ARCHIVED",
        SHORT + "lifecycle: {revert_drift: {status: OFF}}\n",
        ("status: OFF", "status: PAUSED"),
    ),
    edited(
        "write raw: {pacing_type: [standard]}",
        SHORT + "lifecycle: {revert_drift: {raw: 1}}\n",
        ("raw: 1", "raw: {pacing_type: [standard]}"),
    ),
    edited(
        "did you mean daily_budget?",
        SHORT + "lifecycle: {revert_drift: {daily_budgt: 80.00 SGD}}\n",
        ("daily_budgt: 80.00 SGD", "daily_budget: 80.00 SGD"),
    ),
    edited("use status, ", SHORT + "lifecycle: {revert_drift: {qqqq: 1}}\n", ("qqqq: 1", "status: PAUSED")),
    edited(
        "an ad's creative is made anew from all that is in it; overwrite it with reconciler apply --revert-drift",
        SHORT.replace(
            '"https://acme.example/"}', '"https://acme.example/", lifecycle: {revert_drift: {headline: Old}}}'
        ),
        (", lifecycle: {revert_drift: {headline: Old}}", ""),
    ),
    edited(
        "name a video here, or write image: b.png in its place", SHORT.replace("image", "video"), ("video", "image")
    ),
    edited("name a video here", SHORT.replace("image", "video"), ("b.png", "a.mp4")),
    edited(
        "name an image here, or write video: a.mp4 in its place", SHORT.replace("b.png", "a.mp4"), ("image", "video")
    ),
    edited(
        "name an image here",
        WITH_FILM.replace("{video", "{thumbnail: a.mp4, video"),
        ("thumbnail: a.mp4", "thumbnail: c.jpg"),
    ),
]

ONE = SHORT.replace("ad:", "previously: [old]\nad:")
TWO = {
    "desired/campaigns/acme-sg/spring.yaml": ONE,
    "desired/campaigns/acme-sg/copy.yaml": ONE.replace("Spring", "Copy"),
}
NAMED = SHORT + 'existing: "120210000000000001"\n'
KEYS = [
    Case(
        "one object has one address: remove the line from the one that was copied",
        TWO,
        {**TWO, "desired/campaigns/acme-sg/copy.yaml": SHORT.replace("Spring", "Copy")},
    ),
    Case(
        "leave it out: it lists former keys in the same ad account",
        SHORT.replace("ad:", "previously: [spring]\nad:"),
        SHORT,
    ),
    Case(
        "write its former key alone, ",
        ONE.replace("[old]", "[acme-my/spring]"),
        SHORT,
    ),
    Case(
        "a former key cannot be in use: remove one of the two",
        {
            "desired/campaigns/acme-sg/spring.yaml": ONE,
            "desired/campaigns/acme-sg/old.yaml": SHORT.replace("Spring", "Old"),
        },
        {"desired/campaigns/acme-sg/spring.yaml": ONE},
    ),
    Case(
        "one object has one address: remove one of the two with all its lines",
        {CAMPAIGN: NAMED, "desired/campaigns/acme-sg/too.yaml": NAMED.replace("Spring", "Too")},
        {CAMPAIGN: NAMED},
        said="1:1: existing: acme-sg/too names campaign 120210000000000001, as acme-sg/spring does "
        "(desired/campaigns/acme-sg/spring.yaml:1:1)",
    ),
]

CASES = [*BUDGETS, *GOALS, *AUDIENCE, *BIDS_AND_TIMES, *ADS, *KEYS]

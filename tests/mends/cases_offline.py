"""Mends of what Meta would refuse only once campaign and ad set exist, or advises against: each with its place."""

from __future__ import annotations

from support.declaring import AD, SHORT

from mends.case import ACCOUNT, ACCOUNT_FILE, CAMPAIGN, Case, edited, full

TRAFFIC = f"name: S\nobjective: OUTCOME_TRAFFIC\ndaily_budget: 50.00 SGD\noptimization_goal: LINK_CLICKS\nad: {AD}\n"
US_HOUSING = "special_ad_categories: [HOUSING]\nspecial_ad_category_country: [US]\n"
MY = TRAFFIC + "countries: [MY]\n"
OWN = f"name: S\nobjective: OUTCOME_TRAFFIC\nad_sets:\n  a:\n    optimization_goal: LINK_CLICKS\n    ads: {{x: {AD}}}\n"
ROAS = (
    "name: S\nobjective: OUTCOME_SALES\ndaily_budget: 50.00 SGD\noptimization_goal: VALUE\ncountries: [MY]\n"
    f"bid_strategy: LOWEST_COST_WITH_MIN_ROAS\nbid_constraints: {{roas_average_floor: 2.0}}\nad: {AD}\n"
)
TWO = (
    "name: S\nobjective: OUTCOME_TRAFFIC\ndaily_budget: 50.00 SGD\nad_sets:\n"
    "  a: {optimization_goal: LINK_CLICKS, countries: [MY]}\n  b: {optimization_goal: REACH, countries: [MY]}\n"
)


def leads(goal: str, objective: str = "OUTCOME_LEADS", more: str = "") -> str:
    return (
        f"name: S\nobjective: {objective}\ndaily_budget: 50.00 SGD\nad_sets:\n  a:\n    countries: [MY]\n"
        f"    optimization_goal: {goal}\n{more}    ads: {{x: {AD}}}\n"
    )


def with_ad(more: str) -> str:
    return SHORT.replace("{video", f"{{{more}, video")


def sale(level: str) -> str:
    """Nine hours, with the daily budget on the campaign or on its ad set."""
    times = "activate_at: 2026-12-01 09:00\ndeactivate_at: 2026-12-01 18:00\n"
    return SHORT + times if level == "campaign" else OWN + "    daily_budget: 20.00 SGD\n    countries: [MY]\n" + times


REFUSED = [
    # words of targeting
    (
        MY + "targeting: {age: 18-35}\n",
        "7:13: Meta knows no age in targeting",
        "write age_min: 18, age_max: 35",
        ("age: 18-35", "age_min: 18, age_max: 35"),
    ),
    (
        SHORT + "targeting: {age: [18, 35]}\n",
        "4:13: Meta knows no age in targeting",
        "write age_range: [18, 35], or age_min: 18, age_max: 35 and, beside targeting, advantage_audience: false",
        ("age: [18, 35]", "age_range: [18, 35]"),
    ),
    (
        MY + "targeting: {ages: 21+}\n",
        "7:13: Meta knows no ages in targeting",
        "write age_min: 21, age_max: 65",
        ("ages: 21+", "age_min: 21, age_max: 65"),
    ),
    (
        MY + "targeting: {gender: women}\n",
        "7:13: Meta knows no gender in targeting",
        "write genders: [2]; 2 is women",
        ("gender: women", "genders: [2]"),
    ),
    (
        MY + "targeting: {genders: [male]}\n",
        '7:13: genders takes a list of whole numbers, not ["male"]',
        "write genders: [1]; 1 is men",
        ("[male]", "[1]"),
    ),
    (
        MY + "targeting: {gender: all, age_min: 21}\n",
        "7:13: Meta knows no gender in targeting",
        "remove it: without it all are meant",
        ("gender: all, ", ""),
    ),
    (
        TRAFFIC + "targeting: {locations: [Malaysia, japan]}\n",
        "6:13: Meta knows no locations in targeting",
        "write countries: [MY, JP], beside targeting",
        ("targeting: {locations: [Malaysia, japan]}", "countries: [MY, JP]"),
    ),
    (
        SHORT + "targeting: {countries: [MY]}\n",
        "4:13: Meta knows no countries in targeting",
        "write countries: [MY], beside targeting",
        ("targeting: {countries: [MY]}", "countries: [MY]"),
    ),
    (
        MY + "targeting: {location: Malaysia, age_min: 21}\n",
        "7:13: Meta knows no location in targeting",
        "remove it: countries says that already, at desired/campaigns/acme-sg/spring.yaml:6:12",
        ("location: Malaysia, ", ""),
    ),
    (
        TRAFFIC + "targeting: {geo_locations: {country: my}}\n",
        "6:29: Meta knows no country in geo_locations",
        "write countries: [MY]",
        ("country: my", "countries: [MY]"),
    ),
    (
        TRAFFIC + "targeting: {custom_locations: [{latitude: 3, longitude: 101, radius: 5}]}\n",
        "6:13: Meta knows no custom_locations in targeting",
        'move it into geo_locations: {custom_locations: [{"latitude": 3, "longitude": 101, "radius": 5}]}',
        (
            "{custom_locations: [{latitude: 3, longitude: 101, radius: 5}]}",
            "{geo_locations: {custom_locations: [{latitude: 3, longitude: 101, radius: 5}]}}",
        ),
    ),
    (
        MY + "targeting: {user_os: iOS}\n",
        '7:13: user_os takes a list, not "iOS"',
        "write user_os: [iOS]",
        ("iOS", "[iOS]"),
    ),
    (
        MY + "targeting: {flexible_spec: [{interests: [coffee]}]}\n",
        '7:30: interests holds things of Meta\'s by their ids, not "coffee"',
        "write interests: [{id: …, name: coffee}], with the id that Meta's Graph API Explorer tells for"
        " /search?type=adinterest&q=coffee",
        ("[coffee]", "[{id: '6003', name: coffee}]"),
    ),
    (
        MY + "targeting: {custom_audiences: [buyers]}\n",
        '7:13: custom_audiences holds things of Meta\'s by their ids, not "buyers"',
        "write custom_audiences: [{id: …, name: buyers}], with the id that Ads Manager shows under Audiences",
        ("[buyers]", "[{id: '6003', name: buyers}]"),
    ),
    (
        MY + "targeting: {ageMin: 21}\n",
        "7:13: Meta knows no ageMin in targeting",
        "did you mean age_min?",
        ("ageMin", "age_min"),
    ),
    (
        MY + "targeting: {flexible_spec: [{interest: [{id: '6003'}]}]}\n",
        "7:30: Meta knows no interest in flexible_spec",
        'write interests: [{"id": "6003"}]',
        ("interest:", "interests:"),
    ),
    (
        MY + "targeting: {placements: [FB, Instagram]}\n",
        "7:13: Meta knows no placements in targeting",
        "write publisher_platforms: [facebook, instagram]",
        ("placements: [FB, Instagram]", "publisher_platforms: [facebook, instagram]"),
    ),
    (
        SHORT + "targeting: {placements: [FB], age_min: 21}\n",
        "4:13: Meta knows no placements in targeting",
        "remove it: Advantage+ Sales chooses where the ads stand",
        ("placements: [FB], ", ""),
    ),
    (
        MY + "targeting: {advantage_audience: 1}\n",
        "7:13: Meta knows no advantage_audience in targeting",
        "write advantage_audience: true, beside targeting",
        ("targeting: {advantage_audience: 1}", "advantage_audience: true"),
    ),
    # countries
    (
        TRAFFIC + "countries: [SG, UK]\n",
        "6:17: 'UK' is no country's code",
        "did you mean GB, United Kingdom?",
        ("UK", "GB"),
    ),
    (TRAFFIC + "countries: [SG, RU]\n", "6:17: Meta shows no ads in Russia (RU)", "remove RU", (", RU", "")),
    (
        TRAFFIC + "countries: [IR]\n",
        "6:13: Meta shows no ads in Iran (IR)",
        "write another country, such as SG",
        ("IR", "SG"),
    ),
    (
        TRAFFIC + "targeting: {geo_locations: {countries: [Singapore]}}\n",
        "6:41: 'Singapore' is no country's code",
        "did you mean SG, Singapore?",
        ("Singapore", "SG"),
    ),
    (
        TRAFFIC + "targeting: {geo_locations: {countries: [MY], cities: [{key: '1', country: CU}]}}\n",
        "6:75: Meta shows no ads in Cuba (CU)",
        "remove CU",
        (", cities: [{key: '1', country: CU}]", ""),
    ),
    (
        MY + "special_ad_categories: [HOUSING]\nspecial_ad_category_country: [UK]\n",
        "8:31: 'UK' is no country's code",
        "did you mean GB, United Kingdom?",
        ("UK", "GB"),
    ),
    (
        MY + "special_ad_categories: [HOUSING]\n",
        "7:24: HOUSING needs the countries in which it applies",
        "add special_ad_category_country: [MY]",
        ("special", "special_ad_category_country: [MY]\nspecial"),
    ),
    # placements
    (
        MY + "targeting: {publisher_platforms: [audience_network]}\n",
        "7:34: Meta does not take Audience Network alone",
        "add facebook to publisher_platforms",
        ("[audience", "[facebook, audience"),
    ),
    (
        MY + "targeting: {publisher_platforms: [fb]}\n",
        "7:35: Meta knows no platform 'fb'",
        "did you mean facebook?",
        ("fb", "facebook"),
    ),
    (
        MY + "targeting: {publisher_platforms: [facebook], facebook_positions: [story]}\n",
        "7:67: Meta takes story only beside feed in facebook_positions or story in instagram_positions",
        "add feed to facebook_positions",
        ("[story]", "[feed, story]"),
    ),
    (
        MY + "targeting: {publisher_platforms: [facebook, threads], threads_positions: [threads_stream]}\n",
        "7:75: Meta takes threads_stream only beside stream in instagram_positions",
        "add stream to instagram_positions and instagram to publisher_platforms",
        ("[facebook, threads]", "[facebook, threads, instagram], instagram_positions: [stream]"),
    ),
    # bids and goals
    (
        ROAS.replace("2.0", "2"),
        "7:39: roas_average_floor: 2 is 0.0002 in Meta's count",
        "write 2.0 for the ratio",
        ("floor: 2", "floor: 2.0"),
    ),
    (
        ROAS.replace("2.0", "'2.0'"),
        "7:39: roas_average_floor: '2.0' is no number",
        "write 2.0",
        ("'2.0'", "2.0"),
    ),
    (
        ROAS.replace("2.0", "1.00004"),
        "7:39: roas_average_floor: 1.00004 is too fine, Meta counts four decimals",
        "write 1.0",
        ("1.00004", "1.0"),
    ),
    (
        ROAS.replace("2.0", "0.001"),
        "7:39: roas_average_floor: 0.001 is out of Meta's range",
        "write a ratio from 0.01 to 1000.0",
        ("0.001", "0.01"),
    ),
    (
        ROAS.replace("roas_average_floor", "roas_floor"),
        "7:19: unknown key 'roas_floor'",
        "did you mean roas_average_floor?",
        ("roas_floor", "roas_average_floor"),
    ),
    (
        ROAS.replace("VALUE", "LINK_CLICKS"),
        "4:20: LOWEST_COST_WITH_MIN_ROAS goes only with the goal VALUE, not with LINK_CLICKS",
        "write optimization_goal: VALUE, or write bid_strategy: LOWEST_COST_WITHOUT_CAP and remove bid_constraints",
        ("LINK_CLICKS", "VALUE"),
    ),
    (
        ROAS.replace("VALUE", "LINK_CLICKS").replace("SALES", "TRAFFIC"),
        "4:20: LOWEST_COST_WITH_MIN_ROAS goes only with the goal VALUE, not with LINK_CLICKS",
        "write bid_strategy: LOWEST_COST_WITHOUT_CAP and remove bid_constraints",
        ("LOWEST_COST_WITH_MIN_ROAS\nbid_constraints: {roas_average_floor: 2.0}", "LOWEST_COST_WITHOUT_CAP"),
    ),
    (
        ROAS.replace("ad:", "bid_amount: 5.00 SGD\nad:"),
        "8:13: LOWEST_COST_WITH_MIN_ROAS takes no bid: its floor is the limit",
        "remove bid_amount",
        ("bid_amount: 5.00 SGD\n", ""),
    ),
    (
        ROAS.replace("bid_strategy: LOWEST_COST_WITH_MIN_ROAS\n", ""),
        "6:18: roas_average_floor has no effect with LOWEST_COST_WITHOUT_CAP",
        "remove bid_constraints, or write bid_strategy: LOWEST_COST_WITH_MIN_ROAS with optimization_goal: VALUE",
        ("bid_constraints: {roas_average_floor: 2.0}\n", ""),
    ),
    (
        TWO,
        "6:26: one campaign budget, two goals: LINK_CLICKS in a, REACH here",
        "write optimization_goal: LINK_CLICKS, or give each ad set a daily_budget: 20.00 SGD "
        "in place of the campaign's",
        ("REACH", "LINK_CLICKS"),
    ),
    # runs, budgets, texts, domains
    (
        sale("ad_set"),
        "10:16: it runs 9 h: Meta takes a daily budget only for more than 24 h",
        "write lifetime_budget: 20.00 SGD in place of daily_budget, or a later deactivate_at",
        ("daily_budget", "lifetime_budget"),
    ),
    (
        with_ad(f"headline: {'x' * 430}"),
        "3:16: headline has 430 characters: Meta takes 255",
        "shorten it: people see about 40",
        ("x" * 430, "x" * 40),
    ),
    (
        with_ad("conversion_domain: https://www.acme.example/shop"),
        "3:25: conversion_domain: 'https://www.acme.example/shop' is not the domain alone, as it was registered",
        "write acme.example",
        ("https://www.acme.example/shop", "acme.example"),
    ),
    # formats that are not there yet
    (
        leads("LEAD_GENERATION"),
        "7:24: LEAD_GENERATION: its ads open a lead form, and one of them names none",
        "write optimization_goal: OFFSITE_CONVERSIONS",
        ("LEAD_GENERATION", "OFFSITE_CONVERSIONS"),
    ),
    (
        leads("QUALITY_CALL", more="    promoted_object: {page_id: '1029'}\n"),
        "7:24: QUALITY_CALL: its ads open a phone call, and such ads can be made only in Ads Manager yet",
        "write optimization_goal: LINK_CLICKS",
        ("QUALITY_CALL", "LINK_CLICKS"),
    ),
    (
        leads("CONVERSATIONS", "OUTCOME_TRAFFIC"),
        "7:24: CONVERSATIONS: its ads open a chat, and such ads can be made only in Ads Manager yet",
        "write optimization_goal: LINK_CLICKS",
        ("CONVERSATIONS", "LINK_CLICKS"),
    ),
    (
        leads("EVENT_RESPONSES", "OUTCOME_ENGAGEMENT"),
        "7:24: EVENT_RESPONSES: its ads open an event, and such ads can be made only in Ads Manager yet",
        "write optimization_goal: OFFSITE_CONVERSIONS",
        ("EVENT_RESPONSES", "OFFSITE_CONVERSIONS"),
    ),
    (
        leads("LINK_CLICKS", more="    destination_type: WHATSAPP\n"),
        "8:23: WHATSAPP: its ads open a chat, and such ads can be made only in Ads Manager yet",
        "remove it",
        ("    destination_type: WHATSAPP\n", ""),
    ),
    (
        leads("LINK_CLICKS", more="    is_dynamic_creative: true\n"),
        "8:26: is_dynamic_creative: its ad mixes several videos, images or texts, which is not supported yet",
        "remove it and write an ad for each, or write the assets under the ad's raw: {asset_feed_spec: …}",
        ("    is_dynamic_creative: true\n", ""),
    ),
    (
        with_ad("call_to_action: WHATSAPP_MESSAGE"),
        "3:22: WHATSAPP_MESSAGE: its ads open a chat, and such ads can be made only in Ads Manager yet",
        "write call_to_action: LEARN_MORE",
        ("WHATSAPP_MESSAGE", "LEARN_MORE"),
    ),
    (
        with_ad("raw: {object_story_id: '1029_1122'}"),
        "3:29: an ad that shows an existing post of a page is not supported yet",
        "remove it",
        ("raw: {object_story_id: '1029_1122'}, ", ""),
    ),
]


WARNED = [
    (
        sale("campaign"),
        "5:16: it runs 9 h: Meta may take a daily budget only for more than 24 h",
        "write lifetime_budget: 50.00 SGD in place of daily_budget, or a later deactivate_at",
        ("daily_budget", "lifetime_budget"),
    ),
    (
        SHORT.replace("50.00 SGD", "50"),
        "2:15: daily_budget: 50 is 0.50 SGD, since a whole number counts the smallest unit: Meta takes about "
        "1.30 SGD a day at least",
        "write daily_budget: 50.00 SGD",
        ("budget: 50", "budget: 50.00 SGD"),
    ),
    (
        SHORT.replace("50.00 SGD", "1"),
        "2:15: daily_budget: 1 is 0.01 SGD, since a whole number counts the smallest unit: Meta takes about "
        "1.30 SGD a day at least",
        "write daily_budget: 2.00 SGD",
        ("budget: 1", "budget: 2.00 SGD"),
    ),
    (
        OWN + "    countries: [MY]\n    daily_budget: 0.50 SGD\n",
        "8:19: daily_budget: 0.50 SGD: Meta takes about 1.30 SGD a day at least",
        "write daily_budget: 2.00 SGD",
        ("0.50 SGD", "2.00 SGD"),
    ),
    (
        full("daily_min_spend_target: 30.00 SGD\ndaily_spend_cap: 20.00 SGD\n"),
        "9:29: daily_min_spend_target: 30.00 SGD is above daily_spend_cap, 20.00 SGD",
        "write daily_min_spend_target: 20.00 SGD, or less",
        ("target: 30.00 SGD", "target: 20.00 SGD"),
    ),
    (
        full(campaign="daily_budget: 2.00 SGD\n") + full().partition("ad_sets:\n")[2].replace("  a:", "  b:", 1),
        "3:15: daily_budget: 2.00 SGD for 2 ad sets: Meta takes about 2.60 SGD a day at least",
        "write daily_budget: 3.00 SGD, or fewer ad sets",
        ("budget: 2.00 SGD", "budget: 3.00 SGD"),
    ),
    (
        SHORT + "spend_cap: 20.00 SGD\n",
        "4:12: spend_cap: 20.00 SGD: Meta takes about 130.00 SGD at least",
        "write spend_cap: 150.00 SGD",
        ("20.00 SGD", "150.00 SGD"),
    ),
    (
        SHORT.replace("50.00 SGD", "100"),
        "2:15: daily_budget: 100 is 1.00 SGD, since a whole number counts the smallest unit: Meta takes about "
        "1.30 SGD a day at least",
        "write daily_budget: 100.00 SGD",
        ("budget: 100", "budget: 100.00 SGD"),
    ),
    (
        with_ad(f"headline: {'x' * 41}"),
        "3:16: headline has 41 characters: people see about 40, the rest is cut or folded away",
        "say first what counts, or shorten it",
        ("x" * 41, "x" * 40),
    ),
    (
        with_ad(f"primary_text: {'x' * 126}"),
        "3:20: primary_text has 126 characters: people see about 125, the rest is cut or folded away",
        "say first what counts, or shorten it",
        ("x" * 126, "x" * 125),
    ),
    (
        MY + "targeting: {moonphase: full}\n",
        "7:13: Meta's SDK knows no moonphase in targeting; it is sent as it is",
        "check its name with Meta's pages: a key that Meta does not know narrows nothing",
        ("targeting: {moonphase: full}\n", ""),
    ),
    (
        MY + "targeting: {publisher_platforms: [facebook, oculus]}\n",
        "7:45: no platform 'oculus' is known here; it is sent as it is",
        "known are facebook, instagram, threads, messenger, audience_network, whatsapp",
        ("facebook, oculus", "facebook"),
    ),
    (
        TRAFFIC + "countries: [SY]\n",
        "6:13: Meta may show no ads in Syria (SY)",
        "see in Ads Manager whether it can be chosen",
        ("SY", "MY"),
    ),
    (
        MY + "special_ad_categories: [HOUSING]\nspecial_ad_category_country: [SG]\n",
        "6:13: Malaysia is targeted outside special_ad_category_country",
        "add MY to special_ad_category_country",
        ("country: [SG]", "country: [SG, MY]"),
    ),
    (
        TRAFFIC + US_HOUSING + "targeting: {geo_locations: {countries: [US]}, genders: [1]}\n",
        "8:56: Meta may refuse genders of HOUSING in the United States, where all adults are reached",
        "remove genders",
        (", genders: [1]", ""),
    ),
    (
        TRAFFIC + US_HOUSING + "targeting: {geo_locations: {countries: [US]}, age_min: 25}\n",
        "8:56: Meta may refuse age_min of HOUSING in the United States, where all adults are reached",
        "remove age_min",
        (", age_min: 25", ""),
    ),
    (
        MY + "special_ad_category_country: [SG]\n",
        "7:30: special_ad_category_country has no effect without special_ad_categories",
        "remove it, or add the category",
        ("special_ad_category_country: [SG]\n", ""),
    ),
    (
        with_ad("raw: {asset_feed_spec: {titles: []}}"),
        "3:29: Meta takes asset_feed_spec without optimization_type only in an ad set with is_dynamic_creative",
        "add one of the two",
        ("titles: []", "titles: [], optimization_type: REGULAR"),
    ),
]


FED_AD = AD.replace("{video", "{raw: {asset_feed_spec: {titles: []}}, video")
FED = leads("LINK_CLICKS", more="    is_dynamic_creative: true\n").replace(AD, FED_AD)
BARE = ACCOUNT.replace("domain: acme.example\n", "")
PLAIN = "domain: acme.example\n"
BY = "write acme.example"
MORE = "is not the domain alone, as it was registered"
APP = "promoted_object: {application_id: '1', object_store_url: 'https://apps.apple.com/app/id1'}\n"

SEVERAL = [
    edited(
        "remove bid_constraints",
        MY.replace("ad:", "bid_constraints: {roas_average_floor: 2.0}\nad:"),
        ("bid_constraints: {roas_average_floor: 2.0}\n", ""),
    ),
    edited(
        "write optimization_goal: VALUE, or write bid_strategy: LOWEST_COST_WITHOUT_CAP and remove bid_constraints",
        ROAS.replace("VALUE", "LINK_CLICKS"),
        ("LOWEST_COST_WITH_MIN_ROAS\nbid_constraints: {roas_average_floor: 2.0}", "LOWEST_COST_WITHOUT_CAP"),
    ),
    edited(
        "remove bid_constraints, or write bid_strategy: LOWEST_COST_WITH_MIN_ROAS with optimization_goal: VALUE",
        ROAS.replace("bid_strategy: LOWEST_COST_WITH_MIN_ROAS\n", ""),
        ("bid_constraints", "bid_strategy: LOWEST_COST_WITH_MIN_ROAS\nbid_constraints"),
    ),
    edited(
        "write optimization_goal: LINK_CLICKS, or give each ad set a daily_budget: 20.00 SGD",
        TWO,
        ("daily_budget: 50.00 SGD\n", ""),
        ("a: {", "a: {daily_budget: 20.00 SGD, "),
        ("b: {", "b: {daily_budget: 20.00 SGD, "),
    ),
    edited(
        "write optimization_goal: OFFSITE_CONVERSIONS",
        "name: S\ndaily_budget: 50.00 SGD\nad_sets:\n  a: {countries: [MY]}\n  b: {optimization_goal: VALUE}\n",
        ("VALUE", "OFFSITE_CONVERSIONS"),
    ),
    edited(
        "write lifetime_budget: 50.00 SGD in place of daily_budget, or a later deactivate_at",
        sale("campaign"),
        ("deactivate_at: 2026-12-01", "deactivate_at: 2026-12-03"),
    ),
    Case(
        "give one of them another name",
        {CAMPAIGN: SHORT, CAMPAIGN.replace("spring", "again"): SHORT},
        {CAMPAIGN: SHORT, CAMPAIGN.replace("spring", "again"): SHORT.replace("Spring", "Again")},
    ),
    edited(
        "give each an ad set of its own",
        FED.replace("ads: {x: ", f"ads: {{y: {FED_AD}, x: "),
        (f"y: {FED_AD}, ", ""),
    ),
    edited(
        "add one of the two",
        SHORT.replace(AD, FED_AD),
        ("ad:", "is_dynamic_creative: true\nad:"),
    ),
    edited(
        "remove it and write an ad for each, or write the assets",
        SHORT + "is_dynamic_creative: true\n",
        (AD, FED_AD),
    ),
    edited("write two-letter codes, such as SG", MY.replace("[MY]", "[QZ]"), ("QZ", "SG")),
    edited(
        "write two-letter codes, such as US",
        MY.replace("[MY]", "[QZ]"),
        ("QZ", "US"),
        beside={ACCOUNT_FILE: ACCOUNT[: ACCOUNT.index("regulated:")]},
    ),
    edited(
        "add instagram to publisher_platforms",
        MY + "targeting: {publisher_platforms: [threads]}\n",
        ("[threads]", "[threads, instagram]"),
    ),
    edited(
        "add facebook to publisher_platforms",
        MY.replace("TRAFFIC", "APP_PROMOTION").replace("LINK_CLICKS", "APP_INSTALLS")
        + f"{APP}targeting: {{publisher_platforms: [audience_network]}}\n",
        ("[audience_network]", "[audience_network, facebook]"),
    ),
]

DOMAINS = [
    Case(mend, {ACCOUNT_FILE: BARE + line}, {ACCOUNT_FILE: BARE + followed}, said=f"9:{column}: {said}")
    for line, column, said, mend, followed in [
        (
            "domain: https://www.acme.example\n",
            9,
            f"domain: 'https://www.acme.example' {MORE}",
            "write acme.example",
            PLAIN,
        ),
        ("domain: www.acme.example\n", 9, f"domain: 'www.acme.example' {MORE}", BY, PLAIN),
        ("domain: acme.example/shop\n", 9, f"domain: 'acme.example/shop' {MORE}", BY, PLAIN),
        ("domain: acme.example:443\n", 9, f"domain: 'acme.example:443' {MORE}", BY, PLAIN),
        ("domain: acme\n", 9, "domain: 'acme' is no domain", "write the domain alone, such as acme.example", PLAIN),
        (
            "policies: {allowed_domains: [https://www.acme.example/, acme.example]}\n",
            30,
            "allowed_domains: 'https://www.acme.example/' is more than a domain",
            "write www.acme.example",
            "policies: {allowed_domains: [www.acme.example, acme.example]}\n",
        ),
        (
            "policies: {allowed_domains: ['*.acme.example']}\n",
            30,
            "allowed_domains: '*.acme.example' is more than a domain",
            "write acme.example",
            "policies: {allowed_domains: [acme.example]}\n",
        ),
    ]
]

PLACED = "targeting: {geo_locations: {countries: [MY]}, excluded_geo_locations: {regions: [Johor]}}\n"
KEYED = [
    edited(
        f"write {kind}: [{{key: …, name: {word}, country: …}}], with the key that Meta has for it{more}",
        SHORT + f"targeting: {{geo_locations: {{{kind}: [{written}]}}}}\n",
        (written, f"{{key: '1', name: {word}, country: MY}}"),
    )
    for kind, word, written, more in (
        ("cities", "Singapore", "Singapore", "; for the whole country, countries: [SG]"),
        ("regions", "Johor", "Johor", ""),
        ("zips", "MY:80000", "'MY:80000'", ""),
        ("cities", "Ipoh", "{name: Ipoh}", ""),
    )
] + [
    edited(
        "write regions: [{key: …, name: Johor, country: …}], with the key that Meta has for it",
        SHORT + PLACED,
        ("[Johor]", "[{key: '1', name: Johor, country: MY}]"),
    ),
    edited(
        "write custom_locations: [{latitude: …, longitude: …, radius: 10, distance_unit: kilometer, country: …}]",
        SHORT + "targeting: {geo_locations: {custom_locations: [Ipoh]}}\n",
        ("[Ipoh]", "[{latitude: 4.6, longitude: 101.1, radius: 10, distance_unit: kilometer, country: MY}]"),
    ),
]

CASES = [
    *KEYED,
    *[
        edited(f"write {right}", SHORT + f"targeting: {{{wrong}}}\n", (wrong, right))
        for wrong, right in (
            ("age_range: 18-45", "age_range: [18, 45]"),
            ("age_range: [18-45]", "age_range: [18, 45]"),
            ("age_range: {min: 18, max: 45}", "age_range: [18, 45]"),
            ("locales: 24", "locales: [24]"),
            ("locales: '24, 6'", "locales: [24, 6]"),
        )
    ],
    *[
        Case(mend, campaign, campaign.replace(*followed, 1), said=said)
        for campaign, said, mend, followed in [*REFUSED, *WARNED]
    ],
    *SEVERAL,
    *DOMAINS,
]

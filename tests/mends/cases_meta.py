"""Mends of what Meta refuses, drops or has taken away: ids, places, schedules, events, enhancements."""

from __future__ import annotations

from mends.case import SHORT, Case, edited, full

LIFETIME = "lifetime_budget: 900.00 SGD\ndeactivate_at: 2026-12-31 23:59\n"


def targeted(inner: str) -> str:
    return full(f"targeting: {{geo_locations: {{countries: [MY]}}, {inner}}}")


def placed(inner: str, kind: str = "geo_locations") -> str:
    if kind == "geo_locations":
        return full(f"targeting: {{geo_locations: {{{inner}}}}}")
    return targeted(f"{kind}: {{{inner}}}")


IDS = [
    *[
        edited(
            f"write {name}: [{{id: …, name: {word}}}], {where}",
            targeted(f"{name}: [{written}]"),
            (f"[{written}]", '[{id: "238"}]'),
        )
        for name, written, word, where in (
            ("custom_audiences", "{name: Past buyers}", "Past buyers", "with the id that Ads Manager shows"),
            ("custom_audiences", "Website visitors 30d", "Website visitors 30d", "with the id that Ads Manager shows"),
            ("excluded_custom_audiences", "{name: Past}", "Past", "with the id that Ads Manager shows"),
            (
                "interests",
                "{name: yoga}",
                "yoga",
                "with the id that Meta's Graph API Explorer tells for /search?type=adi",
            ),
            (
                "behaviors",
                "{name: travellers}",
                "travellers",
                "with the id that Meta's Graph API Explorer tells for /sea",
            ),
            ("net_worth", "{name: rich}", "rich", "with the id that Meta has for it"),
        )
    ],
    edited(
        "write interests: [{id: …, name: yoga}]",
        targeted("flexible_spec: [{interests: [{name: yoga}]}]"),
        ("{name: yoga}", '{id: "6003", name: yoga}'),
    ),
    *[
        edited(
            f"write custom_audiences: [{right}]", targeted(f"custom_audiences: [{wrong}]"), (f"[{wrong}]", f"[{right}]")
        )
        for wrong, right in (
            ("123", '{id: "123"}'),
            ('"123", 45', '{id: "123"}, {id: "45"}'),
            ("{id: 23842}", '{id: "23842"}'),
            ("{id: 23842, name: Past buyers}", '{id: "23842", name: "Past buyers"}'),
        )
    ],
    Case(
        'write each with its id in quotes, as in {id: "1000"}',
        targeted(f"custom_audiences: [{', '.join(str(1000 + i) for i in range(60))}]"),
        targeted("custom_audiences: [" + ", ".join(f'{{id: "{1000 + i}"}}' for i in range(60)) + "]"),
    ),
    edited(
        'write custom_audiences: [{id: …, name: Buyers}, {id: …, name: "Visitors: 30d"}, {id: "7"}], with the id',
        targeted('custom_audiences: [Buyers, {name: "Visitors: 30d"}, 7]'),
        (
            'custom_audiences: [Buyers, {name: "Visitors: 30d"}, 7]',
            'custom_audiences: [{id: "5", name: Buyers}, {id: "6", name: "Visitors: 30d"}, {id: "7"}]',
        ),
    ),
    Case(
        "write each as {id: …, name: buyer-0}, with the id that Ads Manager shows",
        targeted(f"custom_audiences: [{', '.join(f'buyer-{i}' for i in range(60))}]"),
        targeted("custom_audiences: [" + ", ".join(f'{{id: "{i}", name: buyer-{i}}}' for i in range(60)) + "]"),
    ),
    edited(
        'write pixel_id: "123" in quotes',
        full(
            "optimization_goal: OFFSITE_CONVERSIONS\npromoted_object: {pixel_id: 123, custom_event_type: PURCHASE}",
            objective="OUTCOME_SALES",
        ),
        ("pixel_id: 123", 'pixel_id: "123"'),
    ),
    edited(
        "copy the digits of the id from Business settings",
        full(
            "optimization_goal: OFFSITE_CONVERSIONS\npromoted_object: {pixel_id: 1.2e9, custom_event_type: PURCHASE}",
            objective="OUTCOME_SALES",
        ),
        ("1.2e9", '"1200000001"'),
    ),
]

EXCLUDED = [
    edited(
        'in place of it write excluded_custom_audiences: [{id: "238"}, {id: "239"}]',
        targeted('exclusions: {custom_audiences: [{id: "238"}, 239]}'),
        (
            'exclusions: {custom_audiences: [{id: "238"}, 239]}',
            'excluded_custom_audiences: [{id: "238"}, {id: "239"}]',
        ),
    ),
    edited(
        "in place of it write excluded_custom_audiences: [{id: …, name: Past}], with the id that Ads Manager shows",
        targeted("exclusions: {custom_audiences: [{name: Past}]}"),
        ("exclusions: {custom_audiences: [{name: Past}]}", 'excluded_custom_audiences: [{id: "238", name: Past}]'),
    ),
    edited(
        "move its custom_audiences into excluded_custom_audiences, by their ids, and remove the rest",
        targeted('exclusions: {custom_audiences: [{id: "238"}], interests: [{id: "6003", name: yoga}]}'),
        (
            'exclusions: {custom_audiences: [{id: "238"}], interests: [{id: "6003", name: yoga}]}',
            'excluded_custom_audiences: [{id: "238"}]',
        ),
    ),
    edited(
        "remove it; people who are in an audience can be left out",
        targeted('exclusions: {interests: [{id: "6003", name: yoga}]}'),
        (', exclusions: {interests: [{id: "6003", name: yoga}]}', ""),
    ),
]

RETIRED = [
    edited("remove video_feeds", targeted("facebook_positions: [feed, video_feeds]"), (", video_feeds", "")),
    edited(
        "remove instant_article", targeted("facebook_positions: [feed, instant_article]"), (", instant_article", "")
    ),
    edited(
        "write another position, such as facebook_positions: [feed]",
        targeted("facebook_positions: [Video Feeds]"),
        ("Video Feeds", "feed"),
    ),
    edited(
        "write another position, such as instagram_positions: [stream]",
        targeted("instagram_positions: [explore]"),
        ("explore", "stream"),
    ),
    edited(
        "write instagram_positions: [stream]",
        targeted('instagram_positions: "feed, explore"'),
        ('"feed, explore"', "[stream]"),
    ),
    edited(
        "remove it, and write where else the ads stand, such as publisher_platforms: [facebook]",
        targeted("publisher_platforms: [facebook, messenger], messenger_positions: [story]"),
        ("[facebook, messenger], messenger_positions: [story]", "[facebook]"),
    ),
    edited(
        "remove it, and write where else the ads stand, such as publisher_platforms: [facebook]",
        targeted("publisher_platforms: [messenger], messenger_positions: story"),
        ("[messenger], messenger_positions: story", "[facebook]"),
    ),
]

CIRCLES = [
    edited(
        "swap the two: latitude: 1.35, longitude: 103.8",
        placed(
            "custom_locations: [{latitude: 103.8, longitude: 1.35, radius: 5, distance_unit: kilometer, country: MY}]"
        ),
        ("latitude: 103.8, longitude: 1.35", "latitude: 1.35, longitude: 103.8"),
    ),
    edited(
        "write the latitude of the place, from -90 to 90",
        placed(
            "custom_locations: [{latitude: 1035, longitude: 1.35, radius: 5, distance_unit: kilometer, country: MY}]"
        ),
        ("1035", "3.1"),
    ),
    edited(
        "write the longitude of the place, from -180 to 180",
        placed(
            "custom_locations: [{latitude: 3.1, longitude: 1017, radius: 5, distance_unit: kilometer, country: MY}]"
        ),
        ("1017", "101.7"),
    ),
    edited(
        "write radius: 1",
        placed("custom_locations: [{latitude: 3, longitude: 101, radius: -5, distance_unit: kilometer, country: MY}]"),
        ("-5", "1"),
    ),
    edited(
        "write radius: 10",
        placed('cities: [{key: "1", radius: wide, distance_unit: mile, country: MY}]'),
        ("wide", "10"),
    ),
    *[
        edited(
            mend,
            placed(f'cities: [{{key: "1", radius: 20, distance_unit: {wrong}, country: MY}}]'),
            (wrong, right),
        )
        for wrong, right, mend in (
            ("km", "kilometer", "did you mean kilometer?"),
            ("Miles", "mile", "did you mean mile?"),
            ("furlong", "mile", "write distance_unit: kilometer, or mile"),
        )
    ],
    *[
        edited(
            "add distance_unit: kilometer, or mile",
            placed(f"{kind}: [{{{where}, radius: 20, country: MY}}]"),
            ("radius: 20", "radius: 20, distance_unit: mile"),
        )
        for kind, where in (("cities", 'key: "1"'), ("custom_locations", "latitude: 3.1, longitude: 101.7"))
    ],
    *[
        edited(
            mend,
            placed(f'cities: [{{key: "1", radius: {wrong}, distance_unit: {unit}, country: MY}}]'),
            (f"radius: {wrong}", f"radius: {right}"),
        )
        for wrong, right, unit, mend in (
            (5, 17, "kilometer", "write a radius from 17 to 80, or a pin in custom_locations, which may be smaller"),
            (90, 80, "kilometer", "write a radius from 17 to 80"),
            (60, 50, "mile", "write a radius from 10 to 50"),
        )
    ],
]

OVERLAPS = [
    *[
        edited(
            f"remove regions where all of MY is meant, or {others} where these places alone are",
            placed(f'countries: [{countries}], regions: [{{key: "1", country: MY}}]'),
            edit,
        )
        for countries, others, edit in (
            ("MY", "countries", (', regions: [{key: "1", country: MY}]', "")),
            ("MY", "countries", ("countries: [MY], ", "")),
            ("MY, PH", "MY from countries", ("MY, PH", "PH")),
        )
    ],
    edited(
        "remove zips where all of MY is meant",
        placed('countries: [MY], zips: [{key: "MY:50050"}]'),
        (', zips: [{key: "MY:50050"}]', ""),
    ),
    *[
        edited(
            "remove MY here, or write other places where the ads run",
            full("targeting: {geo_locations: {countries: [MY]}, excluded_geo_locations: {countries: [MY]}}"),
            edit,
        )
        for edit in ((", excluded_geo_locations: {countries: [MY]}", ""), ("countries: [MY]", "countries: [PH]"))
    ],
    *[
        edited(
            "remove it here, or where it is included",
            full("targeting: {geo_locations: {countries: [MY, PH]}, excluded_geo_locations: {countries: [MY]}}"),
            edit,
        )
        for edit in ((", excluded_geo_locations: {countries: [MY]}", ""), ("[MY, PH]", "[PH]"))
    ],
    edited(
        "remove it here, or from custom_audiences",
        targeted('custom_audiences: [{id: "1"}], excluded_custom_audiences: [{id: "1"}]'),
        (', excluded_custom_audiences: [{id: "1"}]', ""),
    ),
]

FORMER = [
    edited(
        "remove it: without preset and objective a campaign is Advantage+ Sales already",
        SHORT + "raw: {smart_promotion_type: AUTOMATED_SHOPPING_ADS}\n",
        ("raw: {smart_promotion_type: AUTOMATED_SHOPPING_ADS}\n", ""),
    ),
    edited(
        "remove it: Meta tells by the settings whether an app campaign is Advantage+",
        SHORT + "raw: {smart_promotion_type: SMART_APP_PROMOTION}\n",
        ("raw: {smart_promotion_type: SMART_APP_PROMOTION}\n", ""),
    ),
    edited(
        "remove it: without preset and objective a campaign is Advantage+ Sales already",
        SHORT + "smart_promotion_type: AUTOMATED_SHOPPING_ADS\n",
        ("smart_promotion_type: AUTOMATED_SHOPPING_ADS\n", ""),
    ),
    edited(
        "remove it: the reconciler sees to it",
        SHORT + "configured_status: ACTIVE\n",
        ("configured_status: ACTIVE\n", ""),
    ),
    edited(
        "remove it: Meta has no such limit for new Advantage+ campaigns",
        SHORT + "raw: {existing_customer_budget_percentage: 10}\n",
        ("raw: {existing_customer_budget_percentage: 10}\n", ""),
        said="4:44: existing_customer_budget_percentage was of campaigns that Meta makes no more",
    ),
]


def enhanced(inner: str) -> str:
    raw = f"raw: {{degrees_of_freedom_spec: {{creative_features_spec: {{{inner}}}}}}}"
    return SHORT.replace("{image", f"{{{raw}, image")


ENHANCEMENTS = [
    edited(
        "name its parts in its place, each with the same enroll_status: image_template, ",
        enhanced("standard_enhancements: {enroll_status: OPT_OUT}"),
        (
            "standard_enhancements: {enroll_status: OPT_OUT}",
            "image_template: {enroll_status: OPT_OUT}, image_touchups: {enroll_status: OPT_OUT}, "
            "text_optimizations: {enroll_status: OPT_OUT}, inline_comment: {enroll_status: OPT_OUT}",
        ),
    ),
    edited(
        "did you mean image_touchups?",
        enhanced("image_touchup: {enroll_status: OPT_OUT}"),
        ("image_touchup", "image_touchups"),
    ),
    *[
        edited(
            f"write inline_comment: {{enroll_status: {right}}}",
            enhanced(f"inline_comment: {wrong}"),
            (wrong, "{enroll_status: OPT_OUT}"),
        )
        for wrong, right in (
            ("{enroll_status: OFF}", "OPT_OUT"),
            ("opt_out", "OPT_OUT"),
            ("{enroll_status: maybe}", "OPT_OUT, or OPT_IN"),
        )
    ],
    edited(
        "check its name with Meta's pages",
        enhanced("shoe_size: {enroll_status: OPT_OUT}"),
        ("shoe_size", "inline_comment"),
    ),
]

HOURS = "raw: {pacing_type: [day_parting], adset_schedule: [{start_minute: 540, end_minute: 1080, days: [1, 5]}]}"


def scheduled(raw: str = HOURS) -> str:
    return full(f"lifetime_budget: 900.00 SGD\n{raw}", "deactivate_at: 2026-12-31 23:59\n")


SCHEDULES = [
    edited(
        "remove adset_schedule, or write a lifetime_budget in place of daily_budget",
        full(HOURS.replace("pacing_type: [day_parting], ", "")),
        (HOURS.replace("pacing_type: [day_parting], ", ""), ""),
    ),
    edited(
        "remove adset_schedule and pacing_type, or write a lifetime_budget in place of daily_budget",
        full(HOURS),
        (HOURS, ""),
    ),
    edited(
        "remove adset_schedule and pacing_type, or write a lifetime_budget in place of daily_budget, with",
        full(HOURS),
        ("daily_budget: 50.00 SGD\n", LIFETIME),
    ),
    edited(
        "write pacing_type: [day_parting] beside it",
        scheduled(HOURS.replace("pacing_type: [day_parting], ", "")),
        ("adset_schedule", "pacing_type: [day_parting], adset_schedule"),
    ),
    *[
        edited("write whole hours of a day in minutes", scheduled(HOURS.replace("540", wrong)), (wrong, "540"))
        for wrong in ("545", "-60", "9:00", "1080")
    ],
    edited(
        "write two of them: one until end_minute: 1440, and one from start_minute: 0",
        scheduled(HOURS.replace("540", "1320")),
        (
            "{start_minute: 1320, end_minute: 1080, days: [1, 5]}",
            "{start_minute: 1320, end_minute: 1440, days: [1, 5]}, {start_minute: 0, end_minute: 1080, days: [1, 5]}",
        ),
    ),
    *[
        edited("write days by number, from 0, Sunday", scheduled(HOURS.replace("[1, 5]", wrong)), (wrong, "[1, 5]"))
        for wrong in ("[7]", "[]", "Mon-Fri")
    ],
    edited("write days by number", scheduled(HOURS.replace(", days: [1, 5]", "")), ("1080", "1080, days: [0]")),
    edited("write pacing_type: [standard]", full("raw: {pacing_type: Standard}"), ("Standard", "[standard]")),
    edited("did you mean standard?", full("raw: {pacing_type: [Standard]}"), ("Standard", "standard")),
    edited(
        "write pacing_type: [standard], or add adset_schedule",
        full("raw: {pacing_type: [day_parting]}"),
        ("day_parting", "standard"),
    ),
    edited(
        "write pacing_type: [standard], or add adset_schedule",
        scheduled("raw: {pacing_type: [day_parting]}"),
        (
            "[day_parting]",
            "[day_parting], adset_schedule: [{start_minute: 540, end_minute: 1080, days: [1, 2, 3, 4, 5]}]",
        ),
    ),
    edited(
        'write frequency_control_specs: [{"event": "IMPRESSIONS", "interval_days": 7, "max_frequency": 2}]',
        full("raw: {frequency_control_specs: {event: IMPRESSIONS, interval_days: 7, max_frequency: 2}}"),
        (
            "{event: IMPRESSIONS, interval_days: 7, max_frequency: 2}",
            '[{"event": "IMPRESSIONS", "interval_days": 7, "max_frequency": 2}]',
        ),
    ),
    edited(
        "write tracking_specs: [",
        SHORT.replace("{image", '{raw: {tracking_specs: {action.type: [x], fb_pixel: ["5647"]}}, image'),
        ('{action.type: [x], fb_pixel: ["5647"]}', '[{"action.type": ["x"], "fb_pixel": ["5647"]}]'),
    ),
    edited(
        "write it without the quotes around it",
        full("raw: {pacing_type: '[\"standard\"]'}"),
        ("'[\"standard\"]'", '["standard"]'),
    ),
]


def raised(start: int, end: int) -> str:
    row = f"{{budget_value: 200, budget_value_type: MULTIPLIER, time_start: {start}, time_end: {end}}}"
    return full(campaign=f"daily_budget: 50.00 SGD\nraw: {{budget_schedule_specs: [{row}]}}\n")


DECEMBER = 1796083200
RAISES = [
    Case(
        f"write time_end: {DECEMBER + 10800}, or later",
        raised(DECEMBER, DECEMBER + 3600),
        raised(DECEMBER, DECEMBER + 10800),
    ),
    Case("remove it", raised(1700000000, 1700020000), full(campaign="daily_budget: 50.00 SGD\nraw: {}\n")),
]

COUNTED = "optimization_goal: OFFSITE_CONVERSIONS\n"


def counting(lines: str, campaign: str = "") -> str:
    return full(COUNTED + lines, f"daily_budget: 50.00 SGD\n{campaign}", "OUTCOME_SALES")


EVENTS = [
    edited(
        "write promoted_object: {custom_event_type: OTHER, custom_event_str: …} in place of conversion_event, ",
        counting("conversion_event: OTHER"),
        ("conversion_event: OTHER", "promoted_object: {custom_event_type: OTHER, custom_event_str: my_event}"),
    ),
    edited(
        'write promoted_object: {pixel_id: "77", custom_event_type: OTHER, custom_event_str: …} in place of '
        "conversion_event and pixel",
        counting('conversion_event: OTHER\npixel: "77"'),
        (
            'conversion_event: OTHER\n    pixel: "77"',
            'promoted_object: {pixel_id: "77", custom_event_type: OTHER, custom_event_str: my_event}',
        ),
    ),
    edited(
        "add custom_event_str: …, with the event's name as the pixel sends it",
        counting("promoted_object: {custom_event_type: OTHER}"),
        ("OTHER", "OTHER, custom_event_str: my_event"),
    ),
    edited(
        "did you mean PURCHASE?",
        counting("promoted_object: {custom_event_type: Purchase}"),
        ("Purchase", "PURCHASE"),
    ),
]


def window(event: str = "CLICK_THROUGH", days: str = "7") -> str:
    return counting(f"attribution_spec: [{{event_type: {event}, window_days: {days}}}]")


WINDOWS = [
    edited("did you mean CLICK_THROUGH?", window("click_through"), ("click_through", "CLICK_THROUGH")),
    edited("did you mean ENGAGED_VIDEO_VIEW?", window("engaged_view", "1"), ("engaged_view", "ENGAGED_VIDEO_VIEW")),
    edited("write one of CLICK_THROUGH, VIEW_THROUGH", window("SWIPE"), ("SWIPE", "CLICK_THROUGH")),
    edited(
        "add event_type: CLICK_THROUGH, or another of",
        counting("attribution_spec: [{window_days: 7}]"),
        ("window_days", "event_type: CLICK_THROUGH, window_days"),
    ),
    edited(
        "add window_days: 1 or 7",
        counting("attribution_spec: [{event_type: CLICK_THROUGH}]"),
        ("CLICK_THROUGH", "CLICK_THROUGH, window_days: 7"),
    ),
    edited("write window_days: 1 or 7", window(days="14"), ("14", "7")),
    edited("write window_days: 7", window(days="7 days"), ("7 days", "7")),
    edited("write window_days: 7", window(days='"7"'), ('"7"', "7")),
    edited("write window_days: 1 or 7", window(days="28"), ("28", "7")),
    edited("write window_days: 1", window("VIEW_THROUGH"), ("7", "1")),
]

CATEGORIES = [
    edited(
        "remove NONE",
        SHORT + "special_ad_categories: [NONE, HOUSING]\nspecial_ad_category_country: [SG]\n",
        ("NONE, ", ""),
    ),
    edited(
        "write FINANCIAL_PRODUCTS_SERVICES",
        SHORT + "special_ad_categories: [CREDIT]\nspecial_ad_category_country: [SG]\n",
        ("CREDIT", "FINANCIAL_PRODUCTS_SERVICES"),
    ),
    edited(
        "remove CREDIT",
        SHORT + "special_ad_categories: [CREDIT, FINANCIAL_PRODUCTS_SERVICES]\nspecial_ad_category_country: [SG]\n",
        ("CREDIT, ", ""),
    ),
    edited(
        "take DE out here and of the targeting",
        SHORT + "special_ad_categories: [ISSUES_ELECTIONS_POLITICS]\nspecial_ad_category_country: [DE, SG]\n",
        ("[DE, SG]", "[SG]"),
    ),
]

RUNS = [
    edited(
        "write buying_type: AUCTION where the budget of a day is meant",
        full(campaign="daily_budget: 50.00 SGD\nbuying_type: RESERVED\n"),
        ("RESERVED", "AUCTION"),
    ),
    edited(
        "write buying_type: AUCTION where the budget of a day is meant, or lifetime_budget and deactivate_at",
        full(campaign="daily_budget: 50.00 SGD\nbuying_type: RESERVED\n"),
        ("daily_budget: 50.00 SGD\n", LIFETIME),
    ),
    *[
        edited(
            "write deactivate_at: 2026-12-31 23:59 +08 if the year is a slip",
            SHORT + f"{start}deactivate_at: 2062-12-31 23:59\n",
            ("2062-12-31 23:59", "2026-12-31 23:59 +08"),
        )
        for start in ("", "activate_at: 2026-12-01 09:00\n")
    ],
    edited(
        "write it as it is meant",
        SHORT + "activate_at: 2026-12-01 09:00\ndeactivate_at: 2032-02-29 09:00\n",
        ("2032-02-29", "2027-02-28"),
    ),
    edited(
        "write the https:// address of a page",
        SHORT.replace("https://acme.example/", "https://wa.me/6512345678"),
        ("https://wa.me/6512345678", "https://acme.example/"),
    ),
]

CASES = [
    *IDS, *EXCLUDED, *RETIRED, *CIRCLES, *OVERLAPS, *FORMER, *ENHANCEMENTS, *SCHEDULES, *RAISES, *EVENTS, *WINDOWS,
    *CATEGORIES, *RUNS,
]  # fmt: skip

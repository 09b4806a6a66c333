"""Mends of short words beside their long forms, of holds, and of texts that would be lost."""

from __future__ import annotations

from mends.case import ACCOUNT, ACCOUNT_FILE, AD, CAMPAIGN, PROJECT_FILE, SHORT, Case, edited, full

SETS = """\
name: S
daily_budget: 50.00 SGD
ad_sets:
  a: {catalog: "1", promoted_object: {product_set_id: "5", pixel_id: "5647", custom_event_type: PURCHASE}}
  b: {catalog: "2", promoted_object: {product_set_id: "6", pixel_id: "5647", custom_event_type: PURCHASE}}
"""
HOLD = {PROJECT_FILE: "project: acme\ndefaults: {campaign: {status: PAUSED}}\n"}
TIMED = SHORT + "activate_at: 2026-12-01 09:00\n"
LONG = full("countries: [MY]\ntargeting: {geo_locations: {cities: [{key: '1', country: MY}]}}")
TAGGED = """\
ad:
  image: b.png
  destination_url: https://acme.example/
  url_tags: ?utm_source=meta&utm_campaign=spring sale
"""
FOLDED = """\
ad:
  image: b.png
  destination_url: https://acme.example/
  primary_text: >
    What you get
    ✅ Free delivery
    ✅ 30 days to think
"""
SWALLOWED = """\
ad:
  image: b.png
  destination_url: https://acme.example/
  primary_text: Shop now
    headline Shop
"""

CASES = [
    edited("keep one of the two; countries is short for targeting.geo_locations", LONG, ("    countries: [MY]\n", "")),
    edited(
        "keep one of the two; countries is short for",
        LONG,
        ("    targeting: {geo_locations: {cities: [{key: '1', country: MY}]}}\n", ""),
    ),
    edited("write one catalog for all", SETS, ('catalog: "2"', 'catalog: "1"')),
    edited("remove the hold there, or write status: ~", TIMED, ("activate_at", "status: ~\nactivate_at"), beside=HOLD),
    Case(
        "remove the hold there",
        {"desired/campaigns/acme-sg/spring.yaml": TIMED, **HOLD},
        {"desired/campaigns/acme-sg/spring.yaml": TIMED},
    ),
    edited("remove it", full("conversion_event: PURCHASE"), ("    conversion_event: PURCHASE\n", "")),
    edited("put the text in quotes", SHORT.replace("name: Spring", "name: #1 brand"), ("#1 brand", '"#1 brand"')),
    edited("write the text, or delete the key", SHORT.replace("headline: Shop", "headline: ~"), ("headline: ~, ", "")),
    edited(
        'put the text in quotes: name: "Sale #1 now"; a comment has two spaces',
        SHORT.replace("name: Spring", "name: Sale #1 now"),
        ("Sale #1 now", '"Sale #1 now"'),
    ),
    edited("put the whole text in quotes", SHORT.replace("Shop now.", "#1 shop\n "), ("#1 shop\n ", '"#1 shop"')),
    edited(
        "put the whole text in quotes; a comment has two spaces",
        SHORT.replace("name: Spring", "name: Spring\n  #sale"),
        ("Spring\n  #sale", '"Spring #sale"'),
    ),
    edited(
        'put it in quotes where it is the text: name: "Null"; else delete the key',
        SHORT.replace("name: Spring", "name: Null"),
        ("Null", '"Null"'),
    ),
    edited(
        'write "Spring"; where people shall see them, write name: "“Spring”"',
        SHORT.replace("Spring", "“Spring”"),
        ("“Spring”", '"Spring"'),
    ),
    edited('write "Spring"', SHORT.replace("Spring", "Spring\u200b"), ("\u200b", "")),
    edited('write "Spring & more"', SHORT.replace("Spring", "Spring &amp; more"), ("&amp;", "&")),
    edited(
        'write url_tags: "utm_source=meta&utm_campaign=spring%20sale"',
        f"{SHORT.partition('ad:')[0]}{TAGGED}",
        ("?utm_source=meta&utm_campaign=spring sale", '"utm_source=meta&utm_campaign=spring%20sale"'),
    ),
    edited(
        "use a block text: primary_text: |",
        f"{SHORT.partition('ad:')[0]}{FOLDED}",
        ("primary_text: >", "primary_text: |"),
    ),
    edited(
        'write headline: "Shop" at the level of primary_text; or put the whole text in quotes',
        f"{SHORT.partition('ad:')[0]}{SWALLOWED}",
        ("    headline Shop", '  headline: "Shop"'),
    ),
    edited(
        "add ad: with video: or image: and destination_url: below it",
        "name: Spring\ndaily_budget: 50.00 SGD\n",
        ("50.00 SGD\n", f"50.00 SGD\nad: {AD}\n"),
    ),
    *(
        edited("write status: PAUSED", f"{SHORT}{off}\n", (off, "status: PAUSED"))
        for off in ("paused: true", "active: false", "enabled: false")
    ),
    *(
        edited("write status: ACTIVE, which spends as soon as", f"{SHORT}{on}\n", (on, "status: ACTIVE"))
        for on in ("paused: false", "active: true")
    ),
    *(
        Case(
            f"delete the key; to have none here, take {name} out of {ACCOUNT_FILE}, and write it where it is wanted",
            {ACCOUNT_FILE: f'{ACCOUNT}{name}: "{value}"\n', CAMPAIGN: SHORT + f"{name}: ~\n"},
            good,
        )
        for name, value in (("instagram_user", "178"), ("url_tags", "a=b"))
        for good in (
            {ACCOUNT_FILE: f'{ACCOUNT}{name}: "{value}"\n', CAMPAIGN: SHORT},
            {ACCOUNT_FILE: ACCOUNT, CAMPAIGN: SHORT},
        )
    ),
    edited("did you mean AUCTION?", SHORT + "buying_type: Auction\n", ("Auction", "AUCTION")),
    edited('write "Spring"', SHORT.replace("Spring", '“Spring"'), ('“Spring"', '"Spring"')),
    edited('write "Shop now."', SHORT.replace("Shop now.", "<b>Shop</b> now."), ("<b>Shop</b> now.", '"Shop now."')),
    edited('write "It’s on"', SHORT.replace("headline: Shop", "headline: Itâ€™s on"), ("Itâ€™s on", '"It’s on"')),
    edited(
        "use a block text: name: |",
        SHORT.replace("Spring", "Spring\n  - Summer"),
        ("Spring\n  - Summer", "|\n  Spring\n  - Summer"),
    ),
]

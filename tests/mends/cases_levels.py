"""Mends of lines at another level than theirs, and of files that need one which cannot be read."""

from __future__ import annotations

from mends.case import ACCOUNT, ACCOUNT_FILE, AD, CAMPAIGN, PROJECT_FILE, SHORT, Case, edited

BLOCK = SHORT.replace(AD, "\n  " + AD[1:-1].replace(", ", "\n  "))
ADS = BLOCK.replace("ad: \n", "ads:\n  hero:\n").replace("\n  i", "\n    i")
ADS = ADS.replace("\n  p", "\n    p").replace("\n  headline", "\n    headline").replace("\n  d", "\n    d")
SETS = "name: Spring\ndaily_budget: 50.00 SGD\nad_sets:\n  broad:\n    countries: [MY]\n    ads:\n      x: " + AD + "\n"
DELETED = "delete the line: "

SLIPPED = [
    Case(
        "put two spaces before each line that belongs to hero: image, primary_text, headline, destination_url",
        ADS.replace("\n    ", "\n  "),
        ADS,
        said="4:3: the lines below hero: stand no further in than it",
    ),
    Case(
        "put two spaces before each line that belongs to broad: countries, ads",
        SETS.replace("\n    ads:\n      x", "\n  ads:\n    x").replace("\n    countries", "\n  countries"),
        SETS,
        said="4:3: the lines below broad: stand no further in than it",
    ),
]

WRAPPED = [
    Case(
        "delete this line, and take 2 spaces away before each line below it",
        "campaign:\n  " + BLOCK.strip().replace("\n", "\n  ") + "\n",
        BLOCK,
        said="1:1: the fields of this file stand below campaign:, further in than they belong",
    ),
    Case(
        "delete this line, and take 2 spaces away before each line below it, up to ad:",
        "campaign:\n  " + BLOCK.replace("\n", "\n  ", 1),
        BLOCK,
    ),
    Case(
        "delete this line, and take 2 spaces away before each line below it",
        {ACCOUNT_FILE: "account:\n  " + ACCOUNT.strip().replace("\n", "\n  ") + "\n"},
        {ACCOUNT_FILE: ACCOUNT},
        said="1:1: the fields of this file stand below account:, further in than they belong",
    ),
]

TARGETING = [
    edited(
        "put genders: [2] into targeting; 2 is women",
        SHORT + "Age Min: 25\nGender: Women\n",
        ("Age Min: 25\nGender: Women", "targeting: {age_min: 25, genders: [2]}"),
    ),
    edited(
        "write targeting: {genders: [2]}, beside the campaign's name; 2 is women",
        BLOCK + "  Gender: Women\n",
        ("  Gender: Women\n", ""),
        ("name: Spring\n", "name: Spring\ntargeting: {genders: [2]}\n"),
    ),
    edited(
        "write targeting: {genders: [2]}, on the ad set; 2 is women",
        SETS.replace("{image", "{Gender: Women, image"),
        ("Gender: Women, ", ""),
        ("    countries", "    targeting: {genders: [2]}\n    countries"),
    ),
]

SHORT_FORM = [
    edited(f"{DELETED}the one ad set of the short form", SHORT + "Ad Set Name: Broad\n", ("Ad Set Name: Broad\n", "")),
    edited(
        f"{DELETED}daily_budget is written already, and holds for",
        BLOCK + "  daily_budget: 50.00 SGD\n",
        ("  daily_budget: 50.00 SGD\n", ""),
    ),
    edited(
        "write daily_budget",
        SHORT.replace("daily_budget", "Ad Set Daily Budget"),
        ("Ad Set Daily Budget", "daily_budget"),
    ),
    edited(
        "write daily_budget, beside the campaign's name",
        BLOCK.replace("daily_budget: 50.00 SGD\n", "") + "  daily_budget: 50.00 SGD\n",
        ("  daily_budget: 50.00 SGD\n", ""),
        ("name: Spring\n", "name: Spring\ndaily_budget: 50.00 SGD\n"),
    ),
    edited(
        "write name, on the ad set",
        SETS.replace("{image", "{Ad Set Name: Broad, image"),
        ("Ad Set Name: Broad, ", ""),
        ("    countries", "    name: Broad\n    countries"),
    ),
]

MEDIA = [
    edited(
        "add video: or image:, with the file's path below creatives/",
        SHORT.replace("image: b.png, ", ""),
        ("{primary", "{image: b.png, primary"),
        said="3:5: video or image is missing",
    )
]

TEMPLATE = "desired/templates/sale.yaml"
UNREAD = [
    Case(
        "write currency: SGD",
        {ACCOUNT_FILE: ACCOUNT.replace("currency: SGD", "currency SGD  # checked")},
        {ACCOUNT_FILE: ACCOUNT},
        said="2:9: currency has no ':'",
    ),
    Case(
        "write url_tags: a=b",
        {TEMPLATE: "countries: [SG]\nurl_tags a=b\n"},
        {TEMPLATE: "countries: [SG]\nurl_tags: a=b\n"},
        beside={CAMPAIGN: SHORT + "extends: sale\n"},
        said="2:9: url_tags has no ':'",
    ),
    Case(
        "write project: acme",
        {PROJECT_FILE: "project acme\ndefaults: {campaign: {daily_budget: 50.00 SGD}}\n"},
        {PROJECT_FILE: "project: acme\ndefaults: {campaign: {daily_budget: 50.00 SGD}}\n"},
        beside={CAMPAIGN: SHORT.replace("daily_budget: 50.00 SGD\n", "")},
        said="1:8: project has no ':'",
    ),
]

CASES = [*SLIPPED, *WRAPPED, *TARGETING, *SHORT_FORM, *MEDIA, *UNREAD]

"""Mends of lines: a key without its ':', a text that goes on below, a list without its spaces, a comment at a link."""

from __future__ import annotations

from mends.case import ACCOUNT, ACCOUNT_FILE, PROJECT_FILE, Case, edited

SHORT = """\
name: Spring
daily_budget: 50.00 SGD
activate_at: 2026-12-05 09:00
countries: [SG]
ad:
  image: b.png
  primary_text: Shop now.
  headline: Save 30%
  destination_url: https://acme.example/
"""
FULL = """\
name: Spring
objective: OUTCOME_TRAFFIC
daily_budget: 50.00 SGD
status: PAUSED
ad_sets:
  broad:
    optimization_goal: LINK_CLICKS
    countries: [MY]
    ads:
      hero:
        image: b.png
        primary_text: Shop now.
        headline: Save 30%
        destination_url: https://acme.example/
"""


def _without_colon(text: str, line: str) -> Case:
    key = line.partition(":")[0]
    return edited(f"write {line}", text.replace(f"{key}:", key, 1), (key, f"{key}:"))


COLONS = [
    *(_without_colon(SHORT, line.strip()) for line in SHORT.splitlines()),
    *(_without_colon(FULL, line.strip()) for line in FULL.splitlines()),
    edited(
        'write headline: "Save: 30%"',
        SHORT.replace("headline: Save 30%", "headline Save: 30%"),
        ("headline Save: 30%", 'headline: "Save: 30%"'),
    ),
    edited(
        "write on_remove: pause, below lifecycle: and two spaces further in",
        SHORT + "lifecycle:\n  on_remove pause\n",
        ("on_remove", "on_remove:"),
    ),
    edited(
        "write page: two of our catalogue; where it goes on with the text above it, use a block text: name: |",
        FULL.replace("Spring\n", "Spring\npage two of our catalogue\n"),
        ("Spring\npage two", "|\n  Spring\n  page two"),
    ),
]

LISTS = [
    edited(
        "write - MY",
        SHORT.replace("[SG]", "\n  - SG\n  -MY"),
        ("-MY", "- MY"),
        said=("6:3: YAML takes '- ' with its space for an item of a list, and nothing else"),
    ),
    edited(
        "write - MY; - TH",
        SHORT.replace("[SG]", "\n  - SG\n  -MY\n  -TH"),
        ("-MY", "- MY"),
        ("-TH", "- TH"),
    ),
]

COMMENTS = [
    edited(
        "delete the comment, or keep it",
        SHORT.replace("example/", "example/ # landing"),
        (" # landing", ""),
    ),
    edited(
        "delete the comment, or keep it: a comment has two spaces",
        SHORT.replace("example/", "example/ # landing"),
        (" # landing", "  # landing"),
    ),
    edited(
        "write destination_url: https://acme.example/#top; a comment has two spaces",
        SHORT.replace("example/", "example/ #top"),
        (" #top", "#top"),
    ),
    edited("delete the comment, or keep it", SHORT + "url_tags: a=b # ours\n", (" # ours", "")),
]

BLOCK = "use a block text: primary_text: |, and each line of the text below it, two spaces further in"
TEXTS = [
    edited(BLOCK, SHORT.replace("Shop now.", written), (written, f"|\n    {followed}"))
    for written, followed in (
        ("Shop our sale:\n  - Free\n  - Returns", "Shop our sale:\n    - Free\n    - Returns"),
        ("Shop our sale:\n\n    - Free: yes\n    - Returns", "Shop our sale:\n\n    - Free: yes\n    - Returns"),
        ("> Shop now\n    Today only", "> Shop now\n    Today only"),
        ("> Shop now\n  Today only", "> Shop now\n    Today only"),
        ("- Free\n  - Returns", "- Free\n    - Returns"),
        ("Shop now.\n  headline news today", "Shop now.\n    headline news today"),
    )
]

DASHES = [
    edited(
        "where the --- belongs to the text, use a block text: primary_text: |",
        SHORT.replace("Shop now.", written),
        (written, "|\n    Shop now.\n    ---\n    Today only"),
    )
    for written in ("Shop now.\n---\nToday only", "|\n    Shop now.\n---\n    Today only")
] + [
    edited(
        "close the quote above it; where the line belongs to the text, put two spaces before it",
        SHORT.replace("Shop now.", '"Shop now.\n---\n    Today only"'),
        ("---", "  ---"),
    )
]

ADDRESS = "https://acme.example/"
LINKS = [
    edited(
        f"write destination_url: {ADDRESS}",
        SHORT.replace(ADDRESS, f"[shop]({ADDRESS})"),
        (f"[shop]({ADDRESS})", ADDRESS),
    ),
    edited(f"write {ADDRESS}", SHORT.replace(ADDRESS, f'"[shop]({ADDRESS})"'), (f'"[shop]({ADDRESS})"', ADDRESS)),
    *(
        edited("write the https:// address of a page", SHORT.replace(ADDRESS, other), (other, ADDRESS))
        for other in ("mailto:shop@acme.example", "tel:+6560000000")
    ),
]

WORDS = [
    edited(
        "write url_tags: utm_source=meta",
        SHORT + "utm_source: meta\n",
        ("utm_source: meta", "url_tags: utm_source=meta"),
    ),
    edited(
        "write url_tags: a=b&utm_source=meta&utm_medium=paid",
        SHORT + "url_tags: a=b\nutm_source: meta\nutm_medium: paid\n",
        ("url_tags: a=b\nutm_source: meta\nutm_medium: paid", "url_tags: a=b&utm_source=meta&utm_medium=paid"),
    ),
    edited(
        'write url_tags: "utm_campaign={{campaign.name}}"',
        SHORT + 'utm_campaign: "{{campaign.name}}"\n',
        ("utm_campaign:", "url_tags:"),
        ("{{", "utm_campaign={{"),
    ),
    edited(
        "write bid_strategy: COST_CAP, where the budget stands, and bid_amount: 5.00 SGD",
        SHORT + "cost_cap: 5.00 SGD\n",
        ("cost_cap:", "bid_strategy: COST_CAP\nbid_amount:"),
    ),
    edited(
        "write bid_strategy: LOWEST_COST_WITH_BID_CAP, where the budget stands, and bid_amount: 5.00 SGD",
        FULL.replace("    countries", "    bid_cap: 5.00 SGD\n    countries"),
        ("status:", "bid_strategy: LOWEST_COST_WITH_BID_CAP\nstatus:"),
        ("bid_cap:", "bid_amount:"),
    ),
    edited(
        "write attribution_spec: [{event_type: CLICK_THROUGH, window_days: 7}, {event_type: VIEW_THROUGH, ",
        SHORT + "attribution_spec: 7-day click, 1-day view\n",
        (
            "7-day click, 1-day view",
            "[{event_type: CLICK_THROUGH, window_days: 7}, {event_type: VIEW_THROUGH, window_days: 1}]",
        ),
    ),
    edited(
        "write, on an ad set with a lifetime_budget, raw: {pacing_type: [day_parting], adset_schedule: ",
        FULL.replace("daily_budget: 50.00 SGD\n", "").replace(
            "    countries", "    dayparting: weekdays\n    countries"
        ),
        ("status", "deactivate_at: 2026-12-31 23:59\nstatus"),
        (
            "dayparting: weekdays",
            "lifetime_budget: 500.00 SGD\n    raw: {pacing_type: [day_parting], adset_schedule: "
            "[{start_minute: 540, end_minute: 1080, days: [1, 2, 3, 4, 5]}]}",
        ),
    ),
    *(
        edited(
            f"write {name}: and the path of the file below creatives/, such as {name}: {example}",
            SHORT.replace("image: b.png", f"{said}: 1234567890"),
            (f"{said}: 1234567890", f"{name}: {file}"),
        )
        for said, name, example, file in (
            ("video_id", "video", "spring/hero.mp4", "a.mp4"),
            ("image_hash", "image", "spring/hero.jpg", "b.png"),
        )
    ),
    *(
        edited(
            f"write {name}: and the path of the file below creatives/, such as {name}: {example}, on the ad",
            f"{said}: 1234567890\n" + SHORT.replace("  image: b.png\n", ""),
            (f"{said}: 1234567890\n", ""),
            ("ad:\n", f"ad:\n  {name}: {file}\n"),
        )
        for said, name, example, file in (
            ("video_id", "video", "spring/hero.mp4", "a.mp4"),
            ("image_hash", "image", "spring/hero.jpg", "b.png"),
        )
    ),
    edited(
        "download it to creatives/, and write its path there: spring/hero.mp4 for a video",
        SHORT.replace("image: b.png", "video: https://youtu.be/dQw4"),
        ("https://youtu.be/dQw4", "a.mp4"),
    ),
    edited(
        'an ad has one text: write headline: "Save 30%"; for several',
        SHORT.replace("Save 30%", "\n    - Save 30%\n    - Sale"),
        ("\n    - Save 30%\n    - Sale", '"Save 30%"'),
    ),
    edited(
        'an ad has one text: write headline: "Save 30%"; for several write ads: with an ad by key for each; where',
        SHORT.replace("Save 30%", "[Save 30%, Sale]"),
        ("[Save 30%, Sale]", '"[Save 30%, Sale]"'),
    ),
    edited(
        'an ad has one text: write headline: "Save 30%"; for several write ads: with an ad by key for each',
        SHORT.replace("Save 30%", "[Save 30%, Sale]"),
        ("[Save 30%, Sale]", '"Save 30%"'),
    ),
    edited(
        "add name: …, as it is shown in Ads Manager",
        SHORT.replace("name: Spring\n", ""),
        ("daily", "name: Spring\ndaily"),
    ),
    edited(
        "write activate_at for the start, deactivate_at for the end",
        SHORT.replace("activate_at", "schedule"),
        ("schedule", "activate_at"),
    ),
]

IDENTITIES = [
    Case(mend, {ACCOUNT_FILE: ACCOUNT.replace(part, "")}, {ACCOUNT_FILE: ACCOUNT})
    for mend, part in (
        ("add payer: …, the id of a verified identity, in quotes", ', payer: "22"'),
        ("add payer: …, the name of who pays for the ads", ", payer: Acme Ltd"),
        ("add beneficiary: …, the name of who benefits from the ads", "beneficiary: Acme, "),
        ("add currency: …, the account's currency, such as SGD", "currency: SGD\n"),
        ("add account: …, the ad account's id, such as act_1234567890", "account: act_1\n"),
    )
]

KEYLESS = [
    edited(
        "write a key of your own below ads:, such as hero:, and those lines below it, two spaces further in",
        SHORT.replace("ad:\n", "ads:\n"),
        ("ads:\n", "ads:\n  hero:\n"),
        *((f"\n  {line.strip()}", f"\n    {line.strip()}") for line in SHORT.splitlines() if line.startswith("  ")),
        said="5:1: the lines below ads: are those of one ad, which has no key",
    ),
    Case(
        "write a key of your own below ad_sets:, such as main:, and those lines below it",
        FULL.replace("  broad:\n", ""),
        FULL,
        said="5:1: the lines below ad_sets: are those of one ad set, which has no key",
    ),
]

PROJECT = Case("add project: …, a short name", {PROJECT_FILE: "policies: {}\n"}, {PROJECT_FILE: "project: acme\n"})

CASES = [PROJECT, *LINKS, *WORDS, *IDENTITIES, *KEYLESS, *COLONS, *LISTS, *COMMENTS, *TEXTS, *DASHES]

"""Mends of single values and keys: a word that is not known, a value of another kind."""

from __future__ import annotations

from mends.case import ACCOUNT, ACCOUNT_FILE, AD, CAMPAIGN, PROJECT_FILE, SHORT, Case, edited, full

UNKNOWN_KEYS = [
    edited(
        "write the path of a file below creatives/, or {id:",
        SHORT.replace("image: b.png", "image: {file: b.png}"),
        ("image: {file: b.png}", "image: b.png"),
    ),
    edited("remove the line", SHORT + "spend_cap: 922337203685478\n", ("spend_cap: 922337203685478\n", "")),
    edited("did you mean daily_budget?", SHORT.replace("daily_budget", "daly_budget"), ("daly_budget", "daily_budget")),
    edited("write headline", SHORT.replace("headline", "title"), ("title", "headline")),
    edited(
        "write daily_budget",
        SHORT.replace("daily_budget: 50.00 SGD", "budget: 50.00 SGD"),
        ("budget: 50.00 SGD", "daily_budget: 50.00 SGD"),
    ),
    edited(
        "write optimization_goal, beside the campaign's name",
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
    *[
        Case(
            f"write targeting: {{{part}}}",
            SHORT + "".join(f"{line}\n" for line in written.split("; ")) + more,
            SHORT + f"targeting: {{{part}}}\n" + more,
        )
        for written, part, more in (
            ("age_min: 18", "age_min: 18", ""),
            ("age_max: 55", "age_range: [18, 55]", ""),
            ("age_min: 21; age_max: 55", "age_range: [21, 55]", ""),
            ("age: 25-34", "age_range: [25, 34]", ""),
            ("age: 25-34", "age_min: 25, age_max: 34", "advantage_audience: false\n"),
            ("age: 21+", "age_min: 21", ""),
            ("age_range: [25, 34]", "age_range: [25, 34]", ""),
            ("ages: {min: 30, max: 40}", "age_range: [30, 40]", ""),
            ("age: under 30", "age_range: [18, 30]", ""),
            ("gender: men", "genders: [1]", ""),
            ("locale: 24", "locales: [24]", ""),
            ("device: android", "user_os: [Android]", ""),
        )
    ],
    edited(
        "put age_range: [25, 34] into targeting",
        SHORT + "targeting: {genders: [2]}\nage: 25-34\n",
        ("{genders: [2]}", "{genders: [2], age_range: [25, 34]}"),
        ("age: 25-34\n", ""),
    ),
    edited("remove it: without it all are meant", SHORT + "gender: all\n", ("gender: all\n", "")),
    Case(
        "write targeting: {genders: [2]}",
        full("gender: women"),
        full("targeting: {genders: [2], geo_locations: {countries: [MY]}}"),
    ),
]

MISSING = [
    edited("add name: ", SHORT.replace("name: Spring\n", ""), ("daily", "name: Spring\ndaily")),
    Case("add currency: ", {ACCOUNT_FILE: ACCOUNT.replace("currency: SGD\n", "")}, {ACCOUNT_FILE: ACCOUNT}),
    Case(
        "write the amount in USD, or mend currency: in the account's file, if that is not USD",
        {ACCOUNT_FILE: ACCOUNT.replace("currency: SGD", "currency: USD")},
        {ACCOUNT_FILE: ACCOUNT},
    ),
]


def line(field: str, wrong: str, right: str, mend: str) -> Case:
    """A line of the campaign file; where it is right, it says what the mend says."""
    rest = SHORT.replace("daily_budget: 50.00 SGD\n", "") if field == "daily_budget" else SHORT
    return Case(mend, f"{rest}{field}: {wrong}\n", f"{rest}{field}: {right}\n")


AMOUNTS = [
    line("daily_budget", wrong, right, mend)
    for wrong, right, mend in [
        ("S$50", "50.00 SGD", "write 50.00 SGD"),
        ("US$50", "50.00 SGD", "write the amount in SGD, the account's currency, as in 50.00 SGD"),
        ("fifty", "50.00 SGD", "write one amount and its currency, as in 50.00 SGD"),
        ("50.00", "50.00 SGD", "write 50.00 SGD"),
        ("1.000", "1000.00 SGD", "write 1.00 SGD or 1000.00 SGD"),
        ("5e3", "50.00 SGD", "write one amount and its currency, as in 50.00 SGD"),
        ("true", "50.00 SGD", "write 50.00 SGD"),
        ("50.00 USD", "50.00 SGD", "write the amount in SGD"),
        ("50.00 SDG", "50.00 SGD", "did you mean SGD?"),
        ("50.00 QQQ", "50.00 SGD", "write a code such as SGD or USD"),
        ("10.123 SGD", "10.13 SGD", "write 10.12 SGD or 10.13 SGD"),
        ("50.000 SGD", "50.00 SGD", "write 50.00 SGD or 50000.00 SGD"),
        ("99999999999999.000 SGD", "50.00 SGD", "write one amount and its currency, as in 50.00 SGD"),
        ("0.00 SGD", "50.00 SGD", "write one above 0, as in 50.00 SGD"),
        ("0o777", "50.00 SGD", "write one amount and its currency, as in 50.00 SGD"),
        ("0x3E8", "50.00 SGD", "write one amount and its currency, as in 50.00 SGD"),
        ("01000", "1000.00 SGD", "write 1000.00 SGD"),
        ("0 SGD", "50.00 SGD", "write one above 0, as in 50.00 SGD"),
        ("-25.00 SGD", "25.00 SGD", "write 25.00 SGD"),
        ("-2500", "2500", "write 25.00 SGD"),
        ("10000000000001.00 SGD", "50.00 SGD", "write one that a campaign can spend"),
        ("99999999999999999.00 SGD", "50.00 SGD", "write one that a campaign can spend"),
    ]
]
UNKNOWN_CURRENCY = {ACCOUNT_FILE: ACCOUNT.replace("SGD", "QQQ"), CAMPAIGN: SHORT.replace("50.00 SGD", "5000")}

TIMES = [
    *[
        line("activate_at", wrong, right, mend)
        for wrong, right, mend in [
            ("1 Dec 2026 9am", "2026-12-01 09:00", "write 2026-12-01 09:00"),
            ("46357.375", "2026-12-01 09:00", "write 2026-12-01 09:00"),
            ("20261201", "2026-12-01 09:00", "write the time of day too: 2026-12-01 09:00"),
            ("2026-12-01", "2026-12-01 09:00", "write the time of day too: 2026-12-01 09:00"),
            ("tomorrow", "2026-12-01 09:00", "write YYYY-MM-DD HH:MM, as in 2026-12-01 09:00"),
            ("true", "2026-12-01 09:00", "write YYYY-MM-DD HH:MM, as in 2026-12-01 09:00"),
            ("2026-12-01 09:00:00.5", "2026-12-01 09:00:00", "write whole seconds: 2026-12-01 09:00:00"),
            ("1 Dec 9am", "2026-12-01 09:00", "write the year too, in place of YYYY: YYYY-12-01 09:00"),
            ("2026-12-01 09:00 SGT", "2026-12-01 09:00 +08", "write 2026-12-01 09:00 +08"),
            ("1926-12-01 09:00", "2026-12-01 09:00", "write 2000 to 2100"),
            ("2026-13-41 25:00", "2026-12-01 01:00", "write a date and time of the calendar, from 00:00 to 23:59"),
            ("2026-12-01 90:00", "2026-12-01 09:00", "write a time of day from 00:00 to 23:59, as in 2026-12-01 09:00"),
            ("2026-12-31 25:30", "2027-01-01 01:30", "write 2026-12-31 23:59, or 01:30 of the day after it"),
            ("2026-12-01 24:00", "2026-12-01 23:59", "write 2026-12-01 23:59, or 00:00 of the day after it"),
            ("2026-12-01T24:00 +07", "2026-12-01T23:59 +07", "write 2026-12-01T23:59 +07, or 00:00 of the day after"),
            ("2026-12-31 23:59:60", "2026-12-31 23:59:59", "write 2026-12-31 23:59:59, or 00:00 of the day after it"),
            ("2026-12-31 23:60", "2026-12-31 23:59", "write 2026-12-31 23:59, or 00:00 of the day after it"),
            ("2026-12-31 09:00:75", "2026-12-31 09:00:59", "write 2026-12-31 09:00:59"),
            ("2026-11-31 09:75", "2026-11-30 09:59", "write 2026-11-30 09:59"),
            ("2026-31-12 09:00", "2026-12-31 09:00", "write 2026-12-31 09:00"),
            ("2026-11-31 09:00", "2026-11-30 09:00", "write 2026-11-30 09:00"),
            ("2026-12-01 09:00 +25:00", "2026-12-01 09:00 +08", "write one from -14:00 to +14:00, as in +08"),
        ]
    ],
    *[
        line("deactivate_at", wrong, "2026-12-31 23:59", mend)
        for wrong, mend in [
            ("2026-12-31", "write the time of day too: 2026-12-31 23:59"),
            ("31 Dec 2026", "write the time of day too: 2026-12-31 23:59"),
            ("31 Dec", "write the year too, in place of YYYY: YYYY-12-31 23:59"),
        ]
    ],
    edited(
        "write YYYY-MM-DD HH:MM, as in 2026-12-01 09:00; or status: ACTIVE in place of it",
        SHORT + "activate_at: now\n",
        ("activate_at: now", "status: ACTIVE"),
    ),
    edited(
        "write 2027-03-14 01:30 -05 or 2027-03-14 03:30 -04",
        SHORT + "activate_at: 2027-03-14 02:30\n",
        ("02:30", "03:30 -04"),
        beside={PROJECT_FILE: "project: acme\ntimezone: America/New_York\n"},
    ),
    Case(
        "write an amount such as 50.00 SGD",
        UNKNOWN_CURRENCY,
        {CAMPAIGN: SHORT},
    ),
]

WORDS_AND_IDS = [
    line("status", "Off", "PAUSED", "did you mean PAUSED?"),
    line("status", "qqqq", "PAUSED", "use one of ACTIVE, ARCHIVED, PAUSED"),
    line("conversion_event", "qqqq", "LEAD", "use one of PURCHASE, ADD_TO_CART"),
    line("page", "1029", '"1029"', 'write "1029" in quotes'),
    line("page", '"#1029"', '"1029"', 'write "1029"'),
    line("page", "Acme", '"1029"', "copy the digits of the id from Business settings"),
    line("page", "1.02938E+14", '"102938000000000"', "copy the digits of the id from Business settings"),
    *[
        edited(
            f"write LEARN_MORE: ads that open {opens} can be made only in Ads Manager yet",
            SHORT.replace("{image", f"{{call_to_action: {said}, image"),
            (said, "LEARN_MORE"),
        )
        for said, opens in (("Call now", "a phone call"), ("WhatsApp", "a chat"), ("[Call now]", "a phone call"))
    ],
    edited(
        "write LINK_CLICKS, or CONVERSATIONS in an ad set without ads: ads that open a chat",
        full("optimization_goal: Conversations", objective="OUTCOME_LEADS"),
        ("Conversations", "LINK_CLICKS"),
    ),
    Case(
        "write LINK_CLICKS, or CONVERSATIONS in an ad set without ads: ads that open a chat",
        full("optimization_goal: Conversations", objective="OUTCOME_LEADS").replace(f"    ads: {{x: {AD}}}\n", ""),
        full("optimization_goal: CONVERSATIONS", objective="OUTCOME_LEADS").replace(f"    ads: {{x: {AD}}}\n", ""),
    ),
    edited(
        "remove it, or write WHATSAPP in an ad set without ads: ads that open a chat can be made only in Ads",
        full("destination_type: WhatsApp"),
        ("    destination_type: WhatsApp\n", ""),
    ),
    edited(
        "remove it, or write WHATSAPP in an ad set without ads: ads that open a chat can be made only in Ads",
        full("destination_type: WhatsApp"),
        (f"    ads: {{x: {AD}}}\n", ""),
        ("WhatsApp", "WHATSAPP"),
    ),
]

KEY_FORM = "keys are at most 63 small letters, digits, - and _"
BELOW = AD[1:-1].replace(", ", "\n  ")
MAIN = {ACCOUNT_FILE: ACCOUNT}


def account(field: str, wrong: str, right: str, mend: str) -> Case:
    rest = "".join(each for each in ACCOUNT.splitlines(keepends=True) if not each.startswith(f"{field}:"))
    return Case(mend, {ACCOUNT_FILE: f"{rest}{field}: {wrong}\n"}, {ACCOUNT_FILE: f"{rest}{field}: {right}\n"})


SHAPES = [
    edited(
        f"write hero-one; {KEY_FORM}",
        SHORT.replace("ad: {", "ads: {Hero One: {").replace("}\n", "}}\n"),
        ("Hero One", "hero-one"),
    ),
    *[
        edited(
            f"write {proposed}; {KEY_FORM}",
            SHORT.replace(f"ad: {AD}", f"ads:\n  hero: {AD}\n  Hero: {AD}\n  Hero!: {AD}"),
            ("Hero:", "hero-2:"),
            ("Hero!", "hero-3"),
        )
        for proposed in ("hero-2", "hero-3")
    ],
    edited(KEY_FORM, SHORT.replace("ad: {", "ads: {新: {").replace("}\n", "}}\n"), ("新", "new")),
    Case(
        f"rename it to spring-sale.yaml: {KEY_FORM}",
        {CAMPAIGN.replace("spring", "Spring Sale"): SHORT.replace("Spring", "Sale")},
        {CAMPAIGN.replace("spring", "spring-sale"): SHORT.replace("Spring", "Sale")},
    ),
    edited(
        "put two spaces before each line that belongs to ad: image, primary_text, headline, destination_url",
        SHORT.replace(AD, "\n" + BELOW.replace("\n  ", "\n")),
        (BELOW.replace("\n  ", "\n"), f"  {BELOW}"),
    ),
    line("countries", "worldwide", "[SG]", "write a list of two-letter country codes, such as [SG]"),
    line("countries", "Russia", "[SG]", "write a list of two-letter country codes, such as [SG]"),
    account("token", "see the wiki", "env/META_TOKEN", "write env/NAME, the name of the environment variable"),
    account("account", "Acme", "act_1234567890", "write act_ and the digits from Ads Manager's address bar"),
    account("currency", "[]", "SGD", "write a code such as SGD or USD"),
    account("policies", "{max_lateness: soon}", "{max_lateness: 24h}", "write a span of time, such as 24h"),
    account("policies", "{max_removals: few}", "{max_removals: 20}", "write a whole number"),
    account("pre_review", "perhaps", "true", "write true or false"),
    edited(
        "write the fields of the ad below it, two spaces further in",
        SHORT.replace(AD, f"\n  - {BELOW.replace(chr(10), chr(10) + '  ')}\n  - url_tags: a=b"),
        (f"- {BELOW.replace(chr(10), chr(10) + '  ')}\n  - url_tags: a=b", BELOW),
    ),
    edited(
        "write a key of your own for each ad in place of the '-'",
        SHORT.replace("ad: ", "ads: ").replace(AD, f"[{AD}]"),
        (f"[{AD}]", f"{{hero: {AD}}}"),
    ),
    edited(
        "write a key of your own for each ad set in place of the '-'",
        SHORT.replace("ad: ", "ad_sets: ").replace(AD, f"[{{ad: {AD}}}]"),
        (f"[{{ad: {AD}}}]", f"{{main: {{ad: {AD}}}}}"),
    ),
    edited(
        "write one text, in quotes",
        SHORT.replace("Spring", "\n  - Spring\n  - Sale"),
        ("\n  - Spring\n  - Sale", '"Spring"'),
    ),
    line(
        "attribution_spec",
        "7d",
        "[{event_type: CLICK_THROUGH, window_days: 7}]",
        "write a list of windows, such as [{event_type: CLICK_THROUGH, window_days: 7}]",
    ),
    line("lifecycle", "5", "{}", "write lifecycle: {}"),
    line("targeting", "5", "{genders: [2]}", "write the keys and values below it, two spaces further in"),
    edited("shorten it", SHORT.replace("Spring", "S" * 401), ("S" * 401, "Spring")),
    edited(
        "it must match ",
        SHORT + 'extends: "—"\n',
        ('"—"', "base"),
        beside={"desired/templates/base.yaml": "url_tags: a=b\n"},
    ),
    Case(
        "write api_version: v26.0",
        {PROJECT_FILE: "project: acme\napi_version: newest\n"},
        {PROJECT_FILE: "project: acme\napi_version: v26.0\n"},
    ),
    edited(
        "write one file below creatives/, such as spring/hero.mp4",
        SHORT.replace("b.png", "5"),
        ("image: 5", "image: b.png"),
    ),
]

CASES = [*UNKNOWN_KEYS, *MISSING, *AMOUNTS, *TIMES, *WORDS_AND_IDS, *SHAPES]

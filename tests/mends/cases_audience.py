"""Files of audiences, and campaigns that use them."""

from __future__ import annotations

from support.declaring import ACCOUNT

from mends.case import ACCOUNT_FILE, SHORT, Case, full

AT = "desired/audiences/acme-sg/visitors.yaml"
CAMPAIGN = "desired/campaigns/acme-sg/spring.yaml"
VISITORS = "name: Visitors\nwebsite: {days: 30}\n"
LIKE = "desired/audiences/acme-sg/like.yaml"
TOO = "desired/audiences/acme-sg/too.yaml"
LOOKALIKE = "name: Like them\nlookalike: {of: visitors, countries: [SG], ratio: 1%}\n"
BARE = {ACCOUNT_FILE: ACCOUNT.replace('page: "1029"\npixel: "5647"\n', "")}


def audience(mend: str, bad: str, good: str, **more: object) -> Case:
    return Case(mend, {AT: bad}, {AT: good}, **more)  # type: ignore[arg-type]


def lookalike(mend: str, old: str, new: str) -> Case:
    return Case(mend, {AT: VISITORS, LIKE: LOOKALIKE.replace(old, new)}, {AT: VISITORS, LIKE: LOOKALIKE})


def targeted(written: str) -> str:
    return full(f"targeting: {{geo_locations: {{countries: [MY]}}, custom_audiences: {written}}}")


def beside(mend: str, written: str, good: str) -> Case:
    """What stands on the ad set, and belongs into its targeting."""
    return Case(mend, {AT: VISITORS, CAMPAIGN: full(written)}, {AT: VISITORS, CAMPAIGN: full(good)})


CASES = [
    beside(
        "write targeting: {custom_audiences: [visitors]}",
        "custom_audiences: [visitors]",
        "targeting: {custom_audiences: [visitors]}",
    ),
    beside(
        'write targeting: {excluded_custom_audiences: [{id: "120210"}]}',
        'exclude_audiences: ["120210"]',
        'targeting: {excluded_custom_audiences: [{id: "120210"}]}',
    ),
    beside(
        "put custom_audiences: [visitors] into targeting",
        "targeting: {age_min: 21}\ncustom_audiences: [visitors]",
        "targeting: {age_min: 21, custom_audiences: [visitors]}",
    ),
    audience(
        'write url_contains: "/a", as it takes a part of the address, such as /shop; for each other part write another',
        "name: V\nwebsite: {url_contains: [/a, /b]}\n",
        'name: V\nwebsite: {url_contains: "/a"}\n',
        beside={"desired/audiences/acme-sg/b.yaml": 'name: W\nwebsite: {url_contains: "/b"}\n'},
    ),
    audience(
        "write url_contains: and a part of the address, such as /shop",
        "name: V\nwebsite: {url_contains: []}\n",
        "name: V\nwebsite: {url_contains: /shop}\n",
    ),
    Case(
        "move it to desired/audiences/acme-sg/visitors.yaml",
        {"desired/campaigns/acme-sg/visitors.yaml": VISITORS},
        {AT: VISITORS},
        said="1:1: this is an audience, not a campaign",
    ),
    Case(
        "move it to desired/audiences/<account>/visitors.yaml",
        {"desired/accounts/visitors.yaml": VISITORS},
        {AT: VISITORS},
        said="1:1: this is an audience, not an account",
    ),
    Case(
        "move what is in it to desired/audiences/, and delete it",
        {"desired/custom_audiences/acme-sg/visitors.yaml": VISITORS},
        {AT: VISITORS},
        said="1:1: nothing reads this",
    ),
    *[
        audience(mend, f"name: V\nwebsite: {{{bad}}}\n", f"name: V\nwebsite: {{{good}}}\n")
        for mend, bad, good in (
            ("write days", "retention: 30", "days: 30"),
            ("write days: and that many seconds in days", "retention_seconds: 2592000", "days: 30"),
            ("write url_contains", "url: /shop", "url_contains: /shop"),
        )
    ],
    *[
        audience(mend, f"name: V\n{bad}\n", f"name: V\n{good}\n")
        for mend, bad, good in (
            ("write it below website:, as in website: {days: 30}", "retention_days: 30", "website: {days: 30}"),
            ("remove it: website:, engagement:", "subtype: WEBSITE\nwebsite: {}", "website: {}"),
            ("write what it says in words, as in website: {", "rule: {a: b}", "website: {days: 30}"),
            ("write customer_list: {}", "customer_file_source: X", "customer_list: {}"),
        )
    ],
    Case(
        "write advantage_audience: false, so that nobody else sees the ads",
        {AT: VISITORS, CAMPAIGN: targeted("[visitors]") + "    advantage_audience: true\n"},
        {AT: VISITORS, CAMPAIGN: targeted("[visitors]") + "    advantage_audience: false\n"},
    ),
    Case(
        "write targeting_automation: {advantage_audience: 0}, so that nobody else sees the ads",
        {AT: VISITORS, CAMPAIGN: targeted("[visitors], targeting_automation: {advantage_audience: 1}")},
        {AT: VISITORS, CAMPAIGN: targeted("[visitors], targeting_automation: {advantage_audience: 0}")},
    ),
    lookalike("write of", "of: visitors", "origin_audience_id: visitors"),
    Case(
        "remove it, and name like instead",
        {AT: VISITORS, LIKE: LOOKALIKE, TOO: LOOKALIKE.replace("Like them", "Like them too")},
        {AT: VISITORS, LIKE: LOOKALIKE},
    ),
    lookalike("write ratio", "ratio", "percent"),
    Case(
        "remove it here",
        {AT: VISITORS, CAMPAIGN: targeted("[visitors, visitors]")},
        {AT: VISITORS, CAMPAIGN: targeted("[visitors]")},
    ),
    audience("put the text in place of …", "name: …\nwebsite: {}\n", "name: Visitors\nwebsite: {}\n"),
    lookalike("write of: visitors, as it takes the key of an audience", "of: visitors", "of: [visitors]"),
    audience("write one of website:, engagement:, lookalike:, customer_list:", "name: Visitors\n", VISITORS),
    audience("keep one of the two", VISITORS + "customer_list: {}\n", VISITORS),
    audience(
        'add page: "…" to the account, or below engagement',
        "name: Fans\nengagement: {}\n",
        'name: Fans\nengagement: {page: "77"}\n',
        beside={**BARE, CAMPAIGN: None},
    ),
    audience(
        'add pixel: "…" to the account, or below website',
        VISITORS,
        'name: Visitors\nwebsite: {days: 30, pixel: "77"}\n',
        beside={**BARE, CAMPAIGN: None},
    ),
    audience(
        "keep one of the two",
        'name: Fans\nengagement: {page: "77", instagram_user: "88"}\n',
        'name: Fans\nengagement: {page: "77"}\n',
    ),
    lookalike("did you mean visitors?", "of: visitors", "of: vistors"),
    lookalike("write ratio: 1%", "ratio: 1%", "ratio: 0%"),
    lookalike("write ratio: 1%", "ratio: 1%", "ratio: 0.001"),
    Case(
        "write ratio: 20%",
        {AT: VISITORS, LIKE: LOOKALIKE.replace("1%", "25%")},
        {AT: VISITORS, LIKE: LOOKALIKE.replace("1%", "20%")},
    ),
    Case(
        "write ratio: 5%",
        {AT: VISITORS, LIKE: LOOKALIKE.replace("1%", "5")},
        {AT: VISITORS, LIKE: LOOKALIKE.replace("1%", "5%")},
    ),
    lookalike("write ratio: 1%, or up to 20%", "ratio: 1%", "ratio: few"),
    lookalike("add ratio: …, what share of a country's people, from 1% (most alike) to 20%", "ratio: 1%", ""),
    lookalike("add of: …, the key of the audience that they are like, or the id of one", "of: visitors, ", ""),
    audience("write days: 180, or less", "name: V\nwebsite: {days: 200}\n", "name: V\nwebsite: {days: 180}\n"),
    audience("write days: 1, or more", "name: V\nwebsite: {days: 0}\n", "name: V\nwebsite: {days: 1}\n"),
    Case(
        "did you mean GB, United Kingdom?",
        {AT: VISITORS, LIKE: LOOKALIKE.replace("[SG]", "[SG, UK]")},
        {AT: VISITORS, LIKE: LOOKALIKE.replace("[SG]", "[SG, GB]")},
    ),
    lookalike("write two-letter codes, such as SG", "[SG]", "[XX]"),
    lookalike("remove it here", "[SG]", "[SG, SG]"),
    lookalike("name another one, or write the id of one that is not declared", "visitors", "like"),
    audience(
        "write AddToCart",
        "name: V\nwebsite: {event: ADD_TO_CART}\n",
        "name: V\nwebsite: {event: AddToCart}\n",
    ),
    Case(
        "write visitors",
        {AT: VISITORS, CAMPAIGN: targeted("[{id: 'acme-sg/audience:visitors'}]")},
        {AT: VISITORS, CAMPAIGN: targeted("[visitors]")},
    ),
    audience("write customer_list: {}", "name: V\ncustomer_list: true\n", "name: V\ncustomer_list: {}\n"),
    Case(
        "declare it, or write it as {id: …}, with the id that Ads Manager shows under Audiences",
        {AT: VISITORS, CAMPAIGN: targeted("[newsletter]")},
        {AT: VISITORS, CAMPAIGN: targeted('[{id: "120210"}]')},
    ),
    Case(
        "declare it, or write the id of one that is not, in quotes",
        {LIKE: LOOKALIKE.replace("visitors", "nobody")},
        {LIKE: LOOKALIKE.replace("visitors", '"120210"')},
    ),
    Case(
        "did you mean visitors?",
        {AT: VISITORS, CAMPAIGN: targeted("[visitor]")},
        {AT: VISITORS, CAMPAIGN: targeted("[visitors]")},
    ),
    Case(
        "move it to desired/audiences/<account>/visitors.yaml",
        {"desired/audiences/visitors.yaml": VISITORS, CAMPAIGN: SHORT},
        {AT: VISITORS, CAMPAIGN: SHORT},
    ),
]

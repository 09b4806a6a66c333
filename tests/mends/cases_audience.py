"""Files of audiences, and campaigns that use them."""

from __future__ import annotations

from support.declaring import ACCOUNT

from mends.case import ACCOUNT_FILE, SHORT, Case, full

AT = "desired/audiences/acme-sg/visitors.yaml"
CAMPAIGN = "desired/campaigns/acme-sg/spring.yaml"
VISITORS = "name: Visitors\nwebsite: {days: 30}\n"
LIKE = "desired/audiences/acme-sg/like.yaml"
LOOKALIKE = "name: Like them\nlookalike: {of: visitors, countries: [SG], ratio: 1%}\n"
BARE = {ACCOUNT_FILE: ACCOUNT.replace('page: "1029"\npixel: "5647"\n', "")}


def audience(mend: str, bad: str, good: str, **more: object) -> Case:
    return Case(mend, {AT: bad}, {AT: good}, **more)  # type: ignore[arg-type]


def lookalike(mend: str, old: str, new: str) -> Case:
    return Case(mend, {AT: VISITORS, LIKE: LOOKALIKE.replace(old, new)}, {AT: VISITORS, LIKE: LOOKALIKE})


def targeted(written: str) -> str:
    return full(f"targeting: {{geo_locations: {{countries: [MY]}}, custom_audiences: {written}}}")


CASES = [
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

"""Mends of places that ask who benefits and who pays."""

from __future__ import annotations

from mends.case import ACCOUNT, ACCOUNT_FILE, CAMPAIGN, SHORT, Case, edited, full

NOBODY = ACCOUNT[: ACCOUNT.index("regulated:")]
SG = '  singapore: {beneficiary: "11", payer: "22"}\n'
ONE = NOBODY + "regulated:\n" + SG
IDS, NAMES = '{beneficiary: "55", payer: "55"}', "{beneficiary: Acme, payer: Acme}"
FINANCIAL = (
    "daily_budget: 50.00 SGD\nspecial_ad_categories: [FINANCIAL_PRODUCTS_SERVICES]\nspecial_ad_category_country: [AU]\n"
)


def placed(geo: str, campaign: str = "daily_budget: 50.00 SGD\n") -> str:
    return full(f"targeting: {{geo_locations: {{{geo}}}}}", campaign)


def of_account(setting: str, who: str, geo: str, campaign: str = "daily_budget: 50.00 SGD\n") -> list[Case]:
    """An account without any identity, and one that has another's."""
    where = {"desired/campaigns/acme-sg/spring.yaml": placed(geo, campaign)}
    kind = "names" if setting == "eu" else "ids of verified identities, in quotes"
    first = f"add regulated: {{{setting}: {{beneficiary: …, payer: …}}}} ({kind}) to desired/accounts/acme-sg.yaml"
    next_ = f"add {setting}: {{beneficiary: …, payer: …}} ({kind}) below regulated in desired/accounts/acme-sg.yaml"
    other = NOBODY + f"regulated:\n  brazil: {IDS}\n"
    return [
        Case(
            first,
            {ACCOUNT_FILE: NOBODY, **where},
            {ACCOUNT_FILE: NOBODY + f"regulated: {{{setting}: {who}}}\n", **where},
        ),
        Case(next_, {ACCOUNT_FILE: other, **where}, {ACCOUNT_FILE: other + f"  {setting}: {who}\n", **where}),
    ]


WORLD = NOBODY + f"regulated:\n{SG}  taiwan: {IDS}\n"
BOTH = f'{NOBODY}regulated:\n  thailand: {IDS}\n  brazil: {{beneficiary: "66", payer: "66"}}\n'

CASES = [
    Case(
        "write where the ads run, such as countries: [US]; or, where Singapore is meant, add singapore: "
        "{beneficiary: …, payer: …} below regulated in desired/accounts/acme-sg.yaml",
        {ACCOUNT_FILE: NOBODY, CAMPAIGN: SHORT},
        {ACCOUNT_FILE: NOBODY, CAMPAIGN: SHORT + "countries: [US]\n"},
        said="1:1: ads shown in Singapore must name a beneficiary and a payer; no countries are written, and the "
        "preset advantage_plus_sales has [SG]",
    ),
    Case(
        "write where the ads run, such as countries: [US]; or, where Singapore is meant, add singapore: ",
        {ACCOUNT_FILE: NOBODY, CAMPAIGN: SHORT},
        {ACCOUNT_FILE: NOBODY + f"regulated: {{singapore: {IDS}}}\n", CAMPAIGN: SHORT},
    ),
    *of_account("singapore", IDS, "countries: [SG]"),
    *of_account("taiwan", IDS, "zips: [{key: 'TW:100'}]"),
    *of_account("eu", NAMES, "countries: [GF]"),
    *of_account("thailand", IDS, "countries: [TH]"),
    *of_account("brazil", IDS, "country_groups: [mercosur]")[:1],
    *of_account("australia", IDS, "countries: [AU]", FINANCIAL),
    *of_account("india", IDS, "countries: [IN]", FINANCIAL),
    Case(
        "add eu: {beneficiary: …, payer: …} (names) below regulated",
        {ACCOUNT_FILE: WORLD, "desired/campaigns/acme-sg/spring.yaml": placed("location_cluster_ids: [{key: '1'}]")},
        {
            ACCOUNT_FILE: WORLD + f"  eu: {NAMES}\n",
            "desired/campaigns/acme-sg/spring.yaml": placed("location_cluster_ids: [{key: '1'}]"),
        },
    ),
    Case(
        "add regulated: {eu: {beneficiary: …, payer: …}} (names) to",
        {ACCOUNT_FILE: NOBODY, "desired/campaigns/acme-sg/spring.yaml": placed("location_cluster_ids: [{key: '1'}]")},
        {
            ACCOUNT_FILE: NOBODY + f"regulated: {{eu: {NAMES}, singapore: {IDS}, taiwan: {IDS}}}\n",
            "desired/campaigns/acme-sg/spring.yaml": placed("location_cluster_ids: [{key: '1'}]"),
        },
    ),
    *[
        edited(
            "add the place's country: beside its key",
            placed(f"{kind}: [{{{key}}}]"),
            (f"{{{key}}}", f"{{{key}, country: MY}}"),
            beside={ACCOUNT_FILE: ONE},
        )
        for kind, key in (
            ("cities", "key: '1'"),
            ("zips", "key: '1'"),
        )
    ],
    edited(
        "add country: SG to it",
        placed("custom_locations: [{latitude: 1.2, longitude: 3.4}]"),
        ("3.4}", "3.4, country: SG}"),
        beside={ACCOUNT_FILE: ONE},
    ),
    edited(
        "make it one in desired/accounts/acme-sg.yaml, or give each place an ad set",
        placed("countries: [TH, BR]"),
        ("TH, BR", "TH"),
        beside={ACCOUNT_FILE: BOTH},
    ),
    Case(
        "make it one in desired/accounts/acme-sg.yaml",
        {ACCOUNT_FILE: BOTH, "desired/campaigns/acme-sg/spring.yaml": placed("countries: [TH, BR]")},
        {
            ACCOUNT_FILE: BOTH.replace("66", "55"),
            "desired/campaigns/acme-sg/spring.yaml": placed("countries: [TH, BR]"),
        },
    ),
]

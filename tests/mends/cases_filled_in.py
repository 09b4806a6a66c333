"""Mends of values that Meta's structures do not take: what is yet to be filled in, positions, languages, bids."""

from __future__ import annotations

from mends.case import ACCOUNT, ACCOUNT_FILE, AD, SHORT, Case, edited, full

ROAS = (
    "name: S\nobjective: OUTCOME_SALES\npreset: none\noptimization_goal: VALUE\nconversion_event: PURCHASE\n"
    "countries: [MY]\ndaily_budget: 50.00 SGD\nbid_strategy: LOWEST_COST_WITH_MIN_ROAS\n"
    f"bid_constraints: {{roas_average_floor: FLOOR}}\nad: {AD}\n"
)
OWN_BUDGET = "bid_strategy: COST_CAP\ndaily_budget: 50.00 SGD\n"
CAPPED = "daily_budget: 50.00 SGD\nbid_strategy: COST_CAP\n"


def targeted(mend: str, written: str, right: str, said: str = "") -> Case:
    """A targeting spec as it was written, and after doing as the mend says."""
    return edited(mend, full(f"targeting: {{{written}}}"), (f"{{{written}}}", f"{{{right}}}"), said=said)


def floor(mend: str, written: str, right: str) -> Case:
    return edited(mend, ROAS.replace("FLOOR", written), (f"floor: {written}", f"floor: {right}"))


def account(mend: str, written: str, right: str) -> Case:
    return Case(mend, {ACCOUNT_FILE: ACCOUNT.replace(right, written)}, {ACCOUNT_FILE: ACCOUNT})


YET = "is yet to be filled in"
FILLED_IN = [
    *[
        targeted(
            f"put the id in place of {gap}",
            f"interests: [{{id: '{gap}', name: Coffee}}]",
            "interests: [{id: '6003', name: Coffee}]",
            f"9:34: id: '{gap}' {YET}",
        )
        for gap in ("…", "...", "<id>", "xxx", "???", "TODO")
    ],
    targeted("put the name in place of …", "interests: [{id: '6', name: …}]", "interests: [{id: '6', name: Coffee}]"),
    targeted("put the id in place of …", "custom_audiences: [{id: …}]", "custom_audiences: [{id: '23'}]"),
    edited(
        "put the key in place of …",
        full("countries: [MY]\ntargeting: {excluded_geo_locations: {cities: [{key: …, country: MY}]}}"),
        ("key: …", "key: '1'"),
    ),
    edited("put the id in place of …, in quotes", full("page: …"), ("page: …", 'page: "1029"')),
    edited(
        "put the pacing_type in place of …",
        full("raw: {pacing_type: …}"),
        ("pacing_type: …", "pacing_type: [standard]"),
    ),
    edited(
        "put the application_id in place of …",
        full(
            "optimization_goal: APP_INSTALLS\n"
            "promoted_object: {application_id: …, object_store_url: 'https://play.google.com/x'}",
            objective="OUTCOME_APP_PROMOTION",
        ),
        ("application_id: …", "application_id: '5'"),
    ),
    account("put the id in place of …, in quotes", "…", '"1029"'),
    account("put the id in place of …: reconciler doctor", "…", '"11"'),
    account("put the name in place of …", "…", "Acme Ltd"),
    account("write the id: reconciler doctor", "Acme Pte Ltd", '"22"'),
]

PLACES = [
    targeted("did you mean stream?", "instagram_positions: [feed]", "instagram_positions: [stream]"),
    targeted("did you mean facebook_reels?", "facebook_positions: [reels]", "facebook_positions: [facebook_reels]"),
    targeted("did you mean feed?", "facebook_positions: [Feed]", "facebook_positions: [feed]"),
    targeted("did you mean mobile?", "device_platforms: [phone]", "device_platforms: [mobile]"),
    targeted("write instagram_positions: [stream]", "instagram_positions: Feed", "instagram_positions: [stream]"),
    targeted("write publisher_platforms: [instagram]", "publisher_platforms: IG", "publisher_platforms: [instagram]"),
    targeted("write user_os: [iOS] in place of it", "device_platforms: iPhone", "user_os: [iOS]"),
    targeted("remove it, and write user_os: [iOS]", "device_platforms: [iOS]", "user_os: [iOS]"),
    targeted("known are connected_tv, desktop, mobile", "device_platforms: [watch]", "device_platforms: [mobile]"),
    targeted(
        "remove it, or add facebook to publisher_platforms",
        "publisher_platforms: [instagram], facebook_positions: [feed]",
        "publisher_platforms: [instagram, facebook], facebook_positions: [feed]",
    ),
    *[
        targeted("remove it: where nothing is written Meta chooses where the ads stand", f"{name}: {said}", "")
        for name, said in (
            ("placements", "automatic"),
            ("placements", "Advantage+ placements"),
            ("publisher_platforms", "automatic"),
            ("publisher_platforms", "[Advantage+ placements]"),
        )
    ],
    edited(
        "remove it: where nothing is written Meta chooses where the ads stand",
        full("placements: Advantage+ placements"),
        ("    placements: Advantage+ placements\n", ""),
    ),
]

PEOPLE = [
    targeted("remove it: without it all are meant", "genders: [0]", ""),
    targeted("remove it: without it all are meant", "genders: [1, 2, 3]", ""),
    targeted("write genders: [1], or remove it: without it all are meant", "genders: [1, 3]", "genders: [1]"),
    *[
        targeted(
            f"write locales: […], with the numbers that Meta has for them: its Graph API Explorer tells them for "
            f"/search?type=adlocale&q={said}",
            f"{name}: [{said}]",
            "locales: [41]",
        )
        for name, said in (("languages", "Malay"), ("locales", "Malay"), ("locales", "zh_TW"))
    ],
    targeted("write locales: […], with the numbers", "locales: […]", "locales: [41]"),
    targeted("write user_event with Meta's own numbers", "user_event: [Birthday]", "user_event: [1]"),
    edited(
        "write targeting: {locales: […]}, with the numbers that Meta has for them",
        full("languages: [Malay]"),
        ("languages: [Malay]", "targeting: {locales: [41]}"),
    ),
    edited(
        'put it in quotes: "018956"',
        full("countries: [MY]\ntargeting: {excluded_geo_locations: {zips: [{key: 018956, country: SG}]}}"),
        ("018956", '"018956"'),
    ),
]

MONEY = [
    floor("write 2.5 where 250 % is meant, or 0.025 where Meta's count is", "250", "2.5"),
    floor("write 1.0 where 100 % is meant, or 0.01 where Meta's count is", "100", "1.0"),
    floor("write 50.0 where 5000 % is meant, or 0.5 where Meta's count is", "5000", "0.5"),
    floor("write 2.5, with a point", "2,5", "2.5"),
    floor("write 2.5", "250%", "2.5"),
    floor("write 2.5", "'2,5x'", "2.5"),
    floor("write 2.0 for two dollars back for each dollar spent", "twice", "2.0"),
    edited(
        "write bid_constraints: {roas_average_floor: 3.5} with bid_strategy: LOWEST_COST_WITH_MIN_ROAS beside",
        ROAS.replace(
            "bid_strategy: LOWEST_COST_WITH_MIN_ROAS\nbid_constraints: {roas_average_floor: FLOOR}", "roas: 3.5"
        ),
        ("roas: 3.5", "bid_constraints: {roas_average_floor: 3.5}\nbid_strategy: LOWEST_COST_WITH_MIN_ROAS"),
    ),
    edited(
        "write bid_amount: 5.00 SGD, or 0.05 SGD where so little is meant",
        full("bid_amount: 5", CAPPED),
        ("bid_amount: 5", "bid_amount: 5.00 SGD"),
    ),
    edited(
        "write bid_amount: 5.00 SGD, or 0.05 SGD where so little is meant",
        full("bid_amount: 5", CAPPED),
        ("bid_amount: 5", "bid_amount: 0.05 SGD"),
    ),
    edited(
        "write a bid of which the budget pays for several, or a higher budget",
        full(f"bid_amount: 60.00 SGD\n{OWN_BUDGET}", campaign=""),
        ("60.00", "6.00"),
        said="8:17: the bid, 60.00 SGD, is above daily_budget, 50.00 SGD",
    ),
    edited(
        "write a bid of which the budget pays for several, or a higher budget",
        full("bid_amount: 60.00 SGD", CAPPED),
        ("50.00", "500.00"),
        said="10:17: the bid, 60.00 SGD, is above the campaign's daily_budget, 50.00 SGD",
    ),
    edited(
        "write bid_strategy: COST_CAP on the campaign, or remove bid_amount",
        full("bid_amount: 6.00 SGD"),
        ("ad_sets:", "bid_strategy: COST_CAP\nad_sets:"),
    ),
    edited(
        "write bid_strategy: COST_CAP, or remove bid_amount",
        full("bid_amount: 6.00 SGD\ndaily_budget: 50.00 SGD", campaign=""),
        ("    bid_amount: 6.00 SGD\n", ""),
    ),
]


def times(mend: str, start: str, end: str, new: tuple[str, str], said: str = "") -> Case:
    text = f"activate_at: {start}\ndeactivate_at: {end}\n"
    right = f"activate_at: {new[0]}\ndeactivate_at: {new[1]}\n"
    return edited(mend, SHORT + text, (text, right), said=said)


TIMES = [
    times(
        "it would never run: write activate_at: 2026-12-05 09:00 +08",
        "2027-12-05 09:00",
        "2026-12-31 18:00",
        ("2026-12-05 09:00 +08", "2026-12-31 18:00"),
        "5:16: deactivate_at is not after activate_at: it starts at 2027-12-05 09:00 +08, "
        "after its end at 2026-12-31 18:00 +08",
    ),
    times(
        "it would never run: write deactivate_at: 2027-01-05 18:00 +08",
        "2026-12-20 09:00",
        "2026-01-05 18:00",
        ("2026-12-20 09:00", "2027-01-05 18:00 +08"),
    ),
    times(
        "it would never run: write a deactivate_at after 2026-12-20 09:00 +08; or, where that end is right, an",
        "2026-12-20 09:00",
        "2026-12-05 18:00",
        ("2026-12-01 09:00", "2026-12-05 18:00"),
    ),
    times(
        "it would never run: write a deactivate_at after 2027-02-10 09:00 +08; or, where that end is right",
        "2027-02-10 09:00",
        "2025-12-31 18:00",
        ("2027-02-10 09:00", "2027-12-31 18:00"),
    ),
    times(
        "it would never run: write a deactivate_at after 2028-02-29 09:00 +08; or, where that end is right",
        "2028-02-29 09:00",
        "2027-02-20 18:00",
        ("2028-02-29 09:00", "2028-03-20 18:00"),
    ),
]

CASES = [*FILLED_IN, *PLACES, *PEOPLE, *MONEY, *TIMES]

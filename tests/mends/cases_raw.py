"""Mends of what stands under `raw`: what has a word here, what the reconciler writes, slips."""

from __future__ import annotations

from mends.case import AD, CAMPAIGN, SHORT, Case, edited, full
from reconciler.kinds.delivery.checks.raw import MANAGED, TWINS

VALUES = {
    "special_ad_categories": "special_ad_categories: [HOUSING]\nspecial_ad_category_country: [SG]",
    "activate_at": "activate_at: 2026-12-01 09:00",
    "deactivate_at": "deactivate_at: 2026-12-31 23:59",
    "page": 'page: "1029"',
    "primary_text": "",
    "call_to_action": "call_to_action: LEARN_MORE",
    "image": "",
    "instagram_user": 'instagram_user: "178"',
    "destination_url": "",
    "headline": "",
    "video": "",
}
"""What is written in place of the parameter; the ad of these cases has the empty ones already."""

AD_ALONE = f"name: Spring\ndaily_budget: 50.00 SGD\nads:\n  a:\n{{raw}}    {AD[1:-1]}\n"


def on(kind: str, lines: str) -> str:
    """A campaign with further lines on one level."""
    if kind == "campaign":
        return full(campaign=f"daily_budget: 50.00 SGD\n{lines}\n" if lines else "daily_budget: 50.00 SGD\n")
    if kind == "ad_set":
        return full(lines)
    fields = "\n".join(f"        {line}" for line in [*lines.split("\n"), *AD[1:-1].split(", ")] if line)
    return full().replace(f"{{x: {AD}}}", f"\n      x:\n{fields}")


def in_its_place(kind: str, name: str, word: str, begins: str) -> Case:
    instead = VALUES.get(word, "")
    return Case(begins, on(kind, f"raw: {{{name}: x}}"), on(kind, instead))


TAKEN = [
    in_its_place(kind, name, word, f"write {word}") for kind, twins in TWINS.items() for name, word in twins.items()
]
OURS = [
    in_its_place(kind, name, "", "remove it: the reconciler sees to it") for kind in TWINS for name in sorted(MANAGED)
]

NOTHING = [
    edited(
        "write the value, or delete this",
        SHORT + f"raw: {bad}\n",
        (bad, good),
        said="4:" + place + ": nothing stands here, and a list has nothing that it could take away",
    )
    for bad, good, place in (
        ("{pacing_type: [~, standard]}", "{pacing_type: [standard]}", "21"),
        ("{budget_schedule_specs: [{high_demand: {a: ~}}]}", "{budget_schedule_specs: []}", "49"),
    )
]

BESIDE = [
    edited(
        "write daily_budget beside raw, not under it",
        SHORT.replace("daily_budget: 50.00 SGD", "raw: {daily_budget: 5000}").replace(
            "ad:", "lifetime_budget: 5.00 SGD\nad:"
        ),
        ("raw: {daily_budget: 5000}\nlifetime_budget: 5.00 SGD", "daily_budget: 5000"),
    ),
    Case("write bid_amount beside raw", on("ad_set", "raw: {bid_amount: 500}"), on("ad_set", "bid_amount: 500")),
    Case(
        "write destination_type beside raw",
        on("ad_set", "raw: {destination_type: WEBSITE}"),
        on("ad_set", "destination_type: WEBSITE"),
    ),
    Case(
        "write destination_type beside raw",
        on("ad_set", "raw: {destination_type: PHONE_CALL}").replace(f"    ads: {{x: {AD}}}\n", ""),
        on("ad_set", "destination_type: PHONE_CALL").replace(f"    ads: {{x: {AD}}}\n", ""),
    ),
    Case("remove it", on("ad_set", "raw: {destination_type: PHONE_CALL}"), on("ad_set", "")),
    Case("write primary_text beside raw", on("ad", "raw: {primary_text: x}"), on("ad", "")),
    Case(
        "write activate_at",
        on("ad_set", 'raw: {start_time: "2026-12-01T09:00:00+0800"}'),
        on("ad_set", "activate_at: 2026-12-01T09:00:00+0800"),
    ),
    Case(
        "write deactivate_at",
        on("ad_set", 'raw: {end_time: "2026-12-31T09:00:00+0800"}'),
        on("ad_set", "deactivate_at: 2026-12-31T09:00:00+0800"),
    ),
]

SLIPS = [
    Case(
        "did you mean pacing_type?",
        on("ad_set", "raw: {pacing_typ: [standard]}"),
        on("ad_set", "raw: {pacing_type: [standard]}"),
    ),
    Case(
        "did you mean daily_budget? write daily_budget beside raw",
        on("campaign", "raw: {dailybudget: 5000}"),
        on("campaign", ""),
    ),
    Case(
        "did you mean effective_status? remove it: the reconciler sees to it",
        on("campaign", "raw: {effectiv_status: x}"),
        on("campaign", ""),
    ),
    Case(
        "did you mean time_start? write activate_at",
        on("ad_set", "raw: {time_strt: x}"),
        on("ad_set", "activate_at: 2026-12-01 09:00"),
    ),
    Case(
        "did you mean start_time? write activate_at",
        on("ad_set", "raw: {startTime: x}"),
        on("ad_set", "activate_at: 2026-12-01 09:00"),
    ),
    Case("did you mean link_url? write destination_url", on("ad", "raw: {linkUrl: x}"), on("ad", "")),
]

IN_SHORT = "it is one of an ad set, and the short form has no place for it: write ad_sets: "
LOWER = "desired/templates/lower.yaml"

UNKNOWN = [
    Case(
        IN_SHORT + "{main: {raw: {line_number: 80}, ad: …}}, with what stands here below these words",
        SHORT + "raw: {line_number: 80}\n",
        f"{SHORT.partition('ad:')[0]}ad_sets: {{main: {{raw: {{line_number: 80}}, ad: {AD}}}}}\n",
    ),
    Case(
        IN_SHORT + "{main: {raw: {line_number: 80}, targeting: …, ads: …}}",
        SHORT.replace(f"ad: {AD}", f"ads: {{a: {AD}, b: {AD}}}") + "targeting: {age_min: 20}\nraw: {line_number: 80}\n",
        f"{SHORT.partition('ad:')[0]}ad_sets: {{main: {{raw: {{line_number: 80}}, targeting: {{age_min: 20}}, "
        f"ads: {{a: {AD}, b: {AD}}}}}}}\n",
    ),
    Case(
        IN_SHORT + "{main: {raw: {line_number: 80}, optimization_goal: …, ad: …}}, with what stands here below these "
        f"words; and in {CAMPAIGN} write below ad_sets: main: what stands there of these",
        {LOWER: "optimization_goal: OFFSITE_CONVERSIONS\nraw: {line_number: 80}\n"},
        {
            LOWER: "ad_sets: {main: {raw: {line_number: 80}, optimization_goal: OFFSITE_CONVERSIONS}}\n",
            CAMPAIGN: f"{SHORT.partition('ad:')[0]}extends: lower\nad_sets: {{main: {{ad: {AD}}}}}\n",
        },
        beside={CAMPAIGN: SHORT + "extends: lower\n"},
    ),
    edited(
        "it is one of an ad set: write deactivate_at there, not under raw, or here beside raw for all of them",
        SHORT + "raw: {end_time: 0}\n",
        ("raw: {end_time: 0}", "deactivate_at: 2026-12-31 23:59"),
    ),
    Case(
        "it is one of an ad set: write deactivate_at there, not under raw",
        on("ad", "raw: {end_time: 0}"),
        on("ad_set", "deactivate_at: 2026-12-31 23:59"),
    ),
    edited(
        "write countries beside raw", SHORT + "raw: {countries: [MY]}\n", ("raw: {countries: [MY]}", "countries: [MY]")
    ),
    Case(
        "it is one of an ad: write description there, not under raw",
        on("campaign", "raw: {description: x}"),
        on("ad", "description: x"),
    ),
    Case("check its name with Meta's pages", on("campaign", "raw: {quux_setting: 1}"), on("campaign", "")),
    Case(
        "it is one of an ad set: move it below raw: there",
        on("campaign", "raw: {attribution_count_type: x}"),
        on("ad_set", "raw: {attribution_count_type: x}"),
    ),
    Case(
        "it is one of an ad: move it below raw: there",
        on("ad_set", "raw: {display_sequence: 0}"),
        on("ad", "raw: {display_sequence: 0}"),
    ),
    Case(
        "it is one of an ad set: write destination_type there, not under raw, or here beside raw in the short form",
        on("campaign", "raw: {destination_type: WEBSITE}"),
        on("ad_set", "destination_type: WEBSITE"),
    ),
    edited(
        "it is one of an ad set: write billing_event there, not under raw, or here beside raw in the short form",
        SHORT + "raw: {billing_event: IMPRESSIONS}\n",
        ("raw: {billing_event: IMPRESSIONS}", "billing_event: IMPRESSIONS"),
    ),
    Case(
        "it is one of a campaign: write buying_type there, not under raw",
        on("ad", "raw: {buying_type: AUCTION}"),
        on("campaign", "buying_type: AUCTION"),
    ),
    Case(
        "it is one of an ad: write destination_url there, not under raw",
        on("campaign", "raw: {link_url: 'https://acme.example/'}"),
        on("campaign", ""),
    ),
    Case(
        "it is one of a campaign: move it below raw: there",
        on("ad", "raw: {is_skadnetwork_attribution: true}"),
        on("campaign", "raw: {is_skadnetwork_attribution: true}"),
    ),
]

CASES = [*NOTHING, *TAKEN, *OURS, *BESIDE, *SLIPS, *UNKNOWN]

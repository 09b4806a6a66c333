"""Mends of times that have passed: `validate` tells them where `state/` says that the account is at work."""

from __future__ import annotations

from mends.case import AD, SHORT, Case, edited, full

AT_WORK = {
    "state/acme-sg/other.json": (
        '{"account": "act_1", "format_version": 1, "resources": {"acme-sg/other": {"id": "1", "kind": "campaign"}}}'
    )
}
WHERE = "(desired/campaigns/acme-sg/spring.yaml:4)"
ENDED = "activate_at: 2026-11-01 09:00\ndeactivate_at: 2026-11-20 09:00\n"

WINDOW = {"desired/project.yaml": "project: acme\npolicies: {activation_window: Mon-Fri 09:00-18:00}\n"}

TIMED = "daily_budget: 50.00 SGD\nactivate_at: 2026-12-05 09:00\ndeactivate_at: 2026-12-20 09:00\n"
HERE = "desired/campaigns/acme-sg/spring.yaml"


def apart(mend: str, ad_set: str, ad: str, edit: tuple[str, str], said: str = "") -> Case:
    """Times of an ad set, and of its ad, in a campaign from 5 to 20 December."""
    text = full(ad_set, TIMED).replace(AD, AD.replace("}", f", {ad}}}" if ad else "}"))
    return edited(f"it would never run: write {mend}", text, edit, said=said)


TWO_TEMPLATES = SHORT.replace("name: Spring\n", "name: Spring\nextends: [begins, ends]\n")
OF_TEMPLATES = Case(
    "it would never run: write a deactivate_at after 2026-12-11 09:00 +08",
    TWO_TEMPLATES,
    TWO_TEMPLATES + "deactivate_at: 2026-12-20 09:00\n",
    beside={
        "desired/templates/begins.yaml": "activate_at: 2026-12-11 09:00\n",
        "desired/templates/ends.yaml": "deactivate_at: 2026-12-05 09:00\n",
    },
)
OF_YEARS = [
    OF_TEMPLATES,
    edited(
        "it would never run: write deactivate_at: 2026-12-31 23:59 +08",
        SHORT + "activate_at: 2026-12-11 09:00\ndeactivate_at: 2025-12-31 23:59\n",
        ("2025-12-31", "2026-12-31"),
    ),
    edited(
        "write activate_at: 2026-12-11 09:00 +08 if the year is a slip",
        SHORT + "activate_at: 2025-12-11 09:00\ndeactivate_at: 2026-12-31 23:59\n",
        ("2025-12-11", "2026-12-11"),
    ),
]
"""Of two years that would make it a run, the one with which it is not over by now."""

APART = [
    apart(
        "an activate_at before 2026-12-20 09:00 +08; or a deactivate_at after 2026-12-21 09:00 +08 for the campaign",
        "activate_at: 2026-12-21 09:00\ndeactivate_at: 2026-12-25 09:00",
        "",
        ("12-21", "12-19"),
        f"11:18: it starts at 2026-12-21 09:00 +08, and its campaign ends at 2026-12-20 09:00 +08 ({HERE}:5)",
    ),
    apart(
        "an activate_at before 2026-12-20 09:00 +08; or a deactivate_at after 2026-12-21 09:00 +08 for the campaign",
        "activate_at: 2026-12-21 09:00\ndeactivate_at: 2026-12-25 09:00",
        "",
        ("deactivate_at: 2026-12-20", "deactivate_at: 2026-12-22"),
    ),
    apart(
        "a deactivate_at after 2026-12-05 09:00 +08; or an activate_at before 2026-12-04 09:00 +08 for the campaign",
        "deactivate_at: 2026-12-04 09:00",
        "",
        ("activate_at: 2026-12-05", "activate_at: 2026-12-02"),
    ),
    apart(
        "a deactivate_at after 2026-12-05 09:00 +08; or an activate_at before 2026-12-05 09:00 +08 for the campaign",
        "",
        "deactivate_at: 2026-12-05 09:00",
        ("deactivate_at: 2026-12-05 09:00", "status: PAUSED"),
    ),
    apart(
        "an activate_at before 2026-12-10 09:00 +08; or a deactivate_at after 2026-12-10 09:00 +08 for the ad set",
        "deactivate_at: 2026-12-10 09:00",
        "activate_at: 2026-12-10 09:00",
        ("activate_at: 2026-12-10", "activate_at: 2026-12-09"),
    ),
    apart(
        "a deactivate_at after 2026-12-08 09:00 +08; or an activate_at before 2026-12-06 09:00 +08 for the ad set",
        "activate_at: 2026-12-08 09:00",
        "deactivate_at: 2026-12-06 09:00",
        ("activate_at: 2026-12-08 09:00", "activate_at: 2026-12-05 10:00"),
    ),
]

CASES = [
    *OF_YEARS,
    *APART,
    edited(
        "move activate_at into it, or change it at desired/",
        SHORT + "activate_at: 2026-11-28 12:00\n",
        ("2026-11-28", "2026-11-30"),
        beside=WINDOW,
    ),
    edited(
        "remove status: ACTIVE; activate_at turns it on",
        SHORT + "status: ACTIVE\nactivate_at: 2026-12-01 09:00\n",
        ("status: ACTIVE\n", ""),
    ),
    edited(
        "remove status: ACTIVE, and write activate_at with the moment at which it starts",
        SHORT + "status: ACTIVE\ndeactivate_at: 2026-12-31 09:00\n",
        ("status: ACTIVE", "activate_at: 2026-12-01 09:00"),
    ),
    edited(
        f"if that is the wrong time, correct activate_at {WHERE}",
        SHORT + "activate_at: 2026-11-18 09:00\n",
        ("2026-11-18", "2026-12-18"),
        beside=AT_WORK,
    ),
    edited(
        f"if that is the wrong time, correct activate_at {WHERE}: 2027-01-12 09:00, perhaps",
        SHORT + "activate_at: 2026-01-12 09:00\n",
        ("2026-01-12", "2027-01-12"),
        beside=AT_WORK,
    ),
    edited(
        "if that is the wrong time, correct deactivate_at",
        SHORT + ENDED,
        ("deactivate_at: 2026-11-20", "deactivate_at: 2026-12-20"),
        ("activate_at: 2026-11-01", "activate_at: 2026-11-21"),
        beside=AT_WORK,
    ),
    edited(
        "if that is the wrong time, correct deactivate_at (desired/campaigns/acme-sg/spring.yaml:5): 2027-01-31 09:00",
        SHORT + "activate_at: 2026-01-12 09:00\ndeactivate_at: 2026-01-31 09:00\n",
        ("activate_at: 2026-01-12", "activate_at: 2027-01-12"),
        ("deactivate_at: 2026-01-31", "deactivate_at: 2027-01-31"),
        beside=AT_WORK,
    ),
]

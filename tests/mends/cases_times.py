"""Mends of times that have passed: `validate` tells them where `state/` says that the account is at work."""

from __future__ import annotations

from mends.case import SHORT, edited

AT_WORK = {
    "state/acme-sg/other.json": (
        '{"account": "act_1", "format_version": 1, "resources": {"acme-sg/other": {"id": "1", "kind": "campaign"}}}'
    )
}
WHERE = "(desired/campaigns/acme-sg/spring.yaml:4)"
ENDED = "activate_at: 2026-11-01 09:00\ndeactivate_at: 2026-11-20 09:00\n"

WINDOW = {"desired/project.yaml": "project: acme\npolicies: {activation_window: Mon-Fri 09:00-18:00}\n"}

CASES = [
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

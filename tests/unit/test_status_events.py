"""Which events of the activity log are somebody's choice of a status, and whose."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from reconciler.engine.activity import SET_NOTHING, choices, events_of, last_edit, may_speak_of, said_value
from reconciler.model.remote import Activity

AT = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
WHO = {"us": ("10", "1"), "Mei": ("20", "2"), "Meta": ("0", "0")}
CREATED = ("us", "", "", "create_ad")
PROCESS, REVIEW = "Pending process", "Pending Review"

Told = tuple[str, ...]


def log(*told: Told) -> list[Activity]:
    """Of `(who, old, new)`, a minute apart; a fourth names another type of event."""
    return [
        Activity(
            "7",
            kind[0] if kind else "update_ad_run_status",
            AT + timedelta(minutes=minute),
            actor=who,
            actor_id=WHO[who][0],
            application_id=WHO[who][1],
            new=new,
            old=old,
        )
        for minute, (who, old, new, *kind) in enumerate(told)
    ]


def chosen(*told: Told) -> list[tuple[str, str]]:
    return [(event.actor, event.new) for event in choices(log(*told))]


LAUNCH = ("us", "Inactive", "Active")

CASES = [
    pytest.param([LAUNCH], [("us", "Active")], id="a plain switch is a choice"),
    pytest.param(
        [LAUNCH, ("Mei", "Active", PROCESS), ("Mei", PROCESS, REVIEW), ("Meta", REVIEW, "Active")],
        [("us", "Active")],
        id="an edit of a running ad is none",
    ),
    pytest.param([("us", "Inactive", PROCESS), ("us", PROCESS, "Inactive")], [], id="an edit of a waiting ad is none"),
    pytest.param(
        [("Mei", "Active", PROCESS), ("Mei", PROCESS, "Inactive")],
        [("Mei", "Inactive")],
        id="a pause in two steps is that person's",
    ),
    pytest.param(
        [("us", "Inactive", PROCESS), ("Meta", PROCESS, REVIEW), ("Meta", REVIEW, "Active")],
        [("us", "Active")],
        id="a start that Meta ends is that of whoever began it",
    ),
    pytest.param(
        [LAUNCH, ("us", "Active", PROCESS), ("Mei", PROCESS, "Inactive")],
        [("us", "Active"), ("Mei", "Inactive")],
        id="a pause during a review is that of whoever made it",
    ),
    pytest.param([("Meta", REVIEW, "Active")], [], id="the end of a review whose begin is not told is nobody's"),
    pytest.param(
        [("Mei", PROCESS, "Inactive")], [("Mei", "Inactive")], id="a person's end counts where its begin is not told"
    ),
    pytest.param([CREATED, ("us", PROCESS, "Inactive")], [], id="what is taken in is as it was made"),
    pytest.param(
        [CREATED, ("us", PROCESS, REVIEW), ("Meta", REVIEW, "Active")],
        [("us", "Active")],
        id="what is made ACTIVE is so by its maker",
    ),
    pytest.param([CREATED, ("Mei", PROCESS, "Active")], [("Mei", "Active")], id="a start while it is taken in counts"),
    pytest.param([LAUNCH, ("Mei", "Active", PROCESS)], [("us", "Active")], id="what has not ended is none yet"),
    pytest.param(
        [LAUNCH, ("Meta", "Active", "Inactive")], [("us", "Active"), ("Meta", "Inactive")], id="Meta's own stop counts"
    ),
    pytest.param(
        [("us", "Aktiv", "Inaktiv")], [("us", "Inaktiv")], id="words of another language are as they were before"
    ),
]


@pytest.mark.parametrize(("told", "expected"), CASES)
def test_a_review_is_nobodys_choice_and_its_outcome_that_of_whoever_began_it(
    told: list[Told], expected: list[tuple[str, str]]
) -> None:
    assert chosen(*told) == expected


@pytest.mark.parametrize(("number", "said"), [(9, REVIEW), (17, PROCESS), (1, "ACTIVE"), (15, "PAUSED")])
def test_a_review_is_known_by_its_number_in_whatever_language(number: int, said: str) -> None:
    extra = {"new_value": "In Prüfung", "run_status": {"old_value": 1, "new_value": number}}
    assert said_value(extra, "new_value") == said


def test_the_end_of_a_review_is_nobodys_edit() -> None:
    reviewed = log(LAUNCH, ("Mei", "Active", PROCESS), ("Meta", REVIEW, "Active"))
    assert [event.actor for event in events_of(reviewed, "7", "status")] == ["us"]
    edit = last_edit(reviewed, "7", "status", "ACTIVE")
    assert edit is not None and edit.actor == "us"


@pytest.mark.parametrize("type_", sorted(SET_NOTHING))
@pytest.mark.parametrize("field", ["targeting", "regional_regulation_identities", "status", "daily_budget"])
def test_what_meta_tells_of_delivery_and_review_has_changed_no_field(type_: str, field: str) -> None:
    (event,) = log(("Meta", "", "", type_))
    assert not may_speak_of(event, field)

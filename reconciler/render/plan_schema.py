"""The JSON Schema of a plan, which `--json` prints and a plan file holds: `schemas/plan.schema.json`."""

from __future__ import annotations

from typing import Any

from reconciler.model.plan import Action

Schema = dict[str, Any]

ADDRESS = r"^[^/]+(/[^/]+){1,3}$"
SHA256 = r"^[0-9a-f]{64}$"


def _text(description: str, **more: Any) -> Schema:
    return {"type": "string", "description": description, **more}


def _or_null(description: str, kind: str = "string", **more: Any) -> Schema:
    return {"type": [kind, "null"], "description": description, **more}


def _flag(description: str) -> Schema:
    return {"type": "boolean", "description": description}


def _number(description: str) -> Schema:
    return {"type": "integer", "description": description}


def _seconds(description: str) -> Schema:
    return {"type": "number", "description": description}


def _any(description: str) -> Schema:
    return {"description": description}


def _list(description: str, items: Schema) -> Schema:
    return {"type": "array", "description": description, "items": items}


def _object(description: str, **properties: Schema) -> Schema:
    return {
        "type": "object",
        "description": description,
        "additionalProperties": False,
        "required": sorted(properties),
        "properties": properties,
    }


def _by_account(description: str, each: Schema) -> Schema:
    return {"type": "object", "description": description, "additionalProperties": each}


def _moment(description: str) -> Schema:
    return _text(description, format="date-time")


def _or_never(description: str) -> Schema:
    return _or_null(description, format="date-time")


CHANGE = _object(
    "One thing that apply would do to one address.",
    address=_text("The resource's address.", pattern=ADDRESS),
    kind=_text("The kind of object."),
    id=_or_null("The object's id; null for what does not exist yet."),
    actions={
        **_list("What is done: one word.", {"enum": [action.value for action in Action]}),
        "minItems": 1,
        "maxItems": 1,
    },
    before=_or_null("Live values of the fields that differ.", "object"),
    after=_or_null("Their declared values.", "object"),
    due=_or_never("The declared moment that asks for it; of a new object, the one when it will go ACTIVE."),
    until=_or_never("Of a new object, the declared moment when it will be PAUSED again."),
    not_before=_or_never("When Meta takes it at the earliest: a budget may be changed four times an hour."),
    timed=_flag("A change of status that the clock asks for."),
    removal=_flag("Its YAML is gone, so that its record goes too."),
    remembered=_flag("Its YAML is gone; it stays at Meta, PAUSED, and its record stays."),
    unlabels=_flag("Our label is taken off, so that nothing tells it from what others made."),
    consequences=_list("What a reader should know of it.", {"type": "string"}),
    former=_or_null("The address that it had before its YAML was renamed."),
    comes_to=_or_null(
        "Of something new with a budget and declared times, in minor units: what of a daily one may be spent in all, "
        "and of a lifetime one a day.",
        "integer",
    ),
    origin=_or_null("file:line:column in desired/."),
)
DRIFT = _object(
    "A declared field whose live value is not what was last applied.",
    address=_text("The resource's address.", pattern=ADDRESS),
    field=_text("The field."),
    path=_text("Where in the field, such as targeting.genders."),
    id=_or_null("The object's id."),
    recorded=_any("What was last applied."),
    live=_any("What is live."),
    beyond=_any("Of an addition, what is live beyond the declared."),
    actor=_or_null("Who changed it."),
    application=_or_null("With which application."),
    at=_or_never("When."),
    reverted=_flag("Whether apply overwrites it."),
    accepted=_flag("Whether apply lets it stand from now on."),
    origin=_or_null("file:line:column in desired/."),
)
REFUSAL = _object(
    "Something that must not be done.",
    policy=_text("The rule."),
    address=_text("What it is about: an address, or an account."),
    message=_text("The figure and the limit."),
    origin=_or_null("file:line:column in desired/."),
    mend=_or_null("What to write instead."),
    lowers=_flag("It keeps back what would spend less: nothing of its account may rise beside it."),
)
HELD = {
    **CHANGE,
    "description": "A change that is not done, since a refusal holds it back.",
    "required": sorted({*CHANGE["required"], "policy", "refused"}),
    "properties": {
        **CHANGE["properties"],
        "policy": _text("The refusal's rule."),
        "refused": _text("The refusal's address."),
    },
}
FAILURE = _object(
    "An account that could not be planned.",
    account=_text("The account's key."),
    message=_text("Why."),
)
WARNING = _object(
    "A remark on the YAML.",
    file=_text("The file."),
    line=_or_null("The line; null where it is about the whole file.", "integer"),
    column=_or_null("The column.", "integer"),
    message=_text("What is said."),
    mend=_or_null("What to write instead."),
)
LATE = _object(
    "A declared moment that has passed before anything came of it.",
    address=_text("The address that declares it.", pattern=ADDRESS),
    due=_moment("The moment."),
    ended=_flag("True for an end that lies in the past of something new."),
    held=_flag("True where the launch waits for a person."),
)
TIMELINE = _list(
    "What delivers from each later moment on.",
    _object("One moment.", at=_moment("From then on."), daily=_number("So much a day.")),
)
RESTS = _list(
    "What lifetime budgets come to beside their days: more for less than a day, else less, since it is rounded up.",
    _object("One rest.", at=_moment("Until then."), daily=_number("So much more, or less.")),
)
SPEND = _object(
    "Money a day, in minor units.",
    currency=_text("The account's currency."),
    daily_before=_number("Of all that is managed, now."),
    daily_after=_number("Of all that is managed, after apply."),
    active_before=_number("Of what delivers now."),
    active_after=_number("Of what delivers after apply."),
    timeline=TIMELINE,
    rests=RESTS,
    capped=_list(
        "Campaigns whose spend caps let them spend less in all than the days come to.",
        _object(
            "One campaign.",
            left=_number("So much in all."),
            active_after=_number("Of what delivers after apply, its own."),
            timeline=TIMELINE,
            rests=RESTS,
        ),
    ),
)
EFFORT = _object(
    "What the apply costs.",
    reads=_number("Calls that read."),
    writes=_number("Calls that write."),
    seconds=_number("About how long they take."),
    seconds_if_limited=_number("The same in the limited tier, where the tier is not known."),
    uploads=_number("Of the writes, those that send files."),
    due_reads=_number("Calls that read, beside these, for launches and stops of the next ten minutes."),
    due_writes=_number("The same of those that write."),
    tier=_text("The account's tier; empty where no reply has named it."),
)
OPTIONS = _object(
    "What the plan was asked for; apply plans with the same again.",
    targets=_list("Only these addresses and what is in them.", {"type": "string", "pattern": ADDRESS}),
    revert_drift=_flag("Overwrite what was changed in Ads Manager."),
    late_activations=_flag("Turn on what is more than max_lateness late, too."),
    accept_live=_flag("Let stand what was added in Ads Manager."),
    pause_orphans=_flag("Pause what carries our label and neither desired/ nor state/ knows."),
    reviewed=_flag("Planned with what only a reviewed plan may do."),
)
BASIS = _object(
    "What the account's plan was made of.",
    id=_text("The ad account.", pattern=r"^act_[0-9]+$"),
    declared=_text("SHA-256 over what the YAML declares.", pattern=SHA256),
    undeclared=_by_account(
        "What is on and nobody declares, by place and id, such as acme-sg/spring-sale/#120210.",
        {"type": "object", "description": "Its budgets.", "additionalProperties": {"type": "integer"}},
    ),
)
COUNTED = (*(action.value for action in Action), "drift")

TIMINGS = _object(
    "With --timings: what the run has taken by then.",
    seconds=_seconds("Of the whole run."),
    stages=_list(
        "In all accounts together.",
        _object(
            "One stage.",
            stage=_text("Its name."),
            seconds=_seconds("What it has taken."),
            requests=_number("What was asked of Meta meanwhile."),
            points=_number("The same by Meta's count."),
        ),
    ),
)

_PLAN = _object(
    "A plan: what reconciler plan --json prints, and what a plan file holds.",
    format_version=_text("The version of this shape; a new major number breaks readers.", pattern=r"^[0-9]+\.[0-9]+$"),
    project=_text("The project."),
    timezone=_text("The project's timezone, as a place of the tz database."),
    now=_moment("The moment that the plan is for."),
    digest=_text("SHA-256 over what would be done and what it was decided on.", pattern=SHA256),
    checksum=_text("SHA-256 over all the rest of this document.", pattern=SHA256),
    options=OPTIONS,
    accounts=_by_account("The accounts that were planned, by key.", BASIS),
    currencies=_by_account("The currency of each declared account.", {"type": "string"}),
    late=_list("What the plan says first.", LATE),
    resource_changes=_list("What changes.", CHANGE),
    drift=_list("What was changed outside.", DRIFT),
    refusals=_list("What must not be done.", REFUSAL),
    held_back=_list("What is not done because of a refusal.", HELD),
    notes=_list("Remarks.", {"type": "string"}),
    warnings=_list("What the YAML could say better, or what Meta may refuse.", WARNING),
    failures=_list("Accounts that could not be planned.", FAILURE),
    summary=_object("How many of each.", **{name: _number(f"Number of: {name}.") for name in COUNTED}),
    spend=_by_account("By account; null where the account could not be planned.", {"anyOf": [SPEND, {"type": "null"}]}),
    spend_by_currency=_by_account("The same for all accounts of a currency together.", SPEND),
    effort=_by_account("By account.", EFFORT),
    media=_by_account("By SHA-256 of a declared file, its shape and length in words.", {"type": "string"}),
)

PLAN_SCHEMA: Schema = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "reconciler plan",
    "$defs": {},
    **_PLAN,
    "properties": {**_PLAN["properties"], "timings": TIMINGS},
}

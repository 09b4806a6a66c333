"""What may stand under `raw`, judged without Meta: the SDK knows its name, and no field here says the same. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from reconciler.kinds import KINDS
from reconciler.kinds.delivery.ad_set import AdSetSettings
from reconciler.kinds.delivery.checks.formats import of_another_format
from reconciler.kinds.delivery.checks.raw_values import flow
from reconciler.kinds.delivery.presets import MAIN
from reconciler.kinds.delivery.words import has_ad_sets
from reconciler.kinds.descriptions import description
from reconciler.kinds.parameters import PARAMETERS
from reconciler.kinds.said import with_article
from reconciler.kinds.settings import PROJECT_FILE
from reconciler.kinds.spec_tree import written_fields
from reconciler.kinds.synonyms import slip_of
from reconciler.model.document import KeyPath
from reconciler.model.problem import Problem

if TYPE_CHECKING:
    from reconciler.kinds.delivery.checks.scope import Scope

MANAGED = frozenset(
    [
        "id",
        "status",
        "configured_status",
        "effective_status",
        "adlabels",
        "campaign",
        "campaign_id",
        "adset",
        "adset_id",
        "creative",
        "account_id",
        "execution_options",
        "campaign_spec",
        "adset_spec",
        "ad_draft_id",
    ]
)
"""Parameters that the reconciler itself writes: `raw` may not."""

TWINS = {
    "campaign": {
        "special_ad_category": "special_ad_categories",
        "start_time": "activate_at",
        "stop_time": "deactivate_at",
    },
    "ad_set": {
        "time_start": "activate_at",
        "time_stop": "deactivate_at",
    },
    "ad": {
        "actor_id": "page",
        "body": "primary_text",
        "call_to_action_type": "call_to_action",
        "image_hash": "image",
        "image_url": "image",
        "instagram_actor_id": "instagram_user",
        "instagram_user_id": "instagram_user",
        "link_url": "destination_url",
        "object_story_spec": "video or image, primary_text, headline, destination_url …",
        "object_url": "destination_url",
        "title": "headline",
        "video_id": "video",
    },
}
"""Kind → a parameter of Meta's and what says the same here: of the two one would be lost."""


SETTINGS = frozenset(AdSetSettings.model_fields)
"""What the short form writes on the campaign for its ad set."""
WORDS: Mapping[str, frozenset[str]] = {
    kind: frozenset(written_fields(KINDS[kind].written)) - (SETTINGS if kind == "campaign" else frozenset())
    for kind in TWINS
}
"""Kind → what YAML writes beside `raw`, in either form."""

GONE: Mapping[str, tuple[str, str]] = {
    "existing_customer_budget_percentage": (
        "existing_customer_budget_percentage was of campaigns that Meta makes no more",
        "remove it: Meta has no such limit for new Advantage+ campaigns",
    ),
}
"""Parameters that the SDK still lists and Meta does not take: what they were, and the mend."""


def raw_parameters(scope: Scope) -> Iterator[Problem]:
    """Names that have a word of their own, that the reconciler writes, or that are a slip of a known one."""
    for path, kind, level in scope.levels():
        # A name that only takes something away is looked at, too.
        for name in scope.document.value((*path, "raw")) or ():
            here = (*path, "raw", name)
            if of_another_format(level, name):
                continue
            if wrong := not_for_raw(kind, name):
                yield scope.problem(here, *wrong)
            elif near := _near(kind, name):
                message = f"{name} is no parameter of {a_level(kind)}"
                mend = f"did you mean {near}?"
                # What is meant may not stand here either: `dailybudget` is daily_budget, beside raw.
                if otherwise := not_for_raw(kind, near):
                    mend += f" {otherwise[1]}"
                yield scope.problem(here, message, mend)


def not_for_raw(kind: str, name: str) -> tuple[str, str] | None:
    """Why `raw` may not say it, and what to do instead; None where it may."""
    field = KINDS[kind].fields.get(name)
    if (field is not None and not field.composed) or (field is None and name in WORDS[kind] - PARAMETERS[kind]):
        return f"{name} has a name of its own here", f"write {name} beside raw, not under it"
    if field is not None and not field.under_raw:
        said = description(KINDS[kind].spec, name)
        return f"{name} is written by the reconciler", said[:1].lower() + said[1:].rstrip(".")
    if name in GONE:
        return GONE[name]
    if name in MANAGED:
        return f"{name} is written by the reconciler alone", "remove it: the reconciler sees to it"
    if word := TWINS[kind].get(name):
        return f"{name} is written by the reconciler, from {word}", f"write {word}"
    return None


def unknown_parameters(scope: Scope) -> Iterator[Problem]:
    """Warnings: names that the SDK does not know, near none that it does. They are sent; Meta judges them."""
    for path, kind, level in scope.levels():
        for name in level.raw:
            if name in _known(kind) or name in KINDS[kind].fields or _near(kind, name) or not_for_raw(kind, name):
                continue
            homes = [other for other in TWINS if other != kind and name in _known(other) | WORDS[other]]
            here = (*path, "raw", name)
            mend = _to_its_home(scope, here, kind, homes[0]) if homes else "check its name with Meta's pages"
            message = f"Meta's SDK knows no parameter {name} of {a_level(kind)}; it is sent as it is"
            yield scope.problem(here, message, mend)


def _to_its_home(scope: Scope, here: KeyPath, kind: str, home: str) -> str:
    """To another level; there it may have a word of its own, which may stand on the campaign, too."""
    name = str(here[-1])
    otherwise = not_for_raw(home, name)
    if otherwise is None:
        is_short = kind == "campaign" and home == "ad_set" and not has_ad_sets(scope.document)
        if is_short:
            own = f"raw: {{{name}: {flow(scope.spec.raw[name])}}}"
            return f"it is one of {a_level(home)}, and {written_out(scope, here, own)}"
        return f"it is one of {a_level(home)}: move it below raw: there"
    word = name if name in WORDS[home] else otherwise[1].removeprefix("write ")
    short = ""
    if kind == "campaign":
        short = ", or here beside raw in the short form" if word in SETTINGS else short
        short = ", or here beside raw for all of them" if word in WORDS[kind] else short
    return f"it is one of {a_level(home)}: write {word} there, not under raw{short}"


def written_out(scope: Scope, here: KeyPath, own: str) -> str:
    """The mend for what is an ad set's alone, which the short form has no place for: the full form with `own`, and what
    has to stand there then."""
    document = scope.document
    main: KeyPath = ("ad_sets", MAIN)
    ads = [*(scope.spec.ad_sets[MAIN].ads if MAIN in scope.spec.ad_sets else ())]
    parts = {word: document.origin((*main, word)) for word in sorted(SETTINGS) if document.value((*main, word))}
    parts = {word: origin for word, origin in parts.items() if origin.is_written and origin.file != PROJECT_FILE}
    parts["ad" if ads == [MAIN] else "ads"] = document.origin((*main, "ads", *ads[:1]))
    lines = ", ".join(f"{word}: …" for word in parts)
    others = sorted({origin.file for origin in parts.values()} - {document.origin(here).file})
    there = f"; and in {', '.join(others)} write below ad_sets: {MAIN}: what stands there of these" if others else ""
    return (
        f"the short form has no place for it: write ad_sets: {{{MAIN}: {{{own}, {lines}}}}}, with what stands here "
        f"below these words{there}"
    )


def a_level(kind: str) -> str:
    return with_article(kind.replace("_", " "))


def _known(kind: str) -> frozenset[str]:
    """Parameters of a level; those of its creative stand on the ad."""
    return PARAMETERS[kind] | PARAMETERS["creative"] if kind == "ad" else PARAMETERS[kind]


def _near(kind: str, name: str) -> str:
    """The known name that `name` is a slip of; empty where it is known itself, or near none."""
    known = _known(kind)
    return "" if name in known else slip_of(name, known | frozenset(KINDS[kind].fields))

"""A plan file: the JSON of a plan as text, and read back. Pure.

Nothing in it is carried out: apply plans again, and does what it finds where that is what the file shows.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfoNotFoundError

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from reconciler.model.errors import PlanFileError
from reconciler.model.plan import Plan
from reconciler.model.plan_codec import PLAN_VERSION, plan_of
from reconciler.render.json import as_json, checksum
from reconciler.render.plan_schema import PLAN_SCHEMA
from reconciler.text.redact import redacted
from reconciler.text.sanitize import brief, screen_json

AGAIN = "make it anew: reconciler plan --out FILE"


def plan_text(plan: Plan) -> str:
    """What `--json` prints. Raises PlanFileError where apply would not take it back."""
    text = screen_json(json.dumps(redacted(as_json(plan)), indent=2, ensure_ascii=False)) + "\n"
    try:
        read_plan(text, "it", plan.project)
    except PlanFileError as error:
        raise PlanFileError(
            f"no plan file was written, because apply would not take it: {str(error).partition(chr(10))[0]}\n"
            "  mend: a name or text in it looks like a token, or holds half a character; change that first"
        ) from None
    return text


def read_plan(text: str, name: str, project: str) -> Plan:
    """The plan that a file shows. `name` is said in errors. Raises PlanFileError for
    what is no plan, another project's, another version's, or not as it was written."""
    document = _document(text, name)
    _check_version(document, name)
    wrong = best_match(Draft202012Validator(PLAN_SCHEMA).iter_errors(document))
    if wrong is not None:
        raise _no_plan(name, f"{brief(wrong.json_path, 100)}: {brief(wrong.message, 200)}")
    if document["project"] != project:
        raise PlanFileError(
            f"{name} is a plan of project {brief(document['project'], 100)}, and this is {project}\n"
            f"  mend: apply it in its own repository, or {AGAIN}"
        )
    try:
        plan = plan_of(document)
        whole = checksum(document) == document["checksum"] and plan.digest == document["digest"]
    except (ValueError, OverflowError, ZoneInfoNotFoundError) as error:
        raise _no_plan(name, brief(str(error), 200)) from None
    if not whole:
        raise PlanFileError(
            f"{name} was changed after it was made: its digest does not fit what is in it\n"
            f"  mend: change the YAML instead, then {AGAIN}"
        )
    return plan


def _document(text: str, name: str) -> dict[str, Any]:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        raise _no_plan(name, "it is not JSON") from None
    if not isinstance(document, dict) or "format_version" not in document:
        raise _no_plan(name, "it has no format_version")
    return document


def _check_version(document: Mapping[str, Any], name: str) -> None:
    written = document["format_version"]
    try:
        found, ours = (tuple(int(part) for part in str(v).split(".")) for v in (written, PLAN_VERSION))
    except ValueError:
        raise _no_plan(name, f"its format_version is {brief(str(written), 20)}") from None
    if found > ours:
        raise PlanFileError(
            f"{name} was written by a newer version (format {brief(str(written), 20)}, this one reads "
            f"{PLAN_VERSION})\n  mend: upgrade the reconciler to the version that made it"
        )
    if found < ours:
        raise PlanFileError(
            f"{name} was written by an older version (format {brief(str(written), 20)}, this one reads "
            f"{PLAN_VERSION})\n  mend: {AGAIN}"
        )


def _no_plan(name: str, why: str) -> PlanFileError:
    return PlanFileError(f"{name} is no plan file: {why}\n  mend: {AGAIN}")

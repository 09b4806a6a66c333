"""JSON Schemas: for editors, made from the specs, so that what completes and explains is what validates; and the one
that a plan file is checked with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from reconciler.kinds import KINDS
from reconciler.kinds.base import api_fields
from reconciler.kinds.settings import AccountSpec, ProjectSpec
from reconciler.model.address import LEVELS
from reconciler.render.plan_schema import PLAN_SCHEMA

DIALECT = "https://json-schema.org/draft/2020-12/schema"

SCHEMAS: dict[str, type[BaseModel]] = {
    "project": ProjectSpec,
    "account": AccountSpec,
    "template": KINDS[LEVELS[0]].written,
    **{kind.name: kind.written for kind in KINDS.values() if kind.folder},
}
COMPOSED_IN = {kind.written.__name__: kind.written for kind in KINDS.values()}


def schema_files() -> dict[str, str]:
    """File name below schemas/ → its text."""
    specs = {f"{name}.schema.json": _text(name, spec) for name, spec in SCHEMAS.items()}
    return {**specs, "plan.schema.json": _written(PLAN_SCHEMA)}


def _text(name: str, spec: type[BaseModel]) -> str:
    _, generated = models_json_schema([(spec, "validation")], ref_template="#/$defs/{model}")
    definitions = {key: _tidy(key, value) for key, value in generated["$defs"].items()}
    top = definitions.pop(spec.__name__)
    if name == "template":
        top = {k: v for k, v in top.items() if k != "required"}
        top["description"] = "desired/templates/<key>.yaml: fields that campaigns start from with extends."
    schema = {"$schema": DIALECT, "title": f"reconciler {name}", **top, "$defs": definitions}
    return _written(schema)


def _written(schema: Mapping[str, Any]) -> str:
    return json.dumps(schema, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _tidy(key: str, definition: Mapping[str, Any]) -> dict[str, Any]:
    """Without what YAML may not write, and without the noise of null defaults and generated titles."""
    hidden = {n for n, api in api_fields(COMPOSED_IN[key]).items() if api.composed} if key in COMPOSED_IN else set()
    tidy: dict[str, Any] = _without_noise(definition)
    tidy["properties"] = {n: p for n, p in tidy.get("properties", {}).items() if n not in hidden}
    return tidy


def _without_noise(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_noise(item) for item in value]
    if not isinstance(value, Mapping):
        return value
    kept = {
        k: _without_noise(v) for k, v in value.items() if not (k == "title" and isinstance(v, str)) and not _null(k, v)
    }
    if "patternProperties" in kept:
        # Keys have a pattern: without this an editor would take every other key unseen.
        kept.setdefault("additionalProperties", False)
    options = [o for o in kept.get("anyOf", []) if o != {"type": "null"}]
    if "anyOf" in kept and len(options) == 1:
        del kept["anyOf"]
        kept = {**options[0], **kept}
    elif "anyOf" in kept:
        kept["anyOf"] = options
    return kept


def _null(key: str, value: Any) -> bool:
    return key == "default" and value in (None, {}, [])

"""JSON Schemas: for editors, made from the specs, so that what completes and explains is what validates; and the one
that a plan file is checked with."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue, models_json_schema
from pydantic_core import core_schema

from reconciler.kinds import KINDS
from reconciler.kinds.base import api_fields
from reconciler.kinds.descriptions import descriptions
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


SHARED = "x-shared"
NAMED = "x-names"
"""Key of a schema whose text names something: what kind of thing. No schema is published with it."""

Names = Mapping[str, Sequence[str]]
"""By kind of thing, what a repository has of it."""


def schema_files() -> dict[str, str]:
    """File name below schemas/ → its text."""
    specs = {f"{name}.schema.json": _text(name, spec, {}) for name, spec in SCHEMAS.items()}
    return {**specs, "plan.schema.json": _written(PLAN_SCHEMA)}


def local_schema_files(names: Names) -> dict[str, str]:
    """The same for the editor of one clone, which offers what is there by name. File name below schemas/local/."""
    return {f"{name}.schema.json": _text(name, spec, names) for name, spec in SCHEMAS.items()}


class _Described(GenerateJsonSchema):
    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        made = super().model_schema(schema)
        spec: type[BaseModel] = schema["cls"]
        said = descriptions(spec)
        for name, field in made.get("properties", {}).items():
            if said[name]:
                field.setdefault("description", said[name])
        return made


def _text(name: str, spec: type[BaseModel], names: Names) -> str:
    _, generated = models_json_schema(
        [(spec, "validation")], ref_template="#/$defs/{model}", schema_generator=_Described
    )
    definitions = {key: _tidy(key, value) for key, value in generated["$defs"].items()}
    top = definitions.pop(spec.__name__)
    if name == "template":
        top = {k: v for k, v in top.items() if k != "required"}
        top["description"] = "desired/templates/<key>.yaml: fields that campaigns start from with extends."
        top.pop("defaultSnippets", None)
    schema = {"$schema": DIALECT, "title": f"reconciler {name}", **top, "$defs": definitions}
    made = _with_names(schema, names)
    shared: dict[str, Any] = {}
    made = _once(made, shared)
    made["$defs"] |= shared
    return _written(made)


def _once(value: Any, shared: dict[str, Any]) -> Any:
    """What says `x-shared` stands once, below `$defs`."""
    if isinstance(value, list):
        return [_once(item, shared) for item in value]
    if not isinstance(value, Mapping):
        return value
    if name := value.get(SHARED):
        shared[name] = {key: inner for key, inner in value.items() if key != SHARED}
        return {"$ref": f"#/$defs/{name}"}
    return {key: _once(inner, shared) for key, inner in value.items()}


def _with_names(value: Any, names: Names) -> Any:
    if isinstance(value, list):
        return [_with_names(item, names) for item in value]
    if not isinstance(value, Mapping):
        return value
    kept = {key: _with_names(inner, names) for key, inner in value.items() if key != NAMED}
    there = list(names.get(str(value.get(NAMED)), ()))
    if not there:
        return kept
    said = {key: kept.pop(key) for key in ("description", "default") if key in kept}
    return {**said, "anyOf": [{"type": "string", "enum": there}, kept]}


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


def editor_settings() -> str:
    """`.vscode/settings.json`, which leads VS Code's YAML extension to schemas/local/."""
    folders = {kind.name: f"{kind.folder}/*" for kind in KINDS.values() if kind.folder}
    places = {"project": "project", "account": "accounts/*", "template": "templates/*"}
    places |= {name: f"{folder}/*" for name, folder in folders.items()}
    schemas = {f"./schemas/local/{name}.schema.json": f"desired/{place}.y*ml" for name, place in places.items()}
    return json.dumps({"yaml.schemas": schemas}, indent=2) + "\n"

"""Every field that the fake answers, every parameter that it takes and every event that starts a run is GitHub's, by
its OpenAPI description (`@octokit/openapi`) and its examples of events (`@octokit/webhooks-examples`)."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from support.github import fake_github
from support.github_tables import (
    ENDPOINTS,
    ERROR,
    EVENTS,
    ISSUE_STATES,
    STATE_REASONS,
    WORKFLOW_STATES,
    Endpoint,
    Maybe,
)

from reconciler.forge.pull_request import pull_request_of

DESCRIPTIONS = Path(os.environ["RECONCILER_GITHUB_DESCRIPTIONS"])
JSON_TYPES = {str: "string", int: "integer", bool: "boolean", None: "null"}


@cache
def description() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(
        (DESCRIPTIONS / "openapi" / "generated" / "api.github.com.json").read_text("utf-8")
    )
    return found


def resolved(schema: Any) -> Any:
    while isinstance(schema, dict) and "$ref" in schema:
        found: Any = description()
        for step in schema["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        schema = found
    return schema


def choices(schema: Any) -> Iterator[dict[str, Any]]:
    """All that a value may be."""
    schema = resolved(schema)
    parts = [part for word in ("oneOf", "anyOf") for part in schema.get(word, ())]
    merged = list(schema.get("allOf", ()))
    for part in (*parts, *merged):
        yield from choices(part)
    if not parts and not merged:
        yield schema


def types(schema: Any) -> set[str]:
    found: set[str] = set()
    for one in choices(schema):
        kind = one.get("type", ())
        found |= {kind} if isinstance(kind, str) else set(kind)
        found |= {"null"} if one.get("nullable") or resolved(schema).get("nullable") else set()
    return found


def misfits(shape: Any, schema: Any, at: str) -> Iterator[str]:
    """Where our table says something that GitHub does not."""
    if isinstance(shape, Maybe):
        yield from misfits(shape.shape, schema, at)
    elif isinstance(shape, list):
        inner = {"anyOf": [one["items"] for one in choices(schema) if "items" in one]}
        yield from misfits(shape[0], inner, f"{at}[]")
    elif isinstance(shape, dict):
        known: dict[str, list[Any]] = {}
        for one in choices(schema):
            for name, inner in one.get("properties", {}).items():
                known.setdefault(name, []).append(inner)
        yield from (f"{at}.{name}: GitHub has none" for name in shape if name not in known)
        for name in shape.keys() & known.keys():
            inner = known[name][0] if len(known[name]) == 1 else {"anyOf": known[name]}
            yield from misfits(shape[name], inner, f"{at}.{name}")
    else:
        kinds = shape if isinstance(shape, tuple) else (shape,)
        allowed = types(schema)
        yield from (f"{at}: {JSON_TYPES[k]}, and GitHub has {allowed}" for k in kinds if JSON_TYPES[k] not in allowed)


def operation(endpoint: Endpoint) -> dict[str, Any]:
    found: dict[str, Any] = description()["paths"][endpoint.path][endpoint.method]
    return found


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: endpoint.name)
def test_an_endpoint_is_one_of_github_s(endpoint: Endpoint) -> None:
    published = operation(endpoint)
    assert published["operationId"] == endpoint.name
    assert {str(endpoint.status), *map(str, endpoint.refusals)} <= set(published["responses"])
    query = {parameter["name"] for parameter in map(resolved, published["parameters"]) if parameter["in"] == "query"}
    assert set(endpoint.query) <= query
    content = resolved(published.get("requestBody", {})).get("content", {})
    taken: set[str] = set()
    for one in choices(content["application/json"]["schema"]) if content else ():
        taken |= set(one.get("properties", {}))
    assert set(endpoint.body) <= taken


@pytest.mark.parametrize("endpoint", [e for e in ENDPOINTS if e.answer], ids=lambda endpoint: endpoint.name)
def test_an_answer_has_only_fields_of_github_s(endpoint: Endpoint) -> None:
    response = resolved(operation(endpoint)["responses"][str(endpoint.status)])
    assert list(misfits(endpoint.answer, response["content"]["application/json"]["schema"], endpoint.name)) == []


def test_a_refusal_looks_as_github_s_do() -> None:
    assert list(misfits(ERROR, {"$ref": "#/components/schemas/basic-error"}, "error")) == []


def test_the_states_of_an_issue_are_github_s() -> None:
    (update,) = [endpoint for endpoint in ENDPOINTS if endpoint.name == "issues/update"]
    (body,) = choices(operation(update)["requestBody"]["content"]["application/json"]["schema"])
    assert set(ISSUE_STATES) <= set(body["properties"]["state"]["enum"])
    assert set(STATE_REASONS) <= set(body["properties"]["state_reason"]["enum"])


def test_the_states_of_a_workflow_are_github_s() -> None:
    (get,) = [endpoint for endpoint in ENDPOINTS if endpoint.name == "actions/get-workflow"]
    (answer,) = choices(operation(get)["responses"]["200"]["content"]["application/json"]["schema"])
    assert set(answer["properties"]["state"]["enum"]) == set(WORKFLOW_STATES)


def test_the_workflow_s_own_token_is_told_by_nobody_who_it_is() -> None:
    """So comments of ours are known by their author's type."""
    (user,) = [endpoint for endpoint in ENDPOINTS if endpoint.name == "users/get-authenticated"]
    assert operation(user)["x-github"]["enabledForGitHubApps"] is False


@cache
def examples() -> dict[str, list[dict[str, Any]]]:
    found = json.loads((DESCRIPTIONS / "webhooks-examples" / "api.github.com" / "index.json").read_text("utf-8"))
    return {event["name"]: event["examples"] for event in found}


def absent(shape: Any, value: Any, at: str) -> Iterator[str]:
    """What our event has and an example has not."""
    if isinstance(shape, dict) and isinstance(value, dict):
        for name in shape:
            if name not in value:
                yield f"{at}.{name}"
            else:
                yield from absent(shape[name], value[name], f"{at}.{name}")
    elif not isinstance(shape, dict):
        kinds = shape if isinstance(shape, tuple) else (shape,)
        if not any(value is None if kind is None else type(value) is kind for kind in kinds):
            yield f"{at}: {value!r}"


@pytest.mark.parametrize("name", EVENTS)
def test_an_event_has_only_fields_of_github_s(name: str) -> None:
    assert len(examples()[name]) > 3
    for number, example in enumerate(examples()[name]):
        assert list(absent(EVENTS[name], example, f"{name}[{number}]")) == []


def test_every_example_of_a_pull_request_is_understood() -> None:
    for example in examples()["pull_request"]:
        pull = pull_request_of(example["pull_request"])
        assert pull.number == example["number"]
        assert len(pull.head_sha) == 40
        assert not pull.is_of_a_fork


def test_the_fake_s_events_are_those_of_the_table() -> None:
    from support.github_tables import misfit

    with fake_github() as github:
        github.pull(7, "a" * 40)
        assert misfit(github.event("pull_request", 7), EVENTS["pull_request"]) == ""
        assert misfit(github.event("push", after="b" * 40), EVENTS["push"]) == ""

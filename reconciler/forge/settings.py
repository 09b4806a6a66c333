"""What the settings of a repository at GitHub say: environments, rules of branches, secrets by name, workflows.

Raises ForgeError for what the token may not see: secrets and permissions are shown to those who administer the
repository.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import quote

import requests

from reconciler.forge.github import GitHub
from reconciler.forge.rest import Row
from reconciler.model.errors import ForgeError


@dataclass(frozen=True)
class Environment:
    """Which branches and tags get its secrets: `patterns`, or all that are protected, or where both say nothing any."""

    patterns: tuple[str, ...] = ()
    is_for_protected: bool = False

    @property
    def is_for_all(self) -> bool:
        return not self.patterns and not self.is_for_protected


@dataclass(frozen=True)
class BranchRules:
    """Of a branch, which need not be there: the types of the rulesets' rules that hold for it, the names of the checks
    that have to pass, and whether there is a branch protection of the older kind."""

    rules: frozenset[str]
    checks: frozenset[str]
    is_protected: bool
    is_there: bool


class Settings:
    def __init__(self, github: GitHub) -> None:
        self._rest, self._path = github.rest, github.path

    @cached_property
    def _repository(self) -> Row:
        found: Row = self._rest.get(self._path)
        return found

    @property
    def name(self) -> str:
        """`owner/name`"""
        return str(self._repository["full_name"])

    @property
    def default_branch(self) -> str:
        return str(self._repository["default_branch"])

    def environment(self, name: str) -> Environment | None:
        """None where there is none."""
        path = f"{self._path}/environments/{quote(name, safe='')}"
        found = self._found(path)
        if found is None:
            return None
        policy = found.get("deployment_branch_policy") or {}
        if not policy.get("custom_branch_policies"):
            return Environment(is_for_protected=bool(policy.get("protected_branches")))
        rows = self._rest.rows(f"{path}/deployment-branch-policies", within="branch_policies")
        return Environment(tuple(str(row["name"]) for row in rows))

    def rules_of(self, branch: str) -> BranchRules:
        name = quote(branch, safe="")
        rows = list(self._rest.rows(f"{self._path}/rules/branches/{name}"))
        found = self._found(f"{self._path}/branches/{name}")
        older = (found or {}).get("protection") or {}
        contexts = (older.get("required_status_checks") or {}).get("contexts") or ()
        return BranchRules(
            frozenset(str(row["type"]) for row in rows),
            frozenset([*contexts, *_contexts(rows)]),
            bool(older.get("enabled")),
            found is not None,
        )

    def secrets(self) -> frozenset[str]:
        """Names: of the repository, and of the organisation where this repository may read them."""
        return self._secrets("actions/secrets") | self._secrets_of("actions/organization-secrets")

    def secrets_of(self, environment: str) -> frozenset[str]:
        """Names; none of an environment that is not there."""
        return self._secrets_of(f"environments/{quote(environment, safe='')}/secrets")

    def state_of(self, workflow: str) -> str:
        """`active`, `disabled_inactivity`, `disabled_manually` …; "" where GitHub knows no such file."""
        found = self._found(f"{self._path}/actions/workflows/{quote(workflow, safe='')}")
        return str(found["state"]) if found is not None else ""

    def runs_may_make_pull_requests(self) -> bool:
        """GitHub has one setting for making and for approving them."""
        return bool(self._rest.get(f"{self._path}/actions/permissions/workflow")["can_approve_pull_request_reviews"])

    def _secrets_of(self, path: str) -> frozenset[str]:
        """None where that is not there, as the organisation of a repository that is a person's."""
        try:
            return self._secrets(path)
        except ForgeError as error:
            if error.status == requests.codes.not_found:
                return frozenset()
            raise

    def _secrets(self, path: str) -> frozenset[str]:
        return frozenset(str(row["name"]) for row in self._rest.rows(f"{self._path}/{path}", within="secrets"))

    def _found(self, path: str) -> Any:
        try:
            return self._rest.get(path)
        except ForgeError as error:
            if error.status == requests.codes.not_found:
                return None
            raise


def _contexts(rows: list[Row]) -> Iterator[str]:
    for row in rows:
        for check in (row.get("parameters") or {}).get("required_status_checks") or ():
            yield str(check["context"])

"""What the fake of GitHub answers, as tables of our own. `make github-contract` holds them against GitHub's published
OpenAPI description and its examples of events."""

from __future__ import annotations

from dataclasses import dataclass

Fields = dict[str, object]
"""A field of an answer, with the JSON types that it may have, or with the fields of the object that it holds."""


@dataclass(frozen=True)
class Maybe:
    """Of a field that some answers leave out, or have null."""

    shape: object


USER: Fields = {"login": str, "id": int, "type": str}
REPOSITORY: Fields = {"full_name": str, "default_branch": str, "fork": bool}

COMMENT: Fields = {
    "id": int,
    "url": str,
    "html_url": str,
    "issue_url": str,
    "body": str,
    "user": USER,
    "created_at": str,
    "updated_at": str,
}
ISSUE: Fields = {
    "id": int,
    "number": int,
    "url": str,
    "html_url": str,
    "title": str,
    "body": str,
    "user": USER,
    "state": str,
    "state_reason": (str, None),
    "labels": [{"name": str}],
}
PULL_REQUEST: Fields = {
    "number": int,
    "html_url": str,
    "state": str,
    "draft": bool,
    "merged_at": (str, None),
    "merge_commit_sha": (str, None),
    "head": {"ref": str, "sha": str, "repo": {"full_name": str, "fork": bool}},
    "base": {"ref": str, "sha": str, "repo": {"full_name": str, "fork": bool}},
}
COMPARED: Fields = {"status": str, "ahead_by": int, "behind_by": int}
PERMISSION: Fields = {"permission": str, "role_name": str, "user": USER}
BRANCH: Fields = {
    "name": str,
    "commit": {"sha": str},
    "protected": bool,
    "protection": {"enabled": bool, "required_status_checks": {"enforcement_level": str, "contexts": [str]}},
}
RULE: Fields = {"type": str, "parameters": Maybe({"required_status_checks": Maybe([{"context": str}])})}
SETTINGS: Fields = {"full_name": str, "default_branch": str, "private": bool}
ENVIRONMENT: Fields = {
    "name": str,
    "deployment_branch_policy": Maybe({"protected_branches": bool, "custom_branch_policies": bool}),
}
BRANCH_POLICIES: Fields = {"total_count": int, "branch_policies": [{"name": str, "type": str}]}
SECRETS: Fields = {"total_count": int, "secrets": [{"name": str, "created_at": str, "updated_at": str}]}
WORKFLOW: Fields = {"id": int, "name": str, "path": str, "state": str}
RIGHTS_OF_RUNS: Fields = {"default_workflow_permissions": str, "can_approve_pull_request_reviews": bool}
RUN: Fields = {
    "id": int,
    "run_number": int,
    "event": str,
    "status": str,
    "conclusion": (str, None),
    "head_sha": str,
    "html_url": str,
    "created_at": str,
}
RUNS: Fields = {"total_count": int, "workflow_runs": [RUN]}
GIT_COMMIT: Fields = {"sha": str, "message": str, "tree": {"sha": str}, "parents": [{"sha": str}]}
GIT_TREE: Fields = {"sha": str, "truncated": bool}
GIT_REF: Fields = {"ref": str, "object": {"type": str, "sha": str}}
ERROR: Fields = {"message": str, "documentation_url": str, "status": str}


@dataclass(frozen=True)
class Endpoint:
    """One operation by GitHub's name: what may be asked and sent, the status of its success and its answer."""

    name: str
    method: str
    path: str
    status: int
    answer: Fields | list[Fields] | None
    query: tuple[str, ...] = ()
    body: tuple[str, ...] = ()
    refusals: tuple[int, ...] = ()
    """Statuses that the description names, and that the tests let it answer with."""


PAGED = ("per_page", "page")
REPO = "/repos/{owner}/{repo}"

ENDPOINTS = (
    Endpoint("users/get-authenticated", "get", "/user", 200, USER, refusals=(401, 403)),
    Endpoint(
        "issues/list-comments",
        "get",
        f"{REPO}/issues/{{issue_number}}/comments",
        200,
        [COMMENT],
        PAGED,
        refusals=(404, 410),
    ),
    Endpoint(
        "issues/create-comment",
        "post",
        f"{REPO}/issues/{{issue_number}}/comments",
        201,
        COMMENT,
        (),
        ("body",),
        (403, 404, 410, 422),
    ),
    Endpoint(
        "issues/update-comment", "patch", f"{REPO}/issues/comments/{{comment_id}}", 200, COMMENT, (), ("body",), (422,)
    ),
    Endpoint("issues/delete-comment", "delete", f"{REPO}/issues/comments/{{comment_id}}", 204, None),
    Endpoint(
        "issues/list-for-repo", "get", f"{REPO}/issues", 200, [ISSUE], (*PAGED, "state", "labels"), refusals=(404,)
    ),
    Endpoint(
        "issues/create", "post", f"{REPO}/issues", 201, ISSUE, (), ("title", "body", "labels"), (403, 404, 410, 422)
    ),
    Endpoint(
        "issues/update",
        "patch",
        f"{REPO}/issues/{{issue_number}}",
        200,
        ISSUE,
        (),
        ("title", "body", "state", "state_reason"),
        (403, 404),
    ),
    Endpoint("pulls/get", "get", f"{REPO}/pulls/{{pull_number}}", 200, PULL_REQUEST, refusals=(404,)),
    Endpoint(
        "repos/list-pull-requests-associated-with-commit",
        "get",
        f"{REPO}/commits/{{commit_sha}}/pulls",
        200,
        [PULL_REQUEST],
        PAGED,
    ),
    Endpoint(
        "pulls/list",
        "get",
        f"{REPO}/pulls",
        200,
        [PULL_REQUEST],
        (*PAGED, "head", "base", "state", "sort", "direction"),
        refusals=(422,),
    ),
    Endpoint(
        "repos/compare-commits-with-basehead",
        "get",
        f"{REPO}/compare/{{basehead}}",
        200,
        COMPARED,
        PAGED,
        refusals=(404,),
    ),
    Endpoint(
        "pulls/create",
        "post",
        f"{REPO}/pulls",
        201,
        PULL_REQUEST,
        (),
        ("title", "head", "base", "body"),
        (403, 422),
    ),
    Endpoint("git/get-commit", "get", f"{REPO}/git/commits/{{commit_sha}}", 200, GIT_COMMIT, refusals=(404,)),
    Endpoint("git/create-tree", "post", f"{REPO}/git/trees", 201, GIT_TREE, (), ("base_tree", "tree"), (403, 404, 422)),
    Endpoint(
        "git/create-commit",
        "post",
        f"{REPO}/git/commits",
        201,
        GIT_COMMIT,
        (),
        ("message", "tree", "parents"),
        (404, 422),
    ),
    Endpoint("git/create-ref", "post", f"{REPO}/git/refs", 201, GIT_REF, (), ("ref", "sha"), (422,)),
    Endpoint("git/update-ref", "patch", f"{REPO}/git/refs/{{ref}}", 200, GIT_REF, (), ("sha", "force"), (422,)),
    Endpoint("repos/get-branch", "get", f"{REPO}/branches/{{branch}}", 200, BRANCH, refusals=(404,)),
    Endpoint(
        "repos/get-collaborator-permission-level",
        "get",
        f"{REPO}/collaborators/{{username}}/permission",
        200,
        PERMISSION,
        refusals=(404,),
    ),
    Endpoint(
        "actions/list-workflow-runs",
        "get",
        f"{REPO}/actions/workflows/{{workflow_id}}/runs",
        200,
        RUNS,
        ("branch", "per_page", "event"),
    ),
    Endpoint("actions/get-workflow", "get", f"{REPO}/actions/workflows/{{workflow_id}}", 200, WORKFLOW),
    Endpoint(
        "actions/get-github-actions-default-workflow-permissions-repository",
        "get",
        f"{REPO}/actions/permissions/workflow",
        200,
        RIGHTS_OF_RUNS,
    ),
    Endpoint("repos/get", "get", REPO, 200, SETTINGS, refusals=(403, 404)),
    Endpoint("repos/get-branch-rules", "get", f"{REPO}/rules/branches/{{branch}}", 200, [RULE], PAGED),
    Endpoint("repos/get-environment", "get", f"{REPO}/environments/{{environment_name}}", 200, ENVIRONMENT),
    Endpoint(
        "repos/list-deployment-branch-policies",
        "get",
        f"{REPO}/environments/{{environment_name}}/deployment-branch-policies",
        200,
        BRANCH_POLICIES,
        PAGED,
    ),
    Endpoint("actions/list-repo-secrets", "get", f"{REPO}/actions/secrets", 200, SECRETS, PAGED),
    Endpoint(
        "actions/list-repo-organization-secrets", "get", f"{REPO}/actions/organization-secrets", 200, SECRETS, PAGED
    ),
    Endpoint(
        "actions/list-environment-secrets",
        "get",
        f"{REPO}/environments/{{environment_name}}/secrets",
        200,
        SECRETS,
        PAGED,
    ),
)

WORKFLOW_STATES = ("active", "deleted", "disabled_fork", "disabled_inactivity", "disabled_manually")

ISSUE_STATES = ("open", "closed")
STATE_REASONS = ("completed", "not_planned")

PULL_REQUEST_EVENT: Fields = {
    "action": str,
    "number": int,
    "repository": REPOSITORY,
    "sender": USER,
    "pull_request": {**PULL_REQUEST, "base": {"ref": str, "sha": str, "repo": REPOSITORY}},
}
PUSH_EVENT: Fields = {
    "ref": str,
    "before": str,
    "after": str,
    "repository": REPOSITORY,
    "sender": USER,
}
ISSUE_COMMENT_EVENT: Fields = {
    "action": str,
    "comment": COMMENT,
    "issue": {"number": int, "state": str},
    "repository": REPOSITORY,
    "sender": USER,
}
EVENTS = {"pull_request": PULL_REQUEST_EVENT, "push": PUSH_EVENT, "issue_comment": ISSUE_COMMENT_EVENT}
"""By name; what the file at GITHUB_EVENT_PATH holds of each."""


def misfit(value: object, shape: object, at: str = "") -> str:
    """Where a value is not of its table; "" for one that is."""
    if isinstance(shape, Maybe):
        return "" if value is None else misfit(value, shape.shape, at)
    if isinstance(shape, dict):
        if not isinstance(value, dict):
            return f"{at}: no object"
        missing = {name for name in shape.keys() - value.keys() if not isinstance(shape[name], Maybe)}
        if wrong := missing | (value.keys() - shape.keys()):
            return f"{at}: {sorted(wrong)}"
        return next(filter(None, (misfit(value[name], shape[name], f"{at}.{name}") for name in value)), "")
    if isinstance(shape, list):
        if not isinstance(value, list):
            return f"{at}: no list"
        return next(filter(None, (misfit(one, shape[0], f"{at}[]") for one in value)), "")
    allowed = shape if isinstance(shape, tuple) else (shape,)
    fits = any(value is None if kind is None else type(value) is kind for kind in allowed)
    return "" if fits else f"{at}: {value!r}"

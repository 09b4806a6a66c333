"""A fake of the endpoints of GitHub's REST API that the reconciler uses, over HTTP. Its answers have the fields that
stand in `github_tables.py`, and no others."""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from support.github_tables import ENDPOINTS, ERROR, ISSUE_STATES, STATE_REASONS, WORKFLOW_STATES, Endpoint, misfit

REPOSITORY = "acme/ads"
FORK = "stranger/ads"
TOKEN = "ghs_workflowTokenOfThisTest42"
"""The workflow's own: it writes as a bot, and nobody tells it who it is."""

PERSONAL = "ghp_personalTokenOfThisTest42"
DOCUMENTATION = "https://docs.github.com/rest"
LONGEST = 65_536

BOT = {"login": "github-actions[bot]", "id": 41898282, "type": "Bot"}
SOMEBODY = {"login": "mei", "id": 7, "type": "User"}

ACCEPTED = {"comments": "issues=write; pull_requests=write", "issues": "issues=write"}
"""What X-Accepted-GitHub-Permissions says, by the last fixed step of a path."""


@dataclass
class Fault:
    """An answer in place of the right one, once. `done`: what was asked is done all the same."""

    method: str
    path: str
    """A pattern of the whole path."""
    status: int
    """0: the connection is closed without an answer."""
    message: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    done: bool = False


@dataclass(frozen=True)
class Call:
    method: str
    path: str
    body: dict[str, Any]
    status: int


@dataclass
class Environment:
    """`branches` are those that it takes; None for any, "protected" for those that are protected."""

    branches: list[str] | str | None = None
    secrets: list[str] = field(default_factory=list)


class _Refused(Exception):
    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class FakeGitHub:
    """What a test asks of it, beside the endpoints themselves. Its clock stands still until something waits."""

    def __init__(self) -> None:
        self.url = ""
        self.now = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
        self.calls: list[Call] = []
        self.pulls: dict[int, dict[str, Any]] = {}
        self.permissions = {"mei": "write", "reader": "read"}
        self.branches = {"main": "0" * 40}
        self.runs: list[dict[str, Any]] = []
        self.commits: dict[str, dict[str, Any]] = {}
        """Those that were made here, by their ids."""
        self.texts: dict[int, tuple[str, str]] = {}
        """Title and text of each pull request that was made here, by its number."""
        self.trees: dict[str, dict[str, str]] = {}
        """What each has in place of what is in the one below it."""
        self.users = {TOKEN: BOT, PERSONAL: SOMEBODY}
        self.environments: dict[str, Environment] = {}
        self.secrets: list[str] = []
        self.organization_secrets: list[str] = []
        self.rules: dict[str, list[dict[str, Any]]] = {}
        """Of rulesets, by branch."""
        self.protections: dict[str, list[str]] = {}
        """Of the older kind: the checks that have to pass, by branch."""
        self.workflows = dict.fromkeys(("plan.yml", "reconcile.yml", "drift.yml", "command.yml"), "active")
        """The state of each, by its file."""
        self.runs_make_pull_requests = True
        self.before: list[tuple[str, Callable[[], None]]] = []
        """What another run does right before a call whose method and path begin so is answered; each once."""
        self.apart: dict[tuple[str, str], tuple[int, int]] = {}
        """By base and head, how many commits the head is ahead and behind."""
        self.associates_late = False
        """Whether it does not know yet which commit is whose."""
        self.page_size = 100
        """At most; GitHub's own is 100."""
        self._faults: list[Fault] = []
        self._comments: list[dict[str, Any]] = []
        self._issues: dict[int, dict[str, Any]] = {}
        self._last_id = 1000
        self._lock = threading.RLock()

    # ---- what a test does

    def pull(
        self, number: int, head: str, *, fork: bool = False, merged: str = "", draft: bool = False
    ) -> dict[str, Any]:
        """Opens a pull request, or moves its head; `merged` is the commit of its merge."""
        origin = FORK if fork else REPOSITORY
        self.pulls[number] = {
            "number": number,
            "html_url": f"{self._web}/pull/{number}",
            "state": "closed" if merged else "open",
            "draft": draft,
            "merged_at": self._moment if merged else None,
            "merge_commit_sha": merged or None,
            "head": {"ref": "spring", "sha": head, "repo": {"full_name": origin, "fork": fork}},
            "base": {"ref": "main", "sha": "0" * 40, "repo": {"full_name": REPOSITORY, "fork": False}},
        }
        return self.pulls[number]

    def fault(
        self, method: str, path: str, status: int, message: str = "", *, done: bool = False, **headers: str
    ) -> None:
        """`retry_after="30"` is the header Retry-After."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self._faults.append(Fault(method, path, status, message, named, done))

    def somebody_comments(self, number: int, body: str, user: dict[str, Any] = SOMEBODY) -> dict[str, Any]:
        return self._new_comment(number, {"body": body}, user)

    def comment_event(self, number: int, body: str, user: dict[str, Any] = SOMEBODY) -> dict[str, Any]:
        """Somebody writes a comment; what the file at GITHUB_EVENT_PATH holds of that."""
        repository = {"full_name": REPOSITORY, "default_branch": "main", "fork": False}
        comment = self.somebody_comments(number, body, user)
        issue = {"number": number, "state": "open"}
        return {
            "action": "created",
            "comment": comment,
            "issue": issue,
            "repository": repository,
            "sender": _shown(user),
        }

    def files_of(self, branch: str) -> dict[str, str]:
        """What the newest commit of a branch changes, by path."""
        return self.trees[self.commits[self.branches[branch]]["tree"]["sha"]]

    def comments(self, number: int) -> list[str]:
        """The texts of all comments, the oldest first."""
        return [comment["body"] for comment in self._of(number)]

    def issues(self, state: str = "") -> list[dict[str, Any]]:
        return [issue for issue in self._issues.values() if state in ("", issue["state"])]

    def somebody_closes(self, number: int) -> None:
        self._issues[number].update(state="closed", state_reason="completed")

    def ran(self, moment: datetime, conclusion: str | None = "success", event: str = "schedule") -> None:
        """A run of each workflow, newer than all before."""
        number = len(self.runs) + 1
        run = {"id": number, "run_number": number, "event": event, "head_sha": "0" * 40}
        run |= {"status": "completed" if conclusion else "in_progress", "conclusion": conclusion}
        run |= {"html_url": f"{self._web}/actions/runs/{number}", "created_at": moment.strftime("%Y-%m-%dT%H:%M:%SZ")}
        self.runs.insert(0, run)

    def sent(self, method: str) -> list[Call]:
        return [call for call in self.calls if call.method == method]

    def event(self, name: str, number: int = 0, action: str = "synchronize", after: str = "") -> dict[str, Any]:
        """What the file at GITHUB_EVENT_PATH holds."""
        repository = {"full_name": REPOSITORY, "default_branch": "main", "fork": False}
        if name == "push":
            commits = {"before": "0" * 40, "after": after}
            return {"ref": "refs/heads/main", **commits, "repository": repository, "sender": SOMEBODY}
        if name in ("schedule", "workflow_dispatch"):
            return {"repository": repository, "sender": SOMEBODY}
        pull = self.pulls[number]
        base = {**pull["base"], "repo": repository}
        shown = {**pull, "base": base}
        return {"action": action, "number": number, "pull_request": shown, "repository": repository, "sender": SOMEBODY}

    # ---- the endpoints

    @property
    def _web(self) -> str:
        return f"https://github.example/{REPOSITORY}"

    @property
    def _moment(self) -> str:
        return self.now.strftime("%Y-%m-%dT%H:%M:%SZ")

    def answer(self, method: str, target: str, token: str, body: dict[str, Any]) -> tuple[int, Any, dict[str, str]]:
        parts = urlsplit(target)
        path, query = parts.path, dict(parse_qsl(parts.query))
        while (first := self._due(f"{method} {path}")) is not None:
            first()
        with self._lock:
            status, found, headers = self._judged(method, path, query, token, body)
            self.calls.append(Call(method, path, body, status))
        return status, found, {"date": format_datetime(self.now, usegmt=True), **headers}

    def _due(self, call: str) -> Callable[[], None] | None:
        for index, (beginning, act) in enumerate(self.before):
            if call.startswith(beginning):
                del self.before[index]
                return act
        return None

    def _judged(
        self, method: str, path: str, query: dict[str, str], token: str, body: dict[str, Any]
    ) -> tuple[int, Any, dict[str, str]]:
        fault = next((f for f in self._faults if f.method == method and re.fullmatch(f.path, path)), None)
        if fault is not None:
            self._faults.remove(fault)
            if fault.done:
                self._done(method, path, query, token, body)
            return fault.status, _error(fault.status, fault.message), fault.headers
        try:
            return self._done(method, path, query, token, body)
        except _Refused as refused:
            permission = ACCEPTED["comments" if "/comments" in path else "issues"]
            headers = {"x-accepted-github-permissions": permission} if refused.status == 403 else {}
            return refused.status, _error(refused.status, str(refused)), headers

    def _done(
        self, method: str, path: str, query: dict[str, str], token: str, body: dict[str, Any]
    ) -> tuple[int, Any, dict[str, str]]:
        user = self.users.get(token)
        if user is None:
            raise _Refused(401, "Bad credentials")
        endpoint, arguments = _endpoint(method, path)
        assert set(query) <= set(endpoint.query), f"{endpoint.path} knows no {set(query) - set(endpoint.query)}"
        assert set(body) <= set(endpoint.body), f"{endpoint.path} takes no {set(body) - set(endpoint.body)}"
        if method != "GET" and user.get("reads_only"):
            raise _Refused(403, "Resource not accessible by integration")
        found = ACTS[endpoint.name](self, arguments, query, body, user)
        headers: dict[str, str] = {}
        if isinstance(endpoint.answer, list):
            found, headers = self._page(path, query, found)
        elif within := _listed(endpoint.answer):
            found[within], headers = self._page(path, query, found[within])
        wrong = misfit(found, endpoint.answer) if endpoint.answer is not None else ""
        assert not wrong, f"{endpoint.path} answers with what is not in its table: {wrong}"
        return endpoint.status, found, headers

    def _page(self, path: str, query: dict[str, str], rows: list[Any]) -> tuple[list[Any], dict[str, str]]:
        size, number = min(int(query.get("per_page", 30)), self.page_size), int(query.get("page", 1))
        rest = rows[number * size :]
        following = urlencode({**query, "page": number + 1})
        return rows[(number - 1) * size : number * size], (
            {"link": f'<{self.url}{path}?{following}>; rel="next"'} if rest else {}
        )

    def _user(self, arguments: dict[str, str], query: Any, body: Any, user: dict[str, Any]) -> Any:
        if user["type"] == "Bot":
            raise _Refused(403, "Resource not accessible by integration")
        return _shown(user)

    def _of(self, number: int) -> list[dict[str, Any]]:
        return [c for c in self._comments if c["issue_url"].endswith(f"/issues/{number}")]

    def _list_comments(self, arguments: dict[str, str], *_: Any) -> Any:
        return self._of(int(arguments["issue_number"]))

    def _create_comment(self, arguments: dict[str, str], query: Any, body: dict[str, Any], user: dict[str, Any]) -> Any:
        return self._new_comment(int(arguments["issue_number"]), body, user)

    def _new_comment(self, number: int, body: dict[str, Any], user: dict[str, Any]) -> dict[str, Any]:
        _checked_length(body)
        made = self._id()
        comment = {
            "id": made,
            "url": f"{self.url}/repos/{REPOSITORY}/issues/comments/{made}",
            "html_url": f"{self._web}/pull/{number}#issuecomment-{made}",
            "issue_url": f"{self.url}/repos/{REPOSITORY}/issues/{number}",
            "body": body["body"],
            "user": _shown(user),
            "created_at": self._moment,
            "updated_at": self._moment,
        }
        self._comments.append(comment)
        return comment

    def _edit_comment(self, arguments: dict[str, str], query: Any, body: dict[str, Any], user: Any) -> Any:
        _checked_length(body)
        comment = self._comment(arguments)
        comment["body"] = body["body"]
        return comment

    def _delete_comment(self, arguments: dict[str, str], *_: Any) -> Any:
        self._comments.remove(self._comment(arguments))

    def _comment(self, arguments: dict[str, str]) -> dict[str, Any]:
        found = [c for c in self._comments if str(c["id"]) == arguments["comment_id"]]
        if not found:
            raise _Refused(404, "Not Found")
        return found[0]

    def _list_issues(self, arguments: Any, query: dict[str, str], *_: Any) -> Any:
        wanted = set(filter(None, query.get("labels", "").split(",")))
        found = self.issues(query.get("state", "open"))
        return [i for i in found if wanted <= {label["name"] for label in i["labels"]}]

    def _create_issue(self, arguments: Any, query: Any, body: dict[str, Any], user: dict[str, Any]) -> Any:
        _checked_length(body)
        number = 100 + len(self._issues)
        self._issues[number] = {
            "id": self._id(),
            "number": number,
            "url": f"{self.url}/repos/{REPOSITORY}/issues/{number}",
            "html_url": f"{self._web}/issues/{number}",
            "title": body["title"],
            "body": body["body"],
            "user": _shown(user),
            "state": "open",
            "state_reason": None,
            "labels": [{"name": name} for name in body.get("labels", ())],
        }
        return self._issues[number]

    def _edit_issue(self, arguments: dict[str, str], query: Any, body: dict[str, Any], user: Any) -> Any:
        _checked_length(body)
        assert body.get("state", "open") in ISSUE_STATES
        assert body.get("state_reason", "completed") in STATE_REASONS
        issue = self._issues.get(int(arguments["issue_number"]))
        if issue is None:
            raise _Refused(404, "Not Found")
        issue.update(body)
        return issue

    def _get_pull(self, arguments: dict[str, str], *_: Any) -> Any:
        pull = self.pulls.get(int(arguments["pull_number"]))
        if pull is None:
            raise _Refused(404, "Not Found")
        return pull

    def _pulls_of(self, arguments: dict[str, str], *_: Any) -> Any:
        commit = arguments["commit_sha"]
        if self.associates_late:
            return []
        return [p for p in self.pulls.values() if commit in (p["merge_commit_sha"], p["head"]["sha"])]

    def _list_pulls(self, arguments: Any, query: dict[str, str], *_: Any) -> Any:
        owner, _, branch = query.get("head", "").partition(":")
        assert owner in ("", REPOSITORY.partition("/")[0])
        base = query.get("base", "")
        found = [
            pull
            for pull in self.pulls.values()
            if branch in ("", pull["head"]["ref"]) and base in ("", pull["base"]["ref"])
        ]
        return [pull for pull in found[::-1] if query.get("state", "open") in ("all", pull["state"])]

    def _compare(self, arguments: dict[str, str], *_: Any) -> Any:
        """By what a test has told of two commits: a pair that it has not named is one commit behind the other."""
        base, _, head = arguments["basehead"].partition("...")
        ahead, behind = self.apart.get((base, head), (0 if base == head else 1, 0))
        status = "diverged" if ahead and behind else "ahead" if ahead else "behind" if behind else "identical"
        return {"status": status, "ahead_by": ahead, "behind_by": behind}

    def _create_pull(self, arguments: Any, query: Any, body: dict[str, Any], user: Any) -> Any:
        _checked_length(body)
        if any(pull["head"]["ref"] == body["head"] and pull["state"] == "open" for pull in self.pulls.values()):
            raise _Refused(422, f"Validation Failed: A pull request already exists for acme:{body['head']}.")
        number = max(self.pulls, default=0) + 50
        made = self.pull(number, self.branches[body["head"]])
        made["head"] = {**made["head"], "ref": body["head"]}
        made["base"] = {**made["base"], "ref": body["base"]}
        self.texts[number] = (body["title"], body["body"])
        return made

    def _git_commit(self, arguments: dict[str, str], *_: Any) -> Any:
        sha = arguments["commit_sha"]
        known = {"sha": sha, "message": "", "tree": {"sha": f"tree of {sha}"}, "parents": []}
        return self.commits.get(sha, known)

    def _create_tree(self, arguments: Any, query: Any, body: dict[str, Any], user: Any) -> Any:
        sha = _sha("tree", body)
        assert all({"path", "mode", "type", "content"} == set(one) for one in body["tree"])
        self.trees[sha] = {one["path"]: one["content"] for one in body["tree"]}
        return {"sha": sha, "truncated": False}

    def _create_commit(self, arguments: Any, query: Any, body: dict[str, Any], user: Any) -> Any:
        if body["tree"] not in self.trees:
            raise _Refused(422, "Tree SHA does not exist")
        made = {
            "sha": _sha("commit", {**body, "at": self._id()}),
            "message": body["message"],
            "tree": {"sha": body["tree"]},
            "parents": [{"sha": sha} for sha in body["parents"]],
        }
        self.commits[made["sha"]] = made
        return made

    def _create_ref(self, arguments: Any, query: Any, body: dict[str, Any], user: Any) -> Any:
        branch = body["ref"].removeprefix("refs/heads/")
        if branch in self.branches:
            raise _Refused(422, "Reference already exists")
        self.branches[branch] = body["sha"]
        return {"ref": body["ref"], "object": {"type": "commit", "sha": body["sha"]}}

    def _update_ref(self, arguments: dict[str, str], query: Any, body: dict[str, Any], user: Any) -> Any:
        branch = arguments["ref"].removeprefix("heads/")
        if branch not in self.branches:
            raise _Refused(422, "Reference does not exist")
        self.branches[branch] = body["sha"]
        return {"ref": f"refs/heads/{branch}", "object": {"type": "commit", "sha": body["sha"]}}

    def _branch(self, arguments: dict[str, str], *_: Any) -> Any:
        sha = self.branches.get(arguments["branch"])
        if sha is None:
            raise _Refused(404, "Branch not found")
        name, rules = arguments["branch"], self.rules.get(arguments["branch"])
        checks = self.protections.get(name, [])
        older = {"enabled": name in self.protections}
        older["required_status_checks"] = {"enforcement_level": "everyone" if checks else "off", "contexts": checks}
        protected = name in self.protections or bool(rules)
        return {"name": name, "commit": {"sha": sha}, "protected": protected, "protection": older}

    def _permission(self, arguments: dict[str, str], *_: Any) -> Any:
        level = self.permissions.get(arguments["username"])
        if level is None:
            raise _Refused(404, "Not Found")
        return {"permission": level, "role_name": level, "user": {**_shown(SOMEBODY), "login": arguments["username"]}}

    def _workflow_runs(self, arguments: Any, query: dict[str, str], *_: Any) -> Any:
        found = [run for run in self.runs if query.get("event", run["event"]) == run["event"]]
        return {"total_count": len(found), "workflow_runs": found}

    # ---- settings

    def _repository(self, *_: Any) -> Any:
        return {"full_name": REPOSITORY, "default_branch": "main", "private": True}

    def _branch_rules(self, arguments: dict[str, str], *_: Any) -> Any:
        return self.rules.get(arguments["branch"], [])

    def _environment(self, arguments: dict[str, str], *_: Any) -> Any:
        branches = self._named_environment(arguments).branches
        custom = isinstance(branches, list)
        policy = {"protected_branches": not custom, "custom_branch_policies": custom}
        name = arguments["environment_name"]
        return {"name": name, "deployment_branch_policy": policy if branches is not None else None}

    def _branch_policies(self, arguments: dict[str, str], *_: Any) -> Any:
        branches = self._named_environment(arguments).branches
        rows = [{"name": name, "type": "branch"} for name in branches or ()]
        return {"total_count": len(rows), "branch_policies": rows}

    def _environment_secrets(self, arguments: dict[str, str], query: Any, body: Any, user: dict[str, Any]) -> Any:
        _administers(user)
        return self._listed_secrets(self._named_environment(arguments).secrets)

    def _repository_secrets(self, arguments: Any, query: Any, body: Any, user: dict[str, Any]) -> Any:
        _administers(user)
        return self._listed_secrets(self.secrets)

    def _organization_secrets(self, arguments: Any, query: Any, body: Any, user: dict[str, Any]) -> Any:
        _administers(user)
        return self._listed_secrets(self.organization_secrets)

    def _rights_of_runs(self, arguments: Any, query: Any, body: Any, user: dict[str, Any]) -> Any:
        _administers(user)
        return {
            "default_workflow_permissions": "read",
            "can_approve_pull_request_reviews": self.runs_make_pull_requests,
        }

    def _workflow(self, arguments: dict[str, str], *_: Any) -> Any:
        file = arguments["workflow_id"]
        if file not in self.workflows:
            raise _Refused(404, "Not Found")
        assert self.workflows[file] in WORKFLOW_STATES
        name = file.removesuffix(".yml")
        return {"id": 1, "name": name, "path": f".github/workflows/{file}", "state": self.workflows[file]}

    def _named_environment(self, arguments: dict[str, str]) -> Environment:
        found = self.environments.get(arguments["environment_name"])
        if found is None:
            raise _Refused(404, "Not Found")
        return found

    def _listed_secrets(self, names: list[str]) -> Any:
        rows = [{"name": name, "created_at": self._moment, "updated_at": self._moment} for name in names]
        return {"total_count": len(rows), "secrets": rows}

    def _id(self) -> int:
        self._last_id += 1
        return self._last_id


Act = Callable[[FakeGitHub, dict[str, str], dict[str, str], dict[str, Any], dict[str, Any]], Any]

ACTS: dict[str, Act] = {
    "users/get-authenticated": FakeGitHub._user,
    "issues/list-comments": FakeGitHub._list_comments,
    "issues/create-comment": FakeGitHub._create_comment,
    "issues/update-comment": FakeGitHub._edit_comment,
    "issues/delete-comment": FakeGitHub._delete_comment,
    "issues/list-for-repo": FakeGitHub._list_issues,
    "issues/create": FakeGitHub._create_issue,
    "issues/update": FakeGitHub._edit_issue,
    "pulls/get": FakeGitHub._get_pull,
    "repos/list-pull-requests-associated-with-commit": FakeGitHub._pulls_of,
    "pulls/list": FakeGitHub._list_pulls,
    "repos/compare-commits-with-basehead": FakeGitHub._compare,
    "pulls/create": FakeGitHub._create_pull,
    "git/get-commit": FakeGitHub._git_commit,
    "git/create-tree": FakeGitHub._create_tree,
    "git/create-commit": FakeGitHub._create_commit,
    "git/create-ref": FakeGitHub._create_ref,
    "git/update-ref": FakeGitHub._update_ref,
    "repos/get-branch": FakeGitHub._branch,
    "repos/get-collaborator-permission-level": FakeGitHub._permission,
    "actions/list-workflow-runs": FakeGitHub._workflow_runs,
    "actions/get-workflow": FakeGitHub._workflow,
    "actions/get-github-actions-default-workflow-permissions-repository": FakeGitHub._rights_of_runs,
    "actions/list-repo-secrets": FakeGitHub._repository_secrets,
    "actions/list-repo-organization-secrets": FakeGitHub._organization_secrets,
    "actions/list-environment-secrets": FakeGitHub._environment_secrets,
    "repos/get": FakeGitHub._repository,
    "repos/get-branch-rules": FakeGitHub._branch_rules,
    "repos/get-environment": FakeGitHub._environment,
    "repos/list-deployment-branch-policies": FakeGitHub._branch_policies,
}
"""By the name of the operation."""


def _listed(answer: Any) -> str:
    """Where an object is a page, the field with its rows."""
    fields = answer if isinstance(answer, dict) and "total_count" in answer else {}
    return next((name for name, shape in fields.items() if isinstance(shape, list)), "")


def _administers(user: dict[str, Any]) -> None:
    if user["type"] == "Bot":
        raise _Refused(403, "Resource not accessible by integration")
    if user.get("reads_only"):
        raise _Refused(403, "Must have admin rights to Repository.")


def _endpoint(method: str, path: str) -> tuple[Endpoint, dict[str, str]]:
    for endpoint in ENDPOINTS:
        pattern = endpoint.path.replace("{ref}", "(?P<ref>.+)")
        pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", pattern)
        found = re.fullmatch(pattern, path)
        if found and endpoint.method == method.lower():
            return endpoint, {name: unquote(value) for name, value in found.groupdict().items()}
    raise AssertionError(f"the fake has no {method} {path}")


def _checked_length(body: dict[str, Any]) -> None:
    if len(body.get("body", "")) > LONGEST:
        raise _Refused(422, "Validation Failed: body is too long (maximum is 65536 characters)")


def _sha(kind: str, value: Any) -> str:
    return hashlib.sha1(f"{kind} {json.dumps(value, sort_keys=True)}".encode()).hexdigest()


def _shown(user: dict[str, Any]) -> dict[str, Any]:
    return {name: user[name] for name in ("login", "id", "type")}


def _error(status: int, message: str) -> dict[str, str]:
    found = {"message": message or "Server Error", "documentation_url": DOCUMENTATION, "status": str(status)}
    assert not misfit(found, ERROR)
    return found


@contextmanager
def fake_github() -> Iterator[FakeGitHub]:
    github, troubles = FakeGitHub(), list[AssertionError]()

    class Handler(BaseHTTPRequestHandler):
        def _reply(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            body = json.loads(self.rfile.read(length)) if length else {}
            token = self.headers.get("authorization", "").removeprefix("Bearer ")
            try:
                status, found, headers = github.answer(self.command, self.path, token, body)
            except AssertionError as trouble:
                troubles.append(trouble)
                status, found, headers = 400, {"message": str(trouble)}, {}
            if not status:
                return
            sent = b"" if found is None else json.dumps(found).encode()
            self.send_response_only(status)
            for name, value in {
                **headers,
                "content-type": "application/json",
                "content-length": str(len(sent)),
            }.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(sent)

        do_GET = do_POST = do_PATCH = do_DELETE = _reply  # noqa: N815

        def log_message(self, format: str, *args: Any) -> None:
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    github.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield github
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
    assert not troubles, troubles[0]

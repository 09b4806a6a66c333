"""A pull request is told what merging it would do."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest
from ci.conftest import Workflow
from support.command import CANARY, Reconciler, Run
from support.github import REPOSITORY, FakeGitHub
from support.repository import SPRING, STILL, Repository, still_campaign
from support.sandbox import LocalGraph

Annotations = Callable[[Run], list[str]]
MARKER = "<!-- reconciler:plan:acme-agency -->\n"
COMMENTS = f"/repos/{REPOSITORY}/issues/7/comments"


def test_a_pull_request_gets_one_comment_and_a_second_push_edits_it(
    repository: Repository, workflow: Workflow, github: FakeGitHub
) -> None:
    repository.campaign("spring", SPRING)
    workflow("ci plan").ended(0)
    (first,) = github.comments(7)
    assert first.startswith(MARKER)
    assert "aaaaaaa" in first
    repository.edit_campaign("spring", "50.00 SGD", "80.00 SGD")
    github.pull(7, "b" * 40)
    workflow("ci plan").ended(0)
    (second,) = github.comments(7)
    assert "80.00" in second
    assert "bbbbbbb" in second
    assert "aaaaaaa" not in second


def test_the_commit_is_the_head_and_not_the_merge_that_github_has_made(
    repository: Repository, workflow: Workflow, github: FakeGitHub
) -> None:
    repository.campaign("spring", SPRING)
    workflow("ci plan").ended(0)
    assert "e" * 7 not in github.comments(7)[0] + workflow.summary


def test_two_runs_at_once_leave_one_comment(repository: Repository, workflow: Workflow, github: FakeGitHub) -> None:
    repository.campaign("spring", SPRING)
    github.before.append((f"POST {COMMENTS}", lambda: workflow("ci plan").ended(0) and None))
    workflow("ci plan").ended(0)
    assert len(github.comments(7)) == 1


def test_a_run_of_an_older_commit_leaves_the_comment_of_the_newer_one(
    repository: Repository, workflow: Workflow, github: FakeGitHub
) -> None:
    repository.campaign("spring", SPRING)
    github.pull(7, "b" * 40)
    workflow("ci plan").ended(0)
    newer = github.comments(7)
    old = github.event("pull_request", 7)
    old["pull_request"]["head"] = {**old["pull_request"]["head"], "sha": "a" * 40}
    github.event = lambda *_: old  # type: ignore[method-assign]
    run = workflow("ci plan").ended(0)
    assert "bbbbbbb was pushed after aaaaaaa" in run.err
    assert github.comments(7) == newer


def test_a_person_s_comment_with_our_marker_is_not_edited(
    repository: Repository, workflow: Workflow, github: FakeGitHub
) -> None:
    repository.campaign("spring", SPRING)
    theirs = f"{MARKER}No changes. Merge it."
    github.somebody_comments(7, theirs)
    workflow("ci plan").ended(0)
    assert github.comments(7)[0] == theirs
    assert len(github.comments(7)) == 2


# ---- what the workflow gets


def test_the_outputs_say_what_would_be_done(repository: Repository, workflow: Workflow, github: FakeGitHub) -> None:
    repository.campaign("spring", SPRING)
    workflow("ci plan").ended(0)
    outputs = workflow.outputs
    assert {name: outputs[name] for name in ("exitcode", "has_changes", "add", "change", "remove", "refused")} == {
        "exitcode": "2",
        "has_changes": "true",
        "add": "3",
        "change": "0",
        "remove": "0",
        "refused": "0",
    }
    assert re.fullmatch("[0-9a-f]{64}", outputs["plan_digest"])
    assert outputs["comment_url"].startswith(f"https://github.example/{REPOSITORY}/pull/7#issuecomment-")


def test_the_plan_that_is_kept_can_be_applied(
    repository: Repository, workflow: Workflow, reconciler: Reconciler, sandbox: LocalGraph
) -> None:
    repository.campaign("still", STILL + "status: ACTIVE\n")
    workflow("ci plan").ended(0)
    kept = workflow.outputs["plan_path"]
    assert json.loads(Path(kept).read_text("utf-8"))["digest"] == workflow.outputs["plan_digest"]
    reconciler.environment = {}
    reconciler("apply", kept).ended(0)
    assert sandbox.status("acme-sg/still") == "ACTIVE"
    reconciler.converged()


def test_the_plan_that_is_kept_launches_nothing_that_a_merge_would_not(
    repository: Repository, workflow: Workflow, github: FakeGitHub
) -> None:
    """What is more than max_lateness late waits for a person, and the comment must not say that it starts."""
    repository.campaign("late", still_campaign("Late", "activate_at: 2026-11-10 09:00\n"))
    workflow("ci plan").ended(3)
    plan = json.loads(Path(workflow.outputs["plan_path"]).read_text("utf-8"))
    assert [action for change in plan["resource_changes"] for action in change["actions"]] == ["create"] * 3
    assert workflow.outputs["refused"] == "1"


def test_the_summary_has_the_plan(repository: Repository, workflow: Workflow) -> None:
    repository.campaign("spring", SPRING)
    workflow("ci plan").ended(0)
    assert "Shop our spring sale." in workflow.summary


def test_the_page_for_a_client_is_kept_with_the_commit(repository: Repository, workflow: Workflow) -> None:
    repository.campaign("spring", SPRING)
    workflow("ci plan").ended(0)
    page = Path(workflow.outputs["html_path"]).read_text("utf-8")
    assert "Shop our spring sale." in page
    assert "aaaaaaa" in page


def test_nothing_at_meta_is_changed(repository: Repository, workflow: Workflow, sandbox: LocalGraph) -> None:
    repository.campaign("spring", SPRING)
    workflow("ci plan").ended(0)
    assert sandbox.writes() == []
    assert sandbox.calls("POST") == []


def test_media_are_linked_to_the_file_of_that_commit(
    repository: Repository, workflow: Workflow, github: FakeGitHub
) -> None:
    repository.campaign("spring", SPRING)
    workflow("ci plan", GITHUB_WORKSPACE=str(repository.root.parent)).ended(0)
    commit = "a" * 40
    link = f"https://github.example/{REPOSITORY}/blob/{commit}/repository/creatives/spring/hero.mp4"
    assert link in github.comments(7)[0]


def test_timings_are_in_the_value_also_where_files_are_wrong(repository: Repository, workflow: Workflow) -> None:
    repository.campaign("spring", SPRING)
    run = workflow("ci plan", "--json", "--timings").ended(0)
    assert "fetch" in {stage["stage"] for stage in run.json["timings"]["stages"]}
    assert run.err.count("whole run") == 1
    assert "timings" not in workflow("ci plan", "--json").ended(0).json
    repository.campaign("spring", "name: Wrong\nheadlin: x\n")
    failed = workflow("ci plan", "--json", "--timings")
    assert failed.status != 0
    assert failed.json["timings"]["seconds"] > 0


def test_json_stays_alone_on_standard_output(repository: Repository, workflow: Workflow) -> None:
    repository.campaign("still", STILL.replace("50.00 SGD", "50.00 SGD\nspend_cap: 100.00 SGD"))
    run = workflow("ci plan", "--json")
    assert run.json["digest"] == workflow.outputs["plan_digest"]


# ---- annotations


def test_an_error_s_annotation_stands_at_the_yaml_line(
    repository: Repository, workflow: Workflow, github: FakeGitHub, annotations: Annotations
) -> None:
    repository.campaign("still", STILL.replace("headline:", "headlin:"))
    run = workflow("ci plan", GITHUB_WORKSPACE=str(repository.root.parent)).ended(1)
    (line,) = [one for one in annotations(run) if "headlin" in one]
    file = "repository/desired/campaigns/acme-sg/still.yaml"
    assert line.startswith(f"::error file={file},line=6,endLine=6,col=3,title=Not valid::")
    assert "%0Amend: " in line


def test_wrong_files_are_told_in_the_comment_with_place_and_mend(
    repository: Repository, workflow: Workflow, github: FakeGitHub, sandbox: LocalGraph
) -> None:
    repository.campaign("still", STILL.replace("headline:", "headlin:"))
    workflow("ci plan").ended(1)
    (comment,) = github.comments(7)
    place = "desired/campaigns/acme-sg/still.yaml"
    url = f"https://github.example/{REPOSITORY}/blob/{'a' * 40}/{place}#L6"
    assert f"[`{place}:6:3`]({url})" in comment
    assert "did you mean headline" in comment
    assert workflow.outputs["exitcode"] == "1"
    assert workflow.outputs["has_changes"] == ""
    assert sandbox.calls() == []


def test_the_next_push_puts_the_plan_in_place_of_the_errors(
    repository: Repository, workflow: Workflow, github: FakeGitHub
) -> None:
    repository.campaign("still", STILL.replace("headline:", "headlin:"))
    workflow("ci plan").ended(1)
    repository.edit_campaign("still", "headlin:", "headline:")
    workflow("ci plan").ended(0)
    (comment,) = github.comments(7)
    assert "headlin:" not in comment
    assert "Outlet" in comment


def test_of_many_errors_ten_are_annotated_and_the_last_says_how_many_more(
    repository: Repository, workflow: Workflow, annotations: Annotations
) -> None:
    for number in range(14):
        repository.campaign(f"still-{number:02}", STILL.replace("headline:", "headlin:"))
    run = workflow("ci plan").ended(1)
    errors = [line for line in annotations(run) if line.startswith("::error")]
    assert len(errors) == 10
    assert errors[-1] == "::error title=14 in all::5 more of these stand in the summary of this run"


def test_a_refusal_is_annotated_and_ends_the_run_with_3(
    repository: Repository, workflow: Workflow, github: FakeGitHub, annotations: Annotations
) -> None:
    repository.write("project.yaml", "project: acme-agency\npolicies: {max_daily_budget: 40.00 SGD}\n")
    repository.campaign("still", STILL)
    run = workflow("ci plan").ended(3)
    (line,) = annotations(run)
    assert "file=desired/campaigns/acme-sg/still.yaml,line=2" in line
    assert "max_daily_budget" in line
    assert workflow.outputs["exitcode"] == "3"
    assert "max_daily_budget" in github.comments(7)[0]


HOSTILE = "x::error::y%0A::set-output name=z::%\\r\\n::stop-commands::pause @acme/all #1 <!-- --> <img src=x>"


def test_a_hostile_name_gives_a_runner_no_orders(
    repository: Repository, workflow: Workflow, github: FakeGitHub, annotations: Annotations
) -> None:
    repository.campaign("still", STILL + f'"{HOSTILE}": 1\n')
    run = workflow("ci plan").ended(1)
    lines = run.said.splitlines()
    orders = [line for line in lines if re.match(r"\s*::", line)]
    assert [line.split(" ")[0] for line in orders] == ["::error"]
    assert "%250A" in orders[0]
    comment = github.comments(7)[0].removeprefix(MARKER)
    assert "<img" not in comment
    assert "@acme" not in comment


# ---- what stands in the way


def test_an_account_without_a_token_is_told_and_the_others_are_planned(
    repository: Repository, workflow: Workflow, github: FakeGitHub, sandbox: LocalGraph, annotations: Annotations
) -> None:
    account = (repository.root / "desired/accounts/acme-sg.yaml").read_text("utf-8")
    other = account.replace("act_1234567890", "act_777") + "token: env/META_TOKEN_MY\n"
    repository.write("accounts/acme-my.yaml", other)
    repository.campaign("still", STILL)
    repository.campaign("still", STILL, account="acme-my")
    run = workflow("ci plan").ended(1)
    assert any("title=Not planned%3A acme-my" in line for line in annotations(run))
    assert "META_TOKEN_MY" in unescape(github.comments(7)[0])
    assert workflow.outputs["add"] == "3"


def test_beside_an_account_with_wrong_files_the_others_are_planned_as_the_merge_applies_them(
    repository: Repository, workflow: Workflow, github: FakeGitHub, reconciler: Reconciler, annotations: Annotations
) -> None:
    account = (repository.root / "desired/accounts/acme-sg.yaml").read_text("utf-8")
    repository.write("accounts/acme-my.yaml", account.replace("act_1234567890", "act_777"))
    repository.campaign("still", STILL)
    repository.campaign("still", STILL.replace("headline:", "headlin:"), account="acme-my")
    run = workflow("ci plan").ended(1)
    (comment,) = github.comments(7)
    problem, plan = comment.index("headlin"), comment.index("### Plan: ")
    assert "-->\n### 1 problem in 1 file: acme-my cannot be planned\n" in comment
    assert problem < plan < comment.index("Outlet")
    (line,) = annotations(run)
    assert "file=desired/campaigns/acme-my/still.yaml,line=6" in line
    assert (workflow.outputs["exitcode"], workflow.outputs["add"]) == ("1", "3")
    reconciler.environment = {}
    assert "3 to add" in reconciler.apply().ended(6).out


def test_where_no_account_can_be_planned_all_is_unknown_and_nothing_is_there_to_sign(
    repository: Repository, workflow: Workflow, github: FakeGitHub
) -> None:
    repository.campaign("still", STILL)
    workflow("ci plan", META_ACCESS_TOKEN="").ended(1)
    (comment,) = github.comments(7)
    assert "<b>Starts</b>: unknown" in comment
    known = {name: workflow.outputs[name] for name in ("exitcode", "has_changes", "add", "refused", "plan_digest")}
    assert known == {"exitcode": "1", "has_changes": "", "add": "", "refused": "", "plan_digest": ""}
    page = Path(workflow.outputs["html_path"]).read_text("utf-8")
    assert "Nothing is spent" not in page
    assert "What acme-sg may spend is unknown." in page
    assert "This page is not to be signed: acme-sg could not be planned" in page
    assert "Signature" not in page


def test_what_a_policy_refuses_is_told_of_an_account_without_a_token_too(
    repository: Repository, workflow: Workflow, github: FakeGitHub
) -> None:
    repository.write("project.yaml", "project: acme-agency\npolicies: {max_daily_budget: 40.00 SGD}\n")
    repository.edit("accounts/acme-sg.yaml", "currency: SGD\n", "currency: SGD\ntoken: env/META_TOKEN_SG\n")
    repository.campaign("still", STILL)
    workflow("ci plan").ended(1)
    assert "max_daily_budget" in github.comments(7)[0]


def test_a_fork_gets_an_offline_plan_and_no_comment(
    repository: Repository, workflow: Workflow, github: FakeGitHub, sandbox: LocalGraph
) -> None:
    github.pull(7, "a" * 40, fork=True)
    repository.campaign("still", STILL)
    workflow.without = ["GITHUB_TOKEN"]
    run = workflow("ci plan", META_ACCESS_TOKEN="").ended(0)
    assert "of a fork" in run.err
    assert github.calls == []
    assert sandbox.calls() == []
    assert "Outlet" in workflow.summary
    assert workflow.outputs["add"] == "3"
    assert workflow.outputs["plan_path"] == ""


def test_a_fork_s_errors_are_annotated(
    repository: Repository, workflow: Workflow, github: FakeGitHub, annotations: Annotations
) -> None:
    github.pull(7, "a" * 40, fork=True)
    repository.campaign("still", STILL.replace("headline:", "headlin:"))
    run = workflow("ci plan").ended(1)
    assert len(annotations(run)) == 1
    assert github.calls == []


def test_dependabot_gets_an_offline_plan_until_it_has_secrets_of_its_own(
    repository: Repository, workflow: Workflow, github: FakeGitHub, sandbox: LocalGraph
) -> None:
    repository.campaign("still", STILL)
    run = workflow("ci plan", GITHUB_ACTOR="dependabot[bot]", META_ACCESS_TOKEN="").ended(0)
    assert "set Meta's tokens under Settings → Secrets and variables → Dependabot as well" in run.err
    assert (github.calls, sandbox.calls()) == ([], [])
    workflow("ci plan", GITHUB_ACTOR="dependabot[bot]").ended(0)
    assert github.calls == []
    assert sandbox.calls()


def test_a_plan_says_by_how_many_commits_main_is_ahead(
    repository: Repository, workflow: Workflow, github: FakeGitHub
) -> None:
    repository.campaign("still", STILL)
    github.apart["main", "a" * 40] = (2, 3)
    workflow("ci plan").ended(0)
    assert "has 3 commits that this branch lacks" in github.comments(7)[0]
    github.apart["main", "a" * 40] = (2, 0)
    workflow("ci plan").ended(0)
    assert "this branch lacks" not in github.comments(7)[0]


def test_a_pull_request_into_another_branch_says_that_nothing_starts_before_it_is_in_main(
    repository: Repository, workflow: Workflow, github: FakeGitHub
) -> None:
    repository.campaign("spring", SPRING)
    github.pull(7, "a" * 40)["base"]["ref"] = "feature"
    workflow("ci plan").ended(0)
    (told,) = github.comments(7)
    assert "### Plan: nothing before it is in main" in told
    assert "This is to be merged into `feature`, and only `main` is applied" in told
    assert "<b>Starts" not in told


def test_a_merge_queue_gets_a_plan_and_no_comment(
    repository: Repository, workflow: Workflow, github: FakeGitHub, sandbox: LocalGraph
) -> None:
    repository.campaign("still", STILL)
    queued = "gh-readonly-queue/main/pr-7-" + "0" * 40
    group = {"head_sha": "e" * 40, "head_ref": f"refs/heads/{queued}", "base_ref": "refs/heads/main"}
    payload = {"action": "checks_requested", "merge_group": group, "repository": {"default_branch": "main"}}
    where = {"GITHUB_REF": f"refs/heads/{queued}", "GITHUB_REF_NAME": queued}
    run = workflow("ci plan", event="merge_group", payload=payload, **where).ended(0)
    assert "this run is of no pull request" in run.err
    assert github.calls == []
    assert "Outlet" in workflow.summary
    assert sandbox.calls()


def test_in_a_checkout_below_the_workspace_files_are_named_from_the_top_of_the_repository(
    repository: Repository, workflow: Workflow, annotations: Annotations
) -> None:
    repository.campaign("still", STILL.replace("headline:", "headlin:"))
    (repository.root / ".git").mkdir()
    run = workflow("ci plan", GITHUB_WORKSPACE=str(repository.root.parent)).ended(1)
    assert "file=desired/campaigns/acme-sg/still.yaml" in annotations(run)[0]


def test_with_chdir_in_a_checkout_below_the_workspace_the_folder_stands_before_the_file(
    repository: Repository, workflow: Workflow, annotations: Annotations
) -> None:
    repository.campaign("still", STILL.replace("headline:", "headlin:"))
    (repository.root.parent / ".git").mkdir()
    run = workflow("ci plan", GITHUB_WORKSPACE=str(repository.root.parent.parent)).ended(1)
    assert f"file={repository.root.name}/desired/campaigns/acme-sg/still.yaml" in annotations(run)[0]


def test_a_run_that_may_not_comment_says_which_permission_it_lacks_and_tells_the_rest(
    repository: Repository, workflow: Workflow, github: FakeGitHub
) -> None:
    repository.campaign("still", STILL)
    github.users = {token: {**user, "reads_only": True} for token, user in github.users.items()}
    run = workflow("ci plan").ended(1)
    assert "mend: give the job permissions: {pull-requests: write" in run.err
    assert "Outlet" in workflow.summary
    assert workflow.outputs["exitcode"] == "2"
    assert workflow.outputs["plan_path"]


def test_without_github_s_token_the_mend_says_how_it_is_passed(
    repository: Repository, workflow: Workflow, github: FakeGitHub
) -> None:
    repository.campaign("still", STILL)
    workflow.without = ["GITHUB_TOKEN"]
    assert "GITHUB_TOKEN: ${{ github.token }}" in workflow("ci plan").ended(1).err


def test_a_limit_of_github_is_waited_out(repository: Repository, workflow: Workflow, github: FakeGitHub) -> None:
    repository.campaign("still", STILL)
    github.fault("POST", COMMENTS, 403, "You have exceeded a secondary rate limit", retry_after="45")
    workflow("ci plan").ended(0)
    assert len(github.comments(7)) == 1


def test_a_push_gets_a_summary_and_no_comment(repository: Repository, workflow: Workflow, github: FakeGitHub) -> None:
    repository.campaign("still", STILL)
    run = workflow("ci plan", event="push").ended(0)
    assert "of no pull request" in run.err
    assert github.calls == []
    assert "Outlet" in workflow.summary


def test_an_event_file_that_holds_no_event_is_an_error_with_a_mend(
    repository: Repository, workflow: Workflow, tmp_path: Path
) -> None:
    broken = tmp_path / "event.json"
    broken.write_text("{", "utf-8")
    assert "mend: " in workflow("ci plan", GITHUB_EVENT_PATH=str(broken)).ended(1).err


# ---- any other CI


def test_another_ci_gets_files(repository: Repository, reconciler: Reconciler, tmp_path: Path) -> None:
    repository.campaign("still", STILL)
    reconciler.environment = {"GITLAB_CI": "true", "CI_COMMIT_SHA": "c" * 40, "CI_JOB_URL": "https://ci.example/1"}
    files = {name: tmp_path / name for name in ("comment.md", "summary.md", "plan.env")}
    options = zip(("--comment-file", "--summary-file", "--outputs-file"), map(str, files.values()), strict=True)
    flags = [part for pair in options for part in pair]
    run = reconciler("ci plan", *flags, "--artifacts", str(tmp_path / "kept")).ended(0)
    assert not [line for line in run.said.splitlines() if line.startswith("::")]
    assert "ccccccc" in files["comment.md"].read_text("utf-8")
    assert "Outlet" in files["summary.md"].read_text("utf-8")
    outputs = dict(line.split("=", 1) for line in files["plan.env"].read_text("utf-8").splitlines())
    assert outputs["add"] == "3"
    assert Path(outputs["plan_path"]) == tmp_path / "kept" / "plan.json"


def test_a_commit_that_the_ci_does_not_name_is_given(
    repository: Repository, reconciler: Reconciler, tmp_path: Path
) -> None:
    repository.campaign("still", STILL)
    comment = tmp_path / "comment.md"
    flags = ("--commit", "d" * 40, "--run-url", "https://ci.example/2", "--comment-file", str(comment))
    reconciler("ci plan", *flags, "--artifacts", str(tmp_path / "kept")).ended(0)
    assert "ddddddd" in comment.read_text("utf-8")


@pytest.mark.parametrize("flag", ["--comment-file", "--summary-file", "--outputs-file"])
def test_a_file_that_cannot_be_written_is_an_error_with_a_mend(
    repository: Repository, reconciler: Reconciler, tmp_path: Path, flag: str
) -> None:
    repository.campaign("still", STILL)
    (tmp_path / "file").write_text("", "utf-8")
    run = reconciler("ci plan", flag, str(tmp_path / "file" / "below"), "--artifacts", str(tmp_path / "kept")).ended(1)
    assert "mend: " in run.err


# ---- secrets and size


def test_a_token_that_meta_or_a_person_quotes_is_in_no_report(
    repository: Repository, workflow: Workflow, reconciler: Reconciler, sandbox: LocalGraph, github: FakeGitHub
) -> None:
    repository.campaign("still", STILL)
    reconciler.apply().ended(0)
    sandbox.person_edits("acme-sg/still", name=f"Sale {CANARY}", actor=f"Mei {CANARY}")
    workflow("ci plan")
    sandbox.fault("error", "act_1234567890", method="GET", code=100, message=f"no {CANARY}", title=CANARY)
    workflow("ci plan").ended(1)
    kept = [path.read_text("utf-8") for path in workflow.folder.rglob("*") if path.is_file()]
    assert "[redacted]" in unescape("".join(github.comments(7)))
    assert CANARY not in "".join([*github.comments(7), *kept])


def test_two_thousand_errors_fit_into_the_comment(
    repository: Repository, workflow: Workflow, github: FakeGitHub
) -> None:
    for number in range(20):
        wrong = "".join(f"wrong_{line:03}_{'x' * 200}: 1\n" for line in range(100))
        repository.campaign(f"still-{number:02}", STILL + wrong)
    workflow("ci plan").ended(1)
    (comment,) = github.comments(7)
    assert 60_000 < len(comment) <= 65_536
    assert re.search(r"2,000 problems in 20 files", comment)
    assert re.search(r"[\d,]+ problems left out", comment)


@pytest.mark.parametrize(
    ("flags", "text", "left"),
    [
        (("--offline",), STILL, {"plan.html"}),
        ((), "name: [\n", set()),
    ],
)
def test_what_a_run_does_not_write_is_not_left_of_an_earlier_one(
    flags: tuple[str, ...], text: str, left: set[str], repository: Repository, reconciler: Reconciler, tmp_path: Path
) -> None:
    kept = tmp_path / "kept"
    repository.campaign("still", STILL)
    reconciler("ci plan", "--artifacts", str(kept)).ended(0)
    assert {path.name for path in kept.iterdir()} == {"plan.json", "plan.html"}
    repository.campaign("still", text)
    reconciler("ci plan", *flags, "--artifacts", str(kept))
    assert {path.name for path in kept.iterdir()} == left

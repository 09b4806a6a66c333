"""`init --workflows`, `init --schedule` and `validate --workflows`: the workflows fit what desired/ declares."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from support.command import EXECUTABLE, PATIENCE, Reconciler
from support.repository import SPRING, TRAFFIC, Repository

from reconciler.starter.cron import EVERY_TEN_MINUTES, SAFETY_NET, cron_of, minutes_a_month

WORKFLOWS = (".github/workflows/plan.yml", ".github/workflows/reconcile.yml", ".github/workflows/drift.yml")
BIN = Path(sys.executable).parent


@pytest.fixture
def declared(repository: Repository, reconciler: Reconciler) -> Reconciler:
    """Two accounts, the second with a token of its own, and a campaign with times."""
    repository.campaign("spring", SPRING)
    account = "account: act_99\ncurrency: USD\ntoken: env/META_TOKEN_GLOBEX\n"
    (repository.root / "desired" / "accounts" / "globex.yaml").write_text(account, "utf-8")
    return reconciler


def init(reconciler: Reconciler, *rest: str) -> subprocess.CompletedProcess[str]:
    typed = [str(EXECUTABLE), "init", str(reconciler.repository.root), *rest]
    return subprocess.run(
        typed, capture_output=True, text=True, timeout=PATIENCE, check=True, env=reconciler.variables()
    )


def text(reconciler: Reconciler, name: str) -> str:
    return (reconciler.repository.root / name).read_text("utf-8")


@pytest.mark.parametrize("option", ["--workflows", "--schedule"])
def test_what_init_writes_is_what_validate_wants(option: str, declared: Reconciler) -> None:
    init(declared, option)
    declared("validate", "--workflows").ended(0)


def test_only_the_run_that_applies_gets_tokens_that_may_write(declared: Reconciler) -> None:
    init(declared, "--workflows")
    plan, reconcile, drift = (text(declared, name) for name in WORKFLOWS)
    assert "META_TOKEN_GLOBEX: ${{ secrets.META_TOKEN_GLOBEX }}\n" in reconcile
    for reads in (plan, drift):
        assert "META_TOKEN_GLOBEX: ${{ secrets.META_TOKEN_GLOBEX_READ }}\n" in reads
        assert "secrets.META_TOKEN_GLOBEX }}" not in reads


@pytest.mark.parametrize("name", WORKFLOWS)
def test_a_token_that_a_workflow_does_not_give_is_told_with_the_line_to_add(name: str, declared: Reconciler) -> None:
    init(declared, "--workflows")
    whole = text(declared, name)
    (line,) = [one for one in whole.splitlines(keepends=True) if "META_TOKEN_GLOBEX:" in one]
    (declared.repository.root / name).write_text(whole.replace(line, ""), "utf-8")
    (problem,) = declared("validate", "--workflows", "--json").ended(1).json["problems"]
    assert problem["file"] == name and problem["line"] > 1
    added = problem["mend"].removeprefix("add ").removesuffix(" below env: of this step")
    assert added == line.strip()


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        (WORKFLOWS[1], "cancel-in-progress: false", "cancel-in-progress: true", "reconcile may be cancelled"),
        (WORKFLOWS[1], "contents: write", "contents: read", "reconcile may not write contents"),
        (WORKFLOWS[2], "issues: write", "actions: read", "drift may not write issues"),
        (WORKFLOWS[0], "name: plan", "name: [", "it is no workflow that can be read"),
        (WORKFLOWS[2], "command: drift", "command: plan", "no workflow runs reconciler ci drift"),
        (WORKFLOWS[0], "  merge_group:", "    paths: [desired/**]\n  merge_group:", "paths: leaves plan out"),
        (WORKFLOWS[0], "  pull_request:", "  pull_request_target:", "hands the secrets to what anybody"),
        (WORKFLOWS[1], "schedule:\n", "release: #", "nothing starts reconcile by the clock"),
        (WORKFLOWS[1], '"7,17,27,37,47,57 * * * *"', '"@hourly"', "@hourly is no time that GitHub knows"),
        (WORKFLOWS[1], "\nconcurrency:\n", "\nenv:\n", "two runs of reconcile may work side by side"),
    ],
)
def test_what_would_stop_a_run_is_told(name: str, old: str, new: str, told: str, declared: Reconciler) -> None:
    init(declared, "--workflows")
    path = declared.repository.root / name
    path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8")
    run = declared("validate", "--workflows").ended(1)
    assert told in run.err and "mend: " in run.err


def test_a_repository_without_workflows_is_valid_until_they_are_asked_for(declared: Reconciler) -> None:
    declared("validate").ended(0)
    assert "no workflow runs reconciler ci plan" in declared("validate", "--workflows").ended(1).err


def test_workflows_stand_at_the_top_of_the_git_repository(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True, timeout=PATIENCE)
    for rest in ([], ["--workflows"]):
        subprocess.run(
            [str(EXECUTABLE), "init", str(tmp_path / "ads"), *rest], check=True, timeout=PATIENCE, capture_output=True
        )
    assert (tmp_path / WORKFLOWS[0]).is_file()


# ---- what people have changed

OWN = {
    "    runs-on: ubuntu-latest\n": "    runs-on: [self-hosted, ads] # ours\n",
    "        env:\n": "        env: # ours\n          RECONCILER_PING_URL: ${{ secrets.RECONCILER_PING_URL }}\n",
}


def changed(reconciler: Reconciler, name: str, edits: dict[str, str]) -> str:
    whole = text(reconciler, name)
    for old, new in edits.items():
        assert old in whole
        whole = whole.replace(old, new)
    (reconciler.repository.root / name).write_bytes(whole.encode())
    return whole


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("name", WORKFLOWS)
def test_a_new_token_adds_one_line_and_leaves_what_people_wrote(name: str, newline: str, declared: Reconciler) -> None:
    init(declared, "--workflows")
    changed(declared, name, {**OWN, "\n": newline})
    before = (declared.repository.root / name).read_bytes().splitlines(keepends=True)
    account = "account: act_98\ncurrency: USD\ntoken: env/META_TOKEN_INITECH\n"
    (declared.repository.root / "desired" / "accounts" / "initech.yaml").write_text(account, "utf-8")
    init(declared, "--workflows")
    after = (declared.repository.root / name).read_bytes().splitlines(keepends=True)
    (added,) = [line for line in after if line not in before]
    assert added.startswith(b"          META_TOKEN_INITECH: ") and added.endswith(newline.encode())
    assert [line for line in after if line != added] == before
    declared("validate", "--workflows").ended(0)


def test_a_token_that_no_account_names_any_more_is_taken_out(declared: Reconciler) -> None:
    init(declared, "--workflows")
    before = changed(declared, WORKFLOWS[1], OWN)
    (declared.repository.root / "desired" / "accounts" / "globex.yaml").unlink()
    init(declared, "--workflows")
    line = "          META_TOKEN_GLOBEX: ${{ secrets.META_TOKEN_GLOBEX }}\n"
    assert text(declared, WORKFLOWS[1]) == before.replace(line, "")


def test_new_times_change_the_lines_of_the_times_alone(declared: Reconciler) -> None:
    init(declared, "--workflows")
    before = changed(declared, WORKFLOWS[1], OWN)
    cron = json.loads(init(declared, "--schedule", "--json").stdout)["cron"]
    lines = "".join(f'    - cron: "{line}"\n' for line in cron)
    assert text(declared, WORKFLOWS[1]) == before.replace(f'    - cron: "{EVERY_TEN_MINUTES[0]}"\n', lines)


ENV = """        env:
          META_TOKEN_GLOBEX: ${{ secrets.META_TOKEN_GLOBEX_READ }}
          META_ACCESS_TOKEN: ${{ secrets.META_ACCESS_TOKEN_READ }}
"""
READS = "${{ secrets.META_ACCESS_TOKEN_READ }}"


@pytest.mark.parametrize(
    "env", ["", "        env:\n", "        env: {}\n", f'        env: {{META_ACCESS_TOKEN: "{READS}"}}\n']
)
def test_however_a_step_names_its_variables_the_tokens_are_added(env: str, declared: Reconciler) -> None:
    init(declared, "--workflows")
    changed(declared, WORKFLOWS[0], {ENV: env})
    init(declared, "--workflows")
    declared("validate", "--workflows").ended(0)
    root = declared.repository.root
    done = subprocess.run([str(BIN / "actionlint"), str(root / WORKFLOWS[0])], check=False, cwd=root)
    assert done.returncode == 0


def test_what_cannot_be_changed_by_its_lines_is_left_and_told(declared: Reconciler) -> None:
    init(declared, "--workflows")
    schedule = f'  schedule:\n    - cron: "{EVERY_TEN_MINUTES[0]}"\n'
    before = changed(declared, WORKFLOWS[1], {schedule: '  schedule: [{cron: "1 1 * * *"}]\n'})
    out = init(declared, "--schedule").stdout
    assert f"{WORKFLOWS[1]} is left as it was: write the lines of times yourself: 1 1 1 12 *" in out
    assert text(declared, WORKFLOWS[1]) == before


def test_an_action_that_was_changed_by_hand_is_left_and_told(declared: Reconciler) -> None:
    init(declared, "--workflows")
    action = ".github/actions/reconciler/action.yml"
    before = changed(declared, action, {'python-version: "3.12"': 'python-version: "3.13"'})
    assert f"{action} is left as it was: it was changed by hand" in init(declared, "--workflows").stdout
    assert text(declared, action) == before


def test_an_action_of_an_older_version_that_nobody_has_changed_is_replaced(declared: Reconciler) -> None:
    init(declared, "--workflows")
    action = ".github/actions/reconciler/action.yml"
    ours = text(declared, action)
    above = ours.rpartition("# written by")[0].replace("3.12", "3.11")
    older = f"{above}# written by reconciler init, {sha256(above.encode()).hexdigest()[:16]}\n"
    (declared.repository.root / action).write_text(older, "utf-8")
    init(declared, "--workflows")
    assert text(declared, action) == ours


# ---- where the project stands


def ran(here: Path, *typed: str, status: int = 0) -> str:
    done = subprocess.run(typed, cwd=here, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_a_project_below_the_top_is_named_to_each_workflow(tmp_path: Path) -> None:
    ran(tmp_path, "git", "init", "-q")
    ran(tmp_path, str(EXECUTABLE), "init", "ads/meta")
    ran(tmp_path, str(EXECUTABLE), "init", "ads/meta", "--workflows")
    assert all("chdir: ads/meta" in (tmp_path / name).read_text("utf-8") for name in WORKFLOWS)
    ran(tmp_path, str(EXECUTABLE), "validate", "--workflows", "--chdir", "ads/meta")
    ran(tmp_path, str(BIN / "actionlint"), *WORKFLOWS)
    path = tmp_path / WORKFLOWS[0]
    path.write_text(path.read_text("utf-8").replace(", chdir: ads/meta", ""), "utf-8")
    said = ran(tmp_path, str(EXECUTABLE), "validate", "--workflows", "--chdir", "ads/meta", status=1)
    assert "plan works in ., and nothing does in ads/meta" in said
    assert "mend: add chdir: ads/meta below with: of this step" in said


@pytest.mark.parametrize("branch", ["trunk", "release/2.0"])
def test_the_push_of_the_default_branch_starts_reconcile(branch: str, tmp_path: Path) -> None:
    ran(tmp_path, "git", "init", "-q", "-b", branch)
    ran(tmp_path, str(EXECUTABLE), "init")
    assert f"branches: [{branch}]" in (tmp_path / WORKFLOWS[1]).read_text("utf-8").replace("'", "")
    ran(tmp_path, "git", "-c", "user.name=a", "-c", "user.email=a@acme.example", "commit", "-q", "--allow-empty", "-mx")
    ran(tmp_path, str(EXECUTABLE), "validate", "--workflows")
    ran(tmp_path, "git", "branch", "-m", "other")
    said = ran(tmp_path, str(EXECUTABLE), "validate", "--workflows", status=1)
    assert "reconcile does not start when other is pushed" in said and "mend: write branches: [other]" in said


def test_the_remote_s_default_branch_counts_and_not_the_one_that_is_worked_on(tmp_path: Path) -> None:
    author = ("-c", "user.name=a", "-c", "user.email=a@acme.example")
    ran(tmp_path, "git", "init", "-q", "-b", "trunk", "far")
    ran(tmp_path / "far", "git", *author, "commit", "-q", "--allow-empty", "-mx")
    ran(tmp_path, "git", "clone", "-q", "far", "near")
    near = tmp_path / "near"
    ran(near, "git", "switch", "-q", "-c", "first")
    ran(near, str(EXECUTABLE), "init")
    assert "branches: [trunk]" in (near / WORKFLOWS[1]).read_text("utf-8")
    ran(near, str(EXECUTABLE), "validate", "--workflows")


# ---- times


def test_runs_follow_the_declared_times_and_a_net_catches_the_rest(declared: Reconciler) -> None:
    told = json.loads(init(declared, "--schedule", "--json").stdout)
    # 2026-12-01 09:00 and 2026-12-31 23:59 in Singapore.
    assert told["cron"] == ["1 1 1 12 *", "16 1 1 12 *", "0 16 31 12 *", "15 16 31 12 *", SAFETY_NET]
    assert told["minutes_a_month"] < 200
    whole = text(declared, WORKFLOWS[1])
    assert all(f'    - cron: "{line}"\n' in whole for line in told["cron"])


def test_a_time_that_was_declared_after_the_lines_were_written_is_told_until_they_are_anew(
    declared: Reconciler,
) -> None:
    init(declared, "--schedule")
    declared.repository.campaign("spring", SPRING.replace("2026-12-01 09:00", "2026-12-02 09:00"))
    (problem,) = declared("validate", "--workflows", "--json").ended(1).json["problems"]
    line = text(declared, WORKFLOWS[1]).splitlines()[problem["line"] - 1]
    assert (problem["file"], line) == (WORKFLOWS[1], "  schedule:")
    assert "within half an hour after 2026-12-02 01:00 UTC" in problem["message"]
    init(declared, "--schedule")
    declared("validate", "--workflows").ended(0)


def test_where_a_run_comes_every_ten_minutes_any_time_will_do(declared: Reconciler) -> None:
    init(declared, "--workflows")
    declared.repository.campaign("spring", SPRING.replace("2026-12-01 09:00", "2026-12-02 09:00"))
    declared("validate", "--workflows").ended(0)


def test_tokens_can_be_written_anew_without_losing_the_times(declared: Reconciler) -> None:
    init(declared, "--schedule")
    before = text(declared, WORKFLOWS[1])
    init(declared, "--workflows")
    assert text(declared, WORKFLOWS[1]) == before


def test_no_declared_time_leaves_the_net_alone(declared: Reconciler) -> None:
    declared.repository.campaign("spring", TRAFFIC)
    assert json.loads(init(declared, "--schedule", "--json").stdout)["cron"] == [SAFETY_NET]


NOW = datetime(2026, 12, 1, tzinfo=UTC)


def test_every_moment_ahead_is_met_within_two_minutes_or_is_the_nets() -> None:
    moments = [NOW + timedelta(hours=7 * i, minutes=13 * i) for i in range(1, 40)]
    lines = cron_of(moments, NOW)
    for moment in moments:
        after = moment + timedelta(minutes=1)
        assert f"{after.minute} {after.hour} {after.day} {after.month} *" in lines
    assert lines[-1] == SAFETY_NET


def test_what_runs_cost_is_counted() -> None:
    assert minutes_a_month(EVERY_TEN_MINUTES) == 31 * 24 * 6
    assert minutes_a_month([SAFETY_NET]) == 31 * 4
    assert minutes_a_month(["1 1 1 12 *"]) == 1


def test_the_linters_of_github_s_workflows_find_nothing(declared: Reconciler) -> None:
    init(declared, "--schedule")
    root = declared.repository.root
    paths = [str(root / name) for name in WORKFLOWS]
    done = subprocess.run([str(BIN / "actionlint"), *paths], capture_output=True, text=True, check=False, cwd=root)
    assert (done.returncode, done.stdout) == (0, "")

"""Mends of the workflows, as `validate --workflows` gives them."""

from __future__ import annotations

import subprocess
from pathlib import Path

from mends.case import CAMPAIGN, SHORT, Case, Content
from reconciler.starter.cron import EVERY_TEN_MINUTES, SAFETY_NET
from reconciler.starter.workflows import FOLDER, workflow_files

PLAN, RECONCILE, DRIFT = (f"{FOLDER}/{name}.yml" for name in ("plan", "reconcile", "drift"))
FILES = workflow_files()
TIMES = f'    - cron: "{EVERY_TEN_MINUTES[0]}"\n'
TOKEN = "          META_ACCESS_TOKEN: ${{ secrets.META_ACCESS_TOKEN }}\n"
SCHEDULE = "  schedule:\n" + TIMES
LIMITS = "concurrency:\n  group: reconcile\n  cancel-in-progress: false\n"


def case(mend: str, name: str, *edits: tuple[str, str], **beside: Content) -> Case:
    """Each edit is what stands there after doing what the mend says, and what stood there before."""
    bad = FILES[name]
    for good, old in edits:
        assert good in bad, good
        bad = bad.replace(good, old, 1)
    return Case(mend, {name: bad}, {}, beside={**FILES, **beside}, options=("--workflows",))


def on_trunk(path: Path) -> None:
    subprocess.run(["git", "init", "-q", "-b", "trunk", path.parent], check=True)
    who = ("-c", "user.name=a", "-c", "user.email=a@acme.example")
    subprocess.run(["git", *who, "commit", "-q", "--allow-empty", "-m", "x"], check=True, cwd=path.parent)


def timed(cron: str) -> dict[str, Content]:
    text = SHORT + "activate_at: 2026-12-01 09:00\ndeactivate_at: 2026-12-31 23:00\n"
    return {CAMPAIGN: text, RECONCILE: FILES[RECONCILE].replace(TIMES, cron)}


def lines(*cron: str) -> str:
    return "".join(f'    - cron: "{line}"\n' for line in (*cron, SAFETY_NET))


CASES = [
    case("delete it, and write it anew with reconciler init --workflows", PLAN, ("name: plan", "name: [")),
    Case(
        "write it with reconciler init --workflows",
        {DRIFT: None},
        {DRIFT: FILES[DRIFT]},
        {PLAN: FILES[PLAN], RECONCILE: FILES[RECONCILE]},
        options=("--workflows",),
    ),
    case(
        f"delete {DRIFT}, and write it with reconciler init --workflows",
        DRIFT,
        ("{command: drift}", "{command: plan}"),
        ("contents: write", "contents: read\n      pull-requests: write"),
    ),
    case("add META_ACCESS_TOKEN: ${{ secrets.META_ACCESS_TOKEN }} below env: of this step", RECONCILE, (TOKEN, "")),
    case(
        "add META_ACCESS_TOKEN: ${{ secrets.META_ACCESS_TOKEN_READ }} below env: of this step",
        PLAN,
        (TOKEN.replace(" }}", "_READ }}"), ""),
    ),
    case("add issues: write below permissions: of this job", DRIFT, ("      issues: write", "      actions: read")),
    case("write cancel-in-progress: false", PLAN, ("cancel-in-progress: false", "cancel-in-progress: true")),
    case("write pull_request in its place", PLAN, ("pull_request:", "pull_request_target:")),
    *[
        case(f"take {name}: out", PLAN, ("  merge_group:", f"    {name}: [docs/**]\n  merge_group:"))
        for name in ("paths", "paths-ignore")
    ],
    case(
        "add concurrency: {group: reconcile, cancel-in-progress: false} to this job",
        RECONCILE,
        (LIMITS, ""),
    ),
    case(f'add schedule: [{{cron: "{EVERY_TEN_MINUTES[0]}"}}] below on:', RECONCILE, (SCHEDULE, "")),
    case("write minute, hour, day, month and weekday in UTC, as in", RECONCILE, (TIMES, '    - cron: "@daily"\n')),
    Case(
        "add chdir: . below with: of this step, or a job like this one with it",
        {PLAN: FILES[PLAN].replace("{command: plan}", "{command: plan, chdir: elsewhere}")},
        {PLAN: FILES[PLAN].replace("{command: plan}", "{command: plan, chdir: .}")},
        FILES,
        options=("--workflows",),
    ),
    Case(
        "write branches: [trunk]",
        {},
        {RECONCILE: FILES[RECONCILE].replace("branches: [main]", "branches: [trunk]")},
        {**FILES, ".git": on_trunk},
        options=("--workflows",),
    ),
    Case(
        "write the times of the runs anew with reconciler init --schedule",
        timed(lines("1 1 1 12 *")),
        timed(lines("1 1 1 12 *", "1 15 31 12 *")),
        FILES,
        options=("--workflows",),
    ),
]

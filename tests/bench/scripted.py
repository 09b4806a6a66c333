"""What is measured within a process of ours: a first apply with its requests recorded, and stages alone."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from bench import repository
from bench.measure import Timed, timed
from bench.stage import IMAGE, KEPT, ROOT, clean_environment, sandbox

SCRIPTS = Path(__file__).parent / "scripts"
FIRST = KEPT / "first-apply"
RECORDED = FIRST / "requests.json"
OF_AN_ACCOUNT = 300
"""Campaigns whose writes fit into one window of Meta's points: else the wait for them is what would be measured."""


def first_apply(campaigns: int) -> Timed:
    """At a sandbox that has nothing; its requests are left in RECORDED."""
    root = repository.write(FIRST / "repository", IMAGE, campaigns, campaigns // OF_AN_ACCOUNT + 1)
    with sandbox(root, FIRST / "world.json", fresh=True) as url:
        done = _run("first_apply.py", root, url, RECORDED)
    return replace(done, seconds=float(done.out.split()[-1]))


def replay() -> float:
    """Of what was recorded last, at another sandbox that has nothing."""
    with sandbox(FIRST / "repository", FIRST / "replayed.json", fresh=True) as url:
        return float(_run("replay.py", RECORDED, url).out.split()[-1])


def replay_of_plan(root: Path, url: str) -> float:
    """The requests of a plan, sent again to the same sandbox."""
    recorded = root.parent / "plan.json"
    _run("plan_requests.py", root, url, recorded)
    return float(_run("replay.py", recorded, url).out.split()[-1])


def compare_and_plan(campaigns: int) -> tuple[Timed, float, float]:
    """The stages, and the seconds of the same data as JSON and back, and of a bare loop over the same pairs."""
    root = KEPT / f"stages-{campaigns}"
    if not root.exists():
        repository.write(root, IMAGE, campaigns)
    done = _run("stages.py", root)
    ours, as_json, loop = map(float, done.out.split()[-3:])
    return replace(done, seconds=ours), as_json, loop


def bare_look(checkout: Path) -> float:
    """Of a checkout to which the state branch was fetched."""
    return float(_run("bare_look.py", checkout).out.split()[-1])


def _run(script: str, *arguments: object) -> Timed:
    return timed([sys.executable, str(SCRIPTS / script), *map(str, arguments)], clean_environment(), ROOT)

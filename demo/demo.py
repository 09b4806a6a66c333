"""`make demo`: a pull request from its branch to its launch and back, on a git remote of this machine and the embedded
sandbox. Writes only below .demo/."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PLACE = ROOT / ".demo"
REMOTE, DESK = PLACE / "remote.git", PLACE / "desk"
COPIED = ("desired", "creatives", "schemas")
RECONCILER = [sys.executable, "-m", "reconciler"]
START = "2026-11-21T10:00:00+08:00"
LAUNCH = "2026-12-01T09:01:00+08:00"
LATER = "2026-12-01T14:30:00+08:00"
EVENING = "2026-12-01T18:00:00+08:00"
CAMPAIGN = "acme-sg/spring-sale"
FILE = DESK / "desired" / "campaigns" / f"{CAMPAIGN}.yaml"


def main() -> int:
    fresh_remote()
    sandbox = subprocess.Popen(
        [*RECONCILER, "sandbox", "--port", "0", "--clock", START], cwd=DESK, stdout=subprocess.PIPE, text=True
    )
    try:
        assert sandbox.stdout is not None
        url = sandbox.stdout.readline().split()[-1]
        tell(f"A local Graph API is at {url}; .demo/remote.git stands for GitHub, .demo/desk is a buyer's clone.")
        story(url)
    finally:
        sandbox.terminate()
        sandbox.wait()
    return 0


def story(url: str) -> None:
    tell("1. A pull request: four accounts in SGD, USD, MYR and TWD. CI plans it, and writes its comment and a page.")
    git(DESK, "switch", "-q", "-c", "first")
    reconciler(url, START, "ci", "plan", "--comment-file", "../comment.md", "--artifacts", "..", "--target", CAMPAIGN)
    show(PLACE / "comment.md", 8)
    tell("2. It is merged. CI applies what main says, on a machine of its own; everything is created PAUSED.")
    merge()
    reconcile(url, START)
    tell("3. Ten minutes later CI runs again. Nothing is due, so Meta is not even asked.")
    reconcile(url, START)
    tell("4. The clock passes 2026-12-01 09:00. The scheduled run turns on what is due: ads, ad set, campaign.")
    move_clock(url, LAUNCH)
    reconcile(url, LAUNCH)
    tell("5. After lunch Mei pauses the campaign in Ads Manager. Nobody turns it back on behind her.")
    move_clock(url, LATER)
    person_pauses(url)
    reconcile(url, LATER)
    reconciler(url, LATER, "drift", "--account", "acme-sg", expected=2)
    tell("6. A second pull request: another budget. Its plan shows before and after.")
    edit("50.00 SGD", "60.00 SGD")
    reconciler(url, LATER, "plan", "--target", CAMPAIGN)
    merge()
    reconcile(url, LATER)
    tell("7. The rollback is a revert.")
    git(DESK, "revert", "--no-edit", "HEAD")
    merge()
    move_clock(url, EVENING)
    reconcile(url, EVENING)
    tell("8. Lose all that was remembered: everything is found again by its label, and nothing is made twice.")
    git(REMOTE, "update-ref", "-d", "refs/heads/reconciler-state")
    shutil.rmtree(DESK / "state", ignore_errors=True)
    reconcile(url, EVENING)
    tell("Done. Look at .demo/plan.html, the page that a client signs, and .demo/comment.md, the comment.")


# ---- git: a remote, a desk, and runners that are thrown away


def fresh_remote() -> None:
    shutil.rmtree(PLACE, ignore_errors=True)
    DESK.mkdir(parents=True)
    for name in COPIED:
        shutil.copytree(ROOT / name, DESK / name)
    (DESK / ".gitignore").write_text("/state/\n")
    git(PLACE, "init", "-q", "--bare", "-b", "main", REMOTE.name)
    git(DESK, "init", "-q", "-b", "main")
    git(DESK, "remote", "add", "origin", REMOTE.as_uri())
    git(DESK, "add", "-A")
    git(DESK, "commit", "-q", "-m", "Seven campaigns")


def edit(old: str, new: str) -> None:
    text = FILE.read_text("utf-8")
    FILE.write_text(text.replace(old, new), "utf-8")
    git(DESK, "commit", "-q", "-a", "-m", f"{new} a day")


def merge() -> None:
    print("$ git push origin HEAD:main", flush=True)
    git(DESK, "push", "-q", "origin", "HEAD:main")


def reconcile(url: str, now: str) -> None:
    """As a CI does: a fresh checkout of main, thrown away afterwards."""
    runner = PLACE / "runner"
    git(PLACE, "clone", "-q", "--depth=1", "--branch=main", REMOTE.as_uri(), runner.name)
    try:
        reconciler(url, now, "ci", "reconcile", place=runner)
    finally:
        shutil.rmtree(runner)


def git(place: Path, *arguments: str) -> None:
    who = ["-c", "user.name=Mei", "-c", "user.email=mei@acme.example", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *who, "-c", "protocol.file.allow=always", *arguments], cwd=place, check=True)


# ---- what is told


def tell(text: str) -> None:
    print(f"\n\033[1m{text}\033[0m" if sys.stdout.isatty() else f"\n{text}", flush=True)


def show(file: Path, lines: int) -> None:
    print(f"$ head -{lines} {file.name}")
    print("\n".join(file.read_text("utf-8").splitlines()[:lines]), flush=True)


def reconciler(url: str, now: str, *arguments: str, expected: int = 0, place: Path = DESK) -> None:
    """Runs one command as a user would. Raises SystemExit where it ends otherwise than expected."""
    print(f"$ reconciler {' '.join(arguments)}", flush=True)
    environment = {
        **os.environ,
        "META_GRAPH_URL": url,
        "META_ACCESS_TOKEN": "any-token-will-do-for-the-sandbox",
        "RECONCILER_NOW": now,
        "CI": "true",
    }
    done = subprocess.run([*RECONCILER, *arguments], cwd=place, env=environment, stderr=subprocess.STDOUT, check=False)
    if done.returncode != expected:
        raise SystemExit(f"the demo expected exit status {expected}, not {done.returncode}")


def control(url: str, name: str, value: dict[str, Any]) -> None:
    request = urllib.request.Request(f"{url}/_sandbox/{name}", json.dumps(value).encode())
    with urllib.request.urlopen(request) as reply:
        reply.read()


def move_clock(url: str, now: str) -> None:
    control(url, "clock", {"now": now, "run": True})


def person_pauses(url: str) -> None:
    name = f"reconciler-state:{CAMPAIGN}.json"
    told = subprocess.run(["git", "show", name], cwd=REMOTE, check=True, capture_output=True, text=True).stdout
    edit = {"id": json.loads(told)["resources"][CAMPAIGN]["id"], "params": {"status": "PAUSED"}}
    control(url, "edit", {**edit, "actor": "Mei", "application": "Ads Manager"})


if __name__ == "__main__":
    sys.exit(main())

"""`make demo`: the main job, told as a story, against the embedded sandbox. Writes only below .demo/."""

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
COPIED = ("desired", "creatives", "schemas")
RECONCILER = [sys.executable, "-m", "reconciler"]
START = "2026-11-21T10:00:00+08:00"
LAUNCH = "2026-12-01T09:01:00+08:00"
LATER = "2026-12-01T14:30:00+08:00"
CAMPAIGN = "acme-sg/spring-sale"


def main() -> int:
    fresh_repository()
    sandbox = subprocess.Popen(
        [*RECONCILER, "sandbox", "--port", "0", "--clock", START], cwd=PLACE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert sandbox.stdout is not None
        url = sandbox.stdout.readline().split()[-1]
        tell(f"A local Graph API is at {url}; the repository's own campaigns are copied to .demo/.")
        story(url)
    finally:
        sandbox.terminate()
        sandbox.wait()
    return 0


def story(url: str) -> None:
    tell("1. What would be done? Nothing exists yet.")
    reconciler(url, START, "plan", "--target", CAMPAIGN)
    tell("2. Do it, for all four accounts: SGD, USD, MYR and TWD. Everything is created PAUSED.")
    reconciler(url, START, "apply", "--auto-approve")
    tell("3. A second plan is empty.")
    reconciler(url, START, "plan", "--detailed-exitcode", expected=0)
    tell("4. The clock passes 2026-12-01 09:00. The scheduled job turns on what is due: ads, ad set, campaign.")
    move_clock(url, LAUNCH)
    reconciler(url, LAUNCH, "activate")
    tell("5. After lunch Mei pauses the campaign in Ads Manager. Nobody turns it back on behind her.")
    move_clock(url, LATER)
    person_pauses(url)
    reconciler(url, LATER, "activate")
    reconciler(url, LATER, "drift", expected=2)
    tell("6. Lose state/ altogether: everything is found again by its label, and nothing is made twice.")
    shutil.rmtree(PLACE / "state")
    reconciler(url, LATER, "plan", "--account", "kopi-my")
    tell("Done. The repository of the demo is in .demo/, its state in .demo/state/.")


def fresh_repository() -> None:
    shutil.rmtree(PLACE, ignore_errors=True)
    for name in COPIED:
        shutil.copytree(ROOT / name, PLACE / name)


def tell(text: str) -> None:
    print(f"\n\033[1m{text}\033[0m" if sys.stdout.isatty() else f"\n{text}", flush=True)


def reconciler(url: str, now: str, *arguments: str, expected: int = 0) -> None:
    """Runs one command as a user would. Raises SystemExit where it ends otherwise than expected."""
    print(f"$ reconciler {' '.join(arguments)}", flush=True)
    environment = {
        **os.environ,
        "META_GRAPH_URL": url,
        "META_ACCESS_TOKEN": "any-token-will-do-for-the-sandbox",
        "RECONCILER_NOW": now,
    }
    done = subprocess.run([*RECONCILER, *arguments], cwd=PLACE, env=environment, stderr=subprocess.STDOUT, check=False)
    if done.returncode != expected:
        raise SystemExit(f"the demo expected exit status {expected}, not {done.returncode}")


def control(url: str, name: str, value: dict[str, Any]) -> None:
    request = urllib.request.Request(f"{url}/_sandbox/{name}", json.dumps(value).encode())
    with urllib.request.urlopen(request) as reply:
        reply.read()


def move_clock(url: str, now: str) -> None:
    control(url, "clock", {"now": now, "run": True})


def person_pauses(url: str) -> None:
    state = json.loads((PLACE / "state" / f"{CAMPAIGN}.json").read_text("utf-8"))
    edit = {"id": state["resources"][CAMPAIGN]["id"], "params": {"status": "PAUSED"}}
    control(url, "edit", {**edit, "actor": "Mei", "application": "Ads Manager"})


if __name__ == "__main__":
    sys.exit(main())

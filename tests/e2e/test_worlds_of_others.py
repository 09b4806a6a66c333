"""What others' clients have made goes into a repository and out of it again. `make test-clients` does the same with
more of them, and with the newest of each."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from support.command import PATIENCE, Reconciler
from support.in_and_out import goes_in_and_out
from support.repository import CREATIVES, PROJECT_ROOT
from support.sandbox import ACCOUNT, PAGE, LocalGraph

PROGRAM = PROJECT_ROOT / "tests/clients/programs/python_sdk.py"


def test_a_world_that_meta_s_sdk_has_made_goes_in_and_comes_out(
    reconciler: Reconciler, sandbox: LocalGraph, tmp_path: Path
) -> None:
    made = tmp_path / "made"
    made.mkdir()
    shutil.copy(CREATIVES / "always-on/still.png", made / "picture.png")
    shutil.copy(CREATIVES / "spring/hero.mp4", made / "film.mp4")
    sandbox.settings(video_seconds=0)
    environment = {
        **{name: text for name, text in os.environ.items() if "proxy" not in name.lower()},
        "GRAPH_URL": sandbox.url,
        "ACCOUNT_ID": ACCOUNT,
        "PAGE_ID": PAGE,
        "ACCESS_TOKEN": "token-of-a-client-long-enough-for-everybody",
        "APP_SECRET": "secret-of-the-app",
        "FOLDER": str(made),
        "NO_PROXY": "127.0.0.1",
    }
    done = subprocess.run(
        [sys.executable, str(PROGRAM), "world"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == {"campaigns": 4, "copied": True}
    found = goes_in_and_out(reconciler, tmp_path / "second")
    assert found["left_out"] == []
    assert len([file for file in found["files"] if "/campaigns/" in file]) == 4
    # Four campaigns, six ad sets, seven ads, and the audience that one of them leaves out.
    assert (found["objects"], found["labelled"]) == (18, 18)

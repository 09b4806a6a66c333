"""`python bare_look.py CHECKOUT`: prints how long Python with click and `git status` take side by side, and then one
`git cat-file --batch` of all runs of the state branch, which was fetched before."""

import subprocess
import sys
import time

CHECKOUT = sys.argv[1]
PYTHON = [sys.executable, "-c", "import click"]
STATUS = ["git", "status", "--porcelain", "-z", "--untracked-files=all", "--", "desired", "creatives"]


def git(*arguments: str, given: str = "") -> str:
    return subprocess.run(
        ["git", *arguments], cwd=CHECKOUT, input=given, capture_output=True, text=True, check=True
    ).stdout


refs = git("for-each-ref", "--format=%(refname)", "refs/worktree/reconciler").split()
(fetched,) = (ref for ref in refs if ref.endswith("/remote"))
rows = git("ls-tree", "--full-tree", fetched, "runs/").splitlines()
wanted = "".join(f"{row.split()[2]}\n" for row in rows)

begun = time.perf_counter()
together = [subprocess.Popen(one, cwd=CHECKOUT, stdout=subprocess.PIPE) for one in (STATUS, PYTHON)]
for one in together:
    one.communicate()
said = git("cat-file", "--batch", given=wanted)
seconds = time.perf_counter() - begun
if any(one.returncode for one in together) or said.count(" blob ") != len(rows):
    sys.exit(f"{len(rows)} runs, and {[one.returncode for one in together]}")
print(seconds)

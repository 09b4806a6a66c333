"""The fake of GitHub against what GitHub publishes. `make github-contract` brings that from npm and runs this."""

from __future__ import annotations

import os

if not os.environ.get("RECONCILER_GITHUB_DESCRIPTIONS"):
    collect_ignore_glob = ["test_*.py"]

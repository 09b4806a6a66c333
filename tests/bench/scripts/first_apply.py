"""`python first_apply.py ROOT URL FILE`: applies what ROOT declares at a sandbox that has nothing of it, writes every
request into FILE, and prints the seconds that it took, uploads left out. One account after the other, so that the
requests have one order."""

import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from recording import Recording

from reconciler.__main__ import collect_seldom
from reconciler.run.apply import apply
from reconciler.run.request import Request

root, url, file = Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3])
collect_seldom()
recording = Recording()
environment = {"META_GRAPH_URL": url, "META_ACCESS_TOKEN": "bench"}
begun = time.perf_counter()
applied = apply(Request(root, datetime.now(UTC), environment, adapter=recording, parallelism=1))
seconds = time.perf_counter() - begun - recording.uploading
failed = [result.error for result in applied.results if result.error] or applied.planned.failures
if failed or not applied.planned.plan.changes:
    sys.exit(f"the apply has failed, or had nothing to do: {failed}")
recording.write(file)
print(seconds)

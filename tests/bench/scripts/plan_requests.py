"""`python plan_requests.py ROOT URL FILE`: plans what ROOT declares, and writes every request into FILE."""

import sys
from datetime import UTC, datetime
from pathlib import Path

from recording import Recording

from reconciler.run.plan import plan
from reconciler.run.request import Request

root, url, file = Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3])
recording = Recording()
environment = {"META_GRAPH_URL": url, "META_ACCESS_TOKEN": "bench"}
planned = plan(Request(root, datetime.now(UTC), environment, adapter=recording, parallelism=1))
if planned.failures or planned.plan.changes:
    sys.exit(f"the plan has failed, or found changes: {planned.failures}")
recording.write(file)

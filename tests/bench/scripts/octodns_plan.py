"""`python octodns_plan.py CONFIG`: prints how long octoDNS's plan took, in seconds, without Python's start."""

import logging
import sys
import time

logging.disable(logging.CRITICAL)
begun = time.perf_counter()
from octodns.manager import Manager  # noqa: E402 - what it imports counts, as ours does

changes = Manager(sys.argv[1]).sync(dry_run=True)
seconds = time.perf_counter() - begun
if changes:
    sys.exit(f"octoDNS found {changes} changes")
print(seconds)

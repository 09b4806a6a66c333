"""`python stages.py ROOT`: compares and plans what ROOT declares with records of which each differs in one field, and
prints the seconds of that, those of `json.loads(json.dumps(…))` of the same data, and those of a loop that looks at
each field of each pair once and makes an object for each pair that differs."""

import json
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from reconciler.__main__ import collect_seldom
from reconciler.config.declared import load_desired
from reconciler.engine.diff import diff
from reconciler.engine.plan import make_plan
from reconciler.engine.settle import settle
from reconciler.model.account import AccountFacts
from reconciler.model.record import Record
from reconciler.model.remote import Object, Observed
from reconciler.model.status import PAUSED

collect_seldom()
now = datetime.now(UTC)
desired = load_desired(Path(sys.argv[1]), now)
(account,) = desired.accounts.values()
resources = desired.of(account.key, now)
records = {
    at: Record(one.kind, str(number), dict(one.fields), {"status": PAUSED}, creative_id=str(number), status=PAUSED)
    for number, (at, one) in enumerate(resources.items(), 1)
}
objects = {
    at: Object(one.kind, one.id, dict(one.applied), PAUSED, PAUSED, creative_id=one.id) for at, one in records.items()
}
observed = Observed(account.key, AccountFacts(account.currency), objects)
settled = settle(records, observed, now)
changed = {at: replace(one, fields={**one.fields, "name": f"{one.name} 2"}) for at, one in resources.items()}
data: list[Any] = [[changed[at].fields, records[at].applied, live.fields] for at, live in objects.items()]

begun = time.perf_counter()
difference = diff(changed, observed, records, settled, {}, now, desired.zone)
plan = make_plan(desired, now, account, observed, difference)
ours = time.perf_counter() - begun
if len(plan.changes) != len(resources):
    sys.exit(f"{len(plan.changes)} changes of {len(resources)} pairs: {difference.refusals[:1]}")
begun = time.perf_counter()
json.loads(json.dumps(data))
as_json = time.perf_counter() - begun


class Differing:
    def __init__(self, at: object, names: list[str]) -> None:
        self.at, self.names = at, names


begun = time.perf_counter()
differing = []
for at, live in objects.items():
    now_live = live.fields
    if names := [name for name, value in changed[at].fields.items() if value != now_live.get(name)]:
        differing.append(Differing(at, names))
loop = time.perf_counter() - begun
if len(differing) != len(plan.changes):
    sys.exit(f"{len(differing)} pairs differ, and {len(plan.changes)} are planned")
print(ours, as_json, loop)

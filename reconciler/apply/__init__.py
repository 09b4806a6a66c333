"""The only stage that changes anything at Meta. One account's plan, in waves.

| | |
|---|---|
| `order.py` | what comes before what |
| `waves.py` | the waves, one after the other, and what a failure blocks |
| `create.py` | the protocol of a create: never sent again blindly |
| `write.py` | the protocol of a write to what exists: looked at right before |
| `content.py` | media and creatives |
| `gate.py`, `activate.py` | what may be turned on, and the looks that this takes |
| `memory.py` | what `state/` remembers of each step |
"""

from __future__ import annotations

from reconciler.apply.waves import apply
from reconciler.apply.work import Work

__all__ = ["Work", "apply"]

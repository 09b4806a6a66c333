"""Which schedule belongs to a seed: the one place where that is decided."""

from __future__ import annotations

import random

from simulation.alone import with_alone
from simulation.rare_cases import RARE_CASES, WEIGHTS, generate_rare_case
from simulation.schedule import Schedule, random_schedule

RARE_CASE_SHARE = 0.5


def generate(seed: str) -> Schedule:
    """A rare case for half of all seeds, a random schedule for the others; always the same one for the same seed."""
    rng = random.Random(f"{seed}/deal")
    if rng.random() >= RARE_CASE_SHARE:
        return with_alone(random_schedule(seed))
    names = sorted(RARE_CASES)
    return generate_rare_case(rng.choices(names, [WEIGHTS[name] for name in names])[0], seed)

"""Numbers that look random and are not: the same seed and words give the same number."""

from __future__ import annotations

import hashlib
from functools import lru_cache


@lru_cache(maxsize=65536)
def unit(seed: str, *words: str) -> float:
    """Between 0 and 1."""
    digest = hashlib.blake2b("\0".join((seed, *words)).encode(), digest_size=6).digest()
    return int.from_bytes(digest) / 2**48


def between(low: float, high: float, seed: str, *words: str) -> float:
    return low + (high - low) * unit(seed, *words)

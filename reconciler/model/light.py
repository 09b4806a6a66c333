"""Plain types of which a run makes tens of thousands."""

from __future__ import annotations

from typing import TYPE_CHECKING

__all__ = ["light"]

if TYPE_CHECKING:
    from dataclasses import dataclass as light
else:
    from dataclasses import dataclass

    def light(*, frozen, eq=True, slots=False):
        """A dataclass that the type checker alone keeps from being changed: where Python does that, too, each field
        is set by a call, and making one takes four times as long. Equal and hashed as a frozen one is."""
        return dataclass(eq=eq, slots=slots, unsafe_hash=frozen and eq)

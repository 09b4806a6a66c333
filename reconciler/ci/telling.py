"""Telling in several places, one after the other: what goes wrong at one is kept, and the others are served."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec

from reconciler.model.errors import ForgeError, ReconcilerError

P = ParamSpec("P")


class Telling:
    def __init__(self) -> None:
        self.troubles: list[ReconcilerError] = []
        """What could not be told, and why."""

    def attempt(self, step: Callable[P, None], *args: P.args, **kwargs: P.kwargs) -> None:
        try:
            step(*args, **kwargs)
        except ReconcilerError as error:
            self.troubles.append(error)


def needed(token: str) -> str:
    """Raises ForgeError where the workflow gives the step none."""
    if not token:
        raise ForgeError("no GITHUB_TOKEN\n  mend: give the step env: {GITHUB_TOKEN: ${{ github.token }}}")
    return token

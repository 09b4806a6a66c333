"""Moments at which a run may end, and a second campaign beside the one that they happen to."""

from __future__ import annotations

from support.repository import STILL


class Stopped(BaseException):
    """As if the process had ended."""


def cut_off(*_: object) -> None:
    raise Stopped


def other(headline: str, rest: str = "") -> str:
    return STILL.replace("headline: Outlet", f"headline: {headline}") + rest

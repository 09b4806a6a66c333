"""Options that every command has, and the request they make."""

from __future__ import annotations

import functools
import logging
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from reconciler.system.clock import SYSTEM, Clock, moved_to

if TYPE_CHECKING:
    from reconciler.run.request import Request

ACCOUNT = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class FilePath(click.Path):
    """ "" is no path: most likely a shell's variable that is not set, and must not stand for this folder."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if value == "":
            self.fail("it is empty, and names nothing", param, ctx)
        return super().convert(value, param, ctx)


class WholeNumber(click.IntRange):
    def __init__(self, of: str, least: int, most: int) -> None:
        super().__init__(least, most)
        self.of = of

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            said = f"{value!r} is not a whole number of {self.of} from {self.min} to {self.max}"
            raise click.BadParameter(said, ctx, param) from None


class Command(click.Command):
    """One that takes options alone: an address or account that is written without its option is told how to say it."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        ctx.allow_extra_args = True
        extra = super().parse_args(ctx, args)
        if extra:
            options = " ".join(dict.fromkeys(f"{_option_for(text)} {text}" for text in extra if _option_for(text)))
            said = f"; say {ctx.command_path} {options}" if options else ""
            ctx.fail(f"{ctx.command_path} takes no {' '.join(map(repr, extra))}{said}")
        return extra


def _option_for(text: str) -> str:
    return "--target" if is_address(text) else "--account" if ACCOUNT.fullmatch(text) else ""


def is_address(text: str) -> bool:
    from reconciler.model.address import Address

    try:
        return bool(Address.parse(text))
    except ValueError:
        return False


F = TypeVar("F", bound=Callable[..., Any])

COMMON = (
    click.option(
        "--chdir",
        type=FilePath(exists=True, file_okay=False, path_type=Path),
        default=Path(),
        help="The repository's folder, instead of this one.",
    ),
    click.option("--account", "accounts", multiple=True, metavar="KEY", help="Only this account; may be repeated."),
    click.option("--target", "targets", multiple=True, metavar="ADDRESS", help="Only this resource and what is in it."),
    click.option("--json", "as_json", is_flag=True, help="JSON on standard output, and nothing else there."),
    click.option("-v", "--verbose", is_flag=True, help="Say more: requests, all fields, tracebacks."),
)


def common(command: F) -> F:
    """Adds the options of every command; they arrive as `request` (a dict of them) and `as_json`, `verbose`."""

    @functools.wraps(command)
    def wrapped(*, chdir: Path, accounts: tuple[str, ...], targets: tuple[str, ...], verbose: bool, **rest: Any) -> Any:
        if verbose:
            _log_requests()
        return command(
            base={"root": chdir.resolve(), "accounts": accounts, "targets": _addresses(targets)},
            verbose=verbose,
            **rest,
        )

    for option in reversed(COMMON):
        wrapped = option(wrapped)
    return wrapped  # type: ignore[return-value]


def _addresses(texts: tuple[str, ...]) -> tuple[Any, ...]:
    from reconciler.model.address import Address

    try:
        return tuple(Address.parse(text) for text in texts)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--target") from None


def _log_requests() -> None:
    logging.basicConfig(stream=sys.stderr, format="%(message)s")
    logging.getLogger("reconciler").setLevel(logging.DEBUG)


def make_request(base: dict[str, Any], **more: Any) -> Request:
    """The request of a command; its `now` is the computer's clock, or RECONCILER_NOW against a sandbox."""
    from reconciler.run.request import Request

    clock = current_clock()
    return Request(**{"now": clock.now(), "clock": clock, **base, **more})


def current_clock() -> Clock:
    """The computer's. RECONCILER_NOW moves the clock for trying things out; against Meta itself it is refused."""
    wanted = os.environ.get("RECONCILER_NOW", "")
    if not wanted:
        return SYSTEM
    from urllib.parse import urlsplit

    from reconciler.kinds.codecs import parse_moment
    from reconciler.meta.address import is_loopback
    from reconciler.model.errors import CredentialsError

    if not is_loopback(urlsplit(os.environ.get("META_GRAPH_URL", "")).hostname or ""):
        raise CredentialsError(
            "RECONCILER_NOW is set, but META_GRAPH_URL is no sandbox on this machine: a false clock could start "
            "campaigns early\n  mend: unset RECONCILER_NOW"
        )
    try:
        return moved_to(parse_moment(wanted))
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="RECONCILER_NOW") from None

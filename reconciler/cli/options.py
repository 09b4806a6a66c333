"""Options that every command has, and the request they make."""

from __future__ import annotations

import functools
import logging
import os
import re
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from reconciler.model.parallelism import DEFAULT_PARALLELISM, MOST_PARALLELISM
from reconciler.system.clock import SYSTEM, Clock, moved_to

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from reconciler.model.shard import Shard
    from reconciler.run.request import Moment, Request

ACCOUNT = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
ACCOUNT_FILE = re.compile(r"^(?:.*/)?desired/accounts/|(?<=[a-z0-9])\.ya?ml$")
DASHES = "-\N{EN DASH}\N{EM DASH}\N{MINUS SIGN}"


class FilePath(click.Path):
    """ "" is no path: most likely a shell's variable that is not set, and must not stand for this folder."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if value == "":
            self.fail("it is empty, and names nothing", param, ctx)
        return super().convert(value, param, ctx)


class OutputFile(FilePath):
    """One that is written. What stands there already is overwritten only where it is of the same kind: `begins`, in
    small letters, how such a file may begin. Its name has one of the `ends`, or none that another kind has: whatever
    opens it goes by that. What is read by its name alone has one of the `ends` (`strict`)."""

    def __init__(self, *begins: bytes, ends: tuple[str, ...], strict: bool = False) -> None:
        super().__init__(dir_okay=False, path_type=Path)
        self.begins, self.ends, self.strict = begins, ends, strict

    def check(self, file: Path, root: Path, option: str) -> None:
        """Raises BadParameter for a file of the project's own, and one of another kind."""
        place = file.resolve()
        own = next((name for name in OF_THE_PROJECT if place.is_relative_to((root / name).resolve())), "")
        if own:
            raise click.BadParameter(f"{file} is below {own}/, which holds what is declared", param_hint=option)
        ending = file.suffix.lower()
        if ending not in self.ends and (self.strict or ending in ENDS):
            named = file.with_suffix(self.ends[0]) if ending in ENDS else f"{file}{self.ends[0]}"
            raise click.BadParameter(f"{file} is no name for what is written there; say {named}", param_hint=option)
        if file.is_file() and (head := _head(file)) and not head.startswith(self.begins):
            said = f"{file} is there already, and is no such file; name another one, or remove it first"
            raise click.BadParameter(said, param_hint=option)


OF_THE_PROJECT = ("desired", "creatives", "state")
HEAD = 200


def _head(file: Path) -> bytes:
    with file.open("rb") as opened:
        return opened.read(HEAD).lstrip().lower()


A_PAGE = OutputFile(b"<!doctype html", ends=(".html", ".htm"))
A_PLAN = OutputFile(b'{\n  "format_version"', ends=(".json",))
A_COMMENT = OutputFile(b"### ", ends=(".md", ".markdown"))
A_CALENDAR = OutputFile(b"begin:vcalendar", ends=(".ics",))
A_GANTT = OutputFile(b"gantt", b"```mermaid", ends=(".mmd", ".md", ".mermaid"))
A_SHEET = OutputFile(b"pk", ends=(".xlsx",), strict=True)
ENDS = frozenset(
    [".csv", ".tsv", ".xls", ".xlsm", ".ods", ".numbers", ".pdf", ".yaml", ".yml"]
    + [end for kind in (A_PAGE, A_PLAN, A_COMMENT, A_CALENDAR, A_GANTT, A_SHEET) for end in kind.ends]
)
"""That tell what is in a file."""


def _check_outputs(root: Path, given: Mapping[str, Any]) -> None:
    for option in click.get_current_context().command.params:
        value = given.get(option.name or "")
        if isinstance(option.type, OutputFile) and value is not None:
            option.type.check(value, root, option.opts[0])


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


class Dashed(click.Command):
    """An option that is written with other dashes is told how to say it."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        _refuse_dashes(ctx, args)
        return super().parse_args(ctx, args)


class Command(Dashed):
    """One that takes options alone: an address or account that is written without its option is told how to say it."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        ctx.allow_extra_args = True
        extra = super().parse_args(ctx, args)
        if extra:
            shown = {flag for one in self.params if not getattr(one, "hidden", False) for flag in one.opts}
            root = ctx.params.get("chdir") or Path()
            ctx.fail(f"{ctx.command_path} takes no {' '.join(map(repr, extra))}; {_instead(ctx, extra, shown, root)}")
        return extra


def _instead(ctx: click.Context, extra: Sequence[str], shown: Collection[str], root: Path) -> str:
    """What is to be said in place of words that stand alone: their option, where it is one that names something here,
    the command that they are, or nothing."""
    commands = {name for at in (ctx.parent, ctx.find_root()) if at for name in _commands_of(at)}
    meant = [_option_for(text) for text in extra if text not in commands]
    told = [(flag, _known_account(text, root) if flag == "--account" else text) for flag, text in meant]
    options = " ".join(f"{flag} {text}" for flag, text in told if flag in shown and text)
    if options:
        return f"say {ctx.command_path} {options}"
    others = [text for text in extra if text in commands]
    parent = ctx.parent if ctx.parent and others and others[0] in _commands_of(ctx.parent) else ctx.find_root()
    return "leave it out" + (f", or say {parent.command_path} {others[0]}" if others else "")


def _commands_of(ctx: click.Context) -> list[str]:
    return ctx.command.list_commands(ctx) if isinstance(ctx.command, click.Group) else []


def _known_account(key: str, root: Path) -> str:
    """It, or the nearest that a file declares; "" where none is near."""
    from reconciler.cli.pause_words import near_to

    accounts = root / "desired" / "accounts"
    if not accounts.is_dir() or any((accounts / f"{key}{ending}").exists() for ending in (".yaml", ".yml")):
        return key
    return next(iter(near_to(key, root)[0]), "")


def _option_for(text: str) -> tuple[str, str]:
    """With what is to stand behind it; "" where no option takes such a text."""
    if address := address_in(text):
        return "--target", address
    key = ACCOUNT_FILE.sub("", text)
    return ("--account", key) if ACCOUNT.fullmatch(key) else ("", "")


def address_in(text: str) -> str:
    """Also of a file's path; "" where it is neither."""
    from reconciler.kinds.file_addresses import address_of_file, parsed_address

    try:
        return str(address_of_file(text) or parsed_address(text))
    except ValueError:
        return ""


def _refuse_dashes(ctx: click.Context, args: list[str]) -> None:
    """`-account`, and `—account` as a word processor writes it: what an option was meant to be."""
    flags = {flag for one in ctx.command.params for flag in one.opts if flag.startswith("--")}
    meant = [f"--{text.lstrip(DASHES)}" if f"--{text.lstrip(DASHES)}" in flags else text for text in args]
    wrong = [text for text, flag in zip(args, meant, strict=True) if text != flag and text[0] in DASHES]
    if wrong:
        ctx.fail(f"there is no option {wrong[0]!r}; say {ctx.command_path} {' '.join(meant)}")


F = TypeVar("F", bound=Callable[..., Any])

NARROWING = {
    "accounts": click.option(
        "--account", "accounts", multiple=True, metavar="KEY", help="Only this account; may be repeated."
    ),
    "targets": click.option(
        "--target",
        "targets",
        multiple=True,
        metavar="ADDRESS",
        help="Only this resource, what is in it and what that refers to.",
    ),
}
OF_EVERY_COMMAND = (
    click.option(
        "--chdir",
        type=FilePath(exists=True, file_okay=False, path_type=Path),
        default=Path(),
        help="The repository's folder, instead of this one.",
    ),
    click.option("--json", "as_json", is_flag=True, help="JSON on standard output, and nothing else there."),
    click.option("-v", "--verbose", is_flag=True, help="Say more: requests, all fields, tracebacks."),
)


def _refused(name: str, instead: str) -> Callable[[F], F]:
    """An option that says why it is none, in place of "no such option"."""
    flag = f"--{name.removesuffix('s')}"

    def refuse(context: click.Context, option: click.Parameter, given: tuple[str, ...]) -> None:
        if given:
            said = instead.replace("ADDRESS", " ".join(given))
            raise click.UsageError(f"{context.command_path} takes no {flag}: {said}", context)

    return click.option(flag, f"refused_{name}", multiple=True, hidden=True, expose_value=False, callback=refuse)


def _shard(context: click.Context, option: click.Parameter, texts: tuple[str, ...]) -> Shard | None:
    from reconciler.model.shard import Shard

    if len(texts) > 1:
        raise click.BadParameter(f"one machine is one shard, not {' and '.join(texts)}", context, option)
    try:
        return Shard.parse(texts[0]) if texts else None
    except ValueError as error:
        raise click.BadParameter(str(error), context, option) from None


def at_once(default: int) -> Callable[[F], F]:
    """Adds `--parallelism`; it arrives in `base`."""
    return click.option(
        "--parallelism",
        type=WholeNumber("accounts", 1, MOST_PARALLELISM),
        default=default,
        show_default=True,
        help="Accounts worked on at once.",
    )


OF_MANY_ACCOUNTS = (
    click.option(
        "--shard",
        callback=_shard,
        multiple=True,
        metavar="I/N",
        help="Only the accounts of one of N machines: 1/3, 2/3 or 3/3. Each account is in exactly one.",
    ),
    at_once(DEFAULT_PARALLELISM),
)


def many_accounts(command: F) -> F:
    """Adds the options of commands that work on accounts side by side, on one machine or on several."""
    for option in reversed(OF_MANY_ACCOUNTS):
        command = option(command)
    return command


at_moment = click.option("--at", "moment", metavar="TIME", help="Show another moment, such as '2026-12-01 09:00'.")


def moment_of(text: str | None) -> Moment | None:
    """Of `--at`, once the project's time zone is known."""
    return None if text is None else functools.partial(_moment, text)


def _moment(text: str, zone: ZoneInfo) -> datetime:
    from reconciler.kinds.codecs import parse_time

    try:
        return parse_time(text, zone)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--at") from None


def common(command: F) -> F:
    """Adds the options of every command; they arrive as `base` (a dict of them) and `as_json`, `verbose`."""
    return common_without()(command)


def common_without(**instead: str) -> Callable[[F], F]:
    """The same for a command that makes nothing of some of them, `accounts` or `targets`: it would do more than was
    asked for. By name what is said to do instead."""

    def decorated(command: F) -> F:
        @functools.wraps(command)
        def wrapped(
            *,
            chdir: Path,
            verbose: bool,
            accounts: tuple[str, ...] = (),
            targets: tuple[str, ...] = (),
            **rest: Any,
        ) -> Any:
            if verbose:
                _log_requests()
            _check_outputs(chdir, rest)
            of_many = {name: rest.pop(name) for name in ("shard", "parallelism") if name in rest}
            return command(
                base={
                    "root": chdir.resolve(),
                    "accounts": accounts,
                    "targets": _addresses(targets, chdir),
                    **of_many,
                },
                verbose=verbose,
                **rest,
            )

        refused = {name: _refused(name, said) for name, said in instead.items()}
        first, *rest = OF_EVERY_COMMAND
        for option in reversed((first, *{**NARROWING, **refused}.values(), *rest)):
            wrapped = option(wrapped)
        return wrapped  # type: ignore[return-value]

    return decorated


def _addresses(texts: tuple[str, ...], root: Path) -> tuple[Any, ...]:
    return tuple(_address(text, root) for text in texts)


def _address(text: str, root: Path) -> Any:
    from reconciler.cli.pause_words import near_to
    from reconciler.kinds.file_addresses import parsed_address

    try:
        return parsed_address(text)
    except ValueError as error:
        keys, addresses = ([], []) if address_in(text) else near_to(text, root)
        meant = [*(f"--account {key}" for key in keys), *(f"--target {address}" for address in addresses)]
        said = f"{text!r} is no address; say {', or '.join(meant)}" if meant else str(error)
        raise click.BadParameter(said, param_hint="--target") from None


def _log_requests() -> None:
    logging.basicConfig(stream=sys.stderr, format="%(message)s")
    logging.getLogger("reconciler").setLevel(logging.DEBUG)


def make_request(base: dict[str, Any], **more: Any) -> Request:
    """The request of a command; its `now` is the computer's clock, or RECONCILER_NOW against a sandbox. Raises
    UsageError for a target outside the accounts that are named."""
    from reconciler.run.request import Request

    clock = current_clock()
    request = Request(**{"now": clock.now(), "clock": clock, **base, **more})
    request.check_fence()
    return request


def current_clock() -> Clock:
    """The computer's. RECONCILER_NOW moves the clock for trying things out; against Meta itself it is refused."""
    wanted = os.environ.get("RECONCILER_NOW", "")
    if not wanted:
        return SYSTEM
    from urllib.parse import urlsplit

    from reconciler.kinds.codecs import parse_moment
    from reconciler.meta.address import is_loopback
    from reconciler.model.errors import CredentialsError

    if not is_loopback(urlsplit(os.environ.get("META_GRAPH_URL", "").strip()).hostname or ""):
        raise CredentialsError(
            "RECONCILER_NOW is set, but META_GRAPH_URL is no sandbox on this machine: a false clock could start "
            "campaigns early\n  mend: unset RECONCILER_NOW"
        )
    try:
        return moved_to(parse_moment(wanted))
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="RECONCILER_NOW") from None


def pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise click.BadParameter(f'{text!r} is no NAME=VALUE; write --set name="Spring Sale"', param_hint="--set")
    return name.strip(), value.strip()

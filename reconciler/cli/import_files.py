"""`reconciler import` of files: of a sheet of Ads Manager's, and of an older tool's. Its options, and what they do."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from reconciler.cli.options import FilePath, make_request

F = TypeVar("F", bound=Callable[..., Any])
FILE = FilePath(dir_okay=False, path_type=Path)

OPTIONS = (
    click.option(
        "--legacy", is_flag=True, help="The FILES named are an older tool's: configs/*.yaml data/accounts.json."
    ),
    click.option(
        "--cents",
        type=click.Choice(["minor", "hundredths"]),
        help="With --legacy: what its cents are where Meta counts whole units, such as JPY.",
    ),
    click.option("--xlsx", type=FILE, metavar="FILE", help="A sheet of Ads Manager's, as .xlsx or .csv."),
    click.option("--sheet", default="", metavar="NAME", help="With --xlsx: which sheet of the file."),
    click.option(
        "--timezone",
        default="",
        metavar="ZONE",
        help="Of times without an offset, where it is not the project's: the ad account's.",
    ),
    click.option(
        "--dates",
        type=click.Choice(["month-first", "day-first"]),
        help="With --xlsx: what 03/01/2027 09:00 is. With am or pm, as Ads Manager writes it, the month is first.",
    ),
    click.option(
        "--new",
        is_flag=True,
        help="With --xlsx: write its new ad sets and ads into the files of campaigns that are declared already.",
    ),
    click.option(
        "--skip-column",
        "skipped",
        multiple=True,
        metavar="NAME",
        help="What stands there may be lost; with --legacy the name of a field.",
    ),
)

NAMES = ("xlsx", "legacy", "cents", "sheet", "timezone", "skipped", "dates", "new")


def of_files(command: F) -> F:
    """Adds the options; they arrive as one dict, `files`."""

    @functools.wraps(command)
    def wrapped(**given: Any) -> Any:
        files = {name: given.pop(name) for name in NAMES}
        return command(files=files, **given)

    for option in reversed(OPTIONS):
        wrapped = option(wrapped)
    return wrapped  # type: ignore[return-value]


def of_a_file(files: dict[str, Any]) -> bool:
    """Whether files are to be imported. Raises UsageError where their options do not fit."""
    if files["legacy"] and files["xlsx"] is not None:
        raise click.UsageError("--xlsx and --legacy are two imports: one after the other")
    if files["xlsx"] is None and (files["sheet"] or files["dates"] or files["new"]):
        raise click.UsageError("--sheet, --dates and --new go with --xlsx FILE")
    if files["xlsx"] is None and not files["legacy"] and files["skipped"]:
        raise click.UsageError("--skip-column goes with --xlsx or --legacy")
    if not files["legacy"] and files["cents"]:
        raise click.UsageError("--cents goes with --legacy")
    if files["timezone"] and not files["legacy"] and files["xlsx"] is None:
        raise click.UsageError("--timezone goes with --xlsx or --legacy")
    return files["legacy"] or files["xlsx"] is not None


def import_files(
    base: dict[str, Any], names: tuple[str, ...], files: dict[str, Any], *, dry_run: bool, as_json: bool
) -> int:  # fmt: skip
    """The exit status. `names` are accounts with --xlsx, and files with --legacy."""
    from reconciler.cli.imported_files import say_converted, say_imported

    if files["legacy"]:
        if base["accounts"]:
            raise click.UsageError("--legacy takes the accounts from the files that it reads: leave --account out")
        from reconciler.run.import_legacy import Legacy, import_legacy

        legacy = Legacy(tuple(map(Path, names)), files["timezone"], files["cents"] or "", frozenset(files["skipped"]))
        return say_converted(
            import_legacy(make_request(base), legacy, dry_run=dry_run), as_json=as_json, dry_run=dry_run
        )  # fmt: skip
    from reconciler.run.import_sheet import Source, import_sheet

    asked = {**base, "accounts": (*names, *base["accounts"])}
    skipped, dates = frozenset(files["skipped"]), files["dates"] or ""
    source = Source(files["xlsx"], files["sheet"], files["timezone"], skipped, dates, new=files["new"])
    done = import_sheet(make_request(asked), source, dry_run=dry_run)
    return say_imported(done, as_json=as_json, dry_run=dry_run)

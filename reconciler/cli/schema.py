"""`reconciler schema`"""

from __future__ import annotations

from typing import Any

import click

from reconciler.cli.options import Command, common


@click.command("schema", cls=Command)
@click.option("--check", is_flag=True, help="Write nothing; fail where a file is not up to date.")
@common
def command(base: dict[str, Any], as_json: bool, verbose: bool, check: bool) -> int:
    """Write JSON Schemas to schemas/, for completion and checks in editors."""
    from reconciler.cli.console import say, say_json
    from reconciler.render.schema import schema_files
    from reconciler.store.files.atomic import write_durably

    folder = base["root"] / "schemas"
    stale = []
    for name, text in schema_files().items():
        path = folder / name
        if not path.is_file() or path.read_text("utf-8") != text:
            stale.append(f"schemas/{name}")
            if not check:
                write_durably(path, text)
    if as_json:
        say_json({"stale" if check else "written": stale})
    elif check and stale:
        say(f"Not up to date: {', '.join(stale)}. Run: reconciler schema", "red", err=True)
    else:
        say(f"Wrote {', '.join(stale)}." if stale else "The schemas are up to date.")
    return 1 if check and stale else 0

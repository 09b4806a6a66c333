"""`reconciler schema`"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from reconciler.cli.options import Command, common_without

WHOLE = "the schemas are those of all files"


@click.command("schema", cls=Command)
@click.option(
    "--local", is_flag=True, help="Write schemas/local/ for this clone's editor: with the names of what is here."
)
@click.option("--check", is_flag=True, help="Write nothing; fail where a file is not up to date.")
@common_without(accounts=WHOLE, targets=WHOLE)
def command(base: dict[str, Any], as_json: bool, verbose: bool, local: bool, check: bool) -> int:
    """Write JSON Schemas to schemas/, for completion and checks in editors.

    With --local those of schemas/local/, which git ignores: they offer templates, audiences, lead forms and media by
    name. .vscode/settings.json leads VS Code to them.
    """
    from reconciler.cli.console import say, say_json
    from reconciler.render.schema import schema_files
    from reconciler.store.files.atomic import write_durably

    files = _local(base["root"]) if local else {f"schemas/{name}": text for name, text in schema_files().items()}
    stale = []
    for name, text in files.items():
        path = base["root"] / name
        if not path.is_file() or path.read_text("utf-8") != text:
            stale.append(name)
            if not check:
                write_durably(path, text)
    if as_json:
        say_json({"stale" if check else "written": stale})
    elif check and stale:
        say(f"Not up to date: {', '.join(stale)}. Run: reconciler schema{' --local' if local else ''}", "red", err=True)
    else:
        say(f"Wrote {', '.join(stale)}." if stale else "The schemas are up to date.")
    return 1 if check and stale else 0


SETTINGS = ".vscode/settings.json"


def _local(root: Path) -> dict[str, str]:
    """The settings only where there are none: they may be somebody's."""
    from reconciler.render.schema import editor_settings, local_schema_files
    from reconciler.run.editor import names_in

    files = {f"schemas/local/{name}": text for name, text in local_schema_files(names_in(root)).items()}
    return files if (root / SETTINGS).exists() else {**files, SETTINGS: editor_settings()}

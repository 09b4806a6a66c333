"""What the last complete run of an account has found, in `state/runs/ACCOUNT.json`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from reconciler.model.errors import StateError, UnwrittenState
from reconciler.store.files.atomic import read_regular, remove_durably, write_durably
from reconciler.store.files.os_errors import mend_of, why
from reconciler.store.files.places import CONFLICT, need_folders
from reconciler.store.runs import FOLDER, Run

RUNS_VERSION = 4
MOST_BYTES = 4 * 1024 * 1024

NO_RUN = "{}\n"
"""What stands in place of runs that do not agree. A file that were not there would be taken for one that git or
somebody has removed here, and would come back."""

TEXTS = ("desired", "creatives", "tool")
NAMES = frozenset({"format_version", "held", "next_due", *TEXTS})
SINCE = {2: frozenset({"looked_at"}), 3: frozenset({"refused"}), 4: frozenset({"waiting"})}
"""What a version has added."""


class FileRuns:
    """`store/runs.py`, below `root`."""

    def __init__(self, root: Path) -> None:
        self._root, self._folder = root, root / "state" / FOLDER

    def get(self, account: str) -> Run | None:
        self._need_folders()
        name = f"state/{FOLDER}/{account}.json"
        try:
            text = read_regular(self._folder / f"{account}.json", MOST_BYTES)
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise _unbelievable(name, f"it cannot be read ({error})") from None
        return run_of(text, name)

    def put(self, account: str, run: Run) -> None:
        self._need_folders()
        path, text = self._folder / f"{account}.json", run_text(run)
        try:
            if not (path.exists() and read_regular(path, MOST_BYTES) == text):
                write_durably(path, text)
        except (OSError, UnicodeDecodeError) as error:
            raise _unwritten(account, error) from None

    def _need_folders(self) -> None:
        need_folders(self._root, self._folder.parent, self._folder)

    def forget(self, account: str) -> None:
        self._need_folders()
        try:
            remove_durably(self._folder / f"{account}.json")
        except OSError as error:
            raise _unwritten(account, error) from None


def run_text(run: Run) -> str:
    """Sorted, one field a line, so that the same run is the same text."""
    data = {
        "creatives": run.creatives,
        "desired": run.desired,
        "format_version": RUNS_VERSION,
        "held": {address: _written(moment) for address, moment in run.held.items()},
        "looked_at": _written(run.looked_at) if run.looked_at else None,
        "next_due": _written(run.next_due) if run.next_due else None,
        "refused": dict(run.refused),
        "tool": run.tool,
        "waiting": dict(run.waiting),
    }
    return json.dumps(data, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def run_of(text: str, name: str) -> Run | None:
    """What `run_text` gave; None of NO_RUN. Raises StateError, with `name` for the place."""
    if text == NO_RUN:
        return None
    if CONFLICT.search(text):
        raise _unbelievable(name, "it has git conflict markers")
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _unbelievable(name, f"it is not JSON ({error})") from None
    version = data.get("format_version") if isinstance(data, dict) else None
    if not isinstance(version, int) or version < 1:
        raise _unbelievable(name, "it has no format_version")
    if version > RUNS_VERSION:
        raise StateError(
            f"{name}: written by a newer version (format {version}, this one reads {RUNS_VERSION})\n"
            "  mend: upgrade the reconciler to the version that your CI uses"
        )
    try:
        return _run(data)
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise _unbelievable(name, f"it is not what any version has written ({error})") from None


def _run(data: Mapping[str, Any]) -> Run:
    added = (names for version, names in SINCE.items() if data["format_version"] >= version)
    if set(data) != NAMES.union(*added) or not all(isinstance(data[text], str) for text in TEXTS):
        raise ValueError("its fields are others")
    held = {str(address): _moment(moment) for address, moment in data["held"].items()}
    due, looked_at = (_moment(data[name]) if data.get(name) else None for name in ("next_due", "looked_at"))
    refused, waiting = ({str(at): _text(said) for at, said in data.get(n, {}).items()} for n in ("refused", "waiting"))
    return Run(data["desired"], data["creatives"], data["tool"], held, due, looked_at, refused, waiting)


def _text(said: Any) -> str:
    if not isinstance(said, str):
        raise TypeError("it is no text")
    return said


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def _moment(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError(f"{text} has no offset")
    return found


def _unbelievable(name: str, what: str) -> StateError:
    return StateError(f"{name}: {what}\n  mend: delete the file: the next run looks at everything and writes it anew")


def _unwritten(account: str, error: OSError | UnicodeDecodeError) -> UnwrittenState:
    name = f"state/{FOLDER}/{account}.json"
    if isinstance(error, OSError):
        return UnwrittenState(name, why(error), mend_of(error))
    return UnwrittenState(name, "it is not UTF-8", "delete the file")

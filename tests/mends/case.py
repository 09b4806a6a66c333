"""One mend, followed: files that are refused, what the tool says of them, and the same files after doing as it says."""

from __future__ import annotations

import io
import json
import os
import shutil
from collections.abc import Callable, Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch

from support.declaring import ACCOUNT
from support.repository import CREATIVES

from reconciler.cli import run

AD = '{image: b.png, primary_text: Shop now., headline: Shop, destination_url: "https://acme.example/"}'
SHORT = f"name: Spring\ndaily_budget: 50.00 SGD\nad: {AD}\n"
CAMPAIGN = "desired/campaigns/acme-sg/spring.yaml"
ACCOUNT_FILE = "desired/accounts/acme-sg.yaml"
PROJECT_FILE = "desired/project.yaml"
NOWHERE = "http://127.0.0.1:9"
"""A clock may be set only where a sandbox is named; validate asks nobody."""
NOW = "2026-11-21T10:00:00+08:00"

Content = str | bytes | None | Callable[[Path], object]
"""Of a file; None takes it away, a function makes what is no plain file."""

BASE: Mapping[str, Content] = {
    PROJECT_FILE: "project: acme\n",
    ACCOUNT_FILE: ACCOUNT,
    CAMPAIGN: SHORT,
    "creatives/a.mp4": (CREATIVES / "spring/hero.mp4").read_bytes(),
    "creatives/b.png": (CREATIVES / "always-on/still.png").read_bytes(),
    "creatives/c.jpg": (CREATIVES / "outlet/banner.jpg").read_bytes(),
}


def full(ad_set: str = "", campaign: str = "daily_budget: 50.00 SGD\n", objective: str = "OUTCOME_TRAFFIC") -> str:
    """A campaign in the full form. Its one ad set `a` has LINK_CLICKS and MY unless it says otherwise."""
    goal = "" if "optimization_goal" in ad_set else "optimization_goal: LINK_CLICKS\n"
    where = "" if "countries" in ad_set or "geo_locations" in ad_set else "countries: [MY]\n"
    below = "".join(f"    {line}\n" for line in f"{goal}{where}{ad_set}".splitlines())
    return f"name: Spring\nobjective: {objective}\n{campaign}ad_sets:\n  a:\n    ads: {{x: {AD}}}\n{below}"


@dataclass(frozen=True, eq=False)
class Case:
    mend: str
    """How the mend reads, or begins."""
    bad: str | Mapping[str, Content]
    """The campaign's text, or files by path; what is not among them is as in `BASE`."""
    good: str | Mapping[str, Content]
    """The same, after doing what the mend says."""
    beside: Mapping[str, Content] = field(default_factory=dict)
    """Files that both have."""
    now: str = NOW
    options: tuple[str, ...] = ()
    """Of validate."""
    said: str = ""
    """Where it is written, the only thing that is said of the bad files: `7:13: what is wrong`."""

    def files(self, written: str | Mapping[str, Content]) -> dict[str, Content]:
        own = {CAMPAIGN: written} if isinstance(written, str) else written
        return {**BASE, **self.beside, **own}


def edited(mend: str, text: str, *edits: tuple[str, str], **more: object) -> Case:
    """A case of one campaign file: each edit is what was written, and what the mend says to write."""
    good = text
    for old, new in edits:
        assert good.count(old) >= 1, f"{old!r} is not in\n{good}"
        good = good.replace(old, new, 1)
    return Case(mend, text, good, **more)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Said:
    message: str
    mend: str
    place: str = field(default="", compare=False)
    """`7:13`, or empty where it is no line's."""


@dataclass(frozen=True)
class Verdict:
    status: int
    problems: tuple[Said, ...]
    warnings: tuple[Said, ...]

    @property
    def all(self) -> tuple[Said, ...]:
        return self.problems + self.warnings


def verdict(root: Path, case: Case, written: str | Mapping[str, Content]) -> Verdict:
    """What `reconciler validate` says of the files."""
    for folder in ("desired", "creatives", "state"):
        shutil.rmtree(root / folder, ignore_errors=True)
    for name, content in case.files(written).items():
        _put(root / name, content)
    out, err = io.StringIO(), io.StringIO()
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("META_", "RECONCILER_"))}
    with (
        patch.dict(os.environ, {**kept, "RECONCILER_NOW": case.now, "META_GRAPH_URL": NOWHERE}, clear=True),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        status = run(["validate", "--json", "--chdir", str(root), *case.options])
    assert "Traceback" not in err.getvalue(), err.getvalue()
    found = json.loads(out.getvalue())
    assert "message" not in found, found
    return Verdict(status, _said(found.get("problems", [])), _said(found.get("warnings", [])))


def _said(rows: list[dict[str, str]]) -> tuple[Said, ...]:
    return tuple(Said(row["message"], row["mend"] or "", f"{row['line']}:{row['column']}") for row in rows)


def _put(path: Path, content: Content) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if callable(content):
        content(path)
    elif content is not None:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())

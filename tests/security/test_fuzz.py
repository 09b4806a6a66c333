"""Thousands of hostile files through `validate`: it ends with 0 or 1, names the place, and needs limited work and
memory."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest
from fuzz import fuzzed
from hostile import harm
from support.counting import calls
from support.repeat import full_or_share
from support.repository import STILL, Repository

from reconciler.cli import run

FILES = int(os.environ.get("RECONCILER_FUZZ", full_or_share(10_000, 500)))
SHARES = 20
CHARACTERS = 1_000_000
"""That are said of one file: a thousand problems at most, of a bounded length each."""

MEGABYTES = 200
PLACE = re.compile(r"^(?:Warning: )?(desired/[^:]+)(:\d+:\d+)?: \S")
CLOSING = re.compile(
    r"^(  mend: |  the same at desired/|Note: acme-sg/|\d+ problems?\. Nothing was sent|… and [\d,]+ more|Valid: |$)"
)


@pytest.fixture
def fresh(tmp_path: Path) -> Repository:
    repository = Repository(tmp_path / "r")
    repository.campaign("still", STILL)
    return repository


def validate(repository: Repository) -> tuple[int, str]:
    out = io.StringIO()
    with redirect_stdout(out), redirect_stderr(out):
        status = run(["validate", "--chdir", str(repository.root)])
    return status, out.getvalue()


def fault(repository: Repository, place: str, data: bytes) -> str:
    """What is wrong with how `validate` took a file; "" where nothing is."""
    path = repository.root / "desired" / place
    before = path.read_bytes() if path.exists() else None
    repository.write(place, data)
    status, said = validate(repository)
    if before is None:
        path.unlink()
    else:
        path.write_bytes(before)
    lines = said.split("\n")
    strange = [line for line in lines if not PLACE.match(line) and not CLOSING.match(line)]
    if status not in (0, 1):
        return f"exit status {status}"
    if strange or "Traceback" in said or "a fault of" in said:
        return f"said {strange[:3]}"
    if status == 1 and not any(PLACE.match(line) for line in lines):
        return "named no place"
    if found := harm(said):
        return f"harmful: {found[:3]}"
    return f"said {len(said)} characters" if len(said) > CHARACTERS else ""


@pytest.mark.parametrize("number", range(SHARES))
def test_any_file_is_taken_or_refused_at_its_place(number: int, fresh: Repository) -> None:
    found = {seed: fault(fresh, *fuzzed(seed)) for seed in range(number, FILES, SHARES)}
    assert {seed: what for seed, what in found.items() if what} == {}


def test_the_largest_files_leave_memory_below_200_megabytes(fresh: Repository) -> None:
    """In a process of its own, so that the peak of memory is the command's alone."""
    big = {
        "line.yaml": b"name: " + b"x" * 10_000_000,
        "brackets.yaml": b"[" * 999_999,
        "keys.yaml": b"".join(b"k%d: &a v\n" % i for i in range(70_000)),
        "raw.yaml": b"raw: [" + b"1," * 99_000 + b"1]",
        "text.yaml": b"name: |\n" + b"  x\n" * 240_000,
    }
    for name, data in big.items():
        fresh.write(f"campaigns/acme-sg/{name}", data)
    # Not ru_maxrss: a process that was started by a larger one begins with the other's peak.
    code = (
        "import re, sys; from pathlib import Path; from reconciler.cli import run; status = run(sys.argv[1:]); "
        "text = Path('/proc/self/status').read_text(); "
        "print(status, int(re.search(r'VmHWM:\\s+(\\d+)', text)[1]) // 1024)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "validate", "--chdir", str(fresh.root)],
        capture_output=True, text=True, timeout=300, check=True,
    )  # fmt: skip
    status, megabytes = map(int, done.stdout.split()[-2:])
    assert status == 1
    assert megabytes < MEGABYTES


# ---- what is not a regular file


def links(path: Path) -> None:
    path.symlink_to("/etc/passwd")


def loops(path: Path) -> None:
    path.symlink_to(path.name)


def dangles(path: Path) -> None:
    path.symlink_to("nowhere")


def never_ends(path: Path) -> None:
    path.symlink_to("/dev/zero")


def forbidden(path: Path) -> None:
    path.write_text("name: x")
    path.chmod(0)


ODD = [links, loops, dangles, never_ends, os.mkfifo, Path.mkdir, forbidden]
ODD_PLACES = [
    "project.yaml",
    "accounts/acme-sg.yaml",
    "campaigns/acme-sg/odd.yaml",
    "templates/odd.yaml",
    "campaigns/odd",
]


@pytest.mark.parametrize("place", ODD_PLACES)
@pytest.mark.parametrize("make", ODD, ids=lambda make: make.__name__)
def test_what_is_no_readable_file_is_refused_without_waiting(
    make: Callable[[Path], None], place: str, fresh: Repository
) -> None:
    path = fresh.root / "desired" / place
    path.parent.mkdir(exist_ok=True)
    path.unlink(missing_ok=True)
    make(path)
    if make is forbidden and os.geteuid() == 0:
        pytest.skip("root may read everything")
    status, said = validate(fresh)
    if (make, place) == (Path.mkdir, "campaigns/odd"):
        assert status == 0
        return
    assert status == 1
    assert re.search(rf"^desired/{re.escape(place)}(:1:1)?: ", said, re.MULTILINE), said
    assert "root:" not in said


FOLDERS = ["creatives", "desired", "desired/accounts", "desired/campaigns", "desired/campaigns/acme-sg"]


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_folder_that_is_a_link_brings_no_stranger_s_files(folder: str, fresh: Repository, tmp_path: Path) -> None:
    """Whatever the link leads to: none of its names is told."""
    whole = fresh.root / folder
    whole.rename(tmp_path / "elsewhere")
    whole.symlink_to("/etc", target_is_directory=True)
    status, said = validate(fresh)
    assert status == 1
    assert "passwd" not in said
    assert f"{folder}:1:1: " in said
    assert harm(said) == []


WIDE: dict[str, Callable[[int], str]] = {
    "ad sets": lambda many: "name: x\nad_sets:\n" + "".join(f"  a{i}: {{}}\n" for i in range(many)),
    "ads": lambda many: "name: x\nads:\n" + "".join(f"  a{i}: {{headline: x}}\n" for i in range(many)),
    "unknown keys": lambda many: "".join(f"k{i}: {i}\n" for i in range(many)),
}
TOO_WIDE = {
    "ad sets": WIDE["ad sets"](40_000),
    "ads": WIDE["ads"](40_000),
    "inherited by many": f"name: x\ncountries: [{'SG, ' * 20_000}SG]\n"
    + WIDE["ad sets"](10_000).removeprefix("name: x\n"),
}


def cost(repository: Repository, text: str) -> int:
    """How many calls it takes to refuse a campaign, at its first line or anywhere else."""
    repository.campaign("wide", text)
    told: list[tuple[int, str]] = []
    spent = calls(lambda: told.append(validate(repository)))
    ((status, said),) = told
    assert status == 1
    assert "desired/campaigns/acme-sg/wide.yaml:" in said
    return spent


@pytest.mark.parametrize("shape", WIDE)
def test_a_file_twice_as_wide_takes_twice_the_work(shape: str, fresh: Repository) -> None:
    cost(fresh, WIDE[shape](100))  # loads what is loaded once
    assert cost(fresh, WIDE[shape](800)) <= 2.1 * cost(fresh, WIDE[shape](400))


@pytest.mark.parametrize("shape", TOO_WIDE)
def test_a_file_that_would_mean_too_much_work_is_refused_before_it_is_done(shape: str, fresh: Repository) -> None:
    assert cost(fresh, TOO_WIDE[shape]) < 3_000_000

"""`init` for a new user: every line that it prints is right, and every command in it works."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path

import pytest
from support.command import EXECUTABLE, PATIENCE

from reconciler import __version__

ROOT = Path(__file__).parents[2]
STEP = re.compile(r"^(\d+)\. (.*)$")
AUTHOR = {f"GIT_{who}_{what}": "new@acme.example" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
ENVIRONMENT = {
    **{k: v for k, v in os.environ.items() if not k.startswith(("META_", "RECONCILER_", "GIT_"))},
    **AUTHOR,
    "PATH": f"{EXECUTABLE.parent}:{os.environ['PATH']}",
    "GIT_CONFIG_GLOBAL": os.devnull,
}


def said(here: Path, *typed: str, status: int = 0, env: dict[str, str] | None = None) -> str:
    done = subprocess.run(
        typed, cwd=here, env=env or ENVIRONMENT, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert done.returncode == status, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout + done.stderr


def init(here: Path, *rest: str, status: int = 0) -> str:
    return said(here, str(EXECUTABLE), "init", *rest, status=status)


def git(here: Path, *rest: str) -> str:
    return said(here, "git", *rest)


def steps(out: str) -> list[tuple[str, list[str]]]:
    """The text of each step, and the commands that it tells the user to type."""
    found: list[tuple[str, list[str]]] = []
    for line in out.splitlines():
        if step := STEP.match(line):
            found.append((step[2], []))
        elif found and line.startswith("     "):
            found[-1][1].append(line.strip())
    return found


def typed_in(out: str) -> list[str]:
    return [line for _, lines in steps(out) for line in lines]


@pytest.fixture
def sandbox_of() -> Iterator[Callable[[Path], str]]:
    """Starts `reconciler sandbox` in a folder; its address."""
    running: list[subprocess.Popen[str]] = []

    def start(folder: Path) -> str:
        command = [str(EXECUTABLE), "sandbox", "--port", "0"]
        process = subprocess.Popen(command, cwd=folder, env=ENVIRONMENT, stdout=subprocess.PIPE, text=True)
        running.append(process)
        assert process.stdout
        return process.stdout.readline().split()[-1]

    yield start
    for process in running:
        process.kill()
        process.communicate(timeout=PATIENCE)


# ---- the lines that it prints


def test_every_line_works_when_it_is_typed(tmp_path: Path, sandbox_of: Callable[[Path], str]) -> None:
    lines = typed_in(init(tmp_path, "my-ads"))
    assert lines[:2] == ["cd my-ads", "git init -b main"]
    url = sandbox_of(tmp_path / "my-ads")
    # The sandbox runs already, and Meta is not to be reached from a test; Git LFS is not on every machine.
    sandbox = "reconciler sandbox --data sandbox.json"
    script = [line for line in lines if line not in (sandbox, "unset META_GRAPH_URL", "git lfs install")]
    assert {line for line in lines if line not in script} == {sandbox, "unset META_GRAPH_URL", "git lfs install"}
    far = tmp_path / "far.git"
    git(tmp_path, "init", "-q", "--bare", str(far))
    script = [line.replace("origin …", f"origin {far}") for line in script]
    text = "\n".join(script).replace("http://127.0.0.1:8765", url).replace("…", "a-token-of-ours")
    out = said(tmp_path, "bash", "-euc", text)
    assert out.count("Plan: 3 to add, 0 to change") == 2
    assert "Valid: 1 account" in out
    assert "NO  " not in out
    left = git(tmp_path / "my-ads", "status", "--porcelain", "--ignored").splitlines()
    assert left == ["!! state/.my-account.facts.json", "!! state/.my-account.usage.json"]
    assert git(tmp_path / "my-ads", "branch", "--show-current") == "main\n"
    # What the sandbox has made outlives its restart, in a file that nobody commits.
    assert git(tmp_path / "my-ads", "check-ignore", "sandbox.json") == "sandbox.json\n"
    assert git(far, "log", "--format=%s", "main") == "Start\n"


def test_the_sandbox_s_address_is_the_one_that_the_command_listens_on(tmp_path: Path) -> None:
    from reconciler.cli.sandbox import command

    port = next(one.default for one in command.params if one.name == "port")
    assert f'export META_GRAPH_URL="http://127.0.0.1:{port}"' in typed_in(init(tmp_path))


def test_a_line_to_copy_holds_what_it_tells_to_write_though_that_is_set(tmp_path: Path) -> None:
    told = said(tmp_path, str(EXECUTABLE), "init", env={**ENVIRONMENT, "META_ACCESS_TOKEN": "sandbox-token"})
    assert 'export META_ACCESS_TOKEN="sandbox-token"' in told and "redacted" not in told
    real = {**ENVIRONMENT, "META_ACCESS_TOKEN": "sandbox-token-4711"}
    shown = said(tmp_path, str(EXECUTABLE), "init", "sandbox-token-4711", env=real)
    assert "4711" not in shown


def test_within_another_project_it_says_so(tmp_path: Path) -> None:
    init(tmp_path)
    told = init(tmp_path, "clients")
    assert f"This stands within {tmp_path}, a repository of the reconciler already" in told
    assert json.loads(init(tmp_path, "others", "--json"))["within"] == str(tmp_path)


def test_in_the_folder_itself_nobody_is_sent_elsewhere(tmp_path: Path) -> None:
    assert "cd" not in {line.split()[0] for line in typed_in(init(tmp_path))}


@pytest.mark.parametrize("name", ["my ads", "ads; touch x", "広告"])
def test_a_folder_with_a_strange_name_is_named_so_that_a_shell_finds_it(name: str, tmp_path: Path) -> None:
    (line, *_) = typed_in(init(tmp_path, name))
    assert said(tmp_path, "bash", "-euc", f"{line}\npwd").strip() == str(tmp_path / name)


def test_where_git_is_already_nobody_is_told_to_start_it(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    assert "git init -b main" not in typed_in(init(tmp_path))


def test_below_the_top_of_a_repository_the_workflows_are_written_by_a_command_of_their_own(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    out = init(tmp_path, "ads/meta")
    assert "git init -b main" not in typed_in(out)
    (told,) = [what for what, _ in steps(out) if "workflows only from .github/ at its top" in what]
    assert "with chdir: ads/meta" in told and str(tmp_path) in told
    assert "reconciler init --workflows" in typed_in(out) and not (tmp_path / "ads" / "meta" / ".github").exists()


def test_programs_that_are_missing_are_named_with_where_they_are_found(tmp_path: Path) -> None:
    bare = {**ENVIRONMENT, "PATH": str(tmp_path)}
    out = said(tmp_path, str(EXECUTABLE), "init", "my-ads", env=bare)
    assert "Install git (https://git-scm.com) and Git LFS (https://git-lfs.com)." in out


# ---- what it writes


def test_media_goes_through_lfs_and_state_counts_as_generated(tmp_path: Path) -> None:
    init(tmp_path)
    git(tmp_path, "init", "-q")
    paths = ["creatives/first.png", "creatives/spring/X.MP4", "creatives/README.md", "state/my-account/a.json"]
    found = git(tmp_path, "check-attr", "filter", "linguist-generated", "--", *paths).splitlines()
    assert found[::2] == [
        "creatives/first.png: filter: lfs",
        "creatives/spring/X.MP4: filter: lfs",
        "creatives/README.md: filter: unspecified",
        "state/my-account/a.json: filter: unspecified",
    ]
    assert found[-1] == "state/my-account/a.json: linguist-generated: set"


def test_locks_and_counts_of_calls_stay_out_of_git(tmp_path: Path) -> None:
    init(tmp_path)
    git(tmp_path, "init", "-q")
    ignored = ["state/.my-account.lock", "state/.my-account.lock.1", "state/.my-account.usage.json"]
    ignored += ["state/.my-account.facts.json", "state/.my-account.uploads.json"]
    assert git(tmp_path, "check-ignore", *ignored).split() == ignored
    git(tmp_path, "add", "-A")
    assert "state/README.md" in git(tmp_path, "ls-files")


def test_requirements_pin_the_tool_and_all_that_it_runs_on_as_it_runs_here(tmp_path: Path) -> None:
    init(tmp_path)
    pins = dict(line.split("==") for line in (tmp_path / "requirements.txt").read_text("utf-8").splitlines())
    assert next(iter(pins)) == "ads-reconciler" and pins["ads-reconciler"] == __version__
    assert {name: version(name) for name in pins} == pins
    loaded = {"click", "facebook-business", "jsonschema", "pydantic", "pydantic-core", "requests", "ruamel-yaml-clib"}
    assert loaded <= set(pins)
    assert not {"pytest", "mypy", "ruff", "hatchling", "pip"} & set(pins)


def test_the_workflows_install_those_requirements(tmp_path: Path) -> None:
    init(tmp_path)
    text = (tmp_path / ".github" / "actions" / "reconciler" / "action.yml").read_text("utf-8")
    # --require-hashes would refuse a file that has none.
    assert '-r "$CHDIR/requirements.txt"' in text and "--require-hashes" not in text


def test_the_readme_names_every_file_there_is_and_no_command_that_there_is_not(tmp_path: Path) -> None:
    from reconciler.cli import COMMANDS

    init(tmp_path)
    text = (tmp_path / "README.md").read_text("utf-8")
    assert set(re.findall(r"reconciler ([a-z-]+)", text)) <= set(COMMANDS)
    named = [name for name in re.findall(r"`([^`\s]+)`", text) if "/" in name and "<" not in name]
    assert named
    assert [name for name in named if not (tmp_path / name).exists()] == ["state/my-account/"]
    for id_ in ("account", "page", "pixel", "regulated"):
        assert f"| `{id_}` |" in text


# ---- where something is there already


def test_what_is_there_stays_and_is_named_with_the_lines_that_it_lacks(tmp_path: Path) -> None:
    mine = {".gitignore": "/state/*\n*.log\n", "README.md": "ours\n", "requirements.txt": "requests==2.32.0\n"}
    for name, text in mine.items():
        (tmp_path / name).write_text(text, "utf-8")
    out = init(tmp_path)
    assert {name: (tmp_path / name).read_text("utf-8") for name in mine} == mine
    assert "There already, and left as it was: .gitignore, README.md, requirements.txt." in out
    before = out.partition("\n1. ")[0]
    lacking = [line.strip() for line in before.splitlines() if line.startswith("     ")]
    assert lacking[:2] == [".venv/", "__pycache__/"] and f"ads-reconciler=={__version__}" in lacking
    assert "/state/*" not in lacking


OURS = ["reconciler-plan/", "plan.json", "plan.html", "sandbox.json", "/schemas/local/", "/.vscode/settings.json"]


def test_as_json_what_was_kept_comes_with_the_lines_that_it_lacks(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text(".venv/\n__pycache__/\n", "utf-8")
    (tmp_path / "README.md").write_text("ours\n", "utf-8")
    told = json.loads(init(tmp_path, "--json"))
    assert told["kept"] == {".gitignore": ["/state/*", "!/state/README.md", *OURS], "README.md": []}
    assert "desired/project.yaml" in told["written"]


def test_a_link_that_leads_nowhere_is_not_written_through(tmp_path: Path) -> None:
    (tmp_path / "ads").mkdir()
    (tmp_path / "ads" / "README.md").symlink_to(tmp_path / "elsewhere.md")
    init(tmp_path, "ads")
    assert not (tmp_path / "elsewhere.md").exists()


def test_a_second_time_is_refused_and_changes_nothing(tmp_path: Path) -> None:
    init(tmp_path)
    before = {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    out = init(tmp_path, status=64)
    assert "is a repository of the reconciler already" in out and "mend: go on there with reconciler validate" in out
    assert {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()} == before


def test_what_was_cut_off_halfway_is_finished_by_the_next(tmp_path: Path) -> None:
    (tmp_path / "creatives").write_text("in the way", "utf-8")
    out = init(tmp_path, status=1)
    assert f"{tmp_path / 'creatives'} cannot be written" in out and "mend: " in out
    (tmp_path / "creatives").unlink()
    init(tmp_path)
    assert "Valid: 1 account" in said(tmp_path, str(EXECUTABLE), "validate")


def test_a_folder_that_takes_no_files_is_told_with_a_mend(tmp_path: Path) -> None:
    out = init(tmp_path, "/proc/ads", status=1)
    assert "Error: /proc/ads cannot be written: " in out
    assert "mend: free that path, or name a folder that you may write to: reconciler init FOLDER" in out


# ---- the package


def test_the_wheel_starts_the_same_repository(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    said(ROOT, *build)
    (wheel,) = tmp_path.glob("*.whl")
    said(tmp_path, sys.executable, "-m", "zipfile", "-e", str(wheel), "unpacked")
    unpacked = {**ENVIRONMENT, "PYTHONPATH": str(tmp_path / "unpacked")}
    program = "import reconciler, sys; sys.stdout.write(reconciler.__file__)"
    assert said(tmp_path, sys.executable, "-c", program, env=unpacked).startswith(str(tmp_path / "unpacked"))
    said(tmp_path, sys.executable, "-m", "reconciler", "init", "from-wheel", env=unpacked)
    init(tmp_path, "from-source")
    made = [
        {p.relative_to(d).as_posix(): p.read_bytes() for p in d.rglob("*") if p.is_file()}
        for d in (tmp_path / "from-wheel", tmp_path / "from-source")
    ]
    assert made[0] == made[1] != {}


@pytest.mark.parametrize("name", ["-weird3", "--json", "two words", "it's"])
def test_the_line_that_leads_into_a_folder_works_whatever_it_is_called(tmp_path: Path, name: str) -> None:
    (line,) = [line for line in typed_in(init(tmp_path, "--", name)) if line.startswith("cd ")]
    assert said(tmp_path, "sh", "-c", f"{line} && pwd").strip() == str(tmp_path / name)


def test_an_empty_name_is_no_folder(tmp_path: Path) -> None:
    assert "it is empty, and names nothing" in init(tmp_path, "", status=64)
    assert list(tmp_path.iterdir()) == []


def test_the_examples_of_audiences_and_lead_forms_are_valid_as_they_stand(tmp_path: Path) -> None:
    init(tmp_path)
    desired = tmp_path / "desired"
    for folder in ("audiences", "lead_forms"):
        text = (desired / folder / "README.md").read_text("utf-8")
        for name, body in re.findall(r"```yaml\n# desired/(\S+)\n(.*?)```", text, flags=re.DOTALL):
            path = desired / name.replace("acme-sg", "my-account")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(body, "utf-8")
    assert len(list(desired.glob("*/my-account/*.yaml"))) == 4
    said(tmp_path, str(EXECUTABLE), "validate")

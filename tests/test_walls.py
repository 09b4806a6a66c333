"""Who may import what. Walls that only a comment holds up fall."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
STOPWATCHES = {
    "monotonic",
    "monotonic_ns",
    "perf_counter",
    "perf_counter_ns",
    "process_time",
    "thread_time",
    "getrusage",
}
PACKAGE = ROOT / "reconciler"
PURE = [
    "activity", "agenda", "ages", "apply/gate", "apply/order", "audience", "bids", "checks", "comments", "compare",
    "diff", "display", "formats", "goals", "guard", "identity", "known_keys", "lateness", "layers", "limits",
    "markets", "misfits", "moments", "ownership", "placeholders", "placements", "plan", "proposals", "raw", "read_back",
    "refresh", "regulation", "removals", "renames", "render/__init__", "render/fields", "render/json",
    "render/made", "render/plan_file", "render/plan_schema", "render/side_by_side", "render/spending",
    "render/text", "resolve", "settle", "specs", "staleness", "status", "status_choice", "synonyms", "syntax",
    "texts", "upcoming", "waiting", "words",
]  # fmt: skip
IO_MODULES = {
    "os", "io", "pathlib", "shutil", "tempfile", "socket", "http", "urllib.request", "subprocess", "requests",
    "facebook_business", "logging", "time", "random", "threading", "asyncio", "reconciler.meta", "reconciler.record",
    "reconciler.library", "reconciler.observe", "reconciler.declared",
}  # fmt: skip
MODULES = sorted(p.relative_to(PACKAGE).with_suffix("").as_posix() for p in PACKAGE.rglob("*.py"))
OURS = [name for name in MODULES if not name.startswith("sandbox")]
SANDBOX = [name for name in MODULES if name.startswith("sandbox")]


@cache
def tree(name: str) -> ast.Module:
    return ast.parse((PACKAGE / f"{name}.py").read_text("utf-8"))


@cache
def imports(name: str) -> set[str]:
    """Every module that is named, those inside functions and `from x import y` as both x and x.y included."""
    found = set()
    for node in ast.walk(tree(name)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name} imports relatively"
            found |= {str(node.module), *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def within(module: str, walls: set[str]) -> bool:
    return any(module == wall or module.startswith(f"{wall}.") for wall in walls)


def calls(name: str) -> set[str]:
    return {
        node.func.id for node in ast.walk(tree(name)) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }


def test_the_walls_are_around_something() -> None:
    assert set(PURE) <= set(MODULES)
    assert "requests" in imports("meta/client")
    assert within("reconciler.meta.client", IO_MODULES)
    assert "print" not in calls("model")
    assert SANDBOX


@pytest.mark.parametrize("name", PURE)
def test_a_pure_module_neither_reads_nor_writes_nor_asks_the_clock(name: str) -> None:
    assert {m for m in imports(name) if within(m, IO_MODULES)} == set()
    assert calls(name) & {"open", "print", "input", "exec", "eval"} == set()
    clocks = {
        node.func.attr
        for node in ast.walk(tree(name))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }
    assert clocks & {"now", "utcnow", "today", "read_text", "write_text", "read_bytes", "write_bytes"} == set()


@pytest.mark.parametrize("name", [n for n in OURS if not n.startswith("meta/")])
def test_only_meta_speaks_http(name: str) -> None:
    assert {m for m in imports(name) if within(m, {"requests", "facebook_business", "urllib.request", "http"})} == set()


@pytest.mark.parametrize("name", [n for n in OURS if not n.startswith("cli/")])
def test_only_the_command_line_prints_and_knows_click(name: str) -> None:
    assert calls(name) & {"print", "input"} == set()
    assert {m for m in imports(name) if within(m, {"click"})} == set()


@pytest.mark.parametrize("name", [n for n in OURS if n not in ("__main__",) and not n.startswith("cli/")])
def test_nothing_below_the_command_line_imports_it_or_exits(name: str) -> None:
    assert {m for m in imports(name) if within(m, {"reconciler.cli"})} == set()
    assert calls(name) & {"exit", "quit"} == set()


@pytest.mark.parametrize("path", sorted((ROOT / "tests").rglob("test_*.py")), ids=lambda path: path.stem)
def test_no_test_judges_by_a_stopwatch(path: Path) -> None:
    """On a busy machine all takes longer. What has to be bounded is counted: `support/counting.py`."""
    named = {getattr(node, "attr", getattr(node, "id", "")) for node in ast.walk(ast.parse(path.read_text("utf-8")))}
    assert named & STOPWATCHES == set()


def test_the_model_imports_nothing_of_ours() -> None:
    assert {m for m in imports("model") if within(m, {"reconciler"})} == set()


@pytest.mark.parametrize("name", [n for n in OURS if n != "cli/sandbox"])
def test_the_product_never_imports_the_sandbox(name: str) -> None:
    assert {m for m in imports(name) if within(m, {"reconciler.sandbox"})} == set()


@pytest.mark.parametrize("name", SANDBOX)
def test_the_sandbox_shares_no_code_with_the_product(name: str) -> None:
    ours = {m for m in imports(name) if within(m, {"reconciler"}) and not within(m, {"reconciler.sandbox"})}
    assert ours <= {"reconciler"}


@pytest.mark.parametrize("name", [n for n in OURS if n.startswith("kinds/")])
def test_kinds_know_no_stage(name: str) -> None:
    known = {"reconciler.kinds", "reconciler.model", "reconciler.identity", "reconciler.moments"}
    assert {m for m in imports(name) if within(m, {"reconciler"}) and not within(m, known)} <= {"reconciler"}


APPLY = {"apply/waves", "apply/create", "apply/write", "apply/content", "apply/activate"}
WRITES = {*APPLY, "pause", "forget", "pipeline", "meta/client", "meta/upload", "cli/pause", "cli/forget"}


@pytest.mark.parametrize("name", OURS)
def test_only_the_apply_stage_and_the_emergency_stop_can_write(name: str) -> None:
    assert ("reconciler.meta.client.Writer" in imports(name)) <= (name in WRITES)


@pytest.mark.parametrize("name", OURS)
def test_only_the_gate_makes_permits(name: str) -> None:
    assert ("Permit" in calls(name)) == (name == "apply/gate")


def test_both_sides_read_one_table_of_versions_each_with_lines_of_its_own() -> None:
    # Which versions live is a fact, not behaviour: a second copy could only go stale. The sandbox takes data, no code.
    from facebook_business.api import FacebookAdsApi

    from reconciler import versions
    from reconciler.sandbox import versions as spoken

    assert versions.DEFAULT == spoken.DEFAULT == FacebookAdsApi.API_VERSION
    assert set(spoken.SPOKEN) <= set(versions.ENDS)
    assert {p.name for p in PACKAGE.glob("*.toml")} == {"versions.toml"}


@pytest.mark.parametrize("name", OURS)
def test_only_the_guard_approves_plans(name: str) -> None:
    assert ("Approved" in calls(name)) == (name == "guard")
    assert ("reconciler.guard._SEAL" in imports(name)) is False

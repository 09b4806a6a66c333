"""Which folder may import which, and which may do I/O. The rules are by folder, so they hold for a new module at
once."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from reconciler.model.address import LEVELS

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "reconciler"

MAY_IMPORT = {
    "model": "",
    "text": "",
    "system": "",
    "web": "text",
    "kinds": "model text",
    "media": "kinds system",
    "config": "model text kinds media",
    "engine": "model text kinds",
    "edit": "model text kinds engine",
    "sheets": "model",
    "store": "model text system",
    "meta": "model text kinds system web",
    "observe": "model text kinds engine meta",
    "apply": "model text kinds engine system store media meta observe",
    "render": "model text kinds engine",
    "run": "model text kinds engine config edit system sheets store media meta observe apply",
    "forge": "model text system web",
    "starter": "model render",
    "ci": "store model text kinds engine run render forge starter",
    "cli": "model text kinds engine system store meta render run forge ci starter",
}
"""Each folder, and the folders that its modules may import. A folder never imports one that is further down."""

PURE = ("model", "text", "kinds", "engine", "edit", "render")
PURE_WITHIN = {"apply/gate", "apply/order"}
"""Modules of other folders that must do no I/O either: what may be turned on, and in what order everything is sent."""
READS_THE_PACKAGE = {"model/versions", "kinds/zones", "render/html/style"}
"""They read only data that is installed with the code: the table of API versions, the names of time zones, a
stylesheet."""

FILES = ("config", "sheets", "store", "media", "system", "starter", "sandbox", "cli")
"""Folders whose modules may open files. `READ_FILES` are single modules of other folders that may."""
GENERIC = ("config", "engine", "observe", "apply", "store", "run", "render", "cli")
"""Folders whose modules name no kind: what is so of one kind only stands with it, as a trait."""
OF_CREATIVES = {"apply/content", "observe/library", "observe/content", "observe/live_content"}
"""Creatives have no addresses: these find, read and make them by their content."""

READ_FILES = {
    "__main__",  # only nothing, in place of a stream that is closed
    "meta/upload",
    "meta/client",
    "meta/fields",
    "apply/content",
    "apply/work",
    "forge/environment",
    "forge/reports",
}

IO_MODULES = {
    "os", "io", "shutil", "tempfile", "socket", "http", "urllib.request", "subprocess", "requests", "pathlib",
    "facebook_business", "logging", "time", "random", "threading", "asyncio",
}  # fmt: skip
IO_CALLS = {"open", "print", "input", "exec", "eval"}
IO_METHODS = {"now", "utcnow", "today", "read_text", "write_text", "read_bytes", "write_bytes"}
STOPWATCHES = {
    "monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns", "process_time", "thread_time", "getrusage",
}  # fmt: skip

MODULES = sorted(p.relative_to(PACKAGE).with_suffix("").as_posix() for p in PACKAGE.rglob("*.py"))
OURS = [name for name in MODULES if not name.startswith("sandbox")]
SANDBOX = [name for name in MODULES if name.startswith("sandbox")]


def folder_of(name: str) -> str:
    return name.partition("/")[0] if "/" in name else ""


@cache
def tree(name: str) -> ast.Module:
    return ast.parse((PACKAGE / f"{name}.py").read_text("utf-8"))


@cache
def imports(name: str) -> set[str]:
    """Every module that is imported, also inside functions. `from x import y` counts as both x and x.y."""
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


def methods(name: str) -> set[str]:
    """The names of all methods that are called: `now` for `datetime.now()`."""
    return {
        node.func.attr
        for node in ast.walk(tree(name))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }


def io_of(name: str) -> set[str]:
    """The modules, functions and methods with which a module does I/O."""
    return {m for m in imports(name) if within(m, IO_MODULES)} | (calls(name) & IO_CALLS) | (methods(name) & IO_METHODS)


def known_by(name: str) -> Iterator[str]:
    """Our modules that a module imports, as names of files. Of `from x import y` it is x only where y is no module."""
    paths = {module.removeprefix("reconciler.").replace(".", "/") for module in imports(name)}
    for path in paths:
        if path in MODULES:
            yield path
        elif f"{path}/__init__" in MODULES and not any(
            each.startswith(f"{path}/") and each in MODULES for each in paths
        ):
            yield f"{path}/__init__"


PURE_MODULES = [name for name in OURS if folder_of(name) in PURE or name in PURE_WITHIN]


def test_the_walls_are_around_something() -> None:
    assert {folder_of(name) for name in OURS} == {*MAY_IMPORT, ""}
    assert {"requests"} <= imports("meta/client")
    assert io_of("meta/client")
    assert {*PURE_WITHIN, *READS_THE_PACKAGE, *READ_FILES} <= set(MODULES)
    assert set(known_by("apply/waves")) >= {"apply/create", "model/plan"}
    assert SANDBOX


def test_nothing_stands_at_the_root() -> None:
    assert {name for name in MODULES if "/" not in name} == {"__init__", "__main__"}


@pytest.mark.parametrize("name", [n for n in OURS if folder_of(n)])
def test_a_folder_knows_only_those_below_it(name: str) -> None:
    own = folder_of(name)
    known = {folder_of(each) for each in known_by(name)} - {own, ""}
    assert known <= {*MAY_IMPORT[own].split(), *({"sandbox"} if name == "cli/sandbox" else ())}


def test_no_modules_import_each_other_in_a_circle() -> None:
    graph = {name: set(known_by(name)) for name in OURS}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" → ".join(error.args[1]))


@pytest.mark.parametrize("name", PURE_MODULES)
def test_a_pure_module_neither_reads_nor_writes_nor_asks_the_clock(name: str) -> None:
    assert io_of(name) <= ({"read_text"} if name in READS_THE_PACKAGE else set())


@pytest.mark.parametrize("name", OURS)
def test_files_are_opened_where_files_are_kept(name: str) -> None:
    if folder_of(name) not in FILES and name not in READ_FILES:
        assert io_of(name) & {"open", "read_text", "write_text", "read_bytes", "write_bytes", "shutil", "tempfile"} <= (
            {"read_text"} if name in READS_THE_PACKAGE else set()
        )


def texts(name: str) -> set[str]:
    """Every text in a module that is no docstring and no part of a longer one."""
    docs = {id(node.value) for node in ast.walk(tree(name)) if isinstance(node, ast.Expr)}
    parts = {id(part) for node in ast.walk(tree(name)) if isinstance(node, ast.JoinedStr) for part in ast.walk(node)}
    apart = (n for n in ast.walk(tree(name)) if isinstance(n, ast.Constant) and id(n) not in docs | parts)
    return {node.value for node in apart if isinstance(node.value, str)}


@pytest.mark.parametrize("name", [n for n in OURS if folder_of(n) in GENERIC])
def test_a_generic_stage_names_no_kind(name: str) -> None:
    assert texts(name) & set(LEVELS) == set()
    assert "creative" not in texts(name) or name in OF_CREATIVES
    families = {m for m in imports(name) if within(m, {"reconciler.kinds.delivery", "reconciler.kinds.creative"})}
    assert not families or name in OF_CREATIVES


STORES = {f"store/files/{name}" for name in ("store", "records", "plans", "leases", "limits", "runs")}
STORES |= {"store/git/branch", "store/git/files", "store/git/command"}


@pytest.mark.parametrize("name", [n for n in OURS if folder_of(n) != "store"])
def test_one_place_alone_knows_how_things_are_kept(name: str) -> None:
    assert set(known_by("store/opening")) & STORES
    assert set(known_by(name)) & STORES == set()


SPEAKS_HTTP = {"meta": {"requests", "facebook_business"}, "forge": {"requests"}, "web": {"requests"}}


@pytest.mark.parametrize("name", OURS)
def test_few_folders_alone_speak_http(name: str) -> None:
    spoken = {m for m in imports(name) if within(m, {"requests", "facebook_business", "urllib.request", "http"})}
    assert {m.partition(".")[0] for m in spoken} <= SPEAKS_HTTP.get(folder_of(name), set())


@pytest.mark.parametrize("name", [n for n in OURS if n != "store/git/process"])
def test_one_module_alone_starts_another_program(name: str) -> None:
    assert {m for m in imports(name) if within(m, {"subprocess"})} == set()
    assert methods(name) & {"system", "popen", "execv", "execve", "spawnv", "fork"} == set()


@pytest.mark.parametrize("name", [n for n in OURS if folder_of(n) != "cli"])
def test_only_the_command_line_prints_and_knows_click(name: str) -> None:
    assert calls(name) & {"print", "input"} == set()
    assert {m for m in imports(name) if within(m, {"click"})} == set()


@pytest.mark.parametrize("name", [n for n in OURS if n != "__main__" and folder_of(n) != "cli"])
def test_nothing_below_the_command_line_exits(name: str) -> None:
    assert calls(name) & {"exit", "quit"} == set()


@pytest.mark.parametrize("path", sorted((ROOT / "tests").rglob("test_*.py")), ids=lambda path: path.stem)
def test_no_test_judges_by_a_stopwatch(path: Path) -> None:
    """On a busy machine everything takes longer. Count what has to be limited: `support/counting.py`."""
    named = {getattr(node, "attr", getattr(node, "id", "")) for node in ast.walk(ast.parse(path.read_text("utf-8")))}
    assert named & STOPWATCHES == set()


@pytest.mark.parametrize("name", SANDBOX)
def test_the_sandbox_shares_no_code_with_the_product(name: str) -> None:
    ours = {m for m in imports(name) if within(m, {"reconciler"}) and not within(m, {"reconciler.sandbox"})}
    assert ours <= {"reconciler"}


WRITES = {
    *(f"apply/{name}" for name in ("waves", "create", "write", "content", "activate", "plain", "label", "marker")),
    *("run/session", "run/stop", "run/pause", "run/forget", "meta/client", "meta/upload"),
}


@pytest.mark.parametrize("name", OURS)
def test_only_the_apply_stage_and_the_emergency_stop_can_write(name: str) -> None:
    assert ("reconciler.meta.client.Writer" in imports(name)) <= (name in WRITES)


@pytest.mark.parametrize("name", OURS)
def test_only_the_gate_makes_permits(name: str) -> None:
    assert ("Permit" in calls(name)) == (name == "apply/gate")


@pytest.mark.parametrize("name", [name for name in OURS if name != "apply/plain"])
def test_only_what_spends_nothing_is_active_without_a_permit(name: str) -> None:
    """What stands alone has neither budget nor delivery."""
    assert "delivers" not in {node.arg for node in ast.walk(tree(name)) if isinstance(node, ast.keyword)}


@pytest.mark.parametrize("name", OURS)
def test_only_policy_approves_plans(name: str) -> None:
    assert ("Approved" in calls(name)) == (name == "engine/policy")
    assert ("reconciler.engine.policy._SEAL" in imports(name)) is False


JUDGES_IN_FLIGHT = {"engine/settle", "engine/intents", "model/record_codec", "store/merging"}
"""What became of it, what is about to be sent, how both are written down, and how two histories of it are made one."""


@pytest.mark.parametrize("name", [name for name in OURS if name not in JUDGES_IN_FLIGHT])
def test_what_is_in_flight_is_judged_in_one_place(name: str) -> None:
    """Others read `Settled`. They may set the field, as a keyword."""
    assert "in_flight" not in {node.attr for node in ast.walk(tree(name)) if isinstance(node, ast.Attribute)}
    assert "in_flight" not in texts(name)


@pytest.mark.parametrize("name", [name for name in OURS if name not in {*JUDGES_IN_FLIGHT, "model/record"}])
def test_a_create_without_an_answer_is_looked_for_by_one_rule(name: str) -> None:
    """Others ask `Record.knows`, or what `engine/intents.py` says of it."""
    assert "pending" not in {node.attr for node in ast.walk(tree(name)) if isinstance(node, ast.Attribute)}


def test_both_sides_read_one_table_of_versions_each_with_lines_of_its_own() -> None:
    # The sandbox shares no code with the product, so that it does not repeat its mistakes. A table of facts is
    # different: a second copy of it would only become outdated.
    from facebook_business.api import FacebookAdsApi

    from reconciler.model import versions
    from reconciler.sandbox import versions as spoken

    assert versions.DEFAULT == spoken.DEFAULT == FacebookAdsApi.API_VERSION
    assert set(spoken.SPOKEN) <= set(versions.ENDS)
    assert {p.name for p in PACKAGE.glob("*.toml")} == {"versions.toml"}

"""The command line for users and pipelines: output streams, exit statuses, options, and which modules are loaded."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path
from tempfile import gettempdir

import pytest
from support.command import CANARY, EXECUTABLE, Reconciler
from support.repository import ACCOUNT_FILE, SPRING, STILL, TRAFFIC, Repository
from support.sandbox import LocalGraph

from reconciler.cli import COMMANDS, ci
from reconciler.store.files.leases import FileLeases

ESCAPE = "\x1b["


@pytest.fixture
def spring(repository: Repository, reconciler: Reconciler) -> Reconciler:
    """One campaign declared, nothing applied."""
    repository.campaign("spring", SPRING)
    return reconciler


@pytest.fixture
def applied(spring: Reconciler) -> Reconciler:
    spring.apply().ended(0)
    return spring


# from nothing to a plan


def test_a_new_repository_validates_and_plans(sandbox: LocalGraph, reconciler: Reconciler, tmp_path: Path) -> None:
    reconciler.repository.root = tmp_path / "fresh"
    reconciler.repository.root.mkdir()
    env = {**reconciler.variables(), "RECONCILER_NOW": ""}
    done = subprocess.run(
        [EXECUTABLE, "init"], cwd=tmp_path / "fresh", env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "reconciler validate" in done.stdout
    assert "Valid: 1 account," in reconciler("validate").ended(0).out
    sandbox.seed_from(tmp_path / "fresh")
    plan = reconciler("plan").ended(0)
    assert re.search(r"Plan: [1-9]\d* to add, 0 to change", plan.out)
    reconciler.apply().ended(0)
    reconciler.converged()


def test_init_overwrites_nothing(repository: Repository, reconciler: Reconciler) -> None:
    before = {p: p.read_bytes() for p in repository.root.rglob("*") if p.is_file()}
    reconciler("init")
    assert {p: p.read_bytes() for p in before} == before


def test_validate_needs_neither_token_nor_network(spring: Reconciler, sandbox: LocalGraph) -> None:
    spring.environment |= {"META_ACCESS_TOKEN": "", "META_GRAPH_URL": "http://127.0.0.1:9"}
    assert "Valid: 1 account, 1 campaign, 3 resources." in spring("validate").ended(0).out
    assert sandbox.calls() == []


def test_schema_is_written_and_checked(spring: Reconciler) -> None:
    spring("schema", "--check").ended(1)
    spring("schema").ended(0)
    spring("schema", "--check").ended(0)
    written = list((spring.repository.root / "schemas").glob("*.json"))
    assert written
    assert all(json.loads(p.read_text())["$schema"] for p in written)


# JSON

ROWS: dict[str, list[str]] = {
    "apply": ["--auto-approve"],
    "show": ["acme-sg/spring/main"],
    "pause": ["--all"],
    "init": ["fresh"],
    "forget": ["acme-sg/gone"],
    "revert-drift": ["acme-sg/spring"],
    "export": ["--xlsx", str(Path(gettempdir()) / "reconciler-export.xlsx")],
    "import": ["acme-sg", "--dry-run"],
    "new": ["template", "brand-new"],
    "duplicate": ["acme-sg/spring", "spring-2"],
}
SERVES = ("sandbox",)
STREAMS = ("apply", "activate")
"""They print a line of JSON an event."""
FOR_EVER = 3600.0
NEEDS_A_CLONE = ("ci look", "ci reconcile")
NEEDS_A_LOCK = ("force-unlock",)
NEEDS_AN_ORPHAN = ("forget",)
NEEDS_AN_EVENT = ("ci command",)
GROUPS = ("ci", "state")
SINGLE = [*(name for name in COMMANDS if name not in GROUPS), *(f"ci {name}" for name in ci.COMMANDS)]
"""Those of `state` need a remote: see contract/test_state_branch.py."""


@pytest.mark.parametrize(
    "command", [c for c in SINGLE if c not in (*SERVES, *NEEDS_A_LOCK, *NEEDS_AN_ORPHAN, *NEEDS_A_CLONE)]
)
def test_json_prints_one_document_on_stdout_and_nothing_else(command: str, applied: Reconciler) -> None:
    run = applied(command, "--json", *ROWS.get(command, [])).ended(0)
    assert isinstance(run.events[-1] if command in STREAMS else run.json, dict)


READS_NO_YAML = ("init", "new", "schema", "fmt", "pause", *NEEDS_A_CLONE)
"""Or, of the last two, none that is not merged; fmt takes any that is YAML."""


@pytest.mark.parametrize(
    "command", [c for c in SINGLE if c not in (*SERVES, *NEEDS_A_LOCK, *NEEDS_AN_EVENT, *READS_NO_YAML)]
)
def test_json_tells_problems_of_the_files_as_json_too(command: str, applied: Reconciler) -> None:
    applied.repository.edit_campaign("spring", "headline", "headlin")
    run = applied(command, "--json", *ROWS.get(command, [])).ended(1)
    problem = run.json["problems"][0]
    assert (problem["file"], problem["line"]) == ("desired/campaigns/acme-sg/spring.yaml", 8)


def test_force_unlock_in_json_says_whose_lock_it_was(applied: Reconciler) -> None:
    held = FileLeases(applied.repository.root).acquire("acme-sg")
    run = applied("force-unlock", "--json", held.holder.id).ended(0)
    assert run.json["unlocked"]["owner"] == held.holder.owner


@pytest.mark.parametrize(
    "command", ["plan", "apply", "activate", "sync", "drift", "show", "doctor", "pause", "ci plan"]
)
def test_json_stays_json_when_meta_refuses(command: str, applied: Reconciler, sandbox: LocalGraph) -> None:
    sandbox.token("another token than ours")
    applied.now = "2026-12-01T09:01:00+08:00"  # something is due: else nothing is asked
    run = applied(command, "--json", *ROWS.get(command, [])).ended(1)
    assert "190" in json.dumps(run.events if command in STREAMS else run.json)


def test_apply_without_approval_in_json_says_why_in_json(spring: Reconciler, sandbox: LocalGraph) -> None:
    run = spring("apply", "--json").ended(1)
    assert "--auto-approve" in json.dumps(run.events)
    assert sandbox.writes() == []


def test_apply_in_json_tells_each_step_when_it_is_done(spring: Reconciler) -> None:
    events = spring.apply("--json").ended(0).events
    kinds = [event["type"] for event in events]
    assert (kinds[:2], kinds[-2:]) == (["planned", "started"], ["finished", "applied"])
    made = [event["address"] for event in events if event["type"] == "change_done"]
    assert made == [change["address"] for change in events[0]["plan"]["resource_changes"]]
    assert events[1]["changes"] == len(made)
    assert [r["account"] for r in events[-1]["results"]] == ["acme-sg"]


def test_an_event_is_printed_before_the_next_write_is_sent(spring: Reconciler, sandbox: LocalGraph) -> None:
    sandbox.fault("slow", "/advideos$", method="POST", seconds=FOR_EVER)
    process = spring.start("apply", "--auto-approve", "--json")
    assert process.stdout is not None
    told = [json.loads(next(process.stdout)) for _ in range(3)]
    process.kill()
    process.communicate()
    assert [event["type"] for event in told] == ["planned", "started", "uploading"]


SAYS_MORE = ("due", "until", "not_before", "former", "timed", "removal", "remembered", "unlabels")


def test_the_plan_s_json_has_what_the_documentation_names(applied: Reconciler, sandbox: LocalGraph) -> None:
    applied.repository.edit_campaign("spring", "50.00", "60.00")
    sandbox.person_edits("acme-sg/spring/main", name="By hand")
    plan = applied.plan().json
    assert {
        "format_version",
        "project",
        "now",
        "digest",
        "resource_changes",
        "drift",
        "refusals",
        "summary",
        "spend",
    } <= {*plan}
    (change,) = plan["resource_changes"]
    assert {**change, "id": "", "origin": ""} == {
        "address": "acme-sg/spring",
        "kind": "campaign",
        "id": "",
        "actions": ["update"],
        "before": {"daily_budget": 5000},
        "after": {"daily_budget": 6000},
        "consequences": ["+20 %"],
        "origin": "",
        **{
            k: v
            for k, v in change.items()
            if k in ("due", "until", "comes_to", "not_before", "former", "timed", "removal", "remembered", "unlabels")
        },
    }
    (drift,) = plan["drift"]
    assert (drift["field"], drift["recorded"], drift["live"], drift["actor"]) == (
        "name",
        "Spring Sale",
        "By hand",
        "Mei",
    )
    assert drift["at"]
    names = "create update replace activate pause archive delete adopt forget drift".split()
    assert {*names} == {*plan["summary"]}
    assert (plan["summary"]["update"], plan["summary"]["drift"]) == (1, 1)
    spend = plan["spend"]["acme-sg"]
    assert spend == {
        "currency": "SGD",
        "daily_before": 5000,
        "daily_after": 6000,
        "active_before": 0,
        "active_after": 0,
        "timeline": [
            {"at": "2026-12-01T09:00:00+08:00", "daily": 6000},
            {"at": "2026-12-31T23:59:00+08:00", "daily": 0},
        ],
        "rests": [],
        "capped": [],
    }


def test_the_digest_of_a_plan_changes_with_what_would_be_done(spring: Reconciler) -> None:
    first, again = spring.plan().json["digest"], spring.plan().json["digest"]
    assert first == again
    spring.repository.edit_campaign("spring", "50.00", "60.00")
    assert spring.plan().json["digest"] != first


# exit statuses


def test_0_nothing_to_do_and_done(applied: Reconciler) -> None:
    assert "No changes" in applied("plan").ended(0).out
    applied("plan", "--detailed-exitcode").ended(0)
    applied.apply().ended(0)
    applied("drift").ended(0)


def test_2_changes_are_present(spring: Reconciler, sandbox: LocalGraph) -> None:
    spring("plan").ended(0)
    spring("plan", "--detailed-exitcode").ended(2)
    spring.apply().ended(0)
    sandbox.person_edits("acme-sg/spring", daily_budget=9000)
    spring("drift").ended(2)


def test_3_refused_by_a_policy(spring: Reconciler, sandbox: LocalGraph) -> None:
    spring.repository.write("project.yaml", "project: acme-agency\npolicies: {max_daily_budget: 10.00 SGD}\n")
    spring("plan").ended(3)
    spring("plan", "--detailed-exitcode").ended(3)
    spring.apply().ended(3)
    assert sandbox.writes() == []


def test_6_partly_applied(spring: Reconciler, sandbox: LocalGraph) -> None:
    sandbox.fault("error", "/ads$", method="POST", code=100, subcode=1487891)
    assert "Apply incomplete!" in spring.apply().ended(6).said
    spring.apply().ended(0)


def test_7_rate_limit(spring: Reconciler, sandbox: LocalGraph) -> None:
    sandbox.fault("error", "/ads$", method="POST", code=17)
    run = spring("apply", "--auto-approve", "--json").ended(7)
    assert run.events[-1]["results"][0]["retry_at"]


@pytest.mark.share(4)
@pytest.mark.parametrize(
    "arguments",
    [
        ["plan", "--nonsense"],
        ["plna"],
        [],
        ["plan", "--at", "yesterday"],
        ["plan", "--target", "spring"],
        ["plan", "--account", "acme-gs"],
        ["apply", "--parallelism", "0"],
        ["show"],
        ["show", "spring"],
        ["show", "acme-sg/nothing"],
        ["pause"],
        ["pause", "--all", "acme-sg/spring"],
        ["pause", "nobody/spring"],
        ["plan", "--chdir", "/nowhere/at/all"],
        ["schedule", "--days", "0"],
        ["validate", "too", "much"],
    ],
    ids=" ".join,
)
def test_64_wrong_usage(arguments: list[str], spring: Reconciler, sandbox: LocalGraph) -> None:
    done = subprocess.run(
        [EXECUTABLE, *arguments],
        cwd=spring.repository.root,
        env=spring.variables(),
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=300,
        check=False,
    )
    assert done.returncode == 64, done.stdout + done.stderr
    assert done.stderr
    assert "Traceback" not in done.stderr
    assert sandbox.writes() == []


def test_an_unknown_command_is_answered_with_a_near_one(spring: Reconciler) -> None:
    assert "there is no command 'plna'; did you mean plan?" in spring.process("plna").ended(64).err


# approval


def test_apply_without_a_terminal_and_without_approval_fails(spring: Reconciler, sandbox: LocalGraph) -> None:
    run = spring.process("apply").ended(1)
    assert "nothing was applied: there is no terminal to ask on" in run.err
    assert "mend: add --auto-approve" in run.err
    assert sandbox.writes() == []


def test_apply_with_nothing_to_do_needs_no_approval(applied: Reconciler) -> None:
    applied.process("apply").ended(0)


def apply_answering(reconciler: Reconciler, answer: str) -> tuple[int, str]:
    """`apply` on a terminal, with an answer typed into it."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [EXECUTABLE, *reconciler.arguments("apply", ())],
        env=reconciler.real_variables(),
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    os.write(ours, f"{answer}\n".encode())
    out, _ = process.communicate(timeout=300)
    os.close(ours)
    os.close(theirs)
    return process.returncode, out


@pytest.mark.parametrize("answer", ["no", "", "y", "YES please"])
def test_on_a_terminal_only_yes_is_taken(answer: str, spring: Reconciler, sandbox: LocalGraph) -> None:
    status, out = apply_answering(spring, answer)
    assert status == 1
    assert "Nothing was applied." in out
    assert sandbox.writes() == []


def test_on_a_terminal_yes_applies(repository: Repository, sandbox: LocalGraph, reconciler: Reconciler) -> None:
    repository.campaign("still", STILL)
    status, out = apply_answering(reconciler, "yes")
    assert (status, "Apply complete! 3 added" in out) == (0, True), out


# colours and streams


@pytest.mark.share(2)
@pytest.mark.parametrize(
    ("variables", "coloured"),
    [
        ({}, False),
        ({"FORCE_COLOR": "1"}, True),
        ({"FORCE_COLOR": "0"}, False),
        ({"NO_COLOR": "1"}, False),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
        ({"NO_COLOR": "", "FORCE_COLOR": "1"}, True),
    ],
    ids=str,
)
def test_colours_follow_the_environment_and_the_pipe(
    variables: dict[str, str], coloured: bool, spring: Reconciler
) -> None:
    run = spring.process("plan", env=variables).ended(0)
    assert (ESCAPE in run.out) is coloured


def test_json_is_never_coloured(spring: Reconciler) -> None:
    assert ESCAPE not in spring.process("plan", "--json", env={"FORCE_COLOR": "1"}).ended(0).said


def test_names_cannot_drive_the_terminal(spring: Reconciler, sandbox: LocalGraph) -> None:
    spring.apply().ended(0)
    sandbox.person_edits("acme-sg/spring", name="\x1b[2J\x1b]0;owned\x07 nice\u202ename", actor="\x1b[31mMei")
    out = spring("plan").ended(0).out
    assert "nice" in out
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f\x80-\x9f\u202e]", out)


def test_text_that_the_locale_cannot_print_does_not_break_a_plan(spring: Reconciler) -> None:
    spring.repository.edit_campaign("spring", "Spring Sale", "Frühling 二 🎉")
    run = spring.process("plan", env={"LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"})
    assert run.status == 0, run.said


@pytest.mark.share(3)
@pytest.mark.parametrize("command", ["plan", "apply", "activate", "drift", "doctor", "sync", "show", "pause"])
def test_the_token_is_nowhere_even_when_everything_is_said(
    command: str, applied: Reconciler, sandbox: LocalGraph
) -> None:
    """`process` checks that the token is in no stream and not in state/. Here that is checked with -v and with errors
    that contain the token."""
    applied.environment["META_APP_SECRET"] = "canary-secret-of-the-app"
    sandbox.fault("error", "act_", method="GET", code=100, message=f"token {CANARY} bad")
    run = applied.process(command, "-v", *ROWS.get(command, []))
    assert "canary-secret-of-the-app" not in run.said
    assert "canary-secret-of-the-app" not in applied.repository.state_text()


def test_verbose_tells_requests(spring: Reconciler) -> None:
    assert "GET act_1234567890/campaigns" in spring.process("plan", "-v").ended(0).err


# options


def test_at_shows_another_moment_and_writes_nothing(applied: Reconciler, sandbox: LocalGraph) -> None:
    assert "No changes" in applied("plan").out
    shown = applied("plan", "--at", "2026-12-01 09:00").ended(0).out
    assert "PAUSED → ACTIVE (since 2026-12-01 09:00 +08) with 1 ad set and 1 ad" in shown
    assert "No changes" in applied("plan", "--at", "2026-12-01 08:59").out
    assert applied("plan", "--at", "2026-12-01T01:00:00Z").out == shown
    assert sandbox.activations() == []


def test_offline_compares_with_state_and_needs_no_token(applied: Reconciler, sandbox: LocalGraph) -> None:
    applied.environment["META_ACCESS_TOKEN"] = ""
    sandbox.forget_calls()
    assert "No changes" in applied("plan", "--offline").ended(0).out
    applied.repository.edit_campaign("spring", "50.00", "60.00")
    assert "50.00 SGD → 60.00 SGD" in applied("plan", "--offline").ended(0).out
    assert sandbox.calls() == []


def test_offline_without_state_plans_to_make_everything(spring: Reconciler, sandbox: LocalGraph) -> None:
    assert "Plan: 3 to add" in spring("plan", "--offline").ended(0).out
    assert sandbox.calls() == []


def test_target_limits_to_a_resource_and_what_it_stands_in(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("t", TRAFFIC)
    repository.campaign("still", STILL)
    run = reconciler.plan("--target", "acme-sg/t/broad").ended(0)
    assert [a for _, a in run.actions] == ["acme-sg/t", "acme-sg/t/broad", "acme-sg/t/broad/still"]
    assert "partial plan: only acme-sg/t/broad" in run.json["notes"]
    reconciler.apply("--target", "acme-sg/t").ended(0)
    assert len(sandbox.nodes("campaign")) == 1
    reconciler.apply().ended(0)
    reconciler.converged()


def test_target_keeps_other_changes_back(applied: Reconciler, sandbox: LocalGraph) -> None:
    applied.repository.campaign("still", STILL)
    applied.apply().ended(0)
    applied.repository.edit_campaign("still", "50.00", "70.00")
    applied.repository.edit_campaign("spring", "50.00", "70.00")
    applied.apply("--target", "acme-sg/still").ended(0)
    assert [sandbox.value(f"acme-sg/{key}", "daily_budget") for key in ("still", "spring")] == ["7000", "5000"]
    assert [a for _, a in applied.plan().actions] == ["acme-sg/spring"]


def test_show_puts_desired_recorded_and_live_side_by_side(applied: Reconciler, sandbox: LocalGraph) -> None:
    sandbox.person_edits("acme-sg/spring", daily_budget=9000)
    applied.repository.edit_campaign("spring", "50.00", "60.00")
    line = next(row for row in applied("show", "acme-sg/spring").ended(0).out.splitlines() if "daily_budget" in row)
    assert re.search(r"60\.00 SGD.*50\.00 SGD.*90\.00 SGD", line)


def test_schedule_tells_what_starts_and_stops(spring: Reconciler, tmp_path: Path) -> None:
    spring.environment["META_ACCESS_TOKEN"] = ""
    out = spring("schedule", "--days", "60", "--ics", str(tmp_path / "ads.ics")).ended(0).out
    assert [re.split(r"\s{2,}", line)[:2] for line in out.splitlines()] == [
        ["2026-12-01 09:00 +08", "starts"],
        ["2026-12-31 23:59 +08", "stops"],
        ["That is all in the next 60 days, until 2027-01-20 10:00 +08."],
        [f"Written: {tmp_path / 'ads.ics'}"],
    ]
    calendar = (tmp_path / "ads.ics").read_bytes()
    assert calendar.count(b"BEGIN:VEVENT") == 2
    assert b"DTSTART:20261201T010000Z\r\n" in calendar
    assert calendar.endswith(b"END:VCALENDAR\r\n")
    assert "Nothing starts or stops" in spring("schedule", "--days", "5").ended(0).out


def test_doctor_tells_line_by_line_what_is_wrong(spring: Reconciler, sandbox: LocalGraph) -> None:
    assert "NO" not in spring("doctor").ended(0).out
    sandbox.account(payment_method=False, currency="USD")
    spring.repository.edit("accounts/acme-sg.yaml", "5647382910", "4040404040")
    lines = spring("doctor").ended(1).out.splitlines()
    wrong = {line.split()[2] for line in lines if line.startswith("NO")}
    assert wrong == {"payment", "currency", "pixel"}
    assert all("mend: " in line for line in lines if line.startswith("NO"))


def test_doctor_tells_a_missing_scope_and_a_clock_that_is_off(spring: Reconciler, sandbox: LocalGraph) -> None:
    sandbox.token(CANARY, scopes=["ads_read"])
    spring.now = "2026-11-21T10:05:00+08:00"
    lines = spring("doctor").ended(1).out
    assert "lacks ads_management" in lines
    assert "differs from Meta's by 300 s" in lines


# the emergency stop


def write_broken_files(repository: Repository) -> None:
    repository.campaign("spring", "name: [this is: not YAML\n\t&*")
    repository.write("accounts/acme-sg.yaml", ACCOUNT_FILE + "currency: {\n")


@pytest.mark.parametrize("how", ["everything", "an address"])
def test_pause_works_with_broken_yaml_and_what_it_pauses_stays_paused(
    how: str, applied: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    sandbox.at("2026-12-01T09:00:00+08:00")
    applied("activate").ended(0)
    assert sandbox.deliverable()["ad"] == 1
    sandbox.pass_time(600)
    good = {p: p.read_bytes() for p in (repository.root / "desired").rglob("*.yaml")}
    write_broken_files(repository)
    applied("validate").ended(1)
    run = applied("pause", *(["--all"] if how == "everything" else ["acme-sg/spring"])).ended(0)
    assert "Paused campaign" in run.out
    assert sandbox.deliverable()["ad"] == 0
    for path, content in good.items():
        path.write_bytes(content)
    sandbox.pass_time(600)
    for _ in range(2):
        applied("activate").ended(0)
        applied.apply().ended(0)
    assert sandbox.status("acme-sg/spring") == "PAUSED"
    assert "Nothing of ours was active." in applied("pause", "--all").ended(0).out


def test_pause_all_touches_only_ours(applied: Reconciler, sandbox: LocalGraph) -> None:
    sandbox.person_activates("acme-sg/spring")
    sandbox.person_copies("acme-sg/spring")
    other = next(n for n in sandbox.nodes("campaign") if n["id"] != sandbox.id("acme-sg/spring"))
    sandbox.control("edit", {"id": other["id"], "params": {"adlabels": [], "status": "ACTIVE"}})
    applied("pause", "--all").ended(0)
    statuses = {n["id"]: n["data"]["status"] for n in sandbox.nodes("campaign")}
    assert (statuses[sandbox.id("acme-sg/spring")], statuses[other["id"]]) == ("PAUSED", "ACTIVE")


def test_pause_works_without_state_and_without_yaml_of_the_campaign(
    applied: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    sandbox.person_activates("acme-sg/spring")
    repository.forget_state()
    repository.remove("spring")
    applied("pause", "--all").ended(0)
    assert sandbox.status("acme-sg/spring") == "PAUSED"


# what is loaded, and how fast

HEAVY = (
    "click",
    "pydantic",
    "ruamel",
    "_ruamel_yaml",
    "requests",
    "facebook_business",
    "urllib3",
    "reconciler.sandbox",
    "deepdiff",
)
YAML_READERS = {"click", "pydantic", "ruamel", "_ruamel_yaml"}
ONLINE = {*HEAVY} - {"reconciler.sandbox", "deepdiff"}
"""deepdiff is only for a plan in which a list of structures differs."""

ALLOWED: dict[str, tuple[list[str], set[str]]] = {
    "--version": (["--version"], {"click"}),
    "--help": (["--help"], {"click"}),
    "plan --help": (["plan", "--help"], {"click"}),
    "apply --help": (["apply", "--help"], {"click"}),
    "validate": (["validate"], YAML_READERS),
    "schema": (["schema"], {"click", "pydantic"}),
    "schedule": (["schedule"], YAML_READERS),
    "plan": (["plan"], ONLINE),
    "apply": (["apply", "--auto-approve"], ONLINE),
    "activate": (["activate"], ONLINE),
    "pause": (["pause", "--all"], ONLINE),
    "doctor": (["doctor"], ONLINE),
}
PROBE = """
import json, sys
from reconciler.cli import run
status = run(sys.argv[1:])
print("loaded:" + json.dumps([status, sorted(sys.modules)]))
"""


def loaded_modules(reconciler: Reconciler, arguments: list[str]) -> tuple[int, set[str]]:
    done = subprocess.run(
        [sys.executable, "-c", PROBE, *arguments],
        cwd=reconciler.repository.root,
        env=reconciler.real_variables(),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    status, modules = json.loads(done.stdout.rpartition("loaded:")[2])
    return status, {h for h in HEAVY if any(m == h or m.startswith(f"{h}.") for m in modules)}


@pytest.mark.share(3)
@pytest.mark.parametrize("name", ALLOWED)
def test_a_command_loads_only_what_it_uses(name: str, spring: Reconciler) -> None:
    arguments, allowed = ALLOWED[name]
    status, found = loaded_modules(spring, arguments)
    assert status == 0
    assert found <= allowed, f"{name} loads {sorted(found - allowed)}"


def modules(program: str) -> set[str]:
    """The modules that Python has loaded at the end of a program."""
    run = [sys.executable, "-c", f"import sys; {program}; print(*sys.modules)"]
    env = {k: v for k, v in os.environ.items() if not k.startswith("COV_")}
    return set(subprocess.run(run, env=env, capture_output=True, text=True, check=True).stdout.split()[2:])


def test_the_version_is_told_before_anything_else_is_loaded() -> None:
    """CI runs it in every step, so it must be fast."""
    told = modules("sys.argv[1:] = ['--version']; from reconciler.__main__ import main; main()")
    nothing = modules("sys.stdout.write('no version ')")
    assert told - nothing == {"reconciler", "reconciler.__main__"}


@pytest.mark.parametrize("command", ["ci_look", "ci_reconcile", "activate"])
def test_a_look_whether_there_is_anything_to_do_loads_nothing_that_only_work_needs(command: str) -> None:
    """The schedule runs it every ten minutes."""
    told = modules(f"import reconciler.cli.{command}, reconciler.ci.look, reconciler.cli.waits")
    work = (
        "kinds",
        "model.plan",
        "model.record",
        "model.versions",
        "store.files.records",
        "run.events",
        "forge.marker",
    )
    ours = {f"reconciler.{name}" for name in work}
    assert not told & {*ours, "pydantic", "requests", "ruamel.yaml", "facebook_business", "tomllib", "random", "html"}


TABLE = """\
matrix: {from: launches.csv}
extends: salle
name: ${product}
daily_budget: 50.00 SGD
"""


def test_a_template_that_is_not_there_is_all_that_is_told_of_what_it_would_have_used(
    repository: Repository, reconciler: Reconciler
) -> None:
    repository.write("templates/sale.yaml", "url_tags: utm_term=${term}&utm_source=${source}\n")
    repository.campaign("launches", f"{TABLE}vars: {{source: meta}}\n")
    repository.write("campaigns/acme-sg/launches.csv", "key,product,term\na,Bags,x\n")
    done = reconciler("validate").ended(1)
    assert "mend: did you mean sale?" in done.err
    assert "nothing uses" not in done.err
    assert "1 problem" in done.said

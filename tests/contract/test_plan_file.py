"""A plan file is applied as it was shown, or not at all."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from support.command import CANARY, Reconciler, Run
from support.interruption import Interrupted
from support.repository import ACCOUNT_FILE, SPRING, STILL, TRAFFIC, Repository, still_campaign
from support.sandbox import LEVELS, LocalGraph

from reconciler.meta.client import Writer
from reconciler.model.plan_codec import plan_of
from reconciler.render.json import checksum
from reconciler.render.schema import schema_files
from reconciler.store.files import atomic

A, B = "acme-sg/still", "acme-sg/t"
ON, OFF = dict.fromkeys(LEVELS, 1), dict.fromkeys(LEVELS, 0)
SECOND = ACCOUNT_FILE.replace("1234567890", "2222222222").replace("Acme Singapore", "Acme Second")

NEW = still_campaign("New").replace("name: Still", "name: New")


class PlanFile:
    """A path for a plan file, and the commands that write and apply it."""

    def __init__(self, reconciler: Reconciler, path: Path) -> None:
        self.reconciler, self.path = reconciler, path

    def plan(self, *options: str) -> Run:
        return self.reconciler("plan", "--out", str(self.path), *options)

    def apply(self, *options: str) -> Run:
        return self.reconciler("apply", str(self.path), *options)

    @property
    def json(self) -> dict[str, Any]:
        return dict(json.loads(self.path.read_text("utf-8")))

    def edit(self, change: Callable[[dict[str, Any]], Any]) -> None:
        document = self.json
        change(document)
        self.path.write_text(json.dumps(document), "utf-8")


@pytest.fixture
def plan_file(reconciler: Reconciler, tmp_path: Path) -> PlanFile:
    return PlanFile(reconciler, tmp_path / "plans" / "plan.json")


@pytest.fixture
def two_declared(repository: Repository, plan_file: PlanFile) -> PlanFile:
    """A plan file that creates two campaigns."""
    repository.campaign("still", STILL)
    repository.campaign("t", TRAFFIC)
    plan_file.plan().ended(0)
    return plan_file


@pytest.fixture
def two_raised(repository: Repository, plan_file: PlanFile) -> PlanFile:
    """A plan file that raises the budgets of two campaigns."""
    repository.campaign("still", STILL)
    repository.campaign("t", TRAFFIC)
    plan_file.reconciler.apply().ended(0)
    repository.edit_campaign("still", "50.00", "80.00")
    repository.edit_campaign("t", "20.00", "30.00")
    plan_file.plan().ended(0)
    return plan_file


def budgets(sandbox: LocalGraph) -> tuple[str, str]:
    return sandbox.value(A, "daily_budget"), sandbox.value(f"{B}/broad", "daily_budget")


# ---- what it holds


def test_the_file_is_the_json_that_the_command_prints(two_declared: PlanFile) -> None:
    printed = two_declared.plan("--json").ended(0)
    assert two_declared.json == printed.json
    assert two_declared.path.read_text("utf-8") == printed.out


def test_what_json_prints_fits_the_published_schema(two_declared: PlanFile, two_raised: PlanFile) -> None:
    schema = Draft202012Validator(json.loads(schema_files()["plan.schema.json"]))
    for options in ((), ("--offline",), ("--at", "2027-01-01 09:00"), ("--account", "acme-sg"), ("--target", A)):
        assert [e.message for e in schema.iter_errors(two_raised.reconciler.plan(*options).json)] == []


def test_the_text_says_that_it_is_what_a_reviewed_plan_does(two_declared: PlanFile) -> None:
    said = two_declared.plan().ended(0).out
    assert "applied as a reviewed plan" in said
    assert f"To do exactly this: reconciler apply {two_declared.path}" in said
    assert "reviewed" not in two_declared.reconciler("plan").out


def test_the_file_holds_no_token(two_declared: PlanFile) -> None:
    assert CANARY not in two_declared.path.read_text("utf-8")


@pytest.mark.parametrize("option", [("--offline",), ("--at", "2026-12-01 09:00")])
def test_a_plan_of_another_moment_or_of_what_is_remembered_is_no_file_to_apply(
    option: tuple[str, ...], plan_file: PlanFile
) -> None:
    assert "--out takes neither" in plan_file.plan(*option).ended(64).err
    assert not plan_file.path.exists()


def test_a_file_that_cannot_be_written_whole_leaves_the_old_one(
    two_declared: PlanFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = two_declared.path.read_text("utf-8")
    two_declared.reconciler.repository.edit_campaign("still", "50.00", "80.00")

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(atomic, "_write", full)
    assert "No space left" in two_declared.plan().ended(1).err
    assert two_declared.path.read_text("utf-8") == before


# ---- it is applied


def test_a_plan_file_needs_no_further_approval(two_declared: PlanFile, sandbox: LocalGraph) -> None:
    run = two_declared.reconciler.process("apply", str(two_declared.path)).ended(0)
    assert "Apply complete! 6 added" in run.out
    assert len(sandbox.objects("campaign")) == 2
    two_declared.reconciler.converged()


def test_applied_again_it_finds_nothing_to_do(two_raised: PlanFile, sandbox: LocalGraph) -> None:
    two_raised.apply().ended(0)
    assert budgets(sandbox) == ("8000", "3000")
    writes = len(sandbox.writes())
    again = two_raised.apply().ended(0).out
    assert "No changes" in again
    assert f"{two_raised.path} has been applied already: all that it shows is done." in again
    assert len(sandbox.writes()) == writes


def test_time_that_passes_does_not_make_it_stale(
    repository: Repository, sandbox: LocalGraph, plan_file: PlanFile
) -> None:
    repository.campaign("spring", SPRING)
    plan_file.plan().ended(0)
    sandbox.at("2026-12-01T08:59:00+08:00")
    plan_file.apply().ended(0)
    assert sandbox.deliverable() == OFF


def test_the_options_of_the_plan_are_those_of_the_apply(two_raised: PlanFile, sandbox: LocalGraph) -> None:
    sandbox.person_edits(A, daily_budget=6000)
    two_raised.plan("--target", f"{B}/broad").ended(0)
    two_raised.apply().ended(0)
    assert budgets(sandbox) == ("6000", "3000")


def test_what_cannot_be_given_again_is_refused(two_declared: PlanFile, sandbox: LocalGraph) -> None:
    for option in (("--target", A), ("--account", "acme-sg"), ("--revert-drift",), ("--late-activations",)):
        assert "a plan file has its options in it" in two_declared.apply(*option).ended(64).err
    assert sandbox.writes() == []


def test_what_policy_refuses_stays_undone_and_the_rest_is_done(
    repository: Repository, sandbox: LocalGraph, plan_file: PlanFile
) -> None:
    sandbox.account("act_2222222222")
    repository.write("accounts/second.yaml", SECOND + "policies: {max_daily_budget: 10.00 SGD}\n")
    repository.campaign("still", STILL)
    repository.campaign("still", STILL, account="second")
    plan_file.plan().ended(3)
    plan_file.apply().ended(3)
    assert len(sandbox.objects("campaign")) == 1
    assert sandbox.status(A) == "PAUSED"


def test_an_account_that_could_not_be_planned_is_not_applied_unseen(
    repository: Repository, sandbox: LocalGraph, plan_file: PlanFile
) -> None:
    sandbox.account("act_2222222222")
    repository.write("accounts/second.yaml", SECOND)
    repository.campaign("still", STILL)
    repository.campaign("still", STILL, account="second")
    sandbox.fault("error", "act_2222222222", method="GET", code=100, times=0)
    plan_file.plan().ended(1)
    sandbox.no_faults()
    plan_file.apply().ended(0)
    assert [c["data"]["account_id"] for c in sandbox.objects("campaign")] == ["1234567890"]


def test_an_account_that_cannot_be_looked_at_again_does_not_stop_the_others(
    repository: Repository, sandbox: LocalGraph, plan_file: PlanFile
) -> None:
    sandbox.account("act_2222222222")
    repository.write("accounts/second.yaml", SECOND)
    repository.campaign("still", STILL)
    repository.campaign("still", STILL, account="second")
    plan_file.plan().ended(0)
    sandbox.fault("error", "act_2222222222", method="GET", code=100, times=0)
    plan_file.apply().ended(6)
    assert [c["data"]["account_id"] for c in sandbox.objects("campaign")] == ["1234567890"]
    sandbox.no_faults()
    plan_file.apply().ended(0)
    assert len(sandbox.objects("campaign")) == 2


# ---- it is out of date


def test_a_budget_that_a_person_changed_since_makes_it_stale(two_raised: PlanFile, sandbox: LocalGraph) -> None:
    sandbox.person_edits(A, daily_budget=6000)
    assert_stale = two_raised.apply().ended(4).err
    assert "plan.json is out of date, so nothing was applied" in assert_stale
    assert f"{A}" in assert_stale
    assert "mend: reconciler plan --out" in assert_stale
    assert budgets(sandbox) == ("6000", "2000")


def test_a_changed_yaml_makes_it_stale_and_both_values_are_said(two_raised: PlanFile, sandbox: LocalGraph) -> None:
    two_raised.reconciler.repository.edit_campaign("still", "80.00", "90.00")
    assert_stale = two_raised.apply().ended(4).err
    line = "daily_budget was to go 50.00 SGD → 80.00 SGD, and would go 50.00 SGD → 90.00 SGD now"
    assert f"- {A}: {line}" in assert_stale
    assert assert_stale.count(A) == 1
    assert budgets(sandbox) == ("5000", "2000")


def test_a_yaml_that_asks_for_less_makes_it_stale(two_raised: PlanFile, sandbox: LocalGraph) -> None:
    """Without this it would look like what is left after an interrupted run."""
    two_raised.reconciler.repository.edit_campaign("still", "80.00", "50.00")
    assert f"- {A}: update is in it, and nothing asks for it any more" in two_raised.apply().ended(4).err
    assert budgets(sandbox) == ("5000", "2000")


OTHER_THINGS: dict[str, Callable[[PlanFile, LocalGraph], object]] = {
    "a new campaign": lambda f, s: f.reconciler.repository.campaign("more", still_campaign("More")),
    "a campaign that is gone": lambda f, s: f.reconciler.repository.remove("t"),
    "a person's edit of another field": lambda f, s: s.person_edits(f"{B}/broad/still", name="By hand"),
    "a person's deletion": lambda f, s: s.person_edits(A, status="DELETED"),
    "a launch": lambda f, s: f.reconciler.repository.edit_campaign("still", "name:", "status: ACTIVE\nname:"),
    "a stricter policy": lambda f, s: f.reconciler.repository.write(
        "project.yaml", "project: acme-agency\npolicies: {max_daily_budget: 10.00 SGD}\n"
    ),
}


@pytest.mark.parametrize("thing", OTHER_THINGS)
def test_whatever_else_is_different_makes_it_stale(thing: str, two_raised: PlanFile, sandbox: LocalGraph) -> None:
    OTHER_THINGS[thing](two_raised, sandbox)
    writes = len(sandbox.writes())
    two_raised.apply().ended(4)
    assert len(sandbox.writes()) == writes


def test_a_launch_that_has_become_due_since_is_not_done_unseen(
    repository: Repository, sandbox: LocalGraph, plan_file: PlanFile
) -> None:
    repository.campaign("spring", SPRING)
    plan_file.reconciler.apply().ended(0)
    repository.edit_campaign("spring", "50.00", "55.00")
    plan_file.plan().ended(0)
    sandbox.at("2026-12-01T09:00:00+08:00")
    assert "acme-sg/spring: activate is not in it" in plan_file.apply().ended(4).err
    assert sandbox.activations() == []


def test_what_was_planned_for_one_ad_account_is_not_done_in_another(
    two_declared: PlanFile, sandbox: LocalGraph
) -> None:
    sandbox.account("act_2222222222")
    two_declared.reconciler.repository.write("accounts/acme-sg.yaml", SECOND)
    assert "acme-sg was ad account act_1234567890 and is act_2222222222 now" in two_declared.apply().ended(4).err
    assert sandbox.writes() == []


def test_an_account_that_is_no_longer_declared_makes_it_stale(two_declared: PlanFile, sandbox: LocalGraph) -> None:
    repository = two_declared.reconciler.repository
    for key in ("still", "t"):
        repository.remove(key)
    (repository.root / "desired/accounts/acme-sg.yaml").unlink()
    repository.write("accounts/second.yaml", SECOND)
    assert "is out of date" in two_declared.apply().ended(4).err


def test_a_clone_without_state_is_told_that_it_lacks_it_and_goes_on_once_it_is_there(
    two_raised: PlanFile, sandbox: LocalGraph, tmp_path: Path
) -> None:
    two_raised.reconciler.repository.root.joinpath("state").rename(tmp_path / "kept")
    told = two_raised.apply().ended(4).err
    assert "acme-sg: state/ here does not remember what it did where the file was made: " in told
    assert " resources, such as acme-sg/" in told and "adopt" not in told
    assert "mend: bring state/ here from there (reconciler state pull, where it has a branch), and apply the" in told
    two_raised.reconciler.repository.forget_state()
    (tmp_path / "kept").rename(two_raised.reconciler.repository.root / "state")
    two_raised.apply().ended(0)


def test_a_stale_file_leaves_no_lock(two_raised: PlanFile) -> None:
    two_raised.reconciler.repository.edit_campaign("still", "80.00", "90.00")
    two_raised.apply().ended(4)
    two_raised.reconciler.apply().ended(0)


# ---- what is on and nobody declares

OWN_BUDGET = {"daily_budget": 4000, "bid_strategy": "LOWEST_COST_WITHOUT_CAP"}
RUNNING = TRAFFIC.replace("name: Always on", "name: Always on\nstatus: ACTIVE")


def add_ad_set(sandbox: LocalGraph, **params: object) -> str:
    """A person creates an ACTIVE ad set in our campaign; its id."""
    targeting = {"geo_locations": {"countries": ["MY"]}, "targeting_automation": {"advantage_audience": 0}}
    goal = {"optimization_goal": "LINK_CLICKS", "billing_event": "IMPRESSIONS", "targeting": targeting}
    made = {"name": "Theirs", "campaign_id": sandbox.id(B), "status": "ACTIVE", **goal, **OWN_BUDGET}
    return sandbox.person_makes("adsets", **{**made, **params})


def mei_edits(sandbox: LocalGraph, object_id: str, **params: object) -> None:
    sandbox.control("edit", {"id": object_id, "actor": "Mei", "params": params})


@pytest.fixture
def one_launching(repository: Repository, plan_file: PlanFile) -> PlanFile:
    """One campaign is on, and the plan file is about to turn another one on."""
    repository.campaign("still", STILL.replace("name:", "status: ACTIVE\nname:", 1))
    repository.campaign("t", TRAFFIC)
    plan_file.reconciler.apply().ended(0)
    repository.campaign("t", RUNNING)
    return plan_file


def assert_stale(one_launching: PlanFile, sandbox: LocalGraph) -> str:
    said = one_launching.apply().ended(4).err
    assert sandbox.status(B) == "PAUSED"
    one_launching.plan().ended(0)
    one_launching.apply().ended(0)
    assert sandbox.status(B) == "ACTIVE"
    return said


def test_what_somebody_adds_after_the_plan_was_shown_makes_it_stale(
    one_launching: PlanFile, sandbox: LocalGraph
) -> None:
    one_launching.plan().ended(0)
    added = add_ad_set(sandbox)
    line = f"{B}: ad_set {added}, which nobody declares, is on now with daily_budget 40.00 SGD"
    assert line in assert_stale(one_launching, sandbox)


def test_a_copy_that_is_turned_on_after_the_plan_was_shown_makes_it_stale(
    one_launching: PlanFile, sandbox: LocalGraph
) -> None:
    one_launching.plan().ended(0)
    copy = sandbox.person_duplicates(A)
    said = one_launching.apply().ended(4).err
    assert f"acme-sg: campaign {copy}, which nobody declares, is on now with daily_budget 50.00 SGD" in said
    assert said.count("which nobody declares") == 1


def test_another_budget_of_what_nobody_declares_makes_it_stale(one_launching: PlanFile, sandbox: LocalGraph) -> None:
    added = add_ad_set(sandbox)
    one_launching.plan().ended(0)
    mei_edits(sandbox, added, daily_budget=9000)
    assert "had daily_budget 40.00 SGD, and has daily_budget 90.00 SGD now" in assert_stale(one_launching, sandbox)


def test_what_nobody_declares_and_is_not_on_any_more_makes_it_stale(
    one_launching: PlanFile, sandbox: LocalGraph
) -> None:
    added = add_ad_set(sandbox)
    one_launching.plan().ended(0)
    mei_edits(sandbox, added, status="PAUSED")
    assert "was on and is not any more" in assert_stale(one_launching, sandbox)


def test_what_nobody_declares_and_is_off_makes_nothing_stale(one_launching: PlanFile, sandbox: LocalGraph) -> None:
    one_launching.plan().ended(0)
    add_ad_set(sandbox, status="PAUSED")
    one_launching.apply().ended(0)


def test_what_went_with_an_interrupted_run_of_the_file_makes_it_no_more_stale(
    repository: Repository, sandbox: LocalGraph, plan_file: PlanFile
) -> None:
    repository.campaign("t", RUNNING)
    plan_file.reconciler.apply().ended(0)
    add_ad_set(sandbox)
    repository.edit_campaign("t", "OUTCOME_TRAFFIC", "OUTCOME_ENGAGEMENT\nlifecycle: {replace: true}")
    plan_file.plan().ended(0)
    sandbox.fault("error", "/adsets$", method="POST", code=100, subcode=1487891)
    plan_file.apply().ended(6)
    sandbox.no_faults()
    plan_file.apply().ended(0)
    assert sandbox.deliverable() == ON


def test_an_orphan_that_an_interrupted_run_has_paused_makes_the_file_no_more_stale(
    repository: Repository, sandbox: LocalGraph, plan_file: PlanFile
) -> None:
    repository.campaign("gone", still_campaign("Gone") + "status: ACTIVE\n")
    repository.campaign("t", TRAFFIC)
    plan_file.reconciler.apply().ended(0)
    repository.remove("gone")
    repository.forget_state()
    repository.campaign("t", RUNNING)
    plan_file.plan("--pause-orphans").ended(0)
    sandbox.fault("error", f"/{sandbox.id(f'{B}/broad')}$", method="POST", code=100, times=1)
    plan_file.apply().ended(6)
    assert sandbox.status("acme-sg/gone") == "PAUSED"
    plan_file.apply().ended(0)
    assert sandbox.deliverable() == ON


# ---- it is no plan


def assert_not_a_plan(plan_file: PlanFile, text: str | bytes, said: str) -> None:
    plan_file.path.write_bytes(text if isinstance(text, bytes) else text.encode())
    refused = plan_file.apply().ended(1)
    assert said in refused.err
    assert "mend:" in refused.err


TEXTS = [
    pytest.param("", "is no plan file: it is not JSON", id="empty"),
    pytest.param("name: x\n", "is no plan file: it is not JSON", id="YAML"),
    pytest.param("[" * 100_000, "is no plan file: it is not JSON", id="deep"),
    pytest.param("[]", "is no plan file: it has no format_version", id="a list"),
    pytest.param("{}", "is no plan file: it has no format_version", id="an object"),
    pytest.param('{"format_version": true}', "its format_version is True", id="a version that is none"),
    pytest.param('{"format_version": "1.6"}', "is no plan file: $", id="a version and nothing else"),
    pytest.param('{"format_version": "1.7"}', "was written by a newer version (format 1.7", id="newer"),
    pytest.param('{"format_version": "2.0"}', "was written by a newer version (format 2.0", id="much newer"),
    pytest.param('{"format_version": "1.1"}', "was written by an older version (format 1.1", id="older"),
    pytest.param(b"\xff\xfe{}", "is no plan file: it is not UTF-8", id="UTF-16"),
]


@pytest.mark.parametrize(("text", "said"), TEXTS)
def test_what_is_no_plan_of_this_version_is_told(
    text: str | bytes, said: str, two_declared: PlanFile, sandbox: LocalGraph
) -> None:
    assert_not_a_plan(two_declared, text, said)
    assert sandbox.writes() == []


def test_what_apply_prints_is_no_plan_file(two_declared: PlanFile) -> None:
    assert_not_a_plan(two_declared, two_declared.reconciler.apply("--json").out, "is no plan file")


def test_a_file_that_is_not_there_is_told(plan_file: PlanFile) -> None:
    assert (
        f"there is no plan file {plan_file.path}\n  mend: write one with reconciler plan --out"
        in plan_file.apply().ended(1).err
    )


def test_a_link_is_not_followed(two_declared: PlanFile, tmp_path: Path) -> None:
    link = tmp_path / "link.json"
    link.symlink_to(two_declared.path)
    two_declared.reconciler("apply", str(link)).ended(1)


def test_another_project_s_plan_is_refused(two_declared: PlanFile, sandbox: LocalGraph) -> None:
    two_declared.reconciler.repository.write("project.yaml", "project: other-agency\n")
    assert "is a plan of project acme-agency, and this is other-agency" in two_declared.apply().ended(1).err
    assert sandbox.writes() == []


def _budget(document: dict[str, Any]) -> None:
    document["resource_changes"][0]["after"]["daily_budget"] = 9_000_000


EDITS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "a budget": _budget,
    "a change taken out": lambda d: d["resource_changes"].pop(),
    "an option": lambda d: d["options"].update(revert_drift=True),
    "the account": lambda d: d["accounts"]["acme-sg"].update(id="act_2222222222"),
    "the digest": lambda d: d.update(digest="0" * 64),
    "the spend that a reader saw": lambda d: d["spend"]["acme-sg"].update(daily_after=1),
    "a remark": lambda d: d["resource_changes"][0]["consequences"].append("harmless"),
    "the moment": lambda d: d.update(now="2026-11-21T11:00:00+08:00"),
}


@pytest.mark.parametrize("edit", EDITS)
def test_a_file_that_was_edited_by_hand_is_refused(edit: str, two_declared: PlanFile, sandbox: LocalGraph) -> None:
    two_declared.edit(EDITS[edit])
    assert "was changed after it was made" in two_declared.apply().ended(1).err
    assert sandbox.writes() == []


def test_an_edit_with_a_digest_that_fits_is_out_of_date(two_declared: PlanFile, sandbox: LocalGraph) -> None:
    def forge(document: dict[str, Any]) -> None:
        _budget(document)
        document["digest"] = plan_of(document).digest
        document["checksum"] = checksum(document)

    two_declared.edit(forge)
    two_declared.apply().ended(4)
    assert sandbox.writes() == []


# ---- after an interrupted run


@pytest.fixture
def mixed_plan(repository: Repository, sandbox: LocalGraph, plan_file: PlanFile) -> PlanFile:
    """A plan file with each kind of change: it creates, raises, lowers, pauses, removes and turns on."""
    repository.write("project.yaml", "project: acme-agency\npolicies: {max_removals: 100}\n")
    repository.campaign("still", STILL)
    repository.campaign("gone", still_campaign("Gone") + "status: ACTIVE\n")
    repository.campaign("t", TRAFFIC)
    plan_file.reconciler.apply().ended(0)
    repository.edit_campaign("still", "50.00", "80.00")
    repository.edit_campaign("t", "20.00", "15.00")
    repository.remove("gone")
    repository.campaign("new", NEW + "status: ACTIVE\n")
    plan_file.plan().ended(0)
    return plan_file


SENDS = 12
"""How many requests that write `mixed_plan` makes."""


def interrupt_at(number: int, when: str, plan_file: PlanFile) -> bool:
    """Ends the run at its `number`-th request that writes, `before` it is sent or `after` it, without the answer being
    read."""
    left = [number]

    def stopping(send: Any) -> Any:
        def sent(*given: Any, **named: Any) -> Any:
            left[0] -= 1
            if left[0] == 0 and when == "before":
                raise Interrupted
            answer = send(*given, **named)
            if left[0] == 0:
                raise Interrupted
            return answer

        return sent

    with pytest.MonkeyPatch.context() as moment:
        for name in ("post", "_write_batch"):
            moment.setattr(Writer, name, stopping(getattr(Writer, name)))
        try:
            plan_file.apply()
        except Interrupted:
            return True
    return False


@pytest.mark.share(3)
@pytest.mark.parametrize("number", range(1, SENDS + 2))
@pytest.mark.parametrize("when", ["before", "after"])
def test_what_an_interrupted_run_has_left_is_finished_with_the_same_file(
    number: int, when: str, mixed_plan: PlanFile, sandbox: LocalGraph
) -> None:
    assert interrupt_at(number, when, mixed_plan) == (number <= SENDS)
    sandbox.pass_time(600)
    mixed_plan.apply().ended(0)
    assert budgets(sandbox) == ("8000", "1500")
    assert sandbox.status("acme-sg/gone") == "PAUSED"
    assert sandbox.status("acme-sg/new") == "ACTIVE"
    assert sandbox.deliverable() == ON
    assert {kind: len(sandbox.objects(kind)) for kind in LEVELS} == dict.fromkeys(LEVELS, 4)
    mixed_plan.reconciler.converged()


def test_between_two_runs_of_a_file_nothing_else_is_let_in(mixed_plan: PlanFile, sandbox: LocalGraph) -> None:
    assert interrupt_at(3, "after", mixed_plan)
    sandbox.person_edits(f"{B}/broad", name="By hand")
    mixed_plan.apply().ended(4)


def test_a_stop_that_is_not_known_any_more_is_not_taken_for_done(
    repository: Repository, sandbox: LocalGraph, plan_file: PlanFile
) -> None:
    """Without state/ nothing remembers that the campaign should be paused, so it continues to run."""
    repository.campaign("gone", still_campaign("Gone") + "status: ACTIVE\n")
    plan_file.reconciler.apply().ended(0)
    repository.remove("gone")
    repository.campaign("new", NEW)
    plan_file.plan().ended(0)
    repository.forget_state()
    assert "acme-sg/gone: pause is in it, and nothing asks for it any more" in plan_file.apply().ended(4).err
    assert sandbox.labelled("acme-sg/new") == []


def test_after_a_partly_failed_run_the_same_file_goes_on(mixed_plan: PlanFile, sandbox: LocalGraph) -> None:
    sandbox.fault("error", "/ads$", method="POST", code=100, subcode=1487891)
    mixed_plan.apply().ended(6)
    sandbox.no_faults()
    mixed_plan.apply().ended(0)
    assert sandbox.deliverable() == ON
    mixed_plan.reconciler.converged()

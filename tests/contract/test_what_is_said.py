"""What a run says about itself is what it has done and will do."""

from __future__ import annotations

import re
import shlex
import subprocess
from datetime import datetime, timedelta, tzinfo
from pathlib import Path

import pytest
from support.command import Reconciler
from support.repository import ACCOUNT_FILE, STILL, Repository
from support.sandbox import LocalGraph

from reconciler.run import notes

OTHER, THIRD = "act_2345678901", "act_3456789012"


@pytest.fixture
def three_accounts(repository: Repository, sandbox: LocalGraph, reconciler: Reconciler) -> Reconciler:
    """Of three accounts the token of one is dead, and one is not shared with us."""
    for key, account in (("dead", OTHER), ("norights", THIRD)):
        sandbox.account(account)
        repository.write(f"accounts/{key}.yaml", ACCOUNT_FILE.replace("act_1234567890", account))
    repository.edit("accounts/dead.yaml", "name:", "token: env/META_TOKEN_DEAD\nname:")
    reconciler.environment["META_TOKEN_DEAD"] = "expired-token"
    sandbox.settings(strict_tokens=False)
    sandbox.token("expired-token", valid=False, scopes=["ads_management"])
    sandbox.fault("error", f"/{THIRD}", method="GET", times=0, code=200)
    for account in ("acme-sg", "dead", "norights"):
        repository.campaign("still", STILL, account)
    return reconciler


def test_accounts_that_could_not_be_planned_leave_an_apply_incomplete(three_accounts: Reconciler) -> None:
    run = three_accounts.apply().ended(6)
    assert "Apply incomplete! 3 added, 0 changed" in run.out
    assert "Apply complete!" not in run.said


def test_an_activate_says_so_as_well(three_accounts: Reconciler, sandbox: LocalGraph) -> None:
    for account in ("acme-sg", "dead", "norights"):
        three_accounts.repository.edit_campaign("still", "ad:", "activate_at: 2026-11-21 12:00\nad:", account)
    three_accounts.apply().ended(6)
    sandbox.at("2026-11-21T12:05:00+08:00")
    assert "Apply incomplete! 0 added, 0 changed, 0 removed, 3 activated" in three_accounts("activate").ended(6).out


def test_what_is_forgotten_is_counted(repository: Repository, reconciler: Reconciler) -> None:
    repository.campaign("still", STILL + "lifecycle: {on_remove: forget}\n")
    repository.campaign("other", STILL.replace("Still", "Other"))
    reconciler.apply().ended(0)
    repository.remove("still")
    told = "Apply complete! 0 added, 0 changed, 0 removed, 0 activated, 0 paused, 3 forgotten."
    assert told in reconciler.apply().ended(0).out


# ---- tokens


@pytest.mark.parametrize("command", ["plan", "apply", "doctor", "sync", "drift"])
def test_a_dead_token_is_called_by_the_variable_that_it_stands_in(command: str, three_accounts: Reconciler) -> None:
    run = three_accounts(command, "--account", "dead", *(["--auto-approve"] if command == "apply" else [])).ended(1)
    assert "make a new system-user token in Business settings and set it in META_TOKEN_DEAD" in run.said
    assert "META_ACCESS_TOKEN" not in run.said


@pytest.mark.parametrize("command", ["plan", "doctor", "pause"])
def test_a_missing_token_is_called_by_its_variable(command: str, three_accounts: Reconciler) -> None:
    del three_accounts.environment["META_TOKEN_DEAD"]
    run = three_accounts(command, "--account", "dead", *(["--all"] if command == "pause" else [])).ended(1)
    assert "META_TOKEN_DEAD is not set" in run.said
    assert "META_ACCESS_TOKEN" not in run.said


def test_the_stop_calls_a_dead_token_by_its_variable_too(three_accounts: Reconciler) -> None:
    assert "and set it in META_TOKEN_DEAD" in three_accounts("pause", "--all", "--account", "dead").ended(1).said


# ---- one timezone


ZONED = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d(?::\d\d)? (\+\d\d)")


@pytest.mark.parametrize("command", ["plan", "apply", "sync", "doctor", "show", "pause"])
def test_a_rate_limit_is_said_in_the_projects_timezone_alone(
    command: str, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL)
    sandbox.fault("error", "/", times=0, code=17, subcode=2446079, http=400)
    rest = {"apply": ["--auto-approve"], "show": ["acme-sg/still"], "pause": ["--all"]}.get(command, [])
    run = reconciler(command, *rest)
    assert run.status in (1, 7)
    assert set(ZONED.findall(run.said)) == {"+08"}


def test_a_limit_that_is_met_while_applying_says_one_moment(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL)
    sandbox.fault("error", "/adsets$", method="POST", times=0, code=17, subcode=2446079, http=400)
    assert set(ZONED.findall(reconciler.apply().ended(7).said)) == {"+08"}


def test_clocks_that_differ_are_said_in_the_projects_timezone(repository: Repository, reconciler: Reconciler) -> None:
    repository.campaign("still", STILL + "status: ACTIVE\n")
    reconciler.now = "2026-11-21T11:00:00+08:00"
    said = reconciler.apply().said
    assert "this computer's clock says 2026-11-21 11:00 +08, Meta's 2026-11-21 10:00 +08" in said
    assert set(ZONED.findall(said)) == {"+08"}


# ---- what waits for a refusal


def timed(name: str, at: str) -> str:
    return STILL.replace("Still", name) + f"activate_at: {at}\n"


@pytest.fixture
def mixed_outcome(repository: Repository, sandbox: LocalGraph, reconciler: Reconciler) -> Reconciler:
    """One campaign is to spend less, and somebody has changed that very budget; another starts in nine days."""
    repository.campaign("still", STILL)
    repository.campaign("other", STILL.replace("Still", "Other") + "status: ACTIVE\n")
    repository.campaign("soon", timed("Soon", "2026-11-30 12:00"))
    reconciler.apply().ended(0)
    sandbox.person_edits("acme-sg/still", daily_budget=9000)
    repository.edit_campaign("still", "50.00", "40.00")
    return reconciler


BESIDE = "launches and raises of acme-sg wait while a stop or decrease of acme-sg/still is held back (conflict)"


@pytest.mark.parametrize("command", [("plan",), ("apply", "--auto-approve"), ("activate",)])
def test_launches_that_wait_for_a_conflict_elsewhere_are_named(
    command: tuple[str, ...], mixed_outcome: Reconciler
) -> None:
    # A moment has passed of which no receipt is there: else activate asks nothing, and knows of no conflict.
    mixed_outcome.repository.edit_campaign("other", "status: ACTIVE", "activate_at: 2026-11-20 12:00")
    said = mixed_outcome(*command).out
    note = f"Waits: {BESIDE}, and do not count in the spend: acme-sg/soon (2026-11-30 12:00)"
    assert said.splitlines().count(note) == 1


def test_they_are_among_the_first_lines_of_the_comment(mixed_outcome: Reconciler, tmp_path: Path) -> None:
    comment = tmp_path / "plan.md"
    mixed_outcome("plan", "--markdown", str(comment)).ended(3)
    first = comment.read_text("utf-8").partition("<details")[0]
    assert "<b>Waits</b>: launches and raises of acme-sg wait while" in first


def test_they_are_in_the_json_as_well_and_gone_with_the_conflict(mixed_outcome: Reconciler) -> None:
    document = mixed_outcome.plan().ended(3).json
    assert any(note.startswith(BESIDE) for note in document["notes"])
    mixed_outcome.repository.edit_campaign("still", "40.00", "90.00")
    solved = mixed_outcome.plan().ended(0).json
    assert not any("wait while" in note for note in solved["notes"])
    assert solved["spend"]["acme-sg"]["timeline"] != document["spend"]["acme-sg"]["timeline"]


def test_many_launches_that_wait_are_counted(mixed_outcome: Reconciler) -> None:
    for day in range(1, 9):
        mixed_outcome.repository.campaign(f"c{day}", timed(f"C{day}", f"2026-12-{day:02} 12:00"))
    (note,) = [line for line in mixed_outcome("plan").ended(3).out.splitlines() if "wait while" in line]
    assert "acme-sg/soon (2026-11-30 12:00), acme-sg/c1 (2026-12-01 12:00), " in note
    assert note.endswith("acme-sg/c4 (2026-12-04 12:00), 4 more")


def test_what_is_held_back_elsewhere_says_why(mixed_outcome: Reconciler, sandbox: LocalGraph) -> None:
    mixed_outcome.repository.edit_campaign("other", "50.00", "80.00")
    mixed_outcome.repository.edit_campaign("soon", "activate_at: 2026-11-30 12:00", "status: ACTIVE")
    lines = mixed_outcome("plan").ended(3).out.splitlines()
    why = "nothing of acme-sg rises while a stop or decrease of acme-sg/still is held back"
    assert f"  acme-sg/other daily_budget 50.00 SGD → 80.00 SGD: {why}" in lines
    assert f"  acme-sg/soon: activate: {why}" in lines
    assert f"Waits: {BESIDE}, and do not count in the spend: acme-sg/soon (now)" in lines


def test_an_account_over_its_limit_says_what_it_keeps_waiting(mixed_outcome: Reconciler) -> None:
    mixed_outcome.repository.edit_campaign("still", "40.00", "90.00")
    mixed_outcome.repository.write(
        "project.yaml", "project: acme-agency\npolicies: {max_account_daily_budget: 60.00 SGD}\n"
    )
    mixed_outcome.repository.edit_campaign("other", "headline: Outlet", "headline: Sale")
    out = mixed_outcome("plan").ended(3).out
    assert "wait while acme-sg is refused (max_account_daily_budget), and do not count" in out
    assert re.search(r"^  acme-sg/other/main/main headline .*: waits with all of acme-sg$", out, re.MULTILINE)


def test_a_refused_campaign_that_is_there_says_that_its_launch_waits(mixed_outcome: Reconciler) -> None:
    mixed_outcome.repository.edit_campaign("still", "40.00", "90.00")
    mixed_outcome.repository.write("project.yaml", "project: acme-agency\npolicies: {name_pattern: '(Still|Other)'}\n")
    out = mixed_outcome("plan").ended(3).out
    told = "launches of acme-sg wait while their campaigns are refused, see below, and do not count in the spend"
    assert f"Note: {told}: acme-sg/soon (2026-11-30 12:00)" in out


@pytest.mark.parametrize("policy", ["activation_window: Mon-Fri 09:00-18:00", "max_lateness: 1h"])
def test_what_passes_by_itself_keeps_no_later_launch_waiting(
    policy: str, repository: Repository, reconciler: Reconciler
) -> None:
    repository.write("project.yaml", f"project: acme-agency\npolicies: {{{policy}}}\n")
    repository.campaign("now", timed("Now", "2026-11-21 08:00"))
    repository.campaign("soon", timed("Soon", "2026-11-30 12:00"))
    assert "wait while" not in reconciler("plan").ended(3).out


# ---- a command line that is nearly right


@pytest.mark.parametrize("command", ["plan", "activate", "drift", "doctor", "validate", "schedule"])
def test_an_address_without_its_option_is_told_how_to_say_it(command: str, reconciler: Reconciler) -> None:
    run = reconciler(command, "acme-sg/spring-sale").ended(64)
    said = f"takes no 'acme-sg/spring-sale'; say reconciler {command} --target acme-sg/spring-sale"
    assert said in run.err


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["plan", "acme-sg"], "say reconciler plan --account acme-sg"),
        (["plan", "acme-sg/a", "acme-sg/b"], "say reconciler plan --target acme-sg/a --target acme-sg/b"),
        (["plan", "What?"], "reconciler plan takes no 'What?'; leave it out\n"),
        (["ci reconcile", "activate"], "takes no 'activate'; leave it out, or say reconciler activate\n"),
        (["ci reconcile", "plan"], "takes no 'plan'; leave it out, or say reconciler ci plan\n"),
        (["plan", "acme-s"], "say reconciler plan --account acme-sg\n"),
        (["plan", "x"], "reconciler plan takes no 'x'; leave it out\n"),
        (["apply", "acme-sg/spring"], "there is no plan file acme-sg/spring\n  mend: write one with reconciler plan"),
        (["apply", "acme-sg/spring"], "if it is an address, say --target acme-sg/spring"),
        (["schedule", "--days", "x"], "'x' is not a whole number of days from 1 to 3660"),
        (["schedule", "--days", "2.5"], "'2.5' is not a whole number of days from 1 to 3660"),
        (["schedule", "--days", "0"], "is not a whole number of days from 1 to 3660"),
        (["apply", "--parallelism", "many"], "'many' is not a whole number of accounts from 1 to 64"),
        (["plan", "--out", ""], "it is empty, and names nothing"),
        (["apply", ""], "it is empty, and names nothing"),
        (["schedule", "--ics", ""], "it is empty, and names nothing"),
        (["paln"], "there is no command 'paln'; did you mean plan?"),
        (["aply"], "did you mean apply?"),
        (["qqqqq"], "there is no command 'qqqqq'; there are: init, "),
        (["destroy"], "there is no command 'destroy'; remove the YAML of what is to go"),
        (["refresh"], "say reconciler sync\n"),
        (["state list"], "say reconciler state show\n"),
        (["state shwo"], "there is no command 'shwo'; did you mean show?"),
        (["plan", "-target=acme-sg/still"], "there is no option '-target=acme-sg/still'; say --target acme-sg/still\n"),
        (["apply", "-auto-approve"], "there is no option '-auto-approve'; say --auto-approve\n"),
        (["apply", "--yes"], "say --auto-approve\n"),
        (["apply", "--dry-run"], "there is no option '--dry-run'; reconciler plan shows what an apply would do"),
        (["activate", "--dryrun"], "say --dry-run\n"),
        (["plan", "-var", "a=b"], "variables stand in the YAML, below vars:\n"),
        (["new", "campaign", "a", "--countries", "US"], "say --set countries=US\n"),
        (["new", "campaign", "a", "--carousel"], "carousels and collections are not supported yet: "),
        (["plan", "--qqqqq"], "No such option '--qqqqq'.\n"),
        (
            ["fmt", "--timings"],
            "reconciler fmt takes no --timings; the commands that do: validate, plan, apply, activate,",
        ),
        (["duplicate", "acme-sg/still", "--timings", "x"], "takes no --timings; the commands that do: validate, plan"),
        (["validate", "--out", "x"], "reconciler validate takes no --out; the commands that do: plan\n"),
        (["new"], "it is not said what is to be begun: say reconciler new campaign spring-sale; kinds are campaign,"),
        (["new", "campaign"], "say reconciler new campaign spring-sale;"),
        (["new", "acme-sg/x", "campaign"], "say reconciler new campaign x --account acme-sg;"),
        (["new", "template", "acme-sg/x"], "say reconciler new template x;"),
        (["new", "campain", "x"], "say reconciler new campaign x;"),
        (["new", "campaign", "spring", "sale"], "say reconciler new campaign spring-sale;"),
        (["import", "acme-sg", "23847"], "say reconciler import acme-sg --campaign 23847; an account's id begins with"),
        (
            ["import", "acme-sg", "still"],
            "no account 'still' is declared; for a single campaign, say reconciler import",
        ),
        (["import", "acme-sg/still"], "say reconciler import acme-sg --campaign ID\n"),
        (["import", "acme-sg", "--campaign", "Still"], "say reconciler import acme-sg --campaign ID, and reconciler"),
        (["import", "acme-sg", "--account", "acme-sg"], "leave one of the two out: say reconciler import acme-sg\n"),
        (["plan", "--target", "acme-sg"], "'acme-sg' is no address; say --account acme-sg\n"),
        (["plan", "--target", "still"], "'still' is no address; say --target acme-sg/still\n"),
        (["plan", "--target", "desired/accounts/acme-sg.yaml"], "say --account acme-sg\n"),
        (
            ["plan", "--target", "acme-sg/nothing"],
            "nothing has the address acme-sg/nothing; there are: acme-sg/still\n",
        ),
        (["plan", "--target", "acme-sg/stil"], "; did you mean acme-sg/still?"),
        (["plan", "--target", "acme-sg/still/mian"], "; did you mean acme-sg/still/main?"),
        (["plan", "desired/accounts/acme-sg.yaml"], "say reconciler plan --account acme-sg\n"),
        (["export", "--xlsx", "ads.csv"], "ads.csv is no name for what is written there; say ads.xlsx"),
        (["export", "--xlsx", "ads"], "ads is no name for what is written there; say ads.xlsx"),
        (["plan", "--out", "plan.html"], "plan.html is no name for what is written there; say plan.json"),
    ],
)
def test_what_is_typed_wrongly_is_told_with_what_was_meant(
    typed: list[str], said: str, repository: Repository, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL)
    assert said in reconciler(*typed).ended(64).err


@pytest.mark.parametrize("typed", [["--chdir", ".", "plan"], ["-chdir=.", "plan"]])
def test_an_option_before_the_command_is_told_where_it_stands(typed: list[str], reconciler: Reconciler) -> None:
    run = subprocess.run([*reconciler.program, *typed], capture_output=True, text=True, check=False)
    assert run.returncode == 64
    assert "options stand after the command: say reconciler plan --chdir .\n" in run.stderr


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("--account acme-sg", "say reconciler plan --account acme-sg; other commands that take it: new, duplicate,"),
        ("state --json", "say reconciler state show --json; other commands that take it: forget, pull, push"),
        ("state --json show", "options stand after the command: say reconciler state show --json\n"),
    ],
)
def test_an_option_without_its_command_is_told_one_that_takes_it(typed: str, said: str, reconciler: Reconciler) -> None:
    run = subprocess.run([*reconciler.program, *typed.split()], capture_output=True, text=True, check=False)
    assert run.returncode == 64
    assert said in run.stderr


def test_the_project_s_own_file_is_no_address(repository: Repository, reconciler: Reconciler) -> None:
    told = reconciler("apply", str(repository.root / "desired/project.yaml")).said
    assert "is no plan file" in told and "--target" not in told


def test_the_line_that_applies_a_saved_plan_works_whatever_the_file_is_called(
    repository: Repository, reconciler: Reconciler, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    repository.campaign("still", STILL)
    said = reconciler("plan", "--out=-my plan.json").ended(0).out
    typed = shlex.split(said.partition("To do exactly this: reconciler ")[2].splitlines()[0])
    assert typed == ["apply", "./-my plan.json"]
    reconciler(*typed).ended(0)


def test_offline_what_was_removed_and_paused_by_it_spends_nothing(
    repository: Repository, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL + "status: ACTIVE\n")
    repository.campaign("other", STILL.replace("Still", "Other"))
    reconciler.apply().ended(0)
    assert "Spending now: acme-sg 50.00 SGD a day" in reconciler("plan", "--offline").ended(0).out
    repository.remove("still")
    reconciler.apply().ended(0)
    assert "50.00 SGD" not in reconciler("plan", "--offline").ended(0).out


def test_a_campaign_alone_in_its_account_costs_the_same_in_its_own_line_the_comment_and_the_page(
    repository: Repository, reconciler: Reconciler, tmp_path: Path
) -> None:
    """With times that are not on the full hour."""
    window = "activate_at: 2026-12-01 09:30\ndeactivate_at: 2026-12-21 18:10\ndaily_budget"
    repository.campaign("still", STILL.replace("daily_budget", window).replace("50.00 SGD", "500.00 SGD"))
    comment, page = tmp_path / "plan.md", tmp_path / "plan.html"
    said = reconciler("plan", "--markdown", str(comment), "--html", str(page)).ended(0).out
    assert "500.00 SGD (about 10,208.34 SGD in all)" in said
    assert "about <b>10,208.34 SGD</b> in all until" in comment.read_text("utf-8")
    assert 'about <b class="money">10,208.34 SGD</b> until' in page.read_text("utf-8")


def test_totals_keep_to_a_spend_cap(repository: Repository, reconciler: Reconciler, tmp_path: Path) -> None:
    window = "spend_cap: 300.00 SGD\nactivate_at: 2026-12-01 00:00\ndeactivate_at: 2026-12-30 00:00\ndaily_budget"
    repository.campaign("still", STILL.replace("daily_budget", window))
    comment, page = tmp_path / "plan.md", tmp_path / "plan.html"
    said = reconciler("plan", "--markdown", str(comment), "--html", str(page)).ended(0).out
    assert "50.00 SGD (about 300.00 SGD in all)" in said
    assert "about <b>300.00 SGD</b> in all until 2026-12-30 00:00, within spend caps" in comment.read_text("utf-8")
    assert 'about <b class="money">300.00 SGD</b> until 2026-12-30 00:00 +08, within spend caps' in page.read_text()
    assert "1,450" not in comment.read_text("utf-8") + page.read_text("utf-8")
    repository.edit("campaigns/acme-sg/still.yaml", "deactivate_at: 2026-12-30 00:00\n", "")
    reconciler("plan", "--markdown", str(comment)).ended(0)
    assert "about <b>300.00 SGD</b> in all, within spend caps, without a declared end" in comment.read_text("utf-8")


STARTS_LATE = """\
name: Late
objective: OUTCOME_TRAFFIC
activate_at: 2026-12-05 09:00
deactivate_at: 2026-12-15 09:00
ad_sets:
  main:
    optimization_goal: LINK_CLICKS
    countries: [SG]
    BUDGET
    ads:
      main: {image: outlet/banner.jpg, headline: H, primary_text: P, destination_url: "https://acme.example/",
             activate_at: 2026-12-14 09:00}
"""


@pytest.mark.parametrize(
    ("budget", "said", "a_day"),
    [
        ("daily_budget: 20.00 SGD", "20.00 SGD (about 20.00 SGD in all)", "20.00"),
        ("lifetime_budget: 1000.00 SGD", "1000.00 SGD (about 1,000.00 SGD a day)", "1,000.00"),
    ],
)
def test_what_a_new_budget_comes_to_goes_by_when_its_ads_run_as_the_spend_does(
    budget: str, said: str, a_day: str, repository: Repository, reconciler: Reconciler
) -> None:
    repository.campaign("late", STARTS_LATE.replace("BUDGET", budget))
    told = reconciler("plan").ended(0).out
    assert said in told
    assert f"From 2026-12-14 09:00 +08: {a_day} SGD a day. From 2026-12-15 09:00 +08: 0 SGD a day." in told
    repository.edit("campaigns/acme-sg/late.yaml", ",\n             activate_at: 2026-12-14 09:00", "")
    whole, daily = "(about 200.00 SGD in all)", "(about 100.00 SGD a day)"
    assert (whole if budget.startswith("daily") else daily) in reconciler("plan").ended(0).out


@pytest.mark.parametrize(
    ("number", "so", "mend"),
    [
        (2, "nothing of it delivers", "ask for a review there"),
        (3, "nothing of it delivers", "settle it in Ads Manager under Billing"),
        (7, "nothing of it delivers", "see Account Quality in Meta Business Suite"),
        (9, "Meta may stop what is on in it", "settle it in Ads Manager under Billing"),
        (202, "Meta does not say", "look at it in Ads Manager"),
    ],
)
def test_an_account_that_is_not_in_order_has_the_mend_of_its_status(
    number: int, so: str, mend: str, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL + "status: PAUSED\n")
    sandbox.account(account_status=number)
    (note,) = (one for one in reconciler.plan().ended(0).json["notes"] if "the ad account is" in one)
    assert so in note and mend in note
    told = {one["name"]: one for one in reconciler("doctor", "--json").json["findings"]}
    assert so in told["account"]["detail"] and mend in told["account"]["mend"]


@pytest.fixture
def two(repository: Repository, sandbox: LocalGraph, reconciler: Reconciler) -> Reconciler:
    sandbox.account("act_2")
    repository.write("accounts/other.yaml", ACCOUNT_FILE.replace("act_1234567890", "act_2"))
    for account in ("acme-sg", "other"):
        repository.campaign("still", STILL + "status: PAUSED\n", account=account)
    return reconciler


def test_a_dead_token_is_told_once_with_all_accounts_that_it_fails(
    two: Reconciler, sandbox: LocalGraph, tmp_path: Path
) -> None:
    """Each answer of Meta's has a number of its own."""
    sandbox.token("the only good one")
    comment = tmp_path / "comment.md"
    two("ci plan", "--comment-file", str(comment), "--artifacts", str(tmp_path / "kept")).ended(1)
    for file in (comment, tmp_path / "kept" / "plan.html"):
        assert file.read_text("utf-8").count("Meta error 190") == 1
    assert "<b>acme-sg, other</b>: Meta error 190" in comment.read_text("utf-8")


def test_clocks_that_differ_are_told_once_whenever_each_account_was_read(
    two: Reconciler, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, seconds = notes.clocks_apart, iter(range(10))

    def later(local: datetime, server: datetime | None, zone: tzinfo) -> str:
        return real(local, local + timedelta(seconds=600 + next(seconds)), zone)

    monkeypatch.setattr(notes, "clocks_apart", later)
    said = [note for note in two.plan().ended(0).json["notes"] if "clock says" in note]
    assert len(said) == 1
    assert next(seconds) == 2


# ---- the ad account itself


@pytest.mark.parametrize(
    ("spent", "said", "status"),
    [
        ("4400", None, 0),
        ("4600", "4.00 SGD are left of the spending limit of the ad account itself, 50.00 SGD", 0),
        ("5000", "the spending limit of the ad account itself, 50.00 SGD, is used up, so nothing of it delivers", 7),
    ],
)
def test_a_spending_limit_of_the_ad_account_is_told_before_it_stops_all(
    spent: str, said: str | None, status: int, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL)
    sandbox.account(spend_cap="5000", amount_spent=spent)
    told, doctor = reconciler.plan().said, reconciler("doctor")
    assert told.count(said or "spending limit") == bool(said)
    assert doctor.ended(status).said.count("spending limit") == bool(said)


def test_a_first_plan_names_an_account_that_has_another_client_s_name(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL)
    sandbox.account(name="Globex USA")
    note = "act_1234567890 is called 'Globex USA' at Meta, and desired/accounts/acme-sg.yaml says name: Acme Singapore"
    assert note in reconciler.plan().said
    reconciler.apply().ended(0)
    assert "Globex" not in reconciler.plan().said

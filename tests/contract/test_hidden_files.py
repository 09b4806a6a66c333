"""What git has and this working copy has not is never taken for removed, and what is here alone is told."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from support.command import Reconciler
from support.remote import Remote, counting_git, git, refusing_git
from support.repository import ACCOUNT_FILE, STILL, Repository
from support.sandbox import LocalGraph

OUTLET = "desired/campaigns/acme-sg/outlet.yaml"
WRITING = ("plan", "apply --auto-approve", "activate", "sync", "drift", "show acme-sg/still", "doctor")


@pytest.fixture(params=["", "ads/"], ids=["at the top", "in a subfolder"])
def desk(request: pytest.FixtureRequest, tmp_path: Path, repository: Repository, sandbox: LocalGraph) -> Reconciler:
    """A clone in which two campaigns run."""
    for key in ("outlet", "still"):
        repository.campaign(key, STILL.replace("name: Still", f"name: {key}") + "status: ACTIVE\n")
    here = Remote(tmp_path / "shared", sandbox, below=request.param).starts_from(repository)
    here.apply().ended(0)
    assert sandbox.status("acme-sg/outlet") == "ACTIVE"
    return here


def git_at(here: Reconciler, *arguments: str) -> str:
    return git(here.repository.root, *arguments)


def leave_out(here: Reconciler, path: str) -> None:
    top, below = git_at(here, "rev-parse", "--show-toplevel"), git_at(here, "rev-parse", "--show-prefix")
    git(Path(top), "sparse-checkout", "set", "--no-cone", "/*", f"!/{below}{path}")


def left_out(here: Reconciler) -> None:
    leave_out(here, OUTLET)


def skipped(here: Reconciler) -> None:
    git_at(here, "update-index", "--skip-worktree", OUTLET)
    here.repository.remove("outlet")


def taken_for_unchanged(here: Reconciler) -> None:
    git_at(here, "update-index", "--assume-unchanged", OUTLET)
    here.repository.remove("outlet")


def unmerged(here: Reconciler) -> None:
    """One side has changed it, and the other has removed it."""
    git_at(here, "switch", "-q", "-c", "other")
    here.repository.edit_campaign("outlet", "50.00 SGD", "60.00 SGD")
    git_at(here, "commit", "-q", "-a", "-m", "More")
    git_at(here, "switch", "-q", "-")
    git_at(here, "rm", "-q", OUTLET)
    git_at(here, "commit", "-q", "-m", "Away")
    with pytest.raises(AssertionError):
        git_at(here, "merge", "other")
    (here.repository.root / OUTLET).unlink()


SAID = {
    left_out: "it is committed and not here: a sparse checkout leaves it out, or git is told to skip it",
    skipped: "it is committed and not here: a sparse checkout leaves it out, or git is told to skip it",
    taken_for_unchanged: "it is committed and not here, and git is told to take it for unchanged",
    unmerged: "git has begun to merge it and has not ended",
}
MENDED = {
    left_out: ("sparse-checkout", "disable"),
    skipped: ("sparse-checkout", "disable"),
    taken_for_unchanged: ("restore", OUTLET),
    unmerged: ("restore", "--source=other", "--worktree", "--staged", OUTLET),
}


@pytest.mark.parametrize("hide", SAID)
def test_what_git_has_is_never_taken_for_removed(
    desk: Reconciler, sandbox: LocalGraph, hide: Callable[[Reconciler], None]
) -> None:
    hide(desk)
    sandbox.forget_calls()
    for command in WRITING:
        told = desk(*command.split(" ")).ended(1).said
        assert f"{OUTLET}: {SAID[hide]}" in told, command
    assert sandbox.calls() == []
    git_at(desk, *MENDED[hide])
    desk.apply().ended(0)
    assert sandbox.status("acme-sg/outlet") == "ACTIVE"


def test_what_somebody_deletes_is_removed_as_ever(desk: Reconciler, sandbox: LocalGraph) -> None:
    desk.repository.remove("outlet")
    desk.apply().ended(0)
    assert sandbox.status("acme-sg/outlet") == "PAUSED"


def test_validate_warns_of_what_is_not_here(desk: Reconciler) -> None:
    left_out(desk)
    told = desk("validate").ended(0).said
    assert f"Warning: {OUTLET}: it is committed and not here" in told
    assert "mend: git sparse-checkout disable" in told


def test_what_is_hidden_of_one_account_holds_up_no_other(desk: Reconciler, sandbox: LocalGraph) -> None:
    sandbox.account("act_999")
    desk.repository.write("accounts/globex.yaml", ACCOUNT_FILE.replace("1234567890", "999"))
    desk.repository.campaign("sale", STILL, account="globex")
    git_at(desk, "add", "-A")
    git_at(desk, "commit", "-q", "-m", "Another client")
    left_out(desk)
    told = desk.apply().ended(6).said
    assert f"{OUTLET}: it is committed and not here" in told
    assert sandbox.status("globex/sale") == "PAUSED"
    assert sandbox.status("acme-sg/outlet") == "ACTIVE"


ELSEWHERE = (
    "plan --account globex",
    "plan --target globex/sale",
    "show globex/sale",
    "schedule --account globex",
    "pull --account globex --dry-run",
    "export --account globex --xlsx {folder}/sheet.xlsx",
)


def test_what_is_hidden_of_an_account_that_is_not_asked_for_stops_nothing(
    desk: Reconciler, sandbox: LocalGraph, tmp_path: Path
) -> None:
    sandbox.account("act_999")
    desk.repository.write("accounts/globex.yaml", ACCOUNT_FILE.replace("1234567890", "999"))
    desk.repository.campaign("sale", STILL, account="globex")
    git_at(desk, "add", "-A")
    git_at(desk, "commit", "-q", "-m", "Another client")
    desk.apply().ended(0)
    left_out(desk)
    for command in ELSEWHERE:
        desk(*command.format(folder=tmp_path).split(" ")).ended(0)
    assert f"Warning: {OUTLET}: it is committed and not here" in desk("plan", "--account", "globex").said
    for command in ("plan", "plan --account acme-sg", "schedule", "show acme-sg/still"):
        assert f"{OUTLET}: it is committed and not here" in desk(*command.split(" ")).ended(1).err


def test_another_mistake_of_an_account_that_is_not_asked_for_is_a_warning_too(desk: Reconciler) -> None:
    desk.repository.write("accounts/globex.yaml", ACCOUNT_FILE.replace("1234567890", "999"))
    desk.repository.campaign("sale", STILL.replace("50.00 SGD", "cheap"), account="globex")
    said = desk("plan", "--account", "acme-sg").ended(0).said
    assert "Warning: desired/campaigns/globex/sale.yaml" in said
    assert "globex/sale.yaml" in desk("plan").ended(1).err


def test_a_folder_that_is_left_out_is_told_once(desk: Reconciler) -> None:
    leave_out(desk, "desired/campaigns/")
    told = desk("plan").ended(1).said
    assert told.count("it is committed and not here") == 1
    assert "; so is 1 other file of its folder" in told


def test_a_template_that_is_left_out_is_told_itself_and_not_what_extends_it(desk: Reconciler) -> None:
    desk.repository.write("templates/shared.yaml", "objective: OUTCOME_SALES\n")
    desk.repository.campaign("still", "extends: shared\n" + STILL + "status: ACTIVE\n")
    git_at(desk, "add", "-A")
    git_at(desk, "commit", "-q", "-m", "A template")
    git_at(desk, "update-index", "--skip-worktree", "desired/templates/shared.yaml")
    (desk.repository.root / "desired/templates/shared.yaml").unlink()
    told = desk("plan").ended(1).err
    assert "desired/templates/shared.yaml: it is committed and not here" in told
    assert told.count("mend:") == 1


@pytest.fixture
def client(desk: Reconciler, tmp_path: Path) -> Path:
    """The clone of a submodule that has the campaigns of acme-sg."""
    client = tmp_path / "client"
    campaigns = desk.repository.root / "desired/campaigns/acme-sg"
    shutil.copytree(campaigns, client)
    git(client, "init", "-q")
    git(client, "add", "-A")
    git(client, "commit", "-q", "-m", "A client's own")
    git_at(desk, "rm", "-q", "-r", "desired/campaigns/acme-sg")
    git_at(desk, "submodule", "add", "-q", client.as_uri(), "desired/campaigns/acme-sg")
    git_at(desk, "commit", "-q", "-m", "As a submodule")
    desk.converged()
    return campaigns


MATRIX = (
    STILL.replace("name: Still", "name: ${market}").replace("50.00 SGD", "${budget}")
    + "vars: {market: SG, budget: 50.00 SGD}\nmatrix: {from: launches.csv}\n"
)


@pytest.mark.parametrize("path", ["desired/campaigns/acme-sg/boots.yaml", "desired/campaigns/acme-sg/"])
def test_the_table_of_a_file_that_is_left_out_is_not_told_as_unnamed(desk: Reconciler, path: str) -> None:
    desk.repository.campaign("boots", MATRIX)
    desk.repository.write("campaigns/acme-sg/launches.csv", "key,market,budget\nsg,SG,50.00 SGD\nmy,MY,60.00 SGD\n")
    assert "4 campaigns" in desk("validate").ended(0).said
    git_at(desk, "add", "-A")
    git_at(desk, "commit", "-q", "-m", "Boots")
    leave_out(desk, path)
    told = desk("validate").ended(0).said
    assert "it is committed and not here" in told
    assert "no matrix names this table" not in told


@pytest.mark.usefixtures("client")
def test_a_submodule_that_was_not_fetched_is_not_taken_for_removed(desk: Reconciler, sandbox: LocalGraph) -> None:
    git_at(desk, "submodule", "deinit", "-q", "-f", "--all")
    told = desk.apply().ended(1).said
    assert "desired/campaigns/acme-sg: a submodule that is not here" in told
    assert "mend: git submodule update --init" in told
    git_at(desk, "submodule", "update", "-q", "--init")
    desk.apply().ended(0)
    assert sandbox.status("acme-sg/outlet") == "ACTIVE"


def sparse_inside(client: Path) -> str:
    git(client, "sparse-checkout", "set", "--no-cone", "/*", "!/outlet.yaml")
    return "git -C desired/campaigns/acme-sg sparse-checkout disable"


def skipped_inside(client: Path) -> str:
    git(client, "update-index", "--skip-worktree", "outlet.yaml")
    (client / "outlet.yaml").unlink()
    return "git -C desired/campaigns/acme-sg sparse-checkout disable"


def taken_for_unchanged_inside(client: Path) -> str:
    git(client, "update-index", "--assume-unchanged", "outlet.yaml")
    (client / "outlet.yaml").unlink()
    return "git -C desired/campaigns/acme-sg restore outlet.yaml"


@pytest.mark.parametrize("hide", [sparse_inside, skipped_inside, taken_for_unchanged_inside])
def test_what_a_submodule_leaves_out_is_never_taken_for_removed(
    desk: Reconciler, client: Path, sandbox: LocalGraph, hide: Callable[[Path], str]
) -> None:
    mend = hide(client)
    told = desk.apply().ended(1).said
    assert f"{OUTLET}: it is committed and not here" in told
    assert f"mend: {mend}" in told
    git(desk.repository.root, *mend.split(" ")[1:])
    desk.apply().ended(0)
    assert sandbox.status("acme-sg/outlet") == "ACTIVE"


def test_the_whole_of_desired_as_a_submodule_is_told_by_its_name(desk: Reconciler) -> None:
    root = desk.repository.root
    (root / "desired").rename(root / "ads")
    git_at(desk, "rm", "-q", "-r", "--cached", "desired")
    head = git_at(desk, "rev-parse", "HEAD")
    git_at(
        desk,
        "update-index",
        "--add",
        "--cacheinfo",
        f"160000,{head},{git_at(desk, 'rev-parse', '--show-prefix')}desired",
    )
    (root / "desired").mkdir()
    told = desk("plan").ended(1).said
    assert "desired: a submodule that is not here" in told
    assert "desired/./" not in told


BANNER = "creatives/outlet/banner.jpg"


def media_left_out(here: Reconciler) -> None:
    leave_out(here, BANNER)


def media_taken_for_unchanged(here: Reconciler) -> None:
    git_at(here, "update-index", "--assume-unchanged", BANNER)
    (here.repository.root / BANNER).unlink()


def media_deleted(here: Reconciler) -> None:
    (here.repository.root / BANNER).unlink()


@pytest.mark.parametrize(
    ("hide", "mend"),
    [
        (media_left_out, "git sparse-checkout disable"),
        (media_taken_for_unchanged, f"git restore {BANNER}"),
        (media_deleted, f"git restore --staged --worktree {BANNER}"),
    ],
)
def test_media_that_git_has_and_that_are_not_here_are_told_with_what_brings_them_back(
    desk: Reconciler, hide: Callable[[Reconciler], None], mend: str
) -> None:
    hide(desk)
    told = desk("validate").ended(1).said
    assert "outlet/banner.jpg: it is committed and not here" in told
    assert f"mend: {mend}\n" in told
    git_at(desk, *mend.split(" ")[1:])
    desk("validate").ended(0)


def test_media_that_git_does_not_have_are_told_as_ever(desk: Reconciler) -> None:
    git_at(desk, "rm", "-q", BANNER)
    assert "outlet/banner.jpg: no such file below creatives/" in desk("validate").ended(1).said


# ---- where git does not tell


def of_another_owner(here: Reconciler, folder: Path) -> dict[str, str]:
    skipped(here)
    return refusing_git(folder, "ls-files", "fatal: detected dubious ownership in repository at '/x'")


def sparse_and_refusing(here: Reconciler, folder: Path) -> dict[str, str]:
    left_out(here)
    return refusing_git(folder, "ls-files", "fatal: no")


def not_installed(here: Reconciler, folder: Path) -> dict[str, str]:
    left_out(here)
    return {"PATH": str(folder)}


def of_an_unknown_extension(here: Reconciler, folder: Path) -> dict[str, str]:
    left_out(here)
    git_at(here, "config", "extensions.tomorrow", "true")
    git_at(here, "config", "core.repositoryformatversion", "1")
    return {}


def without_its_repository(here: Reconciler, folder: Path) -> dict[str, str]:
    """As a linked worktree is, whose repository is not mounted."""
    left_out(here)
    home = Path(git_at(here, "rev-parse", "--absolute-git-dir"))
    home.rename(folder / "elsewhere")
    home.write_text("gitdir: /nowhere\n")
    return {}


UNTOLD = {
    of_another_owner: ("detected dubious ownership", "git config --global --add safe.directory"),
    sparse_and_refusing: ("fatal: no", "see what git -C desired ls-files says"),
    not_installed: ("git is not installed", "install git, 2.30 or newer\n"),
    of_an_unknown_extension: ("extension", "see what git -C desired ls-files says"),
    without_its_repository: ("not a git repository", "bring back the repository that"),
}


@pytest.mark.parametrize("untold", UNTOLD)
def test_where_git_does_not_tell_nothing_is_removed(
    desk: Reconciler, sandbox: LocalGraph, tmp_path: Path, untold: Callable[[Reconciler, Path], dict[str, str]]
) -> None:
    hidden = tmp_path / "hidden"
    hidden.mkdir()
    environment = untold(desk, hidden)
    before = {path: path.read_text() for path in (desk.repository.root / "state/acme-sg").glob("outlet*.json")}
    told = desk.process("apply", "--auto-approve", env=environment).ended(3).said
    why, mend = UNTOLD[untold]
    assert "Refused (unlisted_files): acme-sg: 3 resources without YAML here may be left out, not deleted" in told
    assert why in told
    assert f"mend: {mend}" in told
    assert sandbox.status("acme-sg/outlet") == "ACTIVE"
    assert before
    assert {path: path.read_text() for path in before} == before


def test_where_git_does_not_tell_everything_else_goes_on(desk: Reconciler, sandbox: LocalGraph, tmp_path: Path) -> None:
    skipped(desk)
    desk.repository.edit_campaign("still", "status: ACTIVE", "status: PAUSED")
    desk.repository.campaign("fresh", STILL.replace("name: Still", "name: Fresh"))
    environment = refusing_git(tmp_path, "ls-files", "fatal: no")
    desk.process("apply", "--auto-approve", env=environment).ended(3)
    statuses = {key: sandbox.status(f"acme-sg/{key}") for key in ("outlet", "still", "fresh")}
    assert statuses == {"outlet": "ACTIVE", "still": "PAUSED", "fresh": "PAUSED"}


def test_what_may_be_left_out_does_not_count_as_removed(desk: Reconciler, tmp_path: Path) -> None:
    two = STILL.replace("name: Still", "name: Two").partition("ad:\n")
    ads = "ads:\n" + "".join(f"  {key}:\n" + two[2].replace("  ", "    ") for key in ("a", "b"))
    for key in ("two", "three"):
        desk.repository.campaign(key, two[0].replace("Two", key) + ads)
    git_at(desk, "add", "-A")
    git_at(desk, "commit", "-q", "-m", "More")
    desk.apply().ended(0)
    skipped(desk)
    desk.repository.campaign("two", two[0].replace("Two", "two") + ads.partition("  b:\n")[0])
    told = desk.process("apply", "--auto-approve", env=refusing_git(tmp_path, "ls-files", "fatal: no")).ended(3).said
    assert "Refused (unlisted_files)" in told
    assert "max_removals" not in told
    assert "acme-sg/outlet: pause: waits with all of acme-sg" in told
    assert "acme-sg/two/main/b: ad forgotten" in told


def test_where_git_does_not_tell_and_nothing_is_missing_nothing_is_refused(desk: Reconciler, tmp_path: Path) -> None:
    environment = refusing_git(tmp_path, "ls-files", "fatal: no")
    assert "unlisted_files" not in desk.process("plan", env=environment).ended(0).said


def test_what_looks_like_the_new_name_of_what_may_be_left_out_is_not_made_and_stops_nothing(
    desk: Reconciler, sandbox: LocalGraph, tmp_path: Path
) -> None:
    desk.repository.edit_campaign("outlet", "name: outlet", "name: outlet\nlifecycle: {on_remove: archive}")
    git_at(desk, "commit", "-q", "-a", "-m", "To be archived")
    desk.apply().ended(0)
    text = (desk.repository.root / OUTLET).read_text()
    skipped(desk)
    desk.repository.campaign("outlet-2", text)
    environment = refusing_git(tmp_path, "ls-files", "fatal: no")
    told = desk.process("apply", "--auto-approve", env=environment).ended(3).said
    assert "it looks like acme-sg/outlet, whose YAML is gone" in told
    assert sandbox.status("acme-sg/outlet") == "ACTIVE"
    assert sandbox.labelled("acme-sg/outlet-2") == []


def test_nothing_is_forgotten_where_git_does_not_tell_whether_its_yaml_is_gone(
    desk: Reconciler, tmp_path: Path
) -> None:
    skipped(desk)
    environment = refusing_git(tmp_path, "ls-files", "fatal: no")
    told = desk.process("forget", "acme-sg/outlet", env=environment).ended(1).said
    assert "so nobody knows whether a YAML is gone" in told


# ---- what is here alone


def test_a_file_that_git_ignores_is_told(desk: Reconciler) -> None:
    desk.repository.campaign("mine", STILL)
    assert "git ignores it" not in desk("plan").ended(0).said
    (desk.repository.root / ".gitignore").write_text("state/.*\nmine.yaml\n")
    mine = "desired/campaigns/acme-sg/mine.yaml"
    for command in ("plan", "validate"):
        told = desk(command).ended(0).said
        assert f"Warning: {mine}: git ignores it, so it is here alone: neither CI nor another machine sees it" in told
        assert f"mend: git add --force {mine}, and commit; git check-ignore -v {mine} names the rule" in told
    assert ".gitignore:2:mine.yaml" in git_at(desk, "check-ignore", "-v", mine)
    git_at(desk, "add", "--force", mine)
    assert "git ignores it" not in desk("plan").ended(0).said


@pytest.mark.parametrize("option", ["skip-worktree", "assume-unchanged"])
def test_a_file_that_git_does_not_compare_is_told(desk: Reconciler, option: str) -> None:
    git_at(desk, "update-index", f"--{option}", OUTLET)
    told = desk("plan").ended(0).said
    assert f"Warning: {OUTLET}: git is told not to compare it" in told
    assert f"mend: git update-index --no-{option} {OUTLET}" in told
    git_at(desk, "update-index", f"--no-{option}", OUTLET)
    assert "git is told" not in desk("plan").ended(0).said


def test_of_a_project_that_is_not_in_git_nothing_is_told(
    repository: Repository, reconciler: Reconciler, tmp_path: Path
) -> None:
    git(tmp_path, "init", "-q")
    (tmp_path / ".git/info/exclude").write_text("*\n")
    repository.campaign("outlet", STILL)
    assert "git" not in reconciler("validate").ended(0).said


# ---- what it costs


def test_git_is_asked_once_for_all_files_and_not_at_all_outside_git(
    desk: Reconciler, repository: Repository, sandbox: LocalGraph, tmp_path: Path
) -> None:
    environment, log = counting_git(tmp_path / "counting", "ls-files|status|check-ignore")
    desk.process("validate", env=environment).ended(0)
    assert len(log.read_text().splitlines()) == 1
    log.unlink()
    Reconciler(repository, sandbox).process("validate", env=environment).ended(0)
    assert not log.exists()

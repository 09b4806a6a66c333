"""`import` and ad accounts: what another one has is never taken over, and nothing is done before all is understood."""

from __future__ import annotations

import shutil

import pytest
from support.command import Reconciler
from support.existing import World
from support.repository import STILL, Repository, still_campaign
from support.sandbox import ACCOUNT, LocalGraph

from reconciler.model.remote import Object

OTHER = "act_2345678901"


@pytest.fixture
def other(sandbox: LocalGraph, repository: Repository) -> World:
    """A second client's account, in another currency, which no file declares."""
    sandbox.account(OTHER, name="Kopi", currency="MYR")
    return World(sandbox, OTHER)


@pytest.fixture
def world(sandbox: LocalGraph) -> World:
    return World(sandbox)


def campaign_files(repository: Repository) -> list[str]:
    return sorted(path.name for path in (repository.root / "desired/campaigns").rglob("*.yaml"))


# ---- what another ad account has


@pytest.mark.parametrize("name", ["acme-sg", OTHER], ids=["declared", "not declared yet"])
@pytest.mark.parametrize("more", [(), ("--dry-run",), ("--no-label",), ("--relabel",)])
def test_another_ad_account_s_campaign_is_not_imported(
    name: str,
    more: tuple[str, ...],
    world: World,
    other: World,
    reconciler: Reconciler,
    sandbox: LocalGraph,
    repository: Repository,
) -> None:
    owner, theirs = (OTHER, other.whole()) if name == "acme-sg" else (ACCOUNT, world.whole())
    own = (world if name == "acme-sg" else other).whole()
    run = reconciler("import", name, "--campaign", own, "--campaign", theirs, *more).ended(64)
    assert f"campaign {theirs} is {owner}'s" in run.said
    assert f"mend: reconciler import {owner} --campaign {theirs}" in run.said
    assert sandbox.writes() == []
    assert campaign_files(repository) == []
    assert [path.name for path in (repository.root / "desired/accounts").iterdir()] == ["acme-sg.yaml"]


def test_the_mend_for_another_ad_account_s_campaign_imports_it_there(
    other: World, reconciler: Reconciler, repository: Repository
) -> None:
    theirs = other.whole()
    said = reconciler("import", "acme-sg", "--campaign", theirs).ended(64).said
    mend = said.partition("mend: reconciler ")[2].split()
    found = reconciler(mend[0], *mend[1:], "--json").ended(0).json["accounts"][0]
    assert (found["account"], found["labelled"]) == ("kopi", 3)
    assert "daily_budget: 50.00 MYR" in (repository.root / "desired/campaigns/kopi/old.yaml").read_text("utf-8")


@pytest.mark.parametrize("level", ["ad_set", "ad"])
def test_the_id_of_what_stands_in_a_campaign_is_told_its_campaign(
    level: str, world: World, reconciler: Reconciler, sandbox: LocalGraph
) -> None:
    campaign = world.whole()
    inside = sandbox.nodes(level)[0]["id"]
    run = reconciler("import", "acme-sg", "--campaign", inside).ended(64)
    assert f"{inside} is no campaign, but stands in one" in run.said
    assert f"mend: --campaign {campaign}" in run.said
    assert sandbox.writes() == []


def test_an_id_that_is_no_campaign_s_at_all_is_told_and_nothing_is_written(
    world: World, reconciler: Reconciler, sandbox: LocalGraph, repository: Repository
) -> None:
    world.whole()
    for one in (sandbox.nodes("creative")[0]["id"], "120200000000000001"):
        run = reconciler("import", "acme-sg", "--campaign", one).ended(64)
        assert one in run.said
    assert sandbox.writes() == []
    assert campaign_files(repository) == []


@pytest.mark.parametrize("more", [(), ("--no-label",), ("--relabel",)])
def test_what_a_file_names_and_its_account_does_not_have_there_is_neither_labelled_nor_remembered(
    more: tuple[str, ...],
    other: World,
    reconciler: Reconciler,
    sandbox: LocalGraph,
    repository: Repository,
) -> None:
    theirs = other.whole()
    repository.campaign("mine", STILL + f'existing: "{theirs}"\n')
    run = reconciler("import", "acme-sg", *more).ended(3)
    assert f"existing names campaign {theirs}, which is not there" in run.said
    assert sandbox.labelled("acme-sg/mine") == []
    assert not (repository.root / "state/acme-sg/mine.json").exists()
    writes = len(sandbox.writes())
    for command in (("apply", "--auto-approve"), ("pause", "--all"), ("activate",), ("sync",)):
        reconciler(*command)
    assert len(sandbox.writes()) == writes


def test_a_file_that_names_an_object_of_another_kind_is_told_and_its_label_is_put_nowhere(
    world: World, reconciler: Reconciler, sandbox: LocalGraph, repository: Repository
) -> None:
    ad_set = world.ad_set(world.campaign())
    repository.campaign("mine", STILL + f'existing: "{ad_set}"\n')
    said = reconciler("import", "acme-sg").ended(1).said
    assert f"acme-sg/old/old-set names ad set {ad_set}, as acme-sg/mine does" in said
    assert sandbox.writes() == []


def test_what_a_file_in_a_managed_campaign_names_is_not_labelled_by_a_pull_of_what_is_new(
    other: World, reconciler: Reconciler, sandbox: LocalGraph, repository: Repository
) -> None:
    repository.campaign("mine", STILL)
    reconciler.apply().ended(0)
    theirs = other.ad(other.ad_set(other.campaign()))
    repository.edit_campaign("mine", "ad:\n", f'ad:\n  existing: "{theirs}"\n')
    repository.forget_state()
    writes = len(sandbox.writes())
    reconciler("pull", "--new")
    assert len(sandbox.writes()) == writes


def remembered_as(repository: Repository, sandbox: LocalGraph, theirs: str) -> None:
    """state/ as it would be after somebody has merged two clients' files."""
    path = repository.root / "state/acme-sg/mine.json"
    path.write_text(path.read_text("utf-8").replace(sandbox.id("acme-sg/mine"), theirs), "utf-8")


@pytest.mark.parametrize(
    "command", [("apply", "--auto-approve"), ("activate",), ("pause", "acme-sg/mine"), ("import", "acme-sg")]
)
def test_what_state_remembers_of_another_ad_account_is_never_written_to(
    command: tuple[str, ...], other: World, reconciler: Reconciler, sandbox: LocalGraph, repository: Repository
) -> None:
    repository.campaign("mine", STILL + "activate_at: 2026-11-21 12:00\n")
    repository.campaign("stays", still_campaign("Stays").replace("name: Still", "name: Stays"))
    reconciler.apply().ended(0)
    theirs = other.whole("Still")
    remembered_as(repository, sandbox, theirs)
    sandbox.control("edit", {"id": sandbox.id("acme-sg/mine"), "params": {"status": "ARCHIVED"}})
    repository.edit_campaign("mine", "50.00 SGD", "60.00 SGD")
    sandbox.at("2026-11-21T12:01:00+08:00")
    reconciler(*command)
    assert not [write for write in sandbox.writes() if write["id"] == theirs]
    assert len(sandbox.objects("campaign")) == 3
    said = reconciler("plan").ended(3).said
    assert f"state/ knows it as campaign {theirs}, which Meta says is {OTHER}'s" in said
    repository.remove("mine")
    reconciler.apply().ended(0)
    assert theirs not in repository.state_text()
    assert not [write for write in sandbox.writes() if write["id"] == theirs]


def test_a_label_is_not_put_on_another_ad_account_s_object_whatever_comes_before(
    world: World, other: World, reconciler: Reconciler, sandbox: LocalGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = world.whole()
    sandbox.meta_shows(campaign, account_id=OTHER.removeprefix("act_"))
    monkeypatch.setattr(Object, "is_elsewhere", lambda live, account_id: False)
    assert f"{campaign} is {OTHER}" in reconciler("import", "acme-sg").ended(1).said
    assert sandbox.writes() == []


# ---- arguments are understood before anything is done

UNDERSTOOD = {
    "a sheet without its option": (("import", ACCOUNT, "ads.xlsx"), "--xlsx ads.xlsx"),
    "an address": (("import", "acme-sg", "acme-sg/old"), "--campaign ID"),
    "an account that is not declared": (("import", ACCOUNT, "acme-my"), "no account 'acme-my' is declared"),
    "an id without act_": (("import", "acme-sg", "1234567890"), "reconciler import act_1234567890"),
    "two ways to name an account": (("import", OTHER, "--account", "acme-sg"), "leave one of the two out"),
    "a target": (("import", ACCOUNT, "--target", "acme-sg/old"), "takes no --target: name campaigns by their ids"),
    "all and one": (("import", "--all", "acme-sg"), "--all is every declared account; leave it out to import acme-sg"),
    "no account": (("import",), "say which account"),
    "a key that is no id": (("import", "acme-sg", "--campaign", "old"), "'old' is no id of a campaign"),
    "campaigns of two accounts": (("import", "acme-sg", OTHER, "--campaign", "1"), "campaigns of one account"),
    "an older tool's files for one account": (("import", "--legacy", "a", "--account", "acme-sg"), "leave --account"),
    "a pause of all but": (("pause", "--all", "--target", "acme-sg/old"), "reconciler pause acme-sg/old"),
    "a sync of one campaign": (("sync", "--target", "acme-sg/old"), "--account KEY"),
    "a state of one campaign": (("state rebuild", "--target", "acme-sg/old"), "--account KEY"),
    "the layout of one campaign": (("fmt", "--target", "acme-sg/old"), "reconciler fmt desired/campaigns/acme-sg"),
    "an address to forget": (("forget", "--target", "acme-sg/old", "acme-sg/old"), "reconciler forget acme-sg/old"),
    "the schemas of one account": (("schema", "--account", "acme-sg"), "those of all files"),
}  # fmt: skip


@pytest.mark.parametrize(("arguments", "said"), UNDERSTOOD.values(), ids=UNDERSTOOD)
def test_an_argument_that_makes_no_sense_ends_the_command_before_meta_is_asked(
    arguments: tuple[str, ...],
    said: str,
    world: World,
    other: World,
    reconciler: Reconciler,
    sandbox: LocalGraph,
    repository: Repository,
) -> None:
    world.whole()
    other.whole()
    before = {path for path in repository.root.rglob("*") if path.is_file()}
    sandbox.forget_calls()
    assert said in reconciler(*arguments).ended(64).said
    assert sandbox.calls() == []
    assert {path for path in repository.root.rglob("*") if path.is_file()} == before


def test_an_option_that_a_command_has_no_use_for_is_not_in_its_help(reconciler: Reconciler) -> None:
    for command in ("import", "pause", "sync", "fmt", "state rebuild"):
        assert "--target" not in reconciler(command, "--help").out
    assert "--target" in reconciler("plan", "--help").out


def test_an_account_that_is_named_twice_is_imported_once(world: World, reconciler: Reconciler) -> None:
    world.whole()
    found = reconciler("import", "acme-sg", ACCOUNT, "--json").ended(0).json["accounts"]
    assert [one["labelled"] for one in found] == [3]


# ---- one of several accounts


def test_an_account_that_fails_is_named_and_the_others_are_imported(
    world: World, other: World, reconciler: Reconciler, sandbox: LocalGraph, repository: Repository
) -> None:
    world.whole()
    other.whole()
    repository.write("accounts/kopi.yaml", f"account: {OTHER}\nname: Kopi\ncurrency: MYR\n")
    sandbox.fault("error", f"/{ACCOUNT}/campaigns", times=0, code=190)
    run = reconciler("import", "--all").ended(1)
    assert "Error: acme-sg: Meta error 190" in run.err
    assert "kopi: Imported 3 objects into 1 file" in run.out
    found = reconciler("import", "--all", "--json").ended(1).json["accounts"]
    assert ["Meta error 190" in (one["error"] or "") for one in found] == [True, False]
    sandbox.no_faults()
    assert "acme-sg: Imported 3 objects" in reconciler("import", "--all").ended(0).out


def test_a_slip_in_one_account_s_file_keeps_the_others_no_longer_than_itself(
    world: World, reconciler: Reconciler, repository: Repository
) -> None:
    world.whole()
    repository.write("accounts/acme-my.yaml", "account: act_22222\ncurrency: MYR\nnonsense: 1\n")
    run = reconciler("import", "--all").ended(1)
    assert "desired/accounts/acme-my.yaml:3:1" in run.err
    assert "acme-sg: Imported 3 objects" in run.out


def test_a_sheet_is_read_for_the_account_with_an_id(reconciler: Reconciler, repository: Repository) -> None:
    repository.campaign("mine", STILL)
    file = str(repository.root / "ads.xlsx")
    reconciler("export", "--xlsx", file, "--account", ACCOUNT).ended(0)
    run = reconciler("import", ACCOUNT, "--xlsx", file).ended(0)
    assert "acme-sg/mine is declared already" in run.out
    said = reconciler("import", "act_99", "--xlsx", file).ended(64).said
    assert "no account here has account: act_99; there are: acme-sg" in said
    assert "that is the id of acme-sg" in reconciler("plan", "--account", ACCOUNT).ended(64).said


# ---- back out


def test_an_import_is_backed_out_as_the_docs_say_and_can_be_made_again(
    other: World, reconciler: Reconciler, sandbox: LocalGraph, repository: Repository
) -> None:
    campaigns = [other.whole("One"), other.whole("Two")]
    reconciler("import", OTHER).ended(0)
    shutil.rmtree(repository.root / "desired/campaigns/kopi")
    for key in ("one", "two"):
        reconciler("forget", f"kopi/{key}").ended(0)
    (repository.root / "desired/accounts/kopi.yaml").unlink()
    assert not any("adlabels" in sandbox.read(one, "adlabels") for one in campaigns)
    assert "kopi: Imported 6 objects into 3 files; 6 objects labelled" in reconciler("import", OTHER).ended(0).out


@pytest.mark.parametrize("by_id", [True, False], ids=["by its id", "by its address"])
def test_what_is_forgotten_after_its_account_s_file_is_gone_says_which_file_to_put_back(
    by_id: bool, other: World, reconciler: Reconciler, repository: Repository
) -> None:
    campaign = other.whole()
    reconciler("import", OTHER).ended(0)
    path = repository.root / "desired/accounts/kopi.yaml"
    text = path.read_text("utf-8")
    path.unlink()
    shutil.rmtree(repository.root / "desired/campaigns/kopi")
    target = campaign if by_id else "kopi/old"
    said = reconciler("forget", target).ended(64).said
    assert "put desired/accounts/kopi.yaml back until it is forgotten" in said
    path.write_text(text, "utf-8")
    reconciler("forget", target).ended(0)
    assert campaign not in repository.state_text()


def test_an_address_that_nothing_has_ends_a_pull_of_what_is_new_before_the_first_account(
    other: World, reconciler: Reconciler, sandbox: LocalGraph, repository: Repository
) -> None:
    repository.write("accounts/kopi.yaml", f"account: {OTHER}\nname: Kopi\ncurrency: MYR\n")
    repository.campaign("mine", STILL)
    reconciler.apply("--account", "acme-sg").ended(0)
    World(sandbox).ad(sandbox.nodes("ad_set")[0]["id"], "Mei's idea")
    writes = len(sandbox.writes())
    assert "kopi/typo" in reconciler("pull", "--new", "acme-sg/mine", "kopi/typo").ended(64).said
    assert len(sandbox.writes()) == writes
    assert "mei-s-idea" not in (repository.root / "desired/campaigns/acme-sg/mine.yaml").read_text("utf-8")

"""`import` and ad accounts: what another one has is never taken over, and nothing is done before all is understood."""

from __future__ import annotations

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
    assert f"acme-sg/old/old-set names ad_set {ad_set}, as acme-sg/mine does" in said
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

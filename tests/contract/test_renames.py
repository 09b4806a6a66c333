"""A renamed object is not created a second time. The new key waits until a person says whether it is the old object."""

from __future__ import annotations

import pytest
from support.command import Reconciler
from support.repository import ACCOUNT_FILE, STILL, TRAFFIC, Repository
from support.sandbox import LocalGraph

ON = STILL.replace("daily_budget", "status: ACTIVE\ndaily_budget")


@pytest.fixture
def running(repository: Repository, sandbox: LocalGraph, reconciler: Reconciler) -> Reconciler:
    repository.campaign("still", ON)
    reconciler.apply().ended(0)
    assert sandbox.status("acme-sg/still") == "ACTIVE"
    return reconciler


def status_of(sandbox: LocalGraph, object_id: str) -> str:
    return str(next(node for node in sandbox.nodes() if node["id"] == object_id)["data"]["status"])


def count(sandbox: LocalGraph) -> int:
    return len(sandbox.objects("campaign"))


def test_a_renamed_file_pauses_the_old_one_and_makes_no_other(
    running: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    repository.remove("still")
    repository.campaign("quiet", ON)
    applied = running.apply().ended(3)
    assert "previously: [still]" in applied.out
    assert count(sandbox) == 1
    assert sandbox.status("acme-sg/still") == "PAUSED"


@pytest.mark.parametrize(("ends", "status"), [("archive", "ARCHIVED"), ("delete", "DELETED"), ("forget", "ACTIVE")])
def test_what_may_have_been_renamed_ends_only_once_that_is_answered(
    ends: str, status: str, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    declared = f"lifecycle: {{on_remove: {ends}}}\n{ON}"
    repository.campaign("still", declared)
    reconciler.apply().ended(0)
    former = sandbox.id("acme-sg/still")
    repository.remove("still")
    repository.campaign("quiet", declared)
    for _ in range(2):
        assert "possible_rename" in reconciler.apply().ended(3).said
    stays = {"archive": "PAUSED", "delete": "PAUSED", "forget": "ACTIVE"}[ends]
    assert (count(sandbox), status_of(sandbox, former)) == (1, stays)
    reconciler.plan().ended(3)

    repository.campaign("quiet", f"previously: [still]\n{declared}")
    reconciler.apply().ended(0)
    assert (count(sandbox), status_of(sandbox, former)) == (1, "ACTIVE")

    repository.remove("quiet")
    repository.campaign("loud", declared.replace("on_remove", "new: true, on_remove"))
    reconciler.apply().ended(0)
    assert status_of(sandbox, former) == status
    assert sandbox.status("acme-sg/loud") == "ACTIVE"
    reconciler.converged()


def test_previously_keeps_the_object_running(running: Reconciler, repository: Repository, sandbox: LocalGraph) -> None:
    repository.remove("still")
    repository.campaign("quiet", f"previously: [still]\n{ON}")
    running.apply().ended(0)
    assert (count(sandbox), sandbox.status("acme-sg/still")) == (1, "ACTIVE")


def test_lifecycle_new_makes_another(running: Reconciler, repository: Repository, sandbox: LocalGraph) -> None:
    repository.remove("still")
    repository.campaign("quiet", f"lifecycle: {{new: true}}\n{ON}")
    running.apply().ended(0)
    assert (sandbox.status("acme-sg/still"), sandbox.status("acme-sg/quiet")) == ("PAUSED", "ACTIVE")
    running.converged()


@pytest.mark.parametrize(
    ("old", "new", "mend"),
    [("  broad:", "  wide:", "previously: [broad]"), ("      still:", "      calm:", "previously: [still]")],
    ids=["ad set", "ad"],
)
def test_a_renamed_ad_set_or_ad_is_not_made_again(
    old: str, new: str, mend: str, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("t", TRAFFIC)
    reconciler.apply().ended(0)
    before = len(sandbox.nodes())
    repository.edit_campaign("t", old, new)
    assert mend in reconciler.apply().ended(3).out
    assert len(sandbox.nodes()) == before


def test_another_ad_in_place_of_one_is_no_rename(
    repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("t", TRAFFIC)
    reconciler.apply().ended(0)
    repository.edit_campaign("t", "      still:", "      calm:")
    repository.edit_campaign("t", "headline: Visit Acme", "headline: Come in")
    reconciler.apply().ended(0)
    assert len(sandbox.objects("ad")) == 2


def rename_account(repository: Repository, more: str = "") -> None:
    desired = repository.root / "desired"
    (desired / "accounts" / "acme-sg.yaml").unlink()
    repository.write("accounts/acme.yaml", ACCOUNT_FILE + more)
    (desired / "campaigns" / "acme-sg").rename(desired / "campaigns" / "acme")


@pytest.mark.parametrize("memory", ["kept", "lost"])
def test_a_renamed_account_file_makes_nothing(
    memory: str, running: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    rename_account(repository)
    if memory == "lost":
        repository.forget_state()
    applied = running.apply().ended(3)
    assert ("previously: [acme-sg]" if memory == "kept" else "previously: [its former key]") in applied.out
    assert count(sandbox) == 1


@pytest.mark.parametrize("memory", ["kept", "lost"])
def test_previously_in_a_renamed_account_file_keeps_everything(
    memory: str, running: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    rename_account(repository, "previously: [acme-sg]\n")
    if memory == "lost":
        repository.forget_state()
    running.apply().ended(0)
    assert (count(sandbox), sandbox.status("acme-sg/still")) == (1, "ACTIVE")
    assert not list((repository.root / "state").glob("acme-sg/*.json"))
    running.converged()


@pytest.mark.parametrize("memory", ["kept", "lost"])
def test_a_renamed_project_makes_nothing_twice(
    memory: str, running: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    repository.write("project.yaml", "project: acme-group\n")
    if memory == "lost":
        repository.forget_state()
    applied = running.apply().ended(3)
    assert count(sandbox) == 1
    if memory == "lost":
        assert "reconciler:acme-agency:" in applied.out
        assert "write the former name back" in applied.out


def test_an_ad_account_changed_in_place_is_neither_written_to_nor_called_settled(
    running: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    sandbox.account("act_99", currency="SGD")
    repository.edit("accounts/acme-sg.yaml", "act_1234567890", "act_99")
    repository.edit_campaign("still", "50.00", "60.00")
    writes = len(sandbox.writes())
    refused = running.apply().ended(1)
    assert "remembers objects of act_1234567890" in refused.err + refused.out
    assert len(sandbox.writes()) == writes
    repository.edit("accounts/acme-sg.yaml", "act_99", "act_1234567890")
    running.apply().ended(0)
    assert sandbox.value("acme-sg/still", "daily_budget") == "6000"


def test_pause_all_stops_the_ad_account_that_state_remembers_too(
    running: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    sandbox.account("act_99", currency="SGD")
    repository.edit("accounts/acme-sg.yaml", "act_1234567890", "act_99")
    running("pause", "--all").ended(0)
    assert sandbox.status("acme-sg/still") == "PAUSED"


def test_what_was_ever_renamed_is_paused_when_its_yaml_goes(
    running: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    repository.campaign("other", STILL.replace("Still", "Other"))
    repository.remove("still")
    repository.campaign("quiet", f"previously: [still]\n{ON}")
    running.apply().ended(0)
    repository.remove("quiet")
    running.apply().ended(0)
    assert sandbox.status("acme-sg/still") == "PAUSED"
    running.converged()


def test_one_former_key_is_named_by_one_file(running: Reconciler, repository: Repository) -> None:
    repository.remove("still")
    for key in ("quiet", "loud"):
        repository.campaign(key, f"previously: [still]\n{ON.replace('Still', key)}")
    assert "previously names acme-sg/still, as acme-sg/loud does" in running("validate").ended(1).err


def test_a_freed_key_takes_nobody_elses_object(
    running: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    """The object that `previously` refers to has another key now, and a record says so."""
    first = sandbox.id("acme-sg/still")
    repository.remove("still")
    repository.campaign("quiet", f"previously: [still]\n{ON}")
    running.apply().ended(0)
    repository.remove("quiet")
    running.apply("--target", "acme-sg/quiet")
    repository.campaign("still", STILL.replace("Still", "Another"))
    running.apply()
    assert sandbox.read(first, "name")["name"] == "Still"
    assert len(sandbox.objects("campaign")) == 2


def test_an_account_file_that_is_gone_is_refused_while_its_campaigns_may_run(
    running: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    repository.remove("still")
    (repository.root / "desired/accounts/acme-sg.yaml").unlink()
    (repository.root / "desired/campaigns/acme-sg").rmdir()
    sandbox.account("act_99")
    repository.write("accounts/two.yaml", ACCOUNT_FILE.replace("1234567890", "99"))
    assert "reconciler pause --all --account acme-sg" in running("plan").ended(3).out
    running("pause", "--all", "--account", "acme-sg").ended(0)
    assert sandbox.status("acme-sg/still") == "PAUSED"


ROWS = "key,product\nshoes,Shoes\nbags,Bags\n"
OF_A_TABLE = {
    "campaigns": ("matrix: {from: l.csv}\n" + STILL.replace("name: Still", "name: ${product}"), "acme-sg/l-%s"),
    "ads": (
        "matrix: {ads: {from: l.csv}}\nname: L\ndaily_budget: 50.00 SGD\n"
        "ad: {name: 'Of ${product}', image: outlet/banner.jpg, primary_text: '${product}', headline: Now, "
        "destination_url: https://acme.example/}\n",
        "acme-sg/l/main/%s",
    ),
}


@pytest.mark.parametrize(("text", "address"), OF_A_TABLE.values(), ids=OF_A_TABLE)
def test_a_line_of_a_table_that_got_another_key_keeps_what_it_made(
    text: str, address: str, reconciler: Reconciler, repository: Repository, sandbox: LocalGraph
) -> None:
    repository.write("campaigns/acme-sg/l.csv", ROWS)
    repository.campaign("l", text)
    reconciler.apply().ended(0)
    known, made = sandbox.id(address % "bags"), len(sandbox.nodes())
    repository.write("campaigns/acme-sg/l.csv", ROWS.replace("bags,", "totes,"))
    plan = reconciler.plan().json
    assert [one["policy"] for one in plan["refusals"] if one["address"] == address % "totes"] == ["possible_rename"]
    assert "in a column previously of its table" in plan["refusals"][0]["message"]
    repository.write("campaigns/acme-sg/l.csv", "key,product,previously\nshoes,Shoes,\ntotes,Bags,bags\n")
    reconciler.apply().ended(0)
    reconciler.converged()
    assert len(sandbox.nodes()) == made
    assert repository.state("l" if "/main/" in address else "l-totes")[address % "totes"]["id"] == known

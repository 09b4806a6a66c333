"""What somebody meets who sets up a further account, or looks at what is there."""

from __future__ import annotations

from support.command import Reconciler
from support.repository import ACCOUNT_FILE, STILL, Repository

OTHER = ACCOUNT_FILE.replace("act_1234567890", "act_999")


def test_each_mistake_of_one_account_stands_on_a_line_of_its_own_beside_other_accounts(
    repository: Repository, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL)
    repository.write("accounts/globex.yaml", OTHER)
    for key in ("one", "two"):
        repository.campaign(key, STILL.replace("SGD", "TWD"), account="globex")
    for command in ("apply", "activate"):
        said = reconciler(command, *(["--auto-approve"] if command == "apply" else [])).said
        assert "\\n" not in said
        lines = [line for line in said.splitlines() if "desired/campaigns/globex/" in line]
        assert [any(f"/{key}.yaml:2:" in line for line in lines) for key in ("one", "two")] == [True, True]
        assert len([line for line in said.splitlines() if line.lstrip().startswith("mend: ")]) >= 2


def test_the_doctor_looks_at_page_and_pixel_of_an_account_without_a_campaign(
    repository: Repository, reconciler: Reconciler
) -> None:
    repository.write("accounts/acme-sg.yaml", ACCOUNT_FILE.replace("1029384756", "99999"))
    findings = reconciler("doctor", "--json").ended(1).json["findings"]
    looked = {one["name"]: one for one in findings if one["name"] in ("page", "pixel")}
    assert looked["page"]["state"] == "error" and looked["page"]["detail"].startswith("99999: ")
    assert looked["pixel"]["state"] == "ok"


def test_what_is_remembered_is_counted_by_its_kind(repository: Repository, reconciler: Reconciler) -> None:
    repository.campaign("still", STILL)
    reconciler("new", "audience", "all", "--set", "name=All").ended(0)
    reconciler.apply().ended(0)
    assert "acme-sg: 1 campaign, 1 audience, 4 objects" in reconciler("state show").ended(0).out


def test_a_new_account_is_not_taken_for_a_campaign(reconciler: Reconciler) -> None:
    said = reconciler("new account kopi-my").ended(64).said
    assert "say reconciler import act_… with its id" in said and "new campaign" not in said


def test_in_a_folder_of_a_project_the_project_is_named(repository: Repository, reconciler: Reconciler) -> None:
    folder = repository.root / "desired" / "campaigns"
    folder.mkdir(exist_ok=True)
    said = reconciler("validate", "--chdir", str(folder)).ended(1).said
    assert f"this is within a project: run the command in {repository.root}, or name it with --chdir" in said


def test_a_campaign_s_key_alone_is_answered_with_its_address(repository: Repository, reconciler: Reconciler) -> None:
    repository.campaign("still", STILL)
    for command in ("show", "forget"):
        assert f"did you mean reconciler {command} acme-sg/still?" in reconciler(command, "still").ended(64).said


def test_the_byte_that_is_no_text_is_named_behind_a_byte_order_mark_too(
    repository: Repository, reconciler: Reconciler
) -> None:
    repository.campaign("still", "matrix: {from: places.csv}\n" + STILL.replace("Still", "Still ${place}"))
    repository.write("campaigns/acme-sg/places.csv", b"\xef\xbb\xbfkey,place\na,Caf\xe9 C\n")
    said = reconciler("validate").ended(1).said
    assert "desired/campaigns/acme-sg/places.csv:2:6: byte 0xE9 is not UTF-8" in said

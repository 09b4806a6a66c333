"""A file's path where an address is asked for: every command says the address, in the place where it is to stand."""

from __future__ import annotations

import pytest
from support.command import Reconciler
from support.repository import STILL, Repository
from support.sandbox import LocalGraph

from reconciler.kinds.file_addresses import address_of_file

FILE = "desired/campaigns/acme-sg/still.yaml"
A = "acme-sg/still"


@pytest.mark.parametrize("file", [FILE, f"./{FILE}", "campaigns/acme-sg/still.yaml", FILE.replace("/", "\\")])
@pytest.mark.parametrize(
    "command", ["plan", "activate", "drift", "schedule", "validate", "ci plan", "ci drift", "ci look", "ci reconcile"]
)
def test_a_file_without_an_option_is_told_the_target(command: str, file: str, reconciler: Reconciler) -> None:
    assert f"say reconciler {command} --target {A}\n" in reconciler(command, file).ended(64).err


@pytest.mark.parametrize("command", ["plan", "apply", "activate", "drift", "pull", "ci reconcile"])
def test_a_file_as_target_is_told_its_address(command: str, reconciler: Reconciler, sandbox: LocalGraph) -> None:
    assert f"'{FILE}' is a file: the address of what it declares is {A}" in (
        reconciler(command, "--target", FILE).ended(64).err
    )
    assert not sandbox.calls()


@pytest.mark.parametrize(
    "arguments", [("show",), ("pull",), ("revert-drift",), ("forget",), ("pause",), ("duplicate", FILE, "again")]
)
def test_a_file_as_address_is_told_its_address(
    arguments: tuple[str, ...], repository: Repository, reconciler: Reconciler
) -> None:
    repository.campaign("still", STILL)
    command, *rest = arguments
    run = reconciler(command, *(rest or [FILE])).ended(64)
    assert A in run.err.replace(FILE, "")


def test_a_campaign_s_file_is_no_plan_file(
    repository: Repository, reconciler: Reconciler, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.campaign("still", STILL)
    monkeypatch.chdir(repository.root)
    assert f"say reconciler apply --target {A}" in reconciler.apply(FILE).ended(64).said


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("/home/mei/ads/desired/campaigns/acme-sg/still.yml", A),
        ("acme-sg/still.yaml", A),
        ("desired/audiences/acme-sg/buyers.yaml", "acme-sg/audience:buyers"),
        ("desired/templates/base.yaml", "None"),
        ("desired/accounts/acme-sg.yaml", "None"),
        ("../still.yaml", "None"),
        (A, "None"),
    ],
)
def test_a_path_says_the_address_of_what_it_declares(text: str, address: str) -> None:
    assert str(address_of_file(text)) == address


@pytest.mark.parametrize("text", ["-account", "\N{EM DASH}account"])
def test_an_option_with_another_dash_is_told_in_full(text: str, reconciler: Reconciler) -> None:
    assert "say reconciler plan" in reconciler("plan", text, "acme-sg").ended(64).err
    assert " --account acme-sg\n" in reconciler("plan", text, "acme-sg").ended(64).err

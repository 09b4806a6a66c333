"""`reconciler fmt`: the files below desired/ in canonical order and layout."""

from __future__ import annotations

from support.command import Reconciler
from support.repository import Repository

FILE = "desired/campaigns/acme-sg/outlet.yaml"
MIXED = "status: PAUSED # held\nname: X\n"
IN_ORDER = "name: X\nstatus: PAUSED  # held\n"


def text(repository: Repository) -> str:
    return (repository.root / FILE).read_bytes().decode()


def test_files_are_written_in_order_and_then_nothing_is_left_to_do(
    repository: Repository, reconciler: Reconciler
) -> None:
    repository.campaign("outlet", MIXED)
    assert FILE in reconciler("fmt").ended(0).out
    assert text(repository) == IN_ORDER
    assert "in order" in reconciler("fmt", "--check").ended(0).out


def test_check_and_diff_write_nothing(repository: Repository, reconciler: Reconciler) -> None:
    repository.campaign("outlet", MIXED)
    assert FILE in reconciler("fmt", "--check").ended(1).out
    assert "-name: X\n" not in reconciler("fmt", "--diff", "desired/accounts").ended(0).out
    assert "+status: PAUSED  # held\n" in reconciler("fmt", "--diff").ended(0).out
    assert reconciler("fmt", "--check", "--json").ended(1).json["would_change"] == [FILE]
    assert text(repository) == MIXED


def test_only_the_paths_that_are_named_are_formatted(repository: Repository, reconciler: Reconciler) -> None:
    repository.campaign("outlet", MIXED)
    reconciler("fmt", "desired/accounts").ended(0)
    assert text(repository) == MIXED
    reconciler("fmt", FILE).ended(0)
    assert text(repository) == IN_ORDER
    assert "no YAML file below desired/" in reconciler("fmt", "creatives").ended(64).err


def test_a_file_that_does_not_parse_is_told_and_left_and_the_others_are_done(
    repository: Repository, reconciler: Reconciler
) -> None:
    repository.campaign("outlet", MIXED)
    repository.campaign("bad", "name: X\nname: Y\n")
    assert "desired/campaigns/acme-sg/bad.yaml:2:1" in reconciler("fmt").ended(1).err
    assert text(repository) == IN_ORDER


def test_a_text_that_a_hash_cuts_off_is_told_and_never_made_a_comment(
    repository: Repository, reconciler: Reconciler
) -> None:
    cut = "name: Sale # now\n"
    repository.campaign("outlet", cut)
    assert "put the text in quotes" in reconciler("fmt").ended(1).err
    assert text(repository) == cut


def test_a_comment_that_cannot_be_placed_leaves_the_file_as_it_is(
    repository: Repository, reconciler: Reconciler
) -> None:
    odd = "? name # why\n: X\n"
    repository.campaign("outlet", odd)
    assert "Left as it is" in reconciler("fmt").ended(0).err
    assert text(repository) == odd

"""What a run appends to until its checkpoint, as a disk or a person may leave it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.values import AD, AD_SET, CAMPAIGN, record

from reconciler.model.errors import StateError, UnwrittenState
from reconciler.store.files.journal import journal_path
from reconciler.store.files.records import FileRecords, discard

A, B = record(id="1"), record(id="2")


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    return journal_path(tmp_path, "acme-sg")


def opened(root: Path) -> FileRecords:
    return FileRecords(root, "acme-sg", "act_1", "SGD")


def test_one_change_is_one_line_and_no_file_is_written_before_the_checkpoint(tmp_path: Path, journal: Path) -> None:
    mine = opened(tmp_path)
    mine.put_all({CAMPAIGN: A, AD_SET: A})
    mine.put(CAMPAIGN, B)
    mine.put(CAMPAIGN, B)
    file = tmp_path / "state" / "acme-sg" / "spring.json"
    assert len(journal.read_text("utf-8").splitlines()) == 3
    assert not file.exists()
    mine.checkpoint()
    assert not journal.exists()
    assert list(json.loads(file.read_text("utf-8"))["resources"]) == [str(CAMPAIGN), str(AD_SET)]


def test_what_is_changed_together_is_one_line(tmp_path: Path, journal: Path) -> None:
    mine = opened(tmp_path)
    with mine.together():
        mine.put(CAMPAIGN, A)
        mine.put(AD_SET, B)
        assert not journal.exists()
    assert len(journal.read_text("utf-8").splitlines()) == 2
    with mine.together():
        mine.put(AD_SET, B)
    assert len(journal.read_text("utf-8").splitlines()) == 2
    assert opened(tmp_path).all() == {CAMPAIGN: A, AD_SET: B}


@pytest.mark.parametrize("tail", ["", '{"acme-sg/spr', '{"acme-sg/spring": nul', "\x00\x00\x00", "\xff\xfe"])
def test_a_last_line_that_was_cut_is_left_aside_and_never_added_to(tmp_path: Path, journal: Path, tail: str) -> None:
    opened(tmp_path).put(CAMPAIGN, A)
    with journal.open("ab") as file:
        file.write(tail.encode("latin-1"))
    following = opened(tmp_path)
    assert following.all() == {CAMPAIGN: A}
    following.put(AD_SET, B)
    assert opened(tmp_path).all() == {CAMPAIGN: A, AD_SET: B}


SPOILT = {
    "a broken line between": (lambda lines: [lines[0], "{", *lines[1:]], "line 2 is not JSON"),
    "a list": (lambda lines: [*lines, "[]"], "line 4 is not what any version has written"),
    "no version": (lambda lines: ["{}", *lines[1:]], "it has no format_version"),
    "a newer version": (lambda lines: ['{"format_version": 9}', *lines[1:]], "written by a newer version"),
    "no address": (lambda lines: [*lines, '{"/": null}'], "state/.acme-sg.journal: "),
    "no record": (lambda lines: [*lines, '{"acme-sg/spring": {"colour": 1}}'], "holds what no version has written"),
    "another account": (lambda lines: [lines[0].replace("act_1", "act_2"), *lines[1:]], "remembers objects of act_2"),
    "another currency": (lambda lines: [lines[0].replace("SGD", "USD"), *lines[1:]], "its amounts are in USD"),
}


@pytest.mark.parametrize(("spoil", "said"), SPOILT.values(), ids=SPOILT.keys())
def test_what_cannot_be_believed_is_told_with_a_mend(tmp_path: Path, journal: Path, spoil: object, said: str) -> None:
    mine = opened(tmp_path)
    mine.put(CAMPAIGN, A)
    mine.put(AD, A)
    assert callable(spoil)
    journal.write_text("\n".join([*spoil(journal.read_text("utf-8").splitlines()), ""]), "utf-8")
    with pytest.raises(StateError, match="\n  mend: ") as caught:
        opened(tmp_path)
    assert said in str(caught.value)
    assert str(caught.value).startswith("state/.acme-sg.journal: ")


def test_whoever_leaves_an_account_is_told_how_its_journal_goes_too(tmp_path: Path) -> None:
    opened(tmp_path).put(CAMPAIGN, A)
    with pytest.raises(StateError, match=r"forget the former: reconciler state forget acme-sg;"):
        FileRecords(tmp_path, "acme-sg", "act_2", "SGD")
    discard(tmp_path, "acme-sg")
    assert list((tmp_path / "state").iterdir()) == []


def test_a_link_in_its_place_is_neither_read_nor_written(tmp_path: Path, journal: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    journal.parent.mkdir()
    mine = opened(tmp_path)
    journal.symlink_to(elsewhere)
    with pytest.raises(UnwrittenState):
        mine.put(CAMPAIGN, A)
    elsewhere.write_text("{}", "utf-8")
    with pytest.raises(StateError):
        opened(tmp_path)
    assert elsewhere.read_text("utf-8") == "{}"


def test_a_reader_beside_a_checkpoint_sees_what_was_changed_before_it(tmp_path: Path, journal: Path) -> None:
    mine = opened(tmp_path)
    mine.put(CAMPAIGN, A)

    class Reader(FileRecords):
        def _read_files(self, account: str) -> None:
            super()._read_files(account)
            if journal.exists():
                mine.put(CAMPAIGN, B)
                mine.checkpoint()

    assert Reader(tmp_path, "acme-sg").all() == {CAMPAIGN: B}

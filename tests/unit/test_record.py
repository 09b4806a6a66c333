from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.values import AD, AD_SET, CAMPAIGN, record, resource

from reconciler.model.address import Address
from reconciler.model.errors import StateError
from reconciler.model.record import Record
from reconciler.model.record_codec import RECORDS_VERSION, record_json, record_of
from reconciler.model.resource import OnRemove
from reconciler.store.files.journal import journal_path
from reconciler.store.files.record_text import MOST_LEVELS
from reconciler.store.files.records import (
    MOST_BYTES,
    FileRecords,
    account_id_of,
    recorded_accounts,
)
from reconciler.store.records import amended, rehomed
from reconciler.text import redact

FILE = "state/acme-sg/spring.json"
OLD = Address.parse("acme-sg/old")

json_values = st.recursive(
    st.one_of(st.booleans(), st.integers(-9, 9), st.text(max_size=5)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=3), inner, max_size=3)),
    max_leaves=6,
)
mappings = st.dictionaries(st.text(max_size=5), json_values, max_size=3)
moments = st.sampled_from(["", "2026-11-21T04:00:00+00:00"])
in_flight = st.fixed_dictionaries({"value": json_values, "former": json_values, "at": moments, "known": st.integers()})
baselines = st.fixed_dictionaries({"beyond": mappings, "at": moments})
records = st.builds(
    Record,
    kind=st.just("campaign"),
    id=st.from_regex(r"[0-9]{0,9}", fullmatch=True),
    applied=mappings,
    live=mappings,
    status=st.sampled_from(["", "ACTIVE", "PAUSED"]),
    on_remove=st.sampled_from(OnRemove),
    protect=st.booleans(),
    activation=st.one_of(st.none(), st.dictionaries(st.text(max_size=3), st.text(max_size=3), min_size=1, max_size=2)),
    creative_id=st.sampled_from(["", "7"]),
    replaced=st.lists(st.sampled_from(["1", "2"]), max_size=2).map(tuple),
    in_flight=st.none() | st.dictionaries(st.sampled_from(["status", "daily_budget"]), in_flight, min_size=1),
    baseline=st.none() | st.dictionaries(st.just("targeting"), baselines, min_size=1),
    accepted=st.none() | st.dictionaries(st.just("targeting"), mappings, min_size=1),
    dropped=st.none() | mappings,
    references=st.lists(st.sampled_from(["acme-sg/a", "acme-sg/b"]), max_size=2).map(tuple),
    created_at=moments,
    pending=moments,
    unheard=moments,
    removed=st.booleans(),
    held=st.text(max_size=5),
)


def store(root: Path) -> FileRecords:
    return FileRecords(root, "acme-sg", "act_1")


def text_of(root: Path, name: str = FILE) -> str:
    return (root / name).read_text("utf-8")


def written(root: Path, text: str, name: str = FILE) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def refusal(root: Path, text: str) -> str:
    written(root, text)
    with pytest.raises(StateError) as caught:
        store(root)
    return str(caught.value)


# ---- what is written is read


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(records, records)
def test_what_is_put_is_read_again(tmp_path: Path, one: Record, other: Record) -> None:
    first = store(tmp_path)
    first.put(CAMPAIGN, one)
    first.put(AD_SET, other)
    assert store(tmp_path).all() == {CAMPAIGN: one, AD_SET: other}
    assert first.get(CAMPAIGN) == one


@given(records, records, records)
def test_a_file_is_written_as_json_writes_it_and_always_says_the_newest(
    tmp_path: Path, one: Record, other: Record, newer: Record
) -> None:
    kept = store(tmp_path)
    for told in ({CAMPAIGN: one, AD_SET: other}, {CAMPAIGN: newer}):
        kept.put_all(told)
        kept.checkpoint()
        rows = {str(address): record_json(record) for address, record in kept.all().items()}
        data = {"account": "act_1", "format_version": RECORDS_VERSION, "resources": rows}
        assert text_of(tmp_path) == json.dumps(data, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def test_a_credential_that_is_learned_later_leaves_what_was_written_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redact, "_credentials", set())
    kept = store(tmp_path)
    kept.put(CAMPAIGN, record(applied={"name": "learned-later-1234"}))
    redact.remember_credentials("learned-later-1234", "")
    kept.put(AD_SET, record(AD_SET))
    kept.checkpoint()
    assert "learned-later-1234" not in text_of(tmp_path)


def test_nothing_is_remembered_where_no_file_is(tmp_path: Path) -> None:
    assert store(tmp_path).all() == {}
    assert store(tmp_path).get(CAMPAIGN) is None
    assert recorded_accounts(tmp_path) == []


def test_a_file_is_sorted_with_one_field_a_line_and_without_what_says_nothing(tmp_path: Path) -> None:
    kept = store(tmp_path)
    kept.put(CAMPAIGN, record(applied={"name": "Frühling", "daily_budget": 5000}, status="PAUSED"))
    kept.checkpoint()
    assert text_of(tmp_path) == (
        """\
{
  "account": "act_1",
  "format_version": 2,
  "resources": {
    "acme-sg/spring": {
      "applied": {
        "daily_budget": 5000,
        "name": "Frühling"
      },
      "id": "100",
      "kind": "campaign",
      "on_remove": "pause",
      "status": "PAUSED"
    }
  }
}
"""
    )


def test_the_order_of_writing_leaves_no_trace(tmp_path: Path) -> None:
    for root, addresses in ((tmp_path / "a", (CAMPAIGN, AD)), (tmp_path / "b", (AD, CAMPAIGN))):
        for address in addresses:
            kept = store(root)
            kept.put(address, record(address))
            kept.checkpoint()
    assert text_of(tmp_path / "a") == text_of(tmp_path / "b")


def test_each_campaign_has_a_file_of_its_own(tmp_path: Path) -> None:
    kept = store(tmp_path)
    kept.put(CAMPAIGN, record())
    kept.put(OLD, record(OLD))
    kept.checkpoint()
    assert sorted(p.name for p in kept.folder.iterdir()) == ["old.json", "spring.json"]
    kept.remove(OLD)
    kept.checkpoint()
    assert [p.name for p in kept.folder.iterdir()] == ["spring.json"]


def test_a_record_that_has_not_changed_is_not_written_again(tmp_path: Path) -> None:
    kept = store(tmp_path)
    kept.put(CAMPAIGN, record())
    kept.checkpoint()
    before = (tmp_path / FILE).stat()
    for again in (kept, store(tmp_path)):
        again.put(CAMPAIGN, record())
        assert not journal_path(tmp_path, "acme-sg").exists()
        again.checkpoint()
    after = (tmp_path / FILE).stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def test_removing_what_is_not_there_writes_nothing(tmp_path: Path) -> None:
    store(tmp_path).remove(CAMPAIGN)
    assert not (tmp_path / "state").exists()


def test_only_what_differs_from_an_empty_record_is_written() -> None:
    assert record_json(Record("ad")) == {"kind": "ad", "id": "", "on_remove": "pause"}


def test_amending_nothing_makes_a_record() -> None:
    assert amended(None, "ad", id="5") == Record("ad", "5")
    assert amended(record(status="ACTIVE"), "campaign", id="6") == record(id="6", status="ACTIVE")


# ---- files that cannot be believed

GOOD = {"account": "act_1", "format_version": 1, "resources": {"acme-sg/spring": {"kind": "campaign", "id": "1"}}}
BROKEN = [
    pytest.param("", "it is not JSON", id="empty"),
    pytest.param('{"format_version": 1', "it is not JSON", id="cut short"),
    pytest.param("[]", "it has no resources", id="a list"),
    pytest.param('{"format_version": 1}', "it has no resources", id="no resources"),
    pytest.param('{"format_version": 1, "resources": []}', "it has no resources", id="resources as a list"),
    pytest.param('{"resources": {}}', "it has no format_version", id="no version"),
    pytest.param('{"format_version": "1", "resources": {}}', "it has no format_version", id="a version as text"),
    pytest.param('{"format_version": 0, "resources": {}}', "it has no format_version", id="version zero"),
    pytest.param(
        "<<<<<<< HEAD\n" + json.dumps(GOOD) + "\n=======\n>>>>>>> x\n", "it has git conflict markers", id="a conflict"
    ),
    pytest.param(json.dumps(GOOD, indent=1).replace('"1"', "1"), "an id or a status that is not text", id="a bare id"),
    pytest.param(
        json.dumps(GOOD).replace("acme-sg/spring", "acme-sg/other"), "belongs to another file", id="another campaign's"
    ),
    pytest.param(json.dumps(GOOD).replace("acme-sg/spring", "spring"), "is not an address", id="no address"),
    pytest.param(
        json.dumps(GOOD).replace('"kind"', '"color"'), "holds what no version has written", id="a strange key"
    ),
    pytest.param(json.dumps(GOOD).replace('"kind": "campaign", ', ""), "is incomplete", id="no kind"),
    pytest.param(
        json.dumps(GOOD).replace('"id": "1"', '"id": "1", "on_remove": "burn"'),
        "is incomplete",
        id="an unknown removal",
    ),
    pytest.param(
        json.dumps(GOOD).replace('{"kind": "campaign", "id": "1"}', '"1"'), "no version has written", id="not a mapping"
    ),
]


@pytest.mark.parametrize(("text", "why"), BROKEN)
def test_a_file_that_cannot_be_believed_stops_with_the_mend_and_stays_as_it_is(
    tmp_path: Path, text: str, why: str
) -> None:
    message = refusal(tmp_path, text)
    assert message.startswith(FILE)
    assert why in message
    assert f"git checkout -- {FILE}" in message
    assert text_of(tmp_path) == text


def test_a_file_of_a_newer_version_asks_for_an_upgrade(tmp_path: Path) -> None:
    message = refusal(tmp_path, json.dumps({**GOOD, "format_version": RECORDS_VERSION + 1}))
    assert "written by a newer version" in message
    assert "upgrade the reconciler" in message


FIRST = {
    "account": "act_1",
    "format_version": 1,
    "resources": {
        "acme-sg/spring": {
            "kind": "campaign",
            "id": "1",
            "applied": {"daily_budget": 5000},
            "sent": {"daily_budget": {"value": 5000, "former": 4000, "at": "", "known": 2}},
        }
    },
}
"""As the first version wrote it."""


def test_a_file_of_the_first_version_says_the_same_as_ever(tmp_path: Path) -> None:
    path = tmp_path / FILE
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(FIRST))
    kept = store(tmp_path)
    found = kept.get(CAMPAIGN)
    assert found is not None
    assert found.in_flight == {"daily_budget": {"value": 5000, "former": 4000, "at": "", "known": 2}}
    assert json.loads(path.read_text()) == FIRST
    kept.put(CAMPAIGN, replace(found, status="PAUSED"))
    kept.checkpoint()
    written = json.loads(path.read_text())
    assert written["format_version"] == RECORDS_VERSION
    assert set(written["resources"]["acme-sg/spring"]) >= {"in_flight", "applied"}
    assert store(tmp_path).get(CAMPAIGN) == kept.get(CAMPAIGN)


def test_what_a_later_version_calls_otherwise_is_no_word_of_the_first(tmp_path: Path) -> None:
    early = json.dumps(FIRST).replace('"sent"', '"in_flight"')
    late = json.dumps(FIRST).replace('"format_version": 1', '"format_version": 2')
    for text in (early, late):
        assert "holds what no version has written" in refusal(tmp_path, text)


@given(records, moments)
def test_a_record_is_the_same_after_json(one: Record, as_of: str) -> None:
    dated = replace(one, as_of=as_of)
    assert record_of(json.loads(json.dumps(record_json(dated))), RECORDS_VERSION) == dated


def test_a_file_that_is_not_text_is_not_taken_for_empty(tmp_path: Path) -> None:
    (tmp_path / "state/acme-sg").mkdir(parents=True)
    (tmp_path / FILE).write_bytes(b"\xff\xfe{}")
    with pytest.raises(StateError, match="cannot be read"):
        store(tmp_path)


def a_link(path: Path) -> None:
    path.symlink_to("/dev/zero")


def a_pipe(path: Path) -> None:
    os.mkfifo(path)


def a_folder(path: Path) -> None:
    path.mkdir()


def too_large(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(MOST_BYTES + 1)


def deep(path: Path) -> None:
    path.write_text("[" * 200_000)


def deep_and_whole(path: Path) -> None:
    nested = "[" * MOST_LEVELS + "]" * MOST_LEVELS
    path.write_text(json.dumps(GOOD).replace('"id": "1"', f'"id": "1", "applied": {{"x": {nested}}}'))


HOSTILE = [
    pytest.param(a_link, "cannot be read (it is a link)", id="a link"),
    pytest.param(a_pipe, "cannot be read (it is not a regular file)", id="a pipe"),
    pytest.param(a_folder, "cannot be read (it is not a regular file)", id="a folder"),
    pytest.param(too_large, "cannot be read (it is larger than", id="a large file"),
    pytest.param(deep, "it is nested deeper than", id="a deep file"),
    pytest.param(deep_and_whole, "it is nested deeper than", id="a file that JSON can still read and nothing else"),
]


@pytest.mark.parametrize(("put", "why"), HOSTILE)
def test_what_a_stranger_may_put_into_a_repository_is_neither_waited_for_nor_followed(
    put: Callable[[Path], None], why: str, tmp_path: Path
) -> None:
    (tmp_path / "state/acme-sg").mkdir(parents=True)
    put(tmp_path / FILE)
    with pytest.raises(StateError) as caught:
        store(tmp_path)
    assert str(caught.value).startswith(f"{FILE}: it ")
    assert why in str(caught.value)
    assert f"git checkout -- {FILE}" in str(caught.value)
    written(tmp_path, json.dumps(GOOD), "state/acme-sg/zoo.json")
    assert account_id_of(tmp_path, "acme-sg") == "act_1"


def test_what_took_a_files_place_while_a_run_went_on_is_replaced_and_not_read(tmp_path: Path) -> None:
    kept = store(tmp_path)
    kept.put(CAMPAIGN, record())
    kept.checkpoint()
    (tmp_path / FILE).unlink()
    a_pipe(tmp_path / FILE)
    kept.put(AD_SET, record(AD_SET))
    kept.checkpoint()
    assert set(json.loads(text_of(tmp_path))["resources"]) == {str(CAMPAIGN), str(AD_SET)}


# ---- secrets


def test_a_record_keeps_what_was_declared_to_the_letter_and_no_credential(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redact, "_known", set())
    monkeypatch.setattr(redact, "_credentials", set())
    redact.remember_environment({"DB_PASSWORD": "resources"})
    redact.remember_credentials("s3cret/of-meta", "")
    applied = {"name": "Bearer Coats Winter | SG", "destination_url": "https://a.example/?access_token=abc"}
    store(tmp_path).put(CAMPAIGN, record(applied=applied, live={"name": "s3cret%2Fof-meta"}))
    assert store(tmp_path).all() == {CAMPAIGN: record(applied=applied, live={"name": redact.MASK})}


# ---- renamed addresses


def test_a_move_that_was_cut_short_reads_as_a_move_again() -> None:
    both = {OLD: record(id="5"), CAMPAIGN: record(id="5")}
    declared = {CAMPAIGN: resource(aliases=(OLD,))}
    assert rehomed(both, declared) == ({CAMPAIGN: record(id="5")}, {CAMPAIGN: OLD})


def test_previously_finds_the_record_at_the_former_address() -> None:
    found, moves = rehomed({OLD: record(id="5")}, {CAMPAIGN: resource(aliases=(OLD,))})
    assert (found, moves) == ({CAMPAIGN: record(id="5")}, {CAMPAIGN: OLD})


def test_a_record_at_the_new_address_is_left_alone_with_another_objects_at_the_old() -> None:
    both = {OLD: record(id="5"), CAMPAIGN: record(id="6")}
    assert rehomed(both, {CAMPAIGN: resource(aliases=(OLD,))}) == (both, {})


def test_without_previously_nothing_moves() -> None:
    assert rehomed({OLD: record()}, {CAMPAIGN: resource()}) == ({OLD: record()}, {})


# ---- accounts


def test_accounts_are_told_by_their_folders(tmp_path: Path) -> None:
    written(tmp_path, "{}", "state/b/x.json")
    written(tmp_path, "{}", "state/a/x.json")
    written(tmp_path, "", "state/README.md")
    assert recorded_accounts(tmp_path) == ["a", "b"]


def test_the_ad_account_is_known_from_its_state_even_beside_a_broken_file(tmp_path: Path) -> None:
    store(tmp_path).put(CAMPAIGN, record())
    written(tmp_path, "broken", "state/acme-sg/a.json")
    written(tmp_path, "[]", "state/acme-sg/b.json")
    assert account_id_of(tmp_path, "acme-sg") == "act_1"
    assert account_id_of(tmp_path, "nobody") == ""
    (tmp_path / "state" / "acme-sg" / "a.json").write_text('{"account": ""}')
    assert account_id_of(tmp_path, "acme-sg") == "act_1"

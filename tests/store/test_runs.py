"""What the last complete run has found."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.errors import StateError
from reconciler.store.files.runs import FileRuns, run_of, run_text
from reconciler.store.files.store import FileStore
from reconciler.store.runs import Run
from reconciler.system.clock import SYSTEM
from store.implementations import Implementation

DUE = datetime(2026, 12, 1, 1, tzinfo=UTC)
HELD, REFUSED = {"acme-sg/still": DUE}, {"acme-sg/still": "max_removals: 4 would go"}
WAITING = {"acme-sg/still": "does not start 2026-12-01 09:00 while daily_budget is not as declared"}
RUN = Run("a" * 40, "b" * 40, "0.1.0", HELD, DUE + timedelta(hours=1), DUE - timedelta(hours=1), REFUSED, WAITING)

moments = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001
    lambda moment: moment.replace(microsecond=0)
)
runs = st.builds(
    Run,
    desired=st.text(),
    creatives=st.text(),
    tool=st.text(),
    held=st.dictionaries(st.text(min_size=1), moments, max_size=3),
    next_due=st.none() | moments,
    looked_at=st.none() | moments,
    refused=st.dictionaries(st.text(min_size=1), st.text(), max_size=3),
    waiting=st.dictionaries(st.text(min_size=1), st.text(), max_size=3),
)


def test_a_run_is_kept_for_who_opens_it_next_by_account(kind: Implementation) -> None:
    kept = kind.open(SYSTEM).runs
    kept.put("acme-sg", RUN)
    assert kind.open(SYSTEM).runs.get("acme-sg") == RUN
    assert kept.get("acme-my") is None
    kept.forget("acme-sg")
    kept.forget("acme-sg")
    assert kind.open(SYSTEM).runs.get("acme-sg") is None


@given(runs)
def test_what_is_written_is_read_back(run: Run) -> None:
    assert run_of(run_text(run), "runs/x.json") == run


def test_a_file_is_one_field_a_line_and_the_same_for_the_same_moment() -> None:
    elsewhere = DUE.astimezone(timezone(timedelta(hours=8)))
    assert run_text(RUN) == run_text(replace(RUN, held={"acme-sg/still": elsewhere}))
    assert len(run_text(RUN).splitlines()) == 17


GOOD = json.loads(run_text(RUN))
WRONG = {
    "no JSON": "{",
    "a list": "[]",
    "markers": "<<<<<<< HEAD\n{}",
    "no version": json.dumps({**GOOD, "format_version": None}),
    "a field too few": json.dumps({name: value for name, value in GOOD.items() if name != "held"}),
    "a field too many": json.dumps({**GOOD, "more": 1}),
    "a look before there were any": json.dumps({**GOOD, "format_version": 1}),
    "a number for a tree": json.dumps({**GOOD, "desired": 1}),
    "a moment without an offset": json.dumps({**GOOD, "next_due": "2026-12-01T09:00:00"}),
    "a look without an offset": json.dumps({**GOOD, "looked_at": "2026-12-01T09:00:00"}),
    "a refusal before there were any": json.dumps({**GOOD, "format_version": 2}),
    "what waits before anything did": json.dumps({**GOOD, "format_version": 3}),
    "a number for a refusal": json.dumps({**GOOD, "refused": {"acme-sg/still": 1}}),
    "held is a list": json.dumps({**GOOD, "held": []}),
}


@pytest.mark.parametrize("text", WRONG.values(), ids=WRONG.keys())
def test_what_no_version_has_written_is_refused_and_deleting_it_mends(text: str, tmp_path: Path) -> None:
    path = tmp_path / "state" / "runs" / "acme-sg.json"
    path.parent.mkdir(parents=True)
    path.write_text(text)
    with pytest.raises(StateError, match="mend: delete the file"):
        FileRuns(tmp_path).get("acme-sg")
    path.unlink()
    assert FileRuns(tmp_path).get("acme-sg") is None


def test_a_newer_version_is_refused() -> None:
    with pytest.raises(StateError, match="mend: upgrade the reconciler"):
        run_of(json.dumps({**GOOD, "format_version": 5}), "state/runs/acme-sg.json")


def test_of_what_the_first_version_has_written_no_look_is_known() -> None:
    first = {
        **{name: value for name, value in GOOD.items() if name not in ("looked_at", "refused", "waiting")},
        "format_version": 1,
    }
    assert run_of(json.dumps(first), "state/runs/acme-sg.json") == replace(RUN, looked_at=None, refused={}, waiting={})


def test_of_what_an_older_version_has_held_back_it_is_said_without_the_rule() -> None:
    old = {name: value for name, value in GOOD.items() if name not in ("refused", "waiting")}
    second = {**old, "format_version": 2}
    run = run_of(json.dumps(second), "state/runs/acme-sg.json")
    assert run == replace(RUN, refused={}, waiting={})
    assert run is not None
    assert run.still_held == {"acme-sg/still": "a policy or a conflict holds it back"}


def test_runs_are_taken_for_no_account(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    store.runs.put("acme-sg", RUN)
    assert store.recorded_accounts() == []
    assert store.records("acme-sg", former=["runs"]).all() == {}

"""What is remembered of an account itself, so that not every run asks for it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from reconciler.model.account import AccountFacts
from reconciler.model.remote import Identity
from reconciler.store.facts import Facts
from reconciler.store.files.facts import FileFacts
from reconciler.system.clock import Clock
from store.implementations import Implementation

NOW = datetime(2026, 12, 1, 1, tzinfo=UTC)
CLOCK = Clock(lambda: NOW, lambda seconds: None)
FACTS = Facts(
    "c" * 64,
    NOW,
    AccountFacts("SGD", "Acme", "Asia/Singapore", minimum_daily={"impressions": 135}),
    Identity("42", frozenset({"7"}), "Reconciler"),
)


def test_facts_are_kept_for_who_opens_them_next_by_account(kind: Implementation) -> None:
    kept = kind.open(CLOCK).facts
    kept.put("acme-sg", FACTS)
    assert kind.open(CLOCK).facts.get("acme-sg") == FACTS
    assert kept.get("acme-my") is None
    kept.forget("acme-sg")
    kept.forget("acme-sg")
    assert kind.open(CLOCK).facts.get("acme-sg") is None


def test_facts_of_an_account_that_is_discarded_are_gone(kind: Implementation) -> None:
    store = kind.open(CLOCK)
    store.facts.put("acme-sg", FACTS)
    store.discard("acme-sg")
    assert store.facts.get("acme-sg") is None


def test_facts_that_a_clock_which_ran_ahead_has_kept_are_not_believed(kind: Implementation) -> None:
    ahead = Clock(lambda: NOW + timedelta(hours=1), lambda seconds: None)
    kind.open(ahead).facts.put("acme-sg", FACTS)
    assert kind.open(CLOCK).facts.get("acme-sg") is None


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"saved_at": 1}', '{"saved_at": "2026-11-30T00:00:00+00:00"}'])
def test_facts_that_cannot_be_read_are_as_if_never_kept(text: str, tmp_path: Path) -> None:
    path = tmp_path / "state" / ".acme-sg.facts.json"
    path.parent.mkdir()
    path.write_text(text)
    assert FileFacts(tmp_path, CLOCK).get("acme-sg") is None

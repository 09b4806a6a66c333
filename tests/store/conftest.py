"""Each test here is one promise, asked of every implementation."""

from __future__ import annotations

from pathlib import Path

import pytest

from reconciler.store.opening import Store
from store.clock import Time
from store.implementations import IMPLEMENTATIONS, Implementation


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture(params=IMPLEMENTATIONS)
def kind(request: pytest.FixtureRequest, tmp_path: Path) -> Implementation:
    return IMPLEMENTATIONS[request.param](tmp_path)


@pytest.fixture
def store(kind: Implementation, time: Time) -> Store:
    return kind.open(time.clock)


@pytest.fixture
def later(kind: Implementation, time: Time) -> Store:
    """The same, as another process has it open."""
    return kind.open(time.clock)

"""A sandbox over real HTTP, a repository in a temporary folder, and the command between them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from support.command import Reconciler
from support.repeat import ALL, full_or_share
from support.repository import Repository
from support.sandbox import LocalGraph, local_graph

from reconciler.text import redact

# How long an example takes says how busy the machine is, so that it decides nothing.
settings.register_profile(
    "here",
    deadline=None,
    max_examples=full_or_share(200, 25),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("here")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "share(every): cases of one law, of which make test plays every so-manieth")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A case that is named on the command line is played all the same."""
    if ALL or any("::" in argument for argument in config.args):
        return
    met: Counter[str] = Counter()
    left = []
    for item in items:
        marker, law = item.get_closest_marker("share"), item.nodeid.partition("[")[0]
        if marker is not None and met[law] % marker.args[0]:
            left.append(item)
        met[law] += 1
    config.hook.pytest_deselected(items=left)
    items[:] = [item for item in items if item not in set(left)]


@pytest.fixture(autouse=True)
def own_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process remembers each token that it has had, to take it out of all that it says; a test's is no other's."""
    for remembered in ("_known", "_credentials"):
        monkeypatch.setattr(redact, remembered, set())


@pytest.fixture
def sandbox() -> Iterator[LocalGraph]:
    """One account in SGD with a page, a pixel and verified identities, on a Saturday morning in November."""
    with local_graph() as graph:
        graph.account()
        yield graph


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """A project and an account, without campaigns."""
    return Repository(tmp_path / "repository")


@pytest.fixture
def reconciler(repository: Repository, sandbox: LocalGraph) -> Reconciler:
    return Reconciler(repository, sandbox)

"""Fixtures that all suites share: a sandbox over HTTP, a user's repository in a temporary folder, and the command."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from support.command import Reconciler
from support.github import FakeGitHub, fake_github
from support.repeat import ALL, full_or_share
from support.repository import Repository
from support.sandbox import LocalGraph, local_graph

from reconciler.text import redact

# No deadline: how long an example takes depends on how busy the machine is, so it must not decide whether a test
# passes.
settings.register_profile(
    "here",
    deadline=None,
    max_examples=full_or_share(200, 25),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("here")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "share(every): of the cases of this test, make test runs only one in `every`")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves out cases of tests with the marker `share`, unless all are wanted or the case is named on the command
    line."""
    if ALL or any("::" in argument for argument in config.args):
        return
    seen: Counter[str] = Counter()
    left_out = []
    for item in items:
        marker, test = item.get_closest_marker("share"), item.nodeid.partition("[")[0]
        if marker is not None and seen[test] % marker.args[0]:
            left_out.append(item)
        seen[test] += 1
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in set(left_out)]


@pytest.fixture(autouse=True)
def forget_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forgets the tokens of other tests. The tool remembers each token that it has used, to remove it from all that it
    prints; without this, one test's token would be removed from another test's output."""
    for remembered in ("_known", "_credentials"):
        monkeypatch.setattr(redact, remembered, set())


@pytest.fixture
def sandbox() -> Iterator[LocalGraph]:
    """One account in SGD with a page, a pixel and verified identities, on a Saturday morning in November."""
    with local_graph() as graph:
        graph.account()
        yield graph


@pytest.fixture
def github() -> Iterator[FakeGitHub]:
    """A repository at GitHub, without pull requests and issues."""
    with fake_github() as github:
        yield github


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """A project and an account, without campaigns."""
    return Repository(tmp_path / "repository")


@pytest.fixture
def reconciler(repository: Repository, sandbox: LocalGraph) -> Reconciler:
    return Reconciler(repository, sandbox)

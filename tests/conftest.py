"""A sandbox over real HTTP, a repository in a temporary folder, and the command between them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.command import Reconciler
from support.repository import Repository
from support.sandbox import LocalGraph, local_graph


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

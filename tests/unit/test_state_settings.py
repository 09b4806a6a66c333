"""Where a project says that it shares state/: as it is parsed, and as the emergency stop reads it without parsing."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.declaring import PROJECT

from reconciler.config.document import parse_document
from reconciler.kinds.settings import ProjectSpec
from reconciler.model.project import DEFAULT_STATE_BRANCH
from reconciler.run.at_a_glance import branch_at

WRITTEN = {
    "": DEFAULT_STATE_BRANCH,
    "state: {}\n": DEFAULT_STATE_BRANCH,
    "state: {branch: bots/what-is-known}\n": "bots/what-is-known",
    "state: { branch: 'known' }  # ours\n": "known",
    "state:\n  branch: known\n": "known",
    'state:  # where\n\n  # it is\n  branch: "known"  # so\n': "known",
    "state:\r\n  branch: known\r\n": "known",
    'state: {"branch": known}\n': "known",
    "state: { branch : known }\n": "known",
    '"state": {branch: known}\n': "known",
    "state: {\n  branch: known\n}\n": "known",
    "state:\n  {branch: known}\n": "known",
    "state:\n  # branch: other\n  branch: known\n": "known",
    "state: {branch: null}\n": None,
    'state: {"branch" : null}\r\n': None,
    "state: {branch: ~}\n": None,
    "state:\n    branch: null\n": None,
}


@pytest.mark.parametrize(("text", "branch"), WRITTEN.items())
def test_the_branch_is_the_same_parsed_or_not(text: str, branch: str | None, tmp_path: Path) -> None:
    written = PROJECT + text
    (tmp_path / "desired").mkdir()
    (tmp_path / "desired" / "project.yaml").write_text(written)
    assert ProjectSpec.model_validate(parse_document(written, "f.yaml").data).state.branch == branch
    assert branch_at(tmp_path) == branch


NO_NAMES = ("main", "master", "-x", "a..b", "a b", "a.lock", "a/", "/a", "a//b", ".a", "a/.b", "@{u}", "a~1")


@pytest.mark.parametrize("name", NO_NAMES)
def test_what_git_or_a_shell_would_read_otherwise_is_no_name_of_a_branch(name: str) -> None:
    with pytest.raises(ValueError, match="write "):
        ProjectSpec.model_validate({"project": "acme", "state": {"branch": name}})


@pytest.mark.parametrize("name", ["--upload-pack=x", "main"])
def test_no_such_name_reaches_git_from_a_file_that_does_not_parse(name: str, tmp_path: Path) -> None:
    (tmp_path / "desired").mkdir()
    (tmp_path / "desired" / "project.yaml").write_text(f"state: {{branch: {name}}}\n")
    assert branch_at(tmp_path) is None

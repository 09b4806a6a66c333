"""How git is called."""

from __future__ import annotations

import os
from base64 import b64encode
from pathlib import Path

import pytest
from support.remote import git

from reconciler.model.errors import UnsharedState
from reconciler.store.git.command import Answer, Git, mend_of, refused
from reconciler.store.git.place import is_nearby
from reconciler.text.redact import redact

ACTIONS = {
    "GITHUB_ACTIONS": "true",
    "GITHUB_SERVER_URL": "https://github.com",
    "GITHUB_TOKEN": "ghs_ofThisRun0123456789",
}
HEADER = "http.https://github.com/.extraheader"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-q")
    return tmp_path


def called(folder: Path, **more: str) -> Git:
    return Git(folder, {"PATH": os.environ["PATH"], "HOME": str(folder), **more})


def test_in_github_actions_git_has_the_token_of_the_run_once_and_on_no_command_line(folder: Path) -> None:
    git(folder, "config", HEADER, "AUTHORIZATION: basic left-by-the-checkout")
    basic = b64encode(f"x-access-token:{ACTIONS['GITHUB_TOKEN']}".encode()).decode()
    found = called(folder, **ACTIONS, GIT_CONFIG_COUNT="1", GIT_CONFIG_KEY_0="a.b", GIT_CONFIG_VALUE_0="c")
    assert found("config", "--get-all", HEADER).out.decode().split("\n")[1:] == [
        "",
        f"AUTHORIZATION: basic {basic}",
        "",
    ]
    assert found("config", "a.b").text == "c"
    assert basic not in redact(f"a trace with {basic}")


@pytest.mark.parametrize("without", ["GITHUB_ACTIONS", "GITHUB_TOKEN"])
def test_elsewhere_git_uses_what_a_person_has_set_up(folder: Path, without: str) -> None:
    assert called(folder, **{**ACTIONS, without: ""})("config", "--get-all", HEADER).out == b""


def test_what_leads_git_to_another_repository_is_not_handed_on(folder: Path, tmp_path: Path) -> None:
    elsewhere = called(folder, GIT_DIR="/nowhere", GIT_INDEX_FILE="/nowhere/index", GIT_WORK_TREE="/nowhere")
    assert elsewhere.need("rev-parse", "--absolute-git-dir").text == str((tmp_path / ".git").resolve())


def test_a_command_that_does_not_end_is_ended(folder: Path) -> None:
    git(folder, "config", "alias.hang", "!sleep 600")
    answer = called(folder)("hang", seconds=0.5)
    assert (answer.status, answer.said) == (None, "no answer within 0.5 s")


SAID = {
    "no right": ("remote: Permission to acme/ads.git denied to mei.", "let it push"),
    "a key": ("git@github.com: Permission denied (publickey).", "let it push"),
    "nobody to ask": (
        "fatal: could not read Username for 'https://github.com': terminal prompts disabled",
        "let it push",
    ),
    "a rule": ("remote: error: GH013: Repository rule violations found", "leave this branch out of the rules"),
    "a hook": ("! [remote rejected] a -> b (pre-receive hook declined)", "leave this branch out of the rules"),
    "another owner": ("fatal: detected dubious ownership in repository at '/x'", "safe.directory"),
    "no network": ("fatal: unable to access 'https://x/': Could not resolve host: x", "git ls-remote"),
    "a shallow clone": ("! [remote rejected] a -> b (shallow update not allowed)", "git fetch --unshallow"),
    "a full disk": ("fatal: write error: No space left on device", "make room on the disk"),
    "a pack on a full disk": ("fatal: sha1 file '.git/x' write error. Out of diskspace", "make room on the disk"),
    "a ref on a full disk": ("fatal: cannot update ref 'a': couldn't write '/x/.git/a.lock'", "the disk has room"),
    "a lock of another": ("fatal: Unable to create '/x/.git/index.lock': File exists.", "remove the lock"),
    "a file of another user": ("error: cannot open '.git/FETCH_HEAD': Permission denied", "let the user who runs"),
    "a full remote": ("error: remote unpack failed: unable to create temporary object directory", "the remote's disk"),
}


@pytest.mark.parametrize(("said", "mend"), SAID.values(), ids=SAID.keys())
def test_each_refusal_of_git_has_its_mend(said: str, mend: str) -> None:
    assert mend in mend_of(Answer(128, b"", said))


def test_a_token_in_a_remote_s_address_is_not_told() -> None:
    error = refused(
        "it could not be fetched", Answer(128, b"", "fatal: unable to access 'https://x:secret@host/ads.git/'")
    )
    assert isinstance(error, UnsharedState)
    assert "secret" not in str(error) and "https://host/ads.git" in str(error)


@pytest.mark.parametrize(
    ("url", "here"),
    [
        ("/srv/ads.git", True), ("../ads.git", True), ("file:///srv/ads.git", True), ("C:/ads.git", True),
        ("http://127.0.0.1:3000/ads.git", True), ("./a:b/ads.git", True), ("git@github.com:acme/ads.git", False),
        ("https://github.com/acme/ads.git", False), ("ssh://git@host/ads.git", False),
    ],
)  # fmt: skip
def test_a_remote_on_this_machine_is_told_from_one_elsewhere(url: str, here: bool) -> None:
    assert is_nearby(url) == here

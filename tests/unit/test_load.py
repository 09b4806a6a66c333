from __future__ import annotations

from pathlib import Path

import pytest
from support.declaring import ACCOUNT, NOW, PROJECT, SHORT

from reconciler.config.declared import load_desired
from reconciler.config.load import load
from reconciler.model.errors import ConfigError

GOOD = {
    "project.yaml": PROJECT,
    "accounts/acme-sg.yaml": ACCOUNT,
    "campaigns/acme-sg/spring.yaml": SHORT,
    "templates/base.yml": "url_tags: a=b\n",
}


def files(root: Path, **more: str) -> Path:
    for name, text in {**GOOD, **{k.replace("__", "/").replace("_dot_", "."): v for k, v in more.items()}}.items():
        path = root / "desired" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return root


def problems(root: Path) -> list[tuple[str, str]]:
    return [(p.origin.file.removeprefix("desired/"), p.message) for p in load(root).problems]


def test_every_file_is_found_by_its_key(tmp_path: Path) -> None:
    found = load(files(tmp_path))
    assert found.problems == []
    assert found.project is not None
    assert (set(found.accounts), set(found.templates)) == ({"acme-sg"}, {"base"})
    assert set(found.files) == {("campaign", "acme-sg", "spring")}
    assert (
        str(found.files["campaign", "acme-sg", "spring"].origin(("name",)))
        == "desired/campaigns/acme-sg/spring.yaml:1:7"
    )


def test_a_folder_that_is_no_repository_says_how_to_start_one(tmp_path: Path) -> None:
    (problem,) = load(tmp_path).problems
    assert "no project file" in problem.message
    assert "reconciler init" in problem.mend


def test_a_project_alone_is_a_repository(tmp_path: Path) -> None:
    (tmp_path / "desired").mkdir()
    (tmp_path / "desired/project.yaml").write_text(PROJECT)
    assert load(tmp_path).problems == []


ODD = [
    pytest.param("accounts/notes.txt", "not a YAML file", id="another suffix"),
    pytest.param("accounts/acme-sg.yml", "a second file for the key 'acme-sg'", id="the same key twice"),
    pytest.param("campaigns/loose.yaml", "a campaign file outside an account's folder", id="a campaign on the loose"),
    pytest.param("campaigns/acme-sg/sub/deep.yaml", "a folder, which nothing reads here", id="a folder too deep"),
    pytest.param("campains/acme-sg/x.yaml", "nothing reads this", id="a misspelt folder"),
]


@pytest.mark.parametrize(("name", "message"), ODD)
def test_a_file_that_nothing_would_read_is_told(tmp_path: Path, name: str, message: str) -> None:
    (found,) = problems(files(tmp_path, **{name: SHORT}))
    assert message in found[1]
    assert name.startswith(found[0])


@pytest.mark.parametrize("name", ["README.md", "accounts/README.md", "campaigns/README.md", ".hidden", "accounts/.swp"])
def test_notes_and_hidden_files_are_let_be(tmp_path: Path, name: str) -> None:
    assert problems(files(tmp_path, **{name: "x"})) == []


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    files(tmp_path)
    (tmp_path / "desired/accounts/other.yaml").symlink_to("/etc/passwd")
    assert problems(tmp_path) == [("accounts/other.yaml", "not a regular file")]


def test_files_that_do_not_parse_are_all_told_and_the_others_read(tmp_path: Path) -> None:
    found = load(files(tmp_path, **{"accounts/b.yaml": "a: [", "campaigns/acme-sg/c.yaml": "a: 1\na: 2\n"}))
    assert {p.origin.file for p in found.problems} == {"desired/accounts/b.yaml", "desired/campaigns/acme-sg/c.yaml"}
    assert set(found.accounts) == {"acme-sg"}


def test_a_media_file_that_is_not_there_is_told_where_it_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load_desired(files(tmp_path), NOW)
    (problem,) = caught.value.problems
    assert str(problem.origin) == "desired/campaigns/acme-sg/spring.yaml:3:13"
    assert "a.mp4" in problem.message

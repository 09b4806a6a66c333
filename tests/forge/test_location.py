"""Which repository a working copy belongs to, where GitHub's API is, and whose token goes there."""

from __future__ import annotations

import pytest

from reconciler.forge.location import location_of
from reconciler.model.errors import ForgeError

PUBLIC = "https://api.github.com"
SERVER = "https://ghe.acme.example/api/v3"


@pytest.mark.parametrize(
    ("address", "api_url"),
    [
        ("https://github.com/acme/ads.git", PUBLIC),
        ("https://github.com/acme/ads", PUBLIC),
        ("https://github.com/acme/ads/", PUBLIC),
        ("https://mei:ghp_secret@github.com/acme/ads.git", PUBLIC),
        ("git@github.com:acme/ads.git", PUBLIC),
        ("github.com:acme/ads", PUBLIC),
        ("ssh://git@github.com/acme/ads.git", PUBLIC),
        ("ssh://git@ssh.github.com:443/acme/ads.git", PUBLIC),
        ("git@GitHub.com:acme/ads.git", PUBLIC),
        ("https://acme.ghe.com/acme/ads.git", "https://api.acme.ghe.com"),
        ("https://ghe.acme.example/acme/ads.git", SERVER),
        ("git@ghe.acme.example:acme/ads.git", SERVER),
        ("ssh://git@ghe.acme.example:2222/acme/ads", SERVER),
    ],
)
def test_an_address_of_git_s_names_the_repository_and_the_api(address: str, api_url: str) -> None:
    found = location_of(address, {})
    assert (found.repository, found.api_url) == ("acme/ads", api_url)


def test_a_name_with_dots_keeps_them() -> None:
    assert location_of("git@github.com:acme/ads.example.git", {}).repository == "acme/ads.example"


def test_what_github_sets_in_a_run_comes_first() -> None:
    found = location_of("https://github.com/a/b", {"GITHUB_REPOSITORY": "acme/ads", "GITHUB_API_URL": SERVER})
    assert (found.repository, found.api_url) == ("acme/ads", SERVER)


@pytest.mark.parametrize(
    "address", ["", "file:///srv/ads.git", "../ads", "C:/ads/repository", "https://github.com/acme"]
)
def test_what_names_no_repository_is_told_with_the_variable_that_does(address: str) -> None:
    with pytest.raises(ForgeError, match="set GITHUB_REPOSITORY to owner/name"):
        location_of(address, {})


def test_a_refused_address_shows_no_token() -> None:
    with pytest.raises(ForgeError) as error:
        location_of("https://mei:ghp_secret@github.com/acme", {})
    assert "ghp_secret" not in str(error.value)


@pytest.mark.parametrize(
    ("address", "given", "token"),
    [
        ("git@github.com:acme/ads", {"GITHUB_TOKEN": "one", "GH_TOKEN": "two"}, "one"),
        ("git@github.com:acme/ads", {"GH_TOKEN": " two\n"}, "two"),
        ("git@ghe.acme.example:acme/ads", {"GITHUB_TOKEN": "one", "GH_ENTERPRISE_TOKEN": "two"}, "two"),
    ],
)
def test_a_token_is_taken_from_the_variables_of_its_server(address: str, given: dict[str, str], token: str) -> None:
    assert location_of(address, given).token(given) == token


def test_a_token_of_github_com_goes_to_no_other_server() -> None:
    given = {"GITHUB_TOKEN": "one", "GH_TOKEN": "two"}
    with pytest.raises(ForgeError, match=r"set GH_ENTERPRISE_TOKEN to what gh auth token --hostname gitlab\.example"):
        location_of("git@gitlab.example:acme/ads", given).token(given)

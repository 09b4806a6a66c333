"""Which repository at which GitHub a working copy belongs to, and whose token is for it. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from reconciler.model.errors import ForgeError

ADDRESS = re.compile(
    r"(?:(?:https?|ssh|git)://(?:[^@/]*@)?(?P<host>[^/:@]+)(?::\d+)?/|(?:[^@/:]+@)?(?P<short>[^@/:]+):)"
    r"(?P<path>[\w.-]+/[\w.-]+?)(?:\.git)?/?"
)
"""`https://github.com/acme/ads.git`, `ssh://git@ghe.acme.example:22/acme/ads`, `git@github.com:acme/ads.git`."""

PUBLIC, OF_A_TENANT = "github.com", ".ghe.com"
ALIASES = {"ssh.github.com": PUBLIC, "www.github.com": PUBLIC}
"""ssh.github.com takes ssh at port 443."""

OURS = ("GITHUB_TOKEN", "GH_TOKEN")
OF_A_SERVER = ("GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN")
"""As `gh` has it: a token of github.com is sent to no other server. cli.github.com/manual/gh_help_environment"""


@dataclass(frozen=True)
class Location:
    """`repository` is `owner/name`, `api_url` the address of the REST API, `variables` those that may hold a token."""

    repository: str
    api_url: str
    variables: tuple[str, ...] = OURS

    def token(self, environment: Mapping[str, str]) -> str:
        """Raises ForgeError where the environment has none."""
        found = next(filter(None, (environment.get(name, "").strip() for name in self.variables)), "")
        if not found:
            server = f" --hostname {self.api_url.split('/')[2]}" if self.variables is OF_A_SERVER else ""
            raise ForgeError(
                f"neither {' nor '.join(self.variables)} is set\n"
                f"  mend: set {self.variables[0]} to what gh auth token{server} prints"
            )
        return found


def location_of(address: str, environment: Mapping[str, str]) -> Location:
    """`address` is that of git's remote; GITHUB_REPOSITORY and GITHUB_API_URL, which GitHub sets in a run, come before
    it. Raises ForgeError where nothing names a repository."""
    found = ADDRESS.fullmatch(address.strip())
    repository = environment.get("GITHUB_REPOSITORY", "") or (found["path"] if found else "")
    if not re.fullmatch(r"[\w.-]+/[\w.-]+", repository):
        raise ForgeError(
            "neither GITHUB_REPOSITORY nor the address of git's remote names a repository at GitHub\n"
            "  mend: set GITHUB_REPOSITORY to owner/name, and for a GitHub Enterprise GITHUB_API_URL, too"
        )
    if url := environment.get("GITHUB_API_URL", ""):
        return Location(repository, url)
    host = (found["host"] or found["short"]).lower() if found else PUBLIC
    host = ALIASES.get(host, host)
    if host == PUBLIC or host.endswith(OF_A_TENANT):
        return Location(repository, f"https://api.{host}")
    return Location(repository, f"https://{host}/api/v3", OF_A_SERVER)

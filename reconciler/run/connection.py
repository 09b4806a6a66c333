"""How an account is reached: its token, and where Graph is. Depends on no parsing: the emergency stop uses it too."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from urllib.parse import urlsplit

from reconciler.kinds.said import counted
from reconciler.meta.address import GRAPH_URL, checked_graph_url, is_loopback
from reconciler.meta.connection import Connection
from reconciler.model.account import Account
from reconciler.model.errors import CredentialsError
from reconciler.system.platforms import set_variable
from reconciler.text.redact import SHORTEST, remember_credentials


def connection_for(account: Account, environment: Mapping[str, str]) -> Connection:
    """Raises CredentialsError where the account's token is not in the environment."""
    token = environment.get(account.token, "").strip()
    if not token:
        raise CredentialsError(
            f"no token for {account.key}: the environment variable {account.token} is not set\n"
            f"  mend: {_alike(account, environment)}{set_variable(account.token, '…')} with a system-user token "
            "that has ads_management"
        )
    if not token.isascii() or any(c.isspace() or not c.isprintable() for c in token):
        raise CredentialsError(
            f"{account.token} holds what no token has: white space, quotes of a word processor\n  mend: set it again"
        )
    secret = environment.get("META_APP_SECRET", "").strip()
    remember_credentials(token, secret)
    url = checked_graph_url(environment.get("META_GRAPH_URL", "").strip() or GRAPH_URL)
    for name, text in ((account.token, token), ("META_APP_SECRET", secret)):
        if 0 < len(text) < SHORTEST and not is_loopback(urlsplit(url).hostname or ""):
            raise CredentialsError(
                f"{name} has only {counted(len(text), 'character')}, which is no secret of Meta's: Meta was not asked\n"
                f"  mend: set it again, whole; a short one is for the sandbox (META_GRAPH_URL) alone"
            )
    return Connection(token, url, app_secret=secret, variable=account.token)


def _alike(account: Account, environment: Mapping[str, str]) -> str:
    """`did you mean META_TOKEN_ACME, …` for META_TOKEN_ACNE. What is compared is what tells such names apart: else the
    token of any other client would be like it."""
    known = {_told_apart(name): name for name, text in environment.items() if _is_token(name) and text.strip()}
    near = get_close_matches(_told_apart(account.token), known, n=1, cutoff=0.7)
    if not near:
        return ""
    name = known[near[0]]
    return f"did you mean {name}, which is set? Then write token: env/{name} in {account.origin.file}; else "


def _is_token(name: str) -> bool:
    return name.startswith("META_") and "TOKEN" in name.split("_")


def _told_apart(name: str) -> str:
    """ACME of META_TOKEN_ACME and of META_ACME_TOKEN."""
    return "_".join(part for part in name.split("_") if part not in ("META", "TOKEN")) or name

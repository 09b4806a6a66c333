"""How an account is reached: its token, and where Graph is. Depends on no parsing: the emergency stop uses it too."""

from __future__ import annotations

from collections.abc import Mapping

from reconciler.meta.address import GRAPH_URL, checked_graph_url
from reconciler.meta.client import Connection
from reconciler.model.account import Account
from reconciler.model.errors import CredentialsError
from reconciler.system.platforms import set_variable
from reconciler.text.redact import remember_credentials


def connection_for(account: Account, environment: Mapping[str, str]) -> Connection:
    """Raises CredentialsError where the account's token is not in the environment."""
    token = environment.get(account.token, "").strip()
    if not token:
        raise CredentialsError(
            f"no token for {account.key}: the environment variable {account.token} is not set\n"
            f"  mend: {set_variable(account.token, '…')} with a system-user token that has ads_management"
        )
    if not token.isascii() or any(c.isspace() or not c.isprintable() for c in token):
        raise CredentialsError(
            f"{account.token} holds what no token has: white space, quotes of a word processor\n  mend: set it again"
        )
    secret = environment.get("META_APP_SECRET", "").strip()
    remember_credentials(token, secret)
    url = checked_graph_url(environment.get("META_GRAPH_URL", "") or GRAPH_URL)
    return Connection(token, url, app_secret=secret, variable=account.token)

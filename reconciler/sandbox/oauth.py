"""``GET /oauth/access_token``: tokens for an app, and longer ones for shorter ones (documented).

The browser's half, a ``code`` from a login dialog, is not emulated. Where tokens are configured, a longer token has
the rights of the one it is made from.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from reconciler.sandbox.errors import GraphError
from reconciler.sandbox.wire import Call
from reconciler.sandbox.world import World

PATH = "oauth/access_token"
_SIXTY_DAYS = 5184000
Answer = Callable[[World, dict[str, Any], float], dict[str, Any]]


def answer(world: World, call: Call, now: float) -> dict[str, Any]:
    params = call.params
    if not params.get("client_id"):
        raise GraphError("no_client_id")
    secret = world.settings["app_secret"]
    if secret and str(params["client_id"]) != world.settings["app_id"]:
        raise GraphError("bad_client_id")
    if secret and str(params.get("client_secret")) != secret:
        raise GraphError("bad_client_secret")
    grant = str(params.get("grant_type") or "authorization_code")
    if grant not in _GRANTS:
        raise GraphError("not_emulated", what=f"the grant type {grant} of /{PATH}")
    return {**_GRANTS[grant](world, params, now), "token_type": "bearer"}


def app_token(world: World) -> str:
    """The app's id and secret are a token of the app."""
    return f"{world.settings['app_id']}|{world.settings['app_secret']}"


def _for_app(world: World, params: dict[str, Any], now: float) -> dict[str, Any]:
    return {"access_token": f"{params['client_id']}|{params.get('client_secret', '')}"}


def _longer(world: World, params: dict[str, Any], now: float) -> dict[str, Any]:
    short = str(params.get("fb_exchange_token") or "")
    if not short:
        raise GraphError("required", name="fb_exchange_token")
    strict = world.settings["strict_tokens"]
    row = world.tokens.get(short)
    if row is None and (world.tokens if strict is None else strict):
        raise GraphError("bad_token")
    token = "EAA" + hashlib.sha256(f"{short}{now}".encode()).hexdigest()
    if row is not None:
        world.tokens[token] = {**row, "expires_at": now + _SIXTY_DAYS}
        world.touch()
    return {"access_token": token, "expires_in": _SIXTY_DAYS}


_GRANTS: dict[str, Answer] = {"client_credentials": _for_app, "fb_exchange_token": _longer}

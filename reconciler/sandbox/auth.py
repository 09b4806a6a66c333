"""Who calls: tokens, scopes, accounts, appsecret_proof.

Any token is somebody with every right, until tokens are configured.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from reconciler.sandbox import oauth
from reconciler.sandbox.clock import graph_time, parse_time
from reconciler.sandbox.context import Caller, Context
from reconciler.sandbox.errors import GraphError
from reconciler.sandbox.nodes.assets import SCOPES, granted
from reconciler.sandbox.wire import Call
from reconciler.sandbox.world import Node, World

_OF_PAGE = ".page."


def token_of(call: Call) -> str:
    given = call.params.get("access_token")
    if given:
        return str(given)
    kind, _, value = call.headers.get("authorization", "").partition(" ")
    return value.strip() if kind.lower() in ("bearer", "oauth") else ""


def caller(world: World, call: Call, now: float) -> Caller:
    token = token_of(call)
    if not token:
        raise GraphError("no_token_me" if call.parts[:1] == ["me"] else "no_token")
    _proof(world, call, token)
    if world.settings["app_secret"] and token == oauth.app_token(world):
        return replace(_anybody(world, token), scopes=("app",), type="APP")
    person, _, page = token.partition(_OF_PAGE)
    found = _person(world, person, now)
    return replace(found, token=token, page=page, pages=(page,), type="PAGE") if page else found


_SHOWS_PAGES = {"pages_show_list", "pages_read_engagement", "pages_manage_ads"}


def page_token(ctx: Context, page: Node) -> str | None:
    """A page's token has the rights of the person who asked for it, and is the page (documented). Without a scope of
    pages it is left out (guess)."""
    if not _SHOWS_PAGES & set(granted(ctx)):
        return None
    return ctx.caller.token.partition(_OF_PAGE)[0] + _OF_PAGE + page.id


def _person(world: World, token: str, now: float) -> Caller:
    known = world.tokens.get(token)
    if known is None:
        strict = world.settings["strict_tokens"]
        if world.tokens if strict is None else strict:
            raise GraphError("bad_token")
        return _anybody(world, token)
    return _known(world, token, known, now)


def _anybody(world: World, token: str) -> Caller:
    settings = world.settings
    return Caller(token=token, app_id=settings["app_id"], app_name=settings["app_name"])


def _known(world: World, token: str, row: dict[str, Any], now: float) -> Caller:
    if not row.get("valid", True):
        raise GraphError("revoked_token")
    expires = row.get("expires_at") or 0
    if expires and now >= expires:
        raise GraphError("expired_token", at=graph_time(expires), now=graph_time(now))
    settings = world.settings
    return Caller(
        token=token,
        user_id=row.get("user_id") or "122100000000000001",
        user_name=row.get("user_name") or "Sandbox System User",
        app_id=row.get("app_id") or settings["app_id"],
        app_name=row.get("app_name") or settings["app_name"],
        scopes=tuple(row.get("scopes") or ()),
        accounts=_tuple(row.get("accounts"), "act_"),
        pages=_tuple(row.get("pages"), ""),
        expires_at=expires,
        type=row.get("type") or "SYSTEM_USER",
        locale=str(row.get("locale") or ""),
    )


def _tuple(value: Iterable[Any] | None, prefix: str) -> tuple[str, ...] | None:
    return None if value is None else tuple(str(one).removeprefix(prefix) for one in value)


def _proof(world: World, call: Call, token: str) -> None:
    secret = world.settings["app_secret"]
    if not secret:
        return
    given = call.params.get("appsecret_proof")
    if given is None:
        if world.settings["require_appsecret_proof"]:
            raise GraphError("no_proof")
        return
    wanted = hmac.new(secret.encode(), token.encode(), hashlib.sha256).hexdigest()
    if not hmac.compare_digest(wanted.encode(), str(given).encode()):
        raise GraphError("bad_proof")


def need_scope(ctx: Context, *scopes: str) -> None:
    """Any one of them will do."""
    if not set(scopes) & set(granted(ctx)):
        raise GraphError("missing_scope", scope=scopes[0])


def need_account(ctx: Context, node: Node) -> None:
    """An account withheld answers 200; what is in it answers as if it did not exist (recorded: 100/33)."""
    if ctx.sees(node):
        return
    if node.kind == "account":
        raise GraphError("account_not_granted")
    raise GraphError("lost", method=ctx.call.method.lower(), id=node.id)


def application(ctx: Context) -> dict[str, Any]:
    """``/app``: the application that the token was made for."""
    return {"id": ctx.caller.app_id, "name": ctx.caller.app_name}


def debug(ctx: Context) -> dict[str, Any]:
    """``/debug_token?input_token=``."""
    token = str(ctx.call.params.get("input_token") or "")
    if not token:
        raise GraphError("required", name="input_token")
    row = ctx.world.tokens.get(token)
    strict = ctx.settings["strict_tokens"]
    if row is None and (ctx.world.tokens if strict is None else strict):
        return {"data": {"is_valid": False, "scopes": [], "error": {"code": 190, "message": "Invalid token"}}}
    row = row or {}
    expires = int(row.get("expires_at") or 0)
    scopes = list(row.get("scopes") or SCOPES)
    return {
        "data": {
            "app_id": row.get("app_id") or ctx.settings["app_id"],
            "application": row.get("app_name") or ctx.settings["app_name"],
            "type": row.get("type") or "SYSTEM_USER",
            "is_valid": bool(row.get("valid", True)) and not (expires and ctx.now >= expires),
            "issued_at": int(row.get("issued_at") or 0),
            "expires_at": expires,
            "data_access_expires_at": int(row.get("data_access_expires_at") or 0),
            "user_id": row.get("user_id") or ctx.caller.user_id,
            "scopes": scopes,
            "granular_scopes": [_granular(scope, row) for scope in scopes],
        }
    }


def _granular(scope: str, row: dict[str, Any]) -> dict[str, Any]:
    accounts = row.get("accounts")
    if accounts is None or not scope.startswith("ads_"):
        return {"scope": scope}
    return {"scope": scope, "target_ids": [str(one).removeprefix("act_") for one in accounts]}


_LISTED = ("scopes", "accounts", "pages")


def configure(world: World, row: dict[str, Any]) -> None:
    token = str(row["token"])
    kept = {key: value for key, value in row.items() if key != "token"}
    wrong = [key for key in _LISTED if kept.get(key) is not None and not isinstance(kept[key], list)]
    if wrong:
        raise ValueError(f"{', '.join(wrong)} must be lists")
    if kept.get("expires_at"):
        kept["expires_at"] = parse_time(kept["expires_at"])
    world.tokens[token] = kept
    world.touch()

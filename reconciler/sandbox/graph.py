"""One Graph call: version, token, path, parameters, then the node or edge."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from reconciler.sandbox import auth, fields, listing, oauth, project, removals, versions
from reconciler.sandbox.clock import Clock
from reconciler.sandbox.context import Caller, Context, OnlyValidating, Redirect
from reconciler.sandbox.errors import GraphError
from reconciler.sandbox.nodes.assets import page_usable, user_node
from reconciler.sandbox.nodes.base import Action
from reconciler.sandbox.nodes.registry import TYPES
from reconciler.sandbox.params import known_edge, signature, typed
from reconciler.sandbox.spool import Spool
from reconciler.sandbox.targets import search
from reconciler.sandbox.usage import Usage
from reconciler.sandbox.wire import Call
from reconciler.sandbox.world import Node, World

_SECRET = ("access_token", "appsecret_proof")
_REPORTS = {"insights"}  # a POST here reads
_MADE = ("id", "copied_campaign_id", "copied_adset_id", "copied_ad_id")
_ROOTS = {"app": auth.application, "debug_token": auth.debug, "search": search.answer}  # paths without a node

# documented, and not here: they belong to no object
_UNBUILT = {"ads_archive", "branded_content_search", "instagram_oembed", "oauth", "oembed_page", "oembed_post",
            "oembed_video", "pages"}  # fmt: skip


@dataclass(slots=True)
class Outcome:
    status: int
    body: Any
    account: str = ""
    caller: Caller | None = None
    wrote: bool = False
    use: str = ""  # the business use case that the call counts for
    location: str = ""


class Graph:
    def __init__(self, world: World, clock: Clock, spool: Spool, usage: Usage) -> None:
        self.world, self.clock, self.spool, self.usage = world, clock, spool, usage

    def run(self, call: Call, trace: str) -> Outcome:
        account, locale, use = "", "", ""
        try:
            now = self.clock.now()
            version(call, self.world.settings, now)
            _gone(call, self.world.settings)
            if call.path.strip("/") == oauth.PATH:
                return Outcome(200, oauth.answer(self.world, call, now))
            ctx = Context(self.world, now, auth.caller(self.world, call, now), call, self.spool)
            locale = ctx.caller.locale
            ctx.validating = "validate_only" in str(call.params.get("execution_options", ""))
            if call.method == "GET" and len(call.parts) == 1 and call.parts[0] in _ROOTS:
                return Outcome(200, _ROOTS[call.parts[0]](ctx))
            node, edge = _target(ctx)
            account = node.id.removeprefix("act_") if node.kind == "account" else node.account
            write = call.method != "GET"
            use = _use_case(node, edge)
            self._count(account, use, not _reads(call), now)
            body = _write(ctx, node, edge) if write else _read(ctx, node, edge)
            return Outcome(200, body, account, ctx.caller, not _reads(call), use)
        except GraphError as problem:
            return Outcome(problem.http, problem.envelope(trace, locale), account, use=use)
        except Redirect as elsewhere:
            return Outcome(302, {}, account, use=use, location=elsewhere.url)
        except OnlyValidating:
            return Outcome(200, {"success": True}, account, use=use)

    def _count(self, account: str, use: str, write: bool, now: float) -> None:
        if self.world.settings["throttle"]:
            self.usage.count(account, use, write, now, self.world.settings, lambda: self._active(account, use))

    def _active(self, account: str, use: str) -> int:
        if use == "custom_audience":
            return sum(1 for one in self.world.of_account(account, "audience") if not one.hidden.get("deleted"))
        return sum(1 for one in self.world.of_account(account, "ad") if one.data["status"] == "ACTIVE")


def _use_case(node: Node, edge: str) -> str:
    if edge in _REPORTS or node.kind == "report":
        return "ads_insights"
    return "custom_audience" if node.kind == "audience" or edge == "customaudiences" else "ads_management"


def version(call: Call, settings: dict[str, Any], now: float) -> None:
    """Older versions are upgraded, or refused where the app's setting says so (documented)."""
    default = settings["default_version"]
    alive = versions.live(now) if settings["live_versions"] is None else settings["live_versions"]
    if call.version in ("", *alive):
        call.version = call.version or default
        return
    latest = max([default, *alive], key=versions.number)
    if versions.number(call.version) > versions.number(latest):
        raise GraphError("unknown_path", path=f"{call.version}/{call.path}")
    if not settings["auto_upgrade"]:
        raise GraphError("dead_version", latest=latest)
    call.version = default


def _gone(call: Call, settings: dict[str, Any]) -> None:
    """Removed from all versions; and what v28 removes, for an app that is too new to use it in any."""
    if "ids" in call.params and not call.parts:
        raise GraphError("ids_gone")
    if "date_format" in call.params:
        raise GraphError("date_format_gone")
    if settings["new_app"] and (what := removals.used(call)):
        raise GraphError("gone_in_v28", what=what)


def _target(ctx: Context) -> tuple[Node, str]:
    parts = ctx.call.parts
    if not parts or len(parts) > 2:
        raise GraphError("unknown_path", path="/".join(parts[2:]))
    edge = parts[1] if len(parts) == 2 else ""
    if parts[0] in ("me", ctx.caller.user_id) and not ctx.caller.page:
        return user_node(ctx), edge
    if parts[0] == "me":
        parts = [ctx.caller.page]
    if parts[0] in _UNBUILT:
        raise GraphError("not_emulated", what=f"/{parts[0]}")
    node = ctx.world.get(parts[0])
    if node is None or _too_fresh(ctx, node):
        raise _lost(ctx, parts[0])
    _access(ctx, node)
    return node, edge


def _lost(ctx: Context, id: str) -> GraphError:
    plain = id.removeprefix("act_").partition(":")[0]
    if not (plain.isascii() and plain.isdigit()):
        return GraphError("unknown_alias", id=id)
    return GraphError("lost", method=ctx.call.method.lower(), id=id)


def _too_fresh(ctx: Context, node: Node) -> bool:
    lag = ctx.settings["read_lag_seconds"]
    return bool(lag) and node.kind != "account" and ctx.now < node.data.get("created_time", 0) + lag


def _reads(call: Call) -> bool:
    return call.method == "GET" or call.parts[-1] in _REPORTS


def _access(ctx: Context, node: Node) -> None:
    if node.kind == "page":
        if not page_usable(ctx, node.id):
            raise GraphError("no_page_permission")
        return
    if node.kind in ("leadgen_form", "lead") and not page_usable(ctx, {**node.data, **node.hidden}["page_id"]):
        raise GraphError("no_page_permission")
    if node.kind in ("product", "product_set", "product_feed"):
        node = ctx.world.nodes[node.data["catalog_id"]]
    if node.kind in _LINKS and not _linked(ctx, node):
        raise GraphError("lost", method=ctx.call.method.lower(), id=node.id)
    auth.need_account(ctx, node)
    if node.kind == "business":
        auth.need_scope(ctx, "business_management")
    elif node.account or node.kind in ("account", "pixel"):
        scopes = ("ads_management", "ads_read") if _reads(ctx.call) else ("ads_management",)
        auth.need_scope(ctx, *scopes)


_LINKS = {"pixel": "pixels", "ig_user": "ig_users", "catalog": "catalogs"}


def _linked(ctx: Context, node: Node) -> bool:
    """Such an asset is seen through an account that the token sees."""
    if ctx.caller.accounts is None:
        return True
    key = _LINKS[node.kind]
    return any(node.id in one.hidden[key] for one in ctx.world.accounts() if ctx.sees(one))


def _read(ctx: Context, node: Node, edge: str) -> Any:
    params = ctx.call.params
    wanted = fields.requested(params.get("fields"))
    kind = TYPES[node.kind]
    if not edge:
        project.check(ctx, node.kind, wanted)
        return project.project(ctx, node, wanted)
    if edge in kind.reads:
        return kind.reads[edge](ctx, node, {k: v for k, v in params.items() if k not in _SECRET})
    if edge not in kind.lists:
        raise _no_edge(ctx, node, edge)
    if kind.lists[edge].needs:
        auth.need_scope(ctx, kind.lists[edge].needs)
    project.check(ctx, kind.lists[edge].kind, wanted)
    return project.show(ctx, node, edge, {k: v for k, v in params.items() if k not in _SECRET})


def _write(ctx: Context, node: Node, edge: str) -> Any:
    action = _action(ctx, node, edge)
    if action is None:
        raise _no_edge(ctx, node, edge)
    raw = {k: v for k, v in ctx.call.params.items() if k not in _SECRET}
    if edge in _REPORTS:
        return action(ctx, node, raw)
    wanted = fields.requested(raw.pop("fields", None))
    _check_created(ctx, node, edge, wanted)
    body = action(ctx, node, typed(signature(node.kind, ctx.call.method, edge), raw))
    return _read_after(ctx, node, edge, body, wanted)


def _check_created(ctx: Context, node: Node, edge: str, wanted: tuple[fields.Field, ...] | None) -> None:
    """A bad name in ``fields`` is refused before anything is made (guess)."""
    if not edge:
        project.check(ctx, node.kind, wanted)
    elif edge in TYPES[node.kind].lists:
        project.check(ctx, TYPES[node.kind].lists[edge].kind, wanted)


def _read_after(ctx: Context, node: Node, edge: str, body: Any, wanted: tuple[fields.Field, ...] | None) -> Any:
    """A POST with ``fields`` answers with the object that was made or changed (documented)."""
    if wanted is None or ctx.call.method != "POST" or not isinstance(body, dict):
        return body
    made = next((str(body[name]) for name in _MADE if body.get(name)), "" if edge else node.id)
    target = ctx.world.get(made)
    return body if target is None else project.project(ctx, target, wanted)


def _action(ctx: Context, node: Node, edge: str) -> Action | None:
    kind = TYPES[node.kind]
    if ctx.call.method == "POST":
        return kind.posts.get(edge) if edge else kind.update
    if ctx.call.method == "DELETE":
        return kind.deletes.get(edge) if edge else kind.remove
    return None


def _no_edge(ctx: Context, node: Node, edge: str) -> GraphError:
    kind = TYPES[node.kind]
    if known_edge(node.kind, ctx.call.method, edge):
        raw = {k: v for k, v in ctx.call.params.items() if k not in listing.COMMON and k not in _SECRET}
        typed(signature(node.kind, ctx.call.method, edge), raw)
        what = f"{ctx.call.method} {kind.label}" + (f"/{edge}" if edge else "")
        return GraphError("not_emulated", what=what)
    if edge and ctx.call.method == "GET":
        return GraphError("nonexisting_field", field=edge, type=kind.label)
    return GraphError("lost", method=ctx.call.method.lower(), id=node.id)

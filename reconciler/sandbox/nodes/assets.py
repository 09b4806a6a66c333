"""Who calls, with which rights, and what that person sees first."""

from __future__ import annotations

from reconciler.sandbox.context import Context
from reconciler.sandbox.nodes import people, picture
from reconciler.sandbox.nodes.base import Listing, NodeType, Params, row
from reconciler.sandbox.world import Node

SCOPES = (
    "ads_management",
    "ads_read",
    "business_management",
    "pages_show_list",
    "pages_read_engagement",
    "pages_manage_ads",
    "catalog_management",
    "leads_retrieval",
)

_PAGE_FIELDS = ("access_token", "category", "name", "id", "tasks")  # documented


def granted(ctx: Context) -> tuple[str, ...]:
    return ctx.caller.scopes or SCOPES


def user_node(ctx: Context) -> Node:
    return row(ctx.caller.user_id, "user", {"id": ctx.caller.user_id, "name": ctx.caller.user_name})


def _accounts(ctx: Context, node: Node, params: Params) -> list[Node]:
    return [one for one in ctx.world.accounts() if ctx.sees(one)]


def _permissions(ctx: Context, node: Node, params: Params) -> list[Node]:
    return [
        row(str(number), "permission", {"permission": scope, "status": "granted"}, "", number)
        for number, scope in enumerate(granted(ctx), 1)
    ]


def page_usable(ctx: Context, id: str) -> bool:
    return ctx.caller.pages is None or id in ctx.caller.pages


def _pages(ctx: Context, node: Node, params: Params) -> list[Node]:
    return [n for n in ctx.world.nodes.values() if n.kind == "page" and page_usable(ctx, n.id)]


def _businesses(ctx: Context, node: Node, params: Params) -> list[Node]:
    return [n for n in ctx.world.nodes.values() if n.kind == "business"]


USER = NodeType(
    kind="user",
    label="User",
    defaults=("id", "name"),
    lists={
        "adaccounts": Listing("account", _accounts, newest_first=False),
        "assigned_ad_accounts": Listing("account", _accounts, newest_first=False),
        "assigned_pages": Listing("page", _pages, newest_first=False, needs="pages_show_list"),
        "permissions": Listing("permission", _permissions, newest_first=False),
        "accounts": Listing("page", _pages, newest_first=False, needs="pages_show_list", defaults=_PAGE_FIELDS),
        "businesses": Listing("business", _businesses, newest_first=False, needs="business_management"),
        "business_users": Listing("business_user", people.in_businesses, newest_first=False),
    },
    reads={"picture": picture.read},
)
PERMISSION = NodeType(kind="permission", label="Permission", defaults=("permission", "status"))
IG_USER = NodeType(kind="ig_user", label="IGUser")

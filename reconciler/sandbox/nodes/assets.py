"""What accounts own or use: pages, pixels, Instagram accounts, catalogues, audiences. And who calls."""

from __future__ import annotations

from typing import Any

from reconciler.sandbox.context import Context
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
)


def granted(ctx: Context) -> tuple[str, ...]:
    return ctx.caller.scopes or SCOPES


def user_node(ctx: Context) -> Node:
    return row(ctx.caller.user_id, "user", {"id": ctx.caller.user_id, "name": ctx.caller.user_name})


def _accounts(ctx: Context, node: Node, params: Params) -> list[Node]:
    return [one for one in ctx.world.accounts() if ctx.sees(one)]


def _owned_accounts(ctx: Context, node: Node, params: Params) -> list[Node]:
    return [one for one in _accounts(ctx, node, params) if one.hidden.get("business") == node.id]


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


def _none(ctx: Context, node: Node, params: Params) -> list[Node]:
    return []


def _owned_assets(key: str) -> Any:
    def rows(ctx: Context, node: Node, params: Params) -> list[Node]:
        ids = [id for account in _owned_accounts(ctx, node, params) for id in account.hidden[key]]
        return [ctx.world.nodes[id] for id in dict.fromkeys(ids)]

    return rows


USER = NodeType(
    kind="user",
    label="User",
    defaults=("id", "name"),
    lists={
        "adaccounts": Listing("account", _accounts, newest_first=False),
        "permissions": Listing("permission", _permissions, newest_first=False),
        "accounts": Listing("page", _pages, newest_first=False, needs="pages_show_list"),
        "businesses": Listing("business", _businesses, newest_first=False, needs="business_management"),
    },
)
PERMISSION = NodeType(kind="permission", label="Permission", defaults=("permission", "status"))
PAGE = NodeType(kind="page", label="Page", defaults=("id", "name"))
PIXEL = NodeType(kind="pixel", label="AdsPixel")
IG_USER = NodeType(kind="ig_user", label="IGUser")
CATALOG = NodeType(kind="catalog", label="ProductCatalog")
AUDIENCE = NodeType(
    kind="audience",
    label="CustomAudience",
    readers={
        # recorded: unix seconds here, unlike everywhere else
        "time_created": lambda ctx, node: int(node.data["created_time"]),
        "time_updated": lambda ctx, node: int(node.data["created_time"]),
    },
)
BUSINESS = NodeType(
    kind="business",
    label="Business",
    defaults=("id", "name"),
    lists={
        "owned_ad_accounts": Listing("account", _owned_accounts, needs="business_management"),
        "client_ad_accounts": Listing("account", _none, needs="business_management"),
        "owned_pages": Listing("page", _owned_assets("pages"), needs="business_management"),
        "adspixels": Listing("pixel", _owned_assets("pixels"), needs="business_management"),
        "owned_product_catalogs": Listing("catalog", _owned_assets("catalogs"), needs="business_management"),
    },
)

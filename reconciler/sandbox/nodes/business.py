"""Businesses: what they own, and what is made in them."""

from __future__ import annotations

from typing import Any

from reconciler.sandbox.context import Context
from reconciler.sandbox.nodes import catalog, people, pixel, study
from reconciler.sandbox.nodes.base import Listing, NodeType, Params
from reconciler.sandbox.world import Node


def _owned_accounts(ctx: Context, node: Node, params: Params) -> list[Node]:
    return [one for one in ctx.world.accounts() if ctx.sees(one) and one.hidden.get("business") == node.id]


def _none(ctx: Context, node: Node, params: Params) -> list[Node]:
    return []


def _owned_assets(key: str) -> Any:
    def rows(ctx: Context, node: Node, params: Params) -> list[Node]:
        ids = [id for account in _owned_accounts(ctx, node, params) for id in account.hidden[key]]
        ids += pixel.of_business(ctx, node) if key == "pixels" else []
        return [ctx.world.nodes[id] for id in dict.fromkeys(ids)]

    return rows


BUSINESS = NodeType(
    kind="business",
    label="Business",
    defaults=("id", "name"),
    lists={
        "owned_ad_accounts": Listing("account", _owned_accounts, needs="business_management"),
        "client_ad_accounts": Listing("account", _none, needs="business_management"),
        "client_pixels": Listing("pixel", _none, needs="business_management"),
        "client_product_catalogs": Listing("catalog", _none, needs="business_management"),
        "owned_pixels": Listing("pixel", _owned_assets("pixels"), needs="business_management"),
        "instagram_accounts": Listing("ig_user", _owned_assets("ig_users"), needs="business_management"),
        "owned_instagram_accounts": Listing("ig_user", _owned_assets("ig_users"), needs="business_management"),
        "client_pages": Listing("page", _none, needs="business_management"),
        "business_users": Listing("business_user", people.of_business, needs="business_management"),
        "owned_pages": Listing("page", _owned_assets("pages"), needs="business_management"),
        "adspixels": Listing("pixel", _owned_assets("pixels"), needs="business_management"),
        "owned_product_catalogs": Listing("catalog", _owned_assets("catalogs"), needs="business_management"),
        "ad_studies": Listing("study", study.owned, needs="business_management"),
    },
    posts={
        "owned_product_catalogs": catalog.create,
        "ad_studies": study.create,
        "adspixels": pixel.create_in_business,
    },
)

"""Products: one by one, or by ``items_batch``, which answers with a handle that can be asked about.

Documented: methods, the upsert by default, states and fields of a batch, at most 5,000 items. Guessed: which fields a
new product needs, beyond the one in Meta's example (availability), and that the items are there as soon as the batch
is taken, while its state says ``started`` for a moment.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from reconciler.sandbox import auth, fields
from reconciler.sandbox.context import Context
from reconciler.sandbox.errors import GraphError
from reconciler.sandbox.nodes import change
from reconciler.sandbox.nodes.base import NodeType, Params, Rows, success
from reconciler.sandbox.params import decoded, signature, typed
from reconciler.sandbox.world import Node, World

SCOPE = "catalog_management"
_MOST = 5000
_NEEDED = ("name", "description", "availability", "price", "url", "image_url")
# items speak the words of feeds, products their own
_WORDS = {"title": "name", "link": "url", "image_link": "image_url", "additional_image_link": "additional_image_urls"}
_METHODS = ("CREATE", "UPDATE", "DELETE")


def of_catalog(world: World, catalog: str) -> list[Node]:
    return world.children(catalog, "product")


def in_set(world: World, product_set: Node) -> list[Node]:
    rule = decoded(product_set.data.get("filter"))
    found = of_catalog(world, product_set.data["catalog_id"])
    return [one for one in found if not isinstance(rule, dict) or _holds(one, rule)]


def of_ad(world: World, ad: Node) -> list[Node]:
    """What the ad set's product set, or the campaign's catalogue, lets the ad show."""
    ad_set, campaign = world.nodes[ad.data["adset_id"]], world.nodes[ad.data["campaign_id"]]
    promoted = {**(campaign.data.get("promoted_object") or {}), **(ad_set.data.get("promoted_object") or {})}
    chosen = world.get(str(promoted.get("product_set_id")), "product_set")
    if chosen:
        return in_set(world, chosen)
    catalog = world.get(str(promoted.get("product_catalog_id")), "catalog")
    return of_catalog(world, catalog.id) if catalog else []


def _holds(product: Node, rule: dict[str, Any]) -> bool:
    return all(_clause(product, name, wanted) for name, wanted in rule.items())


def _clause(product: Node, name: str, wanted: Any) -> bool:
    if name in ("and", "or") and isinstance(wanted, list):
        held = [_holds(product, one) for one in wanted if isinstance(one, dict)]
        return all(held) if name == "and" else any(held)
    actual = product.id if name in ("product_item_id", "id") else product.data.get(_WORDS.get(name, name), "")
    operators = wanted if isinstance(wanted, dict) else {"eq": wanted}
    return all(_compare(operator, str(actual), value) for operator, value in operators.items())


def _compare(operator: str, actual: str, value: Any) -> bool:
    """An operator that is not here finds nothing."""
    test = _OPERATORS.get(operator.removeprefix("i_"))
    if test is None:
        return False
    listed = [str(one) for one in (value if isinstance(value, list) else [value])]
    if operator.startswith("i_"):
        actual, listed = actual.casefold(), [one.casefold() for one in listed]
    return test(actual, listed)


_OPERATORS: dict[str, Callable[[str, list[str]], bool]] = {
    "eq": lambda actual, listed: actual in listed,
    "neq": lambda actual, listed: actual not in listed,
    "is_any": lambda actual, listed: actual in listed,
    "is_not_any": lambda actual, listed: actual not in listed,
    "contains": lambda actual, listed: any(one in actual for one in listed),
    "not_contains": lambda actual, listed: not any(one in actual for one in listed),
    "starts_with": lambda actual, listed: any(actual.startswith(one) for one in listed),
}


def rows(ctx: Context, catalog: Node, params: Params) -> list[Node]:
    rule = params.get("filter")
    found = of_catalog(ctx.world, catalog.id)
    return [one for one in found if _holds(one, rule)] if isinstance(rule, dict) and rule else found


def set_rows() -> Rows:
    return lambda ctx, product_set, params: in_set(ctx.world, product_set)


def create(ctx: Context, catalog: Node, params: Params) -> Any:
    auth.need_scope(ctx, SCOPE)
    change.required(params, "retailer_id", "name", "price", "currency", "url", "image_url")
    data = change.storable("catalog", "products", params)
    data["price"] = f"{params['price'] / 100:.2f} {data.pop('currency')}"
    ctx.about_to_write()
    former = _named(ctx, catalog, str(params["retailer_id"]))
    if former and not params.get("allow_upsert", True):
        raise GraphError("param", name="retailer_id", what="one that the catalogue does not have yet")
    return {"id": _put(ctx, catalog, former, data).id}


def _named(ctx: Context, catalog: Node, retailer_id: str) -> Node | None:
    return ctx.world.by_content("", "product", f"{catalog.id}:{retailer_id}")


def _put(ctx: Context, catalog: Node, former: Node | None, data: Params) -> Node:
    if former:
        former.data.update(data)
        return ctx.wrote(former)
    row = {"availability": "in stock", "condition": "new", **data, "catalog_id": catalog.id, "review_status": ""}
    hidden = {"content": f"{catalog.id}:{data['retailer_id']}"}
    return ctx.wrote(ctx.world.add(Node(ctx.world.new_id("product"), "product", "", row, hidden)))


def items_batch(ctx: Context, catalog: Node, params: Params) -> Any:
    change.required(params, "item_type")
    return batch(ctx, catalog, params)


def batch(ctx: Context, catalog: Node, params: Params) -> Any:
    """The older verb, where the item's number stands beside its data."""
    auth.need_scope(ctx, SCOPE)
    asked = params.get("requests")
    if not isinstance(asked, list) or not asked or not all(isinstance(one, dict) for one in asked):
        raise GraphError("param", name="requests", what="an array of {method, data}")
    if len(asked) > _MOST:
        raise GraphError("param", name="requests", what=f"no longer than {_MOST} items")
    for one in asked:
        if one.get("method") not in _METHODS or not isinstance(one.get("data") or {}, dict):
            raise GraphError("param", name="requests", what="an array of {method: CREATE | UPDATE | DELETE, data}")
    ctx.about_to_write()
    upsert = params.get("allow_upsert", True)
    errors = [error for line, one in enumerate(asked) for error in _item(ctx, catalog, one, line, upsert)]
    number = ctx.world.count("catalog_batch")
    handle = "Ac" + hashlib.sha256(f"{catalog.id}{number}".encode()).hexdigest()
    catalog.hidden.setdefault("batches", {})[handle] = {"at": ctx.now, "errors": errors}
    ctx.wrote(catalog)
    return {"handles": [handle]}


def _item(ctx: Context, catalog: Node, one: dict[str, Any], line: int, upsert: bool) -> list[dict[str, Any]]:
    given = one.get("data") or {}
    number = str(one.get("retailer_id") or given.get("id") or given.get("retailer_id") or "")
    if not number:
        return [_error(line, "", "the field id is missing")]
    former = _named(ctx, catalog, number)
    if one["method"] == "DELETE":
        if former:
            ctx.world.forget(former)
        return []
    if former is None and one["method"] == "UPDATE" and not upsert:
        return [_error(line, number, "there is no such item and allow_upsert is false")]
    data = {_WORDS.get(name, name): value for name, value in given.items() if name != "id" and value is not None}
    missing = [name for name in _NEEDED if not data.get(name)] if former is None else []
    if missing:
        return [_error(line, number, f"the required field {name} is missing") for name in missing]
    _put(ctx, catalog, former, {**data, "retailer_id": number})
    return []


def _error(line: int, id: str, message: str) -> dict[str, Any]:
    return {"line": line, "id": id, "message": f"Invalid value (id={id}): {message}"}


def check_batch(ctx: Context, catalog: Node, raw: Params) -> Any:
    """Always one element (documented); a handle that is unknown is refused (guess)."""
    auth.need_scope(ctx, SCOPE)
    params = typed(signature("catalog", "GET", "check_batch_request_status"), raw)
    change.required(params, "handle")
    found = catalog.hidden.get("batches", {}).get(params["handle"])
    if found is None:
        raise GraphError("param", name="handle", what="one that this catalogue has given")
    done = ctx.now >= found["at"] + ctx.settings["async_request_seconds"]
    errors = found["errors"] if done else []
    ids = list(dict.fromkeys(one["id"] for one in errors)) if params.get("load_ids_of_invalid_requests") else []
    about = {
        "handle": params["handle"],
        "status": "finished" if done else "started",
        "errors": errors,
        "errors_total_count": len(errors),
        "warnings": [],
        "warnings_total_count": 0,
        "ids_of_invalid_requests": ids,
    }
    wanted = fields.requested(raw.get("fields"))
    return {"data": [fields.trim(about, wanted) if wanted else about]}


def _update(ctx: Context, node: Node, params: Params) -> Any:
    auth.need_scope(ctx, SCOPE)
    changes = change.storable("product", "", params)
    changes.pop("retailer_id", None)
    if "price" in changes:
        code = changes.pop("currency", None) or str(node.data.get("price", "")).rpartition(" ")[2]
        changes["price"] = f"{changes['price'] / 100:.2f} {code}"
    ctx.about_to_write()
    node.data.update(changes)
    ctx.wrote(node)
    return success()


def _remove(ctx: Context, node: Node, params: Params) -> Any:
    auth.need_scope(ctx, SCOPE)
    ctx.about_to_write()
    ctx.world.forget(node)
    return success()


TYPE = NodeType(
    kind="product",
    label="ProductItem",
    defaults=("id", "name", "retailer_id"),
    readers={"product_catalog": lambda ctx, node: ctx.world.nodes[node.data["catalog_id"]]},
    update=_update,
    remove=_remove,
)

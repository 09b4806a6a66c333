"""effective_status, computed through the parents and by the clock.

Documented: the words, PENDING_REVIEW first for new ads, IN_PROCESS after a create. Guessed: that review comes
before the parents' pauses in precedence, and the campaign's pause before the ad set's.
"""

from __future__ import annotations

from typing import Any

from reconciler.sandbox import history
from reconciler.sandbox.context import Context
from reconciler.sandbox.world import Node

GONE = ("DELETED", "ARCHIVED")
DELIVERY = {
    "ACTIVE": "active",
    "PAUSED": "inactive",
    "CAMPAIGN_PAUSED": "inactive",
    "ADSET_PAUSED": "inactive",
    "ARCHIVED": "archived",
    "DELETED": "deleted",
    "PENDING_REVIEW": "pending_review",
    "DISAPPROVED": "rejected",
    "IN_PROCESS": "pending_process",
    "WITH_ISSUES": "error",
}


def effective(ctx: Context, node: Node) -> str:
    own = node.data.get("status", "ACTIVE")
    chain = [own, *(parent.data["status"] for parent in parents(ctx, node))]
    for gone in GONE:
        if gone in chain:
            return gone
    if ctx.now < node.hidden.get("in_process_until", 0):
        return "IN_PROCESS"
    if node.kind == "ad":
        review = review_state(ctx, node)
        if review in ("PENDING_REVIEW", "DISAPPROVED"):
            return review
    if own != "ACTIVE":
        return str(own)
    paused = _paused_parent(ctx, node)
    if paused:
        return paused
    return "WITH_ISSUES" if node.hidden.get("issues_info") else "ACTIVE"


def parents(ctx: Context, node: Node) -> list[Node]:
    ids = [node.data.get("campaign_id"), node.data.get("adset_id")]
    return [ctx.world.nodes[id] for id in ids if id]


def _paused_parent(ctx: Context, node: Node) -> str | None:
    for parent in parents(ctx, node):
        if parent.data["status"] != "ACTIVE":
            return "CAMPAIGN_PAUSED" if parent.kind == "campaign" else "ADSET_PAUSED"
    return None


def review_state(ctx: Context, ad: Node) -> str:
    decision = ad.hidden.get("review_decision")
    if decision:
        return str(decision)
    due = ad.hidden.get("review_due")
    if due is None:
        return "NOT_STARTED"
    if ctx.now < due:
        return "PENDING_REVIEW"
    return "DISAPPROVED" if ad.hidden.get("review_rejects") else "APPROVED"


def start_review(ctx: Context, ad: Node, text: str) -> None:
    """A new ad, or a new creative on an ad, is reviewed again (documented)."""
    hidden = ad.hidden
    hidden.pop("review_decision", None)
    hidden.pop("review_feedback", None)
    hidden["review_rejects"] = bool(ctx.settings["reject_word"]) and ctx.settings["reject_word"] in text
    hidden["review_due"] = None
    if ad.data["status"] == "ACTIVE" or ctx.settings["review_paused_ads"]:
        hidden["review_due"] = ctx.now + ctx.settings["review_seconds"]
    history.reviewed(ad, ctx.now, hidden["review_due"], not hidden["review_rejects"])


def decide(ad: Node, now: float, decision: str) -> None:
    ad.hidden["review_decision"] = decision
    history.decided(ad, now, decision == "APPROVED")


def activated(ctx: Context, node: Node) -> None:
    if node.data["status"] != "ACTIVE":
        return
    node.hidden["was_active"] = True
    if node.kind == "ad" and node.hidden.get("review_due") is None:
        node.hidden["review_due"] = ctx.now + ctx.settings["review_seconds"]
        history.reviewed(node, ctx.now, node.hidden["review_due"], not node.hidden.get("review_rejects"))


def published(ctx: Context, ad_set: Node) -> bool:
    """Guess: an ad set is published once it has been ACTIVE or one of its ads has left review."""
    if ad_set.hidden.get("was_active"):
        return True
    ads = ctx.world.children(ad_set.id, "ad")
    return any(review_state(ctx, ad) in ("APPROVED", "DISAPPROVED") for ad in ads)


def feedback(ctx: Context, ad: Node) -> dict[str, Any] | None:
    if review_state(ctx, ad) != "DISAPPROVED":
        return None
    default = {"global": {"Sandbox policy": "The ad's text contains a word that the sandbox's review rejects."}}
    return dict(ad.hidden.get("review_feedback") or default)

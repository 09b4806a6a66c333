"""Every kind of node, by its own word for itself."""

from __future__ import annotations

from reconciler.sandbox.nodes import account, ad, ad_set, assets, campaign, creative, image, label, video
from reconciler.sandbox.nodes.base import NodeType

TYPES: dict[str, NodeType] = {
    one.kind: one
    for one in (
        account.TYPE,
        account.ACTIVITY,
        account.MINIMUM_BUDGET,
        campaign.TYPE,
        ad_set.TYPE,
        ad.TYPE,
        creative.TYPE,
        image.TYPE,
        video.TYPE,
        video.THUMBNAIL,
        label.TYPE,
        assets.USER,
        assets.PERMISSION,
        assets.PAGE,
        assets.PIXEL,
        assets.IG_USER,
        assets.CATALOG,
        assets.AUDIENCE,
        assets.BUSINESS,
    )
}

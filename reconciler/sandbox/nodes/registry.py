"""Every kind of node, by its own word for itself."""

from __future__ import annotations

from reconciler.sandbox.insights import runs
from reconciler.sandbox.nodes import (
    account,
    ad,
    ad_set,
    assets,
    async_set,
    audience,
    business,
    campaign,
    catalog,
    creative,
    image,
    label,
    lead_form,
    pixel,
    rule,
    study,
    video,
)
from reconciler.sandbox.nodes.base import NodeType

TYPES: dict[str, NodeType] = {
    one.kind: one
    for one in (
        account.TYPE,
        account.ACTIVITY,
        account.MINIMUM_BUDGET,
        runs.REPORT,
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
        lead_form.PAGE,
        pixel.PIXEL,
        assets.IG_USER,
        catalog.CATALOG,
        audience.TYPE,
        business.BUSINESS,
        rule.TYPE,
        pixel.CONVERSION,
        lead_form.TYPE,
        catalog.SET,
        catalog.FEED,
        study.STUDY,
        study.CELL,
        async_set.SET,
        async_set.REQUEST,
    )
}

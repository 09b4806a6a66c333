"""The ad: a creative in an ad set."""

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict

from reconciler.kinds.base import Api, Kind, Level, OnChange
from reconciler.kinds.creative.creative import (
    CREATIVE_FIELDS,
    CREATIVE_PARAMETERS,
    NEW_CREATIVE,
    CreativeSpec,
    files_of,
)
from reconciler.kinds.creative.unsaid import ASKED, GROUPS, NOT_MADE, OTHERS, STORY, has_become
from reconciler.kinds.delivery.snippets import AD_SNIPPETS
from reconciler.kinds.domains import Domain
from reconciler.kinds.field_types import Name
from reconciler.kinds.wire import JSON, TEXT, TRACKING


class AdSpec(Level, CreativeSpec):
    """One ad: exactly one of `video` and `image`, its texts, and where a click leads."""

    model_config = ConfigDict(json_schema_extra=AD_SNIPPETS)

    name: Annotated[Name | None, Api(TEXT, log=("name",))] = None
    """Shown in Ads Manager; the campaign's name unless written."""
    conversion_domain: Annotated[Domain | None, Api(TEXT, maybe_unread=True)] = None
    """Registrable domain of the conversions, such as acme.example; the account's `domain` unless written."""


KIND = Kind(
    name="ad",
    spec=AdSpec,
    edge="ads",
    parent_param="adset_id",
    read_also=(
        "id",
        "account_id",
        "adset_id",
        "campaign_id",
        "status",
        "effective_status",
        "adlabels",
        "created_time",
        "issues_info",
        "ad_review_feedback",
    ),
    content=frozenset(CREATIVE_FIELDS) | CREATIVE_PARAMETERS | {STORY},
    content_field="creative",
    content_read=("id", "name", STORY, "url_tags"),
    content_whole=ASKED,
    has_become=has_become,
    unwritten=frozenset({STORY, *OTHERS}) | NOT_MADE,
    in_place_of_content={GROUPS: "it mixes several assets (flexible ad format)"},
    graph_name="Ad",
    # Meta tracks clicks and the pixel's events by itself, whatever else is asked for.
    raw={
        **{name: Api(TRACKING, appends=True) for name in ("tracking_specs", "conversion_specs")},
        # While they are there, people see them and not the creative.
        GROUPS: Api(JSON, OnChange.REFUSE_REMOVAL, reason="Meta documents no way back from a flexible ad"),
    },
    source_field="source_ad_id",
    together=10,
    leads_away=True,
    files=files_of,
    raw_of_content=Api(JSON, consequence=NEW_CREATIVE),
)

"""What Meta's fields are called for somebody who has never seen Ads Manager."""

from __future__ import annotations

from reconciler.kinds.said import WORD
from reconciler.text.sanitize import brief

LABELS = {
    "daily_budget": "Budget a day",
    "lifetime_budget": "Budget in all",
    "spend_cap": "Never more than",
    "objective": "Objective",
    "optimization_goal": "Aims for",
    "billing_event": "Paid by",
    "bid_strategy": "Bids",
    "bid_amount": "Bids at most",
    "targeting": "Reaches",
    "promoted_object": "Counts",
    "attribution_spec": "Counted within",
    "start_time": "Starts",
    "end_time": "Ends",
    "name": "Name",
    "status": "Status",
    "pacing_type": "Pacing",
    "special_ad_categories": "Special categories",
    "video": "Video",
    "image": "Image",
    "thumbnail": "Poster",
    "primary_text": "Text",
    "headline": "Headline",
    "description": "Description",
    "call_to_action": "Button",
    "destination_url": "Link",
    "url_tags": "Link tags",
    "lead_form": "Form",
    "page": "Page",
    "instagram_user": "Instagram account",
}

SEEN = frozenset(
    "video image thumbnail primary_text headline description call_to_action destination_url url_tags lead_form".split()
)
"""What a preview shows."""


def label(name: str) -> str:
    return LABELS.get(name) or brief(name).replace("_", " ").capitalize()


MAIN = frozenset(
    """
    objective optimization_goal daily_budget lifetime_budget spend_cap targeting start_time end_time bid_amount
    bid_strategy bid_constraints special_ad_categories video image thumbnail primary_text headline description
    call_to_action destination_url lead_form
    """.split()
)
"""What is told of something new at once; the rest is folded."""

WORDS = {
    "OUTCOME_APP_PROMOTION": "App promotion",
    "OFFSITE_CONVERSIONS": "Conversions on the website",
    "REACH": "As many people as possible",
    "THRUPLAY": "Videos that are watched to their end",
    "LOWEST_COST_WITHOUT_CAP": "As much as possible for the budget",
}
"""Meta's words that do not say what they mean."""


def said_value(text: str) -> str:
    """A value as the plan says it, for somebody who does not know YAML: `Link clicks` of LINK_CLICKS, and texts without
    their quotes."""
    if len(text) > 1 and text[0] == text[-1] == '"':
        return text[1:-1]
    if not (WORD.fullmatch(text) and "_" in text) and text not in WORDS:
        return text
    return WORDS.get(text) or text.removeprefix("OUTCOME_").replace("_", " ").capitalize()

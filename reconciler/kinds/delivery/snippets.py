"""What an editor writes for a person who begins an ad or a campaign: `defaultSnippets`, as yaml-language-server takes
them. `${1:…}` are the places to fill in, one after the other."""

from __future__ import annotations

from typing import Any

_TEXTS = {"primary_text": "${3:What people read above it}", "headline": "${4:What it is}"}
_LINK = {"destination_url": "https://${5:acme.example/}"}
_FORM = {"lead_form": "${5:key}", "call_to_action": "${6:SIGN_UP}"}
_VIDEO, _IMAGE = {"video": "${1:folder/film}.mp4"}, {"image": "${1:folder/picture}.jpg"}

_ADS = {
    "video ad": ("One video with a link to a website", {**_VIDEO, **_TEXTS, **_LINK}),
    "image ad": ("One image with a link to a website", {**_IMAGE, **_TEXTS, **_LINK}),
    "video ad with a lead form": ("One video that opens a form of desired/lead_forms", {**_VIDEO, **_TEXTS, **_FORM}),
    "image ad with a lead form": ("One image that opens a form of desired/lead_forms", {**_IMAGE, **_TEXTS, **_FORM}),
}
AD_SNIPPETS: dict[str, Any] = {
    "defaultSnippets": [{"label": label, "description": said, "body": body} for label, (said, body) in _ADS.items()]
}

_START = {
    "name": "${6:Spring Sale | SG}",
    "daily_budget": "${7:50.00} ${8:SGD}",
    "activate_at": "${9:2027-01-15} ${10:09:00}",
    "countries": ["${11:SG}"],
}
CAMPAIGN_SNIPPETS: dict[str, Any] = {
    "defaultSnippets": [
        {
            "label": f"campaign: one {label}",
            "description": f"Advantage+ sales in the short form. {said}",
            "body": {**_START, "ad": body},
        }
        for label, (said, body) in _ADS.items()
        if "lead_form" not in body
    ]
}

"""Which creatives of others can be written here, by replies and bodies of live accounts, 2017 to 2026."""

from __future__ import annotations

from typing import Any

import pytest

from reconciler.kinds.creative.unsaid import STORY, unsaid
from reconciler.kinds.creative.whole import whole_creative

IMAGE = "aaaa0123456789abcdef0123456789ab"
SHOP = {"type": "SHOP_NOW", "value": {"link": "https://shop.example/p"}}
LINK = {"link": "https://shop.example/p", "message": "m", "name": "h", "image_hash": IMAGE, "call_to_action": SHOP}
CARD = {"link": "https://shop.example/p/1", "name": "h1", "image_hash": IMAGE}
APPLY = {"type": "APPLY_NOW", "value": {"lead_gen_form_id": "33", "link": "http://fb.me/"}}
FILM = {"video_id": "9", "image_hash": IMAGE, "title": "h", "message": "m", "call_to_action": APPLY}
WELCOME = {"type": "VISUAL_EDITOR", "version": 2, "landing_screen_type": "welcome_message"}


def story(**part: Any) -> dict[str, Any]:
    return {"object_story_spec": {"page_id": "1", "instagram_user_id": "2", **part}}


def link(**more: Any) -> dict[str, Any]:
    return story(link_data={**LINK, **more})


WRITTEN = {
    "a link": (link(), ()),
    "a link with all that Meta shows beside it": (link(picture="https://scontent.example/p.png"), ()),
    "a link with crops": (link(image_crops={"100x100": [[0, 420], [1080, 1500]]}), ("image_crops",)),
    "a film with a form": (story(video_data=FILM), ()),
    "an image with a form": (
        link(link="http://fb.me/", call_to_action={"type": "SIGN_UP", "value": {"lead_gen_form_id": "33"}}),
        (),
    ),
    "a post that Meta made of it": ({**link(), "object_story_id": "1_2"}, ()),
}
LEFT_OUT = {
    "a carousel": (link(child_attachments=[CARD, CARD], multi_share_end_card=False), "it is a carousel"),
    "an app": (
        link(
            call_to_action={
                "type": "INSTALL_MOBILE_APP",
                "value": {"link": "https://apps.example/1", "app_link": "shop://p"},
            }
        ),
        "app_link",
    ),
    "a chat": (
        link(
            call_to_action={"type": "MESSAGE_PAGE", "value": {"app_destination": "MESSENGER"}},
            page_welcome_message=WELCOME,
        ),
        "app_destination",
    ),
    "an event": (link(event_id="44", call_to_action={"type": "EVENT_RSVP", "value": {"event_id": "44"}}), "event_id"),
    "a collection": (link(retailer_item_ids=["0", "0"]), "retailer_item_ids"),
    "no button": (story(link_data={n: v for n, v in LINK.items() if n != "call_to_action"}), "no button"),
    "a photo": (story(photo_data={"image_hash": IMAGE}), "photo_data"),
    "a catalogue": ({**story(template_data={"link": "https://shop.example"}), "product_set_id": "5"}, "catalogue"),
    "an existing post": ({"object_story_id": "1_2"}, "existing post"),
    "several assets": ({**link(), "asset_feed_spec": {"bodies": [{"text": "a"}]}}, "several assets"),
    "nothing to be seen": ({"id": "1"}, "does not show"),
}


@pytest.mark.parametrize(("creative", "kept"), WRITTEN.values(), ids=WRITTEN)
def test_what_can_be_written_is_read_whole(creative: dict[str, Any], kept: tuple[str, ...]) -> None:
    found = whole_creative(creative)
    assert (found.why, found.kept) == ("", kept)
    assert found.content["primary_text"] == "m"


@pytest.mark.parametrize(("creative", "why"), LEFT_OUT.values(), ids=LEFT_OUT)
def test_what_would_lose_something_is_left_out(creative: dict[str, Any], why: str) -> None:
    assert why in whole_creative(creative).why


def test_enhancements_are_taken_where_somebody_has_chosen_them() -> None:
    own = {
        "adapt_to_placement": {"enroll_status": "OPT_IN"},
        "inline_comment": {"enroll_status": "OPT_IN"},
        "image_touchups": {"enroll_status": "OPT_OUT"},
    }
    chosen = {"text_optimizations": {"enroll_status": "OPT_IN"}}
    out = {"adapt_to_placement": {"enroll_status": "OPT_OUT"}, "inline_comment": {"enroll_status": "OPT_OUT"}}
    rows = (
        (own, {}),
        ({**own, **chosen}, {"creative_features_spec": chosen}),
        ({**own, **out}, {"creative_features_spec": out}),
    )
    for features, raw in rows:
        creative = {**link(), "degrees_of_freedom_spec": {"creative_features_spec": features}}
        assert whole_creative(creative).content.get("degrees_of_freedom_spec", {}) == raw


def test_what_meta_adds_to_a_creative_by_itself_is_nobody_s() -> None:
    features = {"inline_comment": {"enroll_status": "OPT_IN"}, "image_touchups": {"enroll_status": "OPT_OUT"}}
    echo = {
        **link(picture="https://scontent.example/p.png", attachment_style="link", multi_share_end_card=True),
        "degrees_of_freedom_spec": {
            "creative_features_spec": features,
            "degrees_of_freedom_type": "USER_ENROLLED_NON_DCO",
        },
        "contextual_multi_ads": {"enroll_status": "OPT_IN"},
        "destination_spec": {"destination_type": "WEBSITE"},
        "authorization_category": "NONE",
        "asset_feed_spec": {"reasons_to_shop": False, "shops_bundle": False, "optimization_type": "REGULAR"},
        "object_story_id": "1_2",
        "use_page_actor_override": False,
    }
    assert unsaid(echo) == {}
    assert unsaid(link(link="https://other.example/"))[STORY] == {"link_data": {"link": "https://other.example/"}}

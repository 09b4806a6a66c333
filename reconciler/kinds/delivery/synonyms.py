"""The same as `kinds/synonyms.py` for what only campaigns, ad sets and ads have, or have not yet."""

from __future__ import annotations

_TARGETING = {
    "age_min: 21, age_max: 65": "age age_max age_min age_range ages",
    "flexible_spec: [{interests: [{id: …, name: …}]}]": "detailed_targeting interest interests",
    "genders: [2]": "gender genders sex",
    "geo_locations: {cities: [{key: …}]}": "city cities region regions states zip zips postcode postcodes radius",
    "user_os: [iOS]": "device devices operating_system os",
    "custom_audiences: [{id: …}]": """
        audience audiences custom_audience custom_audiences include_audiences included_audiences
    """,
    "excluded_custom_audiences: [{id: …}]": """
        exclude_audience exclude_audiences exclude_custom_audiences excluded_audience excluded_audiences
        excluded_custom_audience excluded_custom_audiences
    """,
    "locales: […]": "language languages locale locales",
}

NUMBERS_OF_LOCALES = (
    "with the numbers that Meta has for them: its Graph API Explorer tells them for /search?type=adlocale"
)

PARTS_OF_TARGETING = {
    said: f"targeting: {{{part}}}" for part, all_said in _TARGETING.items() for said in all_said.split()
}
"""What is said elsewhere → the part of `targeting` that says it."""


OF_A_LEVEL = {
    f"{level}_{said}": (field, home)
    for home, levels in (("campaign", ("campaign",)), ("ad_set", ("ad_set", "adset", "ad_group")), ("ad", ("ad",)))
    for level in levels
    for said, field in (
        ("name", "name"),
        ("status", "status"),
        ("run_status", "status"),
        ("daily_budget", "daily_budget"),
        ("budget", "daily_budget"),
        ("lifetime_budget", "lifetime_budget"),
        ("start_time", "activate_at"),
        ("start_date", "activate_at"),
        ("stop_time", "deactivate_at"),
        ("end_time", "deactivate_at"),
        ("end_date", "deactivate_at"),
        ("time_start", "activate_at"),
        ("time_stop", "deactivate_at"),
        ("bid_strategy", "bid_strategy"),
    )
}
"""A column of Ads Manager's sheets → the field, and the level that it is of."""

EITHER = dict.fromkeys("asset assets creative file media media_file visual".split(), "video or image")
"""What is said elsewhere → the fields that it may be."""

_FORMATS = {
    "carousel ads are": "cards carousel carousel_cards child_attachments slides multi_share_end_card",
    "slideshows are": "slideshow slideshow_spec",
    "collection ads are": "canvas canvas_id collection collection_ad instant_experience instant_experience_id",
    "ads made of an existing post are": """
        boosted_post effective_object_story_id existing_post existing_post_id instagram_post object_story_id page_post
        page_post_id post post_id source_instagram_media_id story_id
    """,
    "ads that mix several texts or media are": """
        bodies descriptions dynamic_creative dynamic_creative_ad_format flexible headlines images link_urls
        primary_texts texts titles videos
    """,
    "catalogue ads are": "advantage_plus_catalog_ads catalog_ad catalogue_ad dpa dynamic_ads product_set template_data",
    "ads that call are": "call_number phone phone_number",
    "ads that open a chat are": """
        greeting message_template messenger page_welcome_message welcome_message whatsapp whatsapp_number
        whatsapp_phone_number
    """,
    "app ads are": "app_id app_link app_store_url application_id deep_link deeplink",
    "partnership ads are": "branded_content partner partner_id partnership_ad sponsor_id sponsor_page_id",
    "polls and playables are": "playable playable_asset poll poll_spec",
}

NOT_YET = {said: what for what, all_said in _FORMATS.items() for said in all_said.split()}
"""What is said elsewhere → the formats of ads that it belongs to, which are not there yet."""

NOT_YET_BY_VALUE = {
    "message": (
        "ads that open a chat are",
        frozenset("direct instagram instagram_direct messenger sms whats_app whatsapp".split()),
    )
}
"""What is a word for a text, but with one of these values belongs to a format that is not there yet."""

SEVERAL = "ads that mix several texts or media are"

FLOOR_WORDS = frozenset("roas min_roas minimum_roas roas_average_floor roas_floor roas_goal target_roas".split())

PLACEMENT_WORDS = frozenset("placement placements platform platforms publisher_platforms".split())

ELSEWHERE = {
    **dict.fromkeys(
        "schedule scheduling flight dates run_dates".split(),
        "write activate_at for the start, deactivate_at for the end",
    ),
    **dict.fromkeys(
        "dayparting day_parting ad_schedule ad_scheduling".split(),
        "write, on an ad set with a lifetime_budget, raw: {pacing_type: [day_parting], adset_schedule: "
        "[{start_minute: 540, end_minute: 1080, days: [1, 2, 3, 4, 5]}]}",
    ),
    "account": "remove it: the folder says it, desired/campaigns/<account>/",
    "account_id": "remove it: the folder says it, desired/campaigns/<account>/",
    "ad_account": "remove it: the folder says it, desired/campaigns/<account>/",
    "ad_account_id": "remove it: the folder says it, desired/campaigns/<account>/",
    "beneficiary": "write it below regulated, in the account's file",
    "currency": "remove it: the account's file says it",
    "domain": "write it in the account's file",
    "id": "remove it: the file's name is the campaign's key, and Meta's id is found by its label",
    "key": "remove it: the file's name is the campaign's key",
    **dict.fromkeys(
        PLACEMENT_WORDS,
        "remove it: Advantage+ Sales chooses where the ads stand; without that preset write targeting: "
        "{publisher_platforms: [facebook, instagram]}, on the ad set",
    ),
    "payer": "write it below regulated, in the account's file",
    "policies": "write it in the account's file, or in desired/project.yaml",
    "regulated": "write it in the account's file",
    "time_zone": "write timezone in desired/project.yaml",
    "timezone": "write timezone in desired/project.yaml",
    "token": "write it in the account's file",
    "tz": "write timezone in desired/project.yaml",
    **{name: f"write lifecycle: {{{name}: …}}" for name in ("on_remove", "protect", "ignore", "replace")},
}
"""What stands in another file, or in the path, and the mend."""

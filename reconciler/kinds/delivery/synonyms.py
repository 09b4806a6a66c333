"""Words of Ads Manager, of reports and of other tools, and what they are called here."""

from __future__ import annotations

import re
import unicodedata
from difflib import get_close_matches
from functools import lru_cache

_NAMES = {
    "activate_at": """
        ad_schedule_start begin begin_at begins flight_start go_live go_live_at golive golive_at launch
        launch_at launch_date launch_time live_from on_at publish_at schedule_start schedule_start_time start
        start_at start_date start_datetime start_time starting starting_date starts starts_at time_start
    """,
    "ad_sets": "adset adsets ad_group ad_groups adgroups",
    "advantage_audience": "advantage_plus_audience advantage+_audience targeting_automation",
    "attribution_spec": "attribution attribution_model attribution_setting attribution_window attribution_windows",
    "bid_amount": "bid bid_cap bid_limit cost_cap cost_goal cost_per_result_goal max_bid target_cost",
    "bid_strategy": "bidding bidding_strategy",
    "call_to_action": """
        action button button_cta button_label button_text button_type call_to_action_button call_to_action_type
        cta cta_button cta_type
    """,
    "catalog": "catalog_id catalogue catalogue_id product_catalog product_catalog_id",
    "conversion_event": """
        conversion conversion_goal conversion_location_event custom_event_type event event_type
        optimisation_event optimization_event pixel_event standard_event
    """,
    "countries": """
        country country_code country_codes geo geo_locations geo_targeting geos included_countries location
        locations market markets target_countries targeting_countries
    """,
    "daily_budget": """
        budget budget_amount budget_daily budget_per_day daily daily_budget_amount daily_limit
        daily_spend day_budget spend spend_per_day
    """,
    "deactivate_at": """
        end end_at end_date end_datetime end_time ending_date ends ends_at expires expires_at expiry finish
        finish_at flight_end off_at pause_at schedule_end schedule_end_time stop stop_at stop_date stop_time
        time_stop until
    """,
    "description": """
        desc description_1 headline_2 link_desc link_description news_feed_link_description
        newsfeed_link_description sub_headline subheadline subtitle
    """,
    "destination_url": """
        ad_link click_through_url click_url clickthrough_url destination final_url final_urls href landing_page
        landing_page_url landing_url landingpage link link_to link_url lp lp_url object_url shop_url site
        target_url url urls web_link website website_link website_url
    """,
    "lead_form": """
        form form_id instant_form instant_form_id lead_form_id lead_gen_form lead_gen_form_id leadform leadgen_form
    """,
    "extends": "base extend from_template inherits template",
    "headline": "ad_headline ad_title header heading headline_1 link_title subject title title_text",
    "image": """
        banner image_file image_file_name image_hash image_path image_url img jpg photo picture picture_url png
        still
    """,
    "instagram_user": """
        ig ig_account ig_id instagram instagram_account instagram_actor instagram_actor_id instagram_handle
        instagram_id instagram_page instagram_user_id
    """,
    "lifetime_budget": "budget_lifetime budget_total lifetime overall_budget total_budget",
    "name": "label",
    "optimization_goal": "goal optimisation_goal optimization performance_goal",
    "page": "facebook facebook_page facebook_page_id facebook_page_name fan_page fb_page identity page_id page_name",
    "pixel": """
        conversion_pixel data_set dataset dataset_id facebook_pixel fb_pixel meta_pixel pixel_id tracking_pixel
    """,
    "primary_text": """
        ad_body ad_copy ad_text body body_text caption copy copy_text creative_text intro_text introductory_text
        main_text message post_copy post_text primary primary_copy text text_1
    """,
    "special_ad_categories": "special_ad special_ad_category special_categories special_category",
    "status": "active delivery enabled paused state",
    "thumbnail": """
        cover cover_image cover_image_url poster preview thumb thumbnail_url video_thumbnail video_thumbnail_url
    """,
    "url_tags": """
        final_url_suffix query_string tags tracking tracking_parameters tracking_template tracking_url
        url_parameters url_params url_suffix utm utm_campaign utm_content utm_medium utm_parameters utm_source
        utm_tags utm_term utms
    """,
    "spend_cap": "spend_limit spending_limit campaign_spend_limit campaign_spending_limit cap budget_cap",
    "objective": "campaign_objective campaign_type advertising_objective objective_type",
    "previously": "old_name old_key renamed_from former_key aliases moved_from",
    "buying_type": "buying",
    "ads": "creatives",
    "video": "clip film movie mp4 video_file video_file_name video_id video_path video_url",
}

_TARGETING = {
    "age_min: 21, age_max: 65": "age age_max age_min age_range ages",
    "flexible_spec: [{interests: [{id: …, name: …}]}]": "detailed_targeting interest interests",
    "genders: [2]": "gender genders sex",
    "geo_locations: {cities: [{key: …}]}": "city cities region regions states zip zips postcode postcodes radius",
    "user_os: [iOS]": "device devices operating_system os",
    "custom_audiences: [{id: …}]": "audience audiences custom_audience custom_audiences",
    "locales: […]": "language languages locale locales",
}

NUMBERS_OF_LOCALES = (
    "with the numbers that Meta has for them: its Graph API Explorer tells them for /search?type=adlocale"
)

RIGHT_NAMES = {said: name for name, all_said in _NAMES.items() for said in all_said.split()}
"""What is said elsewhere → the field here."""

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

OF_FILES = {
    "account": {
        **dict.fromkeys("account_id act ad_account ad_account_id id".split(), "account"),
        **dict.fromkeys("access_token api_token token_env".split(), "token"),
        **dict.fromkeys("conversion_domain site website".split(), "domain"),
        "account_currency": "currency",
        **dict.fromkeys("dsa identities regulation verified_identities".split(), "regulated"),
    },
    "project": {
        **dict.fromkeys("name project_name id".split(), "project"),
        **dict.fromkeys("time_zone tz".split(), "timezone"),
        **dict.fromkeys("graph_version meta_version version".split(), "api_version"),
        "limits": "policies",
    },
}
"""The same for the files of accounts and of the project."""


NEAR = 0.8
"""How alike two names are, from 0 to 1, where one is taken for a slip of the other."""
MOST = 80
"""Letters of a name that a near one is looked for."""


@lru_cache(maxsize=1000)
def slip_of(name: str, known: frozenset[str]) -> str:
    """The known name that `name` is a slip of; empty where none is near. `ageMin` and `age_min` are one word."""
    if len(name) > MOST:
        return ""
    plain = {_letters(each): each for each in sorted(known)}
    near = get_close_matches(_letters(name), plain, n=1, cutoff=NEAR)
    return plain[near[0]] if near else ""


def _letters(name: str) -> str:
    return re.sub("[_ -]", "", name.lower())


def as_key(name: str) -> str:
    """`Website URL*`, `website-url` and `websiteUrl` are one word."""
    plain = unicodedata.normalize("NFKC", name.strip()[:100])
    parts = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", plain)
    return re.sub(r"[\s\-./]+", "_", re.sub(r"[*:?]+$|\(.*\)$", "", parts).strip()).lower()

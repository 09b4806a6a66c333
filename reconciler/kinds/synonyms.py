"""Words of Ads Manager, of reports and of other tools for the fields of every file, and what they are called here."""

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

RIGHT_NAMES = {said: name for name, all_said in _NAMES.items() for said in all_said.split()}
"""What is said elsewhere → the field here."""

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

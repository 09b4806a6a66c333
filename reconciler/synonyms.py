"""Words of Ads Manager, of reports and of other tools, and what they are called here."""

from __future__ import annotations

import re

_NAMES = {
    "activate_at": "start start_at start_date start_time starts starts_at schedule_start launch_date time_start",
    "ad_sets": "adset adsets ad_group ad_groups adgroups ad_set_name",
    "advantage_audience": "advantage_plus_audience advantage+_audience targeting_automation",
    "bid_amount": "bid bid_cap cost_cap cost_per_result_goal",
    "bid_strategy": "bidding bidding_strategy",
    "call_to_action": "button button_text call_to_action_type cta cta_button cta_type",
    "catalog": "catalog_id catalogue catalogue_id product_catalog product_catalog_id",
    "conversion_event": "conversion custom_event_type event event_type optimization_event optimisation_event",
    "countries": "country geo geo_locations geo_targeting location locations",
    "daily_budget": "budget budget_amount budget_daily campaign_budget daily daily_spend",
    "deactivate_at": "end end_at end_date end_time ends ends_at schedule_end stop_date stop_time time_stop",
    "description": "link_description newsfeed_link_description",
    "destination_url": "final_url landing_page landing_page_url link link_url object_url url website website_url",
    "extends": "template base inherits",
    "headline": "ad_title heading link_title title",
    "image": "image_file image_hash image_url photo picture still",
    "instagram_user": "instagram instagram_account instagram_actor_id instagram_id instagram_page instagram_user_id",
    "lifetime_budget": "lifetime total_budget",
    "name": "ad_name adset_name campaign_name label",
    "optimization_goal": "goal optimisation_goal optimization performance_goal",
    "page": "facebook_page facebook_page_id fb_page page_id",
    "pixel": "data_set dataset dataset_id meta_pixel pixel_id",
    "primary_text": "ad_copy ad_text body caption copy message post_text text",
    "special_ad_categories": "special_ad_category",
    "status": "active delivery enabled paused state",
    "thumbnail": "cover preview thumb thumbnail_url",
    "url_tags": "tracking tracking_parameters url_parameters url_params utm utm_parameters utm_tags",
    "video": "clip film video_file video_id",
}

_TARGETING = {
    "age_min: 21, age_max: 45": "age age_max age_min age_range ages",
    "flexible_spec: [{interests: [{id: …, name: …}]}]": "detailed_targeting interest interests",
    "genders: [2]": "gender genders sex",
    "custom_audiences: [{id: …}]": "audience audiences custom_audience custom_audiences",
    "locales: [24]": "language languages locale locales",
    "publisher_platforms: [facebook, instagram]": "placement placements platform platforms publisher_platforms",
}

RIGHT_NAMES = {said: name for name, all_said in _NAMES.items() for said in all_said.split()}
"""What is said elsewhere → the field here."""

PARTS_OF_TARGETING = {
    said: f"targeting: {{{part}}}" for part, all_said in _TARGETING.items() for said in all_said.split()
}
"""What is said elsewhere → the part of `targeting` that says it."""


def as_key(name: str) -> str:
    """`Website URL` and `website-url` are one word."""
    return re.sub(r"[\s-]+", "_", name.strip().lower())

"""What published extractors ask for, stream by stream: tap-facebook of singer-io and of MeltanoLabs, and Airbyte.

Read from their repositories in November 2026. Each stream runs in production, so no name here is refused by Meta.
"""

SINGER = {
    "ad": "bid_type account_id campaign_id adset_id adlabels bid_amount bid_info status creative id updated_time "
    "created_time name targeting effective_status last_updated_by_app_id recommendations source_ad_id tracking_specs "
    "conversion_specs",
    "ad_set": "name end_time promoted_object id account_id updated_time daily_budget budget_remaining effective_status "
    "campaign_id created_time start_time lifetime_budget targeting bid_info adlabels",
    "campaign": "name objective id account_id effective_status buying_type spend_cap start_time updated_time adlabels",
    "creative": "body object_story_id image_url id account_id actor_id adlabels applink_treatment call_to_action_type "
    "effective_instagram_media_id effective_object_story_id title name image_crops instagram_user_id "
    "instagram_permalink_url source_instagram_media_id link_og_id object_id object_story_spec object_type object_url "
    "product_set_id status template_url template_url_spec thumbnail_url image_hash url_tags video_id link_url",
    "lead": "id ad_id form_id created_time field_data",
    "insights": "unique_actions actions action_values conversion_values conversions outbound_clicks "
    "unique_outbound_clicks video_30_sec_watched_actions video_p25_watched_actions video_p50_watched_actions "
    "video_p75_watched_actions video_p100_watched_actions video_play_curve_actions clicks date_stop ad_id website_ctr "
    "unique_inline_link_click_ctr adset_id frequency account_name canvas_avg_view_time unique_inline_link_clicks "
    "cost_per_unique_action_type inline_post_engagement campaign_name inline_link_clicks campaign_id cpc ad_name "
    "cost_per_unique_inline_link_click cpm cost_per_inline_post_engagement inline_link_click_ctr cpp "
    "cost_per_action_type unique_link_clicks_ctr spend cost_per_unique_click adset_name unique_clicks social_spend "
    "canvas_avg_view_percent account_id date_start objective quality_ranking engagement_rate_ranking "
    "conversion_rate_ranking impressions unique_ctr cost_per_inline_link_click ctr reach",
    "hourly insights": "account_currency account_id account_name action_values actions ad_id ad_name adset_id "
    "adset_name attribution_setting buying_type campaign_id campaign_name canvas_avg_view_percent canvas_avg_view_time "
    "catalog_segment_value clicks conversion_rate_ranking conversion_values conversions converted_product_quantity "
    "converted_product_value cost_per_action_type cost_per_conversion cost_per_estimated_ad_recallers "
    "cost_per_inline_link_click cost_per_inline_post_engagement cost_per_outbound_click cost_per_thruplay "
    "cost_per_unique_action_type cost_per_unique_click cost_per_unique_inline_link_click "
    "cost_per_unique_outbound_click cpc cpm cpp ctr date_start date_stop engagement_rate_ranking "
    "estimated_ad_recall_rate estimated_ad_recallers frequency full_view_impressions impressions "
    "inline_link_click_ctr inline_link_clicks inline_post_engagement instant_experience_clicks_to_open "
    "instant_experience_clicks_to_start instant_experience_outbound_clicks mobile_app_purchase_roas objective "
    "optimization_goal outbound_clicks outbound_clicks_ctr place_page_name purchase_roas "
    "qualifying_question_qualify_answer_rate quality_ranking reach social_spend spend website_ctr "
    "website_purchase_roas",
}

MELTANO = {
    "account": "account_id business_name account_status age amount_spent balance business_city business_country_code "
    "business_street business_street2 can_create_brand_lift_study capabilities created_time currency disable_reason "
    "end_advertiser end_advertiser_name has_migrated_permissions id is_attribution_spec_system_default "
    "is_direct_deals_enabled is_in_3ds_authorization_enabled_market is_notifications_enabled is_personal "
    "is_prepay_account is_tax_id_required min_campaign_group_spend_cap min_daily_budget name "
    "offsite_pixels_tos_accepted owner spend_cap tax_id_status tax_id_type timezone_id timezone_name "
    "timezone_offset_hours_utc agency_client_declaration_agency_representing_client "
    "agency_client_declaration_client_based_in_france agency_client_declaration_client_city "
    "agency_client_declaration_client_country_code agency_client_declaration_client_email_address "
    "agency_client_declaration_client_name agency_client_declaration_client_postal_code "
    "agency_client_declaration_client_province agency_client_declaration_client_street "
    "agency_client_declaration_client_street2 agency_client_declaration_has_written_mandate_from_advertiser "
    "agency_client_declaration_is_client_paying_invoices business_manager_block_offline_analytics "
    "business_manager_created_by business_manager_created_time business_manager_extended_updated_time "
    "business_manager_is_hidden business_manager_link business_manager_name business_manager_payment_account_id "
    "business_manager_primary_page business_manager_profile_picture_uri business_manager_timezone_id "
    "business_manager_two_factor_type business_manager_updated_by business_manager_update_time "
    "business_manager_verification_status business_manager_vertical business_manager_vertical_id "
    "business_manager_manager_id extended_credit_invoice_group_id extended_credit_invoice_group_auto_enroll "
    "extended_credit_invoice_group_customer_po_number extended_credit_invoice_group_email "
    "extended_credit_invoice_group_emails extended_credit_invoice_group_name business_state io_number media_agency "
    "partner salesforce_invoice_group_id business_zip tax_id",
    "campaign": "id account_id updated_time created_time start_time stop_time name buying_type budget_remaining "
    "can_create_brand_lift_study can_use_spend_cap configured_status effective_status "
    "has_secondary_skadnetwork_reporting is_skadnetwork_attribution objective primary_attribution "
    "smart_promotion_type source_campaign_id special_ad_categories special_ad_category special_ad_category_country "
    "spend_cap status topline_id boosted_object_id pacing_type budget_rebalance_flag bid_strategy lifetime_budget "
    "daily_budget last_budget_toggling_time",
    "ad_set": "id account_id campaign_id updated_time created_time start_time end_time name effective_status "
    "daily_budget budget_remaining lifetime_budget configured_status promoted_object attribution_spec billing_event "
    "campaign_attribution destination_type is_dynamic_creative learning_stage_info lifetime_imps "
    "multi_optimization_goal_weight optimization_goal optimization_sub_event pacing_type recurring_budget_semantics "
    "source_adset_id status bid_amount bid_strategy targeting bid_info",
    "ad": "id account_id adset_id campaign_id bid_type bid_info status updated_time created_time name effective_status "
    "last_updated_by_app_id source_ad_id creative tracking_specs conversion_specs recommendations configured_status "
    "conversion_domain bid_amount",
    "creative": "id account_id actor_id applink_treatment asset_feed_spec authorization_category body "
    "branded_content_sponsor_page_id bundle_folder_id call_to_action_type categorization_criteria "
    "category_media_source degrees_of_freedom_spec destination_set_id dynamic_ad_voice "
    "effective_authorization_category effective_instagram_media_id effective_instagram_story_id "
    "effective_object_story_id enable_direct_install image_hash image_url instagram_actor_id instagram_permalink_url "
    "instagram_story_id link_destination_display_url link_og_id link_url messenger_sponsored_message name object_id "
    "object_store_url object_story_id object_story_spec object_type object_url page_link page_message "
    "place_page_set_id platform_customizations playable_asset_id source_instagram_media_id status template_url "
    "thumbnail_id thumbnail_url title url_tags use_page_actor_override video_id",
    "image": "id account_id created_time creatives hash height is_associated_creatives_in_adgroups name "
    "original_height original_width permalink_url status updated_time url url_128 width",
    "video": "id updated_time account_id ad_breaks backdated_time backdated_time_granularity content_category "
    "content_tags created_time custom_labels description embed_html embeddable event format from_object icon "
    "is_crosspost_video is_crossposting_eligible is_episode is_instagram_eligible length live_status permalink_url "
    "place post_views premiere_living_room_status privacy published scheduled_publish_time source "
    "status_processing_progress status_value title universal_video_id views",
    "label": "id account created_time updated_time name",
    "audience": "account_id id approximate_count_lower_bound approximate_count_upper_bound time_updated time_created "
    "customer_file_source data_source delivery_status description lookalike_spec is_value_based operation_status "
    "permission_for_actions pixel_id retention_days subtype rule_aggregation opt_out_link name",
    "custom_conversion": "account_id id creation_time name business is_archived is_unavailable last_fired_time",
}
# Its insights stream asks for every field of the SDK but these
MELTANO_LEAVES_OUT = (
    "total_postbacks adset_end adset_start conversion_lead_rate cost_per_conversion_lead cost_per_dda_countby_convs "
    "cost_per_one_thousand_ad_impression cost_per_unique_conversion creative_media_type dda_countby_convs dda_results "
    "instagram_upcoming_event_reminders_set interactive_component_tap marketing_messages_cost_per_delivered "
    "marketing_messages_cost_per_link_btn_click marketing_messages_spend place_page_name total_postbacks_detailed "
    "total_postbacks_detailed_v4 unique_conversions unique_video_continuous_2_sec_watched_actions "
    "unique_video_view_15_sec video_thruplay_watched_actions age_targeting gender_targeting labels location "
    "estimated_ad_recall_rate_lower_bound estimated_ad_recall_rate_upper_bound estimated_ad_recallers_lower_bound "
    "estimated_ad_recallers_upper_bound marketing_messages_media_view_rate "
    "marketing_messages_phone_call_btn_click_rate wish_bid"
)

AIRBYTE = {
    "account": "account_id account_status age amount_spent balance business business_city business_country_code "
    "business_name business_state business_street business_street2 business_zip can_create_brand_lift_study "
    "capabilities created_time currency disable_reason end_advertiser end_advertiser_name "
    "extended_credit_invoice_group failed_delivery_checks fb_entity funding_source funding_source_details "
    "has_advertiser_opted_in_odax has_migrated_permissions id io_number is_attribution_spec_system_default "
    "is_direct_deals_enabled is_in_3ds_authorization_enabled_market is_notifications_enabled is_personal "
    "is_prepay_account is_tax_id_required line_numbers media_agency min_campaign_group_spend_cap min_daily_budget name "
    "offsite_pixels_tos_accepted owner partner rf_spec spend_cap tax_id tax_id_status tax_id_type timezone_id "
    "timezone_name timezone_offset_hours_utc tos_accepted user_tasks user_tos_accepted",
    "activity": "actor_id actor_name application_id application_name date_time_in_timezone event_time event_type "
    "extra_data object_id object_name object_type translated_event_type",
    "campaign": "account_id adlabels bid_strategy boosted_object_id budget_rebalance_flag budget_remaining buying_type "
    "daily_budget created_time effective_status id issues_info lifetime_budget name objective smart_promotion_type "
    "source_campaign_id special_ad_category special_ad_category_country spend_cap start_time stop_time updated_time "
    "configured_status status",
    "ad_set": "name end_time promoted_object id account_id updated_time daily_budget budget_remaining effective_status "
    "campaign_id created_time start_time lifetime_budget targeting bid_info bid_strategy bid_amount bid_constraints "
    "adlabels learning_stage_info",
    "ad": "bid_type account_id campaign_id adset_id adlabels bid_amount bid_info status creative id updated_time "
    "created_time name targeting effective_status last_updated_by_app_id recommendations source_ad_id tracking_specs "
    "conversion_specs",
    "creative": "body object_story_id image_url id account_id actor_id adlabels applink_treatment asset_feed_spec "
    "call_to_action_type effective_object_story_id instagram_permalink_url instagram_user_id "
    "source_instagram_media_id effective_instagram_media_id image_crops link_og_id name object_id object_story_spec "
    "object_type object_url product_set_id status template_url template_url_spec thumbnail_url title image_hash "
    "url_tags video_id link_url",
    "image": "account_id id name creatives original_height original_width permalink_url status url created_time hash "
    "url_128 is_associated_creatives_in_adgroups filename updated_time height width",
    "video": "account_id id ad_breaks backdated_time backdated_time_granularity content_category content_tags "
    "created_time custom_labels description embed_html embeddable format icon is_crosspost_video "
    "is_crossposting_eligible is_episode is_instagram_eligible length live_status permalink_url post_views "
    "premiere_living_room_status published scheduled_publish_time source title universal_video_id updated_time views",
    "audience": "id account_id approximate_count_lower_bound approximate_count_upper_bound customer_file_source "
    "data_source delivery_status description is_value_based lookalike_audience_ids lookalike_spec name "
    "operation_status opt_out_link page_deletion_marked_delete_time permission_for_actions pixel_id retention_days "
    "rule rule_aggregation sharing_status subtype time_content_updated time_created time_updated",
    "custom_conversion": "id account_id business creation_time custom_event_type data_sources default_conversion_value "
    "description event_source_type first_fired_time is_archived is_unavailable last_fired_time name "
    "offline_conversion_data_set retention_days rule",
    "insights": "account_currency account_id account_name action_values actions ad_click_actions ad_id "
    "ad_impression_actions ad_name adset_id adset_name attribution_setting auction_bid auction_competitiveness "
    "auction_max_competitor_bid buying_type campaign_id campaign_name canvas_avg_view_percent canvas_avg_view_time "
    "catalog_segment_actions catalog_segment_value catalog_segment_value_mobile_purchase_roas "
    "catalog_segment_value_omni_purchase_roas catalog_segment_value_website_purchase_roas clicks "
    "conversion_rate_ranking conversion_values conversions converted_product_quantity converted_product_value "
    "cost_per_15_sec_video_view cost_per_2_sec_continuous_video_view cost_per_action_type cost_per_ad_click "
    "cost_per_conversion cost_per_estimated_ad_recallers cost_per_inline_link_click cost_per_inline_post_engagement "
    "cost_per_outbound_click cost_per_thruplay cost_per_unique_action_type cost_per_unique_click "
    "cost_per_unique_inline_link_click cost_per_unique_outbound_click cpc cpm cpp created_time ctr date_start "
    "date_stop engagement_rate_ranking estimated_ad_recallers frequency full_view_impressions full_view_reach "
    "impressions inline_link_click_ctr inline_link_clicks inline_post_engagement instant_experience_clicks_to_open "
    "instant_experience_clicks_to_start instant_experience_outbound_clicks mobile_app_purchase_roas objective "
    "optimization_goal outbound_clicks outbound_clicks_ctr purchase_roas qualifying_question_qualify_answer_rate "
    "quality_ranking reach social_spend spend unique_actions unique_clicks unique_ctr unique_inline_link_click_ctr "
    "unique_inline_link_clicks unique_link_clicks_ctr unique_outbound_clicks unique_outbound_clicks_ctr updated_time "
    "video_15_sec_watched_actions video_30_sec_watched_actions video_avg_time_watched_actions "
    "video_continuous_2_sec_watched_actions video_p100_watched_actions video_p25_watched_actions "
    "video_p50_watched_actions video_p75_watched_actions video_p95_watched_actions video_thruplay_watched_actions "
    "video_play_actions video_play_curve_actions video_play_retention_0_to_15s_actions "
    "video_play_retention_20_to_60s_actions video_play_retention_graph_actions video_time_watched_actions website_ctr "
    "website_purchase_roas",
}

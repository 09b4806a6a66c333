"""Graph's refusals, one row each.

Codes and subcodes are recorded or documented, except rows marked ``guess``: there Meta's own subcode is
unknown, so none is given. User texts are the sandbox's words; a client must match on numbers only.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Refusal:
    code: int
    subcode: int | None = None
    message: str = "Invalid parameter"
    title: str | None = None
    text: str | None = None
    type: str = "OAuthException"
    http: int = 400
    transient: bool | None = None
    siblings: bool = False  # trace ids beside the error too (documented for DSA refusals)


def _invalid(subcode: int | None, title: str, text: str) -> Refusal:
    return Refusal(100, subcode, title=title, text=text, transient=False)


def _plain(message: str) -> Refusal:
    return Refusal(100, message=f"(#100) {message}")


_LOST = (
    "Unsupported {method} request. Object with ID '{id}' does not exist, cannot be loaded due to missing "
    "permissions, or does not support this operation. Please read the Graph API documentation at "
    "https://developers.facebook.com/docs/graph-api"
)

REFUSALS: dict[str, Refusal] = {
    # tokens and access
    "no_token": Refusal(104, message="An access token is required to request this resource."),
    "no_token_me": Refusal(
        2500, message="An active access token must be used to query information about the current user."
    ),
    "bad_token": Refusal(190, message="Invalid OAuth access token - Cannot parse access token"),
    "expired_token": Refusal(
        190, 463, message="Error validating access token: Session has expired on {at}. The current "
        "time is {now}."
    ),
    "revoked_token": Refusal(
        190, 460, message="Error validating access token: The session has been invalidated because the user "
        "changed their password or Facebook has changed the session for security reasons.",
    ),
    "old_event": Refusal(  # folk
        100, 2804003, title="Event Timestamp Too Old",
        text="The timestamp for this event is too far in the past. Events can be sent up to 7 days after they happen."
    ),
    "future_event": Refusal(  # folk
        100, 2804004, title="Event Timestamp in the Future",
        text="The timestamp for this event is in the future."
    ),
    "no_client_id": Refusal(101, message="Missing client_id parameter."),
    "bad_client_id": Refusal(101, message="Error validating application. Invalid application ID."),
    "bad_client_secret": Refusal(1, message="Error validating client secret."),
    "bad_proof": Refusal(
        100, message="Invalid appsecret_proof provided in the API argument", type="GraphMethodException"
    ),
    "no_proof": Refusal(
        100, message="API calls from the server require an appsecret_proof argument",
        type="GraphMethodException"
    ),
    "no_page_token": Refusal(  # folk
        190, message="(#190) This method must be called with a Page Access Token"
    ),
    "missing_scope": Refusal(
        200, message="(#200) Requires {scope} permission to manage the object", http=403
    ),
    "account_not_granted": Refusal(
        200, message="(#200) Ad account owner has NOT grant ads_management or ads_read permission", http=403
    ),
    "account_disabled": Refusal(  # guess
        200, message="(#200) The ad account is disabled or closed and cannot be edited.", http=403
    ),
    "no_page_permission": Refusal(10, message="(#10) Application does not have permission for this action"),
    "lost": Refusal(100, 33, message=_LOST, type="GraphMethodException"),
    # protocol
    "unknown_path": Refusal(2500, message="Unknown path components: /{path}"),
    "unknown_alias": Refusal(803, message="(#803) Some of the aliases you requested do not exist: {id}"),
    "syntax": Refusal(2500, message='Syntax error "{what}" at character {at}: {text}'),
    "dead_version": Refusal(
        2635, message="(#2635) You are calling a deprecated version of the Ads API. "
        "Please update to the latest version: {latest}.",
    ),
    "ids_gone": Refusal(
        100, message="The ids query parameter is deprecated in v26.0+", type="FacebookApiException", http=500
    ),
    "gone_in_v28": _plain("{what} is not available to this app: it is removed in v28.0."),
    "date_format_gone": _plain("The date_format parameter is no longer supported."),
    "bad_body": Refusal(100, message="(#100) The request body could not be read: {why}"),
    "not_emulated": Refusal(
        3, message="(#3) {what} exists in the Graph API but is not emulated by this sandbox"
    ),
    "unknown_error": Refusal(1, 99, message="An unknown error occurred", http=500, transient=False),
    "reduce_data": Refusal(
        1, message="Please reduce the amount of data you're asking for, then retry your request", http=500
    ),
    "bad_cursor": Refusal(2642, message="(#2642) Invalid cursors values"),
    "batch_too_big": _plain("Too many requests in batch message. Maximum batch size is 50"),
    "bad_batch": _plain("Param batch must be a JSON array"),
    "batch_dependency": Refusal(  # guess: code and status
        -3, message="This API call could not be executed because a dependency failed: {name}",
        type="GraphBatchException", http=424,
    ),
    # parameters
    "required": _plain("The parameter {name} is required"),
    "param": _plain("Param {name} must be {what}"),
    "param_free": _plain("{what}"),
    "nonexisting_field": _plain("Tried accessing nonexisting field ({field}) on node type ({type})"),
    "bad_filter": _plain("Filtering field '{field}' with operation '{operator}' is not supported"),
    "deleted_listing": Refusal(
        100, 1815001, message="(#100) Requesting for deleted objects is not supported in this endpoint"
    ),
    # insights
    "bad_insights_field": _plain(
        "{fields} {verb} not valid for fields param. please check "
        "https://developers.facebook.com/docs/marketing-api/reference/ads-insights/ for all valid values"
    ),
    "upside_down_range": _plain("Cannot specify a time range whose start is after its end"),
    "breakdown_mix": _plain("Current combination of data breakdown columns ({names}) is invalid"),
    "too_long_ago": Refusal(
        3018, message="(#3018) The start date of the time range cannot be beyond 37 months from the current date"
    ),
    "too_much_data": _invalid(
        1487534, "Too much data", "The amount of data asked for is too large. Ask for less, or asynchronously."
    ),
    "report_not_ready": Refusal(  # the subcode is documented, its code is a guess
        2601, 1815107, message="(#2601) Sorry, the report cannot be loaded successfully. Please check if your job "
        "status is completed instead of failed or running before fetching the data.", transient=False,
    ),
    # campaigns
    "legacy_objective": _plain(
        "Objective {objective} is invalid. Use one of: OUTCOME_LEADS, OUTCOME_SALES, OUTCOME_ENGAGEMENT, "
        "OUTCOME_AWARENESS, OUTCOME_TRAFFIC, OUTCOME_APP_PROMOTION."
    ),
    "former_promotion": _invalid(  # documented since v25, the subcode and the words are guesses
        None, "Campaign type is gone", "Campaigns of the smart_promotion_type {type} can no longer be made."
    ),
    "sharing_flag": _invalid(
        4834011, "Must specify True or False in is_adset_budget_sharing_enabled field",
        "You must specify True or False in the is_adset_budget_sharing_enabled field if you are not using "
        "campaign budget.",
    ),
    "sharing_with_cbo": _invalid(
        4834002, "Cannot share budget", "Ad set budget sharing cannot be used together with a "
        "campaign budget."
    ),
    "sharing_on": _invalid(
        3858418, "Cannot turn on budget sharing",
        "Ad set budget sharing can only be switched off while the campaign is running.",
    ),
    "category_country": _invalid(  # guess: no subcode
        None, "Country is missing", "A special ad category needs special_ad_category_country."
    ),
    "campaign_budget_low": _invalid(
        2238055, "Campaign budget is too low", "The campaign budget must be at least {minimum} per day."
    ),
    "campaign_locked": _invalid(
        1487566, "Can't edit campaign", "Only active or paused campaigns can be edited. This one is {status}."
    ),
    "immutable": _invalid(None, "Field cannot be changed", "{field} cannot be changed after "
    "creation."),  # guess
    "no_privacy_policy": _invalid(
        1892075, "Missing privacy policy", "A lead form needs a link to a privacy policy."
    ),
    "bad_lead_form": _invalid(  # guess
        3390001, "Invalid lead form", "The lead form {id} does not exist, is archived, or is another page's."
    ),
    "too_many": _invalid(1487809, "Too many objects", "You have reached the limit of {limit} {what}."),
    # ad sets
    "no_budget": _invalid(
        1487061, "No budget", "An ad set in a campaign without a campaign budget needs a daily or "
        "lifetime budget."
    ),
    "budget_both": _invalid(
        1885621, "Only one budget", "You can only set an ad set budget or a campaign budget, not both."
    ),
    "budget_kinds": _invalid(  # guess
        None, "Two kinds of budget", "Only one of daily_budget and lifetime_budget can be given."
    ),
    "budget_switch": _invalid(  # guess (folk)
        None, "Budget type is fixed", "A daily budget cannot be turned into a lifetime budget, nor back."
    ),
    "budget_low": _invalid(
        1885272, "Budget is too low", "Your budget must be more than {minimum}. Please increase your budget."
    ),
    "lifetime_spent": _invalid(
        1885650, "Budget is too low", "A lifetime budget must be at least 110% of what has been spent."
    ),
    "lifetime_needs_end": _invalid(  # guess
        None, "End time missing", "An ad set with a lifetime budget needs an end time."
    ),
    "too_short": _invalid(  # guess
        None, "Ad set is too short", "An ad set with a daily budget must run for more than 24 hours."
    ),
    "end_past": _invalid(1487033, "End date is in the past", "The end time of the ad set must be in "
    "the future."),
    "end_before_start": _invalid(  # guess
        None, "Schedule is upside down", "The end time must be after the start time."
    ),
    "start_fixed": _invalid(  # guess (folk)
        None, "Start time is fixed", "The start time cannot be changed once the ad set has started."
    ),
    "bid_required": _invalid(
        2490487, "Bid amount required",
        "Bid amount or bid constraints are required for the bid strategy {strategy}.",
    ),
    "bid_missing": _invalid(1815857, "Bid required", "You must provide a bid amount for {strategy}."),
    "roas_goal": _invalid(  # guess: no subcode
        None, "Goal does not fit", "A minimum return goes with the optimization goal VALUE, not with {goal}."
    ),
    "roas_bid": _invalid(  # guess: no subcode
        None, "Bid does not fit", "A minimum return and a bid amount exclude each other."
    ),
    "goals_differ": _invalid(
        1885760, "Ad sets must have the same goal",
        "All ad sets that share this campaign's budget must use the optimization goal {goal}.",
    ),
    "goal_for_objective": _invalid(
        2490408, "Performance goal unavailable", "{goal} is not available for the objective {objective}."
    ),
    "billing_for_goal": _invalid(  # guess
        None, "Invalid billing event", "{billing} cannot be used with the optimization goal {goal}."
    ),
    "no_promoted_object": _invalid(
        1815430, "No promotion object found", "Please select a promoted object ({needs}) for your ad set."
    ),
    "schedule_budget": _invalid(  # guess
        None, "No daily budget", "Budget schedules need a daily budget on the object itself."
    ),
    "schedule_times": _invalid(  # guess
        None, "Invalid schedule", "A budget schedule does not begin in the past."
    ),
    "schedule_short": _invalid(3858094, "Invalid schedule", "A budget schedule lasts at least 3 hours."),
    "schedule_end": _invalid(
        3858090, "Invalid schedule", "A budget schedule cannot end after the object that it belongs to."
    ),
    "schedule_value": _invalid(  # guess
        None, "Invalid schedule", "A scheduled budget must be more than nothing and at most 8 times the budget."
    ),
    "day_parting": _invalid(None, "Invalid ad schedule", "{why}"),  # guess: no subcode
    "published_lock": _invalid(
        3260011, "Published ad set cannot be edited",
        "The {field} of an ad set cannot be changed once it has been published.",
    ),
    "ad_set_locked": _invalid(
        1487056, "Can't Edit Ad Set", "Only active or paused ad sets can be edited. This one is {status}."
    ),
    "budget_edits": Refusal(
        613, 1487632, message="(#613) Calls to this api have exceeded the rate limit.",
        title="Ad set budget changed too often",
        text="The budget of an ad set can be changed 4 times an hour. Try again in an hour.", transient=False,
    ),
    # targeting
    "no_location": _invalid(1885364, "A location is missing", "Add at least one location to your targeting."),
    "bad_targeting": _invalid(
        1487079, "Invalid targeting spec", "The targeting spec is invalid: Invalid data for field {field}"
    ),
    "restricted_location": Refusal(  # the code is documented
        2641, message="(#2641) Your ad includes or excludes locations that are currently restricted: {country}"
    ),
    "lonely_placement": _invalid(  # guess: no subcode
        None, "Placement cannot stand alone", "{position} can only be chosen together with {others}."
    ),
    "overlapping_location": _invalid(
        1487756, "Locations Can't Be Used", "Some of your locations overlap. Try removing one: {where}"
    ),
    "flag_required": _invalid(
        1870227, "Advantage Audience Flag Required",
        "To create your ad set, enable or disable the Advantage audience feature with the advantage_audience "
        "flag within the targeting_automation field of the targeting spec.",
    ),
    "flag_invalid": _invalid(
        1870196, "Invalid targeting automation",
        "The targeting automation type passed is invalid. Please pass the correct one.",
    ),
    "age_min_high": _invalid(
        1870188, "Minimum age is above threshold",
        "The minimum age audience control can't be set to higher than 25 with Advantage+ audience.",
    ),
    "age_max_low": _invalid(
        1870189, "Maximum age is below threshold",
        "The maximum age audience control can't be set to lower than 65 with Advantage+ audience.",
    ),
    "targeting_optimization": _invalid(
        1870197, "The targeting_optimization field has been removed",
        "Use targeting_relaxation_types or targeting_automation instead.",
    ),
    "location_types": _invalid(
        1870199, "location_types can't be changed", "location_types has to be home and recent, or left out."
    ),
    "video_feeds": _invalid(2490562, "Placement is gone", "The Facebook video feeds placement is "
    "deprecated."),
    "explore": _invalid(2490589, "Placement is gone", "The Instagram explore placement is deprecated."),
    "audience_with_name": _invalid(
        1359202, "Cannot Disable Advantage Options", "Send custom audiences by id alone."
    ),
    "audience_gone": _invalid(
        1359207, "Custom audience unavailable",
        "This ad set is using one or more custom audiences, which are no longer available: {id}",
    ),
    # regions
    "region_beneficiary": _invalid(
        3858548, "Beneficiary is missing", "Provide a verified beneficiary for {region}."
    ),
    "region_payer": _invalid(3858634, "Payer is missing", "Provide a verified payer for {region}."),
    "region_unverified": _invalid(
        3858636, "Identity is not verified", "{id} is not a verified identity of this ad account."
    ),
    "region_category": _invalid(
        3858495, "Transparency data missing", "Regional transparency data ({category}) is missing."
    ),
    "dsa_payor": Refusal(
        100, 3858079, title="No payor provided in DSA regulated region",
        text="Provide dsa_payor for ads delivered in the European Union.", type="FacebookApiException",
        transient=False, siblings=True,
    ),
    "dsa_beneficiary": Refusal(
        100, 3858081, title="No beneficiary provided in DSA regulated region",
        text="Provide dsa_beneficiary for ads delivered in the European Union.", type="FacebookApiException",
        transient=False, siblings=True,
    ),
    # creatives and media
    "thumbnail_missing": _invalid(
        1443226, "Your ad needs a video thumbnail", "Specify image_hash or image_url in the video_data field."
    ),
    "link_missing": _invalid(2061015, "Link is missing", "The link field is required."),
    "standard_enhancements": _invalid(
        3858504, "standard_enhancements is deprecated",
        "standard_enhancements cannot be set on the creative. Choose individual features instead.",
    ),
    "ambiguous_creative": _invalid(
        1487929, "Ambiguous promoted object", "Only one source can be given, not all of: {given}."
    ),
    "empty_creative": _invalid(  # guess
        None, "Creative is empty", "Give object_story_spec, object_story_id, source_instagram_media_id or "
        "asset_feed_spec.",
    ),
    "bad_story": _invalid(None, "Creative spec is invalid", "{why}"),  # guess
    "instagram_actor": _plain("Param instagram_actor_id must be a valid Instagram account id"),
    "instagram_access": _invalid(
        1815199, "No access to Instagram account", "The Instagram account {id} cannot be used by "
        "this ad account."
    ),
    "page_access": _invalid(1815694, "No access to Page", "The Page {id} cannot be used by this ad account."),
    "bad_image": _invalid(None, "Image not found", "There is no ad image with the hash {hash}."),  # guess
    "bad_video": _invalid(None, "Video not found", "There is no video {id} in this ad account."),  # guess
    "video_not_ready": _invalid(  # guess
        None, "Video is not ready", "The video {id} is still being processed or has failed."
    ),
    "image_not_read": _plain("Invalid image: no image data was received"),
    "upload_offset": Refusal(
        6001, 1363037, message="There was a problem uploading your video. Please try again.", transient=False
    ),
    "upload_session": Refusal(
        6000, 1363030, message="Your video upload timed out before it could be completed.", transient=False
    ),
    "upload_empty": Refusal(
        382, 1363022, message="The video file you tried to upload is too small.", transient=False
    ),
    "upload_too_large": Refusal(  # the subcode is documented
        382, 1363023, message="The video file you tried to upload is too large.", transient=False
    ),
    "file_url": Refusal(389, 1363057, message="Unable to fetch video file from URL.", transient=False),
    # ads
    "no_payment": _invalid(
        1359188, "No Payment Method", "Update payment method: add a valid payment method to your ad account."
    ),
    "ad_locked": _invalid(1885088, "Can't edit ad", "This ad is {status} and cannot be edited."),
    "bad_creative": _invalid(None, "Creative not found", "There is no creative {id} in this ad "
    "account."),  # guess
    "dynamic_mismatch": _invalid(
        1885998, "Cannot create dynamic creative ad in non-dynamic creative ad set",
        "A dynamic creative ad and its ad set must agree.",
    ),
    "creative_for_objective": _invalid(
        1487891, "Invalid Creative For Objective", "The creative does not fit the objective: {why}"
    ),
    "bad_domain": _plain("Param conversion_domain must be a domain without protocol or path"),
    "copy_too_large": _invalid(
        1885194, "Copy is too large", "The copy request is too large; make it with fewer than 3 objects."
    ),
    # audiences, rules, pixels
    "audience_terms": Refusal(  # a newer page has the subcode 1870090
        200, 1870034, message="(#200) Custom Audience Terms Not Accepted", http=403,
        title="Custom Audience Terms Not Accepted",
        text="Agree to the Custom Audience terms before you create or edit an audience or an ad set.",
    ),
    "lookalike_exists": Refusal(
        2654, 1713007, message="(#2654) Failed to create lookalike custom audience",
        title="Lookalike exists already", text="This lookalike audience exists already.", transient=False,
    ),
    "rule_filter": _invalid(None, "Filter missing", "The rule needs a filter on {name}."),  # guess: no subcode
    "rule_ad_sets": _invalid(
        1815677, "Rule does not fit", "CHANGE_BUDGET needs the entity type ADSET."
    ),
    "pixel_exists": Refusal(6200, message="(#6200) A pixel already exists for this account"),
    # throttling
    "throttled": Refusal(17, 2446079, message="(#17) User request limit reached", transient=False),
    "throttled_account": Refusal(
        613, 1487742, message="(#613) There have been too many calls from this ad-account. Wait a bit and try again.",
        transient=False,
    ),
    "throttled_insights": Refusal(
        80000, 2446079, message="(#80000) There have been too many calls from this ad-account. Wait a bit and try "
        "again. For more info, please refer to "
        "https://developers.facebook.com/docs/graph-api/overview/rate-limiting#ads-insights.",
    ),
    "throttled_audiences": Refusal(
        80003, 2446079, message="(#80003) There have been too many calls from this ad-account. Wait a bit and try "
        "again. For more info, please refer to "
        "https://developers.facebook.com/docs/graph-api/overview/rate-limiting#custom-audience.",
    ),
    "throttled_writes": Refusal(
        613, 5044001, message="(#613) Calls to this api have exceeded the rate limit.", transient=False
    ),
    "throttled_buc": Refusal(
        80004, 2446079, message="(#80004) There have been too many calls to this ad-account. Wait a "
        "bit and try "
        "again. For more info, please refer to "
        "https://developers.facebook.com/docs/graph-api/overview/rate-limiting#ads-management.",
    ),
}  # fmt: skip


class GraphError(Exception):
    """One of ``REFUSALS``, or any code given by a fault rule."""

    def __init__(
        self,
        refusal: str,
        /,
        *,
        blame: list[str] | None = None,
        data: Any = None,
        row: Refusal | None = None,
        **fill: Any,
    ) -> None:
        super().__init__(refusal)
        self.row = row or REFUSALS[refusal]
        self.fill = fill
        # Meta gives error_data as a JSON string when it blames a field, as an object elsewhere (recorded)
        self.data = json.dumps({"blame_field_specs": [blame]}, separators=(",", ":")) if blame else data

    @property
    def http(self) -> int:
        return self.row.http

    def _filled(self, text: str) -> str:
        return text.format(**self.fill) if self.fill else text

    def envelope(self, trace: str, locale: str = "") -> dict[str, Any]:
        """Titles and texts come in the language of the token's user (recorded); here they only say which."""
        row, tongue = self.row, f"[{locale}] " if locale else ""
        error: dict[str, Any] = {
            "message": self._filled(row.message),
            "type": row.type,
            "code": row.code,
            "error_subcode": row.subcode,
            "is_transient": row.transient,
            "error_user_title": tongue + row.title if row.title else None,
            "error_user_msg": tongue + self._filled(row.text) if row.text else None,
            "error_data": self.data,
            "fbtrace_id": trace,
        }
        body: dict[str, Any] = {"error": {name: value for name, value in error.items() if value is not None}}
        return {**body, "__fb_trace_id__": trace[:11], "__www_request_id__": trace} if row.siblings else body


def trace_id(seed: str) -> str:
    return "A" + hashlib.sha256(seed.encode()).hexdigest()[:22]

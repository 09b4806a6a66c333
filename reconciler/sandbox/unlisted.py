"""Fields that the SDK no longer lists, or never has, and that published extractors read in production (folk).

Meta answers them or leaves them out; a refusal would stop every one of those extractors. What neither the SDK nor one
of them knows is refused.
"""

from __future__ import annotations

_CLIENT = (
    "agency_representing_client", "client_based_in_france", "client_city", "client_country_code",
    "client_email_address", "client_name", "client_postal_code", "client_province", "client_street", "client_street2",
    "has_written_mandate_from_advertiser", "is_client_paying_invoices",
)  # fmt: skip
_MANAGER = (
    "block_offline_analytics", "created_by", "created_time", "extended_updated_time", "is_hidden", "link",
    "manager_id", "name", "payment_account_id", "primary_page", "profile_picture_uri", "timezone_id",
    "two_factor_type", "update_time", "updated_by", "verification_status", "vertical", "vertical_id",
)  # fmt: skip
_CREDIT = ("auto_enroll", "customer_po_number", "email", "emails", "id", "name")

FIELDS: dict[str, frozenset[str]] = {
    "account": frozenset(
        (
            *(f"agency_client_declaration_{name}" for name in _CLIENT),
            *(f"business_manager_{name}" for name in _MANAGER),
            *(f"extended_credit_invoice_group_{name}" for name in _CREDIT),
            "account_name",
            "has_advertiser_opted_in_odax",
            "salesforce_invoice_group_id",
        )
    ),
    "campaign": frozenset({"account_name"}),
    "ad_set": frozenset({"account_name"}),
    "ad": frozenset({"account_name"}),
    "creative": frozenset(
        {
            "account_name",
            "effective_instagram_story_id",
            "instagram_actor_id",
            "instagram_story_id",
            "page_link",
            "page_message",
        }
    ),
    "video": frozenset({"account_id", "account_name", "from_object", "status_processing_progress", "status_value"}),
    "activity": frozenset({"account_id"}),
}

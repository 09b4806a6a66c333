"""Regional transparency: verified identities for Singapore and Taiwan, payor and beneficiary for the EU.

Recorded: 3858548 and 3858495 for Singapore, that DSA texts vanish outside the EU. Guessed: which of the
family answers which omission, and that every member state and France's outermost regions count as EU.
"""

from __future__ import annotations

from typing import Any

from reconciler.sandbox.context import Context
from reconciler.sandbox.errors import GraphError
from reconciler.sandbox.world import Node

EU = frozenset(
    [
        "AT",
        "BE",
        "BG",
        "HR",
        "CY",
        "CZ",
        "DK",
        "EE",
        "FI",
        "FR",
        "DE",
        "GR",
        "HU",
        "IE",
        "IT",
        "LV",
        "LT",
        "LU",
        "MT",
        "NL",
        "PL",
        "PT",
        "RO",
        "SK",
        "SI",
        "ES",
        "SE",
        "AX",
        "GF",
        "GP",
        "MF",
        "MQ",
        "RE",
        "YT",
    ]
)
GROUPS = {
    "worldwide": EU | {"SG", "TW"},
    "asia": {"SG", "TW"},
    "apec": {"SG", "TW"},
    "afta": {"SG"},
    "eea": EU,
    "europe": EU,
}
"""Country groups, and the countries in them that ask for names (guessed)."""

UNIVERSAL = {
    "SG": ("SINGAPORE_UNIVERSAL", "singapore_universal", "Singapore"),
    "TW": ("TAIWAN_UNIVERSAL", "taiwan_universal", "Taiwan"),
}
DSA_FIELDS = ("dsa_beneficiary", "dsa_payor")
_IDENTITY_FIELD = "regional_regulation_identities"
_CATEGORY_FIELD = "regional_regulated_categories"


def check(ctx: Context, account: Node, data: dict[str, Any], countries: set[str]) -> None:
    identities = data.get(_IDENTITY_FIELD) or {}
    for key, id in identities.items():
        if str(id) not in account.hidden["identities"]:
            raise GraphError("region_unverified", id=id, blame=[_IDENTITY_FIELD, key])
    if not ctx.settings["enforce_regions"]:
        return
    for country in sorted(countries & set(UNIVERSAL)):
        _universal(country, data, identities)
    if countries & EU:
        _dsa(data)


def categories(ctx: Context, node: Node) -> Any:
    """With the word that Meta adds (recorded in 2026)."""
    said = node.data.get(_CATEGORY_FIELD)
    return said if said is None else [*(one for one in said if one != _VOLUNTARY), _VOLUNTARY]


_VOLUNTARY = "VOLUNTARY_VERIFICATION"


def _universal(country: str, data: dict[str, Any], identities: dict[str, Any]) -> None:
    category, prefix, region = UNIVERSAL[country]
    if not identities.get(f"{prefix}_beneficiary"):
        raise GraphError("region_beneficiary", region=region, blame=[_IDENTITY_FIELD])
    if not identities.get(f"{prefix}_payer"):
        raise GraphError("region_payer", region=region, blame=[_IDENTITY_FIELD])
    if category not in (data.get(_CATEGORY_FIELD) or []):
        raise GraphError("region_category", category=category, blame=["compliance_section"])


def _dsa(data: dict[str, Any]) -> None:
    if not data.get("dsa_payor"):
        raise GraphError("dsa_payor", blame=["dsa_payor"])
    if not data.get("dsa_beneficiary"):
        raise GraphError("dsa_beneficiary", blame=["dsa_beneficiary"])


def with_dsa(account: Node, data: dict[str, Any], countries: set[str]) -> None:
    """The account's defaults fill a gap inside the EU; outside nothing is kept (documented)."""
    for field in DSA_FIELDS:
        if not countries & EU:
            data.pop(field, None)
        elif not data.get(field) and account.data.get(f"default_{field}"):
            data[field] = account.data[f"default_{field}"]
        if len(str(data.get(field, ""))) > 512:
            raise GraphError("param", name=field, what="no longer than 512 characters")

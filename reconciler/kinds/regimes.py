"""Places whose ads name who benefits and who pays: what the account's `regulated` is for."""

from __future__ import annotations

from dataclasses import dataclass

EU_COUNTRIES = frozenset("AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split())

EU_TERRITORIES = frozenset("AX GF GP MF MQ RE YT".split())
"""In the EU under codes of their own: Åland and France's outermost regions. The Azores, Madeira and the Canaries are PT
and ES. Overseas countries and territories (BL, NC, PF, GL, AW …) are not in it."""


@dataclass(frozen=True)
class Regime:
    """A place whose ads name who benefits and who pays. `category` and `prefix` are empty for the EU, where they are
    texts of the ad set's own."""

    setting: str
    place: str
    countries: frozenset[str]
    category: str = ""
    prefix: str = ""
    demanded: bool = False
    """Known to be demanded of every ad there; of the others Meta may ask it."""
    finance: bool = False
    """Only of ads for financial services."""


REGIMES = (
    Regime("singapore", "Singapore", frozenset({"SG"}), "SINGAPORE_UNIVERSAL", "singapore_universal", demanded=True),
    Regime("taiwan", "Taiwan", frozenset({"TW"}), "TAIWAN_UNIVERSAL", "taiwan_universal", demanded=True),
    Regime("australia", "Australia", frozenset({"AU"}), "AUSTRALIA_FINSERV", "australia_finserv", finance=True),
    Regime("india", "India", frozenset({"IN"}), "INDIA_FINSERV", "india_finserv", finance=True),
    Regime("thailand", "Thailand", frozenset({"TH"}), "THAILAND_UNIVERSAL", "universal"),
    Regime("brazil", "Brazil", frozenset({"BR"}), "BRAZIL_REGULATION", "universal"),
    Regime("eu", "the EU", EU_COUNTRIES | EU_TERRITORIES, demanded=True),
)

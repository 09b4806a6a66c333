"""Meta's smallest budgets, as far as they can be known without asking: by currency, roughly.

Meta states them in US dollars and turns them into the account's currency. The rates here are rough, so nothing is
refused by them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from reconciler.kinds.codecs import offset

_RATES = """
    AED 3.67 ARS 1400 AUD 1.5 BDT 120 BGN 1.7 BHD 0.38 BOB 6.9 BRL 5.3 CAD 1.38 CHF 0.8 CLP 950 CNY 7.1 COP 4000
    CRC 510 CZK 21 DKK 6.4 DZD 130 EGP 48 EUR 0.86 GBP 0.75 GTQ 7.7 HKD 7.8 HNL 26 HUF 340 IDR 16500 ILS 3.4 INR 88
    ISK 125 JOD 0.71 JPY 150 KES 129 KRW 1400 LKR 300 MOP 8 MXN 18.5 MYR 4.2 NGN 1500 NIO 37 NOK 10 NZD 1.7 PEN 3.5
    PHP 58 PKR 280 PLN 3.65 PYG 7200 QAR 3.64 RON 4.4 RSD 101 RUB 80 SAR 3.75 SEK 9.5 SGD 1.3 THB 32.5 TRY 42 TWD 31
    UAH 42 USD 1 UYU 40 VES 200 VND 26000 ZAR 17.5
"""
_WORDS = _RATES.split()
PER_DOLLAR: Mapping[str, float] = {code: float(rate) for code, rate in zip(_WORDS[::2], _WORDS[1::2], strict=True)}

DOUBLED = frozenset("AUD CAD CHF DKK EUR GBP HKD ILS JPY KRW NOK NZD SEK SGD TWD USD".split())
"""Currencies of the countries in which Meta asks for twice as much."""

IMPRESSIONS, CLICKS, RARE = 0.5, 2.5, 40.0
DOLLARS: Mapping[str, float] = {
    "CLICKS": CLICKS,
    "LINK_CLICKS": CLICKS,
    "PAGE_LIKES": CLICKS,
    "POST_ENGAGEMENT": CLICKS,
    "THRUPLAY": CLICKS,
    "APP_INSTALLS": RARE,
    "OFFER_CLAIMS": RARE,
}
"""Billing event → US dollars a day; IMPRESSIONS for all others."""

LEAST_CAP = 100.0
"""US dollars that a campaign's spend_cap has to be at least."""


def least_daily(currency: str, billing_event: str = "") -> int:
    """About the least that an ad set's budget may be a day, in minor units."""
    return in_minor(DOLLARS.get(billing_event, IMPRESSIONS) * (2 if currency in DOUBLED else 1), currency)


def in_minor(dollars: float, currency: str) -> int:
    """About so many minor units."""
    return math.ceil(dollars * PER_DOLLAR[currency] * offset(currency))


def rounded_up(minor: int, currency: str) -> int:
    """A little more than so much, in whole units."""
    units = math.ceil(minor * 1.1 / offset(currency))
    step = 10 ** max(0, len(str(units)) - 2)
    return int(math.ceil(units / step) * step * offset(currency))

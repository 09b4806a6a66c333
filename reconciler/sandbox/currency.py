"""Money as Meta counts it: offsets and minimum budgets.

Documented: the offset table, USD 0.50 / 2.50 / 40 base minimums, doubled in richer countries.
Guessed: the exchange rates, and that the doubling goes by currency.
"""

from __future__ import annotations

import math
from typing import Any

OFFSET_ONE = frozenset(["CLP", "COP", "CRC", "HUF", "ISK", "IDR", "JPY", "KRW", "PYG", "TWD", "VND"])

UNITS_PER_USD = {
    "AED": 3.67, "ARS": 1400.0, "AUD": 1.5, "BDT": 120.0, "BRL": 5.22, "CAD": 1.38, "CHF": 0.8,
    "CLP": 950.0, "CNY": 7.1, "COP": 4000.0, "CRC": 510.0, "CZK": 21.0, "DKK": 6.4, "EUR": 0.86,
    "GBP": 0.75, "HKD": 7.8, "HUF": 340.0, "IDR": 16500.0, "ILS": 3.4, "INR": 88.0, "ISK": 125.0,
    "JPY": 150.0, "KRW": 1400.0, "MXN": 18.5, "MYR": 4.2, "NOK": 10.0, "NZD": 1.7, "PHP": 58.0,
    "PLN": 3.65, "PYG": 7200.0, "SEK": 9.5, "SGD": 1.3, "THB": 32.5, "TRY": 42.0, "TWD": 31.0,
    "USD": 1.0, "VND": 26000.0, "ZAR": 17.5,
}  # fmt: skip

DOUBLED = frozenset((
    "AUD", "BRL", "CAD", "CHF", "DKK", "EUR", "GBP", "HKD", "ILS", "JPY", "KRW", "NOK", "NZD", "SEK", "SGD",
    "TWD", "USD",
))  # fmt: skip

BASE_USD = {
    "min_daily_budget_imp": 0.5,
    "min_daily_budget_high_freq": 2.5,
    "min_daily_budget_video_views": 2.5,
    "min_daily_budget_low_freq": 40.0,
}

MINIMUM_BY_BILLING = {
    "LINK_CLICKS": "min_daily_budget_high_freq",
    "CLICKS": "min_daily_budget_high_freq",
    "PAGE_LIKES": "min_daily_budget_high_freq",
    "POST_ENGAGEMENT": "min_daily_budget_high_freq",
    "THRUPLAY": "min_daily_budget_video_views",
    "APP_INSTALLS": "min_daily_budget_low_freq",
    "OFFER_CLAIMS": "min_daily_budget_low_freq",
}


def offset(currency: str) -> int:
    return 1 if currency in OFFSET_ONE else 100


def minor_from_usd(usd: float, currency: str) -> int:
    return math.ceil(round(usd * UNITS_PER_USD.get(currency, 1.0) * offset(currency), 6))


def minimum_budgets(currency: str) -> dict[str, Any]:
    factor = 2 if currency in DOUBLED else 1
    row: dict[str, Any] = {"currency": currency}
    for name, usd in BASE_USD.items():
        row[name] = minor_from_usd(usd * factor, currency)
    return row


def minimum_daily(currency: str, billing_event: str | None = None) -> int:
    column = MINIMUM_BY_BILLING.get(billing_event or "", "min_daily_budget_imp")
    return int(minimum_budgets(currency)[column])


def display(minor: int, currency: str) -> str:
    return f"{currency} {minor / offset(currency):.2f}" if offset(currency) > 1 else f"{currency} {minor}"

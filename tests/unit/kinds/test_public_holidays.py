"""Holidays of countries, as the `holidays` library has them."""

from __future__ import annotations

from datetime import date, timedelta

import holidays
import pytest

from reconciler.kinds.countries import NAMES
from reconciler.kinds.public_holidays import holidays_on

YEAR = [date(2027, 1, 1) + timedelta(days) for days in range(365)]


@pytest.mark.parametrize("country", ["SG", "MY", "TW", "US", "PR", "HK", "DE"])
def test_a_country_loaded_alone_has_the_holidays_that_the_library_tells(country: str) -> None:
    told = holidays.country_holidays(country, years=2027, language="en_US")
    assert {day: told[day] for day in sorted(told)} == {
        day: each for day in YEAR for each in holidays_on(day, [country])
    }


def test_a_country_that_the_library_does_not_know_has_none() -> None:
    (unknown, *_) = [code for code in NAMES if not hasattr(holidays, code)]
    assert not any(holidays_on(day, [unknown]) for day in YEAR)

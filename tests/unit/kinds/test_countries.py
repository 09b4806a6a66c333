from __future__ import annotations

import pytest

from reconciler.kinds.codecs import OFFSETS
from reconciler.kinds.countries import NAMES, meant
from reconciler.kinds.minimums import DOUBLED, PER_DOLLAR, least_daily


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("UK", "GB"), ("uk", "GB"), ("Great Britain", "GB"), ("U.S.A.", "US"), ("Singapore", "SG"), ("singapur", "SG"),
        ("sg", "SG"), ("EL", "GR"), ("Cote d'Ivoire", "CI"), ("Korea", "KR"), ("Iraq", "IQ"), ("Niger", "NE"),
        ("Austria", "AT"), ("XX", ""), ("EN", ""), ("worldwide", ""), ("", ""), ("x" * 10_000, ""),
    ],
)  # fmt: skip
def test_a_country_is_known_by_its_code_and_by_what_people_call_it(word: str, code: str) -> None:
    assert meant(word) == code


def test_every_name_leads_to_its_own_code() -> None:
    assert {code: meant(name) for code, name in NAMES.items()} == {code: code for code in NAMES}


def test_every_currency_of_ad_accounts_has_a_smallest_budget() -> None:
    assert set(PER_DOLLAR) == set(OFFSETS)
    assert set(PER_DOLLAR) > DOUBLED
    # In minor units, as Meta counts them: Taiwan's dollars are whole.
    assert (least_daily("SGD"), least_daily("TWD"), least_daily("MYR"), least_daily("USD", "LINK_CLICKS")) == (
        130, 31, 210, 500,
    )  # fmt: skip

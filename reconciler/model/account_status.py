"""Meta's account_status: what is wrong with an ad account, what becomes of its ads, and what a person can do.

Meta documents the numbers and their names, and hardly more. So of what it does not say, nothing is promised here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

SOUND = 1

BILLING = "settle it in Ads Manager under Billing"
QUALITY = "see Account Quality in Meta Business Suite"
NOTHING_RUNS = "nothing of it delivers"
MAY_STOP = "Meta may stop what is on in it"
UNKNOWN = "what that means for what is on, Meta does not say"


@dataclass(frozen=True)
class AccountStatus:
    """`said` follows "the ad account is"; `so` is what becomes of its ads."""

    said: str
    so: str
    mend: str

    @property
    def blocks(self) -> bool:
        """Whether nothing is spent for certain."""
        return self.so == NOTHING_RUNS

    def __str__(self) -> str:
        return f"the ad account is {self.said}; {self.so}; {self.mend}"


KNOWN: Mapping[int, AccountStatus] = MappingProxyType(
    {
        2: AccountStatus("disabled", NOTHING_RUNS, f"{QUALITY} for the reason, and ask for a review there"),
        3: AccountStatus("unsettled: a payment failed", NOTHING_RUNS, BILLING),
        7: AccountStatus("under risk review", NOTHING_RUNS, f"{QUALITY}: Meta may want something there, or only time"),
        8: AccountStatus("pending settlement", MAY_STOP, BILLING),
        9: AccountStatus("in its grace period", MAY_STOP, BILLING),
        100: AccountStatus("about to be closed", MAY_STOP, "where nobody meant that, see its settings in Ads Manager"),
        101: AccountStatus("closed", NOTHING_RUNS, "see its settings in Ads Manager; or remove it from desired/"),
        201: AccountStatus("told as any active one (201)", UNKNOWN, "look at it in Ads Manager"),
        202: AccountStatus("told as any closed one (202)", UNKNOWN, "look at it in Ads Manager"),
    }
)
"""Where it is not 1, active. 201 and 202 stand in Meta's list as names for several of the others."""

BLOCKED = frozenset(number for number, status in KNOWN.items() if status.blocks)


def account_status(number: int) -> AccountStatus | None:
    """None where nothing is wrong."""
    if number == SOUND:
        return None
    other = AccountStatus(f"in a state that Meta has no name for ({number})", UNKNOWN, "look at it in Ads Manager")
    return KNOWN.get(number, other)

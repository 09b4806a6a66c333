"""One ad account, its guardrails, and what Meta says of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from reconciler.model.problem import Origin


@dataclass(frozen=True, slots=True)
class Policies:
    """Guardrails. Money is minor units of the account's currency; None means no limit."""

    max_daily_budget: int | None = None
    max_account_daily_budget: int | None = None
    max_budget_increase: int | None = None
    max_removals: int = 20
    max_lateness_seconds: int = 24 * 3600
    activation_window: str | None = None
    allowed_domains: tuple[str, ...] | None = None
    name_pattern: str | None = None
    require_url_tags: bool = False
    drift: str = "keep"
    lacking: tuple[str, ...] = ()
    """Limits that the project writes for other currencies only, and the account not at all."""
    places: Mapping[str, Origin] = field(default_factory=dict, compare=False)
    """Where each limit stands."""


@dataclass(frozen=True)
class VerifiedIdentity:
    """`region` and `role` are where the account's file has its id, `key` is where the identities of an ad set do."""

    region: str
    role: str
    key: str
    id: str


@dataclass(frozen=True)
class Account:
    """One ad account, as `desired/accounts/<key>.yaml` declares it. `token` names an environment variable."""

    key: str
    id: str
    currency: str
    origin: Origin
    name: str = ""
    page: str = ""
    """Whose lead forms are declared."""
    pixel: str = ""
    """Of its file, as the page is: ads take them, of which there may be none yet."""
    pages: tuple[str, ...] = ()
    pixels: tuple[str, ...] = ()
    """Those that its ads name, its own or others."""
    identities: tuple[VerifiedIdentity, ...] = ()
    previously: tuple[str, ...] = ()
    """Former keys: names of the account's file before it was renamed."""
    token: str = "META_ACCESS_TOKEN"  # noqa: S105  the name of a variable
    policies: Policies = Policies()


@dataclass(frozen=True)
class NoAccess:
    """A page or a pixel that is declared, and that the token may not use."""

    id: str
    said: str
    mend: str


@dataclass(frozen=True)
class AccountFacts:
    """What Meta says of the account. Minimums are minor units a day, by billing group."""

    currency: str
    name: str = ""
    timezone: str = ""
    status: int = 1
    minimum_daily: Mapping[str, int] = field(default_factory=dict)
    minimum_cap: int = 0
    """The least that a campaign's spend cap may be, in minor units; 0 where Meta does not say."""
    unaccepted: Mapping[str, str] = field(default_factory=dict)
    """By title of a declared kind whose terms nobody has accepted, the page where a person does."""
    no_access: tuple[NoAccess, ...] = ()
    spending_limit: int = 0
    """Of the ad account itself, in minor units, set under Billing in Ads Manager; 0 for none. At it all stops."""
    spent: int = 0
    """Towards that limit."""

    @property
    def limit_left(self) -> int | None:
        """In minor units; None where there is no limit."""
        return max(0, self.spending_limit - self.spent) if self.spending_limit > 0 else None

    @property
    def is_near_its_limit(self) -> bool:
        """Less than a tenth is left."""
        return self.limit_left is not None and self.limit_left * 10 < self.spending_limit

"""What `desired/project.yaml` and `desired/accounts/*.yaml` may say."""

from __future__ import annotations

import re
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, WithJsonSchema

from reconciler.kinds.base import Spec
from reconciler.kinds.codecs import amount_mend, offset, parse_money
from reconciler.kinds.domains import Domain, Host
from reconciler.kinds.field_types import Id, Key, MoneyField, Name, OneOf, Text, Vars
from reconciler.kinds.meant import is_placeholder
from reconciler.kinds.zones import is_place, meant
from reconciler.model.project import DEFAULT_STATE_BRANCH, DEFAULT_TIMEZONE, DEFAULT_TOKEN, branch_name
from reconciler.model.versions import DEFAULT

PROJECT_FILE = "desired/project.yaml"
ZONE_FORM = "write a place of the tz database, such as Asia/Singapore, or UTC"


def known_zone(name: str) -> str:
    """Only the names of places, which cannot be read the wrong way round, and UTC."""
    if is_place(name):
        return name
    places = " or ".join(meant(name)[:2])
    raise ValueError(f"{name!r} names no place; {f'did you mean {places}?' if places else ZONE_FORM}")


def _zone_text(value: object) -> object:
    """`timezone: +8` is a number to YAML."""
    return f"{value:+d}" if isinstance(value, int) and not isinstance(value, bool) else value


def _known_currency(code: str) -> str:
    offset(code)
    return code


def _is_pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        example = "put a backslash before what stands for itself, as in SG \\(new\\) .*"
        raise ValueError(f"not a regular expression: {error}; {example}") from None
    return text


DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_DAY, _HOUR = "|".join(DAYS), "(?:[01][0-9]|2[0-3]):[0-5][0-9]"
WINDOW = re.compile(f"(?:(?P<first>{_DAY})(?:-(?P<last>{_DAY}))? )?(?P<from>{_HOUR})-(?P<to>{_HOUR}|24:00)")


def _is_window(text: str) -> str:
    parts = WINDOW.fullmatch(text)
    if parts is None or parts["from"] >= parts["to"]:
        raise ValueError(f"{text!r} is no window; write days and hours of one day, such as Mon-Fri 09:00-18:00")
    return text


def _read_limits(value: object) -> dict[str, int] | None:
    """One amount, or a list of amounts in different currencies."""
    if value is None:
        return None
    found: dict[str, int] = {}
    for text in value if isinstance(value, list) else [value]:
        if not isinstance(text, str):
            letters = str(getattr(text, "written", text))
            raise ValueError(f"expected text, found {letters}; {amount_mend(letters, None)}")
        money = parse_money(text, None)
        if money.currency in found:
            raise ValueError(f"two amounts in {money.currency}; keep one of them")
        found[money.currency] = money.minor
    if not found:
        raise ValueError("an empty list limits nothing; write an amount such as 500.00 SGD, or remove it")
    return found


class CommonPolicies(Spec):
    """Guardrails that mean the same for a project and for an account; where both write one, the stricter wins."""

    FIRST: ClassVar[tuple[str, ...]] = ("max_daily_budget", "max_account_daily_budget")
    max_budget_increase: Annotated[int, Field(ge=1)] | None = None
    """The largest step up of one budget, in percent."""
    max_removals: Annotated[int, Field(ge=0, le=100)] | None = None
    """The largest share of managed resources, in percent, that one plan may remove; 20 unless written."""
    max_lateness: Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]*(m|h|d)$")] | None = None
    """How overdue a scheduled activation may be, such as 24h; older ones wait for a person."""
    activation_window: Annotated[str, AfterValidator(_is_window)] | None = None
    """When activations may happen, such as Mon-Fri 09:00-18:00, in the project's timezone."""
    allowed_domains: list[Host] | None = None
    """Domains that ads may lead to; their subdomains are included."""
    name_pattern: Annotated[str, AfterValidator(_is_pattern)] | None = None
    """A regular expression that every campaign name must match in full."""
    require_url_tags: bool | None = None
    """Refuse ads without url_tags."""
    max_matrix: Annotated[int, Field(ge=1)] | None = None
    """The most that one file's matrix may make; 200 unless written."""
    drift: Annotated[str, OneOf(frozenset({"keep", "revert"}))] | None = None
    """keep leaves edits made in Ads Manager alone; revert overwrites them on apply."""


class PoliciesSpec(CommonPolicies):
    """Guardrails for one account, checked in every plan."""

    max_daily_budget: MoneyField | None = None
    """The most that one campaign may spend a day, such as 500.00 SGD."""
    max_account_daily_budget: MoneyField | None = None
    """The most that all campaigns of the account may spend a day together."""


MONEY_SCHEMA = {"type": "string", "pattern": r"^[0-9]+(\.[0-9]+)? [A-Z]{3}$"}
Limits = Annotated[
    dict[str, int],
    BeforeValidator(_read_limits),
    WithJsonSchema(
        {
            "anyOf": [MONEY_SCHEMA, {"type": "array", "items": MONEY_SCHEMA, "minItems": 1}],
            "examples": [["500.00 SGD", "1600.00 MYR"]],
        }
    ),
]
"""Minor units by currency."""


class ProjectPoliciesSpec(CommonPolicies):
    """Guardrails for all accounts, checked in every plan. Each currency in use needs an amount."""

    max_daily_budget: Limits | None = None
    """The most that one campaign may spend a day, an amount for each currency: [500.00 SGD, 1600.00 MYR]."""
    max_account_daily_budget: Limits | None = None
    """The most that an account may spend a day, an amount for each currency."""


class DefaultsSpec(Spec):
    """Fields that every campaign, ad set or ad starts from; the lowest precedence."""

    campaign: dict[str, Any] = Field(default_factory=dict)
    """Campaign fields."""
    ad_set: dict[str, Any] = Field(default_factory=dict)
    """Ad set fields."""
    ad: dict[str, Any] = Field(default_factory=dict)
    """Ad fields."""


class StateSpec(Spec):
    """Where what is remembered of Meta's objects is kept."""

    branch: Annotated[str, AfterValidator(branch_name)] | None = DEFAULT_STATE_BRANCH
    """The branch that state/ is fetched from and pushed to; null keeps it in the working tree."""


class ProjectSpec(Spec):
    """desired/project.yaml: one project."""

    project: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")]
    """Part of every ownership label; never change it."""
    timezone: Annotated[str, BeforeValidator(_zone_text), AfterValidator(known_zone)] = DEFAULT_TIMEZONE
    """How a time without an offset is read: the name of a place, such as Asia/Singapore, or UTC."""
    api_version: Annotated[str, StringConstraints(pattern=r"^v[0-9]{2}\.[0-9]$")] = DEFAULT
    """Marketing API version; refused once Meta has ended it for ads."""
    pre_review: bool = False
    """Turn ads and ad sets on at once under campaigns that wait, so that review is over at launch."""
    state: StateSpec = Field(default_factory=StateSpec)
    """Where what is remembered of Meta's objects is kept: a branch of its own, unless written."""
    defaults: DefaultsSpec = Field(default_factory=DefaultsSpec)
    """Fields that every campaign, ad set or ad starts from."""
    vars: Vars = Field(default_factory=dict)
    """Values of variables, for ${name} in campaigns, templates and defaults; those of the others go before."""
    policies: ProjectPoliciesSpec = Field(default_factory=ProjectPoliciesSpec)
    """Guardrails for all accounts."""


WHERE_VERIFIED = "reconciler doctor prints those that the account's ad sets name; in quotes"


def _filled_in(text: str) -> str:
    if is_placeholder(text):
        raise ValueError(f"{text!r} is yet to be filled in; put the name in place of {text}")
    return text


def _verified(text: str) -> str:
    if is_placeholder(text):
        raise ValueError(f"{text!r} is yet to be filled in; put the id in place of {text}: {WHERE_VERIFIED}")
    if not re.fullmatch(r"[0-9]{1,30}", text):
        raise ValueError(f"{text!r} is not the id of a verified identity; write the id: {WHERE_VERIFIED}")
    return text


class IdentitySpec(Spec):
    """Who benefits from the ads and who pays, by name."""

    beneficiary: Annotated[Text, AfterValidator(_filled_in)]
    """A name."""
    payer: Annotated[Text, AfterValidator(_filled_in)]
    """A name."""


class VerifiedIdentitySpec(IdentitySpec):
    """Who benefits from the ads and who pays, by identities that Meta has verified."""

    beneficiary: Annotated[Text, AfterValidator(_verified)]
    """The id of a verified identity, quoted."""
    payer: Annotated[Text, AfterValidator(_verified)]
    """The id of a verified identity, quoted."""


class RegulatedSpec(Spec):
    """Sent where an ad set's places need it."""

    singapore: VerifiedIdentitySpec | None = None
    """Verified identities for ads shown in Singapore."""
    taiwan: VerifiedIdentitySpec | None = None
    """Verified identities for ads shown in Taiwan."""
    australia: VerifiedIdentitySpec | None = None
    """Verified identities for ads for financial services shown in Australia."""
    india: VerifiedIdentitySpec | None = None
    """Verified identities for ads for financial services shown in India."""
    thailand: VerifiedIdentitySpec | None = None
    """Verified identities for ads shown in Thailand."""
    brazil: VerifiedIdentitySpec | None = None
    """Verified identities for ads shown in Brazil."""
    eu: IdentitySpec | None = None
    """Names for ads shown in the European Union (Digital Services Act)."""


class AccountSpec(Spec):
    """desired/accounts/<key>.yaml: one ad account."""

    LAST: ClassVar[tuple[str, ...]] = ()

    account: Annotated[str, StringConstraints(pattern=r"^act_[0-9]{1,30}$")]
    """The ad account's id, act_ and digits."""
    name: Name | None = None
    """For people."""
    currency: Annotated[str, AfterValidator(_known_currency)]
    """The account's currency; checked against Meta before anything is done."""
    page: Id | None = None
    """The Facebook page that ads run as."""
    instagram_user: Id | None = None
    """The Instagram account that ads run as."""
    pixel: Id | None = None
    """The pixel that counts conversions."""
    catalog: Id | None = None
    """The product catalogue."""
    domain: Domain | None = None
    """Registrable domain of the shop, such as acme.example; conversion_domain of pixel ads."""
    url_tags: Text | None = None
    """Query parameters that Meta adds to every link unless an ad writes its own."""
    regulated: RegulatedSpec = Field(default_factory=RegulatedSpec)
    """Beneficiaries and payers that Singapore, Taiwan, the EU and others demand."""
    previously: list[Key] = Field(default_factory=list)
    """Former names of this file: its campaigns keep their objects."""
    vars: Vars = Field(default_factory=dict)
    """Values of variables, for ${name} in this account's campaigns and their templates."""
    token: Annotated[str, StringConstraints(pattern=r"^env/[A-Z_][A-Z0-9_]*$")] = DEFAULT_TOKEN
    """env/NAME: the environment variable that holds the access token. Never a token itself."""
    pre_review: bool | None = None
    """Turn ads and ad sets on at once under campaigns that wait; the project's choice unless written."""
    policies: PoliciesSpec = Field(default_factory=PoliciesSpec)
    """Guardrails for this account."""

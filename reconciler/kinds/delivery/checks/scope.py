"""One campaign file with its account: what every check looks at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import datetime
from functools import cached_property

from reconciler.kinds.base import Composing, Level
from reconciler.kinds.delivery.ad import AdSpec
from reconciler.kinds.delivery.ad_set import AdSetSpec
from reconciler.kinds.delivery.campaign import CampaignSpec
from reconciler.kinds.delivery.presets import preset_of
from reconciler.kinds.settings import AccountSpec
from reconciler.model.document import Document, KeyPath
from reconciler.model.light import light
from reconciler.model.problem import Problem


@light(frozen=True)
class Scope:
    """One campaign file with its account."""

    spec: CampaignSpec
    document: Document
    account: AccountSpec
    account_key: str
    now: datetime | None = None
    """The moment that is judged from, where one is known."""
    audiences: frozenset[str] = frozenset()
    """Keys of the audiences that the account declares."""
    lead_forms: Mapping[str, str] = field(default_factory=dict)
    """By key of the lead forms that the account declares, what stands for it."""
    domains: Mapping[str, str] = field(default_factory=dict)
    """By domain, the account that declares it; "" where several do."""

    @classmethod
    def of(cls, spec: CampaignSpec, composing: Composing) -> Scope:
        audiences = composing.declared["audience"]
        # A form that has a mistake has nothing that stands for it, and its key is known all the same.
        forms = {key: key for key in composing.declared["lead_form"]} | dict(composing.references.get("lead_form", {}))
        account = composing.address.account
        return cls(
            spec, composing.document, composing.account, account, composing.now, audiences, forms, composing.domains
        )

    def problem(self, path: KeyPath, message: str, mend: str = "") -> Problem:
        origin = self.document.origin(path)
        # What a preset says is wrong only in the file that relies on it.
        return Problem(origin if origin.is_written else self.document.origin(()), message, mend)

    @property
    def preset(self) -> str:
        return preset_of(self.document.data)

    @property
    def campaign_budget(self) -> bool:
        return self.spec.daily_budget is not None or self.spec.lifetime_budget is not None

    @property
    def sample_country(self) -> str:
        """One that a mend may name: ads shown there need no names that the account lacks."""
        return "SG" if self.account.regulated.singapore else "US"

    def ad_sets(self) -> Sequence[tuple[KeyPath, AdSetSpec]]:
        return self._ad_sets

    def ads(self) -> Sequence[tuple[KeyPath, AdSetSpec, AdSpec]]:
        return self._ads

    def levels(self) -> Sequence[tuple[KeyPath, str, Level]]:
        return self._levels

    # Sixty checks ask for them, one after the other.

    @cached_property
    def _ad_sets(self) -> Sequence[tuple[KeyPath, AdSetSpec]]:
        return tuple((("ad_sets", key), ad_set) for key, ad_set in self.spec.ad_sets.items())

    @cached_property
    def _ads(self) -> Sequence[tuple[KeyPath, AdSetSpec, AdSpec]]:
        return tuple(
            ((*path, "ads", key), ad_set, ad) for path, ad_set in self._ad_sets for key, ad in ad_set.ads.items()
        )

    @cached_property
    def _levels(self) -> Sequence[tuple[KeyPath, str, Level]]:
        return (
            ((), "campaign", self.spec),
            *((path, "ad_set", ad_set) for path, ad_set in self._ad_sets),
            *((path, "ad", ad) for path, _, ad in self._ads),
        )

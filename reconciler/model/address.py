"""What a resource is called, whatever its name or id at Meta."""

from __future__ import annotations

from dataclasses import dataclass

LEVELS = ("campaign", "ad_set", "ad")


@dataclass(frozen=True, slots=True, order=True)
class Address:
    """`account/campaign[/ad_set[/ad]]`: the stable path of a resource, whatever its name or id."""

    account: str
    campaign: str
    ad_set: str = ""
    ad: str = ""

    @classmethod
    def parse(cls, text: str) -> Address:
        """Raises ValueError unless `text` has two to four non-empty steps."""
        steps = text.split("/")
        if not 2 <= len(steps) <= 4 or not all(steps):
            raise ValueError(f"{text!r} is not an address: write account/campaign[/ad_set[/ad]]")
        return cls(*steps)

    def __str__(self) -> str:
        return "/".join(self.steps)

    @property
    def steps(self) -> tuple[str, ...]:
        if self.ad:
            return self.account, self.campaign, self.ad_set, self.ad
        if self.ad_set:
            return self.account, self.campaign, self.ad_set
        return self.account, self.campaign

    @property
    def kind(self) -> str:
        return LEVELS[bool(self.ad_set) + bool(self.ad)]

    @property
    def parent(self) -> Address | None:
        return Address(*self.steps[:-1]) if self.ad_set else None

    @property
    def ancestors(self) -> tuple[Address, ...]:
        """What it is in: nearest first."""
        return tuple(Address(*self.steps[:size]) for size in range(len(self.steps) - 1, 1, -1))

    @property
    def root(self) -> Address:
        return Address(self.account, self.campaign)

    @classmethod
    def of_orphan(cls, account: str, kind: str, object_id: str) -> Address:
        """For an object that is ours by its label and has no address: no key has a `#`."""
        return cls(*(account, *["#"] * LEVELS.index(kind), f"#{object_id}"))

    @property
    def is_orphan(self) -> bool:
        return self.campaign.startswith("#")

    def within(self, other: Address) -> bool:
        return self.steps[: len(other.steps)] == other.steps

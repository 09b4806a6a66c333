"""What an account has of what is declared or recorded here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from reconciler.kinds import KINDS
from reconciler.kinds.base import EXISTING
from reconciler.model.address import Address
from reconciler.model.remote import Object
from reconciler.model.resource import Resource
from reconciler.run.session import Session


@dataclass
class Managed:
    """One account's."""

    session: Session
    there: dict[Address, str] = field(default_factory=dict)
    """Of what is declared or recorded, the ids of what the account has of it, with our label or without."""
    known: dict[Address, str] = field(default_factory=dict)
    """Of what is managed, the ids; what state/ has forgotten of it is remembered again."""

    @property
    def resources(self) -> Mapping[Address, Resource]:
        """As they were declared before the import."""
        return self.session.desired.of(self.session.account.key, self.session.request.now)

    def know(self, there: Mapping[Address, Object]) -> None:
        """What is managed, as it is there."""
        self.there = {at: one.id for at, one in there.items()}
        resources = self.resources
        self.known = {at: one.id for at, one in there.items() if at in resources and not one.gone}

    @property
    def refs(self) -> dict[str, str]:
        """By id, what stands for what is declared and stands alone."""
        declared = self.resources
        alone = {at: one for at, one in self.known.items() if KINDS[at.kind].stands_alone}
        said = {at: declared[at].fields if at in declared else {EXISTING: one} for at, one in alone.items()}
        return {one: KINDS[at.kind].reference(at, said[at]) for at, one in alone.items()}

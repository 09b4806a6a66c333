"""What `state/` remembers of one address."""

from __future__ import annotations

from dataclasses import field

from reconciler.model.light import light
from reconciler.model.resource import OnRemove
from reconciler.model.values import Fields


@light(frozen=True)
class Record:
    """What we remember of one address: identity, what we last applied, what was last seen."""

    kind: str
    id: str = ""
    applied: Fields = field(default_factory=dict)
    """What Meta has confirmed. What of it is in flight, nobody has read back."""
    live: Fields = field(default_factory=dict)
    status: str = ""
    """The declared status that we last set or found; "" while the status is the buyer's own."""
    on_remove: OnRemove = OnRemove.PAUSE
    protect: bool = False
    activation: Fields | None = None
    """Receipt: the declared `activate_at` and `deactivate_at` that have been carried out."""
    in_flight: Fields | None = None
    """By field, `status` among them, the `value` that was sent and that no look has shown yet, the `former` that
    counted as applied, when by Meta's clock (`at`, ISO 8601; "" where it told none), how many of the log's events since
    were `known` before, and what was live `before` where that was not the former. Read by `engine/settle.py` alone."""
    baseline: Fields | None = None
    """By field that is sent whole: what Meta added by itself to what was applied. `beyond` by path, and `at` (ISO 8601)
    while the log may not know yet of somebody who did it; "" once it has had the time. A field without an entry has not
    been looked at since it was written."""
    accepted: Fields | None = None
    """By field, by path: what somebody added and `--accept-live` has let stand."""
    dropped: Fields | None = None
    """By field what was sent, and what Meta took without a word and did not keep."""
    reverted: Fields | None = None
    """What of the declared `lifecycle.revert_drift` has been done: it acts no more."""
    creative_id: str = ""
    references: tuple[str, ...] = ()
    """Addresses of what it refers to: none of them can be removed before it."""
    replaced: tuple[str, ...] = ()
    """Ids of objects that this address had before and that a replacement archived."""
    created_at: str = ""
    """When the create was answered (ISO 8601, UTC): a young object may not show in reads yet."""
    pending: str = ""
    """When a create was sent, or was about to be, that has no id yet (ISO 8601, UTC)."""
    unheard: str = ""
    """When a create of it was sent (ISO 8601, UTC) of which nobody had heard when another one was sent: what came of it
    may show up at any time, and somebody may have put it away before a look has seen it. "" once it was turned on."""
    removed: bool = False
    """Its YAML is gone and what that asks for was done. Kept so that our own pause is not taken for a person's."""
    held: str = ""
    """Why only a person or a reviewed plan turns it on again; "" where the clock may."""
    as_of: str = ""
    """When the rest of the record was last changed (ISO 8601, UTC, by Meta's clock): it knows nothing of what the log
    tells of later."""

    @property
    def knows(self) -> bool:
        """False with neither an id nor a create under way: then what is there all the same was not ours to compare."""
        return bool(self.id or self.pending)

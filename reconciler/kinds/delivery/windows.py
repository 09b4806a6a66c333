"""When something can run by all that is declared: within its own times, and within those of what it is in. Pure.

campaign                12-05 09:00 to 12-20 09:00
ad set, from 12-05 10:00      =>  12-05 10:00 to 12-20 09:00
ad set, status: ACTIVE        =>  12-05 09:00 to 12-20 09:00
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from reconciler.model.document import KeyPath
from reconciler.model.light import light
from reconciler.model.status import ARCHIVED

if TYPE_CHECKING:
    from reconciler.kinds.base import Level
    from reconciler.kinds.delivery.campaign import CampaignSpec


@light(frozen=True, slots=True)
class Bound:
    """A start or an end (aware), and the level that writes it."""

    moment: datetime
    level: KeyPath


@light(frozen=True, slots=True)
class Window:
    """Between which moments something can run; None: nobody declares one."""

    start: Bound | None = None
    end: Bound | None = None

    @property
    def moments(self) -> tuple[datetime | None, datetime | None]:
        return (self.start.moment if self.start else None), (self.end.moment if self.end else None)

    @property
    def is_empty(self) -> bool:
        return self.start is not None and self.end is not None and self.end.moment <= self.start.moment

    def within(self, above: Window) -> Window:
        """The later start and the earlier end; of two alike its own."""
        start, end = self.start, self.end
        if above.start is not None and (start is None or above.start.moment > start.moment):
            start = above.start
        if above.end is not None and (end is None or above.end.moment < end.moment):
            end = above.end
        return Window(start, end)


def written_at(path: KeyPath, level: Level) -> Window:
    """The times that a level writes itself. A hold keeps them: they hold again once it is lifted."""
    start, end = level.activate_at, level.deactivate_at
    return Window(Bound(start, path) if start else None, Bound(end, path) if end else None)


def of_ad_set(spec: CampaignSpec, key: str) -> Window:
    return written_at(("ad_sets", key), spec.ad_sets[key]).within(written_at((), spec))


@dataclass(frozen=True)
class Inside:
    """A level that writes times, and the window of what it is in."""

    own: Window
    above: Window
    path: KeyPath


def inside(spec: CampaignSpec) -> Iterator[Inside]:
    """The ad sets and ads that write times, but for what is put away for good."""
    campaign = written_at((), spec)
    for key, ad_set in spec.ad_sets.items() if spec.status != ARCHIVED else ():
        path: KeyPath = ("ad_sets", key)
        if ad_set.status == ARCHIVED:
            continue
        yield Inside(written_at(path, ad_set), campaign, path)
        window = of_ad_set(spec, key)
        for name, ad in ad_set.ads.items():
            if ad.status != ARCHIVED:
                ad_path = (*path, "ads", name)
                yield Inside(written_at(ad_path, ad), window, ad_path)

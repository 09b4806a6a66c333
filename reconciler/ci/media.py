"""Media that git has only pointers of, for a run of CI: fetched where that can be done."""

from __future__ import annotations

from pathlib import Path

from reconciler.model.errors import UnsharedState
from reconciler.run.events import StateTold, Subscriber
from reconciler.store.git.media import fetch_media


def bring_media(root: Path, notify: Subscriber) -> None:
    """What is missing is the error of the ad that has to upload it: all others are known by their pointers, so that an
    empty budget of Git LFS stops no launch."""
    try:
        fetch_media(root)
    except UnsharedState as error:
        notify(StateTold(str(error)))

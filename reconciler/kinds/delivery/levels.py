"""Where in a campaign's file its campaign, ad sets and ads stand, in whichever form it is written. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from reconciler.kinds.delivery.layers import is_short
from reconciler.kinds.delivery.presets import MAIN
from reconciler.kinds.merging import as_one
from reconciler.model.address import Address
from reconciler.model.document import Document, KeyPath


def names_one(layers: Sequence[Document], path: KeyPath) -> bool:
    """Whether any of them has `ad:` where the path leads into `ads:`."""
    return path[-2:-1] == ("ads",) and any(layer.value((*path[:-2], "ad")) is not None for layer in layers)


def level_in(file: Document, templates: Sequence[Document], address: Address) -> KeyPath:
    """The path of a resource's own level in its campaign's file, also where a template alone has it by now."""
    whole = as_one((*templates, file))
    ad_set, ad = (*address.keys[1:], "", "")[:2]
    here: KeyPath = () if is_short(whole) or not ad_set else ("ad_sets", ad_set)
    if not ad:
        return here
    written = whole.value(here)
    is_only = ad == MAIN and isinstance(written, dict) and "ad" in written and "ads" not in written
    return (*here, "ad") if is_only else (*here, "ads", ad)

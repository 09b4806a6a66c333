"""What an import tells of what it has left out."""

from __future__ import annotations

from reconciler.observe.inventory import Unfit
from reconciler.render.imported import MOST_FOLDED, left_lines


def test_of_many_campaigns_with_archived_objects_the_rest_is_counted() -> None:
    inside = [
        Unfit(kind, f"{number}{kind}", "Gone", f"archived in campaign {number} C", folded=True)
        for number in range(MOST_FOLDED + 3)
        for kind in ("ad_set", "ad", "ad")
    ]
    lines = [text for text, _ in left_lines(inside)]
    assert lines[0] == "Left out: 1 ad set, 2 ads: archived in campaign 0 C"
    assert lines[MOST_FOLDED:] == ["Left out: 3 ad sets, 6 ads in 3 more like these"]

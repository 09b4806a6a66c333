"""Words of Ads Manager in the files of kinds that stand alone."""

from __future__ import annotations

import pytest

from reconciler.kinds import KINDS
from reconciler.kinds.base import Spec
from reconciler.kinds.spec_tree import spec_below, written_fields


def _specs(spec: type[Spec]) -> list[type[Spec]]:
    below = [found for name in spec.model_fields if (found := spec_below(spec, name))]
    return [spec, *(inner for one in below for inner in _specs(one))]  # type: ignore[arg-type]


ALL = {spec for kind in KINDS.values() if kind.stands_alone for spec in _specs(kind.written)}  # type: ignore[arg-type]


@pytest.mark.parametrize("spec", sorted(ALL, key=str), ids=lambda spec: spec.__name__)
def test_each_word_from_elsewhere_leads_to_a_field_or_says_what_to_do(spec: type[Spec]) -> None:
    known = set(written_fields(spec))
    for said, here in spec.SAID.items():
        assert said not in known
        assert here in known or here.startswith(("write ", "remove it"))

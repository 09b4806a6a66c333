"""What is sent of kinds that are plain at Meta."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import pytest
from support.note import KIND, NoteSpec
from support.sandbox import label_of

from reconciler.apply.plain import plain_params
from reconciler.kinds import KINDS
from reconciler.kinds.base import Api
from reconciler.kinds.field_types import Text
from reconciler.kinds.wire import TEXT
from reconciler.model.address import Address
from reconciler.model.plan import Action, Change

AT = Address.parse("acme-sg/note:first")


class WithPlace(NoteSpec):
    place: Annotated[Text | None, Api(TEXT, clear="anywhere")] = None


@pytest.fixture(autouse=True)
def with_notes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(KINDS, "note", replace(KIND, spec=WithPlace))


def test_what_is_no_longer_declared_is_cleared_as_its_marker_says() -> None:
    change = Change(Action.UPDATE, AT, "1", before={"place": "Kitchen"}, after={"place": None})
    assert plain_params(change, "acme-agency", {}) == {"place": "anywhere"}


@pytest.mark.parametrize("action", [Action.CREATE, Action.UPDATE])
def test_a_description_never_goes_out_without_the_marker(action: Action) -> None:
    change = Change(action, AT, after={"description": "Two litres"})
    assert plain_params(change, "acme-agency", {}) == {"description": f"Two litres {label_of(str(AT))}"}

"""What Meta refuses for good comes with what to do and where, and stops no more than it has to."""

from __future__ import annotations

import pytest
from support.command import Reconciler
from support.repository import STILL, Repository, still_campaign
from support.sandbox import LocalGraph

from reconciler.meta.errors import meaning_of
from reconciler.meta.mends import MENDS
from reconciler.model.errors import GraphReply, Invalid, TokenRefused

OF_VALUES = [
    (200, 1815199, "/adcreatives$", "assign the ad account to the Instagram account in Business settings"),
    (
        100,
        1815199,
        "/adcreatives$",
        "or write as instagram_user in the account's file below desired/accounts/ one that",
    ),
    (
        100,
        3858636,
        "/adsets$",
        "write the ids of identities that Meta has verified below regulated in the account's file",
    ),
    (100, 1487694, "/adsets$", "take out of targeting in the campaign's file what the message names"),
    (100, 2490408, "/adsets$", "write another optimization_goal into the campaign's file, or another objective"),
]
OF_TOKENS = [
    (459, "log in at facebook.com as the person who has made the token and do what it asks for"),
    (464, "log in at facebook.com as the person who has made the token and do what it asks for"),
    (458, "whoever has made the token uses the app no more: make a new system-user token"),
    (492, "assign the page to the system user in Business settings, and make a new token"),
    (463, "make a new system-user token in Business settings and set it in META_ACCESS_TOKEN"),
]


@pytest.mark.parametrize(("code", "subcode", "edge", "mend"), OF_VALUES, ids=str)
def test_a_value_that_meta_refuses_is_told_with_what_to_write_in_which_file(
    code: int, subcode: int, edge: str, mend: str, repository: Repository, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    repository.campaign("a", STILL)
    repository.campaign("z", still_campaign("Welcome"))
    sandbox.fault("error", edge, method="POST", code=code, subcode=subcode, http=400, nth=1)
    run = reconciler.apply().ended(6)
    assert f"Meta error {code}/{subcode}" in run.err
    assert mend in run.err
    assert len(sandbox.nodes("ad")) == 1, "the other campaign is made all the same"


@pytest.mark.parametrize(("subcode", "mend"), OF_TOKENS)
def test_a_token_that_is_refused_is_told_with_what_its_subcode_asks_for(
    subcode: int, mend: str, sandbox: LocalGraph, reconciler: Reconciler
) -> None:
    sandbox.fault("error", "act_1234567890", code=190, subcode=subcode, http=400, times=0)
    run = reconciler("plan").ended(1)
    assert f"Meta error 190/{subcode}" in run.said
    assert mend in run.said


def test_every_subcode_of_a_token_stops_all_that_use_it() -> None:
    """Each is of the session or the person, none of an object, as Meta documents them."""
    for subcode in (None, 458, 459, 460, 463, 464, 467, 492):
        assert meaning_of(GraphReply(400, 190, subcode)).error is TokenRefused


def test_a_value_that_is_refused_is_refused_for_good_and_has_its_mend() -> None:
    for subcode, mend in MENDS.items():
        assert meaning_of(GraphReply(400, 100, subcode)) == meaning_of(GraphReply(400, subcode))
        assert meaning_of(GraphReply(400, 100, subcode)).error is Invalid
        assert meaning_of(GraphReply(400, 100, subcode)).mend == mend

"""`config/trial.py`: what other files would declare, without judging those that are not asked about."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from support.repository import STILL, Repository

from reconciler.config.trial import Trial
from reconciler.model.errors import ConfigError

ASKED: dict[str, Callable[[Trial], Any]] = {
    "settings": lambda trial: trial.specs("acme-sg"),
    "an import from Meta": lambda trial: trial.alone("acme-sg", {"desired/campaigns/acme-sg/new.yaml": STILL}, {}),
    "a pull into another account": lambda trial: trial.desired({}, ["other"]),
    "a sheet": lambda trial: trial.instead("acme-sg", {}),
    "files beside": lambda trial: trial.beside({}),
}


def with_a_table(repository: Repository) -> Trial:
    repository.write("accounts/other.yaml", "account: act_2\ncurrency: USD\n")
    repository.campaign("xmas", "matrix: {from: xmas.csv}\n" + STILL.replace("Still", "Xmas ${place}"))
    repository.write("campaigns/acme-sg/xmas.csv", "key,place\nsg,SG\nmy,MY\n")
    return Trial(repository.root, datetime(2026, 11, 21, tzinfo=UTC))


@pytest.mark.parametrize("asked", ASKED)
def test_a_table_of_a_file_that_is_left_out_is_not_judged(asked: str, repository: Repository) -> None:
    assert ASKED[asked](with_a_table(repository))


def test_a_table_whose_last_name_an_edit_takes_away_is_told(repository: Repository) -> None:
    trial = with_a_table(repository)
    with pytest.raises(ConfigError, match="no matrix names this table"):
        trial.desired({"desired/campaigns/acme-sg/xmas.yaml": STILL}, ["acme-sg"])

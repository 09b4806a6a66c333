"""From YAML texts to resources or problems, without files: for tests of what is declared."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from reconciler.config.document import parse_document
from reconciler.config.load import Repository
from reconciler.config.resolve import media_paths, resolve
from reconciler.config.specs import Declared, declare
from reconciler.model.address import Address
from reconciler.model.errors import ConfigError
from reconciler.model.media import MediaFact
from reconciler.model.problem import Problem
from reconciler.model.resource import Desired, Resource

PROJECT = "project: acme\n"
ACCOUNT = """\
account: act_1
currency: SGD
page: "1029"
pixel: "5647"
domain: acme.example
regulated:
  singapore: {beneficiary: "11", payer: "22"}
  taiwan: {beneficiary: "33", payer: "44"}
  eu: {beneficiary: Acme, payer: Acme Ltd}
"""
AD = '{video: a.mp4, destination_url: "https://acme.example/"}'
SHORT = f"name: Spring\ndaily_budget: 50.00 SGD\nad: {AD}\n"
NOW = datetime.fromisoformat("2026-11-21T10:00:00+08:00")


def repository_of(
    campaign: str = SHORT,
    *,
    project: str = PROJECT,
    account: str = ACCOUNT,
    templates: Mapping[str, str] | None = None,
    more: Mapping[str, str] | None = None,
) -> Repository:
    """One account `acme-sg` with the campaign `spring`; `more` holds further campaigns by key."""
    found = Repository(Path())
    found.project = parse_document(project, "desired/project.yaml")
    found.accounts["acme-sg"] = parse_document(account, "desired/accounts/acme-sg.yaml")
    for key, text in (templates or {}).items():
        found.templates[key] = parse_document(text, f"desired/templates/{key}.yaml")
    for key, text in {"spring": campaign, **(more or {})}.items():
        found.files["campaign", "acme-sg", key] = parse_document(text, f"desired/campaigns/acme-sg/{key}.yaml")
    return found


def facts_of(declared: Declared) -> dict[str, MediaFact]:
    """Facts for each media file that the YAML names, as if it existed: its kind follows from its suffix, and its digest
    from the first letter of its name."""
    kinds = {"mp4": "video", "png": "image", "jpg": "image"}
    return {
        path: MediaFact(kinds[path.rpartition(".")[2]], f"{ord(path[0]):02x}" * 32)
        for path in media_paths(declared.files)
    }


def desired_of(
    campaign: str = SHORT,
    *,
    project: str = PROJECT,
    account: str = ACCOUNT,
    templates: Mapping[str, str] | None = None,
    more: Mapping[str, str] | None = None,
    media: Mapping[str, MediaFact] | None = None,
    now: datetime = NOW,
) -> Desired:
    """What the YAML declares. Raises ConfigError where it is wrong."""
    declared = declare(repository_of(campaign, project=project, account=account, templates=templates, more=more))
    return resolve(declared, {**facts_of(declared), **(media or {})}, now)


def resources_of(campaign: str = SHORT, *, now: datetime = NOW, **more: Any) -> dict[Address, Resource]:
    """The same resources with the status that they have at a moment."""
    return {address: each.at(now) for address, each in desired_of(campaign, now=now, **more).resources.items()}


def problems_of(
    campaign: str = SHORT,
    *,
    project: str = PROJECT,
    account: str = ACCOUNT,
    templates: Mapping[str, str] | None = None,
    more: Mapping[str, str] | None = None,
    media: Mapping[str, MediaFact] | None = None,
    now: datetime = NOW,
) -> tuple[Problem, ...]:
    """All problems that the YAML has; the test fails where there are none."""
    with pytest.raises(ConfigError) as caught:
        desired_of(campaign, project=project, account=account, templates=templates, more=more, media=media, now=now)
    return caught.value.problems


def place(problem: Problem) -> str:
    """File, line and column: `spring.yaml:3:1`."""
    return str(problem.origin).rpartition("/")[2]

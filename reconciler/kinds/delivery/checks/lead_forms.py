"""Ads that open a lead form: what has to stand around them, and what cannot. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from typing import TYPE_CHECKING

from reconciler.kinds.delivery.ad import AdSpec
from reconciler.kinds.delivery.ad_set import AdSetSpec
from reconciler.kinds.enums import FORM_BUTTONS, FORM_GOALS
from reconciler.model.document import KeyPath
from reconciler.model.problem import Problem

if TYPE_CHECKING:
    from reconciler.kinds.delivery.checks.scope import Scope

FEED = "asset_feed_spec"


def lead_forms(scope: Scope) -> Iterator[Problem]:
    for path, ad_set, ad in scope.ads():
        if ad.lead_form is not None:
            yield from _unknown(scope, (*path, "lead_form"), ad.lead_form)
            yield from _goal(scope, (*path, "lead_form"), ad_set)
            yield from _beside(scope, path, ad)
            yield from _of_another_page(scope, path, ad_set, ad)


def _unknown(scope: Scope, path: KeyPath, key: str) -> Iterator[Problem]:
    if key.isdigit() or key in scope.lead_forms:
        return
    near = get_close_matches(key, scope.lead_forms, n=1)
    mend = f"did you mean {near[0]}?" if near else "declare it, or write the id of one that is not, in quotes"
    yield scope.problem(path, f"no lead form {key!r} is declared", mend)


def _goal(scope: Scope, path: KeyPath, ad_set: AdSetSpec) -> Iterator[Problem]:
    if ad_set.optimization_goal in FORM_GOALS and scope.spec.objective == "OUTCOME_LEADS":
        return
    message = "only ads of OUTCOME_LEADS with the goal LEAD_GENERATION or QUALITY_LEAD open a lead form"
    if scope.spec.objective == "OUTCOME_LEADS":
        yield scope.problem(path, message, "write optimization_goal: LEAD_GENERATION in its ad set")
    else:
        yield scope.problem(path, message, "write destination_url: https://… in its place, or move it to such a one")


def _beside(scope: Scope, path: KeyPath, ad: AdSpec) -> Iterator[Problem]:
    if ad.destination_url is not None:
        message = "destination_url stands beside lead_form, and a click opens the form"
        yield scope.problem((*path, "destination_url"), message, "remove it here; the form has a follow_up_url")
    if "call_to_action" in ad.model_fields_set and ad.call_to_action not in FORM_BUTTONS:
        message = f"{ad.call_to_action} does not open a lead form"
        yield scope.problem((*path, "call_to_action"), message, f"write one of {', '.join(sorted(FORM_BUTTONS))}")
    if FEED in ad.raw:
        message = f"{FEED} stands beside lead_form, and its own buttons would count"
        yield scope.problem((*path, "raw", FEED), message, "remove it")


def _of_another_page(scope: Scope, path: KeyPath, ad_set: AdSetSpec, ad: AdSpec) -> Iterator[Problem]:
    """Meta takes a form of the very page that the ad runs as."""
    other = ad.page or ad_set.page
    if ad.lead_form in scope.lead_forms and other not in (None, scope.account.page):
        message = f"lead form {ad.lead_form} is the account's page's, and the ad runs as page {other}"
        where = (*path, "page") if ad.page else (*path[:-2], "page")
        yield scope.problem(where, message, "remove page here, or write the id of a form of that page, in quotes")

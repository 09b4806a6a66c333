"""The file of a campaign, with all that is in it."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from reconciler.kinds.base import Composing
from reconciler.kinds.creative import whole
from reconciler.kinds.delivery import forms, imported, matrix, undeclared, unknown
from reconciler.kinds.delivery.ad import AdSpec
from reconciler.kinds.delivery.ad_set import AdSetSpec
from reconciler.kinds.delivery.campaign import KIND, CampaignSpec
from reconciler.kinds.delivery.checks.campaign import check_campaign, warn_campaign
from reconciler.kinds.delivery.checks.limits import same_names
from reconciler.kinds.delivery.checks.media import media_paths, media_problems, media_warnings
from reconciler.kinds.delivery.checks.reverting import reverted_drift
from reconciler.kinds.delivery.checks.scope import Scope
from reconciler.kinds.delivery.checks.upcoming import device_defaults
from reconciler.kinds.delivery.compose import resources
from reconciler.kinds.delivery.levels import level_in, names_one
from reconciler.kinds.delivery.presets import preset_of
from reconciler.kinds.delivery.shorten import IN_SHORT, level_of_its_own, shortened
from reconciler.kinds.delivery.words import DELIVERY
from reconciler.kinds.file_kind import Importing, LayeredFile, Words
from reconciler.kinds.settings import AccountSpec
from reconciler.model.problem import Problem


def problems(spec: CampaignSpec, composing: Composing) -> Iterator[Problem]:
    scope = Scope.of(spec, composing)
    yield from check_campaign(scope)
    yield from media_problems(scope, composing.media)
    yield from reverted_drift(scope, ZoneInfo(composing.project.timezone))


def warnings(spec: CampaignSpec, composing: Composing) -> Iterator[Problem]:
    scope = Scope.of(spec, composing)
    yield from warn_campaign(scope)
    yield from media_warnings(scope, composing.media)
    yield from device_defaults(scope, composing.project.api_version)


def uses(spec: CampaignSpec, account: AccountSpec) -> Iterator[tuple[str, str]]:
    """The account's own as soon as there is an ad set, which may fall back on them."""
    ad_sets = list(spec.ad_sets.values())
    ads = [ad for ad_set in ad_sets for ad in ad_set.ads.values()]
    levels = {"page": [account, *ad_sets, *ads], "pixel": [account, *ad_sets]} if ad_sets else {}
    for name, each in levels.items():
        yield from ((name, found) for level in each if (found := getattr(level, name)))


CAMPAIGN_FILE = LayeredFile(
    kind=KIND,
    resources=resources,
    problems=problems,
    warnings=warnings,
    alike=same_names,
    media=media_paths,
    uses=uses,
    level=level_in,
    merged=forms.merged,
    too_large=forms.too_large,
    misplaced=forms.misplaced,
    of_template=forms.of_template,
    of_defaults=forms.of_defaults,
    stands_on=preset_of,
    idle_defaults=forms.idle_defaults,
    left_open=frozenset(DELIVERY) & frozenset(AccountSpec.model_fields),
    words=Words(
        slip=unknown.slip,
        meant=unknown.meant,
        right_name=unknown.right_name,
        several=unknown.several_texts,
        parts=unknown.PARTS,
        twice=unknown.TWICE,
        keys=unknown.KEYS,
    ),
    importing=Importing(
        reads={
            **undeclared.READ,
            "ad": undeclared.READ["ad"] | frozenset(whole.READ) - {"id", "name", "object_story_spec", "url_tags"},
        },
        whole=whole.whole_creative,
        full_form=imported.full_form,
        shortened=shortened,
        plainly=imported.plainly,
        ignoring=imported.ignoring,
        without=imported.without,
        level_of_its_own=level_of_its_own,
        names_one=names_one,
        in_short=IN_SHORT | {"ad"},
        level_at=imported.level_in_short,
        below=imported.below,
        naming=imported.naming,
        referring=imported.referring,
        of_account=imported.of_account,
        key_for=imported.key_for,
    ),
    makes={"campaigns": CampaignSpec, "ad_sets": AdSetSpec, "ads": AdSpec},
    spread=matrix.spread,
    with_fields=matrix.with_fields,
    level_names=matrix.LEVEL_NAMES,
    names_at=matrix.names_at,
    marks=forms.MARKS,
)

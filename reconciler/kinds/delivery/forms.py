"""What only the layers of a campaign file show, before anything is typed: one thing said in two forms, or where it
cannot stand, and a small file that asks for a large campaign. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from reconciler.kinds.delivery import layers
from reconciler.kinds.delivery.campaign import KIND, CampaignSpec
from reconciler.kinds.delivery.layers import SETTINGS, layered, taken_away
from reconciler.kinds.delivery.words import two_forms
from reconciler.kinds.merging import as_one, without
from reconciler.kinds.settings import PROJECT_FILE
from reconciler.kinds.spec_tree import keys_of, spec_at
from reconciler.model.document import Document, KeyPath
from reconciler.model.problem import Origin, Problem

PRESET_VALUES = 10
MOST_INHERITED = 200_000
"""Values of one campaign once what its ad sets and ads inherit is written out: two thirds of it are 200 sets of 10."""

MARKS = frozenset(("ad", "ads", "ad_sets", "objective", "daily_budget"))
"""What no account has."""


def merged(file: Document, templates: Sequence[Document], defaults: Document) -> tuple[Document, set[Origin]]:
    """The file with everything below it merged in, and the places of each `~` that takes something away by that."""
    taken = taken_away(file, templates, defaults)
    return _less_taken_away(layered(file, templates, defaults), taken)


def of_template(template: Document) -> Iterator[Problem]:
    return two_forms(template, _levels(template))


def of_defaults(project: Document) -> Iterator[Problem]:
    yield from two_forms(project, iter([("defaults", "campaign"), ("defaults", "ad_set")]))
    yield from _no_defaults(project)


def idle_defaults(project: Document, presets: Collection[str]) -> Iterator[Problem]:
    """Warnings: defaults that no file takes, whatever it writes, since its preset beats them."""
    named = ", ".join(sorted(presets))
    for path, name in layers.idle_defaults(project, presets):
        said = f"{name} takes effect nowhere: every campaign has the preset {named}, which says it itself"
        mend = f"move {name} to a template that the campaigns extend, or to their files; or remove it"
        yield Problem(project.keys.get(path, project.origin(path)), said, mend)


def misplaced(file: Document, templates: Sequence[Document], document: Document) -> Iterator[Problem]:
    """`document` is the file with all its layers."""
    yield from _both_written(as_one((*templates, file)))
    yield from _on_the_campaign(document)
    yield from two_forms(file, _levels(file))


def _less_taken_away(document: Document, taken: set[Origin]) -> tuple[Document, set[Origin]]:
    """What a field is without the value that `~` takes away is its own default. A field without one keeps its value."""
    allowed = set[Origin]()
    if not taken:
        return document, allowed
    for path in [p for p, origin in document.values.items() if origin in taken and document.value(p) is None]:
        info = spec_at(CampaignSpec, path).model_fields.get(str(path[-1]))
        if info is None or info.is_required():
            continue
        allowed.add(document.values[path])
        if info.get_default(call_default_factory=True) is not None:
            document = without(document, tuple(map(str, path)))
    return document, allowed


def too_large(file: Document, templates: Sequence[Document], defaults: Document) -> Problem | None:
    """A small file can ask for a large one: what stands on the campaign is written out in each of its ad sets."""
    layers = [file, *templates, defaults]
    outer = PRESET_VALUES + sum(
        1 for layer in layers for path in layer.values if path[:1] not in (("ad_sets",), ("ads",))
    )
    receivers = sum(1 for layer in layers for path in layer.values if _receives(path))
    if outer * receivers <= MOST_INHERITED:
        return None
    said = f"{receivers:,} ad sets and ads with {outer:,} values each are too many for one campaign"
    return Problem(file.origin(()), said, "split it into several campaigns")


def _receives(path: KeyPath) -> bool:
    return len(path) in (2, 4) and path[-2] in ("ad_sets", "ads")


def _levels(document: Document) -> Iterator[KeyPath]:
    """The campaign and its ad sets: where short words and their long forms may stand."""
    yield ()
    for key in keys_of(document.data.get("ad_sets")):
        yield ("ad_sets", key)


NO_DEFAULTS = {
    "campaign": ("ad", "ads", "ad_sets", "extends", "matrix", "previously", "vars"),
    "ad_set": ("ad", "ads", "previously"),
}


def _no_defaults(project: Document) -> Iterator[Problem]:
    for level, names in NO_DEFAULTS.items():
        written = project.value(("defaults", level))
        for name in names if isinstance(written, dict) else ():
            if name in written:
                here = ("defaults", level, name)
                mend = "move it to a template in desired/templates, or to the campaign file"
                yield Problem(project.keys.get(here, project.origin(here)), f"{name} is no default", mend)


def _both_written(file: Document) -> Iterator[Problem]:
    """`file` with its template: what one of them writes in short must not be written out in the other."""
    yield from _together(file, (), ("ad", "ads", "ad_sets"), "write ad (one ad), or ads (one ad set), or ad_sets")
    ad_sets = file.data.get("ad_sets")
    for key in ad_sets if isinstance(ad_sets, dict) else ():
        yield from _together(file, ("ad_sets", key), ("ad", "ads"), "write ad (one ad) or ads")


def _together(file: Document, path: KeyPath, names: tuple[str, ...], mend: str) -> Iterator[Problem]:
    level = file.value(path)
    both = [name for name in names if isinstance(level, dict) and name in level]
    if len(both) > 1:
        here = (*path, both[1])
        yield Problem(file.keys.get(here, file.origin(here)), f"{' and '.join(both)} together", mend)


def _on_the_campaign(document: Document) -> Iterator[Problem]:
    """What the full form still has on the campaign has no ad set to go to."""
    for name in SETTINGS:
        if name in document.data:
            origin = document.keys.get((name,), document.origin((name,)))
            target = f"defaults.ad_set.{name}" if origin.file == PROJECT_FILE else f"ad_sets.<key>.{name}"
            own = "; what is the campaign's own goes under raw" if name in KIND.fields else ""
            yield Problem(origin, f"{name} belongs to an ad set", f"move it to {target}{own}")
    if document.data.get("ad", 0) is None:
        mend = "write the ad's fields below it, or delete the key"
        yield Problem(document.origin(("ad",)), "ad: expected a mapping, found nothing", mend)

"""Where a file has room for one thing more, and what keeps it from having any."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from reconciler.config.document import parse_document
from reconciler.config.matrix import MATRIX
from reconciler.config.trial import Trial
from reconciler.edit.adding import CannotAddError, with_keys
from reconciler.kinds.files import LAYERED
from reconciler.model.address import Address
from reconciler.model.document import Document, KeyPath

AGAIN = "and run this again"
MADE = f"write out what that makes, under the same keys, {AGAIN}"


def with_room(
    trial: Trial, resources: Iterable[Address], file: str, text: str, address: Address
) -> tuple[str, KeyPath]:
    """The text with a place for what it does not have yet, and where that is. Raises CannotAddError."""
    document = parse_document(text, file)
    layers = [*trial.templates_of(document), document]
    if (makes := _made_by_a_matrix(layers)) is not None:
        raise CannotAddError(f"a matrix makes the {makes} of its file, and what is added there is of each; {MADE}")
    path = LAYERED.level(document, layers[:-1], address)
    if not path:
        # Its only one has no key so far, the one that its address has.
        only = next(at for at in resources if at.parent == address.parent)
        text = with_keys(text, only.key)
        path = LAYERED.level(parse_document(text, file), layers[:-1], address)
        if len(layers) > 1 and not LAYERED.level(layers[-2], layers[:-2], address):
            in_full = f"write it there with ad_sets: and the key {only.key}"
            raise CannotAddError(f"its template has the short form, which has room for one; {in_full}, {AGAIN}")
    if LAYERED.importing.names_one(layers[:-1], path) and not LAYERED.importing.names_one([document], path):
        raise CannotAddError(
            f"its template has ad:, which has room for one; write it there as ads: with the key main, {AGAIN}"
        )
    return text, path


def _made_by_a_matrix(layers: Sequence[Document]) -> str | None:
    """Of what, in words; None where each stands for itself."""
    written = next((layer.data[MATRIX] for layer in layers if isinstance(layer.data.get(MATRIX), dict)), None)
    if written is None:
        return None
    words = [word for word in LAYERED.makes if word in written] or list(LAYERED.makes)[:1]
    return " and ".join(word.replace("_", " ") for word in words)

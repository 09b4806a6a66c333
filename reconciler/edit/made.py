"""What a matrix's file says of one thing that it makes: the values and the cells that are this one's. Pure.

A value may be another one's as well; whoever writes there has to look at what changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from reconciler.kinds.file_kind import LayeredFile
from reconciler.kinds.files import FILES
from reconciler.model.address import Address
from reconciler.model.document import Document, KeyPath
from reconciler.model.problem import Origin

MATRIX, FROM, VALUE = "matrix", "from", "value"

Rows = Callable[[str], Mapping[str, Document]]
"""Of a table, by its path from the root: the cells of each line by its key, with their places."""


@dataclass(frozen=True)
class Making:
    """The matrix of one file, as it makes what stands at an address, or above it."""

    document: Document
    address: Address
    rows: Rows

    def values(self) -> Iterator[tuple[str, KeyPath]]:
        """The word of what is made, and the path of each value that is fields of it."""
        for word, at, key in self._words():
            dimensions = self.document.value(at)
            for name in dimensions if FROM not in dimensions else ():
                yield from ((word, path) for path in self._of_dimension((*at, name), key))

    def cell(self, column: str) -> Origin | None:
        """Where the line of it says that."""
        for table, key in self._tables():
            row = self.rows(table).get(key)
            if row is not None and (column,) in row.values:
                return row.values[column,]
        return None

    @property
    def table(self) -> str:
        return next((name for name, _ in self._tables()), "")

    @property
    def dimension(self) -> KeyPath:
        """The one dimension, where there is one alone, and its values are fields; else ()."""
        found = [(at, [*self.document.value(at)]) for _, at, _ in self._words()]
        if len(found) != 1 or len(found[0][1]) != 1:
            return ()
        at, (name,) = found[0]
        values = self.document.value((*at, name))
        fields = values.values() if isinstance(values, dict) else [None]
        return (*at, name) if all(isinstance(one, dict) for one in fields) else ()

    def _of_dimension(self, at: KeyPath, key: str) -> Iterator[KeyPath]:
        values = self.document.value(at)
        for name, value in values.items() if isinstance(values, dict) else ():
            inner = value.get(VALUE, value) if isinstance(value, dict) else None
            if isinstance(inner, dict) and f"-{name}-" in f"-{key}-":
                yield (*at, name) if inner is value else (*at, name, VALUE)

    def _words(self) -> list[tuple[str, KeyPath, str]]:
        """Outermost first: what is made, where that stands, and the key that the matrix gives to this one."""
        written, kind = self.document.value((MATRIX,)), FILES.get(self.address.root.kind)
        if not isinstance(written, dict) or not isinstance(kind, LayeredFile):
            return []
        stem = self.document.origin(()).file.rpartition("/")[2].removesuffix(".yaml").removesuffix(".yml")
        root, *below = self.address.keys
        keys = [root.removeprefix(f"{stem}-"), *below]
        first, *_ = kind.makes
        at: dict[str, KeyPath] = {first: (MATRIX,)} if FROM in written else {w: (MATRIX, w) for w in written}
        found = [(word, at[word], key) for word, key in zip(kind.makes, keys, strict=False) if word in at]
        return [one for one in found if isinstance(self.document.value(one[1]), dict)]

    def _tables(self) -> Iterator[tuple[str, str]]:
        """Each table, with the key of the line there."""
        folder = self.document.origin(()).file.rpartition("/")[0]
        for _, at, key in self._words():
            if isinstance(named := self.document.value((*at, FROM)), str):
                yield f"{folder}/{named}", key

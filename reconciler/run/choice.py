"""What a person is told of a value that was not written: why, and each place where it could stand. Each that is named
has been tried. Writes nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from reconciler.edit.made import Making
from reconciler.edit.places import CellEdit, Edit, Places, Way
from reconciler.edit.yaml_text import flow
from reconciler.engine.overtaken import Overtaken
from reconciler.kinds import BUDGETS
from reconciler.kinds.said import written_out_below
from reconciler.kinds.variables import NAME
from reconciler.model.document import KeyPath
from reconciler.run.editing import Editing, Refused, Tried

BY_HAND = "write what is live into the YAML"
SHARED = "run it again with --shared to change it there"
AGREE = "bring them to one value in Ads Manager, and run it again with --shared"
TAKEN_NAMES = frozenset({"countries", "objective"})
"""Fields whose names are built in as variables."""


IN_ITS_PLACE = "write the budget that is live, which plan names, in place of {name} in {file}"
SAMPLE = re.compile(r"add (\w+): [0-9][0-9.]* [A-Z]{3}\b")
"""A sum that a mend of `validate` makes up. Here there is one, and it is live."""


@dataclass(frozen=True)
class Choice:
    """Of one value, as the files are by now."""

    editing: Editing
    one: Overtaken

    def of_shared(self, theirs: Tried) -> tuple[str, str]:
        """Its line holds for others, too."""
        edit, holds = theirs.way[-1], f"holds for {theirs.others[0]}, too" if theirs.others else ""
        if theirs.others and self.editing.is_made_text(theirs.way):
            return f"its text is put together with ${{…}}, and {holds}", self._own or self._apart or BY_HAND
        mend = ", or ".join(filter(None, (SHARED, self._own or self._apart)))
        if isinstance(edit, CellEdit):
            return f"its cell ({edit.origin}) {holds}", mend
        return f"its line {holds}" if holds and not theirs.is_above else f"its line is in {edit.file}", mend

    def of_conflict(self, others: Sequence[Overtaken]) -> tuple[str, str]:
        """Its line would have to say something else as well."""
        said = " and ".join(f"{self._text(one)} for {one.address}" for one in others)
        return f"its line holds for others, too, and would have to say {said}", self._own or self._apart or AGREE

    def alone(self, refused: Refused) -> tuple[str, str]:
        """No place could say it."""
        cell = self._places.cell(self.one)
        if self._making.table and (self.one.field == "status" or (cell and "${" in str(self.one.live))):
            why = f"its value is a cell of a table ({cell}), which holds no ${{…}}" if cell else refused.why
            return why, f"give it a file of its own in place of its line there: {self._file_alone}, with {self._line()}"
        if self._apart:
            return f"its value is a cell of a table ({cell}): {refused.why}" if cell else refused.why, self._apart
        if self.one.field in BUDGETS and self.one.live is None:
            return refused.why, IN_ITS_PLACE.format(name=self.one.field, file=self._file)
        if self.one.field == "status" and (below := self._to_be_written_out):
            written = f"its ads and all that is its own, with status: {self.one.live}, below {below}"
            return refused.why, f"write the ad set out in {self._file}: {written}"
        mend = f"write {self._line()} into {self._file}"
        more = SAMPLE.sub(r"add the \1 that is live", refused.mend)
        return refused.why, f"{mend}; that needs more: {more}" if more else mend

    @property
    def _file_alone(self) -> str:
        return f"{self._file.rpartition('/')[0]}/{self.one.address.root.key}.yaml"

    # ---- places

    @cached_property
    def _own(self) -> str:
        """Where it can be said of this one alone; "" where no such place is."""
        for way in self._places.instead(self.one):
            tried = self.editing.attempt(way, self.one, self.one.is_settled_in)
            if isinstance(tried, Tried) and not tried.is_shared:
                return self._told(way)
        return ""

    def _told(self, way: Way) -> str:
        edit = way[-1]
        if isinstance(edit, CellEdit):
            return f"write {edit.value} into the cell {edit.origin}, which goes before"
        written = [one for one in way if isinstance(one, Edit) and one.value is not None]
        lines = [flow({one.path[-1]: one.value})[1:-1] for one in written]
        below = f"below {'.'.join(map(str, edit.path[:-1]))} " if edit.path[:-1] else ""
        return f"write {' and '.join(lines)} {below}into {edit.file}, which goes before"

    @cached_property
    def _apart(self) -> str:
        """What gives each that a matrix makes a place of its own; "" where there is no matrix."""
        making, word = self._making, str(self._path[-1])
        if making.table:
            name = f"{word}_of_line" if word in (*TAKEN_NAMES, *self._columns()) or not NAME.fullmatch(word) else word
            below = "".join(f"{step}: " for step in self._path[:-1])
            said = f"write {below}{word}: ${{{name}}} in {self._file}"
            return f"make it a column: {said}, and add the column {name} to {making.table} with what each line says"
        if making.dimension:
            values = ".".join(map(str, making.dimension))
            origin = self.one.resource.origin_of(self.one.path).line_text
            return f"take {word} out of {origin}, and write it into each value of {values} in {self._file}"
        return ""

    def _columns(self) -> Iterator[str]:
        for row in self.editing.rows(self._making.table).values():
            yield from row.data

    @cached_property
    def _places(self) -> Places:
        return self.editing.places(self.one.address.account)

    @property
    def _file(self) -> str:
        return self._places.own_file(self.one.address)

    @property
    def _to_be_written_out(self) -> str:
        """Where it would have a level of its own, if what it is in did not stand at the same one."""
        shares = self.one.address.parent is not None and not self._places.level(self.one.address)
        return written_out_below(self.one.address) if shares else ""

    @property
    def _making(self) -> Making:
        return self._places.making(self.one.address)

    @cached_property
    def _path(self) -> KeyPath:
        """Where it would stand in the file, if no matrix made it."""
        return self._places.before_made(self.one)

    def _line(self) -> str:
        """On one line, with what it stands in."""
        value = self._places.value(self.one)
        steps = self._path if all(isinstance(step, str) for step in self._path) else self._path[-1:]
        for step in reversed(steps):
            value = {step: value}
        return flow(value)[1:-1]

    def _text(self, one: Overtaken) -> str:
        return flow(self._places.value(one))

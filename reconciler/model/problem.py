"""What is wrong in a file, and where."""

from __future__ import annotations

from dataclasses import dataclass, field

from reconciler.model.light import light


@light(frozen=True, slots=True)
class Origin:
    """A place in a file. `file` is relative to the repository; lines and columns count from 1. Of a sheet it holds the
    cell too, and there is no line.
    """

    file: str
    line: int = 0
    column: int = 0
    written: str = field(default="", compare=False, repr=False)
    """The letters of an unquoted value that stands there: `10.10` and `TRUE`, where `data` has 10.1 and True. Of a text
    of several lines its lines, with its quotes or its `>`."""
    variable: str = field(default="", compare=False, repr=False)
    """The variable whose value stands there, where a `${…}` elsewhere takes it as a whole."""
    made: str = field(default="", compare=False, repr=False)
    """Of a value that is made with variables: how it came about, as the end of a message."""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file

    @property
    def is_written(self) -> bool:
        """Whether somebody has written it, in a file or in a sheet: what stands in the program has no place in one."""
        return bool(self.line or self.column)

    @property
    def line_text(self) -> str:
        """`file:line`, as the plan prints it."""
        return f"{self.file}:{self.line}" if self.line else self.file


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, where it stands, and what would be right."""

    origin: Origin
    message: str
    mend: str = ""
    about: str = field(default="", compare=False)
    """The account that it is told of, where the place is one of the project's."""

    def sort_key(self) -> tuple[str, int, int, str]:
        return (self.origin.file, self.origin.line, self.origin.column, self.message)

    def __str__(self) -> str:
        return f"{self.origin}: {self.message}" + (f"\n  mend: {self.mend}" if self.mend else "")

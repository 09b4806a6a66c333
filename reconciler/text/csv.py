"""What separates the cells of a CSV text."""

from __future__ import annotations

import re

DELIMITERS = ",;\t"


def delimiter_of(text: str) -> str:
    """Whichever parts the first line most often, outside of quotes."""
    first = re.sub('"[^"]*"', "", re.split("\r\n|\r|\n", text.lstrip("\r\n"), maxsplit=1)[0])
    return max(DELIMITERS, key=first.count)

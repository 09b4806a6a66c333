"""What a comment asks for: `/reconciler pull ADDRESS…`. Pure: its words are data, and none of them reaches a shell.

Only the first line counts, and only at its beginning: what is quoted, or stands in a sentence, asks for nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

BEGINNING = "/reconciler"
COMMANDS = ("pull", "revert-drift")
FORMS = (f"{BEGINNING} pull ADDRESS…", f"{BEGINNING} pull --shared ADDRESS…", f"{BEGINNING} revert-drift ADDRESS…")
SHARED = "--shared"
MOST_ADDRESSES = 50
LONGEST_WORD = 300
"""Characters: an address has four keys of 63 at most."""


@dataclass(frozen=True)
class Asked:
    name: str
    addresses: tuple[str, ...]
    shared: bool = False


def is_command(body: str) -> bool:
    return body.split(maxsplit=1)[:1] == [BEGINNING] and body.startswith(BEGINNING)


def asked_in(body: str) -> Asked:
    """Raises ValueError with what is not understood."""
    words = body.splitlines()[0].split()[1:]
    name, *rest = words or [""]
    if name not in COMMANDS:
        raise ValueError(f"there is no command {name[:LONGEST_WORD]!r}" if name else "it names no command")
    shared = name == "pull" and SHARED in rest
    addresses = [word for word in rest if not (shared and word == SHARED)]
    if not addresses:
        raise ValueError("it names no address")
    if len(addresses) > MOST_ADDRESSES or any(len(word) > LONGEST_WORD for word in addresses):
        raise ValueError(f"it names more than {MOST_ADDRESSES} addresses, or one that is too long")
    return Asked(name, tuple(dict.fromkeys(addresses)), shared)

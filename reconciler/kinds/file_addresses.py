"""The address of what a file below desired/ declares: people name the file where an address is asked for."""

from __future__ import annotations

from reconciler.model.address import FORM, LEVELS, Address

YAML = ("yaml", "yml")
TOP = "desired"
"""What stands in it itself is of the whole project."""


def parsed_address(text: str) -> Address:
    """Raises ValueError for what is no address, and for a file's path, with the address of what it declares."""
    if (meant := address_of_file(text)) is not None:
        raise ValueError(f"{text!r} is a file: the address of what it declares is {meant}")
    if text.endswith(tuple(f".{suffix}" for suffix in YAML)):
        raise ValueError(f"{text!r} is a file that declares nothing with an address: {FORM}")
    return Address.parse(text)


def address_of_file(text: str) -> Address | None:
    """`desired/campaigns/acme-sg/spring-sale.yaml` → `acme-sg/spring-sale`, from wherever the path begins; None for
    what is no such path."""
    *above, file = [step for step in text.replace("\\", "/").split("/") if step not in ("", ".")] or [""]
    key, _, suffix = file.rpartition(".")
    if suffix not in YAML or not key or not above or above[-1] in ("..", TOP):
        return None
    kind = _kinds().get(above[-2]) if len(above) > 1 else LEVELS[0]
    return Address.of_file(above[-1], kind, key) if kind else None


def _kinds() -> dict[str, str]:
    """By folder."""
    from reconciler.kinds import KINDS  # noqa: PLC0415  an address alone needs none

    return {f"{LEVELS[0]}s": LEVELS[0], **{kind.folder: kind.name for kind in KINDS.values() if kind.folder}}

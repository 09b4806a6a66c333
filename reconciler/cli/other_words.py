"""What somebody meant who has called a command in another tool's words: what to say here in their place. In one table,
for commands and for options."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import click

ONLY_LEFT_OUT = "leave it out"
REMOVES = (
    "remove the YAML of what is to go, and reconciler plan shows what becomes of it; to stop delivery now, say "
    "reconciler pause --all"
)
SHOWS = "reconciler plan shows what an apply would do, and does nothing"

COMMANDS: Mapping[tuple[str, str], str] = {
    **{("", word): REMOVES for word in ("destroy", "delete", "remove", "rm", "down")},
    **{("", word): "say reconciler sync" for word in ("refresh", "fetch")},
    **{("", word): "say reconciler plan" for word in ("diff", "preview", "status", "dry-run", "get")},
    **{("", word): "say reconciler apply" for word in ("deploy", "up", "update", "push", "create", "run")},
    **{("", word): "say reconciler activate" for word in ("start", "launch")},
    **{("", word): "say reconciler pause" for word in ("stop", "kill")},
    **{("", word): "say reconciler validate" for word in ("lint", "check", "test")},
    **{("", word): "say reconciler state show" for word in ("list", "ls", "output", "outputs", "workspace")},
    **{("", word): "set META_ACCESS_TOKEN, then say reconciler doctor" for word in ("login", "auth", "providers")},
    ("", "format"): "say reconciler fmt",
    **{("", word): "git revert the commit, then say reconciler plan" for word in ("rollback", "undo", "revert")},
    **{
        ("", word): "say reconciler apply --revert-drift --target ADDRESS, or turn it on in Ads Manager"
        for word in ("resume", "unpause")
    },
    ("", "unlock"): "say reconciler force-unlock",
    ("", "version"): "say reconciler --version",
    ("", "help"): "say reconciler --help",
    **{("state", word): "say reconciler state show" for word in ("list", "ls")},
    **{("state", word): "say reconciler forget ADDRESS" for word in ("rm", "remove", "delete")},
    ("state", "mv"): "write previously: [old-key] in the file of the new name",
}
"""By the group and the word: what to do here."""

OPTIONS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("dry-run", "dryrun", "noop", "no-op", "what-if", "whatif", "simulate"), ("dry-run", SHOWS)),
    **dict.fromkeys(("yes", "y", "assume-yes", "force", "approve", "no-confirm"), ("auto-approve",)),
    **dict.fromkeys(("no-color", "no-colour", "no-colors"), ("set NO_COLOR=1, and say the same without it",)),
    **dict.fromkeys(("input", "lock", "lock-timeout", "upgrade", "recursive", "refresh"), (ONLY_LEFT_OUT,)),
    "destroy": (REMOVES,),
    "refresh-only": ("say reconciler drift",),
    **dict.fromkeys(("var", "variable"), ("set", "variables stand in the YAML, below vars:")),
    "var-file": ("variables stand in the YAML, below vars:",),
    **dict.fromkeys(("output", "o", "save"), ("out",)),
    **dict.fromkeys(("dir", "directory", "cwd", "C", "project", "root"), ("chdir",)),
    **dict.fromkeys(("only", "resource", "address"), ("target",)),
    "debug": ("verbose",),
    **dict.fromkeys(
        ("carousel", "collection"),
        ("carousels and collections are not supported yet: make an ad of one video or one image, or use Ads Manager",),
    ),
}
"""By the option: options of ours, of which the first that the command has is meant, or at last what to do."""
NAMING = "set"
"""The option that takes any key of a file."""


def of_a_command(group: str, word: str) -> str:
    """ "" where nothing is known of it."""
    return COMMANDS.get((group, word.lower()), "")


def of_options(error: click.UsageError, arguments: Sequence[str]) -> str:
    """In place of "no such option"; "" where nothing is known of it."""
    context = error.ctx
    if not isinstance(error, click.NoSuchOption) or context is None:
        return ""
    if isinstance(context.command, click.Group):
        return _behind_the_command(error, arguments, context.command, context)
    takers = _takers(error.option_name, context.find_root().command, context)
    there = context.command_path.partition(" ")[2]
    elsewhere = f"{context.command_path} takes no {error.option_name}; the commands that do: {', '.join(takers)}"
    # What several commands take is no key of a file.
    if len(takers) > 1 and there not in takers:
        return next(_meant(error, context, arguments, keys=False), elsewhere)
    return next(_meant(error, context, arguments), elsewhere if takers else "")


def _behind_the_command(
    error: click.NoSuchOption, arguments: Sequence[str], group: click.Group, context: click.Context
) -> str:
    """Only the group's own options stand before a command. Where none is said, one that takes the option is named."""
    path = context.command_path.split()
    words, commands = arguments[len(path) - 1 :], group.list_commands(context)
    at = next((number for number, text in enumerate(words) if text in commands), len(words))
    before = [f"--{_name(text)}{_with(text)}" if text.startswith("-") else text for text in words[:at]]
    if at < len(words):
        return f"options stand after the command: say {' '.join([*path, *words[at:], *before])}"
    takers = _takers(before[0].partition(" ")[0], group, context)
    if not takers:
        return ""
    usual = next((name for name in USUAL if name in takers), takers[0])
    others = f"; other commands that take it: {', '.join(one for one in takers if one != usual)}" if takers[1:] else ""
    return f"options stand after a command: say {' '.join([*path, usual, *before])}{others}"


USUAL = ("plan", "show")
"""Named first where no command is said: they change nothing."""


def _takers(option: str, command: click.Command, context: click.Context) -> list[str]:
    """The commands that have it, as they are called below this one."""
    if not isinstance(command, click.Group):
        return []
    found: list[str] = []
    for name in command.list_commands(context):
        one = command.get_command(context, name)
        if isinstance(one, click.Group):
            found += [f"{name} {inner}" for inner in _takers(option, one, context)]
        elif one is not None and any(option in each.opts and not getattr(each, "hidden", False) for each in one.params):
            found.append(name)
    return found


def _meant(
    error: click.NoSuchOption, context: click.Context, arguments: Sequence[str], *, keys: bool = True
) -> Iterator[str]:
    """`keys`: whether it may be a key of a file."""
    flags = {flag for one in context.command.params for flag in one.opts}
    for at, text in enumerate(arguments):
        name = _name(text)
        if not name or not _is_refused(text, error.option_name) or text in flags:
            continue
        if f"--{name}" in flags:
            yield _there_is_no(text, f"say --{name}{_with(text)}")
        for known in OPTIONS.get(name, ()):
            if f"--{known}" in flags:
                yield _there_is_no(text, f"say --{known}{_with(text)}")
            elif " " in known:
                yield _there_is_no(text, known)
        if keys and f"--{NAMING}" in flags and text.startswith("--") and (value := _value(arguments, at)):
            yield _there_is_no(text, f"say --{NAMING} {name.replace('-', '_')}={value}")


def _is_refused(text: str, option: str) -> bool:
    """Whether click means this text: it reads -target as -t, -a …, and names one of them."""
    return text.partition("=")[0] == option or (text.startswith("-") and not text.startswith("--"))


def _there_is_no(text: str, said: str) -> str:
    return f"there is no option {text!r}; {said}"


def _name(text: str) -> str:
    return text.lstrip("-").partition("=")[0]


def _with(text: str) -> str:
    """The value that stands in the same word."""
    _, equals, value = text.partition("=")
    return f" {value}" if equals else ""


def _value(arguments: Sequence[str], at: int) -> str:
    """What stands behind an option; "" where nothing does."""
    own = _with(arguments[at]).strip()
    following = arguments[at + 1] if at + 1 < len(arguments) else "-"
    value = own or ("" if following.startswith("-") else following)
    return f'"{value}"' if " " in value else value

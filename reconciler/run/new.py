"""New files below desired/, to begin with. Nothing is written over."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from reconciler.config.document import parse_document
from reconciler.config.trial import Trial
from reconciler.edit import drafts
from reconciler.edit.drafts import Question
from reconciler.kinds.field_types import KEY_PATTERN, free_key
from reconciler.kinds.files import FILES
from reconciler.kinds.spec_tree import in_order
from reconciler.kinds.variables import example
from reconciler.model.document import KeyPath
from reconciler.model.errors import ConfigError, UsageError
from reconciler.model.problem import Origin, Problem
from reconciler.run.request import Request
from reconciler.store.declared import write_new_declared

KINDS = tuple(drafts.QUESTIONS)
TEMPLATE = drafts.TEMPLATE
"""What can be begun."""


@dataclass(frozen=True)
class Begun:
    """`gaps`: what is to be done yet before it is valid."""

    file: str
    text: str
    gaps: tuple[Problem, ...] = ()
    left: tuple[str, ...] = ()
    """Of a copy: what it does not say, and what it says that may be the other one's."""


@dataclass(frozen=True)
class Beginning:
    """A file that is to be begun."""

    request: Request
    kind: str
    key: str
    extends: str = ""
    flags: Mapping[str, str] = field(default_factory=dict)
    """What gives each answer on the command line, by the answer's name; `--set` gives any other."""

    def __post_init__(self) -> None:
        check_key(self.request, self.kind, self.key, *self.request.accounts)

    def account(self) -> str:
        """Raises UsageError where it has to be named."""
        known = Trial(self.request.root, self.request.now).accounts()
        wanted = self.request.accounts
        if self.kind == drafts.TEMPLATE:
            return ""
        if len(wanted) == 1 and wanted[0] in known:
            return wanted[0]
        if not wanted and len(known) == 1:
            return known[0]
        said = f"no account {wanted[0]!r} is declared" if wanted else "it is not said for which account"
        raise UsageError(f"{said}\n  mend: write --account KEY, one of: {', '.join(known) or 'none is declared yet'}")

    def lacking(self, answers: Mapping[str, str]) -> list[Question]:
        return drafts.lacking(self.kind, answers, extends=bool(self.extends))

    def open_questions(self, answers: Mapping[str, str]) -> list[Question]:
        """All that a person may be asked, what need not be said included."""
        return [question for question in drafts.QUESTIONS[self.kind] if question.name not in answers]

    def write(self, answers: Mapping[str, str]) -> Begun:
        """Raises ConfigError for what is wrong in the answers, and FileError where a file is there already."""
        account = self.account()
        trial = Trial(self.request.root, self.request.now)
        file = drafts.file_of(self.kind, account, self.key)
        asked = {name: one.type for name, one in trial.asked_by(self.extends).items()}
        self._check_answers(answers, asked, trial.lacking(self.extends, account))
        text = drafts.draft(self.kind, self.key, answers, self.extends, asked)
        kind = "" if self.kind == drafts.TEMPLATE else self.kind
        problems = trial.problems_with(kind, account, self.key, file, text)
        gaps = tuple(one for one in problems if _is_gap(one, file, text))
        if wrong := [one for one in problems if one not in gaps]:
            of_countries = self._of_countries(wrong, trial, file, answers, asked) if "countries" not in answers else ()
            raise ConfigError(
                [_by_countries(one) if one in of_countries else self._by_flag(one, file, text) for one in wrong]
            )
        write_new_declared(self.request.root, file, text)
        return Begun(file, text, gaps)

    def _check_answers(self, answers: Mapping[str, str], asked: Mapping[str, str], needed: Sequence[str]) -> None:
        """Raises UsageError where a template's variable is lacking, or one is given that it does not have."""
        if self.extends and not asked:
            return  # a template that is not there is told with the file
        check_names(answers, asked, self.kind)
        if lacking := [name for name in needed if not answers.get(name)]:
            how = " ".join(f'--set {name}="{example(asked[name])}"' for name in lacking)
            raise UsageError(f"the template {self.extends} wants {', '.join(lacking)}\n  mend: add {how}")

    def _of_countries(
        self, wrong: Sequence[Problem], trial: Trial, file: str, answers: Mapping[str, str], asked: Mapping[str, str]
    ) -> list[Problem]:
        """What is wrong only where the ads are shown since nobody has said where."""
        if self.kind not in FILES or "countries" not in in_order(FILES[self.kind].kind.written):
            return []
        text = drafts.draft(self.kind, self.key, {**answers, "countries": ELSEWHERE}, self.extends, asked)
        still = {one.message for one in trial.problems_with(self.kind, self.account(), self.key, file, text)}
        return [one for one in wrong if one.message not in still]

    def _by_flag(self, problem: Problem, file: str, text: str) -> Problem:
        """Of a file that was not written: what is wrong is said of what was given for it."""
        if not (path := path_of(problem, file, text)):
            return problem
        name = name_in_set(path).replace(".video", ".media").replace(".image", ".media")
        flag = self.flags.get(name) or f"--set {name}"
        return Problem(Origin(flag), problem.message, problem.mend)


ELSEWHERE = "US"
"""A country in which ads need no names."""


def _by_countries(problem: Problem) -> Problem:
    # The rest of the mend is for the countries of the preset, where those are meant.
    otherwise = problem.mend.rpartition("; or, ")[2]
    mend = f"add --set countries={ELSEWHERE}, or the countries that are meant; or, {otherwise}"
    return Problem(Origin("--set countries"), problem.message, mend)


def path_of(problem: Problem, file: str, text: str) -> KeyPath:
    """Of the key on the line of a text that something is wrong with; () where it is elsewhere, or on no such line."""
    if problem.origin.file != file:
        return ()
    try:
        document = parse_document(text, file)
    except ConfigError:
        return ()
    on_line = {path: at.column for path, at in document.keys.items() if at.line == problem.origin.line}
    before = {path: column for path, column in on_line.items() if column <= problem.origin.column} or on_line
    return max(before, key=lambda path: (before[path], len(path)), default=())


def name_in_set(path: KeyPath) -> str:
    """As `--set` names it: a variable by its name alone."""
    return ".".join(map(str, path[1:2] if path[:1] == ("vars",) else path))


def check_names(names: Collection[str], asked: Collection[str], kind: str) -> None:
    """Raises UsageError for what is neither a variable that is asked for nor a field of such a file."""
    known = {*asked, *in_order(FILES[kind].kind.written)} if kind in FILES else {*names}
    for name in [name for name in names if name.partition(".")[0] not in known]:
        near = get_close_matches(name, [*asked, *known], n=1)
        mend = f"did you mean --set {near[0]}=…?" if near else "leave it out"
        raise UsageError(f"--set {name}: neither a field nor a variable has this name\n  mend: {mend}")


MEDIA = re.compile(r"\s*(?:video|image|thumbnail):")


def _is_gap(problem: Problem, file: str, text: str) -> bool:
    """A video that has not been put below creatives/ yet."""
    lines = text.splitlines()
    line = problem.origin.line
    return problem.origin.file == file and 0 < line <= len(lines) and bool(MEDIA.match(lines[line - 1]))


def check_key(request: Request, kind: str, key: str, *accounts: str) -> None:
    """Raises UsageError with one that no file of these accounts has, or of any where none is named."""
    if re.fullmatch(KEY_PATTERN, key):
        return
    folder = request.root / "desired" / drafts.FOLDERS[kind]
    taken = {path.stem for at in (accounts or ("",)) for path in (folder / at).glob("**/*.y*ml")}
    meant = free_key(drafts.meant_key(key) or "spring-sale", taken)
    raise UsageError(f"{key!r} cannot be a key\n  mend: write {meant}: small letters, digits, - and _")

"""Files under `desired/` to documents with positions. Reads files, decides nothing about ads."""

from __future__ import annotations

import re
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

from reconciler.config.document import read_document
from reconciler.config.sheet_files import mend_of
from reconciler.config.tables import MAX_BYTES, Table, parse_table
from reconciler.config.versioned import doubtful, hidden
from reconciler.kinds import KINDS
from reconciler.kinds.field_types import KEY_PATTERN
from reconciler.kinds.files import LAYERED
from reconciler.kinds.said import with_article
from reconciler.model.document import Document
from reconciler.model.errors import ConfigError
from reconciler.model.problem import Origin, Problem
from reconciler.text.sanitize import plain

SUFFIXES = (".yaml", ".yml")

FileKey = tuple[str, str, str]
"""Of a file of a kind with a folder: the kind, the key of its account, its own key."""


@dataclass
class Repository:
    """The documents of one user's repository, by key."""

    root: Path
    project: Document | None = None
    accounts: dict[str, Document] = field(default_factory=dict)
    templates: dict[str, Document] = field(default_factory=dict)
    files: dict[FileKey, Document] = field(default_factory=dict)
    """Of kinds with a folder."""
    tables: dict[str, Table | None] = field(default_factory=dict)
    """CSV files, by the name that messages call them; None where one cannot be read."""
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)
    """Files that are there and cannot be read, by path without suffixes: what needs one of them is not judged."""


def load(root: Path, listed: Mapping[str, str] | None = None, *, lenient: bool = False) -> Repository:
    """Reads everything that is declared. Problems are collected in the result, never raised one by one. `listed` is
    what git says of the files, as far as it does; with `lenient` what it has and what is not here is a warning."""
    repository = Repository(root)
    _read_all(repository)
    if listed is not None:
        _compare_with_git(repository, listed, lenient=lenient)
    return repository


def _compare_with_git(repository: Repository, listed: Mapping[str, str], *, lenient: bool) -> None:
    problems, paths = hidden(repository.root, listed)
    (repository.warnings if lenient else repository.problems).extend(problems)
    repository.unread |= paths
    repository.tables |= {f"{path}.csv": None for path in paths if f"{path}.csv" in listed}
    read = (document.origin(()).file for document in _documents(repository))
    repository.warnings += doubtful(repository.root, listed, {*read, *repository.tables})


def _documents(repository: Repository) -> Iterator[Document]:
    yield from (repository.project,) if repository.project is not None else ()
    for documents in (repository.accounts, repository.templates, repository.files):
        yield from documents.values()


def _read_all(repository: Repository) -> None:
    root = repository.root
    _load_project(repository)
    _leads_away(repository, root / "creatives")
    if _leads_away(repository, root / "desired"):
        return
    _load_folder(repository, root / "desired" / "accounts", repository.accounts)
    _load_folder(repository, root / "desired" / "templates", repository.templates)
    for kind in WITH_FOLDERS:
        for folder in _folders(repository, root / "desired" / kind.folder, kind.title):
            found: dict[str, Document] = {}
            if kind.name == LAYERED.kind.name:
                _load_tables(repository, folder)
            _load_folder(repository, folder, found)
            repository.files.update({(kind.name, folder.name, key): document for key, document in found.items()})
    _check_top_level(repository)
    repository.warnings += _strays(root)


def _name(repository: Repository, path: Path) -> str:
    """What messages call it: a file name may hold line breaks and bytes that are no text."""
    return plain(path.relative_to(repository.root).as_posix())


def _where_it_is(root: Path) -> str:
    above = next((one for one in root.parents if (one / "desired" / "project.yaml").is_file()), None)
    if above is not None:
        return f"this is within a project: run the command in {plain(str(above))}, or name it with --chdir"
    return "run the command in the repository's folder, name it with --chdir, or start one with: reconciler init"


def _load_project(repository: Repository) -> None:
    path = repository.root / "desired" / "project.yaml"
    if not path.is_file():
        repository.problems.append(
            Problem(
                Origin("desired/project.yaml", 1, 1),
                "there is no project file here",
                _where_it_is(repository.root.absolute()),
            )
        )
        return
    if problem := _not_a_plain_yaml_file(path):  # errors quote what is in a file: not from behind a link
        repository.problems.append(Problem(Origin("desired/project.yaml", 1, 1), *problem))
        _note_unread(repository, path)
        return
    repository.project = _read(repository, path)


def _read(repository: Repository, path: Path) -> Document | None:
    try:
        return read_document(path, _name(repository, path))
    except ConfigError as error:
        repository.problems.extend(error.problems)
        _note_unread(repository, path)
        return None


def _note_unread(repository: Repository, path: Path) -> None:
    repository.unread.add(_name(repository, path.with_name(path.name.partition(".")[0])))


def _load_folder(repository: Repository, folder: Path, into: dict[str, Document]) -> None:
    files: dict[str, Path] = {}
    if _leads_away(repository, folder):
        return
    for path in _yaml_files(repository, folder):
        if path.stem in files:
            repository.problems.append(
                Problem(
                    Origin(_name(repository, path), 1, 1),
                    f"a second file for the key {path.stem!r}: {_name(repository, files[path.stem])} has it already",
                    "keep one of the two",
                )
            )
            continue
        files[path.stem] = path
        document = _read(repository, path)
        if document is not None:
            into[path.stem] = document


def _load_tables(repository: Repository, folder: Path) -> None:
    for path in [] if folder.is_symlink() else _entries(folder):
        if not _is_table(repository, path) or not stat.S_ISREG(path.lstat().st_mode):
            continue
        name = _name(repository, path)
        repository.tables[name] = None
        try:
            with path.open("rb") as file:
                repository.tables[name] = parse_table(file.read(MAX_BYTES + 1), name)
        except ConfigError as error:
            repository.problems.extend(error.problems)
        except OSError as error:
            said = f"the file cannot be read: {error.strerror}"
            repository.problems.append(Problem(Origin(name), said, "check that it exists and who may read it"))


def _is_table(repository: Repository, path: Path) -> bool:
    if path.suffix != ".csv":
        return False
    where = path.relative_to(repository.root).parts
    return where[:2] == ("desired", LAYERED.kind.folder) and len(where) == TABLE_DEPTH


TABLE_DEPTH = 4
"""desired/campaigns/<account>/launches.csv"""


def _entries(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        yield from sorted(p for p in folder.iterdir() if not p.name.startswith("."))


def _yaml_files(repository: Repository, folder: Path) -> Iterator[Path]:
    for path in _entries(folder):
        if path.suffix == ".md" or (_is_table(repository, path) and stat.S_ISREG(path.lstat().st_mode)):
            continue
        problem = _not_a_plain_yaml_file(path)
        if path.suffix not in SUFFIXES and _is_empty(path):
            repository.warnings.append(_empty(repository, path))
        elif problem:
            repository.problems.append(Problem(Origin(_name(repository, path), 1, 1), *problem))
            _note_unread(repository, path)
        else:
            yield path


def _is_empty(path: Path) -> bool:
    """A folder in which there are no files, not even in its own folders. git has no such folder, so it is nobody's
    mistake elsewhere."""
    if not stat.S_ISDIR(path.lstat().st_mode):
        return False
    return all(_is_empty(each) for each in path.iterdir())


def _empty(repository: Repository, path: Path) -> Problem:
    return Problem(Origin(_name(repository, path), 1, 1), "an empty folder, which nothing reads here", "delete it")


def _not_a_plain_yaml_file(path: Path) -> tuple[str, str] | None:
    mode = path.lstat().st_mode
    if stat.S_ISDIR(mode):
        return "a folder, which nothing reads here", f"move its files to {path.parent.name}/, and delete it"
    if not stat.S_ISREG(mode):
        return "not a regular file", "desired/ holds plain files only: no folders here, no links"
    if path.suffix not in SUFFIXES:
        return "not a YAML file", _renamed(path)
    return None


def _renamed(path: Path) -> str:
    """A copy that an editor or a merge left behind is no file of ours under another name either."""
    if sheet := mend_of(path.as_posix()):
        return sheet
    stem = re.sub(r"\.ya?ml$", "", path.stem, flags=re.IGNORECASE)
    is_slip = path.suffix.lower() in ("", ".txt", ".json") or re.fullmatch(r"\.[aeimly]{2,6}", path.suffix.lower())
    taken = {each.name for each in path.parent.iterdir() if each.suffix in SUFFIXES}
    if is_slip and re.fullmatch(KEY_PATTERN, stem) and not taken & {stem + suffix for suffix in SUFFIXES}:
        return f"name it {stem}.yaml or move it out of desired/"
    return "move it out of desired/"


def _leads_away(repository: Repository, folder: Path) -> bool:
    """A folder that is a link: git brings it along, and what it leads to belongs to the machine."""
    if not folder.is_symlink():
        return False
    problem = ("a link, not a folder", "put the folder itself in its place")
    repository.problems.append(Problem(Origin(_name(repository, folder), 1, 1), *problem))
    return True


def _folders(repository: Repository, folder: Path, title: str) -> Iterator[Path]:
    if _leads_away(repository, folder):
        return
    for path in _entries(folder):
        if stat.S_ISDIR(path.lstat().st_mode):
            yield path
        elif path.suffix != ".md":
            said, mend = (
                f"{with_article(title)} file outside an account's folder",
                f"move it to desired/{folder.name}/<account>/{path.name}",
            )
            if path.suffix not in SUFFIXES:
                said, mend = "not a YAML file", mend_of(path.as_posix()) or "move it out of desired/"
            repository.problems.append(Problem(Origin(_name(repository, path), 1, 1), said, mend))


WITH_FOLDERS = sorted((kind for kind in KINDS.values() if kind.folder), key=lambda kind: kind.launches)
"""What others refer to first."""
KNOWN_ENTRIES = frozenset({"project.yaml", "accounts", "templates", *(k.folder for k in WITH_FOLDERS)})


FOLDERS = " and ".join(", ".join(f"{name}/" for name in sorted(KNOWN_ENTRIES - {"project.yaml"})).rsplit(", ", 1))


def _check_top_level(repository: Repository) -> None:
    for path in _entries(repository.root / "desired"):
        if path.name in KNOWN_ENTRIES or path.suffix == ".md":
            continue
        if _is_empty(path):
            repository.warnings.append(_empty(repository, path))
        else:
            mend = _meant_folder(path) or f"desired/ holds project.yaml, {FOLDERS}"
            repository.problems.append(Problem(Origin(_name(repository, path), 1, 1), "nothing reads this", mend))


def _meant_folder(path: Path) -> str:
    """`desired/audience/` is meant as `desired/audiences/`."""
    if not path.is_dir() or path.is_symlink():
        return ""
    near = get_close_matches(path.name.lower(), KNOWN_ENTRIES - {"project.yaml"}, n=1, cutoff=NEAR_FOLDER)
    return f"move what is in it to desired/{near[0]}/, and delete it" if near else ""


NEAR_FOLDER = 0.65
"""How alike a folder's name is to one that is read: `custom_audiences` and `audiences`, `forms` and `lead_forms`."""


def _strays(root: Path) -> Iterator[Problem]:
    """Folders of ours with YAML that stand beside desired/, where nothing reads them."""
    for name in sorted(KNOWN_ENTRIES - {"project.yaml"}):
        folder = root / name
        if folder.is_dir() and any(path.suffix in SUFFIXES for path in _near_files(folder)):
            said = f"nothing reads {name}/ here: files stand below desired/"
            yield Problem(Origin(name), said, f"move what is in it to desired/{name}/, or delete the folder")


def _near_files(folder: Path) -> Iterator[Path]:
    """Those in it, and in its folders."""
    for path in _entries(folder):
        yield from _entries(path) if path.is_dir() and not path.is_symlink() else [path]

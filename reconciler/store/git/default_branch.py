"""Which branch is the default one, as far as a clone knows. Reads only."""

from __future__ import annotations

from pathlib import Path

from reconciler.store.git.command import Git

MAIN, ORIGIN = "main", "origin"


def default_branch(root: Path) -> str:
    """The remote's; without a remote the only branch that there is. "" where it is not known: the clone that a CI works
    in has the branch of the run, and nothing that says which one is the default."""
    git = _git(root)
    head = git("symbolic-ref", "--short", "-q", f"refs/remotes/{ORIGIN}/HEAD")
    if head.ok:
        return head.text.removeprefix(f"{ORIGIN}/")
    names = _branches(git)
    return names[0] if len(names) == 1 and not git("remote").text else ""


def branch_to_write(root: Path) -> str:
    """`default_branch`, else `main` where there is such a branch, else the current one; "" outside git."""
    git = _git(root)
    current = git("symbolic-ref", "--short", "-q", "HEAD").text
    return default_branch(root) or (MAIN if MAIN in _branches(git) else current)


def has_remote(root: Path) -> bool:
    return _git(root)("remote").text != ""


def _git(root: Path) -> Git:
    """In the folder itself, or in the nearest one above that is there already."""
    return Git(next(folder for folder in (root, *root.parents) if folder.is_dir()))


def _branches(git: Git) -> list[str]:
    """Of this clone, and of the remote; the state branch is none to work on."""
    refs = git("for-each-ref", "--format=%(refname:lstrip=2)", "refs/heads").text.split()
    far = git("for-each-ref", "--format=%(refname:lstrip=3)", f"refs/remotes/{ORIGIN}").text.split()
    return sorted({*refs, *far} - {"HEAD", "reconciler-state"})

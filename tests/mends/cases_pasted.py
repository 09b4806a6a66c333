"""Mends of what was pasted: lines with the signs of where they stood, keys in Markdown, tabs, texts, sheets, paths."""

from __future__ import annotations

from mends.case import AD, CAMPAIGN, SHORT, Case, edited

BLOCK = SHORT.replace(AD, "\n  " + AD[1:-1].replace(", ", "\n  "))
MORE = CAMPAIGN.replace("spring", "more")
OTHER = BLOCK.replace("Spring", "More")
TEXT = "primary_text: Shop now."


def each_line(before: str, text: str = BLOCK) -> str:
    return "".join(f"{before.format(number)}{line}\n" for number, line in enumerate(text.splitlines(), 1))


WHOLE = [
    Case(
        "delete the + at the beginning of each line",
        each_line("+"),
        BLOCK,
        said="1:1: each line begins with a '+', as in a diff",
    ),
    Case("delete the > at the beginning of each line", each_line("> "), each_line(" ")),
    Case("delete the number at the beginning of each line", each_line("{:3} "), BLOCK),
    Case("delete the number at the beginning of each line", each_line("{:3}: "), each_line(" ")),
    Case(
        "keep one of the two; where another campaign begins here, move it to a file of its own",
        BLOCK + OTHER,
        {CAMPAIGN: BLOCK, MORE: OTHER},
        said="8:1: key 'name' is written twice, first at desired/campaigns/acme-sg/spring.yaml:1:1",
    ),
    Case("keep one of the two", BLOCK + "countries: [SG]\ncountries: [SG]\n", BLOCK + "countries: [SG]\n"),
    Case(
        "keep one of the two; for two ads write ads: with a key of your own for each, and its fields below that",
        SHORT + f"ad: {AD}\n",
        SHORT.replace("ad:", "ads:\n  one:") + f"  two: {AD}\n",
    ),
    Case(
        "write key: value lines, such as name: Spring Sale, or move the file out of desired/",
        {MORE: "Spring, at 50 a day\nfrom May\n"},
        {"spring.txt": "Spring, at 50 a day\nfrom May\n"},
    ),
    Case("write key: value lines, without a '- '", "- " + BLOCK.replace("\n", "\n  ").strip() + "\n", BLOCK),
    Case(
        "move it to desired/campaigns/<account>/more.yaml",
        {"desired/accounts/more.yaml": OTHER},
        {MORE: OTHER},
        said="1:1: this is a campaign, not an account",
    ),
]

KEYS = [
    edited("write headline: Shop", BLOCK.replace("headline: Shop", written), (written, "headline: Shop"), said=said)
    for written, said in (
        ("**headline**: Shop", "6:3: a key begins with a letter, and not with '**'"),
        ("- headline: Shop", "6:3: a key begins with a letter, and not with '-'"),
        ("`headline`: Shop", ""),
        ("headline; Shop", "6:11: a ';' stands in place of the ':'"),
        ("headline -> Shop", ""),
    )
]

NO_KEYS = [
    edited("delete it, or make it a comment: # Thanks, Mei", BLOCK + "Thanks, Mei\n", ("Thanks, Mei\n", right))
    for right in ("", "# Thanks, Mei\n")
] + [
    edited(
        "delete it, or make it a comment: # Thanks; where it goes on with the text above it, use a block",
        BLOCK.replace("headline: Shop", "headline: Shop\nThanks"),
        ("Shop\nThanks", "|\n    Shop\n    Thanks"),
    ),
    edited(
        "use a block text: primary_text: |, and each line of the text below it, two spaces further in; where it is",
        BLOCK.replace(TEXT, TEXT + "\nThanks"),
        ("\nThanks", ""),
    ),
]

TEXTS = [
    edited(
        "use a block text: primary_text: |, and each line of the text below it",
        BLOCK.replace(TEXT, TEXT + "\n    Today: 30% off"),
        ("Shop now.\n", "|\n    Shop now.\n"),
        said="6:10: a ':' stands in a line of the text of primary_text",
    ),
    edited(
        "remove it; a Marketing API parameter that has no name here goes under raw:; where it goes on with the text "
        "above it, put it as far in as the other lines of that",
        BLOCK.replace(TEXT, "primary_text: |\n    Shop now.\n  Free delivery: today"),
        ("  Free", "    Free"),
    ),
    edited(
        "an ad has one text: write primary_text: Free; for several write ads: with an ad by key for each; where the "
        "list is the text, use a block text: primary_text: |",
        BLOCK.replace(TEXT, "primary_text:\n    - Free\n    - Returns"),
        ("primary_text:", "primary_text: |"),
    ),
    edited(
        "indent with 4 spaces: '    Free delivery'",
        BLOCK.replace(TEXT, "primary_text: |\n    Shop now.\n\tFree delivery"),
        ("\t", "    "),
    ),
    edited(
        "indent with 4 spaces: '    Shop now.', and each line below it that a tab begins likewise",
        BLOCK.replace(TEXT, "primary_text: |\n\tShop now.\n\tFree delivery"),
        ("\t", "    "),
        ("\t", "    "),
    ),
    *(
        edited(f'put the text in quotes: primary_text: "{text}"', BLOCK.replace("Shop now.", text), (text, f'"{text}"'))
        for text in ("Shop now:", "Our sale: 30% off")
    ),
    *(
        edited("write the text itself, or delete the key", BLOCK.replace("e: Shop", f"e: {error}"), (error, "Shop"))
        for error in ("#N/A", "#REF!")
    ),
    edited(
        "put the file below creatives/ and write its path there: b.png",
        BLOCK.replace("b.png", '"C:\\Users\\mei\\b.png"'),
        ('"C:\\Users\\mei\\b.png"', "b.png"),
        said="4:10: a path of Windows; here it has no backslashes and no drive",
    ),
]

CASES = [*WHOLE, *KEYS, *NO_KEYS, *TEXTS]

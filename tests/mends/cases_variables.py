"""Mends of variables, templates, matrices and their tables."""

from __future__ import annotations

from support.declaring import ACCOUNT

from mends.case import ACCOUNT_FILE, AD, CAMPAIGN, PROJECT_FILE, SHORT, Case, Content

TEMPLATE = "desired/templates/base.yaml"
TABLE = "desired/campaigns/acme-sg/launches.csv"
BASE = (
    "vars:\n  product: string\n  budget: money\nname: ${client} | ${product}\ndaily_budget: ${budget}\n"
    f"countries: [SG]\nad: {AD}\n"
)
OWN = "extends: base\nvars: {product: Shoes, budget: 50.00 SGD}\n"


def of_own(mend: str, old: str, new: str, *, base: str = BASE, own: str = OWN) -> Case:
    """A slip of the campaign's file."""
    assert old in own
    return Case(mend, own.replace(old, new, 1), own, beside={TEMPLATE: base})


def of_template(mend: str, old: str, new: str, *, base: str = BASE, own: str = OWN) -> Case:
    """A slip of the template."""
    assert old in base
    return Case(mend, {TEMPLATE: base.replace(old, new, 1)}, {TEMPLATE: base}, beside={CAMPAIGN: own})


def typed(mend: str, type_: str, bad: str, good: str) -> Case:
    base = BASE.replace("  product: string", f"  product: string\n  wanted: {type_}").replace(
        "| ${product}", "| ${product} ${wanted}"
    )
    own = OWN.replace("{", f"{{wanted: {good}, ", 1)
    return of_own(mend, f"wanted: {good}", f"wanted: {bad}", base=base, own=own)


MADE = SHORT.replace("image: b.png, ", "") + "matrix: {ads: {image: {one: b.png, two: c.jpg}}}\n"
VARIABLES = [
    Case(
        'write name: "${campaign} ${ad}" below ad:',
        MADE,
        MADE.replace("ad: {", 'ad: {name: "${campaign} ${ad}", '),
    ),
    of_template("did you mean ${budget}? Else", "${budget}", "${budgt}"),
    of_template("did you mean money?", "money", "amount"),
    of_template("write product: string, or another type", "product: string", "product:"),
    of_template(
        "write product: {type: string, default: Shoes}",
        "product: {type: string, default: Shoes}",
        "product: Shoes",
        base=BASE.replace("product: string", "product: {type: string, default: Shoes}"),
    ),
    *[
        of_template(
            f"write product: {{type: {type_}, default: {value}}}",
            f"product: {{type: {type_}, default: {value}}}",
            f"product: {value}",
            base=BASE.replace("product: string", f"product: {{type: {type_}, default: {value}}}"),
            own="extends: base\nvars: {budget: 50.00 SGD}\n",
        )
        for type_, value in (("boolean", "true"), ("integer", "5"), ("list", "[a, b]"))
    ],
    of_template("write } behind it", "| ${product}", "| ${product"),
    of_template("write ${product}", "${product}", "{{product}}"),
    of_template("names are small letters, digits and _", "| ${product}", "| ${5} ${product}"),
    Case(
        "write {{campaign.name}} where Meta is to fill it in",
        SHORT.replace("headline: Shop", 'headline: "${campaign.name}"'),
        SHORT.replace("headline: Shop", 'headline: "{{campaign.name}}"'),
    ),
    Case("give it a value below vars:", SHORT + "url_tags: ${zzz}\n", SHORT + "vars: {zzz: a=b}\nurl_tags: ${zzz}\n"),
    of_template("ad names the one that it stands in", "| ${product}", "| ${ad} ${product}"),
    of_template(
        "write countries, or another name in the text",
        "${client}",
        "${countries}",
        base=BASE.replace("countries: [SG]\n", "targeting: {geo_locations: {cities: [{key: '1', country: SG}]}}\n"),
    ),
    of_own("write budget: 50.00 SGD below vars:", ", budget: 50.00 SGD", ""),
    Case(
        "write vars: {budget: 50.00 SGD} in this file",
        "extends: base\n",
        OWN,
        beside={TEMPLATE: BASE.replace("product: string", "product: {type: string, default: Shoes}")},
    ),
    of_own("write the variables below it", "{product: Shoes, budget: 50.00 SGD}", "[Shoes, 50.00 SGD]"),
    Case("choose another name, such as my_client", OWN.replace("{", "{client: A, "), OWN, beside={TEMPLATE: BASE}),
    of_own("write product: names are small letters", "product", "Product"),
    Case("write product_2: names are", OWN.replace("{", "{Product: A, "), OWN, beside={TEMPLATE: BASE}),
    Case("write a name such as budget", OWN.replace("{", '{"?": A, '), OWN, beside={TEMPLATE: BASE}),
    of_template("write type: string, or another type, below it", "product: string", "product: {description: Shoe}"),
    of_own("write its value, or delete the key", "product: Shoes", "product: ~"),
    of_own("write one value, or a plain list", "product: Shoes", "product: [{a: b}]"),
    of_own("write the value out", "product: Shoes", 'product: "${client} shoes"'),
    of_template(
        "did you mean default?",
        "default: Shoes",
        "defautl: Shoes",
        base=BASE.replace("product: string", "product: {type: string, default: Shoes}"),
    ),
    of_own("write product: and one value, or {type: string}", "product: Shoes", "product: {zzzz: Shoes}"),
    of_own("did you mean product?", "product", "prodct"),
    Case("delete it, or use it", OWN.replace("{", "{zzzz: A, "), OWN, beside={TEMPLATE: BASE}),
    of_own("write one text, in quotes", "product: Shoes", "product: [Shoes]"),
    of_own('write "2027" in quotes', 'product: "2027"', "product: 2027", own=OWN.replace("Shoes", '"2027"')),
    of_own("write it", "product: Shoes", 'product: ""'),
    typed("write one, such as 25, without quotes", "integer", "many", "25"),
    typed("write true or false", "boolean", "sometimes", "true"),
    typed("write [SG, MY]", "countries", '"SG, MY"', "[SG, MY]"),
    typed("write two-letter codes", "countries", "everywhere!", "[SG, MY]"),
    typed("write [GB]", "countries", "[United Kingdom]", "[GB]"),
    typed("write two-letter codes", "countries", '["?!"]', "[SG]"),
    typed("write one in brackets", "list", "one", "[one]"),
    Case(
        'put it in quotes: "${product}"',
        OWN + "ad: {headline: ${product}}\n",
        OWN + 'ad: {headline: "${product}"}\n',
        beside={TEMPLATE: BASE},
    ),
    Case(
        "take base out of this line, or out of one of the others",
        {TEMPLATE: BASE, "desired/templates/other.yaml": "extends: base\n"} | {TEMPLATE: "extends: other\n" + BASE},
        {TEMPLATE: BASE, "desired/templates/other.yaml": "extends: base\n"},
        beside={CAMPAIGN: OWN},
    ),
    of_own("write the value itself; where the word is meant", "product: Shoes", "product: string"),
    of_template("move it to the campaign files", BASE, BASE + "matrix: {ads: {headline: [a, b]}}\n"),
]

HEAD = "name: Spring\ndaily_budget: 50.00 SGD\n"
COMMON = 'ad: {primary_text: Shop now., headline: Shop, destination_url: "https://acme.example/"}\n'
SHORT_AD = 'ad: {primary_text: Shop now., destination_url: "https://acme.example/", image: b.png}\n'


def matrix(mend: str, bad: str, good: str, *, rest: str = COMMON, good_rest: str = "", **more: object) -> Case:
    return Case(
        mend,
        f"{HEAD}matrix: {bad}\n{rest}",
        f"{HEAD}matrix: {good}\n{good_rest or rest}",
        **more,  # type: ignore[arg-type]
    )


ONE = "{ads: {image: [b.png]}}"
LONG = "a" * 40
MATRICES = [
    matrix("did you mean ads?", "{adss: {image: [b.png]}}", ONE),
    matrix("write ads: above it", "{image: [b.png]}", ONE),
    matrix("write campaigns or ad_sets or ads below it", "[b.png]", ONE),
    matrix("write what differs below ads:", "{ads: [b.png]}", ONE),
    matrix(
        "take values out",
        "{ads: {image: [b.png], headline: [a, b, c]}}",
        "{ads: {image: [b.png], headline: [a, b]}}",
        rest=SHORT_AD.replace(", image: b.png", ""),
        beside={PROJECT_FILE: "project: acme\npolicies: {max_matrix: 2}\n"},
    ),
    matrix("choose another name, such as my_client", "{ads: {image: [b.png], client: [a]}}", ONE),
    matrix("write zz_a: names are", "{ads: {image: [b.png], Zz-a: [a]}}", ONE),
    matrix("write a name such as budget: names", '{ads: {image: [b.png], "?": [a]}}', ONE),
    matrix("give it a key: image: {a: …, b: …}", "{ads: {image: [~]}}", "{ads: {image: {a: b.png}}}"),
    matrix(
        'give each a key: headline: {a: "春", b: "夏", sale: Sale}',
        "{ads: {headline: [春, 夏, Sale]}}",
        '{ads: {headline: {a: "春", b: "夏", sale: Sale}}}',
        rest=SHORT_AD,
    ),
    matrix("did you mean image?", "{ads: {imagee: [b.png]}}", ONE),
    Case(
        "write ${zzzz} where the value is to stand",
        SHORT + "matrix: {ads: {zzzz: [a]}}\n",
        SHORT.replace("headline: Shop", 'headline: "${zzzz}"') + "matrix: {ads: {zzzz: [a]}}\n",
    ),
    matrix(
        "write my-key-2: keys are",
        '{ads: {headline: {my-key: A, "My key": B}}}',
        "{ads: {headline: {my-key: A, my-key-2: B}}}",
        rest=SHORT_AD,
    ),
    *[
        matrix(
            f"give them keys: headline: {{save-30: Save 30, {proposed}}}",
            '{ads: {headline: ["Save 30", save-30-2, "Save 30%", "Save 30!"]}}',
            "{ads: {headline: {save-30: Save 30, save-30-2: save-30-2, save-30-3: Save 30%, save-30-4: Save 30!}}}",
            rest=SHORT_AD,
        )
        for proposed in ("save-30-3: Save 30%", "save-30-4: Save 30!")
    ],
    matrix(
        'give each a key: headline: {a: "春", sale: Sale, sale-2: sale}',
        "{ads: {headline: [春, Sale, sale]}}",
        '{ads: {headline: {a: "春", sale: Sale, sale-2: sale}}}',
        rest=SHORT_AD,
    ),
    matrix("write zz_a_2: names are", "{ads: {image: [b.png], zz_a: [a], Zz-a: [b]}}", ONE),
    matrix("write my-key: keys are", '{ads: {image: {"My key": b.png}}}', "{ads: {image: {my-key: b.png}}}"),
    matrix(
        "give them keys: headline: {save-30: Save 30, save-30-2: Save 30%}",
        '{ads: {headline: ["Save 30", "Save 30%"]}}',
        '{ads: {headline: {save-30: "Save 30", save-30-2: "Save 30%"}}}',
        rest=SHORT_AD,
    ),
    matrix(
        "give one of the values another key",
        "{ads: {headline: {a: A, a-b: B}, image: {b-c: b.png, c: b.png}}}",
        "{ads: {headline: {a: A, x: B}, image: {b-c: b.png, c: b.png}}}",
        rest=SHORT_AD.replace(", image: b.png", ""),
    ),
    matrix("write a list: image: [b.png]", "{ads: {image: b.png}}", ONE),
    matrix("write a list, such as image: [one, two]", "{ads: {image: []}}", ONE),
    matrix(
        "give the values shorter keys",
        f"{{ads: {{headline: {{{LONG}: A}}, image: {{{LONG}: b.png}}}}}}",
        "{ads: {headline: {a: A}, image: {b: b.png}}}",
        rest=SHORT_AD.replace(", image: b.png", ""),
    ),
    Case(
        "give the values shorter keys",
        {
            CAMPAIGN.replace("spring", LONG): SHORT.replace("Spring", "A")
            + f"matrix: {{campaigns: {{countries: {{{LONG}: [SG]}}}}}}\n"
        },
        {
            CAMPAIGN.replace("spring", LONG): SHORT.replace("Spring", "A")
            + "matrix: {campaigns: {countries: {b: [SG]}}}\n"
        },
    ),
    Case(
        "give one of the two another key",
        SHORT + "matrix: {campaigns: {countries: {b: [SG]}}}\n",
        SHORT + "matrix: {campaigns: {countries: {c: [SG]}}}\n",
        beside={CAMPAIGN.replace("spring", "spring-b"): SHORT.replace("Spring", "B")},
    ),
    matrix(
        "write its fields beside the campaign's name",
        "{ad_sets: {countries: [[SG], [MY]]}}",
        "{ad_sets: {countries: [[SG], [MY]]}}",
        rest=f"ad_sets: {{a: {{ads: {{x: {AD}}}}}}}\n",
        good_rest=f"ad: {AD}\n",
    ),
    matrix(
        "take headline out of headline or of text",
        "{ads: {headline: [A], text: {a: {headline: B, image: b.png}}}}",
        "{ads: {headline: [A], text: {a: {image: b.png}}}}",
        rest=SHORT_AD.replace(", image: b.png", ""),
    ),
    matrix(
        "take headline out of one or of two",
        "{ads: {one: {a: {headline: A}}, two: {a: {headline: B}}}}",
        "{ads: {one: {a: {headline: A}}, two: {a: {description: B}}}}",
        rest=SHORT_AD,
    ),
    Case(
        "write the value out",
        SHORT.replace("headline: Shop", 'headline: "${word}"') + 'matrix: {ads: {word: {a: "${client} now"}}}\n',
        SHORT.replace("headline: Shop", 'headline: "${word}"') + "matrix: {ads: {word: {a: Acme now}}}\n",
    ),
    matrix(
        "leave x out here",
        "{ads: {headline: {a: {value: A, previously: [x]}, b: {value: B, previously: [x]}}}}",
        "{ads: {headline: {a: {value: A, previously: [x]}, b: {value: B, previously: []}}}}",
        rest=SHORT_AD,
    ),
    matrix(
        "write a list of keys: previously: [short]",
        "{ads: {headline: {a: {value: A, previously: short}}}}",
        "{ads: {headline: {a: {value: A, previously: [short]}}}}",
        rest=SHORT_AD,
    ),
    matrix(
        "write description below value:, or delete one of the two",
        "{ads: {headline: {a: {value: A, previously: [short], description: B}}}}",
        "{ads: {headline: {a: {value: A, previously: [short]}}}}",
        rest=SHORT_AD,
    ),
    matrix("delete it here, or take image out of the matrix", ONE, ONE, rest=f"ad: {AD}\n", good_rest=COMMON),
    matrix(
        "delete it here, or take countries out of the matrix",
        "{ad_sets: {countries: {my: [MY], tw: [TW]}}}",
        "{ad_sets: {countries: {my: [MY], tw: [TW]}}}",
        rest=f"targeting: {{geo_locations: {{regions: [{{key: '4', country: SG}}]}}}}\n{SHORT_AD}",
        good_rest=SHORT_AD,
    ),
    matrix("write ad: in place of ads:", ONE, ONE, rest=f"ads: {{x: {AD}}}\n", good_rest=COMMON),
]

FROM = "extends: base\nmatrix: {from: launches.csv}\n"
ROWS = "key,product,budget\na,Shoes,50.00 SGD\nb,Hats,60.00 SGD\n"
FORMERLY = "key,product,previously,budget\na,Shoes,old,50.00 SGD\nb,Hats,,60.00 SGD\n"


def table(mend: str, old: str, new: Content, *, good: str = ROWS, base: str = BASE) -> Case:
    """A slip of the table: `new` in place of `old`, or in place of all of it."""
    bad = good.replace(old, new, 1) if isinstance(new, str) and old in good else new
    assert bad != good
    return Case(mend, {TABLE: bad}, {TABLE: good}, beside={TEMPLATE: base, CAMPAIGN: FROM})


NAMED = "matrix: {from: launches.csv}"
TABLES = [
    Case(
        "make it a column, or remove it",
        FROM.replace("csv}", "csv, x: [a]}"),
        FROM,
        beside={TEMPLATE: BASE, TABLE: ROWS},
    ),
    Case(
        "write from: launches.csv, a file",
        FROM.replace("from: ", "from: ../"),
        FROM,
        beside={TEMPLATE: BASE, TABLE: ROWS},
    ),
    Case(
        "copy desired/campaigns/acme-my/launches.csv there",
        {CAMPAIGN: FROM},
        {CAMPAIGN: FROM, TABLE: ROWS},
        beside={
            TEMPLATE: BASE,
            TABLE.replace("acme-sg", "acme-my"): ROWS,
            CAMPAIGN.replace("acme-sg", "acme-my"): FROM,
            ACCOUNT_FILE.replace("acme-sg", "acme-my"): ACCOUNT.replace("act_1", "act_2"),
        },
    ),
    table("delete this line", "key,", "sep=,\nkey,"),
    Case("put the table there", {CAMPAIGN: FROM}, {CAMPAIGN: FROM, TABLE: ROWS}, beside={TEMPLATE: BASE}),
    Case("move it out of desired/, or name it", {TABLE: ROWS}, {}),
    table(
        "choose another name, such as my_client",
        ROWS,
        ROWS.replace("product", "client"),
        good=ROWS.replace("product", "my_client"),
        base=BASE.replace("product", "my_client"),
    ),
    table("did you mean product?", "product", "prodct"),
    table(
        "write ${zzzz} where its cells are to stand, or delete it",
        ROWS,
        "key,product,budget,zzzz\na,Shoes,50.00 SGD,1\n",
        good="key,product,budget\na,Shoes,50.00 SGD\n",
    ),
    table(
        "write ${zzzz} where its cells are to stand, or delete it; without a column are budget",
        ROWS,
        "key,product,zzzz\na,Shoes,1\n",
        good="key,product\na,Shoes\n",
        base=BASE.replace("budget: money", "budget: {type: money, default: 50.00 SGD}"),
    ),
    table("add a column product", ROWS, "key,budget\na,50.00 SGD\n"),
    table("write its value into the cell", "Shoes", ""),
    table("write one into the column key", "\na,", "\n,"),
    *[
        table(
            f"write {proposed}: keys are",
            ROWS,
            ROWS.replace("\nb,", "\nA,") + "A!,Bags,70.00 SGD\n",
            good=ROWS.replace("\nb,", "\na-2,") + "a-3,Bags,70.00 SGD\n",
        )
        for proposed in ("a-2", "a-3")
    ],
    table("write my-key: keys are", "\nmy-key,", "\nMy key,", good=ROWS.replace("\na,", "\nmy-key,")),
    table("give each line its own key", "\nb,", "\na,"),
    table("write the former key of this line as it was", "a,Shoes,old", "a,Shoes,Old!", good=FORMERLY),
    table("take a out here", "b,Hats,", "b,Hats,a", good=FORMERLY),
    table("take old out here", "b,Hats,", "b,Hats,old", good=FORMERLY),
    table("write the value out", "Hats", "${client} Hats"),
    table("add a line", ROWS, "key,product,budget\n"),
    table("rename keys to key", "key,", "keys,"),
    table("rename Key to key", "key,", "Key,"),
    table("add a column key", "key,", "product2,"),
    table("put a cell with the separator in it in quotes", "Shoes", "Shoes, red"),
    table("add the cells it lacks", "Shoes,", ""),
    table("write a line of column names", ROWS, ""),
    table("split it into several files", ROWS, ROWS + "\n" * 1_000_001),
    table("split it into several files", ROWS, ROWS + "c,,\n" * 40_000),
    table("save it as CSV UTF-8", ROWS, ROWS.replace("Shoes", "é").encode("cp1252")),
    table("save it as CSV UTF-8", ROWS, ROWS.encode("utf-16")),
    table('write "" for a quote in it', "Shoes", '"a "b" c"'),
    table('write " at its end', "Hats", '"Hats'),
    table("give it another name, or delete it", "product,", "product,product,"),
    table("write one, or delete the column", "product,", ","),
    table("delete it", "Shoes", "Sho\x07es"),
    table("write product: small letters", "product", "Prodúct"),
    table(
        "write my_product: small letters",
        "my_product",
        "My product",
        good=ROWS.replace("product", "my_product"),
        base=BASE.replace("product", "my_product"),
    ),
    table("write budget_2: small letters", "product", "Budget"),
    table("write a name such as budget_2: small", "product", "?"),
    Case(
        "add a column zzzz there",
        {CAMPAIGN: FROM + "url_tags: ${zzzz}\n", TABLE: ROWS},
        {CAMPAIGN: FROM + "url_tags: ${zzzz}\n", TABLE: "key,product,budget,zzzz\na,Shoes,50.00 SGD,a=b\n"},
        beside={TEMPLATE: BASE},
    ),
]

CASES: list[Case] = [*VARIABLES, *MATRICES, *TABLES]

"""Mends of what would be published or followed as nobody meant it: texts, links, their parameters, stray folders."""

from __future__ import annotations

from support.declaring import ACCOUNT

from mends.case import ACCOUNT_FILE, BASE, CAMPAIGN, SHORT, Case, edited

HEAD = SHORT.partition("ad:")[0]
URL = "https://acme.example/spring"


def ad(**fields: str) -> str:
    written = {"image": "b.png", "destination_url": URL, **fields}
    return f"{HEAD}ad:\n" + "".join(f"  {name}: {value}\n" for name, value in written.items())


def of_tags(said: str, wrong: str, right: str) -> Case:
    return edited(f'write url_tags: "{right}"', ad(url_tags=wrong), (wrong, f'"{right}"'), said=said)


def of_link(mend: str, wrong: str, right: str) -> Case:
    return edited(mend, ad(destination_url=wrong), (wrong, right))


OUTSIDE = "write the address under which people open the page from outside, such as https://acme.example/…"
FEED = 'asset_feed_spec: {optimization_type: DEGREES_OF_FREEDOM, link_urls: [{website_url: "https://acme.local/"}]}'
CLOSED = [
    edited(
        OUTSIDE,
        ad(destination_url="http://192.168.1.20:3000/spring"),
        ("http://192.168.1.20:3000", "https://acme.example"),
        said="5:20: destination_url leads to 192.168.1.20, which nobody outside its own network can open",
    ),
    edited(
        OUTSIDE,
        ad(raw=f"{{{FEED}}}"),
        ("acme.local", "acme.example"),
        said="6:26: asset_feed_spec leads to acme.local, which nobody outside its own network can open",
    ),
]


TAGS = [
    of_tags(
        "6:13: url_tags: they are what comes behind the ? of an address, without the page",
        "https://shop.example/?utm_source=meta",
        "utm_source=meta",
    ),
    edited(
        "write the parameters alone, as in url_tags: utm_source=meta, or delete the line",
        ad(url_tags=URL),
        (f"  url_tags: {URL}\n", ""),
    ),
    of_tags(
        "6:13: url_tags: a parameter is a name, = and a value",
        "utm_source:meta&utm_campaign:x",
        "utm_source=meta&utm_campaign=x",
    ),
    of_tags(
        "6:13: url_tags: what Meta fills in must stand as Meta writes it",
        '"a={{ campaign_name }}&b={adset.id}"',
        "a={{campaign.name}}&b={{adset.id}}",
    ),
    of_tags(
        "6:13: url_tags: parameters are joined by & alone",
        "utm_source=meta & utm_campaign=x",
        "utm_source=meta&utm_campaign=x",
    ),
    of_tags(
        "6:13: url_tags: parameters are joined by & alone",
        "utm_source=meta, utm_campaign=x",
        "utm_source=meta&utm_campaign=x",
    ),
    of_tags(
        "6:13: url_tags: a # ends the parameters: what stands behind it is counted nowhere",
        "utm_campaign=sale#1&utm_source=fb",
        "utm_campaign=sale%231&utm_source=fb",
    ),
    of_tags(
        "6:13: url_tags: an & within a value is written %26, and a parameter has an =",
        "utm_campaign=h&m&utm_source=fb",
        "utm_campaign=h%26m&utm_source=fb",
    ),
    edited(
        'keep one: write url_tags: "utm_source=fb"',
        ad(url_tags="utm_source=fb&utm_source=ig"),
        ("utm_source=fb&utm_source=ig", "utm_source=fb"),
    ),
    edited("keep one of them", ad(url_tags=f"a={'x' * 210}&a=b"), (f"a={'x' * 210}&a=b", "a=b")),
    edited(
        "write it as utm_campaign=spring, or take it out",
        ad(url_tags="spring"),
        ("url_tags: spring", "url_tags: utm_campaign=spring"),
    ),
    edited("write a name and = before it", ad(url_tags="s" * 210), ("s" * 210, f"a={'s' * 210}")),
    edited(
        "write {{campaign.name}} or {{campaign.id}} in its place",
        ad(url_tags="a={campaign}"),
        ("a={campaign}", "a={{campaign.name}}"),
    ),
    edited("write one of {{campaign.id}} {{adset.id}}", ad(url_tags="a={gclid}"), ("a={gclid}", "a={{ad.id}}")),
    Case(
        'write url_tags: "a=b&c=d"',
        {ACCOUNT_FILE: f"{ACCOUNT}url_tags: a=b & c=d\n"},
        {ACCOUNT_FILE: f'{ACCOUNT}url_tags: "a=b&c=d"\n'},
        said="10:11: url_tags: parameters are joined by & alone",
    ),
]

LINKS = [
    of_link(
        "write the address of the page itself, unless it is right",
        "https://staging.acme.example/spring",
        "https://acme.example/spring",
    ),
    of_link(f"write {URL}", f"{URL},", URL),
    of_link(f"write {URL}", f"{URL}”", URL),
    of_link(f"write {URL}, unless it is right as it is", f"{URL}.", URL),
    of_link(f'write "{URL}?a={{{{ad.id}}}}"', f"'{URL}?a={{{{ ad.id }}}}'", f"'{URL}?a={{{{ad.id}}}}'"),
    edited(
        f'write "{URL}?a={{{{ad.id}}}}"',
        SHORT.replace('"https://acme.example/"', f'"{URL}?a={{ad.id}}"'),
        ("{ad.id}", "{{ad.id}}"),
    ),
    of_link(f"write {URL}?a=b&c=d", f"{URL}?a=b & c=d", f"{URL}?a=b&c=d"),
    of_link("write one of {{campaign.id}} {{adset.id}}", f"{URL}?a={{gclid}}", f"{URL}?a={{{{ad.id}}}}"),
    of_link(f"keep one: write {URL} or write https://x.example", f"{URL} https://x.example", URL),
    of_link(f"write {URL}%20sale; or, where what follows the space is a note, {URL}", f"{URL} sale", URL),
    of_link(f"write {URL}?utm_source=x", f"{URL}&utm_source=x", f"{URL}?utm_source=x"),
    of_link("give each parameter one value, or take it out", f"{URL}?a=b&a=c", f"{URL}?a=b"),
    of_link("write the whole address of the page", f"{URL}…", URL),
    of_link(f"write {URL}, unless acme.exmaple is meant", "https://acme.exmaple/spring", URL),
    edited(
        f"write destination_url: {URL}?b=c; or keep it there",
        ad(destination_url=f"{URL}?a=b&b=c", url_tags="a=d"),
        ("?a=b&b=c", "?b=c"),
    ),
    edited(
        f"write destination_url: {URL}; or keep it there, and give the ad url_tags without a",
        ad(destination_url=f"{URL}?a=b", url_tags="a=d&e=f"),
        ("a=d&e=f", "e=f"),
    ),
]

NOTED = ad(primary_text="|\n    Shop now.\n    # approved by Tan")
QUOTED = ad(primary_text='"Shop now.\n\n    Free delivery\n    Ends Sunday"')
CONFLICT = "    <<<<<<< HEAD\n    Save 30%\n    =======\n    Save 40%\n    >>>>>>> spring\n"
TEXTS = [
    edited(
        "take it out of the text, or move it above the line primary_text:",
        NOTED,
        ("    # approved by Tan\n", ""),
        said="6:17: primary_text: people see '# approved by Tan', in a text YAML knows no comments",
    ),
    edited(
        "take it out of the text, or move it above the line primary_text:",
        NOTED,
        ("    # approved by Tan\n", ""),
        ("  primary_text:", "  # approved by Tan\n  primary_text:"),
    ),
    Case(
        "use a block text: primary_text: |, with the lines of the text below it",
        QUOTED,
        ad(primary_text="|\n    Shop now.\n\n    Free delivery\n    Ends Sunday"),
        said="6:17: primary_text: YAML makes one line of these lines",
    ),
    edited(
        "keep the lines of one side",
        ad(primary_text=f"|\n{CONFLICT.rstrip()}"),
        (CONFLICT, "    Save 30%\n"),
        said="7:1: a merge conflict is left in the file",
    ),
    edited("put the headline in place of TBC", ad(headline="TBC"), ("TBC", "Save 30%")),
    edited("put the name in place of <client>", SHORT.replace("Spring", "<client> | SG"), ("<client>", "Acme")),
    edited("put the headline in place of [BRAND]", ad(headline="All of [BRAND]"), ("[BRAND]", "Acme")),
    *(
        edited("write the text itself", ad(headline=said), (said, "Save 30%"))
        for said in ('"#REF!"', "#REF!", "Save #N/A", "'=A2&\"x\"'", "Lorem ipsum dolor sit amet")
    ),
]

PAIR = f"""\
{HEAD}ads:
  hero: {{image: b.png, destination_url: "{URL}", primary_text: Shop now., headline: Save 30%}}
  square: {{image: b.png, destination_url: "{URL}", primary_text: Shop soon.}}
"""
TEXTS += [
    edited(
        "add headline: and the text, unless none is meant",
        PAIR,
        ("Shop soon.", "Shop soon., headline: Save 40%"),
        said="5:11: square has no headline, hero beside it has one",
    )
]

GLOBEX = "desired/accounts/globex-us.yaml"
ELSEWHERE = ad(destination_url="https://www.globex.example/sale")
TO_OWN = (
    "lead to acme.example; or, where that page is meant, write allowed_domains: [acme.example, globex.example] below "
    "policies in the file of the account acme-sg"
)
OTHERS = {GLOBEX: ACCOUNT.replace("act_1", "act_2").replace("acme.example", "globex.example")}
OF_OTHERS = [
    Case(
        TO_OWN,
        {CAMPAIGN: ELSEWHERE, **OTHERS},
        {CAMPAIGN: ad(), **OTHERS},
        said="5:20: www.globex.example is of globex-us, whose domain is globex.example, and this is an ad of acme-sg",
    ),
    Case(
        TO_OWN,
        {CAMPAIGN: ELSEWHERE, **OTHERS},
        {
            CAMPAIGN: ELSEWHERE,
            ACCOUNT_FILE: ACCOUNT + "policies: {allowed_domains: [acme.example, globex.example]}\n",
            **OTHERS,
        },
    ),
]

STRAY = {"campaigns/acme-sg/more.yaml": SHORT.replace("Spring", "More")}
FOLDERS = [
    Case(
        "move what is in it to desired/campaigns/, or delete the folder",
        STRAY,
        {f"desired/{name}": content for name, content in STRAY.items()},
        said="None:None: nothing reads campaigns/ here: files stand below desired/",
    ),
    Case("move what is in it to desired/templates/, or delete the folder", {"templates/t.yml": "ad: {}\n"}, {}),
    Case(
        "move what is in it to desired/accounts/, or delete the folder",
        {"accounts/acme-sg.yaml": ACCOUNT, CAMPAIGN: SHORT},
        {CAMPAIGN: BASE[CAMPAIGN]},
    ),
]

CASES = [*TAGS, *CLOSED, *LINKS, *OF_OTHERS, *TEXTS, *FOLDERS]

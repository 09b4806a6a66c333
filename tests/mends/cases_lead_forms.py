"""Files of lead forms, and campaigns whose ads open them."""

from __future__ import annotations

from support.declaring import ACCOUNT

from mends.case import ACCOUNT_FILE, CAMPAIGN, PROJECT_FILE, SHORT, Case

AT = "desired/lead_forms/acme-sg/quote.yaml"
FORM = """\
name: Get a quote
questions:
  - type: EMAIL
  - {type: CUSTOM, label: How much?}
privacy_policy: {url: "https://acme.example/privacy"}
follow_up_url: https://acme.example/
"""
OPENING = "{image: b.png, primary_text: Ask., headline: Ask us, lead_form: quote}"
LEADS = (
    "name: S\nobjective: OUTCOME_LEADS\ndaily_budget: 50.00 SGD\nad_sets:\n  a:\n    countries: [MY]\n"
    f"    optimization_goal: LEAD_GENERATION\n    ads: {{x: {OPENING}}}\n"
)
TRAFFIC = LEADS.replace("OUTCOME_LEADS", "OUTCOME_TRAFFIC").replace("LEAD_GENERATION", "LINK_CLICKS")
WITHOUT_PIXEL = ACCOUNT.replace('pixel: "5647"\n', "")
LINK = 'destination_url: "https://acme.example/"'


def without(mend: str, lacking: str, more: str = "") -> Case:
    """A line of the form that is missing."""
    return Case(mend, {AT: FORM.replace(lacking, "") + more}, {AT: FORM + more})


def ad(mend: str, bad: tuple[str, str], good: tuple[str, str] = ("", "")) -> Case:
    """An ad that opens the form, but for what it was edited to."""
    return Case(mend, {AT: FORM, CAMPAIGN: LEADS.replace(*bad)}, {AT: FORM, CAMPAIGN: LEADS.replace(*good)})


def thanks(written: str) -> str:
    return f"thank_you: {{title: Thanks{written}}}\n"


CALLS = ", button: CALL_BUSINESS, button_text: Call, country_code: SG"

CASES = [
    Case(
        "write at least one",
        {AT: FORM.replace("questions:\n  - type: EMAIL\n  - {type: CUSTOM, label: How much?}", "questions: []")},
        {AT: FORM},
    ),
    Case(
        "write privacy_policy: {url: ",
        {AT: FORM.replace('{url: "https://acme.example/privacy"}', "https://acme.example/privacy")},
        {AT: FORM},
    ),
    Case(
        "write {type: EMAIL}",
        {AT: FORM.replace("- type: EMAIL", "- EMAIL")},
        {AT: FORM.replace("- type: EMAIL", "- {type: EMAIL}")},
    ),
    ad(
        'write lead_form: "120210", as it takes the key of a lead form',
        ("lead_form: quote", 'lead_form: {id: "120210"}'),
        ("lead_form: quote", 'lead_form: "120210"'),
    ),
    Case(
        "move it to desired/lead_forms/acme-sg/quote.yaml",
        {"desired/audiences/acme-sg/quote.yaml": FORM},
        {AT: FORM},
        said="1:1: this is a lead form, not an audience",
    ),
    Case(
        "move what is in it to desired/lead_forms/, and delete it",
        {"desired/forms/acme-sg/quote.yaml": FORM},
        {AT: FORM},
        said="1:1: nothing reads this",
    ),
    Case("put the text in place of TODO", {AT: FORM.replace("How much?", "TODO")}, {AT: FORM}),
    Case(
        "remove it here",
        {AT: FORM.replace("How much?", "How much?, options: [A, B, A]")},
        {AT: FORM.replace("How much?", "How much?, options: [A, B]")},
        said="4:54: 'A' stands twice among the options",
    ),
    Case(
        "remove it here",
        {AT: FORM + "intro: {title: T, points: [A, A]}\n"},
        {AT: FORM + "intro: {title: T, points: [A]}\n"},
    ),
    Case(
        "give one of the two another name",
        {AT: FORM, "desired/lead_forms/acme-sg/offer.yaml": FORM},
        {AT: FORM, "desired/lead_forms/acme-sg/offer.yaml": FORM.replace("Get a quote", "Get an offer")},
    ),
    # words of Ads Manager
    Case(
        "write privacy_policy: {url: https://…}",
        {AT: FORM.replace("privacy_policy: {url: ", "privacy_policy_url: ").replace('/privacy"}', '/privacy"')},
        {AT: FORM},
    ),
    Case("write intro", {AT: FORM + "greeting: {title: T, text: x}\n"}, {AT: FORM + "intro: {title: T, text: x}\n"}),
    Case("remove it: a form is of the account's page", {AT: FORM + 'page_id: "1"\n'}, {AT: FORM}),
    Case("write label", {AT: FORM.replace("label: ", "question: ")}, {AT: FORM}),
    Case("did you mean EN_US?", {AT: FORM + "locale: English\n"}, {AT: FORM + "locale: EN_US\n"}),
    # the form
    Case("did you mean EMAIL?", {AT: FORM.replace("EMAIL", "EMIAL")}, {AT: FORM}),
    Case("did you mean PHONE?", {AT: FORM.replace("EMAIL", "Telephone")}, {AT: FORM.replace("EMAIL", "PHONE")}),
    without("add follow_up_url: https://…", "follow_up_url: https://acme.example/\n"),
    Case(
        'add page: "…" to the account',
        {AT: FORM, ACCOUNT_FILE: ACCOUNT.replace('page: "1029"\n', ""), CAMPAIGN: None},
        {AT: FORM, CAMPAIGN: None},
    ),
    Case("add label: the question", {AT: FORM.replace(", label: How much?", "")}, {AT: FORM}),
    Case(
        "remove it, or write type: CUSTOM",
        {AT: FORM.replace("type: EMAIL", "{type: EMAIL, label: Your mail}")},
        {AT: FORM},
    ),
    Case("remove it here", {AT: FORM.replace("type: EMAIL", "type: EMAIL\n  - type: EMAIL")}, {AT: FORM}),
    Case(
        "write one for each option",
        {AT: FORM.replace("type: EMAIL", "{type: CUSTOM, label: Which?, options: [A, B], option_keys: [a]}")},
        {AT: FORM.replace("type: EMAIL", "{type: CUSTOM, label: Which?, options: [A, B], option_keys: [a, b]}")},
    ),
    Case(
        "give it a key of its own",
        {AT: FORM.replace("type: EMAIL", "{type: CUSTOM, label: How much?}")},
        {AT: FORM.replace("type: EMAIL", "{type: CUSTOM, label: How much?, key: first}")},
    ),
    Case(
        "keep one of the two",
        {AT: FORM + "intro: {title: T, text: A quote., points: [Free]}\n"},
        {AT: FORM + "intro: {title: T, points: [Free]}\n"},
    ),
    Case(
        "add text: or points:", {AT: FORM + "intro: {title: T}\n"}, {AT: FORM + "intro: {title: T, text: A quote.}\n"}
    ),
    Case(
        "add business_phone_number: to it",
        {AT: FORM + thanks(CALLS)},
        {AT: FORM + thanks(f"{CALLS}, business_phone_number: '62221111'")},
    ),
    Case("remove it", {AT: FORM + thanks(", button_text: Call")}, {AT: FORM + thanks("")}),
    Case(
        "write the whole of it, with https:// before it",
        {AT: FORM.replace("https://acme.example/privacy", "acme.example/privacy")},
        {AT: FORM},
    ),
    Case(
        "write the address under which people open the page from outside, such as https://acme.example/…",
        {AT: FORM.replace("https://acme.example/privacy", "http://10.0.0.5/privacy")},
        {AT: FORM},
    ),
    Case(
        "move it to desired/lead_forms/<account>/quote.yaml",
        {"desired/lead_forms/quote.yaml": FORM, CAMPAIGN: SHORT},
        {AT: FORM, CAMPAIGN: SHORT},
    ),
    Case(
        "remove it",
        {AT: FORM + "existing: '8190'\nlifecycle: {on_remove: archive}\n"},
        {AT: FORM + "existing: '8190'\n"},
    ),
    # an ad that opens it
    ad("did you mean quote?", ("lead_form: quote", "lead_form: qoute")),
    ad(
        "declare it, or write the id of one that is not, in quotes",
        ("lead_form: quote", "lead_form: nobody"),
        ("lead_form: quote", "lead_form: '8190'"),
    ),
    ad("write optimization_goal: LEAD_GENERATION in its ad set", ("LEAD_GENERATION", "LINK_CLICKS")),
    Case(
        "write destination_url: https://… in its place",
        {AT: FORM, CAMPAIGN: TRAFFIC},
        {AT: FORM, CAMPAIGN: TRAFFIC.replace("lead_form: quote", LINK)},
    ),
    ad("remove it here; the form has a follow_up_url", ("lead_form: quote", f"lead_form: quote, {LINK}")),
    ad(
        "write one of APPLY_NOW, DOWNLOAD, GET_QUOTE, LEARN_MORE, SIGN_UP, SUBSCRIBE",
        ("lead_form: quote", "lead_form: quote, call_to_action: SHOP_NOW"),
        ("lead_form: quote", "lead_form: quote, call_to_action: GET_QUOTE"),
    ),
    ad(
        "remove page here, or write the id of a form of that page, in quotes",
        ("lead_form: quote", "lead_form: quote, page: '77'"),
    ),
    ad(
        "remove it",
        ("lead_form: quote", "lead_form: quote, raw: {asset_feed_spec: {optimization_type: X}}"),
    ),
    ad("write lead_form: quote in place of the destination_url of each ad", ("lead_form: quote", LINK)),
    Case(
        "remove it",
        LEADS.replace("lead_form: quote", LINK).replace("LEAD_GENERATION", "LINK_CLICKS\n    destination_type: ON_AD"),
        LEADS.replace("lead_form: quote", LINK).replace("LEAD_GENERATION", "LINK_CLICKS"),
    ),
    Case(
        "did you mean LEAD_GENERATION?",
        {AT: FORM, CAMPAIGN: LEADS.replace("LEAD_GENERATION", "Leads")},
        {AT: FORM, CAMPAIGN: LEADS},
    ),
    Case(
        "write optimization_goal: LINK_CLICKS",
        {ACCOUNT_FILE: WITHOUT_PIXEL, CAMPAIGN: LEADS.replace("lead_form: quote", LINK)},
        {
            ACCOUNT_FILE: WITHOUT_PIXEL,
            CAMPAIGN: LEADS.replace("lead_form: quote", LINK).replace("LEAD_GENERATION", "LINK_CLICKS"),
        },
    ),
    Case(
        "shorten it",
        {AT: FORM.replace('privacy"}', f'privacy", link_text: {"P" * 71}}}')},
        {AT: FORM.replace('privacy"}', f'privacy", link_text: {"P" * 70}}}')},
    ),
    Case(
        "shorten it to 350 characters",
        {AT: FORM.replace("Get a quote", "N" * 351)},
        {AT: FORM.replace("Get a quote", "N" * 350)},
        said="1:7: 351 characters are too many: what tells the form as ours stands behind them",
    ),
    # what policies allow
    Case(
        "lead to an allowed domain, or add it at ",
        {AT: FORM, PROJECT_FILE: "project: acme\npolicies: {allowed_domains: [shop.example]}\n", CAMPAIGN: None},
        {AT: FORM, PROJECT_FILE: "project: acme\npolicies: {allowed_domains: [acme.example]}\n", CAMPAIGN: None},
    ),
]

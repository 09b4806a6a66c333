"""A lead form of a page: what people fill in within Facebook and Instagram, without leaving for a website.

A form never changes: a change in YAML makes another one, ads move over to it, and the old one is archived. Nothing of
it can be written but its status, so that what tells it as ours stands in its name, with the digest of its content.
Source: what Meta's SDK types, and what the API answers.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, Field, StringConstraints

from reconciler.kinds.base import (
    EXISTING,
    Api,
    Composing,
    Handling,
    Identity,
    Kind,
    Owner,
    OwnFile,
    OwnLifecycleSpec,
    Spec,
    Users,
)
from reconciler.kinds.field_types import MOST_OF_A_NAME, Id, Name, OneOf, Text, key_of
from reconciler.kinds.identity import label
from reconciler.kinds.reachable import OPEN_ADDRESS, hidden_host
from reconciler.kinds.wire import TEXT, Codec
from reconciler.model.problem import Problem
from reconciler.model.status import ACTIVE
from reconciler.model.values import sha256_of

LOCALES = frozenset(
    """
    AR_AR CS_CZ DA_DK DE_DE EL_GR EN_GB EN_US ES_ES ES_LA FI_FI FR_FR HE_IL HI_IN HU_HU ID_ID IT_IT JA_JP KO_KR NB_NO
    NL_NL PL_PL PT_BR PT_PT RO_RO RU_RU SV_SE TH_TH TR_TR VI_VN ZH_CN ZH_HK ZH_TW
    """.split()
)

SAID_LOCALES = {
    **dict.fromkeys("english en us".split(), "EN_US"),
    **dict.fromkeys("simplifiedchinese chinesesimplified mandarin zh 简体中文 中文".split(), "ZH_CN"),
    **dict.fromkeys("traditionalchinese chinesetraditional chinese 繁體中文".split(), "ZH_TW"),
    **dict.fromkeys("japanese ja 日本語".split(), "JA_JP"),
    **dict.fromkeys("korean ko".split(), "KO_KR"),
    **dict.fromkeys("thai th".split(), "TH_TH"),
    **dict.fromkeys("vietnamese vi".split(), "VI_VN"),
    **dict.fromkeys("indonesian id".split(), "ID_ID"),
    **dict.fromkeys("german deutsch de".split(), "DE_DE"),
    **dict.fromkeys("french français fr".split(), "FR_FR"),
    **dict.fromkeys("spanish español es".split(), "ES_LA"),
    **dict.fromkeys("portuguese português pt".split(), "PT_BR"),
    **dict.fromkeys("italian italiano it".split(), "IT_IT"),
    **dict.fromkeys("hindi hi".split(), "HI_IN"),
    **dict.fromkeys("arabic ar".split(), "AR_AR"),
}
COMMON_LOCALES = ("EN_US", "EN_GB", "ZH_CN", "ZH_TW", "JA_JP", "ID_ID", "TH_TH", "VI_VN")

CUSTOM = "CUSTOM"
NATIONAL_IDS = frozenset("ID_AR_DNI ID_CL_RUT ID_CO_CC ID_CPF ID_EC_CI ID_MX_RFC ID_PE_DNI".split())
QUESTIONS = NATIONAL_IDS | frozenset(
    """
    CITY COMPANY_NAME COUNTRY CUSTOM DATE_OF_BIRTH DATE_TIME EMAIL FIRST_NAME FULL_NAME GENDER JOB_TITLE LAST_NAME
    MILITARY_STATUS PHONE POST_CODE PROVINCE RELATIONSHIP_STATUS STATE STREET_ADDRESS WORK_EMAIL WORK_PHONE_NUMBER ZIP
    """.split()
)
"""A question after the nearest store is not among them: it wants a list of stores that has no file here."""

SAID_QUESTIONS = {
    **dict.fromkeys("mail emailaddress".split(), "EMAIL"),
    **dict.fromkeys("name wholename".split(), "FULL_NAME"),
    **dict.fromkeys("phonenumber telephone tel mobile".split(), "PHONE"),
    **dict.fromkeys("surname familyname".split(), "LAST_NAME"),
    **dict.fromkeys("birthday dob birthdate".split(), "DATE_OF_BIRTH"),
    **dict.fromkeys("postalcode postcode zipcode".split(), "POST_CODE"),
    **dict.fromkeys("address street".split(), "STREET_ADDRESS"),
    **dict.fromkeys("company".split(), "COMPANY_NAME"),
    **dict.fromkeys("appointment".split(), "DATE_TIME"),
    **dict.fromkeys("question shortanswer multiplechoice".split(), CUSTOM),
}
COMMON_QUESTIONS = ("FULL_NAME", "EMAIL", "PHONE", "CITY", "COMPANY_NAME", "JOB_TITLE", "DATE_TIME", CUSTOM)

BUTTONS = frozenset({"NONE", "VIEW_WEBSITE", "CALL_BUSINESS"})


def _link(value: str) -> str:
    if not re.fullmatch(r"https?://[^\s/]+\.[^\s]+", value):
        raise ValueError(f"{value!r} is no address of a page; write the whole of it, with https:// before it")
    if host := hidden_host(value):
        raise ValueError(f"{value!r} leads to {host}, which nobody outside its own network can open; {OPEN_ADDRESS}")
    return value


Link = Annotated[Text, AfterValidator(_link)]


class QuestionSpec(Spec):
    """One question."""

    SAID: ClassVar[Mapping[str, str]] = {
        **dict.fromkeys("question text title".split(), "label"),
        **dict.fromkeys("choices answers answer_options values".split(), "options"),
        **dict.fromkeys("field_key name id".split(), "key"),
        **dict.fromkeys("question_type kind".split(), "type"),
    }

    type: Annotated[str, OneOf(QUESTIONS, SAID_QUESTIONS, COMMON_QUESTIONS)]
    """One that Meta fills in for people, such as EMAIL; CUSTOM for one of your own."""
    label: Text | None = None
    """Of CUSTOM: the question itself."""
    key: Text | None = None
    """Of CUSTOM: its name among the answers; made of the label unless written."""
    options: Annotated[list[Text], Field(min_length=1)] | None = None
    """Of CUSTOM: what may be chosen; people write a text of their own without them."""
    option_keys: Annotated[list[Text], Field(min_length=1)] | None = None
    """Of CUSTOM: the names of those among the answers, in their order; option-1, option-2 … unless written."""


class PrivacyPolicySpec(Spec):
    """Where people read what becomes of their answers."""

    SAID: ClassVar[Mapping[str, str]] = {
        **dict.fromkeys("link href address policy_url privacy_policy_url".split(), "url"),
        **dict.fromkeys("text label title".split(), "link_text"),
    }

    url: Link
    """The page with the privacy policy."""
    link_text: Annotated[Text, StringConstraints(max_length=70)] | None = None
    """What is shown in place of the address. Meta documents the limit."""


class IntroSpec(Spec):
    """What stands before the questions."""

    SAID: ClassVar[Mapping[str, str]] = {
        "headline": "title",
        **dict.fromkeys("description body paragraph content".split(), "text"),
        **dict.fromkeys("bullets bullet_points list items".split(), "points"),
        **dict.fromkeys("style layout".split(), "remove it: text: is a paragraph, and points: a list"),
    }
    title: Text
    """Its headline."""
    text: Text | None = None
    """A paragraph."""
    points: Annotated[list[Text], Field(min_length=1)] | None = None
    """A list, in place of a paragraph."""


class ThankYouSpec(Spec):
    """What people see when they have sent it."""

    SAID: ClassVar[Mapping[str, str]] = {
        "headline": "title",
        **dict.fromkeys("description text message".split(), "body"),
        **dict.fromkeys("button_type cta_type".split(), "button"),
        **dict.fromkeys("cta call_to_action button_label".split(), "button_text"),
        **dict.fromkeys("url link website destination_url link_url".split(), "website_url"),
        **dict.fromkeys("phone phone_number".split(), "business_phone_number"),
        "country": "country_code",
    }
    title: Text
    """Its headline."""
    body: Text | None = None
    """What stands below."""
    button: Annotated[str, OneOf(BUTTONS)] = "NONE"
    """VIEW_WEBSITE and CALL_BUSINESS lead on."""
    button_text: Text | None = None
    """What stands on the button."""
    website_url: Link | None = None
    """Where VIEW_WEBSITE leads."""
    business_phone_number: Text | None = None
    """Whom CALL_BUSINESS calls, without the country's code."""
    country_code: Text | None = None
    """Of that number, as two letters, such as SG."""


class LeadFormLifecycleSpec(OwnLifecycleSpec):
    """How a lead form is treated when its YAML goes away."""

    on_remove: Annotated[str, OneOf(frozenset({"archive", "forget"}))] = "archive"
    """archive takes it out of use once no ad shows it; forget leaves it as it is, no longer managed."""


class LeadFormSpec(OwnFile):
    """desired/lead_forms/<account>/<key>.yaml: one lead form of the account's page."""

    SAID: ClassVar[Mapping[str, str]] = {
        **dict.fromkeys("form_name title".split(), "name"),
        **dict.fromkeys("language lang".split(), "locale"),
        **dict.fromkeys("question_page_custom_headline questions_headline custom_headline".split(), "headline"),
        **dict.fromkeys("fields custom_questions prefill_questions".split(), "questions"),
        **dict.fromkeys(
            "privacy_policy_url privacy_policy_link privacy_url privacy".split(),
            "write privacy_policy: {url: https://…}",
        ),
        **dict.fromkeys(
            "follow_up_action_url website_url destination_url link url website".split(),
            "follow_up_url",
        ),
        **dict.fromkeys("greeting context_card welcome introduction intro_card".split(), "intro"),
        **dict.fromkeys("description greeting_text intro_text".split(), "write intro: {title: …, text: …}"),
        **dict.fromkeys("thank_you_page thank_you_screen thankyou completion ending message".split(), "thank_you"),
        **dict.fromkeys("is_optimized_for_quality review_screen quality".split(), "higher_intent"),
        "form_type": "write higher_intent: true for a form of higher intent, and remove the line for more volume",
        "allow_organic_lead_retrieval": "organic",
        **dict.fromkeys("tracking_parameters url_tags utm".split(), "tracking"),
        **dict.fromkeys("page page_id".split(), "remove it: a form is of the account's page"),
    }

    name: Text
    """For people; what tells the form as ours stands behind it."""
    existing: Id | None = None
    """Meta's id of the form that this is, where it was there before: compared, never made, never written to."""
    locale: Annotated[str, OneOf(LOCALES, SAID_LOCALES, COMMON_LOCALES)] = "EN_US"
    """The language of what Meta writes around it."""
    headline: Text | None = None
    """What stands above the questions."""
    questions: Annotated[list[QuestionSpec], Field(min_length=1)]
    """In the order in which they are asked."""
    privacy_policy: PrivacyPolicySpec
    """Meta demands one of each form."""
    follow_up_url: Link | None = None
    """Where people may go on to; the website of the thank-you page unless written."""
    intro: IntroSpec | None = None
    """What stands before the questions."""
    thank_you: ThankYouSpec | None = None
    """What people see when they have sent it."""
    higher_intent: bool = False
    """Whether people look at their answers once more before they send them."""
    organic: bool | None = None
    """Whether people may open it without the ad, as from a shared link; as Meta has it unless written."""
    tracking: dict[str, Text] = Field(default_factory=dict)
    """Parameters that stand with each lead, such as utm_source."""
    lifecycle: LeadFormLifecycleSpec = Field(default_factory=LeadFormLifecycleSpec)
    """How it is treated when its YAML goes away."""


NOT_SENT = Codec(lambda value: None, lambda value: str(value) if value else None, lambda one, other: one == other)


# ---- as Meta shows a form: with ids, keys and settings of its own


def _same(said: Callable[[Any], Any]) -> Callable[[Any, Any], bool]:
    """Whether a file would say both alike."""
    return lambda one, other: bool((said(one) if one else None) == (said(other) if other else None))


def _asked(value: Any) -> Any:
    return [_one_asked(one) if isinstance(one, Mapping) else one for one in value]


def _one_asked(one: Mapping[str, Any]) -> dict[str, Any]:
    if one.get("type") != CUSTOM:
        return {"type": one.get("type")}
    options = [str(each.get("value")) for each in one.get("options") or () if isinstance(each, Mapping)]
    keys = [str(each.get("key") or "") for each in one.get("options") or () if isinstance(each, Mapping)]
    found: dict[str, Any] = {"type": CUSTOM, "label": one.get("label"), "key": one.get("key")}
    found |= {"options": options} if options else {}
    return {**found, "option_keys": keys} if all(keys) and keys != _option_keys(options) else found


def _option_keys(options: Sequence[str]) -> list[str]:
    return [f"option-{at}" for at, _ in enumerate(options, 1)]


def _intro(card: Any) -> dict[str, Any]:
    content = list(card.get("content") or ())
    below = {"points": content} if card.get("style") == "LIST_STYLE" else {"text": "\n".join(map(str, content))}
    return {"title": card.get("title"), **below}


def _thanks(page: Any) -> dict[str, Any]:
    found = {"title": page.get("title"), "body": page.get("body"), "button": page.get("button_type")}
    found |= {name: page.get(name) for name in OF_ANY_BUTTON}
    return {name: value for name, value in found.items() if value}


OF_ANY_BUTTON = ("button_text", "website_url", "business_phone_number", "country_code")
OF_A_CARD = ("title", "content", "style")
OF_THANKS = ("title", "body", "button_type", *OF_ANY_BUTTON)


def _part(names: Sequence[str]) -> Callable[[Any], Any]:
    """Of a part that is read, what a create says."""

    def decoded(read: Any) -> Any:
        found = {name: read[name] for name in names if read.get(name)} if isinstance(read, Mapping) else {}
        return found or None

    return decoded


def _tracked(value: Any) -> Any:
    """Sent as a mapping, read as a list of pairs."""
    return {str(one["key"]): one.get("value") for one in value} if isinstance(value, list) else value or None


def _same_policy(one: Any, other: Any) -> bool:
    """Not every read shows the text of its link."""
    texts = {policy.get("link_text") for policy in (one or {}, other or {})} - {None}
    return (one or {}).get("url") == (other or {}).get("url") and len(texts) <= 1


def _as_it_is(value: Any) -> Any:
    return value


ASKED = Codec(_as_it_is, lambda read: read or None, _same(_asked))
CARD = Codec(_as_it_is, _part(OF_A_CARD), _same(_intro))
THANKS = Codec(_as_it_is, _part(OF_THANKS), _same(_thanks))
TRACKED = Codec(_as_it_is, _tracked, _same(dict))
POLICY = Codec(_as_it_is, _as_it_is, _same_policy)
ON = Codec(_as_it_is, lambda read: True if read else None, lambda one, other: bool(one) == bool(other))
"""Off is as Meta has it unless told."""
LOCALE = Codec(_as_it_is, lambda read: str(read).upper() if read else None, lambda one, other: bool(one == other))


class LeadFormFields(Spec):
    """What a lead form has at Meta."""

    name: Annotated[Name, Api(TEXT)]
    """For people."""
    existing: Annotated[str | None, Api(NOT_SENT)] = None
    """Which form it is, where it was there before."""
    page_id: Annotated[str | None, Api(NOT_SENT, composed=True)] = None
    """Write page in the account. The edge says it, and it counts as content: a form of another page is another form."""
    locale: Annotated[str, Api(LOCALE)]
    """The language of what Meta writes around it."""
    questions: Annotated[list[dict[str, Any]], Api(ASKED)]
    """In the order in which they are asked."""
    privacy_policy: Annotated[dict[str, Any], Api(POLICY)]
    """What Meta demands of each form."""
    follow_up_action_url: Annotated[str | None, Api(TEXT, composed=True)] = None
    """Write follow_up_url."""
    context_card: Annotated[dict[str, Any] | None, Api(CARD, composed=True)] = None
    """Write intro."""
    thank_you_page: Annotated[dict[str, Any] | None, Api(THANKS, composed=True)] = None
    """Write thank_you."""
    question_page_custom_headline: Annotated[str | None, Api(TEXT, composed=True)] = None
    """Write headline."""
    is_optimized_for_quality: Annotated[bool | None, Api(ON, composed=True)] = None
    """Write higher_intent."""
    block_display_for_non_targeted_viewer: Annotated[bool | None, Api(ON, composed=True)] = None
    """Write organic."""
    tracking_parameters: Annotated[dict[str, Any] | None, Api(TRACKED, composed=True)] = None
    """Write tracking."""


def compose(spec: LeadFormSpec, composing: Composing) -> dict[str, Any]:
    """Meta's fields. What lacks something is told by the checks, and gets the fields that it has."""
    fields = {
        "name": spec.name,
        EXISTING: spec.existing,
        "page_id": composing.account.page,
        "locale": spec.locale,
        "questions": [_question(one) for one in spec.questions],
        "privacy_policy": spec.privacy_policy.model_dump(exclude_none=True),
        "follow_up_action_url": _follow_up(spec),
        "context_card": _context_card(spec.intro) if spec.intro else None,
        "thank_you_page": _thank_you_page(spec.thank_you) if spec.thank_you else None,
        "question_page_custom_headline": spec.headline,
        "is_optimized_for_quality": spec.higher_intent or None,
        "block_display_for_non_targeted_viewer": None if spec.organic is None else not spec.organic,
        "tracking_parameters": dict(spec.tracking) or None,
    }
    return {name: value for name, value in fields.items() if value is not None}


def _follow_up(spec: LeadFormSpec) -> str | None:
    """A form that is there already has what it has."""
    of_thanks = spec.thank_you.website_url if spec.thank_you and not spec.existing else None
    return spec.follow_up_url or of_thanks


def _question(one: QuestionSpec) -> dict[str, Any]:
    if one.type != CUSTOM:
        return {"type": one.type}
    found: dict[str, Any] = {"type": CUSTOM, "key": _key(one), "label": one.label}
    if one.options:
        keys = one.option_keys or _option_keys(one.options)
        found["options"] = [{"key": key, "value": text} for key, text in zip(keys, one.options, strict=False)]
    return found


def _key(one: QuestionSpec) -> str:
    """Of a label that holds no letter a key may have, such as 您的预算, its digest."""
    label = one.label or ""
    return one.key or key_of(label) or (f"question-{sha256_of(label)[:8]}" if label else CUSTOM.lower())


def _context_card(intro: IntroSpec) -> dict[str, Any]:
    style = "LIST_STYLE" if intro.points else "PARAGRAPH_STYLE"
    return {"title": intro.title, "content": intro.points or [intro.text], "style": style}


def _thank_you_page(page: ThankYouSpec) -> dict[str, Any]:
    said = {"button_type": page.button, **page.model_dump(exclude_none=True, exclude={"button"})}
    return dict(sorted(said.items()))


# ---- back into words

WORDS = {
    "page_id": "page",
    "question_page_custom_headline": "headline",
    "follow_up_action_url": "follow_up_url",
    "context_card": "intro",
    "thank_you_page": "thank_you",
    "is_optimized_for_quality": "higher_intent",
    "block_display_for_non_targeted_viewer": "organic",
    "tracking_parameters": "tracking",
}
"""By Meta's name, that of YAML."""


def words(fields: Mapping[str, Any]) -> dict[str, Any]:
    """What `compose` has made of a file, as the file says it; what Meta adds to a form that is read is left out."""
    found = {WORDS.get(name, name): value for name, value in fields.items() if value is not None}
    return {name: WORDED[name](value) if name in WORDED else value for name, value in found.items()}


WORDED: Mapping[str, Callable[[Any], Any]] = {
    "questions": _asked,
    "intro": _intro,
    "thank_you": _thanks,
    "tracking": _tracked,
    "organic": lambda blocked: not blocked,
}


# ---- as it is read


def shown(row: Mapping[str, Any]) -> dict[str, Any]:
    """A read has no `privacy_policy`, and its id is what a file names one by."""
    legal = (row.get("legal_content") or {}).get("privacy_policy") or {}
    policy = {"url": row.get("privacy_policy_url") or legal.get("url"), "link_text": legal.get("link_text")}
    found = {name: text for name, text in policy.items() if text}
    return {EXISTING: row.get("id"), **({"privacy_policy": found} if found else {})}


OF_META = frozenset({"id", "status", "lead_gen_use_case"})
"""What Meta keeps of its own in every part."""
OF_A_QUESTION = frozenset({"type", "key", "label", "options"})
OF_AN_OPTION = frozenset({"key", "value"})


def undeclarable(row: Mapping[str, Any], account_id: str) -> str:
    """What is not in use, and what a file has no word for: it would be lost where another form is made of the file."""
    if (status := str(row.get("status") or ACTIVE)) != ACTIVE:
        return f"it is {status.lower()}"
    without = ", ".join(dict.fromkeys(_without_words(row)))
    return f"a file has no word for its {without}" if without else ""


def _without_words(row: Mapping[str, Any]) -> Iterator[str]:
    yield from _beyond(row.get("legal_content"), {"privacy_policy"})
    yield from _beyond(row.get("context_card"), OF_A_CARD)
    yield from _beyond(row.get("thank_you_page"), OF_THANKS)
    for question in row.get("questions") or ():
        yield from _beyond(question, OF_A_QUESTION)
        kind, key = str(question.get("type")), str(question.get("key") or "")
        if kind != CUSTOM and key.upper() not in ("", kind):
            yield f"{kind} by the name of {key}"
        for option in question.get("options") or ():
            yield from _beyond(option, OF_AN_OPTION)


def _beyond(part: Any, known: Collection[str]) -> Iterator[str]:
    if isinstance(part, Mapping):
        yield from (name for name, value in part.items() if value and name not in known and name not in OF_META)


# ---- checks


def name(spec: LeadFormSpec, composing: Composing) -> Iterator[Problem]:
    """The marker stands behind it, and what is cut off there would make the form nobody's."""
    if spec.existing:
        return
    room = MOST_OF_A_NAME - len(f" {label(composing.project.project, composing.address, '0' * 16)}")
    if len(spec.name) > room:
        message = f"{len(spec.name)} characters are too many: what tells the form as ours stands behind them"
        yield Problem(composing.document.origin(("name",)), message, f"shorten it to {room} characters")


def page(spec: LeadFormSpec, composing: Composing) -> Iterator[Problem]:
    """A form belongs to a page."""
    if not composing.account.page:
        yield Problem(composing.document.origin(()), "no page is named", 'add page: "…" to the account')


def questions(spec: LeadFormSpec, composing: Composing) -> Iterator[Problem]:
    """What is so of questions of one's own alone, and what cannot be asked twice."""
    for at, one in enumerate(spec.questions):
        here, mend = ("questions", at), f"remove it, or write type: {CUSTOM}"
        if one.type == CUSTOM and not one.label:
            yield Problem(composing.document.origin(here), "a question without its text", "add label: the question")
        for name in ("label", "key", "options", "option_keys") if one.type != CUSTOM else ():
            if getattr(one, name) is not None:
                message = f"{name} stands beside type: {one.type}, which Meta words itself"
                yield Problem(composing.document.origin((*here, name)), message, mend)
        for place, option in _again(one.options):
            message = f"{option!r} stands twice among the options"
            yield Problem(composing.document.origin((*here, "options", place)), message, "remove it here")
        if one.option_keys is not None and len(set(one.option_keys)) != len(one.options or ()):
            message = f"option_keys has {len(set(one.option_keys))} names for {len(one.options or ())} options"
            mend_keys = "write one for each option, in their order, or remove it"
            yield Problem(composing.document.origin((*here, "option_keys")), message, mend_keys)
    yield from _twice(spec, composing)


def _again(texts: Sequence[str] | None) -> Iterator[tuple[int, str]]:
    """Those that stand there before."""
    for at, text in enumerate(texts or ()):
        if text in (texts or ())[:at]:
            yield at, text


def _twice(spec: LeadFormSpec, composing: Composing) -> Iterator[Problem]:
    seen: Counter[str] = Counter()
    for at, one in enumerate(spec.questions):
        key = _key(one) if one.type == CUSTOM else one.type
        key = "a national id" if one.type in NATIONAL_IDS else key
        seen[key] += 1
        if seen[key] == 2:
            mend = "give it a key of its own" if one.type == CUSTOM else "remove it here"
            yield Problem(composing.document.origin(("questions", at)), f"{key} is asked a second time", mend)


def follow_up(spec: LeadFormSpec, composing: Composing) -> Iterator[Problem]:
    """Meta refuses a form without it (1892085)."""
    if _follow_up(spec) is None and not spec.existing:
        message, mend = "follow_up_url is missing", "add follow_up_url: https://…, where people may go on to"
        yield Problem(composing.document.origin(()), message, mend)


def intro(spec: LeadFormSpec, composing: Composing) -> Iterator[Problem]:
    """A paragraph or a list."""
    card = spec.intro
    if card is not None and card.text and card.points:
        yield Problem(composing.document.origin(("intro", "points")), "points stand beside text", "keep one of the two")
    for at, point in _again(card.points if card else None):
        origin = composing.document.origin(("intro", "points", at))
        yield Problem(origin, f"{point!r} stands twice among the points", "remove it here")
    if card is not None and not card.text and not card.points:
        yield Problem(composing.document.origin(("intro",)), "it has nothing below its title", "add text: or points:")


OF_BUTTONS: Mapping[str, tuple[str, ...]] = {
    "NONE": (),
    "VIEW_WEBSITE": ("button_text", "website_url"),
    "CALL_BUSINESS": ("button_text", "business_phone_number", "country_code"),
}
"""What each button wants; what is another's is refused by Meta."""


def buttons(spec: LeadFormSpec, composing: Composing) -> Iterator[Problem]:
    """What the button of the thank-you page wants."""
    if spec.thank_you is None:
        return
    wanted = OF_BUTTONS[spec.thank_you.button]
    for name in OF_ANY_BUTTON:
        written = getattr(spec.thank_you, name) is not None
        if name in wanted and not written:
            message = f"{name} is missing, which button: {spec.thank_you.button} wants"
            yield Problem(composing.document.origin(("thank_you",)), message, f"add {name}: to it")
        elif written and name not in wanted:
            message = f"{name} has no effect with button: {spec.thank_you.button}"
            yield Problem(composing.document.origin(("thank_you", name)), message, "remove it")


def let_go(spec: LeadFormSpec, composing: Composing) -> Iterator[Problem]:
    """What was there before is never written to."""
    if spec.existing and spec.lifecycle.on_remove == "archive" and "on_remove" in spec.lifecycle.model_fields_set:
        message = f"on_remove: archive has no effect beside {EXISTING}: that form is never written to"
        yield Problem(composing.document.origin(("lifecycle", "on_remove")), message, "remove it")


KIND = Kind(
    name="lead_form",
    title="lead form",
    spec=LeadFormFields,
    written=LeadFormSpec,
    edge="leadgen_forms",
    read_also=("id", "status", "created_time", "privacy_policy_url"),
    graph_name="LeadgenForm",
    owner=Owner.PAGE,
    identity=Identity.NAME,
    handling=Handling.IMMUTABLE,
    folder="lead_forms",
    lost="a click on the ad opens nothing",
    users=(Users("ads", "id,name,creative{object_story_spec,asset_feed_spec}"),),
    leads_away=True,
    new_id="whoever reads leads by the form's id gets nothing more from then on, until given the new one",
    compose=compose,
    words=words,
    shown=shown,
    of_account=frozenset({"page_id"}),
    import_reads=(
        "legal_content{privacy_policy,custom_disclaimer}",
        "context_card{id,title,content,style,button_text,cover_photo}",
        f"thank_you_page{{id,{','.join(OF_THANKS)},enable_messenger,gated_file}}",
    ),
    undeclarable=undeclarable,
    checks=(name, page, questions, follow_up, intro, buttons, let_go),
)

"""(code, subcode) → what it means for us: one table, and one by subcode alone for uploads.

Messages are localised and `is_transient` lies both ways, so neither is looked at. Sources: Meta's error reference,
recorded replies of other people's clients, and the SDK. `None` as the subcode is the row for every other subcode.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from reconciler.meta.mends import MENDS, NO_REFUSAL_OF_RIGHTS, OF_A_PERSON, OF_PAGES_ROLE
from reconciler.model.errors import (
    AccountBlocked,
    GraphError,
    GraphReply,
    Invalid,
    NotAllowed,
    NotForNow,
    NotFound,
    Throttled,
    TokenRefused,
    TooFast,
    TooMuchData,
    Unavailable,
    VersionEnded,
)
from reconciler.text.sanitize import brief


@dataclass(frozen=True)
class Meaning:
    error: type[GraphError]
    mend: str = ""
    of_one: str = ""
    """The mend where one write is refused so: then it is that object's alone, NotAllowed. "" where it is the account's,
    whatever was asked."""


TOKENS_VARIABLE = "the token's variable"
"""In a mend: the connection puts the name of its own there."""

ANOTHER_VERSION = "another api_version"
"""In a mend: the connection puts what can be written there."""
NAMES_VERSION = re.compile(r"\bv[0-9]+\.[0-9]+\b")

NEW_TOKEN = f"make a new system-user token in Business settings and set it in {TOKENS_VARIABLE}"
GRANT = "give the system user the scopes ads_management, ads_read and business_management, and the ad account"
OF_ONE = (
    "assign what it names (page, Instagram account, pixel, form, post) to the system user in Business settings, or "
    f"leave out what the app may not use; where all that is sent is refused so, {GRANT}"
)
LIVE_MODE = "switch the app to live mode"
LINK = "link the profile to the page in Business settings"
OF_PAGES = "pages_show_list, pages_read_engagement and pages_manage_ads"
EDITS = "Meta takes four changes of a budget an hour: run the same command again later"
CAPS = "Meta takes ten changes of an account's spending limit a day: run the same command again tomorrow"
TOO_MANY_ADS = (
    "Meta limits how many ads an account may make by what it spends a day: run the same command again later, or delete "
    "ads that are not needed"
)
WAIT = "run the same command again"
AGAIN = "run the same command again: what was done is found by its label, nothing is made twice"
TERMS_PAGE = "https://business.facebook.com/ads/manage/customaudiences/tos/?act="
TERMS = f"accept the custom audience terms at {TERMS_PAGE} with the number of the ad account behind it"
EXPORT = "export the video again as H.264 MP4 with AAC sound"
SEND_AGAIN = f"run apply again; where it ends like this each time, {EXPORT}"
SEND_FASTER = (
    "run apply again: it goes on with what has arrived; where it ends like this each time, check the network, or "
    "export the video again with fewer bits"
)
LIST_AGAIN = (
    "run the same command again later; where it ends like this each time, see metastatus.com, and report it to Meta at "
    "developers.facebook.com/support/bugs"
)
"""Of a list that Meta does not bring to its end."""
SMALLER = (
    "run the same command again later; where it ends like this each time, archive in Ads Manager what has ended and is "
    "in no file: Meta has less to read then"
)
"""Of a read that can be made no smaller."""
MORE_THAN_SPENT = (
    "write a lifetime_budget of 110 % of what is spent or more, which reconciler plan tells; to stop it, write "
    "status: PAUSED, and the budget that was there"
)
REPLACE = "set lifecycle: {replace: true} to let a new object take its place"

TABLE: dict[tuple[int, int | None], Meaning] = {
    (1, None): Meaning(Unavailable, AGAIN),
    (1, 2853001): Meaning(AccountBlocked, LINK, LINK),
    (2, None): Meaning(Unavailable, AGAIN),
    (3, None): Meaning(AccountBlocked, "the app lacks this capability: ask for it in the app dashboard", OF_ONE),
    (4, None): Meaning(Throttled, WAIT),
    (4, 2207051): Meaning(AccountBlocked, "Meta has blocked the action: look into Account quality before going on"),
    (10, None): Meaning(AccountBlocked, GRANT, OF_ONE),
    (12, None): Meaning(Invalid, "the field is gone in this API version: upgrade the reconciler"),
    (17, None): Meaning(Throttled, WAIT),
    (17, 1885172): Meaning(NotForNow, CAPS),
    (31, None): Meaning(AccountBlocked, "confirm the identity that Meta asks for in Ads Manager"),
    (32, None): Meaning(Throttled, WAIT),
    (100, None): Meaning(Invalid),
    (100, 33): Meaning(NotFound, "check the id, and that the system user may use it"),
    (100, 1359188): Meaning(AccountBlocked, "add a payment method to the ad account"),
    (100, 1487390): Meaning(Unavailable, AGAIN),
    (100, 1504018): Meaning(TooMuchData, SMALLER),
    (100, 1534): Meaning(TooMuchData, SMALLER),
    (100, 1487534): Meaning(TooMuchData, SMALLER),
    (100, 1885183): Meaning(AccountBlocked, LIVE_MODE, LIVE_MODE),
    (100, 1885650): Meaning(Invalid, MORE_THAN_SPENT),
    (100, 3260011): Meaning(Invalid, f"a published ad set is locked; {REPLACE}"),
    (100, 3858258): Meaning(Unavailable, AGAIN),
    (102, None): Meaning(TokenRefused, NEW_TOKEN),
    (104, None): Meaning(TokenRefused, "check META_APP_SECRET: the proof does not fit the token"),
    (190, None): Meaning(TokenRefused, NEW_TOKEN),
    (190, 458): Meaning(TokenRefused, f"whoever has made the token uses the app no more: {NEW_TOKEN}"),
    (190, 459): Meaning(TokenRefused, OF_A_PERSON),
    (190, 464): Meaning(TokenRefused, OF_A_PERSON),
    (190, 492): Meaning(TokenRefused, OF_PAGES_ROLE),
    (200, None): Meaning(AccountBlocked, GRANT, OF_ONE),
    (200, 1870034): Meaning(AccountBlocked, TERMS),
    (200, 1870050): Meaning(AccountBlocked, "add the ad account to a business in Business settings"),
    (200, 1870090): Meaning(AccountBlocked, TERMS),
    (270, None): Meaning(AccountBlocked, "the app has development access only: ask for advanced access"),
    (272, None): Meaning(AccountBlocked, GRANT),
    (294, None): Meaning(AccountBlocked, GRANT),
    (341, None): Meaning(Throttled, WAIT),
    (352, None): Meaning(Invalid, EXPORT),
    (368, None): Meaning(AccountBlocked, "Meta's policies block this: look into Account quality, do not retry"),
    (382, None): Meaning(Invalid, EXPORT),
    (389, None): Meaning(Unavailable, AGAIN),
    (390, None): Meaning(Unavailable, SEND_AGAIN),
    (506, None): Meaning(Invalid, "the same post exists already"),
    (613, None): Meaning(Throttled, WAIT),
    (613, 1487225): Meaning(NotForNow, TOO_MANY_ADS),
    (613, 1487632): Meaning(NotForNow, EDITS),
    (613, 5044001): Meaning(TooFast, WAIT),
    (803, None): Meaning(NotFound, "check the id, and that the system user may use it"),
    (960, None): Meaning(Unavailable, AGAIN),
    (1487225, None): Meaning(NotForNow, TOO_MANY_ADS),
    (1487632, None): Meaning(NotForNow, EDITS),
    (1487742, None): Meaning(Throttled, WAIT),
    (1487901, None): Meaning(Invalid),
    (2500, None): Meaning(Invalid),
    (2635, None): Meaning(VersionEnded, ANOTHER_VERSION),
    (2641, None): Meaning(Invalid),
    (2642, None): Meaning(Invalid, LIST_AGAIN),
    (2654, None): Meaning(Invalid, "see what Meta says of the audience, and write it otherwise in its file"),
    (2654, 1713007): Meaning(
        Invalid,
        "a lookalike of the same audience, countries and ratio is there already: write its id in targeting in place of "
        "this key and remove the file, or write another ratio or other countries",
    ),
    (2656, None): Meaning(Invalid, "remove the lookalikes that are made of it first"),
    (3018, None): Meaning(Invalid, "Meta keeps 37 months: ask for what is not as long ago"),
    (6000, None): Meaning(Unavailable, SEND_AGAIN),
    (6001, None): Meaning(Unavailable, SEND_AGAIN),
    (9004, None): Meaning(Unavailable, AGAIN),
}
TABLE |= {(100, subcode): Meaning(Invalid, mend) for subcode, mend in MENDS.items()}
TABLE |= {(200, subcode): Meaning(Invalid, MENDS[subcode]) for subcode in NO_REFUSAL_OF_RIGHTS}
TABLE |= {(subcode, None): Meaning(Invalid, mend) for subcode, mend in MENDS.items()}
"""Older replies have such a number as their code."""
TABLE |= {(code, None): Meaning(Throttled, WAIT) for code in range(80000, 80015)}

WRONG_OFFSET = 1363037

UPLOADS: dict[int, Meaning] = {
    1363005: Meaning(Invalid, GRANT),
    1363019: Meaning(Unavailable, SEND_AGAIN),
    1363021: Meaning(Unavailable, SEND_AGAIN),
    1363022: Meaning(Invalid, "put the whole film in its place: Meta takes none of less than 1 KB"),
    1363023: Meaning(Invalid, "export the video again with fewer bits: Meta takes none of this size"),
    1363030: Meaning(Unavailable, SEND_FASTER),
    1363031: Meaning(Invalid, EXPORT),
    1363033: Meaning(Unavailable, SEND_AGAIN),
    WRONG_OFFSET: Meaning(Unavailable, SEND_AGAIN),
    1363041: Meaning(Unavailable, SEND_AGAIN),
    1363042: Meaning(Invalid, GRANT),
    1363045: Meaning(Invalid, "see that nothing writes to the file, then run apply again"),
}
"""Subcodes of uploads. The code beside one differs: 2, 6000 and 6001 have been seen."""

STRAY = f"check META_GRAPH_URL, the proxy and the network's login page: something else than Meta answers; then {AGAIN}"

REDUCE = "reduce the amount of data"

NO_SUCH_FIELD = re.compile(r"nonexisting field \((\w+)\)")

ESSENTIAL = frozenset(
    """
    id status effective_status adlabels campaign_id adset_id creative currency title hash object_id event_type
    event_time
    """.split()
)
"""Without these nothing can be said of what was read."""


def refused_field(reply: GraphReply) -> str:
    """The field that a read was refused for; "" for any other refusal. Meta tells it in the text alone."""
    match = NO_SUCH_FIELD.search(reply.message) if reply.code == 100 else None
    return match.group(1) if match and match.group(1) not in ESSENTIAL else ""


GATED = "budget_schedules"
"""An edge within a read that wants a capability of the app besides, as Meta documents of what writes to it."""
LACKS_RIGHTS = frozenset({3, 10, 200})


def gated_edge(reply: GraphReply) -> str:
    """The edge without which a read may be allowed that was refused for rights; "" for any other refusal."""
    return GATED if reply.code in LACKS_RIGHTS else ""


def meaning_of(reply: GraphReply) -> Meaning:
    """The row of the table; what is not in it is an unknown outcome, except for plain refusals of parameters."""
    if reply.code is None:
        return Meaning(Invalid) if reply.http_status == 413 else Meaning(Unavailable, AGAIN)
    exact = TABLE.get((reply.code, reply.subcode)) or UPLOADS.get(reply.subcode) if reply.subcode is not None else None
    return exact or TABLE.get((reply.code, None)) or Meaning(Unavailable, AGAIN)


def of_one_write(meaning: Meaning, *, names_much: bool) -> Meaning:
    """What a refusal means that one write alone has met, and not a read or a whole batch. A create names what it is
    made of, which may be what is refused."""
    return Meaning(NotAllowed, meaning.of_one if names_much else meaning.mend) if meaning.of_one else meaning


def named_versions(reply: GraphReply) -> list[str]:
    """As a refusal of an old one names what to use. A hint: where it names none, the table is asked."""
    return NAMES_VERSION.findall(reply.message)


def of_page(meaning: Meaning, page: str) -> Meaning:
    """What a refusal means that a page's own token has met: that comes from the page, and no other account uses it."""
    if meaning.error is not TokenRefused and meaning.mend != GRANT:
        return meaning
    mend = f"assign page {page} to the system user in Business settings, with its leads; its token wants {OF_PAGES}"
    return Meaning(AccountBlocked, mend)


def stray(http_status: int, headers: Mapping[str, str], remark: str = "") -> Unavailable | None:
    """What only a proxy, a login page or a wrong address answers; None where Meta may have."""
    lower = {name.lower(): str(value) for name, value in headers.items()}
    if 300 <= http_status < 400:
        # Of where it leads only the host: the rest may repeat what was sent.
        said = f"a redirect to {brief(_host(lower.get('location', '')))} instead of an answer from Meta"
    elif http_status < 500 and lower.get("content-type", "").startswith("text/html"):
        said = "a page of HTML instead of an answer from Meta"
    else:
        return None
    return Unavailable(GraphReply(http_status, message=said, remark=remark), STRAY)


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or "another path"
    except ValueError:
        return "another path"


def read_reply(http_status: int, body: Any) -> GraphReply:
    """Meta's error envelope, whichever of its shapes it comes in. Text is redacted and made plain here."""
    error = body.get("error") if isinstance(body, Mapping) else None
    if not isinstance(error, Mapping):
        return GraphReply(http_status, message="no readable answer from Meta")
    data = _data_of(error.get("error_data"))
    return GraphReply(
        http_status=http_status,
        code=_number(error.get("code")),
        subcode=_number(error.get("error_subcode")),
        message=_said(error.get("message")),
        user_title=_said(error.get("error_user_title")),
        user_message=_said(error.get("error_user_msg")),
        blame=_said(_blame(data)),
        error_data=data,
        trace_id=_said(error.get("fbtrace_id")),
    )


def _said(text: Any) -> str:
    return brief(str(text or ""))


def _number(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _data_of(value: Any) -> Any:
    """`error_data` comes as an object or as JSON text of one."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return None


def _blame(data: Any) -> str:
    if not isinstance(data, Mapping):
        return ""
    specs = data.get("blame_field_specs") or []
    paths = [".".join(map(str, spec)) for spec in specs if isinstance(spec, list)]
    return ", ".join(paths) or str(data.get("blame_field", ""))

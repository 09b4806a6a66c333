"""What to write otherwise where Meta refuses a value for good: by subcode, in the words of the files. Where a
subcode is not here, Meta's own text has to do. Sources: Meta's error reference and replies that people have reported.
"""

from __future__ import annotations

ACCOUNT_FILE = "the account's file below desired/accounts/"
OF_CAMPAIGN = "the campaign's file"
IDENTITIES = (
    f"write the ids of identities that Meta has verified below regulated in {ACCOUNT_FILE}; reconciler doctor tells "
    "which of them are verified"
)
OF_EU = f"write regulated: {{eu: {{beneficiary: …, payer: …}}}} into {ACCOUNT_FILE}"
GONE_AT_META = (
    "it was archived or deleted at Meta meanwhile: see reconciler plan, which tells what becomes of it, and remove its "
    "file where it is not to be made again"
)
OPTION_GONE = (
    f"Meta offers an interest, behaviour or other option of the targeting no more: take out of targeting in "
    f"{OF_CAMPAIGN} what the message names, or exchange it for one that Ads Manager's audience editor finds"
)
BUDGET = (
    f"write a budget of at least what the message says into {OF_CAMPAIGN}: Meta counts it in the account's currency"
)
BID = f"write bid_amount, or bid_strategy: LOWEST_COST_WITHOUT_CAP, which needs none, into {OF_CAMPAIGN}"
POST = (
    "give the system user and the ad account access to the page in Business settings → Accounts → Pages, or write a "
    f"page that they may use into {ACCOUNT_FILE}"
)

MENDS: dict[int, str] = {
    1359207: (
        "a custom audience that the ad set uses is not available any more: take it out of targeting in "
        f"{OF_CAMPAIGN}, or share it with this ad account in Ads Manager → Audiences"
    ),
    1443226: f"write thumbnail: and a picture below creatives/ beside the video in {OF_CAMPAIGN}",
    1487056: GONE_AT_META,
    1487079: f"look at the places of targeting in {OF_CAMPAIGN}: Meta does not know one of them",
    1487566: GONE_AT_META,
    1487694: OPTION_GONE,
    1487756: f"two places of targeting overlap: leave out of {OF_CAMPAIGN} the one that lies within the other",
    1487891: (f"write another objective into {OF_CAMPAIGN}, or another format of the ad: the two do not go together"),
    1772103: (
        f"write instagram_user: and the id of the Instagram account into {ACCOUNT_FILE}, or leave Instagram out of the "
        "placements"
    ),
    1815199: (
        "assign the ad account to the Instagram account in Business settings → Accounts → Instagram accounts, or write "
        f"as instagram_user in {ACCOUNT_FILE} one that it may use"
    ),
    1815430: f"write the pixel into {ACCOUNT_FILE}, or promoted_object into {OF_CAMPAIGN}",
    1815694: POST,
    1815857: BID,
    1815869: "the post is gone, or is not public: write another one, or make it public on the page",
    1870090: OPTION_GONE,
    1870249: (
        f"write age_min: 18 into targeting in {OF_CAMPAIGN}, or take out what Meta does not offer for young people"
    ),
    1885088: GONE_AT_META,
    1885272: BUDGET,
    1885364: f"write countries: into {OF_CAMPAIGN}, or geo_locations into its targeting",
    2238055: BUDGET,
    2446383: f"write as destination_url in {OF_CAMPAIGN} an address that opens, from https:// on",
    2446509: f"write another destination_type into {OF_CAMPAIGN}, or none: this one does not go with the objective",
    2490408: (f"write another optimization_goal into {OF_CAMPAIGN}, or another objective: the two do not go together"),
    2490487: BID,
    2490562: f"take video_feeds out of the placements in {OF_CAMPAIGN}: Meta has ended it",
    2490589: f"write explore_home in place of explore among the placements in {OF_CAMPAIGN}: Meta has ended explore",
    3858079: OF_EU,
    3858081: OF_EU,
    3858495: IDENTITIES,
    3858548: IDENTITIES,
    3858634: IDENTITIES,
    3858636: IDENTITIES,
}

NO_REFUSAL_OF_RIGHTS = frozenset({1815199, 1815694, 1815869})
"""That come with code 200, of rights, too, and name the one thing that may not be used."""

OF_A_PERSON = (
    "log in at facebook.com as the person who has made the token and do what it asks for: the token works again then; "
    "that of a system user, from Business settings, depends on no person"
)
OF_PAGES_ROLE = (
    "whoever has made the token has no role on the page any more: assign the page to the system user in Business "
    "settings, and make a new token"
)

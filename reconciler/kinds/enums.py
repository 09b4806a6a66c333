"""Meta's words for goals, events, strategies and buttons, as the Marketing API v26 lists them.

The conformance test compares every set with the installed SDK, so that a new version shows what it added.
"""

from __future__ import annotations

from collections.abc import Mapping

OBJECTIVES = frozenset(
    """
    OUTCOME_APP_PROMOTION OUTCOME_AWARENESS OUTCOME_ENGAGEMENT OUTCOME_LEADS OUTCOME_SALES OUTCOME_TRAFFIC
    """.split()
)
SPECIAL_AD_CATEGORIES = frozenset(
    """
    CREDIT EMPLOYMENT FINANCIAL_PRODUCTS_SERVICES HOUSING ISSUES_ELECTIONS_POLITICS NONE
    ONLINE_GAMBLING_AND_GAMING
    """.split()
)
BID_STRATEGIES = frozenset(
    """
    COST_CAP LOWEST_COST_WITHOUT_CAP LOWEST_COST_WITH_BID_CAP LOWEST_COST_WITH_MIN_ROAS
    """.split()
)
OPTIMIZATION_GOALS = frozenset(
    """
    ADVERTISER_SILOED_VALUE AD_RECALL_LIFT APP_INSTALLS APP_INSTALLS_AND_OFFSITE_CONVERSIONS AUTOMATIC_OBJECTIVE
    CONVERSATIONS DERIVED_EVENTS ENGAGED_PAGE_VIEWS ENGAGED_USERS EVENT_RESPONSES IMPRESSIONS IN_APP_VALUE
    LANDING_PAGE_VIEWS LEAD_GENERATION LINK_CLICKS MEANINGFUL_CALL_ATTEMPT MESSAGING_APPOINTMENT_CONVERSION
    MESSAGING_DEEP_CONVERSATION_AND_FOLLOW MESSAGING_PURCHASE_CONVERSION NONE OFFSITE_CONVERSIONS PAGE_LIKES
    POST_ENGAGEMENT PROFILE_AND_PAGE_ENGAGEMENT PROFILE_VISIT QUALITY_CALL QUALITY_LEAD REACH REMINDERS_SET
    SUBSCRIBERS THRUPLAY VALUE VISIT_INSTAGRAM_PROFILE
    """.split()
)
BILLING_EVENTS = frozenset(
    """
    APP_INSTALLS CLICKS IMPRESSIONS LINK_CLICKS LISTING_INTERACTION NONE OFFER_CLAIMS PAGE_LIKES POST_ENGAGEMENT
    PURCHASE THRUPLAY
    """.split()
)
DESTINATION_TYPES = frozenset(
    """
    APP APPLINKS_AUTOMATIC FACEBOOK FACEBOOK_LIVE FACEBOOK_PAGE IMAGINE INSTAGRAM_DIRECT INSTAGRAM_LIVE
    INSTAGRAM_PROFILE INSTAGRAM_PROFILE_AND_FACEBOOK_PAGE MESSAGING_INSTAGRAM_DIRECT_MESSENGER
    MESSAGING_INSTAGRAM_DIRECT_MESSENGER_WHATSAPP MESSAGING_INSTAGRAM_DIRECT_WHATSAPP MESSAGING_MESSENGER_WHATSAPP
    MESSENGER ON_AD ON_EVENT ON_PAGE ON_POST ON_VIDEO PHONE_CALL SHOP_AUTOMATIC WEBSITE WHATSAPP
    """.split()
)
CUSTOM_EVENT_TYPES = frozenset(
    """
    ACHIEVEMENT_UNLOCKED ADD_PAYMENT_INFO ADD_TO_CART ADD_TO_WISHLIST AD_IMPRESSION COMPLETE_REGISTRATION CONTACT
    CONTENT_VIEW CUSTOMIZE_PRODUCT D2_RETENTION D7_RETENTION DONATE FIND_LOCATION INITIATED_CHECKOUT LEAD
    LEVEL_ACHIEVED LISTING_INTERACTION MESSAGING_CONVERSATION_STARTED_7D OTHER PURCHASE RATE SCHEDULE SEARCH
    SERVICE_BOOKING_REQUEST SPENT_CREDITS START_TRIAL SUBMIT_APPLICATION SUBSCRIBE TUTORIAL_COMPLETION
    """.split()
)
CALLS_TO_ACTION = frozenset(
    """
    ADD_TO_CART APPLY_NOW ASK_ABOUT_SERVICES ASK_A_QUESTION ASK_FOR_MORE_INFO ASK_US AUDIO_CALL
    BOOK_A_CONSULTATION BOOK_NOW BOOK_TRAVEL BROWSE_SHOP BUY BUY_ACTIVITY_TICKETS BUY_NOW BUY_TICKETS
    BUY_VIA_MESSAGE CALL CALL_ME CALL_NOW CHAT_NOW CHAT_WITH_US CONFIRM CONTACT CONTACT_US DONATE DONATE_NOW
    DOWNLOAD EVENT_RSVP FIND_A_GROUP FIND_OUT_MORE FIND_YOUR_GROUPS FOLLOW_NEWS_STORYLINE FOLLOW_PAGE FOLLOW_USER
    GET_A_QUOTE GET_DETAILS GET_DIRECTIONS GET_IN_TOUCH GET_OFFER GET_OFFER_VIEW GET_PROMOTIONS GET_QUOTE
    GET_SHOWTIMES GET_STARTED INQUIRE_NOW INSTALL_APP INSTALL_MOBILE_APP JOIN_CHANNEL JOIN_LIVE_VIDEO LEARN_MORE
    LIKE_PAGE LISTEN_MUSIC LISTEN_NOW MAKE_AN_APPOINTMENT MESSAGE_PAGE MOBILE_DOWNLOAD NO_BUTTON OPEN_INSTANT_APP
    OPEN_LINK ORDER_NOW PAY_TO_ACCESS PLAY_GAME PLAY_GAME_ON_FACEBOOK PURCHASE_GIFT_CARDS RAISE_MONEY RECORD_NOW
    REFER_FRIENDS REQUEST_TIME SAY_THANKS SEE_MORE SEE_SHOP SELL_NOW SEND_A_GIFT SEND_GIFT_MONEY SEND_UPDATES
    SHARE SHOP_NOW SHOP_WITH_AI SIGN_UP SOTTO_SUBSCRIBE START_A_CHAT START_ORDER STREAM_NOW SUBSCRIBE
    SWIPE_UP_PRODUCT SWIPE_UP_SHOP TRY_DEMO TRY_ON_WITH_AI UPDATE_APP USE_APP USE_MOBILE_APP VIDEO_ANNOTATION
    VIDEO_CALL VIEW_CART VIEW_CHANNEL VIEW_IN_CART VIEW_PRODUCT VISIT_PAGES_FEED VISIT_WEBSITE WATCH_LIVE_VIDEO
    WATCH_MORE WATCH_NOW WATCH_VIDEO WHATSAPP_MESSAGE WOODHENGE_SUPPORT
    """.split()
)

# ---- words of ads that open a lead form

FORM_GOALS = frozenset({"LEAD_GENERATION", "QUALITY_LEAD"})
FORM_DESTINATION = "ON_AD"
FORM_BUTTONS = frozenset("APPLY_NOW DOWNLOAD GET_QUOTE LEARN_MORE SIGN_UP SUBSCRIBE".split())
FORM_BUTTON = "SIGN_UP"
"""Unless another one is written."""

# ---- words of ads that cannot be made here yet: those that lead elsewhere than to a website or a form

MESSAGE, CALL, EVENT = "a chat", "a phone call", "an event"

GOALS_OF_OTHERS: Mapping[str, str] = {
    "CONVERSATIONS": MESSAGE,
    "MESSAGING_APPOINTMENT_CONVERSION": MESSAGE,
    "MESSAGING_DEEP_CONVERSATION_AND_FOLLOW": MESSAGE,
    "MESSAGING_PURCHASE_CONVERSION": MESSAGE,
    "QUALITY_CALL": CALL,
    "MEANINGFUL_CALL_ATTEMPT": CALL,
    "EVENT_RESPONSES": EVENT,
}
"""Goal → what its ads open."""

DESTINATIONS_OF_OTHERS: Mapping[str, str] = {
    "WHATSAPP": MESSAGE,
    "MESSENGER": MESSAGE,
    "INSTAGRAM_DIRECT": MESSAGE,
    "MESSAGING_INSTAGRAM_DIRECT_MESSENGER": MESSAGE,
    "MESSAGING_INSTAGRAM_DIRECT_MESSENGER_WHATSAPP": MESSAGE,
    "MESSAGING_INSTAGRAM_DIRECT_WHATSAPP": MESSAGE,
    "MESSAGING_MESSENGER_WHATSAPP": MESSAGE,
    "PHONE_CALL": CALL,
    "ON_EVENT": EVENT,
}
"""`destination_type` → what its ads open."""

BUTTONS_OF_OTHERS: Mapping[str, str] = {
    "WHATSAPP_MESSAGE": MESSAGE,
    "MESSAGE_PAGE": MESSAGE,
    "INSTAGRAM_MESSAGE": MESSAGE,
    "CALL_NOW": CALL,
    "EVENT_RSVP": EVENT,
}
"""Button → what it opens."""

# ---- what Ads Manager and older versions say, in small letters without spaces → Meta's word

SAID_OBJECTIVES = {
    **dict.fromkeys(
        "sales conversions conversion catalogsales cataloguesales productcatalogsales purchase shopping".split(),
        "OUTCOME_SALES",
    ),
    **dict.fromkeys("traffic linkclicks clicks".split(), "OUTCOME_TRAFFIC"),
    **dict.fromkeys("awareness brandawareness reach storetraffic storevisits".split(), "OUTCOME_AWARENESS"),
    **dict.fromkeys("leads lead leadgeneration leadgen".split(), "OUTCOME_LEADS"),
    **dict.fromkeys(
        "engagement postengagement videoviews messages eventresponses pagelikes".split(), "OUTCOME_ENGAGEMENT"
    ),
    **dict.fromkeys("apppromotion app appinstalls appinstall".split(), "OUTCOME_APP_PROMOTION"),
}

SAID_BID_STRATEGIES = {
    **dict.fromkeys(
        "lowestcost highestvolume highestvalue auto automatic automaticbidding none maximizeconversions".split(),
        "LOWEST_COST_WITHOUT_CAP",
    ),
    **dict.fromkeys("bidcap manual".split(), "LOWEST_COST_WITH_BID_CAP"),
    **dict.fromkeys("costperresultgoal costperresult costgoal targetcost targetcpa cpa".split(), "COST_CAP"),
    **dict.fromkeys("roasgoal roas minimumroas minroas targetroas".split(), "LOWEST_COST_WITH_MIN_ROAS"),
}

SAID_CATEGORIES = {
    **dict.fromkeys("no false no0 nospecialadcategory na".split(), "NONE"),
    **dict.fromkeys(
        "socialissueselectionsorpolitics politics political elections socialissues issues".split(),
        "ISSUES_ELECTIONS_POLITICS",
    ),
    **dict.fromkeys("jobs job".split(), "EMPLOYMENT"),
    **dict.fromkeys("finance financial financialproductsandservices".split(), "FINANCIAL_PRODUCTS_SERVICES"),
    **dict.fromkeys("gambling gaming".split(), "ONLINE_GAMBLING_AND_GAMING"),
}

SAID_EVENTS = {
    **dict.fromkeys("viewcontent contentview viewcontents".split(), "CONTENT_VIEW"),
    **dict.fromkeys("initiatecheckout checkout begincheckout".split(), "INITIATED_CHECKOUT"),
    **dict.fromkeys("addtobasket atc".split(), "ADD_TO_CART"),
    **dict.fromkeys("sale sales order buy purchases".split(), "PURCHASE"),
    **dict.fromkeys("registration signup register".split(), "COMPLETE_REGISTRATION"),
    **dict.fromkeys("leads".split(), "LEAD"),
}

SAID_GOALS = {
    **dict.fromkeys(
        "conversions conversion purchase purchases sales maximizenumberofconversions".split(),
        "OFFSITE_CONVERSIONS",
    ),
    **dict.fromkeys(
        "clicks linkclick traffic maximisenumberoflinkclicks maximizenumberoflinkclicks".split(), "LINK_CLICKS"
    ),
    **dict.fromkeys("landingpageview lpv landingpage".split(), "LANDING_PAGE_VIEWS"),
    **dict.fromkeys("videoviews videoview views".split(), "THRUPLAY"),
    **dict.fromkeys("awareness adrecall".split(), "AD_RECALL_LIFT"),
    **dict.fromkeys("engagement".split(), "POST_ENGAGEMENT"),
    **dict.fromkeys("leads lead".split(), "LEAD_GENERATION"),
}

SAID_BUTTONS = {
    **dict.fromkeys("buy purchase shop visitshop shophere".split(), "SHOP_NOW"),
    **dict.fromkeys("book reserve reservenow booking bookanappointment".split(), "BOOK_NOW"),
    **dict.fromkeys("contact".split(), "CONTACT_US"),
    **dict.fromkeys("register registernow join joinnow signupnow preregister getaccess".split(), "SIGN_UP"),
    **dict.fromkeys("order orderhere".split(), "ORDER_NOW"),
    **dict.fromkeys("apply".split(), "APPLY_NOW"),
    **dict.fromkeys("more readmore clickhere seedetails details discover discovermore".split(), "LEARN_MORE"),
    **dict.fromkeys("call callus".split(), "CALL_NOW"),
    **dict.fromkeys("whatsapp sendwhatsappmessage chatonwhatsapp".split(), "WHATSAPP_MESSAGE"),
    **dict.fromkeys("message sendmessage messageus".split(), "MESSAGE_PAGE"),
    **dict.fromkeys("none nobutton no false".split(), "NO_BUTTON"),
    **dict.fromkeys("website visit visitsite gotowebsite visitourwebsite".split(), "VISIT_WEBSITE"),
    **dict.fromkeys("directions map".split(), "GET_DIRECTIONS"),
    **dict.fromkeys("install installnow downloadnow downloadapp".split(), "DOWNLOAD"),
    **dict.fromkeys("offer claimoffer getdeal".split(), "GET_OFFER"),
    **dict.fromkeys("quote requestaquote requestquote".split(), "GET_QUOTE"),
    **dict.fromkeys("gettickets tickets".split(), "BUY_TICKETS"),
    **dict.fromkeys("watch".split(), "WATCH_MORE"),
    **dict.fromkeys("subscribenow".split(), "SUBSCRIBE"),
}

COMMON_BUTTONS = (
    "SHOP_NOW", "LEARN_MORE", "SIGN_UP", "BOOK_NOW", "BUY_NOW", "CONTACT_US", "DOWNLOAD", "GET_OFFER", "GET_QUOTE",
    "ORDER_NOW", "SUBSCRIBE", "APPLY_NOW",
)  # fmt: skip
COMMON_EVENTS = (
    "PURCHASE", "ADD_TO_CART", "INITIATED_CHECKOUT", "LEAD", "COMPLETE_REGISTRATION", "CONTENT_VIEW", "CONTACT",
    "SUBSCRIBE", "SEARCH",
)  # fmt: skip
COMMON_GOALS = (
    "OFFSITE_CONVERSIONS", "VALUE", "LINK_CLICKS", "LANDING_PAGE_VIEWS", "REACH", "IMPRESSIONS", "THRUPLAY",
    "POST_ENGAGEMENT",
)  # fmt: skip

"""What stands on an ad's button. Meta's words are mostly their own text, `SHOP_NOW` is "Shop Now"; the table has the
others, as Ads Manager lists them."""

from __future__ import annotations

NO_BUTTON = "NO_BUTTON"

TEXTS = {
    NO_BUTTON: "",
    "BOOK_TRAVEL": "Book Now",
    "BUY_TICKETS": "Get Tickets",
    "CALL": "Call Now",
    "CONTACT": "Contact Us",
    "EVENT_RSVP": "Interested",
    "GET_OFFER_VIEW": "Get Offer",
    "GET_QUOTE": "Get Quote",
    "INSTALL_APP": "Install Now",
    "INSTALL_MOBILE_APP": "Install Now",
    "LISTEN_MUSIC": "Listen Now",
    "MAKE_AN_APPOINTMENT": "Book Now",
    "MESSAGE_PAGE": "Send Message",
    "MOBILE_DOWNLOAD": "Download",
    "OPEN_INSTANT_APP": "Play Game",
    "PLAY_GAME_ON_FACEBOOK": "Play Game",
    "SWIPE_UP_PRODUCT": "Shop Now",
    "SWIPE_UP_SHOP": "Shop Now",
    "USE_MOBILE_APP": "Use App",
    "WATCH_LIVE_VIDEO": "Watch Live",
    "WHATSAPP_MESSAGE": "WhatsApp",
}

SMALL = frozenset({"a", "an", "in", "on", "to", "via", "with"})
SPELT = {"ai": "AI"}


def button_text(word: str) -> str:
    """`Shop Now` of SHOP_NOW; "" where the ad has no button."""
    if word in TEXTS:
        return TEXTS[word]
    first, *rest = word.lower().split("_")
    return " ".join([_spelt(first), *(one if one in SMALL else _spelt(one) for one in rest)])


def _spelt(word: str) -> str:
    return SPELT.get(word) or word.capitalize()


_OFFERED = """
    SHOP_NOW a shop or a product page
    LEARN_MORE anything else: an article, a brand, a first look
    SIGN_UP an account, a newsletter, a waiting list, a lead form
    BUY_NOW one product, straight to its checkout
    ORDER_NOW food and other orders
    START_ORDER an order that is put together first
    BOOK_NOW a stay, a table, a class
    BOOK_TRAVEL flights and hotels; people read "Book Now"
    MAKE_AN_APPOINTMENT a doctor, a salon, a showing; people read "Book Now"
    BOOK_A_CONSULTATION advice by appointment
    REQUEST_TIME a time that the business confirms
    GET_OFFER a discount, a voucher
    GET_OFFER_VIEW an offer to be looked at; people read "Get Offer"
    GET_PROMOTIONS promotions by message or mail
    GET_QUOTE a price made for this person
    GET_A_QUOTE the same, in other words
    SUBSCRIBE something that comes again: a box, a channel, a plan
    APPLY_NOW jobs, loans, cards, courses
    CONTACT_US a contact page
    GET_IN_TOUCH a contact page, less formal
    CONTACT a contact page, in one word
    INQUIRE_NOW a question about something costly: property, cars
    ASK_US questions before buying
    ASK_A_QUESTION a single question
    ASK_FOR_MORE_INFO details on request
    ASK_ABOUT_SERVICES services without a price list
    DOWNLOAD a file, a guide, an app
    INSTALL_APP an app's page in its store
    INSTALL_MOBILE_APP the same, for phones
    USE_APP an app that people have already
    UPDATE_APP a new version of an app
    OPEN_LINK a link, in plain words
    VISIT_WEBSITE a website as such
    GET_DETAILS facts: opening hours, a programme
    FIND_OUT_MORE as LEARN_MORE, in other words
    SEE_MORE more of what the ad shows
    SEE_SHOP a shop to look around in
    BROWSE_SHOP a catalogue to look around in
    VIEW_PRODUCT one product
    ADD_TO_CART a product, put into the cart
    VIEW_CART a cart that was left
    GET_STARTED a service with steps: software, a plan
    TRY_DEMO software to be tried
    BUY_TICKETS events, cinema, museums; people read "Get Tickets"
    GET_SHOWTIMES cinema programmes
    WATCH_MORE a film or a series
    WATCH_NOW something to be watched at once
    LISTEN_NOW music, podcasts
    STREAM_NOW music or films of a streaming service
    PLAY_GAME a game
    DONATE_NOW a charity
    DONATE the same, in one word
    GET_DIRECTIONS a map
    PURCHASE_GIFT_CARDS gift cards
    SELL_NOW people who sell to you
    REFER_FRIENDS a programme for recommending
    NO_BUTTON no button at all
"""
OFFERED: dict[str, str] = {
    word: told.strip() for word, _, told in (line.strip().partition(" ") for line in _OFFERED.strip().splitlines())
}
"""Button → what it leads to, for whoever chooses one; the most used first."""

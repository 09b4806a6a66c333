"""python-facebook-api and facebook-sdk, as their READMEs use them. The last line is JSON."""

import json
import os
import sys

ACCOUNT, TOKEN, PAGE = os.environ["ACCOUNT_ID"], os.environ["ACCESS_TOKEN"], os.environ["PAGE_ID"]
SECRET = os.environ["APP_SECRET"]
CAMPAIGN = {
    "name": "Spring",
    "objective": "OUTCOME_TRAFFIC",
    "status": "PAUSED",
    "special_ad_categories": "[]",
    "is_adset_budget_sharing_enabled": "false",
}


def pyfacebook():
    from pyfacebook import FacebookApi, GraphAPI

    api = GraphAPI(app_id="77", app_secret=SECRET, access_token=TOKEN)
    made = [api.post_object(ACCOUNT, "campaigns", data=CAMPAIGN)["id"] for _ in range(3)]
    listed = api.get_full_connections(ACCOUNT, "campaigns", fields="id,name", limit=2, count=10)["data"]
    return {
        "account": api.get_object(ACCOUNT, fields="id,name,currency"),
        "same": sorted(one["id"] for one in listed) == sorted(made),
        "page": FacebookApi(access_token=TOKEN).page.get_info(PAGE).name,
        "long": api.exchange_long_lived_user_access_token()["token_type"],
        "page_token": bool(api.exchange_page_access_token(page_id=PAGE)),
        "app_token": GraphAPI(app_id="77", app_secret=SECRET, application_only_auth=True).access_token,
    }


def facebook_sdk():
    import facebook

    graph = facebook.GraphAPI(access_token=TOKEN, version="3.1")
    graph.put_object(ACCOUNT, "campaigns", **CAMPAIGN)
    try:
        graph.get_objects(ids=[ACCOUNT, PAGE])
        refused = 0
    except facebook.GraphAPIError as problem:
        refused = problem.code
    return {
        "me": graph.get_object("me")["name"],
        "campaigns": [one["name"] for one in graph.get_all_connections(ACCOUNT, "campaigns", fields="name", limit=2)],
        "scopes": "ads_read" in graph.get_permissions("me"),
        "valid": graph.debug_access_token(TOKEN, "77", SECRET)["data"]["is_valid"],
        "longer": graph.extend_access_token("77", SECRET)["expires_in"] > 86400,
        "ids": refused,
    }


print(json.dumps({"pyfacebook": pyfacebook, "facebook_sdk": facebook_sdk}[sys.argv[1]]()))

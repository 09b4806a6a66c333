"""Meta's Python SDK as its README and its examples use it. One step a run; prints JSON."""

import json
import os
import sys
import time
from pathlib import Path

from facebook_business.adobjects.adaccount import AdAccount
from facebook_business.adobjects.adreportrun import AdReportRun
from facebook_business.adobjects.adset import AdSet
from facebook_business.adobjects.advideo import AdVideo
from facebook_business.adobjects.campaign import Campaign
from facebook_business.adobjects.user import User
from facebook_business.api import FacebookAdsApi
from facebook_business.exceptions import FacebookRequestError
from facebook_business.session import FacebookSession
from facebook_business.video_uploader import VideoUploader

# --- the base URL, and nothing else
GRAPH = os.environ["GRAPH_URL"]
FacebookSession.GRAPH = GRAPH
_call = FacebookAdsApi.call


def _local(self, *given, url_override=None, **more):
    """The uploader of videos names its host in its code."""
    return _call(self, *given, url_override=url_override and GRAPH, **more)


FacebookAdsApi.call = _local
# ---

FacebookAdsApi.init("77", os.environ["APP_SECRET"], os.environ["ACCESS_TOKEN"], crash_log=False)
account = AdAccount(os.environ["ACCOUNT_ID"])
page, folder = os.environ["PAGE_ID"], Path(os.environ["FOLDER"])


def new_campaign(name="Conversions Campaign", **more):
    return account.create_campaign(
        fields=[],
        params={
            Campaign.Field.name: name,
            Campaign.Field.objective: Campaign.Objective.outcome_traffic,
            Campaign.Field.status: Campaign.Status.paused,
            Campaign.Field.special_ad_categories: [],
            "is_adset_budget_sharing_enabled": False,
            **more,
        },
    )


def new_ad_set(campaign):
    return account.create_ad_set(
        params={
            AdSet.Field.name: "My Ad Set",
            AdSet.Field.campaign_id: campaign["id"],
            AdSet.Field.daily_budget: 2000,
            AdSet.Field.billing_event: AdSet.BillingEvent.impressions,
            AdSet.Field.optimization_goal: AdSet.OptimizationGoal.link_clicks,
            AdSet.Field.bid_strategy: "LOWEST_COST_WITHOUT_CAP",
            AdSet.Field.targeting: {
                "geo_locations": {"countries": ["MY"]},
                "targeting_automation": {"advantage_audience": 0},
            },
            AdSet.Field.status: AdSet.Status.paused,
        }
    )


def bootstrap():
    mine = list(User(fbid="me").get_ad_accounts())
    fields = [AdAccount.Field.name, AdAccount.Field.amount_spent, AdAccount.Field.age]
    return {
        "accounts": [one["id"] for one in mine],
        "type": type(mine[0]).__name__,
        "campaigns": len(account.get_campaigns()),
        "account": account.api_get(fields=fields).export_all_data(),
    }


def crud():
    campaign = new_campaign()
    campaign.api_update(fields=[], params={Campaign.Field.name: "Potato Campaign"})
    read = campaign.api_get(fields=[Campaign.Field.name, Campaign.Field.effective_status]).export_all_data()
    campaign.api_delete()
    gone = campaign.api_get(fields=[Campaign.Field.effective_status])
    return {"read": read, "after": gone[Campaign.Field.effective_status]}


def error():
    """The README still creates without an objective, and old examples use the old ones."""
    told = []
    for objective in (None, "LINK_CLICKS"):
        try:
            new_campaign(objective=objective)
        except FacebookRequestError as problem:
            told.append([problem.http_status(), problem.api_error_code(), problem.api_error_message()])
    return told


def cursor():
    names = [f"Campaign {number}" for number in range(7)]
    for name in names:
        new_campaign(name)
    found = account.get_campaigns(fields=[Campaign.Field.name], params={"limit": 3, "summary": "total_count"})
    return {"total": found.total(), "names": sorted(one["name"] for one in found)}


def batch():
    api = FacebookAdsApi.get_default_api()
    good, bad = [], []
    requests = api.new_batch()
    for status in ("PAUSED", "NONSENSE"):
        params = {"name": "In a batch", "objective": "OUTCOME_TRAFFIC", "status": status, "special_ad_categories": [],
                  "is_adset_budget_sharing_enabled": False}  # fmt: skip
        account.create_campaign(
            params=params,
            batch=requests,
            success=lambda reply: good.append(reply.json()["id"]),
            failure=lambda reply: bad.append(reply.error().api_error_code()),
        )
    account.get_campaigns(fields=["name"], batch=requests, success=lambda reply: good.append(len(reply.json()["data"])))
    return {"retry": requests.execute() is not None, "good": len(good), "bad": bad, "listed": good[-1]}


def tree():
    campaign = new_campaign()
    ad_set = new_ad_set(campaign)
    image = account.create_ad_image(params={"filename": str(folder / "picture.png")})
    story = {
        "page_id": page,
        "link_data": {
            "image_hash": image["hash"],
            "link": "https://acme.example/",
            "message": "try it out",
            "call_to_action": {"type": "LEARN_MORE", "value": {"link": "https://acme.example/"}},
        },
    }
    creative = account.create_ad_creative(params={"name": "My Creative", "object_story_spec": story})
    ad = account.create_ad(
        params={
            "name": "My Ad",
            "adset_id": ad_set["id"],
            "creative": {"creative_id": creative["id"]},
            "status": "PAUSED",
        }
    )
    read = ad.api_get(fields=["name", "effective_status", "adset{name,campaign{name}}", "creative{body}"])
    return read.export_all_data()


def world():
    """An account as somebody has it who works with this SDK alone."""
    image = account.create_ad_image(params={"filename": str(folder / "picture.png")})["hash"]
    film = AdVideo(parent_id=account.get_id_assured())
    film[AdVideo.Field.filepath] = str(folder / "film.mp4")
    video_id = VideoUploader().upload(film, wait_for_encoding=True)["id"]
    pixel = (list(account.get_ads_pixels()) or [account.create_ads_pixel(params={"name": "Shop"})])[0]["id"]
    audience = account.create_custom_audience(
        params={"name": "Customers", "subtype": "CUSTOM", "customer_file_source": "BOTH_USER_AND_PARTNER_PROVIDED"}
    )["id"]
    button = {"type": "SHOP_NOW", "value": {"link": "https://acme.example/"}}
    shown = {"link": "https://acme.example/", "image_hash": image, "call_to_action": button}
    stories = {
        "Picture": {"link_data": {**shown, "message": "Try it: 30% off #1", "name": "Sale", "description": "Today"}},
        "Film": {
            "video_data": {
                "video_id": video_id,
                "image_hash": image,
                "message": "Look.\nAgain.",
                "title": "Film",
                "call_to_action": button,
            }
        },
    }
    creatives = {
        name: account.create_ad_creative(
            params={"name": name, "object_story_spec": {"page_id": page, **story}, "url_tags": f"utm_content={name}"}
        )["id"]
        for name, story in stories.items()
    }

    def campaign(name, **more):
        given = {"objective": "OUTCOME_TRAFFIC", "status": "PAUSED", "special_ad_categories": []}
        given |= {"is_adset_budget_sharing_enabled": False} if "daily_budget" not in more else {}
        return account.create_campaign(params={"name": name, **given, **more})["id"]

    def ad_set(above, name, ads, **more):
        given = {"billing_event": "IMPRESSIONS", "optimization_goal": "LINK_CLICKS", "status": "PAUSED"}
        found = account.create_ad_set(params={"name": name, "campaign_id": above, **given, **more})["id"]
        for each in ads:
            told = {"name": f"{name}: {each}", "adset_id": found, "creative": {"creative_id": creatives[each]}}
            account.create_ad(params={**told, "status": "PAUSED"})
        return found

    narrow = {
        "geo_locations": {"countries": ["MY", "ID"]},
        "age_min": 25,
        "age_max": 44,
        "genders": [2],
        "publisher_platforms": ["facebook", "instagram"],
        "facebook_positions": ["feed", "story"],
        "instagram_positions": ["stream"],
        "flexible_spec": [{"interests": [{"id": "6003107902433", "name": "Football"}]}],
        "excluded_custom_audiences": [{"id": audience}],
        "targeting_automation": {"advantage_audience": 0},
    }
    wide = {"geo_locations": {"countries": ["MY"]}, "targeting_automation": {"advantage_audience": 0}}
    bid = {"bid_strategy": "LOWEST_COST_WITHOUT_CAP"}
    shared = campaign("Shared budget", daily_budget=5000, spend_cap=90_000, **bid)
    ad_set(shared, "Narrow", ["Picture", "Film"], targeting=narrow)
    ad_set(shared, "Wide", ["Picture"], targeting=wide)
    own = campaign("Own budgets")
    capped = {"bid_strategy": "COST_CAP", "bid_amount": 250}
    ad_set(own, "Each day", ["Film"], targeting=wide, daily_budget=2000, **capped)
    run = {"start_time": "2026-12-01T09:00:00+0800", "end_time": "2026-12-31T23:59:00+0800"}
    ad_set(own, "Until New Year", ["Picture"], targeting=narrow, lifetime_budget=90_000, **bid, **run)
    sales = campaign("Sales", objective="OUTCOME_SALES", daily_budget=7000, **bid)
    counted = {"promoted_object": {"pixel_id": pixel, "custom_event_type": "PURCHASE"}}
    goal = {"optimization_goal": "OFFSITE_CONVERSIONS"}
    ad_set(sales, "Buyers", ["Picture"], targeting=wide, **counted, **goal)
    copied = Campaign(sales).create_copy(params={"deep_copy": True, "status_option": "PAUSED"})
    return {"campaigns": len(account.get_campaigns()), "copied": bool(copied)}


def video():
    film = AdVideo(parent_id=account.get_id_assured())
    film[AdVideo.Field.filepath] = str(folder / "film.mp4")
    reply = VideoUploader().upload(film, wait_for_encoding=True)
    read = AdVideo(reply["id"]).api_get(fields=["title", "status"])
    return {"title": read["title"], "status": read["status"]["video_status"]}


def insights():
    campaign = new_campaign()
    fields, params = ["impressions", "spend"], {"date_preset": "last_7d"}
    direct = [one.export_all_data() for one in campaign.get_insights(fields=fields, params=params)]
    run = account.get_insights(fields=fields, params={**params, "level": "campaign"}, is_async=True)
    for _ in range(100):
        run = run.api_get()
        if run[AdReportRun.Field.async_status] in ("Job Completed", "Job Failed"):
            break
        time.sleep(0.2)
    rows = [one.export_all_data() for one in run.get_insights()]
    return {"direct": direct, "status": run[AdReportRun.Field.async_status], "rows": rows}


print(json.dumps(globals()[sys.argv[1]](), default=str))

"""What copies ads into warehouses: Airbyte's and Singer's connectors, the newest on PyPI."""

import json
import subprocess

import pytest

STREAMS = {"ad_account", "campaigns", "ad_sets", "ads", "ad_creatives", "images", "activities", "custom_audiences",
           "custom_conversions", "videos", "ads_insights"}  # fmt: skip


@pytest.fixture
def tree(server):
    """A campaign that has run for a week."""
    server.control("clock", {"now": "2026-11-10T09:00:00+08:00", "run": True})
    server.control("settings", {"insights_seconds": 0})

    def post(edge, files=None, **params):
        sent = {k: v if isinstance(v, str) else json.dumps(v) for k, v in params.items()}
        url = f"{server.url}/v26.0/{server.account}/{edge}"
        reply = server.http.post(url, data={"access_token": server.token, **sent}, files=files, timeout=300)
        assert reply.status_code == 200, reply.text
        return reply.json()

    image = post("adimages", files={"filename": ("a.png", server.png, "image/png")})["images"]["a.png"]["hash"]
    campaign = post(
        "campaigns",
        name="Spring",
        objective="OUTCOME_TRAFFIC",
        status="ACTIVE",
        special_ad_categories=[],
        is_adset_budget_sharing_enabled=False,
    )["id"]
    ad_set = post(
        "adsets",
        name="Broad",
        campaign_id=campaign,
        status="ACTIVE",
        daily_budget=2000,
        bid_strategy="LOWEST_COST_WITHOUT_CAP",
        optimization_goal="LINK_CLICKS",
        billing_event="IMPRESSIONS",
        targeting={"geo_locations": {"countries": ["MY"]}, "targeting_automation": {"advantage_audience": 0}},
    )["id"]
    link = {"link": "https://acme.example/", "message": "Shop", "image_hash": image}
    creative = post("adcreatives", name="Hero", object_story_spec={"page_id": server.page, "link_data": link})["id"]
    ad = post("ads", name="Ad", adset_id=ad_set, creative={"creative_id": creative}, status="ACTIVE")["id"]
    server.control("clock", {"now": "2026-11-17T10:00:00+08:00", "run": True})
    return {"campaigns": campaign, "ad_sets": ad_set, "ads": ad, "ad_creatives": creative}


def lines(command, environment):
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def test_airbyte_checks_discovers_and_reads(venv, server, folder, tree):
    command = str(venv("airbyte-source-facebook-marketing").parent / "source-facebook-marketing")
    environment, config, catalog = server.environment(folder), folder / "config.json", folder / "catalog.json"
    credentials = {"auth_type": "Service", "access_token": server.token}
    account = server.account.removeprefix("act_")
    about = {"credentials": credentials, "account_ids": [account], "start_date": "2026-11-09T00:00:00Z"}
    config.write_text(json.dumps(about))
    checked = lines([command, "check", "--config", str(config)], environment)
    assert checked[-1]["connectionStatus"]["status"] == "SUCCEEDED"
    found = lines([command, "discover", "--config", str(config)], environment)
    streams = next(one["catalog"]["streams"] for one in found if one["type"] == "CATALOG")
    chosen = [
        {"stream": one, "sync_mode": "full_refresh", "destination_sync_mode": "append"}
        for one in streams
        if one["name"] in STREAMS
    ]
    catalog.write_text(json.dumps({"streams": chosen}))
    told = lines([command, "read", "--config", str(config), "--catalog", str(catalog)], environment)
    records = [one["record"] for one in told if one["type"] == "RECORD"]
    by_stream = {name: [one["data"] for one in records if one["stream"] == name] for name in STREAMS}
    for name, id in tree.items():
        assert id in {one["id"] for one in by_stream[name]}
    assert by_stream["ad_account"][0]["currency"] == "SGD" and len(by_stream["images"]) == 1
    assert len(by_stream["ads_insights"]) >= 6 and by_stream["activities"]


def test_the_singer_tap_discovers_and_syncs(venv, server, folder, tree):
    command = str(venv("tap-facebook").parent / "tap-facebook")
    environment, config, catalog = server.environment(folder), folder / "config.json", folder / "catalog.json"
    account = server.account.removeprefix("act_")
    about = {"access_token": server.token, "account_id": account, "start_date": "2026-11-09T00:00:00Z"}
    config.write_text(json.dumps(about))
    told = subprocess.run(
        [command, "--config", str(config), "--discover"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    found = json.loads(told.stdout)
    for stream in found["streams"]:
        for one in stream["metadata"]:
            one["metadata"]["selected"] = not stream["stream"].startswith("ads_insights")
    catalog.write_text(json.dumps(found))
    synced = lines([command, "--config", str(config), "-p", str(catalog)], environment)
    names = {one["stream"] for one in synced if one["type"] == "RECORD"}
    assert {"campaigns", "adsets", "ads", "adcreative"} <= names

"""Meta's own Python SDK, as its documentation shows it; only the base URL differs."""

import pytest
from facebook_business.adobjects.ad import Ad
from facebook_business.adobjects.adaccount import AdAccount
from facebook_business.adobjects.adimage import AdImage
from facebook_business.adobjects.adreportrun import AdReportRun
from facebook_business.adobjects.adset import AdSet
from facebook_business.adobjects.adsinsights import AdsInsights
from facebook_business.adobjects.advideo import AdVideo
from facebook_business.adobjects.campaign import Campaign
from facebook_business.adobjects.customaudience import CustomAudience
from facebook_business.api import FacebookAdsApi
from facebook_business.exceptions import FacebookRequestError
from facebook_business.session import FacebookSession
from facebook_business.video_uploader import VideoUploader, VideoUploadRequest


@pytest.fixture
def api(graph):
    session = FacebookSession("app", None, "token")
    session.GRAPH = graph.url
    return FacebookAdsApi(session)


@pytest.fixture
def account(graph, api):
    return AdAccount(graph.account, api=api)


def new_campaign(account, **more):
    params = {
        Campaign.Field.name: "SDK",
        Campaign.Field.objective: Campaign.Objective.outcome_traffic,
        Campaign.Field.status: Campaign.Status.paused,
        Campaign.Field.special_ad_categories: [],
        Campaign.Field.is_adset_budget_sharing_enabled: False,
        **more,
    }
    return account.create_campaign(params=params)


def test_typed_objects_are_created_read_changed_and_deleted(account):
    campaign = new_campaign(account)
    assert isinstance(campaign, Campaign)
    campaign.api_get(fields=[Campaign.Field.name, Campaign.Field.effective_status])
    assert campaign[Campaign.Field.effective_status] == "PAUSED"
    campaign.api_update(params={"name": "Renamed"})
    assert campaign.api_get(fields=["name"])["name"] == "Renamed"
    campaign.api_delete()
    assert campaign.api_get(fields=["effective_status"])["effective_status"] == "DELETED"


def test_the_whole_tree_is_built_with_the_sdk(graph, account, tmp_path):
    ad_set = account.create_ad_set(params=graph.ad_set_params(new_campaign(account)["id"]))
    ad_set = AdSet(ad_set["id"], api=account.get_api())
    picture = tmp_path / "hero.png"
    picture.write_bytes(graph.png)
    image = account.create_ad_image(params={AdImage.Field.filename: str(picture)})
    assert image[AdImage.Field.hash]
    story = graph.story(image_hash=image["hash"])
    creative = account.create_ad_creative(params={"name": "c", "object_story_spec": story})
    params = {"name": "a", "adset_id": ad_set["id"], "creative": {"creative_id": creative["id"]}, "status": "PAUSED"}
    ad = account.create_ad(params=params)
    assert isinstance(ad, Ad)
    assert [one["id"] for one in ad_set.get_ads(fields=["name"])] == [ad["id"]]


def test_cursors_walk_every_page(account):
    made = {new_campaign(account, name=f"C{number}")["id"] for number in range(7)}
    cursor = account.get_campaigns(fields=["name"], params={"limit": 3})
    assert {one["id"] for one in cursor} == made
    assert cursor.total() == 7


def test_batches_call_back(account, api):
    outcomes = []
    batch = api.new_batch()
    for name in ("A", ""):
        account.create_ad_label(params={"name": name}, batch=batch, success=outcomes.append, failure=outcomes.append)
    assert batch.execute() is None
    assert [outcome.is_success() for outcome in outcomes] == [True, False]


def test_errors_arrive_as_facebook_request_errors(account):
    with pytest.raises(FacebookRequestError) as caught:
        new_campaign(account, is_adset_budget_sharing_enabled=None)
    assert (caught.value.api_error_code(), caught.value.api_error_subcode()) == (100, 4834011)


def test_the_video_uploader_uploads_in_chunks(graph, account, api, tmp_path, monkeypatch):
    graph.settings(video_seconds=0, video_chunk_bytes=70000)
    send = lambda self, path: self._api.call("POST", path, params=self._params, files=self._files)  # noqa: E731
    monkeypatch.setattr(VideoUploadRequest, "send", send)
    film = tmp_path / "film.mp4"
    film.write_bytes(bytes(range(256)) * 1000)
    video = AdVideo(parent_id=graph.account, api=api)
    video[AdVideo.Field.filepath] = str(film)
    reply = VideoUploader().upload(video, wait_for_encoding=True)
    assert graph.get(reply["id"], fields="title,status")["title"] == "film.mp4"


def test_a_video_in_one_request(graph, account, tmp_path):
    film = tmp_path / "film.mp4"
    film.write_bytes(b"film" * 1000)
    video = account.create_ad_video(params={"source": str(film), "name": "Film"})
    assert graph.get(video["id"], fields="title")["title"] == "Film"


def test_labels_activities_and_copies_have_their_methods(graph, account):
    campaign = new_campaign(account, adlabels=[{"name": "x"}])
    label = account.get_ad_labels(fields=["name"])[0]
    found = account.get_campaigns_by_labels(params={"ad_label_ids": [label["id"]]})
    assert [one["id"] for one in found] == [campaign["id"]]
    assert account.get_activities(fields=["event_type"])[0]["event_type"] == "create_campaign_group"
    assert campaign.create_copy(params={"status_option": "PAUSED"})["copied_campaign_id"]
    assert account.get_minimum_budgets()[0]["currency"] == "SGD"


@pytest.fixture
def delivered(graph):
    graph.settings(review_seconds=0)
    ad = graph.ad(graph.ad_set(graph.campaign(status="ACTIVE"), status="ACTIVE"), status="ACTIVE")
    graph.advance(4 * 86400)
    return ad


PARAMS = {"level": "ad", "date_preset": "last_7d", "time_increment": 1, "limit": 2}


def test_insights_are_read_at_once_and_page_by_page(account, delivered):
    rows = list(account.get_insights(fields=[AdsInsights.Field.ad_id, AdsInsights.Field.spend], params=PARAMS))
    assert len(rows) == 4 and isinstance(rows[0], AdsInsights)
    assert {row["ad_id"] for row in rows} == {delivered} and all(float(row["spend"]) > 0 for row in rows)


def test_insights_are_read_as_a_report_run(graph, account, delivered):
    run = account.get_insights(fields=["ad_id", "spend"], params=PARAMS, is_async=True)
    assert isinstance(run, AdReportRun)
    assert run.api_get()[AdReportRun.Field.async_status] == "Job Not Started"
    graph.advance(3)
    assert run.api_get()[AdReportRun.Field.async_percent_completion] == 100
    direct = [row["spend"] for row in account.get_insights(fields=["ad_id", "spend"], params=PARAMS)]
    assert [row["spend"] for row in run.get_insights(params={"limit": 3})] == direct


def test_the_sdk_hashes_and_uploads_an_audience(account):
    params = {"name": "Buyers", "subtype": "CUSTOM", "customer_file_source": "USER_PROVIDED_ONLY"}
    audience = account.create_custom_audience(params=params)
    assert isinstance(audience, CustomAudience)
    reply = audience.add_users(CustomAudience.Schema.email_hash, [" Joe@Acme.example", "ann@acme.example"])
    assert (reply.json()["num_received"], reply.json()["num_invalid_entries"]) == (2, 0)
    assert audience.remove_users(CustomAudience.Schema.email_hash, ["joe@acme.example"]).json()["num_received"] == 1
    assert [one["id"] for one in account.get_custom_audiences()] == [audience["id"], "23850001"]


def test_copies_are_listed_at_their_source(account):
    campaign = new_campaign(account)
    made = campaign.create_copy()["copied_campaign_id"]
    assert [one["id"] for one in campaign.get_copies()] == [made]

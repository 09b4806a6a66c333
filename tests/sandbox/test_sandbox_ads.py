import pytest


def test_an_ad_is_reviewed_first_and_then_follows_its_parents(graph):
    campaign = graph.campaign(status="ACTIVE")
    ad_set = graph.ad_set(campaign, status="ACTIVE")
    id = graph.ad(ad_set, status="ACTIVE")
    read = lambda: graph.get(id, fields="effective_status")["effective_status"]  # noqa: E731
    assert read() == "PENDING_REVIEW"
    graph.advance(31)
    assert read() == "ACTIVE"
    graph.post(ad_set, status="PAUSED")
    assert read() == "ADSET_PAUSED"
    graph.post(campaign, status="PAUSED")
    assert read() == "CAMPAIGN_PAUSED"
    graph.post(id, status="PAUSED")
    assert read() == "PAUSED"


def test_paused_ads_may_wait_for_review_until_they_are_turned_on(graph):
    graph.settings(review_paused_ads=False)
    id = graph.ad()
    graph.advance(3600)
    graph.post(id, status="ACTIVE")
    assert graph.get(id, fields="effective_status")["effective_status"] == "PENDING_REVIEW"


def test_a_forbidden_word_is_rejected_with_feedback(graph):
    id = graph.ad(creative=graph.creative(message="Buy SANDBOX_REJECT now"))
    graph.advance(31)
    seen = graph.get(id, fields="effective_status,ad_review_feedback")
    assert seen["effective_status"] == "DISAPPROVED"
    assert seen["ad_review_feedback"]["global"]


def test_review_can_be_decided_by_hand(graph):
    id = graph.ad()
    graph.control("review", {"id": id, "decision": "reject", "feedback": {"global": {"Alcohol": "No."}}})
    seen = graph.get(id, fields="effective_status,ad_review_feedback")
    assert (seen["effective_status"], seen["ad_review_feedback"]) == ("DISAPPROVED", {"global": {"Alcohol": "No."}})
    graph.control("review", {"id": id, "decision": "approve"})
    assert graph.get(id, fields="effective_status")["effective_status"] == "PAUSED"


def test_another_creative_sends_an_ad_back_to_review_and_the_same_does_not(graph):
    first = graph.creative()
    id = graph.ad(creative=first)
    graph.advance(31)
    graph.post(id, creative={"creative_id": first})
    assert graph.get(id, fields="effective_status")["effective_status"] == "PAUSED"
    graph.post(id, creative={"creative_id": graph.creative(message="New")})
    assert graph.get(id, fields="effective_status")["effective_status"] == "PENDING_REVIEW"


def test_without_a_payment_method_even_a_paused_ad_is_refused(graph):
    graph.control("accounts", {"account": graph.account, "payment_method": False})
    creative = {"creative_id": graph.creative()}
    params = {"name": "Ad", "adset_id": graph.ad_set(), "status": "PAUSED", "creative": creative}
    assert graph.refused(f"{graph.account}/ads", **params) == (100, 1359188)


def test_an_inline_creative_is_made_with_the_ad(graph):
    inline = {"name": "Inline", "object_story_spec": graph.story()}
    params = {"name": "Ad", "adset_id": graph.ad_set(), "status": "PAUSED", "creative": inline}
    id = graph.post(f"{graph.account}/ads", **params)["id"]
    assert graph.get(id, fields="creative{name}")["creative"]["name"].startswith("Inline 2026-11-21-")


def test_meta_fills_in_tracking_and_parents(graph):
    ad_set = graph.ad_set()
    id = graph.ad(ad_set)
    seen = graph.get(id, fields="tracking_specs,conversion_specs,adset_id,campaign{id,name},source_ad_id,creative")
    assert seen["tracking_specs"] and seen["conversion_specs"] and seen["source_ad_id"] == "0"
    assert seen["adset_id"] == ad_set and seen["campaign"]["name"] == "Spring"
    assert list(seen["creative"]) == ["id"]


def test_url_tags_are_no_field_of_an_ad(graph):
    assert graph.refused(graph.ad(), "GET", fields="url_tags") == (100, None)


def test_an_ad_stays_in_its_ad_set(graph):
    assert graph.refused(graph.ad(), adset_id=graph.ad_set())[0] == 100


def test_a_deleted_ad_is_locked(graph):
    id = graph.ad()
    graph.delete(id)
    assert graph.refused(id, status="ACTIVE") == (100, 1885088)
    graph.post(id, name="Renamed")


@pytest.mark.parametrize("domain", ["https://acme.example", "acme.example/path", "www.acme.example"])
def test_a_conversion_domain_is_a_bare_domain(graph, domain):
    params = {"name": "Ad", "adset_id": graph.ad_set(), "creative": {"creative_id": graph.creative()}}
    assert graph.refused(f"{graph.account}/ads", conversion_domain=domain, **params)[0] == 100


def test_dynamic_creatives_need_dynamic_ad_sets(graph):
    feed = {"bodies": [{"text": "a"}], "link_urls": [{"website_url": "https://acme.example"}]}
    story = {"page_id": graph.page}
    creative = graph.post(f"{graph.account}/adcreatives", object_story_spec=story, asset_feed_spec=feed)["id"]
    params = {"name": "Ad", "creative": {"creative_id": creative}}
    assert graph.refused(f"{graph.account}/ads", adset_id=graph.ad_set(), **params) == (100, 1885998)
    graph.post(f"{graph.account}/ads", adset_id=graph.ad_set(is_dynamic_creative=True), **params)


def test_a_sales_ad_needs_a_link(graph):
    event = {"pixel_id": graph.pixel, "custom_event_type": "PURCHASE"}
    campaign = graph.campaign(objective="OUTCOME_SALES")
    ad_set = graph.ad_set(campaign, optimization_goal="OFFSITE_CONVERSIONS", promoted_object=event)
    story = {"page_id": graph.page, "photo_data": {"image_hash": graph.image()}}
    photo = graph.post(f"{graph.account}/adcreatives", object_story_spec=story)["id"]
    params = {"name": "Ad", "adset_id": ad_set, "creative": {"creative_id": photo}}
    assert graph.refused(f"{graph.account}/ads", **params) == (100, 1487891)


def test_copies_are_paused_renamed_and_keep_their_labels(graph):
    ad_set = graph.ad_set()
    ad = graph.ad(ad_set, adlabels=[{"name": "mine"}])
    copied = graph.post(f"{ad}/copies")["copied_ad_id"]
    seen = graph.get(copied, fields="name,status,adlabels{name},source_ad_id,adset_id")
    assert seen["name"] == "Ad - Copy" and seen["status"] == "PAUSED" and seen["source_ad_id"] == ad
    assert seen["adlabels"] == [{"name": "mine"}] and seen["adset_id"] == ad_set


def test_a_deep_copy_takes_the_children_and_too_large_a_one_is_refused(graph):
    campaign = graph.campaign()
    ad_set = graph.ad_set(campaign)
    graph.ad(ad_set)
    reply = graph.post(f"{campaign}/copies", deep_copy=True)
    assert {row["ad_object_type"] for row in reply["ad_object_ids"]} == {"campaign", "ad_set", "ad"}
    inner = graph.get(reply["copied_campaign_id"], fields="adsets{ads{name}}")
    assert inner["adsets"]["data"][0]["ads"]["data"][0]["name"] == "Ad"
    graph.ad(ad_set)
    assert graph.refused(f"{campaign}/copies", deep_copy=True) == (100, 1885194)


def test_an_ad_set_holds_only_so_many_ads(graph):
    graph.settings(max_ads_per_ad_set=1)
    ad_set = graph.ad_set()
    graph.ad(ad_set)
    params = {"name": "Ad", "adset_id": ad_set, "creative": {"creative_id": graph.creative()}}
    assert graph.refused(f"{graph.account}/ads", **params) == (100, 1487809)


def test_meta_appends_its_own_tracking_to_what_was_sent(graph):
    sent = [{"action.type": ["rsvp"], "event": ["17"]}]
    id = graph.ad(tracking_specs=sent)
    seen = graph.get(id, fields="tracking_specs")["tracking_specs"]
    assert seen[:1] == sent
    assert seen[1:] == graph.get(graph.ad(), fields="tracking_specs")["tracking_specs"]
    graph.post(id, tracking_specs=seen)
    assert graph.get(id, fields="tracking_specs")["tracking_specs"] == seen


@pytest.mark.parametrize(
    ("goal", "objective", "destination"),
    [("CONVERSATIONS", "OUTCOME_TRAFFIC", "WHATSAPP"), ("QUALITY_CALL", "OUTCOME_LEADS", None)],
)
def test_an_ad_with_a_link_opens_neither_a_chat_nor_a_call(graph, goal, objective, destination):
    promoted = {"page_id": graph.page}
    ad_set = graph.ad_set(
        graph.campaign(objective=objective),
        optimization_goal=goal,
        promoted_object=promoted,
        destination_type=destination,
    )
    params = {"name": "Ad", "adset_id": ad_set, "creative": {"creative_id": graph.creative()}}
    assert graph.refused(f"{graph.account}/ads", **params) == (100, 1487891)

"""meta-ads-mcp, the newest on PyPI: a real MCP server over stdio, asked as an assistant would ask it."""

import base64
import json
import subprocess

import pytest


class Assistant:
    """As much of the Model Context Protocol as a client needs."""

    def __init__(self, process):
        self.process, self.count = process, 0

    def send(self, message):
        self.process.stdin.write(json.dumps({"jsonrpc": "2.0", **message}) + "\n")
        self.process.stdin.flush()

    def ask(self, method, /, **params):
        self.count += 1
        self.send({"id": self.count, "method": method, "params": params})
        while line := self.process.stdout.readline():
            if not line.startswith("{"):
                continue  # it prints a line of its own while it uploads
            reply = json.loads(line)
            if reply.get("id") == self.count:
                assert "result" in reply, reply
                return reply["result"]
        raise AssertionError("the server ended")

    def tool(self, tool, /, **arguments):
        result = self.ask("tools/call", name=tool, arguments=arguments)
        told = json.loads(result["content"][0]["text"])
        return json.loads(told["result"]) if isinstance(told, dict) and set(told) == {"result"} else told


@pytest.fixture
def assistant(venv, server, folder):
    environment = server.environment(folder) | {"META_ACCESS_TOKEN": server.token, "META_APP_ID": "77"}
    environment |= {"META_APP_SECRET": server.secret, "HOME": str(folder)}
    process = subprocess.Popen(
        [str(venv("meta-ads-mcp")), str(server.programs / "mcp_server.py")],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    client = Assistant(process)
    about = {"name": "tests", "version": "1"}
    client.ask("initialize", protocolVersion="2025-03-26", capabilities={}, clientInfo=about)
    client.send({"method": "notifications/initialized"})
    yield client
    process.stdin.close()
    process.terminate()
    process.wait(timeout=300)
    process.stdout.close()


def test_the_three_questions_of_its_readme(assistant, server):
    tools = {one["name"] for one in assistant.ask("tools/list")["tools"]}
    assert {"get_ad_accounts", "get_account_info", "get_campaigns", "create_campaign"} <= tools
    accounts = assistant.tool("get_ad_accounts")
    assert [one["id"] for one in accounts["data"]] == [server.account]
    assert assistant.tool("get_account_info", account_id=server.account)["currency"] == "SGD"
    assert assistant.tool("get_campaigns", account_id=server.account)["data"] == []


def test_a_whole_tree_that_goes_into_a_repository_and_out_again(assistant, server, goes_through):
    campaign = assistant.tool(
        "create_campaign",
        account_id=server.account,
        name="By an assistant",
        objective="OUTCOME_TRAFFIC",
        use_adset_level_budgets=True,
    )["id"]
    targeting = {"geo_locations": {"countries": ["MY"]}, "targeting_automation": {"advantage_audience": 0}}
    ad_set = assistant.tool(
        "create_adset",
        account_id=server.account,
        campaign_id=campaign,
        name="Broad",
        optimization_goal="LINK_CLICKS",
        billing_event="IMPRESSIONS",
        daily_budget=2000,
        bid_strategy="LOWEST_COST_WITHOUT_CAP",
        targeting=targeting,
    )
    image = assistant.tool("upload_ad_image", account_id=server.account, file=base64.b64encode(server.png).decode())
    creative = assistant.tool(
        "create_ad_creative",
        account_id=server.account,
        page_id=server.page,
        image_hash=image["image_hash"],
        link_url="https://acme.example/",
        message="Shop",
        headline="Sale",
        call_to_action_type="SHOP_NOW",
    )
    made = creative.get("creative_id") or creative.get("details", creative)["id"]
    ad = assistant.tool("create_ad", account_id=server.account, name="Hero", adset_id=ad_set["id"], creative_id=made)
    seen = assistant.tool("get_ad_details", ad_id=ad["id"])
    assert seen["name"] == "Hero" and seen["adset_id"] == ad_set["id"]
    assert [one["name"] for one in assistant.tool("get_adsets", account_id=server.account)["data"]] == ["Broad"]
    found = goes_through()
    assert (found["objects"], found["labelled"], found["left_out"]) == (3, 3, [])


def test_changes_and_refusals(assistant, server):
    made = assistant.tool(
        "create_campaign", account_id=server.account, name="First", objective="OUTCOME_TRAFFIC", daily_budget=5000
    )
    assistant.tool("update_campaign", campaign_id=made["id"], name="Second", status="ACTIVE")
    seen = assistant.tool("get_campaign_details", campaign_id=made["id"])
    assert (seen["name"], seen["status"], seen["daily_budget"]) == ("Second", "ACTIVE", "5000")
    refused = assistant.tool("create_campaign", account_id=server.account, name="Old", objective="LINK_CLICKS")
    assert json.loads(refused["data"])["error"]["details"]["error"]["code"] == 100

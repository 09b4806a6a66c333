"""Thin wrappers of the Graph API, the newest on PyPI."""


def test_python_facebook_api(venv, program):
    reply = program(venv("python-facebook-api"), "graph_wrappers.py", "pyfacebook")
    assert reply["account"]["currency"] == "SGD" and reply["same"] and reply["page"] == "Acme"
    assert reply["long"] == "bearer" and reply["page_token"] and reply["app_token"].startswith("77|")


def test_facebook_sdk(venv, program):
    reply = program(venv("facebook-sdk"), "graph_wrappers.py", "facebook_sdk")
    assert reply["me"] and reply["campaigns"] == ["Spring"] and reply["scopes"] and reply["valid"]
    assert reply["longer"] and reply["ids"] == 100

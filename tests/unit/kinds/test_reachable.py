"""Which addresses lead nobody anywhere."""

from __future__ import annotations

import pytest

from reconciler.kinds.reachable import hidden_host, trial_host

HIDDEN = """
http://localhost http://localhost:3000/a https://LOCALHOST/ http://10.1.2.3/ http://192.168.1.10:8080/a
http://172.16.0.1 http://172.31.255.254/ http://127.0.0.1/ http://169.254.169.254/ http://100.64.0.1/ http://0.0.0.0/
http://[::1]/ http://[fd00::1]/ http://[fe80::1]/a http://127.1/ http://2130706433/ https://acme.local/ https://acme.local./
https://shop.acme.internal/a https://nas.lan https://acme.test/ https://x.localhost/ https://router.home.arpa/
https://wiki.corp/a
""".split()
OPEN = """
https://acme.example/ https://acme.example/localhost https://local.example/ https://acme.com?next=http://10.0.0.1
https://8.8.8.8/ http://192.0.2.1/ https://172.32.0.1/ http://[2606:4700::1111]/ https://test.com https://münchen.example
https://internal.acme.com/ https://10.acme.com acme.local https://{{product.url}}
""".split()
TRIAL = "https://staging.acme.com https://acme-staging.vercel.app/a https://dev.acme.co.uk https://uat.acme.com".split()
NO_TRIAL = """
https://acme.com https://dev.to/a https://test.com https://developers.acme.com https://www.acme.com/staging
https://test-kitchen.acme.com https://acme.dev https://stageplay.acme.com
""".split()


@pytest.mark.parametrize("url", HIDDEN)
def test_a_host_of_one_s_own_network_is_hidden(url: str) -> None:
    assert hidden_host(url)


@pytest.mark.parametrize("url", OPEN)
def test_a_host_that_anybody_can_open_is_not(url: str) -> None:
    assert not hidden_host(url)


@pytest.mark.parametrize("url", TRIAL)
def test_a_host_to_try_things_on_is_known_by_its_name(url: str) -> None:
    assert trial_host(url)


@pytest.mark.parametrize("url", NO_TRIAL)
def test_a_word_of_a_site_s_own_name_makes_it_no_trial(url: str) -> None:
    assert not trial_host(url)

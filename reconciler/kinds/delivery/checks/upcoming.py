"""Defaults that Meta switches on in a version and whose parameters are not documented yet: all that can be done is to
warn whom they meet. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from reconciler.kinds.delivery.checks.scope import Scope
from reconciler.model.document import KeyPath
from reconciler.model.problem import Problem
from reconciler.model.versions import DEFAULT, number_of

DEVICE_KEYS = ("user_device", "user_os", "excluded_user_device", "device_platforms")
"""Of a targeting spec: which devices and operating systems are meant."""

DEVICE_DEFAULT_SINCE = "v27.0"
DEVICE_DEFAULT = (
    f"since {DEVICE_DEFAULT_SINCE} Meta reaches people on other mobile devices too, in new sales ad sets that it finds "
    "eligible, unless `device` is sent as 0; where that is sent is not documented yet, so it is not"
)
DEVICE_MEND = f"write api_version: {DEFAULT}, or look at the ad set's devices in Ads Manager before it starts"


def device_defaults(scope: Scope, api_version: str) -> Iterator[Problem]:
    """Ad sets that name devices, from the version on in which Meta reaches further mobile devices by itself."""
    if number_of(api_version) < number_of(DEVICE_DEFAULT_SINCE):
        return
    for key, ad_set in scope.spec.ad_sets.items():
        targeting = ad_set.targeting or {}
        named = [name for name in DEVICE_KEYS if targeting.get(name)]
        if named:
            path: KeyPath = ("ad_sets", key, "targeting", named[0])
            yield scope.problem(path, f"{named[0]}: {DEVICE_DEFAULT}", DEVICE_MEND)

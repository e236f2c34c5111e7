# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this module util is **PRIVATE** to the collection.

"""PureCloud regions as data, and the URLs that follow from them.

``api.<domain>`` is the Platform API, ``login.<domain>`` the authentication service (PureCloud SDKs for Python 269 and JavaScript 262:
``PureCloudRegionHosts``; Terraform provider 1.84: ``provider.go``).
"""

from __future__ import annotations

import difflib
import re

from .._errors import ValidationError

DOMAINS = {
    "us-east-1": "mypurecloud.com",
    "us-east-2": "use2.us-gov-pure.cloud",
    "us-west-2": "usw2.pure.cloud",
    "ca-central-1": "cac1.pure.cloud",
    "sa-east-1": "sae1.pure.cloud",
    "mx-central-1": "mxc1.pure.cloud",
    "me-central-1": "mec1.pure.cloud",
    "ap-northeast-1": "mypurecloud.jp",
    "ap-northeast-2": "apne2.pure.cloud",
    "ap-northeast-3": "apne3.pure.cloud",
    "ap-south-1": "aps1.pure.cloud",
    "ap-southeast-1": "apse1.pure.cloud",
    "ap-southeast-2": "mypurecloud.com.au",
    "eu-west-1": "mypurecloud.ie",
    "eu-west-2": "euw2.pure.cloud",
    "eu-central-1": "mypurecloud.de",
    "eu-central-2": "euc2.pure.cloud",
    "eusc-de-east-1": "edee1.eusc-pure.cloud",
}

# Regions opened later get a label below one of the vendor's own domains; anything else would send credentials to a stranger.
_VENDOR_DOMAIN = re.compile(r"[a-z0-9-]+\.(pure\.cloud|us-gov-pure\.cloud|eusc-pure\.cloud)")


def domain(region: str, instead: str = "api_url and login_url") -> str:
    """The domain of ``region``, which is an AWS region name or already a domain. The error names what is given ``instead`` where it is neither."""
    name = region.strip().lower()
    if name in DOMAINS:
        return DOMAINS[name]
    if name in DOMAINS.values() or _VENDOR_DOMAIN.fullmatch(name):
        return name
    close = difflib.get_close_matches(name, [*DOMAINS, *DOMAINS.values()], n=1)
    hint = f"did you mean {close[0]}?" if close else f"known are {', '.join(sorted(DOMAINS))} and their domains."
    raise ValidationError(f"region {region!r} is not a PureCloud region: {hint} For a private endpoint give {instead} instead")


def api_url(region: str) -> str:
    return f"https://api.{domain(region)}"


def login_url(region: str) -> str:
    return f"https://login.{domain(region)}"


def service_urls(region: str) -> dict[str, str]:
    """What the ``general`` section of a hybrid integration holds: the token endpoint on the login host, the API's root on the API host."""
    name = domain(region, "hybrid_transaction_base_auth_url and hybrid_transaction_base_service_url")
    return {"base_auth_url": f"https://login.{name}/oauth/token", "base_service_url": f"https://api.{name}/api/"}

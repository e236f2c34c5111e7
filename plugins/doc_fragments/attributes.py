# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    # Attributes of modules that manage something.
    DOCUMENTATION = r"""
attributes:
  check_mode:
    description: Can run in check mode and predict what a real run would change, without any write.
    support: full
  diff_mode:
    description: Returns what it changes, or would change, as RV(ignore:diff), with secrets shown as V((secret\)) only.
    support: full
  platform:
    description: The platforms the module runs on.
    platforms: all
    support: full
"""

    # Attributes of info modules.
    INFO_MODULE = r"""
attributes:
  check_mode:
    description: Reads only, in check mode as otherwise.
    support: full
  diff_mode:
    description: Changes nothing, so there is no difference to show.
    support: N/A
  idempotent:
    description: Changes nothing, however often it runs.
    support: full
  platform:
    description: The platforms the module runs on.
    platforms: all
    support: full
"""

    IDEMPOTENT = r"""
attributes:
  idempotent:
    description: A second run with the same options changes nothing.
    support: full
"""

    ACTION_GROUP_PURECLOUD = r"""
attributes:
  action_group:
    description: Use C(group/genesys.hybrid.purecloud) in C(module_defaults) to set the connection options for these modules.
    membership: [genesys.hybrid.purecloud]
    support: full
"""

    ACTION_GROUP_CFGSERVER = r"""
attributes:
  action_group:
    description: Use C(group/genesys.hybrid.cfgserver) in C(module_defaults) to set the connection options for these modules.
    membership: [genesys.hybrid.cfgserver]
    support: full
"""

    QUERY = r"""
options:
  query:
    description:
      - A JMESPath expression that filters the returned list, for example V([?state=='active'].name).
      - The result is always a list; a single value becomes a list of one.
    type: str
requirements:
  - jmespath when O(query) is used
"""

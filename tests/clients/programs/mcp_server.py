"""The MCP server of meta-ads-mcp, as its users start it, on another base URL."""

import os
import sys

from meta_ads_mcp.core import api

# --- the base URL, and nothing else
api.META_GRAPH_API_BASE = f"{os.environ['GRAPH_URL']}/{api.META_GRAPH_API_VERSION}"
# ---

from meta_ads_mcp.core.server import main  # noqa: E402

sys.exit(main())

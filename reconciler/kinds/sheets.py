"""Ads Manager's sheets, for whoever calls the mapping without knowing what kinds there are."""

from __future__ import annotations

from reconciler.kinds.delivery.sheet.cells import Around
from reconciler.kinds.delivery.sheet.columns import NAMES, SPEND_LIMITS
from reconciler.kinds.delivery.sheet.documents import document_of, in_columns, written_keys
from reconciler.kinds.delivery.sheet.exported import Held, held_in, held_text, zone_in
from reconciler.kinds.delivery.sheet.heads import table_in
from reconciler.kinds.delivery.sheet.names import OF_ACCOUNT, WRITTEN
from reconciler.kinds.delivery.sheet.owners import Owners, moved, strangers, unsaid_currency
from reconciler.kinds.delivery.sheet.reading import Read, Result, campaigns_of, unread_columns
from reconciler.kinds.delivery.sheet.sameness import Difference, differences, plain_differences
from reconciler.kinds.delivery.sheet.writing import Rows, rows_of
from reconciler.kinds.delivery.shorten import moment_text

SHEET = "Ads Manager Template"
"""The name of the sheet in the template."""

__all__ = [
    "NAMES", "OF_ACCOUNT", "SHEET", "SPEND_LIMITS", "WRITTEN", "Around", "Difference", "Held", "Owners", "Read",
    "Result", "Rows", "campaigns_of", "differences", "document_of", "held_in", "held_text", "in_columns",
    "moment_text", "moved",
    "plain_differences", "rows_of", "strangers", "table_in", "unread_columns", "unsaid_currency", "written_keys",
    "zone_in",
]  # fmt: skip

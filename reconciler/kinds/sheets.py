"""Ads Manager's sheets, for whoever calls the mapping without knowing what kinds there are."""

from __future__ import annotations

from reconciler.kinds.delivery.sheet.cells import Around
from reconciler.kinds.delivery.sheet.columns import NAMES, SPEND_LIMITS
from reconciler.kinds.delivery.sheet.documents import document_of, written_keys
from reconciler.kinds.delivery.sheet.heads import table_in
from reconciler.kinds.delivery.sheet.names import WRITTEN
from reconciler.kinds.delivery.sheet.owners import Owners, strangers, unsaid_currency
from reconciler.kinds.delivery.sheet.reading import Read, Result, campaigns_of, unread_columns
from reconciler.kinds.delivery.sheet.sameness import Difference, differences
from reconciler.kinds.delivery.sheet.writing import Rows, rows_of

SHEET = "Ads Manager Template"
"""The name of the sheet in the template."""

__all__ = [
    "NAMES", "SHEET", "SPEND_LIMITS", "WRITTEN", "Around", "Difference", "Owners", "Read", "Result", "Rows",
    "campaigns_of", "differences", "document_of", "rows_of", "strangers", "table_in", "unread_columns",
    "unsaid_currency", "written_keys",
]  # fmt: skip

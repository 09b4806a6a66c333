"""A review as GitHub's Markdown: the comment in a pull request, what became of it, and a step's summary. Pure.

What a buyer has to know stands first and is never cut: what starts, when, what it costs; what is dangerous or refused.
Then the accounts as a table, then campaign by campaign: the dangerous ones open, the rest folded.
"""

from __future__ import annotations

from reconciler.render.markdown.applied import Done, outcome
from reconciler.render.markdown.comment import LIMIT, SUMMARY_LIMIT, comment, summary

__all__ = ["LIMIT", "SUMMARY_LIMIT", "Done", "comment", "outcome", "summary"]

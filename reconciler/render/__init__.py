"""A plan as text, JSON, or a comment. All come from the same values, so that they cannot disagree. Pure."""

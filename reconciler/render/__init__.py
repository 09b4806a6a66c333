"""A plan as text or JSON. Both come from the same values, so that they cannot disagree. Pure."""

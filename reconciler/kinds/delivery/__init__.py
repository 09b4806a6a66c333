"""Campaigns, ad sets and ads: their specs, the words that buyers write, and what is checked offline."""
